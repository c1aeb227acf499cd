"""What the slots of a rule may catch: bodies, parties, persons, places, shares, money, counts, times and phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from madein.core.units import is_money
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, bodies_from, body_at, is_body
from madein.press.relations.said import Placed, Said
from madein.press.times import TimeFound


@dataclass(frozen=True, slots=True)
class Caught:
    """What a slot caught: texts with their token spans, and the fact or time where it is one."""

    texts: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    placed: tuple[Placed, ...] = ()
    time: TimeFound | None = None

    def __add__(self, other: Caught) -> Caught:
        return Caught((*self.texts, *other.texts), (*self.spans, *other.spans), (*self.placed, *other.placed), self.time or other.time)


_Slot = Callable[[Said, Focus, int, int], Iterator[tuple[int, Caught]]]
"""From a sentence, what was spoken of, a position and a direction: ends and what was caught, the best first."""


def _names(names: list[Name]) -> Caught:
    return Caught(tuple(dict.fromkeys(n.text for n in names)), tuple((n.first, n.last) for n in names))


def _bodies(said: Said, focus: Focus, i: int, step: int, places: bool, many: bool) -> Iterator[tuple[int, Caught]]:
    def fits(name: Name) -> bool:
        return is_body(name, focus) or (places and name.kind == "place") or name.kind == "modifier"

    if step > 0:
        name = body_at(said, i, focus, places=places)
        if name is None:
            return
        group = bodies_from(said, i, focus, places=places) if many else [name]
        yield group[-1].last, _names(group)
        if len(group) > 1:
            yield group[0].last, _names(group[:1])
        return
    ended = said.ending.get(i)
    if ended is None and focus.company and said.isin(i - 1, "rel_company_noun") and said.isin(i - 2, "rel_definite"):
        yield i - 2, Caught((focus.company,), ((i - 1, i),))  # "the firm, half owned by"
        return
    if ended is None or not fits(ended):
        return
    listed = next((g for g in said.groups if g[-1] is ended), (ended,))
    wanted = [listed, (ended,)] if many and all(fits(n) for n in listed) else [(ended,)]
    for members in wanted:
        caught, first = _names(list(members)), members[0].first
        yield first, caught
        led = _lead(said, first)
        if led < first:
            yield led, caught


def _lead(said: Said, first: int) -> int:
    """Where the words that only describe a name begin: "with Korea's chipmaker | Hanul"."""
    for _ in range(4):
        owner = said.ending.get(first - 2) if said.low(first - 1) == "s" and said.low(first - 2) == "'" else None
        nation = said.ending.get(first)
        if owner is not None and owner.kind == "place":
            first = owner.first
        elif nation is not None and nation.kind == "nation":
            first = nation.first
        elif said.isin(first - 1, "rel_descriptor") or said.isin(first - 1, "rel_article"):
            first -= 1
        else:
            break
    return first


def _one(kinds: frozenset[str]) -> _Slot:
    def slot(said: Said, focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
        if step > 0:
            k = i
            while k < i + 3 and said.isin(k, "rel_article"):
                k += 1
            name = said.name_at(k)
        else:
            name = said.ending.get(i)
        if name is not None and (name.kind in kinds or ("person" in kinds and focus.is_person(name))):
            yield (name.last if step > 0 else name.first), _names([name])

    return slot


def _fact(fits: Callable[[Placed], bool]) -> _Slot:
    def slot(said: Said, _focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
        # A word such as "about" or "more than" may stand before a number.
        for p in said.facts:
            raised = p.fact.value_high is not None and said.isin(p.first - 1, "rel_from")  # "from 40 to 65 per cent"
            if not (isinstance(p.fact.value, float | int) or raised) or not fits(p):
                continue
            if step > 0 and i <= p.first <= i + 3 and all(said.isin(k, "rel_before_number") for k in range(i, p.first)):
                yield p.last, Caught((p.fact.text,), ((p.first, p.last),), (p,))
            elif step < 0 and p.last == i:
                first = p.first
                while first > 0 and said.isin(first - 1, "rel_before_number"):
                    first -= 1
                yield first, Caught((p.fact.text,), ((p.first, p.last),), (p,))

    return slot


def _time(said: Said, _focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    for t in said.times:
        if t.period is None:
            continue
        if step > 0 and i <= t.first <= i + 2 and all(said.isin(k, "rel_before_time") for k in range(i, t.first)):
            yield t.last, Caught((str(t.period),), ((t.first, t.last),), time=t)
        elif step < 0 and t.last == i:
            first = t.first
            while first > 0 and said.isin(first - 1, "rel_before_time"):
                first -= 1
            yield first, Caught((str(t.period),), ((t.first, t.last),), time=t)


def noun_end(said: Said, i: int, *, of: bool = True, most: int = 8) -> int:
    """End of a noun phrase that begins at a token: words and names up to a verb, preposition, time, number or mark.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("They test drone delivery of medicines in Musanze."), relation_language("en")))
    >>> said.words(2, noun_end(said, 2)), said.words(2, noun_end(said, 2, of=False))
    ('drone delivery of medicines', 'drone delivery')
    """
    numbers = {k for p in said.facts for k in range(p.first, p.last)} | {k for t in said.times for k in range(t.first, t.last)}
    end = i
    while end < min(len(said.tokens), i + most) and end not in numbers:
        low, t = said.low(end), said.tokens[end]
        joins = low in said.lang.lists["rel_of"] and of and end > i
        if t.kind == "p" and not (low in ("-", "'", "/", "&") and end > i):
            break
        name = said.name_at(end)
        if name is not None:
            end = name.last
            continue
        small = said.isin(end, "stop") or said.isin(end, "preposition") or said.isin(end, "verbs") or said.isin(end, "report_verb")
        article = said.isin(end, "rel_article") and said.isin(end - 1, "rel_of") and of and end > i
        if small and not joins and not article and low != "s":
            break
        end += 1
    while end > i and (said.isin(end - 1, "stop") or said.isin(end - 1, "preposition") or said.tokens[end - 1].kind == "p"):
        end -= 1
    return end


def _noun(of: bool) -> _Slot:
    def slot(said: Said, _focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
        if step > 0:
            first = i
            while said.isin(first, "rel_article"):
                first += 1
            last = noun_end(said, first, of=of)
            if last > first:
                yield last, Caught((said.words(first, last),), ((first, last),))
            return
        first = i
        while (
            first > max(0, i - 8)
            and said.tokens[first - 1].kind == "w"
            and not said.isin(first - 1, "stop", "preposition", "verbs", "report_verb", "rel_article", "rel_and")
        ):
            first -= 1
        if first < i:
            yield first, Caught((said.words(first, i),), ((first, i),))

    return slot


def _phrase(said: Said, _focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    """A run of tokens up to the next mark or time or a word that leads elsewhere, to the right only."""
    while said.isin(i, "rel_article"):
        i += 1
    k = i
    times = {t.first for t in said.times}
    while (
        k < min(len(said.tokens), i + 16)
        and said.low(k) not in (",", ";", ":", ".", '"', "(")
        and k not in times
        and not said.isin(k, "rel_stop_what")
    ):
        k += 1
    named = next((t for t in said.times if t.first == k), None)
    if (named is not None and said.isin(k - 1, "rel_of")) or (named is not None and said.isin(k, "rel_article")):
        k = named.last if named is not None else k  # "Exporter of the Year 2024"
    while k > i and (said.isin(k - 1, "preposition") or said.isin(k - 1, "rel_and") or said.isin(k - 1, "rel_article")):
        k -= 1
    if k > i and step > 0:
        yield k, Caught((said.words(i, k),), ((i, k),))


def _scheme(said: Said, _focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    """A certificate, prize or standard: a phrase that holds a word for one, or the name of a standard."""
    while said.isin(i, "rel_article"):
        i += 1
    end, last = i, -1
    while end < min(len(said.tokens), i + 9):
        name = said.name_at(end)
        if name is not None:
            last = name.last if name.kind == "model" or any(said.isin(k, "rel_scheme_word") for k in range(name.first, name.last)) else last
            end = name.last
            continue
        if said.tokens[end].kind == "p" and said.low(end) not in ("-", "'", "/"):
            break
        if said.isin(end, "rel_scheme_word"):
            last = end + 1
            named = said.name_at(end + 2 + said.isin(end + 2, "rel_article"))
            behind = said.name_at(end + 1)
            if behind is not None and said.lang.maps["grammar"]["noun-before"]:
                last = behind.last  # "giải Búp Vàng"
            if said.isin(end + 1, "rel_given_at") and named is not None and named.kind != "place":
                last = named.last  # "gold medal at the Porto Wine Fair"
        elif said.isin(end, "preposition", "verbs", "rel_and"):
            break
        end += 1
    if last > i and step > 0:
        yield last, Caught((said.words(i, last),), ((i, last),))


def _standard(said: Said, _focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    """The name of a standard: "ISO 22000"."""
    name = said.name_at(i)
    if step > 0 and name is not None and name.last > name.first + 1 and said.isin(name.first, "rel_certificate"):
        yield name.last, _names([name])


def _bare(said: Said, focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    """A body that stands right here, an article at most before it, and owns nothing behind it."""
    while step > 0 and said.isin(i, "rel_article"):
        i += 1
    name = said.name_at(i) if step > 0 else said.ending.get(i)
    if name is not None and is_body(name, focus) and (step < 0 or said.low(name.last) not in ("'", "-")):
        yield (name.last if step > 0 else name.first), _names([name])


def _whole(said: Said, focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    """A body bought as a whole: its name ends the phrase, so that "bought Avion jets" is no takeover."""
    name = body_at(said, i, focus) if step > 0 else None
    if name is None:
        return
    after = said.tokens[name.last] if name.last < len(said.tokens) else None
    closes = (
        after is None or (after.kind == "p" and after.low not in ("-", "'")) or said.isin(name.last, "preposition") or said.isin(name.last, "rel_and")
    )
    if closes or any(t.first == name.last for t in said.times):
        yield name.last, _names([name])


def _group(said: Said, focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    """A body that calls itself a group or holding."""
    for end, caught in _bodies(said, focus, i, step, False, False):
        if any(said.isin(k, "rel_group_word") for k in range(*caught.spans[0])):
            yield end, caught


def _vessel(said: Said, _focus: Focus, i: int, step: int) -> Iterator[tuple[int, Caught]]:
    """A ship by type and name: "Bulk carrier Morning Pine"."""
    if step > 0:
        type_ = next((k for k in range(i, min(len(said.tokens), i + 7)) if said.isin(k, "rel_vessel")), -1)
        name = said.name_at(type_ + 1) if type_ >= 0 else None
        if name is not None:
            first = type_
            while first > i and said.isin(first - 1, "rel_vessel_kind"):
                first -= 1
            yield name.last, Caught((said.words(first, name.last),), ((first, name.last),))
        return
    name = said.ending.get(i)
    if name is None or not said.isin(name.first - 1, "rel_vessel"):
        return
    first = name.first - 1
    while said.isin(first - 1, "rel_vessel_kind"):
        first -= 1
    yield first, Caught((said.words(first, name.last),), ((first, name.last),))


SLOTS: Mapping[str, _Slot] = {
    "body": lambda said, focus, i, step: _bodies(said, focus, i, step, False, False),
    "bodies": lambda said, focus, i, step: _bodies(said, focus, i, step, False, True),
    "party": lambda said, focus, i, step: _bodies(said, focus, i, step, True, False),
    "parties": lambda said, focus, i, step: _bodies(said, focus, i, step, True, True),
    "person": _one(frozenset({"person", "name"})),
    "place": _one(frozenset({"place", "site", "name"})),
    "bare": _bare,
    "whole": _whole,
    "group": _group,
    "percent": _fact(lambda p: p.fact.unit == "percent"),
    "number": _fact(lambda _: True),
    "money": _fact(lambda p: is_money(p.fact.unit)),
    "count": _fact(lambda p: p.fact.kind in ("count", "level", "capacity") and not is_money(p.fact.unit) and p.fact.unit != "percent"),
    "duration": _fact(lambda p: p.fact.kind == "duration"),
    "time": _time,
    "model": _one(frozenset({"model"})),
    "owned": _one(frozenset({"modifier", "name"})),
    "vessel": _vessel,
    "scheme": _scheme,
    "standard": _standard,
    "noun": _noun(False),
    "nouns": _noun(True),
    "phrase": _phrase,
}
"""Types of slots: "parties" are bodies or places in a list, "nouns" a noun phrase with "of" in it, "phrase" runs to the next mark."""
