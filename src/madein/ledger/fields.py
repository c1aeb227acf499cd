"""Fields of rows of text, column by column: subjects, numbers, units, dates and words, each complaint with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

import polars as pl

from madein.core.errors import Problems
from madein.core.printed import iter_numeric, parse_numbers, settle
from madein.core.units import parse_unit, plural
from madein.ledger.identity import WRITTEN
from madein.ledger.model import SUBJECT, Subject, slug
from madein.ledger.rules import rules
from madein.ledger.vocabulary import Vocabulary, default_vocabulary
from madein.ledger.windows import read_window

if TYPE_CHECKING:
    from madein.core.printed import Mark

EXTERNAL = (
    "id", "subject", "predicate", "value", "low", "high", "unit", "qualifier", "basis", "valid_from", "valid_to",
    "as_of", "status", "source", "place", "supersedes", "note",
)  # fmt: skip
"""Columns of a claim as files hold it, all text."""

SHOWN = 200
"""Problems of one kind that are told one by one; the rest are counted."""

LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Reader:
    """What a file does not say of itself.

    Parameters
    ----------
    today : date
        The reader's day: nothing can have been said after it.
    as_of, source : str
        Day and source of statements whose row gives none.
    words : Vocabulary
        The predicates known.
    decimal : {"", ".", ","}
        Decimal mark of numbers printed as text; found from the numbers if empty.
    here : bool
        Every row stands where it is read, also one that tells a place of its own (in the source it was taken from).
    places : bool
        A row that tells no place stands where it is read.
    """

    today: date
    as_of: str = ""
    source: str = ""
    words: Vocabulary = field(default_factory=default_vocabulary)
    decimal: Literal["", ".", ","] = ""
    places: bool = True
    here: bool = False


class Rows:
    """The rows being read, and how to complain of them."""

    def __init__(self, frame: pl.DataFrame, problems: Problems) -> None:
        self.frame, self.problems = frame, problems

    def at(self, row: int) -> str:
        """Where a row stands, as messages say it."""
        return str(self.frame["_at"][row]) if "_at" in self.frame.columns else f"row {row + 2}"

    def complain(self, bad: pl.Series, what: str, column: str, fix: str, why: Callable[[int], str] | None = None) -> None:
        """Note an error for each row that is bad."""
        rows = bad.fill_null(False).arg_true()
        for row in rows.head(SHOWN):
            self.problems.error(what, f"{self.at(row)} column {column}", why(row) if why else self.said(row, column), fix)
        if len(rows) > SHOWN:
            self.problems.error(f"{what}: {len(rows) - SHOWN:,} more rows", f"column {column}", fix=fix)

    def said(self, row: int, column: str) -> str:
        """What a field reads, for messages."""
        text = self.frame[column][row]
        return f"it reads {text[:60]!r}" if text else "it is empty"


def cleaned(drafts: pl.DataFrame) -> pl.DataFrame:
    """All columns there, stripped, in composed form (NFC), line ends as line feeds."""
    exprs = []
    for name in EXTERNAL:
        if name not in drafts.columns:
            exprs.append(pl.lit("").alias(name))
            continue
        column = drafts[name]
        e = pl.col(name).cast(pl.String).fill_null("").str.strip_chars()
        if column.str.len_bytes().sum() != column.str.len_chars().sum():
            e = e.str.normalize("NFC")
        if column.str.contains("\r", literal=True).any():
            e = e.str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
        exprs.append(e)
    extra = [c for c in ("_at", "_repeats") if c in drafts.columns]
    return drafts.select(*exprs, *extra)


def any_text(frame: pl.DataFrame, pattern: str) -> pl.Series:
    """True for rows in which some field matches a pattern."""
    return frame.select(pl.any_horizontal(pl.col(EXTERNAL).str.contains(pattern)))[:, 0]


def any_longer(frame: pl.DataFrame) -> pl.Series:
    """True for rows in which some field is longer than a text may be."""
    return frame.select(pl.any_horizontal(pl.col(EXTERNAL).str.len_bytes() > LONGEST_TEXT))[:, 0]


def looked_up(column: pl.Series, table: dict[str, str]) -> pl.Series:
    """What a table holds for each text, "" where it holds nothing."""
    return column.replace_strict(table, default="", return_dtype=pl.String)


def mapped(column: pl.Series, find: Callable[[str], str | None]) -> tuple[pl.Series, pl.Series]:
    """Each distinct text looked up once; the second series is true where nothing was found."""
    table = {text: find(text) for text in column.unique().to_list()}
    found = column.replace_strict(table, default=None, return_dtype=pl.String)
    return found.fill_null(""), found.is_null()


def subjects(rows: Rows, words: Vocabulary) -> pl.Series:
    """Subjects with their dimensions in one order; what is none is complained of."""
    subject = rows.frame["subject"]
    bad = ~subject.str.contains(SUBJECT)
    rows.complain(bad, "no subject", "subject", "write type:name or type:name/dim=value, without spaces",
                  lambda row: f"{rows.said(row, 'subject')}; as a name it would be {slug(subject[row])!r}")  # fmt: skip
    kinds = subject.str.extract(r"^([a-z_]+):", 1)
    unknown = ~bad & ~kinds.is_in(list(words.subjects))
    rows.complain(unknown, "no such type of subject", "subject", f"use one of {', '.join(words.subjects)}")
    several = subject.str.count_matches("/", literal=True) > 1
    if not several.any():
        return subject
    # Dimensions have one order, so that equal subjects are equal texts.
    table: dict[str, str] = {}
    for text in subject.filter(several & ~bad).unique().to_list():
        try:
            table[text] = str(Subject.parse(text))
        except ValueError as fault:
            rows.complain(subject == text, str(fault), "subject", "name each dimension once")
    return subject.replace(table)


def unlike(frame: pl.DataFrame, words: Vocabulary) -> pl.Series:
    """True for rows whose predicate is not said of such subjects."""
    pairs = frame.select(kind=pl.col("subject").str.extract(r"^([a-z_]+):", 1), predicate="predicate")
    wrong = [
        (k, p) for k, p in pairs.unique().drop_nulls().iter_rows()
        if p in words.predicates and k in words.subjects and not {"any", k} & set(words.predicates[p].subjects) and k != "thing"
    ]  # fmt: skip
    return pairs.select(pl.any_horizontal([pl.lit(False), *((pl.col("kind") == k) & (pl.col("predicate") == p) for k, p in wrong)]))[:, 0]


def numbers(rows: Rows, numeric: pl.Series, reader: Reader) -> list[pl.Series]:
    """The columns number, low and high, with the scale of the unit resolved, and the unit."""
    frame, empty = rows.frame, pl.repeat("", len(numeric), eager=True, dtype=pl.String)
    unit, scale = _units(rows, numeric)
    columns = {name: frame[column].zip_with(numeric, empty) for name, column in (("number", "value"), ("low", "low"), ("high", "high"))}
    mark = _mark(rows, list(columns.values()), reader.decimal)
    out = []
    for name, printed in columns.items():
        values = _parse(rows, printed, "value" if name == "number" else name, mark)
        out.append((values if scale is None else _scaled(values, printed, scale, mark)).rename(name))
    number, low, high = out
    vague = _vague(rows, reader.words)
    rows.complain(
        numeric & (frame["value"] == "") & low.is_null() & high.is_null() & ~vague,
        "a number is missing",
        "value",
        "write it, or its bounds, or the qualifier vague",
    )
    rows.complain((low > high) | (number < low) | (number > high), "the bounds do not hold the value", "low", "correct value, low or high",
                  lambda row: f"value {number[row]}, low {low[row]}, high {high[row]}")  # fmt: skip
    return [*out, unit]


def _vague(rows: Rows, words: Vocabulary) -> pl.Series:
    return mapped(rows.frame["qualifier"], lambda text: words.qualifier(text) if text else "")[0] == "vague"


def _mark(rows: Rows, columns: list[pl.Series], decimal: Literal["", ".", ","]) -> Mark:
    """The decimal mark of all numbers of a file: the one named, or the one their forms prove; 1.234 alone proves none."""
    written = rows.frame["id"].str.contains(WRITTEN)
    if decimal or written.all():
        return decimal or "."
    marked = [c.filter(c.str.contains("[.,]")).unique() for c in columns]
    seen = settle(iter_numeric(text for c in marked for text in c.to_list()))
    if (seen.dot and seen.comma) or (seen.open_cell and not seen.dot and not seen.comma):
        for column, printed in zip(("value", "low", "high"), columns, strict=True):
            why = "numbers with a decimal dot and with a decimal comma" if seen.dot else f"{seen.open_cell} may be read with either mark"
            rows.complain(printed.str.contains("[.,]"), "the decimal mark is open", column, "name the decimal mark", lambda _, why=why: why)  # type: ignore[misc]
    return "," if seen.comma and not seen.dot else "."


def _parse(rows: Rows, printed: pl.Series, column: str, mark: Mark) -> pl.Series:
    values = printed.cast(pl.Float64, strict=False)
    plain = printed.str.contains(r"^-?[0-9]+(?:[eE][+-]?[0-9]+)?$" if mark == "," else r"^-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?$")
    here = ((printed != "") & (~plain | ~values.is_finite()).fill_null(True)).arg_true()
    if len(here):
        read, _, bad = parse_numbers(printed.gather(here), mark)
        wrong = pl.repeat(False, len(printed), eager=True).scatter(here, bad | read.is_null())
        fix = "write the number alone; its unit and words such as 'about' have columns of their own"
        rows.complain(wrong, "text where a number should be", column, fix)
        values = values.scatter(here, read)
    # Adding zero makes one zero of two.
    return values + 0.0


def _units(rows: Rows, numeric: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    unit = rows.frame["unit"]
    table: dict[str, tuple[float, str] | None] = {"": (1.0, "")}
    for text in unit.unique().to_list():
        if text:
            try:
                scale, name = parse_unit(text)
                table[text] = (scale, _singular(name))
            except ValueError:
                table[text] = None
    bad = unit.is_in([t for t, found in table.items() if found is None])
    rows.complain(bad, "no unit", "unit", "write percent, USD, hectare, vehicle/year or another singular noun")
    rows.complain(~numeric & (unit != ""), "a unit beside a text or a date", "unit", "delete it")
    names = unit.replace_strict({t: f[1] for t, f in table.items() if f}, default="", return_dtype=pl.String)
    if all(f is None or f[0] == 1.0 for f in table.values()):
        return names.rename("unit"), None
    return names.rename("unit"), unit.replace_strict({t: f[0] for t, f in table.items() if f}, default=1.0, return_dtype=pl.Float64)


def _singular(unit: str) -> str:
    """Nouns in the singular: ``items/year`` and ``item/year`` are one unit."""
    head, slash, per = unit.partition("/")
    if head in rules().singular_in_s:
        return unit
    for end, put in (("ies", "y"), ("es", ""), ("s", "")):
        one = head.removesuffix(end) + put
        if head.endswith(end) and len(one) > 2 and plural(one, 2) == head:
            return one + slash + per
    return unit


def _scaled(values: pl.Series, printed: pl.Series, scale: pl.Series, mark: Mark) -> pl.Series:
    here = (scale != 1.0).arg_true()
    out = []
    for value, text, by in zip(values.gather(here), printed.gather(here), scale.gather(here), strict=True):
        # In decimal: a product of floats would carry noise that nobody said.
        try:
            exact = float(Decimal(text) * Decimal(by)) if mark == "." else None
        except InvalidOperation:
            exact = None
        out.append(None if value is None else exact if exact is not None else float(Decimal(repr(value)) * Decimal(by)))
    return values.scatter(here, out)


def dates(rows: Rows, dated: pl.Series, words: Vocabulary) -> tuple[pl.Series, pl.Series]:
    """The columns first and last: the window of each date, also where it is written as low and high."""
    frame = rows.frame
    value = frame.select(
        pl.when(~dated).then(pl.lit(""))
        .when((pl.col("value") == "") & (pl.col("low") != "")).then(pl.col("low") + ".." + pl.col("high"))
        .otherwise("value").alias("value")
    )["value"]  # fmt: skip
    vague = _vague(rows, words)
    rows.complain(dated & (value == "") & ~vague, "a date is missing", "value", "write it, or the qualifier vague")
    return windows(rows, value, "value", "2025-04-30, 2025-Q2, 2025, 2025-H1 or 2031..2033")


def windows(rows: Rows, texts: pl.Series, column: str, form: str) -> tuple[pl.Series, pl.Series]:
    """First and last day of each text; what names no window is complained of."""
    day = texts.str.to_date("%Y-%m-%d", strict=False)
    day = day.zip_with(texts.str.len_bytes() == 10, pl.Series([None], dtype=pl.Date).extend_constant(None, len(day) - 1)) if len(day) else day
    rest = texts.filter(day.is_null() & (texts != "")).unique().to_list()
    if not rest:
        return day, day
    read = {text: read_window(text) for text in rest}
    rows.complain(
        texts.is_in([t for t, w in read.items() if w is None]), "no date, or one that can be read in two ways", column, f"write it as {form}"
    )
    held = {t: w for t, w in read.items() if w is not None}
    first = texts.replace_strict({t: w.first for t, w in held.items()}, default=None, return_dtype=pl.Date)
    last = texts.replace_strict({t: w.last for t, w in held.items()}, default=None, return_dtype=pl.Date)
    return day.zip_with(day.is_not_null(), first), day.zip_with(day.is_not_null(), last)


def said(rows: Rows, reader: Reader) -> dict[str, pl.Series]:
    """The columns said_from and said_by; nothing is said after the reader's day."""
    column = rows.frame["as_of"]
    texts = column.replace({"": reader.as_of}) if reader.as_of else column
    rows.complain(texts == "", "nothing tells when it was said", "as_of", "write the day of the statement, or give one for the whole file")
    first, last = windows(rows, texts, "as_of", "2025-04-30, 2025-04 or 2025")
    today = reader.today
    rows.complain(
        first > today, "said in the future", "as_of", "correct the date, or read on a later day", lambda row: f"said {texts[row]}, read on {today}"
    )
    late = ((first <= today) & (last > today)).fill_null(False)
    if late.any():
        row = late.arg_true()[0]
        rows.problems.warn(f"{late.sum():,} statements count as known only after today", f"{rows.at(row)} column as_of",
                           f"{texts[row]!r} may mean any day up to {last[row]}", "write the month or the day")  # fmt: skip
    return {"said_from": first, "said_by": last}


