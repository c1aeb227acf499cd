"""Scores the reading of articles against gold facts: ``python -m benchmarks.press [DIR] [--peer]``.

DIR holds ``articles/`` and ``gold.jsonl``. Matching rules: a fact is found when spans overlap, values are equal within 1e-6
relative and units are equal (counted nouns: any noun matches any). Its tuple is right when, besides, the indicators share a
content word and comparison and period are equal. Facts marked optional count neither way: not missed, not spurious.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from madein.press.reading import read_text

_STOP = frozenset("the a an of in on at by to for from and or with its their per s as into".split())
_FIXED = frozenset({"percent", "pp", "multiple", "index_point", "ordinal", "top_n", "date", "day", "week", "month", "year", "hectare", "tonne"})


def is_noun(unit: str) -> bool:
    """True for a counted noun, alone or per time."""
    head = unit.partition("/")[0]
    return head not in _FIXED and not re.fullmatch("[A-Z]{3}", head)


def same_unit(a: str, b: str) -> bool:
    """Units are equal, or both count something at the same rate."""
    return a == b or (is_noun(a) and is_noun(b) and a.partition("/")[2] == b.partition("/")[2])


def same_value(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Values, or both ends of ranges, are equal within 1e-6."""
    for key in ("value", "value_low", "value_high"):
        x, y = a.get(key), b.get(key)
        if isinstance(x, str) or isinstance(y, str) or x is None or y is None:
            if x != y:
                return False
        elif abs(x - y) > 1e-6 * max(1.0, abs(x)):
            return False
    return True


def words(text: str) -> set[str]:
    """Content words of an indicator, plurals folded."""
    return {w.rstrip("s") for w in re.findall(r"[^\W\d_]+", text.lower()) if w not in _STOP}


def overlap(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Spans share a character."""
    return bool(a["start"] < b["end"] and b["start"] < a["end"])


def match(gold: list[dict[str, Any]], said: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any] | None, bool]]:
    """For each gold fact the fact that matches span, value and unit, and whether its tuple is right; each fact is used once."""
    left = list(said)
    out = []
    for g in gold:
        fits = [s for s in left if overlap(g, s) and same_value(g, s) and same_unit(g["unit"], s["unit"])]
        right = [
            s for s in fits if words(g["indicator"]) & words(s["indicator"]) and g["comparison"] == s["comparison"] and g["period"] == s["period"]
        ]
        best = right[0] if right else fits[0] if fits else None
        if best is not None:
            left.remove(best)
        out.append((g, best, bool(right)))
    return out


def score(folder: Path) -> dict[str, Any]:
    """Read every article of a folder and compare."""
    gold: dict[str, list[dict[str, Any]]] = {}
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        if line.strip():
            fact = json.loads(line)
            gold.setdefault(fact["article"], []).append(fact)
    totals: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    report: list[str] = []
    seconds = 0.0
    for name in sorted(gold):
        with (folder / "articles" / name).open(encoding="utf-8", newline="") as file:
            text = file.read()
        read_text(text, name)
        began = time.process_time()
        seen = read_text(text, name)
        seconds += time.process_time() - began
        said = [f.__class__.__dict__ and {k: getattr(f, k) for k in f.__slots__} for f in seen.facts]
        assert all(text[s["start"] : s["end"]] == s["text"] for s in said)
        pairs = match(gold[name], said)
        used = {id(s) for _, s, _ in pairs if s is not None}
        counts: Counter[str] = Counter()
        for g, s, right in pairs:
            if g.get("optional"):
                continue
            kind = kinds.setdefault(g["kind"], Counter())
            for c in (counts, kind):
                c["gold"] += 1
                c["found"] += s is not None
                c["tuple"] += right
            if s is None:
                near = [x for x in said if overlap(g, x)]
                got = "; ".join(f"{x['text']!r} {x['value']} {x['unit']}" for x in near) or "nothing"
                report.append(f"MISS {g['id']} {g['kind']} {g['text']!r} = {g['value']} {g['unit']}: got {got}")
            elif not right:
                why = [f"{k}: {g[k]} / {s[k]}" for k in ("comparison", "period") if g[k] != s[k]]
                if not words(g["indicator"]) & words(s["indicator"]):
                    why.append(f"indicator: {g['indicator']} / {s['indicator']}")
                report.append(f"TUPLE {g['id']} {g['text']!r} {' | '.join(why)}")
        optional = [g for g in gold[name] if g.get("optional")]
        spurious = [s for s in said if id(s) not in used and not any(overlap(g, s) for g in optional)]
        counts["spurious"] = len(spurious)
        counts["said"] = len([s for s in said if not any(overlap(g, s) for g in optional)])
        report += [f"SPURIOUS {name[:3]} {s['kind']} {s['text']!r} = {s['value']} {s['unit']} [{s['indicator'][:50]}]" for s in spurious]
        report.append(f"ARTICLE {name}: {figures(counts)}")
        totals.update(counts)
    return {"report": report, "totals": totals, "kinds": kinds, "seconds": seconds}


def figures(c: Counter[str]) -> str:
    """Precision, recall and F1 of facts and of tuples."""
    out = []
    for name, key in (("span+value+unit", "found"), ("tuple", "tuple")):
        precision = c[key] / c["said"] if c["said"] else 0.0
        recall = c[key] / c["gold"] if c["gold"] else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        out.append(f"{name} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")
    share = c["spurious"] / c["said"] if c["said"] else 0.0
    return f"{'; '.join(out)}; spurious {c['spurious']} of {c['said']} ({share:.1%}), gold {c['gold']}"


def main(args: Iterable[str] | None = None) -> None:
    """Print the score of a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("MADEIN_REFERENCE", "../shared/data")) / "press"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    given = parser.parse_args(None if args is None else list(args))
    done = score(given.folder)
    print(__doc__)
    print("\n".join(done["report"]))
    for kind, counts in sorted(done["kinds"].items()):
        print(f"KIND {kind}: recall {counts['found']}/{counts['gold']}, tuples {counts['tuple']}/{counts['gold']}")
    print(f"ALL: {figures(done['totals'])}; {done['seconds']:.2f} CPU-s")


if __name__ == "__main__":
    main()
