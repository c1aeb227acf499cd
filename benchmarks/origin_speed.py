"""How fast the engine decides: `python -m benchmarks.origin_speed`.

Bills of 12 lines with the full explanation built, one regime, one core; ratio to a bare loop over the same lines that only adds what
does not originate (what a spreadsheet does); and the roll-up of 100,000 rows on 12 levels.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import numpy as np

from madein.origin.decide import decide
from madein.origin.explain import record, text
from madein.origin.model import Bill, Line, Process, Product
from madein.origin.rollup import roll_up

_GOODS = {
    "car": ("870380", "EVFTA"),
    "phone": ("851713", "EVFTA"),
    "chair": ("940139", "EVFTA"),
    "power supply": ("850440", "CPTPP"),
    "shirt": ("620520", "EVFTA"),
}
_FACTS = {"embroidered": False, "list_refers_to_note6": True, "outdoor_furniture": False}
_PARTS = ("870829", "854449", "853690", "732690", "392690", "850760", "940190", "540761", "830220", "851770", "853400", "520832")


def bill(rng: random.Random, hs: str, destination: str, lines: int = 12, known: bool = True) -> Bill:
    """A bill with random values and statuses; no two are alike. Where not all is ``known``, the status of half the lines is open."""
    made = []
    for n in range(lines):
        code = rng.choice(_PARTS)
        value = Decimal(rng.randint(100, 10_000)) / 100
        own: bool | None = rng.random() < 0.5
        origin = "VNM" if own else "CHN"
        own = own if known or n % 2 else None
        made.append(Line(str(n + 1), "part", code, "2012", originating=own, origin=origin, value=value, weight_pct=Decimal(100) / lines))
    done = (Process("weaving", "VNM"), Process("making_up", "VNM"))
    price = Decimal(rng.randint(60_000, 120_000)) / 100
    basis = "VOG" if destination == "CAN" else "EXW"
    good = Product("good", hs, "2022", country="VNM", destination=destination, value=price, basis=basis, currency="USD", processes=done)
    return Bill(good, tuple(made), _FACTS, {"minimal_operations": "met", "transport": "met"})


def timed(run: Callable[[], object], times: int = 5) -> float:
    """Smallest CPU-seconds of several runs."""
    best = []
    for _ in range(times):
        start = time.process_time()
        run()
        best.append(time.process_time() - start)
    return min(best)


def main() -> int:
    """Print the speeds."""
    rng = random.Random(7)
    count = 2_000
    speeds = []
    for name, (hs, regime) in _GOODS.items():
        bills = [bill(rng, hs, "CAN" if regime == "CPTPP" else "EU") for _ in range(count)]
        for b in bills[:20]:
            decide(b, regime)
        bills = [bill(rng, hs, "CAN" if regime == "CPTPP" else "EU") for _ in range(count)]
        seconds = timed(lambda bills=bills, regime=regime: [decide(b, regime) for b in bills], 3)
        bare = timed(lambda bills=bills: [sum(line.value for line in b.lines if not line.originating) for b in bills], 3)
        speeds.append(count / seconds)
        said = {v: sum(decide(b, regime).verdict == v for b in bills[:500]) for v in ("yes", "no", "unknown")}
        print(f"{name:<13} {regime:<6} {count / seconds:>9,.0f} bills/s   {seconds / bare:>6.1f} x a bare sum of the lines   of 500: {said}")
    print(f"all           {statistics.harmonic_mean(speeds):>16,.0f} bills/s (harmonic mean)")
    shirts = [b for b in (bill(rng, "620520", "EU", known=False) for _ in range(600)) if decide(b, "EVFTA").verdict == "unknown"]
    seconds = timed(lambda: [decide(b, "EVFTA") for b in shirts], 1)
    print(f"open bills    EVFTA  {len(shirts) / seconds:>9,.0f} bills/s   every question tried out and ranked, {len(shirts)} shirts")
    one = [decide(bill(rng, "870380", "EU"), "EVFTA") for _ in range(500)]
    as_text, as_record = timed(lambda: [text(d.tree) for d in one]), timed(lambda: [record(d.tree) for d in one])
    print(f"as text {500 / as_text:,.0f}/s, as JSON record {500 / as_record:,.0f}/s")
    rows, levels = 100_000, 12
    depth = np.sort(np.concatenate([np.arange(levels), np.random.default_rng(7).integers(0, levels, rows - levels)]))
    first = np.searchsorted(depth, np.arange(levels + 1))
    generator = np.random.default_rng(8)
    parent = np.full(rows, -1)
    for level in range(1, levels):
        parent[first[level] : first[level + 1]] = generator.integers(first[level - 1], first[level], first[level + 1] - first[level])
    own = generator.integers(0, 10_000, rows)
    seconds = timed(lambda: roll_up(parent, own))
    found = roll_up(parent, own)
    assert int(found.total[parent < 0].sum()) == int(own.sum())
    print(f"roll-up of {rows:,} rows on {int(found.level.max()) + 1} levels: {1000 * seconds:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
