"""Writes examples/vietnam/tiva/: a compact inter-country table of 2022 and Viet Nam's domestic share of exports over the years.

Inputs: the OECD's national tables of total uses (files ``CCC2022ttl.csv``) and its bilateral flows by 28 industries (files
``trade_YYYY.npz`` with ``countries.csv`` and ``industries.csv``). What is written are sums and results of computation, no table as the
OECD publishes it. Run by hand when either edition changes:
``python -m tools.tiva.make_compact NATIONAL_FOLDER FLOWS_FOLDER [OUT_FOLDER]``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from madein.core.countries import countries, groups
from madein.core.errors import csv_text
from madein.core.icio import IcioTable
from madein.tiva.build import build_table, concordances, domestic_share, merge_national, read_cube, read_nationals, update_tables
from madein.tiva.build.detail import members
from madein.tiva.factored import Factored
from madein.tiva.folding import aggregate
from madein.tiva.readers.national import NationalTable

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "examples" / "vietnam" / "tiva"
YEAR = 2022
MERGED = "import proportionality, services as one industry"
SPLIT = "import proportionality, services split into 23 industries by exports and imports of the national tables"


def settings() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((HERE / "compact.yaml").read_text("utf-8"))
    return data


def economies(held: Sequence[str], plan: Mapping[str, Any]) -> dict[str, str]:
    """Label in the compact table of each economy."""
    out = {}
    for c in held:
        label = next((g for g, rule in plan["groups"].items() if c in groups()[rule["group"]].on(plan["date"])), plan["rest"])
        out[c] = c if c == plan["home"] or c in plan["partners"] else label
    return out


def industries(held: Sequence[str], plan: Mapping[str, Any]) -> dict[str, str]:
    """Label in the compact table of each industry, of the flows or of the tables."""
    wide = {m: w for w, parts in concordances()["oecd_2025"].items() for m in parts}
    label = {m: name for name, rule in plan["industries"].items() for m in rule["members"]}
    return {i: label[wide.get(i, i)] for i in held}


def compact(table: IcioTable, plan: Mapping[str, Any]) -> IcioTable:
    """The table added up to the plan's labels, home first, the rest last; flows to the thousand dollars."""
    to = economies(table.countries, plan)
    small = aggregate(table, to, industries(table.industries, plan))
    order = [plan["home"], *plan["partners"], *plan["groups"], plan["rest"]]
    at, n, m = [small.countries.index(c) for c in order], len(small.industries), len(small.categories)
    rows = np.concatenate([np.arange(n) + c * n for c in at])
    buyers = np.concatenate([np.arange(m) + c * m for c in at])
    return IcioTable.of(
        small.inter[np.ix_(rows, rows)].round(3), small.final[np.ix_(rows, buyers)].round(3), order, small.industries, small.categories,
        value_added=small.value_added[rows].round(3), unit="USD million", year=table.year, edition=plan["edition"], basis="estimated",
        source=plan["source"].strip(),
    )  # fmt: skip


def shares(table: IcioTable, home: str, label: Mapping[str, str], value_added: str = "stated") -> dict[str, float]:
    """Domestic value added in exports, in per cent: of all (``total``) and by the plan's industries."""
    f = Factored(table, value_added=value_added)  # type: ignore[arg-type]
    at = f.at(f.index(home))
    own = np.zeros((1, f.n))
    own[0, at] = f.v[at]
    content, e = f.solve_left(own)[0, at], f.exports[at].sum(1)
    names = [label[i] for i in f.row_industry[at]]
    out = {"total": float(content @ e / e.sum())}
    for name in dict.fromkeys(names):
        mine = np.array([n == name for n in names])
        out[name] = float(content[mine] @ e[mine] / e[mine].sum())
    return {k: 100 * v for k, v in out.items()}


def national_shares(table: NationalTable, label: Mapping[str, str]) -> dict[str, float]:
    """The same from one national table alone."""
    total, content = domestic_share(table)
    e = table.exports + table.nonresident
    names = [label[i] for i in table.industries]
    out = {"total": total}
    for name in dict.fromkeys(names):
        mine = np.array([n == name for n in names])
        out[name] = float(content[mine] @ e[mine] / e[mine].sum())
    return {k: 100 * v for k, v in out.items()}


