"""Every published tariff file: each row is read or reported, stages never rise, base rates agree with an independent reading.

Reads ``origin/tariffs`` of the folder in MADEIN_REFERENCE; any files of the same layouts will do.
"""

from __future__ import annotations

import csv
import gzip
import io
import random
import re
import time
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from madein.origin.duty import Imported, Tariffs, held, import_tariff, parse_rate

MOST_UNREAD = {"evfta_eu": 0.025, "evfta_vnm": 0.0, "ukgt": 0.0002, "hts": 0.02, "vkfta": 0.0005, "vneaeu": 0.01}
"""Share of rates that may stay unread, by layout."""


def raw(file: Path) -> list[dict[str, str]]:
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def files(reference: Path) -> dict[Path, Imported]:
    found = sorted(f for f in (reference / "origin" / "tariffs").glob("*") if f.suffix in (".csv", ".gz"))
    if not found:
        pytest.skip("no tariffs: MADEIN_REFERENCE holds no origin/tariffs/*.csv")
    return {file: import_tariff(file) for file in found}


def test_every_row_is_read_or_reported(files: dict[Path, Imported], capsys: pytest.CaptureFixture[str]) -> None:
    for file, found in files.items():
        rows = raw(file)
        with capsys.disabled():
            print(f"\n{file.name}: {found.summary}")
        assert found.rows == len(rows), file.name
        assert len(found.unread) <= MOST_UNREAD[found.layout] * max(1, found.rows - found.silent), file.name
        code = next(name for name in ("cn2012_8", "hs2012_8", "hs2012", "commodity", "hts") if name in rows[0])
        seen = {x.hs for x in found.tariffs}
        told = {int(m[1]) for p in found.unread if (m := re.search(r" row (\d+) ", p.where))}
        missing = [n for n, row in enumerate(rows, 2) if row[code].replace(".", "") not in seen and n not in told]
        assert len(missing) <= found.silent, (file.name, missing[:5])


def test_stages_never_rise_and_end_at_nothing(files: dict[Path, Imported]) -> None:
    for file, found in files.items():
        by_line = defaultdict(list)
        for x in found.tariffs:
            if x.kind == "preferential":
                by_line[x.importer, x.hs, x.ex].append(x)
        for key, dated in by_line.items():
            assert dated[-1].end is None, (file.name, key)
            for a, b in zip(dated, dated[1:], strict=False):
                assert a.end is not None and (b.start - a.end).days == 1, (file.name, key)
                assert [p.amount for p in a.read.parts] >= [p.amount for p in b.read.parts] or len(a.read.parts) != len(b.read.parts), (
                    file.name,
                    key,
                )
        if found.layout.startswith("evfta"):
            ends = [x.read for dated in by_line.values() for x in dated[-1:]]
            kept = [r.text for r in ends if any(p.amount for p in r.parts)]
            # All but bananas and the entry price system end at nothing.
            assert all(text in ("0% + EP", "75 EUR/tonne") for text in kept), kept[:5]


def test_base_rates_agree_with_another_reading(files: dict[Path, Imported]) -> None:
    columns = {
        "evfta_eu": ("cn2012_8", "base_rate", "EU"),
        "evfta_vnm": ("hs2012_8", "base_rate_pct", "VNM"),
        "ukgt": ("commodity", "ukgt_duty_rate", "GBR"),
        "hts": ("hts", "general", "USA"),
    }
    for file, found in files.items():
        if found.layout not in columns:
            continue
        code, column, importer = columns[found.layout]
        plain = [(row[code].replace(".", ""), row[column]) for row in raw(file) if re.fullmatch(r"\d+(\.\d+)?%?", row[column]) and row[code]]
        held_rates = defaultdict(set)
        for x in found.tariffs:
            if x.kind == "mfn" and x.importer == importer:
                held_rates[x.hs].add(x.read.ad_valorem)
        picked = [(hs, text) for hs, text in random.Random(20).sample(plain, min(60, len(plain))) if hs in held_rates][:20]
        assert len(picked) == 20, file.name
        for hs, text in picked:
            assert Fraction(text.rstrip("%")) in held_rates[hs], (file.name, hs, text)


