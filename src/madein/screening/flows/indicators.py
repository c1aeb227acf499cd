"""Indicators by code, each an Ibis expression: a part and a whole in cents, so that each can be asked whether the wedge draws it.

Every function takes `Frame.lines` (and tables joined to it) on any Ibis backend and gives hs8, part, whole.
"""

from __future__ import annotations

from typing import Any

import ibis

from madein.screening.flows.frame import total
from madein.screening.flows.rerouting import exports_to, imports_from

SAME_MARKUP, SAME_MASS = (0.95, 1.3), (0.80, 1.25)
"""Export over import price per kilogram, and mass out over mass in, of goods nobody worked on."""


def mismatch(lines: Any) -> Any:
    """Imports sent from another country than the one they are said to originate in.

    Returns
    -------
    ibis table
        hs8, part (origin and departure differ), whole (both are declared).
    """
    held = lines.filter((lines.flow == "import") & lines.origin.notnull() & lines.departure.notnull())
    return held.group_by("hs8").agg(part=total((held.origin != held.departure).ifelse(held.cents, 0)), whole=total(held.cents))


def converted_not(lines: Any, source: str, market: str, unit: str = "firm_id") -> Any:
    """Exports whose unit imported the code in the quarter at nearly the same price and mass: no conversion shows.

    Returns
    -------
    ibis table
        hs8, part (mark-up within `SAME_MARKUP` and mass within `SAME_MASS`), whole (exports to the market).
    """
    keys = [unit, "hs8", "q"]
    came, left = imports_from(lines, source), exports_to(lines, market)
    m = came.group_by(keys).agg(m_cents=total(came.cents), m_grams=total(came.grams))
    x = left.group_by(keys).agg(cents=total(left.cents), grams=total(left.grams))
    both = x.left_join(m, keys)
    mass = both.grams / both.m_grams.nullif(0)
    markup = (both.cents / both.grams.nullif(0)) / (both.m_cents.nullif(0) / both.m_grams.nullif(0))
    same = (markup.between(*SAME_MARKUP) & mass.between(*SAME_MASS)).coalesce(False)
    return both.group_by("hs8").agg(part=total(same.ifelse(both.cents, 0)), whole=total(both.cents))


def unit_value_bounds(lines: Any, flow: str, partner: str) -> Any:
    """Median and robust spread of log unit values by code, partner and year.

    The spread is the distance of the quartiles over 1.349, the standard deviation of a normal: both and the median come from one
    pass, where a median absolute deviation takes two.

    Returns
    -------
    ibis table
        hs8, partner, year, n, middle, spread (of logs of currency per kilogram).
    """
    held = lines.filter((lines.flow == flow) & (lines.grams > 0) & (lines.cents > 0))
    held = held.mutate(year=(held.q / 4).floor().cast("int32"), uv=(held.cents / held.grams).ln(), partner=held[partner])
    quartile = held.group_by(["hs8", "partner", "year"]).agg(n=held.count(), q=held.uv.quantile([0.25, 0.5, 0.75]))
    return quartile.mutate(middle=quartile.q[1], spread=(quartile.q[2] - quartile.q[0]) / 1.349).drop("q")


def outlying(lines: Any, flow: str = "import", partner: str = "origin", far: float = 3.5, least: int = 8) -> Any:
    """Lines whose unit value lies far from its group's median.

    Parameters
    ----------
    far : float
        Robust standard deviations.
    least : int
        Groups of fewer lines judge nobody.

    Returns
    -------
    ibis table
        hs8, part (further than `far`), low (the part below the median), whole.
    """
    bounds = unit_value_bounds(lines, flow, partner)
    bounds = bounds.filter((bounds.n >= least) & (bounds.spread > 0))
    held = lines.filter((lines.flow == flow) & (lines.grams > 0) & (lines.cents > 0))
    held = held.mutate(year=(held.q / 4).floor().cast("int32"), uv=(held.cents / held.grams).ln(), partner=held[partner])
    both = held.inner_join(bounds, ["hs8", "partner", "year"])
    z = (both.uv - both.middle) / both.spread
    return both.group_by("hs8").agg(
        part=total((z.abs() > far).ifelse(both.cents, 0)), low=total((z < -far).ifelse(both.cents, 0)), whole=total(both.cents)
    )  # fmt: skip


def new_exporters(lines: Any, firms: Any, market: str, days: int = 365) -> Any:
    """Exports to the market by firms not older than a year: hs8, part, whole.

    Parameters
    ----------
    firms : ibis table
        firm_id, founded.
    """
    left = exports_to(lines, market)
    both = left.inner_join(firms.select("firm_id", "founded").filter(firms.founded.notnull()), "firm_id")
    young = (both.date.delta(both.founded, unit="day") <= days).coalesce(False)
    return both.group_by("hs8").agg(part=total(young.ifelse(both.cents, 0)), whole=total(both.cents))


def over_capacity(lines: Any, firms: Any) -> Any:
    """Exports of firms in years in which they shipped more than the production record allows: hs8, part, whole.

    Parameters
    ----------
    firms : ibis table
        firm_id, capacity (kilogram/year).
    """
    left = lines.filter(lines.flow == "export")
    left = left.mutate(year=(left.q / 4).floor().cast("int32"))
    year = left.group_by(["firm_id", "year"]).agg(kg=total(left.grams) / 1000)
    limit = year.inner_join(firms.select("firm_id", "capacity").filter(firms.capacity.notnull()), "firm_id")
    limit = limit.mutate(over=limit.kg > limit.capacity).select("firm_id", "year", "over")
    both = left.inner_join(limit, ["firm_id", "year"])
    return both.group_by("hs8").agg(part=total(both.over.ifelse(both.cents, 0)), whole=total(both.cents))


def legs(lines: Any, source: str, market: str) -> Any:
    """Two legs of the triple gap by code and quarter: source to home, home to market.

    Returns
    -------
    ibis table
        hs8, q, m (cents), x (cents).
    """
    marked = lines.mutate(
        come=((lines.flow == "import") & ((lines.origin == source) | (lines.departure == source))).coalesce(False),
        go=((lines.flow == "export") & (lines.destination == market)).coalesce(False),
    )
    marked = marked.filter(marked.come | marked.go)
    return marked.group_by(["hs8", "q"]).agg(m=total(marked.come.ifelse(marked.cents, 0)), x=total(marked.go.ifelse(marked.cents, 0)))


def memtable(frame: Any) -> Any:
    """A Polars frame as an Ibis table."""
    return ibis.memtable(frame)
