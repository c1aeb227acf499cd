"""Figures of value alone, without a verdict: non-originating value, regional value content by each method, adjusted value.

Sources of the points settled here: 19 CFR 10.2022 (retail packing counts as originating or not, shipping packing is left out),
19 CFR 10.1016 (a material bought at home from an unrelated seller is worth the price paid).
"""

from __future__ import annotations

from fractions import Fraction

from madein.origin.assemble import assemble
from madein.origin.leaves.common import Outcome, share, values
from madein.origin.leaves.value import _originating
from madein.origin.model import Bill
from madein.origin.provisions import given_law


def figures(bill: Bill) -> dict[str, Fraction]:
    """Every figure of value the bill allows, by name; shares in percent, values in its currency.

    Examples
    --------
    >>> from madein.origin.model import Line, Product, exact
    >>> lines = (Line("1", originating=False, value=exact(50)), Line("2", originating=True, value=exact(35)))
    >>> pack = Bill(Product(value=exact(100), basis="AV"), lines)
    >>> {name: int(value) for name, value in figures(pack).items() if name in ("vnm_value", "build_down_pct", "build_up_pct")}
    {'vnm_value': 50, 'build_down_pct': 50, 'build_up_pct': 35}
    """
    good = assemble(bill, given_law("arithmetic"), bill.product.hs)
    found: dict[str, Fraction] = {}
    scale = good.bill.scale
    price = good.low
    if bill.product.basis == "TV" and price is not None:
        # A transaction value that holds the containers for shipment is adjusted by taking them out.
        packed = [bill.whole(line.value) for line in bill.lines if line.role == "shipping_packing"]
        if None not in packed:
            price -= sum(p for p in packed if p is not None)
        found["adjusted_value"] = Fraction(price, scale)
    elif bill.product.basis == "AV" and price is not None:
        found["adjusted_value"] = Fraction(price, scale)
    low, high = values(good.valued, None, Outcome("", ""))
    if low == high:
        found["vnm_value"] = Fraction(low) / scale
        for name, base in (("build_down_pct", price), ("net_cost_pct", good.net)):
            part = share(low, base)
            if part is not None:
                found[name] = 100 - part
        part = share(low, price)
        if part is not None:
            found["max_nom_pct"] = part
    own_low, own_high = _originating(good, Outcome("", ""))
    part = share(own_low, price)
    if own_low == own_high and part is not None:
        found["build_up_pct"] = part
    lines = bill.lines
    if len(lines) == 1 and lines[0].value is not None and lines[0].acquired_in and lines[0].related_seller is False:
        found["material_value"] = Fraction(lines[0].value)
    return found
