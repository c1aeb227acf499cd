"""A seasonal adjustment as an object: components, model, regressors, outliers, quality, and what was said on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import Problem
from madein.indices.seasonal.refusals import Refusal, refusal_of
from madein.indices.seasonal.run import TABLES, Run
from madein.indices.seasonal.spec import X13Spec

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

Method = Literal["x11", "seats", "none"]

EFFECTS = {"hol": "holiday", "td": "trading_day", "usr": "user", "otl": "outlier"}
"""Saved tables of regression effects and what they hold."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An estimated coefficient: its group, name, value, standard error and t value (0 where it was fixed)."""

    group: str
    name: str
    value: float
    error: float
    t: float


@dataclass(frozen=True, slots=True)
class Outlier:
    """An outlier: kind (ao, ls, tc, so), its period as X-13 writes it (``2020.Apr``), effect and t value.

    `found` tells outliers the program found from those the spec named.
    """

    kind: str
    period: str
    value: float
    t: float
    found: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """Diagnostics of an adjustment; None where X-13 gives none.

    Parameters
    ----------
    aic, aicc, bic : float
        Information criteria of the model.
    m : mapping
        Monitoring statistics M1 to M11 of X-11 (Lothian and Morry 1978); above 1 is bad.
    q, q2 : float
        Their weighted mean, with and without M2.
    qs_original, qs_adjusted : pair of float
        QS statistic of seasonality and its p value, of the original and the adjusted series.
    seasonal : str
        X-11's combined test of identifiable seasonality: yes, no, or ???.
    residual_f : pair of float
        F test of seasonality left in the adjusted series and its p value, percent.
    ljung_box_fails : int
        Lags at which the Ljung-Box test fails at 5 %.
    """

    aic: float | None = None
    aicc: float | None = None
    bic: float | None = None
    m: Mapping[str, float] = field(default_factory=dict)
    q: float | None = None
    q2: float | None = None
    qs_original: tuple[float, float] | None = None
    qs_adjusted: tuple[float, float] | None = None
    seasonal: str | None = None
    residual_f: tuple[float, float] | None = None
    ljung_box_fails: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the fall-back chain: what was tried, and why it did not hold (None: it did)."""

    name: str
    method: str
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Adjustment:
    """A series with its components, or the reason why it has none.

    Parameters
    ----------
    key : str
        Of the series.
    asked, method : str
        The method asked for and the one that gave the numbers; "none" where all refused.
    period : int
        12 for months, 4 for quarters.
    numbers : ndarray, shape (periods,)
        Year times `period` plus the place in the year from 0.
    original, seasonal, adjusted, trend, irregular : ndarray, shape (periods,)
        In the unit of the series; seasonal and irregular are factors around 1 where `mode` is multiplicative. NaN where
        absent: `original` at holes, all others where `method` is "none".
    filled : ndarray, shape (periods,)
        The original, its holes estimated by the model.
    estimated : ndarray of bool, shape (periods,)
        True at the holes: every number of that period rests on an estimate.
    effects : mapping
        Effects of ``holiday``, ``trading_day``, ``user`` and ``outlier`` regressors, shape (periods,), in the form of `seasonal`.
    mode : str
        multiplicative, additive, log-additive or pseudo-additive.
    model, transform : str
        ARIMA model and transformation that were used.
    regressors, arma : tuple of Coefficient
        Estimated coefficients; outliers are in `outliers`.
    outliers : tuple of Outlier
        Of the model.
    quality : Quality
        Diagnostics.
    steps : tuple of Step
        The chain, first to last; one step without refusal where the first try held.
    warnings : tuple of Problem
        What the reader of the numbers should know.
    spec : X13Spec
        The run that gave the numbers, or the first one refused.
    holiday : tuple of str
        Windows of the moving holiday that were kept, such as ``tet_dur``.
    udg : mapping
        All diagnostics of the program, key to text.
    holiday_aicc : mapping
        AICc by the windows tried, empty text for none of them.
    tables : mapping
        All saved tables, aligned to `numbers`.
    """

    key: str
    asked: str
    method: Method
    period: int
    numbers: NDArray[np.int64]
    original: FloatArray
    seasonal: FloatArray
    adjusted: FloatArray
    trend: FloatArray
    irregular: FloatArray
    filled: FloatArray
    estimated: NDArray[np.bool_]
    effects: Mapping[str, FloatArray]
    mode: str
    model: str
    transform: str
    regressors: tuple[Coefficient, ...]
    arma: tuple[Coefficient, ...]
    outliers: tuple[Outlier, ...]
    quality: Quality
    steps: tuple[Step, ...]
    warnings: tuple[Problem, ...]
    spec: X13Spec
    holiday: tuple[str, ...] = ()
    udg: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, FloatArray] = field(default_factory=dict)
    holiday_aicc: Mapping[str, float] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """True if nothing gave an adjusted series."""
        return self.method == "none"

    @property
    def reason(self) -> Refusal | None:
        """Why the first try did not hold; None if it did."""
        return self.steps[0].refusal

    @property
    def months(self) -> NDArray[np.int64]:
        """Number of each period's last month."""
        every = 12 // self.period
        return (self.numbers + 1) * every - 1

    @property
    def frame(self) -> pl.DataFrame:
        """Tidy Polars frame, one row a period.

        Columns: ``series``, ``period`` (text), ``month`` (number of its last month), ``original``, ``seasonal``,
        ``adjusted``, ``trend``, ``irregular``, ``holiday``, ``trading_day`` and ``basis`` ("estimated" at holes, else
        "computed"); null where there is no number.
        """
        import polars as pl

        from madein.core.periods import Period

        every = 12 // self.period
        months = self.months.tolist()
        columns = {
            "original": self.original, "seasonal": self.seasonal, "adjusted": self.adjusted, "trend": self.trend,
            "irregular": self.irregular, "holiday": self._effect("holiday"), "trading_day": self._effect("trading_day"),
        }  # fmt: skip
        return pl.DataFrame(
            {
                "series": [self.key] * len(months),
                "period": [str(Period.months(n - every + 1, n)) for n in months],
                "month": months,
                **columns,
                "basis": np.where(self.estimated, "estimated", "computed").tolist(),
            },
            schema_overrides={"series": pl.String, "period": pl.String, "month": pl.Int64, "basis": pl.String},
        ).with_columns(pl.col(list(columns)).fill_nan(None))

    def _effect(self, name: str) -> FloatArray:
        return self.effects.get(name, np.full(len(self.numbers), np.nan))

    def sentence(self) -> str:
        """What was done, in one plain sentence.

        Examples
        --------
        >>> adjustment.sentence()  # doctest: +SKIP
        'Adjusted by X-11, since SEATS found no admissible decomposition.'
        """
        names = {"x11": "X-11", "seats": "SEATS"}
        first = self.reason
        if self.refused:
            return f"Not adjusted: {first.plain if first else 'no method was asked for'}."
        done = f"Adjusted by {names[self.method]}"
        if first is None:
            return f"{done}, model {self.model or 'none'}, {self.mode}."
        return f"{done} ({self.steps[-1].name}), model {self.model or 'none'}, {self.mode}; the first try failed because {first.plain}."


