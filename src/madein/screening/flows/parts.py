"""Parts of a lane: all its lines, or only those of one supplier, one buyer or both, where a firm also trades the code for itself.

A firm that makes the goods and passes others on besides buys and sells them with more than one foreign party. What passes through
then is a part of its lane, and shows in that part alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from madein.screening.flows import weigh
from madein.screening.flows.lots import LotMatch, match_lots, shipments
from madein.screening.flows.sides import Side
from madein.screening.flows.weigh import rules

WIDEST = 6
"""How many suppliers and how many buyers of a lane are looked at alone, those with most lots first."""


@dataclass(frozen=True, slots=True)
class Part:
    """Import and export lines that are looked at together, and what they show.

    Attributes
    ----------
    ins, outs : Side
    points : float array
        Wedge on the day of each export line.
    before : int
        Export lines of the same parties before the wedge began.
    markup, ratio : float
        Export over import price per kilogram; mass out over mass in.
    lots : LotMatch
    tried : int
        How many parts it was chosen from.
    supplier, buyer : int or None
        Numbers of foreign parties; None where lines of all are meant.
    """

    ins: Side
    outs: Side
    points: np.ndarray
    before: int
    markup: float
    ratio: float
    lots: LotMatch
    tried: int = 1
    supplier: int | None = None
    buyer: int | None = None

    @property
    def whole(self) -> bool:
        """True where all lines of the lane are meant."""
        return self.supplier is None and self.buyer is None

    def pieces(self, base: float) -> dict[str, float]:
        """Weight of what the part shows by itself, nats; looking at many parts is paid for.

        Parameters
        ----------
        base : float
            Share of trade at large before the wedge began.
        """
        low, high = rules()["caps"]["lots"]
        return {
            "began": weigh.began(self.before, len(self.outs), base), "price": weigh.price(self.markup), "mass": weigh.mass(self.ratio),
            "lots": min(max(self.lots.weight - float(np.log(self.tried)), low), high),
        }  # fmt: skip

    def telling(self, base: float) -> float:
        """How much the part tells, nats, without the caps that keep one piece from deciding."""
        pieces = self.pieces(base)
        return max(self.lots.weight - float(np.log(self.tried)), 0.0) + pieces["price"] + pieces["mass"] + pieces["began"]


def part_of(ins: Side, outs: Side, shipment: np.ndarray, points: np.ndarray, before: int) -> Part | None:
    """Look at lines together; None where they are too few or their mark-up rules passing through out.

    Parameters
    ----------
    ins, outs : Side
    shipment : int array
        Of `lots.shipments`, for each export line.
    """
    r = rules()
    if len(outs) < r["lots"] or len(ins) < r["lots"]:
        return None
    markup, ratio = (outs.value.sum() / outs.kg.sum()) / (ins.value.sum() / ins.kg.sum()), outs.kg.sum() / ins.kg.sum()
    lots = _matched(ins, outs, np.unique(shipment, return_inverse=True)[1])
    found = lots.like >= 0
    # Lots that match no oftener than by chance say nothing of the price of what passes through.
    if lots.observed >= r["matched"] and lots.weight > 0:
        markup = np.exp(np.median(np.log((outs.value / outs.kg)[found] / (ins.value / ins.kg)[lots.like[found]])))
    if not r["markup"][0] <= markup <= r["markup"][1]:
        return None
    return Part(ins, outs, points, before, float(markup), float(ratio), lots)


def _matched(ins: Side, outs: Side, parcel: np.ndarray) -> LotMatch:
    """Matches within the stretch of time in which they tell most: goods that leave soon have fewer lots to be like by chance."""
    r = rules()
    tried = [match_lots(ins.day, ins.kg, outs.day, outs.kg, parcel, tuple(r["same_mass"]), days, r["hit"]) for days in r["window_days"]]
    best = max(tried, key=lambda m: m.weight)
    return replace(best, weight=best.weight - float(np.log(len(tried))))


def _busiest(side: Side) -> list[int | None]:
    """Foreign parties of enough lots, those with most first; None first, which stands for all of them."""
    count = np.bincount(side.party + 1)[1:]
    several = int((count > 0).sum()) > 1
    order = np.lexsort((np.arange(len(count)), -count))[:WIDEST]
    return [None, *(int(n) for n in order if count[n] >= rules()["lots"])] if several else [None]


def _parts(ins: Side, outs: Side, points: np.ndarray, early: Side) -> Iterator[Part]:
    suppliers, buyers = _busiest(ins), _busiest(outs)
    tried = len(suppliers) * len(buyers)
    parcel = shipments(outs.day, outs.party, outs.value / outs.kg, rules()["partial_days"])
    come = {s: ins if s is None else ins.take(ins.party == s) for s in suppliers}
    for buyer in buyers:
        mark = np.ones(len(outs), bool) if buyer is None else outs.party == buyer
        before = len(early) if buyer is None else int((early.party == buyer).sum())
        left, kind, rate = outs.take(mark), parcel[mark], points[mark]
        for supplier in suppliers:
            found = part_of(come[supplier], left, kind, rate, before)
            if found is not None:
                yield replace(found, tried=1 if supplier is None and buyer is None else tried, supplier=supplier, buyer=buyer)


def most_telling(ins: Side, outs: Side, points: np.ndarray, early: Side, base: float) -> Part | None:
    """The part of a lane that tells most; the whole of it unless a part tells clearly more.

    Parameters
    ----------
    early : Side
        Export lines before the wedge began.
    base : float
        Share of trade at large before it began.
    """
    best: Part | None = None
    if len(ins) < rules()["lots"] or len(outs) < rules()["lots"]:
        return None
    for part in _parts(ins, outs, points, early):
        # The first is the whole lane, where it can be looked at.
        if best is None or part.telling(base) > best.telling(base) + (rules()["part_margin"] if best.whole else 0.0):
            best = part
    return best
