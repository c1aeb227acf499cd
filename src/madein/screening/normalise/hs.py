"""Commodity codes as text: digits only, leading zeros put back, editions named by their year and carried over by a given table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

EDITIONS: tuple[tuple[str, date], ...] = (
    ("1988", date(1988, 1, 1)), ("1996", date(1996, 1, 1)), ("2002", date(2002, 1, 1)), ("2007", date(2007, 1, 1)),
    ("2012", date(2012, 1, 1)), ("2017", date(2017, 1, 1)), ("2022", date(2022, 1, 1)), ("2028", date(2028, 1, 1)),
)  # fmt: skip
"""Editions of the Harmonized System and the day each entered into force (WCO); countries may follow months or years later."""

_COMTRADE = {"h0": "1988", "h1": "1996", "h2": "2002", "h3": "2007", "h4": "2012", "h5": "2017", "h6": "2022", "h7": "2028"}
_SHORT = {year[2:]: year for year, _ in EDITIONS} | {"92": "1988", "1992": "1988"}
_YEAR = re.compile(r"(?:hs|ahtn|hts)?[ -]?((?:19|20)?[0-9]{2})")

SPECIAL = "no commodity: a code of chapters 98 or 99, set aside for national use"
"""What a code such as 9999 is: kept, and named in the quality report, because it hides what was traded."""


def edition(text: str) -> str | None:
    """Year of an edition from any of its spellings; None where none is meant.

    ``HS92`` and ``H0`` of trade databases are the edition of 1988 with its amendments.

    Examples
    --------
    >>> [edition(t) for t in ("HS2017", "H5", "hs 12", "AHTN 2022", "92", "SITC", "2023")]
    ['2017', '2017', '2012', '2022', '1988', None, None]
    """
    plain = text.strip().lower()
    if plain in _COMTRADE:
        return _COMTRADE[plain]
    found = _YEAR.fullmatch(plain)
    if not found:
        return None
    year = _SHORT.get(found[1], found[1])
    return year if any(year == held for held, _ in EDITIONS) else None


def edition_on(day: date) -> str:
    """The edition in force at the WCO on a day.

    Examples
    --------
    >>> edition_on(date(2021, 12, 31)), edition_on(date(2022, 1, 1))
    ('2017', '2022')
    """
    return [year for year, start in EDITIONS if start <= day or year == "1988"][-1]


def clean_codes(codes: pl.Series) -> pl.DataFrame:
    """Commodity codes to digits.

    Dots, spaces and dashes go; so does the ``.0`` of a code that a spreadsheet took for a number. Codes have an even number of
    digits, so an odd number of them means that a leading zero was lost, and it is put back.

    Parameters
    ----------
    codes : text or whole-number series

    Returns
    -------
    polars.DataFrame
        ``hs`` (null where there is no code), ``padded`` and ``special`` (booleans), ``fault`` (text, null where there is none).

    Examples
    --------
    >>> clean_codes(pl.Series(["8517.12.00", "1012100", "0101.21", "851712.0", "9999", "85x", "123456789012", None]))["hs"].to_list()
    ['85171200', '01012100', '010121', '851712', '9999', None, None, None]
    """
    text = pl.col("raw").str.strip_chars().str.replace(r"^'", "").str.replace(r"^([0-9]{3,10})\.0$", "$1").str.replace_all(r"[.\s\u00a0-]", "")
    odd = pl.col("text").str.len_bytes() % 2 == 1
    frame = (
        pl.DataFrame({"raw": codes.cast(pl.String)})
        .with_columns(text=text)
        .with_columns(digits=pl.col("text").str.contains(r"^[0-9]{1,10}$"))
        .with_columns(padded=(pl.col("digits") & odd).fill_null(False))
        .with_columns(code=pl.when("padded").then("0" + pl.col("text")).when("digits").then("text"))
        .with_columns(chapter=pl.col("code").str.head(2))
    )
    empty = pl.col("raw").is_null() | (pl.col("text") == "")
    fault = (
        pl.when(empty).then(pl.lit("missing"))
        .when(pl.col("text").str.contains(r"^[0-9]{11,}$")).then(pl.lit("a commodity code has 10 digits at most"))
        .when(~pl.col("digits")).then(pl.lit("no commodity code: something else than digits"))
        .when(pl.col("chapter").is_in(["00", "77"])).then(pl.lit("no such chapter of the Harmonized System"))
    )  # fmt: skip
    out = frame.with_columns(fault=fault, special=pl.col("chapter").is_in(["98", "99"]).fill_null(False))
    return out.select(pl.when(pl.col("fault").is_null()).then("code").alias("hs"), "padded", "special", "fault")


@dataclass(frozen=True, slots=True)
class Correlation:
    """Which codes of one edition hold the goods of a code of another, as a table somebody gives.

    Parameters
    ----------
    pairs : mapping of (from edition, to edition) to mapping of code to codes
        Codes of six digits.

    Examples
    --------
    >>> table = Correlation.of([("2012", "2017", "851770", "851770"), ("2012", "2017", "290314", "290314"), ("2012", "2017", "290314", "290319")])
    >>> table.images("851770", "2012", "2017"), table.images("290314", "2012", "2017"), table.group("290319", "2017")
    (('851770',), ('290314', '290319'), '2012:290314')
    """

    pairs: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]
    groups: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, str]]) -> Correlation:
        """From rows of (from edition, to edition, code there, code here)."""
        pairs: dict[tuple[str, str], dict[str, set[str]]] = {}
        parent: dict[tuple[str, str], tuple[str, str]] = {}

        def root(node: tuple[str, str]) -> tuple[str, str]:
            parent.setdefault(node, node)
            while parent[node] != node:
                parent[node] = parent[parent[node]]
                node = parent[node]
            return node

        for old, new, code, image in rows:
            pairs.setdefault((old, new), {}).setdefault(code[:6], set()).add(image[:6])
            one, two = root((old, code[:6])), root((new, image[:6]))
            parent[max(one, two)] = min(one, two)
        return cls(
            {key: {code: tuple(sorted(images)) for code, images in held.items()} for key, held in pairs.items()},
            {node: ":".join(root(node)) for node in list(parent)},
        )

    def images(self, code: str, old: str, new: str) -> tuple[str, ...]:
        """Codes of another edition that hold the goods of a code; itself where the table has nothing else; several where it was split."""
        if old == new:
            return (code,)
        return self.pairs.get((old, new), {}).get(code[:6], (code[:6],))

    def group(self, code: str, year: str) -> str:
        """A name for the smallest set of codes that is closed over the editions of the table; goods can be compared by it over time."""
        return self.groups.get((year, code[:6]), f"{year}:{code[:6]}")
