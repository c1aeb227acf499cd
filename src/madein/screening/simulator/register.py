"""The register of firms a simulation writes beside its declarations: names, addresses, telephones, owners, production records."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from madein.core.period_labels import fold
from madein.core.provinces import provinces
from madein.screening.schema import schemas
from madein.screening.simulator.calendar import EPOCH
from madein.screening.simulator.planted import Schemes
from madein.screening.simulator.world import World, stream, words

_BUILDING = 0.12
"""Share of honest firms that sit in an office building with others, and so share an address with strangers."""


def firm_ids(world: World) -> list[str]:
    """Ten-digit tax numbers in no order that tells anything."""
    number = stream(world.seed, 11).permutation(world.family.n_firms)
    return [f"{1 + n % 96:02d}{n:08d}" for n in number.tolist()]


def firm_names(world: World) -> list[str]:
    """Names as registered: most in Vietnamese, some in English."""
    rng, w, n = stream(world.seed, 12), words(), world.family.n_firms
    a, b, c = (rng.integers(0, len(w["marked"]), n).tolist() for _ in range(3))
    trade = rng.integers(0, len(w["trades"]), n).tolist()
    english = rng.random(n) < 0.3
    return [
        f"{w['syllables'][i]} {w['syllables'][j]} {w['syllables'][k]} {w['trades'][t][1]} Co., Ltd"
        if e
        else f"Công ty TNHH {w['trades'][t][0]} {w['marked'][i]} {w['marked'][j]} {w['marked'][k]}"
        for i, j, k, t, e in zip(a, b, c, trade, english, strict=True)
    ]


def foreign_names(world: World, which: int, n: int) -> list[str]:
    """Names of suppliers (0) or buyers (1) abroad."""
    rng, w = stream(world.seed, 13, which), words()
    first, second = rng.integers(0, len(w["foreign"]), (2, n)).tolist()
    trade, form = rng.integers(0, len(w["foreign_trades"]), n).tolist(), rng.integers(0, len(w["foreign_forms"]), n).tolist()
    return [
        f"{w['foreign'][i]} {w['foreign'][j]} {k % 97 + 1} {w['foreign_trades'][t]} {w['foreign_forms'][f]}"
        for k, (i, j, t, f) in enumerate(zip(first, second, trade, form, strict=True))
    ]


def _addresses(world: World, rng: np.random.Generator) -> list[str]:
    w, n = words(), world.family.n_firms
    held = provinces(w["home"])
    towns = [held[key].vi for key in world.provinces]
    zones = max(2, min(w["zones"], n // 8))
    names = [f"{w['marked'][i]} {w['marked'][j]}" for i, j in rng.integers(0, len(w["marked"]), (zones, 2)).tolist()]
    kind, zone, letter, lot = rng.random(n), rng.integers(0, zones, n).tolist(), rng.integers(0, 12, n).tolist(), rng.integers(1, 400, n).tolist()
    buildings = max(1, int(n * _BUILDING) // 6)
    out = []
    for f in range(n):
        town = towns[int(world.plant[f])]
        if kind[f] < _BUILDING:
            out.append(f"Tòa nhà {names[f % zones]} {f % buildings + 1}, {town}")
        elif kind[f] < 0.6:
            out.append(f"Lô {'ABCDEFGHIKLM'[letter[f]]}{lot[f]}-{f % 31 + 1}, KCN {names[zone[f]]}, {town}")
        else:
            out.append(f"Số {lot[f]}/{f % 97 + 1} đường {names[zone[f]]}, {town}")
    return out


def other_spelling(address: str) -> str:
    """An address as another clerk would type it: without marks, words spelt out.

    Examples
    --------
    >>> other_spelling("Lô C12-3, KCN Bình Sơn, Bắc Ninh")
    'lo c12-3, khu cong nghiep binh son, tinh bac ninh'
    """
    plain = fold(address).replace("kcn ", "khu cong nghiep ")
    head, comma, town = plain.rpartition(", ")
    return f"{head}{comma}tinh {town}"


def register(world: World, schemes: Schemes, honest: Schemes, ids: list[str], home_kg: np.ndarray, planted_kg: np.ndarray) -> pl.DataFrame:
    """The table `firms`.

    Parameters
    ----------
    home_kg, planted_kg : float array (years, firms)
        Mass each firm exported in each year of its own making, and of goods it only passed on. Production records allow more
        than was made; a false record allows less than was shipped.
    """
    rng, n = stream(world.seed, 14), world.family.n_firms
    address = _addresses(world, rng)
    phone = [f"02{a:02d}{b:08d}" for a, b in zip(rng.integers(3, 99, n).tolist(), rng.permutation(n).tolist(), strict=True)]
    holdings, shared = max(1, n // 50), rng.random(n) < 0.06
    owners = [[f"P{f:07d}"] for f in range(n)]
    for f in np.flatnonzero(shared):
        owners[f].append(f"H{int(rng.integers(0, holdings)):06d}")
    founded = np.where(world.entry > 0, world.entry - rng.integers(20, 250, n), world.time.bounds[0] - rng.integers(200, 7000, n))
    new: set[int] = set()
    for i in range(len(schemes)):
        one, two = int(schemes.importer[i]), int(schemes.exporter[i])
        if schemes.link[i] == 0:
            address[one] = address[two] if rng.random() < 0.6 else other_spelling(address[two])
        elif schemes.link[i] == 1:
            owners[one] = list(dict.fromkeys([*owners[one], owners[two][0]]))
        elif schemes.link[i] == 2:
            phone[one] = phone[two]
        if schemes.new[i]:
            first = int(world.time.bounds[max(0, int(schemes.start[i]) - world.family.lag_quarters.max)])
            # One firm may serve several schemes: it was founded before the first.
            day = first - int(rng.integers(20, 250))
            founded[two] = min(int(founded[two]), day) if two in new else day
            new.add(two)
    produces, capacity = _records(world, schemes, honest, rng, home_kg.max(axis=0), planted_kg.max(axis=0))
    return pl.DataFrame(
        {
            "firm_id": ids, "name": firm_names(world), "address": address, "phone": phone, "owner_ids": owners,
            "founded": [EPOCH + timedelta(days=int(d)) for d in founded], "produces_hs": produces, "capacity": capacity,
        },
        schema=schemas()["firms"].polars,
    ).sort("firm_id")  # fmt: skip


def _records(
    world: World, schemes: Schemes, honest: Schemes, rng: np.random.Generator, home: np.ndarray, planted: np.ndarray
) -> tuple[list[list[str]], list[float | None]]:
    n = world.family.n_firms
    made: list[set[int]] = [set() for _ in range(n)]
    for h in np.flatnonzero(world.exported):
        for f in world.exporters[h].tolist():
            if world.producer[f]:
                made[f].add(int(h))
    for f, h in zip(honest.exporter.tolist(), honest.hs.tolist(), strict=True):
        made[f].add(h)
    false = np.zeros(n, bool)
    for i in range(len(schemes)):
        f = int(schemes.exporter[i])
        if schemes.mixing[i] or schemes.record[i]:
            made[f].add(int(schemes.out_hs[i]))
            false[f] |= not schemes.mixing[i]
    room = home * rng.uniform(1.15, 2.0, n) + np.where(false, planted * rng.uniform(0.1, 0.5, n), 0.0)
    spare = rng.lognormal(10, 1, n)
    return [sorted(world.codes[h] for h in m) for m in made], [
        round(float(room[f] if room[f] > 0 else spare[f]), 1) if made[f] else None for f in range(n)
    ]


def tariff_table(world: World) -> pl.DataFrame:
    """The table `tariffs`: what the market and home levy, and the added rate on goods of the source from its day."""
    w, family = words(), world.family
    first = EPOCH + timedelta(days=int(world.time.bounds[0]) - 3650)
    rows = pl.DataFrame({"hs": world.codes, "market": world.mfn, "home": world.own_mfn, "wedged": world.wedged})

    def part(importer: str, origin: str, day: object, rate: pl.Expr, kind: str) -> pl.DataFrame:
        held = rows.filter("wedged") if kind == "added" else rows
        who = {"importer": pl.lit(importer), "origin": pl.lit(origin), "from": pl.lit(day), "rate": rate, "kind": pl.lit(kind)}
        return held.select("hs", **who)

    parts = [part(w["market"], w["source"], first, pl.col("market"), "mfn"), part(w["market"], w["home"], first, pl.col("market"), "mfn")]
    parts.append(part(w["home"], w["source"], first, pl.col("home"), "mfn"))
    parts += [part(w["home"], origin, first, pl.lit(0.0), "preferential") for origin in w["preference"]]
    if world.time.rate_day is not None:
        parts.append(part(w["market"], w["source"], world.time.rate_day, pl.lit(float(family.tariff_wedge.points)), "added"))
    table = schemas()["tariffs"]
    return pl.concat(parts).with_columns(to=pl.lit(None, pl.Date)).select(list(table.polars)).cast(table.polars).sort(table.key)  # type: ignore[arg-type]
