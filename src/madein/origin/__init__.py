"""Can it prove it? Rules of origin decided on bills of materials: yes, no or open, with every figure, limit and article behind it.

The names below are imported when first used, so that a study can look at the room without loading it. The decision itself is
`madein.origin.decide.decide`; `assess` asks it for every regime open on some markets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.origin.assessment import Assessment, Terms, assess
    from madein.origin.markets import market, open_regimes
    from madein.origin.model import Bill, Line, Process, Product, exact
    from madein.origin.read import BillFile, read_bill
    from madein.origin.regimes import Regime, load_regime, regime_of
    from madein.origin.result import Decision, Explained, Question
    from madein.origin.template import write_template

__all__ = [
    "Assessment", "Bill", "BillFile", "Decision", "Explained", "Line", "Process", "Product", "Question", "Regime", "Terms", "assess", "exact",
    "load_regime", "market", "open_regimes", "read_bill", "regime_of", "write_template",
]  # fmt: skip

# No name here is that of a module: an imported module would take its place.
_HOMES = {
    "assessment": ("Assessment", "Terms", "assess"),
    "markets": ("market", "open_regimes"),
    "model": ("Bill", "Line", "Process", "Product", "exact"),
    "read": ("BillFile", "read_bill"),
    "regimes": ("Regime", "load_regime", "regime_of"),
    "result": ("Decision", "Explained", "Question"),
    "template": ("write_template",),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"madein.origin.{home}"), name)
    raise AttributeError(f"module 'madein.origin' has no attribute {name!r}")
