"""Build an inter-country table where none is at hand, carry it to other years, bring it to new margins.

>>> from madein.tiva.build import gras
>>> gras([[1.0, 2.0], [3.0, 4.0]], [4, 6], [5, 5]).converged
True
"""

from madein.tiva.build.assemble import build_table
from madein.tiva.build.cube import BilateralCube, read_cube
from madein.tiva.build.detail import Split, concordances, members, merge_national, split_cube
from madein.tiva.build.gras import Balanced, gras
from madein.tiva.build.margins import NewMargins, balance
from madein.tiva.build.national import audit_national, domestic_share, read_nationals
from madein.tiva.build.update import Updated, update_tables

__all__ = [
    "Balanced",
    "BilateralCube",
    "NewMargins",
    "Split",
    "Updated",
    "audit_national",
    "balance",
    "build_table",
    "concordances",
    "domestic_share",
    "gras",
    "members",
    "merge_national",
    "read_cube",
    "read_nationals",
    "split_cube",
    "update_tables",
]
