"""Destinations: from what a text names to one port, or to every port of a state, coast, country or group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from madein.core.countries import economy_label, find_economy, groups
from madein.ledger.ports import Port, PortQuestion, country_and_name, find_port, named_codes, ports, regions_named

Kind = Literal["port", "state", "coast", "country"]


@dataclass(frozen=True, slots=True)
class Place:
    """What a text may mean: one port, or every port of a state, coast or country, sorted by code."""

    label: str
    kind: Kind
    ports: tuple[Port, ...]


def find_place(text: str, country: str = "", where: str = "") -> Place:
    """What a destination may mean: a port, or every port of a state, coast, country or group.

    A name that is both, as Singapore or New York, means the port if that lies inside. Of a country those ports count
    that the list marks as having cargo service.

    Raises
    ------
    PortQuestion
        If nothing bears the name, or several things do.

    Examples
    --------
    >>> place = find_place("California")
    >>> place.kind, len(place.ports), [p.code for p in place.ports][:3]
    ('state', 10, ['USBNC', 'USLAX', 'USLGB'])
    >>> find_place("Canada").kind, find_place("Zeebrugge").ports[0].code
    ('country', 'BEZEE')
    """
    wider = _wider(text, country)
    inside = {p.code for w in wider for p in w.ports}
    port: Port | None = None
    if named_codes(text) or not wider:
        try:
            port = find_port(text, country, where)
        except PortQuestion as question:
            # Of several ports of the name, the one inside the wider place is meant by it: New York in New York.
            within = [p for p in question.candidates if p.code in inside]
            if not wider:
                raise
            port = within[0] if len(within) == 1 else None
    if port is not None and (not wider or port.code in inside):
        return Place(port.name, "port", (port,))
    if port is not None and not port.commercial:
        # The list holds inland towns called Florida and Georgia; nobody ships there without saying more.
        port = None
    if port is None and len(wider) == 1:
        return wider[0]
    meant = [f"the {w.kind} {w.label}" for w in wider] + ([f"the port {port}"] if port else [])
    raise PortQuestion(
        f"{text!r} may mean {' or '.join(meant)}", where, "", "write a code: UN/LOCODE for a port, ISO alpha-3 for a country, US-GA for a state",
        [port] if port else [],
    )  # fmt: skip


def _wider(text: str, country: str) -> list[Place]:
    """States, coasts, countries and groups that a text names; two-letter codes of states only as in US-CA."""
    nation, name = country_and_name(text, country)
    out: list[Place] = []
    if len(name.strip()) > 2 or nation:
        for region in regions_named(name, nation):
            held = sorted((ports()[c] for c in region.codes if c in ports()), key=lambda p: p.code)
            out.append(Place(region.label, region.kind, tuple(held)))
    economy = find_economy(text.strip()) if len(text.strip()) > 1 and not country else None
    if economy:
        members = set(groups()[economy].members) if economy in groups() else {economy}
        inside = [p for p in ports().values() if p.country in members]
        served = [p for p in inside if p.commercial] or inside
        if served:
            out.append(Place(economy_label(economy), "country", tuple(served)))
    return out
