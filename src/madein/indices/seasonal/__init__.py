"""Seasonal adjustment by X-13ARIMA-SEATS, with Tet and other moving holidays.

The names below are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.indices.seasonal.adjusting import adjust, choose_windows, decompose
    from madein.indices.seasonal.batch import Batch, adjust_many, rerun_many
    from madein.indices.seasonal.binary import find_binary, has_binary
    from madein.indices.seasonal.frozen import Frozen, freeze, rerun
    from madein.indices.seasonal.holidays import MovingHoliday, moving_holiday, read_holidays
    from madein.indices.seasonal.moon import lunar_months, lunar_new_year, solar_date
    from madein.indices.seasonal.observed import Observed
    from madein.indices.seasonal.result import Adjustment
    from madein.indices.seasonal.run import Run, run_spec, run_together
    from madein.indices.seasonal.spec import X13Spec, parse_spc, read_spc, write_spc
    from madein.indices.seasonal.totals import DirectIndirect, direct_and_indirect

_HOMES = {
    "adjust": "adjusting", "choose_windows": "adjusting", "decompose": "adjusting",
    "Batch": "batch", "adjust_many": "batch", "rerun_many": "batch",
    "find_binary": "binary", "has_binary": "binary",
    "Frozen": "frozen", "freeze": "frozen", "rerun": "frozen",
    "MovingHoliday": "holidays", "moving_holiday": "holidays", "read_holidays": "holidays",
    "lunar_months": "moon", "lunar_new_year": "moon", "solar_date": "moon",
    "Observed": "observed", "Adjustment": "result",
    "Run": "run", "run_spec": "run", "run_together": "run",
    "X13Spec": "spec", "parse_spc": "spec", "read_spc": "spec", "write_spc": "spec",
    "DirectIndirect": "totals", "direct_and_indirect": "totals",
}  # fmt: skip

__all__ = [
    "Adjustment", "Batch", "DirectIndirect", "Frozen", "MovingHoliday", "Observed", "Run", "X13Spec", "adjust", "adjust_many",
    "choose_windows", "decompose", "direct_and_indirect", "find_binary", "freeze", "has_binary", "lunar_months", "lunar_new_year",
    "moving_holiday", "parse_spc", "read_holidays", "read_spc", "rerun", "rerun_many", "run_spec", "run_together", "solar_date", "write_spc",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.indices.seasonal' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.indices.seasonal.{_HOMES[name]}"), name)
