"""The compiler of published lists, on small lists of its own."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools.origin import compile as compiler  # noqa: E402
from tools.origin.conditions import Claim, rest  # noqa: E402
from tools.origin.grammar import conditions, requirement  # noqa: E402
from tools.origin.sets import groups  # noqa: E402
from tools.origin.spans import digits, minus, of  # noqa: E402
from tools.origin.wording import marked, plain, ranges  # noqa: E402
from tools.origin.working import process  # noqa: E402

from madein.origin.regimes import read_rules, regime_of, rules_of  # noqa: E402
from madein.origin.rules import leaves, node_of  # noqa: E402

# Phrases that lists repeat, put together below into rules about invented codes and amounts.
ANY = "Manufacture from materials of any heading"
OWN = "except that of the product"
KIN = "the same heading as the product"
SAME = f"materials of {KIN} may be used"
ITS_OWN = "the rule which would apply to it"
OTHERS = "the non-originating materials"
ARTICLES = "non-originating articles may be incorporated"
TOTAL = "provided that their total value"
AT_MOST = "does not exceed"
PRICE = "of the ex-works price of the"
FREE = "No change in tariff classification required for"
RVC, FOCUSED = "regional value content", "focused value method"
DOWN = "under the build-down method"
NATURAL, MADE = "natural fibres", "man-made fibres"
WITH, SUGAR, RULES = "accompanied by", "weight of sugar", "product-specific rule"


def read(text: str) -> Any:
    said = requirement(marked(plain(text)))
    if said is not None:
        node_of(said.needs)
    return said.needs if said else None


def ctc(level: str, **more: Any) -> dict[str, Any]:
    return {"test": "ctc", "level": level, **more}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("heading 0101", [["0101", "0101"]]),
        ("headings 0101 to 0106", [["0101", "0106"]]),
        ("heading [0101](/headings/0101) to heading [0106](/headings/0106)", [["0101", "0106"]]),
        ("subheading 010121 through 010129 or 010130", [["010121", "010129"], ["010130", "010130"]]),
        ("chapter&nbsp;1, chapter&nbsp;2 and heading 0301", [["01", "01"], ["02", "02"], ["0301", "0301"]]),
        ("chapters 1 to 3", [["01", "03"]]),
        ("heading heading 7201", [["7201", "7201"]]),
        ("subheading 0101.21 or heading\n0102", [["010121", "010121"], ["0102", "0102"]]),
        ("heading 0101, by 31 December 2023, 20% of 1500 kg", [["0101", "0101"]]),
    ],
)
def test_codes_in_a_text(text: str, codes: list[list[str]]) -> None:
    assert ranges(marked(plain(text))) == codes


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("**Spinning** of man\u2011made fibres", "Spinning of man-made fibres"),
        ("process(es)2.", "process(es)."),
        ("making- up and / or weaving", "making-up or weaving"),
        ("20 per cent", "20%"),
        ("3.5 or\n\ncoating", "coating"),
        ("<abbr title='x'>CTH</abbr>: all", "CTH all"),
    ],
)
def test_slips_of_print_are_mended(text: str, clean: str) -> None:
    assert plain(text) == clean


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("A change to a good of heading 0101 from any other chapter.", ctc("chapter")),
        ("A change to a good of subheading 010121 from any other subheading, except from heading 0102.", ctc("subheading", **{"except": [["0102", "0102"]]})),
        (f"{ANY}.", {"test": "any"}),
        (f"{ANY}, including other materials of heading 0101.", {"test": "any"}),
        (f"{ANY}, except those of heading 0101.", {"test": "any", "except": [["0101", "0101"]]}),
        ("CTH: All non-originating materials used have undergone a change at the 4-digit level (heading).", ctc("heading")),
        (
            f"{ANY}, {OWN}. However, {SAME}, {TOTAL} {AT_MOST} 7% {PRICE} product.",
            {"test": "however", "rule": ctc("heading"), "relax": {"test": "allow", "of": "same_heading", "pct": 7}},
        ),
        (
            f"{FREE} a good of heading 0101, provided there is a {RVC} of not less than:\n"
            f"- a) 31% under the build-up method.\n- b) 41% {DOWN}.\n"
            f"- c) 51% under the {FOCUSED} taking into account only {OTHERS} of heading 0101.",
            {
                "any_of": [
                    {"test": "rvc", "method": "build_up", "min_pct": 31},
                    {"test": "rvc", "method": "build_down", "min_pct": 41},
                    {"test": "rvc", "method": "focused", "min_pct": 51, "hs": [["0101", "0101"]]},
                ]
            },
        ),
        (
            f"A change to a good of heading 0101 from any other heading, provided there is a {RVC} of not less than 33% {DOWN}.",
            {"all_of": [ctc("heading"), {"test": "rvc", "method": "build_down", "min_pct": 33}]},
        ),
        (f"Each item in the set must satisfy {ITS_OWN} if it were not included in the set. However, {ARTICLES}, {TOTAL} {AT_MOST} 12% {PRICE} set.",
         {"test": "max_nom", "pct": 12}),
        ("The usual work of the trade.", None),
        ("A change to a good of heading 0101 from any other heading, except from the better sort.", None),
        ("A change to a good of heading 0101 from any other heading, provided that the moon is full.", None),
        (f"Manufacture in which the value of all the green materials used {AT_MOST} 20% {PRICE} product.", None),
        ("", None),
    ],
)  # fmt: skip
def test_requirements(text: str, tree: Any) -> None:
    assert read(text) == tree


def test_conditions_all_hold() -> None:
    text = (
        "- all the materials of <01> used are wholly obtained,\n"
        f"- the individual {SUGAR} and of the materials of <04> used {AT_MOST} 9% of the weight of the final product, and\n"
        f"- the value of the materials of <02> used {AT_MOST} 8% {PRICE} product"
    )
    found = conditions(text)
    assert found is not None
    assert [part["test"] for part in found["all_of"]] == ["wo_materials", "max_weight", "max_nom"]
    assert found["all_of"][1]["groups"] == [[["1701", "1702"]], [["04", "04"]]]
    assert conditions(text.replace("wholly obtained", "blue")) is None


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("Weaving.", [["weaving"]]),
        ("Flocking accompanied by dyeing or by printing", [["flocking", "dyeing|printing"]]),
        (f"Spinning of {NATURAL} or extrusion of {MADE} accompanied by spinning", [["spinning"], ["extrusion", "spinning"]]),
        ("Extrusion of man-made fibres or spinning of natural fibres, in each case accompanied by weaving", [["extrusion", "weaving"], ["spinning", "weaving"]]),
        ("Extrusion of man-made fibres or spinning of natural fibres accompanied by weaving and making-up", [["extrusion", "weaving", "making_up"], ["spinning", "weaving", "making_up"]]),
        (f"Making-up preceded by printing {WITH} at least two finishing operations (such as bleaching)", [["printing&finishing", "making_up"]]),
    ],
)  # fmt: skip
def test_operations(text: str, ways: list[list[str]]) -> None:
    def word(step: Any) -> str:
        if isinstance(step, str):
            return step
        if "together" in step:
            return "&".join(word(s) for s in step["together"])
        return step["any"] if isinstance(step["any"], str) else "|".join(step["any"])

    tree = process(text)
    assert tree is not None
    assert [[word(s) for s in leaf["all"]] for leaf in tree.get("any_of", [tree])] == ways


def rule(text: str, operator: str | None = None) -> dict[str, Any]:
    return {"rule": text, "operator": operator}


def test_an_orphan_limb_returns_to_its_stem() -> None:
    stem = f"A change to a good of heading 0101 from any other heading, except from heading 0102 provided there is a {RVC} of not less than:\n- a) **40%** under the build-up method."
    (group,) = groups(
        [
            rule("A change to a good of heading 0101 from any other chapter."),
            rule(stem, "or"),
            rule("- b) **50%** under the build-down method.", "or"),
        ],
        "X 0101",
    )
    chapter, both = group.needs["any_of"]
    assert chapter == ctc("chapter")
    assert both["all_of"][0]["level"] == "heading"
    assert [limb["min_pct"] for limb in both["all_of"][1]["any_of"]] == [40, 50]


def test_a_lost_or_is_an_or_and_a_new_target_is_a_group() -> None:
    (one,) = groups([rule("Weaving."), rule("Knitting."), rule("Tufting.", "or")], "X 0101")
    assert [leaf["all"] for leaf in one.needs["any_of"]] == [["weaving"], ["knitting"], ["tufting"]]
    two = groups(
        [
            rule("A change to outdoor furniture of heading 0101 from any other heading."),
            rule("A change to any other good of heading 0101 from any other chapter."),
            rule(f"{FREE} any other good of heading 0101, provided there is a {RVC} of not less than 9% {DOWN}.", "or"),
        ],
        "X 0101",
    )
    assert [(g.kind, len(g.alternatives)) for g in two] == [("named", 1), ("other", 2)]


def test_what_follows_a_sentence_goes_on_with_it() -> None:
    (group,) = groups(
        [
            rule(f"{ANY}, {OWN}."),
            rule(f"However, {SAME}."),
        ],
        "X 0101",
    )
    assert group.needs["test"] == "however"


def test_joint_and_one_exporter() -> None:
    both = groups(
        [
            rule(
                f"A change to ketchup of heading 0101 from any other chapter.\n\nNote: Where more than one {RULES} is applicable to a good, each is met."
            ),
            rule("A change to any other good of heading 0101 from any other heading."),
        ],
        "X 0101",
    )
    assert [g.joint for g in both] == [True, True]
    text = "A change to a good of heading 0101 from any other chapter.\n\nFor originating goods of heading 0101 imported from Malaysia, the product specific rule is:\n\nA change to a good of heading 0101 from any other heading."
    assert [(g.exporter, g.needs["level"]) for g in groups([rule(text)], "X 0101")] == [("", "chapter"), ("Malaysia", "heading")]


def test_nothing_is_dropped_and_nothing_unread_says_yes() -> None:
    (group,) = groups([rule("Weaving."), rule("Whatever the minister says.", "or")], "X 0101")
    read_part, asked = group.needs["any_of"]
    assert read_part["test"] == "process"
    assert (asked["test"], asked["needs_text"]) == ("fact", True)
    assert "minister" not in json.dumps(group.needs)
    assert group.unread == ["Whatever the minister says."]


def test_the_rest_of_a_position() -> None:
    whole, claimed = [of("0511", "0511")], [Claim([of("051191", "051191")], {"a": True, "b": False}), Claim([of("051110", "051110")])]
    found = {(str(digits(c.where)), str(c.when)) for c in rest(whole, claimed)}
    assert found == {
        ("[['051100', '051109'], ['051111', '051190'], ['051192', '051199']]", "{}"),
        ("[['051191', '051191']]", "{'a': False}"),
        ("[['051191', '051191']]", "{'b': True}"),
    }
    assert digits(minus(whole, whole)) == []


LIST = {
    "rule_sets": [
        {"heading": "Chapter 1", "subdivision": "Live animals", "min": "0100000000", "max": "0199999999", "rules": [rule("All the animals of chapter 1 are wholly obtained.")]},
        {"heading": "ex 9403", "subdivision": "Chairs that sing", "min": "9403000000", "max": "9403999999", "rules": [rule(f"{ANY}.")]},
        {"heading": "ex Chapter 94", "subdivision": "Any other product from heading 9403", "min": "9403000000", "max": "9403999999",
         "rules": [rule(f"{ANY}, {OWN}."), rule("As agreed.", "or")]},
    ]
}  # fmt: skip


def test_another_list_of_the_form_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(LIST))
    assert compiler.main([str(path), "--out", str(tmp_path / "mine"), "--unread"]) == 0
    said = capsys.readouterr().out
    assert "| mine | 3 | 4 | 2 | 66.67% | 3 | 1 |" in said
    assert "As agreed." in said
    regime = regime_of(tmp_path / "mine")
    assert [(r.id, r.when, r.verified) for r in regime.rules] == [
        ("mine.01", (), False), ("mine.9403+chairs_that_sing", (("chairs_that_sing", True),), False), ("mine.9403-other", (("chairs_that_sing", False),), False),
    ]  # fmt: skip
    assert regime.questions == {"chairs_that_sing": "Chairs that sing?"}
    assert [leaf.get("needs_text") for leaf in leaves(regime.rules[2].needs)] == [None, True]


def test_a_shipped_list_needs_words_for_every_part() -> None:
    with pytest.raises(LookupError, match="add them to names"):
        compiler.compile_list(LIST, "vietnam")


def test_the_fast_reader_reads_what_yaml_reads() -> None:
    import yaml

    folder = ROOT / "src" / "madein" / "origin" / "regimes"
    for path in sorted([*(folder / "evfta").glob("[0-9]*.yaml"), folder / "cptpp" / "50-63.yaml"]):
        text = path.read_text("utf-8")
        slow = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        assert read_rules(text) == slow
        assert len(rules_of(slow, "X")) == len(re.findall("^- ", text, re.MULTILINE))


def test_the_shipped_rules_stay_small() -> None:
    folder = ROOT / "src" / "madein" / "origin"
    assert sum(p.stat().st_size for name in ("evfta", "cptpp") for p in (folder / "regimes" / name).glob("*.yaml")) < 900_000
    assert sum(p.stat().st_size for p in (folder / "hs").iterdir()) < 400_000


@pytest.mark.parametrize("name", sorted(p.stem for p in (ROOT / "tools" / "origin").glob("[a-z]*.py")))
def test_examples_of_the_compiler_run(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"tools.origin.{name}"))
    assert found.failed == 0
