"""The nouns of a mend: an alternative that could be chosen, a set of them that makes a good originate, the gap that is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any

from madein.core.errors import MadeinError
from madein.origin.model import Number, Process, Verdict
from madein.origin.result import Question

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One thing the producer could do: buy a line elsewhere, make it at home, do a step of working in another place.

    Parameters
    ----------
    id : str
        Its name in the table, unique.
    lines : mapping of str to mapping
        Number of a line -> fields of `Line` that change. The further key ``add_processes`` holds a tuple of `Process` that is put
        behind the working already done on the line.
    cost : Decimal, Fraction or None
        What it adds to the cost of one unit of the product, in its currency; negative where it saves. None: the new values of its
        lines less the old ones, which is what a change of supplier costs.
    fixed : Decimal or Fraction
        What it costs once (tools, approval of a supplier), in the same currency.
    processes : tuple of Process
        Steps the producer of the good would do.
    before : str
        Step of the producer that they come before; "" puts them last.
    facts : mapping of str to bool
        Answers about the good that would hold.
    words : str
        What it is, for people.
    where : str
        File and row it was read from, for messages.

    Notes
    -----
    The value of a material is the price paid for it (EVFTA Protocol 1, Art 1; CPTPP Art 3.6), so an alternative that names another
    source for one line and a cost but no value moves the value of the line by the cost.

    Examples
    --------
    >>> Alternative("local", {"1": {"origin": "VNM", "originating": True}}, cost=Fraction(3)).touches
    frozenset({'1'})
    """

    id: str
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cost: Number | None = None
    fixed: Number = _ZERO
    processes: tuple[Process, ...] = ()
    before: str = ""
    facts: Mapping[str, bool] = field(default_factory=dict)
    words: str = ""
    where: str = ""

    @property
    def touches(self) -> frozenset[str]:
        """Numbers of the lines it changes."""
        return frozenset(self.lines)

    @property
    def of_good(self) -> bool:
        """True where it changes what is done to, or known of, the good itself."""
        return bool(self.processes or self.facts)


@dataclass(frozen=True, slots=True)
class Fix:
    """A set of alternatives that makes a good originate, none of which can be left out.

    Parameters
    ----------
    regime, branch : str
        Regime, and the branch of its rule that is met.
    steps : tuple of Alternative
        What is done, by id.
    cost : Fraction
        Added cost of one unit, in the product's currency; it lowers the profit while the price stays.
    fixed : Fraction
        Cost that is paid once.
    saving : Fraction or None
        Duty saved per unit, where it was handed in.
    figures : mapping of str to Fraction
        Figures of the decision after the change.
    """

    regime: str
    branch: str
    steps: tuple[Alternative, ...]
    cost: Fraction
    fixed: Fraction = _ZERO
    saving: Fraction | None = None
    figures: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the steps."""
        return tuple(step.id for step in self.steps)

    @property
    def gain(self) -> Fraction | None:
        """Duty saved less added cost, per unit; None while no saving is handed in."""
        return None if self.saving is None else self.saving - self.cost

    @property
    def break_even(self) -> int | None:
        """Units from which the change pays: fixed cost over gain, rounded up; None where it never does or no saving is known.

        Examples
        --------
        >>> Fix("EVFTA", "", (), Fraction(2), Fraction(9000), Fraction(6)).break_even
        2250
        """
        gain = self.gain
        return None if gain is None or gain <= 0 else ceil(self.fixed / gain)


@dataclass(frozen=True, slots=True)
class Gap:
    """How far one test of a branch is from being met.

    Parameters
    ----------
    test : str
        The test in words.
    code : str
        Its code, such as ``MAXNOM``.
    article : str
        Where it stands.
    figure, limit : Fraction or None
        In percent.
    cut : Fraction or None
        Non-originating value per unit that must become originating or go, in the product's currency. Of a build-up test, value of
        originating materials that must come to it. Of a change of classification, what exceeds the tolerance.
    price : Fraction or None
        Amount by which a higher price alone would meet the test. It is legal arithmetic that is open to manipulation: customs
        look into a price that was raised for it. None where a higher price does not help.
    lines : tuple of str
        Lines that fall short, or count against the share.
    needs : str
        What is wanted where it is no amount: a process, an answer.
    """

    test: str
    code: str
    article: str = ""
    figure: Fraction | None = None
    limit: Fraction | None = None
    cut: Fraction | None = None
    price: Fraction | None = None
    lines: tuple[str, ...] = ()
    needs: str = ""

    def __str__(self) -> str:
        text = self.test
        if self.figure is not None and self.limit is not None:
            text += f": {float(self.figure):.2f} % against {float(self.limit):g} %"
        if self.cut is not None:
            word = "add originating materials worth" if self.code == "RVC_BUILD_UP" else "cut non-originating value by"
            text += f"; {word} {float(self.cut):.2f} per unit"
        if self.price is not None:
            text += f", or raise the price by {float(self.price):.2f} (legal arithmetic, open to manipulation)"
        return f"{text}; {self.needs}" if self.needs else text


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to meet the rule.

    Parameters
    ----------
    label : str
        Its tests in words.
    rule, article : str
        Id of the rule, and where it stands.
    gaps : tuple of Gap
        Tests it does not meet yet.
    fix : Fix or None
        The cheapest set of alternatives that meets it.
    lines : tuple of str or None
        Without a table of alternatives: the fewest lines that would close the gap if they became originating; None where none do.
    why : str
        Why there is no fix.
    exact : bool
        Whether the search proved that nothing is cheaper.
    """

    label: str
    rule: str = ""
    article: str = ""
    gaps: tuple[Gap, ...] = ()
    fix: Fix | None = None
    lines: tuple[str, ...] | None = None
    why: str = ""
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Fixes:
    """What would make a good originate under a regime.

    Parameters
    ----------
    regime : str
        Key of the regime.
    verdict : {"yes", "no", "unknown"}
        As the bill stands.
    best : tuple of Fix
        The cheapest set over all branches and the next best three, each minimal.
    branches : tuple of Branch
        Every branch with its own gap and its own cheapest fix.
    blocked : tuple of str
        What no change of sourcing mends: the transport, a country that is no Party, a rule whose text was not seen.
    at_home : tuple of str
        Intermediate lines made elsewhere that would originate by their own rule if the same parts were worked in the exporting Party.
    questions : tuple of Question
        Open facts; an answer may settle the case at no cost.
    exact : bool
        Whether it is proved that no cheaper set, and none between those of `best`, does. False where a search did not come to its end,
        where there are too many branches or combinations to go through, and where codes, names or facts are open by which one branch or
        another might be met whatever the answer is; `best` then holds what was found, each of which does.
    """

    regime: str
    verdict: Verdict
    best: tuple[Fix, ...] = ()
    branches: tuple[Branch, ...] = ()
    blocked: tuple[str, ...] = ()
    at_home: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    exact: bool = True

    @property
    def cheapest(self) -> Fix | None:
        """The first of `best`."""
        return self.best[0] if self.best else None


def unique(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """The alternatives, refused where two have one id.

    Raises
    ------
    MadeinError
        Naming the second one.
    """
    found: dict[str, Alternative] = {}
    for one in alternatives:
        if one.id in found:
            first = found[one.id].where or "an earlier place"
            raise MadeinError(f"alternative {one.id!r} stands twice", one.where, f"first at {first}", "rename one")
        found[one.id] = one
    return tuple(found.values())
