"""A catalogue against all markets: `python -m benchmarks.origin_batch [--equal 100000] [--bills 1000000]`.

First random bills of every kind (codes of every chapter and edition, short, unknown and invalid codes, open statuses, cumulation,
textiles, sets, parts of parts, missing, zero and negative values, several regimes and days) through the vectorised and the scalar path,
which must agree in verdict, margin, rule and reason, and refuse the same bills; then a large
catalogue of 12 lines a bill under 5 regimes, with wall-clock seconds, CPU-seconds and peak memory of each process and of all together,
and the share the scalar path took.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from madein.core.errors import BadInput
from madein.origin.batch import decide_many
from madein.origin.batch.margin import margin_of, reason_of
from madein.origin.decide import court_of, decide
from madein.origin.editions import codes
from madein.origin.model import Bill
from madein.origin.records import bill_of
from madein.origin.regimes import load_regime

MARKETS = (("EVFTA", "EU"), ("UKVFTA", "GB"), ("CPTPP", "CA"), ("RCEP", "JP"), ("ATIGA", "TH"))
DAYS = (None, date(2025, 6, 1), date(2020, 10, 1), date(2022, 3, 1))
_OPS = ("spinning", "weaving", "knitting", "knitting_to_shape", "dyeing", "printing", "bleaching", "heat_setting", "cutting", "sewing", "making_up")
_OTHER = ("assembly", "packing", "mixing", "husking", "freezing", "labelling", "testing", "moulding", "painting", "milling")
_NAMED = ("none", "uppers_affixed_to_sole_component", "unprinted_fabric", "unembroidered_fabric", "sugar", "stators_or_rotors")
_TEXTILES = ("cotton", "polyester", "wool", "cotton; polyester", "polyurethane-polyether yarn", "aluminium or plastic strip", "")
_FACTS = (
    "assembled_from_pieces", "embroidered", "outdoor_furniture", "other_materials_cannot_by_nature_meet_rule", "cumulation_conditions_met",
    "korea_cumulation_notified", "vehicle_appendix_methodology_used", "chem_reaction", "beyond_minimal_operations", "dry_weight_limit_met",
)  # fmt: skip
_WRONG_CODES = ("999999", "85x1", "00", "8", "850110123456")


@cache
def drawn(edition: str) -> tuple[str, ...]:
    """Codes of an edition that random bills use: all of them, also those whose goods have hundreds of codes in HS 2012."""
    return tuple(codes(edition))


def product_record(rng: random.Random) -> dict[str, Any]:
    """A random product: its fields, gates and answers as columns of a catalogue."""
    edition = rng.choice(("2022", "2022", "2017", "2012"))
    code = rng.choice(drawn(edition))
    if rng.random() < 0.3:
        some = ("61", "62", "63", "52", "54", "55", "60", "16", "19", "20", "21", "24", "64", "85", "87", "94", "30", "38", "17", "18", "71")
        chapter = rng.choice(some)
        code = rng.choice([c for c in drawn(edition) if c.startswith(chapter)])
    if rng.random() < 0.04:
        code = code[: rng.choice((2, 4))]
    elif rng.random() < 0.04:
        code += "00"
    elif rng.random() < 0.004:
        code = rng.choice(_WRONG_CODES)
    found: dict[str, Any] = {
        "product_hs": None if rng.random() < 0.01 else code,
        "product_hs_edition": edition,
        "product_hs2012": rng.choice(codes("2012")) if rng.random() < 0.02 else None,
        "product_country": rng.choice(("VN",) * 12 + ("CN", "DE", "JP", "")),
        "product_basis": rng.choice(("EXW", "FOB", "VOG", "EXW", "FOB", "VOG", "CIF", "")),
        "product_value": _value(rng, 50, 400, 0.05),
        "product_value_FOB": round(rng.uniform(60, 400), 2) if rng.random() < 0.2 else None,
        "product_value_EXW": round(rng.uniform(50, 400), 2) if rng.random() < 0.2 else None,
        "product_net_cost": round(rng.uniform(50, 300), 2) if rng.random() < 0.3 else None,
        "product_weight": rng.choice((1, 2.5, 0.4)) if rng.random() < 0.3 else None,
        "product_processes": _processes(rng),
        "product_is_set": "yes" if rng.random() < 0.02 else None,
        "gate_minimal_operations": rng.choice(("met", "met", "met", "")),
        "gate_transport": rng.choice(("met", "", "", "test")) if rng.random() < 0.3 else "met",
    }
    for key in _FACTS:
        found[f"fact_{key}"] = rng.choice(("yes", "no")) if rng.random() < 0.25 else None
    return found


def _value(rng: random.Random, low: float, high: float, missing: float) -> float | None:
    """A random amount; some are missing, nothing at all, or below nothing."""
    drawn_ = rng.random()
    if drawn_ < missing:
        return None
    if drawn_ > 0.99:
        return 0.0 if drawn_ < 0.9995 else -1.0
    return round(rng.uniform(low, high), rng.choice((0, 1, 2)))


def _processes(rng: random.Random) -> str | None:
    if rng.random() < 0.4:
        return None
    ops = rng.sample(_OPS, rng.randint(1, 4)) if rng.random() < 0.7 else rng.sample(_OTHER, rng.randint(1, 2))
    return "; ".join(f"{op} {rng.choice(('VN', 'VN', 'VN', 'CN'))}{' (simple)' if rng.random() < 0.2 else ''}" for op in ops)


def line_records(rng: random.Random, product: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Random lines for a product; a third of the bills hold materials of its own chapter or heading."""
    edition, own = product["product_hs_edition"], product["product_hs"] or "85"
    known = drawn(edition)
    near = [c for c in known if c.startswith(own[:2])] or list(known)
    same = [c for c in known if c.startswith(own[:4])] or near
    textile = "50" <= own[:2] <= "63"
    cloth = [c for c in known if "50" <= c[:2] <= "60"] if textile else near
    clean, settled, parted = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.03
    count = rng.choice((1, 2, 3, 5, 8, 12))
    left = 100.0
    found = []
    for number in range(1, count + 1):
        pool = rng.choice((known, known, near, same, cloth) if rng.random() < 0.5 else (known, cloth))
        code: str | None = rng.choice(pool)
        if not clean and rng.random() < 0.05:
            code = rng.choice((None, (code or "")[:4], (code or "")[:2], (code or "") + "10"))
        elif rng.random() < 0.0008:
            code = rng.choice(_WRONG_CODES)
        weight = round(rng.uniform(0, left / 2), rng.choice((0, 1, 2)))
        left -= weight
        said = rng.choice(("yes", "no", "no")) if settled or rng.random() < 0.8 else None
        row: dict[str, Any] = {
            "line": str(number),
            "parent": str(rng.randint(1, number - 1)) if parted and number > 1 and rng.random() < 0.5 else None,
            "hs": code,
            "hs_edition": edition,
            "origin": rng.choice(("VN", "CN", "KR", "DE", "JP", "TH", "GB", "MY", "US", None)),
            "originating": said,
            "value": _value(rng, 0, 60, 0 if clean else 0.04),
            "weight_pct": weight if rng.random() < (0.95 if clean else 0.7) else None,
            "weight": round(rng.uniform(0, 0.3), 3) if rng.random() < 0.3 else None,
            "component_weight_pct": round(weight / 2, 1) if rng.random() < 0.6 else None,
        }
        if parted and rng.random() < 0.3:
            row |= {"regional_content_pct": rng.choice((20, 25, 40, 60)), "imparts_character": rng.choice(("yes", "no"))}
        if not clean or textile:
            row |= {
                "status_EVFTA": rng.choice(("yes", "no")) if rng.random() < 0.05 else None,
                "role": rng.choice(("cumulated", "cumulated", "lining", "accessory", "retail_packaging", "shipping_packing"))
                if rng.random() < 0.15
                else None,
                "proof": rng.choice(("yes", "no")) if rng.random() < 0.2 else None,
                "named": rng.choice(_NAMED) if rng.random() < 0.2 else None,
                "wholly_obtained": rng.choice(("yes", "no")) if rng.random() < 0.1 else None,
                "basic_textiles": rng.choice(_TEXTILES) if rng.random() < 0.6 else None,
                "elastomeric": rng.choice(("no", "no", "yes")) if rng.random() < 0.5 else None,
                "component": rng.choice(("main", "other")) if rng.random() < 0.5 else None,
                "restricted": rng.choice(("yes", "no")) if rng.random() < 0.3 else None,
                "origin_undeterminable": "yes" if rng.random() < 0.05 else None,
                "bought": rng.choice(("yes", "no")) if rng.random() < 0.2 else None,
                "hs2012": rng.choice(codes("2012")) if rng.random() < 0.03 else None,
                "processes": "weaving VN" if rng.random() < 0.005 else None,
            }
        found.append(row)
    if rng.random() < 0.3 and product["product_value"]:
        # Non-originating value at a limit, or a cent beside it.
        outside = [r for r in found if r["originating"] == "no" and r["value"] is not None]
        if outside:
            total = sum(r["value"] for r in outside[1:])
            share = rng.choice((0.45, 0.5, 0.55, 0.6, 0.7, 0.1, 0.4, 0.3, 0.475))
            outside[0]["value"] = max(0.0, round(product["product_value"] * share - total + rng.choice((0, 0, 0.01, -0.01)), 4))
    return found


