"""The common table of rates: one line per code, day and kind, from whatever tariff it was read; looked up by longest prefix."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from madein.core.errors import csv_text
from madein.origin.duty.rate import Rate, parse_rate

if TYPE_CHECKING:
    import polars as pl

ALL = "erga omnes"
"""Origin of a rate that every origin pays."""

Kind = Literal["mfn", "preferential"]


@dataclass(frozen=True, slots=True)
class TariffLine:
    """One rate of one line of a tariff.

    Parameters
    ----------
    importer, origin : str
        Alpha-3 code or group; `ALL` for every origin.
    regime : str
        Agreement of a preferential rate, "" for the rate without preference.
    hs : str
        2 to 10 digits of ``nomenclature``.
    ex : str
        Mark of a part of the code that the schedule sets apart, "" for the whole.
    edition, nomenclature : str
        Edition of the Harmonized System its first six digits are in; the tariff's own name.
    start : date
        First day.
    end : date or None
        Last day; None where the rate stays.
    rate : str
        As `madein.origin.duty.rate.parse_rate` reads it.
    kind : {"mfn", "preferential"}
        Without or with preference.
    source : str
        Key of a source of ``layouts.yaml``, or free text.
    note : str
        What a user of the rate has to know.
    """

    importer: str
    origin: str
    regime: str
    hs: str
    ex: str
    edition: str
    nomenclature: str
    start: date
    end: date | None
    rate: str
    kind: Kind
    source: str = ""
    note: str = ""

    @property
    def read(self) -> Rate:
        """The typed rate."""
        return parse_rate(self.rate)

    def on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


@functools.cache
def layouts() -> Mapping[str, Any]:
    """Layouts, sources and headings (``layouts.yaml``)."""
    import yaml

    found: Mapping[str, Any] = yaml.safe_load(resources.files("madein.origin.duty").joinpath("layouts.yaml").read_text("utf-8"))
    return found


def source_title(source: str) -> str:
    """A source in words.

    Examples
    --------
    >>> source_title("us_hts_2024")
    'Harmonized Tariff Schedule of the United States, 2024 basic edition, column 1 general (rates of 2024)'
    """
    held = layouts()["sources"].get(source)
    return f"{held['title']} ({held['note']})" if held else source


class Tariffs:
    """Rates of any number of tariffs, sorted for look-up.

    Parameters
    ----------
    lines : iterable of TariffLine
        In any order.

    Examples
    --------
    >>> [(line.hs, line.rate) for line in held().find("mfn", "GBR", ["870380"], "2017", date(2021, 3, 1))]
    [('870380', '10%')]
    """

    def __init__(self, lines: Iterable[TariffLine]) -> None:
        self.lines: tuple[TariffLine, ...] = tuple(lines)
        groups: dict[tuple[str, str, str], dict[str, list[TariffLine]]] = {}
        for line in self.lines:
            groups.setdefault((line.kind, line.importer, line.edition), {}).setdefault(line.hs, []).append(line)
        self._groups = groups
        self._names: dict[tuple[str, str, str], set[str]] = {}
        for line in self.lines:
            self._names.setdefault((line.kind, line.importer, line.edition), set()).add(line.nomenclature)
        self._codes = {key: sorted(codes) for key, codes in groups.items()}

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[TariffLine]:
        return iter(self.lines)

    def joined(self, other: Iterable[TariffLine]) -> Tariffs:
        """These rates and others."""
        return Tariffs((*self.lines, *other))

    def editions(self, kind: Kind, importer: str) -> tuple[str, ...]:
        """Editions of the Harmonized System in which rates of an importer are held."""
        return tuple(sorted(e for k, i, e in self._groups if (k, i) == (kind, importer)))

    def nomenclatures(self, kind: Kind, importer: str, edition: str) -> tuple[str, ...]:
        """Names of the tariffs of an importer in an edition."""
        return tuple(sorted(self._names.get((kind, importer, edition), ())))

    def all_of(
        self, kind: Kind, importer: str, codes: Sequence[str], edition: str, regime: str | None = None, origin: str | None = None
    ) -> list[TariffLine]:
        """Every line of some codes, whatever its date: of each code the longest line it is in, and all lines inside it."""
        key = (kind, importer, edition)
        groups, sorted_codes = self._groups.get(key, {}), self._codes.get(key, [])

        def fits(line: TariffLine) -> bool:
            return (regime is None or line.regime == regime) and (origin is None or line.origin in (origin, ALL))

        found: dict[int, TariffLine] = {}
        for code in codes:
            by_tariff: dict[str, list[TariffLine]] = {}
            for length in range(len(code), 1, -1):
                for line in groups.get(code[:length], ()):
                    if fits(line) and not any(other.hs != line.hs for other in by_tariff.get(line.nomenclature, ())):
                        by_tariff.setdefault(line.nomenclature, []).append(line)
            inside: list[TariffLine] = []
            for hs in sorted_codes[bisect_left(sorted_codes, code) :]:
                if not hs.startswith(code):
                    break
                # Narrower lines stand beside the line of the code itself: they are told apart later.
                if hs != code:
                    inside += [x for x in groups[hs] if fits(x)]
            for line in [*(x for lines in by_tariff.values() for x in lines), *inside]:
                found[id(line)] = line
        return list(found.values())

    def find(
        self, kind: Kind, importer: str, codes: Sequence[str], edition: str, on: date, regime: str | None = None, origin: str | None = None
    ) -> list[TariffLine]:
        """Lines of some codes that hold on a day."""
        return [line for line in self.all_of(kind, importer, codes, edition, regime, origin) if line.on(on)]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Rows of the file, in the order of its columns; an open end is empty."""
        for x in self.lines:
            end = x.end.isoformat() if x.end else ""
            yield (x.importer, x.origin, x.regime, x.hs, x.ex, x.edition, x.nomenclature, x.start.isoformat(), end, x.rate, x.kind, x.source, x.note)

    def frame(self) -> pl.DataFrame:
        """The table as a Polars frame of texts."""
        import polars as pl

        return pl.DataFrame(list(self.rows()), schema=dict.fromkeys(layouts()["columns"], pl.String), orient="row")

    def write(self, path: str | Path) -> None:
        """Write Parquet or, by any other ending, CSV; `read_table` reads both back."""
        path = Path(path)
        if path.suffix.lower() == ".parquet":
            self.frame().write_parquet(path)
        else:
            path.write_text(csv_text(layouts()["columns"], self.rows()), encoding="utf-8")


def lines_of(rows: Iterable[Sequence[str]]) -> Iterator[TariffLine]:
    """Lines from rows of the common table that are known to be sound."""
    day = functools.lru_cache(4096)(date.fromisoformat)
    for importer, origin, regime, hs, ex, edition, nomenclature, start, end, rate, kind, source, note in rows:
        last = day(end) if end else None
        which: Kind = "mfn" if kind == "mfn" else "preferential"
        yield TariffLine(importer, origin, regime, hs, ex, edition, nomenclature, day(start), last, rate, which, source, note)


@functools.cache
def held() -> Tariffs:
    """Rates that come with the package: key products of published tariffs (``rates.csv``)."""
    import csv

    text = resources.files("madein.origin.duty").joinpath("rates.csv").read_text("utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    next(rows)
    return Tariffs(lines_of(rows))
