"""Every vintage, release and SDMX message held for reference, against plain readings of the same files."""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
import time
import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.core.periods import Period
from madein.indices.releases import Release, read_cells
from madein.indices.sdmx import read_sdmx
from madein.indices.vintages import VintageStore, growth_vintages, revision_stats, revision_stats_by, revision_table
from madein.indices.vintages.frame import release_day

RELEASES, PRINTS = "vn_nso_release_cells_2012_2025.csv.gz", "vn_nsdp_monthly_vintages.csv.gz"
PUBLISHED = {RELEASES: "913947d45d182af7", PRINTS: "c4da0687cf6b06d0"}
"""Findings were published of these very files, by the beginning of their SHA-256; other files of the same names have others."""


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_published(reference: Path, *names: str) -> None:
    """Skip where the files are not those a finding was published of."""
    for name in names:
        path = reference / "indices" / "vintages" / name
        if not path.exists() or not hashlib.sha256(path.read_bytes()).hexdigest().startswith(PUBLISHED[name]):
            pytest.skip(f"no finding is published of this {name}")


def held(reference: Path, pattern: str) -> list[Path]:
    files = sorted((reference / "indices").glob(pattern))
    if not files:
        pytest.skip(f"no reference file: MADEIN_REFERENCE holds no indices/{pattern}")
    return files


@pytest.fixture(scope="module")
def releases(reference: Path) -> dict[str, Release]:
    return {p.name: read_cells(p) for p in held(reference, "vintages/*release_cells*.csv.gz")}


@pytest.fixture(scope="module")
def dumps(reference: Path) -> dict[str, VintageStore]:
    out = {}
    for path in held(reference, "vintages/*vintages.csv.gz"):
        frame = pl.read_csv(path, infer_schema_length=0)
        out[path.name] = VintageStore.of(frame.rename({"vintage": "release", "indicator": "series"}), path.name)
    return out


def test_every_vintage_is_as_it_was(reference: Path, dumps: dict[str, VintageStore], tmp_path: Path) -> None:
    for name, store in dumps.items():
        plain: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
        for row in rows_of(reference / "indices" / "vintages" / name):
            plain[row["vintage"]][row["indicator"], row["period"]] = float(row["value"])
        for vintage, expected in plain.items():
            on = release_day(vintage)
            assert on is not None
            seen = store.as_known(on, whole=True)
            got = {(s, str(Period.months(m))): v for s, m, v in seen.select("series", "month", "value").iter_rows()}
            assert got == expected, (name, vintage)
        store.write(tmp_path / "v.parquet")
        assert VintageStore.read(tmp_path / "v.parquet").frame.equals(store.frame)


def test_holes_of_every_series_are_found(reference: Path, dumps: dict[str, VintageStore]) -> None:
    for name, store in dumps.items():
        periods: dict[str, set[str]] = defaultdict(set)
        for row in rows_of(reference / "indices" / "vintages" / name):
            periods[row["indicator"]].add(row["period"])
        for series, there in periods.items():
            first, last = Period.parse(min(there)), Period.parse(max(there))
            missing = [p for p in Period(first.first, last.last).each_month() if str(p) not in there]
            got = [p for hole in store.holes(series) for p in hole.each_month()]
            assert got == missing, (name, series)


def test_the_holes_of_trade(reference: Path, dumps: dict[str, VintageStore]) -> None:
    as_published(reference, PRINTS)
    store = VintageStore.of(dumps[PRINTS].frame.filter(pl.col("release") == date(2024, 11, 30)))
    assert [str(p) for p in store.holes("TXG_FOB_USD")] == ["2022-01", "2023-01..2023-09"]


def test_every_cell_is_read_or_listed(reference: Path, releases: dict[str, Release]) -> None:
    for name, found in releases.items():
        cells = len(rows_of(reference / "indices" / "vintages" / name))
        assert found.store.frame.height + found.unread.height == cells, name
        assert found.store.frame.height >= 0.9 * cells, name
        assert found.unread.filter(pl.col("why") == "").height == 0


