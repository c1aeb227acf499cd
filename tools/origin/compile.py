"""Rules of origin from a published list: ``python -m tools.origin.compile LIST.json [--out FOLDER] [--scheme NAME]``.

The list is a file ``{"rule_sets": [{heading, subdivision?, min, max, rules: [{rule, operator}]}]}``. Each set becomes rules of
our structure (see `madein.origin.rules`); wording the grammar does not read becomes a question, never a yes, and is reported.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tools.origin import spans
from tools.origin.conditions import Claim, is_other
from tools.origin.positions import Position, bounds, parts, positions
from tools.origin.sets import Group, groups
from tools.origin.spans import Span
from tools.origin.trees import any_of
from tools.origin.writing import mark, write

from madein.origin.editions import codes

Record = dict[str, Any]
COUNTRIES = {"Malaysia": "MYS"}


@dataclass
class Compiled:
    """Rules of a list, and what reading it met."""

    records: list[Record] = field(default_factory=list)
    sets: int = 0
    whole: int = 0
    requirements: int = 0
    unread: list[tuple[str, str]] = field(default_factory=list)
    repaired: Counter[str] = field(default_factory=Counter)
    published: set[Span] = field(default_factory=set)


def profile(scheme: str) -> Record:
    """How a list is read, from ``schemes.yaml``."""
    data = yaml.safe_load((Path(__file__).parent / "schemes.yaml").read_text("utf-8"))
    found: Record = data.get(scheme) or {**data["other"], "regime": scheme}
    return found


def compile_list(data: Record, scheme: str) -> Compiled:
    """Every rule set of a list as records.

    Parameters
    ----------
    data : dict
        Content of the published file.
    scheme : str
        Key in ``schemes.yaml``; another name is read with its defaults.
    """
    how = profile(scheme)
    out = Compiled(sets=len(data["rule_sets"]))
    out.published = {bounds(one) for one in data["rule_sets"]}
    for position in positions(data["rule_sets"], how["regime"].upper()):
        _count(out, position)
        for group, claim, words in parts(position, how["words"] == "own"):
            _add(out, how, group, claim, words)
    if how.get("fill_chapters"):
        _fill(out, how, data["rule_sets"])
    out.records.sort(key=lambda record: spans.of(*record["target"][0]))
    _number(out, how)
    return out


def _count(out: Compiled, position: Position) -> None:
    """Note what was read of a position, what not, and what was mended."""
    out.requirements += sum(len(g.alternatives) for g in position.said)
    out.whole += not any(g.unread for g in position.said)
    for g in position.said:
        out.unread += [(str(position.own["heading"]), text) for text in g.unread]
        out.repaired.update(g.repaired)


def _add(out: Compiled, how: Record, group: Group, claim: Claim, words: str | None) -> None:
    """Records for one part: one, or one for each tolerance its goods have."""
    left, tree = claim.where, _noted(group, claim.where, how)
    for entry in how["tolerance"]:
        limits = [spans.of(a, b) for a, b in entry["codes"]]
        here = spans.common(left, limits)
        if not here:
            continue
        left = spans.minus(left, limits)
        names = entry.get("process", entry["names"]) if _asks_process(tree) else entry["names"]
        record: Record = {"id": "", "target": spans.digits(_drawn_in(out, here, how))}
        if words:
            record["ex"] = words
        if claim.when:
            record["when"] = claim.when
        if group.exporter:
            record |= {"exporters": [COUNTRIES[group.exporter]], "importers": ["GBR"]}
        if group.joint:
            record["joint"] = True
        if names:
            record["tolerance"] = names
        out.records.append(record | {"needs": tree})


def _drawn_in(out: Compiled, here: list[Span], how: Record) -> list[Span]:
    """Spans as published stay; what is left of one once others are taken out is drawn in to the codes the edition has."""
    return here if set(here) <= out.published or how["words"] != "own" else spans.snapped(here, codes(how["edition"]))


def _noted(group: Group, where: list[Span], how: Record) -> Record:
    """The tree with what notes outside the list add to it."""
    tree = group.needs
    for note in how.get("notes") or ():
        if not spans.common(where, [spans.of(a, b) for a, b in note["codes"]]):
            continue
        if "alternative" in note:
            tree = any_of([tree, note["alternative"]])
        else:
            tree = _with_exception(tree, note["except_named"])
    return any_of([tree, how["appendix"]]) if group.appendix and "appendix" in how else tree


def _with_exception(tree: Record, named: Record) -> Record:
    """A tree whose changes of classification bar one more named material."""
    for word in ("any_of", "all_of"):
        if word in tree:
            return {word: [_with_exception(part, named) for part in tree[word]]}
    return tree | {"except_named": [*tree.get("except_named", []), named]} if tree["test"] == "ctc" else tree


def _fill(out: Compiled, how: Record, sets: list[Record]) -> None:
    """Codes of the edition that no span holds go to their chapter's general entry, where the chapter has one."""
    held = [spans.of(a, b) for record in out.records for a, b in record["target"]]
    general: dict[str, list[Group]] = {}
    for one in sets:
        chapter = re.fullmatch(r"ex Chapter ([0-9]+)", str(one["heading"]))
        if chapter and not is_other(str(one.get("subdivision") or "")):
            general.setdefault(chapter[1].zfill(2), []).extend(groups(one["rules"], str(one["heading"])))
    missing: dict[str, list[Span]] = {}
    for code in codes(how["edition"]):
        if not spans.common([spans.of(code, code)], held):
            missing.setdefault(code[:4], []).append(spans.of(code, code))
    for heading in missing:
        entries = general.get(heading[:2], [])
        if entries and all(g.needs == entries[0].needs for g in entries):
            out.repaired["span of another edition"] += 1
            _add(out, how, entries[0], Claim([spans.of(heading, heading)]), None)


