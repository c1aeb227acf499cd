"""Writes examples/vietnam/trade/: three legs of trade between China, Viet Nam and the United States, and the wedge of US duties.

Inputs: a folder with the OECD's bilateral flows by 28 industries (files ``trade_YYYY.npz`` with ``countries.csv`` and
``industries.csv``), and one with monthly US imports for consumption and calculated duties by chapter of the Harmonized System
(``us_imports_hs2_month_*.parquet`` with the columns country, month, hs2, imports_usd, duty_usd). What stands for what is said
in ``legs.yaml`` and ``crosswalk.yaml``; ``chapters.yaml`` holds names. Run by hand when either edition changes:
``python -m tools.screening.make_legs FLOWS_FOLDER IMPORTS_FOLDER [OUT_FOLDER]``.

Industries: ``legs.csv`` (million USD at basic prices), ``wedge.csv``. Chapters: ``legs_hs2.csv`` (million USD, customs value; imports
from the source into home are not at hand), ``wedge_hs2.csv``. ``names.csv`` names both.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from madein.core.errors import MadeinError, csv_text
from madein.tiva.build import read_cube
from madein.tiva.names import industry_names

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "examples" / "vietnam" / "trade"
LEGS = ("source_home", "home_market", "source_market")


def data(name: str) -> Mapping[str, Any]:
    """A file of rules beside this one."""
    held: Mapping[str, Any] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return held


def industry_legs(flows: Path, plan: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Rows of product, period and the three legs, million USD."""
    wanted = list(data("crosswalk.yaml")) + plan["without_chapter"]
    for path in sorted(flows.glob("trade_*.npz")):
        cube = read_cube(path)
        source, home, market = (cube.countries.index(plan[who]) for who in ("source", "home", "market"))
        for product in wanted:
            k = cube.industries.index(product)
            row = (cube.flows[a, b, k] for a, b in ((source, home), (home, market), (source, market)))
            yield product, cube.year, *(f"{float(v):.3f}" for v in row)


def panel(imports: Path, plan: Mapping[str, Any]) -> pl.DataFrame:
    """US imports and duties by country (source, home), chapter and year, USD.

    Raises
    ------
    MadeinError
        If a month stands twice for a chapter, or a year of the plan is short of months.
    """
    frame = pl.concat([pl.read_parquet(p) for p in sorted(imports.glob("us_imports_hs2_month_*.parquet"))])
    who = {plan["labels"][w]: w for w in ("source", "home")}
    frame = frame.filter(pl.col("country").is_in(list(who)) & (pl.col("hs2") != "00") & ~pl.col("hs2").is_in(plan["no_goods"]))
    frame = frame.with_columns(who=pl.col("country").replace_strict(who), year=pl.col("month").str.slice(0, 4).cast(pl.Int64))
    if frame.select(pl.struct("who", "hs2", "month").is_duplicated().any()).item():
        raise MadeinError("a month stands twice for a chapter", str(imports.name), fix="keep one")
    months = dict(frame.group_by("year").agg(pl.col("month").n_unique()).rows())
    frame = frame.filter(pl.col("year").replace_strict(months) == 12)
    if short := {*plan["years"].values()} - {*frame["year"].to_list()}:
        raise MadeinError(f"{min(short)} has fewer than twelve months", str(imports.name), fix="name other years")
    sums = [pl.col(c).sort().sum() for c in ("imports_usd", "duty_usd")]
    return frame.group_by("who", "hs2", "year").agg(*sums).sort("who", "hs2", "year")


def chapter_wedge(yearly: pl.DataFrame, plan: Mapping[str, Any]) -> pl.DataFrame:
    """Points of each chapter: how much more the duty paid on the source rose between the two years than that on home.

    Returns
    -------
    Polars frame
        hs2, points, weight (imports from the source in the first year, USD). A chapter without imports from one of both in one of the
        years is left out: it has no rate to compare.
    """
    rate = {(w, h, y): 100 * d / m for w, h, y, m, d in yearly.select("who", "hs2", "year", "imports_usd", "duty_usd").rows() if m > 0}
    first = (pl.col("who") == "source") & (pl.col("year") == plan["years"]["before"])
    weight = dict(yearly.filter(first).select("hs2", "imports_usd").rows())
    rows = []
    for h in sorted(weight):
        four = [rate.get((w, h, plan["years"][y])) for w in ("source", "home") for y in ("after", "before")]
        if None not in four:
            a, b, c, d = (float(x) for x in four if x is not None)
            rows.append((h, (a - b) - (c - d), weight[h]))
    return pl.DataFrame(rows, {"hs2": pl.String, "points": pl.Float64, "weight": pl.Float64}, orient="row")


def industry_wedge(chapters: pl.DataFrame) -> Iterator[tuple[str, float, float, str]]:
    """Points of each industry, weighted by imports from the source; that weight, and the chapters that count."""
    held = {h: (p, w) for h, p, w in chapters.rows()}
    for product, codes in data("crosswalk.yaml").items():
        mine = [h for h in codes if h in held]
        points, weight = (np.array([held[h][i] for h in mine]) for i in (0, 1))
        yield product, float(points @ weight / weight.sum()), float(weight.sum()), " ".join(mine)


def main(flows: Path, imports: Path, out: Path = OUT) -> None:
    """Write all files."""
    plan = data("legs.yaml")
    out.mkdir(parents=True, exist_ok=True)
    head = ("product", "period", *LEGS)
    (out / "legs.csv").write_text(csv_text(head, sorted(industry_legs(flows, plan), key=lambda r: (str(r[0]), str(r[1])))), "utf-8")
    yearly = panel(imports, plan)
    chapters = chapter_wedge(yearly, plan)
    start = plan["starts"]
    rows = [(p, f"{points:.3f}", start, f"{w / 1e6:.3f}", codes) for p, points, w, codes in sorted(industry_wedge(chapters))]
    (out / "wedge.csv").write_text(csv_text(("product", "points", "from", "weight", "chapters"), rows), "utf-8")
    rows2 = [(f"HS {h}", f"{points:.3f}", start, f"{w / 1e6:.3f}") for h, points, w in chapters.rows()]
    (out / "wedge_hs2.csv").write_text(csv_text(("product", "points", "from", "weight"), rows2), "utf-8")
    wide = yearly.pivot(on="who", index=["hs2", "year"], values="imports_usd").sort("hs2", "year")
    flows2 = [
        (f"HS {h}", y, *("" if v is None else f"{v / 1e6:.3f}" for v in (a, b))) for h, y, a, b in wide.select("hs2", "year", "home", "source").rows()
    ]
    (out / "legs_hs2.csv").write_text(csv_text(("product", "period", "home_market", "source_market"), flows2), "utf-8")
    (out / "names.csv").write_text(csv_text(("product", "name"), names(plan)), "utf-8")


def names(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Short names of industries and chapters."""
    known = industry_names()
    industries = [(product, known[product]) for product in sorted([*data("crosswalk.yaml"), *plan["without_chapter"]])]
    return [*industries, *((f"HS {h}", name) for h, name in data("chapters.yaml").items())]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
