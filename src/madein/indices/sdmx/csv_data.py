"""SDMX-CSV 1.0 and 2.0: dimensions, TIME_PERIOD, OBS_VALUE, then attributes, one observation a row."""

from __future__ import annotations

from pathlib import Path

from madein.core.errors import MadeinError
from madein.indices.sdmx.message import Raw
from madein.indices.sdmx.structure import Codes

_LEAD = frozenset({"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION"})
_STATUS = ("OBS_STATUS", "OBS_FLAG")
MAX_BYTES = 1_000_000_000


def read_csv(path: Path, label: str, codes: Codes | None) -> Raw:
    """Every observation of an SDMX-CSV file; cells and headers of the form ``M: Monthly`` give names to codes.

    Raises
    ------
    MadeinError
        If the file lacks TIME_PERIOD or OBS_VALUE, or deletes rather than holds data.
    """
    import polars as pl

    if path.stat().st_size > MAX_BYTES:
        raise MadeinError(f"the file is larger than {MAX_BYTES // 1_000_000:,} MB", label)
    try:
        with path.open("rb") as file:
            first = file.readline(1 << 20).decode("utf-8-sig", "replace")
        marks = {mark: first.count(mark) for mark in (",", ";", "\t")}
        frame = pl.read_csv(path, infer_schema_length=0, separator=max(marks, key=lambda m: marks[m]), encoding="utf8")
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError("the file cannot be read as CSV", label, str(fault).splitlines()[0][:120]) from fault
    spoken = {c: c.partition(":")[0].strip().lstrip("\ufeff").removesuffix("[]") for c in frame.columns}
    frame = frame.rename(spoken)
    lost = [c for c in ("TIME_PERIOD", "OBS_VALUE") if c not in frame.columns]
    if lost:
        raise MadeinError(f"column {lost[0]} is missing", label, "that is no SDMX-CSV of time series",
                          "give a column for each dimension, TIME_PERIOD and OBS_VALUE")  # fmt: skip
    if "ACTION" in frame.columns and frame["ACTION"].is_in(["D"]).any():
        raise MadeinError("the file deletes observations", label, fix="give a file of data (ACTION I, A or R)")
    columns = [c for c in frame.columns if c not in _LEAD]
    value = columns.index("OBS_VALUE")
    dimensions = list(codes.dimensions) if codes and codes.dimensions else [c for c in columns[:value] if c != "TIME_PERIOD"]
    dimensions = [d for d in dimensions if d in columns]
    others = [c for c in columns if c not in (*dimensions, "TIME_PERIOD", "OBS_VALUE", *_STATUS)]
    raw = Raw()
    names: dict[tuple[str, str], str] = {}
    for c in (*dimensions, *others):
        texts = frame[c].drop_nulls().unique().to_list()
        both = {t: tuple(x.strip() for x in t.split(": ", 1)) for t in texts if ": " in t and " " not in t.split(": ", 1)[0]}
        if both and len(both) == len(texts):
            names |= {(c, p[0]): p[1] for p in both.values()}
            frame = frame.with_columns(pl.col(c).replace({t: p[0] for t, p in both.items()}))
    frame = frame.with_columns(pl.col(*columns).fill_null("")) if columns else frame
    keyed = frame.select(dimensions).unique(maintain_order=True).with_row_index("_at")
    frame = frame.join(keyed, on=dimensions, how="left", maintain_order="left") if dimensions else frame.with_columns(_at=pl.lit(0))
    raw.keys = keyed.drop("_at").to_dicts() if dimensions else [{}]
    # An attribute that varies within a series is one of observations and does not describe the series.
    single = [pl.when(pl.col(c).n_unique() == 1).then(pl.col(c).first()).otherwise(pl.lit("")).alias(c) for c in others]
    own = frame.group_by("_at", maintain_order=True).agg(single)
    raw.attributes = own.sort("_at").drop("_at").to_dicts() if others else [{} for _ in raw.keys]
    raw.series = frame["_at"].cast(pl.Int64).to_list()
    raw.period, raw.value = frame["TIME_PERIOD"].to_list(), frame["OBS_VALUE"].to_list()
    status = next((s for s in _STATUS if s in frame.columns), "")
    raw.status = [s.partition(":")[0] for s in frame[status].to_list()] if status else [""] * frame.height
    raw.place = [f"row {n}" for n in range(2, frame.height + 2)]
    raw.names = names
    lead = next((c for c in ("DATAFLOW", "STRUCTURE_ID") if c in frame.columns and frame.height), "")
    raw.structure = frame[lead][0] if lead else ""
    return raw
