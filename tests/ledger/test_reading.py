"""Files into claims, good and bad."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import Period
from madein.ledger import Claim, Claims, default_vocabulary, write_template

TODAY = date(2026, 11, 21)
HEAD = "subject,predicate,value,unit,as_of,status\n"


def write(folder: Path, text: str | bytes, name: str = "c.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(path: Path, **more: object) -> Claims:
    return Claims.read(path, today=TODAY, **more)  # type: ignore[arg-type]


def refused(path: Path, **more: object) -> str:
    with pytest.raises(MadeinError) as fault:
        read(path, **more)
    return str(fault.value)


def test_a_plain_table(tmp_path: Path) -> None:
    book = read(write(tmp_path, HEAD + "orders:a,orders,65000,order,2022-11-25,\nproject:p/phase=1,operation,2025-Q4,,2023,planned\n"))
    assert [(str(c.value), c.place, c.source, c.status) for c in book] == [
        ("65000.0", "row 2", "c.csv", "actual"), ("2025-Q4", "row 3", "c.csv", "planned"),
    ]  # fmt: skip


def test_headers_in_vietnamese_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    text = (
        "Chủ thể;Chỉ tiêu;Giá trị;Đơn vị;Ngày nêu;Nguồn\nproject:p;area;11,3;ha;2024-12-20;báo\nproject:p/phase=1;area;1.064,35;ha;2024-12-20;báo\n"
    )
    book = read(write(tmp_path, text))
    assert [(c.value, c.unit, c.source) for c in book] == [(11.3, "hectare", "báo"), (1064.35, "hectare", "báo")]


def test_scales_and_plurals_become_one_unit(tmp_path: Path) -> None:
    rows = "project:p,capital,16.61,billion USD,2024,planned\nproject:p,capacity,10,million items/year,2024,planned\nproject:p,jobs,3,nghìn người,2024,planned\n"
    assert [(c.value, c.unit) for c in read(write(tmp_path, HEAD + rows))] == [(16.61e9, "USD"), (1e7, "item/year"), (3000.0, "person")]


def test_every_problem_is_told_with_row_and_column(tmp_path: Path) -> None:
    rows = [
        "project a,orders,1,order,2024,",
        "plant:a,orders,1,order,2024,",
        "orders:a,mood,1,order,2024,",
        "orders:a,orders,many,order,2024,",
        "orders:a,orders,1,order,soon,",
        "orders:a,orders,1,order,03/04/2024,",
        "orders:a,orders,1,order,,",
        "orders:a,orders,1,vehicle per,2027,",
        "project:a,capacity,1,vehicle/year,2024,",
        "project:a,operation,next year,,2024,planned",
        "project:a,capacity,1,vehicle/year,2024,maybe",
        "project:a,area,1,3,2024,",
        "orders:a,orders,,order,2024,",
    ]
    message = refused(write(tmp_path, HEAD + "\n".join(rows) + "\n"))
    for told in (
        "c.csv row 2 column subject: no subject", "'project-a'", "row 3 column subject: no such type", "row 4 column predicate: no such predicate",
        "row 5 column value: text where a number should be", "row 6 column as_of: no date", "row 7 column as_of: no date",
        "row 8 column as_of: nothing tells when", "row 9 column as_of: said in the future", "row 10 column status: whether this is planned",
        "row 11 column value: no date", "row 12 column status: no such status", "row 13 column unit: no unit", "row 14 column value: a number is missing",
    ):  # fmt: skip
        assert told in message, (told, message)


def test_problems_beyond_two_hundred_are_counted(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as fault:
        read(write(tmp_path, HEAD + "orders:a,mood,1,order,2024,\n" * 1000))
    assert len([p for p in fault.value.problems if "no such predicate" in p.what]) == 201
    assert "800 more rows" in fault.value.problems[-1].what


def test_an_open_decimal_mark_is_asked_about(tmp_path: Path) -> None:
    for text in ("65,000", "65.000"):
        path = write(tmp_path, HEAD.replace(",", ";") + f"orders:a;orders;{text};order;2022-11-25;\n")
        assert f"row 2 column value: the decimal mark is open ({text} may be read with either mark)" in refused(path)
        assert {c.value for c in read(path, decimal=".")} | {c.value for c in read(path, decimal=",")} == {65000.0, 65.0}
    rows = "orders:a;orders;1,5;order;2022;\norders:a;orders;1.5;order;2023;\n"
    assert "a decimal dot and with a decimal comma" in refused(write(tmp_path, HEAD.replace(",", ";") + rows))


def test_one_number_settles_the_mark_of_all(tmp_path: Path) -> None:
    rows = "orders:a;orders;1.234;order;2022;\norders:b;orders;{};order;2023;\n"
    for other, value in (("0,5", 1234.0), ("0.5", 1.234), ("12.345.678", 1234.0), ("1,234.5", 1.234)):
        book = read(write(tmp_path, HEAD.replace(",", ";") + rows.format(other)))
        assert next(iter(book)).value == value, other


def test_numbers_of_workbooks_and_json_are_what_they_are(tmp_path: Path) -> None:
    path = book_of(tmp_path / "t.xlsx", [HEADER, ["orders:a", "orders", 1.234, "order", "2024", ""]])
    assert [c.value for c in read(path)] == [1.234]
    assert "decimal mark is open" in refused(book_of(tmp_path / "p.xlsx", [HEADER, ["orders:a", "orders", "1.234", "order", "2024", ""]]))
    line = json.dumps({"subject": "orders:a", "predicate": "orders", "value": 1.234, "unit": "order", "as_of": "2024"})
    assert [c.value for c in read(write(tmp_path, line, "a.jsonl"))] == [1.234]


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1_000", "0x10", "１２", "--5", "1.2.3.4"])
def test_numbers_that_are_none(tmp_path: Path, text: str) -> None:
    assert "column value" in refused(write(tmp_path, HEAD + f"orders:a,orders,{text},order,2024,\n"))


def test_day_and_source_for_a_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path, "subject,predicate,value,unit\norders:a,orders,1,order\n")
    assert "nothing tells when it was said" in refused(path)
    (one,) = read(path, as_of="2024-05", source="the ministry")
    assert (str(one.as_of), one.source) == ("2024-05", "the ministry")
    assert [str(c.as_of) for c in read(path, dates={"c.csv": "2023"})] == ["2023"]


def test_decomposed_letters_and_spellings_of_one_word(tmp_path: Path) -> None:
    rows = "project:p,province,Thái Bình,,2024,\nproject:p,operation,2025,,2024,KẾ HOẠCH\n"
    book = read(write(tmp_path, unicodedata.normalize("NFD", HEAD + rows)))
    assert [str(c.value) for c in book] == ["Thái Bình", "2025"]
    assert [c.status for c in book] == ["actual", "planned"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"), (b"\n\n", "empty"), (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "line 1"), (b"subject,predicate,value\n\0\0\0\n", "binary"),
        ("Chủ thể,Chỉ tiêu,Giá trị\n".encode("cp1258", "replace") + b"\xff\xfe\xff", "UTF-8"), (b"a,b\n1,2\n", "no claims"), (b"just text", "no claims"),
        (b'subject,predicate,value\n"orders:a,orders,1\n', "never closed"),
    ],
)  # fmt: skip
def test_files_that_are_no_table_of_claims(tmp_path: Path, data: bytes, told: str) -> None:
    assert told in refused(write(tmp_path, data))


def test_control_characters_and_endless_texts(tmp_path: Path) -> None:
    assert "control character" in refused(write(tmp_path, HEAD + "orders:a,model,V\x07F 8,,2024,\n"))
    assert "20,000 characters" in refused(write(tmp_path, HEAD + f"orders:a,model,{'x' * 30_000},,2024,\n"))


def test_other_endings_and_missing_files(tmp_path: Path) -> None:
    assert "cannot read files ending in '.doc'" in refused(write(tmp_path, "x", "c.doc"))
    assert "no such file" in refused(tmp_path / "none.csv")


def test_all_files_are_told_at_once(tmp_path: Path) -> None:
    a, b = write(tmp_path, HEAD + "x,orders,1,order,2024,\n", "a.csv"), write(tmp_path, "", "b.csv")
    with pytest.raises(BadInput) as fault:
        Claims.read(a, b, today=TODAY)
    assert {"a.csv", "b.csv"} <= {p.where.split()[0] for p in fault.value.problems}


def test_repeated_rows_are_kept_once_and_told(tmp_path: Path) -> None:
    book = read(write(tmp_path, HEAD + "orders:a,orders,1,order,2024,\n" * 3))
    assert len(book) == 1
    assert str(book.warnings[0]).startswith("c.csv row 3: the same claim again, kept once (row 2 says it already)")


def test_corrections_by_label_and_by_id(tmp_path: Path) -> None:
    head = "id,subject,predicate,value,unit,as_of,supersedes\n"
    rows = "b,orders:a,orders,2,order,2024-02,a\na,orders:a,orders,1,order,2024-01,\nc,orders:a,orders,3,order,2024-03,b\n"
    book = read(write(tmp_path, head + rows))
    two, one, three = book
    assert (one.supersedes, two.supersedes, three.supersedes) == ("", one.id, two.id)
    later = write(tmp_path, head + f",orders:a,orders,4,order,2024-04,{three.id}\n", "later.csv")
    assert [c.value for c in book.append(later, TODAY).as_of(TODAY).answer("orders:a", "orders").claims] == [4.0]
    assert "supersedes a claim that is not held" in refused(later)


@pytest.mark.parametrize(
    ("links", "told"),
    [({"a": "b", "b": "a"}, "a > b > a"), ({"a": "a"}, "a > a"), ({"a": "b", "b": "c", "c": "b"}, "b > c > b"), ({"a": "z"}, "'z'")],
)
def test_circles_and_unknown_labels(tmp_path: Path, links: dict[str, str], told: str) -> None:
    rows = "".join(f"{k},orders:a,orders,{n},order,2024,{v}\n" for n, (k, v) in enumerate(links.items()))
    message = refused(write(tmp_path, "id,subject,predicate,value,unit,as_of,supersedes\n" + rows))
    assert ("circle" in message or "not held" in message) and told in message


def test_a_row_changed_after_it_was_written_is_found(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    read(write(tmp_path, HEAD + "orders:a,orders,65000,order,2022-11-25,\n")).write(path)
    path.write_text(path.read_text().replace("65000", "66000"))
    assert "changed after it was written" in refused(path)
    parquet = tmp_path / "w.parquet"
    read(write(tmp_path, HEAD + "orders:a,orders,65000,order,2022-11-25,\n")).write(parquet)
    pl.read_parquet(parquet).with_columns(number=pl.lit(66000.0)).write_parquet(parquet)
    assert "changed after it was written" in refused(parquet)
    pl.DataFrame({"a": [1]}).write_parquet(parquet)
    assert "not of the type of claims" in refused(parquet)
    assert "no Parquet" in refused(write(tmp_path, b"PAR1 no", "x.parquet"))


def test_two_rows_of_one_label(tmp_path: Path) -> None:
    text = "id,subject,predicate,value,unit,as_of\na,orders:a,orders,1,order,2024\na,orders:a,orders,2,order,2024\n"
    assert "two rows with one label" in refused(write(tmp_path, text))


# Workbooks


def book_of(path: Path, rows: list[list[object]], merges: tuple[tuple[int, int, int, int, object], ...] = (), name: str = "claims") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(name)
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
        for top, left, bottom, right, text in merges:
            sheet.merge_range(top, left, bottom, right, text)
    return path


HEADER = ["subject", "predicate", "value", "unit", "as_of", "status"]


def test_the_template_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path)
    assert len(read(path)) == 0
    import python_calamine

    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("claims").to_python()
    rows = [sheet[0], ["", "orders:a", "orders", 65000, "", "", "order", "", "", "", "", date(2022, 11, 25), "", "press", "", "", "=1+1"]]
    with xlsxwriter.Workbook(str(path)) as book:
        made = book.add_worksheet("claims")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for n, row in enumerate(rows):
            for i, cell in enumerate(row):
                if isinstance(cell, date):
                    made.write_datetime(n, i, cell, day)
                elif isinstance(cell, str):
                    made.write_string(n, i, cell)
                else:
                    made.write(n, i, cell)
        book.add_worksheet("instructions").write("A1", "subject")
    (one,) = read(path)
    assert (one.value, str(one.as_of), one.source, one.place, one.note) == (65000.0, "2022-11-25", "press", "cell claims!D2", "=1+1")


def test_total_rows_are_left_out_with_their_cell(tmp_path: Path) -> None:
    rows = [["About"], [], HEADER, ["orders:a", "orders", 1, "order", "2024-01-01", ""], ["Tổng cộng", "", 1, "", "", ""], []]
    book = read(book_of(tmp_path / "b.xlsx", rows))
    assert len(book) == 1
    assert "cell claims!A5" in str(book.warnings[0])


def test_merged_cells_are_spread_or_refused_with_their_cell(tmp_path: Path) -> None:
    rows = [HEADER, ["orders:a", "orders", 1, "order", "2024-01-01", ""], ["", "orders", 2, "order", "2024-02-01", ""]]
    spread = read(book_of(tmp_path / "a.xlsx", rows, ((1, 0, 2, 0, "orders:a"),)))
    assert [c.subject for c in spread] == ["orders:a", "orders:a"]
    assert "b.xlsx cell claims!C2: a number in merged cells" in refused(book_of(tmp_path / "b.xlsx", rows, ((1, 2, 2, 2, 5),)))
    assert "cell claims!B2: cells merged across columns" in refused(book_of(tmp_path / "c.xlsx", rows, ((1, 1, 1, 2, "orders"),)))
    assert "merged with the header" in refused(book_of(tmp_path / "d.xlsx", rows, ((0, 5, 1, 5, "status"),)))


def test_two_columns_of_one_name_and_unknown_ones(tmp_path: Path) -> None:
    rows = [[*HEADER, "Giá trị", "mood"], ["orders:a", "orders", 1, "order", "2024", "", 2, "good"]]
    assert "two columns are value" in refused(book_of(tmp_path / "a.xlsx", rows))
    rows = [[*HEADER, "mood"], ["orders:a", "orders", 1, "order", "2024", "", "good"]]
    assert "'mood' is not read" in str(read(book_of(tmp_path / "b.xlsx", rows)).warnings[0])


def test_no_workbook(tmp_path: Path) -> None:
    assert "no workbook" in refused(write(tmp_path, b"PK\x03\x04 no", "a.xlsx"))
    assert "empty" in refused(write(tmp_path, b"", "b.xlsx"))


# Documents


def test_yaml_takes_nothing_for_a_date_or_a_truth(tmp_path: Path) -> None:
    text = "claims:\n- {subject: 'orders:a', predicate: orders, value: 65_000, unit: order, as_of: 2022-11-25}\n"
    assert "text where a number" in refused(write(tmp_path, text, "a.yaml"))
    text = "- subject: plan:a\n  predicate: company\n  value: no\n  as_of: 2022\n- subject: plan:a\n  predicate: period\n  value: 2023\n  as_of: 2022\n  status: PLN\n"
    book = read(write(tmp_path, text, "b.yaml"))
    assert [(str(c.value), str(c.as_of), c.place) for c in book] == [("no", "2022", "line 1"), ("2023", "2022", "line 5")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "no YAML"), ("a: 1", "no list of claims"), ("- 5", "no mapping"), ("- {subject: a, subject: b}", "twice"),
        ("- {subject: 'orders:a', predicate: orders, value: [1], as_of: 2024}", "a list or a mapping"), ("", "empty"),
        ("a: &a [x, x]\nb: &b [*a, *a]\n" * 1 + "claims:\n- {subject: 'plan:a', predicate: company, as_of: 2024, value: *b}", "a list or a mapping"),
    ],
)  # fmt: skip
def test_documents_that_are_none(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(write(tmp_path, text, "a.yaml"))


def test_json_lines_keep_numbers_as_printed_and_name_their_line(tmp_path: Path) -> None:
    good = {"subject": "orders:a", "predicate": "orders", "value": 0.1, "unit": "order", "as_of": "2024", "note": "a\u2028b"}
    lines = "\n" + json.dumps(good, ensure_ascii=False) + "\n"
    (one,) = read(write(tmp_path, lines, "a.jsonl"))
    assert (one.value, one.place, one.note) == (0.1, "line 2", "a\u2028b")
    assert len(read(write(tmp_path, json.dumps([good]), "a.json"))) == 1
    for bad in ("{", "[1]x", '{"value": NaN}', "5", "[" * 100_000, '{"a": ' * 5000):
        assert "line 3: no JSON object" in refused(write(tmp_path, lines + bad + "\n", "b.jsonl")), bad
    assert "no JSON" in refused(write(tmp_path, "[1,", "b.json"))


# Vocabulary


def test_a_new_predicate_needs_no_code(tmp_path: Path) -> None:
    own = write(tmp_path, "predicates:\n  kwh: {label: Electricity, kind: number, unit: any, subjects: [project], status: required}\n", "p.yaml")
    path = write(tmp_path, HEAD + "project:p,kwh,5,kWh,2024,ACT\n")
    assert "no such predicate" in refused(path)
    words = default_vocabulary().extend(own)
    (one,) = read(path, words=words)
    assert (one.predicate, one.value, one.unit) == ("kwh", 5.0, "kilowatt-hour")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("predicates: {x: {label: X}}", "not complete"), ("predicates: {x: {label: X, kind: colour, subjects: [any]}}", "kind of predicate x is 'colour'"),
        ("predicates: {x: {label: X, kind: date, subjects: [any], precedes: [y]}}", "precedes 'y'"), ("- 1", "no predicates"), ("a: [", "no YAML"),
        ("predicates: {x: {label: X, kind: text, subjects: [plant]}}", "'plant'"), ("predicates: {x: {label: X, kind: text, subjects: [any], hue: 1}}", "hue"),
    ],
)  # fmt: skip
def test_vocabularies_that_do_not_hold(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(MadeinError) as fault:
        default_vocabulary().extend(write(tmp_path, text, "p.yaml"))
    assert told in str(fault.value)


SPOILT = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(str.encode),
    st.tuples(st.integers(0, 400), st.binary(max_size=4), st.integers(0, 30)),
)


@settings(deadline=None, max_examples=150)
@given(spoilt=SPOILT, suffix=st.sampled_from([".csv", ".yaml", ".jsonl", ".json", ".tsv", ".xlsx", ".parquet"]))
def test_whatever_stands_in_a_file_ends_in_claims_or_in_a_message(tmp_path_factory: pytest.TempPathFactory, spoilt: object, suffix: str) -> None:
    path = tmp_path_factory.mktemp("s") / f"c{suffix}"
    good = Claims.of([Claim(subject="orders:a", predicate="orders", value=6.5, unit="order", as_of=Period.year(2024), note="=x")], TODAY)
    if isinstance(spoilt, tuple):
        good.write(path if suffix not in (".json", ".tsv") else path.with_suffix(".jsonl" if suffix == ".json" else ".csv"))
        data = next(path.parent.iterdir()).read_bytes()
        at, put, cut = spoilt
        path.write_bytes(data[:at] + put + data[at + cut :])
    else:
        assert isinstance(spoilt, bytes)
        path.write_bytes(spoilt)
    try:
        book = read(path)
    except MadeinError as fault:
        assert str(fault)
    else:
        assert book.as_of(TODAY).frame.height <= len(book)


def test_nesting_without_end(tmp_path: Path) -> None:
    assert "no YAML" in refused(write(tmp_path, "- " + "[" * 20_000, "a.yaml"))
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{c}: &{c} [{', '.join(['*' + p] * 10)}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True)
    )
    assert "a list or a mapping" in refused(
        write(tmp_path, bomb + "claims:\n- {subject: 'plan:a', predicate: company, as_of: 2024, value: *h}", "b.yaml")
    )


def test_files_too_large_are_refused_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = write(tmp_path, ",".join(f"c{n}" for n in range(20_000)) + "\n" + "," * 19_999 + "\n")
    assert "20,000 columns" in refused(wide)
    monkeypatch.setattr("madein.ledger.documents.MAX_TEXT_BYTES", 10)
    assert "save the claims as CSV" in refused(write(tmp_path, "- {subject: 'plan:a'}", "a.yaml"))
