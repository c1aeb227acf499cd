"""A rate of duty as a typed thing: percent of the value, amounts per unit, floors and ceilings, seasons, quotas.

Tariffs print rates as short texts (``6.4% + 93.1 EUR/100 kg``, ``Free``, ``5¢/kg + 3%``, ``4.5% MIN 0.3 EUR/p/st MAX 0.8 EUR/p/st``).
`parse_rate` reads them and refuses what it does not know; `Rate.duty` computes only what the given quantities allow and leaves the rest
open. Exact fractions throughout.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from importlib import resources
from typing import Any

from madein.core.errors import MadeinError
from madein.origin.duty.words import Days, join_season, months, season, tidy

LONGEST = 400
"""Longest text of a rate that is read; longer ones are prose."""


@functools.cache
def _data() -> Mapping[str, Any]:
    import yaml

    found: Mapping[str, Any] = yaml.safe_load(resources.files("madein.origin.duty").joinpath("units.yaml").read_text("utf-8"))
    return found


def number(value: Fraction) -> str:
    """A fraction as tariffs print it: decimals where they end, otherwise as a quotient.

    Examples
    --------
    >>> number(Fraction(67, 10)), number(Fraction(93)), number(Fraction(5, 6))
    ('6.7', '93', '5/6')
    """
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return str(value)
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    whole = abs(value.numerator * 10**places // value.denominator)
    text = str(whole).rjust(places + 1, "0")
    text = f"{text[:-places]}.{text[-places:]}" if places else text
    return "-" + text if value < 0 else text


@dataclass(frozen=True, slots=True)
class Part:
    """One term of a rate.

    Parameters
    ----------
    kind : {"pct", "specific", "named"}
        Percent of the value; money per unit; a component that is only named.
    amount : Fraction
        Percent, money, or the share of the named component that is due.
    currency, per, unit
        Of a specific duty: so much money for ``per`` of ``unit``, as printed.
    name : str
        Key of the named component, or the part of the good that a percentage is taken of ("" for the whole).
    """

    kind: str
    amount: Fraction
    currency: str = ""
    per: Fraction = Fraction(1)
    unit: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """As a tariff prints it."""
        if self.kind == "pct":
            return f"{number(self.amount)}%" + (f" on {self.name}" if self.name else "")
        if self.kind == "named":
            return self.name if self.amount == 1 else f"{number(self.amount)} {self.name}"
        per = "" if self.per == 1 else number(self.per) + " "
        return f"{number(self.amount)} {self.currency}/{per}{self.unit or 'item'}"


@dataclass(frozen=True, slots=True)
class Due:
    """What a rate comes to: percent of the value between ``low`` and ``high``, and what is missing to say more.

    ``high`` is None where nothing bounds it; ``low`` equals ``high`` where it is certain.
    """

    low: Fraction | None
    high: Fraction | None
    asks: tuple[tuple[str, str], ...] = ()

    @property
    def certain(self) -> bool:
        """Whether it is one figure."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of duty.

    Parameters
    ----------
    parts : tuple of Part
        Added up.
    least, most : tuple of Part
        Floor and ceiling of the sum (``MIN``, ``MAX``); empty for none.
    seasons : tuple of (Days, Rate)
        A rate that hangs on the day; ``parts`` is then empty.
    quota : bool
        Due inside a tariff quota only.
    words : str
        ``excluded`` (no preference for this line), ``not applicable``, or a text that is not understood.

    Examples
    --------
    >>> cattle = parse_rate("10.2% + 93.1 EUR/100 kg")
    >>> cattle.duty(Fraction(400), {"kg": Fraction(100)}, "EUR").low
    Fraction(1339, 40)
    >>> cattle.duty(Fraction(400), {}, "EUR").asks
    (('kg', 'how many kg is one unit of the good?'),)
    """

    parts: tuple[Part, ...] = ()
    least: tuple[Part, ...] = ()
    most: tuple[Part, ...] = ()
    seasons: tuple[tuple[Days, Rate], ...] = ()
    quota: bool = False
    words: str = ""

    @property
    def text(self) -> str:
        """Canonical text, which `parse_rate` reads back."""
        if self.words:
            return self.words if self.words in _WORDS else f"? {self.words}"
        if self.seasons:
            return ", ".join(f"{rate.text} ({join_season(days)})" for days, rate in self.seasons)
        text = _sum(self.parts)
        if self.least:
            text += f" MIN {_sum(self.least)}"
        if self.most:
            text += f" MAX {_sum(self.most)}"
        return f"quota {text}" if self.quota else text

    @property
    def ad_valorem(self) -> Fraction | None:
        """The percentage where the rate is one and nothing else."""
        if len(self.parts) != 1 or self.least or self.most or self.quota or self.words:
            return None
        part = self.parts[0]
        return part.amount if part.kind == "pct" and not part.name else None

    @property
    def free(self) -> bool:
        """Whether nothing is due, whatever the good weighs or costs."""
        return bool(self.parts) and not (self.quota or self.words) and all(p.amount == 0 for p in (*self.parts, *self.least))

    def scaled(self, share: Fraction, step_pct: Fraction, step_money: Fraction) -> Rate:
        """A share of the rate, every figure rounded down to a step.

        Examples
        --------
        >>> parse_rate("9%").scaled(Fraction(3, 4), Fraction(1, 10), Fraction(1, 1000)).text
        '6.7%'
        """

        def cut(part: Part) -> Part:
            amount = part.amount * share
            step = {"pct": step_pct, "specific": step_money}.get(part.kind)
            amount = amount // step * step if step else amount
            return Part(part.kind, amount, part.currency, part.per, part.unit, part.name)

        def all_cut(parts: tuple[Part, ...]) -> tuple[Part, ...]:
            return tuple(cut(p) for p in parts)

        if share == 0:
            return FREE if not self.quota else Rate(FREE.parts, quota=True)
        seasons = tuple((days, rate.scaled(share, step_pct, step_money)) for days, rate in self.seasons)
        return Rate(all_cut(self.parts), all_cut(self.least), all_cut(self.most), seasons, self.quota, self.words)

    def duty(
        self,
        value: Fraction | None = None,
        quantities: Mapping[str, Fraction] | None = None,
        currency: str = "",
        on: date | None = None,
        fx: Mapping[str, Fraction] | None = None,
        in_quota: bool | None = None,
    ) -> Due:
        """Percent of the value that is due.

        Parameters
        ----------
        value, currency
            Customs value of one unit of the good.
        quantities : mapping
            Per unit of the good, by the units of ``units.yaml`` (``kg``, ``item``, ``litre``, ``pair``, ...).
        on : date
            Day, for rates by season.
        fx : mapping
            Units of ``currency`` for one unit of the currency of the rate.
        in_quota : bool, optional
            Whether the consignment is inside the tariff quota.
        """
        if self.words:
            return Due(None, None, (("rate", f"which rate applies? The tariff reads: {self.words}"),))
        if self.seasons:
            if on is None:
                return Due(None, None, (("date", "on which day is it imported?"),))
            return self._season(on).duty(value, quantities, currency, on, fx, in_quota)
        if self.quota and in_quota is not True:
            why = "outside the tariff quota there is no preferential rate" if in_quota is False else "is the consignment inside the tariff quota?"
            return Due(None, None, (("in_quota", why),))
        at = _At(value, quantities or {}, currency, fx or {})
        low, high = at.total(self.parts)
        if self.least:
            floor_low, floor_high = at.total(self.least)
            low, high = max(low, floor_low), None if high is None or floor_high is None else max(high, floor_high)
        if self.most:
            top_low, top_high = at.total(self.most)
            low = min(low, top_low)
            high = top_high if high is None else high if top_high is None else min(high, top_high)
        if low == high:
            return Due(low, high)
        return Due(low, high, tuple(dict.fromkeys(at.asks)))

    def _season(self, on: date) -> Rate:
        day = (on.month, on.day)
        for ranges, rate in self.seasons:
            for first, last in ranges:
                if first <= day <= last if first <= last else not last < day < first:
                    return rate
        return Rate(words=self.text)


_WORDS = frozenset({"excluded", "not applicable"})
FREE = Rate((Part("pct", Fraction(0)),))
"""Nothing is due."""


def _sum(parts: tuple[Part, ...]) -> str:
    return " + ".join(p.text for p in parts)


@dataclass
class _At:
    """Parts of a rate at given quantities; collects what is missing."""

    value: Fraction | None
    quantities: Mapping[str, Fraction]
    currency: str
    fx: Mapping[str, Fraction]
    asks: list[tuple[str, str]] = field(default_factory=list)

    def total(self, parts: tuple[Part, ...]) -> tuple[Fraction, Fraction | None]:
        low, high = Fraction(0), Fraction(0)
        open_ = False
        for part in parts:
            found = self._part(part)
            if found is None:
                open_ = True
            else:
                low, high = low + found, high + found
        return low, None if open_ else high

    def _part(self, part: Part) -> Fraction | None:
        if part.amount == 0:
            return Fraction(0)
        if part.kind == "pct":
            if part.name:
                self.asks.append(("rate", f"what is {number(part.amount)}% on {part.name}, in percent of the value of the good?"))
                return None
            return part.amount
        if part.kind == "named":
            self.asks.append(("rate", f"what is the {_data()['named'][part.name]} ({part.name}) that applies?"))
            return None
        ((unit, factor),) = _data()["units"][part.unit].items()
        have = self.quantities.get(unit)
        change = Fraction(1) if self.currency == part.currency else self.fx.get(part.currency)
        if have is None:
            self.asks.append((unit, f"how many {unit} is one unit of the good?"))
        if not self.value:
            self.asks.append(("value", "what is the customs value of one unit of the good?"))
        elif change is None:
            self.asks.append(("fx", f"how many {self.currency or 'units of the currency of the value'} is one {part.currency}?"))
        if have is None or not self.value or change is None:
            return None
        return part.amount * have / (part.per * Fraction(str(factor))) * change / self.value * 100


_N = r"([0-9]{1,9}(?:\.[0-9]{1,6})?(?:/[0-9]{1,6})?)"
_PCT = re.compile(_N + r" ?%(?: o[nf] ([a-z ,]{1,120}))?$")
_BARE = re.compile(_N + "$")
_MONEY = re.compile(_N + r" ?([A-Z]{3}) ?/ ?(?:([0-9]{1,6}) ?)?(.{0,60})$")
_NAMED = re.compile(f"(?:{_N} )?([A-Z]{{2,4}})$")
_BOUND = re.compile(r" ?\b(MIN|MAX)\b ?")
_SEASONAL = re.compile(r"([^()]{1,120})\(([^()]{1,80})\)(?:, ?|$)")


def _part(text: str, bare: bool) -> Part:
    text = text.strip()
    if found := _PCT.match(text):
        return Part("pct", Fraction(found[1]), name=found[2] or "")
    if bare and (found := _BARE.match(text)):
        return Part("pct", Fraction(found[1]))
    if (found := _NAMED.match(text)) and found[2] in _data()["named"]:
        return Part("named", Fraction(found[1] or 1), name=found[2])
    if (found := _MONEY.match(text)) and found[2] in _data()["currencies"]:
        unit = re.sub(r" ?/ ?", "/", found[4].strip().lower())
        unit = re.sub(r"% (?=vol|sac)", "%", unit)
        if unit in _data()["units"]:
            return Part("specific", Fraction(found[1]), found[2], Fraction(found[3] or 1), unit)
    raise ValueError(text)


def _parts(text: str, bare: bool) -> tuple[Part, ...]:
    return tuple(_part(term, bare) for term in text.split("+"))


def _read(text: str, bare: bool) -> Rate:
    if text.startswith("quota "):
        inside = _read(text[6:], bare)
        return Rate(inside.parts, inside.least, inside.most, quota=True)
    if text in _WORDS:
        return Rate(words=text)
    if "(" in text and months(text):
        seasons: list[tuple[Days, Rate]] = []
        end = 0
        for found in _SEASONAL.finditer(text):
            if found.start() != end:
                raise ValueError(text)
            seasons.append((season(found[2]), _read(found[1].strip(), bare)))
            end = found.end()
        if end != len(text) or not seasons:
            raise ValueError(text)
        return Rate(seasons=tuple(seasons))
    first, *rest = _BOUND.split(text)
    bounds: dict[str, tuple[Part, ...]] = {}
    for word, term in zip(rest[::2], rest[1::2], strict=True):
        if word in bounds:
            raise ValueError(text)
        bounds[word] = _parts(term, bare)
    return Rate(_parts(first, bare), bounds.get("MIN", ()), bounds.get("MAX", ()))


@functools.lru_cache(65536)
def parse_rate(text: str, bare: bool = False, where: str = "") -> Rate:
    """A rate as a tariff prints it.

    Parameters
    ----------
    text : str
        The text. Percent signs, cents and dollars, ``EUR/100 kg``, ``MIN`` and ``MAX``, ``Free``, seasons in brackets, named
        components (``EA``, ``ADSZ``, ``EP``), ``quota`` before a rate, ``excluded``; ``? `` before a text that is kept unread.
    bare : bool
        Whether a number without a sign is a percentage, as in schedules whose column says so.
    where : str
        File, row and column, for the message.

    Raises
    ------
    MadeinError
        If any piece of it is not understood.

    Examples
    --------
    >>> [parse_rate(t).text for t in ("Free", "5¢/kg + 3%", "$1.25 each", "9.00% +  EA MAX 18.70%  + ADSZ")]
    ['0%', '0.05 USD/kg + 3%', '1.25 USD/item', '9% + EA MAX 18.7% + ADSZ']
    >>> parse_rate("14 of something", where="rates.csv row 7 column rate")
    Traceback (most recent call last):
    madein.core.errors.MadeinError: rates.csv row 7 column rate: '14 of something' is no rate of duty that is understood. Mend: write \
percent with its sign, or money per unit, as in 6.4% + 93.1 EUR/100 kg.
    """
    if text.startswith("? "):
        return Rate(words=" ".join(text[2:].split()))
    said = text if len(text) <= 80 else text[:80] + "..."
    if len(text) <= LONGEST:
        try:
            return _read(tidy(text), bare)
        except (ValueError, ZeroDivisionError):
            pass
    fix = "write percent with its sign, or money per unit, as in 6.4% + 93.1 EUR/100 kg"
    raise MadeinError(f"{said!r} is no rate of duty that is understood", where, fix=fix)