def test_every_number_stands_in_the_cell_it_names(reference: Path, releases: dict[str, Release]) -> None:
    for name, found in releases.items():
        there: dict[tuple[str, str], set[float]] = defaultdict(set)
        for row in rows_of(reference / "indices" / "vintages" / name):
            letter, n = "", int(row["col"])
            while n >= 0:
                letter, n = chr(65 + n % 26) + letter, n // 26 - 1
            there[row["release_date"], f"{row['sheet']}!{letter}{int(row['row']) + 1}"].add(float(row["value"]))
        for growth, release, value, cell in found.store.frame.select("growth", "release", "value", "cell").iter_rows():
            printed = value if growth == "level" else value + 100
            assert any(abs(printed - v) <= 1e-9 * max(1, abs(v)) for v in there[str(release), cell]), (name, release, cell)


def monthly_yoy(reference: Path, name: str, label: str) -> dict[tuple[int, int], dict[str, float]]:
    """Prints of the growth of a month on the year before, by the plainest pattern of a header."""
    out: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)
    for row in rows_of(reference / "indices" / "vintages" / name):
        head = re.search(r"[Tt]háng (\d+) năm (\d{4}) so với cùng kỳ năm", row["header_vi"])
        if row["table"] == "iip" and row["label_vi"] == label and head:
            out[int(head[2]), int(head[1])].setdefault(row["release_date"], float(row["value"]))
    return out


def test_prints_of_the_iip_agree_with_a_plain_reading(reference: Path, releases: dict[str, Release]) -> None:
    for name, found in releases.items():
        known = {(r, m): v for r, m, v in found.store.only("iip/total", "yoy").frame.select("release", "month", "value").iter_rows()}
        plain = monthly_yoy(reference, name, "Toàn ngành công nghiệp")
        if not plain:
            pytest.skip(f"no growth of the IIP in {name}")
        for (year, month), prints in plain.items():
            for release, value in prints.items():
                assert known[date.fromisoformat(release), year * 12 + month - 1] == pytest.approx(value - 100, abs=1e-9), (name, release)


