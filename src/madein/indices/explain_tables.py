"""Explanations of months as tables, and the figures their rows stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.step import Figure, Ref, Table, row_at
from madein.indices.explain import Explanation, Rate, Share, Shift, shares_of
from madein.indices.held_levels import DIMS, Held

if TYPE_CHECKING:
    from madein.core.periods import Period
    from madein.indices.compilation import EstimatedWeights

_TEXT = pl.String
_SRC = pl.List(_TEXT)


def tables_of(told: Sequence[Explanation], parts: Sequence[Held], prints: str) -> dict[str, Table]:
    """Tables ``growth``, ``contributions``, ``weights``, ``holiday`` and ``figures``."""
    by_key = {p.key: p for p in parts}
    made = {"growth": _growth(told, prints), "weights": _weights(told, parts), "holiday": _holiday(told)}
    made["contributions"] = _contributions(told, by_key, prints)
    made["figures"] = _figures(made["contributions"], by_key)
    return made


def _sums(held: Held, *periods: Period) -> list[str]:
    months = [p for period in periods for p in _months(period)]
    return [str(held.ref(m)) for m in months]


def _months(period: Period) -> Iterator[Period]:
    for n in range(period.first_month, period.last_month + 1):
        yield type(period).months(n)


def _print_ref(prints: str, key: str, r: Rate | Share) -> list[str]:
    row = {"series": key, "comparison": r.comparison, "period": str(r.period), "release": r.release}
    return [str(Ref(f"table:{prints}", row_at(row)))]


def _growth(told: Sequence[Explanation], prints: str) -> Table:
    rows = []
    for e in told:
        for r in e.rates:
            src = _print_ref(prints, e.total.key, r) if r.release else _sums(e.total, r.period, r.base)
            rows.append((e.total.key, str(e.month), r.comparison, r.origin, str(r.period), r.value, r.low, r.high, r.release or None, src))
    schema: dict[str, Any] = dict.fromkeys(("series", "month", "comparison", "origin", "period"), _TEXT)
    schema |= {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "release": _TEXT, "_src": _SRC}
    key = ("series", "month", "comparison", "origin")
    frame = pl.DataFrame(rows, schema, orient="row").sort(key)
    return Table(frame, key, dict.fromkeys(("value", "low", "high"), "percent"), "Growth of each month, by kind and by where it was read")


def _weights(told: Sequence[Explanation], parts: Sequence[Held]) -> Table:
    found = next((e.weights for e in told if e.weights is not None), None)
    node = {p.key: p.node for p in parts}
    rows = [] if found is None else [
        (name, 100 * float(w), 100 * float(err), [f"table:{node[name]}"])
        for name, w, err in zip(found.names, found.weights, found.errors, strict=True)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, {"part": _TEXT, "weight": pl.Float64, "error": pl.Float64, "_src": _SRC}, orient="row")
    frame = frame.with_columns(_basis=pl.lit("estimated", _TEXT)).sort("part")
    return Table(frame, ("part",), {"weight": "percent", "error": "percent"}, "Weights of the parts, estimated from the published series")


def _holiday(told: Sequence[Explanation]) -> Table:
    rows = []
    for e in told:
        for s in e.shifts:
            src = _sums(e.total, s.period, s.base)
            rows.append((e.total.key, str(e.month), s.comparison, str(s.period), str(s.base), s.share, s.base_share, s.points, src, "estimated"))
    schema: dict[str, Any] = dict.fromkeys(("series", "month", "comparison", "period", "base"), _TEXT)
    schema |= dict.fromkeys(("share", "base_share", "points"), pl.Float64) | {"_src": _SRC, "_basis": _TEXT}
    frame = pl.DataFrame(rows, schema, orient="row").sort("series", "month", "comparison")
    units = {"share": "percent", "base_share": "percent", "points": "pp"}
    return Table(frame, ("series", "month", "comparison"), units, "The moving holiday in both stretches compared, and what its shift accounts for")


def _contributions(told: Sequence[Explanation], by_key: dict[str, Held], prints: str) -> Table:
    rows = []
    for e in told:
        for s in e.shares:
            held = by_key[s.key]
            src = _print_ref(prints, s.key, s) if s.release else _sums(held, s.period, s.base)
            src = [*src, *([str(Ref("table:.weights", row_at({"part": s.key})))] if e.weights is not None else [])]
            basis = "estimated" if e.weights is not None else None
            rows.append((e.total.key, str(e.month), s.comparison, s.origin, s.key, str(s.period), s.rate, 100 * s.share, s.points, src, basis))
    schema: dict[str, Any] = dict.fromkeys(("series", "month", "comparison", "origin", "part", "period"), _TEXT)
    schema |= dict.fromkeys(("rate", "share", "points"), pl.Float64) | {"_src": _SRC, "_basis": _TEXT}
    key = ("series", "month", "comparison", "origin", "part")
    frame = pl.DataFrame(rows, schema, orient="row").sort(key)
    return Table(frame, key, {"rate": "percent", "share": "percent", "points": "pp"}, "What each part adds to the growth of the whole")


def by_month(total: Held, parts: Sequence[Held], weights: EstimatedWeights | None, shown: int) -> Table:
    """What each part adds to growth on a year before in the latest months, from the levels held."""
    rows = []
    for number in total.dense.numbers.tolist()[-shown:]:
        for part in parts:
            weight = 1.0 if weights is None else float(weights.weights[weights.names.index(part.key)])
            for s in shares_of(total, part, number, weight, None):
                if s.comparison == "yoy":
                    src = [*_sums(part, s.period, s.base), *([str(Ref("table:.weights", row_at({"part": part.key})))] if weights is not None else [])]
                    rows.append((str(s.period), part.key, s.rate, s.points, src, "estimated" if weights is not None else None))
    schema: dict[str, Any] = {"period": _TEXT, "part": _TEXT, "rate": pl.Float64, "points": pl.Float64, "_src": _SRC, "_basis": _TEXT}
    frame = pl.DataFrame(rows, schema, orient="row").sort("period", "part")
    return Table(frame, ("period", "part"), {"rate": "percent", "points": "pp"}, "What each part adds to growth on a year before, month by month")


def _figures(contributions: Table, by_key: dict[str, Held]) -> Table:
    """Contributions from levels in the form in which statements are checked."""
    rows = []
    mine = contributions.frame.filter(pl.col("origin") == "levels")
    for r in mine.iter_rows(named=True):
        held = by_key[r["part"]]
        ref = Ref("table:.contributions", row_at({k: r[k] for k in contributions.key}))
        rows.append((r["part"], "contribution", r["period"], held.measure, *(held.dims.get(d) for d in DIMS), None, r["points"], None, None, "pp",
                     [str(ref)], r["_basis"]))  # fmt: skip
    schema: dict[str, Any] = dict.fromkeys(("of", "comparison", "period", "measure", *DIMS, "vintage"), _TEXT)
    schema |= {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "unit": _TEXT, "_src": _SRC, "_basis": _TEXT}
    key = ("of", "comparison", "period")
    frame = pl.DataFrame(rows, schema, orient="row").unique(key, keep="first").sort(key)
    return Table(frame, key, dict.fromkeys(("value", "low", "high"), "@unit"), "Contributions by what they say")


# ------------------------------------------------------------------------------------------------------------ figures


def level_figure(e: Explanation) -> Figure:
    """The level of the month."""
    at = e.month.last_month - e.total.dense.start
    value, half = float(e.total.dense.value[at]), float(e.total.dense.half[at])
    dims = {**e.total.dims, "period": str(e.month)}
    return Figure(e.total.measure, dims, value, e.total.unit, (e.total.ref(e.month),), value - half, value + half, "published", "as printed")


def _apart(held: Held, word: str) -> dict[str, str]:
    """Dimensions of a series with a word that tells the number from others of it."""
    own = held.dims.get("series")
    return {**held.dims, "series": f"{own}, {word}" if own else word}


def rate_figure(e: Explanation, r: Rate) -> Figure:
    """A growth rate; one that was printed is told by its print."""
    series = {"levels": "from the levels held", "first print": "first print", "latest print": f"print of {r.release}"}[r.origin]
    dims = {**_apart(e.total, series), "comparison": r.comparison, "period": str(r.period)}
    ref = Ref("table:.growth", row_at({"series": e.total.key, "month": str(e.month), "comparison": r.comparison, "origin": r.origin}))
    basis, method = ("published", "as printed") if r.release else ("computed", "from the levels held")
    return Figure(e.total.measure, dims, r.value, "percent", (ref,), r.low, r.high, basis, method)


def _whole(e: Explanation) -> tuple[Ref, ...]:
    """The weights as a whole, where contributions rest on them: each is estimated from all published series."""
    return (Ref("table:.weights"),) if e.weights is not None else ()


def share_figure(e: Explanation, s: Share, held: Held) -> Figure:
    """What a part adds."""
    series = {"levels": "from the levels held"}.get(s.origin, s.origin)
    dims = {**_apart(held, series), "comparison": "contribution", "period": str(s.period)}
    row = {"series": e.total.key, "month": str(e.month), "comparison": s.comparison, "origin": s.origin, "part": s.key}
    method = "weight x (index - index of the base) / total of the base" if s.origin == "levels" else "share in the base x printed rate"
    ref = Ref("table:.contributions", row_at(row))
    refs = (ref, *_whole(e))
    return Figure(held.measure, dims, s.points, "pp", refs, basis="estimated" if e.weights is not None else "computed", method=method)


def residual_figure(e: Explanation, comparison: str, origin: str) -> Figure | None:
    """Points of a rate that its parts do not explain."""
    left, rate = e.residual(comparison, origin), e.rate(comparison, origin)
    if left is None or rate is None:
        return None
    dims = {**_apart(e.total, f"not explained by the parts, {origin}"), "comparison": "contribution", "period": str(rate.period)}
    keys = {"series": e.total.key, "month": str(e.month), "comparison": comparison, "origin": origin}
    refs = [Ref("table:.growth", row_at(keys))]
    refs += [Ref("table:.contributions", row_at({**keys, "part": s.key})) for s in e.of(comparison, origin)][:18]
    return Figure(
        e.total.measure, dims, left, "pp", (*refs, *_whole(e)), basis="estimated", method="rate of the total less the contributions of its parts"
    )


def shift_figures(e: Explanation, s: Shift, holiday: str) -> list[Figure]:
    """Shares of the holiday's week in both stretches, and its points of growth."""
    row = {"series": e.total.key, "month": str(e.month), "comparison": s.comparison}
    ref = (Ref("table:.holiday", row_at(row)),)
    place = {k: v for k, v in e.total.dims.items() if k == "economy"}
    out = [
        Figure("holiday_share", {**place, "series": holiday, "period": str(p)}, v, "percent", ref, method="days of its week, by its dates")
        for p, v in ((s.period, s.share), (s.base, s.base_share))
    ]  # fmt: skip
    if s.points is not None:
        dims = {**place, "series": f"{holiday}, {e.total.key}", "period": str(s.period)}
        method = "growth less growth without the effect that X-13ARIMA-SEATS estimates"
        out.append(Figure("holiday_effect", dims, s.points, "pp", ref, basis="estimated", method=method))
    return out


def revision_figure(e: Explanation, comparison: str) -> Figure | None:
    """The latest print of a rate less its first."""
    first, last = e.rate(comparison, "first print"), e.rate(comparison, "latest print")
    if first is None or last is None:
        return None
    keys = {"series": e.total.key, "month": str(e.month), "comparison": comparison}
    refs = tuple(Ref("table:.growth", row_at({**keys, "origin": o})) for o in ("first print", "latest print"))
    place = {k: v for k, v in e.total.dims.items() if k == "economy"}
    dims = {**place, "series": f"{e.total.measure} {comparison}", "period": str(first.period)}
    half = (first.high - first.low + last.high - last.low) / 2
    change = round(last.value - first.value, 9)
    return Figure("revision", dims, change, "pp", refs, change - half, change + half, "computed", "latest print less first print")
