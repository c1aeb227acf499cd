"""One lane: its lots, the weight of each piece of evidence about it, and the rows that show it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from madein.screening.flows import weigh
from madein.screening.flows.frame import CENTS
from madein.screening.flows.parts import Part, most_telling
from madein.screening.flows.sides import Held
from madein.screening.flows.weigh import rules

FINDING_SCHEMA: dict[str, Any] = {
    "finding": pl.String, "rank": pl.Int64, "rule": pl.String, "market": pl.String, "source": pl.String, "importer": pl.String,
    "exporter": pl.String, "hs_in": pl.String, "hs_out": pl.String, "tie": pl.String, "tie_key": pl.String, "supplier": pl.String,
    "buyer": pl.String, "strength": pl.Float64,
    "log_odds": pl.Float64, "lots_in": pl.Int64, "lots_out": pl.Int64, "value": pl.Float64, "value_at_issue": pl.Float64,
    "at_stake": pl.Float64, "markup": pl.Float64, "mass_ratio": pl.Float64, "matched": pl.Float64, "matched_by_chance": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "pieces": pl.String, "clears": pl.String,
}  # fmt: skip
LINE_SCHEMA: dict[str, Any] = {
    "finding": pl.String, "declaration_id": pl.String, "line": pl.Int32, "date": pl.Date, "side": pl.String, "value": pl.Float64,
    "value_at_issue": pl.Float64, "like_declaration_id": pl.String, "like_line": pl.Int32, "points": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A market and a source, the stretches of the wedge between them (None: none is known), and the codes of six digits it falls on."""

    market: str
    source: str
    wedge: pl.DataFrame | None
    codes: list[str]


@dataclass(frozen=True, slots=True)
class Base:
    """Trade at large: share of the source in imports, of the market in exports, and of exports to it before the wedge began."""

    source: float
    market: float
    before: float


