"""The words, patterns and rules of relations, joined with those of the language they belong to."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

from madein.press.language import Language, State, compile_pattern, language
from madein.press.model import Token


@functools.cache
def held(name: str) -> dict[str, Any]:
    """A file of this package by language; plain text throughout, so that "on" and "no" are words.

    Examples
    --------
    >>> sorted(held("rules.yaml"))
    ['en', 'vi']
    """
    import yaml

    text = resources.files("madein.press.relations").joinpath(name).read_text("utf-8")
    # The loader makes nothing but text, lists and mappings.
    # The one in C reads the same and is ten times as fast, where it is built.
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return data


@functools.cache
def relation_language(code: str) -> Language | None:
    """A language with the lists and patterns of relations; None where none are held for it.

    Examples
    --------
    >>> from madein.press.tokens import tokenize
    >>> words = relation_language("en")
    >>> [m.tag for m in words.scan("rel_build", tokenize("A complex is being built in Mombasa."))]
    ['passive']
    """
    own = {**held("words.yaml"), **held("words_vi.yaml")}.get(code)
    if own is None:
        return None
    base = language(code)
    starts: dict[str, State] = {}
    examples: dict[str, tuple[tuple[Any, str], ...]] = {}
    model = held("words.yaml")["en"]
    # A language may leave a list, map or group of patterns out: it then says nothing of that kind.
    for name, patterns in {**dict.fromkeys(model["patterns"], ()), **own["patterns"]}.items():
        start = starts[name] = State()
        for entry in patterns:
            compile_pattern(start, entry["pattern"].replace("_", " "), entry["is"])
        examples[name] = tuple((entry["is"], entry["example"]) for entry in patterns)
    lists = {k: frozenset(w.replace("_", " ") for w in v.split()) for k, v in {**dict.fromkeys(model["lists"], ""), **own["lists"]}.items()}
    maps = {k: {w.replace("_", " "): v for w, v in m.items()} for k, m in {**{key: {} for key in model["maps"]}, **own["maps"]}.items()}
    joined = {first: set(words) for first, words in base.joined.items()}
    for word in (*(w for words in (*lists.values(), *maps.values()) for w in words), *_rule_words(code)):
        parts = tuple(word.split())
        if len(parts) > 1:
            joined.setdefault(parts[0], set()).add(parts)
    return Language(
        base.code,
        base.decimal,
        base.group,
        {**base.lists, **lists},
        {**base.maps, **maps},
        {**base.starts, **starts},
        {**base.examples, **examples},
        {first: tuple(sorted(words, key=lambda p: (-len(p), p))) for first, words in joined.items()},
    )


@functools.cache
def vocabulary(code: str) -> frozenset[str]:
    """Every word that a list of a language holds: at the head of a sentence, its capital makes no name of it.

    Examples
    --------
    >>> [w in vocabulary("en") for w in ("capital", "output", "kauri")]
    [True, True, False]
    """
    lang = relation_language(code)
    lists = lang.lists if lang else {}
    return frozenset(w for name, words in lists.items() if name not in _NAMES for w in words)


_NAMES = frozenset({"model_words", "indicator_acronyms", "title", "rel_title", "rel_surname", "rel_particle"})
"""Lists that hold parts of names."""


def join(lang: Language, tokens: list[Token]) -> list[Token]:
    """Tokens in which each word of several syllables is one; a capital inside begins a name, which no small word swallows.

    Examples
    --------
    >>> from madein.press.tokens import tokenize
    >>> [t.low for t in join(relation_language("vi"), tokenize("tàu biển rời cảng trên tàu Biển Xanh"))]
    ['tàu biển', 'rời', 'cảng', 'trên', 'tàu', 'biển', 'xanh']
    """
    if not lang.joined:
        return tokens
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        first, size = tokens[i], 1
        for word in lang.joined.get(first.low, ()):
            run = tokens[i : i + len(word)]
            if [t.low for t in run] == list(word) and (first.upper or not any(t.upper for t in run)):
                size = len(word)
                first = first._replace(end=run[-1].end, low=" ".join(word))
                break
        out.append(first)
        i += size
    return out


def _rule_words(code: str) -> Iterator[str]:
    """Words of several syllables that the rules of a language spell."""
    for entries in held("rules.yaml").get(code, {}).values():
        for entry in entries:
            for word in re.split(r"[ ()|\[\]^]+", entry["pattern"]):
                if "_" in word and word[0] not in "{@":
                    yield word.replace("_", " ")
