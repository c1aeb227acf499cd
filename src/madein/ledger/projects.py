"""Investment projects as of a day: who, where, how much by phase, how far; and how long nobody has said anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from madein.core.periods import Period
from madein.core.provinces import Province, find_province, province_on
from madein.ledger.amounts import Added, Amount, added_by_phase, amount_of, phase_order
from madein.ledger.bounds import total
from madein.ledger.model import Claim, Subject
from madein.ledger.rules import Rules, rules
from madein.ledger.view import View, claims_of

BRACKETS = re.compile(r"\([^()]{0,80}\)")


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happens to a phase: the window within which it lies, whether it is planned or done, who said so when."""

    event: str
    window: Period
    qualifier: str
    status: str
    said: Period
    id: str


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase; the phase "" is the project as a whole.

    `stated` holds the states sources give (several where they differ), `state` the one that counts: the stated one, or what
    silence makes of it, or "unclear".
    """

    name: str
    products: tuple[str, ...]
    stated: tuple[str, ...]
    state: str
    area: tuple[Amount, ...]
    capital: tuple[Amount, ...]
    capacity: tuple[Amount, ...]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A project as it was known on a day.

    `province` is what the name of the province stands for on that day, None where no division is known by it; `shares` are
    percent by party. `silent_months` counts whole months since the last statement about it.
    """

    subject: str
    name: str
    investors: tuple[str, ...]
    shares: Mapping[str, float]
    site: str
    province_text: str
    province: Province | None
    phases: tuple[Phase, ...]
    last_said: date
    silent_months: int

    def phase(self, name: str = "") -> Phase | None:
        """A phase by its name; "" is the whole."""
        return next((p for p in self.phases if p.name == name), None)

    def added(self, what: str, unit: str) -> tuple[Added, ...]:
        """What each phase adds of "capacity", "capital" or "area" in one unit."""
        return added_by_phase(a for p in self.phases for a in getattr(p, what) if a.unit == unit)

    def units(self, what: str) -> tuple[str, ...]:
        """Units in which an amount is told, in order of appearance."""
        return tuple(dict.fromkeys(a.unit for p in self.phases for a in getattr(p, what)))


def projects_of(view: View, economy: str = "VNM", by: Rules | None = None) -> tuple[Project, ...]:
    """Every project known on the day of a view, by subject.

    Parameters
    ----------
    view : View
        As `Claims.as_of` gives it.
    economy : str
        Whose provinces names are looked up in.
    by : Rules
        Rules of silence other than the package's, see `madein.ledger.rules.rules`.

    Examples
    --------
    >>> from madein.ledger.claims import Claims
    >>> said = Period.parse("2023-11-02")
    >>> told = [Claim(subject="project:a/phase=1", predicate="state", value="announced", as_of=said),
    ...         Claim(subject="project:a", predicate="province", value="Thai Binh", as_of=said)]
    >>> (plant,) = projects_of(Claims.of(told).as_of(date(2026, 1, 1)))
    >>> plant.province.key, plant.silent_months, plant.phase("1").stated, plant.phase("1").state
    ('hung-yen-2025', 25, ('announced',), 'shelved')
    """
    frame = view.frame.filter(pl.col("subject").str.starts_with("project:")).sort("subject", maintain_order=True)
    by_project: dict[str, list[Claim]] = {}
    for claim in claims_of(frame.filter("current")):
        by_project.setdefault(claim.subject.partition("/")[0], []).append(claim)
    # Any statement breaks the silence, also one that answers nothing any more.
    last = dict(frame.group_by(pl.col("subject").str.extract("^([^/]+)", 1)).agg(pl.col("said_by").max()).iter_rows())
    return tuple(_project(subject, claims, last[subject], view.day, economy, by or rules()) for subject, claims in by_project.items())


def _project(subject: str, claims: list[Claim], last: date, day: date, economy: str, by: Rules) -> Project:
    months = (day.year - last.year) * 12 + day.month - last.month - (day.day < last.day)
    by_phase: dict[str, list[Claim]] = {}
    for c in claims:
        by_phase.setdefault(Subject.parse(c.subject).dims.get("phase", ""), []).append(c)
    whole = by_phase.get("", [])
    # Where only a site is told, it may be a province.
    told = next((c for key in ("province", "site") for c in whole if c.predicate == key), None)
    where, said = (str(told.value), told.as_of.last) if told else ("", last)
    shares = {
        Subject.parse(c.subject).dims["party"]: float(c.value)
        for c in whole if c.predicate == "share" and isinstance(c.value, float | int) and "party" in Subject.parse(c.subject).dims
    }  # fmt: skip
    return Project(
        subject,
        _text(whole, "name") or _text(whole, "company"),
        tuple(dict.fromkeys(str(c.value) for c in whole if c.predicate in ("investor", "partner"))),
        shares,
        _text(whole, "site"),
        where if told and told.predicate == "province" else "",
        place(where, said, day, economy),
        tuple(_phase(name, by_phase[name], months, by) for name in sorted(by_phase, key=lambda n: (n != "", phase_order(n)))),
        last,
        max(0, months),
    )


