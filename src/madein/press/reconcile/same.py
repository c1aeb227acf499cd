"""The same thing said twice: consistent, contradicting, revised, or not to be told; headlines against what stands below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from madein.core.periods import Period
from madein.press.reconcile.alike import Stated, comparable_status, grounded, own_words, places_agree, same_kind
from madein.press.reconcile.verdicts import Outcome, Verdict, parent, shown

LOOK_BACK = 40
"""Statements of one thing a new one is compared with at most; all of them where they are fewer."""

LATER = 20
"""Days after which a second print of a series is a new print rather than the same one."""

_REVISED = ("revised", "revision", "corrected", "restated", "đính chính", "điều chỉnh", "sửa đổi")
_NOT_REVISED = ("revised plan", "revised target", "revised budget", "điều chỉnh kế hoạch")
"""What is revised there is the yardstick, not the number."""


def repeated(held: Sequence[Stated]) -> Iterator[Verdict]:
    """Every later statement of a thing against an earlier one: one that excludes it if there is any, else the nearest.

    Facts speak of one thing if they share content words, unit, comparison and period, and their places do not exclude
    each other. Only intervals that exclude each other contradict.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> texts = ["In 2024 seafood exports reached US$10.38 billion.", "In 2024 seafood exports reached US$9.1 billion."]
    >>> [v.verdict for v in repeated(stated([read_text(t, t[-14:]) for t in texts]))]
    ['contradiction']
    """
    groups: dict[tuple[object, ...], list[Stated]] = {}
    for s in held:
        fact = s.fact
        if not s.words or fact.kind in ("date", "rank", "duration") or s.headline or fact.comparison in ("contribution",):
            continue
        key = (fact.unit, fact.comparison, fact.kind if fact.kind in ("growth", "share") else "", s.words, fact.period)
        groups.setdefault(key, []).append(s)
    for group in groups.values():
        for n, b in enumerate(group):
            best: tuple[Stated, Outcome, str] | None = None
            for a in reversed(group[max(0, n - LOOK_BACK) : n]):
                got = compare(a, b)
                if got is not None and (best is None or _RANK[got[0]] > _RANK[best[1]]):
                    best = (a, *got)
                    if got[0] == "contradiction":
                        break
            if best is not None:
                yield _said_twice(best[0], b, best[1], best[2])


_RANK = {"cannot_tell": 0, "derived": 0, "consistent": 1, "revision": 2, "contradiction": 3}


def compare(a: Stated, b: Stated) -> tuple[Outcome, str] | None:
    """Two statements of one thing, and why; None where they are not comparable after all.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> a, b = stated([read_text("Rice exports earned US$5.8 billion in 2024. In 2024 rice exports earned US$5.79 billion.")])
    >>> compare(a, b)[0]
    'consistent'
    """
    places = places_agree(a, b)
    if places is False or not same_kind(a.fact, b.fact):
        return None
    if (a.page, a.fact.sent_start) == (b.page, b.fact.sent_start) and not a.strict.meets(b.strict):
        # Nobody says one thing twice in a sentence: these are the items of a list under one name.
        return None
    return _outcome(a, b, places)


def _said_twice(a: Stated, b: Stated, outcome: Outcome, reason: str) -> Verdict:
    why = f"{reason}: {shown(a.strict)} against {shown(b.strict)}"
    what = f"{a.fact.indicator}: {a.fact.text} and {b.fact.text} ({b.fact.period or 'no period given'})"
    return Verdict("same", outcome, what, (parent(a.fact), parent(b.fact)), unit=a.fact.unit, why=why, period=b.fact.period or "")


def _outcome(a: Stated, b: Stated, places: bool | None) -> tuple[Outcome, str]:
    if a.strict.meets(b.strict):
        return "consistent", "both can be true"
    if a.loose.meets(b.loose):
        return "cannot_tell", "they agree only if a round number was rounded"
    if a.fact.period is None:
        return "cannot_tell", "they differ, and the text gives no period"
    if not comparable_status(a.fact, b.fact):
        return "cannot_tell", "one tells what was, the other what was expected"
    if places is None:
        return "cannot_tell", "they differ, and only one names a place"
    if not grounded(a) or not grounded(b):
        return "cannot_tell", "they differ, and one sentence does not name what it counts"
    if not own_words(a) or not own_words(b):
        return "cannot_tell", "they differ, and nothing but the counted noun is shared"
    if revises(a, b):
        return "revision", "the later source gives another number"
    return "contradiction", "the intervals exclude each other"


def revises(a: Stated, b: Stated) -> bool:
    """True if one of two statements replaces the other: it says so, or is a later print of a statistical series."""
    if a.item == b.item or a.day is None or b.day is None:
        return False
    early, late = (a, b) if a.day <= b.day else (b, a)
    said = late.fact.sentence.lower()
    if late.day != early.day and any(w in said for w in _REVISED) and not any(w in said for w in _NOT_REVISED):
        return True
    assert late.day is not None and early.day is not None
    return late.fact.measure is not None and late.fact.measure == early.fact.measure and (late.day - early.day).days >= LATER


def headlines(held: Sequence[Stated]) -> Iterator[Verdict]:
    """Numbers of a headline against the text below it, or against other items where the text has none of the kind.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> page = "RICE EXPORTS HIT OVER US$6 BILLION IN 2024\\nRice exports reached US$5.4 billion in 2024, the association of traders said on Friday."
    >>> [v.verdict for v in headlines(stated([read_text(page)]))]
    ['contradiction']
    """
    bodies: dict[tuple[object, ...], list[Stated]] = {}
    for s in held:
        if not s.headline:
            bodies.setdefault((s.fact.unit, s.fact.kind if s.fact.kind in ("growth", "share") else ""), []).append(s)
    for head in held:
        if not head.headline or not head.words:
            continue
        kind = head.fact.kind if head.fact.kind in ("growth", "share") else ""
        same = [s for s in bodies.get((head.fact.unit, kind), []) if _matches(head, s)]
        own = [s for s in same if s.item == head.item] or same
        yield from _against(head, own[:LOOK_BACK])


def _matches(head: Stated, body: Stated) -> bool:
    """Most words of the shorter name are shared, and the periods can be the same."""
    shared = head.words & body.words
    least = min(len(head.words), len(body.words))
    if not shared or 2 * len(shared) < least + (least > 1) or not same_kind(head.fact, body.fact):
        return False
    if head.item != body.item and head.words != body.words:
        return False
    a, b = head.fact.period, body.fact.period
    return (a == b or (head.item == body.item and (a is None or b is None))) and places_agree(head, body) is not False


def _against(head: Stated, bodies: Sequence[Stated]) -> Iterator[Verdict]:
    if not bodies:
        return
    agreeing = [s for s in bodies if head.strict.meets(s.strict)]
    s = (agreeing or list(bodies))[0]
    outcome: Outcome = "consistent"
    if not agreeing:
        sure = len(bodies) == 1 and not head.loose.meets(s.loose) and comparable_status(head.fact, s.fact)
        outcome = "contradiction" if sure else "cannot_tell"
    why = f"{shown(head.strict)} against {shown(s.strict)}"
    what = f"headline {head.fact.text} against {s.fact.text} in the text: {s.fact.indicator}"
    yield Verdict("headline", outcome, what, (parent(head.fact), parent(s.fact)), unit=head.fact.unit, why=why, period=s.fact.period or "")


def base_period(fact_period: str | None, comparison: str | None) -> str:
    """The period a growth is measured from, '' where none is known.

    Examples
    --------
    >>> base_period("2025-11", "yoy"), base_period("2025-11", "mom"), base_period("2025-01..2025-11", "ytd_yoy")
    ('2024-11', '2025-10', '2024-01..2024-11')
    """
    if fact_period is None or comparison is None:
        return ""
    period = Period.parse(fact_period)
    head = comparison.removesuffix("_abs")
    if head in ("yoy", "ytd_yoy"):
        return str(period.year_before())
    return str(period.previous()) if head in ("mom", "qoq") else ""
