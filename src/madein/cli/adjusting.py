"""What ``madein indices adjust`` does: series adjusted, frozen and run again, a total held against its parts, quality told."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from madein.cli.series import numbers_of
from madein.core.errors import MadeinError, Problem

if TYPE_CHECKING:
    import polars as pl

    from madein.indices.model import Observations
    from madein.indices.seasonal import Batch, MovingHoliday, Observed
    from madein.indices.seasonal.totals import DirectIndirect

COLUMNS = ("series", "period", "original", "seasonal", "adjusted", "trend", "irregular", "holiday", "trading_day", "basis")

UNASKED = 60
"""Series of files that are identified without being named: more take minutes."""


def observed_of(seen: Sequence[Observations]) -> list[Observed]:
    """Every series that was read, ready for adjustment.

    Raises
    ------
    MadeinError
        If two files hold a series of one name.
    """
    import polars as pl

    from madein.indices.seasonal import Observed

    found: dict[str, Observed] = {}
    for each in seen:
        for name in each.frame["series"].unique(maintain_order=True).to_list():
            rows = each.frame.filter(pl.col("series") == name)
            if name in found:
                raise MadeinError(f"two files hold a series {name!r}", str(rows["source"][0]), fix="adjust them one by one, or rename one")
            units = [u for u in rows["unit"].unique(maintain_order=True).to_list() if u]
            if len(units) > 1:
                first = rows.filter(pl.col("unit") == units[1])["cell"][0]
                raise MadeinError(f"the series {name!r} has several units: {', '.join(units[:4])}", f"{rows['source'][0]} cell {first}",
                                  "numbers of two bases make no one series",
                                  "give the rows of each unit a name of their own, or link them at their overlap")  # fmt: skip
            found[name] = Observed.of(name, rows["month"].to_numpy(), rows["value"].to_numpy())
    return list(found.values())


def refuse_many(series: Sequence[Observed]) -> None:
    """Ask which series are meant where a file holds very many.

    Raises
    ------
    MadeinError
        With a dozen of their names.
    """
    from madein.indices.door import listed

    if len(series) > UNASKED:
        raise MadeinError(f"the files hold {len(series)} series", "--series", "to identify each takes about a second",
                          f"name some, or say --all; they are: {listed([o.key for o in series])}")  # fmt: skip


def adjusted_batch(series: Sequence[Observed], method: str, holiday: str, dates: Path | None, spec: Path | None, fallback: bool) -> Batch:
    """Every series adjusted, spread over the cores."""
    import os
    from concurrent.futures import ThreadPoolExecutor

    from madein.indices.seasonal import adjust_many, read_spc

    own = read_spc(spec) if spec else None
    with ThreadPoolExecutor(min(len(series), os.cpu_count() or 1) or 1) as pool:
        return adjust_many(series, method, _holiday(holiday, dates), spec=own, fallback=fallback, executor=pool)


def _holiday(name: str, dates: Path | None) -> MovingHoliday | str:
    from madein.indices.seasonal import moving_holiday, read_holidays

    if not dates:
        return moving_holiday(name) if name else ""
    held = read_holidays(dates)
    if name and name not in held:
        raise MadeinError(f"the table holds no holiday {name!r}", str(dates), fix="name one of: " + ", ".join(held))
    if not name and len(held) > 1:
        raise MadeinError("the table holds several holidays", str(dates), fix="name one with --holiday: " + ", ".join(held))
    return held[name or next(iter(held))]


def components_frame(batch: Batch) -> pl.DataFrame:
    """Components of every series that was adjusted, one below the other; what is null throughout is left out."""
    import polars as pl

    # Every factor rests on what was put into a hole.
    basis = {r.key: "estimated" if r.estimated.any() else "computed" for r in batch}
    parts = [r.frame.select(COLUMNS).with_columns(basis=pl.lit(basis[r.key])) for r in batch if not r.refused]
    if not parts:
        return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    frame = pl.concat(parts)
    return frame.drop([c for c in ("holiday", "trading_day") if frame[c].null_count() == frame.height])


def said_of(batch: Batch) -> list[Problem]:
    """Notes on every series, and an error for each that was refused."""
    out: list[Problem] = []
    for r in batch:
        where = f"series {r.key!r}"
        if not r.refused:
            out += [p for p in r.warnings if p.severity == "warning"]
        else:
            reason = r.reason
            out.append(Problem(f"not adjusted: {reason.plain if reason else 'no method'}", where, _words(reason.said if reason else ""),
                               reason.mend if reason else ""))  # fmt: skip
    return out


def _words(said: str) -> str:
    return f"X-13: {said}" if said else ""


def tell_quality(batch: Batch) -> None:
    """One line a series on standard error: what was done and how good it is."""
    from madein.core.documents import printable

    for r in batch:
        q = r.quality
        parts = [r.sentence()]
        if r.holiday:
            parts.append(f"Kept by AICc: {', '.join(r.holiday)}.")
        numbers = [f"{name} {value:.2f}" for name, value in (("M7", q.m.get("m7")), ("Q", q.q)) if value is not None]
        numbers += [f"QS p {pair[1]:.3f} {what}" for what, pair in (("before", q.qs_original), ("after", q.qs_adjusted)) if pair is not None]
        if not r.refused and numbers:
            parts.append("; ".join(numbers) + ".")
        print(printable(f"{r.key}: {' '.join(parts)}"), file=sys.stderr)


def write_frozen(batch: Batch, holiday: str, dates: Path | None, path: Path) -> None:
    """How each series was adjusted, to run again on later numbers."""
    import json

    from madein.indices.seasonal import freeze

    moving = _holiday(holiday, dates) if dates else None
    own = None if isinstance(moving, str) else moving
    texts = [freeze(r, holiday=own).to_json() for r in batch if not r.refused]
    path.write_text(json.dumps([json.loads(t) for t in texts], indent=1) + "\n", encoding="utf-8")


def rerun_batch(series: Sequence[Observed], path: Path, dates: Path | None = None) -> Batch:
    """Every series adjusted as it was identified before, spread over the cores."""
    import json
    import os
    from concurrent.futures import ThreadPoolExecutor

    from madein.indices.seasonal import Frozen, read_holidays, rerun_many

    holidays = read_holidays(dates) if dates else None
    try:
        held = [Frozen.from_json(json.dumps(one), holidays) for one in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise MadeinError("this is no file of frozen adjustments", str(path), str(fault).split("\n")[0], "write one with --freeze") from fault
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return rerun_many(held, series, executor=pool)


# --------------------------------------------------------------------------------------------------- a total and parts


@dataclass(frozen=True)
class Whole:
    """A total, its parts, and their weights."""

    total: str
    parts: tuple[str, ...]
    weights: str = ""


def whole_of(seen: Sequence[Observations], total: str, parts: Sequence[str], weights: str) -> Whole:
    """The total and its parts by their names in the files: every other series where no part is named.

    Raises
    ------
    MadeinError
        If a name is unknown, or there is no part.
    """
    from madein.indices.door import chosen, held_names

    (whole,) = chosen(seen, [total], "--total")
    named = chosen(seen, parts, "--part") if parts else [n for n in held_names(seen) if n != whole]
    if whole in named:
        raise MadeinError(f"{whole!r} is the total itself", "--part", fix="name its parts")
    if not named:
        raise MadeinError("a total needs parts", "--total", f"the files hold {whole!r} alone", "give the file of the parts too")
    return Whole(whole, tuple(named), weights)


def compared(batch: Batch, whole: Whole) -> tuple[DirectIndirect, list[Problem]]:
    """A total adjusted by itself and by its parts, with a note on the weights used."""
    from madein.indices.seasonal.totals import direct_and_indirect, weights_of_parts

    total, parts = batch[whole.total], [batch[p] for p in whole.parts]
    given = dict(zip(whole.parts, numbers_of(whole.weights, len(parts), "--weights"), strict=True)) if whole.weights else None
    weights, how = weights_of_parts(total, parts, given)
    return direct_and_indirect(total, parts, weights), [Problem(how, f"total {whole.total!r}", severity="warning")]


def tell_compared(both: DirectIndirect) -> None:
    """What tells the direct from the indirect adjustment, on standard error."""
    from madein.core.documents import printable

    for line in both.told():
        print(printable(line), file=sys.stderr)
