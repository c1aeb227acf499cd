"""Indicators by hand on small frames, and what the combined screen does with odd input."""

from datetime import date

import ibis
import numpy as np
import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.screening.flows import indicators as ind
from madein.screening.flows import mirror_gaps, open_frame, rerouted, run, survey, table, triple_gap, wedges
from madein.screening.flows.lots import match_lots, shipments
from madein.screening.schema import schemas

COLUMNS = ("declaration_id", "line", "date", "flow", "firm_id", "province", "hs", "origin", "departure", "destination", "net_kg", "value", "currency")


def write_lines(folder, rows):
    table = schemas()["declarations"]
    frame = pl.DataFrame(rows, schema={c: table.polars[c] for c in COLUMNS}, orient="row")
    frame = frame.with_columns(pl.lit(None).alias(c) for c in table.polars if c not in COLUMNS)
    frame.select(list(table.polars)).cast(table.polars).write_parquet(folder / "declarations.parquet")


def line(n, flow, firm, value, kg=100.0, day=date(2024, 2, 1), hs="61091000", province="a", currency="USD", departure="CHN"):
    come = flow == "import"
    return (
        str(n),
        1,
        day,
        flow,
        firm,
        province,
        hs,
        "CHN" if come else "VNM",
        departure if come else "VNM",
        "VNM" if come else "USA",
        kg,
        value,
        currency,
    )


@pytest.fixture
def small(tmp_path):
    write_lines(tmp_path, [
        line(1, "import", "A", 100.0), line(2, "import", "B", 50.0, departure="HKG"), line(3, "export", "A", 60.0),
        line(4, "export", "C", 80.0), line(5, "export", "A", 30.0, day=date(2024, 5, 1)),
    ])  # fmt: skip
    return open_frame(tmp_path)


def covered(frame, unit, lag=0):
    t = rerouted(frame.lines, "CHN", "USA", unit, lag)
    return int(frame.con.to_polars(t.agg(n=t.covered.sum().coalesce(0).cast("int64"))).item())


def test_rerouting_by_hand(small):
    # Country: min(150, 140) in the first quarter; firm A: min(100, 60); a quarter later 30 more where imports linger.
    assert covered(small, None) == 140_00
    assert covered(small, "firm_id") == 60_00
    assert covered(small, "firm_id", lag=1) == 90_00
    assert covered(small, "province", lag=1) == 170_00


def test_expressions_compile_for_another_engine(small):
    empty = ibis.table(small.lines.schema(), name="lines")
    for expr in (
        rerouted(empty, "CHN", "USA", "firm_id", 1),
        ind.mismatch(empty),
        ind.converted_not(empty, "CHN", "USA"),
        ind.outlying(empty),
        ind.legs(empty, "CHN", "USA"),
    ):
        assert "SELECT" in str(ibis.to_sql(expr, dialect="postgres"))


def test_mismatch_and_conversion_by_hand(small):
    assert small.take(ind.mismatch(small.lines)).rows() == [("61091000", 5000, 15000)]
    # Firm A buys at 1.00 and sells at 0.60 a kilogram: outside the bounds, so nothing counts.
    assert small.take(ind.converted_not(small.lines, "CHN", "USA")).rows() == [("61091000", 0, 17000)]


def test_robust_unit_values_find_the_odd_line(tmp_path):
    rng = np.random.default_rng(1)
    rows = [line(i, "import", "A", float(np.exp(rng.normal(0, 0.1)) * 100)) for i in range(200)]
    write_lines(tmp_path, [*rows, line(999, "import", "A", 2.0)])
    frame = open_frame(tmp_path)
    part, low = frame.take(ind.outlying(frame.lines))["part"][0], frame.take(ind.outlying(frame.lines))["low"][0]
    assert low == 200
    assert part < 2000


def test_other_currencies_are_left_aside_and_told(tmp_path):
    write_lines(tmp_path, [line(1, "import", "A", 100.0), line(2, "export", "A", 60.0), line(3, "export", "A", 9e6, currency="VND")])
    frame = open_frame(tmp_path)
    assert frame.currency == "USD"
    assert covered(frame, None) == 60_00
    assert any("1 lines in other currencies" in n for n in frame.notes)


def test_without_tariffs_the_largest_partners_are_taken_and_told(small, tmp_path):
    found = run(tmp_path)
    assert found.findings.is_empty()
    assert any("no tariff wedge" in n for n in found.notes)
    names = {e.name: e.absent for e in survey(small, "CHN", "USA")}
    assert "no tariff wedge" in names["no conversion"]
    assert "no register" in names["over capacity"]
    assert table(survey(small, "CHN", "USA")).filter(pl.col("draws") == 0)["share"].null_count() > 0


