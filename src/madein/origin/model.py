"""The nouns of an origin question: a product, the lines of its bill of materials, where it was worked and how it travels.

Amounts are exact: `Decimal` or `Fraction`, never binary floats, because equal to the limit passes and 0.01 above does not.
Countries are ISO 3166 alpha-3 codes or keys of groups (``EU``). What is not known is None, and None is never taken for "no".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import lcm
from typing import Literal

Number = Decimal | Fraction
"""An exact amount."""

Verdict = Literal["yes", "no", "unknown"]
"""The good originates; it does not; a fact or an unread text decides."""

BASES = ("EXW", "FOB", "VOG", "AV", "TV", "CIF", "NC")
"""Bases of the value of a good: ex works, free on board, value of the good (transaction value without international shipment),
adjusted value, transaction value with shipping containers, cost-insurance-freight, net cost."""

ROLES = ("", "cumulated", "lining", "interlining", "accessory", "retail_packaging", "shipping_packing")
"""What a line is to the good. ``cumulated``: a clause of cumulation may make it count as originating, and is tested."""


def exact(value: object) -> Number:
    """An exact number from an int, a text, a Decimal, a Fraction, or the shortest decimal that prints as a float.

    Raises
    ------
    ValueError
        If it is no finite number.

    Examples
    --------
    >>> exact("47.5"), exact(16364.3)
    (Decimal('47.5'), Decimal('16364.3'))
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is no number")
    try:
        number = value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r} is no finite number")
    return number


