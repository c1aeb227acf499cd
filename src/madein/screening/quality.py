"""The quality report: what was read, set aside, mended and noticed. It comes before any indicator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from madein.core.errors import Problem
from madein.screening.normalise.hs import edition_on
from madein.screening.schema import Dataset, schemas

_SUSPECT = 0.35
"""How near, in powers of ten, a price must lie to a thousandfold of its code's usual one to be taken for one in another unit."""
_FEW = 8
"""Lines of a code below which it has no usual price."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A dataset looked over.

    Attributes
    ----------
    rows : polars.DataFrame
        One row a table: read, kept, set aside.
    columns : polars.DataFrame
        One row a column: share filled, how many different values (about), lowest and highest as text.
    reasons : polars.DataFrame
        Rows set aside by table, column and reason, and cells mended by what was done.
    months : polars.DataFrame
        Lines and value of declarations by month, flow and currency.
    notes : tuple of Problem
        What needs a look before anything is computed.
    """

    rows: pl.DataFrame
    columns: pl.DataFrame
    reasons: pl.DataFrame
    months: pl.DataFrame
    notes: tuple[Problem, ...]

    def lines(self) -> list[str]:
        """The report as text, without a cell of the data.

        Returns
        -------
        list of str
        """
        out = [f"{r['table']}: {r['read']:,} rows read, {r['kept']:,} kept, {r['set_aside']:,} set aside" for r in self.rows.iter_rows(named=True)]
        out += [f"  {r['table']}.{r['column']}: {r['n']:,} {r['kind']}: {r['reason']}" for r in self.reasons.iter_rows(named=True)]
        return out + [str(n) for n in self.notes]


def quality(dataset: Dataset) -> Quality:
    """Look a dataset over, in passes that hold no table in memory.

    Counts of different values are estimates (HyperLogLog) that repeat exactly; all sums are of whole cents.
    """
    intake = dataset.intake
    tables = [t for t in schemas() if getattr(dataset, t) is not None]
    kept = {t: intake.kept.get(t, dataset.scan(t).select(pl.len()).collect().item()) for t in tables}
    rows = pl.DataFrame({
        "table": tables, "read": [intake.read.get(t, kept[t]) for t in tables], "kept": [kept[t] for t in tables],
        "set_aside": [intake.read.get(t, kept[t]) - kept[t] for t in tables],
    })  # fmt: skip
    listed = [(t, c, "rows set aside", r, n) for (t, c, r), n in intake.set_aside.items()] + [
        (t, c, "cells mended", r, n) for (t, c, r), n in intake.mended.items()
    ]
    reasons = pl.DataFrame(
        listed, schema={"table": pl.String, "column": pl.String, "kind": pl.String, "reason": pl.String, "n": pl.Int64}, orient="row"
    )
    columns = pl.concat([_columns(dataset, t, kept[t]) for t in tables])
    months = (
        dataset.scan()
        .group_by(pl.col("date").dt.strftime("%Y-%m").alias("month"), "flow", "currency")
        .agg(pl.len().cast(pl.Int64).alias("lines"), (pl.col("value") * 100).round().cast(pl.Int64).sum().alias("cents"))
        .collect(engine="streaming")
        .sort("month", "flow", "currency")
        .select("month", "flow", "currency", "lines", (pl.col("cents") / 100).alias("value"))
    )
    return Quality(rows, columns, reasons, months, (*intake.notes, *_notes(dataset, columns, months, kept["declarations"])))


def _columns(dataset: Dataset, table: str, n: int) -> pl.DataFrame:
    schema = schemas()[table].columns
    ask = []
    for c in schema.values():
        ask.append(pl.col(c.name).is_not_null().sum().alias(f"{c.name}|filled"))
        if c.type != "texts":
            ask += [pl.col(c.name).approx_n_unique().alias(f"{c.name}|distinct")]
        if c.type in ("number", "date", "whole"):
            ask += [pl.col(c.name).min().cast(pl.String).alias(f"{c.name}|low"), pl.col(c.name).max().cast(pl.String).alias(f"{c.name}|high")]
    got = dataset.scan(table).select(ask).collect(engine="streaming").row(0, named=True)
    return pl.DataFrame(
        {
            "table": [table] * len(schema), "column": list(schema), "filled": [got[f"{c}|filled"] / n if n else 0.0 for c in schema],
            "distinct": [got.get(f"{c}|distinct") for c in schema],
            "low": [got.get(f"{c}|low") for c in schema], "high": [got.get(f"{c}|high") for c in schema],
        },
        schema={"table": pl.String, "column": pl.String, "filled": pl.Float64, "distinct": pl.Int64, "low": pl.String, "high": pl.String},
    )  # fmt: skip


