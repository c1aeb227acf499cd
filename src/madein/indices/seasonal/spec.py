"""The specification of an X-13ARIMA-SEATS run as a typed object.

One frozen dataclass per section of a spec file. Arguments that decide something here are typed fields; every other one is
kept in ``other`` as it was written, so that a file read and written back asks for the same run. Names of sections and
arguments are the program's own (U.S. Census Bureau, X-13ARIMA-SEATS Reference Manual, version 1.1, chapter 7).
"""

# ruff: noqa: RUF009 - as_() makes a dataclass field with the form of the argument.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from math import isnan
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from madein.core.errors import MadeinError
from madein.indices.seasonal.fields import (
    FLOAT,
    FLOATS,
    INT,
    ITEMS,
    MODEL,
    NAMES,
    RAW,
    TEXT,
    WORD,
    WORDS,
    Form,
    as_,
    date_number,
    date_text,
    number,
    number_text,
)  # fmt: skip
from madein.indices.seasonal.grammar import Arg, Quoted, Tree, parse_tree, write_tree

MISSING = -99999.0
"""The program's own code of a missing value."""

LONGEST = 132
"""Longest line of a spec file that the program reads."""

S = TypeVar("S", bound="Section")


@dataclass(frozen=True)
class Section:
    """What all sections share: typed arguments, and the others as they were written."""

    name: ClassVar[str] = ""

    other: Mapping[str, Arg] = field(default_factory=dict, kw_only=True)

    @classmethod
    def forms(cls) -> dict[str, Form]:
        """The typed arguments and how they are written."""
        return {f.name: f.metadata["form"] for f in fields(cls) if "form" in f.metadata}

    @classmethod
    def of(cls: type[S], arguments: Mapping[str, Arg], where: str = "spec") -> S:
        """From the arguments of a file."""
        forms = cls.forms()
        typed: dict[str, Any] = {}
        for argument, form in forms.items():
            if argument in arguments:
                try:
                    typed[argument] = form.read(arguments[argument])
                except ValueError as err:
                    raise MadeinError(
                        f"{argument!r} cannot be read", where=f"{where} section {cls.name}", why=str(err), fix="write it as the manual has it"
                    ) from err
        return cls(**typed, other={k: v for k, v in arguments.items() if k not in forms})

    def arguments(self) -> dict[str, Arg]:
        """As they are written to a file."""
        out = {k: form.write(v) for k, form in self.forms().items() if (v := getattr(self, k)) is not None}
        return out | dict(self.other)

    def saving(self: S, *tables: str) -> S:
        """The same section with these tables saved too."""
        held = getattr(self, "save", None) or ()
        return replace(self, save=(*held, *(t for t in tables if t not in held)))  # type: ignore[call-arg]


@dataclass(frozen=True)
class Series(Section):
    """``series``: the numbers and where they begin.

    Parameters
    ----------
    start : int
        Number of the first period: year times `period` plus its place in the year, from 0. For months this is
        `madein.core.periods.month_number`.
    data : tuple of float
        NaN for a hole; written as the missing code.
    period : int
        12 for months, 4 for quarters.
    """

    name: ClassVar[str] = "series"

    start: int = 0
    data: tuple[float, ...] = ()
    period: int = 12
    title: str | None = as_(TEXT)
    decimals: int | None = as_(INT)
    span: Arg | None = as_(ITEMS)
    modelspan: Arg | None = as_(ITEMS)
    save: tuple[str, ...] | None = as_(WORDS)

    @classmethod
    def of(cls, arguments: Mapping[str, Arg], where: str = "spec") -> Series:
        """From the arguments of a file; the missing code becomes NaN."""
        rest = dict(arguments)
        try:
            period = INT.read(rest.pop("period", ("12",)))
            if "start" not in rest or "data" not in rest:
                raise ValueError("'start' or 'data' is missing: files beside the spec are not read")
            start = date_number(RAW.read(rest.pop("start")), period)
            data = FLOATS.read(rest.pop("data"))
            code = number(RAW.read(rest.pop("missingcode", (number_text(MISSING),))))
        except ValueError as err:
            raise MadeinError(
                "the series cannot be read", where=f"{where} section series", why=str(err), fix="write start and data in the spec"
            ) from err
        made = super().of(rest, where)
        return replace(made, start=start, period=period, data=tuple(float("nan") if x == code else x for x in data))

    def arguments(self) -> dict[str, Arg]:
        """As they are written; the missing code is one that no number of the series has."""
        code = MISSING
        while code in self.data:
            code = code * 10 - 9
        holes = any(isnan(x) for x in self.data)
        data = tuple(number_text(code if isnan(x) else x) for x in self.data)
        out: dict[str, Arg] = {"start": (date_text(self.start, self.period),), "period": (str(self.period),), "data": (data,)}
        if holes or code != MISSING:
            out["missingcode"] = (number_text(code),)
        rest = super().arguments()
        return out | rest | ({"title": quoted(self.title)} if self.title is not None else {})


