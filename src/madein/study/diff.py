"""What changed between two outputs: figures first, because they are what people quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from madein.study.finished import FinishedStudy
from madein.study.why import show_value

Kind = Literal["new", "gone", "value", "bounds", "basis", "source", "table"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what kind, what it is about, before and after."""

    kind: Kind
    about: str
    before: str
    after: str


def diff(old: FinishedStudy, new: FinishedStudy) -> list[Change]:
    """Differences of figures, sources and tables, in that order, each sorted by name."""
    out: list[Change] = []
    for name in sorted(set(old.figures) | set(new.figures)):
        a, b = old.figures.get(name), new.figures.get(name)
        if a is None or b is None:
            out.append(Change("new" if a is None else "gone", name, show_value(a) if a else "", show_value(b) if b else ""))
        elif (a.value, a.unit) != (b.value, b.unit):
            shown = (show_value(a), show_value(b))
            exact = (f"{a.value!r} {a.unit}", f"{b.value!r} {b.unit}")
            out.append(Change("value", name, *(shown if shown[0] != shown[1] else exact)))
        elif (a.low, a.high) != (b.low, b.high):
            out.append(Change("bounds", name, f"{a.low!r} to {a.high!r}", f"{b.low!r} to {b.high!r}"))
        elif a.basis != b.basis:
            out.append(Change("basis", name, a.basis, b.basis))
    for name in sorted(set(old.sources) | set(new.sources)):
        hashes = [s.sources[name].sha256[:12] if name in s.sources else "" for s in (old, new)]
        if hashes[0] != hashes[1]:
            out.append(Change("source", name, *hashes))
    for name in sorted(set(old.tables) | set(new.tables)):
        rows = [f"{s.tables[name]['rows']:,} rows" if name in s.tables else "" for s in (old, new)]
        same = rows[0] == rows[1] and old.table(name).frame.equals(new.table(name).frame)
        if not same:
            out.append(Change("table", name, *rows))
    return out
