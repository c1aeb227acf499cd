"""What every leaf test uses: its outcome, exact comparison of shares, and the words of its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from madein.origin.frame import Amount, Good, Material
from madein.origin.hs import HsSet
from madein.origin.leaves.words import named
from madein.origin.result import Explained, Question, State, both
from madein.origin.rules import Leaf


class Outcome:
    """What a leaf test found.

    Attributes
    ----------
    state : bool or None
        Whether the part of the test that a tolerance may lift is met.
    fixed : bool or None
        Whether the part that no tolerance lifts (a cap on value) is met.
    also : tuple of str
        Further codes of what made it pass.
    offenders, doubtful : list of Material
        Materials that fall short of the test; materials that may.
    """

    __slots__ = (
        "also", "article", "asks", "children", "code", "doubtful", "fixed", "high", "label", "limit", "low", "note", "offenders", "sense", "state",
    )  # fmt: skip

    def __init__(self, label: str, code: str, state: State = None) -> None:
        self.label = label
        self.code = code
        self.state = state
        self.fixed: State = True
        self.offenders: list[Material] = []
        self.doubtful: list[Material] = []
        self.low: Fraction | None = None
        self.high: Fraction | None = None
        self.limit: Fraction | None = None
        self.sense = ""
        self.asks: list[Question] = []
        self.note = ""
        self.article = ""
        self.also: tuple[str, ...] = ()
        self.children: tuple[Explained, ...] = ()

    @property
    def whole(self) -> State:
        """The test without any tolerance."""
        return both(self.state, self.fixed)

    def node(self, state: State, article: str, children: tuple[Explained, ...] = ()) -> Explained:
        """The node of the explanation."""
        lines = tuple([m.line.id for m in self.offenders + self.doubtful])
        asks = () if state is not None else tuple(self.asks)
        return Explained(
            self.label, state, self.code, self.low, self.high, self.limit, self.sense, "%", lines, self.article or article, asks, self.note,
            self.children + children,
        )  # fmt: skip


Test = Callable[[Good, Leaf], Outcome]
"""A leaf test: it reads the good and its own fields, and changes nothing but the good's record of figures."""

_LABELS: dict[int, tuple[Leaf, Any]] = {}


def once(leaf: Leaf, make: Callable[[Leaf], Any]) -> Any:
    """What depends on the rule alone, computed once for each leaf."""
    found = _LABELS.get(id(leaf))
    if found is None or found[0] is not leaf:
        found = _LABELS[id(leaf)] = (leaf, make(leaf))
    return found[1]


def at_most(low: Amount, high: Amount | None, pct: Fraction, least: Amount | None, most: Amount | None) -> State:
    """Whether a share lies at or under a limit: its numerator in ``low..high``, its denominator in ``least..most``.

    Everything is compared in whole numbers: equal to the limit passes, and nothing is rounded.

    Examples
    --------
    >>> at_most(45, 45, Fraction(45), 100, 100), at_most(40, 50, Fraction(45), 100, 100), at_most(46, None, Fraction(45), None, 100)
    (True, None, False)
    """
    p, q = pct.numerator, pct.denominator * 100
    if high is not None and least is not None and least > 0 and high * q <= p * least:
        return True
    if most is not None and low * q > p * most:
        return False
    return None


def at_least(low: Amount, high: Amount | None, pct: Fraction, least: Amount | None, most: Amount | None) -> State:
    """Whether a share lies at or over a limit.

    Examples
    --------
    >>> at_least(40, 40, Fraction(40), 100, 100), at_least(0, 39, Fraction(40), 100, 100)
    (True, False)
    """
    p, q = pct.numerator, pct.denominator * 100
    if most is not None and most > 0 and low * q >= p * most:
        return True
    if high is not None and least is not None and least > 0 and high * q < p * least:
        return False
    return None


def share(n: Amount | None, d: Amount | None) -> Fraction | None:
    """A hundred times n over d."""
    return None if n is None or not d else Fraction(100 * n, d)


def put(good: Good, name: str, low: Fraction | None, high: Fraction | None) -> None:
    """Record a figure by its name, or its range while a line is open."""
    if low is None and high is None:
        return
    if low == high:
        good.figures.setdefault(name, low)  # type: ignore[arg-type]
        return
    for end, value in (("_low", low), ("_high", high)):
        if value is not None:
            good.figures.setdefault(name + end, value)


