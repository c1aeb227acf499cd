"""The schema: what it names, and that a dataset answers with it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.core.units import unit_kind
from madein.screening.quality import quality
from madein.screening.schema import Dataset, check_columns, faults_of, schemas
from madein.screening.simulator import simulate

DECLARATIONS = (
    "declaration_id line date flow firm_id counterparty_name counterparty_country agent_id office province hs hs_edition origin departure destination "
    "quantity unit net_kg value currency value_basis regime_claimed tariff_paid"
)


def test_columns_are_those_everybody_brings() -> None:
    assert list(schemas()["declarations"].columns) == DECLARATIONS.split()
    assert list(schemas()["firms"].columns) == "firm_id name address phone owner_ids founded produces_hs capacity".split()
    assert list(schemas()["tariffs"].columns) == "importer origin hs from to rate kind".split()


def test_every_column_is_told_and_its_unit_is_one() -> None:
    for table in schemas().values():
        assert set(table.key) <= set(table.columns)
        for column in table.columns.values():
            assert column.about
            if column.unit and column.unit != "currency":
                assert unit_kind(column.unit)


def test_missing_and_mistyped_columns_are_told(tmp_path: Path) -> None:
    table = schemas()["declarations"]
    table.empty().drop("hs", "province").with_columns(value=pl.lit("x")).write_parquet(tmp_path / "d.parquet")
    found = {p.what: p.severity for p in check_columns(tmp_path / "d.parquet", table)}
    assert found == {"no column hs": "error", "no column province": "warning", "column value is String": "error"}


def test_faults_of_rates() -> None:
    table = schemas()["tariffs"]
    row = {"importer": "USA", "origin": "CHN", "hs": "85", "from": "2025-01-01", "to": "2025-01-01", "rate": -1.0, "kind": "whim"}
    frame = pl.DataFrame([row]).with_columns(pl.col("from", "to").str.to_date()).cast(table.polars)  # type: ignore[arg-type]
    assert [c for c, _, fault in faults_of(table) if frame.select(fault).item()] == ["rate", "kind", "to"]


def test_a_dataset_without_a_register(tmp_path: Path) -> None:
    simulate("plain", 500, 1, tmp_path)
    data = Dataset(tmp_path / "declarations.parquet")
    assert data.scan("firms").collect().height == 0
    with pytest.raises(MadeinError, match="no table"):
        data.scan("boats")


def test_quality_adds_up(tmp_path: Path) -> None:
    simulate("plain", 4_000, 1, tmp_path)
    data = Dataset(tmp_path / "declarations.parquet", tmp_path / "firms.parquet", tmp_path / "tariffs.parquet")
    report, lines = quality(data), data.scan().collect()
    assert report.rows.filter(table="declarations").row(0) == ("declarations", 4000, 4000, 0)
    assert report.months["lines"].sum() == 4000
    assert report.months["value"].sum() == pytest.approx(lines["value"].sum())
    filled = dict(report.columns.filter(table="declarations").select("column", "filled").iter_rows())
    assert {c: round(1 - n / 4000, 9) for c, n in zip(lines.columns, lines.null_count().row(0), strict=True)} == {
        c: round(f, 9) for c, f in filled.items()
    }
    assert report.notes == ()


def test_missing_months_and_strangers_are_noticed(tmp_path: Path) -> None:
    simulate("plain", 4_000, 1, tmp_path)
    path = tmp_path / "declarations.parquet"
    lines = pl.read_parquet(path).filter(pl.col("date").dt.strftime("%Y-%m") != "2023-05")
    lines.with_columns(firm_id=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("X")).otherwise("firm_id")).write_parquet(path)
    notes = " ".join(str(n) for n in quality(Dataset(path, tmp_path / "firms.parquet")).notes)
    assert "2023-05" in notes
    assert "1 firms" in notes
