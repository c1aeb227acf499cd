"""Ports: from what a text calls them to one place on the coast.

The list (UN/LOCODE, name, position) is the one that searoute carries (G. Halili, searoute-py, Apache-2.0), with the
mends of ``ports.yaml``; codes are those of UNECE Recommendation 16. Nothing is guessed: a name that several ports bear
and a name that none bears are refused with the candidates.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module, resources
from typing import Any, Literal

from madein.core.countries import countries, economy_label, find_economy, groups
from madein.core.errors import MadeinError
from madein.core.period_labels import fold

EARTH_NM = 6371.0088 / 1.852
"""Mean radius of the Earth (IUGG, 6,371.0088 km) in nautical miles of 1,852 m."""

ONE_PLACE_NM = 25.0
"""Within this distance two entries of one name in one country are one place under two codes."""

_NOISE = frozenset("port of the harbour harbor terminal puerto porto cang bien city".split())
_SHORT = {"saint": "st", "sainte": "ste"}
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Port:
    """One port.

    Parameters
    ----------
    code : str
        UN/LOCODE, five characters.
    name : str
        Name to show.
    country : str
        ISO 3166 alpha-3; empty where the list names none.
    lon, lat : float
        Degrees east and north.
    names : tuple of str
        Other spellings and names of terminals.
    commercial : bool
        True where the list marks a terminal with regular cargo service.
    """

    code: str
    name: str
    country: str
    lon: float
    lat: float
    names: tuple[str, ...] = ()
    commercial: bool = False

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province, or a coast: its label, the country of a state, and the codes of its ports."""

    label: str
    kind: Literal["state", "coast"]
    country: str
    codes: tuple[str, ...]


class PortQuestion(MadeinError):
    """A port that is unknown or not the only one of its name; `candidates` are what may be meant, best first."""

    def __init__(self, what: str, where: str = "", why: str = "", fix: str = "", candidates: Iterable[Port] = ()) -> None:
        super().__init__(what, where, why, fix)
        self.candidates = tuple(candidates)

    def __reduce__(self) -> tuple[Any, ...]:
        first = self.problems[0]
        return type(self), (first.what, first.where, first.why, first.fix, self.candidates)


def great_circle(a: Port, b: Port) -> float:
    """Shortest distance over the sphere in nautical miles, by the haversine formula (Sinnott 1984): no ship sails less.

    Examples
    --------
    >>> pole, equator = Port("", "", "", 0, 90), Port("", "", "", 40, 0)
    >>> round(great_circle(pole, equator))
    5404
    """
    lat, lat2 = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((lat2 - lat) / 2) ** 2 + math.sin(math.radians(b.lon - a.lon) / 2) ** 2 * math.cos(lat) * math.cos(lat2)
    return 2 * EARTH_NM * math.asin(min(1.0, math.sqrt(h)))


def searoute_package() -> Any:
    """The searoute package.

    Raises
    ------
    MadeinError
        If it is not installed.
    """
    try:
        return import_module("searoute")
    except ImportError as fault:
        raise MadeinError("ports and sea distances need the extra 'ledger'", fix="pip install 'madein[ledger]'") from fault


@functools.cache
def data_file(name: str) -> Mapping[str, Any]:
    """A YAML file of this room."""
    import yaml

    data: Mapping[str, Any] = yaml.safe_load(resources.files("madein.ledger").joinpath(name).read_text("utf-8"))
    return data


@functools.cache
def ports() -> Mapping[str, Port]:
    """Every port by UN/LOCODE, sorted by code.

    Raises
    ------
    MadeinError
        If searoute is not installed.

    Examples
    --------
    >>> port = ports()["VNHPH"]
    >>> port.name, port.country, round(port.lon, 2), round(port.lat, 2)
    ('Hai Phong', 'VNM', 106.74, 20.91)
    """
    extra = data_file("ports.yaml")
    mended = {(m["code"], m["name"]): m for m in extra["mended"]}
    entries: dict[str, list[Port]] = {}
    for (x, y), about in searoute_package().setup_P().nodes(data=True):
        code, name, lon, lat = str(about["port"]), str(about["name"]), float(x), float(y)
        mend = mended.get((code, name))
        if mend:
            code, name, lon, lat = mend["as"], mend["called"], mend.get("lon", lon), mend.get("lat", lat)
        code = extra["same"].get(code, code)
        if code:
            country = (mend or {}).get("country") or find_economy(str(about["cty"]).replace("_", " ")) or find_economy(code[:2]) or ""
            entries.setdefault(code, []).append(Port(code, name, country, lon, lat, (), about.get("t") == 1))
    for a in extra["added"]:
        entries.setdefault(a["code"], []).append(Port(a["code"], a["name"], a["country"], a["lon"], a["lat"], (), a["commercial"]))
    out = {}
    for code in sorted(entries):
        # A code with several entries is a port with several basins: the one with cargo service stands for it.
        first = max(entries[code], key=lambda p: p.commercial)
        names = dict.fromkeys([*(p.name for p in entries[code] if p.name != first.name), *extra["names"].get(code, ())])
        out[code] = Port(code, first.name, first.country, first.lon, first.lat, tuple(names), first.commercial)
    return out