def test_no_declarations_is_told(tmp_path):
    with pytest.raises(MadeinError, match=r"no declarations\.parquet"):
        run(tmp_path)


def test_zero_mass_is_no_mass(tmp_path):
    write_lines(tmp_path, [line(1, "import", "A", 100.0, kg=0.0), line(2, "export", "A", 60.0)])
    frame = open_frame(tmp_path)
    assert frame.take(frame.lines.select("declaration_id", "grams"), "declaration_id")["grams"].to_list() == [None, 100_000]


def rates(rows):
    return pl.DataFrame(rows, schema=schemas()["tariffs"].polars, orient="row")


def test_wedge_moves_with_the_day():
    day = [date(2025, 4, 5), date(2025, 4, 10), date(2025, 8, 7), date(2026, 2, 24)]
    held = wedges(rates([
        ("USA", "CHN", "94", day[0], day[1], 34.0, "added"), ("USA", "CHN", "94", day[1], None, 125.0, "added"),
        ("USA", "VNM", "94", day[1], day[2], 10.0, "added"), ("USA", "VNM", "94", day[2], None, 20.0, "added"),
    ]), "VNM", ["94036010", "10063000"])  # fmt: skip
    assert held.select("from", "to", "points").rows() == [(day[0], day[1], 34.0), (day[1], day[2], 115.0), (day[2], None, 105.0)]


def test_preference_takes_the_place_of_mfn_and_longer_codes_win():
    first = date(2020, 1, 1)
    held = wedges(rates([
        ("USA", "CHN", "94", first, None, 5.0, "mfn"), ("USA", "CHN", "9403", first, None, 8.0, "mfn"),
        ("USA", "VNM", "94", first, None, 8.0, "mfn"), ("USA", "VNM", "9403", first, None, 1.0, "preferential"),
    ]), "VNM", ["94036010", "94011000"])  # fmt: skip
    assert held.select("hs", "points").rows() == [("94036010", 7.0)]


def test_lots_that_match_weigh_and_others_do_not():
    rng = np.random.default_rng(2)
    came = np.sort(rng.integers(0, 300, 40))
    kg = np.exp(rng.normal(5, 1.1, 40))
    left = came + rng.integers(1, 60, 40)
    order = np.argsort(left, kind="stable")
    each = np.arange(40)
    passed = match_lots(came, kg, left[order], (kg * np.exp(rng.normal(0, 0.02, 40)))[order], each, (-0.09, 0.12), 460, 0.85)
    other = match_lots(came, kg, left[order], np.exp(rng.normal(5, 1.1, 40)), each, (-0.09, 0.12), 460, 0.85)
    assert passed.weight > 9
    assert other.weight < 0
    assert passed.observed == 40


def test_partial_shipments_are_one():
    buyers = np.array([1, 1, 2, 1])
    assert shipments(np.array([1, 5, 5, 30]), buyers, np.array([2.0, 2.0005, 2.0, 2.0]), 15).tolist() == [0, 0, 1, 2]


def test_mirror_gap_keeps_both_values_and_trusts_the_consistent():
    rows = [
        (x, m, str(h), "2024", 100.0, 106.0 if "BAD" not in (x, m) else 106.0 * (1 + 0.5 * (-1) ** h))
        for x in ("A", "B", "BAD")
        for m in ("C", "D")
        for h in range(8)
    ]
    out = mirror_gaps(pl.DataFrame(rows, schema=["exporter", "importer", "hs", "period", "x_fob", "m_cif"], orient="row"))
    assert out.filter(pl.col("exporter") == "A")["gap"].abs().max() < 1e-9
    assert out.filter(pl.col("exporter") == "BAD")["weight_x"].max() < 0.5
    one = mirror_gaps(
        pl.DataFrame(
            {"exporter": ["A"], "importer": ["B"], "hs": ["1"], "period": ["2024"], "x_fob": [None], "m_cif": [110.0]},
            schema_overrides={"x_fob": pl.Float64},
        )
    )
    assert one["basis"].to_list() == ["importer"]
    assert one["value"][0] == pytest.approx(100.0)


def test_triple_gap_counts_what_goes_together():
    legs = pl.DataFrame(
        {
            "hs": ["1", "1", "2", "2"],
            "after": [False, True] * 2,
            "source_home": [100, 200, 100, 200],
            "home_market": [100, 200, 100, 50],
            "source_market": [100, 50, 100, 100],
        }
    )
    out = triple_gap(legs)
    assert out["joint"].to_list() == pytest.approx([2 * np.log(2), 0.0])