_NEUTRAL = {"multiplicative": 1.0, "log-additive": 1.0, "pseudo-additive": 1.0}
_OUTLIER = re.compile(r"(AO|LS|TC|SO|RP|TLS|TL|QI|QD)([0-9]{4}\..*)", re.IGNORECASE)


def result_of(run: Run, key: str = "", asked: str = "", steps: tuple[Step, ...] = (), holiday: tuple[str, ...] = ()) -> Adjustment:
    """Read a run as an adjustment.

    Parameters
    ----------
    run : Run
        What the program left.
    key : str
        Of the series; the title of the spec where empty.
    asked : str
        Method first asked for, where an earlier step of a chain was refused.
    steps : tuple of Step
        Steps refused before.
    holiday : tuple of str
        Windows of a moving holiday among the regressors.
    """
    spec, udg = run.spec, run.udg
    refusal = refusal_of(run)
    series = spec.series
    numbers = _span(run)
    original = np.full(len(numbers), np.nan)
    inside = (numbers >= series.start) & (numbers < series.start + len(series.data))
    original[inside] = np.array(series.data, dtype=np.float64)[numbers[inside] - series.start]
    tables = {name: _aligned(t.numbers, t.values, numbers) for name, t in run.tables.items()}
    method = spec.method
    empty = np.full(len(numbers), np.nan)
    parts = [tables.get(t, empty) for t in TABLES.get(method, ("",) * 4)] if refusal is None else [empty] * 4
    mode = udg.get("finmode", "").replace("log additive", "log-additive") or ("multiplicative" if _logs(udg, spec) else "additive")
    said = [Problem(m, key or series.title or "", severity="warning") for m in run.warnings]
    if refusal is None and method and TABLES[method][0] not in tables:
        parts[0] = np.full(len(numbers), _NEUTRAL.get(mode, 0.0))
        said.append(Problem("the model has no seasonal part", key, "SEATS gives no seasonal component", "give a seasonal model", "warning"))
    regressors, arma, outliers = _coefficients(udg)
    return Adjustment(
        key=key or series.title or "", asked=asked or method, method="none" if refusal or not method else method,  # type: ignore[arg-type]
        period=series.period, numbers=numbers, original=original, seasonal=parts[0], adjusted=parts[1], trend=parts[2], irregular=parts[3],
        filled=tables.get("mv", original), estimated=np.isnan(original),
        effects={EFFECTS[n]: tables[n] for n in EFFECTS if n in tables}, mode=mode, model=udg.get("arimamdl", ""), transform=_transform(udg, spec),
        regressors=regressors, arma=arma, outliers=outliers, quality=_quality(udg),
        steps=(*steps, Step("as asked" if not steps else method, method, refusal)), warnings=tuple(said), spec=spec, holiday=holiday,
        udg=udg, tables=tables,
    )  # fmt: skip


