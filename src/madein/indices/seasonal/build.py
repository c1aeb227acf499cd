"""Specs made here: the standard run, holiday regressors put in, and the simpler runs of the fall-back chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError
from madein.indices.seasonal.fields import number_text
from madein.indices.seasonal.spec import (
    X11,
    Arima,
    Automdl,
    Estimate,
    Forecast,
    Outlier,
    Regression,
    Seats,
    Series,
    Transform,
    X13Spec,
    safe_title,
)  # fmt: skip

if TYPE_CHECKING:
    from madein.indices.seasonal.holidays import MovingHoliday
    from madein.indices.seasonal.observed import Observed
    from madein.indices.seasonal.refusals import Refusal

AIRLINE = "(0 1 1)(0 1 1)"
"""The model of Box and Jenkins (1970) for airline passengers, which fits most seasonal series tolerably."""

LEAD = 36
"""Months beyond the end for which regressors are given: what SEATS forecasts."""

METHODS = ("x11", "seats")


def series_section(observed: Observed) -> Series:
    """The numbers of a series as a section.

    A hole is estimated from a first value. The program's own is 1e9 whatever the unit, so that the same series in dollars and
    in millions of dollars would come out differently; a middle value of the series has its unit.
    """
    seen = np.isfinite(observed.values)
    holes = bool(seen.any() and not seen.all())
    middle = float(np.sort(observed.values[seen])[int(seen.sum()) // 2]) if holes else 0.0
    first = {"missingval": (number_text(middle),)} if holes else {}
    return Series(
        start=observed.start, data=tuple(observed.values.tolist()), period=observed.period, title=safe_title(observed.key), decimals=5, other=first
    )


def standard_spec(observed: Observed, method: str = "x11", calendar: Sequence[str] = ("td", "easter")) -> X13Spec:
    """The automatic run: transformation, calendar effects, model and outliers are all found by the program.

    Parameters
    ----------
    observed : Observed
        The series.
    method : {"x11", "seats"}
        How it is taken apart.
    calendar : sequence of str
        Effects that are kept where AICc wants them.

    Examples
    --------
    >>> from madein.indices.seasonal.observed import Observed
    >>> standard_spec(Observed.of("a", [24288, 24289, 24290], [1.0, 2.0, 3.0]), "seats").automdl is not None
    True
    """
    if method not in METHODS:
        raise MadeinError(f"no method {method!r}", fix="name x11 or seats")
    spec = X13Spec(
        series=series_section(observed), transform=Transform(function="auto"),
        regression=Regression(aictest=tuple(calendar)) if calendar else None, automdl=Automdl(), outlier=Outlier(),
    )  # fmt: skip
    return replace(spec, seats=Seats()) if method == "seats" else replace(spec, x11=X11())


def with_data(spec: X13Spec, observed: Observed) -> X13Spec:
    """The same run on other numbers."""
    if spec.series.period != observed.period:
        raise MadeinError(
            f"the spec is for a year of {spec.series.period} periods", where=f"series {observed.key!r}",
            why=f"the series has {observed.period}", fix="give a spec of the same frequency",
        )  # fmt: skip
    made = series_section(observed)
    return replace(
        spec,
        series=replace(
            made, span=spec.series.span, modelspan=spec.series.modelspan, save=spec.series.save, other={**made.other, **spec.series.other}
        ),
    )


def with_holiday(spec: X13Spec, holiday: MovingHoliday, names: tuple[str, ...], lead: int = LEAD) -> X13Spec:
    """The run with regressors of a moving holiday, its effect kept out of the adjusted series.

    Regressors of the same holiday that stand in the run are replaced; those of the user stay.
    """
    old = spec.regression or Regression()
    own = [i for i, n in enumerate(old.user or ()) if n not in holiday.names]
    if (old.user or names) and not (own and not names):
        from madein.indices.seasonal.fields import date_text

        months = len(spec.series.data) + lead
        columns = [holiday.regressors(spec.series.start, months, names, spec.series.period).round(10)] if names else []
        if own:
            columns.append(_own(spec, old, own, months))
        user = (*names, *((old.user or ())[i] for i in own))
        kinds = _kinds(old)
        table = np.concatenate(columns, axis=1) if columns else np.empty((0, 0))
        changed = replace(
            old, user=user or None, usertype=(*("holiday",) * len(names), *(kinds[i] for i in own)) or None,
            start=date_text(spec.series.start, spec.series.period) if user else None, data=tuple(table.ravel().tolist()) or None,
        )  # fmt: skip
        return replace(spec, regression=changed)
    return spec


def _kinds(regression: Regression) -> tuple[str, ...]:
    n = len(regression.user or ())
    kinds = regression.usertype or ("user",)
    return kinds * n if len(kinds) == 1 else kinds


def _own(spec: X13Spec, old: Regression, own: list[int], months: int) -> np.ndarray:
    from madein.indices.seasonal.fields import date_number

    start = date_number(old.start, spec.series.period) if old.start else spec.series.start
    table = np.array(old.data or (), dtype=np.float64).reshape(-1, len(old.user or ()))
    at = spec.series.start - start
    if at < 0 or len(table) < at + months:
        raise MadeinError(
            "the regressors of the spec do not reach far enough", where=f"regression user=({' '.join(old.user or ())})",
            why=f"{months} periods from the start of the series are needed", fix="extend them",
        )  # fmt: skip
    return table[at : at + months, own]


def plain_spec(spec: X13Spec) -> X13Spec:
    """A run with the airline model and nothing else to find, by X-11."""
    return X13Spec(
        series=spec.series, transform=_settled(spec), arima=Arima(model=AIRLINE), estimate=Estimate(), forecast=Forecast(maxlead=spec.series.period),
        x11=X11(mode=_mode(spec)),
    )  # fmt: skip


def filter_spec(spec: X13Spec) -> X13Spec:
    """A run of the X-11 filters alone, without a model."""
    return X13Spec(series=spec.series, x11=X11(mode="mult" if _positive(spec) else "add"))


def additive_spec(spec: X13Spec) -> X13Spec:
    """The same run without logarithms."""
    made = replace(spec, transform=Transform(function="none"))
    return replace(made, x11=replace(spec.x11, mode="add")) if spec.x11 is not None else made


def x11_spec(spec: X13Spec) -> X13Spec:
    """The same run by X-11."""
    return replace(spec, seats=None, x11=X11(appendfcst=None))


def _positive(spec: X13Spec) -> bool:
    return all(x > 0 for x in spec.series.data if not isnan(x))


def _settled(spec: X13Spec) -> Transform:
    asked = spec.transform.function if spec.transform else None
    return Transform(function="log" if _positive(spec) and asked != "none" else "none")


def _mode(spec: X13Spec) -> str:
    return "mult" if _settled(spec).function == "log" else "add"


def ways_round(spec: X13Spec, refusal: Refusal) -> list[tuple[str, str, Callable[[X13Spec], X13Spec]]]:
    """Steps of the chain that may do without what failed: kind, name, how the run is made.

    The order is fixed: X-11 instead of SEATS, no logarithms, the airline model, the filters alone.
    """
    holes = any(isnan(x) for x in spec.series.data)
    steps: list[tuple[str, str, Callable[[X13Spec], X13Spec]]] = [
        ("x11", "X-11 instead of SEATS", x11_spec),
        ("additive", "without logarithms", additive_spec),
        ("plain", "airline model without tests, outliers and holidays", plain_spec),
        ("filter", "X-11 filters without a model", filter_spec),
    ]
    return [
        s for s in steps if s[0] in refusal.helps and not (s[0] == "x11" and spec.seats is None) and not (s[0] == "filter" and holes)
    ]  # fmt: skip