def test_the_published_revisions_of_the_iip(reference: Path, releases: dict[str, Release]) -> None:
    """First print against the next month's: n = 57, mean -0.56 points, mean absolute 1.15, sd (of the sample) 1.36.

    The published sample leaves out the months whose header writes a zero, "Tháng 01": January of 2022 to 2025 and February of
    2022 to 2024, the largest revision (January 2023, -6.85) among them. With them mean absolute and sd are larger.
    """
    as_published(reference, RELEASES)
    table = revision_table(releases[RELEASES].store, "iip/total", growth="yoy", later=2)
    table = table.filter(pl.col("month") >= 2018 * 12 + 7)
    zero = (pl.col("month") % 12 <= 1) & (pl.col("month") // 12 >= 2022)
    published = revision_stats(table.filter(~zero)["revision"])
    assert (published.n, round(published.mean, 2), round(published.mean_absolute, 2)) == (57, -0.56, 1.15)
    assert round(published.sd * np.sqrt(56 / 57), 2) == 1.36
    whole = revision_stats(table["revision"])
    assert (whole.n, round(whole.mean, 2), round(whole.mean_absolute, 2), round(whole.sd, 2)) == (64, -0.53, 1.25, 1.64)
    assert whole.smallest == pytest.approx(-6.85)


def test_the_published_revisions_of_trade(reference: Path, releases: dict[str, Release], dumps: dict[str, VintageStore]) -> None:
    """First print against the vintage of June 2025, January 2015 to July 2024, percent of the first print.

    Published as indicative, its estimates picked by their roundness: exports mean +2.2, mean absolute 3.4, sd 4.2; imports +0.4,
    3.2, 4.9; n = 102. By header words releases without headers drop out, and no final figure is taken for an estimate.
    """
    as_published(reference, RELEASES, PRINTS)
    final = dumps[PRINTS].frame.filter(pl.col("release") == date(2025, 6, 30)).select("series", "month", last="value")
    for mine, theirs, n, near in (("exports/total", "TXG_FOB_USD", 100, (2.2, 3.4, 4.2)), ("imports/total", "TMG_CIF_USD", 102, (0.4, 3.2, 4.9))):
        prints = releases[RELEASES].store.only(mine).prints().filter((pl.col("k") == 1) & (pl.col("status") != "official"))
        both = prints.join(final.filter(pl.col("series") == theirs).drop("series"), on="month")
        both = both.filter(pl.col("month").is_between(2015 * 12, 2024 * 12 + 6))
        stats = revision_stats(both.select(100 * (pl.col("last") / pl.col("value") - 1)).to_series())
        assert stats.n == n, mine
        assert abs(stats.mean - near[0]) < 0.4 and abs(stats.mean_absolute - near[1]) < 0.4 and abs(stats.sd - near[2]) < 0.8, (mine, stats)


def test_trade_after_the_break_is_hardly_revised(reference: Path, releases: dict[str, Release], dumps: dict[str, VintageStore]) -> None:
    as_published(reference, RELEASES, PRINTS)
    last = dumps[PRINTS].frame.filter((pl.col("series") == "TXG_FOB_USD") & (pl.col("release") == date(2025, 6, 30)))
    store = releases[RELEASES].store.only("exports/total").join(VintageStore.of(last.with_columns(
        series=pl.lit("exports/total"), unit=pl.lit("triệu USD"))))  # fmt: skip
    by = revision_stats_by(revision_table(store, "exports/total"), "regime", column="percent")
    assert by["by"].to_list() == [0, 1]
    before, after = by["mean_absolute"].to_list()
    assert after < before / 3


def test_growth_of_the_levels_of_each_vintage(dumps: dict[str, VintageStore]) -> None:
    for store in dumps.values():
        for series in store.frame["series"].unique().sort().to_list()[:8]:
            made = growth_vintages(store, series, "yoy").frame
            for release in store.only(series).releases:
                levels = dict(store.as_known(release).filter(pl.col("series") == series).select("month", "value").iter_rows())
                seen = VintageStore(made).as_known(release)
                for month, value in seen.select("month", "value").iter_rows():
                    assert value == pytest.approx(100 * (levels[month] / levels[month - 12] - 1), rel=1e-9, abs=1e-9)


def plain_sdmx(path: Path) -> dict[tuple[tuple[str, str], ...], dict[str, str]]:
    out: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for series in ET.parse(path).iter("Series"):
        obs = {o.get("TIME_PERIOD", ""): o.get("OBS_VALUE", "") for o in series.iter("Obs")}
        out[tuple(sorted(series.attrib.items()))] = obs
    return out


def test_every_message_reads_whole_and_within_a_second(reference: Path) -> None:
    for path in held(reference, "sdmx/*.xml"):
        began = time.process_time()
        found = read_sdmx(path)
        took = time.process_time() - began
        assert took < 1.0, (path.name, took)
        plain = plain_sdmx(path)
        assert found.series.height == len(plain), path.name
        names = [c for c in found.series.columns if c.isupper() and c != "COMMENT"]
        spans = {1: lambda m: m, 3: lambda m: m - 2, 12: lambda m: m - 11}
        for row in found.series.iter_rows(named=True):
            expected = plain[tuple(sorted((n, row[n]) for n in names if row[n]))]
            got = {str(Period.months(spans[e](m), m)): v for e, m, v in
                   found.frame.filter(pl.col("series") == row["series"]).select("every", "month", "value").iter_rows()}  # fmt: skip
            for period, text in expected.items():
                if period in got:
                    assert got[period] == float(re.sub(r"[ a-z]", "", text)), (path.name, row["series"], period)
                else:
                    assert not re.search(r"\d", text), (path.name, row["series"], period)
            assert row["scale"] == 10.0 ** int(row["UNIT_MULT"])
        assert found.store().frame.height == found.frame.height


def test_messages_read_as_the_library_that_others_use_reads_them(reference: Path) -> None:
    sdmx = pytest.importorskip("sdmx")
    import warnings

    compared = 0
    for path in held(reference, "sdmx/*.xml"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                frame = sdmx.to_pandas(sdmx.read_sdmx(path)).dropna().reset_index()
            except ValueError:
                continue  # it stops at a value that is no number
        theirs = {(r["INDICATOR"], r["FREQ"], r["TIME_PERIOD"]): float(r["value"]) for r in frame.to_dict("records")}
        found = read_sdmx(path)
        ours = found.frame.join(found.series.select("series", "INDICATOR", "FREQ"), on="series")
        spans = {1: 0, 3: 2, 12: 11}
        got = {
            (i, f, str(Period.months(m - spans[e], m))): v
            for i, f, e, m, v in ours.select("INDICATOR", "FREQ", "every", "month", "value").iter_rows()
        }
        assert got == pytest.approx(theirs), path.name
        compared += 1
    assert compared
