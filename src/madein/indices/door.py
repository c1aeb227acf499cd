"""Series from any file this room can read: CSV and workbooks, SDMX in its three forms, workbooks of statistical releases.

The form is found by looking into the file, never by its name alone.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from madein.core.errors import MadeinError, Problem
from madein.core.grid import EXCEL
from madein.core.period_labels import fold
from madein.core.step import COMPARISONS
from madein.core.units import parse_unit
from madein.indices.frequency import EVERY, Frequency
from madein.indices.model import Observations
from madein.indices.read import read_series

if TYPE_CHECKING:
    from madein.indices.releases import Release
    from madein.indices.sdmx import SdmxMessage

RELEASED = 3
"""Months that the tables of a release print beside each other, at most: a workbook of more is one of series."""

LISTED = 12
"""Series named in a message, at most."""

_SCALES = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}
_DAY = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-_]?(0[1-9]|1[0-2])(?:[-_]?(0[1-9]|[12][0-9]|3[01]))?(?![0-9])")


def read_observations(
    path: str | Path,
    *,
    source: str = "",
    decimal: Literal["", ".", ","] = "",
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    frequency: Frequency = "month",
    structure: str | Path | None = None,
) -> Observations:
    """Every series of a file in any form this room reads.

    Parameters
    ----------
    path : str or Path
        CSV, TSV or workbook (`madein.indices.read.read_series`), SDMX-ML, SDMX-CSV or SDMX-JSON
        (`madein.indices.sdmx.read_sdmx`), or a workbook of a monthly release (`madein.indices.releases.read_release`).
    source : str
        What messages and addresses call the file; its name if empty.
    decimal, encoding, delimiter, sheet
        Of CSV and workbooks; see `madein.indices.read.read_series`.
    frequency : {"month", "quarter", "year"}
        What an observation covers; series of other frequencies in an SDMX message are left out with a note.
    structure : str or Path, optional
        SDMX structure message with the names of codes.

    Returns
    -------
    Observations
        Series of an SDMX message bear the names of their codes and answer to their keys, those of a release bear keys such
        as ``exports/gao`` and answer to their labels.

    Raises
    ------
    BadInput, MadeinError
        As the reader of the form does; for a message without a series of the frequency.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "iip.csv"
    >>> _ = file.write_text("FREQ,INDICATOR,TIME_PERIOD,OBS_VALUE,BASE_PER\\nM,AIP,2024-06,110.9,2015\\nM,AIP,2024-07,111.2,2015\\n")
    >>> read_observations(file).frame.select("series", "value", "unit", "cell").rows()
    [('M.AIP', 110.9, 'index (2015=100)', 'row 2'), ('M.AIP', 111.2, 'index (2015=100)', 'row 3')]
    """
    from madein.indices.sdmx import holds_sdmx, read_sdmx

    path = Path(path)
    label = source or path.name
    if not path.is_file():
        raise MadeinError("there is no such file", label, fix="check its name, and the folder it is looked for in")
    if holds_sdmx(path):
        return _of_message(read_sdmx(path, structure=structure, source=label), label, frequency)
    if structure is not None:
        raise MadeinError("a structure message names the codes of SDMX data, and this is none", label, fix="leave --structure out")
    may_be_release = path.suffix.lower() in EXCEL and not sheet
    options: dict[str, Any] = {"decimal": decimal, "encoding": encoding, "delimiter": delimiter, "sheet": sheet}
    try:
        seen = read_series(path, source=label, frequency=frequency, **options)
        if may_be_release and seen.frame["month"].n_unique() <= RELEASED and _release_sheets(path, label) > 1:
            return _of_release(path, label, frequency)
        return seen
    except MadeinError:
        if may_be_release and _release_sheets(path, label):
            return _of_release(path, label, frequency)
        other = _other_frequency(path, frequency, **options)
        if other:
            raise MadeinError(f"the file holds {other}s and no {frequency}s", label, fix=f"set frequency to {other}") from None
        raise


def _other_frequency(path: Path, frequency: Frequency, **options: Any) -> str:
    """The frequency of which a file holds series, where it is not the one asked for; empty if there is none."""
    for other in EVERY:
        if other != frequency:
            try:
                read_series(path, frequency=other, **options)
            except MadeinError:
                continue
            return other
    return ""


def release_day_of(path: Path) -> date | None:
    """The day, or the last day of the month, that a file name bears: ``release_2024-07-29.xlsx``, ``202407.xlsx``.

    Examples
    --------
    >>> release_day_of(Path("nso_2024-07-29.xlsx")), release_day_of(Path("iip-202402.xml")), release_day_of(Path("iip.xlsx"))
    (datetime.date(2024, 7, 29), datetime.date(2024, 2, 29), None)
    """
    from madein.indices.vintages.frame import release_day

    for found in reversed(list(_DAY.finditer(path.stem))):
        day = release_day("-".join(x for x in found.groups() if x))
        if day is not None:
            return day
    return None


# -------------------------------------------------------------------------------------------------------------- SDMX


def _of_message(message: SdmxMessage, label: str, frequency: Frequency) -> Observations:
    import polars as pl

    every = EVERY[frequency]
    known = message.series.filter(pl.col("every") == every)
    if not known.height:
        words = {v: k for k, v in EVERY.items()}
        held = ", ".join(f"{n} of {words[e]}s" for e, n in message.series.group_by("every").len().sort("every").iter_rows() if e in words)
        first = words.get(int(message.series["every"].drop_nulls().min() or 0), "quarter")  # type: ignore[arg-type]
        raise MadeinError(f"the message holds no series of {frequency}s", label, f"it holds {held}", f"set frequency to {first}")
    twice = {n for n, k in known.group_by("label").len().iter_rows() if k > 1}
    name_of, unit_of, factor_of, aliases = {}, {}, {}, {}
    for key, told, scale, unit, base in known.select("series", "label", "scale", "unit", "base").iter_rows():
        name = key if told in twice or not told else told
        name_of[key] = name
        unit_of[key], factor_of[key] = _unit(scale, unit, base)
        if name != key:
            aliases[key] = name
    factor = pl.col("series").replace_strict(factor_of, return_dtype=pl.Float64)
    frame = message.frame.filter(pl.col("series").is_in(list(name_of))).select(
        series=pl.col("series").replace_strict(name_of, return_dtype=pl.String), month="month", value=pl.col("value") * factor,
        half=pl.col("half") * factor, unit=pl.col("series").replace_strict(unit_of, return_dtype=pl.String), source=pl.lit(label),
        cell="cell", status="status",
    ).sort("series", "month")  # fmt: skip
    warnings = list(message.warnings)
    others = message.series.height - known.height
    if others:
        warnings.append(Problem(f"{others} series of another frequency are left out", label, f"the file is read as one of {frequency}s",
                                "set frequency to read them", "warning"))  # fmt: skip
    return Observations(frame, tuple(warnings), aliases)


def _unit(scale: float, unit: str, base: str) -> tuple[str, float]:
    """Unit as a text this project reads, and a factor where its words do not tell the scale."""
    try:
        parse_unit(unit or "number")
        told = unit
    except ValueError:
        told = ""
    if scale == 1.0:
        return told or (f"index ({base})" if base else ""), 1.0
    word = next((w for power, w in _SCALES.items() if scale == float(f"1e{power}")), "")
    return (f"{word} {told}".strip(), 1.0) if word else (told, scale)


# ----------------------------------------------------------------------------------------------------------- releases


def _release_sheets(path: Path, label: str) -> int:
    """How many sheets of a workbook hold a known table of a release."""
    from madein.core.grid import read_sheets
    from madein.indices.releases.workbook import sheet_cells

    try:
        return sum(not isinstance(sheet_cells(s, label), str) for s in read_sheets(path, label))
    except MadeinError:
        return 0


def _of_release(path: Path, label: str, frequency: Frequency) -> Observations:
    from madein.indices.releases import read_release

    return observations_of_release(read_release(path, release_day_of(path), source=label), label, frequency)


def observations_of_release(found: Release, label: str, frequency: Frequency = "month") -> Observations:
    """Levels and rates of a release as series; a rate bears the name of its comparison behind that of its series.

    Raises
    ------
    MadeinError
        If the release holds nothing of the frequency.
    """
    import polars as pl

    since = (pl.col("span") == "ytd") & pl.col("growth").str.starts_with("ytd") if frequency == "month" else pl.lit(False)
    rows = found.store.frame.filter(((pl.col("span") == frequency) | since) & pl.col("growth").is_in(["level", *COMPARISONS]))
    if not rows.height:
        held = ", ".join(found.store.frame["span"].unique().sort().to_list())
        raise MadeinError(f"the release holds no numbers of {frequency}s", label, f"it holds {held or 'none'}", "set another frequency")
    name = pl.when(pl.col("growth") == "level").then("series").otherwise(pl.concat_str("series", pl.lit(", "), "growth"))
    rows = rows.with_columns(name=name)
    rates = dict(rows.filter(pl.col("growth") != "level").select("name", "growth").unique().sort("name").iter_rows())
    told: dict[str, list[str]] = {}
    for key in rows.filter(pl.col("growth") == "level")["series"].unique(maintain_order=True).to_list():
        told.setdefault(found.labels.get(key, ""), []).append(key)
    aliases = {text: keys[0] for text, keys in told.items() if text and len(keys) == 1}
    left = found.store.frame.height - rows.height
    warnings = list(found.warnings)
    for many, why in ((left, "sums since January, or of another frequency"), (found.unread.height, "no header, label or number is understood there")):
        if many:
            warnings.append(Problem(f"{many} numbers of the release are left out", label, why, severity="warning"))
    frame = rows.select(series="name", month="month", value="value", half="half", unit="unit", source=pl.lit(label), cell="cell", status="status")
    return Observations(frame.sort("series", "month"), tuple(warnings), aliases, rates)


# ------------------------------------------------------------------------------------------------------------- choice


def chosen(seen: Sequence[Observations], names: Sequence[str], where: str = "--series") -> list[str]:
    """The series of some names: a name as the file has it, another name of it such as a key, or either in other case and marks.

    Parameters
    ----------
    seen : sequence of Observations
        What was read.
    names : sequence of str
        As asked for.
    where : str
        The option that asks.

    Raises
    ------
    MadeinError
        With the nearest names the files hold, a dozen at most.
    """
    held = held_names(seen)
    aliases = {a: n for each in seen for a, n in each.aliases.items()}
    folded: dict[str, str] = {}
    for text, name in [*aliases.items(), *((n, n) for n in held)]:
        folded[fold(text)] = name if folded.get(fold(text), name) == name else ""
    out = []
    for asked in names:
        found = asked if asked in held else aliases.get(asked) or folded.get(fold(asked))
        if not found:
            raise no_series(asked, held, aliases, where)
        out.append(found)
    return list(dict.fromkeys(out))


def held_names(seen: Sequence[Observations]) -> list[str]:
    """Names of all series read, in their order."""
    return list(dict.fromkeys(n for each in seen for n in each.frame["series"].unique(maintain_order=True).to_list()))


def no_series(asked: str, held: Sequence[str], aliases: Mapping[str, str], where: str) -> MadeinError:
    """The fault of a name that no series has."""
    return MadeinError(f"no series is called {asked!r}", where, fix="the files hold: " + listed(held, asked, aliases))


def listed(held: Sequence[str], asked: str = "", aliases: Mapping[str, str] | None = None) -> str:
    """Names for a message: those most like what was asked first, a dozen at most, each with its other name if it has one.

    Examples
    --------
    >>> listed(["Mining", "Manufacturing"], "manufactures")
    "'Manufacturing', 'Mining'"
    >>> listed([f"s{i}" for i in range(40)]).endswith("'s11' and 28 more")
    True
    """
    other = {n: a for a, n in (aliases or {}).items()}
    texts = {n: [fold(n), *([fold(other[n])] if n in other else [])] for n in held}
    like = [max(difflib.SequenceMatcher(None, fold(asked), t).ratio() for t in texts[n]) if asked else 0.0 for n in held[:2000]]
    order = sorted(range(len(like)), key=lambda i: -like[i])
    shown = [f"{held[i]!r} ({other[held[i]]})" if held[i] in other else repr(held[i]) for i in order[:LISTED]]
    more = len(held) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def only(seen: Observations, names: Sequence[str]) -> Observations:
    """Some series of what was read."""
    import polars as pl

    kept = set(names)
    return replace(
        seen, frame=seen.frame.filter(pl.col("series").is_in(list(names))), aliases={a: n for a, n in seen.aliases.items() if n in kept},
        rates={n: c for n, c in seen.rates.items() if n in kept},
    )  # fmt: skip
