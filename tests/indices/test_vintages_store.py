"""The store: what was known when, what cannot stand, and what comes back from Parquet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import Period, month_number
from madein.indices.vintages import VintageStore, breaks_of, known_breaks
from madein.indices.vintages.breaks import read_breaks

JUNE = month_number(2024, 6)


def store(*rows: tuple[str, str, str, float], **columns: object) -> VintageStore:
    frame = pl.DataFrame(rows, schema=["series", "period", "release", "value"], orient="row")
    return VintageStore.of(frame.with_columns(**{k: pl.lit(v) for k, v in columns.items()}))


def test_a_number_as_known_on_a_day() -> None:
    s = store(("iip", "2024-06", "2024-06-29", 10.92), ("iip", "2024-06", "2024-07-29", 12.36), ("iip", "2024-07", "2024-07-29", 11.23))
    assert [s.known("iip", "2024-06", day).value for day in ("2024-06-29", "2024-07-28", "2024-07-29")] == [10.92, 10.92, 12.36]
    first = s.known("iip", "2024-06", "2024-07-01")
    assert (first.release, first.print_number, first.superseded) == (date(2024, 6, 29), 1, date(2024, 7, 29))
    assert s.known("iip", "2024-06", date(2030, 1, 1)).superseded is None
    with pytest.raises(MadeinError, match=r"not known on 2024-06-28.*first print is of 2024-06-29"):
        s.known("iip", "2024-06", "2024-06-28")
    with pytest.raises(MadeinError, match="the store holds 1: iip"):
        s.known("ipi", "2024-06", "2024-07-01")
    with pytest.raises(MadeinError, match="no ytd_yoy by ytd"):
        s.known("iip", "2024-01..2024-06", "2024-07-01", "ytd_yoy")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.integers(0, 40), st.floats(-9, 9)), min_size=1, max_size=40), st.integers(-5, 45)
)
def test_as_known_is_the_latest_print_of_each_key(rows: list[tuple[str, int, int, float]], on: int) -> None:
    start = date(2025, 1, 1)
    latest = {(s, m, r): v for s, m, r, v in rows}
    frame = pl.DataFrame([(s, JUNE + m, start + timedelta(r), v) for (s, m, r), v in latest.items()],
                         schema=["series", "month", "release", "value"], orient="row")  # fmt: skip
    seen = VintageStore.of(frame).as_known(start + timedelta(on))
    expected = {}
    for (s, m, r), v in sorted(latest.items(), key=lambda kv: kv[0][2]):
        if r <= on:
            expected[s, JUNE + m] = v
    assert {(s, m): v for s, m, v in seen.select("series", "month", "value").iter_rows()} == expected


def test_a_dump_without_a_period_has_a_hole_there() -> None:
    s = store(("x", "2024-01", "2024-03", 1.0), ("x", "2024-02", "2024-03", 2.0), ("x", "2024-02", "2024-06", 2.5))
    assert s.as_known("2024-12-31")["value"].to_list() == [1.0, 2.5]
    assert s.as_known("2024-12-31", whole=True)["value"].to_list() == [2.5]


def test_a_month_of_release_counts_from_its_last_day() -> None:
    s = store(("x", "2024-01", "2024-02", 1.0))
    assert s.releases == [date(2024, 2, 29)]
    with pytest.raises(MadeinError):
        s.known("x", "2024-01", "2024-02-28")


def test_the_triangle_has_a_row_per_period_and_a_column_per_release() -> None:
    s = store(("x", "2024-02", "2024-03-01", 2.0), ("x", "2024-01", "2024-02-01", 1.0), ("x", "2024-01", "2024-03-01", 1.5))
    assert s.triangle("x").to_dict(as_series=False) == {"period": ["2024-01", "2024-02"], "2024-02-01": [1.0, None], "2024-03-01": [1.5, 2.0]}
    assert s.prints()["k"].to_list() == [1, 2, 1]


def test_holes_are_listed_as_stretches() -> None:
    months = [
        m
        for m in range(month_number(2021, 11), month_number(2024, 1))
        if m != month_number(2022, 1) and not month_number(2023, 1) <= m <= month_number(2023, 9)
    ]
    frame = pl.DataFrame({"series": "x", "month": months, "release": date(2025, 6, 1), "value": 1.0})
    s = VintageStore.of(frame)
    assert [str(p) for p in s.holes("x")] == ["2022-01", "2023-01..2023-09"]
    dense = s.dense("x", "2025-06-01")
    assert len(dense.value) == 26 and int(np.isnan(dense.value).sum()) == 10
    quarters = store(("q", "2023-Q1", "2025-01-01", 1.0), ("q", "2023-Q4", "2025-01-01", 1.0))
    assert [str(p) for p in quarters.holes("q", span="quarter")] == ["2023-Q2", "2023-Q3"]


def test_levels_of_two_bases_are_not_mixed() -> None:
    rows = [
        ("x", "2024-01", "2024-02-01", 150.0, "2010=100"),
        ("x", "2024-01", "2024-03-01", 120.0, "2015=100"),
        ("x", "2023-12", "2024-02-01", 149.0, "2010=100"),
    ]
    s = VintageStore.of(pl.DataFrame(rows, schema=["series", "period", "release", "value", "base"], orient="row"))
    assert s.dense("x", "2024-03-02").value.tolist() == [120.0]
    assert s.dense("x", "2024-03-02", base="2010=100").value.tolist() == [149.0, 150.0]


def test_parquet_gives_back_the_store_and_equal_bytes(tmp_path: Path) -> None:
    s = store(("x", "2024-01", "2024-02-01", 1.25), ("Khai khoáng", "2024-Q1", "2024-04-01", 2.0), unit="percent", status="estimate")
    s.write(tmp_path / "a.parquet")
    again = VintageStore.read(tmp_path / "a.parquet")
    assert again.frame.equals(s.frame)
    again.write(tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_labels_are_told_apart_by_their_letters_only() -> None:
    s = store(("Kho\u0061\u0301ng", "2024-01", "2024-02-01", 1.0), ("Kho\u00e1ng", "2024-02", "2024-03-01", 2.0))
    assert s.frame["series"].unique().to_list() == ["Kho\u00e1ng"]


def test_bad_rows_are_told_all_at_once() -> None:
    frame = pl.DataFrame({
        "series": ["x", "x", "x", "x", "", "x"],
        "period": ["2024-01", "2024-01", "2024-13", "2024-05", "2024-01", "2024-02"],
        "release": ["2024-02-01", "2024-02-01", "2024-02-01", "2024-04-30", "2024-02-01", "soon"],
        "value": ["1.0", "2.0", "3", "4", "5", "6x"],
    })  # fmt: skip
    with pytest.raises(BadInput) as fault:
        VintageStore.of(frame, "prints.csv")
    told = [str(p) for p in fault.value.problems]
    assert any("row 3: '2024-13' is no period" in t for t in told)
    assert any("row 6: 'soon' is no day" in t for t in told)
    assert any("released on 2024-04-30" in t and "before the period begins" in t for t in told)
    assert any("rows 1 and 2: 'x' 2024-01 has two values" in t and "1 and 2" in t for t in told)
    assert any("row 5: a number without a series" in t for t in told)
    with pytest.raises(BadInput, match="text where a number should be"):
        store(("x", "2024-01", "2024-02-01", "1,2 tỷ"))  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="column 'release' is missing"):
        VintageStore.of(pl.DataFrame({"series": ["x"], "period": ["2024"], "value": [1.0]}))


def test_an_estimate_before_the_month_ends_may_stand() -> None:
    assert store(("x", "2024-06", "2024-06-29", 1.0), ("x", "2024-Q2", "2024-04-01", 1.0)).frame.height == 2
    with pytest.raises(BadInput, match="before the period begins"):
        store(("x", "2024-Q2", "2024-03-31", 1.0))


def test_equal_twins_are_dropped_with_a_warning() -> None:
    s = store(("x", "2024-01", "2024-02-01", 1.0), ("x", "2024-01", "2024-02-01", 1.0))
    assert s.frame.height == 1 and "twice with one value" in str(s.warnings[0])


def test_breaks_are_dated_notes_with_a_source(tmp_path: Path) -> None:
    found = breaks_of("exports/total")
    assert [(b.kind, b.period) for b in found] == [("process", Period.parse("2024-08"))]
    assert all(b.note and b.source for b in known_breaks())
    assert breaks_of("exports_quantity/gao") and not breaks_of("exporters")
    own = tmp_path / "own.yaml"
    own.write_text("- {series: x, kind: base, from: 2020-01, note: new base, source: me}\n", "utf-8")
    assert read_breaks(own)[0].series == ("x",)
    own.write_text("- {series: x, kind: odd, from: 2020-01, note: n, source: s}\n", "utf-8")
    with pytest.raises(MadeinError, match="'odd' is no kind of break"):
        read_breaks(own)
