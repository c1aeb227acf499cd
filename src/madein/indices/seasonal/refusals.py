"""What X-13 says when it refuses, in plain words with a mend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from madein.core.errors import Problem
from madein.indices.seasonal.run import Run


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a run gave no adjusted series.

    Parameters
    ----------
    code : str
        Short name: ``too_short``, ``not_positive``, ``seats_inadmissible`` ...
    plain : str
        The reason in one clause.
    mend : str
        What the reader can do.
    said : str
        The program's own words.
    helps : tuple of str
        Steps of the fall-back chain that may do without what failed.
    """

    code: str
    plain: str
    mend: str
    said: str = ""
    helps: tuple[str, ...] = ()

    def problem(self, where: str) -> Problem:
        """As a warning that travels with a result."""
        return Problem(self.plain, where, f"X-13: {self.said}" if self.said else "", self.mend, "warning")


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    says: tuple[str, ...]
    plain: str
    mend: str
    helps: tuple[str, ...]


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    rows = yaml.safe_load((Path(__file__).parent / "refusals.yaml").read_text(encoding="utf-8"))
    return tuple(_Rule(r["code"], tuple(r["says"]), r["plain"], r["mend"], tuple(r["helps"])) for r in rows)


def explain(message: str) -> Refusal:
    """A message of the program in plain words.

    Parameters
    ----------
    message : str
        One message, on one line.

    Examples
    --------
    >>> explain("DECOMPOSITION INVALID,IRREGULAR SPECTRUM NEGATIVE").code
    'seats_inadmissible'
    >>> explain("something never seen").plain
    'X-13 refused without a reason known here'
    """
    low = message.lower()
    for rule in _rules():
        if all(word in low for word in rule.says):
            return Refusal(rule.code, rule.plain, rule.mend, message, rule.helps)
    return Refusal("unknown", "X-13 refused without a reason known here", "read its words, or try X-11", message, ("x11", "plain", "filter"))


def refusal_of(run: Run) -> Refusal | None:
    """Why a run gave no result; None if it gave one.

    Where the program says several things, the one that least can be helped is the reason.
    """
    if run.made:
        return None
    if run.timed_out:
        return Refusal(
            "time_limit", f"the program did not finish within the time limit ({run.seconds:.0f} s)",
            "allow more time, or give a model instead of having one identified", "", ("x11", "plain", "filter"),
        )  # fmt: skip
    found = [explain(m) for m in run.errors]
    known = [f for f in found if f.code != "unknown"]
    if known:
        return min(known, key=lambda f: len(f.helps))
    if found:
        return found[0]
    # A warning may be all that the program leaves before it stops.
    hinted = [f for m in run.warnings if (f := explain(m)).code != "unknown"]
    if hinted:
        return hinted[0]
    return Refusal(
        "silent",
        "X-13 stopped without saying why",
        "give a model such as (0 1 1)(0 1 1) instead of having one identified",
        "",
        ("x11", "plain", "filter"),
    )
