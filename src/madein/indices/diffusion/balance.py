"""The diffusion index: the percentage that says higher and half the percentage that says the same.

Source: Institute for Supply Management, Report On Business; OECD, Business Tendency Surveys: a Handbook, 2003. The balance
(higher less lower) of the European surveys is twice the index less 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from madein.core.errors import MadeinError


@dataclass(frozen=True, slots=True)
class Shares:
    """How answers divide.

    Parameters
    ----------
    up, same, down : float
        Percent of all answers.
    """

    up: float
    same: float
    down: float

    @property
    def index(self) -> float:
        """Percentage up and half the percentage same, 0 to 100; 50 is no change."""
        return self.up + 0.5 * self.same

    @property
    def balance(self) -> float:
        """Percentage up less percentage down, -100 to 100."""
        return self.up - self.down


def diffusion_index(up: float, same: float, down: float) -> Shares:
    """Shares of counts, weights or percentages of answers.

    Raises
    ------
    MadeinError
        If one is negative or all are zero.

    Examples
    --------
    >>> diffusion_index(38, 44, 18).index, diffusion_index(38, 44, 18).balance
    (60.0, 20.0)
    """
    total = up + same + down
    if min(up, same, down) < 0 or not total > 0:
        raise MadeinError(f"answers cannot divide into {up:g} up, {same:g} same, {down:g} down", fix="give counts of zero or more, not all zero")
    return Shares(100 * up / total, 100 * same / total, 100 * down / total)


def mean_shares(shares: Mapping[str, Shares], weights: Mapping[str, float]) -> Shares:
    """Shares of several strata by their weights.

    Examples
    --------
    >>> mean_shares({"large": Shares(50, 30, 20), "small": Shares(20, 50, 30)}, {"large": 3, "small": 1}).index
    60.0
    """
    missing = [k for k in shares if not weights.get(k, -1.0) >= 0]
    total = sum(weights[k] for k in shares if k not in missing)
    if missing or not total > 0:
        raise MadeinError(f"no weight of {', '.join(missing) or 'any stratum'}", fix="give each stratum a weight of zero or more, not all zero")
    parts = [(weights[k] / total, s) for k, s in sorted(shares.items())]
    return Shares(*(sum(w * getattr(s, name) for w, s in parts) for name in ("up", "same", "down")))
