"""What an SDMX message holds, whatever it was written in: series with their attributes, and their observations."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError, Problem, Problems
from madein.core.period_labels import fold
from madein.core.periods import Period, month_number
from madein.core.printed import MISSING, parse_numbers
from madein.indices.read import repr_number
from madein.indices.sdmx.structure import Codes
from madein.indices.vintages.store import VintageStore

if TYPE_CHECKING:
    import polars as pl

EVERY = {"A": 12, "Q": 3, "M": 1}
"""Months an observation covers, by the codes of CL_FREQ that this room reads."""

_SPAN = {1: "month", 3: "quarter", 12: "year"}
_GREGORIAN = re.compile(r"([0-9]{4})-?(?:M([0-9]{2})|Q([1-4])|(A1))", re.ASCII)
_MARKED = re.compile(r"([-+]?[0-9][0-9 .]{0,30}?) ?\(?([a-z]{1,2}|\*)\)?")
MOST_PROBLEMS = 10_000


@dataclass(slots=True)
class Raw:
    """Observations as a reader collects them: parallel lists, one entry per observation."""

    series: list[int] = field(default_factory=list)
    period: list[str] = field(default_factory=list)
    value: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
    keys: list[dict[str, str]] = field(default_factory=list)
    attributes: list[dict[str, str]] = field(default_factory=list)
    prepared: str = ""
    identifier: str = ""
    structure: str = ""
    names: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SdmxMessage:
    """A data message.

    Parameters
    ----------
    frame : polars.DataFrame
        Sorted by ``series`` and ``month``: ``series`` (its key), ``every`` (1, 3 or 12 months), ``month`` (number of the last
        month), ``value`` and ``half`` as printed, ``status``, ``obs_status`` (the code), ``basis`` and ``cell`` (where it stands).
    series : polars.DataFrame
        One row per series: ``series``, ``label`` (from the names of its codes; its codes where they have none), ``every``,
        ``scale`` (10 to the power of UNIT_MULT: what a printed number is multiplied by), ``unit``, ``base`` (``2015=100``),
        then a column for each dimension and attribute that any series has.
    prepared : date or None
        The day the message was prepared: the release date of its vintage.
    identifier, structure : str
        Identifier of the message, and the data structure it follows.
    warnings : tuple of Problem
        What was left out.
    """

    frame: pl.DataFrame
    series: pl.DataFrame
    prepared: date | None
    identifier: str = ""
    structure: str = ""
    warnings: tuple[Problem, ...] = ()

    def store(self, release: date | None = None) -> VintageStore:
        """The message as a vintage, values multiplied by their scale.

        Parameters
        ----------
        release : date, optional
            The day of release; the day the message was prepared if None.

        Raises
        ------
        MadeinError
            If neither is known.
        """
        import polars as pl

        day = release or self.prepared
        if day is None:
            raise MadeinError("the message does not say when it was prepared", fix="give the day of its release")
        with_scale = self.frame.join(self.series.select("series", "scale", "unit", "base"), on="series", how="left", maintain_order="left")
        return VintageStore.of(with_scale.select(
            "series", "month", "status", "basis", "cell", "unit", "base", span=pl.col("every").replace_strict(_SPAN, return_dtype=pl.String),
            value=pl.col("value") * pl.col("scale"), half=pl.col("half") * pl.col("scale"), release=pl.lit(day),
            source=pl.lit(self.identifier),
        ))  # fmt: skip


def built(raw: Raw, label: str, codes: Codes | None = None) -> SdmxMessage:
    """A message from what a reader collected.

    Raises
    ------
    BadInput
        With every observation that cannot stand: text for a number, no period, a period of another frequency than its series,
        two unlike numbers for one period.
    """
    import polars as pl

    problems = Problems(label)
    series = _series(raw, codes or Codes(), problems)
    frame = pl.DataFrame(
        {"at": raw.series, "said": raw.period, "text": raw.value, "obs_status": raw.status, "cell": raw.place},
        schema={"at": pl.Int64, "said": pl.String, "text": pl.String, "obs_status": pl.String, "cell": pl.String},
    ).join(series.select("at", "series", "every", "decimals"), on="at", how="left", maintain_order="left")  # fmt: skip
    frame = _with_periods(frame, problems)
    frame = _with_values(frame, problems)
    frame, every = _one_frequency(frame, problems)
    frame = _unique(frame, problems)
    problems.raise_errors()
    series = series.join(every, on="series", how="left", maintain_order="left").with_columns(every=pl.coalesce("held", "every"))
    series = series.drop("held", "at", "decimals")
    if not frame.height:
        raise MadeinError("the message holds no observation", label)
    columns = ["series", "every", "month", "value", "half", "status", "obs_status", "basis", "cell"]
    return SdmxMessage(frame.select(columns), series, _day(raw.prepared), raw.identifier, raw.structure, tuple(problems.warnings))


def _series(raw: Raw, codes: Codes, problems: Problems) -> pl.DataFrame:
    import polars as pl

    order = list(codes.dimensions) or list(dict.fromkeys(d for key in raw.keys for d in key))
    order = [d for d in order if any(d in key for key in raw.keys)] + sorted({d for key in raw.keys for d in key} - set(order))
    varied = [d for d in order if len({key.get(d, "") for key in raw.keys}) > 1 and d != "FREQ"]
    rows = []
    for at, (key, own) in enumerate(zip(raw.keys, raw.attributes, strict=True)):
        every = EVERY.get(key.get("FREQ", own.get("FREQ", "")), 0)
        told = [raw.names.get((d, key.get(d, "")), "") or codes.name(d, key.get(d, "")) for d in varied]
        spoken = ", ".join(t or key.get(d, "") for t, d in zip(told, varied, strict=True) if key.get(d, "") not in ("", "_Z"))
        both = {**own, **key}
        rows.append({
            "at": at, "series": ".".join(key.get(d, "") for d in order),
            "label": own.get("TITLE") or own.get("TITLE_COMPL") or spoken or ".".join(key.values()), "every": every or None,
            "scale": _scale(both, problems), "unit": _unit(both, codes), "base": _base(both), "decimals": _whole(both.get("DECIMALS", "")),
            **{d: both.get(d, "") for d in dict.fromkeys([*order, *sorted({a for x in raw.attributes for a in x})])},
        })  # fmt: skip
    # What a file calls a column must not hide what this room does.
    kept = {"at": pl.Int64, "series": pl.String, "label": pl.String, "every": pl.Int64, "scale": pl.Float64, "unit": pl.String,
            "base": pl.String, "decimals": pl.Int64}  # fmt: skip
    names = [c for c in (rows[0] if rows else {}) if c not in kept]
    return pl.DataFrame(rows, schema={**kept, **dict.fromkeys(names, pl.String)})


def _scale(both: Mapping[str, str], problems: Problems) -> float:
    text = both.get("UNIT_MULT", "") or both.get("UNIT_MULTIPLIER", "") or "0"
    power = _whole(text)
    if power is None or abs(power) > 30:
        problems.error(f"UNIT_MULT {text[:20]!r} is no power of ten", fix="give a whole number such as 6 for millions")
        return 1.0
    # Fifteen zeros are exact; a power computed is not always.
    return float(f"1e{power}")


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,3}", text) else None


def _unit(both: Mapping[str, str], codes: Codes) -> str:
    for name in ("UNIT_MEASURE", "UNIT"):
        code = both.get(name, "")
        if code and code not in ("_Z", "_X"):
            return codes.name(name, code) or code
    return ""


def _base(both: Mapping[str, str]) -> str:
    said = both.get("BASE_PER", "") or both.get("REF_PERIOD_DETAIL", "")
    return f"{said}=100" if re.fullmatch(r"[0-9]{4}(?:-[Q0-9]{2})?", said) else ""


def period_months(text: str) -> tuple[int, int] | None:
    """Months covered and number of the last month of an SDMX period; None where it is none this room reads.

    Examples
    --------
    >>> period_months("2024-M07") == period_months("2024-07") == (1, 2024 * 12 + 6), period_months("2024-Q3")[0], period_months("2024-W05")
    (True, 3, None)
    """
    found = _GREGORIAN.fullmatch(text)
    if found:
        year = int(found[1])
        if found[2]:
            return (1, month_number(year, int(found[2]))) if 1 <= int(found[2]) <= 12 else None
        return (3, month_number(year, 3 * int(found[3]))) if found[3] else (12, month_number(year, 12))
    try:
        period = Period.parse(text.partition("T")[0])
    except ValueError:
        return None
    month = Period.months(period.first_month)
    # A day at an edge of a month stands for the month: some writers print all periods as days.
    if period.kind == "day" and period.first in (month.first, month.last):
        return 1, period.first_month
    every = {"month": 1, "quarter": 3, "year": 12}.get(period.kind)
    return (every, period.last_month) if every else None


def _with_periods(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    import polars as pl

    read = {t: period_months(t) for t in frame["said"].unique().to_list()}
    told = {t: r for t, r in read.items() if r}
    covers = {t: r[0] for t, r in told.items()}
    months = {t: r[1] for t, r in told.items()}
    frame = frame.with_columns(
        month=pl.col("said").replace_strict(months, default=None, return_dtype=pl.Int64),
        covers=pl.col("said").replace_strict(covers, default=None, return_dtype=pl.Int64),
    )
    for said, cell in frame.filter(pl.col("month").is_null()).select("said", "cell").head(MOST_PROBLEMS).iter_rows():
        problems.error(f"{said[:40]!r} is no month, quarter or year", at=cell, fix="leave out weeks, days and half-years")
    return frame.filter(pl.col("month").is_not_null())


def _with_values(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Numbers with their precision; marks of a missing number and codes of a hole are holes."""
    import polars as pl

    rules, _ = _statuses()
    text = frame["text"].str.strip_chars()
    value = text.cast(pl.Float64, strict=False)
    value = value.set(~value.is_finite().fill_null(False), None)
    missing = text.str.to_lowercase().is_in(sorted(MISSING))
    frame = _with_marks(frame.with_columns(value=value, odd=value.is_null() & ~missing), problems)
    holes = [c for c, r in rules.items() if r.get("hole")]
    frame = frame.filter(pl.col("value").is_not_null() & ~pl.col("obs_status").is_in(holes))
    printed = pl.Series("plain", [_decimals(v) for v in frame["value"].to_list()], dtype=pl.Int64)
    decimals = pl.coalesce("decimals", pl.lit(printed))
    return frame.with_columns(
        half=pl.lit(0.5) * pl.lit(10.0).pow(-decimals.cast(pl.Float64)),
        status=pl.col("obs_status").replace_strict({c: r["status"] for c, r in rules.items()}, default="", return_dtype=pl.String),
        basis=pl.col("obs_status").replace_strict({c: r["basis"] for c, r in rules.items()}, default="published", return_dtype=pl.String),
    )  # fmt: skip


