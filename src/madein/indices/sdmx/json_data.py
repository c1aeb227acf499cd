"""SDMX-JSON data messages 1.0 and 2.0: codes by their place in lists, series or flat."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from madein.core.errors import MadeinError
from madein.indices.sdmx.message import Raw

MAX_BYTES = 300_000_000
"""A JSON text is read whole; it takes some ten times its size in memory."""


def read_json(path: Path, label: str) -> Raw:
    """Every observation of an SDMX-JSON data message.

    Raises
    ------
    MadeinError
        If the file is no such message, or an index in it points nowhere.
    """
    if path.stat().st_size > MAX_BYTES:
        raise MadeinError(f"the file is larger than {MAX_BYTES // 1_000_000:,} MB", label, fix="ask for SDMX-CSV, which is read as a stream")
    try:
        message = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise MadeinError("the file is no JSON", label, str(fault)[:120]) from fault
    try:
        return _message(message, label)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as fault:
        raise MadeinError("the SDMX-JSON cannot be followed", label, f"{type(fault).__name__}: {str(fault)[:80]}", "get the message anew") from fault


def _message(message: Mapping[str, Any], label: str) -> Raw:
    data = message.get("data", message)
    sets = data.get("dataSets")
    structures = data.get("structures") or [data.get("structure") or message.get("structure")]
    if not sets or not structures[0]:
        raise MadeinError("the file holds no SDMX data", label, fix="give a data message of SDMX-JSON 1.0 or 2.0")
    raw = Raw()
    meta = message.get("meta") or message.get("header") or {}
    raw.prepared, raw.identifier = str(meta.get("prepared", "")), str(meta.get("id", ""))
    known: dict[tuple[tuple[str, str], ...], int] = {}
    for number, each in enumerate(sets):
        structure = structures[int(each.get("structure", 0))]
        raw.structure = raw.structure or str(structure.get("name", ""))
        _data_set(each, structure, raw, known, f"data set {number} ")
    return raw


def _data_set(each: Mapping[str, Any], structure: Mapping[str, Any], raw: Raw, known: dict[tuple[tuple[str, str], ...], int], where: str) -> None:
    dimensions, attributes = structure["dimensions"], structure.get("attributes", {})
    fixed = {d["id"]: _code(d, 0, raw) for d in dimensions.get("dataSet", []) if d.get("values")}
    wide = _attributes(attributes.get("dataSet", []), each.get("attributes", []), raw)
    by_obs = dimensions.get("observation", [])
    own_obs = attributes.get("observation", [])
    if "series" in each:
        for place, series in each["series"].items():
            key = {**fixed, **dict(_codes(dimensions["series"], place, raw))}
            own = {**wide, **_attributes(attributes.get("series", []), series.get("attributes", []), raw)}
            for at, told in series.get("observations", {}).items():
                _observe(key, own, dict(_codes(by_obs, at, raw)), told, own_obs, raw, known, f"{where}series {place} observation {at}")
    for at, told in each.get("observations", {}).items():
        _observe(fixed, wide, dict(_codes(by_obs, at, raw)), told, own_obs, raw, known, f"{where}observation {at}")


def _observe(
    key: Mapping[str, str], own: Mapping[str, str], place: dict[str, str], told: Sequence[Any], components: Sequence[Mapping[str, Any]],
    raw: Raw, known: dict[tuple[tuple[str, str], ...], int], where: str,
) -> None:  # fmt: skip
    period = place.pop("TIME_PERIOD", "")
    full = {**key, **place}
    identity = tuple(full.items())
    at = known.get(identity)
    if at is None:
        at = known[identity] = len(raw.keys)
        raw.keys.append(full)
        raw.attributes.append(dict(own))
    said = _attributes(components, told[1:], raw)
    raw.series.append(at)
    raw.period.append(period)
    raw.value.append("" if told[0] is None else str(told[0]))
    raw.status.append(said.get("OBS_STATUS") or said.get("OBS_FLAG", ""))
    raw.place.append(where)


def _codes(components: Sequence[Mapping[str, Any]], place: str, raw: Raw) -> Iterator[tuple[str, str]]:
    indices = place.split(":")
    if len(indices) != len(components):
        raise ValueError(f"{place!r} names {len(indices)} of {len(components)} dimensions")
    for component, index in zip(components, indices, strict=True):
        yield component["id"], _code(component, int(index), raw)


def _code(component: Mapping[str, Any], index: int, raw: Raw) -> str:
    if index < 0:
        raise ValueError(f"index {index} of {component['id']}")
    value = component["values"][index]
    if not isinstance(value, Mapping):
        return str(value)
    code = str(value.get("id", value.get("value", "")))
    name = value.get("name") or (value.get("names") or {}).get("en", "")
    if isinstance(name, Mapping):
        name = name.get("en") or next(iter(name.values()), "")
    if name:
        raw.names[component["id"], code] = str(name)
    return code


def _attributes(components: Sequence[Mapping[str, Any]], told: Sequence[Any], raw: Raw) -> dict[str, str]:
    out: dict[str, str] = {}
    for component, index in zip(components, told, strict=False):
        if isinstance(index, bool) or index is None:
            continue
        # 2.0 writes values that are not coded as they are.
        coded = isinstance(index, int) and component.get("values")
        out[component["id"]] = _code(component, index, raw) if coded else str(index)
    return out
