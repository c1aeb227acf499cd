"""The same choices by HiGHS, a solver of mixed-integer programs (Huangfu and Hall 2018, doi 10.1007/s12532-017-0130-5; MIT licence).

It is asked only where several limits interact and the own search does not come to its end. Its arithmetic is in floats; every choice is
checked in whole numbers, and the engine decides afterwards.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

from madein.core.errors import MadeinError
from madein.origin.fixes.search import Option, Pick

_MOST = 400
"""Choices that are taken up and left out again before it gives up."""

_LARGEST = 10**9
"""Sum of costs up to which a difference of one is well above the tolerances of the solver."""


def held() -> bool:
    """Whether the package ``highspy`` is installed."""
    return importlib.util.find_spec("highspy") is not None


def _highspy() -> Any:
    """The package.

    Raises
    ------
    MadeinError
        If it is not installed.
    """
    if not held():
        raise MadeinError("highspy is not installed", "cheapest fix", "several limits at once need a solver", 'pip install "madein[origin]"')
    import highspy

    return highspy


def solve(
    slots: Sequence[Sequence[Option]], limits: Sequence[int], count: int = 1, refuse: Callable[[Pick], bool] = lambda _: False,
    minimal: Callable[[Pick], bool] = lambda _: True, seconds: float = 2.0, coarse: int = 1,
) -> list[tuple[int, Pick]] | None:  # fmt: skip
    """The cheapest choices, by rising cost; None where it does not come to an end in time.

    Parameters and what they mean are those of `madein.origin.fixes.search.cheapest`; `seconds` is the time for one choice,
    `coarse` what of the costs decides only between equals, and is left out. Costs that floats cannot tell apart are none of its business.

    Raises
    ------
    MadeinError
        If highspy is not installed.
    """
    import numpy as np

    highspy = _highspy()
    if sum(max(abs(option.cost) // coarse for option in options) for options in slots) >= _LARGEST:
        return None
    columns = [(s, o) for s, options in enumerate(slots) for o, option in enumerate(options) if option.allowed]
    at = {pair: n for n, pair in enumerate(columns)}
    model = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.0), ("time_limit", seconds)):
        model.setOptionValue(name, value)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns), 0
    lp.col_cost_ = np.array([slots[s][o].cost // coarse for s, o in columns], float)
    lp.col_lower_, lp.col_upper_ = np.zeros(len(columns)), np.ones(len(columns))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(columns)
    model.passModel(lp)

    def row(low: float, high: float, entries: dict[int, float]) -> None:
        model.addRow(low, high, len(entries), np.array(list(entries), np.int32), np.array(list(entries.values()), float))

    for s, options in enumerate(slots):
        mine = {at[s, o]: 1.0 for o, option in enumerate(options) if option.allowed}
        if not mine:
            return []
        row(1.0, 1.0, mine)
    for r, limit in enumerate(limits):
        top = max(1, abs(limit), *(abs(option.adds[r]) for options in slots for option in options))
        row(-highspy.kHighsInf, limit / top, {at[s, o]: slots[s][o].adds[r] / top for s, o in columns})
    found: list[tuple[int, Pick]] = []
    for _ in range(_MOST):
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible or len(found) >= count:
            return sorted(found)
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        chosen = np.flatnonzero(np.array(model.getSolution().col_value) > 0.5)
        picked = [0] * len(slots)
        for n in chosen:
            s, o = columns[int(n)]
            picked[s] = o
        pick = tuple(picked)
        keeps = all(sum(slots[s][o].adds[r] for s, o in enumerate(pick)) <= limit for r, limit in enumerate(limits))
        fine = keeps and not refuse(pick)
        if fine and minimal(pick):
            found.append((sum(slots[s][o].cost for s, o in enumerate(pick)), pick))
        # What does is left out with all that holds it; what does not, alone.
        entries = {at[s, o]: 1.0 for s, o in enumerate(pick) if o or not fine}
        row(-highspy.kHighsInf, len(entries) - 1.0, entries)
        if not entries:
            return sorted(found)
    return None
