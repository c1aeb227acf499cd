"""Text files as grids: every cell where the file has it, or a message that says why not."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core import grid
from madein.core.errors import MadeinError
from madein.core.grid import Sheet, cell_position, column_letters, decode, find_delimiter, read_sheets


def rows_of(sheet: Sheet) -> list[list[str | None]]:
    return [list(row) for row in sheet.text.iter_rows()]


def read(folder: Path, text: str | bytes, name: str = "t.csv", **options: str) -> list[list[str | None]]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (sheet,) = read_sheets(path, **options)  # type: ignore[arg-type]
    assert (sheet.name, sheet.numbers) == ("", None)
    return rows_of(sheet)


def refused(folder: Path, text: str | bytes, name: str = "t.csv", **options: str) -> str:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(MadeinError) as fault:
        read_sheets(path, **options)  # type: ignore[arg-type]
    return str(fault.value)


@given(st.integers(0, 20_000))
def test_column_letters_and_positions_are_inverse(column: int) -> None:
    assert cell_position(f"{column_letters(column)}7") == (6, column)


@given(st.integers(0, 10**6), st.integers(0, 20_000))
def test_addresses_and_positions_are_inverse(row: int, column: int) -> None:
    assert cell_position(Sheet("", pl.DataFrame()).address(row, column)) == (row, column)


def test_address_names_the_sheet() -> None:
    assert Sheet("Biểu 1", pl.DataFrame()).address(0, 27) == "Biểu 1!AB1"


PLAIN = [["kỳ", "trị giá"], ["2024-01", "85.71"], ["2024-02", "83.1"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("closed", [True, False])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, ending: str, closed: bool) -> None:
    text = ending.join(delimiter.join(row) for row in PLAIN) + (ending if closed else "")
    assert read(tmp_path, text) == PLAIN
    assert read(tmp_path, text, delimiter=delimiter) == PLAIN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark", "utf-16-be-mark"])
def test_encodings_with_a_mark_need_no_name(tmp_path: Path, encoding: str) -> None:
    text = "\n".join(",".join(row) for row in PLAIN)
    marked = {"utf-16-le-mark": b"\xff\xfe" + text.encode("utf-16-le"), "utf-16-be-mark": b"\xfe\xff" + text.encode("utf-16-be")}
    assert read(tmp_path, marked.get(encoding) or text.encode(encoding)) == PLAIN


def test_a_mark_is_no_text_even_where_the_encoding_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1,2".encode("utf-8-sig"), encoding="utf-8") == [["a", "b"], ["1", "2"]]


def test_vietnamese_windows_files_want_their_encoding_named(tmp_path: Path) -> None:
    raw = unicodedata.normalize("NFD", "Tháng,Khai khoáng\n2024-01,5").encode("cp1258")
    assert "line 1 is not utf-8" in refused(tmp_path, raw)
    assert "cp1258" in refused(tmp_path, raw)
    rows = read(tmp_path, raw, encoding="cp1258")
    assert unicodedata.normalize("NFC", str(rows[0][1])) == "Khai khoáng"


def test_a_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    message = refused(tmp_path, b"a,b\n1,2\n3,\xff\n")
    assert "t.csv: line 3 is not utf-8" in message
    assert "0xff at offset 10" in message
    assert "no encoding is called 'utf-99'" in refused(tmp_path, b"a,b\n", encoding="utf-99")
    assert "binary" in refused(tmp_path, "a,b\n1,2\n".encode("utf-16-le"))


@given(st.text(max_size=30), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_text_decodes_as_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x") == (text if encoding != "utf-8" else text.removeprefix("\ufeff")) or text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("title\n\na,b\n1,2\n", [["title", None], [None, None], ["a", "b"], ["1", "2"]]),
        ("\n\na,b\n1,2\n", [[None, None], [None, None], ["a", "b"], ["1", "2"]]),
        ("a,b\n1,2\n\n\n3,4\n", [["a", "b"], ["1", "2"], [None, None], [None, None], ["3", "4"]]),
        ("a,b\n1,2\n\n", [["a", "b"], ["1", "2"], [None, None]]),
        (",,\n,a,b\n,1,2\n", [[None] * 3, [None, "a", "b"], [None, "1", "2"]]),
        ("a,b\n1\n1,2,3\n", [["a", "b", None], ["1", None, None], ["1", "2", "3"]]),
        ("a,b,c\n1,2\n", [["a", "b", "c"], ["1", "2", None]]),
        ('a,b\n"x\ny",2\n3,4\n', [["a", "b"], ["x\ny", "2"], ["3", "4"]]),
        ('a,b\n"x, ""y""",2\n', [["a", "b"], ['x, "y"', "2"]]),
        ('a,b\n"",2\n', [["a", "b"], [None, "2"]]),
        ('5" pipe,2\n3,4\n', [['5" pipe', "2"], ["3", "4"]]),
        ("a, b\n 1 ,\t\n", [["a", " b"], [" 1 ", "\t"]]),
        ("a,b\n#c,1\n", [["a", "b"], ["#c", "1"]]),
        ("a\n1\n\n2\n", [["a"], ["1"], [None], ["2"]]),
        ("NA,null\nNaN,true\n", [["NA", "null"], ["NaN", "true"]]),
        ("007,1e5\n0.10,-0\n", [["007", "1e5"], ["0.10", "-0"]]),
    ],
)
def test_every_cell_stays_where_it_stands(tmp_path: Path, text: str, rows: list[list[str | None]]) -> None:
    assert read(tmp_path, text) == rows
    assert read(tmp_path, text.replace("\n", "\r\n").replace("x\r\ny", "x\ny")) == rows


