"""Learning from labelled declarations on the Korean set, and the search for leaks on planted tables.

``python -m benchmarks.screening_labels [FOLDER]``: FOLDER holds the Parquet files ``cdd*_train``, ``_valid`` and, where there is one,
``_test`` (default: ``screening`` in the folder that MADEIN_REFERENCE names). ``--seeds N`` plants N tables of each kind.
"""

from __future__ import annotations

import argparse
import os
import time
import zlib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from madein.screening.labelled import Labelled, Metrics, Split, describe, find_leaks, propose_roles, train

ROWS = 9000
COLUMNS = {"importer": 900, "broker": 60, "hs": 80, "origin": 12, "office": 8, "mode": 4, "kind": 5}


def korean(folder: Path) -> list[tuple[str, list[Path], Split | None]]:
    """Draws in a folder: with a test file the cut of the paper, without it the validation quarter is the test."""
    out: list[tuple[str, list[Path], Split | None]] = []
    for first in sorted(folder.glob("cdd*_train.parquet")):
        files = [p for part in ("train", "valid", "test") if (p := first.with_name(first.name.replace("_train", f"_{part}"))).is_file()]
        split = Split(date(2021, 1, 1), date(2021, 4, 1)) if len(files) == 3 else Split(date(2020, 10, 1), date(2021, 1, 1))
        out.append((first.name.removesuffix("_train.parquet"), files, split))
    return out


def row(name: str, held: Metrics) -> str:
    """One line of the table in the order of DATE's."""
    cells = [f"{held.at(s)[k]:.3f}" for s in (1, 2, 5, 10) for k in ("precision", "recall", "revenue")]
    return f"| {name} | " + " | ".join(cells) + f" | {held.auc:.3f} | {_number(None if np.isnan(held.f1) else held.f1)} |"


