"""What was known on a day: of every statement the last, of unreconciled ones all, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from madein.core.periods import Period
from madein.ledger.bounds import TOLERANCE, with_bounds
from madein.ledger.model import Claim
from madein.ledger.vocabulary import Vocabulary

Agreement = Literal["alone", "agree", "differ", "several"]
"""One statement; several that can all be true; several that exclude each other; several that are not to be compared."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """The claims that answer a question, and whether they agree. False where nothing was known."""

    claims: tuple[Claim, ...]
    agreement: Agreement = "alone"

    def __bool__(self) -> bool:
        return bool(self.claims)


@dataclass(frozen=True, eq=False)
class View:
    """What was known on `day`.

    `frame` holds the claims that stood then, with two columns more: `agreement`, how they stand to the other claims of the
    same subject, predicate, status, basis and unit, and `current`, true for what answers a question now: what happened
    where something did, else what was said last.
    """

    day: date
    frame: pl.DataFrame
    words: Vocabulary

    def claims(self, subject: str, predicate: str = "") -> tuple[Claim, ...]:
        """Claims about a subject, of one predicate or of all."""
        found = self.frame.filter(pl.col("subject") == subject)
        if predicate:
            found = found.filter(pl.col("predicate") == (self.words.find(predicate) or predicate))
        return tuple(claims_of(found))

    def answer(self, subject: str, predicate: str) -> Answer:
        """What answers a question on this day: the current claims, all of them where several stand unreconciled.

        Examples
        --------
        >>> from madein.ledger.claims import Claims
        >>> def told(orders, day):
        ...     return Claim(subject="orders:a", predicate="orders", value=orders, unit="order", as_of=Period.parse(day))
        >>> book = Claims.of([told(65000.0, "2022-11-25"), told(55000.0, "2023-02-09")])
        >>> [book.as_of(day).answer("orders:a", "orders").claims[0].value for day in (date(2023, 1, 1), date(2023, 3, 1))]
        [65000.0, 55000.0]
        """
        key = self.words.find(predicate) or predicate
        found = self.frame.filter((pl.col("subject") == subject) & (pl.col("predicate") == key) & pl.col("current"))
        marks = found["agreement"].unique().to_list()
        worst: Agreement = next((a for a in ("differ", "several", "agree") if a in marks), "alone")
        # Unlike units or bases stand beside each other without being compared.
        return Answer(tuple(claims_of(found)), "several" if found.height > 1 and worst == "alone" else worst)

    @property
    def differing(self) -> pl.DataFrame:
        """Claims that exclude each other."""
        return self.frame.filter(pl.col("agreement") == "differ")


def claims_of(frame: pl.DataFrame) -> Iterator[Claim]:
    """Rows of a frame of claims as `Claim`."""
    names = (
        "subject", "predicate", "number", "text", "first", "last", "said_from", "said_by", "low", "high", "unit", "qualifier", "basis",
        "valid_from", "valid_to", "source", "place", "status", "supersedes", "note",
    )  # fmt: skip
    for subject, predicate, number, text, first, last, said_from, said_by, *rest in frame.select(names).iter_rows():
        value = number if number is not None else Period(first, last) if first is not None else text
        yield Claim(**dict(zip(names[8:], rest, strict=True)), subject=subject, predicate=predicate, value=value, as_of=Period(said_from, said_by))


@dataclass(frozen=True, slots=True)
class Index:
    """Whole-number addresses of every claim, made once, so that a view is a few passes over arrays.

    `item` numbers what is told (subject, predicate, basis, unit, and the value where a subject has many), `pair` an item and
    its status, `slot` a pair within which a later statement takes the place of an earlier one: of predicates that do not
    change every source has a slot of its own.
    """

    item: npt.NDArray[np.int64]
    pair: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int64]
    said_from: npt.NDArray[np.int32]
    said_by: npt.NDArray[np.int32]
    actual: npt.NDArray[np.bool_]


def make_index(frame: pl.DataFrame, words: Vocabulary) -> Index:
    """The index of a frame of claims."""
    many = [k for k, p in words.predicates.items() if p.many]
    fixed = [k for k, p in words.predicates.items() if p.change == "fixed"]
    predicate = pl.col("predicate")
    value = frame.select(pl.when(predicate.is_in(many)).then(pl.col("text").str.to_lowercase()).fill_null(""))[:, 0]
    source = frame.select(pl.when(predicate.is_in(fixed)).then("source").fill_null(""))[:, 0]
    item = _numbered(*(_codes(column) for column in (frame["subject"], frame["predicate"], frame["basis"], frame["unit"], value)))
    pair = _numbered(item, _codes(frame["status"]))
    slot = _numbered(pair, _codes(source)) if source.str.len_bytes().max() else pair
    days = [frame[c].to_physical().to_numpy() for c in ("said_from", "said_by")]
    return Index(item, pair, slot, days[0], days[1], (frame["status"] == "actual").to_numpy())


Codes = npt.NDArray[np.int64]


def _codes(column: pl.Series) -> Codes:
    """A whole number for each distinct text."""
    return column.cast(pl.Categorical).to_physical().cast(pl.Int64).to_numpy()


def _numbered(*columns: Codes) -> Codes:
    """A number, without gaps, for each combination of values that occurs."""
    key, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        width = int(column.max(initial=0)) + 1
        if size * width >= 2**62:
            key = np.unique(key, return_inverse=True)[1]
            size = int(key.max(initial=0)) + 1
        key, size = key * width + column, size * width
    return np.unique(key, return_inverse=True)[1]


def view_as_of(frame: pl.DataFrame, index: Index, words: Vocabulary, day: date) -> View:
    """The view of a day.

    A claim stands if it was surely said by then, no claim known by then supersedes it, and none said surely later holds its
    slot. Claims said at times that may overlap stand side by side.
    """
    known = index.said_by <= (day - _EPOCH).days
    if "supersedes" in frame.columns:
        corrects = frame.filter(pl.Series(known) & (pl.col("supersedes") != ""))["supersedes"].unique()
        if len(corrects):
            known &= ~frame["id"].is_in(corrects.to_list()).to_numpy()
    rows = np.flatnonzero(known)
    latest = np.full(int(index.slot.max(initial=-1)) + 1, np.iinfo(np.int32).min, np.int32)
    np.maximum.at(latest, index.slot[rows], index.said_from[rows])
    rows = rows[index.said_by[rows] >= latest[index.slot[rows]]]
    pair, item = index.pair[rows], index.item[rows]
    crowded = np.bincount(pair, minlength=1)[pair] > 1
    standing = frame[rows]
    marks = _agreement(standing, pair, crowded, words)
    return View(day, standing.with_columns(agreement=marks, current=pl.Series(_current(rows, item, index))), words)


def _current(rows: npt.NDArray[np.int64], item: npt.NDArray[np.int64], index: Index) -> npt.NDArray[np.bool_]:
    """What happened comes before what was promised; of promises the one said last."""
    size = int(item.max(initial=-1)) + 1
    done = np.zeros(size, bool)
    done[item[index.actual[rows]]] = True
    last = np.full(size, np.iinfo(np.int32).min, np.int32)
    np.maximum.at(last, item, index.said_from[rows])
    return np.where(done[item], index.actual[rows], index.said_by[rows] >= last[item])


def _agreement(standing: pl.DataFrame, pair: npt.NDArray[np.int64], crowded: npt.NDArray[np.bool_], words: Vocabulary) -> pl.Series:
    out = np.zeros(len(pair), np.int8)
    if crowded.any():
        some = with_bounds(standing.filter(pl.Series(crowded)), rounded=True).with_columns(_pair=pl.Series(pair[crowded]))
        per_pair = some.group_by("_pair").agg(
            low=pl.col("lo").max(), high=pl.col("hi").min(), texts=pl.col("text").str.to_lowercase().n_unique(),
            dates=pl.col("first").is_not_null().any(), predicate=pl.col("predicate").first(),
        )  # fmt: skip
        apart = pl.col("low") - pl.col("high") > TOLERANCE * pl.max_horizontal(pl.col("low").abs(), pl.col("high").abs())
        differ = (apart.fill_null(False)) | (pl.col("texts") > 1)
        comparable = pl.col("predicate").is_in([k for k, p in words.predicates.items() if p.comparable])
        code = pl.when(~differ).then(1).when(comparable).then(2).otherwise(3).cast(pl.Int8)
        codes = per_pair.select("_pair", _code=code)
        out[crowded] = some.select("_pair").join(codes, on="_pair", how="left", maintain_order="left")["_code"].to_numpy()
    names: list[Agreement] = ["alone", "agree", "differ", "several"]
    return pl.Series("agreement", names)[out.astype(np.int64)] if len(out) else pl.Series("agreement", [], pl.String)
