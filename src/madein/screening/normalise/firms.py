"""Names, tax numbers, telephones and addresses of firms in the form in which they can be compared.

A name is compared without marks, case and legal form, its trade words under one key for Vietnamese, English and Chinese. What a
name means beyond such words is not translated: a firm known under two unlike names needs its tax number, or a table of aliases.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TypeVar

from madein.core.period_labels import fold

_LONGEST = 200
_T = TypeVar("_T")
_TAX = re.compile(r"(?:mst|tax(?: code)?|vat)?[:. ]*([0-9]{10})(?:[- ]?([0-9]{3}))?")
_CJK = re.compile(r"[\u3400-\u9fff]+")


@functools.cache
def _data() -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    import yaml

    data = yaml.safe_load(resources.files("madein.screening.normalise").joinpath("firms.yaml").read_text("utf-8"))
    pairs = [sorted(((w, key) for key, ws in data[part].items() for w in ws), key=lambda p: (-len(p[0]), p)) for part in ("words", "address")]
    return tuple(sorted(data["legal_forms"], key=len, reverse=True)), tuple(pairs[0]), tuple(pairs[1])


def clean_text(text: str) -> str:
    """Text in NFC with single spaces: two ways of typing one Vietnamese name become one.

    Examples
    --------
    >>> clean_text("Công  ty") == clean_text(unicodedata.normalize("NFD", "Công ty"))
    True
    """
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _plain(text: str) -> str:
    spaced = _CJK.sub(lambda m: f" {m[0]} ", unicodedata.normalize("NFKC", text[:_LONGEST]))
    return " ".join("".join(c if c.isalnum() else " " for c in fold(spaced).replace(".", "")).split())


def _swap(words: str, pairs: Sequence[tuple[str, str]]) -> str:
    padded = f" {words} "
    for spelling, key in pairs:
        if _CJK.fullmatch(spelling):
            padded = padded.replace(spelling, f" {key} ")
        elif f" {spelling} " in padded:
            padded = padded.replace(f" {spelling} ", f" {key} ")
    return " ".join(padded.split())


def name_key(name: str) -> str:
    """What names are compared by: words in order of the alphabet, legal form aside, trade words under one key.

    Examples
    --------
    >>> name_key("Công ty TNHH Điện tử Sao Mai") == name_key("SAO MAI ELECTRONICS CO., LTD") == name_key("Sao Mai 电子有限公司")
    True
    >>> name_key("CÔNG TY CP THÉP AN PHÁT")
    'an phat steel'
    """
    forms, words, _ = _data()
    plain = f" {_plain(name)} "
    for form in forms:
        if _CJK.search(form):
            plain = plain.replace(form, " ")
        # A form stands at one end of a name; in the middle the same letters may be part of it.
        elif plain.startswith(f" {form} "):
            plain = plain[len(form) + 1 :]
        elif plain.endswith(f" {form} "):
            plain = plain[: -len(form) - 1]
    text = _swap(" ".join(plain.split()), words)
    return " ".join(sorted(text.split())) or _plain(name)


def tax_root(number: str) -> tuple[str, str]:
    """A Vietnamese tax number without its branch suffix, and the suffix: branches are one legal person (Circular 105/2020).

    A number of another form comes back as it stands, in capitals and without spaces.

    Examples
    --------
    >>> tax_root("0101234567-001"), tax_root("0101234567"), tax_root("MST: 0101234567 002"), tax_root("QD86XU7")
    (('0101234567', '001'), ('0101234567', ''), ('0101234567', '002'), ('QD86XU7', ''))
    """
    found = _TAX.fullmatch(number.strip().lower())
    if found:
        return found[1], found[2] or ""
    return "".join(number.upper().split()), ""


def address_key(address: str) -> str:
    """What addresses are compared by: folded words in order, kinds of street and zone under one key, names of country and rank left out.

    Examples
    --------
    >>> address_key("Lô C12-3, KCN Bình Sơn, Bắc Ninh") == address_key("lo c12-3, khu cong nghiep binh son, tinh bac ninh")
    True
    """
    return _swap(_plain(address), _data()[2])


def phone_key(phone: str) -> str:
    """Digits of a telephone number without the country code of Viet Nam and leading zeros; "" below seven digits.

    Examples
    --------
    >>> phone_key("+84 24 3826 1234") == phone_key("(024) 3826.1234")
    True
    """
    digits = "".join(c for c in phone if c.isdigit())
    if digits.startswith("0084"):
        digits = digits[4:]
    elif digits.startswith("84") and len(digits) > 9:
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits if len(digits) >= 7 else ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two names that may be one firm's: their places in the list, how like they are (0 to 100) and why."""

    one: int
    other: int
    score: float
    why: str


def similar_names(names: Sequence[str], cutoff: float = 90.0, aliases: Mapping[str, str] | None = None, most: int = 400) -> list[Likeness]:
    """Pairs of names that may belong to one firm.

    Names with one key are pairs at 100. Others are compared by token-sorted edit distance (rapidfuzz) where they share a word
    that is not frequent, so that the work grows with the number of names and not with its square.

    Parameters
    ----------
    names : sequence of text
    cutoff : float
        Lowest likeness that is reported.
    aliases : mapping of name to name
        Names known to be one firm's, for instance a Chinese name and its English one.
    most : int
        A word borne by more names than this brings no names together.

    Examples
    --------
    >>> found = similar_names(["Công ty TNHH Nhựa An Phát", "An Phat Plastics Co., Ltd", "An Phatt Plastic JSC", "Bình Minh Steel"])
    >>> [(p.one, p.other, p.why) for p in found]
    [(0, 1, 'the same words'), (0, 2, 'nearly the same words'), (1, 2, 'nearly the same words')]
    """
    from rapidfuzz import fuzz

    known = {name_key(a): name_key(b) for a, b in (aliases or {}).items()}
    keys = [known.get(k, k) for k in map(name_key, names)]
    by_key: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(keys):
        by_key[key].append(i)
    found = [Likeness(i, j, 100.0, "the same words") for places in by_key.values() for i, j in _pairs(places[:most])]
    by_word: dict[str, list[str]] = defaultdict(list)
    for key in by_key:
        for word in set(key.split()):
            by_word[word].append(key)
    near: dict[tuple[str, str], float] = {}
    for bearers in by_word.values():
        if len(bearers) > most:
            continue
        for a, b in _pairs(bearers):
            pair = (min(a, b), max(a, b))
            if pair not in near:
                near[pair] = fuzz.ratio(*pair, score_cutoff=cutoff)
    for (a, b), score in near.items():
        if score:
            found += [Likeness(min(i, j), max(i, j), round(score, 1), "nearly the same words") for i in by_key[a][:most] for j in by_key[b][:most]]
    return sorted(found, key=lambda p: (p.one, p.other))


def _pairs(items: Sequence[_T]) -> Iterable[tuple[_T, _T]]:
    return ((items[i], items[j]) for i in range(len(items)) for j in range(i + 1, len(items)))
