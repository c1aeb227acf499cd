"""Whatever numbers a study holds, by measure, comparison and period, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from madein.core.measures import measures
from madein.core.periods import Period
from madein.core.step import Ref, Table, row_at

PLACED = ("place", "partner", "origin", "destination", "industry", "product", "actor", "regime", "scenario")
"""Dimensions that make a number one of a part: it answers no statement about the whole."""


@dataclass(frozen=True, slots=True)
class Held:
    """A number held: its bounds, unit, where it stands, and which print of it this is ('' for the one in force)."""

    value: float
    low: float
    high: float
    unit: str
    refs: tuple[Ref, ...]
    economy: str
    vintage: str = ""
    series: str = ""
    adjustment: str = ""


class Holdings:
    """Numbers of tables in the common form (columns measure, dimensions, value, low, high, unit), found by what they say.

    Parameters
    ----------
    tables : iterable of (name, Table)
        ``STEP.NAME`` and table, each with the columns measure, period, value, low, high, unit and any of the dimensions; an
        optional column vintage orders the prints of one series, the later the higher, '' for the one in force; an optional
        column adjustment says what was taken out of the series ("seasonal"), '' where nothing was.
    """

    def __init__(self, tables: Iterable[tuple[str, Table]]) -> None:
        self._by: dict[tuple[str, str, str], list[Held]] = {}
        self.economies: set[str] = set()
        for name, table in tables:
            for row in table.frame.iter_rows(named=True):
                self._add(name, table.key, row)

    def _add(self, name: str, key: Sequence[str], row: Mapping[str, object]) -> None:
        if row["value"] is None or any(row.get(d) for d in PLACED):
            return
        ref = Ref(f"table:{name}", row_at({k: str(row[k]) for k in key}))
        value = float(row["value"])  # type: ignore[arg-type]
        low, high = (value if row.get(c) is None else float(row[c]) for c in ("low", "high"))  # type: ignore[arg-type]
        economy = str(row.get("economy") or "")
        self.economies.add(economy)
        held = Held(value, low, high, str(row["unit"]), (ref,), economy, str(row.get("vintage") or ""), str(row.get("series") or ""),
                    str(row.get("adjustment") or ""))  # fmt: skip
        self._by.setdefault((str(row["measure"]), str(row.get("comparison") or ""), str(row["period"])), []).append(held)

    def find(self, measure: str, comparison: str, period: str, economy: str, adjustment: str = "") -> list[Held]:
        """Numbers about a whole economy, of every print; sums of parts where the measure is made of others.

        Year-to-date and same-period growth of one stretch are the same number. Adjusted and unadjusted series are never mixed.
        """
        names = {comparison, *({"yoy", "ytd_yoy"} if comparison in ("yoy", "ytd_yoy") else ())}
        held = [h for c in sorted(names) for h in self._by.get((measure, c, period), []) if h.economy in ("", economy)]
        found = [h for h in held if h.adjustment == adjustment]
        if not found and not adjustment:
            found = self._made(measure, comparison, period, economy)
        return found

    def _made(self, measure: str, comparison: str, period: str, economy: str) -> list[Held]:
        """Sums of the parts, one for each set of prints that holds them all: parts of unlike prints are never added."""
        parts = measures()[measure].made_of if measure in measures() else ()
        if not parts:
            return []
        now = self._sums(parts, period, economy)
        if not comparison:
            return list(now.values())
        if comparison not in ("yoy", "ytd_yoy"):
            return []
        before = self._sums(parts, str(Period.parse(period).year_before()), economy)
        return [_growth(now[k], before[k]) for k in now if k in before and now[k].low > 0 and before[k].low > 0]

    def _sums(self, parts: Sequence[tuple[str, int]], period: str, economy: str) -> dict[tuple[str, str, str], Held]:
        groups: dict[tuple[str, str, str], list[Held]] = {}
        for key, sign in parts:
            for h in self._by.get((key, "", period), []):
                if h.economy in ("", economy) and not h.adjustment:
                    low, high = (h.low, h.high) if sign > 0 else (-h.high, -h.low)
                    groups.setdefault((h.refs[0].name, h.series, h.vintage), []).append(replace(h, value=sign * h.value, low=low, high=high))
        return {k: _total(found) for k, found in groups.items() if len(found) == len(parts) and len({h.unit for h in found}) == 1}


def _total(found: Sequence[Held]) -> Held:
    value, low, high = (sum(getattr(h, c) for h in found) for c in ("value", "low", "high"))
    return replace(found[0], value=value, low=low, high=high, refs=tuple(r for h in found for r in h.refs))


def _growth(now: Held, base: Held) -> Held:
    rate, low, high = (100 * (a / b - 1) for a, b in ((now.value, base.value), (now.low, base.high), (now.high, base.low)))
    return replace(now, value=rate, low=low, high=high, unit="percent", refs=(*now.refs, *base.refs))
