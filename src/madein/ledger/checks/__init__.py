"""Checks of a ledger: what cannot be true together, and what asks for a look."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError
from madein.ledger.checks.doubles import one_place_two_names, same_project_twice
from madein.ledger.checks.model import Finding, finding_rows
from madein.ledger.checks.order import happened_in_the_future, overdue, time_order
from madein.ledger.checks.parts import part_of_whole
from madein.ledger.checks.sources import sources_differ
from madein.ledger.checks.units import mixed_currencies, output_over_capacity, rate_against_count, unit_unlike_predicate
from madein.ledger.rules import rules

if TYPE_CHECKING:
    from madein.ledger.claims import Claims

__all__ = ["Finding", "check", "finding_rows"]


def check(claims: Claims, day: date | None = None, *, only: Iterable[str] = (), economy: str = "VNM") -> tuple[Finding, ...]:
    """Everything the checks find in what was known on a day.

    Parameters
    ----------
    claims : Claims
        The ledger.
    day : date
        What was said later is not looked at; the day of the last statement if None.
    only : iterable of str
        Names of checks in ``rules.yaml``; all if empty.
    economy : str
        Whose provinces names are looked up in.

    Returns
    -------
    tuple of Finding
        Contradictions before looks, each in the order of the rules, then by subject; each with a sentence and the ids of the
        claims it is about. Nothing is corrected.

    Raises
    ------
    MadeinError
        If a name in `only` is no check.

    Examples
    --------
    >>> from madein.core.periods import Period
    >>> from madein.ledger import Claim, Claims
    >>> said = Period.parse("2024-12-20")
    >>> def area(subject, hectares):
    ...     return Claim(subject=subject, predicate="area", value=hectares, unit="hectare", as_of=said, source="a paper")
    >>> for found in check(Claims.of([area("project:dong-van", 11.3), area("project:dong-van/phase=1", 64.3)])):
    ...     print(found.severity, found.check, len(found.claims))
    contradiction part_exceeds_whole 2
    """
    wanted = list(only)
    unknown = [name for name in wanted if name not in rules().checks]
    if unknown:
        raise MadeinError(f"no check is called {', '.join(unknown)}", fix=f"known are {', '.join(rules().checks)}")
    if not len(claims):
        return ()
    view = claims.as_of(day or claims.days[-1])
    found = [
        *part_of_whole(view), *time_order(view), *overdue(view), *happened_in_the_future(view), *unit_unlike_predicate(view),
        *rate_against_count(view), *mixed_currencies(view), *output_over_capacity(view), *sources_differ(view),
        *same_project_twice(view, economy), *one_place_two_names(claims.frame, view, economy),
    ]  # fmt: skip
    order = list(rules().checks)
    kept = [f for f in dict.fromkeys(found) if not wanted or f.check in wanted]
    return tuple(sorted(kept, key=lambda f: (f.severity != "contradiction", order.index(f.check), f.subject, f.sentence)))
