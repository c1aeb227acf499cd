"""All indicators of a folder at once: each a share, its null and the interval of what is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from madein.screening.flows import indicators as ind
from madein.screening.flows.frame import Frame
from madein.screening.flows.gaps import mean_gap, triple_gap
from madein.screening.flows.rerouting import LEVELS, excesses
from madein.screening.flows.wedge import wedges
from madein.screening.networks.clusters import clusters
from madein.screening.nulls.excess import Excess, absent, exposure_excess


def table(found: list[Excess]) -> pl.DataFrame:
    """Excesses as a frame: name, share, null, excess, low, high, p, draws, absent; numbers empty where absent."""
    numbers = ("share", "null", "excess", "low", "high", "p")
    schema = {"name": pl.String, **dict.fromkeys(numbers, pl.Float64), "draws": pl.Int64, "absent": pl.String}
    frame = pl.DataFrame([{k: getattr(e, k) for k in schema} for e in found], schema=schema)
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def survey(frame: Frame, source: str, market: str, levels: tuple[str, ...] = LEVELS, lags: tuple[int, ...] = (0, 1), seed: int = 0) -> list[Excess]:
    """Rerouting at all levels, and every indicator by code compared between codes with and without a wedge.

    Parameters
    ----------
    frame : Frame
    source, market : str
        ISO 3166 alpha-3.
    levels, lags, seed
        See `rerouting.excesses`.

    Returns
    -------
    list of Excess
        In a fixed order; what cannot be computed is there with the reason.
    """
    members = clusters(frame.firms)[0] if frame.firms.height else None
    out = excesses(frame, source, market, members, levels, lags, seed)
    codes = frame.take(frame.lines.select("hs8").distinct(), "hs8")["hs8"].to_list()
    wedge = wedges(frame.tariffs, frame.home, codes).filter((pl.col("market") == market) & (pl.col("source") == source))
    exposed = set(wedge["hs"].to_list())
    first = wedge["from"].min()
    lines = frame.lines
    made: dict[str, Callable[[], Any]] = {
        "origin is not departure": lambda: ind.mismatch(lines),
        "no conversion": lambda: ind.converted_not(lines, source, market),
        "unit value outliers": lambda: ind.outlying(lines),
    }
    if frame.firms.height:
        firms = ind.memtable(frame.firms.select("firm_id", "founded", "capacity"))
        made["new exporters"] = lambda: ind.new_exporters(lines, firms, market)
        made["over capacity"] = lambda: ind.over_capacity(lines, firms)
    else:
        out += [absent(n, "no register of firms is given") for n in ("new exporters", "over capacity")]
    for name, build in made.items():
        if not exposed:
            out.append(absent(name, f"no tariff wedge of {market} on {source} is given"))
            continue
        by_code = frame.take(build(), "hs8")
        mark = by_code["hs8"].is_in(sorted(exposed)).to_numpy()
        out.append(exposure_excess(name, by_code["part"].to_numpy(), by_code["whole"].to_numpy(), mark, seed))
    out.append(_triple(frame, source, market, exposed, first, seed))
    return out


def _triple(frame: Frame, source: str, market: str, exposed: set[str], first: Any, seed: int) -> Excess:
    name = "triple gap"
    if first is None:
        return absent(name, f"no tariff wedge of {market} on {source} is given")
    start = first.year * 4 + (first.month - 1) // 3
    held = frame.take(ind.legs(frame.lines, source, market), "hs8", "q")
    if held.filter(pl.col("q") < start).is_empty() or held.filter(pl.col("q") >= start).is_empty():
        return absent(name, "the wedge does not begin within the data")
    span = held["q"].to_numpy()
    quarters = pl.DataFrame({"q": range(int(span.min()), int(span.max()) + 1)}, schema={"q": held.schema["q"]})
    grid = held.select("hs8").unique().join(quarters, how="cross").join(held, on=["hs8", "q"], how="left").fill_null(0).sort("hs8", "q")
    gap = triple_gap(grid.select(hs="hs8", after=pl.col("q") >= start, source_home="m", home_market="x", source_market=pl.lit(None, pl.Float64)))
    return mean_gap(name, gap["joint"].cast(pl.Float64).fill_null(np.nan).to_numpy(), gap["hs"].is_in(sorted(exposed)).to_numpy(), seed)