def _span(run: Run) -> NDArray[np.int64]:
    """The periods of the result: those of the adjusted series inside the data, else those of the data."""
    series = run.spec.series
    whole = np.arange(series.start, series.start + len(series.data))
    table = run.tables.get(TABLES.get(run.spec.method, ("", ""))[1])
    if table is None or not len(table.numbers):
        return whole
    first, last = max(int(table.numbers[0]), series.start), min(int(table.numbers[-1]), series.start + len(series.data) - 1)
    return np.arange(first, last + 1)


def _aligned(at: NDArray[np.int64], values: FloatArray, numbers: NDArray[np.int64]) -> FloatArray:
    if len(at) == len(numbers) and len(at) and at[0] == numbers[0]:
        return values
    out = np.full(len(numbers), np.nan)
    if len(numbers):
        keep = (at >= numbers[0]) & (at <= numbers[-1])
        out[at[keep] - numbers[0]] = values[keep]
    return out


def _logs(udg: Mapping[str, str], spec: X13Spec) -> bool:
    return _transform(udg, spec) == "log"


def _transform(udg: Mapping[str, str], spec: X13Spec) -> str:
    said = udg.get("aictrans", udg.get("transform", ""))
    if said == "Log(y)":
        return "log"
    if said.startswith("No transf") or not said:
        return "none"
    return (spec.transform.function if spec.transform else None) or said


def _floats(text: str | None) -> tuple[float, ...]:
    out = []
    for word in (text or "").split():
        try:
            out.append(float(word))
        except ValueError:
            break
    return tuple(out)


def _number(udg: Mapping[str, str], key: str) -> float | None:
    found = _floats(udg.get(key))
    return found[0] if found else None


def _pair(udg: Mapping[str, str], key: str) -> tuple[float, float] | None:
    found = _floats(udg.get(key))
    return (found[0], found[1]) if len(found) > 1 else None


def _quality(udg: Mapping[str, str]) -> Quality:
    fails = _number(udg, "nlbq")
    return Quality(
        aic=_number(udg, "aic"), aicc=_number(udg, "aicc"), bic=_number(udg, "bic"),
        m={f"m{i}": v for i in range(1, 12) if (v := _number(udg, f"f3.m{i:02d}")) is not None},
        q=_number(udg, "f3.q"), q2=_number(udg, "f3.qm2"), qs_original=_pair(udg, "qsori"), qs_adjusted=_pair(udg, "qssadj"),
        seasonal=udg.get("f2.idseasonal"), residual_f=_pair(udg, "d11.f"), ljung_box_fails=None if fails is None else int(fails),
    )  # fmt: skip


def _coefficients(udg: Mapping[str, str]) -> tuple[tuple[Coefficient, ...], tuple[Coefficient, ...], tuple[Outlier, ...]]:
    regressors: list[Coefficient] = []
    arma: list[Coefficient] = []
    outliers: list[Outlier] = []
    left = 0
    for key, text in udg.items():
        if key in ("nreg", "nregderived"):
            left = int(_number(udg, key) or 0)
        elif key.startswith(("AR$", "MA$")):
            arma.append(_coefficient(key, text))
        elif left and "$" in key:
            left -= 1
            made = _coefficient(key, text)
            found = _OUTLIER.fullmatch(made.name)
            if found:
                outliers.append(Outlier(found[1].lower(), found[2], made.value, made.t, made.group == "AutoOutlier"))
            elif made.group != "Missing Value":
                # The program estimates a hole as the effect of a regressor on a number it made up: no effect of anything.
                regressors.append(made)
    return tuple(regressors), tuple(arma), tuple(outliers)


def _coefficient(key: str, text: str) -> Coefficient:
    group, _, name = key.partition("$")
    value, error, t = (*_floats(text), 0.0, 0.0, 0.0)[:3]
    return Coefficient(group, name, value, error, t)
