"""Simulated economies: what a family asks for is there, the truth fits the declarations, and the same seed gives the same bytes."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.screening.schema import check_columns, faults_of, schemas
from madein.screening.simulator import Simulated, families, read_family, simulate
from madein.screening.simulator.family import parse_family
from madein.screening.simulator.planted import chains_for, lag_chances, lines_of

THEIRS = """
# Somebody else's economy.
share_rerouted: 0.12
lag_quarters: {mean: 0.7, max: 3}
split_firms: {share: 0.5, same_address_share: 0.5}
mixing_share: 0.3
markup: {mean: 1.15, sd: 0.02}
mass_ratio: {mean: 0.97, sd: 0.02}
partial_processing_share: 0.0
honest_processors: {share: 0.1, value_added: {mean: 0.5, sd: 0.03}}
new_exporter_share: 0.4
n_firms: 700
n_provinces: 12
n_hs8: 90
quarters: 9
tariff_wedge: {hs_share: 0.5, points: 30, from: 2024Q2}
"""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = tmp_path_factory.mktemp("theirs")
    path = folder / "theirs.yaml"
    path.write_text(THEIRS)
    return simulate(path, 60_000, 5, folder / "out")


def chains(made: Simulated) -> pl.DataFrame:
    """Rerouted export lines beside the import lines their goods came in on."""
    lines = pl.read_parquet(made.folder / "declarations.parquet")
    truth = pl.read_parquet(made.truth).filter(kind="rerouted").drop("value")
    source = lines.select("declaration_id", "line", "date", "hs", "firm_id", "value", "net_kg", "origin", "flow").rename(lambda c: f"source_{c}")
    return truth.join(lines, on=["declaration_id", "line"]).join(source, on=["source_declaration_id", "source_line"])


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def test_families_cover_the_patterns() -> None:
    held = families()
    assert len(held) >= 8
    assert all(f.description for f in held.values())
    assert held["null"].share_rerouted == held["null"].honest_processors.share == held["honest"].share_rerouted == 0
    assert held["honest"].honest_processors.share > 0
    for field in ("lag_quarters", "split_firms", "mixing_share", "partial_processing_share", "new_exporter_share"):
        values = {f: getattr(family, field) for f, family in held.items()}
        assert any(v.mean > 1 if field == "lag_quarters" else v.share > 0.5 if field == "split_firms" else v > 0.5 for v in values.values()), field


@pytest.mark.parametrize("name", sorted(families()))
def test_every_family_runs_in_the_schema(name: str, tmp_path: Path) -> None:
    made = simulate(name, 8_000, 3, tmp_path)
    for table in schemas().values():
        path = tmp_path / f"{table.name}.parquet"
        assert check_columns(path, table) == []
        frame = pl.read_parquet(path)
        assert dict(frame.schema) == table.polars
        assert frame.select(pl.struct(table.key).is_duplicated().any()).item() is False
        assert [(c, r) for c, r, fault in faults_of(table) if frame.select(fault.any()).item()] == []
    assert pl.scan_parquet(tmp_path / "declarations.parquet").select(pl.len()).collect().item() == 8_000
    assert made.summary["rerouted_share"] == pytest.approx(families()[name].share_rerouted, rel=0.35, abs=1e-12)
    assert not list(tmp_path.glob(".legs*"))


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    one, two, three = (simulate("everything", 20_000, seed, tmp_path / str(n)) for n, seed in enumerate((9, 9, 10)))
    assert hashes(one.folder) == hashes(two.folder)
    assert hashes(one.folder)["declarations.parquet"] != hashes(three.folder)["declarations.parquet"]


def test_rows_are_exact_whatever_their_number(tmp_path: Path) -> None:
    for rows in (100, 1_234, 7_777):
        made = simulate("planted", rows, 1, tmp_path / str(rows))
        assert pl.scan_parquet(made.folder / "declarations.parquet").select(pl.len()).collect().item() == rows


def test_a_family_written_elsewhere_holds_what_it_says(theirs: Simulated) -> None:
    found = chains(theirs)
    share = found["rerouted_value"].sum() / theirs.summary["market_exports_usd"]
    assert share == pytest.approx(0.12, rel=0.1)
    assert share == pytest.approx(theirs.summary["rerouted_share"], rel=1e-4)
    assert (found["firm_id"] != found["source_firm_id"]).mean() == pytest.approx(0.5, abs=0.12)
    assert (found["foreign_share"] < 1).mean() == pytest.approx(0.3, abs=0.1)
    pure = found.filter(pl.col("foreign_share") == 1)
    markup = (pure["value"] / pure["net_kg"]) / (pure["source_value"] / pure["source_net_kg"])
    assert float(markup.mean()) == pytest.approx(1.15, abs=0.015)  # type: ignore[arg-type]
    mass = pure.group_by("source_declaration_id", "source_line", "source_net_kg").agg(pl.col("net_kg").sum())
    assert float((mass["net_kg"] / mass["source_net_kg"]).mean()) == pytest.approx(0.97, abs=0.015)  # type: ignore[arg-type]


def test_goods_leave_after_they_came_and_no_later_than_the_family_says(theirs: Simulated) -> None:
    found = chains(theirs)
    assert (found["source_date"] <= found["date"]).all()
    assert (found["source_origin"] == "CHN").all()
    assert (found["origin"] == "VNM").all()
    assert set(found["source_flow"]) == {"import"}
    quarter = pl.col("date").dt.year() * 4 + pl.col("date").dt.quarter()
    source = pl.col("source_date").dt.year() * 4 + pl.col("source_date").dt.quarter()
    lag = found.select((quarter - source).alias("lag"))["lag"]
    assert (lag.min(), lag.max()) == (0, 3)
    assert float(lag.mean()) == pytest.approx(0.7, abs=0.1)  # type: ignore[arg-type]


def test_the_rate_is_dated_and_moves_goods_only_from_its_day(theirs: Simulated) -> None:
    tariffs = pl.read_parquet(theirs.folder / "tariffs.parquet")
    added = tariffs.filter(kind="added")
    assert added["from"].unique().to_list() == [date(2024, 4, 1)]
    assert (added["rate"].unique().to_list(), added["hs"].n_unique()) == ([30.0], 45)
    found = chains(theirs)
    assert found["date"].min() >= date(2024, 4, 1)  # type: ignore[operator]
    assert set(found["source_hs"]) <= set(added["hs"])


def test_pairs_under_one_roof_and_firms_founded_for_it(theirs: Simulated) -> None:
    from madein.screening.normalise.firms import address_key

    firms = pl.read_parquet(theirs.folder / "firms.parquet")
    keys = dict(zip(firms["firm_id"], map(address_key, firms["address"]), strict=True))
    spelt = dict(zip(firms["firm_id"], firms["address"], strict=True))
    pairs = chains(theirs).filter(pl.col("firm_id") != pl.col("source_firm_id")).select("firm_id", "source_firm_id", "rerouted_value")
    same = [keys[a] == keys[b] for a, b in pairs.select("firm_id", "source_firm_id").iter_rows()]
    assert float(np.average(same, weights=pairs["rerouted_value"].to_numpy())) == pytest.approx(0.5, abs=0.2)
    assert any(spelt[a] != spelt[b] and keys[a] == keys[b] for a, b, _ in pairs.iter_rows())
    founded = dict(zip(firms["firm_id"], firms["founded"], strict=True))
    young = chains(theirs).with_columns(young=pl.col("firm_id").replace_strict(founded) > date(2023, 1, 1))
    assert young.filter("young")["rerouted_value"].sum() / young["rerouted_value"].sum() == pytest.approx(0.4, abs=0.15)
    assert young.filter("young").select((pl.col("date") > pl.col("firm_id").replace_strict(founded)).all()).item()


def test_honest_processors_add_what_the_family_says(theirs: Simulated) -> None:
    lines = pl.read_parquet(theirs.folder / "declarations.parquet").select("declaration_id", "line", "value", "hs", "firm_id")
    truth = pl.read_parquet(theirs.truth).filter(kind="honest_processor").drop("value")
    out = truth.join(lines, on=["declaration_id", "line"])
    whole = out.group_by("source_declaration_id", "source_line", "hs", "firm_id").agg(pl.col("value").sum())
    both = whole.join(lines, left_on=["source_declaration_id", "source_line"], right_on=["declaration_id", "line"], suffix="_in")
    assert float((1 - both["value_in"] / both["value"]).mean()) == pytest.approx(0.5, abs=0.03)  # type: ignore[arg-type]
    assert (both["hs"] == both["hs_in"]).all()
    assert (both["firm_id"] == both["firm_id_in"]).all()
    assert (out["rerouted_value"] == 0).all()


def test_capacity_covers_what_is_made_and_not_what_is_passed_on(theirs: Simulated) -> None:
    lines = pl.read_parquet(theirs.folder / "declarations.parquet").filter(flow="export")
    firms = pl.read_parquet(theirs.folder / "firms.parquet").filter(pl.col("capacity").is_not_null())
    truth = pl.read_parquet(theirs.truth).filter(kind="rerouted").select("declaration_id", "line", "rerouted_value")
    year = lines.join(truth, on=["declaration_id", "line"], how="left").group_by("firm_id", pl.col("date").dt.year().alias("year"))
    made = year.agg(pl.col("net_kg").sum(), pl.col("rerouted_value").sum()).join(firms, on="firm_id")
    assert made.filter(pl.col("rerouted_value") == 0).select((pl.col("net_kg") <= pl.col("capacity") * 1.001).all()).item()
    assert made.filter(pl.col("rerouted_value") > 0).select((pl.col("net_kg") > pl.col("capacity")).any()).item()


def test_ordinary_importers_and_exporters_of_a_code_are_drawn_apart(tmp_path: Path) -> None:
    simulate("null", 150_000, 2, tmp_path)
    lines = pl.read_parquet(tmp_path / "declarations.parquet")
    source = lines.filter(flow="import", origin="CHN").select("firm_id", "hs").unique()
    out = lines.filter(flow="export", destination="USA").select("firm_id", "hs").unique()
    both = source.join(out, on=["firm_id", "hs"]).height
    codes = source.group_by("hs").len().join(out.group_by("hs").len(), on="hs")
    free = round(families()["null"].n_firms)
    chance = float((codes["len"] * codes["len_right"]).sum()) / free
    assert abs(both - chance) <= 4 * chance**0.5 + 1


def test_order_and_numbers_of_lines_tell_nothing(theirs: Simulated) -> None:
    lines = pl.read_parquet(theirs.folder / "declarations.parquet").with_row_index()
    assert lines["date"].is_sorted()
    firms = pl.read_parquet(theirs.folder / "firms.parquet").with_row_index()
    planted = chains(theirs)["firm_id"].unique()
    places = firms.filter(pl.col("firm_id").is_in(planted.implode()))["index"].to_numpy() / firms.height
    assert 0.35 < places.mean() < 0.65


def test_provinces_change_with_the_law(tmp_path: Path) -> None:
    simulate("everything", 20_000, 1, tmp_path)
    lines = pl.read_parquet(tmp_path / "declarations.parquet")
    turn = date(2025, 7, 1)
    before, after = (set(lines.filter(f)["province"]) for f in (pl.col("date") < turn, pl.col("date") >= turn))
    assert "thai-binh" in before
    assert "thai-binh" not in after
    assert "hung-yen-2025" in after
    assert len(after) <= 34


def test_more_provinces_than_there_are_is_noted(tmp_path: Path) -> None:
    family = families()["plain"].model_copy(update={"n_provinces": 99})
    assert any("63 provinces" in n for n in simulate(family, 2_000, 1, tmp_path).summary["notes"])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"share_rerouted": 1.4}, "share_rerouted"), ({"n_firms": "many"}, "n_firms"), ({"lag_quarters": {"mean": 3, "max": 1}}, "lag_quarters"),
        ({"share_reroutd": 0.1}, "share_reroutd"), ({"tariff_wedge": {"from": "soon"}}, "tariff_wedge.from"), ({"quarters": 0}, "quarters"),
    ],
)  # fmt: skip
def test_a_faulty_family_is_refused_by_field(change: dict[str, object], word: str) -> None:
    import yaml

    data = {**yaml.safe_load(THEIRS), **change}
    with pytest.raises(MadeinError, match=word):
        parse_family(yaml.safe_dump(data), "x")


@pytest.mark.parametrize("text", ["", "- 1", "a: [", "{}", "null"])
def test_what_is_no_family_is_refused(text: str) -> None:
    with pytest.raises(MadeinError):
        parse_family(text, "x")


def test_spellings_of_a_family() -> None:
    assert parse_family("mine:\n" + THEIRS.replace("\n", "\n  "), "x").name == "mine"
    assert parse_family(THEIRS.replace("1.15", "0.15"), "x").markup.mean == pytest.approx(1.15)
    for start, means in (("4", 4), ("2018", date(2018, 1, 1)), ("2018-07", date(2018, 7, 1)), ("2018-07-06", date(2018, 7, 6)), ("null", None)):
        assert parse_family(THEIRS.replace("2024Q2", start), "x").tariff_wedge.start == means
    with pytest.raises(MadeinError, match="null"):
        read_family("no-such-family")


@pytest.mark.parametrize(
    "change",
    [
        "tariff_wedge: {hs_share: 0.5, points: 30, from: 99}", "tariff_wedge: {hs_share: 0, points: 0, from: null}", "n_firms: 12", "n_hs8: 8", "quarters: 1",
        "share_rerouted: 0.8", "honest_processors: {share: 1.0, value_added: {mean: 0.9, sd: 0.3}}", "mixing_share: 1.0", "new_exporter_share: 1.0",
        "lag_quarters: {mean: 8, max: 8}", "tariff_wedge: {hs_share: 1.0, points: 145, from: 2030-01-01}",
    ],
)  # fmt: skip
def test_extreme_families_run(change: str, tmp_path: Path) -> None:
    field = change.partition(":")[0]
    text = "\n".join(change if line.startswith(field + ":") else line for line in THEIRS.splitlines())
    (tmp_path / "f.yaml").write_text(text)
    made = simulate(tmp_path / "f.yaml", 5_000, 0, tmp_path / "out")
    assert pl.read_parquet(made.folder / "declarations.parquet").height == 5_000


def test_lags_have_the_mean_asked_for() -> None:
    for mean, longest in ((0.0, 0), (0.0, 3), (2.5, 3), (3.0, 3), (0.1, 8)):
        assert float(lag_chances(mean, longest) @ np.arange(longest + 1)) == pytest.approx(mean, abs=1e-6)
    assert all(lines_of(chains_for(n)) <= n for n in range(200))


def test_bad_calls(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="too few"):
        simulate("null", 99, 1, tmp_path)
    with pytest.raises(MadeinError, match="negative"):
        simulate("null", 1000, -1, tmp_path)
