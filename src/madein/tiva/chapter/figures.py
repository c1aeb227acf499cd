"""Figures of the chapter: numbers that sentences quote, each resting on a row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from madein.core.step import Figure, Ref, Table, row_at
from madein.tiva.account import METHODS, TAXES, TOTAL
from madein.tiva.chapter import Case

if TYPE_CHECKING:
    from madein.tiva.step import Config


ENDS = {"low": "flows err; lower end", "high": "flows err; upper end"}
"""Ends of the interval of the share, by column."""


def figures_of(case: Case, tables: Mapping[str, Table], config: Config) -> list[Figure]:
    """All figures."""
    return [
        *_shares(case, tables["shares"]), *_bounds(case, tables.get("intervals"), config), *_origins(case, tables["origins"]),
        *_uses(case, tables["uses"]), *_gains(case, tables["gains"], config.part), *_years(case, tables.get("years")),
    ]  # fmt: skip


def _row(table: str, **key: str) -> tuple[Ref]:
    return (Ref(f"table:.{table}", row_at(key)),)


def _how(case: Case) -> str:
    return METHODS[case.profile.factored.share]


def _shares(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.iter_rows(named=True):
        industry, dims = row["industry"], dict(case.dims)
        if industry != TOTAL:
            dims["industry"] = industry
        parents = _row("shares", industry=industry)
        if row["share"] is None:
            yield Figure("domestic_share", dims, None, "percent", parents, absent="the industry exports nothing")
            continue
        yield Figure("domestic_share", dims, row["share"], "percent", parents, basis=case.basis,
                     method=f"domestic content of gross exports, what crosses the border twice included; {_how(case)}")  # fmt: skip
        if industry == TOTAL:
            yield Figure("gross_exports", dims, row["exports"], case.unit, parents, basis=case.basis,
                         method="sales of inputs and final goods and services to all other economies of the table")  # fmt: skip


def _origins(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.filter(table.frame["industry"] == TOTAL).iter_rows(named=True):
        if row["origin"] in (case.profile.economy, TAXES) or row["share"] is None:
            continue
        yield Figure("origin_content_share", {**case.dims, "origin": row["origin"]}, row["share"], "percent",
                     _row("origins", industry=TOTAL, origin=row["origin"]), basis=case.basis,
                     method=f"value added of the origin in gross exports; {_how(case)}")  # fmt: skip


def _uses(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.filter(table.frame["industry"] == TOTAL).iter_rows(named=True):
        if row["share"] is None:
            continue
        yield Figure("final_use_share", {**case.dims, "destination": row["destination"]}, row["share"], "percent",
                     _row("uses", industry=TOTAL, destination=row["destination"]), basis=case.basis,
                     method="share of the own value in exports that final demand of the economy uses, by whatever way it arrives")  # fmt: skip


def _gains(case: Case, table: Table, part: float) -> Iterator[Figure]:
    moved = "all of it" if part == 1 else f"{100 * part:g} percent of it"
    for row in table.frame.iter_rows(named=True):
        dims = {**case.dims, "product": row["product"], "scenario": f"made at home, {moved}"}
        parents = _row("gains", product=row["product"])
        if row["gain"] is None:
            yield Figure("localisation_gain", dims, None, "pp", parents, absent="the economy makes none of the product")
            continue
        how = f"{moved} that industries buy abroad is bought from the same industry at home; exports and all else held"
        yield Figure("localisation_gain", dims, row["gain"], "pp", parents, basis=case.basis, method=how)
        yield Figure("localised_share", dims, row["after"], "percent", parents, basis=case.basis, method=how)


def _bounds(case: Case, table: Table | None, config: Config) -> Iterator[Figure]:
    if table is None:
        return
    row = table.frame.filter(table.frame["errors"] == config.errors).row(0, named=True)
    how = (f"first order: each flow between industries has a standard deviation of {row['noise']:g} percent of itself, errors go together in "
           f"{row['name']}; the ends hold {row['level']:g} percent of a normal distribution; {_how(case)}")  # fmt: skip
    for end, scenario in ENDS.items():
        yield Figure("domestic_share_bound", {**case.dims, "scenario": scenario}, row[end], "percent", _row("intervals", errors=config.errors),
                     basis=case.basis, method=how)  # fmt: skip


def _years(case: Case, table: Table | None) -> Iterator[Figure]:
    if table is None:
        return
    for row in table.frame.filter(table.frame["industry"] == TOTAL).iter_rows(named=True):
        dims = {"economy": case.profile.economy, "series": row["series"], "period": row["period"]}
        parents = _row("years", series=row["series"], industry=TOTAL, period=row["period"])
        yield Figure("domestic_share", dims, row["share"], "percent", parents, basis=row["_basis"], method=row["method"])
