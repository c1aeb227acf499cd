"""The relations a text states: who builds, ships, owns, leads, signs and is recognised, each with the characters it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a field of a relation stands in the text: `start` and `end` count characters of the document."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What all relations share.

    `start:end` spans the sentences a relation was read from, `marks` the characters of each field, `facts` the ids of the
    facts its numbers and dates rest on.
    """

    type: ClassVar[str] = ""
    article: str = ""
    item: int = 0
    start: int = 0
    end: int = 0
    marks: tuple[Mark, ...] = ()
    facts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The relation as plain data: article, type, and every field that is known.

        Examples
        --------
        >>> Ownership(child="Delta", parent="Orion", share_pct=51.0, article="a.txt").as_dict()
        {'article': 'a.txt', 'type': 'ownership', 'child': 'Delta', 'parent': 'Orion', 'share_pct': 51}
        """
        own = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _SHARED}
        return {"article": self.article, "type": self.type, **{k: _plain(v) for k, v in own.items() if v not in (None, "", ())}}


_SHARED = frozenset({"article", "item", "start", "end", "marks", "facts"})


def _plain(value: Any) -> Any:
    """Tuples as lists, whole numbers as integers."""
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happens to a project on a date, to all of it or to one phase."""

    event: str
    date: str
    phase: int | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A promise put off: `event` was to be on `was` ('' where the text only says that it is late) and is now to be on `date`."""

    event: str
    was: str
    date: str
    phase: int | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of a project: value in base units, unit, qualifier, and the phase it holds for (None: all of it).

    `basis` tells what the number is of what there will be: "additional" comes on top of what stands, "total" is all there
    will be once it is done, "initial" is a beginning, "so_far" what was spent until now; '' where the text does not say.
    `what` is what a capacity counts.
    """

    value: float
    unit: str
    qualifier: str = "exact"
    phase: int | None = None
    what: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Relation):
    """A plant, line or park that somebody builds, enlarges or pays for.

    `capacity`, `investment` and `area` hold for the whole project, or, where the text gives them for one phase only, for
    that `phase`; what it gives for both stands in `parts`.
    """

    type: ClassVar[str] = "project"
    company: str = ""
    partners: tuple[str, ...] = ()
    name: str = ""
    location: str = ""
    province: str = ""
    product: str = ""
    phase: int | None = None
    phases: int | None = None
    capacity: Amount | None = None
    investment: Amount | None = None
    area: Amount | None = None
    parts: tuple[tuple[str, Amount], ...] = ()
    milestones: tuple[Milestone, ...] = ()
    slips: tuple[Slip, ...] = ()
    construction_start: str = ""
    first_delivery: str = ""
    signed: str = ""

    @property
    def per_unit(self) -> float | None:
        """Capital per unit of capacity, where both hold for the same part of the project.

        Money spent on more capacity pays for the addition, not for the total it brings about.
        """
        a, b = self.investment, self.capacity
        if a is None or b is None or not b.value or a.phase != b.phase or b.basis == "total" or (a.basis != b.basis and "" not in (a.basis, b.basis)):
            return None
        return a.value / b.value

    def as_dict(self) -> dict[str, Any]:
        """The project as plain data; amounts carry their unit in the key or beside it.

        Examples
        --------
        >>> built = Project(company="Corvane", capacity=Amount(5e4, "tonne/year"), investment=Amount(1e8, "USD", "approx"), article="a.txt")
        >>> {k: v for k, v in built.as_dict().items() if k.startswith(("capacity", "usd"))}
        {'capacity': 50000, 'capacity_unit': 'tonne/year', 'usd_per_unit_capacity': 2000}
        """
        out: dict[str, Any] = {"article": self.article, "type": self.type}
        for key in ("company", "partners", "name", "location", "province", "product", "phase"):
            out[key] = _plain(getattr(self, key))
        if self.capacity:
            out |= {"capacity": _plain(self.capacity.value), "capacity_unit": self.capacity.unit, "capacity_kind": self.capacity.basis}
        if self.area:
            out |= {"area": _plain(self.area.value), "area_unit": self.area.unit}
        if self.investment:
            out |= {f"investment_{self.investment.unit.lower()}": _plain(self.investment.value), "investment_qualifier": self.investment.qualifier}
            out |= {"investment_kind": self.investment.basis}
        out |= {"phases": self.phases}
        told = [{k: v for k, v in (("phase", m.phase), ("event", m.event), ("date", m.date)) if v is not None} for m in self.milestones]
        if told:
            out |= {"milestone": told[0]} if len(told) == 1 else {"milestones": told}
        for key in ("construction_start", "first_delivery", "signed"):
            out[key] = getattr(self, key)
        if self.slips:
            out["slips"] = [
                {k: v for k, v in (("phase", s.phase), ("event", s.event), ("was", s.was), ("date", s.date)) if v not in (None, "")}
                for s in self.slips
            ]
        if self.parts:
            out["parts"] = [_part(name, amount) for name, amount in self.parts]
        if self.investment and self.per_unit is not None:
            out[f"{self.investment.unit.lower()}_per_unit_capacity"] = _plain(self.per_unit)
        return {k: v for k, v in out.items() if v not in (None, "", [])}


