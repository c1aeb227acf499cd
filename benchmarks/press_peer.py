"""quantulum3 on the texts that the press benchmark reads: a widely used reader of quantities in English text.

It promises values and units of quantities, no dates, comparisons or periods, so it is scored twice beside the press room:
by the same rules, and by the numbers alone (kinds date and rank left out, sign and unit aside, bare years not held against it).
"""

from __future__ import annotations

import functools
import time
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from benchmarks.press_match import Record, found, match, number_found, overlap, rates

PINNED = "quantulum3==0.10.0"
NOT_NUMBERS = frozenset({"date", "rank"})


def load() -> Any:
    """The peer's parser, warmed up; None where it is not installed."""
    warnings.filterwarnings("ignore", module=r"quantulum3\..*")
    try:
        from quantulum3 import parser
    except ImportError:
        return None
    parser.parse("It cost $5 million, 3 per cent more.")
    return parser


def quantities(parser: Any, text: str) -> tuple[list[Record], float, str]:
    """What the peer reads in a text, under our names; CPU-seconds; and the fault it ended with, '' for none."""
    names = _names()
    began, fault = time.process_time(), ""
    try:
        seen = parser.parse(text)
    except Exception as error:  # noqa: BLE001 a fault of the peer is a result to print, not one of the benchmark
        seen, fault = [], f"{type(error).__name__}: {error}"
    seconds = time.process_time() - began
    out = []
    for q in seen:
        unit = names.get(q.unit.name) or getattr(q.unit, "currency_code", None) or q.unit.name
        head, per, rest = unit.partition(" per ")
        unit = f"{names.get(head, head)}/{names.get(rest, rest)}" if per else unit
        spread = q.uncertainty
        value = None if spread else float(q.value)
        ends = {"value_low": q.value - spread, "value_high": q.value + spread} if spread else {}
        out.append({"start": q.span[0], "end": q.span[1], "text": q.surface, "value": value, **ends, "unit": unit, "indicator": "",
                    "comparison": None, "period": None, "kind": "number"})  # fmt: skip
    return out, seconds, fault


@functools.cache
def _names() -> dict[str, str]:
    return dict(yaml.safe_load(Path(__file__).with_name("press_peer.yaml").read_text("utf-8"))["units"])


def beside(parser: Any, articles: Sequence[tuple[str, list[Record], list[Record]]], own_seconds: float) -> list[str]:
    """Lines that compare: for each article its text, its gold facts and what the press room said."""
    seconds, faults = 0.0, []
    total = {(who, rule): [0, 0, 0] for who in ("press room", "quantulum3") for rule in ("same rules", "numbers alone")}
    for text, gold, own in articles:
        read, took, fault = quantities(parser, text)
        seconds += took
        faults += [fault] if fault else []
        for who, said in (("press room", own), ("quantulum3", read)):
            _add(total[who, "same rules"], gold, said, alone=False)
            _add(total[who, "numbers alone"], gold, said, alone=True)
    size = sum(len(text) for text, _, _ in articles)
    lines = [f"beside {PINNED.partition('=')[0]} {version('quantulum3')}, same run, same texts ({size:,} characters)"]
    lines.append(f"{'':12} {'rules':14} {'gold':>5} {'said':>5} {'P':>6} {'R':>6} {'F1':>6}")
    for (who, rule), (gold_n, said_n, hits) in total.items():
        precision, recall, f1 = rates(gold_n, said_n, hits)
        lines.append(f"{who:12} {rule:14} {gold_n:5} {said_n:5} {precision:6.3f} {recall:6.3f} {f1:6.3f}")
    lines.append(f"CPU per 10 kB: press room {1e7 * own_seconds / size:.1f} ms, quantulum3 {1e7 * seconds / size:.1f} ms")
    return lines + [f"quantulum3 failed: {fault}" for fault in faults]


def _add(total: list[int], gold: Sequence[Record], said: Sequence[Record], alone: bool) -> None:
    if not alone:
        pairs = match(gold, said)
        hits = [g for g, s, _ in pairs if s is not None and not g.get("optional")]
        free = [g for g in gold if g.get("optional")]
        wanted = [g for g in gold if not g.get("optional")]
        used = [s for _, s, _ in pairs if s is not None]
        spurious = [s for s in said if not any(s is u for u in used) and not any(overlap(g, s) for g in free)]
        total[0] += len(wanted)
        total[1] += len(hits) + len(spurious)
        total[2] += len(hits)
        return
    wanted = [g for g in gold if not g.get("optional") and g["kind"] not in NOT_NUMBERS]
    free = [g for g in gold if g.get("optional") or g["kind"] in NOT_NUMBERS]
    left = [s for s in said if isinstance(s["value"], float) or s.get("value_low") is not None]
    hits_n = 0
    for g in wanted:
        fits = [s for s in left if number_found(g, s)]
        if fits:
            left.remove(next((s for s in fits if found(g, s)), fits[0]))
            hits_n += 1
    spurious = [s for s in left if not any(overlap(g, s) for g in free) and not _bare_year(s)]
    total[0] += len(wanted)
    total[1] += hits_n + len(spurious)
    total[2] += hits_n


def _bare_year(said: Record) -> bool:
    return said["unit"] == "number" and said["value"] is not None and float(said["value"]).is_integer() and 1900 <= said["value"] <= 2100
