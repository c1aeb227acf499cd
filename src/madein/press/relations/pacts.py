"""What parties sign or try out together: agreements and pilots."""

from __future__ import annotations

from collections.abc import Iterator

from madein.press.relations.milestones import date_of
from madein.press.relations.model import Mark, Pact, Pilot
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, bodies_from, printed, subjects
from madein.press.relations.said import Said

WINDOW = 14


def pacts(said: Said, focus: Focus) -> Iterator[Pact]:
    """Agreements signed by two parties or more.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Kenya and Rwanda signed a memorandum of understanding on 14 May 2024 on electronic cargo tracking."
    >>> [(p.parties, p.what, p.signed) for p in pacts(next(said_of(read_text(text), relation_language("en"))), Focus())]
    [(('Kenya', 'Rwanda'), 'electronic cargo tracking', '2024-05-14')]
    """
    for i in range(len(said.tokens)):
        if said.low(i) not in ("signed", "sign", "inked", "concluded", "signing"):
            continue
        noun = next((k for k in range(i + 1, min(len(said.tokens), i + 9)) if said.isin(k, "rel_pact")), -1)
        if noun < 0:
            continue
        parties: list[Name] = list(subjects(said, i, focus, places=True))
        if len(parties) < 2 and (k := _with(said, noun)) >= 0:
            parties += bodies_from(said, k + 1, focus, places=True)
        if len({p.text for p in parties}) < 2:
            continue
        what = _about(said, noun)
        t = said.time_near(i)
        marks = [said.mark("parties", p.first, p.last) for p in parties]
        if what:
            marks.append(said.mark("what", *what))
        if t is not None:
            marks.append(said.mark("signed", t.first, t.last))
        yield Pact(
            parties=printed(parties),
            what=said.words(*what) if what else "",
            signed=date_of(said, t) if t else "",
            item=said.item,
            start=said.start,
            end=said.end,
            marks=tuple(marks),
            facts=_facts(said, marks),
        )


def _with(said: Said, i: int) -> int:
    return next((k for k in range(i, min(len(said.tokens), i + WINDOW)) if said.low(k) == "with"), -1)


def _facts(said: Said, marks: list[Mark]) -> tuple[str, ...]:
    return tuple(p.fact.id for p in said.facts if any(p.fact.start < m.end and m.start < p.fact.end for m in marks))


def _about(said: Said, noun: int) -> tuple[int, int] | None:
    """The phrase after "on", "for" or "related to" behind the noun of an agreement, times and "of understanding" passed over."""
    k = noun + 1
    while k < min(len(said.tokens), noun + WINDOW):
        t = next((t for t in said.times if t.first <= k < t.last), None)
        if t is not None:
            k = t.last
        elif said.isin(k, "rel_about") and not any(t.first == k + 1 for t in said.times) and said.low(k + 1) != "understanding":
            return _phrase(said, k + 1)
        else:
            k += 1
    return None


def _phrase(said: Said, i: int, stop: str = "") -> tuple[int, int] | None:
    """A run of tokens up to the next mark or time, or a word of a list; leading articles stay out."""
    while said.low(i) in ("the", "a", "an", "its", "their"):
        i += 1
    k = i
    while k < min(len(said.tokens), i + 16):
        if said.tokens[k].low in (",", ";", ":", ".", '"', "(") or any(t.first == k for t in said.times) or (stop and said.isin(k, stop)):
            break
        k += 1
    while k > i and said.low(k - 1) in ("on", "in", "at", "from", "by", "as", "and", "the", "of", "to", "well"):
        k -= 1
    return (i, k) if k > i else None