def valid(rows: Rows) -> dict[str, pl.Series]:
    """The columns valid_from and valid_to, first and last day of what is written there."""
    start, _ = windows(rows, rows.frame["valid_from"], "valid_from", "2025-04-30, 2025-04 or 2025")
    _, end = windows(rows, rows.frame["valid_to"], "valid_to", "2025-04-30, 2025-04 or 2025")
    rows.complain(
        start > end, "valid from a day after the last", "valid_from", "correct valid_from or valid_to", lambda row: f"{start[row]} to {end[row]}"
    )
    return {"valid_from": start, "valid_to": end}


def statuses(rows: Rows, required: pl.Series, words: Vocabulary) -> pl.Series:
    """The status of each row; where the predicate needs none, nothing said means actual."""
    given = rows.frame["status"]
    rows.complain(required & (given == ""), "whether this is planned or done is not said", "status", "write planned, estimated, actual or requested")
    found, bad = mapped(given, lambda text: words.status(text) if text else "actual")
    rows.complain(bad, "no such status", "status", "write planned, estimated, actual or requested")
    return found


def words_beside(rows: Rows, kind: pl.Series, words: Vocabulary) -> dict[str, pl.Series]:
    """The columns qualifier and basis."""
    qualifier, bad = mapped(rows.frame["qualifier"], lambda text: words.qualifier(text) if text else "")
    rows.complain(bad, "no such qualifier", "qualifier", "write exact, approx, nearly, more_than, less_than, by, from or vague")
    dates = qualifier.is_in(["by", "from"])
    sizes = qualifier.is_in(["approx", "nearly", "more_than", "less_than"])
    rows.complain(
        (dates & (kind == "number")) | (sizes & (kind == "date")),
        "the qualifier does not fit the value",
        "qualifier",
        "by and from are of dates, the others of numbers",
    )
    basis, bad = mapped(rows.frame["basis"], lambda text: words.basis(text) if text else "")
    rows.complain(bad, "no such basis", "basis", "write cumulative or incremental, or leave it empty")
    return {"qualifier": qualifier, "basis": basis}


def places(frame: pl.DataFrame) -> pl.Expr:
    """Where each row stands."""
    return pl.col("_at") if "_at" in frame.columns else pl.format("row {}", pl.int_range(2, pl.len() + 2))
