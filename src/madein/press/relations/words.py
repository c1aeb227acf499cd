"""The words and patterns of relations, joined with those of the language they belong to."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

from madein.press.language import Language, State, compile_pattern, language


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
    import yaml

    text = resources.files("madein.press.relations").joinpath("words.yaml").read_text("utf-8")
    # The loader makes nothing but text, lists and mappings.
    held = yaml.load(text, Loader=yaml.BaseLoader).get(code)
    if held is None:
        return None
    base = language(code)
    starts: dict[str, State] = {}
    examples: dict[str, tuple[tuple[Any, str], ...]] = {}
    for name, patterns in held["patterns"].items():
        start = starts[name] = State()
        for entry in patterns:
            compile_pattern(start, entry["pattern"], entry["is"])
        examples[name] = tuple((entry["is"], entry["example"]) for entry in patterns)
    return Language(
        base.code,
        base.decimal,
        base.group,
        {**base.lists, **{k: frozenset(str(v).split()) for k, v in held["lists"].items()}},
        {**base.maps, **held["maps"]},
        {**base.starts, **starts},
        {**base.examples, **examples},
    )