def pilots(said: Said, focus: Focus) -> Iterator[Pilot]:
    """Pilots and trials: parties, what is tried, where, from when, for how long.

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
    for i in range(len(said.tokens)):
        if not said.isin(i, "rel_pilot") and said.low(i) != "test":
            continue
        if said.low(i - 1) in ("will", "to", "would", "jointly"):
            yield from _as_verb(said, i, focus)
            continue
        if said.low(i) == "test":
            continue
        launch = next((k for k in range(i - 1, max(-1, i - 9), -1) if said.isin(k, "rel_launch")), -1)
        if launch < 0:
            continue
        parties = subjects(said, launch, focus, places=True)
        noun = i + 1 if said.isin(i + 1, "rel_pilot_noun") else i
        what = _tried(said, noun)
        if not parties or what is None:
            continue
        place = _place(said, noun)
        t = next((t for t in said.times if t.period and t.point and launch < t.first), None) or next(
            (t for t in said.times if t.period and t.first > launch), None
        )
        length = next(
            (p for p in said.facts if p.fact.kind == "duration" and launch < p.first <= i + 8 and isinstance(p.fact.value, float | int)), None
        )
        marks = [*(said.mark("parties", p.first, p.last) for p in parties), said.mark("what", *what)]
        if place:
            marks.append(said.mark("place", place[0], place[1]))
        if t is not None:
            marks.append(said.mark("begins", t.first, t.last))
        if length is not None:
            marks.append(Mark("duration", length.fact.start, length.fact.end))
        duration = (float(length.fact.value), length.fact.unit) if length is not None and isinstance(length.fact.value, float | int) else None
        yield Pilot(
            parties=printed(parties),
            what=said.words(*what),
            place=place[2] if place else "",
            begins=str(t.period) if t else "",
            duration=duration,
            item=said.item,
            start=said.start,
            end=said.end,
            marks=tuple(marks),
            facts=_facts(said, marks),
        )
        return


def _as_verb(said: Said, i: int, focus: Focus) -> Iterator[Pilot]:
    """``A and B will test a single customs declaration at the border post``: two parties at least, else it is research."""
    parties = subjects(said, i, focus, places=True)
    what = _phrase(said, i + 1, "rel_stop_what")
    if len(parties) < 2 or what is None or any(said.isin(k, "rel_pilot") for k in range(max(0, i - 6), i)):
        return
    place = _place(said, i)
    t = next((t for t in said.times if t.period and t.first > i), None)
    marks = [*(said.mark("parties", p.first, p.last) for p in parties), said.mark("what", *what)]
    if place:
        marks.append(said.mark("place", place[0], place[1]))
    if t is not None:
        marks.append(said.mark("begins", t.first, t.last))
    yield Pilot(
        parties=printed(parties),
        what=said.words(*what),
        place=place[2] if place else "",
        begins=str(t.period) if t else "",
        item=said.item,
        start=said.start,
        end=said.end,
        marks=tuple(marks),
        facts=_facts(said, marks),
    )


def _tried(said: Said, noun: int) -> tuple[int, int] | None:
    """What is tried: behind "of" or "for", or behind "to allow"."""
    for k in range(noun + 1, min(len(said.tokens), noun + WINDOW)):
        if (k == noun + 1 and said.low(k) in ("of", "for", "on")) or (said.isin(k, "rel_purpose") and said.low(k - 1) == "to"):
            if any(t.first == k + 1 for t in said.times):
                continue
            return _phrase(said, k + 1, "rel_stop_what")
    return None


def _place(said: Said, noun: int) -> tuple[int, int, str] | None:
    """The border gate, port or town after "at" or "through", and the province behind it."""
    for name in said.names:
        before = said.low(name.first - 1) if said.low(name.first - 1) != "the" else said.low(name.first - 2)
        if name.first <= noun or before not in ("at", "through", "in", "across", "via", "near", "on"):
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
            (n for n in said.names if end <= n.first <= end + 2 and n.kind == "place" and said.low(n.first - 1) in ("in", ",", "the")), None
        )
        if region is not None:
            return name.first, region.last, f"{text}, {region.text}"
        return name.first, end, text
    return None
