"""The ledger itself: claims that are only ever added to, and what they say as of a day."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from madein.core.errors import MadeinError, Problem, Problems
from madein.ledger.convert import SCHEMA, to_claims
from madein.ledger.fields import Reader
from madein.ledger.model import Claim
from madein.ledger.reading import read_claims
from madein.ledger.view import Index, View, claims_of, make_index, view_as_of
from madein.ledger.vocabulary import Vocabulary, default_vocabulary
from madein.ledger.writing import claim_rows, write_claims


@dataclass(frozen=True, eq=False)
class Claims:
    """Claims in the order in which they were added.

    Parameters
    ----------
    frame : polars.DataFrame
        With the columns of `madein.ledger.convert.SCHEMA`. Made by `read`, `of` and `append`, which check it.
    words : Vocabulary
        What may be said of what.
    warnings : tuple of Problem
        What the reader should know and did not stop it.

    Examples
    --------
    >>> from madein.core.periods import Period
    >>> first = Claim(subject="shipment:a-1", predicate="first_handover", value=Period.parse("2022-12-31"), qualifier="by", status="planned",
    ...               as_of=Period.parse("2022-11-25"), source="press")
    >>> ledger = Claims.of([first]).append([first.correct(value=Period.parse("2023-01"), as_of=Period.parse("2023-01-08"), supersedes="")])
    >>> [str(ledger.as_of(date(2023, 1, day)).answer("shipment:a-1", "first_handover").claims[0].value) for day in (7, 8)]
    ['2022-12-31', '2023-01']
    >>> ledger.history("shipment:a-1", "first_handover")["said_by"].to_list()
    [datetime.date(2022, 11, 25), datetime.date(2023, 1, 8)]
    """

    frame: pl.DataFrame
    words: Vocabulary = field(default_factory=default_vocabulary, repr=False)
    warnings: tuple[Problem, ...] = field(default=(), repr=False)

    @classmethod
    def read(
        cls,
        *paths: str | Path,
        today: date | None = None,
        as_of: str = "",
        source: str = "",
        dates: Mapping[str, str] | None = None,
        words: Vocabulary | None = None,
        decimal: Literal["", ".", ","] = "",
        encoding: str = "",
    ) -> Claims:
        """Read claims from files, all as one ledger.

        Parameters
        ----------
        paths : str or Path
            CSV or Excel (the columns of the template, or a table of events, projects, orders or recognitions), YAML, JSON
            lines (claims, or relations read from articles), Parquet.
        today : date
            The reader's day; the day of the machine if None. Nothing may have been said after it.
        as_of, source : str
            When and by whom rows were said that do not tell.
        dates : mapping
            The same by file or article, for files that tell neither.
        words : Vocabulary
            The vocabulary; that of the package if None.
        decimal : {"", ".", ","}
            Decimal mark of numbers printed as text; found from the numbers if empty.
        encoding : str
            Of text files; UTF-8 if empty.

        Raises
        ------
        BadInput
            With every row that cannot be read, by file, row and column.
        MadeinError
            If a file cannot be opened or is none of these.
        """
        words = words or default_vocabulary()
        reader = Reader(today or date.today(), as_of, source, words, decimal)
        frames: list[pl.DataFrame] = []
        warnings: list[Problem] = []
        errors: list[Problem] = []
        for path in map(Path, paths):
            try:
                frame, found = read_claims(path, reader, dates or {}, encoding)
            except MadeinError as fault:
                errors += fault.problems
                continue
            frames.append(frame)
            warnings += found.warnings
            errors += found.errors
        held = Problems()
        held.errors, held.warnings = errors, warnings
        held.raise_errors()
        return assemble(frames, words, held)

    @classmethod
    def of(cls, claims: Iterable[Claim], today: date | None = None, words: Vocabulary | None = None) -> Claims:
        """A ledger of claims made in Python; they are checked as those of a file.

        Raises
        ------
        BadInput
            With every claim that cannot be held.
        """
        problems = Problems("claims")
        reader = Reader(today or date.today(), words=words or default_vocabulary(), decimal=".", places=False)
        frame = to_claims(claim_rows(list(claims)), reader, problems)
        problems.raise_errors()
        return assemble([frame], reader.words, problems)

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[Claim]:
        return claims_of(self.frame)

    def claim(self, id: str) -> Claim:
        """The claim with an id.

        Raises
        ------
        KeyError
            If none has it.
        """
        found = next(claims_of(self.frame.filter(pl.col("id") == id)), None)
        if found is None:
            raise KeyError(f"no claim has the id {id!r}")
        return found

    def append(self, more: Claims | Iterable[Claim] | str | Path, today: date | None = None) -> Claims:
        """A ledger with more claims behind those held; none of these changes.

        A claim held already is kept once, with a warning. A correction names in `supersedes` what it corrects.

        Raises
        ------
        BadInput
            If a claim cannot be held, or supersedes one that is not there.
        """
        problems = Problems()
        if isinstance(more, (str, Path)):
            frame, problems = read_claims(Path(more), Reader(today or date.today(), words=self.words), {}, "")
        elif isinstance(more, Claims):
            frame = more.frame
        else:
            problems = Problems("claims")
            frame = to_claims(claim_rows(list(more)), Reader(today or date.today(), words=self.words, decimal=".", places=False), problems)
        problems.raise_errors()
        return assemble([self.frame, frame], self.words, problems)

    @functools.cached_property
    def _index(self) -> Index:
        return make_index(self.frame, self.words)

    def as_of(self, day: date) -> View:
        """What was known on a day, see `View`."""
        return view_as_of(self.frame, self._index, self.words, day)

    @property
    def days(self) -> list[date]:
        """Every day on which something became known, in order."""
        return list(self.frame["said_by"].unique().sort())

    def history(self, subject: str, predicate: str) -> pl.DataFrame:
        """Everything ever said of a subject under a predicate, oldest first; `superseded_by` lists the corrections of each."""
        key = self.words.find(predicate) or predicate
        found = self.frame.filter((pl.col("subject") == subject) & (pl.col("predicate") == key))
        by = (
            self.frame.filter(pl.col("supersedes").is_in(found["id"].to_list()))
            .group_by("supersedes", maintain_order=True)
            .agg(superseded_by=pl.col("id"))
        )
        return found.join(by, left_on="id", right_on="supersedes", how="left", maintain_order="left").sort(
            "said_by", "said_from", maintain_order=True
        )

    def write(self, path: str | Path) -> None:
        """Write all claims to a .csv, .xlsx, .yaml, .jsonl or .parquet file; reading it gives them back unchanged."""
        write_claims(self.frame, Path(path))


def assemble(frames: list[pl.DataFrame], words: Vocabulary, problems: Problems) -> Claims:
    """One ledger of frames of claims: those held twice kept once, corrections checked; raises what `problems` holds."""
    frame = pl.concat(frames) if len(frames) > 1 else frames[0] if frames else pl.DataFrame(schema=SCHEMA)
    if len(frames) > 1:
        again = ~frame["id"].is_first_distinct()
        if again.any():
            told = ", ".join(frame.filter(again)["id"].head(3).to_list())
            problems.warn(f"{again.sum():,} claims are held twice and kept once", why=f"ids {told}", fix="delete them from one of the files")
            frame = frame.filter(~again)
    _corrections(frame, problems)
    problems.raise_errors()
    return Claims(frame, words, tuple(problems.warnings))


def _corrections(frame: pl.DataFrame, problems: Problems) -> None:
    """Every claim superseded is held, and was not said after its correction."""
    later = frame.filter(pl.col("supersedes") != "").select("id", "supersedes", "source", "place", "said_by")
    if not later.height:
        return
    held = frame.select(supersedes="id", _first="said_from")
    joined = later.join(held, on="supersedes", how="left", maintain_order="left")
    for _, target, source, place, _, _ in joined.filter(pl.col("_first").is_null()).head(200).iter_rows():
        problems.error(
            "supersedes a claim that is not held",
            f"{source} {place} column supersedes",
            f"none has the id or label {target!r}",
            "write the id of a claim of this ledger, or a label of this file",
        )
    for _, target, source, place, said, first in joined.filter(pl.col("_first") > pl.col("said_by")).head(200).iter_rows():
        problems.warn(
            "corrects a claim said later", f"{source} {place} column supersedes", f"said {said}, but {target} on {first}", "check both days"
        )