def ask_status(material: Material) -> Question:
    """The question of a line's status."""
    line = material.line
    called = f" ({line.name})" if line.name else ""
    return Question("originating", line.id, "", f"Does line {line.id}{called} originate under this regime?", (True, False), line.producer)


def ask_value(material: Material) -> Question:
    """The question of a line's value."""
    line = material.line
    return Question("value", line.id, "", f"What is the value of line {line.id} ({line.name or 'no name'})?", (), line.producer)


def ask_code(material: Material) -> Question:
    """The question of a line's code in the edition of the rule."""
    line = material.line
    text = f"What is the code of line {line.id} ({line.name or 'no name'}) in the edition of the rule?"
    return Question("hs", line.id, "", text, material.codes if len(material.codes) > 1 else (), line.producer)


def judge(materials: Iterable[Material], test: Callable[[Material], State], out: Outcome) -> None:
    """Put each material that does not originate to a test: what falls short offends, what may fall short is doubtful.

    An originating material passes: a condition of working concerns materials that do not originate.
    """
    state: State = True
    for material in materials:
        if material.state is True:
            continue
        met = test(material)
        if material.inputs is not None:
            inner: State = True
            for part in material.inputs:
                if part.state is not True:
                    here = test(part)
                    inner = both(inner, here if here or part.state is False else None)
            if inner is not met:
                met = None
                line = material.line
                text = f"Was line {line.id} ({line.name or 'no name'}) bought, or made by the producer of the good?"
                out.asks.append(Question("bought", line.id, "", text, (True, False)))
        if met is True:
            continue
        if met is False and material.state is False:
            out.offenders.append(material)
            state = False
            continue
        out.doubtful.append(material)
        state = both(state, None)
        if material.state is None:
            out.asks += material.asks or (ask_status(material),)
    out.state = state


def values(materials: Iterable[Material], within: Callable[[Material], State] | None, out: Outcome) -> tuple[Amount, Amount | None]:
    """Bounds of the value of materials that do not originate (and are of a kind), noting what is missing."""
    low: Amount = 0
    high: Amount | None = 0
    for material in materials:
        state, line = material.state, material.line
        if state is True:
            continue
        scope: State = True if within is None else within(material)
        if scope is False:
            continue
        top = material.high
        sure = state is False and scope is True
        if sure:
            low += material.low
            out.offenders.append(material)
        else:
            out.doubtful.append(material)
            if state is None:
                out.asks += material.asks or (ask_status(material),)
            if scope is None and not any(q.line == line.id for q in out.asks):
                out.asks.append(ask_code(material))
        if top is None:
            high = None
            out.asks.append(ask_value(material))
        elif high is not None:
            high += top
            if sure and top != material.low:
                text = f"Was line {line.id} ({line.name or 'no name'}) bought, or made by the producer of the good?"
                out.asks.append(Question("bought", line.id, "", text, (True, False)))
    return low, high


def names(material: Material, key: str, codes: HsSet | None, words: str, out: Outcome) -> State:
    """Whether a material is the one a rule names in words; a question where its line does not say."""
    known = named(key)
    line = material.line
    if known is not None and known.further is not None and material.inside(known.further):
        # What was made from the named material counts as the named material (Note 3.5 of the lists of EU agreements).
        return True
    if line.named == key or line.facts.get(key) or (known is not None and line.named in known.includes):
        return True
    if line.named == "none" or line.facts.get(key) is False:
        return False
    if codes is not None and material.inside(codes) is False:
        return False
    if known is not None:
        if (known.codes is not None and material.inside(known.codes) is False) or (known.never is not None and material.inside(known.never)):
            return False
        if known.tells is not None and all(len(code) >= 6 for code in material.codes) and material.inside(known.tells):
            return True if known.never is None or material.inside(known.never) is False else None
    said = words or (known.words if known else "") or key.replace("_", " ")
    out.asks.append(Question("named", line.id, key, f"Is line {line.id} ({line.name or 'no name'}) {said}?", (True, False), line.producer))
    return None
