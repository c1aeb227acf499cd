"""Why a month grew as it did: growth of every kind, the shift of a moving holiday, contributions of parts, revisions.

The rates of one month seldom say the same: a fall on a year before and a rise since January can both hold when a holiday
moved from one month into another. Four things are set beside each other, none of them in place of another:

- growth computed from the levels held, and as it was printed first and last;
- the share of the holiday's week that fell in either month, and the points of growth that its estimated effect accounts for;
- contributions: with weights w of a fixed base, part i adds ``100 w_i (I_it - I_is) / I_s`` points (UN, International
  Recommendations for the Index of Industrial Production 2010, chapter VI); where only rates are printed, the share of the
  part in the base period, from the levels held, times its printed rate, and a residual that says how far both disagree;
- the difference between the first print and the latest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.indices.growth import Dense, growth_rate
from madein.indices.held_levels import Held

if TYPE_CHECKING:
    import polars as pl

    from madein.indices.compilation import EstimatedWeights
    from madein.indices.seasonal import Adjustment

KINDS = ("mom", "yoy", "ytd_yoy")
ORIGINS = ("levels", "first print", "latest print")


@dataclass(frozen=True, slots=True)
class Rate:
    """One growth rate of the month.

    Parameters
    ----------
    comparison, origin : str
        Of `KINDS` and `ORIGINS`.
    period, base : Period
        What grew, and on what.
    value, low, high : float
        Percent.
    release : str
        Day of the print; empty for rates from levels.
    """

    comparison: str
    origin: str
    period: Period
    base: Period
    value: float
    low: float
    high: float
    release: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What a part adds to a rate: its own rate, its share in the base period (0 to 1), and points."""

    key: str
    comparison: str
    origin: str
    period: Period
    base: Period
    rate: float
    share: float
    points: float
    release: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """A moving holiday in two stretches.

    Parameters
    ----------
    comparison : str
        ``yoy`` or ``ytd_yoy``.
    period, base : Period
        The stretches compared.
    share, base_share : float
        Percent of the holiday's week that fell in each.
    points : float or None
        Percentage points of growth that the estimated effect accounts for; None where AICc kept no effect.
    """

    comparison: str
    period: Period
    base: Period
    share: float
    base_share: float
    points: float | None


@dataclass(frozen=True)
class Explanation:
    """What is known of one month of a series.

    Parameters
    ----------
    total : Held
        The series.
    month : Period
        Which month.
    rates : tuple of Rate
        Every growth rate at hand.
    shares : tuple of Share
        Contributions of parts; empty without parts.
    weights : EstimatedWeights or None
        Weights of the parts; None for flows, whose parts add up.
    shifts : tuple of Shift
        The moving holiday; empty where none was asked for.
    """

    total: Held
    month: Period
    rates: tuple[Rate, ...]
    shares: tuple[Share, ...] = ()
    weights: EstimatedWeights | None = None
    shifts: tuple[Shift, ...] = ()

    def rate(self, comparison: str, origin: str) -> Rate | None:
        """One rate, if it is at hand."""
        return next((r for r in self.rates if (r.comparison, r.origin) == (comparison, origin)), None)

    def best(self, comparison: str) -> Rate | None:
        """The rate that was said: the first print where there is one, else that of the levels."""
        return self.rate(comparison, "first print") or self.rate(comparison, "levels")

    def of(self, comparison: str, origin: str) -> list[Share]:
        """Contributions to one rate, largest first."""
        found = [s for s in self.shares if (s.comparison, s.origin) == (comparison, origin)]
        return sorted(found, key=lambda s: -abs(s.points))

    def residual(self, comparison: str, origin: str) -> float | None:
        """Points of a rate that the parts leave unexplained."""
        rate, parts = self.rate(comparison, origin), self.of(comparison, origin)
        return rate.value - sum(p.points for p in parts) if rate and parts else None


def explain_month(
    total: Held, month: Period, parts: Sequence[Held] = (), *, weights: EstimatedWeights | None = None, prints: pl.DataFrame | None = None,
    adjustment: Adjustment | None = None, holiday: str = "",
) -> Explanation:  # fmt: skip
    """Set beside each other what explains one month.

    Parameters
    ----------
    total : Held
        The series.
    month : Period
        A month it holds.
    parts : sequence of Held
        Its parts.
    weights : EstimatedWeights, optional
        Of the parts, by their keys; needed for indices.
    prints : polars.DataFrame, optional
        Table ``prints`` of the step ``revisions``, whose series have the keys of `total` and `parts`.
    adjustment : Adjustment, optional
        Of the total, with the effect of the holiday.
    holiday : str
        Key of the moving holiday.

    Returns
    -------
    Explanation

    Raises
    ------
    MadeinError
        If the month is not held, or parts of an index have no weights.

    Examples
    --------
    >>> explain_month(held, Period.parse("2024-02")).best("yoy").value  # doctest: +SKIP
    -3.43
    """
    dense = total.dense
    number = month.last_month
    at = number - dense.start
    if dense.every != 1 or month.kind != "month":
        raise MadeinError(f"{month} is explained by months", f"series {total.key!r}", fix="name a month of a monthly series, such as 2024-02")
    if not 0 <= at < len(dense.value) or np.isnan(dense.value[at]):
        held = dense.numbers[~np.isnan(dense.value)]
        near = " or ".join(str(dense.period(int(n))) for n in (*held[held < number][-1:], *held[held > number][:1]))
        span = f"{dense.period(dense.start)} to {dense.last}"
        raise MadeinError(f"no value of {month} is held", f"series {total.key!r}", fix=f"choose a month of {span}; the nearest held is {near}")
    if parts and not total.flow and weights is None:
        raise MadeinError("the parts of an index need weights", f"series {total.key!r}", fix="estimate them from the published series, or give them")
    rates = [r for kind in KINDS if (r := _from_levels(total.dense, number, kind)) is not None]
    rates += _printed(prints, total.key, number)
    shares = [s for part in parts for s in shares_of(total, part, number, 1.0 if total.flow else _weight(weights, part.key), prints)]
    shifts = tuple(_shifts(total, number, adjustment, holiday)) if holiday else ()
    return Explanation(total, month, tuple(rates), tuple(shares), weights, shifts)


