"""Any file of worked determinations: every verified case gets its verdict, and nothing is called originating that is not.

The folder named by MADEIN_REFERENCE may hold ``origin/cases.json``, or several such files ``origin/*cases*.json``. Cases of a regime
that is not held, and that carry no rule, must answer "no such regime".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from benchmarks.origin import NO_REGIME, agrees, answer, expected_of, false_yes, in_regime

Case = Mapping[str, Any]


@pytest.fixture(scope="module")
def cases(reference: Path) -> list[Case]:
    files = sorted((reference / "origin").glob("*cases*.json"))
    found = [case for file in files for case in json.loads(file.read_text("utf-8"), parse_float=Decimal)["cases"]]
    if not found:
        pytest.skip("no worked cases: MADEIN_REFERENCE holds no origin/cases.json")
    return found


def runs(cases: list[Case]) -> list[tuple[Case, str]]:
    return [(in_regime(case, regime), regime) for case in cases for regime in (case["regime"], *case.get("also_regimes", ()))]


def test_every_verified_case_gets_its_verdict(cases: list[Case]) -> None:
    wrong = []
    for case, regime in runs(cases):
        found = answer(case, regime)
        if case["verified"] and found.got != NO_REGIME and not agrees(case, found.got):
            wrong.append(f"{case['id']} under {regime}: expected {expected_of(case)}, got {found.got} ({found.why})")
    assert wrong == []


def test_nothing_is_called_originating_that_is_not(cases: list[Case]) -> None:
    assert [case["id"] for case, regime in runs(cases) if false_yes(case, answer(case, regime).got)] == []


def test_a_case_that_carries_its_rule_is_decided(cases: list[Case]) -> None:
    carrying = [(c, r) for c, r in runs(cases) if c["rule_given"] is not None]
    assert [case["id"] for case, regime in carrying if answer(case, regime).got in (NO_REGIME, "refused")] == []


def test_figures_of_verified_cases_are_the_same_to_two_decimals(cases: list[Case]) -> None:
    differ = []
    for case, regime in runs(cases):
        ours = answer(case, regime).details.get("figures", {})
        if case["verified"] and case["question"] == "preference" and ours:
            for name, value in case["expected"].get("figures", {}).items():
                if name in ours and ours[name] != float(value):
                    differ.append(f"{case['id']} {name}: {value}, got {ours[name]}")
    assert differ == []


def test_lines_in_any_order_and_values_in_any_currency_give_the_same_verdict(cases: list[Case]) -> None:
    differ = []
    for case, regime in runs(cases):
        if case["question"] != "preference":
            continue
        first = answer(case, regime).got
        turned = {**case, "materials": list(reversed(case["materials"]))}
        scaled = json.loads(json.dumps(case, default=str), parse_float=Decimal)
        scale(scaled["product"], scaled["materials"])
        for other in (turned, scaled):
            got = answer(other, regime).got
            if got != first:
                differ.append(f"{case['id']}: {first} became {got}")
    assert differ == []


def scale(product: dict[str, Any], materials: list[dict[str, Any]]) -> None:
    """Every value 25,400 times as large, as in another currency."""
    for key in ("value", "net_cost"):
        if product.get(key) is not None:
            product[key] = Decimal(str(product[key])) * 25400
    for line in materials:
        if line.get("value") is not None:
            line["value"] = Decimal(str(line["value"])) * 25400
        scale({}, line.get("children", []))
