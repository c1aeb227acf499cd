"""Scores the reading of articles against gold facts: ``python -m benchmarks.press [DIR]``.

DIR holds ``articles/`` (.txt .md .html) and ``gold.jsonl``. Matching rules: a fact is found when spans overlap, values are equal
within 1e-6 relative and units are equal (counted nouns: any noun matches any). Its tuple is right when, besides, the indicators
share a content word and comparison and period are equal. Facts marked optional count neither way: not missed, not spurious.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import press_peer
from benchmarks.press_match import Record, field_counts, match, overlap, rates, right, words
from madein.core.documents import read_document
from madein.core.errors import MadeinError
from madein.press.chapter import day_of
from madein.press.reading import read_text


@dataclasses.dataclass(slots=True)
class Article:
    """One article: its text, gold facts, what was said, and the CPU-seconds that took."""

    name: str
    text: str
    gold: list[Record]
    said: list[Record]
    seconds: float
    exact: int
    moved: int
    lost: int


def read_gold(folder: Path) -> dict[str, list[Record]]:
    """Gold facts by article.

    Raises
    ------
    MadeinError
        If the file is missing or a line of it is no fact.
    """
    file = folder / "gold.jsonl"
    if not file.is_file():
        raise MadeinError("there is no gold.jsonl", str(folder), fix="name a folder that holds articles/ and gold.jsonl")
    gold: dict[str, list[Record]] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            fact = {"id": f"line {number}", "text": "", "comparison": None, "period": None, "indicator": "", "kind": "fact", **json.loads(line)}
            fact |= {"start": int(fact["start"]), "end": int(fact["end"])}
            gold.setdefault(fact["article"], []).append(fact)
            _ = fact["value"], fact["unit"]
        except (ValueError, KeyError, TypeError) as fault:
            raise MadeinError("this is no fact", f"{file} line {number}", str(fault), "it needs article, start, end, value and unit") from fault
    return gold


def read_article(path: Path, gold: list[Record]) -> Article:
    """Read one article twice, the second time by the clock; places of gold that count in another text are looked up in this one."""
    document = read_document(path, path.name)
    day = day_of(document.date, path.name)
    read_text(document.text, path.name, day=day)
    began = time.process_time()
    seen = read_text(document.text, path.name, day=day)
    seconds = time.process_time() - began
    text = document.text
    said = [{f.name: getattr(fact, f.name) for f in dataclasses.fields(fact)} for fact in seen.facts]
    exact = sum(text[s["start"] : s["end"]] == s["text"] and text[s["sent_start"] : s["sent_end"]] == s["sentence"] for s in said)
    placed = [_placed(g, text) for g in gold]
    moved = sum(p is not None and p["start"] != g["start"] for p, g in zip(placed, gold, strict=True))
    lost = sum(p is None for p in placed)
    return Article(path.name, text, [p or g for p, g in zip(placed, gold, strict=True)], said, seconds, exact, moved, lost)


def _placed(gold: Record, text: str) -> Record | None:
    """A gold fact at its place in a text, looked up by its sentence where its offsets count in another; None if it is not there."""
    said, sentence = gold["text"], gold.get("sentence") or ""
    if not said or text[gold["start"] : gold["end"]] == said:
        return gold
    within = text.find(sentence) if sentence else -1
    inside = sentence.find(said) if within < 0 else gold["start"] - gold.get("sent_start", gold["start"])
    start = within + inside if within >= 0 and sentence[inside : inside + len(said)] == said else text.find(said)
    return None if start < 0 else {**gold, "start": start, "end": start + len(said)}


def score(folder: Path) -> dict[str, Any]:
    """Read every article of a folder and compare.

    Returns
    -------
    dict
        ``report`` (lines), ``totals`` and ``kinds`` (counts of gold, found, tuple, spurious, said), ``fields`` (counts by
        field of the facts that were found), ``articles``, ``seconds`` (CPU).
    """
    totals: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    fields: dict[str, Counter[str]] = {}
    report: list[str] = []
    articles = []
    for name, gold in sorted(read_gold(folder).items()):
        article = read_article(folder / "articles" / name, gold)
        counts = compare(article, kinds, fields, report)
        report.append(f"ARTICLE {name}: {figures(counts)}")
        totals.update(counts)
        articles.append(article)
    return {"report": report, "totals": totals, "kinds": kinds, "fields": fields, "articles": articles, "seconds": sum(a.seconds for a in articles)}


def compare(article: Article, kinds: dict[str, Counter[str]], fields: dict[str, Counter[str]], report: list[str]) -> Counter[str]:
    """Counts of one article; adds to those by kind and field, and lists what is missed, wrong or spurious."""
    pairs = match(article.gold, article.said)
    counts: Counter[str] = Counter()
    for g, s, whole in pairs:
        if g.get("optional"):
            continue
        for c in (counts, kinds.setdefault(g["kind"], Counter())):
            c["gold"] += 1
            c["found"] += s is not None
            c["said"] += s is not None
            c["tuple"] += whole
        if s is None:
            near = [x for x in article.said if overlap(g, x)]
            got = "; ".join(f"{x['text']!r} {x['value']} {x['unit']}" for x in near) or "nothing"
            report.append(f"MISS {g['id']} {g['kind']} {g['text']!r} = {g['value']} {g['unit']}: got {got}")
        elif not right(g, s):
            why = [f"{k}: {g[k]} / {s[k]}" for k in ("comparison", "period") if g[k] != s[k]]
            if not words(g["indicator"]) & words(s["indicator"]):
                why.append(f"indicator: {g['indicator']} / {s['indicator']}")
            report.append(f"TUPLE {g['id']} {g['text']!r} {' | '.join(why)}")
    for name, count in field_counts(pairs).items():
        fields.setdefault(name, Counter()).update(count)
    used = {id(s) for _, s, _ in pairs if s is not None}
    free = [g for g in article.gold if g.get("optional")]
    for s in article.said:
        if id(s) in used or any(overlap(g, s) for g in free):
            continue
        for c in (counts, kinds.setdefault(s["kind"], Counter())):
            c["spurious"] += 1
            c["said"] += 1
        report.append(f"SPURIOUS {article.name[:24]} {s['kind']} {s['text']!r} = {s['value']} {s['unit']} [{s['indicator'][:50]}]")
    return counts


def figures(c: Counter[str]) -> str:
    """Precision, recall and F1 of facts and of tuples."""
    out = []
    for name, key in (("span+value+unit", "found"), ("tuple", "tuple")):
        precision, recall, f1 = rates(c["gold"], c["said"], c[key])
        out.append(f"{name} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")
    share = c["spurious"] / c["said"] if c["said"] else 0.0
    return f"{'; '.join(out)}; spurious {c['spurious']} of {c['said']} ({share:.1%}), gold {c['gold']}"


def tables(done: dict[str, Any]) -> list[str]:
    """Lines by kind and by field."""
    head = f"{'P':>6} {'R':>6} {'F1':>6}"
    lines = [f"{'KIND':12} {'gold':>5} {'found':>5} {'tuple':>5} {'spur.':>5}  {head}   tuple {head}"]
    for kind, c in sorted(done["kinds"].items()):
        both = ["{:6.3f} {:6.3f} {:6.3f}".format(*rates(c["gold"], c["said"], c[key])) for key in ("found", "tuple")]
        lines.append(f"{kind:12} {c['gold']:5} {c['found']:5} {c['tuple']:5} {c['spurious']:5}  {both[0]}         {both[1]}")
    lines += ["", f"{'FIELD':12} {'stated':>6} {'right':>6} {'wrong':>6} {'missing':>7} {'extra':>6} {'share right':>12}   of facts found"]
    for name, c in done["fields"].items():
        if not c["pairs"]:
            lines.append(f"{name:12} the gold does not state it")
            continue
        correct = c["right"] + c["pairs"] - c["stated"] - c["extra"]
        lines.append(f"{name:12} {c['stated']:6} {c['right']:6} {c['wrong']:6} {c['missing']:7} {c['extra']:6} {correct / c['pairs']:12.3f}")
    return lines


def places(articles: Sequence[Article]) -> str:
    """How many spans of facts are the characters they say, and how many of gold were found at another place."""
    said, exact = sum(len(a.said) for a in articles), sum(a.exact for a in articles)
    moved, lost = sum(a.moved for a in articles), sum(a.lost for a in articles)
    other = f"; {moved} gold spans count in another text and were looked up, {lost} are not in this one" if moved or lost else ""
    return f"PLACES: {exact} of {said} facts are exactly the characters of their span and sentence{other}"


def main(args: Iterable[str] | None = None) -> int:
    """Print the score of a folder; ends with 2 where it cannot be read, with 1 where a place is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("MADEIN_REFERENCE", "../shared/data")) / "press"
    parser.add_argument("folder", nargs="?", type=Path, default=default, help="folder of articles/ and gold.jsonl")
    parser.add_argument("--alone", action="store_true", help="leave out the comparison with quantulum3")
    given = parser.parse_args(None if args is None else list(args))
    try:
        done = score(given.folder)
    except MadeinError as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    print(__doc__)
    print("\n".join([*done["report"], "", *tables(done), "", places(done["articles"])]))
    size = sum(len(a.text.encode()) for a in done["articles"])
    print(f"ALL: {figures(done['totals'])}; {done['seconds']:.2f} CPU-s, {1e7 * done['seconds'] / max(1, size):.1f} ms per 10 kB")
    if not given.alone:
        peer = press_peer.load()
        print()
        if peer is None:
            print(f"quantulum3 not installed: pip install {press_peer.PINNED}; nothing is compared with these numbers")
        else:
            print("\n".join(press_peer.beside(peer, [(a.text, a.gold, a.said) for a in done["articles"]], done["seconds"])))
    return 0 if all(a.exact == len(a.said) for a in done["articles"]) else 1


if __name__ == "__main__":
    sys.exit(main())
