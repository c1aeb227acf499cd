"""Ids of many claims at once, and the chains of corrections among them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

from madein.ledger.model import IDENTITY, SEPARATOR, claim_hash

WRITTEN = "^[0-9a-f]{16}$"
"""Pattern of an id, as against a label that somebody wrote."""

_CHUNK = 50_000


def claim_ids(frame: pl.DataFrame) -> pl.Series:
    """Ids of a frame of claims, equal to those of `madein.ledger.model.Claim`.

    Examples
    --------
    >>> from madein.ledger.convert import SCHEMA
    >>> from madein.ledger.model import Claim, Period
    >>> said = Claim(subject="orders:a", predicate="orders", value=0.1, as_of=Period.parse("2024-Q1"), high=0.25)
    >>> frame = pl.DataFrame({"subject": ["orders:a"], "predicate": ["orders"], "number": [0.1], "high": [0.25], "status": ["actual"],
    ...                       "said_from": [said.as_of.first], "said_by": [said.as_of.last]})
    >>> full = frame.with_columns(pl.lit(None if t != pl.String else "").cast(t).alias(c) for c, t in SCHEMA.items() if c not in frame.columns)
    >>> claim_ids(full).to_list() == [said.id]
    True
    """
    blake2b = hashlib.blake2b
    parts = [
        pl.Series("id", [blake2b(line.encode(), digest_size=8).hexdigest() for line in _lines(part, IDENTITY)], pl.String)
        for part in frame.iter_slices(_CHUNK)
    ]
    return pl.concat(parts) if parts else pl.Series("id", [], pl.String)


def _lines(frame: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    lines: list[str] = pl.select(pl.concat_str([_text(frame[name]) for name in columns], separator=SEPARATOR)).to_series().to_list()
    return lines


def _text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Float64:
        filled = column.fill_null(0.0).to_numpy() + 0.0
        bits = pl.Series(column.name, filled.view(np.int64)).cast(pl.String)
        return bits.zip_with(column.is_not_null(), pl.repeat("", len(column), dtype=pl.String, eager=True))
    if column.dtype == pl.Date:
        return column.dt.to_string("%Y-%m-%d").fill_null("")
    return column.cast(pl.String).fill_null("")


def resolve(frame: pl.DataFrame, given: pl.Series) -> tuple[pl.Series, pl.Series, list[tuple[str, int]]]:
    """Ids of all rows, what each supersedes as an id, and circles.

    Parameters
    ----------
    frame : polars.DataFrame
        Claims whose `supersedes` holds ids or labels of other rows.
    given : polars.Series of text
        The label or id each row carries, "" for none.

    Returns
    -------
    ids, supersedes : polars.Series
    circles : list of (chain, row)
        Labels that supersede each other in a circle, and the row where the circle was met.
    """
    supersedes = frame["supersedes"]
    label = given.filter((given != "") & ~given.str.contains(WRITTEN))
    refers = supersedes.is_in(label.unique().to_list()) if len(label) else pl.repeat(False, len(given), eager=True)
    ids = claim_ids(frame)
    if not refers.any():
        return ids, supersedes, []
    # A row's id covers what it supersedes, so the rows of a chain get theirs from its beginning to its end.
    here = refers.arg_true().to_list()
    own = frame[here]
    cut = IDENTITY.index("supersedes")
    head, tail = _lines(own, IDENTITY[:cut]), _lines(own, IDENTITY[cut + 1 :])
    wanted = supersedes.gather(here).to_list()
    rows = given.is_in(wanted).arg_true()
    row_of = dict(zip(given.gather(rows).to_list(), rows.to_list(), strict=True))
    target = {row: row_of[name] for row, name in zip(here, wanted, strict=True)}
    spot = {row: n for n, row in enumerate(here)}
    known: dict[int, tuple[str, str]] = {}
    circles: list[tuple[str, int]] = []
    for start in here:
        chain: dict[int, None] = {}
        row = start
        while row in target and row not in known and row not in chain:
            chain[row] = None
            row = target[row]
        if row in chain:
            names = list(chain)[list(chain).index(row) :]
            circles.append((" > ".join(given[r] or "a row without label" for r in [*names, row]), row))
            known |= dict.fromkeys(chain, ("", ""))
            continue
        above = known[row][0] if row in known else str(ids[row])
        for r in reversed(chain):
            known[r] = claim_hash(SEPARATOR.join((head[spot[r]], above, tail[spot[r]]))), above
            above = known[r][0]
    return ids.scatter(here, [known[r][0] for r in here]), supersedes.clone().scatter(here, [known[r][1] for r in here]), circles