def _with_marks(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Numbers with grouped thousands or a mark behind them, ``7 902.3`` and ``519.4sb``, read with a warning; other text is an error."""
    import polars as pl

    odd = frame["odd"].arg_true()
    if not len(odd):
        return frame
    _, marks = _statuses()
    some = frame.select("text", "cell", "obs_status")[odd.to_list()]
    found = [_MARKED.fullmatch(fold(t)) for t in some["text"].to_list()]
    known = [f is not None and f[2] in marks for f in found]
    bare = pl.Series("bare", [f[1] if f and k else t for f, k, t in zip(found, known, some["text"].to_list(), strict=True)], dtype=pl.String)
    values, _, bad = parse_numbers(bare, ".")
    statuses = [marks[f[2]] if f and k else s for f, k, s in zip(found, known, some["obs_status"].to_list(), strict=True)]
    for said, cell, value, wrong in zip(some["text"], some["cell"], values, bad, strict=True):
        if wrong or value is None:
            problems.error("text where a number should be", at=cell, why=f"it reads {said[:60]!r}",
                           fix="get the message anew, or mark the number as missing")  # fmt: skip
        else:
            problems.warn(f"{said[:60]!r} is read as {value:g}", at=cell, why="a number in SDMX has neither groups nor marks")
    value, status = frame["value"].clone(), frame["obs_status"].clone()
    value = value.scatter(odd, values)
    status = status.scatter(odd, pl.Series(statuses, dtype=pl.String))
    return frame.with_columns(value=value, obs_status=status)


def _decimals(value: float) -> int:
    """Decimals of a number, the noise of binary arithmetic taken off."""
    return len((repr_number(value) or "").partition(".")[2])


@functools.cache
def _statuses() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What codes say by code, and codes by the marks printed behind numbers."""
    import yaml

    data = yaml.safe_load(resources.files("madein.indices.sdmx").joinpath("obs_status.yaml").read_text("utf-8"))
    return data["codes"], data["marks"]


def _one_frequency(frame: pl.DataFrame, problems: Problems) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every series of one frequency: the one its key says, or the one all its periods have."""
    import polars as pl

    held = frame.group_by("series", maintain_order=True).agg(held=pl.col("covers").min(), kinds=pl.col("covers").n_unique())
    for (series,) in held.filter(pl.col("kinds") > 1).select("series").head(MOST_PROBLEMS).iter_rows():
        problems.error(f"series {series[:80]!r} mixes months, quarters or years", fix="give each frequency a series of its own")
    said = frame.filter(pl.col("every").is_not_null() & (pl.col("every") != pl.col("covers")))
    for series, period, cell in said.unique("series", keep="first", maintain_order=True).select("series", "said", "cell").iter_rows():
        problems.error(f"{period!r} is of another frequency than FREQ says", at=cell, why=f"series {series[:80]!r}", fix="mend FREQ or the periods")
    return frame.with_columns(every=pl.col("covers")), held.select("series", "held")


def _unique(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    import polars as pl

    frame = frame.sort("series", "month", maintain_order=True)
    again = ((pl.col("series") == pl.col("series").shift(1)) & (pl.col("month") == pl.col("month").shift(1))).fill_null(False)
    frame = frame.with_columns(again=again, before=pl.col("value").shift(1), place=pl.col("cell").shift(1))
    for r in frame.filter("again").head(MOST_PROBLEMS).iter_rows(named=True):
        if r["before"] != r["value"]:
            problems.error(f"{r['series'][:80]!r} {r['said']} has two values", at=f"{r['place']} and {r['cell']}",
                           why=f"{r['before']:g} and {r['value']:g}", fix="keep one")  # fmt: skip
        else:
            problems.warn(f"{r['series'][:80]!r} {r['said']} stands there twice", at=f"{r['place']} and {r['cell']}", why="with the same value")
    return frame.filter(~pl.col("again"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
