"""Bills of materials from files: Excel, CSV, YAML, JSON.

Headers may be English or Vietnamese (``vocabulary.yaml``). Merged cells and totals that do not add up are refused with their cell, a
row of totals is left out with a remark; a code that lost its zero, a country nobody knows, mixed currencies: everything is collected
and told together, and nothing is repaired in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.core.errors import MadeinError, Problem, Problems
from madein.core.printed import iter_numeric, settle
from madein.origin.model import Bill, exact
from madein.origin.records import bill_of, header, vocabulary
from madein.origin.regimes import read_yaml, regimes

if TYPE_CHECKING:
    from madein.core.grid import Sheet

_NUMBERS = frozenset({"quantity", "unit_value", "value", "weight", "weight_pct", "component_weight_pct"})
_NONE = frozenset({"-", "–", "n/a", "na"})
"""What people write into a cell of numbers to say that there is none."""

_HEAD = 30
"""Rows that are looked at to find the header."""


@dataclass
class BillFile:
    """A bill as read, with remarks that do not stop it.

    Parameters
    ----------
    bill : Bill
        The bill.
    warnings : list of Problem
        Columns that were not read, rows of totals that were left out, origins not stated.
    """

    bill: Bill
    warnings: list[Problem] = field(default_factory=list)


def read_bill(
    path: str | Path, product: Mapping[str, Any] | None = None, edition: str = "", decimal: str = "", encoding: str = "", label: str = ""
) -> BillFile:
    """A bill from a file.

    Parameters
    ----------
    path : str or Path
        ``.json``, ``.yaml``, ``.yml``, or a spreadsheet (``.xlsx``, ``.csv`` and what else `madein.core.grid` reads). A spreadsheet
        holds a table of materials, and may hold sheets ``product``, ``processes``, ``facts`` and ``route``.
    product : mapping, optional
        Fields of the product, which go before those of the file; a CSV file has no other place for them.
    edition : str
        Edition of the Harmonized System of codes that name none.
    decimal : str
        Decimal mark of a text file, where its cells do not settle it.
    encoding, label : str
        Encoding of a text file; how messages call the file.

    Raises
    ------
    BadInput
        With everything that cannot be read, each with file, sheet, row and column.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "chair.csv"
    >>> _ = file.write_text("line,name,hs,origin,originating,value\\n1,mechanism,9401.90,China,no,30\\n2,shells,3926.90,VN,yes,10\\n")
    >>> chair = {"hs": "940130", "country": "VN", "destination": "EU", "value": 100, "basis": "EXW", "currency": "EUR"}
    >>> read_bill(file, chair, "2012").bill.lines[0].origin
    'CHN'
    """
    path = Path(path)
    label = label or path.name
    suffix = path.suffix.lower()
    if suffix in (".json", ".yaml", ".yml"):
        data = _document(path, label, suffix)
        return _finish(data, product, edition, label, Problems(label))
    from madein.core.grid import read_sheets

    sheets = read_sheets(path, label, encoding)
    problems = Problems(label)
    data = _sheets(sheets, problems, decimal)
    return _finish(data, product, edition, label, problems)


def _document(path: Path, label: str, suffix: str) -> dict[str, Any]:
    if not path.is_file():
        raise MadeinError("there is no such file", label, fix="check its name and folder")
    text = path.read_text("utf-8")
    try:
        data = json.loads(text, parse_float=Decimal) if suffix == ".json" else read_yaml(text)
    except Exception as error:
        if isinstance(error, (json.JSONDecodeError, ValueError)) or type(error).__module__.startswith("yaml"):
            raise MadeinError("the file cannot be read", label, str(error).splitlines()[0], "correct its form") from error
        raise
    if not isinstance(data, dict):
        raise MadeinError("the file holds no bill", label, fix="write product: and materials:")
    return data


def _finish(data: dict[str, Any], product: Mapping[str, Any] | None, edition: str, label: str, problems: Problems) -> BillFile:
    if product:
        data = {**data, "product": {**(data.get("product") or {}), **product}}
    _fill_edition(data, edition)
    currency = str((data.get("product") or {}).get("currency") or "")
    _currencies(data.get("materials") or (), currency, problems)
    _missing(data.get("materials") or (), problems)
    try:
        bill = bill_of(data, label)
    except MadeinError as error:
        problems.errors += [p for p in error.problems if p.severity == "error"]
        problems.raise_errors()
        raise
    problems.raise_errors()
    _adds_up(bill, problems)
    problems.raise_errors()
    return BillFile(bill, problems.warnings)


def _records(materials: Sequence[Any]) -> Iterator[dict[str, Any]]:
    todo = [m for m in reversed(materials) if isinstance(m, dict)]
    while todo:
        record = todo.pop()
        yield record
        todo.extend(c for c in reversed(record.get("children") or ()) if isinstance(c, dict))


def _fill_edition(data: dict[str, Any], edition: str) -> None:
    """Codes of no stated edition take that of the product, or the one named for the file."""
    good = data.get("product")
    if isinstance(good, dict):
        edition = edition or str(good.get("hs_edition") or "")
        if good.get("hs") and not good.get("hs_edition") and edition:
            data["product"] = {**good, "hs_edition": edition}
    for record in _records(data.get("materials") or ()):
        if record.get("hs") and not record.get("hs_edition") and edition:
            record["hs_edition"] = edition


def _place(record: Mapping[str, Any]) -> str:
    return str(record.get("_at") or f"material {record.get('line', '?')}")


def _currencies(materials: Sequence[Any], currency: str, problems: Problems) -> None:
    """One currency in one bill: amounts in another are never added."""
    for record in _records(materials):
        said = str(record.get("currency") or "").strip().upper()
        if not said:
            continue
        if not currency:
            problems.error("the product names no currency", _place(record), f"this line is in {said}", "write the product's currency")
            return
        if said != currency.upper():
            problems.error(
                f"the line is in {said}, the product in {currency}", f"{_place(record)} currency",
                "amounts in two currencies are not added", "convert them at a dated rate and say so in the name",
            )  # fmt: skip


def _missing(materials: Sequence[Any], problems: Problems) -> None:
    for record in _records(materials):
        if not str(record.get("origin") or "").strip() and record.get("originating") in (None, "") and not record.get("children"):
            problems.warn("neither origin nor status is stated", _place(record), "it counts as not known", "ask its supplier")


def _adds_up(bill: Bill, problems: Problems) -> None:
    """Parts that cost more than the line they make, and lines that cost more than the good."""
    rows: list[tuple[str, Any, Any]] = [("the good", bill.product.value, bill.lines)]
    rows += [(f"line {line.id}", line.value, line.children) for line in bill.walk() if line.children]
    for what, value, parts in rows:
        known = [p.value for p in parts if p.value is not None]
        total = sum(known, start=exact(0))
        if value is not None and known and total > value:
            problems.error(
                f"the parts of {what} cost more than it does", "materials", f"{total} against {value}",
                "check values, quantities, currency and basis: all are per unit of the product",
            )  # fmt: skip


def _sheets(sheets: Sequence[Sheet], problems: Problems, decimal: str) -> dict[str, Any]:
    by_kind: dict[str, Sheet] = {}
    for sheet in sheets:
        kind = header(sheet.name, "sheets") if sheet.name else None
        if kind is not None:
            by_kind.setdefault(kind, sheet)
    table = by_kind.get("materials") or next((s for s in sheets if s not in by_kind.values() and header_of(s) is not None), None)
    if table is None:
        raise MadeinError(
            "no table of materials is found", problems.place(), "no row holds at least three known headers",
            f"name columns such as {', '.join(list(vocabulary()['headers'])[:6])}",
        )  # fmt: skip
    data: dict[str, Any] = {"materials": _table(table, problems, decimal)}
    if "product" in by_kind:
        data["product"] = _pairs(by_kind["product"], problems)
    if "facts" in by_kind:
        data["facts"] = {row[0]: row[1] for row in by_kind["facts"].head(1000) if row and row[0] and len(row) > 1 and row[1] and row[0] != "fact"}
    for kind in ("processes", "route"):
        if kind in by_kind:
            _steps(kind, by_kind[kind], data)
    return data


def _pairs(sheet: Sheet, problems: Problems) -> dict[str, Any]:
    """The product's sheet: a name and a value in each row."""
    found: dict[str, Any] = {}
    for n, row in enumerate(sheet.head(200)):
        cells = [c.strip() for c in row]
        if not any(cells):
            continue
        key = header(cells[0], "product")
        if key is None:
            if len(cells) > 1 and cells[1] and cells[0].lower() not in ("field", "mục"):
                problems.warn(f"{cells[0]!r} is not read", sheet.address(n, 0), fix="use the names of the form")
            continue
        if len(cells) > 1 and cells[1]:
            value: Any = cells[1]
            if key in ("value", "net_cost", "weight"):
                value = _plain_number(value, ".")
            found[key] = value
    return found


