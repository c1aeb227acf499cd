"""What chance alone gives: permutation nulls, and the interval of a share's excess over them."""

from __future__ import annotations

from madein.screening.nulls.excess import Excess, exposure_excess
from madein.screening.nulls.overlap import Cells, time_excess, unit_excess

__all__ = ["Cells", "Excess", "exposure_excess", "time_excess", "unit_excess"]
