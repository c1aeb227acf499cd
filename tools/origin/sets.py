"""One published rule set to the groups of goods it speaks of, each with its alternatives; what the data lost is put back.

Put back are: limbs b), c) of a list that stand as rules of their own; an "or" that was dropped between alternatives; the start
of another group of goods that looks like one more alternative; a rule for one exporter inside the rule for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tools.origin import names
from tools.origin.grammar import requirement
from tools.origin.trees import Tree, all_of, any_of, leaf
from tools.origin.wording import CODE, marked, plain

_ORPHAN = re.compile(r"(?:- )?(?:[b-h]|[ivx]{2,4})\) |\((?:ii|iii|iv)\) ")
_STATEMENT = re.compile(r"(?:A change to |No change in tariff classification )")
_JOINT = re.compile(r"Where more than one product-specific rule is applicable")
_APPENDIX = re.compile(r"See also Appendix 1")
_ONE_EXPORTER = re.compile(r"For originating goods of <[0-9]+> imported from (?P<country>\w+), the product specific rule is:")
_GOES_ON = re.compile(r"(?:However|and|provided|Followed in (?:both|all) cases|in which)\b")


@dataclass
class Group:
    """Goods of one set and what they need.

    ``goods`` is the phrase as printed ("a good", "any other good", "outdoor furniture"); ``unread`` holds wording that the grammar
    could not read, each with a `fact` in its place in ``needs``.
    """

    goods: str
    kind: str
    alternatives: list[Tree] = field(default_factory=list)
    joint: bool = False
    appendix: bool = False
    exporter: str = ""
    unread: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    @property
    def needs(self) -> Tree:
        """The alternatives as one tree."""
        return any_of(self.alternatives)


def statements(rules: list[dict[str, Any]]) -> list[tuple[str, str, str, list[str]]]:
    """``(operator, text, exporter, repairs)`` of each statement of a set, with lost limbs attached and joined statements parted.

    Examples
    --------
    >>> limbs = [("No change ... not less than: - a) **30%** under X.", None), ("- b) **40%** under Y.", "or")]
    >>> rules = [{"rule": text, "operator": operator} for text, operator in limbs]
    >>> [text for _, text, _, _ in statements(rules)]
    ['No change ... not less than: - a) 30% under X.\\n- b) 40% under Y.']
    """
    whole: list[tuple[str, str, list[str]]] = []
    for rule in rules:
        text, operator = marked(plain(str(rule["rule"] or ""))), str(rule.get("operator") or "")
        if whole and _ORPHAN.match(text):
            last = whole[-1]
            whole[-1] = (last[0], f"{last[1]}\n{text}", [*last[2], "orphan limb"])
        elif whole and _GOES_ON.match(text) and not operator:
            last = whole[-1]
            whole[-1] = (last[0], f"{last[1].rstrip('. ')}{'.' if text.startswith('However') else ''} {text}", [*last[2], "continuation"])
        elif text or not whole:
            whole.append((operator, text, [] if operator or not whole else ["lost operator"]))
    found: list[tuple[str, str, str, list[str]]] = []
    for operator, text, repairs in whole:
        exporter, joined = "", operator
        lines: list[str] = []
        for line in text.split("\n"):
            one = _ONE_EXPORTER.match(line)
            if one or (_STATEMENT.match(line) and lines):
                if lines:
                    found.append((joined, "\n".join(lines), exporter, repairs))
                    joined = "or" if re.search(r"\bor$", lines[-1].strip(" .")) and not one else "next"
                    found[-1] = (found[-1][0], re.sub(r",? or$", "", found[-1][1].strip(" ")), exporter, repairs)
                exporter = one["country"] if one else exporter
                lines = [] if one else [line]
            else:
                lines.append(line)
        if lines:
            found.append((joined, "\n".join(lines), exporter, repairs))
    return found


def kind_of(goods: str) -> str:
    """``all``, ``other`` or ``named``, by the phrase for the goods.

    Examples
    --------
    >>> kind_of("a good of <870380>"), kind_of("any other good of <940360>"), kind_of("outdoor furniture of <940360>")
    ('all', 'other', 'named')
    """
    phrase = re.sub(rf" of {CODE}(?:(?:,| or| and|, or) {CODE})*$", "", goods.strip(" ,."))
    if phrase in ("a good", "goods", "the good", "a product"):
        return "all"
    return "other" if phrase in ("any other good", "any other goods") else "named"


def unread(where: str, number: int) -> Tree:
    """A question in our words for a requirement the grammar could not read."""
    question = f"Is requirement {number} of the published rule for {where} met? It is worded beyond the tests held here: read it there."
    key = f"text_{re.sub(r'[^0-9a-z]+', '_', where.lower()).strip('_')}_{number}"
    return leaf("fact", key=key, question=question, needs_text=True)


def groups(rules: list[dict[str, Any]], where: str) -> list[Group]:
    """The groups of goods of one set, in order.

    Examples
    --------
    >>> rules = [{"rule": "A change to outdoor furniture of <9403> from any other heading.", "operator": None},
    ...          {"rule": "A change to any other good of <9403> from any other chapter.", "operator": None}]
    >>> [(g.kind, g.needs["level"]) for g in groups(rules, "9403")]
    [('named', 'heading'), ('other', 'chapter')]
    """
    found: list[Group] = []
    said_by_all = statements(rules)
    joint = any(_JOINT.search(text) for _, text, _, _ in said_by_all)
    for number, (operator, text, exporter, repairs) in enumerate(said_by_all, 1):
        said = requirement(text)
        if said is None:
            printed = re.match(
                r"(?:A change to|No change in tariff classification required for) (?P<goods>.+?)(?: from any other|,? provided)", text, re.DOTALL
            )
            goods, needs = (printed["goods"] if printed else "a good"), unread(where, number)
        else:
            goods, needs = said.goods, said.needs
        kind = kind_of(goods)
        group = next((g for g in reversed(found) if _same(g, goods, kind, exporter)), None)
        if group is None and kind == "named" and found and found[-1].kind == "all" and operator == "or" and said is not None:
            # An alternative open to part of the goods only: that they are such goods is one more condition.
            entry = names.good(goods)
            if entry and len(entry["when"]) == 1:
                ((key, value),) = entry["when"].items()
                question = f"Does this describe the good: {entry['words']}?"
                needs, group = all_of([leaf("fact", key=key, value=None if value else False, question=question), needs]), found[-1]
        if group is None:
            group = Group(goods, kind, exporter=exporter, joint=joint)
            found.append(group)
        elif not operator and not _STATEMENT.match(text):
            group.repaired.append("lost or")
        group.appendix |= bool(_APPENDIX.search(text))
        group.alternatives.append(needs)
        group.repaired += repairs
        if said is None:
            group.unread.append(text)
    return found


def _same(group: Group, goods: str, kind: str, exporter: str) -> bool:
    if group.kind != kind or group.exporter != exporter:
        return False
    if kind != "named":
        return True
    mine, theirs = names.good(group.goods), names.good(goods)
    return group.goods == goods or (mine is not None and theirs is not None and mine.get("when") == theirs.get("when"))