def show(name: str, found: Labelled, cpu: float) -> None:
    """Print what one draw gave."""
    print(f"\n## {name} ({cpu:.1f} CPU s)\n")
    for said in describe(found):
        print(f"- {said}")
    print("\n| order | " + " | ".join(f"{k}@{s}" for s in (1, 2, 5, 10) for k in ("P", "R", "Rev")) + " | AUC | F1 |")
    print("| --- |" + " ---: |" * 14)
    for model in found.models:
        print(row(model.name, model.metrics))
        if model.by_stake:
            print(row(f"{model.name}, times stake", model.by_stake))
    if found.baseline:
        print(row("stake alone", found.baseline))
    print("\n| model | calibration | error, equal rows | error, equal width | before | by chance, mean and 95 % |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for model in found.models:
        c = model.calibration
        errors = f"{c.error:.4f} | {c.error_width:.4f} | {c.error_before:.4f} | {c.chance:.4f}, {c.chance_high:.4f}"
        print(f"| {model.name} | {c.method} | {errors} |")
    print("\n| tuple | rows seen | AUC | rows not seen | AUC |\n| --- | ---: | ---: | ---: | ---: |")
    for seen, new in zip(*[iter(found.models[0].novelty.iter_rows(named=True))] * 2, strict=True):
        print(f"| {seen['tuple']} | {seen['rows']:,} | {_number(seen['auc'])} | {new['rows']:,} | {_number(new['auc'])} |")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _table(rng: np.random.Generator) -> pl.DataFrame:
    def pick(n: int) -> np.ndarray:
        weight = 1 / np.arange(1, n + 1) ** 0.7
        return rng.choice(n, ROWS, p=weight / weight.sum())

    mass = rng.lognormal(5, 2, ROWS)
    return pl.DataFrame({c: pick(n).astype(str) for c, n in COLUMNS.items()} | {"mass": mass, "price": mass * rng.lognormal(1, 1, ROWS)})


def _effect(frame: pl.DataFrame, columns: Sequence[str], sd: float, rng: np.random.Generator) -> np.ndarray:
    key = frame.select(pl.struct(list(columns)).rank("dense")).to_series().to_numpy().astype(np.int64)
    return rng.normal(0, sd, key.max() + 1)[key]


def _function(columns: list[str], noise: float) -> Callable[[pl.DataFrame, np.random.Generator], np.ndarray]:
    def label(frame: pl.DataFrame, rng: np.random.Generator) -> np.ndarray:
        # Each joint value has the label or not, by a draw of its own: nothing shows in fewer columns.
        exact = _effect(frame, columns, 1.0, rng) > 0.6745
        return exact ^ (rng.random(ROWS) < noise)

    return label


def _drawn(logit: Callable[[pl.DataFrame, np.random.Generator], np.ndarray]) -> Callable[[pl.DataFrame, np.random.Generator], np.ndarray]:
    return lambda f, rng: rng.random(ROWS) < 1 / (1 + np.exp(-logit(f, rng)))


PLANTED = {
    f"{' + '.join(c)}, {noise:.0%} of labels turned": (set(c), _function(list(c), noise))
    for c in (("hs", "origin"), ("hs", "kind", "mode"), ("origin", "office", "mode", "kind"), ("hs", "origin", "office"))
    for noise in (0.0, 0.01, 0.05)
}
HONEST = {
    "chance alone": _drawn(lambda f, r: np.full(f.height, -1.4) + 0 * _effect(f, ["kind"], 1, r)),
    "columns one by one": _drawn(lambda f, r: -2 + _effect(f, ["hs"], 1.5, r) + _effect(f, ["origin"], 1.5, r)),
    "steep, one by one": _drawn(lambda f, r: -4 + _effect(f, ["hs"], 3, r) + _effect(f, ["origin"], 3, r)),
    "importers differ": _drawn(lambda f, r: -2 + _effect(f, ["importer"], 2, r)),
    "pairs differ": _drawn(lambda f, r: -1.8 + _effect(f, ["hs", "origin"], 1.2, r)),
    "unit value": _drawn(lambda f, r: -4 + 2 * np.log(f["price"].to_numpy() / f["mass"].to_numpy()) + _effect(f, ["kind"], 0.5, r)),
}


def planted(seeds: int) -> None:
    """Print how often planted leaks are found with exactly their columns, and honest tables accused."""
    part = np.arange(ROWS) * 3 // ROWS
    print(f"\n## Leaks in planted tables of {ROWS:,} rows, {seeds} of each kind\n")
    print("| label | found exactly | accused | CPU s a table |\n| --- | ---: | ---: | ---: |")
    for name, (columns, make) in {**PLANTED, **{k: (set(), m) for k, m in HONEST.items()}}.items():
        exact = accused = 0
        start = time.process_time()
        for seed in range(seeds):
            rng = np.random.Generator(np.random.Philox([seed, zlib.crc32(name.encode())]))
            frame = _table(rng)
            found = find_leaks(frame, make(frame, rng).astype(np.int8), frame.columns, part == 0, part == 1, part == 2, seed)
            accused += bool(found.leaks)
            exact += bool(found.leaks) and set(found.columns) == columns
        each = (time.process_time() - start) / max(seeds, 1)
        print(f"| {name} | {f'{exact} of {seeds}' if columns else ''} | {accused} of {seeds} | {each:.2f} |", flush=True)


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path, default=Path(os.environ.get("MADEIN_REFERENCE", ".")) / "screening")
    arguments.add_argument("--seeds", type=int, default=5)
    given = arguments.parse_args()
    draws = korean(given.folder)
    if not draws:
        print(f"no file cdd*_train.parquet in {given.folder.name}: name the folder that holds them, or set MADEIN_REFERENCE")
    for name, files, split in draws:
        start = time.process_time()
        show(name, train(files, propose_roles(files[0]).confirm(), split=split), time.process_time() - start)
    if given.seeds:
        planted(given.seeds)


if __name__ == "__main__":
    main()
