"""One product on several markets: under each regime open to it, the decision, its deciding figure, the proof and what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from madein.core.errors import MadeinError
from madein.origin.decide import decide
from madein.origin.duty import DutyDifference, Tariffs, compare
from madein.origin.fixes import Alternative, Fixes, fixes
from madein.origin.hs import HsSet
from madein.origin.markets import market, open_regimes
from madein.origin.model import Bill, Number, Verdict
from madein.origin.proofs import Proofs, proofs
from madein.origin.provisions import law
from madein.origin.regimes import Regime
from madein.origin.result import Decision, Explained, Question, State
from madein.origin.us import Country, substantial_transformation, textile_origin

_TEXTILES = HsSet((("50", "63"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What claiming a preference is weighed with.

    Parameters
    ----------
    tariffs : Tariffs or None
        Rates of duty; those that come with the package if None.
    shipment_value : Decimal, Fraction or None
        Customs value of a shipment, in the product's currency.
    compliance_cost : Decimal, Fraction or None
        Cost of claiming per shipment: certificate, records, time.
    alternatives : tuple of Alternative
        What could be bought or made elsewhere, to find the cheapest change that makes the product originate.
    """

    tariffs: Tariffs | None = None
    shipment_value: Number | None = None
    compliance_cost: Number | None = None
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A product on one market under one regime.

    Parameters
    ----------
    bill : Bill
        The product with this market as its destination.
    destination : str
        Code of the market.
    regime : Regime or None
        None where no regime that is held is open between the two countries on the day.
    decision : Decision or None
        Under a preference.
    country : Country or None
        The finding of a country of origin, where the market gives no preference but asks where goods come from.
    proofs : Proofs or None
        Documents of origin that would do.
    duty : DutyDifference or None
        What a preference would save, from rates that are held or given.
    fixes : Fixes or None
        Of a preference that is not a yes: what is missing, and the cheapest change that would make it one.
    on : date or None
        Day the law was applied at; the newest law held if None.
    """

    bill: Bill
    destination: str
    regime: Regime | None = None
    decision: Decision | None = None
    country: Country | None = None
    proofs: Proofs | None = None
    duty: DutyDifference | None = None
    fixes: Fixes | None = None
    on: date | None = None

    @property
    def name(self) -> str:
        """Key of the regime, "" where none is open."""
        return self.regime.name if self.regime else ""

    @property
    def verdict(self) -> Verdict | None:
        """Of a preference; None where there is none to claim."""
        return self.decision.verdict if self.decision else None

    @property
    def tree(self) -> Explained | None:
        """The explanation."""
        return self.decision.tree if self.decision else self.country.tree if self.country else None

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is open, what settles most first."""
        return self.decision.questions if self.decision else self.country.questions if self.country else ()

    @property
    def deciding(self) -> Explained | None:
        """The leaf with a limit that carried a yes, or that a no missed by least; None where no figure decided."""
        return deciding(self.decision) if self.decision else None


def deciding(decision: Decision) -> Explained | None:
    """The leaf whose figure decided: of alternatives the one with the widest margin, of tests that must all be met the narrowest.

    Only leaves that went the way of the answer count, and not those that decided an intermediate.

    Examples
    --------
    >>> half = Explained("at most 45 %", False, low=Fraction(50), high=Fraction(50), limit=Fraction(45), sense="max")
    >>> deciding(Decision(regime="X", verdict="no", origin="no", tree=Explained("x", False, children=(half,)))).margin
    Fraction(-5, 1)
    """
    return _deciding(decision.tree, {"yes": True, "no": False, "unknown": None}[decision.origin])


def _deciding(node: Explained, wanted: State) -> Explained | None:
    below = [(child, found) for child in node.children if child.state is wanted and child.code != "ROLL_UP" and (found := _deciding(child, wanted))]
    # Tolerances under a test are ways to be excused from it.
    either = [found for child, found in below if node.label == "any of" or child.code.startswith(("TOLERANCE", "TEXTILE"))]
    every = [found for _, found in below if found not in either]
    every += [node] if reading(node) is not None else []
    every += [max(either, key=_margin)] if either else []
    return min(every, key=_margin, default=None)


