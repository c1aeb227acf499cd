"""Simulate a family: three tables as anyone would bring them, and the truth in a file of its own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from madein.core.errors import MadeinError
from madein.screening.schema import schemas
from madein.screening.simulator.calendar import EPOCH, apportion
from madein.screening.simulator.family import Family, read_family
from madein.screening.simulator.legs import Shelf, Slots
from madein.screening.simulator.ordinary import ordinary_legs
from madein.screening.simulator.planted import MIXED_SHARE, chains_for, draw_honest, draw_schemes, legs_of, levelled, lines_of
from madein.screening.simulator.register import register, tariff_table
from madein.screening.simulator.world import World, build_world, words
from madein.screening.simulator.writing import TRUTH_SCHEMA, Writer
from madein.screening.streams import ROW_GROUP, sink

TRUTH = "truth.parquet"
"""Name of the file with the truth; nothing that screens opens it."""
_PIECE = 100_000


@dataclass(frozen=True, slots=True)
class Counts:
    """Lines of each sort and chains of planted trade; `total` is exact."""

    total: int
    market: int
    elsewhere: int
    materials: int
    general: int
    chains: int
    honest: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a simulation wrote.

    Attributes
    ----------
    folder : Path
        Holds declarations.parquet, firms.parquet and tariffs.parquet in the schema of the room, and the truth.
    truth : Path
        declaration_id, line, kind, value, foreign_share, rerouted_value, scheme, source_declaration_id, source_line; ordinary
        lines are not in it. `rerouted_value` (USD) is what a perfect screen would find.
    summary : dict
        The family, seed, counts and planted totals, as ``simulation.json`` holds them.
    """

    folder: Path
    truth: Path
    summary: dict[str, Any]


def plan(family: Family, rows: int) -> Counts:
    """How many lines of each sort make up so many rows.

    Raises
    ------
    MadeinError
        If there are fewer than 100 rows.

    Examples
    --------
    >>> from madein.screening.simulator import families
    >>> c = plan(families()["planted"], 100_000)
    >>> c.market + c.elsewhere + c.materials + c.general + c.chains + lines_of(c.chains) + c.honest + lines_of(c.honest)
    100000
    """
    if rows < 100:
        raise MadeinError(f"{rows} rows are too few to hold an economy", fix="ask for 100 at least")
    share = words()["rows"]
    exports = round(rows * share["exports"])
    market = round(exports * share["to_market"])
    # A blended line is only partly rerouted: more lines make up the family's share of value.
    diluted = 1 - family.mixing_share * (1 - sum(MIXED_SHARE) / 2)
    chains = chains_for(min(round(family.share_rerouted / diluted * market), market))
    honest = chains_for(min(round(family.honest_processors.share * market), market - lines_of(chains)))
    left = market - lines_of(chains) - lines_of(honest)
    elsewhere = exports - market
    materials = round(share["inputs"] * (left + elsewhere))
    # Planted imports and materials together stay below all imports whatever the shares are.
    return Counts(rows, left, elsewhere, materials, rows - exports - materials - chains - honest, chains, honest)


def simulate(family: str | Path | Family, rows: int, seed: int, out: Path | str) -> Simulated:
    """Write an economy of `rows` lines of declarations; the same family, rows and seed give the same bytes.

    Parameters
    ----------
    family : str, Path or Family
        A family's name, a YAML file, or a family.
    rows : int
        Lines of declarations, exactly.
    seed : int
        Non-negative.
    out : Path
        Folder to write to; made if it is not there.

    Raises
    ------
    MadeinError
        On an unknown family, a seed below zero, or fewer than 100 rows.
    """
    family = read_family(family)
    if seed < 0:
        raise MadeinError(f"the seed {seed} is negative", fix="name a number from 0")
    counts = plan(family, rows)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    world = build_world(family, seed)
    schemes, honest = draw_schemes(world, counts.chains), draw_honest(world, counts.honest)
    schemes = levelled(world, schemes, honest, counts.market)
    slots = Slots.of(world.time, rows)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".legs-") as scratch:
        shelf = Shelf(Path(scratch), slots)
        for planted, first in ((schemes, 0), (honest, counts.chains)):
            for legs in legs_of(world, planted, first):
                shelf.put(legs)
        writer = Writer(world, counts.chains + counts.honest, len(schemes))
        lines = _slots(world, counts, slots, shelf, writer, Path(scratch))
        sink(lines, schemas()["declarations"].polars, folder / "declarations.parquet")
        parts = [Path(scratch) / f"{s}.truth" for s in range(len(slots))]
        held = pl.scan_parquet([p for p in parts if p.exists()], schema=TRUTH_SCHEMA)
        held.sink_parquet(folder / TRUTH, row_group_size=ROW_GROUP, maintain_order=True)
    register(world, schemes, honest, writer.ids, writer.home_kg, writer.planted_kg).write_parquet(folder / "firms.parquet")
    tariff_table(world).write_parquet(folder / "tariffs.parquet")
    summary = _summary(world, counts, len(schemes), writer, seed)
    (folder / "simulation.json").write_text(json.dumps(summary, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n", "utf-8")
    return Simulated(folder, folder / TRUTH, summary)


def _slots(world: World, counts: Counts, slots: Slots, shelf: Shelf, writer: Writer, scratch: Path) -> Iterator[pl.DataFrame]:
    weights = slots.weights(world.time)
    each = np.column_stack([apportion(n, weights) for n in (counts.market, counts.elsewhere, counts.materials, counts.general)])
    for slot in range(len(slots)):
        low, high = int(slots.bounds[slot]), int(slots.bounds[slot + 1])
        m, e, k, g = (int(x) for x in each[slot])
        legs = np.concatenate([ordinary_legs(world, slot, low, high, (m, e, k, g)), shelf.take(slot)])
        if not len(legs):
            continue
        legs = legs[np.lexsort((legs["hs"], legs["party"], legs["firm"], legs["flow"], legs["day"]))]
        numbers = writer.number(legs)
        truth = writer.truth(legs, numbers)
        truth.write_parquet(scratch / f"{slot}.truth")
        for start in range(0, len(legs), _PIECE):
            yield writer.frame(legs[start : start + _PIECE], numbers[start : start + _PIECE], slot, start)


def _summary(world: World, counts: Counts, schemes: int, writer: Writer, seed: int) -> dict[str, Any]:
    def day(n: int) -> str:
        return (EPOCH + timedelta(days=int(n))).isoformat()

    family = world.family.model_dump(mode="json", by_alias=True)
    return {
        "family": family, "seed": seed, "counts": asdict(counts), "first_day": day(world.time.bounds[0]), "last_day": day(world.time.bounds[-1] - 1),
        "rate_from": str(world.time.rate_day) if world.time.rate_day else None, "schemes": schemes,
        "market_exports_usd": round(writer.market_usd, 2), "rerouted_usd": round(writer.rerouted_usd, 2),
        "rerouted_share": round(writer.rerouted_usd / writer.market_usd, 6) if writer.market_usd else 0.0,
        "honest_usd": round(writer.honest_usd, 2), "notes": world.notes, "basis": "simulated",
    }  # fmt: skip