@dataclass(frozen=True)
class Transform(Section):
    """``transform``: ``function`` is auto, log, none, sqrt, inverse or logistic."""

    name: ClassVar[str] = "transform"

    function: str | None = as_(WORD)
    power: float | None = as_(FLOAT)
    adjust: str | None = as_(WORD)
    aicdiff: float | None = as_(FLOAT)


@dataclass(frozen=True)
class Regression(Section):
    """``regression``: the program's own regressors and the user's.

    Parameters
    ----------
    variables : tuple of str
        ``td``, ``easter[8]``, ``ao2020.apr`` and so on.
    user, usertype : tuple of str
        Names of the user's regressors and their kinds; ``holiday`` keeps an effect out of the adjusted series.
    start : str
        Date of the first row of `data`.
    data : tuple of float
        Row by row, one number per name of `user`.
    aictest : tuple of str
        Effects that the program keeps or drops by AICc.
    b : items
        Starting or fixed coefficients.
    """

    name: ClassVar[str] = "regression"

    variables: tuple[str, ...] | None = as_(WORDS)
    user: tuple[str, ...] | None = as_(NAMES)
    usertype: tuple[str, ...] | None = as_(WORDS)
    start: str | None = as_(RAW)
    data: tuple[float, ...] | None = as_(FLOATS)
    aictest: tuple[str, ...] | None = as_(WORDS)
    b: Arg | None = as_(ITEMS)
    save: tuple[str, ...] | None = as_(WORDS)


@dataclass(frozen=True)
class Arima(Section):
    """``arima``: ``model`` such as ``(0 1 1)(0 1 1)``; ``ar`` and ``ma`` hold starting or fixed (``0.4f``) values."""

    name: ClassVar[str] = "arima"

    model: str | None = as_(MODEL)
    ar: Arg | None = as_(ITEMS)
    ma: Arg | None = as_(ITEMS)


@dataclass(frozen=True)
class Automdl(Section):
    """``automdl``: the model is identified, after Gomez and Maravall (2001)."""

    name: ClassVar[str] = "automdl"

    maxorder: Arg | None = as_(ITEMS)
    maxdiff: Arg | None = as_(ITEMS)


@dataclass(frozen=True)
class Outlier(Section):
    """``outlier``: additive outliers (ao), level shifts (ls) and temporary changes (tc) are looked for."""

    name: ClassVar[str] = "outlier"

    types: tuple[str, ...] | None = as_(WORDS)
    critical: Arg | None = as_(ITEMS)
    span: Arg | None = as_(ITEMS)


@dataclass(frozen=True)
class Estimate(Section):
    """``estimate``: how the model is estimated."""

    name: ClassVar[str] = "estimate"

    maxiter: int | None = as_(INT)
    tol: float | None = as_(FLOAT)


@dataclass(frozen=True)
class Check(Section):
    """``check``: diagnostics of the residuals."""

    name: ClassVar[str] = "check"

    maxlag: int | None = as_(INT)


@dataclass(frozen=True)
class Forecast(Section):
    """``forecast``: periods forecast and backcast before the filters run."""

    name: ClassVar[str] = "forecast"

    maxlead: int | None = as_(INT)
    maxback: int | None = as_(INT)
    save: tuple[str, ...] | None = as_(WORDS)


@dataclass(frozen=True)
class X11(Section):
    """``x11``: the moving averages of X-11 (Ladiray and Quenneville 2001)."""

    name: ClassVar[str] = "x11"

    mode: str | None = as_(WORD)
    seasonalma: tuple[str, ...] | None = as_(WORDS)
    trendma: int | None = as_(INT)
    sigmalim: tuple[float, ...] | None = as_(FLOATS)
    appendfcst: str | None = as_(WORD)
    final: tuple[str, ...] | None = as_(WORDS)
    save: tuple[str, ...] | None = as_(WORDS)