def reading(node: Explained) -> tuple[Fraction, Fraction] | None:
    """Share and margin of a leaf with a limit, as its answer needs them: a no holds on the reading best for the good, all else on the worst.

    Examples
    --------
    >>> reading(Explained("at least 45 %", False, low=Fraction(32), high=Fraction(44), limit=Fraction(45), sense="min"))
    (Fraction(44, 1), Fraction(-1, 1))
    """
    if node.limit is None or not node.sense:
        return None
    share = node.high if (node.sense == "max") is (node.state is not False) else node.low
    if share is None:
        return None
    return share, node.limit - share if node.sense == "max" else share - node.limit


def _margin(node: Explained) -> Fraction:
    found = reading(node)
    return found[1] if found else Fraction(0)


def assess(bill: Bill, to: Iterable[str], on: date | None = None, regimes: Sequence[str] = (), terms: Terms | None = None) -> tuple[Assessment, ...]:
    """A product on several markets, under every regime open to it.

    Parameters
    ----------
    bill : Bill
        The product; its country of export must be stated.
    to : iterable of str
        Markets, in any spelling.
    on : date, optional
        Day the law is applied at; the newest law held without it.
    regimes : sequence of str
        Look only at these.
    terms : Terms, optional
        Rates of duty, and what a claim costs.

    Returns
    -------
    tuple of Assessment
        In the order of the markets; a market no regime is open to gives one without a regime.

    Raises
    ------
    MadeinError
        If a market is no country, or the bill does not say where the product is exported from.

    Examples
    --------
    >>> from madein.origin.model import Line, Product, exact
    >>> car = Product("car", "870380", "2022", country="VNM", value=exact(20000), basis="EXW", currency="USD")
    >>> bill = Bill(car, (Line("1", "parts", origin="CHN", originating=False, value=exact(9100)),), gates={"minimal_operations": "met"})
    >>> [(a.destination, a.name, a.verdict) for a in assess(bill, ["EU", "US", "Brazil"])]
    [('EU', 'EVFTA', 'no'), ('USA', 'US', None), ('BRA', '', None)]
    """
    country = bill.product.country
    if not country:
        raise MadeinError("the country of export is not stated", bill.label, "it decides which regimes are open", "write country under product")
    return tuple(
        found for code in dict.fromkeys(market(word, on) for word in to) for found in _one(bill, country, code, on, regimes, terms or Terms())
    )


def _one(bill: Bill, country: str, destination: str, on: date | None, only: Sequence[str], terms: Terms) -> Iterator[Assessment]:
    sold = replace(bill, product=replace(bill.product, destination=destination))
    found = open_regimes(country, destination, on, only)
    if not found:
        yield Assessment(bill=sold, destination=destination, on=on)
    for regime in found:
        if regime.kind != "preference":
            yield Assessment(bill=sold, destination=destination, regime=regime, country=_country(sold), duty=_duty(sold, regime, on, terms), on=on)
            continue
        decision, duty = decide(sold, regime.name, on), _duty(sold, regime, on, terms)
        saved = duty.per_unit[0] if duty is not None and duty.per_unit is not None and duty.benefit == "yes" else None
        missing = None if decision.verdict == "yes" else fixes(sold, regime.name, on, terms.alternatives, saved)
        yield Assessment(
            bill=sold, destination=destination, regime=regime, decision=decision, proofs=proofs(sold, law(regime.name, on)), duty=duty,
            fixes=missing, on=on,
        )  # fmt: skip


def _duty(bill: Bill, regime: Regime, on: date | None, terms: Terms) -> DutyDifference | None:
    """The duty on the day; without one, on that of the law held. A rate of an earlier day is used and says so."""
    day = on or regime.law_held_as_of
    if day is None:
        return None
    return compare(
        bill.product, bill.product.destination, regime.name, day, tariffs=terms.tariffs, shipment_value=terms.shipment_value,
        compliance_cost=terms.compliance_cost, latest=True,
    )  # fmt: skip


def _country(bill: Bill) -> Country:
    """The country of origin as the United States finds it: by the steps for textiles, else by substantial transformation."""
    return textile_origin(bill) if _TEXTILES.holds(bill.product.hs) else substantial_transformation(bill)