def place(text: str, said: date, day: date, economy: str = "VNM") -> Province | None:
    """The division a name, understood as on the day it was said, belongs to on a later day; words in brackets aside.

    Examples
    --------
    >>> place("Hung Yen (merged Thai Binh)", date(2025, 11, 2), date(2026, 1, 1)).key, place("Hung Yen", date(2024, 1, 1), date(2024, 6, 1)).key
    ('hung-yen-2025', 'hung-yen')
    """
    found = find_province(BRACKETS.sub("", text).strip(), said, economy) if text else None
    return province_on(found, day) if found else None


def _text(claims: Iterable[Claim], predicate: str) -> str:
    return next((str(c.value) for c in claims if c.predicate == predicate), "")


def _phase(name: str, claims: list[Claim], months: int, by: Rules) -> Phase:
    stated = tuple(dict.fromkeys(str(c.value) for c in claims if c.predicate == "state"))
    amounts = {what: tuple(amount_of(c) for c in claims if c.predicate == what) for what in ("area", "capital", "capacity")}
    milestones = [Milestone(c.predicate, c.value, c.qualifier, c.status, c.as_of, c.id) for c in claims if isinstance(c.value, Period)]
    return Phase(
        name, tuple(dict.fromkeys(str(c.value) for c in claims if c.predicate == "product")), stated, state_of(stated, months, by),
        amounts["area"], amounts["capital"], amounts["capacity"], tuple(sorted(milestones, key=lambda m: (m.window, m.event))),
    )  # fmt: skip


def state_of(stated: tuple[str, ...], silent_months: int, by: Rules | None = None) -> str:
    """The state that counts, given the states that were stated and the months of silence since.

    Examples
    --------
    >>> state_of(("announced",), 23), state_of(("announced",), 30), state_of(("announced",), 60), state_of(("operating",), 60)
    ('announced', 'shelved', 'cancelled', 'operating')
    >>> state_of(("announced", "construction"), 0), state_of((), 0)
    ('unclear', '')
    """
    by = by or rules()
    known = {by.state(s) or s for s in stated}
    if not known:
        return ""
    if len(known) > 1:
        return "unclear"
    (state,) = known
    for months, instead in by.silence.get(state, ()):
        if silent_months >= months:
            state = instead
    return state


def project_rows(projects: Iterable[Project]) -> pl.DataFrame:
    """Projects as a table: a row a phase, the whole project as phase ""."""
    rows = [
        (p.subject, f.name, p.name, "; ".join(p.investors), p.site, p.province_text, p.province.key if p.province else "", "; ".join(f.products),
         "; ".join(f.stated), f.state, p.last_said, p.silent_months)
        for p in projects for f in p.phases
    ]  # fmt: skip
    names = ("project", "phase", "name", "investors", "site", "province", "province_key", "products", "stated", "state")
    return pl.DataFrame(rows, {**dict.fromkeys(names, pl.String), "last_said": pl.Date, "silent_months": pl.Int64}, orient="row")


def capital_per_capacity(projects: Iterable[Project]) -> pl.DataFrame:
    """Capital per unit of capacity, by phase and for the whole, with bounds.

    Both are taken as what the phase adds; products of one phase are added up. Amounts of unlike currencies stand in rows of
    their own and are not converted. The interval is the quotient of the intervals (Moore, 1966).

    Returns
    -------
    polars.DataFrame
        project, phase, currency, unit (of the capacity), value, low, high (null: open), claims.

    Examples
    --------
    >>> from madein.ledger.claims import Claims
    >>> said = Period.parse("2025-06-01")
    >>> told = [Claim(subject="project:a", predicate="capital", value=8e8, unit="USD", qualifier="more_than", status="planned", as_of=said),
    ...         Claim(subject="project:a", predicate="capacity", value=2e5, unit="vehicle/year", status="planned", as_of=said)]
    >>> capital_per_capacity(projects_of(Claims.of(told).as_of(date(2025, 7, 1)))).select("currency", "value", "low", "high").rows()
    [('USD', 4000.0, 4000.0, None)]
    """
    rows = []
    for p in projects:
        for currency in p.units("capital"):
            for unit in p.units("capacity"):
                money, made = (_by_phase(p, *side) for side in (("capital", currency), ("capacity", unit)))
                rows += [(p.subject, phase, currency, unit, *_quotient(money[phase], made[phase])) for phase in money if phase in made]
    schema = {**dict.fromkeys(("project", "phase", "currency", "unit"), pl.String), **dict.fromkeys(("value", "low", "high"), pl.Float64)}
    return pl.DataFrame(rows, {**schema, "claims": pl.List(pl.String)}, orient="row")


def _by_phase(project: Project, what: str, unit: str) -> dict[str, list[Added]]:
    """What each phase adds, and the whole as it is told, not what the phases leave of it."""
    whole = project.phase()
    told = [a for a in getattr(whole, what) if a.unit == unit] if whole else []
    out: dict[str, list[Added]] = {}
    for a in (*added_by_phase(told), *(a for a in project.added(what, unit) if a.phase)):
        out.setdefault(a.phase, []).append(a)
    return out


def _quotient(money: list[Added], made: list[Added]) -> tuple[float | None, float | None, float | None, list[str]]:
    sides = (money, made)
    values = [None if any(a.value is None for a in side) else sum(a.value or 0.0 for a in side) for side in sides]
    low, high = (total(a.interval for a in money) / total(a.interval for a in made)).ends
    value = values[0] / values[1] if values[0] is not None and values[1] else None
    return value, low, high, list(dict.fromkeys(i for side in sides for a in side for i in a.ids))
