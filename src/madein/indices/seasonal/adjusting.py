"""Adjust one series: build the run, choose the windows of a moving holiday, fall back where X-13 refuses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError, Problem
from madein.core.periods import Period
from madein.indices.seasonal.build import AIRLINE, standard_spec, ways_round, with_data, with_holiday
from madein.indices.seasonal.fields import date_number
from madein.indices.seasonal.holidays import MovingHoliday, moving_holiday
from madein.indices.seasonal.observed import Observed
from madein.indices.seasonal.refusals import refusal_of
from madein.indices.seasonal.result import Adjustment, Step, result_of
from madein.indices.seasonal.run import Run, run_spec, run_together
from madein.indices.seasonal.spec import Arima, Estimate, Outlier, Regression, Transform, X13Spec

if TYPE_CHECKING:
    import polars as pl

TIMEOUT = 120.0
"""Seconds one run may take before the chain goes on without it."""

SHORT_YEARS = 5


@dataclass(frozen=True)
class HolidayChoice:
    """Which windows of a holiday a series wants.

    Parameters
    ----------
    names : tuple of str
        Regressors kept; empty where none lowers AICc.
    aicc : mapping
        AICc of the airline model by the windows tried, joined by ``+`` (empty text: none of them).
    transform : str
        log or none, as the test settled it.
    warnings : tuple of Problem
        Where the test could not be made.
    """

    names: tuple[str, ...]
    aicc: dict[str, float]
    transform: str
    warnings: tuple[Problem, ...] = ()


def decompose(spec: X13Spec, key: str = "", *, timeout: float = TIMEOUT) -> Adjustment:
    """Run one spec as it stands, without falling back.

    Parameters
    ----------
    spec : X13Spec
        The run.
    key : str
        Name of the series; its title where empty.
    timeout : float
        Seconds it may take.

    Returns
    -------
    Adjustment
        With ``method`` "none" and the reason where X-13 refuses.

    Examples
    --------
    >>> from madein.indices.seasonal import parse_spc
    >>> decompose(parse_spc("series{start=2020.01 data=(1 2 3)} x11{}")).reason.plain  # doctest: +SKIP
    'the series is shorter than three complete years'
    """
    return result_of(run_spec(spec, timeout=timeout), key)


def choose_windows(observed: Observed, holiday: MovingHoliday, *, transform: str = "auto", timeout: float = TIMEOUT) -> HolidayChoice:
    """Keep the windows of a holiday that lower AICc most.

    The airline model with all windows settles transformation and outliers; then every choice of windows, and none, is
    estimated with those fixed, so that their AICc compare. The choice belongs to the identification of a series, to be
    kept from release to release.

    Parameters
    ----------
    observed : Observed
        The series.
    holiday : MovingHoliday
        Its windows are the candidates.
    transform : {"auto", "log", "none"}
        As for X-13.
    timeout : float
        Seconds a run may take.
    """
    shares = holiday.regressors(observed.start, len(observed.values), period=observed.period)
    able = tuple(n for n, column in zip(holiday.names, shares.T, strict=True) if abs(column).max() > 1e-9)
    if not able:
        why = Problem(f"{holiday.label} is left out", f"series {observed.key!r}", "it falls in the same quarter every year", "", "warning")
        return HolidayChoice((), {}, transform, (why,))
    base = replace(standard_spec(observed, "x11", ()), automdl=None, x11=None, arima=Arima(model=AIRLINE), estimate=Estimate())
    base = replace(base, transform=Transform(function=transform), outlier=Outlier(types=("ao", "ls")))
    first = run_spec(with_holiday(base, holiday, able), timeout=timeout)
    if not first.made:
        first = run_spec(with_holiday(replace(base, outlier=None), holiday, able), timeout=timeout)
    if not first.made:
        refusal = refusal_of(first)
        why = Problem(f"{holiday.label} is left out", f"series {observed.key!r}", refusal.plain if refusal else "", "", "warning")
        return HolidayChoice((), {}, transform, (why,))
    seen = result_of(first)
    fixed = tuple(f"{o.kind}{o.period.lower()}" for o in seen.outliers)
    settled = replace(base, transform=Transform(function=seen.transform), outlier=None, regression=Regression(variables=fixed) if fixed else None)
    choices = [c for n in range(len(able) + 1) for c in combinations(able, n)]
    runs = run_together([with_holiday(settled, holiday, c) for c in choices], timeout=timeout)
    aicc = {"+".join(c): float(r.udg["aicc"].split()[0]) for c, r in zip(choices, runs, strict=True) if r.made}
    best = min((c for c in choices if "+".join(c) in aicc), key=lambda c: (aicc["+".join(c)], len(c)), default=())
    return HolidayChoice(best, aicc, seen.transform)


def adjust(
    series: pl.DataFrame | Observed,
    method: str = "x11",
    holiday: str | MovingHoliday = "",
    spec: X13Spec | str | None = None,
    *,
    key: str = "",
    calendar: Sequence[str] = ("td", "easter"),
    fallback: bool = True,
    timeout: float = TIMEOUT,
) -> Adjustment:
    """Adjust a series for its season.

    Parameters
    ----------
    series : polars.DataFrame or Observed
        A frame with ``month`` (numbers), ``period`` (text) or dates, and ``value``; holes are absent rows, null or NaN.
    method : {"x11", "seats"}
        How the series is taken apart; a `spec` that names one decides itself.
    holiday : str or MovingHoliday
        ``tet``, ``cny``, ``eid``, ``diwali``, or a holiday of an own table: the windows that lower AICc are kept.
    spec : X13Spec or str, optional
        The run to make on these numbers, else the automatic one (`madein.indices.seasonal.build.standard_spec`).
    key : str
        Name of the series; the frame's own where empty.
    calendar : sequence of str
        Effects that the automatic run tests by AICc.
    fallback : bool
        Where X-13 refuses, go on: X-11 instead of SEATS, no logarithms where there are zeros, the airline model, the
        filters alone. Every step taken stands in the result. False: the first refusal is the answer.
    timeout : float
        Seconds a single run may take.

    Returns
    -------
    Adjustment
        With ``method`` "none", no components and the reason where everything refuses. Holes are estimated by the model
        and marked.

    Raises
    ------
    MadeinError
        For input that is no series, a holiday without dates, or without the X-13 program.

    Notes
    -----
    X-11 after Ladiray and Quenneville (2001), SEATS after Gomez and Maravall (1996), both as the Census Bureau's
    X-13ARIMA-SEATS 1.1 runs them.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.read_csv("iip.csv")  # doctest: +SKIP
    >>> adjust(frame, "seats", "tet").frame.tail(1)  # doctest: +SKIP
    """
    observed = series if isinstance(series, Observed) else Observed.from_frame(series, key)
    moving = moving_holiday(holiday) if isinstance(holiday, str) and holiday else holiday or None
    said: list[Problem] = list(observed.warnings)
    if isinstance(spec, str):
        from madein.indices.seasonal.spec import parse_spc

        spec = parse_spc(spec)
    asked = standard_spec(observed, method, calendar) if spec is None else with_data(spec, observed)
    if not asked.method:
        raise MadeinError("the spec asks for no adjustment", where="spec", why="it has neither x11 nor seats", fix="add one")
    kept: tuple[str, ...] = ()
    if isinstance(moving, MovingHoliday):
        choice = choose_windows(observed, moving, transform=_function(asked), timeout=timeout)
        said += choice.warnings
        kept = choice.names
        asked = with_holiday(asked, moving, kept)
        if asked.transform is not None and asked.transform.function == "auto" and choice.aicc:
            # The transformation was settled with the holiday in; to test it again without would invite another answer.
            asked = replace(asked, transform=replace(asked.transform, function=choice.transform))
    done = chain(run_spec(asked, timeout=timeout), observed.key, kept, fallback=fallback, timeout=timeout)
    if isinstance(moving, MovingHoliday):
        done = replace(done, holiday_aicc=choice.aicc)
    return replace(done, warnings=(*said, *_cautions(observed, done), *done.warnings))


def _function(spec: X13Spec) -> str:
    asked = spec.transform.function if spec.transform else "none"
    return asked if asked in ("auto", "log") else "none"


def chain(run: Run, key: str, kept: tuple[str, ...] = (), *, fallback: bool = True, timeout: float = TIMEOUT) -> Adjustment:
    """Read a run; where it was refused, go down the fall-back chain.

    Parameters
    ----------
    run : Run
        The first try.
    key : str
        Name of the series.
    kept : tuple of str
        Holiday regressors in it.
    fallback : bool
        False: the first try is the answer.
    timeout : float
        Seconds a run may take.
    """
    first = result_of(run, key, holiday=kept)
    if not first.refused or not fallback:
        return first
    steps, spec, refusal = first.steps, run.spec, first.reason
    tried: set[str] = set()
    while refusal is not None:
        ways = [w for w in ways_round(spec, refusal) if w[0] not in tried]
        if not ways:
            break
        kind, name, change = ways[0]
        tried.add(kind)
        spec = change(spec)
        result = result_of(run_spec(spec, timeout=timeout), key, asked=first.asked)
        refusal = result.reason
        steps = (*steps, Step(name, spec.method, refusal))
        if refusal is None:
            names = tuple(n for n in kept if spec.regression is not None and n in (spec.regression.user or ()))
            return replace(result, steps=steps, holiday=names)
    return replace(first, steps=steps)


def _cautions(observed: Observed, done: Adjustment) -> list[Problem]:
    where = f"series {observed.key!r}"
    out = [s.refusal.problem(where) for s in done.steps if s.refusal is not None]
    if observed.holes and not done.refused:
        fix = "replace them by published values when there are any"
        holes = f"{observed.holes} hole{' was' if observed.holes == 1 else 's were'} estimated"
        out.append(Problem(holes, where, "the model fills them, and every factor rests on the filling", fix, "warning"))
    out += _not_positive(observed, done, where)
    out += _level_shifts(done, where)
    years = len(observed.values) / observed.period
    if years < SHORT_YEARS and not done.refused:
        out.append(Problem(f"only {years:.1f} years of data", where, "seasonal factors of less than five years change much", "", "warning"))
    return out


def _not_positive(observed: Observed, done: Adjustment, where: str) -> list[Problem]:
    """Zeros and negative values, for which the series was adjusted without logarithms."""
    low = np.flatnonzero(observed.values <= 0)
    if not len(low) or done.refused:
        return []
    kind = "negative values" if (observed.values < 0).any() else "zeros"
    many = "one value is" if len(low) == 1 else f"{len(low)} values are"
    what = f"{many} zero or negative, the first in {_period(observed.start + int(low[0]), observed.period)}"
    zeros = (observed.values == 0).any() and len(low) < len(observed.values) / 4
    fix = "if a zero stands for a number that is missing, empty its cell" if zeros else ""
    return [Problem(what, where, f"of {kind} there are no logarithms: the season is added, not multiplied", fix, "warning")]


CHANGED_BASE = 0.2
"""Lasting shift of level, as a share of it, from which a change of base is worth a thought."""


def _level_shifts(done: Adjustment, where: str) -> list[Problem]:
    """Level shifts so large that the base or the definition of the series may have changed."""
    out = []
    for o in done.outliers if done.transform == "log" and not done.refused else ():
        change = math.expm1(o.value)
        if o.kind == "ls" and abs(change) >= CHANGED_BASE:
            fix = "link both parts at their overlap before adjusting, if the base or definition of the series changed"
            when = _period(date_number(o.period, done.period), done.period)
            out.append(Problem(f"the level shifts by {100 * change:+.0f} % in {when}", where, "an outlier stands for it", fix, "warning"))
    return out


def _period(number: int, per_year: int) -> str:
    every = 12 // per_year
    return str(Period.months(number * every, number * every + every - 1))
