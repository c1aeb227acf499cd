"""The combined screen: lanes weighed on all their evidence, ranked, each with its lines, its cost and what would clear it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import polars as pl

from madein.screening.flows.frame import Frame, open_frame, total
from madein.screening.flows.lane import FINDING_SCHEMA, LINE_SCHEMA, Base, Exporter, Lane, Pair
from madein.screening.flows.lanes import agents_of, candidates, lane_lines, largest_years, partners_of, sides
from madein.screening.flows.sides import Held
from madein.screening.flows.wedge import wedges
from madein.screening.flows.weigh import rules
from madein.screening.networks.links import KEY_SCHEMA, link_keys
from madein.screening.normalise.hs import Correlation
from madein.screening.schema import Dataset


@dataclass(frozen=True, slots=True)
class Findings:
    """What needs a look, strongest first.

    Attributes
    ----------
    findings : Polars frame
        One row a lane that needs a look: rule, firms, codes, tie, strength (0 to 1), value of its exports under the wedge, value
        at issue (the part that what came in can account for) with the interval low to high, duty at stake at the wedge
        (all in `currency`), matched shipments beside those expected by chance, the weight of each piece (JSON), what would clear it.
    lines : Polars frame
        Evidence rows of each finding: export lines with the value at issue, import lines they may stem from.
    weighed : Polars frame
        All lanes that were weighed, those below the threshold too, in the columns of `findings`.
    currency : str
    notes : tuple of str
        What was assumed or left aside.
    """

    findings: pl.DataFrame
    lines: pl.DataFrame
    weighed: pl.DataFrame
    currency: str
    notes: tuple[str, ...]


def _pairs(frame: Frame, notes: list[str]) -> list[Pair]:
    """Markets and sources with a wedge between them; without tariffs the largest of each, and a note."""
    codes = frame.take(frame.lines.select("hs8").distinct(), "hs8")["hs8"].to_list()
    held = wedges(frame.tariffs, frame.home, codes)
    if held.height:
        return [
            Pair(str(m), str(s), part, part["hs"].str.slice(0, 6).unique().sort().to_list())
            for (m, s), part in held.group_by("market", "source", maintain_order=True)
        ]
    lines = frame.lines
    left = lines.filter((lines.flow == "export") & (lines.destination != frame.home))
    came = lines.filter((lines.flow == "import") & (lines.origin != frame.home))
    out = frame.take(left.group_by("destination").agg(n=total(left.cents)))
    come = frame.take(came.group_by("origin").agg(n=total(came.cents)))
    out, come = out.drop_nulls(), come.drop_nulls()
    if not out.height or not come.height:
        missing = "destination" if not out.height else "origin"
        notes.append(f"no line names a foreign {missing} (column {missing}): no lane can be looked for")
        return []
    market, source = (t.sort("n", t.columns[0], descending=[True, False])[0, 0] for t in (out, come))
    why = "the tariffs given hold no wedge on these codes" if frame.tariffs.height else "no tariff wedge is given"
    notes.append(f"{why}: lanes from {source} to {market}, the largest partners, are weighed without one")
    return [Pair(str(market), str(source), None, sorted({c[:6] for c in codes}))]


def _keys(frame: Frame, came: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    r = rules()
    seen = pl.concat([came.select("firm_id"), left.select("firm_id")]).unique().sort("firm_id")
    own = seen.select("firm_id", kind=pl.lit("firm"), key=pl.col("firm_id"), bearers=pl.lit(1, pl.Int64))
    parts = [own, link_keys(frame.firms).filter(pl.col("kind") != "firm")]
    for flow, side in (("import", came), ("export", left)):
        held = agents_of(frame, flow, side.filter(pl.col("n_with") >= r["lots"])).filter(pl.col("share") >= r["agent_share"])
        key = pl.col("agent_id") + " " + pl.col("hs8").str.slice(0, 6)
        parts.append(held.select("firm_id", kind=pl.lit("agent"), key=key, bearers=pl.lit(0, pl.Int64)))
    return pl.concat(parts).unique().select(list(KEY_SCHEMA)).sort("kind", "key", "firm_id")


def _hopeless(lanes: pl.DataFrame) -> pl.DataFrame:
    """Leave out lanes whose prices or masses cannot be those of goods passing through, before their lines are read."""
    r = rules()
    markup = (pl.col("out_cents") / pl.col("out_grams")) / (pl.col("in_cents") / pl.col("in_grams"))
    weighed = (pl.col("in_grams") > 0) & (pl.col("out_grams") > 0)
    mass = pl.col("out_grams") / pl.col("in_grams")
    return lanes.filter(weighed & markup.is_between(*r["markup_at_large"]) & mass.is_between(*r["mass_at_large"]))


def run(
    data: Path | str | Dataset, memory: str = "2GB", threads: int = 2, frame: Frame | None = None, correlation: Correlation | None = None
) -> Findings:
    """Weigh all lanes of a folder and rank those that need a look.

    Parameters
    ----------
    data : Path or Dataset
        A folder that holds declarations.parquet, and firms.parquet and tariffs.parquet where there are some; or opened data.
    memory, threads
        Of DuckDB.
    frame : Frame, optional
        Open data; the others then stay unused.
    correlation : Correlation, optional
        Which codes of one edition hold the goods of another's, for data of mixed editions.

    Returns
    -------
    Findings
        The same folder gives the same frames, bit for bit.

    Raises
    ------
    MadeinError
        On what `open_frame` refuses.
    """
    frame = frame or open_frame(data, memory, threads, correlation=correlation)
    notes = list(frame.notes)
    found: list[dict[str, Any]] = []
    rows: list[pl.DataFrame] = []
    for pair in _pairs(frame, notes):
        for lane, lines in _weigh_pair(frame, pair):
            found.append(lane)
            if lines is not None:
                rows.append(lines)
    if not found:
        notes.append("no lane could be weighed: no code comes from a source and leaves to a market, often enough, through firms that are tied")
    weighed = pl.DataFrame(found, schema=FINDING_SCHEMA, orient="row") if found else pl.DataFrame(schema=FINDING_SCHEMA)
    weighed = weighed.sort(["log_odds", "value_at_issue", "finding"], descending=[True, True, False])
    flagged = weighed.filter(pl.col("log_odds") >= rules()["threshold"])
    # Ranked by what is expected to be at stake: the chance times the duty, or the value where no duty is known.
    stake = pl.when(pl.col("at_stake") > 0).then("at_stake").otherwise("value_at_issue") * pl.col("strength")
    flagged = flagged.sort(stake.round(2), "finding", descending=[True, False]).with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    lines = pl.concat(rows) if rows else pl.DataFrame(schema=LINE_SCHEMA)
    return Findings(flagged, _once(lines, flagged), weighed, frame.currency, tuple(notes))


def _once(lines: pl.DataFrame, flagged: pl.DataFrame) -> pl.DataFrame:
    """Evidence of the findings; a line at issue in several counts in the strongest one."""
    held = lines.join(flagged.select("finding", "rank", "log_odds"), on="finding", how="inner")
    held = held.sort("log_odds", "finding", "declaration_id", "line", descending=[True, False, False, False])
    again = ~pl.struct("declaration_id", "line", "side").is_first_distinct()
    held = held.with_columns(value_at_issue=pl.when(again).then(0.0).otherwise("value_at_issue"))
    return held.sort("rank", "side", "date", "declaration_id", "line").select(list(LINE_SCHEMA))


def _shares(frame: Frame, pair: Pair, start: dict[str, Any]) -> tuple[float, float, dict[Any, float]]:
    """Share of the source in imports and of the market in exports of the codes, and of exports to the market before a day."""
    lines, codes = frame.lines, ibis.memtable(pl.DataFrame({"hs6": pair.codes}, schema={"hs6": pl.String}))
    held = lines.semi_join(codes, "hs6")
    come = (held.flow == "import") & ((held.origin == pair.source) | (held.departure == pair.source))
    held = held.mutate(with_=(come | ((held.flow == "export") & (held.destination == pair.market))).coalesce(False))
    count = frame.take(held.group_by(["flow", "with_", "date"]).agg(n=held.count()), "flow", "with_", "date")

    def share(flow: str) -> float:
        side = count.filter(pl.col("flow") == flow)
        n = int(side["n"].sum())
        return int(side.filter("with_")["n"].sum()) / n if n else 0.5

    out = count.filter((pl.col("flow") == "export") & pl.col("with_"))
    n = max(int(out["n"].sum()), 1)
    before = {day: int(out.filter(pl.col("date") < day)["n"].sum()) / n for day in set(start.values())}
    return share("import"), share("export"), before


def _stretches(wedge: pl.DataFrame | None) -> dict[str, np.ndarray]:
    """Stretches of the wedge by code, as first day, day after the last, and points."""
    if wedge is None:
        return {}
    day = pl.col("from", "to").cast(pl.Int32).cast(pl.Float64).fill_null(np.inf)
    parts = wedge.select("hs", day, "points").partition_by("hs", as_dict=True, include_key=False)
    return {str(k[0]): v.to_numpy() for k, v in parts.items()}


def _weigh_pair(frame: Frame, pair: Pair) -> Iterator[tuple[dict[str, Any], pl.DataFrame | None]]:
    r = rules()
    came, left = sides(frame, pair.market, pair.source, pair.codes)
    lanes = _hopeless(candidates(came, left, _keys(frame, came, left), r["lots"]))
    if not lanes.height:
        return
    come, go = partners_of(frame.lines, pair.source, pair.market)
    ins = Held.of(lane_lines(frame, "import", lanes.select(firm_id="importer", hs8="hs_in"), come))
    outs = Held.of(lane_lines(frame, "export", lanes.select(firm_id="exporter", hs8="hs_out"), go))
    stretches = _stretches(pair.wedge)
    start = {} if pair.wedge is None else dict(pair.wedge.group_by("hs").agg(pl.col("from").min()).iter_rows())
    source, market, before = _shares(frame, pair, start)
    exporters = lanes["exporter"].unique().sort().to_list()
    firms = {row["firm_id"]: row for row in frame.firms.filter(pl.col("firm_id").is_in(exporters)).iter_rows(named=True)}
    most = largest_years(frame, [f for f in exporters if f in firms])
    for lane in lanes.sort("importer", "exporter", "hs_in", "hs_out").iter_rows(named=True):
        code = lane["hs_in"] if lane["hs_in"] in start else lane["hs_out"]
        one = Lane(lane, ins, outs, None if pair.wedge is None else stretches.get(code, np.empty((0, 3))))
        exporter = Exporter(firms.get(lane["exporter"]), most.get(lane["exporter"], 0.0))
        done = one.weigh(pair, Base(source, market, before.get(start.get(code), 0.0)), exporter)
        if done is not None:
            yield done.row, one.lines(done) if done.row["log_odds"] >= r["threshold"] else None


def write(found: Findings, out: Path | str) -> str:
    """Write findings and their lines as Parquet, and return a hash of what they say.

    Returns
    -------
    str
        sha256 of the rows: equal for equal input, whatever wrote the files.
    """
    import hashlib

    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    for name in ("findings", "lines", "weighed"):
        frame: pl.DataFrame = getattr(found, name)
        frame.write_parquet(folder / f"{name}.parquet")
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()
