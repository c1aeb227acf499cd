"""Wholes and their parts: sums that cannot exceed a total, identities of trade, phases that cannot exceed a project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from madein.core.units import is_money
from madein.press.reconcile.alike import AMOUNTS, Stated, is_base, is_threshold, named, places_agree
from madein.press.reconcile.intervals import Interval, total
from madein.press.reconcile.verdicts import Outcome, Verdict, parent, shown
from madein.press.relations.words import relation_language
from madein.press.tokens import tokenize

REACH = 3
"""Sentences after a total in which its components are told."""

MOST_PARTS = 12


def sums(held: Sequence[Stated]) -> Iterator[Verdict]:
    """Components told after a total of the same item, period and unit.

    Amounts are components only if the text says so: the name of the total is composed of theirs ("agro-forestry-fishery"), or
    "including", "of which" or "comprising" stands before them. What is missing is no contradiction; too much is.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> text = "In 2024 fruit exports earned US$5 billion, including US$3.1 billion from durian and US$2.9 billion from bananas."
    >>> [v.verdict for v in sums(stated([read_text(text)]))]
    ['contradiction']
    """
    groups: dict[tuple[object, ...], list[Stated]] = {}
    for s in held:
        if (
            s.fact.kind in AMOUNTS
            and s.fact.unit not in ("percent", "pp", "ordinal", "number", "index_point")
            and not (s.headline or is_base(s) or is_threshold(s))
        ):
            groups.setdefault((s.item, s.fact.unit, s.fact.period), []).append(s)
    for group in groups.values():
        for n, whole in enumerate(group):
            parts = _parts(whole, group[n + 1 : n + 1 + MOST_PARTS])
            if len(parts) >= 2:
                yield _sum(whole, parts)


def _parts(whole: Stated, after: Sequence[Stated]) -> list[Stated]:
    sentences = list(dict.fromkeys(s.fact.sent_start for s in after if s.fact.sent_start != whole.fact.sent_start))[:REACH]
    listed = [s for s in after if s.fact.sent_start == whole.fact.sent_start and _announced(whole, s)]
    if len(listed) >= 2:
        return _apart(listed)
    told = [s for s in after if s.fact.sent_start in sentences[:1] and s.fact.sentence.lower().startswith(_OF_IT)]
    if len(told) >= 2:
        return _apart(told)
    composed = [s for s in after if s.fact.sent_start in sentences and s.words != whole.words]
    stems = _stems(whole)
    matched = {stem for stem in stems for s in composed if any(_akin(stem, w) for w in s.words)}
    return _apart(composed) if len(stems) >= 2 and len(matched) >= 2 else []


_OF_IT = ("of this", "of these", "of which", "of the total", "of that", "among them", "these include", "this includes")
"""How a sentence begins that tells the components of the amount before it."""


def _apart(parts: Sequence[Stated]) -> list[Stated]:
    """Parts with different names, the first statement of each; a part of a part is left out."""
    out: dict[frozenset[str], Stated] = {}
    own: list[frozenset[str]] = []
    for s in parts:
        # "livestock products, agricultural exports": what stands first names the part, what follows was only told before it.
        first = named(s.fact.indicator.partition(", ")[0]) or s.words
        if s.words and not any(first > known for known in own):
            out.setdefault(s.words, s)
            own.append(first)
    return list(out.values())


def _announced(whole: Stated, part: Stated) -> bool:
    """True if a word of listing stands between total and part."""
    a, b = whole.fact.end - whole.fact.sent_start, part.fact.start - part.fact.sent_start
    between = f" {whole.fact.sentence[a:b].lower()} "
    return any(w in between for w in ("including ", " of which ", "comprising ", "consisting of ", "made up of ", "composed of ", "broken down"))


def _stems(whole: Stated) -> list[str]:
    """Names a total is composed of: the parts of a hyphenated word, or what "and" joins before a last word."""
    words = relation_language("en")
    out: list[str] = []
    tokens = tokenize(whole.fact.indicator[:200])
    for i, t in enumerate(tokens):
        if t.low == "-" and t.glued and i and i + 1 < len(tokens):
            out += [x for x in (tokens[i - 1].low, tokens[i + 1].low) if x not in out and len(x) > 3]
    idle = words.lists["stop"] if words else frozenset()
    return [w for w in out if w not in idle and w not in ("import", "export")]


def _akin(stem: str, word: str) -> bool:
    """True for words of one root: agro and agricultural, forestry and forest."""
    n = 0
    while n < min(len(stem), len(word)) and stem[n] == word[n]:
        n += 1
    return n >= 3 and 4 * n >= 3 * min(len(stem), len(word))


def _sum(whole: Stated, parts: Sequence[Stated]) -> Verdict:
    together = total(p.strict for p in parts)
    rest = whole.strict - together
    over = together.above(whole.strict)
    outcome: Outcome = "contradiction" if over and total(p.loose for p in parts).above(whole.loose) else "cannot_tell" if over else "consistent"
    low, high = rest.ends
    values = [p.fact.value for p in (whole, *parts)]
    value = None
    if all(isinstance(v, float | int) for v in values):
        first, *others = [float(v) for v in values if isinstance(v, float | int)]
        value = first - sum(others)
    names = ", ".join(p.fact.text for p in parts)
    says = "exceed" if over else "add up to" if together.meets(whole.strict) else "do not exhaust"
    why = f"the parts come to {shown(together)}, the total to {shown(whole.strict)}; the rest is {shown(rest)}"
    return Verdict(
        "sum",
        outcome,
        f"the parts {names} {says} the total {whole.fact.text}: {whole.fact.indicator}",
        (parent(whole.fact), *(parent(p.fact) for p in parts)),
        low,
        high,
        value,
        whole.fact.unit,
        why,
        whole.fact.period or "",
    )


def identities(held: Sequence[Stated]) -> Iterator[Verdict]:
    """Exports and imports against turnover and balance of the same item and period.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> text = "In 2024 exports reached $405.5 billion and imports were $380.8 billion. The trade surplus was $24.8 billion in 2024."
    >>> [(v.kind, v.verdict) for v in identities(stated([read_text(text)]))]
    [('identity', 'consistent')]
    """
    by: dict[tuple[object, ...], dict[str, Stated]] = {}
    for s in held:
        name = _flow(s)
        if name and s.fact.period and is_money(s.fact.unit) and not s.headline:
            by.setdefault((s.item, s.fact.period, s.fact.unit), {}).setdefault(name, s)
    for found in by.values():
        out, into = found.get("exports"), found.get("imports")
        if out is None or into is None or places_agree(out, into) is False:
            continue
        for name, implied in (("trade_turnover", out.strict + into.strict), ("trade_balance", out.strict - into.strict)):
            told = found.get(name)
            if told is not None and places_agree(out, told) is not False:
                agree = implied.meets(told.strict)
                parents = (parent(out.fact), parent(into.fact), parent(told.fact))
                low, high = implied.ends
                yield Verdict(
                    "identity",
                    "consistent" if agree else "contradiction",
                    f"{name.replace('_', ' ')} {told.fact.text} against exports and imports",
                    parents,
                    low,
                    high,
                    implied.middle,
                    told.fact.unit,
                    f"{shown(told.strict)} printed, {shown(implied)} implied",
                    told.fact.period or "",
                )


def _flow(s: Stated) -> str:
    """The flow of all goods a level is: exports of one good are none."""
    if s.fact.kind not in AMOUNTS or s.fact.comparison is not None:
        return ""
    flows = {
        frozenset({"export"}): "exports",
        frozenset({"import"}): "imports",
        frozenset({"export", "import"}): "trade_turnover",
        named("trade surplus"): "trade_balance",
        named("trade deficit"): "trade_balance",
        named("trade balance"): "trade_balance",
        named("trade turnover"): "trade_turnover",
    }
    return flows.get(s.words, "")


def outnumbered(held: Sequence[Stated]) -> Iterator[Verdict]:
    """Shares above a hundred per cent, and "70 provinces out of 63".

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> [v.verdict for v in outnumbered(stated([read_text("In May 2024 output rose in 70 provinces out of 63 provinces.")]))]
    ['contradiction']
    """
    for s in held:
        if s.fact.comparison == "share_of_total" and s.strict.above(Interval(100.0, 100.0)):
            yield Verdict(
                "part",
                "contradiction",
                f"{s.fact.text} of a total: {s.fact.indicator}",
                (parent(s.fact),),
                unit="percent",
                why="a part exceeds the whole",
            )
    for a, b in pairwise(held):
        if a.page != b.page or a.fact.sent_start != b.fact.sent_start or a.fact.kind != "count" or b.fact.kind != "count":
            continue
        gap = a.fact.sentence[a.fact.end - a.fact.sent_start : b.fact.start - b.fact.sent_start].lower().split()
        gap = gap[1:] if gap and gap[0].startswith(a.fact.unit[:4]) else gap
        if gap in (["of"], ["of", "the"], ["out", "of"], ["out", "of", "the"], ["of", "its"]):
            over = a.strict.above(b.strict)
            yield Verdict(
                "part",
                "contradiction" if over else "consistent",
                f"{a.fact.text} of {b.fact.text}",
                (parent(a.fact), parent(b.fact)),
                unit=b.fact.unit,
                why=f"{shown(a.strict)} of {shown(b.strict)}",
            )
