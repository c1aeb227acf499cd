"""The data of languages: explained, asked for, alike; patterns read word by word as their text says."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import madein.press
from madein.press.language import LANGUAGES, Language, language
from madein.press.patterns import Match, State, compile_pattern
from madein.press.tokens import tokenize

CODE = "\n".join(p.read_text("utf-8") for p in sorted(Path(madein.press.__file__).parent.rglob("*.py")))
ONLY_JOINED = {"compound"}
"""Lists that no rule asks for: their words only are not taken apart."""


def text_of(code: str) -> str:
    return resources.files("madein.press").joinpath(f"languages/{code}.yaml").read_text("utf-8")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_pattern_reads_its_example(code: str) -> None:
    words = language(code)
    wrong = []
    for name, examples in words.examples.items():
        for tag, example in examples:
            if tag not in [m.tag for m in words.scan(name, words.join(tokenize(example)))]:
                wrong.append((name, tag, example))
    assert wrong == []


def test_languages_have_the_same_lists() -> None:
    first, *rest = (language(code) for code in LANGUAGES)
    for other in rest:
        assert set(first.lists) == set(other.lists)
        assert set(first.maps) == set(other.maps)


def test_every_list_and_map_of_english_says_what_it_is_for() -> None:
    lines = text_of("en").partition("\npatterns:")[0].splitlines()
    bare = [line for before, line in zip(lines, lines[1:], strict=False) if re.match(r"  [\w]+:", line) and not before.startswith("  # ")]
    assert bare == []


def test_every_list_map_and_group_is_asked_for() -> None:
    data = yaml.load(text_of("en"), Loader=yaml.BaseLoader)
    unasked = {name for part in ("lists", "maps", "patterns") for name in data[part] if f'"{name}"' not in CODE}
    assert unasked == ONLY_JOINED


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_stands_twice_in_a_list(code: str) -> None:
    data = yaml.load(text_of(code), Loader=yaml.BaseLoader)
    assert [name for name, words in data["lists"].items() if len(set(words.split())) < len(words.split())] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_comment_cuts_a_line_of_data(code: str) -> None:
    assert [
        line for line in text_of(code).splitlines() if re.search(r"\s#", line.lstrip()) and '"' not in line and not line.lstrip().startswith("#")
    ] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_grammar_has_a_value_for_every_question(code: str) -> None:
    grammar = language(code).grammar
    assert grammar.noun_window >= 1
    assert {name.replace("-", "_") for name in language(code).maps["grammar"]} == set(type(grammar).__slots__)


# -- the automaton against a reading of patterns one by one


def expand(pattern: str) -> list[list[str]]:
    """Every run of words and slots that a pattern spells."""
    runs, i = _runs(pattern, 0)
    assert i == len(pattern)
    return runs


def _runs(pattern: str, i: int) -> tuple[list[list[str]], int]:
    done: list[list[str]] = []
    now: list[list[str]] = [[]]
    while i < len(pattern) and pattern[i] not in ")]":
        if pattern[i] in "([":
            optional = pattern[i] == "["
            inner, i = _runs(pattern, i + 1)
            now = [a + b for a in now for b in inner] + (now if optional else [])
            i += 1
        elif pattern[i] == "|":
            done, now, i = done + now, [[]], i + 1
        elif pattern[i] == " ":
            i += 1
        else:
            word = re.match(r"[^ ()\[\]|]+", pattern[i:])
            assert word
            now = [[*a, word[0]] for a in now]
            i += len(word[0])
    return done + now, i


def longest(words: Language, run: list[list[str]], said: list[str]) -> int:
    """End of the longest run that is the beginning of what is said."""
    fits = (len(r) for r in run if len(r) <= len(said) and all(_fits(words, a, b) for a, b in zip(r, said, strict=False)))
    return max(fits, default=0)


def _fits(words: Language, part: str, word: str) -> bool:
    if not part.startswith("<"):
        return part == word
    if part == "<year>":
        return word.isdigit() and len(word) == 4 and 1900 <= int(word) <= 2100
    return (word.isdigit() and len(word) <= 2) or words.maps["numbers"].get(word, 100) <= 99


PARTS = st.sampled_from(["a", "b", "[a]", "(a|b)", "[b|a a]", "<n>", "<year>", "[<n>]", "(a <n>|b)"])
WORDS = st.lists(st.sampled_from(["a", "b", "c", "two", "7", "2024", "100"]), min_size=1, max_size=6)


@given(st.lists(st.lists(PARTS, min_size=1, max_size=4), min_size=1, max_size=5), WORDS)
def test_a_group_finds_what_the_longest_of_its_patterns_does(parts: list[list[str]], said: list[str]) -> None:
    patterns = [f"a {' '.join(p)}" for p in parts]
    words = language("en")
    start = State()
    for n, pattern in enumerate(patterns):
        compile_pattern(start, pattern, str(n))
    own = Language("en", ".", ",", words.lists, words.maps, {"own": start}, {})
    found: Match | None = own.find("own", tokenize(" ".join(said)), 0)
    ends = {str(n): longest(words, expand(p), said) for n, p in enumerate(patterns)}
    assert (found.last if found else 0) == max(ends.values())
    if found:
        assert ends[found.tag] == found.last
        told: list[Any] = [value for _, value in found.caught]
        assert all(isinstance(v, int) for v in told)