@dataclass(frozen=True, slots=True)
class Process:
    """One working step: what was done, where, and whether it takes special skill or equipment.

    Parameters
    ----------
    op : str
        A word of the process list, such as ``weaving``.
    place : str
        Country, group, or ``HIGH_SEAS``; "" where it is not stated.
    simple : bool or None
        True where neither special skills nor machines made for it are needed.
    source : str
        Stage farmed from, such as ``larvae``; "" where it does not apply or is not stated.
    """

    op: str
    place: str = ""
    simple: bool | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Catch:
    """How fish was taken: the zone, and the vessel's registration, flag and owners."""

    zone: str = ""
    vessel_registered: str = ""
    vessel_flag: str = ""
    owned_by_party_pct: Number | None = None
    other_owner: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill of materials.

    Parameters
    ----------
    id : str
        Number of the line, unique in the bill; ``1.2`` by custom for the second part of line 1.
    name : str
        What it is, for people.
    hs, hs_edition : str
        Code of the Harmonized System in digits, 2 to 10, and its edition; "" where not given.
    hs_in : mapping of str to str
        Codes in other editions that were established for this very material.
    origin : str
        Country of production; "" where not stated. It is no statement of originating status.
    originating : bool or None
        Whether it originates, before any clause of cumulation that wants a proof or a date; None where not known.
    status : mapping of str to bool
        The same for single regimes, which goes before `originating`.
    undeterminable : bool
        The producer cannot establish the status.
    wholly_obtained : bool or None
        Whether it is wholly obtained in a Party.
    proof : bool or None
        Whether the proof of origin that a clause of cumulation asks for is held.
    value : Decimal, Fraction or None
        Value within one unit of the product, in the product's currency.
    quantity, unit
        How much of it one unit of the product takes; for people and for rolling up.
    weight : Decimal, Fraction or None
        Net weight within one unit of the product, in the unit of the product's weight.
    weight_pct : Decimal, Fraction or None
        The same as a share of the product's weight.
    component : {"", "main", "other"}
        ``main`` is the component that decides the classification of a textile good.
    component_weight_pct : Decimal, Fraction or None
        Share of the weight of the main component.
    basic_textiles : tuple of str or None
        Basic textile materials in it; () if it is none of textile.
    elastomeric : bool or None
        Whether it is or holds elastomeric yarn.
    named : str
        Key of the material a rule names in words, where it is one; ``none`` where it was checked to be none of them.
    role : str
        One of `ROLES`.
    restricted : bool or None
        Falls under the second percentage of a rule with two.
    bought : bool or None
        True if bought, False if made by the producer of the good.
    acquired_in, related_seller
        Country it was bought in; whether the seller is related.
    regional_content_pct : Decimal, Fraction or None
        Share of its value that originates where it was made (partial cumulation).
    imparts_character : bool or None
        Whether it gives the good its essential character (United States).
    catch : Catch or None
        How it was taken, if it is fish.
    producer : str
        Who makes or supplies it; questions are sent to them.
    processes : tuple of Process or None
        Complete and in order of time; None where not known.
    children : tuple of Line
        Materials it was made from; a line used in several places is the same object in each.
    facts : mapping of str to bool
        Answers to questions about this line.
    """

    id: str
    name: str = ""
    hs: str = ""
    hs_edition: str = ""
    hs_in: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    originating: bool | None = None
    status: Mapping[str, bool] = field(default_factory=dict)
    undeterminable: bool = False
    wholly_obtained: bool | None = None
    proof: bool | None = None
    value: Number | None = None
    quantity: Number | None = None
    unit: str = ""
    weight: Number | None = None
    weight_pct: Number | None = None
    component: str = ""
    component_weight_pct: Number | None = None
    basic_textiles: tuple[str, ...] | None = None
    elastomeric: bool | None = None
    named: str = ""
    role: str = ""
    restricted: bool | None = None
    bought: bool | None = None
    acquired_in: str = ""
    related_seller: bool | None = None
    regional_content_pct: Number | None = None
    imparts_character: bool | None = None
    catch: Catch | None = None
    producer: str = ""
    processes: tuple[Process, ...] | None = None
    children: tuple[Line, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stop:
    """One place on the way to the importing Party and what was done there."""

    country: str
    operations: tuple[str, ...] = ()
    customs_supervision: bool | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """One consignment: its value and the standing of its exporter (ordinary, approved, registered)."""

    value: Number | None = None
    currency: str = ""
    exporter_status: str = ""


@dataclass(frozen=True, slots=True)
class ProofDocument:
    """Days on which a proof of origin was issued and presented, and on which the goods came in."""

    issued: date | None = None
    presented: date | None = None
    goods_imported: date | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """The good whose origin is asked for, per unit.

    Parameters
    ----------
    name, hs, hs_edition, hs_in
        As of `Line`.
    country, destination : str
        Exporting and importing Party.
    value : Decimal, Fraction or None
        Value of one unit on `basis`, in `currency`.
    basis, currency : str
        One of `BASES`; ISO 4217.
    values : mapping of str to Decimal or Fraction
        The value of one unit on further bases.
    net_cost, weight : Decimal, Fraction or None
        Per unit.
    processes : tuple of Process or None
        What the producer does, complete and in order of time; None where not known.
    is_set, gri
        Whether it is a set, and by which General Interpretative Rule (``3b``, ``3c``).
    originated_before_transport : bool
        Its status is settled; only the transport is asked.
    route : tuple of Stop or None
        From the exporting to the importing Party.
    wholly_obtained_in : str
        Country in which it is wholly obtained, if it is.
    shipment, proof_document
        For questions of proof.
    mfn_pct : Decimal, Fraction or None
        Duty of the importing Party without preference, if known.
    """

    name: str = ""
    hs: str = ""
    hs_edition: str = ""
    hs_in: Mapping[str, str] = field(default_factory=dict)
    country: str = ""
    destination: str = ""
    value: Number | None = None
    basis: str = ""
    currency: str = ""
    values: Mapping[str, Number] = field(default_factory=dict)
    net_cost: Number | None = None
    weight: Number | None = None
    processes: tuple[Process, ...] | None = None
    is_set: bool | None = None
    gri: str = ""
    originated_before_transport: bool = False
    route: tuple[Stop, ...] | None = None
    wholly_obtained_in: str = ""
    shipment: Shipment | None = None
    proof_document: ProofDocument | None = None
    mfn_pct: Number | None = None


@dataclass(frozen=True)
class Bill:
    """A product, everything it is made of, and the answers given so far.

    Parameters
    ----------
    product : Product
        The good.
    lines : tuple of Line
        All its materials; value of the product less the value of these is labour, overhead and profit.
    facts : mapping of str to bool
        Answers to yes-or-no questions; an absent one is not known, never "no".
    gates : mapping of str to str
        ``minimal_operations`` and ``transport``: ``met`` where that is settled, ``test`` to decide it from what is given.
    label : str
        File or name, for messages.

    Examples
    --------
    >>> bill = Bill(Product("bus", "870240", "2022", value=exact(200)), (Line("1", value=exact("90.5"), originating=False),))
    >>> bill.scale, bill.whole(bill.product.value), bill.whole(bill.lines[0].value)
    (2, 400, 181)
    """

    product: Product
    lines: tuple[Line, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    gates: Mapping[str, str] = field(default_factory=dict)
    label: str = ""

    def walk(self) -> Iterator[Line]:
        """Every line, each once, parents before their parts, without recursion."""
        seen: set[int] = set()
        todo = list(reversed(self.lines))
        while todo:
            line = todo.pop()
            if id(line) not in seen:
                seen.add(id(line))
                yield line
                todo.extend(reversed(line.children))

    @functools.cached_property
    def scale(self) -> int:
        """Smallest whole number by which every value in the bill becomes whole."""
        product = self.product
        found = [v for v in (product.value, product.net_cost, *product.values.values()) if v is not None]
        lines = self.walk() if any(line.children for line in self.lines) else self.lines
        found += [line.value for line in lines if line.value is not None]
        return lcm(*{v.as_integer_ratio()[1] for v in found})

    def whole(self, value: Number | None) -> int | None:
        """A value times `scale`: a whole number, so that sums and comparisons are exact."""
        if value is None:
            return None
        n, d = value.as_integer_ratio()
        return n * (self.scale // d)
