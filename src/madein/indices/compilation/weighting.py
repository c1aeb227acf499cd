"""Tables of weights: read into years, checked against each other and against the rows they weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import Problems
from madein.indices.compilation.industries import TOTAL, Classification

if TYPE_CHECKING:
    import polars as pl

    WeightsLike = Mapping[str, float] | Mapping[int, Mapping[str, float]] | pl.DataFrame

TOLERANCE = 1e-6
"""By how much of itself the weight of a whole may differ from the sum of its parts."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by year.

    Parameters
    ----------
    of : mapping of int to mapping of str to float
        Weight by code or product, by reference year.
    quantity : mapping of int to mapping of str to float
        Monthly average quantity of the base year, where it is given.
    """

    of: Mapping[int, Mapping[str, float]]
    quantity: Mapping[int, Mapping[str, float]]

    def at(self, year: int) -> int:
        """The reference year in force for weights of a year: the latest not after it, else the earliest."""
        before = [y for y in self.of if y <= year]
        return max(before) if before else min(self.of)


def weights_of(given: WeightsLike, key: str, base_year: int | None, problems: Problems) -> Weights:
    """Weights in whatever form they come.

    Parameters
    ----------
    given : mapping or polars.DataFrame
        Weight by name; weights by name by year; or a frame with the column `key`, ``weight``, and perhaps ``year`` and
        ``base_quantity``.
    key : str
        ``industry`` or ``product``.
    base_year : int or None
        Year of weights that name none.
    """
    import polars as pl

    rows: list[tuple[int | None, str, float | None, float | None, str]] = []
    if isinstance(given, pl.DataFrame):
        missing = [c for c in (key, "weight") if c not in given.columns]
        if missing:
            problems.error(f"the weights have no column {' or '.join(missing)}", fix="name the columns so")
            return Weights({}, {})
        frame = given if "row" in given.columns else given.with_row_index("row", offset=1)
        for row in frame.iter_rows(named=True):
            name = "" if row[key] is None else str(row[key]).strip()
            rows.append((row.get("year") or base_year, name, row["weight"], row.get("base_quantity"), f"weights row {row['row']}"))
    else:
        for key_of, weight in given.items():
            if isinstance(weight, Mapping):
                rows += [(int(key_of), str(k), w, None, f"weights of {key_of}") for k, w in weight.items()]
            else:
                rows.append((base_year, str(key_of), weight, None, "weights"))
    of: dict[int, dict[str, float]] = {}
    quantity: dict[int, dict[str, float]] = {}
    for year, name, number, base, place in rows:
        if year is None:
            problems.error("the weights name no year", at=place, fix="add a column year, or set base_year")
            break
        if number is None or not np.isfinite(number) or number < 0:
            problems.error(f"the weight of {name!r} is {'missing' if number is None else f'{number:g}'}", at=place, fix="give zero or more")
            continue
        if not name or name in of.setdefault(year, {}):
            problems.error(f"{name!r} stands twice among the weights of {year}" if name else f"a weight without {key}", at=place, fix="keep one")
            continue
        of[year][name] = float(number)
        if base is not None:
            if not base > 0:
                problems.error(f"the base quantity of {name!r} is {base:g}", at=place, fix="leave it empty: it is linked in when production begins")
            else:
                quantity.setdefault(year, {})[name] = float(base)
    if not of and not problems.errors:
        problems.error("there are no weights", fix="give the weight of at least one part")
    return Weights(of, quantity)


def class_weights(given: WeightsLike, industries: Classification, base_year: int | None, tolerance: float, problems: Problems) -> Weights:
    """Weights of classes; those of divisions, sections and the total, where given, must be the sums of their parts."""
    held = weights_of(given, "industry", base_year, problems)
    out: dict[int, dict[str, float]] = {}
    for year, weights in held.of.items():
        levels: dict[str, dict[str, float]] = {}
        for code, weight in weights.items():
            level = industries.level_of(code)
            if level is None:
                problems.error(f"{code!r} is no class, division or section of {industries.name}", at=f"weights of {year}", fix="correct the code")
                continue
            name = industries.class_of(code) if level == "class" else TOTAL if level == TOTAL else code.strip()
            known = levels.setdefault(level, {})
            if name in known:
                problems.error(f"class {name!r} is weighed twice", at=f"weights of {year}", why=f"{code!r} is of it too", fix="keep one")
            known[str(name)] = weight
        classes = levels.get("class", {})
        sums: dict[tuple[str, str], float] = {}
        for code, weight in sorted(classes.items()):
            division = code[:2]
            for whole in (("division", division), ("section", industries.section_of[division]), (TOTAL, TOTAL)):
                sums[whole] = sums.get(whole, 0.0) + weight
        for level in ("division", "section", TOTAL):
            for code, weight in levels.get(level, {}).items():
                found = sums.get((level, code), 0.0)
                if abs(found - weight) > tolerance * max(weight, found):
                    problems.error(f"the weight of {level} {code} is {weight:g}, its classes add up to {found:g}", at=f"weights of {year}",
                                   fix="correct one of them; a weight must be given for every class")  # fmt: skip
        if not sum(classes.values()) > 0:
            problems.error("no class has a weight", at=f"weights of {year}", fix="give the gross value added of each class")
        out[year] = classes
    return Weights(out, {})
