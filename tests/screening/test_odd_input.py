"""What the screen does with hostile and odd tables: a clear word of file, column and mend, no crash, and no zero in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from madein.core.errors import BadInput, MadeinError
from madein.screening.flows import Findings, open_frame, run
from madein.screening.flows.editions import common_codes
from madein.screening.normalise.hs import Correlation
from madein.screening.schema import schemas
from madein.screening.simulator import simulate


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate("plain", 12_000, 31, tmp_path_factory.mktemp("plain")).folder


@pytest.fixture(scope="module")
def clean(data: Path) -> Findings:
    return run(data)


def changed(data: Path, out: Path, *expressions: Any, table: str = "declarations", drop: tuple[str, ...] = ()) -> Path:
    """A copy of the folder with one table changed."""
    for name in ("declarations", "firms", "tariffs"):
        frame = pl.read_parquet(data / f"{name}.parquet")
        if name == table:
            frame = frame.with_columns(*expressions).drop(*drop)
        frame.write_parquet(out / f"{name}.parquet")
    return out


def told(found: Findings, *words: str) -> bool:
    """True where one note has all the words."""
    return any(all(w in note for w in words) for note in found.notes)


def test_clean_data_has_findings_and_nothing_to_tell(clean: Findings) -> None:
    assert clean.findings.height > 0
    assert clean.notes == ()


def test_empty_tables(data: Path, tmp_path: Path) -> None:
    for name in ("declarations", "firms", "tariffs"):
        schemas()[name].empty().write_parquet(tmp_path / f"{name}.parquet")
    with pytest.raises(MadeinError, match=r"declarations\.parquet: there are no declarations"):
        run(tmp_path)
    pl.read_parquet(data / "declarations.parquet").write_parquet(tmp_path / "declarations.parquet")
    found = run(tmp_path)
    assert told(found, "no tariff wedge is given")
    assert told(found, "no register of firms")


def test_one_row(data: Path, tmp_path: Path) -> None:
    pl.read_parquet(data / "declarations.parquet").head(1).write_parquet(tmp_path / "declarations.parquet")
    found = run(tmp_path)
    assert found.findings.is_empty()
    assert told(found, "no lane could be weighed")
    assert told(found, "holds no", "column flow")


def test_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    (tmp_path / "declarations.parquet").write_text("declaration_id;line\n1;1\n")
    with pytest.raises(MadeinError, match=r"declarations\.parquet: the file is no Parquet"):
        run(tmp_path)


def test_missing_columns_that_rows_need(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as fault:
        run(changed(data, tmp_path, drop=("hs", "value")))
    said = [(p.what, p.where, bool(p.fix)) for p in fault.value.problems]
    assert said == [("no column hs", "declarations.parquet", True), ("no column value", "declarations.parquet", True)]


def test_columns_of_other_types(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="column value is String"):
        run(changed(data, tmp_path, pl.col("value").cast(pl.String)))
    with pytest.raises(BadInput, match="column produces_hs is String"):
        run(changed(data, tmp_path, pl.lit("61").alias("produces_hs"), table="firms"))


def test_other_columns_may_be_missing(data: Path, tmp_path: Path) -> None:
    found = run(changed(data, tmp_path, drop=("agent_id", "province", "counterparty_name", "office", "hs_edition")))
    assert told(found, "declarations.parquet lacks", "agent_id", "province")
    assert found.findings.height > 0


def test_no_tariffs_and_no_register(data: Path, tmp_path: Path) -> None:
    folder = changed(data, tmp_path)
    (folder / "tariffs.parquet").unlink()
    found = run(folder)
    assert told(found, "no tariff wedge is given", "CHN", "USA")
    assert found.findings.height > 0
    (folder / "firms.parquet").unlink()
    assert told(run(folder), "no register of firms")


def test_tariffs_without_a_wedge(data: Path, tmp_path: Path) -> None:
    assert told(run(changed(data, tmp_path, pl.lit(0.0).alias("rate"), table="tariffs")), "the tariffs given hold no wedge")


@pytest.mark.parametrize(("column", "word"), [("firm_id", "nothing can be said of firms"), ("net_kg", "prices and masses cannot be compared")])
def test_columns_that_are_empty_throughout(column: str, word: str, data: Path, tmp_path: Path) -> None:
    found = run(changed(data, tmp_path, pl.lit(None).cast(schemas()["declarations"].polars[column]).alias(column)))
    assert found.findings.is_empty()
    assert told(found, f"column {column}", word)
    assert told(found, "no lane could be weighed")


def test_no_origin_anywhere(data: Path, tmp_path: Path) -> None:
    found = run(changed(data, tmp_path, *(pl.lit(None, pl.String).alias(c) for c in ("origin", "departure"))))
    assert told(found, "column origin", "what home is cannot be told")
    assert found.findings.is_empty()


def test_lines_that_cannot_be_used_are_counted(data: Path, tmp_path: Path, clean: Findings) -> None:
    n = pl.int_range(pl.len())
    found = run(changed(
        data, tmp_path,
        pl.when(n % 400 == 1).then(-pl.col("value")).when(n % 400 == 2).then(None).when(n % 400 == 3).then(float("nan")).otherwise("value").alias("value"),
        pl.when(n % 400 == 4).then(pl.lit("9.403")).otherwise("hs").alias("hs"),
        pl.when(n % 400 == 5).then(pl.lit("transit")).otherwise("flow").alias("flow"),
        pl.when(n % 400 == 6).then(pl.date(2204, 3, 1)).when(n % 400 == 7).then(None).otherwise("date").alias("date"),
        pl.when(n % 400 == 8).then(None).otherwise("declaration_id").alias("declaration_id"),
    ))  # fmt: skip
    for words in (
        ("30 of 12000", "negative", "column value"), ("60 of 12000", "no value"), ("30 of 12000", "column hs"), ("30 of 12000", "column flow"),
        ("60 of 12000", "column date"), ("30 of 12000", "column declaration_id"),
    ):  # fmt: skip
        assert told(found, "declarations.parquet", "left aside", *words), words
    assert found.findings.height == pytest.approx(clean.findings.height, abs=3)


def test_nothing_but_unusable_lines(data: Path, tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="no line can be used"):
        run(changed(data, tmp_path, pl.lit("x").alias("hs")))


def test_a_slip_of_the_year_is_left_aside(data: Path, tmp_path: Path, clean: Findings) -> None:
    found = run(changed(data, tmp_path, pl.when(pl.int_range(pl.len()) == 7).then(pl.date(2042, 1, 1)).otherwise("date").alias("date")))
    assert told(found, "1 lines", "dated 2042", "column date")
    assert found.findings.height == pytest.approx(clean.findings.height, abs=1)


def test_repeated_lines_count_once(data: Path, tmp_path: Path, clean: Findings) -> None:
    folder = changed(data, tmp_path)
    lines = pl.read_parquet(folder / "declarations.parquet")
    amended = lines.head(50).with_columns(date=pl.col("date") - pl.duration(days=1), value=pl.col("value") * 3)
    pl.concat([lines, lines.head(3000), amended]).write_parquet(folder / "declarations.parquet")
    found = run(folder)
    assert told(found, "3050 lines", "repeat", "the latest counts")
    assert found.findings.equals(clean.findings)
    assert found.lines.equals(clean.lines)


def test_mixed_currencies(data: Path, tmp_path: Path) -> None:
    folder = changed(data, tmp_path, pl.when(pl.int_range(pl.len()) % 5 == 0).then(pl.lit("VND")).otherwise("currency").alias("currency"))
    frame = open_frame(folder)
    assert any("2400 lines in other currencies than USD" in n for n in frame.notes)
    nowhere = open_frame(changed(data, tmp_path, pl.lit(None, pl.String).alias("currency")))
    assert any("column currency" in n for n in nowhere.notes)


def test_register_and_tariffs_with_bad_rows(data: Path, tmp_path: Path, clean: Findings) -> None:
    firms = pl.read_parquet(data / "firms.parquet")
    folder = changed(data, tmp_path, pl.when(pl.int_range(pl.len()) == 1).then(-1.0).otherwise("rate").alias("rate"), table="tariffs")
    empty = firms.head(1).with_columns(firm_id=pl.lit(None, pl.String))
    pl.concat([firms, firms.head(4), empty]).write_parquet(folder / "firms.parquet")
    found = run(folder)
    assert told(found, "firms.parquet", "column firm_id")
    assert told(found, "4 rows of firms.parquet", "repeat")
    assert told(found, "tariffs.parquet", "negative", "column rate")
    assert found.findings.height == clean.findings.height


def test_hostile_text_passes_through(data: Path, tmp_path: Path, clean: Findings) -> None:
    odd = pl.lit("'; DROP TABLE x; --\x00\u202e=1+1 ") + pl.col("counterparty_name")
    found = run(changed(data, tmp_path, odd.alias("counterparty_name")))
    assert found.findings.height == clean.findings.height


def test_decomposed_addresses_tie_firms(data: Path, tmp_path: Path, clean: Findings) -> None:
    import unicodedata

    spelt = pl.col("address").map_elements(lambda t: unicodedata.normalize("NFD", t), return_dtype=pl.String)
    assert run(changed(data, tmp_path, spelt.alias("address"), table="firms")).findings.equals(clean.findings)


MOVES = [("2017", "2022", "851770", "851779"), ("2017", "2022", "852990", "852990"), ("2017", "2022", "852990", "852499")]


def line(n: int, flow: str, hs: str, edition: str | None) -> dict[str, Any]:
    come = flow == "import"
    return {
        "declaration_id": str(n), "line": 1, "date": date(2022, 2, 1), "flow": flow, "firm_id": "A", "hs": hs, "hs_edition": edition,
        "origin": "CHN" if come else "VNM", "departure": "CHN" if come else "VNM", "destination": "VNM" if come else "USA",
        "net_kg": 10.0, "value": 100.0, "currency": "USD",
    }  # fmt: skip


def edited(rows: list[dict[str, Any]], folder: Path) -> Path:
    table = schemas()["declarations"]
    pl.DataFrame(rows, schema=table.polars).write_parquet(folder / "declarations.parquet")
    return folder


def test_codes_of_two_editions_meet_at_one(tmp_path: Path) -> None:
    rows = [line(1, "import", "85177000", "2017"), *(line(n, "export", "85177910", "2022") for n in (2, 3)), line(4, "import", "61091000", "2017")]
    folder = edited(rows, tmp_path)
    apart = open_frame(folder)
    assert any("compared as written" in n and "HS 2017" in n for n in apart.notes)
    frame = open_frame(folder, correlation=Correlation.of(MOVES))
    codes = dict(frame.take(frame.lines.select("declaration_id", "hs8"), "declaration_id").iter_rows())
    assert codes == {"1": "851779", "2": "851779", "3": "851779", "4": "61091000"}
    assert any("codes are compared at HS 2022" in n for n in frame.notes)


def test_split_and_merged_codes_are_told_and_not_guessed(tmp_path: Path) -> None:
    rows = [
        line(1, "import", "85299010", "2017"),
        line(2, "export", "85249900", "2022"),
        line(3, "export", "85299090", "2022"),
        line(4, "export", "85299090", None),
    ]
    frame = open_frame(edited(rows, tmp_path), correlation=Correlation.of(MOVES))
    codes = frame.take(frame.lines.select("declaration_id", "hs6"), "declaration_id")["hs6"].to_list()
    assert len(set(codes)) == 1
    assert any("1 sets of codes were split and merged" in n and "852499 852990" in n for n in frame.notes)
    assert any("1 lines do not name the edition" in n for n in frame.notes)


def test_an_edition_the_table_does_not_know() -> None:
    moved, mingled, unheld = common_codes([("1996", "851770"), ("2022", "851779")], "2022", Correlation.of(MOVES))
    assert (moved, mingled, unheld) == ({}, [], ["1996"])


def test_a_newer_edition_is_read_backwards() -> None:
    moved, _, _ = common_codes([("2017", "851770"), ("2022", "851779")], "2017", Correlation.of(MOVES))
    assert moved[("2022", "851779")] == "851770"
