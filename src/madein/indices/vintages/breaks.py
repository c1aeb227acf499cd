"""Dated notes of breaks: when the way a series is revised, its base or its definition changed."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal, cast, get_args

from madein.core.errors import MadeinError
from madein.core.periods import Period

BreakKind = Literal["process", "base", "definition"]
"""What changed: the way figures are revised, the base period, or what the figures cover."""


@dataclass(frozen=True, slots=True)
class Break:
    """One break.

    Parameters
    ----------
    series : tuple of str
        Beginnings of the keys it concerns.
    kind : {"process", "base", "definition"}
        What changed.
    month : int
        Number of the first month on the new side.
    note, source : str
        What happened, and where that can be seen.
    """

    series: tuple[str, ...]
    kind: BreakKind
    month: int
    note: str
    source: str

    @property
    def period(self) -> Period:
        """The first month on the new side."""
        return Period.months(self.month)

    def concerns(self, series: str) -> bool:
        """True if a key begins with one of its series, up to a letter or digit that would make it another name."""
        return any(series == s or (series.startswith(s) and not series[len(s)].isalpha()) for s in self.series)


def read_breaks(path: str | Path) -> tuple[Break, ...]:
    """Breaks of one's own series from a YAML list with ``series``, ``kind``, ``from``, ``note`` and ``source``.

    Raises
    ------
    MadeinError
        On an entry that lacks one of them, or holds an unknown kind or period.
    """
    return _parsed(Path(path).read_text("utf-8"), Path(path).name)


@functools.cache
def known_breaks() -> tuple[Break, ...]:
    """The breaks this package knows of, in the order of their dates."""
    return _parsed(resources.files("madein.indices.vintages").joinpath("breaks.yaml").read_text("utf-8"), "breaks.yaml")


def breaks_of(series: str, breaks: Sequence[Break] | None = None) -> tuple[Break, ...]:
    """Breaks that concern one series.

    Examples
    --------
    >>> [(b.kind, str(b.period)) for b in breaks_of("exports/total")]
    [('process', '2024-08')]
    """
    return tuple(b for b in (known_breaks() if breaks is None else breaks) if b.concerns(series))


def _parsed(text: str, where: str) -> tuple[Break, ...]:
    import yaml

    out = []
    for n, entry in enumerate(yaml.safe_load(text) or [], 1):
        at = f"{where} entry {n}"
        lost = [k for k in ("series", "kind", "from", "note", "source") if k not in entry]
        if lost:
            raise MadeinError(f"{lost[0]!r} is missing", at, fix="give series, kind, from, note and source")
        if entry["kind"] not in get_args(BreakKind):
            raise MadeinError(f"{entry['kind']!r} is no kind of break", at, fix="use one of " + ", ".join(get_args(BreakKind)))
        try:
            month = Period.parse(str(entry["from"])).first_month
        except ValueError as fault:
            raise MadeinError(str(fault), at) from fault
        series = entry["series"] if isinstance(entry["series"], list) else [entry["series"]]
        note, source = (" ".join(str(entry[k]).split()) for k in ("note", "source"))
        out.append(Break(tuple(map(str, series)), cast(BreakKind, entry["kind"]), month, note, source))
    return tuple(sorted(out, key=lambda b: (b.month, b.series)))
