"""Rules as data: what loads, what they cover, how fast, and what a wrong record says."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from madein.core.errors import MadeinError
from madein.origin.editions import codes, images
from madein.origin.hs import HsSet
from madein.origin.regimes import Regime, load_regime, processes, regime_of, regimes, rules_of
from madein.origin.rules import FIELDS, AllOf, AnyOf, Leaf, Rule, leaves, node_of

WHOLE = ("EVFTA", "UKVFTA", "CPTPP")
LEATHER = {
    "410120", "410150", "410190", "410210", "410221", "410229", "410320", "410330", "410390", "411410", "411420", "411510", "411520",
}  # fmt: skip


def test_regimes_held() -> None:
    assert regimes() == ("ATIGA", "CPTPP", "EVFTA", "RCEP", "UKVFTA", "US")
    with pytest.raises(MadeinError, match="held are ATIGA"):
        load_regime("MERCOSUR")
    with pytest.raises(MadeinError, match="no regime is called"):
        load_regime("../evfta")


@pytest.mark.parametrize("name", WHOLE)
def test_every_code_of_2022_has_a_rule_or_is_a_known_gap(name: str) -> None:
    regime = load_regime(name)
    bare = set()
    for code in codes("2022"):
        for image in images(code, "2022", regime.edition):
            if not regime.rules_for(image, date(2025, 6, 2)):
                assert regime.no_rule.holds(image), (code, image)
                bare.add(code)
    assert bare == (set() if name == "CPTPP" else LEATHER)


@pytest.mark.parametrize("name", WHOLE)
def test_the_parts_of_a_position_leave_nothing_out(name: str) -> None:
    regime = load_regime(name)
    for code in codes(regime.edition):
        found = [r for r in regime.rules_for(code) if not r.exporters]
        keys = sorted({key for r in found for key, _ in r.when})
        for values in product((True, False), repeat=len(keys)):
            facts = dict(zip(keys, values, strict=True))
            assert not found or any(all(facts[k] == v for k, v in r.when) for r in found), (code, facts)
        assert all(key in regime.questions for key in keys), (code, keys)


@pytest.mark.parametrize("name", [*WHOLE, "RCEP", "ATIGA"])
def test_rules_are_sound(name: str) -> None:
    regime = load_regime(name)
    groups = processes()["groups"]
    for rule in regime.rules:
        assert rule.regime == name
        assert rule.edition == regime.edition
        assert rule.article
        assert set(rule.tolerance) <= set(regime.tolerances), rule.id
        for leaf in leaves(rule.needs):
            assert leaf.test in FIELDS
            if leaf.test in ("process", "process_with_cap"):
                named = [s["any"] for s in leaf.get("all") if not isinstance(s, str) and isinstance(s.get("any"), str)]
                assert set(named) <= set(groups), rule.id
            if leaf.test == "fact":
                assert leaf.get("question", "").endswith("?")
    assert max(Counter(r.id for r in regime.rules).values()) == 1


@pytest.mark.parametrize("name", WHOLE)
def test_index_equals_the_long_way(name: str) -> None:
    regime = load_regime(name)
    for code in [*codes("2012")[::37], "85", "8703", "87038010", "6109"]:
        near = HsSet([(code, code)])
        assert list(regime.rules_for(code)) == [r for r in regime.rules if r.target.overlaps(near)], code


def test_ukvfta_inherits_and_overrides() -> None:
    eu, uk = load_regime("EVFTA"), load_regime("UKVFTA")
    assert len(eu.rules) == len(uk.rules)
    assert [r.needs for r in eu.rules] == [r.needs for r in uk.rules]
    rule = uk.rules_for("870390")[0]
    assert (rule.id, rule.regime, rule.valid_from) == ("ukvfta.8701-8710", "UKVFTA", date(2021, 1, 1))
    assert uk.rules_for("870390", date(2020, 12, 31)) == ()
    assert eu.rules_for("870390", date(2020, 7, 31)) == ()
    assert eu.rules_for("870390", date(2020, 8, 1))
    clauses = {c["id"] for c in uk.provision("cumulation").value}  # type: ignore[union-attr]
    assert {"eu_materials", "eu_working"} <= clauses
    assert uk.provision("sets") == eu.provision("sets")


def needs(regime: Regime, code: str, **facts: bool) -> list[str]:
    rules = [r for r in regime.rules_for(code) if not r.exporters and all(facts.get(k) == v for k, v in r.when)]
    assert len(rules) == 1, [r.id for r in rules]
    return sorted({leaf.test for leaf in leaves(rules[0].needs)})


def test_rules_of_the_exports_everybody_asks_about() -> None:
    evfta, cptpp = load_regime("EVFTA"), load_regime("CPTPP")
    assert needs(evfta, "870390") == ["max_nom"]
    assert needs(evfta, "851712") == ["ctc", "max_nom"]
    assert needs(evfta, "640399") == ["any"]
    assert needs(evfta, "610910", assembled_from_pieces=True) == ["process"]
    assert needs(evfta, "030462") == ["wo_materials"]
    assert needs(cptpp, "851712") == ["ctc"]
    assert needs(cptpp, "870390") == ["fact", "ref", "rvc"]
    assert needs(cptpp, "940360", outdoor_furniture=True) == ["ctc", "rvc"]
    car = evfta.rules_for("870390")[0]
    assert isinstance(car.needs, Leaf)
    assert (car.needs.get("pct"), car.tolerance) == (45, ("value10",))


def test_orphan_limb_hangs_on_the_change_it_belongs_to() -> None:
    rule = load_regime("CPTPP").rules_for("640399")[0]
    assert isinstance(rule.needs, AnyOf)
    alone, both = rule.needs.parts
    assert isinstance(alone, Leaf)
    assert alone.get("level") == "chapter"
    assert isinstance(both, AllOf)
    assert [leaf.test for leaf in leaves(both)] == ["ctc", "rvc", "rvc"]


def test_only_what_was_seen_is_verified() -> None:
    assert all(r.verified for name in WHOLE for r in load_regime(name).rules)
    assert {r.id for r in load_regime("RCEP").rules if r.verified} == {"rcep.030491-030499", "rcep.851711-851718", "rcep.92-95"}
    assert not any(r.verified for r in load_regime("ATIGA").rules)


def test_loading_takes_less_than_a_second() -> None:
    code = (
        "import time; from madein.origin.regimes import load_regime; t = time.process_time();"
        "load_regime('EVFTA'); load_regime('CPTPP'); print(time.process_time() - t)"
    )
    assert float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout) < 1


def test_a_look_up_takes_microseconds() -> None:
    regime, every = load_regime("CPTPP"), codes("2012")
    start = time.process_time()
    for code in every:
        regime.rules_for(code)
    assert (time.process_time() - start) / len(every) < 20e-6


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        ({"test": "moon"}, "no test is called 'moon'"),
        ({"test": "max_nom"}, "lacks pct"),
        ({"test": "max_nom", "pct": 140}, "140 is no percentage"),
        ({"test": "max_nom", "pct": "many"}, "cannot be read"),
        ({"test": "ctc", "level": "verse"}, "'verse' is none of chapter"),
        ({"test": "ctc", "level": "heading", "but": 1}, "no field but"),
        ({"test": "ctc", "level": "heading", "except": ["8503"]}, "list of [from, to]"),
        ({"any_of": []}, "a list that is not empty"),
        ({"any_of": [{"test": "any"}], "test": "any"}, "stands alone"),
        (["any"], "no mapping"),
        ({"test": "however", "rule": {"test": "any"}, "relax": {"test": "moon"}}, "no test is called 'moon'"),
    ],
)
def test_a_wrong_tree_says_where_and_what(tree: object, says: str) -> None:
    with pytest.raises(MadeinError) as caught:
        node_of(tree, "rules.yaml x.01")
    assert says in str(caught.value)
    assert str(caught.value).startswith("rules.yaml x.01: ")


def record(**more: object) -> dict[str, object]:
    return {"id": "x.01", "target": [["01", "01"]], "edition": "2012", "article": "Annex", "verified": True, "needs": {"test": "wo"}, **more}


def test_records_and_their_mistakes() -> None:
    (rule,) = rules_of([record(when={"live": True}, tolerance="value10", valid={"from": date(2020, 1, 1), "to": "2024-12-31"})], "X")
    assert isinstance(rule, Rule)
    assert (rule.when, rule.tolerance, rule.ex_fact) == ((("live", True),), ("value10",), "live")
    assert [rule.in_force(day) for day in (date(2019, 12, 31), date(2020, 1, 1), date(2024, 12, 31), date(2025, 1, 1), None)] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert rules_of({"defaults": record(), "rules": [{"id": "x.02"}]}, "X")[0].id == "x.02"
    for bad in ({"target": "01"}, {"article": ...}, {"valid": {"from": "soon"}}):
        wrong = record(**bad)
        wrong = {k: v for k, v in wrong.items() if v is not ...}
        with pytest.raises(MadeinError, match=r"rules x\.01: "):
            rules_of([wrong], "X")


def test_a_users_own_folder_loads(tmp_path: Path) -> None:
    (tmp_path / "regime.yaml").write_text("name: MINE\ntitle: Mine\nedition: '2017'\nparties: {VNM: 2024-01-01}\n")
    (tmp_path / "rules.yaml").write_text(
        "- {id: mine.01, target: [['01', '05']], edition: '2017', article: Annex, verified: true, needs: {test: ctc, level: chapter}}\n"
    )
    regime = regime_of(tmp_path)
    assert [r.id for r in regime.rules_for("0203")] == ["mine.01"]
    (tmp_path / "more.yaml").write_text((tmp_path / "rules.yaml").read_text())
    with pytest.raises(MadeinError, match=r"mine\.01 stands twice"):
        regime_of(tmp_path)
