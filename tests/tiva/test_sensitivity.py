"""Derivatives of the domestic share against finite differences, its interval against Monte Carlo."""

from __future__ import annotations

import numpy as np
import pytest

from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.tiva.factored import Factored
from madein.tiva.sensitivity import domestic_share_gradient

G, N = 4, 3
SIZE = G * N
COUNTRIES, INDUSTRIES = ["VNM", "JPN", "KOR", "ROW"], ["a", "b", "c"]
OWN, ABROAD, BUYERS = slice(3, 6), np.r_[0:3, 6:12], [0, 2, 3]


def make(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, IcioTable]:
    draw = np.random.default_rng(seed)
    z, y = draw.random((SIZE, SIZE)), 6 * draw.random((SIZE, G))
    z[:, 10] = z[10] = y[10] = 0
    value = 0.9 * (z.sum(1) + y.sum(1) - z.sum(0))
    return z, y, value, IcioTable.of(z, y, COUNTRIES, INDUSTRIES, value_added=value)


def share(z: np.ndarray, y: np.ndarray, x: np.ndarray, rows: list[int], value: np.ndarray | None) -> float:
    """The share from its definition, one dense inverse a call."""
    per = np.divide(1.0, x, out=np.zeros_like(x), where=x > 0)
    a = z * per
    v = np.where(x > 0, 1 - a.sum(0), 0) if value is None else value * per
    w, e = np.zeros(SIZE), np.zeros(SIZE)
    w[OWN] = v[OWN]
    for i in rows:
        e[i] = z[i, ABROAD].sum() + y[i, BUYERS].sum()
    return float(w @ np.linalg.inv(np.eye(SIZE) - a) @ e / e.sum())


@pytest.mark.parametrize("value_added", ["residual", "stated"])
@pytest.mark.parametrize("output", ["kept", "recomputed"])
@pytest.mark.parametrize(("industries", "rows"), [((), [3, 4, 5]), (("b",), [4])])
def test_every_derivative_is_the_finite_difference(value_added: str, output: str, industries: tuple[str, ...], rows: list[int]) -> None:
    z, y, value, table = make()
    g = domestic_share_gradient(Factored(table, value_added=value_added), "JPN", industries, output)  # type: ignore[arg-type]
    stated = value if value_added == "stated" else None
    x = z.sum(1) + y.sum(1)
    assert g.share == pytest.approx(share(z, y, x, rows, stated), rel=1e-12)

    def moved(dz: np.ndarray, dy: np.ndarray) -> float:
        new = x if output == "kept" else (z + dz).sum(1) + (y + dy).sum(1)
        return share(z + dz, y + dy, new, rows, stated)

    h, dense, final = 1e-5, g.dense(), g.final()
    live = [i for i in range(SIZE) if i != 10]
    for i in live:
        for j in live:
            d = np.zeros((SIZE, SIZE))
            d[i, j] = h
            assert dense[i, j] == pytest.approx((moved(d, 0 * y) - moved(-d, 0 * y)) / (2 * h), abs=1e-9)
        for j in range(G):
            d = np.zeros((SIZE, G))
            d[i, j] = h
            assert final[i, j] == pytest.approx((moved(0 * z, d) - moved(0 * z, -d)) / (2 * h), abs=1e-9)
    assert np.isfinite(dense).all()


@pytest.mark.parametrize("together", ["cell", "row", "column", "pair"])
def test_the_interval_is_that_of_monte_carlo(together: str) -> None:
    z, y, _, table = make(3)
    g = domestic_share_gradient(Factored(table), "JPN")
    noise, final = 0.04, 0.02
    draw, x = np.random.default_rng(11), z.sum(1) + y.sum(1)
    shape = {"cell": (SIZE, SIZE), "row": (SIZE, 1), "column": (1, SIZE), "pair": (G, 1, SIZE)}[together]
    drawn = []
    for _ in range(4000):
        e = draw.normal(0, noise, shape)
        if together == "pair":
            e = np.broadcast_to(e, (G, N, SIZE)).reshape(SIZE, SIZE)
        drawn.append(share(z * (1 + e), y * (1 + draw.normal(0, final, y.shape)), x, [3, 4, 5], None))
    got = g.interval(noise, 0.9, together, final)  # type: ignore[arg-type]
    # 4,000 draws know a standard deviation to about one per cent.
    assert got.deviation == pytest.approx(float(np.std(drawn)), rel=0.05)
    assert (got.low, got.high) == pytest.approx(np.quantile(drawn, [0.05, 0.95]), abs=0.1 * got.deviation)


def test_noise_by_cell_and_what_moves_most() -> None:
    z, _, _, table = make(4)
    g = domestic_share_gradient(Factored(table), "JPN")
    by_cell = np.full((SIZE, SIZE), 0.1)
    assert g.spread(by_cell) == pytest.approx(g.spread(0.1))
    by_cell[:, OWN] = 0
    assert g.spread(by_cell) < g.spread(0.1)
    effect = g.dense() * z
    top = g.largest(5)
    assert top["effect"].abs().to_list() == pytest.approx(sorted(np.abs(effect).ravel())[::-1][:5])
    i, j = np.unravel_index(np.abs(effect).argmax(), effect.shape)
    assert top.row(0)[:4] == (COUNTRIES[i // N], INDUSTRIES[i % N], COUNTRIES[j // N], INDUSTRIES[j % N])


def test_bad_questions_are_refused() -> None:
    z, y, _, table = make()
    f = Factored(table)
    with pytest.raises(MadeinError, match="no industry 'z'"):
        domestic_share_gradient(f, "JPN", ["z"])
    with pytest.raises(MadeinError, match="ROW exports nothing of b"):
        domestic_share_gradient(f, "ROW", ["b"])
    g = domestic_share_gradient(f, "JPN")
    with pytest.raises(MadeinError, match="noise of a table is negative"):
        g.spread(-0.1)
    with pytest.raises(MadeinError, match="level 1"):
        g.interval(0.1, 1.0)
    closed = IcioTable.of(z[:3, :3], y[:3, :1] + 5, ["VNM"], INDUSTRIES)
    with pytest.raises(MadeinError, match="VNM exports nothing"):
        domestic_share_gradient(Factored(closed), "VNM")