def _steps(kind: str, sheet: Sheet, data: dict[str, Any]) -> None:
    rows = sheet.head(1000)
    names = [c.strip().lower() for c in rows[0]] if rows else []
    records = [{name: cell.strip() for name, cell in zip(names, row, strict=False) if name and cell.strip()} for row in rows[1:]]
    records = [r for r in records if r]
    if kind == "route":
        if records:
            data["route"] = records
        return
    own: list[dict[str, Any]] = []
    lines: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        line = record.pop("line", "")
        (lines.setdefault(line, []) if line else own).append(record)
    if own:
        data["processes"] = own
    for record in data["materials"]:
        steps = lines.get(str(record.get("line", "")))
        if steps:
            record["processes"] = steps


def header_of(sheet: Sheet) -> tuple[int, dict[int, str]] | None:
    """Row of the header and the key of each column, None where no row looks like one."""
    for n, row in enumerate(sheet.head(_HEAD)):
        found: dict[int, str] = {}
        for column, cell in enumerate(row):
            key = header(cell) if cell.strip() else None
            if key is None and cell.strip():
                key = _status_header(cell)
            if key is not None and key not in found.values():
                found[column] = key
        if len(found) >= 3 and {"hs", "name", "value"} & set(found.values()):
            return n, found
    return None


