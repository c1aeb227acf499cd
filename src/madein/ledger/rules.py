"""Parameters of the room, as data: how rounding is read, when silence tells something, what counts as the same project."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any

from madein.core.errors import MadeinError


@dataclass(frozen=True, slots=True)
class Rules:
    """What ``rules.yaml`` holds; the file says where each number is from and what it decides."""

    approx_units: float
    round_digits: int
    distributive: tuple[str, ...]
    start_events: tuple[str, ...]
    states: Mapping[str, Mapping[str, Any]]
    silence: Mapping[str, tuple[tuple[int, str], ...]]
    same_project: Mapping[str, float]
    area_units: tuple[str, ...]
    duration_units: tuple[str, ...]
    silent_dates: tuple[str, ...]
    singular_in_s: tuple[str, ...]
    checks: Mapping[str, Mapping[str, str]]

    def state(self, text: str) -> str | None:
        """Key of the project state that a word stands for; None for an unknown one."""
        from madein.core.period_labels import fold

        word = fold(text).replace("_", " ").replace("-", " ")
        return next((k for k, s in self.states.items() if word in (k.replace("-", " "), *s["also"])), None)

    def implied(self, state: str) -> frozenset[str]:
        """Events that must have happened to a project in the state that a word stands for."""
        key = self.state(state)
        return frozenset(self.states[key].get("implies", ())) if key else frozenset()


@functools.cache
def rules(path: Path | None = None) -> Rules:
    """The rules of the package, or those of a file that replaces some of them.

    Raises
    ------
    MadeinError
        If the file names a rule nobody knows.

    Examples
    --------
    >>> rules().silence["announced"], rules().state("under construction")
    (((24, 'shelved'), (48, 'cancelled')), 'construction')
    """
    import yaml

    data: dict[str, Any] = yaml.safe_load(resources.files("madein.ledger").joinpath("rules.yaml").read_text("utf-8"))
    known = {f.name for f in fields(Rules)}
    if path is not None:
        own = yaml.safe_load(path.read_text("utf-8")) or {}
        unknown = sorted(own.keys() - known) if isinstance(own, dict) else [str(own)[:40]]
        if unknown:
            raise MadeinError(f"no rule is called {', '.join(unknown)}", path.name, fix=f"known are {', '.join(sorted(known))}")
        data |= own
    silence = {k: tuple((int(months), str(state)) for months, state in steps) for k, steps in data["silence"].items()}
    lists = {
        k: tuple(str(x) for x in data[k]) for k in ("distributive", "start_events", "area_units", "duration_units", "silent_dates", "singular_in_s")
    }
    return Rules(**{**data, **lists, "silence": silence, "approx_units": float(data["approx_units"]), "round_digits": int(data["round_digits"])})
