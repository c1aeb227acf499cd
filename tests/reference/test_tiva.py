"""Any case of value added in trade: a folder ``tiva/NAME_GxN`` or ``tiva/real/NAME`` with a table and folders ``expected*`` of figures."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from madein.tiva import check_across, check_levels, check_table, decompose

from . import tiva_cases as cases

ROOT = Path(os.environ.get("MADEIN_REFERENCE", Path(__file__).parents[3] / "shared" / "data")) / "tiva"


def folders() -> list[Path]:
    named = (
        [p for p in ROOT.glob("*") if re.search(r"_[0-9]+x[0-9]+", p.name) and ((p / "table").is_dir() or (p / "table.npz").is_file())]
        if ROOT.is_dir()
        else []
    )
    real = [p for p in (ROOT / "real").glob("*") if any(p.glob("expected*"))] if (ROOT / "real").is_dir() else []
    return sorted(named) + sorted(real)


def files() -> list[Path]:
    return [file for folder in folders() for kind in sorted(folder.glob("expected*")) for file in sorted(kind.glob("*.csv"))]


def told(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_cases(reference: Path) -> None:
    if not folders():
        pytest.skip(f"no cases: {ROOT} holds no NAME_GxN and no real/NAME with expected figures")


@pytest.mark.parametrize("path", files(), ids=told)
def test_figures(path: Path) -> None:
    f = cases.factored(path.parent.parent)
    if path.name.startswith("exv_"):
        return cases.exvatools(path, f)
    assert path.stem in cases.FILES, f"nothing here compares {path.name}"
    return cases.FILES[path.stem](path, f)


@pytest.mark.parametrize("folder", folders(), ids=told)
def test_identities(folder: Path) -> None:
    f = cases.factored(folder)
    checks = check_table(f) + check_across(f)
    fine = decompose(f)
    for level in ("country", "sector", "bilateral"):
        coarse = decompose(f, level)  # type: ignore[arg-type]
        for name in ("bm_source", "bm_sink", "wwz"):
            checks += check_levels(fine.by_name[name], coarse.by_name[name])
    assert [c for c in checks if not c.holds] == []
    assert {c.name.split()[0] for c in checks} >= {"1", "4", "5", "7", "10", "11"}
