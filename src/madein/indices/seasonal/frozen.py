"""Identify once, freeze, rerun: the revision policy of official statistics, and a run some ninety times cheaper.

What is identified once a year (transformation, calendar effects, holiday windows, ARIMA model, outliers, filters) is kept
fixed from release to release, and only what follows from new numbers is estimated again ("partial concurrent adjustment",
ESS Guidelines on Seasonal Adjustment, Eurostat 2015, chapter 4).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from madein.core.errors import MadeinError, Problem
from madein.indices.seasonal.adjusting import TIMEOUT, _cautions, chain
from madein.indices.seasonal.build import with_data, with_holiday
from madein.indices.seasonal.fields import date_number
from madein.indices.seasonal.holidays import MovingHoliday, moving_holiday
from madein.indices.seasonal.observed import Observed
from madein.indices.seasonal.result import Adjustment
from madein.indices.seasonal.run import run_spec, run_together
from madein.indices.seasonal.spec import Arima, Estimate, Forecast, Regression, Transform, X13Spec, parse_spc, write_spc

_OUTLIER = re.compile(r"(?:ao|ls|tc|so)([0-9]{4}\.[0-9a-z]+)")


@dataclass(frozen=True)
class Frozen:
    """How a series is adjusted from now on.

    Parameters
    ----------
    key : str
        Of the series.
    spec : X13Spec
        The fixed run, with the numbers it was identified on.
    holiday : MovingHoliday, optional
        Moving holiday of the project's table whose regressors are renewed with every run.
    names : tuple of str
        Its regressors.
    until : int
        Last period of the numbers it was identified on, counted as `Observed.start`.
    """

    key: str
    spec: X13Spec
    holiday: MovingHoliday | None
    names: tuple[str, ...]
    until: int

    def to_json(self) -> str:
        """As text to keep beside the series; `from_json` reads it back.

        The numbers are left out, and so are the regressors that are computed.
        """
        series = replace(self.spec.series, data=self.spec.series.data[:1])
        bare = replace(self.spec, series=series)
        if self.holiday is not None and self.spec.regression is not None and self.names:
            bare = replace(bare, regression=replace(self.spec.regression, user=None, usertype=None, start=None, data=None))
            if self.spec.regression.user != self.names:
                bare = replace(bare, regression=self.spec.regression)
        content = {
            "key": self.key,
            "holiday": self.holiday.key if self.holiday else "",
            "names": self.names,
            "until": self.until,
            "spec": write_spc(bare),
        }
        return json.dumps(content, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str, holidays: dict[str, MovingHoliday] | None = None) -> Frozen:
        """From the text `to_json` wrote; `holidays` brings those of an own table."""
        try:
            content = json.loads(text)
            name = content["holiday"]
            holiday = ((holidays or {}).get(name) or moving_holiday(name)) if name else None
            spec = parse_spc(content["spec"], f"frozen spec of {content['key']!r}")
            return cls(content["key"], spec, holiday, tuple(content["names"]), int(content["until"]))
        except (KeyError, TypeError, ValueError) as err:
            raise MadeinError("the frozen spec cannot be read", why=f"{type(err).__name__}: {err}", fix="freeze the series anew") from err


def freeze(adjustment: Adjustment, *, holiday: MovingHoliday | None = None, arma: Literal["estimated", "fixed"] = "estimated") -> Frozen:
    """Fix everything that an adjustment identified.

    Parameters
    ----------
    adjustment : Adjustment
        Of the series as it was identified.
    holiday : MovingHoliday, optional
        Where the windows are those of an own table.
    arma : {"estimated", "fixed"}
        Whether later runs estimate the ARMA coefficients again or keep their values.

    Raises
    ------
    MadeinError
        If the series was not adjusted.

    Notes
    -----
    X-11 left to itself picks its seasonal and trend filters in each of its passes; named, it uses those it ended with in
    all of them. The first frozen run therefore moves single months, by about a percent on the series looked at; SEATS
    gives the same numbers as before.

    Examples
    --------
    >>> from madein.indices.seasonal import adjust, rerun
    >>> frozen = freeze(adjust(frame, "x11", "tet"))  # doctest: +SKIP
    >>> rerun(frozen, longer_frame).adjusted[-1]  # doctest: +SKIP
    """
    if adjustment.refused:
        raise MadeinError("nothing to freeze", where=f"series {adjustment.key!r}", why=adjustment.sentence(), fix="adjust it first")
    spec, udg = adjustment.spec, adjustment.udg
    old = spec.regression or Regression()
    variables = [*(old.variables or ()), *_kept(adjustment)]
    variables += [v for o in adjustment.outliers if (v := f"{o.kind}{o.period.lower()}") not in variables]
    regression = replace(old, variables=tuple(variables) or None, aictest=None, save=None, b=None)
    has_regression = bool(variables or old.user)
    made = replace(
        spec, transform=Transform(function=adjustment.transform, power=spec.transform.power if spec.transform else None),
        regression=regression if has_regression else None, automdl=None, outlier=None,
    )  # fmt: skip
    if adjustment.model:
        made = replace(made, arima=_arima(adjustment, fixed=arma == "fixed"), estimate=spec.estimate or Estimate())
        if spec.forecast is None and spec.x11 is not None:
            made = replace(made, forecast=Forecast(maxlead=spec.series.period))
    made = replace(made, other={k: v for k, v in spec.other.items() if k != "pickmdl"})
    if made.x11 is not None:
        x11 = replace(made.x11, mode=made.x11.mode or ("mult" if adjustment.transform == "log" else "add"))
        filters = udg.get("sfmsr", "")
        if x11.seasonalma in (None, ("msr",)) and re.fullmatch(r"[0-9]+x[0-9]+", filters):
            x11 = replace(x11, seasonalma=(f"s{filters}",))
        trend = udg.get("finaltrendma", "").split()
        if x11.trendma is None and trend and trend[0].isdigit():
            x11 = replace(x11, trendma=int(trend[0]))
        made = replace(made, x11=x11)
    names = adjustment.holiday
    if names and holiday is None:
        holiday = moving_holiday(names[0].partition("_")[0])
    return Frozen(adjustment.key, made, holiday if names else None, names, int(adjustment.numbers[-1]))


def _kept(adjustment: Adjustment) -> list[str]:
    """Effects that the AICc tests of the program kept, as it names them."""
    udg, out = adjustment.udg, []
    days = udg.get("aictest.td", "no").split()
    if days and days[0] not in ("no", "none"):
        out.append(days[0])
    window = udg.get("aictest.e.window", "0").split()
    if udg.get("aictest.e") == "yes" and window:
        out.append(f"easter[{int(window[0])}]")
    groups = {c.group for c in adjustment.regressors}
    held = adjustment.spec.regression.variables or () if adjustment.spec.regression else ()
    if "Constant" in groups and "const" not in held:
        out.append("const")
    return out


def _arima(adjustment: Adjustment, *, fixed: bool) -> Arima:
    if not fixed:
        return Arima(model=adjustment.model)
    values = {kind: tuple(f"{c.value:.10f}f" for c in adjustment.arma if c.group == kind) for kind in ("AR", "MA")}
    return Arima(model=adjustment.model, ar=(values["AR"],) if values["AR"] else None, ma=(values["MA"],) if values["MA"] else None)


def _renewed(frozen: Frozen, observed: Observed) -> tuple[X13Spec, list[Problem]]:
    """The fixed run on new numbers; outliers outside them are dropped, and said."""
    said: list[Problem] = []
    spec = with_data(frozen.spec, observed)
    old = spec.regression
    if old is not None and old.variables:
        last = observed.start + len(observed.values) - 1
        gone = [v for v in old.variables if (d := _OUTLIER.fullmatch(v)) and not observed.start <= date_number(d[1], observed.period) <= last]
        if gone:
            kept = tuple(v for v in old.variables if v not in gone) or None
            spec = replace(spec, regression=replace(old, variables=kept))
            said.append(Problem(f"outliers {', '.join(gone)} lie outside the numbers", f"series {frozen.key!r}", "", "freeze anew", "warning"))
    if frozen.holiday is not None and frozen.names:
        lead = 36 if spec.seats is not None else observed.period
        spec = with_holiday(spec, frozen.holiday, frozen.names, lead)
    return spec, said


def rerun(frozen: Frozen, series: Observed, *, fallback: bool = True, timeout: float = TIMEOUT) -> Adjustment:
    """Adjust new numbers of a series as it was frozen.

    Parameters
    ----------
    frozen : Frozen
        What was identified.
    series : Observed
        The numbers.
    fallback : bool
        Whether to go down the chain where X-13 refuses (see `adjust`).
    timeout : float
        Seconds a run may take.
    """
    spec, said = _renewed(frozen, series)
    done = chain(run_spec(spec, timeout=timeout), series.key, frozen.names, fallback=fallback, timeout=timeout)
    return replace(done, warnings=(*series.warnings, *said, *_cautions(series, done), *done.warnings))


def rerun_chunk(jobs: Sequence[tuple[Frozen, Observed]], timeout: float = TIMEOUT) -> list[Adjustment]:
    """Rerun several series in one process of the program; equal to `rerun` of each."""
    renewed = [_renewed(f, o) for f, o in jobs]
    runs = run_together([spec for spec, _ in renewed], timeout=timeout, factors=True)
    out = []
    for (frozen, observed), (_, said), run in zip(jobs, renewed, runs, strict=True):
        done = chain(run, observed.key, frozen.names, timeout=timeout)
        out.append(replace(done, warnings=(*observed.warnings, *said, *_cautions(observed, done), *done.warnings)))
    return out
