"""Everything found in one sentence before it is judged: comparisons, times, quantities, clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madein.core.periods import Period
from madein.press.clauses import Clause, clauses
from madein.press.language import Language, Match
from madein.press.literals import NotRead
from madein.press.model import Item, Quantity
from madein.press.places import places_in
from madein.press.quantities import find_quantities
from madein.press.runs import Run
from madein.press.times import TimeFound, find_times
from madein.press.tokens import tokenize


class Sentence(Run):
    """What was found in one sentence, by token position.

    Attributes
    ----------
    start, end : int
        Its characters in the text.
    item : Item
        The article it stands in.
    times, quantities : list
        Expressions of time and quantities, left to right.
    comparisons, bases : list of Match
        What is compared with ("year on year"), and what "since" and the like name.
    clauses : list of Clause
        The shortest first.
    not_read : list of NotRead
        Numbers that are none.
    """

    __slots__ = ("_around", "_matches", "_places", "bases", "clauses", "comparisons", "end", "item", "not_read", "quantities", "start", "times")

    def __init__(self, text: str, start: int, end: int, item: Item, lang: Language) -> None:
        super().__init__(text, lang.join(tokenize(text, start, end)), lang)
        self.start, self.end, self.item = start, end, item
        self.times: list[TimeFound] = []
        self.quantities: list[Quantity] = []
        self.comparisons: list[Match] = []
        self.bases: list[Match] = []
        self.clauses: list[Clause] = []
        self.not_read: list[NotRead] = []
        self._matches: dict[str, list[Match]] = {}
        self._around: list[Clause] = []
        self._places: tuple[str | None] | None = None

    def matches(self, name: str) -> list[Match]:
        """Every match of a pattern group in the sentence, found once."""
        if name not in self._matches:
            self._matches[name] = list(self.lang.scan(name, self.tokens))
        return self._matches[name]

    @property
    def places(self) -> str | None:
        """Places the sentence names, found once."""
        if self._places is None:
            self._places = (places_in(self.text, self.tokens, self.lang),)
        return self._places[0]

    def timed(self, i: int) -> bool:
        """True if a token belongs to an expression of time."""
        return any(t.first <= i < t.last for t in self.times)

    def cut(self, taken: Sequence[bool], numbers: Sequence[bool]) -> None:
        """Find the clauses."""
        whole = Clause(0, len(self), 0, (0, 0), False)
        self.clauses = clauses(self, taken, numbers)
        self._around = [whole] * len(self)
        for clause in reversed(self.clauses):
            self._around[clause.first : clause.last] = [clause] * (clause.last - clause.first)

    def clause_of(self, i: int) -> Clause:
        """The closest clause around a token."""
        return self._around[i] if 0 <= i < len(self._around) else Clause(0, len(self), 0, (0, 0), False)


def analyse(text: str, start: int, end: int, item: Item, lang: Language) -> Sentence:
    """Find comparisons, times, quantities and clauses of a sentence.

    Examples
    --------
    >>> from madein.press.language import language
    >>> said = "In May 2024 exports rose 5% from a year earlier, to $3 billion."
    >>> s = analyse(said, 0, len(said), Item(0, len(said), "", None, False), language("en"))
    >>> [q.unit for q in s.quantities], [str(t.period) for t in s.times], [m.tag for m in s.comparisons]
    (['percent', 'USD'], ['2024-05'], ['yoy'])
    """
    s = Sentence(text, start, end, item, lang)
    taken = [False] * len(s)
    s.comparisons = [m for m in s.matches("comparison") if _compares(s, m)]
    names = s.matches("name")
    plans = [m for m in s.matches("plan") if s.isin(m.first - 1, "change_marks")]
    _mark(taken, (*s.comparisons, *names, *plans, *s.matches("plan_before")))
    s.bases = [m for m in s.matches("base_period") if m.tag == "since" and not any(taken[m.first : m.last])]
    _mark(taken, s.bases)
    times = [_to_the_next(s, t) for t in find_times(s.tokens, lang, item.anchor, text) if not any(taken[t.first : t.last])]
    dateline = _dateline(s, times) if lang.grammar.close_reading else 0
    _mark(taken, times)
    s.quantities, s.not_read = find_quantities(text, s.tokens, lang, taken)
    s.not_read += [NotRead(m.first, m.last, str(m.tag)) for m in names]
    numbers = [False] * len(s)
    _mark(numbers, s.quantities)
    s.cut(taken, numbers)
    s.times = [_at_end(s, _ahead(s, t)) for t in times if t.last > dateline]
    return s


def _mark(taken: list[bool], found: Sequence[Match | TimeFound | Quantity]) -> None:
    for x in found:
        taken[x.first : x.last] = [True] * (x.last - x.first)


def _to_the_next(s: Sentence, t: TimeFound) -> TimeFound:
    """The second month of "fell by 1.2 per cent from August to September", which is a change over a month; noted as one."""
    if t.tag != "months" or t.period is None or s.low(t.first - 1) != "from" or not s.isin(t.first - 2, "change_marks"):
        return t
    last = Period.month(t.period.last.year, t.period.last.month)
    if last.shift(-1).first != t.period.first:
        return t
    s.comparisons = sorted((*s.comparisons, Match(t.first - 1, t.first + 1, "mom", ())), key=lambda m: m.first)
    return replace(t, first=t.first + 2, tag="month", period=last)


def _dateline(s: Sentence, times: Sequence[TimeFound]) -> int:
    """End of the place and day that a report opens with ("HANOI, 6 May 2024 - "), which are no period of what it tells; 0 for none."""
    day = next((t for t in times if t.point and t.first <= 8), None)
    if day is None:
        return 0
    lead = all(x.kind != "w" or x.upper or s.isin(i, "stop") for i, x in enumerate(s.tokens[: day.first]))
    end = day.last
    while s.low(end) in (")", "]"):
        end += 1
    dash = s.low(end) in ("-", ":") and end + 1 < len(s) and not s.glued(end + 1)
    return day.last if lead and dash else 0


def _at_end(s: Sentence, t: TimeFound) -> TimeFound:
    """What stood at the end of a year stood in its last month; what is done by it, by its last day."""
    ends = t.tag in ("end_year", "end_this_year", "end_last_year", "end_month") and s.isin(t.first - 1, "at")
    return replace(t, period=Period.month(t.period.last.year, t.period.last.month)) if ends and t.period else t


_OF_THE_YEAR = frozenset({"month", "month_day", "day_month", "end_month"})
"""Tags that may leave the year to the reader."""

_SOON = 270
"""Days ahead that a month told without its year may lie."""


def _ahead(s: Sentence, t: TimeFound) -> TimeFound:
    """A month or day without a year, told of what is to come, lies after the date of the text: "takes effect on 1 March"."""
    anchor, clause = s.item.anchor, s.clause_of(t.first)
    if not t.inferred or t.tag not in _OF_THE_YEAR or t.period is None or anchor is None or t.period.last >= anchor:
        return t
    later = t.period.shift(12)
    coming = s.has(clause.first, clause.last, "coming") and (later.first - anchor).days < _SOON
    return replace(t, period=later) if coming else t


def _compares(s: Sentence, m: Match) -> bool:
    """False for a base that only tells when, and for "the same period" that does not stand at once behind a number."""
    if m.tag == "same_base":
        behind = s.isin(m.first - 1, "change_marks") or s.low(m.first - 1) in s.maps["multiples"]
        return behind and not s.has(m.first - 10, m.first, "compare")
    if m.tag == "ord_base" and (s.kind(m.last) == "w" or not _after_growth(s, m)):
        return False  # "up 0.9 points from the second" is of quarters, "the first nine months" is none
    if m.tag == "month_base" and s.low(m.first) == "from" and s.isin(m.last, "to", "horizon") and s.low(m.last + 1) in s.maps["months"]:
        return False  # "from August to September"
    if m.tag == "month_base" and s.low(m.last) == "'" and m.last + 1 < len(s) and s.glued(m.last) and _figure_follows(s, m.last):
        return False  # "from October's 10.2%" names a figure, not a base
    if m.tag in ("year_base", "month_base", "quarter_base") and m.first == 0 and s.low(m.last) == ",":
        return True  # "Compared with July, volume rose"
    if m.tag in ("year_base", "month_base") and s.isin(m.first, "compare") and s.lang.grammar.close_reading:
        return True
    return m.tag not in ("year_base", "month_base", "quarter_base", "months_base") or _after_growth(s, m)


def _figure_follows(s: Sentence, i: int) -> bool:
    """True for a number a few tokens on: "October's record 10.2%"; "39 percent below May's" has none."""
    return any(s.kind(k) == "d" or s.low(k) in s.maps["currencies"] for k in range(i, i + 5)) or s.low(i + 2) == "level"


def _after_growth(s: Sentence, m: Match) -> bool:
    """True if a base such as "from August" follows a percentage or a word of rise and fall: else it tells when."""
    if s.has(m.first - 10, m.first + 1, "change_marks", "rise", "fall") or s.isin(m.first - 1, "more", "below", "change_after"):
        return True
    words = {s.low(i) for i in range(max(0, m.first - 10), m.first + 1)}
    if not words.isdisjoint(s.maps["fractions"]) or not words.isdisjoint(s.maps["multiples"]):
        return True
    return any(
        s.kind(i) == "d" and (told := s.find("unit", i + 1)) is not None and told.tag == "multiple" for i in range(max(0, m.first - 4), m.first)
    )