@dataclass(frozen=True, slots=True)
class Exporter:
    """What the register says of an exporter, and the kilograms of all its exports in its largest year."""

    row: dict[str, Any] | None
    shipped: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A lane weighed: its row of the findings, the part of it that tells most, and the share of each export line at issue."""

    row: dict[str, Any]
    part: Part
    share: np.ndarray


@dataclass(frozen=True, slots=True)
class Lane:
    """A candidate with its lines from the source and to the market, and the stretches of the wedge on its code as day, day, points."""

    lane: dict[str, Any]
    came: Held
    left: Held
    wedge: np.ndarray | None

    def _points(self, day: np.ndarray) -> np.ndarray:
        """Wedge on days, percentage points; nan where no wedge is known at all."""
        if self.wedge is None:
            return np.full(len(day), np.nan)
        points = np.zeros(len(day))
        for first, last, rate in self.wedge:
            points[(day >= first) & (day < last)] = rate
        return points

    def weigh(self, pair: Pair, base: Base, exporter: Exporter) -> Weighed | None:
        """Weigh the lane; None where its lots are too few or its mark-up rules it out."""
        r, x = rules(), self.lane
        ins, every = self.came.lines(x["importer"], x["hs_in"]), self.left.lines(x["exporter"], x["hs_out"])
        points = self._points(every.day)
        under = np.isnan(points) | (points > 0)
        outs, points, early = every.take(under), points[under], every.take(~under)
        if len(outs):
            # What came later than the last shipment, or long before the first, has nothing to do with them.
            ins = ins.take((ins.day <= outs.day.max()) & (ins.day >= outs.day.min() - max(r["window_days"])))
        part = most_telling(ins, outs, points, early, base.before)
        if part is None:
            return None
        # A tie that many firms share says less.
        crowd = np.log(max(x["bearers"], 2) / 2) if x["kind"] in ("address", "phone", "owner") else 0.0
        ties = r["ties"].get(x["kind"], r["ties"]["agent"]) - crowd
        pieces = {"prior": r["prior"], "tie": float(ties)} | part.pieces(base.before)
        if part.whole:
            pieces["only_source"] = weigh.only("only_source", x["in_n"], x["in_with"], base.source)
            pieces["only_market"] = weigh.only("only_market", x["out_n"], x["out_with"], base.market)
        pieces |= _record(exporter, x["hs_out"], int(part.outs.day.min()))
        share = np.full(len(part.outs), min(1.0, 1.0 / part.ratio) if part.ratio > 1.08 else 1.0)
        mixed = x["in_with"] < 0.6 * x["in_n"] or x["out_with"] < 0.6 * x["out_n"]
        if mixed and part.whole:
            # Where the firm trades the code with everybody, only shipments that match a lot are at issue.
            share = np.where(part.lots.like >= 0, 1.0, 0.0)
        return Weighed(self._row(pair, pieces, part, share), part, share)

    def _id(self, pair: Pair) -> str:
        x = self.lane
        return "/".join((pair.source, pair.market, x["importer"], x["exporter"], x["hs_in"], x["hs_out"]))

    def _row(self, pair: Pair, pieces: dict[str, float], part: Part, share: np.ndarray) -> dict[str, Any]:
        x, odds, lots, v = self.lane, weigh.log_odds(pieces), part.lots, part.outs.value
        value, issue = float(v.sum()), float((v * share).sum())
        # Blending leaves open how much of a line passed through: at least what matched, at most what came in.
        clears = "; ".join(weigh.clearing(pieces, x["importer"] == x["exporter"]))
        least = float(v[lots.like >= 0].sum()) * max(0.0, 1 - lots.expected / max(lots.observed, 1.0))
        return {
            "finding": self._id(pair), "rank": 0, "rule": "passes through", "market": pair.market, "source": pair.source,
            "importer": x["importer"], "exporter": x["exporter"], "hs_in": x["hs_in"], "hs_out": x["hs_out"], "tie": x["kind"], "tie_key": x["key"],
            "supplier": None if part.supplier is None else self.came.parties[part.supplier],
            "buyer": None if part.buyer is None else self.left.parties[part.buyer],
            "strength": round(weigh.strength(pieces), 6), "log_odds": round(odds, 6), "lots_in": len(part.ins), "lots_out": len(part.outs),
            "value": round(value, 2), "value_at_issue": round(issue, 2),
            "at_stake": round(float((v * share * np.nan_to_num(part.points)).sum()) / 100, 2),
            "markup": round(part.markup, 6), "mass_ratio": round(part.ratio, 6),
            "matched": round(lots.observed, 3), "matched_by_chance": round(lots.expected, 3),
            "low": round(min(least, issue), 2), "high": round(max(issue, min(value, 1.1 * value / part.ratio)), 2),
            "pieces": json.dumps({k: round(p, 3) for k, p in pieces.items()}), "clears": clears,
        }  # fmt: skip

    def lines(self, done: Weighed) -> pl.DataFrame:
        """Evidence rows of the lane, in `LINE_SCHEMA`."""
        part, name = done.part, done.row["finding"]
        ins, outs = self.came.frame[part.ins.at], self.left.frame[part.outs.at]
        none, at = pl.Series(part.lots.like < 0), np.maximum(part.lots.like, 0)
        out = outs.select(
            pl.lit(name).alias("finding"), "declaration_id", "line", "date", pl.lit("export").alias("side"),
            pl.Series("value", np.round(part.outs.value, 2)), pl.Series("value_at_issue", np.round(part.outs.value * done.share, 2)),
            pl.when(none).then(None).otherwise(ins["declaration_id"].gather(at)).alias("like_declaration_id"),
            pl.when(none).then(None).otherwise(ins["line"].gather(at)).alias("like_line"), pl.Series("points", part.points).fill_nan(None),
        )  # fmt: skip
        come = ins.select(
            pl.lit(name).alias("finding"), "declaration_id", "line", "date", pl.lit("import").alias("side"), (pl.col("cents") / CENTS).alias("value"),
            pl.lit(0.0).alias("value_at_issue"), pl.lit(None, pl.String).alias("like_declaration_id"), pl.lit(None, pl.Int32).alias("like_line"),
            pl.lit(None, pl.Float64).alias("points"),
        )  # fmt: skip
        return pl.concat([out, come]).cast(pl.Schema(LINE_SCHEMA))


def _record(exporter: Exporter, hs: str, first_day: int) -> dict[str, float]:
    """Evidence of the register: age, production record, capacity; none where the register is silent."""
    firm = exporter.row
    if firm is None:
        return {}
    r, found = rules(), {}
    if firm["founded"] is not None and first_day - (firm["founded"] - date(1970, 1, 1)).days <= r["new_days"]:
        found["new_firm"] = float(r["new_firm"])
    made = firm["produces_hs"]
    if made is None:
        return found
    if not any(hs.startswith(code[:6]) for code in made):
        found["record"] = float(r["no_record"])
        return found
    # The record covers goods of every code, so all that is shipped is held against it; one that does not cover it clears nothing.
    over = firm["capacity"] is not None and exporter.shipped > float(firm["capacity"])
    return found | ({"capacity": float(r["over_capacity"])} if over else {"record": float(r["record"])})