def _status_header(cell: str) -> str | None:
    """``status:EVFTA`` for headers such as "originating EVFTA": the status under one regime."""
    *first, last = cell.split() or [""]
    if first and last.upper() in regimes() and header(" ".join(first)) in ("originating", "proof"):
        return f"status:{last.upper()}" if header(" ".join(first)) == "originating" else None
    return None


def _table(sheet: Sheet, problems: Problems, decimal: str) -> list[dict[str, Any]]:
    found = header_of(sheet)
    if found is None:
        raise MadeinError("the sheet of materials has no header", problems.place(sheet.name), fix="put names of columns in one row")
    at, columns = found
    rows = sheet.head(sheet.text.height)
    for column, cell in enumerate(rows[at]):
        if cell.strip() and column not in columns:
            problems.warn(f"the column {cell.strip()!r} is not read", sheet.address(at, column), fix="use a name of the form, or delete it")
    for top, left, bottom, right in sheet.merged:
        if bottom > at and any(left <= c <= right for c in columns):
            over = f"{sheet.address(max(top, at + 1), left)} to {sheet.address(bottom, right)}"
            problems.error("cells are merged", sheet.address(top, left), over, "unmerge them and write each cell")
    mark = decimal or _mark(rows[at + 1 :], columns, sheet, at, problems)
    records: list[dict[str, Any]] = []
    for n in range(at + 1, len(rows)):
        cells = {key: rows[n][column].strip() for column, key in columns.items() if column < len(rows[n])}
        if not any(cells.values()):
            continue
        if _is_total(cells):
            _check_total(cells, records, sheet, n, columns, mark, problems)
            continue
        record: dict[str, Any] = {"_at": f"{sheet.name + '!' if sheet.name else ''}row {n + 1}"}
        for key, cell in cells.items():
            if not cell:
                continue
            if key.startswith("status:"):
                record.setdefault("status", {})[key.removeprefix("status:")] = cell
            elif key in _NUMBERS:
                record[key] = None if cell.lower() in _NONE else _plain_number(cell, mark)
            else:
                record[key] = cell
        record.setdefault("line", str(len(records) + 1))
        records.append(record)
    return records


def _is_total(cells: Mapping[str, str]) -> bool:
    words = {" ".join(str(w).lower().split()) for w in vocabulary()["totals"]}
    first = next((cells[k] for k in ("line", "name", "hs") if cells.get(k)), "")
    return first.lower().rstrip(":. ").strip() in words and not cells.get("hs", "").replace(".", "").isdigit()


def _check_total(
    cells: Mapping[str, str], records: Sequence[Mapping[str, Any]], sheet: Sheet, row: int, columns: Mapping[int, str], mark: str, problems: Problems
) -> None:
    """A row of totals is no line; what it says must be the sum of the lines above."""
    problems.warn("a row of totals is left out", sheet.address(row, min(columns)))
    column = next((c for c, key in columns.items() if key == "value"), None)
    if column is None or not cells.get("value"):
        return
    try:
        said = exact(_plain_number(cells["value"], mark))
        total = sum((exact(r["value"]) for r in records if r.get("value") and not r.get("parent")), start=exact(0))
    except ValueError:
        return
    if said != total:
        where = sheet.address(row, column)
        problems.error("the lines do not add up to the total", where, f"they come to {total}, the row says {said}", "correct a line or the total")


def _mark(rows: Sequence[Sequence[str]], columns: Mapping[int, str], sheet: Sheet, at: int, problems: Problems) -> str:
    """The decimal mark of a table: a workbook's own for typed cells, settled by evidence for text."""
    if sheet.numbers is not None:
        return "."
    cells = [(n, c, row[c]) for n, row in enumerate(rows) for c, key in columns.items() if key in _NUMBERS and c < len(row)]
    seen = settle(iter_numeric(cell for _, _, cell in cells))
    if seen.dot and seen.comma:
        problems.error("numbers with a decimal dot and with a decimal comma", sheet.name, fix="write all of them one way, or name the decimal mark")
    elif seen.open_cell and not seen.dot and not seen.comma:
        n, c, cell = next(x for x in cells if x[2] == seen.open_cell)
        problems.error("the decimal mark is open", sheet.address(at + 1 + n, c), f"{cell!r} may be read with either mark", "name the decimal mark")
    return "," if seen.comma and not seen.dot else "."


def _plain_number(text: str, mark: str) -> str:
    """Digits with a decimal dot; what is no number stays as it is, for the message."""
    cell = text.strip().removesuffix("%").strip()
    group = "," if mark == "." else "."
    plain = "".join(c for c in cell if c not in f"{group} \u00a0\u2009\u202f'’")
    plain = plain.replace("\u2212", "-").replace(",", ".") if mark == "," else plain.replace("\u2212", "-")
    body = plain.lstrip("+-")
    return plain if body.replace(".", "", 1).isdigit() else text
