"""Economies for tests on which no weight of the screen was set: families written here, and firms that trade planted codes themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from madein.screening.simulator import Family, Simulated, simulate
from madein.screening.simulator.family import parse_family

FAMILIES = {
    "few_firms": """
        {share_rerouted: 0.08, lag_quarters: {mean: 0.6, max: 3}, split_firms: {share: 0.5, same_address_share: 0.5}, mixing_share: 0.3,
         markup: {mean: 1.12, sd: 0.04}, mass_ratio: {mean: 0.98, sd: 0.03}, partial_processing_share: 0.15,
         honest_processors: {share: 0.08, value_added: {mean: 0.4, sd: 0.05}}, new_exporter_share: 0.3,
         n_firms: 800, n_provinces: 12, n_hs8: 160, quarters: 10, tariff_wedge: {hs_share: 0.4, points: 25, from: 2024-05-14}}""",
    "many_firms": """
        {share_rerouted: 0.03, lag_quarters: {mean: 0.3, max: 1}, split_firms: {share: 0.3, same_address_share: 0.8}, mixing_share: 0.1,
         markup: {mean: 1.06, sd: 0.03}, mass_ratio: {mean: 1.0, sd: 0.02}, partial_processing_share: 0.1,
         honest_processors: {share: 0.04, value_added: {mean: 0.45, sd: 0.08}}, new_exporter_share: 0.05,
         n_firms: 20000, n_provinces: 63, n_hs8: 2500, quarters: 8, tariff_wedge: {hs_share: 0.2, points: 10, from: 2025Q2}}""",
    "slow_and_blended": """
        {share_rerouted: 0.1, lag_quarters: {mean: 1.5, max: 4}, split_firms: {share: 0.6, same_address_share: 0.4}, mixing_share: 0.4,
         markup: {mean: 1.15, sd: 0.06}, mass_ratio: {mean: 1.02, sd: 0.05}, partial_processing_share: 0.3,
         honest_processors: {share: 0.1, value_added: {mean: 0.42, sd: 0.06}}, new_exporter_share: 0.5,
         n_firms: 4000, n_provinces: 34, n_hs8: 500, quarters: 16, tariff_wedge: {hs_share: 0.5, points: 40, from: 5}}""",
    "late_wedge": """
        {share_rerouted: 0.05, lag_quarters: {mean: 0.5, max: 2}, split_firms: {share: 0.4, same_address_share: 0.6}, mixing_share: 0.2,
         markup: {mean: 1.08, sd: 0.05}, mass_ratio: {mean: 0.95, sd: 0.04}, partial_processing_share: 0.5,
         honest_processors: {share: 0.12, value_added: {mean: 0.5, sd: 0.07}}, new_exporter_share: 0.2,
         n_firms: 3000, n_provinces: 1, n_hs8: 300, quarters: 9, tariff_wedge: {hs_share: 0.3, points: 7.5, from: 6}}""",
    "from_the_first_day": """
        {share_rerouted: 0.07, lag_quarters: {mean: 0.9, max: 3}, split_firms: {share: 0.8, same_address_share: 0.7}, mixing_share: 0.2,
         markup: {mean: 1.1, sd: 0.02}, mass_ratio: {mean: 1.0, sd: 0.06}, partial_processing_share: 0.1,
         honest_processors: {share: 0.06, value_added: {mean: 0.38, sd: 0.04}}, new_exporter_share: 0.6,
         n_firms: 6000, n_provinces: 40, n_hs8: 900, quarters: 6, tariff_wedge: {hs_share: 0.6, points: 15, from: 0}}""",
}  # fmt: skip
"""Shares, sizes and dates unlike those of the families of the package, several patterns mixed in each."""


def family(name: str) -> Family:
    """A family of this file."""
    return parse_family(FAMILIES[name], name)


def economy(name: str, rows: int, seed: int, out: Path, own_trade: float = 0.0) -> Simulated:
    """Simulate a family of this file or of the package, then let planted firms trade the same codes themselves."""
    made = simulate(family(name) if name in FAMILIES else name, rows, seed, out)
    if own_trade:
        with_own_trade(out, own_trade, seed)
    return made


def with_own_trade(folder: Path, share: float, seed: int) -> None:
    """Give a share of planted schemes trade of their own: their exporters make and sell the code, their importers also buy it for home.

    Ordinary lines of the code change hands: exports to every destination, imports from every origin, as many as half of what the
    code holds and at most as many as the scheme has. The register then has a production record of them.
    """
    rng = np.random.default_rng([seed, 77])
    lines = pl.read_parquet(folder / "declarations.parquet").with_row_index("at")
    truth = pl.read_parquet(folder / "truth.parquet").select("declaration_id", "line", "kind", "scheme")
    lines = lines.join(truth, on=["declaration_id", "line"], how="left").sort("at")
    firm, province, agent = (lines[c].to_numpy().astype(object) for c in ("firm_id", "province", "agent_id"))
    kg, price = lines["net_kg"].to_numpy().copy(), (lines["value"] / lines["net_kg"]).to_numpy()
    free = lines["kind"].is_null().to_numpy().copy()
    makers: dict[str, set[str]] = {}
    for kind, flow in (("rerouted", "export"), ("reroute_source", "import")):
        planted = lines.filter(kind=kind).partition_by("scheme", as_dict=True)
        for key in sorted(planted):
            if np.random.default_rng([seed, 78, int(key[0])]).random() >= share:
                continue
            part = planted[key]
            here = lines.filter((pl.col("flow") == flow) & (pl.col("hs") == part["hs"][0]))["at"].to_numpy()
            here = here[free[here]]
            taken = rng.permutation(here)[: min(len(here) // 2, int(part.height * rng.uniform(0.3, 1.0)))]
            if not len(taken):
                continue
            free[taken] = False
            firm[taken], province[taken], agent[taken] = part["firm_id"][0], part["province"][0], part["agent_id"][0]
            # One firm has one level of prices.
            level = np.exp(np.median(np.log(price[taken])))
            kg[taken] = kg[taken] * price[taken] / (level * np.exp(rng.normal(0, 0.15, len(taken))))
            if flow == "export":
                makers.setdefault(part["firm_id"][0], set()).add(part["hs"][0])
    out = lines.with_columns(
        firm_id=pl.Series(firm.tolist(), dtype=pl.String), province=pl.Series(province.tolist(), dtype=pl.String),
        agent_id=pl.Series(agent.tolist(), dtype=pl.String), net_kg=pl.Series(np.round(kg, 3)),
    )  # fmt: skip
    out.drop("at", "kind", "scheme").write_parquet(folder / "declarations.parquet")
    firms = pl.read_parquet(folder / "firms.parquet")
    made = [sorted({*(held or []), *makers.get(f, ())}) for f, held in firms.select("firm_id", "produces_hs").iter_rows()]
    own = out.filter((pl.col("flow") == "export") & (pl.col("kind").is_null() | (pl.col("kind") == "honest_processor")))
    most = dict(
        own.group_by("firm_id", pl.col("date").dt.year()).agg(pl.col("net_kg").sum()).group_by("firm_id").agg(pl.col("net_kg").max()).iter_rows()
    )
    room = [most[f] * rng.uniform(1.15, 2.0) if f in makers else c for f, c in firms.select("firm_id", "capacity").iter_rows()]
    firms.with_columns(produces_hs=pl.Series(made, dtype=pl.List(pl.String)), capacity=pl.Series(room, dtype=pl.Float64)).write_parquet(
        folder / "firms.parquet"
    )