def _weight(weights: EstimatedWeights | None, key: str) -> float:
    if weights is None or key not in weights.names:
        raise MadeinError(f"no weight of {key!r}", fix="give weights of every part")
    return float(weights.weights[weights.names.index(key)])


def stretches(kind: str, number: int) -> tuple[Period, Period]:
    """The stretch a rate is of, and its base."""
    if kind == "mom":
        return Period.months(number), Period.months(number - 1)
    first = number - number % 12 if kind == "ytd_yoy" else number
    return Period.months(first, number), Period.months(first - 12, number - 12)


def _sums(dense: Dense, period: Period) -> Dense:
    """Sum over a stretch as a series of one number; NaN where a month is missing."""
    at = np.arange(period.first_month, period.last_month + 1) - dense.start
    inside = bool((at >= 0).all() and (at < len(dense.value)).all())
    value, half = (float(a[at].sum()) if inside else float("nan") for a in (dense.value, dense.half))
    return Dense(0, np.array([value]), np.array([half]))


def _from_levels(dense: Dense, number: int, kind: str) -> Rate | None:
    period, base = stretches(kind, number)
    value, low, high = growth_rate(_sums(dense, period), _sums(dense, base))
    return Rate(kind, "levels", period, base, float(value[0]), float(low[0]), float(high[0])) if np.isfinite(value[0]) else None


def _printed(prints: pl.DataFrame | None, key: str, number: int) -> list[Rate]:
    """First and latest print of each rate of a month."""
    import polars as pl

    out: list[Rate] = []
    if prints is None:
        return out
    mine = prints.filter(pl.col("series") == key)
    for kind in KINDS:
        period, base = stretches(kind, number)
        rows = mine.filter((pl.col("comparison") == kind) & (pl.col("period") == str(period))).sort("release")
        for origin, i in (("first print", 0), ("latest print", -1)):
            if rows.height > (0 if i == 0 else 1):
                row = rows.row(i, named=True)
                out.append(Rate(kind, origin, period, base, row["value"], row["low"], row["high"], row["release"]))
    return out


def shares_of(total: Held, part: Held, number: int, weight: float, prints: pl.DataFrame | None) -> list[Share]:
    """What a part of some weight adds to the growth of a month and since January: from levels, and as far as prints hold its rates."""
    out = []
    for kind in ("yoy", "ytd_yoy"):
        period, base = stretches(kind, number)
        now, before, whole = (float(_sums(h.dense, p).value[0]) for h, p in ((part, period), (part, base), (total, base)))
        if not (np.isfinite(now) and before > 0 and whole > 0):
            continue
        share = weight * before / whole
        rate = 100 * (now / before - 1)
        out.append(Share(part.key, kind, "levels", period, base, rate, share, share * rate))
        said = (r for r in _printed(prints, part.key, number) if r.comparison == kind)
        out += [Share(part.key, kind, r.origin, period, base, r.value, share, share * r.value, r.release) for r in said]
    return out


def _shifts(total: Held, number: int, adjustment: Adjustment | None, holiday: str) -> list[Shift]:
    from madein.indices.seasonal import moving_holiday

    found = moving_holiday(holiday)
    week = next(w for w in ("dur", "eve", *found.windows) if w in found.windows)
    days = found.shares(week)
    origin = found.years[0] * 12

    def held(period: Period) -> float:
        return float(100 * days[period.first_month - origin : period.last_month + 1 - origin].sum())

    out = []
    for kind in ("yoy", "ytd_yoy"):
        period, base = stretches(kind, number)
        out.append(Shift(kind, period, base, held(period), held(base), _points(total.dense, adjustment, period, base)))
    return out


def _points(dense: Dense, adjustment: Adjustment | None, period: Period, base: Period) -> float | None:
    """Growth of the original less growth of the original without the effect of the holiday."""
    if adjustment is None or adjustment.refused or "holiday" not in adjustment.effects:
        return None
    effect = adjustment.effects["holiday"]
    free = adjustment.filled - effect if adjustment.mode == "additive" else adjustment.filled / effect
    without = Dense(int(adjustment.numbers[0]), free, np.zeros(len(free)))
    rates = [growth_rate(_sums(d, period), _sums(d, base))[0][0] for d in (dense, without)]
    return float(rates[0] - rates[1]) if np.isfinite(rates).all() else None


def weights_for(
    total: Held, parts: Sequence[Held], *, since: int | None = None, printed: Mapping[str, float] | None = None, half: float = 0.0
) -> EstimatedWeights:
    """Weights of the parts of an index from their published series (`madein.indices.compilation.estimate_weights`).

    Parameters
    ----------
    since : int, optional
        First month used (`madein.core.periods.month_number`).
    printed, half : mapping and float
        Weights as printed and half a unit of their last digit.
    """
    from madein.indices.compilation import estimate_weights

    first = total.dense.start
    n = len(total.dense.value)
    columns = {}
    for part in parts:
        at = np.arange(first, first + n) - part.dense.start
        inside = (at >= 0) & (at < len(part.dense.value))
        columns[part.key] = np.where(inside, part.dense.value[np.clip(at, 0, len(part.dense.value) - 1)], np.nan)
    return estimate_weights(total.dense.value, columns, total.dense.numbers, since=since, printed=printed, half=half)