def _part(name: str, amount: Amount) -> Mapping[str, Any]:
    own = {"phase": amount.phase, name: _plain(amount.value), f"{name}_unit": amount.unit, "what": amount.what, f"{name}_kind": amount.basis}
    return {k: v for k, v in own.items() if v not in (None, "")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(Relation):
    """Goods that leave, or left, on a ship, train or truck."""

    type: ClassVar[str] = "shipment"
    actor: str = ""
    parent: str = ""
    product: str = ""
    units: float | None = None
    vessel: str = ""
    vessel_type: str = ""
    flag: str = ""
    origin: str = ""
    destination: str = ""
    depart: str = ""
    eta_days: float | None = None
    handover_by: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBook(Relation):
    """Orders a maker holds: their number, what they are for, who ordered, and what they are worth.

    `share_shipped_pct` is derived from a shipment of the same text.
    """

    type: ClassVar[str] = "order_book"
    actor: str = ""
    customer: str = ""
    product: str = ""
    models: tuple[str, ...] = ()
    orders: float | None = None
    value: Amount | None = None
    share_shipped_pct: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The orders as plain data, their worth under its currency.

        Examples
        --------
        >>> OrderBook(actor="Corvus Yards", orders=6.0, value=Amount(1.5e9, "USD"), article="a.txt").as_dict()
        {'article': 'a.txt', 'type': 'order_book', 'actor': 'Corvus Yards', 'orders': 6, 'value_usd': 1500000000}
        """
        out = Relation.as_dict(self)
        if self.value is not None:
            del out["value"]
            out[f"value_{self.value.unit.lower()}"] = _plain(self.value.value)
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Relation):
    """Goods handed over to a customer, or to be: how many of what, by whom, to whom, when.

    `date` is when they were or will be; `was` the date promised before, where the text tells of a delay.
    """

    type: ClassVar[str] = "delivery"
    actor: str = ""
    product: str = ""
    units: float | None = None
    qualifier: str = ""
    customer: str = ""
    date: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan(Relation):
    """Where a maker says it will export to, and what and how many where the text gives it."""

    type: ClassVar[str] = "export_plan"
    actor: str = ""
    product: str = ""
    units: float | None = None
    qualifier: str = ""
    destinations: tuple[str, ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership(Relation):
    """One body belongs to another, wholly or by a share."""

    type: ClassVar[str] = "ownership"
    child: str = ""
    parent: str = ""
    share_pct: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JointVenture(Relation):
    """A body that partners own together; without a name where the text gives none."""

    type: ClassVar[str] = "joint_venture"
    name: str = ""
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRole(Relation):
    """What somebody is, and where; the complement of an office ("Minister of Industry") is part of the role."""

    type: ClassVar[str] = "person_role"
    person: str = ""
    role: str = ""
    org: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pact(Relation):
    """What several parties signed, and when."""

    type: ClassVar[str] = "agreement"
    parties: tuple[str, ...] = ()
    what: str = ""
    signed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot(Relation):
    """Something tried out: by whom, where, from when and for how long."""

    type: ClassVar[str] = "pilot"
    parties: tuple[str, ...] = ()
    what: str = ""
    place: str = ""
    begins: str = ""
    duration: tuple[float, str] | None = None

    # The zero-argument super() does not work here: slots=True makes the class anew.
    def as_dict(self) -> dict[str, Any]:
        """The pilot as plain data, its length named by its unit.

        Examples
        --------
        >>> Pilot(parties=("Laos",), what="seals", duration=(6.0, "month"), article="a.txt").as_dict()
        {'article': 'a.txt', 'type': 'pilot', 'parties': ['Laos'], 'what': 'seals', 'duration_months': 6}
        """
        out = Relation.as_dict(self)
        if self.begins:
            out["start"] = out.pop("begins")
        if self.duration:
            del out["duration"]
            out[f"duration_{self.duration[1]}s"] = _plain(self.duration[0])
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition(Relation):
    """A subject named, honoured, ranked, certified or audited: under which scheme, by whom, when, with what result."""

    type: ClassVar[str] = "recognition"
    subject: str = ""
    scheme: str = ""
    owner: str = ""
    by: str = ""
    date: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Relation):
    """What a body says it will do, where no project, export or agreement says it better."""

    type: ClassVar[str] = "plan"
    company: str = ""
    action: str = field(default="")
