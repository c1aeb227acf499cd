"""What is carried and on what: goods behind a number, ships with their type and flag."""

from __future__ import annotations

from dataclasses import dataclass

from madein.core.countries import economy_label, find_economy
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus
from madein.press.relations.said import Placed, Said
from madein.press.relations.sites import Goods


def goods_of(said: Said, counted: Placed, focus: Focus) -> Goods | None:
    """The goods a number counts: "rolls of denim" is denim, "EVs of E12 model" is "E12 electric vehicles".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("They shipped 48,000 rolls of denim to Rotterdam."), relation_language("en")))
    >>> goods_of(said, said.facts[0], Focus()).text
    'denim'
    """
    first = counted.last + said.isin(counted.last, "rel_of")
    first += said.isin(first, "rel_article") and first > counted.last
    end = _phrase(said, first)
    if end == first:
        return None
    model = ""
    if said.isin(end, "rel_of"):
        named = said.name_at(end + 1)
        if named is not None and named.kind in ("model", "name") and said.isin(named.last, "rel_model"):
            model = named.text
        elif said.isin(end - 1, "rel_measure_word") or said.low(end - 1).removesuffix("s").removesuffix("e") in said.lang.lists["rel_measure_word"]:
            first, end = end + 1, _phrase(said, end + 1)
    if end == first:
        return None
    words = [focus.long_forms.get(w.removesuffix("s"), w) for w in said.words(first, end).split()]
    return Goods(" ".join(x for x in (model, *words) if x), first, end)


def _phrase(said: Said, i: int) -> int:
    """End of a run of words that may name goods."""
    end = i
    while end < len(said.tokens) and end < i + 6:
        small = (
            said.isin(end, "stop")
            or said.isin(end, "verbs")
            or said.isin(end, "rel_carried")
            or said.isin(end, "rel_made_by")
            or said.isin(end, "rel_aboard")
        )
        hyphen = said.low(end) == "-" and said.tokens[end].glued and end > i
        if (said.tokens[end].kind == "p" and not hyphen) or (small and said.low(end - 1) != "-"):
            break
        end += 1
    return end


@dataclass(frozen=True, slots=True)
class Ship:
    """A ship: its name, type as printed, and the country of its flag."""

    name: Name
    type: str
    flag: str


def vessel_of(said: Said) -> Ship | None:
    """The ship a sentence names after its type or after "aboard".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> ship = vessel_of(next(said_of(read_text("The rice left on Maltese bulk carrier Ocean Lotus."), relation_language("en"))))
    >>> ship.name.text, ship.type, ship.flag
    ('Ocean Lotus', 'bulk carrier', 'Malta')
    """
    for name in said.names:
        if name.kind not in ("name", "model"):
            continue
        i = name.first
        if said.isin(i - 1, "rel_vessel"):
            first = i - 1
            while said.isin(first - 1, "rel_vessel_kind"):
                first -= 1
            return Ship(name, said.words(first, i), _flag(said, first))
        leads = i - 1 - said.isin(i - 1, "rel_article") < 0
        if (leads or said.isin(i - 1 - said.isin(i - 1, "rel_article"), "rel_by")) and (aside := _aside(said, name.last)) is not None:
            return Ship(name, *aside)
        k = i - 1
        flag = said.ending.get(k - 1) if said.isin(k, "rel_flagged") else None
        k = flag.first - 1 if flag else k
        k -= said.isin(k, "rel_article")
        if said.isin(k, "rel_aboard") and name.kind != "place":
            code = find_economy(flag.text) if flag else None
            return Ship(name, "", economy_label(code) if code else "")
    return None


def _aside(said: Said, i: int) -> tuple[str, str] | None:
    """Type and flag told behind a name: "the Ocean Heron, a Norwegian-flagged car carrier"."""
    if said.low(i) != ",":
        return None
    vessel = next((k for k in range(i + 1, min(len(said.tokens), i + 10)) if said.isin(k, "rel_vessel") or said.isin(k, "verbs")), -1)
    if vessel < 0 or not said.isin(vessel, "rel_vessel"):
        return None
    first = vessel
    while said.isin(first - 1, "rel_vessel_kind"):
        first -= 1
    return said.words(first, vessel + 1), _flag(said, first)


def _flag(said: Said, first: int) -> str:
    """The country of the adjective before a ship's type, "-flagged" passed over."""
    k = first - 1
    while k >= 0 and k > first - 4 and (said.isin(k, "rel_flagged") or said.low(k) == "-"):
        k -= 1
    return str(said.lang.maps["rel_demonyms"].get(said.low(k), ""))
