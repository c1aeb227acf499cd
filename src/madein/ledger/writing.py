"""Claims out to CSV, Excel, YAML, JSON lines and Parquet; reading them back gives the same claims."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.ledger.fields import EXTERNAL
from madein.ledger.model import Claim

MAX_SHEET_ROWS, MAX_CELL = 1_048_575, 32_767
_FORMULA = "^'*[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_PLAIN = ("value", "low", "high")


def claim_rows(claims: Sequence[Claim]) -> pl.DataFrame:
    """Claims as rows of text, as files hold them.

    Examples
    --------
    >>> one = Claim(subject="orders:a", predicate="orders", value=65000.0, unit="order", as_of=Period.parse("2022-11"))
    >>> claim_rows([one]).select("subject", "value", "as_of").rows()
    [('orders:a', '65000.0', '2022-11')]
    """
    rows = [_row(c) for c in claims]
    columns = {name: pl.Series(name, [r[i] for r in rows], pl.String) for i, name in enumerate(EXTERNAL)}
    return pl.DataFrame({**columns, "_at": pl.Series([f"claim {n}" for n in range(1, len(rows) + 1)], dtype=pl.String)})


def _row(c: Claim) -> tuple[str, ...]:
    value = "" if c.value is None else repr(float(c.value)) if isinstance(c.value, float | int) else str(c.value)
    ends = ["" if x is None else repr(float(x)) for x in (c.low, c.high)]
    days = ["" if d is None else d.isoformat() for d in (c.valid_from, c.valid_to)]
    return (
        "", c.subject, c.predicate, value, *ends, c.unit, c.qualifier, c.basis, *days, str(c.as_of), c.status, c.source, c.place,
        c.supersedes, c.note,
    )  # fmt: skip


def external(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of claims as rows of text with the columns of `madein.ledger.convert.EXTERNAL`, ids included."""
    value = pl.coalesce(_number("number"), pl.Series("_w", _windows(frame, "first", "last")), pl.col("text").fill_null("")).alias("value")
    said = pl.Series("as_of", _windows(frame, "said_from", "said_by"))
    days = [pl.col(c).dt.to_string("%Y-%m-%d").fill_null("").alias(c) for c in ("valid_from", "valid_to")]
    bounds = [_number(c).fill_null("").alias(c) for c in ("low", "high")]
    return frame.with_columns(value, said, *days, *bounds).select(EXTERNAL)


def _number(column: str) -> pl.Expr:
    x = pl.col(column)
    whole = (x == x.floor()) & (x.abs() < 1e15)
    return pl.when(whole).then(x.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(x.cast(pl.String))


def _windows(frame: pl.DataFrame, first: str, last: str) -> pl.Series:
    """Text of each window; each distinct one is made once."""
    distinct = frame.select(first, last).unique().drop_nulls()
    texts = distinct.with_columns(pl.Series("_w", [str(Period(a, b)) for a, b in distinct.iter_rows()], pl.String))
    return frame.select(first, last).join(texts, on=[first, last], how="left", maintain_order="left")["_w"]


def write_claims(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame of claims to a .csv, .xlsx, .yaml, .jsonl or .parquet file.

    Text that a spreadsheet would take for a formula gets an apostrophe before it in CSV, which reading takes away again.

    Raises
    ------
    MadeinError
        On another ending, or more rows or longer texts than a worksheet holds.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        frame.write_parquet(path)
    elif suffix == ".csv":
        _guarded(external(frame)).write_csv(path, line_terminator="\n")
    elif suffix == ".xlsx":
        _workbook(external(frame), path)
    elif suffix in (".jsonl", ".ndjson"):
        rows = _objects(external(frame))
        path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    elif suffix in (".yaml", ".yml"):
        import yaml

        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text = yaml.dump({"claims": list(_objects(external(frame)))}, Dumper=dumper, allow_unicode=True, sort_keys=False, width=1000)
        path.write_text(text, encoding="utf-8")
    else:
        raise MadeinError(f"cannot write files ending in {suffix or 'nothing'!r}", path.name, fix="end it in .csv, .xlsx, .yaml, .jsonl or .parquet")


def _objects(rows: pl.DataFrame) -> Iterable[dict[str, str]]:
    return ({k: v for k, v in row.items() if v} for row in rows.iter_rows(named=True))


def _guarded(rows: pl.DataFrame) -> pl.DataFrame:
    text = [c for c in EXTERNAL if c not in _PLAIN]
    number = pl.col("value").str.contains(r"^-?[0-9.]+(?:e-?[0-9]+)?$")
    guard = {c: pl.when(pl.col(c).str.contains(_FORMULA)).then("'" + pl.col(c)).otherwise(c).alias(c) for c in text}
    guard["value"] = pl.when(pl.col("value").str.contains(_FORMULA) & ~number).then("'" + pl.col("value")).otherwise("value").alias("value")
    return rows.with_columns(**guard)


def _workbook(rows: pl.DataFrame, path: Path) -> None:
    import xlsxwriter

    if rows.height > MAX_SHEET_ROWS:
        raise MadeinError(f"{rows.height:,} claims are more than a worksheet holds", path.name, fix="write .csv or .parquet")
    if rows.select(pl.max_horizontal(pl.all().str.len_chars().max()))[0, 0] or MAX_CELL < 0:
        longest = rows.select(pl.all().str.len_chars().max()).row(0)
        if max(x or 0 for x in longest) > MAX_CELL:
            raise MadeinError("a text is longer than a cell holds", path.name, fix="write .csv or .parquet")
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("claims")
        for i, name in enumerate(EXTERNAL):
            sheet.write_string(0, i, name)
        for n, row in enumerate(rows.iter_rows(), 1):
            for i, cell in enumerate(row):
                if cell:
                    sheet.write_string(n, i, cell)
