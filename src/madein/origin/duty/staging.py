"""Staging: a base rate and a category become dated rates by the arithmetic of the agreement (``staging.yaml``)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from importlib import resources
from typing import Any

from madein.core.errors import MadeinError
from madein.origin.duty.rate import FREE, Part, Rate, parse_rate


@dataclass(frozen=True, slots=True)
class Dated:
    """A rate from its first to its last day; ``end`` None where it stays."""

    start: date
    end: date | None
    rate: Rate


@functools.cache
def schedules() -> Mapping[str, Mapping[str, Any]]:
    """Staging rules by agreement."""
    import yaml

    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(resources.files("madein.origin.duty").joinpath("staging.yaml").read_text("utf-8"))
    return found


def _rule(agreement: str, category: str) -> Mapping[str, Any]:
    held = schedules()[agreement]["categories"]
    if category not in held:
        raise MadeinError(f"{category!r} is no staging category of {agreement}", fix=f"write one of {', '.join(held)}")
    rule: Mapping[str, Any] = held[category]
    return rule


def article(agreement: str, category: str) -> str:
    """Where the category is defined.

    Examples
    --------
    >>> article("EVFTA", "B5")
    'Annex 2-A, Section A, par. 1(c)'
    """
    own = _rule(agreement, category)["article"]
    return f"Annex 2-A, {own}" if own.startswith("Section") else f"{schedules()[agreement]['article']}, {own}"


def applies(agreement: str, category: str) -> bool:
    """False for a category that stands at lines no good has."""
    return bool(_rule(agreement, category).get("applies", True))


def stage(base: Rate | None, category: str, agreement: str = "EVFTA", code: str = "", in_force: date | None = None) -> tuple[Dated, ...]:
    """Preferential rates by date.

    Parameters
    ----------
    base : Rate or None
        Base rate of the line; None where it is not known: then only the stages that do not hang on it come back.
    category : str
        Staging category, as the schedule prints it.
    agreement : str
        Whose rules (a key of ``staging.yaml``).
    code : str
        Code of the line, for categories whose rates the agreement prints line by line.
    in_force : date, optional
        Day of the first cut, where it is not the agreement's.

    Returns
    -------
    tuple of Dated
        In order of time, without gaps, equal neighbours merged; the last one stays.

    Raises
    ------
    MadeinError
        If the agreement has no such category, or no rates for the code under it.

    Examples
    --------
    >>> [(d.start.isoformat(), d.rate.text) for d in stage(parse_rate("10%"), "B3")]
    [('2020-08-01', '7.5%'), ('2021-01-01', '5%'), ('2022-01-01', '2.5%'), ('2023-01-01', '0%')]
    """
    schedule, rule = schedules()[agreement], _rule(agreement, category)
    start = in_force or schedule["in_force"]
    if "calendar" in rule:
        return _calendar(rule["calendar"], start)
    rounding = schedule["rounding"]
    pct, money = Fraction(str(rounding["pct"])), Fraction(str(rounding["money"]))
    found: list[Rate | None] = []
    if "years" in rule:
        for group in rule["years"]:
            if code in group["codes"]:
                found = [Rate((Part("pct", Fraction(r)),)) for r in _by_year(group["rates"])]
                break
        else:
            what = f"{agreement} prints no rates for {code or 'a line without a code'} under {category}"
            raise MadeinError(what, fix="check the code or the category")
    else:
        n = rule["stages"]
        for year in range(1, n + 1):
            share = Fraction(n - year, n)
            found.append(FREE if not share else None if base is None else base.scaled(share, pct, money))
    if kept := rule.get("keep"):
        found = [Rate((*(rate or FREE).parts, *(Part("named", Fraction(1), name=name) for name in kept))) for rate in found]
    if rule.get("quota"):
        found = [None if rate is None else Rate(rate.parts, rate.least, rate.most, quota=True) for rate in found]
    days = [start if not year else date(start.year + year, 1, 1) for year in range(len(found))]
    return _merged(days, found)


def _by_year(rates: Mapping[int, int]) -> list[int]:
    """Percent of each year of application, from those of the years in which it changes.

    Examples
    --------
    >>> _by_year({1: 20, 3: 8, 4: 0})
    [20, 20, 8, 0]
    """
    return [rates[max(first for first in rates if first <= year)] for year in range(1, max(rates) + 1)]


def _calendar(years: Mapping[int, str], start: date) -> tuple[Dated, ...]:
    held = [(year, text) for year, text in sorted(years.items()) if year >= start.year]
    return _merged([max(start, date(year, 1, 1)) for year, _ in held], [parse_rate(text) for _, text in held])


def _merged(days: list[date], rates: list[Rate | None]) -> tuple[Dated, ...]:
    out: list[Dated] = []
    for n, (day, rate) in enumerate(zip(days, rates, strict=True)):
        end = days[n + 1] - timedelta(1) if n + 1 < len(days) else None
        if rate is None:
            continue
        if out and out[-1].rate == rate:
            out[-1] = Dated(out[-1].start, end, rate)
        else:
            out.append(Dated(day, end, rate))
    return tuple(out)


def ceiling(agreement: str, importer: str, on: date) -> Mapping[str, Any] | None:
    """The clause that caps a preferential rate by what was paid before the agreement, if one holds on the day.

    Examples
    --------
    >>> ceiling("EVFTA", "EU", date(2021, 3, 1))["article"], ceiling("EVFTA", "EU", date(2028, 1, 1))
    ('Annex 2-A, Section A, par. 3', None)
    """
    for clause in schedules().get(agreement, {}).get("ceilings", ()):
        if clause["importer"] == importer and clause["from"] <= on <= clause["to"]:
            found: Mapping[str, Any] = clause
            return found
    return None
