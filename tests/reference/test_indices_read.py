"""Every series held for reference, read by the room and by the csv module alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from madein.core.grid import column_letters
from madein.core.periods import Period
from madein.indices.read import read_series


def plainly(path: Path) -> dict[tuple[str, str], tuple[float, str]]:
    """Value and cell by series and period; a lone column called value is called as the file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != "period"]
    return {
        (path.stem if names == ["value"] else name, row["period"]): (float(row[name]), f"{column_letters(list(row).index(name))}{i}")
        for i, row in enumerate(rows, 2)
        for name in names
        if row[name] not in ("", "NA")
    }


def test_every_series_reads_as_it_stands(reference: Path) -> None:
    files = sorted((reference / "indices" / "series").glob("*.csv"))
    if not files:
        pytest.skip("no reference series: MADEIN_REFERENCE holds no indices/series/*.csv")
    for path in files:
        found = read_series(path)
        got = {(s, str(Period.months(m))): (v, c) for s, m, v, c in found.frame.select("series", "month", "value", "cell").iter_rows()}
        assert got == plainly(path), path.name
        assert found.warnings == (), path.name
        assert found.frame["half"].is_between(0, 0.5).all(), path.name
