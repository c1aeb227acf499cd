"""Words of the tests as data: stages of textile working, materials that rules name, processes and what they imply."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from madein.origin.frame import within
from madein.origin.hs import HsSet
from madein.origin.regimes import processes, read_yaml


@dataclass(frozen=True, slots=True)
class Named:
    """A material that a rule names in words: the codes it can have, and those of what is made from it at once.

    ``tells`` are headings whose subheadings settle it, ``never`` the subheadings that are not the material, ``includes`` the keys
    of narrower materials.
    """

    key: str
    words: str
    codes: HsSet | None
    further: HsSet | None
    tells: HsSet | None
    never: HsSet | None
    includes: frozenset[str]


def _read(name: str) -> Any:
    return read_yaml(resources.files("madein.origin").joinpath("leaves", name).read_text("utf-8"))


def _set(record: Mapping[str, Any], part: str) -> HsSet | None:
    return HsSet(record[part]) if record.get(part) else None


@functools.cache
def _named() -> Mapping[str, Named]:
    return {
        key: Named(key, str(n["words"]), _set(n, "hs"), _set(n, "further"), _set(n, "tells"), _set(n, "not"), frozenset(n.get("includes") or ()))
        for key, n in _read("named.yaml").items()
    }


def all_named() -> tuple[Named, ...]:
    """Every named material that is held."""
    return tuple(_named().values())


def named(key: str) -> Named | None:
    """What is known of a named material.

    Examples
    --------
    >>> str(named("uppers_affixed_to_sole_component").further)
    '6401-6405'
    """
    return _named().get(key)


@functools.cache
def _stages() -> tuple[tuple[int, HsSet], ...]:
    return tuple((int(n), HsSet(ranges)) for n, ranges in _read("textile_stages.yaml")["stages"].items())


@functools.lru_cache(16384)
def stage(code: str) -> int | None:
    """How far a textile material is worked: 0 before any fibre, 1 fibre, 2 yarn, 3 fabric, 4 made up.

    None for a code that is too short to tell.

    Examples
    --------
    >>> [stage(code) for code in ("3902", "5201", "520512", "520832", "620342", "52")]
    [0, 1, 2, 3, 4, None]
    """
    from madein.origin.hs import span

    low, high = span(code)
    for n, codes in _stages():
        here = within(codes.bounds, low, high)
        if here:
            return n
        if here is None:
            return None
    return 0


@functools.cache
def last_start() -> Mapping[str, int]:
    """The latest stage from which each process can still be done."""
    found: Mapping[str, int] = _read("textile_stages.yaml")["start"]
    return found


@functools.cache
def implied() -> Mapping[str, frozenset[str]]:
    """For each process, the processes that doing it includes, itself among them."""
    direct = {str(k): [str(w) for w in v] for k, v in (processes().get("implies") or {}).items()}
    found: dict[str, frozenset[str]] = {}
    for word in direct:
        held, todo = {word}, [word]
        while todo:
            for other in direct.get(todo.pop(), []):
                if other not in held:
                    held.add(other)
                    todo.append(other)
        found[word] = frozenset(held)
    return found


@functools.cache
def group(word: str) -> frozenset[str]:
    """Processes of a group such as ``finishing``; the word itself where it is no group.

    Examples
    --------
    >>> "bleaching" in group("finishing"), group("weaving") == {"weaving"}
    (True, True)
    """
    return frozenset((processes().get("groups") or {}).get(word) or (word,))


@functools.cache
def composed() -> Mapping[str, Sequence[str]]:
    """Processes that consist of others: doing all of the parts is doing the whole."""
    found: Mapping[str, Sequence[str]] = _read("textile_stages.yaml").get("composed") or {}
    return found


@functools.cache
def shaped() -> frozenset[str]:
    """Processes that give pieces their shape, so that no cutting is needed to make them up."""
    return frozenset(_read("textile_stages.yaml").get("shaped") or ())


@functools.cache
def _chains() -> tuple[tuple[HsSet, ...], ...]:
    return tuple(tuple(HsSet(stage_codes) for stage_codes in order) for order in _read("earlier.yaml").values())


@functools.lru_cache(65536)
def station(code: str) -> tuple[int | None, ...]:
    """Where a material stands in every chain of making: its stage of textile working, then its place in each of the other chains.

    Two codes of one station are earlier stages of the same materials.

    Examples
    --------
    >>> station("520512")[0], station("720110") == station("720150"), station("720110") == station("720839")
    (2, True, False)
    """
    ranks = (next((n for n, codes in enumerate(order) if codes.holds(code)), None) for order in _chains())
    return stage(code), *ranks


@functools.lru_cache(16384)
def _goals(first: str) -> tuple[int | None, ...]:
    """Stage of the first code of a range, and the place in each chain that its codes reach."""
    reach = HsSet([(first, first)])
    return stage(first), *(next((n for n, codes in enumerate(order) if codes.overlaps(reach)), None) for order in _chains())


def earlier(code: str, allowed: HsSet) -> bool:
    """True if a code is an earlier stage, in the same chain of making, of some material the set allows.

    Examples
    --------
    >>> earlier("720110", HsSet([("7206", "7207")])), earlier("720839", HsSet([("7206", "7207")]))
    (True, False)
    """
    at, *ranks = station(code)
    for first, _ in allowed.ranges:
        later, *goals = _goals(first)
        if at and later and at < later:
            return True
        if any(rank is not None and goal is not None and rank < goal for rank, goal in zip(ranks, goals, strict=True)):
            return True
    return False


@functools.cache
def nature() -> HsSet:
    """Codes of things as nature gives them, fresh or simply kept."""
    return HsSet(_read("nature.yaml")["nature"])


@functools.cache
def stocks() -> tuple[str, ...]:
    """Operations of which it is known what a thing is raised or grown from."""
    return tuple(_read("nature.yaml")["stock"])


@functools.cache
def stock(op: str) -> HsSet | None:
    """Codes of what a thing is raised or grown from, by the operation; None where it is raised from nothing."""
    found = _read("nature.yaml")["stock"].get(op)
    return None if found is None else HsSet(found)
