"""Figures of the chapter: growth and wedge of the products listed, means of exposed products and others, and the gap of each leg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from madein.core.step import MAX_PARENTS, Figure, Ref, Table, row_at
from madein.screening.gaps_chapter import Case
from madein.screening.gaps_chapter.measuring import DRAWS, WAY
from madein.screening.gaps_chapter.reading import LEGS, cell
from madein.screening.gaps_chapter.tables import listed

if TYPE_CHECKING:
    from madein.screening.gaps_step import Config

SIDES = {"exposed": "products under the wedge", "others": "products not under it"}


def figures_of(case: Case, tables: Mapping[str, Table], config: Config) -> list[Figure]:
    """All figures."""
    shown = pl.DataFrame({"product": listed(case, config.show)}).join(tables["legs"].frame, on="product", how="left", maintain_order="left")
    return [*_wedges(case, shown, config), *_growth(case, shown), *_means(case, tables["gap"]), *_gaps(case, tables["gap"], config)]


def growth_id(case: Case, leg: str, **dims: str) -> str:
    """Id of the growth of a leg, of a product or of a side."""
    return Figure("trade_growth", _leg(case, leg, **dims), None, "percent", ()).id


def wedge_id(case: Case, **dims: str) -> str:
    """Id of the wedge of a product, or of the threshold."""
    return Figure("wedge", _wedge(case, **dims), None, "pp", ()).id


def gap_id(case: Case, leg: str) -> str:
    """Id of the gap of a leg."""
    return Figure("rerouting_gap", _gap(case, leg), None, "percent", ()).id


def _leg(case: Case, leg: str, **dims: str) -> dict[str, str]:
    origin, destination = case.ends(leg)
    return case.dims(origin=origin, destination=destination, period=str(case.after), **dims)


def _wedge(case: Case, **dims: str) -> dict[str, str]:
    return case.dims(economy=case.market, partner=case.home, origin=case.source, **dims)


def _gap(case: Case, leg: str) -> dict[str, str]:
    return case.dims(economy=case.home, origin=case.source, destination=case.market, series=leg)


WHOLE = Ref("table:.legs")
"""What every mean over products rests on."""


def _row(name: str, /, **key: str) -> Ref:
    return Ref(f"table:.{name}", row_at(key))


def _wedges(case: Case, shown: pl.DataFrame, config: Config) -> Iterator[Figure]:
    how = "points by which the market charges more on goods of the source than on goods of home, as the file of the wedge states"
    for product, points, refs in shown.select("product", "points", "_src").rows():
        yield Figure("wedge", _wedge(case, product=product), points, "pp", (Ref.parse(refs[0]),), method=how)
    how = (
        "points of the middle product, from which one counts as exposed"
        if config.exposed_from is None
        else "from which a product counts as exposed, as set"
    )
    yield Figure("wedge", _wedge(case, series="threshold"), case.threshold, "pp", (Ref(f"source:{case.wedge.id}"),), method=how)


def _growth(case: Case, shown: pl.DataFrame) -> Iterator[Figure]:
    how = f"mean a period in {case.after} over that in {case.before}, less one"
    ends = {r["product"]: r for r in case.products.iter_rows(named=True)}
    rows = {k: r for (k,), r in case.trade.filter(pl.col("product").is_in(shown["product"].to_list())).partition_by("product", as_dict=True).items()}
    for row in shown.iter_rows(named=True):
        for leg in case.given:
            dims, parents = _leg(case, leg, product=row["product"]), [_row("legs", product=row["product"])]
            held = rows[row["product"]].filter(pl.col(leg).is_not_null())["row"].to_list()
            if held and len(held) < MAX_PARENTS:
                parents += [Ref.parse(cell(case.legs, leg, n)) for n in held]
            if row[leg] is None:
                yield Figure("trade_growth", dims, None, "percent", tuple(parents), absent=_why(ends[row["product"]], leg))
            else:
                yield Figure("trade_growth", dims, row[leg], "percent", tuple(dict.fromkeys(parents)), method=how)


def _why(row: Mapping[str, float | None], leg: str) -> str:
    before, after = row[f"{leg}_before"], row[f"{leg}_after"]
    if not before or not after:
        return f"no trade {'before' if not before else 'after'}"
    return "less trade before than what counts"


def _means(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.filter(pl.col("leg").is_in(LEGS)).iter_rows(named=True):
        for side, what in SIDES.items():
            value = row[f"{side}_mean"]
            if value is not None:
                how = f"geometric mean of growth over {what}"
                yield Figure("trade_growth", _leg(case, row["leg"], series=side), value, "percent", (_row("gap", leg=row["leg"]), WHOLE), method=how)


def _gaps(case: Case, table: Table, config: Config) -> Iterator[Figure]:
    how = (
        f"exposed products over others, less one, of geometric means; 95 % interval from {DRAWS} permutations of the wedge over products "
        f"and the spread over products, seed {config.seed}"
    )
    rows = {r["leg"]: r for r in table.frame.iter_rows(named=True)}
    for leg in WAY:
        row, parents = rows[leg], (_row("gap", leg=leg), WHOLE)
        dims = _gap(case, leg)
        if row["absent"]:
            yield Figure("rerouting_gap", dims, None, "percent", parents, absent=row["absent"])
        else:
            yield Figure("rerouting_gap", dims, row["difference"], "percent", parents, low=row["low"], high=row["high"], method=how)
