"""The grammar of rule wording: one requirement of a published list to one tree, or None where it cannot be read."""

from __future__ import annotations

import re

from tools.origin import names
from tools.origin.amounts import PCT, content, items, value_limit, weight_floor, weight_limit, wholly_obtained
from tools.origin.changes import Said, abbreviated, change_to, from_materials, materials_of_any, no_change, within
from tools.origin.trees import Tree, all_of, any_of, leaf, number
from tools.origin.working import chemistry, process

_CEILING = rf"provided that their total value does not exceed {PCT} of the ex-works? price(?: \(EXW\))? of the"
_OTHERS = "non-originating articles may be incorporated"
_SET = re.compile(
    rf"Each item in the set (?:must|shall) satisfy the rule .*included in the set(?:\. However, {_OTHERS})?,?"
    rf" (?:provided that {_OTHERS}, )?{_CEILING} set"
)
_CONTENT = re.compile(
    r"(?:there is |The good has |Your goods contain )?(?:an? )?"
    r"(?:regional value content|QVC|Regional Value Content \(RVC\)(?: as calculated under .+?)?)"
    r" of (?:not less than|at least):?\s?",
    re.IGNORECASE,
)


def conditions(text: str) -> Tree | None:
    """What follows "provided that" or "in which": one condition, or a list of which all must hold.

    Examples
    --------
    >>> text = "- all the materials of <02> used are wholly obtained\\n- the value of the materials must not exceed 2% of the ex-works price"
    >>> conditions(text)["all_of"][0]
    {'test': 'wo_materials', 'hs': [['02', '02']]}
    """
    text = text.strip(" .,")
    if _CONTENT.match(text):
        return condition(text)
    parts = [re.sub(r",? (?:and)?$", "", p.strip(" .,")).strip(" .,") for p in re.split(r"(?:^|\n)- (?:[a-e]\) )?", text)]
    parts = [re.sub(r"^and (?=the|all)", "", re.sub(r",? and$", "", p)) for p in parts if p]
    found = [condition(p) for p in parts]
    if len(parts) == 1 and found[0] is None:
        # "the value of A does not exceed ..., and the weight of B ..." on one line
        parts = re.split(r",? and (?=(?:in which )?(?:the (?:total |individual )?(?:value|weight)|all the materials|not less than))", text)
        found = [condition(p) for p in parts] if len(parts) > 1 else found
    return None if not found or None in found else all_of([f for f in found if f])


def condition(text: str) -> Tree | None:
    """One condition."""
    text = text.strip(" .,")
    begin = _CONTENT.match(text)
    if begin and content(text[begin.end() :]) is not None:
        return content(text[begin.end() :])
    flat = re.sub(r"\s+", " ", text)
    for read in (names.fact, value_limit, weight_limit, weight_floor, wholly_obtained, process):
        found = read(flat)
        if found is not None:
            return found
    return None


def however(tree: Tree, text: str) -> Tree | None:
    """A sentence that begins with "However": what it allows beyond the rule, or forbids within it.

    Examples
    --------
    >>> however({"test": "ctc", "level": "heading"}, "materials of the same subheading as the good may be used")["relax"]
    {'test': 'allow', 'of': 'same_subheading'}
    """
    text = re.sub(r"\s+", " ", text.strip(" .,:-"))
    cap = re.search(rf",? {_CEILING} (?:product|good|set)", text)
    pct = number(cap["pct"]) if cap else None
    bare = (text[: cap.start()] + text[cap.end() :]).strip(" .") if cap else text
    same = re.fullmatch(r"(?:non-originating )?materials of the same (?P<level>sub-?heading|heading) as the (?:product|good) may be used", bare)
    if same:
        return leaf("however", rule=tree, relax=leaf("allow", of=f"same_{same['level'].replace('-', '')}", pct=pct))
    forbidden = re.fullmatch(r"(?P<what>.+) may not be used", bare)
    if forbidden and tree.get("test") in ("ctc", "any"):
        entry = names.material(forbidden["what"])
        return None if entry is None else tree | {"except_named": [*tree.get("except_named", []), entry]}
    only = re.fullmatch(r"(?:non-originating )?materials of (?P<what>.+?) may be used only if a re-tanning operation .+ takes place", bare)
    if only and tree.get("test") == "ctc":
        listed = items(only["what"])
        tanned = leaf("process", all=[{"any": ["re_tanning"], "count": 1, "of": "tanned hides in the dry state"}])
        if listed is None or listed[1]:
            return None
        return any_of([tree | {"except": [*tree.get("except", []), *listed[0]]}, all_of([tree, tanned])])
    # "... may be used. Jute fabric may be used as a backing."
    sentences = re.split(r"(?<=[a-z])\. (?=[A-Z])", bare)
    if len(sentences) > 1:
        first = however(tree, sentences[0] + (text[cap.start() : cap.end()] if cap else ""))
        return None if first is None else however(first, sentences[1])
    allowed = re.fullmatch(r"(?:non-originating )?(?P<what>.+?) may be (?:used|incorporated)(?: into the set| as a backing)?", bare)
    if allowed:
        entry = names.material(allowed["what"]) or (names.material(allowed["what"].split(",")[0].split(".")[0]) if "polypropylene" in bare else None)
        return None if entry is None else leaf("however", rule=tree, relax=leaf("allow", of="named", pct=pct, **entry))
    limit = value_limit(re.sub(r"must not exceed", "does not exceed", text))
    return None if limit is None else all_of([tree, limit])