@dataclass(frozen=True)
class Seats(Section):
    """``seats``: the components of the model (Gomez and Maravall 1996)."""

    name: ClassVar[str] = "seats"

    noadmiss: str | None = as_(WORD)
    qmax: int | None = as_(INT)
    appendfcst: str | None = as_(WORD)
    save: tuple[str, ...] | None = as_(WORDS)


@dataclass(frozen=True)
class X13Spec:
    """A whole run: one series, its model, its method.

    Parameters
    ----------
    series : Series
        The numbers.
    transform, regression, arima, automdl, outlier, estimate, check, forecast, x11, seats : Section, optional
        Sections of the run; None leaves a section out.
    other : mapping
        Sections without a type here (``force``, ``history``, ``slidingspans``, ``pickmdl`` ...), as they were written.

    Examples
    --------
    >>> text = "series{start=2020.01 data=(1 2 3)} transform{function=log} arima{model=(0 1 1)(0 1 1)} x11{save=(d11)}"
    >>> spec = parse_spc(text)
    >>> spec.transform.function, spec.arima.model, spec.method
    ('log', '(0 1 1)(0 1 1)', 'x11')
    >>> parse_spc(write_spc(spec)) == spec
    True
    """

    series: Series
    transform: Transform | None = None
    regression: Regression | None = None
    arima: Arima | None = None
    automdl: Automdl | None = None
    outlier: Outlier | None = None
    estimate: Estimate | None = None
    check: Check | None = None
    forecast: Forecast | None = None
    x11: X11 | None = None
    seats: Seats | None = None
    other: Mapping[str, Mapping[str, Arg]] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """'seats', 'x11' or '' where the run only models."""
        return "seats" if self.seats is not None else "x11" if self.x11 is not None or "x11regression" in self.other else ""

    def tree(self) -> Tree:
        """As sections and arguments."""
        made = {n: s.arguments() for n in _SECTIONS if (s := getattr(self, n)) is not None}
        return made | {k: dict(v) for k, v in self.other.items()}


_SECTIONS: dict[str, type[Section]] = {
    c.name: c for c in (Series, Transform, Regression, Arima, Automdl, Outlier, Estimate, Check, Forecast, X11, Seats)
}


def parse_spc(text: str, where: str = "spec") -> X13Spec:
    """The run a spec file asks for.

    Parameters
    ----------
    text : str
        The file.
    where : str
        Its name, for messages.

    Raises
    ------
    MadeinError
        Where the text is no spec file, a year has not four digits, or the numbers are not in it.
    """
    for at, line in enumerate(text.split("\n"), 1):
        if len(line.rstrip()) > LONGEST:
            raise MadeinError(
                f"the line has {len(line.rstrip())} characters", where=f"{where} line {at}",
                why=f"the program reads lines of at most {LONGEST}", fix="break the line",
            )  # fmt: skip
    tree = parse_tree(text, where)
    if "series" not in tree:
        raise MadeinError("no section 'series'", where=where, fix="write the numbers in series{start=... data=(...)}")
    typed: dict[str, Any] = {n: c.of(tree[n], where) for n, c in _SECTIONS.items() if n in tree}
    return X13Spec(**typed, other={k: v for k, v in tree.items() if k not in _SECTIONS})


def write_spc(spec: X13Spec) -> str:
    """The spec file of a run: lines of at most 120 characters, dates with four digits of the year.

    Raises
    ------
    MadeinError
        Where a name in it cannot stand in a spec file.
    """
    return write_tree(spec.tree())


def read_spc(path: Path | str) -> X13Spec:
    """The run of a ``.spc`` file."""
    path = Path(path)
    return parse_spc(path.read_text(encoding="latin-1"), path.name)


def safe_title(text: str) -> str:
    """A title the program accepts: printable ASCII without quotes and braces, at most 70 characters.

    Examples
    --------
    >>> safe_title('x"} x11{ save=(d10)')
    'x x11 save=(d10)'
    """
    kept = "".join(c if " " <= c <= "~" and c not in "\"'{}\\" else " " for c in text)
    return " ".join(kept.split())[:70].strip() or "series"


def quoted(text: str) -> Arg:
    """An argument in quotes, its text made harmless."""
    return (Quoted(safe_title(text)),)
