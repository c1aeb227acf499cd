"""The leaf tests, one function each: name of the test in a rule -> function of the good and the leaf's fields.

A new kind of test is one function here and one entry in `madein.origin.rules.FIELDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from madein.origin.leaves.common import Outcome, Test
from madein.origin.leaves.facts import chem, fact, ref
from madein.origin.leaves.material import all_originating, from_materials, wo_materials
from madein.origin.leaves.obtained import wo
from madein.origin.leaves.process import process, process_with_cap
from madein.origin.leaves.shift import anything, ctc, nochange
from madein.origin.leaves.value import max_nom, rvc
from madein.origin.leaves.weight import max_weight, min_weight

TESTS: Mapping[str, Test] = MappingProxyType(
    {
        "wo": wo,
        "wo_materials": wo_materials,
        "any": anything,
        "ctc": ctc,
        "nochange": nochange,
        "max_nom": max_nom,
        "rvc": rvc,
        "max_weight": max_weight,
        "min_weight": min_weight,
        "from_materials": from_materials,
        "process": process,
        "process_with_cap": process_with_cap,
        "chem": chem,
        "fact": fact,
        "ref": ref,
        "all_originating": all_originating,
    }
)
"""Every test of a leaf; ``however`` and ``allow`` are read by the tree itself."""

__all__ = ["TESTS", "Outcome", "Test"]
