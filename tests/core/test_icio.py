"""The table: what it computes, what it refuses by label, and that it comes back from disk as it went."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from madein.core.errors import BadInput, MadeinError
from madein.core.icio import IcioTable, check_same

Z = np.array([[10.0, 5, 3, 1], [4, 12, 2, 3], [2, 1, 15, 6], [3, 2, 5, 20]])
Y = np.array([[30.0, 8], [20, 5], [6, 40], [4, 50]])


def make(z: object = Z, y: object = Y, **more: object) -> IcioTable:
    return IcioTable.of(z, y, more.pop("countries", ["AAA", "BBB"]), more.pop("industries", ["i", "j"]), **more)  # type: ignore[arg-type]


def test_output_and_residual() -> None:
    t = make()
    assert t.output.tolist() == (Z.sum(1) + Y.sum(1)).tolist()
    assert np.allclose(t.value_added, t.output - Z.sum(0))
    assert t.labels == ("AAA|i", "AAA|j", "BBB|i", "BBB|j")
    assert t.country("BBB") == slice(2, 4)
    assert t.gaps() == []
    assert t.notes == ()
    with pytest.raises(MadeinError, match="no economy 'CCC'"):
        t.country("CCC")


def test_stated_figures_that_disagree_are_gaps() -> None:
    t = make(value_added=make().residual - [0, 2, 0, 0], output=make().output + np.array([0, 0, 0.5, 0]))
    assert [(g.label, g.item, round(g.size, 9)) for g in t.gaps()] == [("AAA|j", "value added", -2.0), ("BBB|i", "output", 0.5)]
    assert t.value_added[1] == t.residual[1] - 2


@pytest.mark.parametrize("stated", [None, "both"])
def test_there_and_back(tmp_path: Path, stated: str | None) -> None:
    more = {"value_added": make().residual - 1, "output": make().output} if stated else {}
    t = make(unit="USD million", year=2022, edition="x", **more)
    t.save(tmp_path / "t.npz")
    t.save(tmp_path / "u.npz")
    back = IcioTable.load(tmp_path / "t.npz")
    assert back.fingerprint == t.fingerprint
    assert (back.unit, back.year, back.stated) == ("USD million", 2022, t.stated)
    assert (tmp_path / "t.npz").read_bytes() == (tmp_path / "u.npz").read_bytes()
    (tmp_path / "no.npz").write_bytes(b"x")
    with pytest.raises(MadeinError, match="no inter-country table"):
        IcioTable.load(tmp_path / "no.npz")


def broken(at: tuple[int, int], value: float) -> np.ndarray:
    z = Z.copy()
    z[at] = value
    return z


@pytest.mark.parametrize(("change", "told"), [
    ({"z": broken((1, 2), np.nan)}, "row AAA|j, column BBB|i: a cell is no number"),
    ({"z": Z[:3]}, "3 rows and 4 columns"),
    ({"z": Z[:3, :3]}, "2 economies of 2 industries make 4"),
    ({"y": Y[:3]}, "final demand has 3 rows"),
    ({"countries": ["AAA", "AAA"]}, "economy 'AAA' stands 2 times"),
    ({"industries": ["i", "i"]}, "industry 'i' stands 2 times"),
    ({"y": Y - [[0, 0], [90, 0], [0, 0], [0, 0]]}, "row AAA|j: output is negative"),
    ({"z": [["a", 1], [2, 3]]}, "text"),
    ({"y": Y / 1e6}, "intermediate flows are"),
    ({"output": (Z.sum(1) + Y.sum(1)) * 1e6}, "stated output is 1e+06 times"),
    ({"value_added": (Z.sum(1) + Y.sum(1) - Z.sum(0)) / 1e6}, "stated value added is 1e-06 times"),
    ({"value_added": [1, 2, 3]}, "value added has 3 figures"),
])  # fmt: skip
def test_bad_input_is_named(change: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput) as fault:
        make(**change)
    assert told in str(fault.value)


def test_swapped_axes_are_seen() -> None:
    z = np.array([[5.0, 200, 150, 120], [1, 10, 2, 3], [2, 1, 15, 6], [3, 2, 5, 20]])
    y = np.array([[30.0, 8], [300, 5], [6, 300], [4, 300]])
    right = make(z, y)
    assert right.notes == ()
    with pytest.raises(BadInput, match="axes look swapped"):
        make(z.T, y, output=right.output, value_added=right.value_added)
    # Without stated figures the columns tell: a raw material that everybody buys, turned over, uses more than all make.
    z[:, 0] = 900
    with pytest.raises(BadInput, match="axes look swapped"):
        make(z, np.full((4, 2), 0.5))


def test_a_seller_in_another_unit_is_named() -> None:
    z, y = Z.copy(), Y.copy()
    z[:2], y[:2] = z[:2] * 1e6, y[:2] * 1e6
    with pytest.raises(BadInput, match=r"most of it sold by AAA.*in another unit"):
        make(z, y)


def test_inputs_over_output_are_told_and_kept() -> None:
    t = make(broken((0, 1), 60.0))
    assert [n.where for n in t.notes] == ["column AAA|j"]
    assert t.value_added[1] < 0


def test_rounded_inventories_may_dip_below_nothing() -> None:
    z, y = Z * 1e6, Y * 1e6
    z[1], z[:, 1], y[1] = 0, 0, [0, -1]
    assert [n.what for n in make(z, y).notes] == ["output is a little below nothing"]


def test_panels_need_common_labels() -> None:
    with pytest.raises(BadInput, match="industries differ"):
        check_same([make(year=2000), make(year=2001, industries=["i", "k"])])
