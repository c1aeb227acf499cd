"""Names in lists: "Georgia, Azerbaijan and Turkey" is one group, whatever describes its members."""

from __future__ import annotations

from collections.abc import Sequence

from madein.press.language import Language
from madein.press.model import Token
from madein.press.relations.names import Name


def _outside(gap: list[str]) -> list[str]:
    """The words between two names without what stands in brackets: "Fjellkraft (40%), Vestrand"."""
    return gap[gap.index(")") + 1 :] if gap[:1] == ["("] and ")" in gap[:8] else gap


def _leads_to_name(tokens: Sequence[Token], i: int, names: Sequence[Name], lang: Language) -> bool:
    """True for small words after "and Thai" that describe the name behind them: "rubber group Siam Latex"."""
    after = next((n for n in names if n.first > i), None)
    if after is None or after.first - i > 4:
        return False
    words = [t.low for t in tokens[i : after.first]]
    described = bool(words) and (words[-1] in lang.lists["rel_descriptor"] or words[-1].endswith("maker"))
    return described and not any(w in lang.lists[x] for w in words for x in ("stop", "verbs", "preposition"))


def _lists(gap: Sequence[str], lang: Language) -> bool:
    """True for what stands between the names of a list: a comma, "and", both, an article behind."""
    bare = [*gap[:-1]] if len(gap) > 1 and gap[-1] in lang.lists["rel_article"] else [*gap]
    if 2 < len(bare) <= 6 and bare[0] in lang.lists["rel_and"] and (bare[-1] in lang.lists["rel_descriptor"] or bare[-1].endswith("maker")):
        bare = bare[:1] if all(w.isalpha() and not any(w in lang.lists[x] for x in ("stop", "verbs", "preposition")) for w in bare[1:]) else bare
    return 0 < len(bare) <= 2 and all(w == "," or w in lang.lists["rel_and"] for w in bare) and bare[1:] != [","]


def grouped(tokens: Sequence[Token], names: Sequence[Name], lang: Language) -> tuple[tuple[Name, ...], ...]:
    """Names joined by commas and a last "and", as one group; every other name alone.

    Examples
    --------
    >>> from madein.press.relations.names import find_names
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.tokens import tokenize
    >>> said = "Georgia, Azerbaijan and Turkey signed in Kars, Monday."
    >>> tokens = tokenize(said)
    >>> names = tuple(find_names(said, tokens, [False] * 99, relation_language("en"), frozenset()))
    >>> [[n.text for n in g] for g in grouped(tokens, names, relation_language("en"))]
    [['Georgia', 'Azerbaijan', 'Turkey'], ['Kars']]
    """
    out: list[tuple[Name, ...]] = []
    run: list[Name] = []
    joined = False
    begin, skipped = 0, list[str]()
    for name in names:
        between = _outside([t.low for t in tokens[run[-1].last : name.first]]) if run else []
        owner = name.kind == "place" and [t.low for t in tokens[name.last : name.last + 2]] == ["'", "s"]
        if run and (owner or name.kind == "nation") and len(between) <= 2 and any(n.first == name.last + 2 * owner for n in names):
            begin = name.last + 2 * owner  # "A and Brazil's B": Brazil is no third party
            skipped = between
            continue
        if run and name.kind in ("nation", "place") and _leads_to_name(tokens, name.last, names, lang) and len(between) <= 2:
            begin = next(n.first for n in names if n.first > name.last)
            skipped = between
            continue
        if name.kind == "nation":
            out += _closed(run, joined)  # "A and its Georgian counterpart": an adjective is no party
            run, joined, begin, skipped = [], False, 0, []
            continue
        gap = [*skipped, *(t.low for t in tokens[begin : name.first])] if begin else between
        begin, skipped = 0, []
        if run and _lists(gap, lang) and not joined:
            joined = any(w in lang.lists["rel_and"] for w in gap)
            run.append(name)
            continue
        out += _closed(run, joined)
        run, joined = [name], False
    return (*out, *_closed(run, joined))


def _closed(run: list[Name], joined: bool) -> list[tuple[Name, ...]]:
    return [tuple(run)] if joined and run else [(n,) for n in run]
