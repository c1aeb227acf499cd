"""What the commands of ``madein indices`` share: series read from files of any form, chosen by name, and tables written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from madein.core.errors import MadeinError

if TYPE_CHECKING:
    import polars as pl

    from madein.core.errors import Problem
    from madein.core.step import Result
    from madein.indices.held_levels import Held
    from madein.indices.model import Observations

Frequency = Literal["month", "quarter", "year"]
Format = Literal["table", "csv", "json", "parquet", "xlsx"]


@dataclass(frozen=True)
class Reading:
    """How files are read: what `madein.indices.door.read_observations` takes beside their names."""

    decimal: str = ""
    sheet: str = ""
    frequency: Frequency = "month"
    structure: Path | None = None

    def __call__(self, files: Sequence[Path], names: Sequence[str] = (), where: str = "--series") -> list[Observations]:
        """What some files hold; only the series of some names, if any are given."""
        from madein.indices.door import chosen, only, read_observations

        seen = [
            read_observations(
                f, source=str(f), decimal=self.decimal, sheet=self.sheet, frequency=self.frequency, structure=self.structure,  # type: ignore[arg-type]
            ) for f in files
        ]  # fmt: skip
        if not names:
            return seen
        wanted = chosen(seen, names, where)
        return [part for each in seen if (part := only(each, wanted)).frame.height]


def names_frame(seen: Sequence[Observations]) -> pl.DataFrame:
    """One row a series: its name, its other name, unit, first and last period, how many numbers and holes."""
    import polars as pl

    from madein.core.periods import Period

    out = []
    for each in seen:
        other = {name: alias for alias, name in each.aliases.items()}
        for name, part in ((str(n), p) for (n,), p in each.frame.group_by("series", maintain_order=True)):
            months = part["month"].to_numpy()
            gaps = sorted(set((months[1:] - months[:-1]).tolist())) or [1]
            step = 1 if len(gaps) > 1 and gaps[0] not in (3, 12) else gaps[0] if gaps[0] in (1, 3, 12) else 1
            first, last = int(months[0]), int(months[-1])
            out.append((name, other.get(name, ""), part["unit"][0] or "", str(Period.months(first - step + 1, first)),
                        str(Period.months(last - step + 1, last)), len(months), (last - first) // step + 1 - len(months),
                        part["source"][0]))  # fmt: skip
    text, count = pl.String, pl.Int64
    schema = {"series": text, "key": text, "unit": text, "first": text, "last": text, "numbers": count, "holes": count, "file": text}
    return pl.DataFrame(out, schema, orient="row")


@dataclass(frozen=True)
class Levels:
    """Levels of every series of some files, with the names by which they may be called."""

    result: Result
    held: list[Held]
    labels: Mapping[str, str]
    aliases: Mapping[str, str]


def levels_of(seen: Sequence[Observations], frequency: Frequency = "month") -> Levels:
    """Levels of what was read, under the labels of the files."""
    from madein.indices.chapter import catalogued, made_of
    from madein.indices.held_levels import held_levels
    from madein.indices.step import Config

    config = Config(frequency=frequency)
    result = made_of(config, seen)
    labels = {s.key: s.label for s in catalogued(config, seen)[2]}
    found = held_levels([("levels.figures", result.tables["figures"])], labels)
    return Levels(result, found, labels, {a: n for each in seen for a, n in each.aliases.items()})


def named(held: Sequence[Held], name: str, labels: Mapping[str, str], aliases: Mapping[str, str], where: str = "SERIES") -> Held:
    """The series of a key, a label, another name, or the measure of the whole economy.

    Raises
    ------
    MadeinError
        If none or several are meant, with the nearest names.
    """
    from madein.core.measures import find_measure
    from madein.core.period_labels import fold
    from madein.indices.door import listed

    measure = find_measure(name)
    asked = fold(aliases.get(name, name))
    ways = (
        [h for h in held if h.key == name],
        [h for h in held if fold(labels.get(h.key) or h.label) == asked],
        [h for h in held if measure and h.measure == measure and set(h.dims) <= {"economy"}],
    )
    found = next((w for w in ways if w), [])
    if len(found) != 1:
        other = {h.key: labels.get(h.key) or h.label for h in found or held}
        what = f"several series fit {name!r}" if found else f"no series is called {name!r}"
        raise MadeinError(what, where, fix="name one of: " + listed(list(other.values()), name, {k: v for k, v in other.items() if k != v}))
    return found[0]


def noted(seen: Sequence[Observations]) -> list[Problem]:
    """What was noticed while files were read."""
    return [w for each in seen for w in each.warnings]


def numbers_of(text: str, n: int, option: str) -> list[float]:
    """Numbers written with commas, one for each of `n` parts.

    Raises
    ------
    MadeinError
        If the text is no list of `n` numbers.
    """
    try:
        out = [float(x) for x in text.split(",")]
    except ValueError as fault:
        raise MadeinError(f"{text!r} is no list of numbers", option, fix="write 0.157,0.737,0.089,0.016") from fault
    if len(out) != n:
        raise MadeinError(f"{len(out)} weights for {n} parts", option, fix="give one for each part, in their order")
    return out


def write_table(frame: pl.DataFrame, format_: Format, out: Path | None, title: str) -> None:
    """A frame as a table as wide as the window, or in a format for machines."""
    from madein.cli.grids import grid, screen
    from madein.cli.show import write_frame

    if format_ != "table":
        write_frame(frame, format_, out, title)
        return
    right = [n for n, t in frame.schema.items() if t.is_numeric()]
    rows = [["" if c is None else f"{c:,.6g}" if isinstance(c, float) else str(c) for c in row] for row in frame.iter_rows()]
    with screen(out) as console:
        grid(console, frame.columns, rows, right)