def by_method(tables: Sequence[NationalTable], flows: Path, plan: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Every way to the shares of the year of the tables: key, method, shares."""
    home = plan["home"]
    cube = read_cube(flows / f"trade_{YEAR}.npz")
    merged, split = build_table(tables, cube), build_table(tables, cube, detail="split")
    wide, fine = industries(cube.industries, plan), industries(tables[0].industries, plan)
    yield "merged", f"inter-country table, 81 economies, 28 industries: {MERGED}; value added without product taxes", shares(merged, home, wide)
    small = compact(merged, plan)
    yield "compact", "the same added up to the compact table", shares(small, home, {i: i for i in small.industries})
    yield "merged_taxes_in", "the same with product taxes counted as value added", shares(merged, home, wide, "residual")
    yield "split", f"inter-country table, 81 economies, 50 industries: {SPLIT}; value added without product taxes", shares(split, home, fine)
    yield "split_taxes_in", "the same with product taxes counted as value added", shares(split, home, fine, "residual")
    mine = next(t for t in tables if t.economy == home)
    alone = "national table alone, imports spread over domestic uses"
    yield "national_50", f"{alone}, 50 industries", national_shares(mine, fine)
    parts = members(mine.industries, cube.industries, concordances()["oecd_2025"])
    yield "national_28", f"{alone}, services as one industry (28)", national_shares(merge_national(mine, cube.industries, parts), wide)


def by_year(tables: Sequence[NationalTable], flows: Path, plan: Mapping[str, Any]) -> Iterator[tuple[int, str, str, dict[str, float]]]:
    """Shares of each year of the flows: year, key, method, shares."""
    ways = {
        "gras": ("merge", f"{MERGED}; use tables of {YEAR} balanced by GRAS to output and purchases of the year; value added per output of {YEAR}"),
        "fixed": ("merge", f"{MERGED}; technology of {YEAR} in every cell, suppliers and exports of the year"),
        "gras_split": (
            "split",
            f"{SPLIT}; use tables of {YEAR} balanced by GRAS to output and purchases of the year; value added per output of {YEAR}",
        ),
    }
    for path in sorted(flows.glob("trade_*.npz")):
        cube = read_cube(path)
        assert cube.year is not None
        for key, (detail, how) in ways.items():
            new = update_tables(tables, cube, method=key.split("_")[0], detail=detail)  # type: ignore[arg-type]
            table = build_table(new.tables, cube, detail=detail)  # type: ignore[arg-type]
            yield cube.year, key, how, shares(table, plan["home"], industries(table.industries, plan))


def main(national: Path, flows: Path, out: Path = OUT) -> None:
    plan = settings()
    out.mkdir(parents=True, exist_ok=True)
    tables = read_nationals(national)
    table = compact(build_table(tables, read_cube(flows / f"trade_{YEAR}.npz")), plan)
    replace(table, notes=()).save(out / f"table_{YEAR}.npz")
    head = ("economy", "industry", "period", "value", "unit", "basis", "key", "method", "source")
    rest = ("percent", "estimated")
    rows = [(plan["home"], i, YEAR, f"{v:.3f}", *rest, k, how, plan["edition"]) for k, how, s in by_method(tables, flows, plan) for i, v in s.items()]
    (out / "domestic_share_by_method.csv").write_text(csv_text(head, rows), "utf-8")
    rows = [(plan["home"], i, y, f"{v:.3f}", *rest, k, how, plan["edition"]) for y, k, how, s in by_year(tables, flows, plan) for i, v in s.items()]
    (out / "domestic_share_by_year.csv").write_text(csv_text(head, sorted(rows, key=lambda r: (r[6], r[1] != "total", r[1], r[2]))), "utf-8")
    to = economies([*(t.economy for t in tables), plan["rest"]], plan)
    names = {k: rule["name"] for k, rule in plan["groups"].items()} | {plan["rest"]: "Rest of the world"}
    listed = [(c, names.get(c) or countries()[c].en, " ".join(sorted(k for k, v in to.items() if v == c))) for c in table.countries]
    (out / "economies.csv").write_text(csv_text(("economy", "name", "members"), listed), "utf-8")
    listed = [(k, rule["name"], " ".join(rule["members"])) for k, rule in plan["industries"].items()]
    (out / "industries.csv").write_text(csv_text(("industry", "name", "members"), listed), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