def requirement(text: str) -> Said | None:
    """One requirement, alternatives inside it included.

    Parameters
    ----------
    text : str
        Plain, marked wording (see `wording`).

    Examples
    --------
    >>> requirement("Production from material of any chapter, except that of the good.").needs
    {'test': 'ctc', 'level': 'chapter'}
    >>> requirement("To be decided by the committee.") is None
    True
    """
    text = _tidy(text)
    parted = re.split(r"[.,:]?\s*\b[Hh]owever\b[,:]?\s*", text, maxsplit=1)
    if len(parted) == 2 and not text.startswith("Each item"):
        base = requirement(parted[0])
        tree = however(base.needs, parted[1]) if base else None
        return Said(base.goods, tree) if base and tree else None
    whole = _one(text)
    if whole is not None:
        return whole
    pieces = [p for p in re.split(r"(?:,|;)? or\s*\n|\n\s*or\s+|(?<!,) or (?=[A-Z][a-z-]+ )", text) if p.strip()]
    if len(pieces) > 1:
        found = [requirement(p) for p in pieces]
        if all(found):
            said = [f for f in found if f]
            return Said(said[0].goods, any_of([f.needs for f in said]))
    return None


def _tidy(text: str) -> str:
    text = text.strip(" .\n")
    text = re.sub(r"\s*\((?:for special conditions|see (?:also )?Note|see (?:also )?Introductory Note)[^)]*\)", "", text)
    text = re.sub(r"\n(?:For special conditions relating to [a-z ]* of a mixture|See also Appendix|See Introductory Note)[^\n]*", "", text)
    text = re.sub(r"\bmaking up\b", "making-up", text, flags=re.IGNORECASE)
    text = re.sub(r"\nNote: [^\n]*", "", text)
    return re.sub(r"^or (?=[a-zA-Z])", "", text)


def _one(text: str) -> Said | None:
    flat = re.sub(r"\s+", " ", text)
    said = change_to(text, conditions) or no_change(text, conditions)
    if said is not None:
        return said
    found = _SET.fullmatch(flat.strip(" ."))
    if found:
        return Said("a good", leaf("max_nom", pct=number(found["pct"])))
    fibres = re.fullmatch(r"(?P<base>.+?)\. Only the following fibres may be used:(?P<rest>.+)", flat)
    if fibres:
        base = _one(fibres["base"])
        question = "Are the yarns limited to the special technical yarns the list names (coir, aramid, PTFE, coated polyamide, glass, copolyester)?"
        return Said(base.goods, all_of([base.needs, leaf("fact", key="only_listed_technical_yarns", question=question)])) if base else None
    included = re.fullmatch(r"Manufacture in which one of .* operations is included: ?(?P<op>.+)", flat)
    tree = (
        (process(included["op"]) if included else None)
        or within(flat)
        or abbreviated(text, conditions)
        or materials_of_any(text, conditions)
        or from_materials(flat, conditions)
        or condition(text)
        or in_which(text)
        or chemistry(flat)
    )
    return None if tree is None else Said("a good", _petroleum(tree))


def in_which(text: str) -> Tree | None:
    """ "Manufacture in which: - ... and - ..."."""
    found = re.match(r"(?:Manufacture|Production)(?: in which|:\s*-? ?in which)?:?\s+(?:- )?", text)
    return conditions(text[found.end() - (2 if found[0].endswith("- ") else 0) :]) if found else None


def _petroleum(tree: Tree) -> Tree:
    """Refining "or specific processes": the group, or an answer for those bound to one heading."""
    if tree.get("test") == "process" and any(isinstance(s, dict) and s.get("any") == "petroleum" for s in tree["all"]):
        question = "Was one of the specific processes of Note 8 carried out that the list allows for this heading alone?"
        return any_of([tree, leaf("fact", key="specific_petroleum_process", question=question)])
    return tree
