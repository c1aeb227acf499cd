"""The chapter of the step ``screening``: quality first, excess over chance, lanes that need a look, and what would clear them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from madein.core.countries import economy
from madein.core.errors import MadeinError, Problem
from madein.core.step import Inputs, Ref, Result, Source, row_at

if TYPE_CHECKING:
    import polars as pl

    from madein.screening.flows import Findings, Frame
    from madein.screening.quality import Quality
    from madein.screening.schema import Dataset
    from madein.screening.score import Score
    from madein.screening.step import Config


@dataclass(frozen=True, eq=False)
class Case:
    """What the chapter is written from.

    Attributes
    ----------
    sources : tuple of str
        Ids of the files that everything rests on.
    declared : str
        Id of the file of declarations; that of the family for a simulation.
    simulated : bool
    quality : Quality
    findings : Findings
    excess : Polars frame
        Of `flows.table`.
    source, market : str
        The pair the excess is about, alpha-3; '' where there is none.
    wedge : float or None
        The largest rate between them that is held, percentage points.
    places : Polars frame
        declaration_id, line, hs2 and province of the export lines at issue.
    score : Score or None
        Against the truth of a simulation.
    curve : Polars frame or None
        Of `score.curve`.
    planted : str
        Where the family says how much is rerouted; '' for declarations.
    """

    sources: tuple[str, ...]
    declared: str
    simulated: bool
    quality: Quality
    findings: Findings
    excess: pl.DataFrame
    source: str
    market: str
    wedge: float | None
    places: pl.DataFrame
    score: Score | None = None
    curve: pl.DataFrame | None = None
    planted: str = ""

    @property
    def basis(self) -> str:
        """What figures rest on."""
        return "simulated" if self.simulated else "computed"

    @property
    def dims(self) -> dict[str, str]:
        """Dimensions of figures about the pair."""
        return {k: v for k, v in (("origin", self.source), ("destination", self.market)) if v}

    def refs(self) -> list[str]:
        """References of a row that rests on all the data."""
        return [str(Ref(f"source:{s}", self.planted)) for s in self.sources]

    def line_ref(self, declaration: str, line: int) -> str:
        """Reference to a line of a declaration; a simulated one stands in no file but rests on its family."""
        at = self.planted if self.simulated else row_at({"declaration_id": declaration, "line": str(line)})
        return str(Ref(f"source:{self.declared}", at))


def write(config: Config, inputs: Inputs) -> Result:
    """See `madein.screening.step.run`."""
    from madein.screening.chapter.blocks import blocks
    from madein.screening.chapter.figures import figures_of
    from madein.screening.chapter.tables import tables_of

    case = _case(config, inputs)
    tables = tables_of(case, config)
    figures = figures_of(case, tables)
    told = [*case.quality.notes, *(Problem(note, case.declared, severity="warning") for note in case.findings.notes)]
    return Result(tables, tuple(figures), tuple(blocks(case, tables, figures, config)), tuple(told))


def _one(inputs: Inputs, role: str) -> Source | None:
    held = inputs.sources.get(role, ())
    if len(held) > 1:
        raise MadeinError(f"{len(held)} files are given", f"role {role}", fix="give one")
    return held[0] if held else None


def _case(config: Config, inputs: Inputs) -> Case:
    family, declared = _one(inputs, "family"), inputs.sources.get("declarations", ())
    if (family is None) == (not declared):
        what = "both declarations and a family are given" if declared else "neither declarations nor a family is given"
        raise MadeinError(what, "roles declarations and family", fix="name files of declarations, or one family to simulate")
    with tempfile.TemporaryDirectory(prefix="madein-screening-") as scratch:
        if family is not None:
            return _simulated(config, family, Path(scratch))
        data = _opened(config, inputs, Path(scratch))
        used = tuple(s.id for role in ("declarations", "firms", "tariffs", "rates") for s in inputs.sources.get(role, ()))
        return _screened(config, data, used, declared[0].id, None)


def _simulated(config: Config, family: Source, scratch: Path) -> Case:
    from madein.screening.doors import open_data
    from madein.screening.simulator import read_family, simulate

    made = simulate(read_family(family.path), config.rows, config.seed, scratch / "data")
    case = _screened(config, open_data(made.folder, into=scratch / "open"), (family.id,), family.id, made.truth)
    text = family.path.read_text("utf-8")
    start = max(text.find("share_rerouted"), 0)
    return replace(case, planted=f"chars {start}:{(text + chr(10)).index(chr(10), start)}")


def _opened(config: Config, inputs: Inputs, scratch: Path) -> Dataset:
    import polars as pl

    from madein.screening.doors import open_data, pair_mappings

    files = [s.path for role in ("declarations", "firms", "tariffs") for s in inputs.sources.get(role, ())]
    rates = _one(inputs, "rates")
    money = pl.read_csv(rates.path, try_parse_dates=True) if rates else None
    held = pair_mappings(files, [s.path for s in inputs.sources.get("mapping", ())])
    place = economy(config.economy, "study.yaml")
    return open_data(files, held, into=scratch, rates=money, currency=config.currency, economy=place)


def _screened(config: Config, data: Dataset, sources: tuple[str, ...], declared: str, truth: Path | None) -> Case:
    import polars as pl

    from madein.screening import flows
    from madein.screening.quality import quality
    from madein.screening.score import curve, score_lines

    frame = flows.open_frame(data, config.memory)
    found = flows.run(data, frame=frame)
    source, market = _pair(config, frame)
    excess = flows.table(flows.survey(frame, source, market, seed=config.seed)) if source else flows.table([])
    score, ranked = None, None
    if truth is not None:
        known = pl.read_parquet(truth)
        score = score_lines(found.lines, known)
        ranked = curve(found.findings, found.lines, known)
    return Case(
        sources, declared, truth is not None, quality(data), found, excess, source, market, flows.largest_wedge(frame, source, market),
        _places(frame, found), score, ranked,
    )  # fmt: skip


def _pair(config: Config, frame: Frame) -> tuple[str, str]:
    from madein.screening import flows

    named = tuple(economy(text, "study.yaml") if text else "" for text in (config.source, config.market))
    fits = [(s, m) for s, m in flows.partners(frame) if named[0] in ("", s) and named[1] in ("", m)]
    return fits[0] if fits else (named[0], named[1]) if all(named) else ("", "")


def _places(frame: Frame, found: Findings) -> pl.DataFrame:
    """Chapter and province of the lines at issue."""
    import ibis

    keys = found.lines.filter(found.lines["value_at_issue"] > 0).select("declaration_id", "line").unique()
    if not keys.height:
        return keys.with_columns(hs2=None, province=None)
    lines = frame.lines.semi_join(ibis.memtable(keys), ["declaration_id", "line"])
    return frame.take(lines.select("declaration_id", "line", "province", hs2=lines.hs6.substr(0, 2)), "declaration_id", "line")
