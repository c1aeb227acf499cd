"""Printed numbers, read by columns: which mark is the decimal, which groups thousands, how fine it was printed.

A column (or a whole file) has one convention. It is settled by evidence (``1.234,5``; ``0.12``; ``12345.678``), and
where no cell settles it the reader asks instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

Mark = Literal[".", ","]

MISSING = frozenset({
    "", "-", "--", "–", "—", "..", "...", "…", ":", "na", "n/a", "n.a.", "#n/a", "nan", "null", "none", "x", "*", "(x)", "c",
})  # fmt: skip
"""What statistical offices print for a number that is not there, folded to lower case."""

_SPACES = "\u0020\u00a0\u2009\u202f'’"
_MINUS = "\u2212\u2013"
_EXPONENT = re.compile(r"[+-]?[0-9]+(?:([.,])[0-9]*)?[eE][+-]?[0-9]{1,3}")
_CODE = re.compile(r"[0-9][^0-9]*[-/:]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What cells say about the decimal mark: counts of cells that prove each, and one that leaves it open."""

    dot: int
    comma: int
    open_cell: str = ""


def settle(cells: Iterable[str]) -> Evidence:
    """Weigh printed numbers for or against a dot or comma as the decimal mark.

    Examples
    --------
    >>> settle(["1.234,5", "7,25"]), settle(["1,234"]).open_cell
    (Evidence(dot=0, comma=2, open_cell=''), '1,234')
    """
    votes = {".": 0, ",": 0}
    unsettled = ""
    for cell in cells:
        verdict = _verdict(cell)
        if verdict == "?":
            unsettled = unsettled or cell
        elif verdict:
            votes[verdict] += 1
    return Evidence(votes["."], votes[","], unsettled)


def _verdict(cell: str) -> str:
    """The decimal mark a cell proves, '?' where it could be either, '' where it says nothing."""
    scientific = _EXPONENT.fullmatch(cell.strip())
    if scientific:
        return scientific[1] or ""
    digits = "".join(c for c in cell if c in "0123456789.,")
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return ""
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    mark, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other
    whole, _, rest = digits.partition(mark)
    grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    return "?" if grouped else mark


def parse_numbers(cells: pl.Series, decimal: Mark) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Printed numbers to values, all at once.

    Parameters
    ----------
    cells : polars.Series of text
        Null and the marks of `MISSING` count as no number.
    decimal : {".", ","}
        The decimal mark; the other one, spaces and apostrophes group thousands. One of them groups a whole number, every
        three digits and never after a leading zero; parentheses make it negative and admit no other sign.

    Returns
    -------
    values : float64 series
        Null where there is no number.
    decimals : int series
        Digits printed after the decimal mark.
    bad : boolean series
        True where a cell holds text that is neither a number nor a missing mark.

    Examples
    --------
    >>> import polars as pl
    >>> v, d, bad = parse_numbers(pl.Series(["1.234,50", "(5)", "..", "12x"]), ",")
    >>> v.to_list(), d.to_list(), bad.to_list()
    ([1234.5, -5.0, None, None], [2, 0, None, None], [False, False, False, True])
    """
    import polars as pl

    text = cells.cast(pl.String)
    # Most cells are bare digits with a decimal mark, for which a cast is enough; patterns read what is left.
    dotted = text if decimal == "." else text.str.replace(",", ".", literal=True)
    values = dotted.cast(pl.Float64, strict=False)
    easy = (values.is_finite() & ~text.str.contains("[eE]" if decimal == "." else "[eE.]")).fill_null(False)
    decimals = (dotted.str.len_bytes().cast(pl.Int64) - 1 - dotted.str.find(".", literal=True)).fill_null(0)
    hard = (~easy).arg_true()
    bad = pl.repeat(False, len(text), dtype=pl.Boolean, eager=True)
    for column, read in zip((values, decimals, bad), _by_pattern(text.gather(hard), decimal), strict=True):
        column.scatter(hard, read)
    return values.rename("value"), decimals.rename("decimals"), bad.rename("bad")


def _by_pattern(cells: pl.Series, decimal: Mark) -> tuple[pl.Series, pl.Series, pl.Series]:
    """What `parse_numbers` returns, for cells of any form."""
    import polars as pl

    group = "," if decimal == "." else "\\."
    point = "\\." if decimal == "." else ","
    text = pl.col("text")
    clean = text.str.strip_chars().str.replace_all(f"[{_MINUS}]", "-").str.strip_suffix("%").str.strip_chars()
    whole = "|".join(["[0-9]*", *(f"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+" for mark in (group, *_SPACES))])
    body = f"(?:(?:{whole})(?:{point}[0-9]*)?|[0-9]*(?:{point}[0-9]*)?[eE][+-]?[0-9]{{1,3}})"
    number = rf"^(?:[+-]?{body}|\({body}\))$"
    plain = pl.col("clean").str.replace_all(f"[{group}{_SPACES}()+]", "")
    plain = plain.str.replace_all(point, ".") if decimal == "," else plain
    missing = text.is_null() | pl.col("clean").str.to_lowercase().is_in(sorted(MISSING))
    looks = pl.col("clean").str.contains(number) & pl.col("clean").str.contains("[0-9]")
    paren = pl.col("clean").str.starts_with("(")
    out = (
        pl.DataFrame({"text": cells})
        .with_columns(clean=clean)
        .with_columns(missing=missing, looks=looks)
        .with_columns(value=pl.when("looks").then(plain.cast(pl.Float64, strict=False) * pl.when(paren).then(-1.0).otherwise(1.0)))
        .with_columns(ok=pl.col("looks") & pl.col("value").is_finite())
        .select(
            value=pl.when(pl.col("ok") & ~pl.col("missing")).then("value"),
            decimals=pl.when(pl.col("ok") & ~pl.col("missing")).then(_decimals(pl.col("clean"), point)),
            bad=(~pl.col("missing") & ~pl.col("ok").fill_null(False)).fill_null(False),
        )
    )
    return out["value"], out["decimals"], out["bad"]


def _decimals(clean: pl.Expr, point: str) -> pl.Expr:
    import polars as pl

    after = clean.str.extract(rf"{point}([0-9]+)", 1).str.len_chars().fill_null(0).cast(pl.Int64)
    power = clean.str.extract(r"[eE]([+-]?[0-9]{1,3})", 1).cast(pl.Int64, strict=False).fill_null(0)
    return after - power


def looks_numeric(cell: str) -> bool:
    """True for a cell that holds a digit and neither a letter (but an exponent's) nor the marks of dates, times and codes.

    Examples
    --------
    >>> [looks_numeric(x) for x in ("(1,5)", "2e6", "1.2.3", "01/02/2024", "8471-07", "5 p", "..")]
    [True, True, True, False, False, False, False]
    """
    if not any(x.isdigit() for x in cell):
        return False
    if any(x.isalpha() for x in cell):
        return bool(_EXPONENT.fullmatch(cell.strip()))
    return not _CODE.search(cell)


def iter_numeric(cells: Iterable[str | None]) -> Iterator[str]:
    """Cells that look like numbers: the ones worth asking about the decimal mark."""
    return (c for c in cells if c and looks_numeric(c))