def _key(text: str) -> str:
    """Letters and digits without marks or case: 'Hải Phòng', 'Hai-Phong' and 'Haiphong' are one."""
    return "".join(_words(text))


def _bare(text: str) -> str:
    """The same without words such as 'Port of'."""
    return "".join(w for w in _words(text) if w not in _NOISE)


def _words(text: str) -> list[str]:
    # An apostrophe divides no word: "St John's".
    spaced = "".join(c if c.isalnum() else " " for c in fold(text).replace("'", "").replace("’", ""))
    return [_SHORT.get(w, w) for w in spaced.split()]


def _spellings(name: str) -> set[str]:
    """A printed name, its head before a comma, and what stands in its brackets."""
    head, _, tail = name.partition("(")
    inside = tail.partition(")")[0].strip().removeprefix("ex ")
    # "(Oregon)" and "(Me)" say where a port is, not what it is called.
    if len(inside) <= 3 or _key(inside) in _regions() or find_economy(inside):
        inside = ""
    return {p.strip() for p in (name, head, inside, head.partition(",")[0]) if p.strip()}


@functools.cache
def _index() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Codes by key of any spelling, and by key without words such as 'Port of'."""
    full: dict[str, set[str]] = {}
    bare: dict[str, set[str]] = {}
    for port in ports().values():
        for spelling in {s for name in (port.name, *port.names) for s in _spellings(name)}:
            full.setdefault(_key(spelling), set()).add(port.code)
            if stem := _bare(spelling):
                bare.setdefault(stem, set()).add(port.code)
    return full, bare


@functools.cache
def _regions() -> Mapping[str, tuple[Region, ...]]:
    """States and coasts by key of any spelling."""
    data = data_file("regions.yaml")
    found: dict[str, Region] = {}
    for label, r in data["states"].items():
        found[label] = Region(label, "state", r["country"], tuple(r["ports"]))
    for label, r in data["coasts"].items():
        codes = [c for part in r.get("of", ()) for c in found[part].codes] + list(r.get("ports", ()))
        found[label] = Region(label, "coast", "", tuple(dict.fromkeys(codes)))
    out: dict[str, tuple[Region, ...]] = {}
    for label, region in found.items():
        names = (data["states"].get(label) or data["coasts"][label])["names"]
        for key in {_key(n) for n in (label, *names)}:
            out[key] = (*out.get(key, ()), region)
    return out


def regions_named(name: str, country: str = "") -> list[Region]:
    """States and coasts that bear a name, states only of the country if one is given (alpha-3).

    Examples
    --------
    >>> [r.kind for r in regions_named("US West Coast")], [r.label for r in regions_named("WA", "USA")]
    (['coast'], ['Washington'])
    """
    return [r for r in _regions().get(_key(name), ()) if not country or not r.country or r.country == country]


def country_and_name(text: str, country: str = "") -> tuple[str, str]:
    """Alpha-3 of a country and the name of a part of it: as given, or as in ``US-CA``.

    Examples
    --------
    >>> country_and_name("US-CA"), country_and_name("California")
    (('USA', 'CA'), ('', 'California'))
    """
    head, dash, tail = text.strip().partition("-")
    if dash and len(head) == 2 and tail and find_economy(head):
        return find_economy(head) or "", tail
    return (find_economy(country) or "") if country else "", text


def nearest_ports(text: str, country: str = "", n: int = _SHOWN) -> tuple[Port, ...]:
    """Ports whose names look most like a text, best first: what a refusal offers.

    Examples
    --------
    >>> [str(p) for p in nearest_ports("Hai Pong", "VNM", 1)]
    ['Hai Phong (VNHPH)']
    """
    full, _ = _index()
    key = _key(text)[:40]
    most = max(1, len(key) // 3)
    letters = Counter(key)
    ranked = []
    for k, codes in full.items():
        held = sorted(c for c in codes if not country or ports()[c].country == country)
        if not held:
            continue
        # Letters that one has and the other lacks must each be edited: a cheap bound that spares most of the work.
        if abs(len(k) - len(key)) <= most and max((letters - Counter(k)).total(), (Counter(k) - letters).total()) <= most:
            edits = _edits(key, k)
        else:
            # "San Nicolas de los Arroyos" holds "San Nicolas".
            edits = most if min(len(k), len(key)) >= 5 and (k in key or key in k) else most + 1
        if edits <= most:
            ranked.append((edits, -ports()[held[0]].commercial, k, held))
    return tuple(ports()[c] for c in list(dict.fromkeys(c for *_, held in sorted(ranked) for c in held))[:n])


def _edits(a: str, b: str) -> int:
    """Letters to add, drop, change or swap with their neighbour (optimal string alignment, Damerau 1964)."""
    two: list[int] = []
    one = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(one[j] + 1, row[j - 1] + 1, one[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, two[j - 2] + 1)
            row.append(best)
        two, one = one, row
    return one[-1]


def named_codes(text: str) -> set[str]:
    """Codes of the ports a text names exactly: by code, by name, or by name without words such as 'Port of'."""
    typed = "".join(text.split())
    code = data_file("ports.yaml")["same"].get(typed.upper(), typed.upper())
    if typed.isupper() and code in ports():
        # Capitals are a code: ARATU is in Argentina, Aratu in Brazil.
        return {code}
    full, bare = _index()
    key = _key(text)
    found = full.get(key, set()) | ({code} if code in ports() else set())
    found = found or bare.get(_bare(text) or key, set())
    if not found and "(" in text:
        # "Gent (Ghent)": a spelling and another one of the same place.
        found = {c for part in _spellings(text) for c in full.get(_key(part), set())}
    return found


def _one_place(codes: set[str]) -> list[Port]:
    """Ports without those that are the same place under another code: the one with cargo service stays."""
    kept: list[Port] = []
    for port in sorted((ports()[c] for c in codes), key=lambda p: (not p.commercial, p.code)):
        if all(k.country != port.country or great_circle(k, port) > ONE_PLACE_NM for k in kept):
            kept.append(port)
    return sorted(kept, key=lambda p: p.code)


def _inside(codes: set[str], narrowing: str, where: str) -> set[str]:
    """Of these codes those in a country, group, state or coast."""
    if not narrowing.strip():
        return codes
    nation, part = country_and_name(narrowing)
    regions = regions_named(part, nation)
    economy = find_economy(narrowing.strip())
    # "CA" after a comma is California as well as Canada: whichever holds a port of the name.
    within = {c for c in codes for region in regions if c in region.codes}
    if economy:
        members = set(groups()[economy].members) if economy in groups() else {economy}
        within |= {c for c in codes if ports()[c].country in members}
    if not economy and not regions:
        raise MadeinError(f"{narrowing!r} is no country, state or coast", where, fix="write a country such as USA or Viet Nam")
    return within


def _question(text: str, found: list[Port], country: str, where: str) -> PortQuestion:
    if found:
        return PortQuestion(
            f"{len(found)} ports are called {text!r}", where, _listed(found),
            "write the UN/LOCODE, or the country after a comma", found,
        )  # fmt: skip
    near = nearest_ports(text, country) or nearest_ports(text)
    return PortQuestion(
        f"no port is called {text!r}" + (f" in {economy_label(country)}" if country else ""), where, "",
        f"did you mean {_listed(near)}?" if near else "write its UN/LOCODE, such as VNHPH", near,
    )  # fmt: skip


def _listed(found: Iterable[Port]) -> str:
    shown = list(found)
    tail = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return "; ".join(f"{p}, {economy_label(p.country)}" if p.country else str(p) for p in shown[:_SHOWN]) + tail


def find_port(text: str, country: str = "", where: str = "") -> Port:
    """The one port a text names.

    Parameters
    ----------
    text : str
        UN/LOCODE or name, marks and case as you like, perhaps with a country or state after a comma.
    country : str
        Any spelling of a country or group that narrows the search.
    where : str
        Place in a file, for the message.

    Raises
    ------
    PortQuestion
        If no port bears the name (nearest names offered), or several do (all offered).
    MadeinError
        If `country` is no country.

    Examples
    --------
    >>> [find_port(t).code for t in ("VNHAP", "vn hph", "Hải Phòng", "haiphong", "Port of Los Angeles", "Portland, Oregon")]
    ['VNHPH', 'VNHPH', 'VNHPH', 'VNHPH', 'USLAX', 'USPDX']
    >>> find_port("Vancouver", "Canada").code
    'CAVAN'
    >>> try:
    ...     find_port("Vancouver")
    ... except PortQuestion as question:
    ...     print([p.code for p in question.candidates])
    ['CAVAN', 'USVAN']
    """
    codes, name = named_codes(text), text
    narrowing = country
    if not codes and "," in text:
        name, _, tail = (part.strip() for part in text.rpartition(","))
        codes, narrowing = named_codes(name), country or tail
    found = _one_place(_inside(codes, narrowing, where))
    if len(found) == 1:
        return found[0]
    economy = (find_economy(narrowing) or "") if narrowing else ""
    if not found and codes:
        # The name is right and the country is not: the ports of the name are better candidates than near names.
        elsewhere = _one_place(codes)
        raise PortQuestion(f"no port called {name!r} in {narrowing}", where, f"there is {_listed(elsewhere)}", "mend the country", elsewhere)
    raise _question(name, found, economy if economy in countries() else "", where)
