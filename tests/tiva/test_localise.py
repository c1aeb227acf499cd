"""An input that moves home: the low-rank update against the table made anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.tiva.factored import Factored
from madein.tiva.localisation import localisation_gains, localise

G, N = 4, 3
SIZE = G * N
COUNTRIES, INDUSTRIES = ["VNM", "JPN", "KOR", "ROW"], ["a", "b", "c"]


def make(seed: int = 0, dead: int = 5) -> IcioTable:
    draw = np.random.default_rng(seed)
    z, y = draw.random((SIZE, SIZE)), 6 * draw.random((SIZE, G))
    z[:, dead] = z[dead] = y[dead] = 0
    return IcioTable.of(z, y, COUNTRIES, INDUSTRIES)


def coefficients(t: IcioTable) -> np.ndarray:
    return t.inter * np.divide(1.0, t.output, out=np.zeros(SIZE), where=t.output > 0)


def moved(a: np.ndarray, s: int, products: list[int], users: list[int], origins: list[int], part: float) -> np.ndarray:
    out = a.copy()
    for k in products:
        for j in users:
            for o in origins:
                flow = part * a[o * N + k, s * N + j]
                out[o * N + k, s * N + j] -= flow
                out[s * N + k, s * N + j] += flow
    return out


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 3), st.sets(st.integers(0, 2), min_size=1), st.sets(st.integers(0, 2), min_size=1), st.floats(0.01, 1.0))
def test_the_update_is_the_table_made_anew(seed: int, s: int, products: set[int], users: set[int], part: float) -> None:
    t = make(seed, dead=(s + 1) % G * N + 2)
    f, a = Factored(t), coefficients(t)
    origins = [o for o in range(G) if o != s][:2]
    names = [INDUSTRIES[k] for k in sorted(products)]
    options = {"users": [INDUSTRIES[j] for j in sorted(users)], "origins": [COUNTRIES[o] for o in origins], "part": part}
    a2 = moved(a, s, sorted(products), sorted(users), origins, part)
    b2 = np.linalg.inv(np.eye(SIZE) - a2)
    v, owner = np.where(t.output > 0, 1 - a.sum(0), 0), np.arange(SIZE) // N
    held = localise(f, COUNTRIES[s], names, **options)  # type: ignore[arg-type]
    e = np.where(owner == s, f.exports.sum(1), 0)
    np.testing.assert_allclose(held.after, [(v * (owner == c)) @ b2 @ e / e.sum() for c in range(G)], rtol=1e-10)
    np.testing.assert_allclose(held.output, (b2 - np.linalg.inv(np.eye(SIZE) - a)) @ e, atol=1e-9)
    assert held.after.sum() == pytest.approx(1)
    full = localise(f, COUNTRIES[s], names, exports="recomputed", **options)  # type: ignore[arg-type]
    x2 = b2 @ t.final.sum(1)
    anew = Factored(IcioTable.of(a2 * x2, t.final, COUNTRIES, INDUSTRIES))
    e2 = np.where(owner == s, anew.exports.sum(1), 0)
    np.testing.assert_allclose(full.after, anew.vb @ e2 / e2.sum(), rtol=1e-9)
    np.testing.assert_allclose(full.output, x2 - t.output, atol=1e-9)
    assert full.exports_after == pytest.approx(e2.sum())


def test_gains_of_all_inputs_are_those_of_each() -> None:
    f = Factored(make(5, dead=8))
    for by in ("product", "pair"):
        gains = localisation_gains(f, "JPN", by=by, industries=["a", "b"], part=0.5)  # type: ignore[arg-type]
        assert gains.height == (N if by == "product" else N * N)
        for row in gains.to_dicts():
            users = [row["user"].split("|")[1]] if by == "pair" else []
            one = localise(f, "JPN", row["product"], users=users, industries=["a", "b"], part=0.5)
            assert (row["before"], row["after"], row["moved"]) == pytest.approx((one.share_before, one.share_after, one.moved))
        assert gains["gain"].is_sorted(descending=True)


def test_a_group_gets_its_input_from_its_own_member() -> None:
    t = make(6)
    f = Factored(t, groups={"EAST": ["JPN", "KOR"]})
    one = localise(f, "EAST", "a")
    a = coefficients(t)
    a2 = a.copy()
    for s in (1, 2):
        a2 = moved(a2, s, [0], [0, 1, 2], [0, 3], 1.0)
    owner = np.arange(SIZE) // N
    mine = (owner == 1) | (owner == 2)
    b2 = np.linalg.inv(np.eye(SIZE) - a2)
    outside = np.isin(owner, [0, 3])
    e = np.where(mine, t.inter[:, outside].sum(1) + t.demand[:, [0, 3]].sum(1), 0)
    v = np.where(t.output > 0, 1 - a.sum(0), 0)
    assert one.share_after == pytest.approx(float((v * mine) @ b2 @ e / e.sum()))


def test_the_frame_names_who_loses() -> None:
    one = localise(Factored(make(7)), "VNM", "b", origins=["JPN"])
    frame = one.frame()
    assert frame["origin"][0] == "JPN"
    assert frame["change"].sum() == pytest.approx(0, abs=1e-12)
    assert one.share_after > one.share_before


def test_bad_questions_are_refused() -> None:
    f = Factored(make())
    for options, words in (
        ({"products": "z"}, "no industry 'z'"), ({"products": "a", "users": ["z"]}, "no industry 'z'"), ({"products": "a", "part": 0.0}, "part of 0.0"),
        ({"products": "a", "origins": ["VNM"]}, "from VNM itself"), ({"products": "a", "origins": ["XXX"]}, "'XXX'"),
    ):  # fmt: skip
        with pytest.raises(MadeinError, match=words):
            localise(f, "VNM", **options)  # type: ignore[arg-type]
    with pytest.raises(MadeinError, match="JPN exports nothing of c"):
        localise(f, "JPN", "a", industries=["c"])


def test_what_is_not_made_at_home_cannot_move_there() -> None:
    f = Factored(make())
    with pytest.raises(MadeinError, match=r"JPN makes no c .*no technology"):
        localise(f, "JPN", "c")
    for by in ("product", "pair"):
        gains = localisation_gains(f, "JPN", by=by)  # type: ignore[arg-type]
        assert gains.filter(product="c")["gain"].is_null().all()
        assert gains.filter(product="a")["gain"].is_not_null().all()
