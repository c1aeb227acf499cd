"""The rate a good pays on a day: found in the table, given by the user, or not held; never carried over to a day it is not held for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from madein.core.countries import groups
from madein.core.errors import MadeinError
from madein.origin.duty.rate import Due, parse_rate
from madein.origin.duty.table import Kind, TariffLine, Tariffs, layouts, source_title
from madein.origin.editions import EDITIONS, images, known
from madein.origin.model import Product
from madein.origin.result import Question

_SHOWN = 6
"""Lines of a tariff that a question names."""


@dataclass(frozen=True)
class Circumstances:
    """What a rate may hang on besides the code and the day.

    Parameters
    ----------
    value : Fraction or None
        Customs value of one unit of the good, in ``currency``.
    quantities : mapping
        Units of account in one unit of the good: ``kg``, ``item``, ``pair``, ``litre``, ... (``units.yaml``).
    fx : mapping
        Units of ``currency`` for one unit of another.
    in_quota : bool or None
        Whether the consignment is inside the tariff quota.
    codes : mapping
        National codes by nomenclature (``CN 2012``), edition of the Harmonized System (``2012``), or importer (``EU``: taken in
        every tariff of it).
    latest : bool
        Take the last rates held before the day where none is held for it, and say so.
    """

    value: Fraction | None = None
    currency: str = ""
    quantities: Mapping[str, Fraction] = field(default_factory=dict)
    fx: Mapping[str, Fraction] = field(default_factory=dict)
    in_quota: bool | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    latest: bool = False


@dataclass(frozen=True)
class Side:
    """One of the two duties that are compared.

    Parameters
    ----------
    kind : {"mfn", "preferential"}
        Which.
    state : str
        ``held``; ``given`` by the user; ``open`` (held, but a fact is missing); ``not held``; ``excluded`` (the agreement leaves the
        line out); ``none`` (the regime gives no preference).
    low, high : Fraction or None
        Percent of the customs value; equal where it is certain, ``high`` None where nothing bounds it.
    text : str
        The rate as the tariff prints it, or all rates in question.
    lines : tuple of TariffLine
        Lines it was taken from.
    source : str
        Titles of their documents.
    held : str
        For which days the lines are held.
    questions : tuple of Question
        What would settle it.
    notes : tuple of str
        What a user of the figure has to know.
    stale : date or None
        Day of the rate, where it is the last one held before the day asked for.
    """

    kind: Kind
    state: str
    low: Fraction | None = None
    high: Fraction | None = None
    text: str = ""
    lines: tuple[TariffLine, ...] = ()
    source: str = ""
    held: str = ""
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    stale: date | None = None


def tariff_of(place: str, on: date) -> str:
    """Whose tariff is applied in a place: that of its customs union where one is held.

    Examples
    --------
    >>> tariff_of("DEU", date(2021, 1, 1)), tariff_of("GBR", date(2021, 1, 1)), tariff_of("KAZ", date(2021, 1, 1))
    ('EU', 'GBR', 'EAEU')
    """
    if place in groups()["EU"].on(on):
        return "EU"
    return next((union for union, members in layouts()["unions"].items() if place in members and members[place] <= on), place)


def codes_in(product: Product, importer: str, edition: str, nomenclature: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """Codes the good may have in a tariff: given ones, else the images of its six digits in that edition.

    Examples
    --------
    >>> codes_in(Product(hs="87038000", hs_edition="2022"), "EU", "2012", "CN 2012", {})
    ('870390',)
    """
    for key in (nomenclature, edition, importer):
        if key in given:
            return (given[key],)
    if edition in product.hs_in:
        return (product.hs_in[edition],)
    if not product.hs or product.hs_edition not in EDITIONS:
        return ()
    if not known(product.hs, product.hs_edition):
        return ()
    # Digits beyond six are the exporter's own as often as the importer's: only a code given for the tariff uses them.
    return images(product.hs[:6], product.hs_edition, edition)


def _days(lines: Sequence[TariffLine]) -> str:
    spans = sorted({(x.start, x.end) for x in lines}, key=lambda s: (s[0], s[1] or date.max))
    first, last = spans[0][0], max((end or date.max) for _, end in spans)
    return f"from {first}" if last == date.max else f"{first} to {last}" if first != last else f"{first}"


def given(kind: Kind, rate: str, on: date, at: Circumstances) -> Side:
    """A rate that the user gives, as a text (``6.5%``).

    Examples
    --------
    >>> given("mfn", "6.5%", date(2024, 1, 1), Circumstances()).high
    Fraction(13, 2)
    """
    typed = parse_rate(rate, True, f"the {kind} rate given")
    due = typed.duty(at.value, at.quantities, at.currency, on, at.fx, at.in_quota)
    state = "excluded" if typed.words == "excluded" else "given" if due.certain else "open"
    return Side(kind, state, due.low, due.high, typed.text, source="given by the user", questions=_asks(due, kind))


def _asks(due: Due, kind: str) -> tuple[Question, ...]:
    return tuple(Question("duty", "", f"{kind}.{key}", text) for key, text in due.asks)


def find(kind: Kind, product: Product, importer: str, tariffs: Tariffs, on: date, at: Circumstances, regime: str = "", origin: str = "") -> Side:
    """The rate of a good in a table of tariffs.

    Returns
    -------
    Side
        ``not held`` with the days that are held where none is for ``on``; ``open`` with a question where several lines of the tariff
        fit the code and their rates differ.
    """
    by_tariff: dict[str, list[TariffLine]] = {}
    several: dict[str, tuple[str, ...]] = {}
    for edition in tariffs.editions(kind, importer):
        for name in tariffs.nomenclatures(kind, importer, edition) if at.codes else ("",):
            codes = codes_in(product, importer, edition, name, at.codes)
            found = tariffs.all_of(kind, importer, codes, edition, regime if kind == "preferential" else None, origin or None) if codes else []
            for line in found:
                if name in ("", line.nomenclature):
                    by_tariff.setdefault(line.nomenclature, []).append(line)
                    several[line.nomenclature] = codes
    every = [line for lines in by_tariff.values() for line in lines]
    if not every:
        return _absent(kind, product, importer, regime)
    day, notes = on, []
    holding = {name: [x for x in lines if x.on(day)] for name, lines in by_tariff.items()}
    holding = {name: lines for name, lines in holding.items() if lines}
    if not holding:
        before = [x for x in every if x.end and x.end < on]
        if not (at.latest and before):
            starts = min(x.start for x in every)
            why = f"it begins on {starts}" if starts > on and kind == "preferential" else f"held is {_days(every)}"
            said = f"which {_word(kind)} does {importer} apply to {product.hs} on {on}? {why[0].upper()}{why[1:]}."
            ask = Question("duty", "", f"{kind}.rate", said)
            note = f"rate not held for {on}: {why}"
            return Side(kind, "not held", held=_days(every), source=_sources(every), questions=(ask,), notes=(note,))
        last = max(before, key=lambda x: (x.end or x.start, x.start))
        day = last.end or last.start
        holding = {name: [x for x in lines if x.on(day)] for name, lines in by_tariff.items()}
        holding = {name: lines for name, lines in holding.items() if lines}
        notes.append(f"the last rate held is of {day}; no rate is held for {on}, and it may have changed since")
    name = max(holding, key=lambda n: max(x.start for x in holding[n]))
    side = _settle(kind, holding[name], several[name], day, at)
    return replace(side, notes=(*notes, *side.notes), stale=day if day != on else None)


def _word(kind: Kind) -> str:
    return "duty without preference (MFN)" if kind == "mfn" else "preferential duty"


def _sources(lines: Sequence[TariffLine]) -> str:
    return "; ".join(dict.fromkeys(source_title(x.source) for x in lines if x.source))


def _absent(kind: Kind, product: Product, importer: str, regime: str) -> Side:
    under = f" under {regime}" if kind == "preferential" and regime else ""
    if not product.hs or not product.hs_edition:
        ask = Question("duty", "", f"{kind}.hs", "which code has the good, in which edition of the Harmonized System?")
        return Side(kind, "not held", questions=(ask,), notes=("the good has no code with an edition",))
    ask = Question("duty", "", f"{kind}.rate", f"which {_word(kind)} does {importer} apply to {product.hs}{under}?")
    which = "preferential tariff" if kind == "preferential" else "tariff"
    return Side(kind, "not held", questions=(ask,), notes=(f"rate not held: no {which} of {importer}{under} for {product.hs}",))


def _settle(kind: Kind, lines: Sequence[TariffLine], codes: tuple[str, ...], on: date, at: Circumstances) -> Side:
    """One rate, or a range with the question that tells the lines apart."""
    # A line inside one at least as long as the code is a special case of it; inside a shorter one it is as likely as that one.
    shortest = min(len(code) for code in codes)
    parents = [y for y in lines if not y.ex and len(y.hs) >= shortest]
    broad = [x for x in lines if not any(y.hs != x.hs and x.hs.startswith(y.hs) for y in parents)]
    narrow = [x for x in lines if x not in broad and x.rate not in {y.rate for y in broad}]
    notes = list(dict.fromkeys(x.note for x in broad if x.note))[:_SHOWN]
    if narrow:
        others = ", ".join(dict.fromkeys(x.rate for x in narrow))
        notes.append(f"narrower lines have other rates ({others}): {_list([x.hs for x in narrow])}")
    rates = {x.rate: x.read for x in broad}
    dues = {text: rate.duty(at.value, at.quantities, at.currency, on, at.fx, at.in_quota) for text, rate in rates.items()}
    out = [rate.words == "excluded" or (rate.quota and at.in_quota is False) for rate in rates.values()]
    printed = list(rates)
    text = " or ".join(printed[:_SHOWN]) + (f" or {len(printed) - _SHOWN} others" if len(printed) > _SHOWN else "")
    source, days = _sources(broad), _days(broad)
    if all(out):
        return Side(kind, "excluded", notes=tuple(notes), text=text, lines=tuple(broad), source=source, held=days)
    low = None if any(d.low is None for d in dues.values()) else min(d.low for d in dues.values() if d.low is not None)
    high = None if any(d.high is None for d in dues.values()) else max(d.high for d in dues.values() if d.high is not None)
    asks = tuple(dict.fromkeys(q for due in dues.values() for q in _asks(due, kind)))
    if len(rates) > 1 and not (low is not None and low == high):
        several = f" (HS {broad[0].edition} has {_list(list(codes))} for it)" if len(codes) > 1 else ""
        named = "; ".join(f"{x.hs}{' ' + x.ex if x.ex else ''}: {x.rate}" for x in _one_each(broad))
        asks = (Question("duty", "", f"{kind}.code", f"which line of {broad[0].nomenclature} is the good in{several}? {named}"), *asks)
    state = "held" if low is not None and low == high else "open"
    return Side(kind, state, low, high, text, tuple(broad), source, days, asks, tuple(notes))


def _one_each(lines: Sequence[TariffLine]) -> list[TariffLine]:
    """Lines with different rates first, few enough to print."""
    seen: dict[str, TariffLine] = {}
    for line in lines:
        seen.setdefault(line.rate, line)
    rest = [x for x in lines if x not in seen.values()]
    return [*seen.values(), *rest][:_SHOWN]


def _list(codes: Sequence[str]) -> str:
    unique = list(dict.fromkeys(codes))
    return ", ".join(unique[:_SHOWN]) + (f" and {len(unique) - _SHOWN} others" if len(unique) > _SHOWN else "")


def national(codes: Mapping[str, str], where: str = "") -> dict[str, str]:
    """National codes as digits.

    Raises
    ------
    MadeinError
        If one is no code.
    """
    from madein.origin.duty.families import code_of

    out = {}
    for key, text in codes.items():
        digits = code_of(text)
        if digits is None:
            raise MadeinError(f"{text!r} is no code", where or f"code in {key}", fix="write 2, 4, 6, 8 or 10 digits")
        out[key] = digits
    return out
