"""What is tried out: by whom, where, from when and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from madein.press.relations.model import Mark, Pilot
from madein.press.relations.owners import marked
from madein.press.relations.pacts import facts_in, phrase
from madein.press.relations.parties import Focus, bodies_from, parties_of, printed
from madein.press.relations.rules import find
from madein.press.relations.said import Said
from madein.press.times import TimeFound

WINDOW = 14
"""Tokens behind a pilot in which it may be said what is tried."""


def pilots(said: Said, focus: Focus, after: Sequence[Said] = ()) -> Iterator[Pilot]:
    """Pilots and trials: parties, what is tried, where, from when, for how long; `after` are the sentences that follow.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Laos and Thailand will begin a six-month trial of electronic customs seals at the Nong Khai border crossing on July 1, 2025."
    >>> got = next(pilots(next(said_of(read_text(text), relation_language("en"))), Focus()))
    >>> got.parties, got.what, got.place, got.begins, got.duration
    (('Laos', 'Thailand'), 'electronic customs seals', 'Nong Khai border crossing', '2025-07-01', (6.0, 'month'))
    """
    found = next(_by_noun(said, focus), None) or next(_by_verb(said, focus), None)
    if found is None:
        return
    for near in after[:2]:
        named = any(near.isin(k, "rel_pilot") or near.isin(k, "rel_pilot_noun") for k in range(min(6, len(near.tokens)))) or near.isin(
            0, "rel_pronoun"
        )
        if not named:
            break
        found = _completed(found, near)
    yield found


def _completed(found: Pilot, near: Said) -> Pilot:
    """A pilot with what a sentence after it adds: place, beginning, length."""
    length = _length(near, 0, len(near.tokens)) if found.duration is None else None
    if length is not None:
        found = replace(found, duration=length[0], end=near.end, marks=(*found.marks, length[1]))
    place = _place(near, 0) if not found.place else None
    if place is not None:
        found = replace(found, place=place[2], end=near.end, marks=(*found.marks, near.mark("place", place[0], place[1])))
    t = next((t for t in near.times if t.point and t.period), None) if not found.begins else None
    launched = t is not None and any(near.isin(k, "rel_launch") for k in range(max(0, t.first - 6), t.first))
    if t is not None and launched:
        found = replace(found, begins=str(t.period), end=near.end, marks=(*found.marks, near.mark("begins", t.first, t.last)))
    return found


def _by_noun(said: Said, focus: Focus) -> Iterator[Pilot]:
    """``A and B will begin a six-month trial of SOMETHING``."""
    for i in range(len(said.tokens)):
        if not said.isin(i, "rel_pilot"):
            continue
        launch = next((k for k in range(i - 1, max(-1, i - 9), -1) if said.isin(k, "rel_launch")), -1)
        if launch < 0:
            yield from _under(said, i, focus)
            continue
        parties = parties_of(said, launch, focus)
        noun = i + 1 if said.isin(i + 1, "rel_pilot_noun") else i
        what = _tried(said, noun)
        if parties and (what is not None or len(parties) > 1 or any(t.point for t in said.times)):
            marks = [said.mark("parties", p.first, p.last) for p in parties]
            yield _pilot(said, printed(parties), marks, what, launch, noun)


def _under(said: Said, i: int, focus: Focus) -> Iterator[Pilot]:
    """``Under a three-month pilot, A and B will let trucks cross``."""
    comma = next((k for k in range(i + 1, min(len(said.tokens), i + WINDOW)) if said.low(k) == ","), -1)
    led = any(said.isin(k, "rel_under") for k in range(max(0, i - 5), i))
    parties = bodies_from(said, comma + 1, focus, places=True) if led and comma > 0 else []
    if len(parties) > 1:
        yield _pilot(said, printed(parties), [said.mark("parties", p.first, p.last) for p in parties], _tried(said, i), i, i)


def _by_verb(said: Said, focus: Focus) -> Iterator[Pilot]:
    """``A and B will test a single customs declaration at the border post``: two parties at least, else it is research."""
    for found in find(said, focus, "pilot"):
        what = found.fields["what"].spans[0]
        sure = found.constants.get("sure") == "yes" or len(found.texts("parties")) >= 2
        if sure and not any(said.isin(k, "rel_pilot") for k in range(max(0, found.at - 6), found.at)):
            marks = [m for m, _ in marked(said, found, "parties")]
            yield _pilot(said, tuple(dict.fromkeys(found.texts("parties"))), marks, what, found.at, found.at)


def _pilot(said: Said, parties: tuple[str, ...], marks: list[Mark], what: tuple[int, int] | None, verb: int, noun: int) -> Pilot:
    place = _place(said, noun)
    t = _begin(said, verb)
    length = _length(said, max(0, verb - 8), len(said.tokens))
    marks = [*marks, said.mark("what", *what)] if what else marks
    if place:
        marks.append(said.mark("place", place[0], place[1]))
    if t is not None:
        marks.append(said.mark("begins", t.first, t.last))
    if length is not None:
        marks.append(length[1])
    return Pilot(
        parties=parties, what=said.words(*what) if what else "", place=place[2] if place else "", begins=str(t.period) if t else "",
        duration=length[0] if length is not None else None, item=said.item, start=said.start, end=said.end, marks=tuple(marks),
        facts=facts_in(said, marks),
    )  # fmt: skip


def _begin(said: Said, verb: int) -> TimeFound | None:
    """The day from which something is tried: the first point of time after the verb, else any time after it, else one before."""
    told = [t for t in said.times if t.period]
    after = [t for t in told if t.first > verb]
    return next((t for t in after if t.point), None) or next(iter(after), None) or next((t for t in told if t.first <= verb), None)


def _length(said: Said, first: int, last: int) -> tuple[tuple[float, str], Mark] | None:
    """How long: a number and a unit of time, also where "last six months" might be taken for a time."""
    numbers, units = said.lang.maps["numbers"], said.lang.maps["durations"]
    ends = {t.last for t in said.times if t.point}
    for k in range(first, min(last, len(said.tokens) - 1)):
        unit = k + 1 + (said.low(k + 1) == "-")
        if said.low(unit) not in units or unit + 1 in ends:
            continue
        t = said.tokens[k]
        once = t.low in ("a", "an") and said.isin(k - 1, "rel_lasting")
        value = 1.0 if once else float(t.low) if t.kind == "d" and len(t.low) < 4 else numbers.get(t.low)
        led = said.lang.maps["grammar"]["noun-before"] == 0 or any(said.isin(j, "rel_lasting") for j in range(k - 3, k))
        if (
            value is not None
            and led
            and not any(u.first <= k < u.last and u.tag not in ("last_months", "months", "first_months_or") for u in said.times)
        ):
            return (float(value), str(units[said.low(unit)])), said.mark("duration", k, unit + 1)
    return None


def _tried(said: Said, noun: int) -> tuple[int, int] | None:
    """What is tried: behind "of" or "for", or behind "to allow"."""
    for k in range(noun + 1, min(len(said.tokens), noun + WINDOW)):
        if (k == noun + 1 and said.isin(k, "rel_about")) or (said.isin(k, "rel_purpose") and said.isin(k - 1, "rel_up_to")):
            if any(t.first == k + 1 for t in said.times):
                continue
            return phrase(said, k + 1, "rel_stop_what")
    return None


def _place(said: Said, noun: int) -> tuple[int, int, str] | None:
    """The border gate, port or town after "at" or "through", and the province behind it."""
    for name in said.names:
        before = name.first - 1 - said.isin(name.first - 1, "rel_article")
        if said.isin(before, "rel_of") and said.isin(before - 1, "rel_place_prefix"):
            before -= 2 + said.isin(before - 2, "rel_article")
        if name.first <= noun or not (said.isin(before, "rel_in") or said.isin(before, "rel_through")):
            continue
        end = name.last
        while (
            end < len(said.tokens)
            and end < name.last + 5
            and said.tokens[end].kind == "w"
            and not said.isin(end, "stop")
            and not said.isin(end, "verbs")
        ):
            end += 1
        while end > name.last and not said.isin(end - 1, "rel_crossing"):
            end -= 1
        text = said.words(name.first, end)
        region = next(
            (
                n
                for n in said.names
                if end <= n.first <= end + 2
                and n.kind == "place"
                and (said.low(n.first - 1) == "," or said.isin(n.first - 1, "rel_in") or said.isin(n.first - 1, "rel_article"))
            ),
            None,
        )
        if region is not None:
            return name.first, region.last, f"{text}, {region.text}"
        return name.first, end, text
    return None