def random_catalogue(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Rows of a catalogue of random bills."""
    rng = random.Random(seed)
    rows = []
    for n in range(count):
        good = product_record(rng)
        rows += [{"bill": n, **good, **line} for line in line_records(rng, good)]
    return rows


def frame_of(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as a table."""
    names = list(dict.fromkeys(k for r in rows for k in r))
    return pl.DataFrame({k: [r.get(k) for r in rows] for k in names}, strict=False, infer_schema_length=None)


def single(rows: Sequence[Mapping[str, Any]]) -> Bill:
    """One bill of the catalogue as the reader of single bills reads it; `BadInput` where it refuses the bill."""
    head = rows[0]
    product = {k[8:]: v for k, v in head.items() if k.startswith("product_") and v not in (None, "") and not k.startswith("product_value_")}
    product["values"] = {k[14:]: v for k, v in head.items() if k.startswith("product_value_") and v is not None}
    materials = []
    for n, row in enumerate(rows, 1):
        line = {k: v for k, v in row.items() if v is not None and k != "bill" and not k.startswith(("product_", "gate_", "fact_", "status_"))}
        status = {k[7:]: v for k, v in row.items() if k.startswith("status_") and v is not None}
        if line.get("basic_textiles") == "":
            del line["basic_textiles"]
        materials.append({"line": str(n), **line, **({"status": status} if status else {})})
    facts = {k[5:]: v for k, v in head.items() if k.startswith("fact_") and v is not None}
    gates = {k[5:]: v for k, v in head.items() if k.startswith("gate_") and v}
    return bill_of({"product": product, "materials": materials, "facts": facts, "gates": gates}, str(head["bill"]))


def _read(rows: Sequence[Mapping[str, Any]]) -> Bill | None:
    try:
        return single(rows)
    except BadInput:
        return None


def compare(
    count: int, seed: int = 1, on: date | None = None, markets: Sequence[tuple[str, str]] = MARKETS, show: int = 5, every: bool = False,
    workers: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Both paths over random bills: how many decisions agree, which do not, and how often the scalar path was needed.

    The batch decides every bill in every market; the scalar path checks each bill in one of them in turn, or in ``every`` one.
    """
    rows = random_catalogue(count, seed)
    found = decide_many(frame_of(rows), markets, on, workers=workers)
    by_bill: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_bill.setdefault(row["bill"], []).append(row)
    bills = {n: _read(r) for n, r in by_bill.items()}
    wrong: list[str] = []
    words: Counter[str] = Counter()
    courts = {name: court_of(load_regime(name), on) for name, _ in markets}
    turn = {name: n for n, (name, _) in enumerate(markets)}
    checked = refused = 0
    for row in found.decisions.iter_rows(named=True):
        if not every and row["bill"] % len(markets) != turn[row["regime"]]:
            continue
        bill = bills[row["bill"]]
        checked += 1
        if bill is None:
            refused += 1
            if row["verdict"] is not None:
                wrong.append(f"bill {row['bill']} {row['regime']}: refused by itself, batch {row['verdict']}")
            continue
        said = decide(replace(bill, product=replace(bill.product, destination=row["destination"])), courts[row["regime"]], ranked=False)
        margin = margin_of(said)
        want = (said.verdict, None if margin is None else float(margin), said.rule, reason_of(said))
        got = (row["verdict"], row["margin"], row["rule"], row["reason"])
        words[f"{row['regime']} {want[0]}"] += 1
        if want != got:
            wrong.append(f"bill {row['bill']} {row['regime']}: scalar {want}, batch {got}")
    for text in wrong[:show]:
        print(text)
    return {"rows": checked, "wrong": len(wrong), "scalar": found.scalar, "words": dict(words), "refused": refused}


def large(count: int, lines: int = 12, seed: int = 3) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A catalogue as a trading house keeps it: recurring codes and origins, statuses known for most lines, one product a bill."""
    rng = np.random.default_rng(seed)
    known = np.array(codes("2022"))
    goods = rng.choice(known, 1500, replace=False)
    materials = rng.choice(known, 3000, replace=False)
    m = count * lines
    good = rng.integers(0, len(goods), count)
    own = goods[good]
    prices = rng.integers(20_000, 400_000, count) / 100
    part = rng.integers(1, 100, m).reshape(count, lines)
    share = part / part.sum(1, keepdims=True) * rng.uniform(0.5, 0.95, (count, 1))
    values = np.floor(share * prices[:, None] * 100) / 100
    weights = np.floor(part / part.sum(1, keepdims=True) * 9500) / 100
    worked = {c: "weaving VN; dyeing VN; making_up VN" if "50" <= c[:2] <= "63" else "assembly VN" for c in goods.tolist()}
    products = pl.DataFrame(
        {
            "bill": np.arange(count), "product_hs": pl.Series(own.tolist()), "product_hs_edition": pl.repeat("2022", count, eager=True),
            "product_country": pl.repeat("VN", count, eager=True), "product_value": prices, "product_basis": pl.repeat("EXW", count, eager=True),
            "product_value_FOB": np.round(prices * 1.02, 2), "product_value_VOG": np.round(prices * 1.02, 2),
            "product_currency": pl.repeat("USD", count, eager=True), "product_processes": pl.Series([worked[c] for c in own.tolist()]),
            "gate_minimal_operations": pl.Series(np.where(rng.random(count) < 0.8, "met", "").tolist()),
            "gate_transport": pl.repeat("met", count, eager=True),
        }
    )  # fmt: skip
    origins = pl.Series(["VN", "CN", "KR", "JP", "TH", "DE", "MY", "US"])
    statuses = pl.Series(["yes", "no", None])
    table = pl.DataFrame(
        {
            "bill": np.repeat(np.arange(count), lines),
            "hs": pl.Series(materials.tolist()).gather(rng.integers(0, len(materials), m)),
            "hs_edition": pl.repeat("2022", m, eager=True),
            "origin": origins.gather(rng.integers(0, 8, m)),
            "originating": statuses.gather(rng.choice(3, m, p=[0.48, 0.48, 0.04])),
            "value": values.ravel(),
            "weight_pct": weights.ravel(),
        }
    )
    return table, products


def _cost(pause: float = 0.0) -> tuple[int, float, float]:
    """This process: its number, its CPU-seconds, its peak of memory in GB; after a pause, so that others are asked as well."""
    time.sleep(pause)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return os.getpid(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def _made(count: int, folder: Path) -> tuple[Path, Path]:
    """A large catalogue as Parquet files, made by a process of its own, so that its memory is not counted."""
    table, products = large(count)
    lines, goods = folder / "catalogue.parquet", folder / "products.parquet"
    table.write_parquet(lines, row_group_size=1_000_000)
    products.write_parquet(goods)
    return lines, goods


def _speed(count: int, workers: int, folder: Path) -> None:
    """Time a large catalogue, read from Parquet files, and print what it took in this process and in each worker."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as maker:
        lines, goods = maker.submit(_made, count, folder).result()
    _, before, idle = _cost()
    wall = time.perf_counter()
    with ProcessPoolExecutor(workers, spawn) as pool:
        done = decide_many(lines, MARKETS, products=goods, workers=workers, executor=pool)
        wall = time.perf_counter() - wall
        asked = list(pool.map(_cost, [0.3] * 4 * workers))
    _, after, own = _cost()
    each = {number: (cpu, memory) for number, cpu, memory in asked}
    cpu = after - before + sum(c for c, _ in each.values())
    verdicts = done.decisions["verdict"].cast(pl.String).value_counts().rows()
    print(f"{count:,} bills x 12 lines x {len(MARKETS)} regimes, {workers} workers: {wall:.1f} s wall, {cpu:.1f} CPU-s")
    print(f"  this process: {after - before:.1f} CPU-s, peak {own:.2f} GB ({idle:.2f} GB before it began)")
    for n, (seconds, memory) in enumerate(each.values(), 1):
        print(f"  worker {n}: {seconds:.1f} CPU-s, peak {memory:.2f} GB")
    print(f"  peaks together: {own + sum(m for _, m in each.values()):.2f} GB, workers alone {sum(m for _, m in each.values()):.2f} GB")
    print(f"  by the scalar path {done.scalar}; {dict(verdicts)}")


def main(argv: Sequence[str] | None = None) -> int:
    """Print equality and speed; ends with 1 where the paths differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--equal", type=int, default=100_000)
    parser.add_argument("--bills", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", action="store_true", help="check each bill in every market, not in one of them in turn")
    said = parser.parse_args(argv)
    wrong = 0
    per = -(-said.equal // len(DAYS)) if said.equal else 0
    for n, day in enumerate(DAYS if per else ()):
        found = compare(per, said.seed + n, day, every=said.every)
        wrong += found["wrong"]
        share = {k: f"{100 * v / per:.1f} %" for k, v in found["scalar"].items()}
        name = day or "the newest law"
        print(f"{per:,} random bills on {name}: {found['rows']:,} decisions, {found['wrong']} differ, {found['refused']} refused", end="; ")
        print(f"by the scalar path {share}; {found['words']}", flush=True)
    if said.bills:
        with tempfile.TemporaryDirectory() as folder:
            _speed(said.bills, said.workers, Path(folder))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
