"""What the lists say of a change in classification, in the two manners: "a change to ... from", "manufacture from materials of"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.origin import names
from tools.origin.amounts import PCT, TRANSACTION, items
from tools.origin.trees import Tree, all_of, leaf, number
from tools.origin.wording import CODE, ranges

if TYPE_CHECKING:
    from collections.abc import Callable

_LEVELS = {"chapter": "chapter", "heading": "heading", "subheading": "subheading", "sub-heading": "subheading"}
_ABBR = {"CC": "chapter", "CTH": "heading", "CTSH": "subheading"}
_PROVIDED = r",? provided,?(?: that)?:?\s+"
_ANY_LEVEL = "(?:sub-?heading|heading)"
_SAME_LEVEL = rf"(?:of this|classified in the same) {_ANY_LEVEL}(?: as the (?:final )?product)?"
_ELSEWHERE = "whether or not there is also [a-z ]*from any other"
_ALL_WITHIN = "all the materials used are classified within"
Conditions = "Callable[[str], Tree | None]"


@dataclass(frozen=True)
class Said:
    """What a sentence says: the goods it speaks of, as printed, and what they need."""

    goods: str
    needs: Tree


def _excluded(text: str, level: str | None) -> Tree | None:
    """The test for a level of change (none: any heading) without the materials a list excludes."""
    unlabelled = re.sub(r"(?:^|\n|(?<= ))(?:- )?(?:[a-e]|[ivx]+)\) |\((?:i|ii|iii|iv|v)\) ", " ", text)
    listed = items(re.sub(r"\s+", " ", unlabelled))
    if listed is None:
        return None
    hs, named = listed
    return leaf("ctc", level=level, **{"except": hs}, except_named=named) if level else leaf("any", **{"except": hs}, except_named=named)


def change_to(text: str, conditions: Callable[[str], Tree | None]) -> Said | None:
    """ "A change to a good of ... from any other heading, except from ..., provided that ...".

    Examples
    --------
    >>> said = change_to("A change to a good of <5902> from any other heading, except from <5204-5212> or <55>", lambda text: None)
    >>> said.goods, said.needs["except"]
    ('a good of <5902>', [['5204', '5212'], ['55', '55']])
    """
    found = re.match(
        r"(?:A change )(?:to (?P<goods>.+?) )?from (?:any )?other (?P<level>chapter|sub-?heading|heading)(?= ?(?:,|\.|except|provided|$))",
        text,
        re.DOTALL,
    )
    if found is None:
        return None
    needs = _rest(text[found.end() :], _LEVELS[found["level"]], conditions)
    return None if needs is None else Said(found["goods"] or "a good", needs)


def _rest(rest: str, level: str | None, conditions: Callable[[str], Tree | None]) -> Tree | None:
    """What follows the level: exceptions, then conditions."""
    excluded, condition = rest.strip(" ."), ""
    cut = re.search(_PROVIDED, rest)
    if cut:
        excluded, condition = rest[: cut.start()].strip(" ."), rest[cut.end() :]
    tree: Tree | None = leaf("ctc", level=level) if level else leaf("any")
    if excluded:
        begin = re.match(r"(?:,? ?(?:except|excluding)(?: from)?:? ?(?:non-originating )?(?:materials from |materials of )?)", excluded)
        tree = _excluded(excluded[begin.end() :], level) if begin and begin.end() else None
    if tree is None or not condition:
        return tree
    needed = conditions(condition)
    return None if needed is None else all_of([tree, needed])


def no_change(text: str, conditions: Callable[[str], Tree | None]) -> Said | None:
    """ "No change required for ..., provided ...": what it is provided with, nothing else.

    Examples
    --------
    >>> no_change("No change in tariff classification required for <8703>, provided X", lambda text: {"test": text}).needs
    {'test': 'X'}
    """
    found = re.match(r"No change in tariff classification (?:is )?required(?: for (?P<goods>.+?))?" + _PROVIDED, text, re.DOTALL)
    if found is None:
        return None
    needs = conditions(text[found.end() :])
    return None if needs is None else Said(found["goods"] or "a good", needs)


def within(text: str) -> Tree | None:
    """A change that may come from inside the heading itself, under a ceiling on what comes from there."""
    found = re.fullmatch(
        rf"A change from within (?:this|any one of these) (?P<level>{_ANY_LEVEL})s?,? {_ELSEWHERE} {_ANY_LEVEL},?{_PROVIDED}"
        rf"the value of non-originating materials {_SAME_LEVEL} does not exceed {PCT} of {TRANSACTION}",
        text.strip(" ."),
    )
    if found is None:
        return _within_any(text)
    level = _LEVELS[found["level"]]
    return leaf("however", rule=leaf("ctc", level=level), relax=leaf("allow", of=f"same_{level}", pct=number(found["pct"])))


def _within_any(text: str) -> Tree | None:
    """A change from the heading itself or from others: from anything the text does not except."""
    found = re.fullmatch(
        r"A change from within (?:this|the same|any one of these) (?:sub-?heading|heading)s? or any other (?:sub-?heading|heading)"
        r"(?:,? except from (?P<less>.+))?",
        text.strip(" ."),
    )
    if found is None:
        return None
    return _excluded(found["less"], None) if found["less"] else leaf("any")


def abbreviated(text: str, conditions: Callable[[str], Tree | None]) -> Tree | None:
    """ "CTH ...": the level in letters, an explanation, then exceptions and conditions.

    Examples
    --------
    >>> abbreviated("CTH All non-originating materials used have undergone a change at the 4-digit level (tariff heading).", lambda text: None)
    {'test': 'ctc', 'level': 'heading'}
    """
    found = re.match(
        r"(?P<word>CC|CTH|CTSH)\b:?"
        r"(?: All non-originating materials used.+?(?:have|has) undergone a change.*? at the [246]-digit level \((?:tariff )?\w+\))?",
        text,
    )
    if found is None:
        return None
    rest = text[found.end() :].strip(" .")
    rest = re.sub(r"^(?:\[with clause to revert if required\]|- within the limits of the applicable annual quota)", "", rest)
    also = re.match(r",? ?(?:and|in which) (?:a )?(?P<more>.+)$", rest, re.DOTALL)
    level = _ABBR[found["word"]]
    if also:
        needed = conditions(also["more"])
        return None if needed is None else all_of([leaf("ctc", level=level), needed])
    return _rest(rest if not rest or rest.startswith(",") else f" {rest}", level, conditions)


def materials_of_any(text: str, conditions: Callable[[str], Tree | None]) -> Tree | None:
    """ "Manufacture from materials of any heading", then exceptions and conditions.

    Examples
    --------
    >>> materials_of_any("Production from material of any heading, except that of the good and of <8503>", lambda text: None)
    {'test': 'ctc', 'level': 'heading', 'except': [['8503', '8503']]}
    >>> materials_of_any("Manufacture from materials of any heading", lambda text: None)
    {'test': 'any'}
    """
    found = re.match(
        rf"(?:Manufacture|Production)(?: in which {_ALL_WITHIN})?:?\s*(?:- )?(?:from )?(?:non-originating )?"
        r"(?:(?P<named>wood)|materials?) (?:of|from) any (?P<level>sub-?heading|heading|chapter)",
        text,
    ) or re.match(
        rf"Other operations in which {_ALL_WITHIN} a (?P<level>heading)(?P<named>) other than (?=that of the product)",
        text,
    )
    if found is None:
        return None
    rest = text[found.end() :].strip(" .")
    if text.startswith("Other operations"):
        rest = f", except {rest}"
    cut = re.search(r",?\s(?:- )?(?:and\s+)?(?:- )?in which:?\s+|" + _PROVIDED, f" {rest}")
    head, condition = (f" {rest}"[: cut.start()].strip(), f" {rest}"[cut.end() :]) if cut else (rest, "")
    level = _LEVELS[found["level"]]
    tree = _head(head.strip(" ,"), level)
    if tree is None or not condition:
        return tree
    needed = conditions(condition)
    return None if needed is None else all_of([tree, needed])


def _head(head: str, level: str) -> Tree | None:
    """Exceptions of the second manner; "that of the product" makes it a change at the level named."""
    head = re.sub(r"^(?:,? ?including other materials of <[0-9]+>|,? ?including (?:that|those) of the product)$", "", head)
    head = re.sub(r",? and$", "", head)
    if not head:
        return leaf("any")
    found = re.fullmatch(r"except (?:from )?(?P<own>that of the (?:product|good))?(?P<more>.*)", head, re.DOTALL)
    if found is None:
        return None
    more = re.sub(r"^(?:,? ?and )?(?:except )?(?:of )?(?:those of )?(?:the )?(?:materials of )?", "", found["more"].strip())
    own = level if found["own"] else None
    if not more:
        return leaf("ctc", level=level) if own else None
    return _excluded(more, own)


def from_materials(text: str, conditions: Callable[[str], Tree | None]) -> Tree | None:
    """ "Manufacture from semi-finished materials of ...", "... from worked slate".

    Examples
    --------
    >>> from_materials("Manufacture from semi-finished materials of <7207>", lambda text: None)
    {'test': 'from_materials', 'hs': [['7207', '7207']], 'words': 'semi-finished materials'}
    """
    found = re.match(r"(?:Manufacture|Production) from:? (?:non-originating )?", text)
    if found is None:
        return None
    rest, condition = text[found.end() :].strip(" ."), ""
    cut = re.search(_PROVIDED, rest)
    if cut:
        rest, condition = rest[: cut.start()], rest[cut.end() :]
    coded = re.fullmatch(
        r"(?:(?P<words>ingots or other primary forms or semi-finished|semi-finished) )?"
        rf"materials of (?P<hs>{CODE}(?:(?:,| and| or|, or|, and)? ?{CODE})*)",
        rest,
    )
    if coded:
        words = {"semi-finished": "semi-finished materials", None: None}.get(coded["words"], "ingots, other primary forms or semi-finished materials")
        tree = leaf("from_materials", hs=ranges(coded["hs"]), words=words)
    else:
        entry = names.material(rest)
        if entry is None:
            return None
        tree = leaf("from_materials", **entry)
    if not condition:
        return tree
    needed = conditions(condition)
    return None if needed is None else all_of([tree, needed])
