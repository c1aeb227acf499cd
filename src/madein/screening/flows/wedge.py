"""Tariff wedges: by how much more a market charges on goods of one origin than on those of home, by code and day.

No rate stands in code: everything comes from the dated table of tariffs.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import polars as pl

WEDGE_SCHEMA = {"market": pl.String, "source": pl.String, "hs": pl.String, "from": pl.Date, "to": pl.Date, "points": pl.Float64}
"""Columns of a table of wedges; `to` is the first day on which it no longer holds, `points` are percentage points."""

_FAR = date(9999, 12, 31)
_Row = tuple[date, date, float, str]


def _rate(rows: list[_Row], on: date) -> float:
    """Rate of one code on a day: kinds add up, but a preferential rate takes the place of mfn."""
    by_kind: dict[str, float] = defaultdict(float)
    for first, last, rate, kind in rows:
        if first <= on < last:
            by_kind[kind] += rate
    if "preferential" in by_kind:
        by_kind.pop("mfn", None)
    return sum(by_kind[k] for k in sorted(by_kind))


def wedges(tariffs: pl.DataFrame, home: str, codes: list[str]) -> pl.DataFrame:
    """Stretches of time in which a market charges more on a source's goods than on those of home.

    Parameters
    ----------
    tariffs : Polars frame
        In the schema of tariffs. A code's rate of each kind is that of the longest prefix of it that the table holds.
    home : str
        ISO 3166 alpha-3.
    codes : list of str
        The codes to ask for.

    Returns
    -------
    Polars frame in `WEDGE_SCHEMA`
        Only stretches with a positive wedge.

    Examples
    --------
    >>> day = date(2025, 8, 7)
    >>> rates = pl.DataFrame({"importer": ["USA"], "origin": ["CHN"], "hs": ["94"], "from": [day], "to": [None], "rate": [25.0], "kind": ["added"]},
    ...     schema_overrides={"to": pl.Date})
    >>> wedges(rates, "VNM", ["94036010", "61091000"]).rows()
    [('USA', 'CHN', '94036010', datetime.date(2025, 8, 7), None, 25.0)]
    """
    held: dict[tuple[str, str], dict[str, dict[str, list[_Row]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for importer, origin, hs, first, last, rate, kind in tariffs.select("importer", "origin", "hs", "from", "to", "rate", "kind").iter_rows():
        held[importer, origin][kind][hs].append((first, last or _FAR, rate, kind))
    out: list[tuple[str, str, str, date, date | None, float]] = []
    for market, source in sorted(held):
        if home in {source, market}:
            continue
        own = held.get((market, home), {})
        for code in codes:
            theirs, ours = _rows(held[market, source], code), _rows(own, code)
            if not theirs:
                continue
            cuts = sorted({d for first, last, _, _ in theirs + ours for d in (first, last)})
            for a, b in zip(cuts, cuts[1:], strict=False):
                points = round(_rate(theirs, a) - _rate(ours, a), 6)
                if out and out[-1][:3] == (market, source, code) and out[-1][4] == a and out[-1][5] == points:
                    out[-1] = (*out[-1][:4], b, points)
                elif points > 0:
                    out.append((market, source, code, a, b, points))
    rows = [(*r[:4], None if r[4] == _FAR else r[4], r[5]) for r in out]
    return pl.DataFrame(rows, schema=WEDGE_SCHEMA, orient="row").sort("market", "source", "hs", "from")


def _rows(kinds: dict[str, dict[str, list[_Row]]], code: str) -> list[_Row]:
    found: list[_Row] = []
    for by_code in kinds.values():
        for n in range(len(code), 0, -1):
            if code[:n] in by_code:
                found += by_code[code[:n]]
                break
    return found
