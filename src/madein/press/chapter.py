"""The chapter of the step ``press``: what was read, article by article, every number at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from madein.core.documents import read_document
from madein.core.errors import MadeinError, Problem, Problems
from madein.core.measures import measures
from madein.core.periods import Period
from madein.core.step import COMPARISONS, Block, Figure, Inputs, Ref, Result, row_at
from madein.core.units import unit_kind
from madein.press.model import Fact, Reading
from madein.press.reading import read_text
from madein.press.reconcile import reconcile
from madein.press.relations import relations_of
from madein.press.step import Config
from madein.press.tables import checks_table, facts_table, items_table, relations_table, texts_table, unread_table

WITHOUT_UNIT = frozenset({"date"})


def run(config: Config, inputs: Inputs) -> Result:
    """See `madein.press.step.run`."""
    problems = Problems()
    readings: list[Reading] = []
    for source in inputs.sources["articles"]:
        try:
            document = read_document(source.path, source.id, config.encoding)
        except MadeinError as fault:
            problems.errors.extend(fault.problems)
            continue
        said = config.dates.get(source.id) or config.date or document.date
        readings.append(read_text(document.text, source.id, day=day_of(said, source.id), lang=config.language))
    problems.raise_errors()
    made = {"facts": facts_table(readings), "unread": unread_table(readings), "items": items_table(readings), "texts": texts_table(readings)}
    relations = [relation for r in readings for relation in relations_of(r)]
    verdicts = reconcile(readings, relations)
    made |= {"relations": relations_table(relations), "checks": checks_table(verdicts)}
    figures = tuple(f for r in readings for n, fact in enumerate(r.facts, 1) if (f := figure_of(fact, f"{r.document.name}#{n:03d}")))
    figures = (*figures, *_counts(readings))
    return Result(made, figures, tuple(_blocks(readings, {f.id for f in figures}, config.show, bool(verdicts))), tuple(_undated(readings)))


def day_of(text: str, where: str) -> date | None:
    """The last day of a date, month or year, None for ''.

    Raises
    ------
    MadeinError
        If the text is no date.

    Examples
    --------
    >>> str(day_of("2024-12", "a.txt")), day_of("", "a.txt")
    ('2024-12-31', None)
    """
    if not text:
        return None
    try:
        return Period.parse(text).last
    except ValueError as fault:
        raise MadeinError(f"{text!r} is no date", where, str(fault), "write 2024, 2024-12 or 2024-12-13") from fault


def figure_of(fact: Fact, id_: str) -> Figure | None:
    """The figure a numeric fact is, under the measure it names; None for dates and bare ranges."""
    if not isinstance(fact.value, float) or fact.unit in WITHOUT_UNIT:
        return None
    measure = fact.measure if fact.measure and _fits(fact) else "observation"
    dims = {"series": id_}
    if fact.comparison in COMPARISONS:
        dims["comparison"] = fact.comparison
    if fact.period:
        dims["period"] = str(Period.parse(fact.period))
    if measure == "observation" and not _relative(fact):
        dims.pop("comparison", None)
    return Figure(
        measure,
        dims,
        fact.value,
        fact.unit,
        (Ref("table:.facts", row_at({"id": id_})),),
        basis="published",
        method=f"as the article states it: {fact.kind}",
    )


def _relative(fact: Fact) -> bool:
    return unit_kind(fact.unit) in ("percent", "multiple", "ordinal") or bool(fact.comparison and fact.comparison.endswith("_abs"))


def _fits(fact: Fact) -> bool:
    """True if the unit is one the measure is held in, or a comparison of it."""
    if fact.comparison and not fact.comparison.endswith("_abs"):
        return _relative(fact)
    return measures()[fact.measure or "observation"].unit in ("any", unit_kind(fact.unit))


def _counts(readings: Sequence[Reading]) -> Iterator[Figure]:
    facts = sum(len(r.facts) for r in readings)
    unread = sum(len(r.unread) for r in readings)
    for name, value, noun, table in (
        ("read", facts, "fact", "facts"),
        ("not read", unread, "number", "unread"),
        ("articles", sum(len(r.items) for r in readings), "article", "items"),
    ):
        yield Figure("statements", {"series": name}, float(value), noun, (Ref(f"table:.{table}"),), method="counted")


def _blocks(readings: Sequence[Reading], figures: set[str], show: int, checks: bool) -> Iterator[Block]:
    yield Block("finding", "", {"text": (
        "{statements/series=articles} read: {statements/series=read} stated, and {statements/series=not read} seen that state none."
    )})  # fmt: skip
    for reading in readings[:show]:
        yield _excerpt(reading, figures)
    kinds = Counter(f.kind for r in readings for f in r.facts)
    if kinds:
        columns = ("article", "text", "kind", "indicator", "unit", "comparison", "period", "qualifier", "status")
        yield Block("table", "Facts", {"table": "facts", "columns": columns, "last": 200})
    if checks:
        yield Block("table", "What agrees, contradicts or follows", {"table": "checks", "columns": ("outcome", "what", "why")})
    yield Block("note", "How articles are read", {"text": _NOTE})


_NOTE = """A deterministic grammar reads each sentence: numbers with their scale, currency and unit, then what they count, compare, \
when, and how surely. The same text always gives the same facts; no model is asked. Dates that print no year are completed from \
the date of the article and marked as inferred.

Numbers that state nothing, such as names of models, telephone numbers and marks of notes, are listed with the reason, so that \
nothing a reader sees as a number vanishes."""


def _excerpt(reading: Reading, figures: set[str]) -> Block:
    marks = []
    end = 0
    for n, fact in enumerate(reading.facts, 1):
        if fact.start < end:
            continue
        figure = figure_of(fact, f"{reading.document.name}#{n:03d}")
        said = ", ".join(x for x in (fact.kind, fact.comparison, fact.period, fact.status) if x)
        mark = {"start": fact.start, "end": fact.end, "state": "plain", "title": f"{fact.indicator}: {said}"[:300]}
        marks.append({**mark, "figure": figure.id} if figure and figure.id in figures else mark)
        end = fact.end
    title = reading.items[0].title[:120] if reading.items else reading.document.name
    return Block("excerpt", title or reading.document.name, {"text": reading.document.text, "marks": marks, "source": reading.document.name})


def _undated(readings: Sequence[Reading]) -> Iterator[Problem]:
    for r in readings:
        told = {f.item for f in r.facts}
        for number, item in enumerate(r.items):
            if item.anchor is None and number in told:
                yield Problem(
                    "no date was found", r.document.name, "words such as 'last year' cannot be placed", "give it under with.dates", "warning"
                )