def _notes(dataset: Dataset, columns: pl.DataFrame, months: pl.DataFrame, n: int) -> list[Problem]:
    out: list[Problem] = []

    def note(what: str, why: str = "", fix: str = "") -> None:
        out.append(Problem(what, "declarations", why, fix, "warning"))

    filled = {r["column"]: r["filled"] for r in columns.filter(pl.col("table") == "declarations").iter_rows(named=True)}
    for column, lost in (("firm_id", "nothing can be said of firms"), ("province", "nothing can be said of provinces"),
                         ("net_kg", "prices and mass balances cannot be tested"),
                         ("origin", "origin cannot be compared with departure")):  # fmt: skip
        if filled[column] < 0.9:
            note(
                f"{column} is empty in {1 - filled[column]:.0%} of the lines",
                lost + (" for these" if filled[column] else ""),
                "bring it where you have it",
            )
    lazy = dataset.scan()
    basis = sorted({c for c in months["currency"].to_list() if c})
    if len(basis) > 1:
        note(f"values are in {len(basis)} currencies: {', '.join(basis)}", "they cannot be added", "open the data with a table of rates")
    home = pl.when(pl.col("flow") == "import").then("destination").otherwise("departure")
    got = lazy.select(
        zero=(pl.col("value") == 0).sum(), own=(pl.col("counterparty_country") == home).sum(),
        back=((pl.col("flow") == "import") & (pl.col("origin") == pl.col("destination"))).sum(),
        special=pl.col("hs").str.head(2).is_in(["98", "99"]).sum(),
        bases=(pl.col("flow") + " " + pl.col("value_basis")).unique().drop_nulls().sort().implode(),
    ).collect(engine="streaming").row(0, named=True)  # fmt: skip
    if got["zero"]:
        note(f"{got['zero']:,} lines have a value of zero", "samples, gifts, or a value that was not entered")
    if got["own"]:
        note(f"{got['own']:,} lines trade with the declaring economy itself", "warehouses, corrections, or an exchanged column")
    if got["back"]:
        note(f"{got['back']:,} imports are of home origin", "re-imports; they are no foreign inputs")
    if got["special"]:
        note(f"{got['special']:,} lines have a code of chapters 98 and 99", "such a code hides what was traded")
    if len(got["bases"]) == 0:
        note(
            "nothing tells at which point of delivery values are counted",
            "imports are usually CIF, exports FOB",
            "name it as the constant value_basis",
        )
    lengths = lazy.group_by(pl.col("hs").str.len_bytes().alias("digits")).len().collect(engine="streaming").sort("digits")
    if lengths.height > 1:
        note(
            "codes have " + ", ".join(f"{d} digits in {k:,} lines" for d, k in lengths.iter_rows()),
            "they are compared at the digits they share; in a statistic coarser codes would count twice",
        )
    _editions(lazy, note)
    _gaps(months, note)
    shifted = _thousandfold(lazy)
    if shifted:
        note(
            f"{shifted:,} lines have a price near a thousand times, or a thousandth of, what is usual for their code",
            "grams, kilograms and tonnes, or thousands of a currency, may be mixed",
            "check the units of net mass and value",
        )
    if dataset.firms is not None and n:
        known = dataset.scan("firms").select("firm_id")
        unknown = (
            lazy.filter(pl.col("firm_id").is_not_null())
            .select("firm_id")
            .unique()
            .join(known, on="firm_id", how="anti")
            .select(pl.len())
            .collect(engine="streaming")
            .item()
        )
        if unknown:
            note(f"{unknown:,} firms of the declarations are not in the register", "their address, owners and production are not known")
    return out


def _editions(lazy: pl.LazyFrame, note: Callable[..., None]) -> None:
    held = (
        lazy.group_by("hs_edition")
        .agg(pl.len(), pl.col("date").min().alias("first"), pl.col("date").max().alias("last"))
        .collect(engine="streaming")
        .sort("hs_edition")
    )
    names = [e for e in held["hs_edition"].to_list() if e]
    if len(names) > 1:
        note(
            "codes are of the editions " + ", ".join(names),
            "one code may hold other goods in another edition",
            "compare by groups of a correlation table",
        )
    days = [d for d in (*held["first"].to_list(), *held["last"].to_list()) if d is not None]
    if names or not days:
        return
    first, last = edition_on(min(days)), edition_on(max(days))
    if first != last:
        note(f"the edition of codes is not said, and changed from {first} to {last} within the data", "", "name it as hs_edition")


def _gaps(months: pl.DataFrame, note: Callable[..., None]) -> None:
    held = sorted(set(months["month"].to_list()))
    if len(held) < 3:
        return
    every = pl.date_range(pl.lit(held[0] + "-01").str.to_date(), pl.lit(held[-1] + "-01").str.to_date(), "1mo", eager=False)
    missing = sorted(set(pl.select(every.dt.strftime("%Y-%m")).to_series().to_list()) - set(held))
    by_month = months.group_by("month").agg(pl.col("lines").sum()).sort("month")
    if missing and len(missing) < len(held):
        note(
            f"{len(missing)} months are missing between {held[0]} and {held[-1]}, the first {missing[0]}",
            "",
            "add them, or read results of these months with care",
        )
    middle = float(by_month["lines"].median() or 0)  # type: ignore[arg-type]
    heavy = [m for m, k in by_month.iter_rows() if k > 1.9 * middle and middle >= 20]
    if heavy and len(heavy) <= 2:
        note(f"the month {heavy[0]} has about twice the usual lines", "it may have been loaded twice in part", "compare it with its source")


def _thousandfold(lazy: pl.LazyFrame) -> int:
    price = lazy.filter((pl.col("net_kg") > 0) & (pl.col("value") > 0)).select(
        h=pl.col("hs").str.head(6), c="currency", p=(pl.col("value") / pl.col("net_kg")).log10()
    )
    usual = price.group_by("h", "c").agg(pl.col("p").median().alias("m"), pl.len().alias("n")).filter(pl.col("n") >= _FEW)
    off = (pl.col("p") - pl.col("m")).abs()
    return int(price.join(usual, on=["h", "c"]).select(((off - 3).abs() < _SUSPECT).sum()).collect(engine="streaming").item())
