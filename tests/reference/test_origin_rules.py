"""Any folder of published rule lists and correlation tables: read whole, nothing dropped, and the shipped rules are what it gives.

The folder named by MADEIN_REFERENCE may hold ``origin/uk_rule_sets/*.json``, ``origin/hs/hs<edition>_uncomtrade.csv`` and
``origin/hs_correlation/hs<later>_hs<earlier>_correlation.csv``.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from madein.origin.editions import EDITIONS, codes, describe, images
from madein.origin.regimes import load_regime, rules_of
from madein.origin.rules import leaves

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools.origin.compile import compile_list, profile, report  # noqa: E402
from tools.origin.grammar import requirement  # noqa: E402
from tools.origin.positions import bounds  # noqa: E402
from tools.origin.spans import of  # noqa: E402
from tools.origin.wording import marked, plain  # noqa: E402
from tools.origin.writing import asked, files, mark  # noqa: E402

REGIMES = ROOT / "src" / "madein" / "origin" / "regimes"
SHIPPED = {"vietnam": "EVFTA", "cptpp": "CPTPP"}


def lists(reference: Path) -> list[Path]:
    found = sorted((reference / "origin" / "uk_rule_sets").glob("*.json"))
    if not found:
        pytest.skip("no reference lists: MADEIN_REFERENCE holds no origin/uk_rule_sets/*.json")
    return found


def one(reference: Path, name: str) -> Path:
    path = reference / "origin" / "uk_rule_sets" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"no reference list {name}.json")
    return path


def table(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        pytest.skip(f"no reference table {path.name}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_list_is_read_and_nothing_is_dropped(reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    told = (ROOT / "docs" / "explanation" / "origin-rules.md").read_text("utf-8")
    for path in lists(reference):
        data = json.loads(path.read_text("utf-8"))
        out = compile_list(data, path.stem)
        rows.append(report(path.stem, out))
        version = f"`{mark(path.read_bytes())[:8]}`"
        assert version not in told or rows[-1].replace(f"| {path.stem} |", f"| {path.stem} | {version} |") in told, (
            "the coverage table of the docs is old"
        )
        held = sorted(of(a, b) for record in out.records for a, b in record["target"])
        for entry in data["rule_sets"]:
            low, high = bounds(entry)
            assert any(a <= high and low <= b for a, b in held), (path.stem, entry["heading"])
        how = profile(path.stem)
        common = {"edition": how["edition"], "article": how["article"], "verified": how["verified"]}
        rules = rules_of({"defaults": common, "rules": out.records}, path.stem)
        open_text = {leaf.get("key") for rule in rules for leaf in leaves(rule.needs) if leaf.get("needs_text")}
        assert (len(open_text) > 0) == (len(out.unread) > 0)
        if path.stem in SHIPPED:
            assert out.whole >= 0.99 * out.sets, out.unread
        else:
            assert not any(rule.verified for rule in rules)
    with capsys.disabled():
        print("\n| list | rule sets | requirements | sets read whole | share | rules | questions |\n| --- | --- | --- | --- | --- | --- | --- |")
        print("\n".join(rows))


@pytest.mark.parametrize("name", list(SHIPPED))
def test_shipped_rules_are_what_the_list_gives(reference: Path, name: str) -> None:
    path = one(reference, name)
    folder = REGIMES / SHIPPED[name].lower()
    source = path.read_bytes()
    shipped = {p.name: p.read_text("utf-8") for p in folder.glob("*.yaml") if p.name != "regime.yaml"}
    if not any(mark(source) in text for text in shipped.values()):
        pytest.skip(f"{path.name} is another version of the list than the one the rules were written from")
    out = compile_list(json.loads(source), name)
    assert files(out.records, {**profile(name), "mark": mark(source)}) | {"questions.yaml": asked(out.records)} == shipped


@pytest.mark.parametrize("name", list(SHIPPED))
def test_every_requirement_of_a_shipped_list_is_an_alternative_of_a_rule(reference: Path, name: str) -> None:
    data = json.loads(one(reference, name).read_text("utf-8"))
    out = compile_list(data, name)
    # Statements: every rule of the data is one but the limbs that belong to the rule above; some hold a second one.
    wanted = 0
    for text in (plain(r["rule"]) for entry in data["rule_sets"] for r in entry["rules"]):
        begun = len(re.findall(r"(?:^|\n)(?:A change to|No change in tariff)", text))
        wanted += begun if re.match(r"- [b-h]\) ", text) else max(1, begun)
    assert out.requirements == wanted


LABELS = {
    "CTH": "ctc heading", "CC": "ctc chapter", "CTSH": "ctc subheading", "AH": "any", "MAXNOM": "ceiling", "RVC": "rvc", "WO": "wo", "MAXWEIGHT": "max_weight",
}  # fmt: skip


def words_of(tree: Any) -> set[str]:
    """What a tree asks, in the words of LABELS."""
    if isinstance(tree, list):
        return {word for part in tree for word in words_of(part)}
    found = words_of([tree[key] for key in ("rule", "relax") if isinstance(tree.get(key), dict)] + tree.get("any_of", []) + tree.get("all_of", []))
    test = tree.get("test", "")
    found |= {f"ctc {tree['level']}" if test == "ctc" else "wo" if test == "wo_materials" else test}
    return found | ({"ceiling"} if test == "max_nom" or "cap" in tree or (test == "allow" and "pct" in tree) else set())


def test_the_publishers_own_labels_agree(reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The data carries labels its publisher gave from the same texts; a label names one thing a requirement asks, rarely all.
    seen, apart = 0, []
    for path in lists(reference):
        for entry in json.loads(path.read_text("utf-8"))["rule_sets"]:
            for text, labels in ((marked(plain(r["rule"])), [label for label in r.get("class") or [] if label in LABELS]) for r in entry["rules"]):
                said = requirement(text) if len(labels) == 1 else None
                if said is not None:
                    seen += 1
                    if LABELS[labels[0]] not in words_of(said.needs):
                        apart.append((path.stem, entry["heading"], labels[0], text[:120]))
    with capsys.disabled():
        print(f"\n{seen - len(apart)} of {seen} requirements with one label of the publisher ask what it says")
    assert len(apart) <= seen // 100, apart


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [s for v in value.values() for s in strings(v)]
    if isinstance(value, list):
        return [s for v in value for s in strings(v)]
    return [value] if isinstance(value, str) else []


def test_no_published_sentence_is_shipped(reference: Path) -> None:
    def shingles(text: str) -> set[str]:
        words = re.findall(r"[a-z]+", text.lower())
        return {" ".join(words[n : n + 9]) for n in range(len(words) - 8)}

    printed: set[str] = set()
    for name in SHIPPED:
        for entry in json.loads(one(reference, name).read_text("utf-8"))["rule_sets"]:
            for text in (entry.get("subdivision") or "", *(r["rule"] for r in entry["rules"])):
                printed |= shingles(marked(plain(text)))
    for path in sorted(REGIMES.rglob("*.yaml")):
        for text in strings(yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))):
            assert not shingles(text) & printed, (path.name, text)


@pytest.mark.parametrize(("later", "earlier"), [("2017", "2012"), ("2022", "2012"), ("2022", "2017")])
def test_images_are_those_of_the_correlation_table(reference: Path, later: str, earlier: str) -> None:
    there: dict[str, set[str]] = defaultdict(set)
    back: dict[str, set[str]] = defaultdict(set)
    for row in table(reference / "origin" / "hs_correlation" / f"hs{later}_hs{earlier}_correlation.csv"):
        there[row[f"hs{later}"]].add(row[f"hs{earlier}"])
        back[row[f"hs{earlier}"]].add(row[f"hs{later}"])
    for code in codes(later):
        assert set(images(code, later, earlier)) == there[code], code
    for code in codes(earlier):
        assert set(images(code, earlier, later)) == back[code], code


@pytest.mark.parametrize("edition", EDITIONS)
def test_codes_are_those_of_the_list(reference: Path, edition: str) -> None:
    rows = table(reference / "origin" / "hs" / f"hs{edition}_uncomtrade.csv")
    six = {r[f"hs{edition}"] for r in rows if re.fullmatch(r"[0-9]{6}", r[f"hs{edition}"])} - {"999999"}
    assert set(codes(edition)) == six
    assert all(describe(code) for code in six)


def test_key_products_have_the_rule_written_down_for_them(reference: Path) -> None:
    path = reference / "origin" / "psr_key_products.json"
    if not path.is_file():
        pytest.skip("no reference file psr_key_products.json")
    told = json.loads(path.read_text("utf-8"))
    shares = {
        (product, regime): [int(n) for n in re.findall(r"\b([3-7][05])\b", re.sub(r"Appendix.*|\(.*?\)", "", text))]
        for product, texts in told.items()
        if isinstance(texts, dict)
        for regime, text in texts.items()
        if regime in ("EVFTA", "CPTPP") and re.search("MaxNOM|RVC", text)
    }
    assert shares
    for (product, regime), wanted in shares.items():
        code = re.findall(r"[0-9]{4}(?:\.[0-9]{2})?", product)[-1].replace(".", "") if re.search(r"[0-9]{4}", product) else product[:2]
        held = load_regime(regime)
        found = {
            int(leaf.get("pct") or leaf.get("min_pct"))
            for rule in held.rules_for(code)
            for leaf in leaves(rule.needs)
            if leaf.get("pct") or leaf.get("min_pct")
        }
        assert set(wanted) <= found, (product, regime, wanted, found)