def filled(row: Sequence[str | None]) -> dict[int, str]:
    return {i: cell for i, cell in enumerate(row) if cell}


CELLS = st.text(st.sampled_from('ab1. "\n;|\u00e1\u1ea5'), max_size=4)


@settings(deadline=None, max_examples=200)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8), ending=st.sampled_from(["\n", "\r\n"]))
def test_any_csv_reads_as_the_csv_module_reads_it(rows: list[list[str]], ending: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator=ending).writerows(rows)
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(out.getvalue().encode())
    if not out.getvalue().strip():
        return
    width = max(map(len, rows))
    wanted = [[cell or None for cell in row] + [None] * (width - len(row)) for row in rows]
    assert rows_of(read_sheets(path, delimiter=",")[0]) == wanted


@settings(deadline=None, max_examples=400)
@given(text=st.text(st.sampled_from('a1,,\n\n"; '), min_size=1, max_size=40))
def test_any_text_reads_as_the_csv_module_reads_it_or_is_refused(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "text.csv"
    path.write_text(text, encoding="utf-8", newline="")
    wanted = list(csv.reader(io.StringIO(text, newline="")))
    try:
        (sheet,) = read_sheets(path, delimiter=",")
    except MadeinError:
        assert not text.strip() or '"' in text
        return
    # Where lines only end in one delimiter more, the empty column it would make may be missing.
    assert [filled(row) for row in rows_of(sheet)] == [filled(row) for row in wanted]


def test_an_open_quotation_mark_swallows_nothing(tmp_path: Path) -> None:
    message = refused(tmp_path, 'period,a\n2024-01,1\n"2024-02,2\n2024-03,3\n')
    assert "a quotation mark opened in row 3 is never closed" in message


def test_many_rows_in_several_bites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "_CHUNK", 3)
    text = "".join(f'"{i}",{"x," * (i % 4)}{i}\n' for i in range(10)) + "\n\n\n\n\nend\n"
    wanted = list(csv.reader(io.StringIO(text, newline="")))
    assert [[c for c in row if c] for row in read(tmp_path, text)] == wanted


@pytest.mark.parametrize("text", ["", " \n\n \n", "\ufeff", "\r\n\r\n"])
def test_empty_files(tmp_path: Path, text: str) -> None:
    assert "the file is empty" in refused(tmp_path, text)


def test_what_is_no_text(tmp_path: Path) -> None:
    assert "binary" in refused(tmp_path, b"PK\x03\x04\x00\x00\x00")
    assert "binary" in refused(tmp_path, b"a,b\n" * 50_000 + b"\0")
    assert "not utf-8" in refused(tmp_path, b"\x89PNG\r\n\x1a\n\x00")
    assert "cannot read files ending in '.pdf'" in refused(tmp_path, b"%PDF", "t.pdf")
    assert "cannot read files ending in 'nothing'" in refused(tmp_path, b"a,b", "t")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "none.xlsx", "folder.csv"):
        with pytest.raises(MadeinError, match="there is no such file"):
            read_sheets(tmp_path / name)


def test_messages_call_the_file_as_they_are_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"")
    with pytest.raises(MadeinError, match=r"^data/iip\.csv: the file is empty"):
        read_sheets(tmp_path / "t.csv", "data/iip.csv")


def test_vast_tables_are_refused_before_they_take_the_machine_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "1 rows and 20,001 columns" in refused(tmp_path, "," * 20_000)
    assert "2 rows and 20,001 columns" in refused(tmp_path, "a,b\n" + "," * 20_000)
    monkeypatch.setattr(grid, "MAX_CELLS", 50)
    assert "11 rows and 6 columns" in refused(tmp_path, "a,b,c,d,e,f\n" + "1\n" * 10)
    assert "6 columns" in refused(tmp_path, "1\n" * 10 + "a,b,c,d,e,f\n")
    monkeypatch.setattr(grid, "MAX_TEXT_BYTES", 50)
    assert "files over 1 GB" in refused(tmp_path, "a,b\n" * 50)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("Tháng;Xuất khẩu, tr USD\n01/2024;13,43\n", ";"),
        ("kỳ\tgiá trị\n2024-01\t1,5\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("Một tiêu đề, có phẩy\n\na;b;c\n1,5;2,5;3\n1,5;2,5;3\n", ";"),
        ('"a;b",c\n"d;e",f\n', ","),
        ("one\ntwo\n", ","),
        ("2024-01;1,5;2,5\n2024-02;3,5;4,5\n", ";"),
    ],
)
def test_the_delimiter_that_splits_most_evenly(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


def test_the_beginning_of_a_file_may_end_between_quotation_marks(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n1,"x\ny\nz"\n' + "3,4\n" * 20)
    assert rows_of(read_sheets(tmp_path / "t.csv", most_bytes=12)[0]) == [["a", "b"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("most", [30, 31, 32, 33, 64, 65, 66, 67])
def test_the_beginning_of_a_file_is_cut_between_lines(tmp_path: Path, encoding: str, most: int) -> None:
    lines = [f"{i},Thắng\u010a{i}" for i in range(40)]
    raw = "\n".join(lines).encode(encoding)
    (tmp_path / "t.csv").write_bytes(b"\xfe\xff" + raw if encoding == "utf-16-be" else raw)
    rows = rows_of(read_sheets(tmp_path / "t.csv", most_bytes=most)[0])
    assert 0 < len(rows) < 40
    assert all(row == line.split(",") for row, line in zip(rows[:-1], lines, strict=False))
