"""How much of it is its own? Trade in value added from inter-country input-output tables.

The names below are imported when first used, so that a study can look at the room without loading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.core.icio import IcioTable
    from madein.tiva.account import Profile, economy_of, indicator_frame, method_line, profile
    from madein.tiva.bm import borin_mancini
    from madein.tiva.build import Balanced, BilateralCube, NewMargins, Updated, balance, build_table, gras, read_cube, read_nationals, update_tables
    from madein.tiva.cubes import Cube, cube
    from madein.tiva.dependence import concentration, extract, import_reliance, market_reliance
    from madein.tiva.factored import Factored
    from madein.tiva.folding import aggregate, fold
    from madein.tiva.identities import check_across, check_levels, check_table
    from madein.tiva.imports import Imports, decompose_imports
    from madein.tiva.indicators import INDICATORS, side_by_side, tiva
    from madein.tiva.kww import koopman_wang_wei
    from madein.tiva.localisation import Localised, localisation_gains, localise
    from madein.tiva.origins import Origins, leontief, vertical_specialisation
    from madein.tiva.panels import panel, panel_file, tables_of
    from madein.tiva.readers import from_pymrio, read_icio, read_national
    from madein.tiva.result import Check, Decomposition
    from madein.tiva.sensitivity import Gradient, Interval, domestic_share_gradient
    from madein.tiva.standing import downstreamness, participation, positions, upstreamness
    from madein.tiva.sweep import Everything, decompose
    from madein.tiva.wwz import third_country, third_country_frame, wang_wei_zhu

_HOMES = {
    "madein.core.icio": ("IcioTable",),
    "madein.tiva.bm": ("borin_mancini",),
    "madein.tiva.build": (
        "Balanced",
        "BilateralCube",
        "NewMargins",
        "Updated",
        "balance",
        "build_table",
        "gras",
        "read_cube",
        "read_nationals",
        "update_tables",
    ),
    "madein.tiva.localisation": ("Localised", "localisation_gains", "localise"),
    "madein.tiva.account": ("Profile", "economy_of", "indicator_frame", "method_line", "profile"),
    "madein.tiva.sensitivity": ("Gradient", "Interval", "domestic_share_gradient"),
    "madein.tiva.cubes": ("Cube", "cube"),
    "madein.tiva.sweep": ("Everything", "decompose"),
    "madein.tiva.dependence": ("concentration", "extract", "import_reliance", "market_reliance"),
    "madein.tiva.factored": ("Factored",),
    "madein.tiva.folding": ("aggregate", "fold"),
    "madein.tiva.identities": ("check_across", "check_levels", "check_table"),
    "madein.tiva.imports": ("Imports", "decompose_imports"),
    "madein.tiva.indicators": ("INDICATORS", "side_by_side", "tiva"),
    "madein.tiva.kww": ("koopman_wang_wei",),
    "madein.tiva.origins": ("Origins", "leontief", "vertical_specialisation"),
    "madein.tiva.panels": ("panel", "panel_file", "tables_of"),
    "madein.tiva.standing": ("downstreamness", "participation", "positions", "upstreamness"),
    "madein.tiva.readers": ("from_pymrio", "read_icio", "read_national"),
    "madein.tiva.result": ("Check", "Decomposition"),
    "madein.tiva.wwz": ("third_country", "third_country_frame", "wang_wei_zhu"),
}

__all__ = [
    "INDICATORS", "Balanced", "BilateralCube", "Check", "Cube", "Decomposition", "Everything", "Factored", "Gradient", "IcioTable", "Imports",
    "Interval", "Localised", "NewMargins", "Origins", "Profile", "Updated", "aggregate", "balance", "borin_mancini", "build_table",
    "check_across", "check_levels", "check_table", "concentration", "cube", "decompose", "decompose_imports", "domestic_share_gradient",
    "downstreamness", "economy_of", "extract", "fold", "from_pymrio", "gras", "import_reliance", "indicator_frame", "koopman_wang_wei",
    "leontief", "localisation_gains", "localise", "market_reliance", "method_line", "panel", "panel_file", "participation", "positions",
    "profile", "read_cube", "read_icio", "read_national", "read_nationals", "side_by_side", "tables_of", "third_country", "third_country_frame",
    "tiva", "update_tables", "upstreamness", "vertical_specialisation", "wang_wei_zhu",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'madein.tiva' has no attribute {name!r}")
