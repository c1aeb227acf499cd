"""Tables for the tests of the room: small, random, with what real ones have."""

from __future__ import annotations

import numpy as np
import pytest

from madein.core.icio import IcioTable


def random_table(
    g: int, n: int, seed: int, dead: tuple[int, ...] = (), inventories: bool = False, closed: bool = False, year: int | None = None
) -> IcioTable:
    draw = np.random.default_rng(seed)
    z = draw.lognormal(0, 1.2, (g * n, g * n))
    y = draw.lognormal(1, 1, (g * n, g)) * n
    for s in range(g):
        own = slice(s * n, s * n + n)
        z[own, own] *= 4 * g
        y[own, s] *= 4 * g
        if closed:
            keep = z[own, own].copy(), y[own, s].copy()
            z[own], y[own] = 0, 0
            z[own, own], y[own, s] = keep
    for i in dead:
        z[i % (g * n)], z[:, i % (g * n)], y[i % (g * n)] = 0, 0, 0
    # Columns are scaled so that value added is positive.
    x = z.sum(1) + y.sum(1)
    share = z.sum(0) / np.where(x > 0, x, 1)
    z /= np.maximum(1.0, share / draw.uniform(0.3, 0.8, g * n))
    final = y
    kinds = ["final"]
    if inventories:
        # Categories that add up to the same demand, one of them negative in places.
        part = y * draw.uniform(-0.4, 0.3, y.shape)
        final = np.stack([y - part, part], axis=2).reshape(g * n, 2 * g)
        kinds = ["use", "inventories"]
    return IcioTable.of(z, final, [f"C{i:02}" for i in range(g)], [f"S{i:02}" for i in range(n)], kinds, unit="USD million", year=year)


@pytest.fixture
def table() -> IcioTable:
    return random_table(4, 3, 7, dead=(2,), inventories=True, year=2020)
