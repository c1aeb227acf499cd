"""New moons and the sun's longitude, and the lunisolar calendar of East Asia that follows from them.

New moons after Meeus (Astronomical Algorithms, 2nd edition 1998, chapter 49, good to some seconds in our centuries), the
sun's apparent longitude after his chapter 25 (0.01 degree), the Earth's rotation after the polynomials of Espenak and Meeus
(Five Millennium Canon of Solar Eclipses, NASA/TP-2006-214141). Rules of the calendar: the month that holds the winter
solstice is the eleventh; of thirteen months between two such, the first without a major solar term is a leap month. The day
begins at midnight of the meridian in force: UTC+7 in Viet Nam, UTC+8 in China. Before 1968 the civil calendar of Viet Nam
did not follow UTC+7 everywhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from math import floor, radians, sin

FIRST_YEAR, LAST_YEAR = 1901, 2150
"""Years for which the calendar is computed."""

_J2000 = 2451545.0
_CENTURY = 36525.0
_ORDINAL = 1721425  # Julian day number of the day whose date ordinal is 0, at noon.

# Amplitude in days; multiples of the sun's anomaly, the moon's anomaly and the moon's latitude argument (Meeus, table 49.A).
_NEW_MOON = (
    (-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0), (-0.00514, 1, 1, 0),
    (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0), (-0.00042, 0, 3, 0), (0.00042, 1, 0, 2),
    (0.00038, 1, 0, -2), (-0.00024, -1, 2, 0), (-0.00007, 2, 1, 0), (0.00004, 0, 2, -2), (0.00004, 3, 0, 0), (0.00003, 1, 1, -2),
    (0.00003, 0, 2, 2), (-0.00003, 1, 1, 2), (0.00003, -1, 1, 2), (-0.00002, -1, 1, -2), (-0.00002, 1, 3, 0), (0.00002, 0, 4, 0),
)  # fmt: skip

# Amplitude in millionths of a day, argument at k = 0 and its change with each moon, degrees (Meeus, chapter 49).
_PLANETS = (
    (325, 299.77, 0.107408), (165, 251.88, 0.016321), (164, 251.83, 26.651886), (126, 349.42, 36.412478), (110, 84.66, 18.206239),
    (62, 141.74, 53.303771), (60, 207.14, 2.453732), (56, 154.84, 7.306860), (47, 34.52, 27.261239), (42, 207.19, 0.121824),
    (40, 291.34, 1.844379), (37, 161.72, 24.198154), (35, 239.56, 25.513099), (23, 331.55, 3.592518),
)  # fmt: skip


def new_moon(k: int) -> float:
    """Julian day (Terrestrial Time) of a new moon; `k` counts from the one of 6 January 2000.

    Examples
    --------
    Meeus, example 49.a, the new moon of February 1977:

    >>> round(new_moon(-283), 4)
    2443192.6512
    """
    t = k / 1236.85
    day = 2451550.09766 + 29.530588861 * k + (0.00015437 + (-0.000000150 + 0.00000000073 * t) * t) * t * t
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = 2.5534 + 29.10535670 * k - (0.0000014 + 0.00000011 * t) * t * t
    moon = 201.5643 + 385.81693528 * k + (0.0107582 + (0.00001238 - 0.000000058 * t) * t) * t * t
    latitude = 160.7108 + 390.67050284 * k - (0.0016118 + (0.00000227 - 0.000000011 * t) * t) * t * t
    node = 124.7746 - 1.56375588 * k + (0.0020672 + 0.00000215 * t) * t * t
    for amplitude, a, b, c in _NEW_MOON:
        day += amplitude * e ** abs(a) * sin(radians(a * sun + b * moon + c * latitude))
    day -= 0.00017 * sin(radians(node))
    for i, (amplitude, at, change) in enumerate(_PLANETS):
        day += amplitude * 1e-6 * sin(radians(at + change * k - (0.009173 * t * t if i == 0 else 0.0)))
    return day


def solar_longitude(day: float) -> float:
    """Apparent longitude of the sun in degrees, 0 to 360, at a Julian day (Terrestrial Time).

    Examples
    --------
    Meeus, example 25.a, 13 October 1992 at 0 h:

    >>> round(solar_longitude(2448908.5), 3)
    199.909
    """
    t = (day - _J2000) / _CENTURY
    mean = 280.46646 + (36000.76983 + 0.0003032 * t) * t
    anomaly = radians(357.52911 + (35999.05029 - 0.0001537 * t) * t)
    centre = (1.914602 - (0.004817 + 0.000014 * t) * t) * sin(anomaly)
    centre += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    return (mean + centre - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))) % 360


def delta_t(year: float) -> float:
    """Terrestrial Time less Universal Time, seconds, 1900 to 2150 (Espenak and Meeus 2006).

    Examples
    --------
    >>> round(delta_t(2000.0), 1)
    63.9
    """
    t = year - 1900
    if year < 1920:
        return -2.79 + t * (1.494119 + t * (-0.0598939 + t * (0.0061966 - 0.000197 * t)))
    if year < 1941:
        t = year - 1920
        return 21.20 + t * (0.84493 + t * (-0.076100 + 0.0020936 * t))
    if year < 1961:
        t = year - 1950
        return 29.07 + t * (0.407 + t * (-1 / 233 + t / 2547))
    if year < 1986:
        t = year - 1975
        return 45.45 + t * (1.067 + t * (-1 / 260 - t / 718))
    if year < 2005:
        t = year - 2000
        return 63.86 + t * (0.3345 + t * (-0.060374 + t * (0.0017275 + t * (0.000651814 + 0.00002373599 * t))))
    if year < 2050:
        t = year - 2000
        return 62.92 + t * (0.32217 + 0.005589 * t)
    u = (year - 1820) / 100
    return -20 + 32 * u * u - 0.5628 * (2150 - year)


def _local_day(k: int, utc_offset: float) -> int:
    """Ordinal of the local day on which a new moon falls."""
    moment = new_moon(k)
    seconds = delta_t(2000 + (moment - _J2000) / 365.25)
    return floor(moment - seconds / 86400 + 0.5 + utc_offset / 24) - _ORDINAL


def _term(ordinal: int, utc_offset: float) -> int:
    """Major solar term in force as a local day begins: the sun's longitude in twelfths of the circle."""
    moment = ordinal + _ORDINAL - 0.5 - utc_offset / 24
    return int(solar_longitude(moment + delta_t(2000 + (moment - _J2000) / 365.25) / 86400) // 30)


@lru_cache(maxsize=1024)
def _eleventh(year: int, utc_offset: float) -> int:
    """Which new moon begins the month that holds the winter solstice of a year."""
    k = floor((date(year, 12, 31).toordinal() + _ORDINAL - 2451550.1) / 29.530588861) + 1
    while _local_day(k, utc_offset) > date(year, 12, 31).toordinal() or _term(_local_day(k, utc_offset), utc_offset) in (9, 10):
        k -= 1
    return k


@lru_cache(maxsize=1024)
def lunar_months(year: int, utc_offset: float = 7.0) -> tuple[tuple[int, bool, date], ...]:
    """The months of a lunar year: number, whether it is a leap month, and its first day.

    Parameters
    ----------
    year : int
        Year in which the lunar year begins, 1902 to 2149.
    utc_offset : float
        Hours the meridian of the calendar is ahead of UTC: 7 for Viet Nam, 8 for China.

    Raises
    ------
    ValueError
        For other years.

    Examples
    --------
    >>> [str(first) for number, leap, first in lunar_months(2025) if leap]
    ['2025-07-25']
    """
    if not FIRST_YEAR < year < LAST_YEAR:
        raise ValueError(f"the lunar calendar is computed for {FIRST_YEAR + 1} to {LAST_YEAR - 1}, not for {year}")
    out = [x for y in (year - 1, year) for x in _solstice_year(y, utc_offset)]
    begins = next(i for i, (number, leap, _) in enumerate(out) if number == 1 and not leap)
    ends = next(i for i, (number, leap, _) in enumerate(out) if i > begins and number == 1 and not leap)
    return tuple(out[begins:ends])


def _solstice_year(year: int, utc_offset: float) -> list[tuple[int, bool, date]]:
    """Months from the eleventh of a lunar year to the tenth of the next."""
    first, last = _eleventh(year, utc_offset), _eleventh(year + 1, utc_offset)
    days = [_local_day(k, utc_offset) for k in range(first, last + 1)]
    terms = [_term(d, utc_offset) for d in days]
    leap_at = next((i for i in range(1, len(days) - 1) if terms[i] == terms[i + 1]), 0) if last - first == 13 else 0
    out, number = [], 11
    for i, day in enumerate(days[:-1]):
        leap = bool(leap_at) and i == leap_at
        if i and not leap:
            number = number % 12 + 1
        out.append((number, leap, date.fromordinal(day)))
    return out


def lunar_new_year(year: int, utc_offset: float = 7.0) -> date:
    """First day of the lunar year: Tet at UTC+7, Chinese New Year at UTC+8.

    Examples
    --------
    In 1985 a month lay between them:

    >>> str(lunar_new_year(1985)), str(lunar_new_year(1985, 8))
    ('1985-01-21', '1985-02-20')
    """
    return lunar_months(year, utc_offset)[0][2]


def solar_date(year: int, month: int, day: int, leap: bool = False, utc_offset: float = 7.0) -> date:
    """The date of a day of the lunar calendar.

    Raises
    ------
    ValueError
        If the lunar year has no such month, or the month no such day.

    Examples
    --------
    Commemoration of the Hung Kings, 10th of the third month, in 2024:

    >>> str(solar_date(2024, 3, 10))
    '2024-04-18'
    """
    months = lunar_months(year, utc_offset)
    after = [first for _, _, first in months[1:]] + [lunar_new_year(year + 1, utc_offset)]
    for (number, is_leap, first), end in zip(months, after, strict=True):
        if number == month and is_leap == leap:
            if not 1 <= day <= (end - first).days:
                raise ValueError(f"month {month} of the lunar year {year} has {(end - first).days} days")
            return first + timedelta(days=day - 1)
    raise ValueError(f"the lunar year {year} has no {'leap ' if leap else ''}month {month}")


__all__ = ["delta_t", "lunar_months", "lunar_new_year", "new_moon", "solar_date", "solar_longitude"]
