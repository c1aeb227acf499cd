"""Measures, dimensions, comparisons and bases, from core."""

from __future__ import annotations

from collections.abc import Iterator

from reference.markdown import code, meanings, prose, sentence, table, title

DIMENSIONS = {
    "actor": "who says or does it",
    "economy": "the country or group it is about: ISO 3166 alpha-3, or a group such as `EU`",
    "place": "a province, port or site inside the economy",
    "partner": "the country or group at the other end of a flow",
    "origin": "where goods come from",
    "destination": "where goods go",
    "industry": "a section, division or class of ISIC",
    "product": "what is counted, where it is a product",
    "regime": "a customs or trade regime",
    "series": "the name of a series, where nothing else tells it apart",
    "scenario": "a scenario; none for what happened",
    "comparison": "what a change or share is taken against; none for a level",
    "period": "the period, in its [canonical form](units-and-periods.md#periods)",
}
BASES = {
    "published": "the source prints it",
    "computed": "computed from published numbers, nothing assumed",
    "estimated": "rests on an estimate or an assumption",
    "illustrative": "made up to show how something works",
    "simulated": "comes from simulated data",
}


def page() -> Iterator[str]:
    """The page ``measures.md``."""
    from madein.core import step
    from madein.core.measures import measures

    yield from title("Measures and dimensions")
    yield from prose("""
        A figure says what is measured (one measure), of what (dimensions), and on what basis. Its id is made of the first
        two: `exports/economy=VNM/comparison=yoy/period=2024-12`.
    """)
    yield from title("Measures", 2)
    yield from prose("""
        The unit is the kind of unit of a level; a change of any measure is in `percent`, `pp` or the unit of the level. *Over
        time* says how months make a year to date. *Up is* tells a reader which way is good; no arithmetic uses it. A series
        whose label is one of the words below, marks and case aside, gets the measure without being told.
    """)
    for measure in measures().values():
        yield from title(code(measure.key), 3)
        yield from prose(f"{measure.label}. Unit: {measure.unit}. Over time: {measure.over_time}. Up is {measure.higher_is}.")
        for language, words in (("English", measure.en), ("Vietnamese", measure.vi)):
            if words:
                yield from prose(f"{language}: {', '.join(words)}.")
    yield from title("Dimensions", 2)
    yield from prose("Only these, in the order in which they stand in an id:")
    yield from table(("dimension", "meaning"), meanings(step.DIMS, DIMENSIONS, "DIMS"))
    yield from title("Comparisons", 2)
    yield from prose("Values of the dimension `comparison`:")
    yield from table(("comparison", "meaning"), [(code(c), sentence(x)) for c, x in step.COMPARISONS.items()])
    yield from title("Basis", 2)
    yield from prose("From best to worst. A figure has the worst basis among itself and all it rests on.")
    yield from table(("basis", "meaning"), meanings(step.BASES, BASES, "BASES"))
