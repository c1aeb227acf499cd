"""A duty difference for people and for machines."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from madein.origin.duty.compare import DutyDifference, Range, pct
from madein.origin.duty.find import Side
from madein.origin.duty.table import TariffLine
from madein.origin.result import shown


def _amount(value: Fraction | None) -> str | None:
    return None if value is None else str(shown(value))


def _range(found: Range | None) -> dict[str, str | None] | None:
    return None if found is None else {"low": _amount(found[0]), "high": _amount(found[1])}


def _line(x: TariffLine) -> dict[str, str | None]:
    last = x.end.isoformat() if x.end else None
    return {"hs": x.hs, "ex": x.ex, "nomenclature": x.nomenclature, "rate": x.rate, "from": x.start.isoformat(), "to": last}


def _side(side: Side) -> dict[str, Any]:
    return {
        "state": side.state,
        "rate": side.text,
        "low_pct": _amount(side.low),
        "high_pct": _amount(side.high),
        "lines": [_line(x) for x in side.lines],
        "source": side.source,
        "held": side.held,
        "notes": list(side.notes),
    }


def record(found: DutyDifference) -> dict[str, Any]:
    """A duty difference as JSON holds it; amounts are texts rounded to two decimals.

    Examples
    --------
    >>> from datetime import date
    >>> from madein.origin.duty.compare import compare
    >>> from madein.origin.model import Product
    >>> laptop = Product(hs="851713", hs_edition="2022", country="VNM", destination="EU")
    >>> record(compare(laptop, regime="EVFTA", on=date(2020, 9, 1)))["benefit"]
    'none'
    """
    return {
        "regime": found.regime,
        "importer": found.importer,
        "origin": found.origin,
        "on": found.on.isoformat(),
        "hs": found.hs,
        "hs_edition": found.edition,
        "benefit": found.benefit,
        "reasons": list(found.reasons),
        "mfn": _side(found.mfn),
        "preferential": _side(found.preferential),
        "saving_points": _range(found.points),
        "saving_at_least": found.at_least,
        "currency": found.currency,
        "saving_per_unit": _range(found.per_unit),
        "saving_per_shipment": _range(found.per_shipment),
        "compliance_cost": _amount(found.cost),
        "net_per_shipment": _range(found.net),
        "worth_claiming": found.worth,
        "break_even_shipment_value": _range(found.break_even),
        "questions": [{"ask": q.ask, "key": q.key, "text": q.text} for q in found.questions],
        "notes": list(found.notes),
    }


def _from_to(found: Range, unit: str, at_least: bool) -> str:
    low = f"{_amount(found[0])} {unit}"
    if found[1] is None or (at_least and found[0] == found[1]):
        return f"at least {low}"
    return low if found[0] == found[1] else f"{_amount(found[0])} to {_amount(found[1])} {unit}"


def lines(found: DutyDifference) -> list[str]:
    """A duty difference as lines for a terminal, the benefit first.

    Examples
    --------
    >>> from datetime import date
    >>> from madein.origin.duty.compare import compare
    >>> from madein.origin.model import Product
    >>> phone = Product(hs="851713", hs_edition="2022", country="VNM", destination="EU")
    >>> for line in lines(compare(phone, regime="EVFTA", on=date(2020, 9, 1)))[:2]:
    ...     print(line)
    benefit: none (the duty without preference is zero)
    duty without preference: 0% (0%; Common Customs Tariff of the European Union at the end of 2020, column cet_duty_rate of the United \
Kingdom's comparison (rates at the end of 2020))
    """
    out = [f"benefit: {found.benefit} ({'; '.join(found.reasons)})"]
    for word, side in (("without", found.mfn), ("with", found.preferential)):
        told = "; ".join(x for x in (side.text, side.source) if x)
        out.append(f"duty {word} preference: {pct(side)}" + (f" ({told})" if told else ""))
        out += [f"  {note}" for note in side.notes]
    if found.benefit != "none":
        money = found.currency
        savings = (("", found.points, "points"), (" per unit", found.per_unit, money), (" per shipment", found.per_shipment, money))
        out += [f"saving{per}: {_from_to(saving, unit, found.at_least)}" for per, saving, unit in savings if saving is not None]
    if found.cost is not None:
        out.append(f"cost of claiming per shipment: {_amount(found.cost)} {found.currency}")
    if found.worth:
        out.append(f"worth claiming: {found.worth}")
    if found.break_even is not None:
        least, most = found.break_even
        if least == most:
            span = f"{'at most ' if found.at_least else ''}{_amount(least)}"
        else:
            span = f"from {_amount(least)}" + (f" to {_amount(most)}" if most else "")
        out.append(f"break-even value of a shipment: {span} {found.currency}")
    out += [f"question: {q.text}" for q in found.questions]
    out += [f"note: {note}" for note in found.notes]
    return out