def test_staged_rates_agree_with_another_arithmetic(files: dict[Path, Imported]) -> None:
    """Tenths as whole numbers, floor by integer division: no code of the reader is used."""
    checked = 0
    for file, found in files.items():
        if not found.layout.startswith("evfta"):
            continue
        dated = defaultdict(dict)
        for x in found.tariffs:
            if x.kind == "preferential" and not x.ex:
                for year in range(x.start.year, min(x.end.year if x.end else 2036, 2036) + 1):
                    dated[x.hs][year] = x.read.ad_valorem
        for row in raw(file):
            category, base = row["category"], row.get("base_rate") or row.get("base_rate_pct", "")
            if "cut at EIF" in row.get("comment", ""):
                continue
            if (
                not re.fullmatch(r"B\d+", category)
                or not re.fullmatch(r"\d+(\.\d)?", base)
                or row.get("suffix")
                or re.search("EUR|MAX", row["description"])
            ):
                continue
            hs, stages, tenths = (
                row.get("cn2012_8") or row["hs2012_8"],
                int(category[1:]) + 1,
                int(base.replace(".", "")) * (1 if "." in base else 10),
            )
            for year in range(2020, 2036):
                left = max(0, stages - (year - 2019))
                assert dated[hs][year] == Fraction(tenths * left // stages, 10), (file.name, hs, year)
                checked += 1
    assert checked > 50_000


def test_the_two_readings_of_the_european_tariff_agree(files: dict[Path, Imported]) -> None:
    """Base rates of 2012, pieced together from a damaged table, against the tariff of 2020: they differ only where the law changed."""
    table = Tariffs(x for found in files.values() for x in found.tariffs)
    one = {x.hs: x.read for x in table if x.importer == "EU" and x.kind == "mfn" and x.nomenclature == "CN 2012"}
    two = {x.hs: x.read for x in table if x.importer == "EU" and x.kind == "mfn" and x.nomenclature == "CN 2020"}
    pieced = [hs for hs, rate in one.items() if hs in two and len(rate.parts) > 1]
    both = [hs for hs in one if hs in two and one[hs].ad_valorem is not None and two[hs].ad_valorem is not None]
    if not both:
        pytest.skip("one of the two tariffs of the European Union is absent")
    same = sum(one[hs].ad_valorem == two[hs].ad_valorem for hs in both)
    assert same / len(both) > 0.98
    agree = sum([p.amount / p.per for p in one[hs].parts] == [p.amount / p.per for p in two[hs].parts] for hs in pieced)
    assert agree == len(pieced) > 50


def test_the_package_says_what_the_files_say(files: dict[Path, Imported]) -> None:
    table = Tariffs(x for found in files.values() for x in found.tariffs)
    by_code = defaultdict(set)
    for x in table:
        for length in (4, 6, 8, 10):
            by_code[x.importer, x.regime, x.nomenclature, x.start, x.end, x.hs[:length]].add((x.rate, x.ex))
    sources = {x.source for x in table}
    checked = 0
    for x in held():
        if x.source in sources:
            said = by_code[x.importer, x.regime, x.nomenclature, x.start, x.end, x.hs]
            assert (x.rate, x.ex) in said, x
            if len(x.hs) < 8:
                assert len(said) == 1, x
            checked += 1
    assert checked > 1000 or len(sources) < 5


def test_a_file_is_read_in_seconds(files: dict[Path, Imported]) -> None:
    largest = max(files, key=lambda f: f.stat().st_size)
    start = time.process_time()
    import_tariff(largest)
    assert time.process_time() - start < 5


def test_unread_texts_are_not_rates_that_could_be_read(files: dict[Path, Imported]) -> None:
    for found in files.values():
        for x in found.tariffs:
            rate = parse_rate(x.rate)
            assert not (rate.words and re.fullmatch(r"\d+(\.\d+)?%", rate.words)), x