def _asks_process(tree: Record) -> bool:
    text = json.dumps(tree)
    return any(f'"test": "{test}"' in text for test in ("process", "process_with_cap", "from_materials"))


def _number(out: Compiled, how: Record) -> None:
    """Ids of the codes a rule is for and, where one position has several, of what selects it."""
    seen: Counter[str] = Counter()
    for record in out.records:
        first, last = record["target"][0][0], record["target"][-1][-1]
        name = f"{how['regime']}.{first}" + (f"-{last}" if last != first else "")
        when = record.get("when") or {}
        if when:
            yes = [k for k, v in when.items() if v]
            name += "+" + "+".join(yes) if yes else "-other"
        if record.get("exporters"):
            name += "+" + record["exporters"][0].lower()
        seen[name] += 1
        record["id"] = name if seen[name] == 1 else f"{name}.{seen[name]}"


def report(name: str, out: Compiled) -> str:
    """One line of the coverage table.

    Examples
    --------
    >>> report("x", Compiled(sets=4, whole=3, requirements=5, records=[{}]))
    '| x | 4 | 5 | 3 | 75.00% | 1 | 0 |'
    """
    share = 100 * out.whole / out.sets if out.sets else 100.0
    return f"| {name} | {out.sets} | {out.requirements} | {out.whole} | {share:.2f}% | {len(out.records)} | {len(out.unread)} |"


def main(argv: list[str] | None = None) -> int:
    """Compile a list, write its rules, print what could not be read."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("lists", nargs="+", type=Path)
    parser.add_argument("--scheme")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--unread", action="store_true", help="print the wording that was not read")
    asked = parser.parse_args(argv)
    print("| list | rule sets | requirements | sets read whole | share | rules | questions |\n| --- | --- | --- | --- | --- | --- | --- |")
    for path in asked.lists:
        scheme = asked.scheme or path.stem
        source = path.read_bytes()
        out = compile_list(json.loads(source), scheme)
        print(report(scheme, out))
        if asked.unread:
            for heading, text in out.unread:
                print(f"  {heading}: {' '.join(text.split())}")
        if asked.out:
            write(out.records, {**profile(scheme), "mark": mark(source)}, asked.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
