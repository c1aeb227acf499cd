"""What a preference is worth: the duty without it against the duty with it, in points, per unit, per shipment, less the cost of proof.

A figure is computed only from rates that are held for the day or given by the user. "Qualifies" and "worth claiming" are two things: a
zero duty without preference, a preferential rate that is not lower, or a cost of proof above the saving all make a claim worthless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from madein.core.countries import economy
from madein.core.errors import MadeinError
from madein.origin.duty.find import Circumstances, Side, find, given, national, tariff_of
from madein.origin.duty.rate import number
from madein.origin.duty.staging import ceiling
from madein.origin.duty.table import Tariffs, held, layouts
from madein.origin.model import Number, Product, exact
from madein.origin.result import Question, shown

Benefit = Literal["none", "yes", "unknown"]
Range = tuple[Fraction, Fraction | None]
"""From, to; None where nothing bounds it."""

NOT_INCLUDED = "additional duties are not included: anti-dumping, countervailing, safeguard"


@dataclass(frozen=True, kw_only=True)
class DutyDifference:
    """The duty of a good without and with preference.

    Parameters
    ----------
    regime, importer, origin : str
        Regime; whose tariff is applied (``EU`` for its members); country the good comes from.
    on : date
        Day the rates are looked up for.
    hs, edition : str
        Code of the good.
    mfn, preferential : Side
        The two duties, each with its source.
    benefit : {"none", "yes", "unknown"}
        Whether a preference saves anything at all, before the cost of claiming it.
    reasons : tuple of str
        Why, in order of weight.
    points : (Fraction, Fraction or None) or None
        Saving in percentage points; None where neither bound is known.
    at_least : bool
        True where the saving may be larger, because the agreement caps the preferential rate by one that is not held.
    per_unit, per_shipment : (Fraction, Fraction or None) or None
        Saving in ``currency``.
    cost : Fraction or None
        Cost of compliance per shipment, as given.
    net : (Fraction, Fraction or None) or None
        ``per_shipment`` less ``cost``.
    worth : {"yes", "no", "unknown", ""}
        Whether it is worth claiming at that cost; "" where no cost is given.
    break_even : (Fraction, Fraction or None) or None
        Customs value of a shipment at which the saving equals the cost: least and most.
    questions : tuple of Question
        What would settle what is open.
    notes : tuple of str
        What is not included, what was assumed.
    """

    regime: str
    importer: str
    origin: str
    on: date
    hs: str
    edition: str
    mfn: Side
    preferential: Side
    benefit: Benefit
    reasons: tuple[str, ...]
    points: Range | None = None
    at_least: bool = False
    currency: str = ""
    per_unit: Range | None = None
    per_shipment: Range | None = None
    cost: Fraction | None = None
    net: Range | None = None
    worth: str = ""
    break_even: Range | None = None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


def _exact(value: Number | int | str | None) -> Fraction | None:
    return None if value is None else Fraction(exact(value))


def compare(
    product: Product,
    importer: str = "",
    regime: str = "",
    on: date | None = None,
    *,
    tariffs: Tariffs | None = None,
    mfn: str | Number | None = None,
    preferential: str | Number | None = None,
    ceiling_rate: str | Number | None = None,
    value: Number | None = None,
    quantities: Mapping[str, Number] | None = None,
    fx: Mapping[str, Number] | None = None,
    in_quota: bool | None = None,
    codes: Mapping[str, str] | None = None,
    units: Number | None = None,
    shipment_value: Number | None = None,
    compliance_cost: Number | None = None,
    latest: bool = False,
) -> DutyDifference:
    """The duty of a good without and with preference on a day.

    Parameters
    ----------
    product : Product
        The good; its value per unit is taken for the customs value unless ``value`` is given.
    importer : str
        Where it is imported; the product's destination where empty.
    regime : str
        Regime claimed (``EVFTA``, ``UKVFTA``, ``CPTPP``, ...); empty or ``US`` for no preference.
    on : date
        Day of import.
    tariffs : Tariffs
        Rates; those that come with the package where None.
    mfn, preferential, ceiling_rate : text or number
        Rates the user gives (a number is percent); ``ceiling_rate`` is the duty paid before the agreement, where it caps the preference.
    value, quantities, fx, in_quota, codes, latest
        As of `madein.origin.duty.find.Circumstances`.
    units, shipment_value
        Units of the good in a shipment, or its customs value, in the product's currency.
    compliance_cost : number
        Cost of claiming per shipment: certificate, records, time.

    Raises
    ------
    MadeinError
        If no day or no importer is given, or a rate given is not understood.

    Examples
    --------
    >>> car = Product(hs="870380", hs_edition="2022", country="VNM", destination="EU", value=exact(20000), currency="EUR")
    >>> found = compare(car, regime="EVFTA", on=date(2020, 9, 1), compliance_cost=exact(60), units=exact(1))
    >>> found.mfn.text, found.preferential.text, found.benefit, number(found.points[0]), number(found.per_unit[0]), found.worth
    ('10%', '8.7%', 'yes', '1.3', '260', 'yes')
    >>> compare(car, "GBR", "UKVFTA", date(2021, 3, 1)).preferential.state
    'not held'
    """
    if on is None:
        raise MadeinError("no day is given", "duty", fix="give the day of import")
    place = importer or product.destination
    if not place:
        raise MadeinError("no importer is given", "duty", fix="give the country the good is imported to")
    where = place if place in ("EU", *layouts()["unions"]) else tariff_of(economy(place), on)
    table = held() if tariffs is None else tariffs
    worth_one = _exact(value) if value is not None else _exact(product.value)
    at = Circumstances(
        worth_one,
        product.currency,
        {key: Fraction(exact(v)) for key, v in (quantities or {}).items()},
        {key: Fraction(exact(v)) for key, v in (fx or {}).items()},
        in_quota,
        national(codes or {}),
        latest,
    )
    base = _mfn(product, where, table, on, at, mfn)
    preference = _preference(product, where, table, on, at, regime, preferential)
    cap = None if preferential is not None else ceiling(regime, where, on)
    asks: tuple[Question, ...] = ()
    if cap is not None and preference.low is not None and preference.high != 0:
        if ceiling_rate is not None:
            preference, cap = _capped(preference, given("preferential", _text(ceiling_rate), on, at), cap["article"]), None
        else:
            asks = (Question("duty", "", "preferential.ceiling", cap["question"]),)
    else:
        cap = None
    benefit, reasons = _benefit(base, preference, regime, cap is not None)
    # A figure of another day must not look like one of this day.
    reasons += tuple(f"{side.kind} rate of {side.stale}, not of {on}" for side in (base, preference) if side.stale)
    points = _points(base, preference, cap is not None) if benefit != "none" else (Fraction(0), Fraction(0))
    notes = _notes(product, where, value, worth_one, base, preference)
    shipment = _exact(shipment_value)
    if shipment is None and units is not None and worth_one is not None:
        shipment = Fraction(exact(units)) * worth_one
    if shipment is None and product.shipment and product.shipment.currency == product.currency:
        shipment = _exact(product.shipment.value)
    cost = _exact(compliance_cost)
    per_shipment = _times(points, shipment)
    net: Range | None = None
    if per_shipment is not None and cost is not None:
        net = per_shipment[0] - cost, None if per_shipment[1] is None else per_shipment[1] - cost
    return DutyDifference(
        regime=regime,
        importer=where,
        origin=product.country,
        on=on,
        hs=product.hs,
        edition=product.hs_edition,
        mfn=base,
        preferential=preference,
        benefit=benefit,
        reasons=reasons,
        points=points,
        at_least=cap is not None and benefit == "yes",
        currency=product.currency,
        per_unit=_times(points, worth_one),
        per_shipment=per_shipment,
        cost=cost,
        net=net,
        worth=_worth(benefit, net, cost, cap is not None),
        break_even=_break_even(points, cost) if benefit != "none" else None,
        questions=() if benefit == "none" else tuple(dict.fromkeys((*base.questions, *preference.questions, *asks))),
        notes=notes,
    )


def _text(rate: str | Number) -> str:
    return rate if isinstance(rate, str) else f"{number(Fraction(exact(rate)))}%"


def _mfn(product: Product, where: str, table: Tariffs, on: date, at: Circumstances, rate: str | Number | None) -> Side:
    if rate is None and product.mfn_pct is not None and (not product.destination or tariff_of(product.destination, on) == where):
        rate = product.mfn_pct
    return find("mfn", product, where, table, on, at) if rate is None else given("mfn", _text(rate), on, at)


def _preference(product: Product, where: str, table: Tariffs, on: date, at: Circumstances, regime: str, rate: str | Number | None) -> Side:
    if rate is not None:
        return given("preferential", _text(rate), on, at)
    if regime in ("", "US"):
        why = "the non-preferential rules of the United States give no preference" if regime else "no preference is claimed"
        return Side("preferential", "none", notes=(why,))
    return find("preferential", product, where, table, on, at, regime, tariff_of(product.country, on))


def _capped(side: Side, cap: Side, article: str) -> Side:
    """A preferential rate under a ceiling that the user gives."""
    if cap.low is None or cap.high is None or side.low is None:
        return side
    low, high = min(side.low, cap.low), cap.high if side.high is None else min(side.high, cap.high)
    state = side.state if side.state != "held" or low == high else "open"
    note = f"not above {cap.text}, paid before the agreement ({article})"
    return Side(side.kind, state, low, high, side.text, side.lines, side.source, side.held, side.questions, (*side.notes, note))


def _benefit(base: Side, preference: Side, regime: str, capped: bool) -> tuple[Benefit, tuple[str, ...]]:
    if base.high == 0:
        return "none", ("the duty without preference is zero",)
    if preference.state == "none":
        return "none", preference.notes
    if preference.state == "excluded":
        return "none", (f"{regime or 'the agreement'} gives no preferential rate here: {preference.text}",)
    told = [(name, side) for name, side in (("MFN", base), ("preferential", preference)) if side.low is None and side.high is None]
    if told:
        return "unknown", tuple(f"{name} rate {side.state}" for name, side in told)
    if base.low is not None and preference.high is not None and base.low > preference.high:
        return "yes", (f"the preferential rate is lower: {preference.text} against {base.text}",)
    if base.high is not None and preference.low is not None and preference.low >= base.high:
        higher = "higher than" if preference.low > base.high else "equal to"
        said = f"the preferential rate is {higher} the rate without preference: {preference.text} against {base.text}"
        if capped:
            return "unknown", (f"{said}; a ceiling applies that is not held",)
        return "none", (said + ("; early stages of a reduction can be" if higher == "higher than" else ""),)
    return "unknown", (f"the rates overlap: {preference.text} against {base.text}",)


def _points(base: Side, preference: Side, capped: bool) -> Range | None:
    """Points saved; never below zero, because nobody has to claim."""
    if base.low is None and base.high is None:
        return None
    most_paid = preference.high
    low = max(Fraction(0), base.low - most_paid) if base.low is not None and most_paid is not None else Fraction(0)
    if base.high is None:
        return low, None
    least_paid = preference.low if preference.low is not None else Fraction(0)
    if capped and preference.low is not None:
        # The ceiling is not held: the figure is the least that is saved, and the most stays the whole duty.
        return low, low if base.low == base.high and preference.low == preference.high else base.high
    return low, max(low, base.high - least_paid)


def _times(points: Range | None, value: Fraction | None) -> Range | None:
    if points is None or value is None:
        return None
    return points[0] * value / 100, None if points[1] is None else points[1] * value / 100


def _worth(benefit: Benefit, net: Range | None, cost: Fraction | None, at_least: bool) -> str:
    if benefit == "none":
        return "no"
    if cost is None:
        return ""
    if net is None or benefit == "unknown":
        return "no" if net is not None and net[1] is not None and net[1] <= 0 and not at_least else "unknown"
    if net[0] > 0:
        return "yes"
    return "no" if net[1] is not None and net[1] <= 0 and not at_least else "unknown"


def _break_even(points: Range | None, cost: Fraction | None) -> Range | None:
    if points is None or cost is None or points[1] == 0:
        return None
    least = Fraction(0) if points[1] is None else cost / points[1] * 100
    return least, cost / points[0] * 100 if points[0] else None


def _notes(product: Product, where: str, value: Number | None, worth_one: Fraction | None, base: Side, preference: Side) -> tuple[str, ...]:
    notes = [NOT_INCLUDED + (", sections 201, 232, 301" if where == "USA" else "")]
    if worth_one is not None and value is None and product.basis not in ("", "CIF"):
        notes.append(f"computed on the {product.basis} value; the customs value may include freight and insurance")
    if preference.lines and not product.country:
        origins = ", ".join(dict.fromkeys(x.origin for x in preference.lines))
        notes.append(f"no country of export is given: the preferential rate is the one for {origins}")
    for side in (base, preference):
        if side.held:
            notes.append(f"{'MFN' if side is base else 'preferential'} rate held: {side.held}")
        held_source = next((line.source for line in side.lines if line.source in layouts()["sources"]), "")
        if held_source and "before signature" in layouts()["sources"][held_source]["note"]:
            notes.append("the schedule read is the text before signature: check the rate against the published one")
    return tuple(dict.fromkeys(notes))


def pct(side: Side) -> str:
    """A duty in percent as people read it.

    Examples
    --------
    >>> pct(Side("mfn", "held", Fraction(27, 10), Fraction(27, 10))), pct(Side("mfn", "open", Fraction(0), None)), pct(Side("mfn", "not held"))
    ('2.7%', 'at least 0%', 'rate not held')
    """
    if side.state == "none":
        return "no preference"
    if side.state == "excluded":
        return "no preferential rate"
    if side.low is None and side.high is None:
        return "rate not held" if side.state == "not held" else "open"
    low = "0" if side.low is None else _short(side.low)
    if side.high is None:
        return f"at least {low}%"
    return f"{low}%" if side.low == side.high else f"{low}% to {_short(side.high)}%"


def _short(value: Fraction) -> str:
    text = str(shown(value))
    return text.rstrip("0").rstrip(".") if "." in text else text
