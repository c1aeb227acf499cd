"""Tables of the chapter: what was traded, the growth of each leg of each product, and the difference between exposed products and others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from madein.core.step import Ref, Table, row_at
from madein.screening.gaps_chapter import Case, percent
from madein.screening.gaps_chapter.measuring import gap
from madein.screening.gaps_chapter.reading import LEGS, cell

if TYPE_CHECKING:
    from madein.screening.gaps_step import Config

KINDS = (*LEGS, "joint")


def tables_of(case: Case, config: Config) -> dict[str, Table]:
    """All tables."""
    return {"amounts": amounts_table(case), "legs": legs_table(case), "gap": gap_table(case, config.seed)}


def listed(case: Case, show: int) -> list[str]:
    """The products that home sends most of to the market after, or the source where home's leg is not given."""
    size = pl.coalesce("home_market_after", "source_market_after", "source_home_after").fill_null(0.0)
    held: list[str] = case.products.sort(size, pl.col("product"), descending=[True, False])["product"].head(show).to_list()
    return held


def amounts_table(case: Case) -> Table:
    """Table ``amounts``: what each leg was a period, before and after; empty where nothing is given."""
    parts = [
        case.products.select("product", pl.lit(leg).alias("leg"), *(pl.col(f"{leg}_{end}").round(2).alias(end) for end in ("before", "after")))
        for leg in LEGS
    ]  # fmt: skip
    frame = pl.concat(parts).sort("product", "leg")
    whole = [str(Ref(f"source:{case.legs.id}"))]
    held = {str(k): part for (k,), part in case.trade.partition_by("product", as_dict=True).items()}
    refs = [
        [cell(case.legs, leg, n) for n in held[product].filter(pl.col(leg).is_not_null())["row"].to_list()] or whole
        for product, leg in frame.select("product", "leg").iter_rows()
    ]
    title = f"Trade a period, mean of {case.before.label()} and of {case.after.label()}"
    return Table(
        frame.with_columns(pl.Series("_src", refs, pl.List(pl.String))), ("product", "leg"), {"before": case.money, "after": case.money}, title
    )


def legs_table(case: Case) -> Table:
    """Table ``legs``: points, whether exposed, growth of each leg, and their joint movement."""
    held = case.products
    refs = [
        [cell(case.wedge, "points", row), *(str(Ref("table:.amounts", row_at({"product": product, "leg": leg}))) for leg in LEGS)]
        for product, row in held.select("product", "row").rows()
    ]  # fmt: skip
    frame = held.select(
        "product", "name", "points", pl.col("starts").cast(pl.String).alias("from"),
        pl.when("exposed").then(pl.lit("exposed")).otherwise(pl.lit("other")).alias("exposed"),
        *(pl.Series(k, [percent(v) for v in held[k].to_list()], pl.Float64) for k in KINDS), pl.Series("_src", refs, pl.List(pl.String)),
    )  # fmt: skip
    title = f"Growth, mean of {case.after.label()} over that of {case.before.label()}, and the wedge"
    return Table(frame, ("product",), {"points": "pp", **dict.fromkeys(KINDS, "percent")}, title)


def gap_table(case: Case, seed: int) -> Table:
    """Table ``gap``: each leg where the wedge holds, elsewhere, and the difference with its interval."""
    rows = []
    for leg in KINDS:
        g = gap(case.products, leg, case.given, seed)
        apart = [percent(v) for v in (g.exposed_mean, g.others_mean, g.difference, g.low, g.high)]
        rows.append((leg, case.label(leg), *apart, None if math.isnan(g.p) else g.p, g.exposed, g.others, g.absent))
    schema = {
        "leg": pl.String, "label": pl.String, **dict.fromkeys(("exposed_mean", "others_mean", "difference", "low", "high", "p"), pl.Float64),
        "exposed": pl.Int64, "others": pl.Int64, "absent": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema, orient="row")
    refs = pl.lit([str(Ref("table:.legs"))], pl.List(pl.String))
    units = {
        **dict.fromkeys(("exposed_mean", "others_mean", "difference", "low", "high"), "percent"),
        "p": "number",
        "exposed": "product",
        "others": "product",
    }
    return Table(frame.with_columns(refs.alias("_src")).sort("leg"), ("leg",), units, "Growth where the wedge holds, elsewhere, and the difference")
