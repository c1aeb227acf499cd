"""What the lists say in amounts: values, regional value content, weights, and materials that must be wholly obtained."""

from __future__ import annotations

import re

from tools.origin import names
from tools.origin.trees import Tree, all_of, any_of, leaf, number
from tools.origin.wording import CODE, ranges

PCT = r"(?P<pct>[0-9]+(?:\.[0-9]+)?)%"
_LIST = rf"{CODE}(?:(?:,| and| or|, and|, or|;| and of|, of)? ?(?:the )?{CODE})*"
_PRICE = r"(?:the )?ex-?works? price(?: \(EXW\))?(?: of the (?P<whole>product|good|set)s?)?|EXW(?: of the (?:product|good))?"
TRANSACTION = r"the transaction value or(?: the)? ex-?works price of the (?:product|good)"
_VALUE = r"the value of the good"
_BASE = rf"(?P<base>{TRANSACTION}|{_PRICE}|{_VALUE})"
_AFTER = re.compile(
    r" containing more than [0-9]+% by dry weight of milk solids| incorporating two or more of the following: .+?(?=,? or [a-z ]*assemblies|$)"
)
_FOB = r"of the Free on Board \(FOB\) cost"
_METHODS = {"build-down": "build_down", "build-up": "build_up", "net cost": "net_cost", "focused value": "focused"}


def items(text: str) -> tuple[list[list[str]], list[Tree]] | None:
    """A list of materials: those given by code alone, and those named within a code; None if a part is neither.

    A name binds the code it stands before and no other: "peaches of <080930>, <081010>" is peaches, and all of 0810.10.

    Examples
    --------
    >>> items("<0401-0406> or <03>")
    ([['0401', '0406'], ['03', '03']], [])
    >>> items("peaches of <080930>, <081010>")[0]
    [['081010', '081010']]
    >>> items("things nobody wrote down") is None
    True
    """
    text = text.strip(" ,.;")
    plain: list[list[str]] = []
    named: list[Tree] = []
    at = 0
    lead = re.compile(r"(?:[,;]? ?(?:or|and)\b ?|[,;] ?)?(?:from )?(?:of )?(?:the |those of |any )?(?:non-originating )?(?:materials? of )?")
    while at < len(text):
        begin = lead.match(text, at)
        start = begin.end() if begin else at
        bare = re.compile(CODE).match(text, start)
        if bare:
            plain += ranges(bare[0])
            at = bare.end()
            continue
        # The shortest stretch that is a named material.
        ends = [m.end() for m in re.finditer(CODE, text[start:])] or [len(text) - start]
        whole = names.material(text[start:])
        for end in ends:
            stretch = text[start : start + end]
            after = _AFTER.match(text, start + end)
            stretch += after[0] if after else ""
            entry = names.material(stretch)
            if entry is not None:
                named.append(entry)
                at = start + len(stretch)
                break
        else:
            if whole is None:
                return None
            named.append(whole)
            at = len(text)
    return (plain, named) if plain or named else None


def content(text: str) -> Tree | None:
    """Regional value content: one method, or limbs a), b), c) of which the exporter chooses one.

    Examples
    --------
    >>> content("30% under the build-up method")
    {'test': 'rvc', 'method': 'build_up', 'min_pct': 30}
    """
    text = text.strip(" .:")
    limbs = [limb.strip(" .,;") for limb in re.split(r"(?:^|\n| )(?:- )?[a-e]\) ", text) if limb.strip(" .,;:")]
    limbs = [re.sub(r",? or$", "", limb) for limb in limbs]
    found = [_limb(limb) for limb in limbs]
    return None if not found or None in found else any_of([f for f in found if f])


def _limb(text: str) -> Tree | None:
    text = re.sub(r"\s+", " ", text)
    both = re.fullmatch(rf"{PCT},? (?:whether )?using (?:either )?the build-up method or (?:the )?build-down method(?: \(RVC[0-9.]+\))?", text)
    fob = re.fullmatch(rf"{PCT} {_FOB} of the (?:good|product)s?", text)
    if fob:
        return leaf("rvc", method="build_down", min_pct=number(fob["pct"]), basis="FOB")
    if both:
        pct = number(both["pct"])
        return any_of([leaf("rvc", method="build_up", min_pct=pct), leaf("rvc", method="build_down", min_pct=pct)])
    of = r"(?: of (?:either )?the (?P<base>(?:ex-works price|free[- ]on[- ]board value|ex-works price or free-on-board value)))?"
    found = re.fullmatch(
        rf"{PCT}{of} under the (?P<method>build-down|build-up|net cost|focused value) method"
        r"(?: taking into account only the non-originating materials of (?P<only>.+))?",
        text,
    )
    if found is None:
        return None
    fields: Tree = {"method": _METHODS[found["method"]], "min_pct": number(found["pct"])}
    if found["only"]:
        counted = items(found["only"])
        if counted is None:
            return None
        fields |= {"hs": counted[0], "plus_named": counted[1]}
        if not counted[0]:
            fields["hs"] = None
    return leaf("rvc", **fields)


def value_limit(text: str, basis: str = "EXW") -> Tree | None:
    """A ceiling on the value of non-originating materials.

    Examples
    --------
    >>> value_limit("the value of the materials must not exceed 71% of the ex-works price")
    {'test': 'max_nom', 'pct': 71}
    """
    text = re.sub(r"\s+", " ", text.strip(" ."))
    text = re.sub(r"^(?:Manufacture|Production) in which ", "", text)
    maximum = re.fullmatch(
        rf"(?:A|The) maximum(?: value)? of (?:{PCT} of (?:{_PRICE}) is made up of non-originating (?:parts|materials)(?: \(MAXNOM\))?"
        rf"|non-originating materials(?: \(MaxNOM\))? cannot exceed (?P<pct2>[0-9.]+)% of (?:the )?ex-works price(?: \(EXW\))?(?: of the good)?)",
        text,
    )
    if maximum:
        return leaf("max_nom", pct=number(maximum["pct"] or maximum["pct2"]))
    found = re.fullmatch(
        rf"(?:the |their )?(?:total )?value(?: of (?P<what>.+?))? (?:does|do|must|shall) not exceed:? ?-? ?{PCT} of {_BASE}"
        rf"(?: or (?P<fob>[0-9.]+)% {_FOB})?(?: of the (?:product|good)s?)?",
        text,
    )
    if found is None:
        return None
    pct = number(found["pct"])
    scale = "VOG" if re.fullmatch(_VALUE, found["base"]) else "TV_OR_EXW" if re.fullmatch(TRANSACTION, found["base"]) else None
    fields: Tree = {"pct": pct, "basis": scale if scale != basis else None}
    what = re.sub(r" used(?: in production)?$", "", found["what"] or "")
    if found["fob"]:
        # Two ceilings on two bases, of which the exporter may choose one.
        other = value_limit(text.replace(f" or {found['fob']}% of the Free on Board (FOB) cost", ""), basis)
        return None if other is None else any_of([other, other | {"pct": number(found["fob"]), "basis": "FOB"}])
    if re.fullmatch(r"(?:all )?(?:the |of the )?(?:non-originating )?materials?", what):
        return leaf("max_nom", **fields)
    if re.search(
        r"classified in the same (?:heading) as the (?:final )?product|of this heading$|of the same heading as the (?:final )?product", what
    ):
        return leaf("max_nom", **fields, of="same_heading")
    if re.search(r"classified in the same (?:subheading) as the (?:final )?product|of this subheading$", what):
        return leaf("max_nom", **fields, of="same_subheading")
    stem = re.sub(r"^(?:all )?(?:the )?(?:non-originating )?(?:materials? of )?", "", what)
    counted = items(stem)
    if counted is None:
        return None
    hs, named = counted
    if not hs and len(named) == 1:
        return leaf("max_nom", **fields, of="named", **named[0])
    return leaf("max_nom", **fields, of="hs", hs=hs, plus_named=named) if hs else None


def weight_limit(text: str) -> Tree | None:
    """A ceiling on the weight of non-originating materials.

    Examples
    --------
    >>> weight_limit("the weight of sugar does not exceed 21% of the weight of the good")
    {'test': 'max_weight', 'pct': 21, 'mode': 'sum', 'hs': [['1701', '1702']], 'named': 'sugar', 'words': 'sugar'}
    """
    text = re.sub(r"\s+", " ", re.sub(r"\(see Note [0-9.]+ in Part [0-9]+ of this Schedule\) ?", "", text).strip(" .,"))
    found = re.fullmatch(
        r"(?:the )?(?P<how>individual |total combined |combined |total |net |dry )*(?:weight of )?(?P<what>.+?)(?: used(?: in production)?)?"
        rf" does not exceed {PCT} (?:by (?P<dry>dry )?weight |of the (?:total |net )?weight )?of (?P<base>.+)",
        text,
    )
    if found is None or "weight" not in text:
        return None
    pct, what = number(found["pct"]), re.sub(r"^(?:all )?the (?=materials|sugar)", "", found["what"])
    base = re.sub(r" used(?: in the preparation of the good)?$", "", found["base"])
    extra: Tree = {"dry": True if found["dry"] or text.startswith(("dry", "the dry")) else None}
    if not re.fullmatch(r"(?:the )?(?:final )?(?:product|good)s?", base):
        over = items(re.sub(r"^(?:all )?the ", "", base))
        if over is None or over[1]:
            return None
        extra["base"] = over[0]
    # "sugar and of the materials of <04>": two things, each by itself or both together.
    parts = re.split(r" and (?:of )?(?=the materials|the sugar|materials)", what)
    mode = "individual" if "individual" in text.split("weight")[0] else "combined" if "combined" in text.split("weight")[0] else "sum"
    groups = [_weighed(part) for part in parts]
    if None in groups:
        return None
    hs = [r for group in groups if group for r in group[0]]
    name = groups[0][1] if groups[0] and len(groups) == 1 else {}
    split = [group[0] for group in groups if group] if mode == "individual" and len(groups) > 1 else None
    return leaf("max_weight", pct=pct, mode=mode, hs=hs, groups=split, **name, **extra)


def _weighed(part: str) -> tuple[list[list[str]], Tree] | None:
    counted = items(re.sub(r"^(?:all )?(?:the )?(?:non-originating )?(?:materials? of )?", "", part))
    if counted is None:
        return None
    hs, named = counted
    if named and (hs or len(named) > 1):
        return None
    return (named[0]["hs"], {"named": named[0]["named"], "words": named[0]["words"]}) if named else (hs, {})


def weight_floor(text: str) -> Tree | None:
    """A share by weight that must originate or be wholly obtained.

    Examples
    --------
    >>> weight_floor("at least 10% by weight of all materials of <24> used is wholly obtained")["base"]
    [['24', '24']]
    """
    text = re.sub(r"\s+", " ", text.strip(" ."))
    found = re.fullmatch(
        rf"at least {PCT} by weight of (?:all )?(?:the )?materials of (?P<base>{_LIST}) used (?:is|are) wholly obtained(?: (?P<what>.+))?", text
    )
    if found:
        part = names.material(found["what"]) if found["what"] else None
        if found["what"] and part is None:
            return None
        return leaf("min_weight", pct=number(found["pct"]), base=ranges(found["base"]), state="wo", **(part or {"hs": ranges(found["base"])}))
    found = re.fullmatch(rf"(?:not less than|at least) {PCT} by (?P<dry>dry )?weight of the (?P<what>.+?)(?: used)? is originating", text)
    part = names.material(found["what"]) if found else None
    if found is None or part is None:
        return None
    dry = True if found["dry"] else None
    return leaf("min_weight", pct=number(found["pct"]), base=part["hs"], state="originating", dry=dry, **part)


def wholly_obtained(text: str) -> Tree | None:
    """Materials, or the good itself, that must be wholly obtained.

    Examples
    --------
    >>> wholly_obtained("all the materials of <03> used are wholly obtained")
    {'test': 'wo_materials', 'hs': [['03', '03']]}
    >>> wholly_obtained("All the animals of <01> are wholly obtained")
    {'test': 'wo', 'scope': 'good'}
    """
    text = re.sub(r"\s+", " ", text.strip(" ."))
    text = re.sub(r" in the country or territory$", "", text)
    text = re.sub(r"^None if all", "All", text).replace("shall be wholly", "are wholly")
    if re.fullmatch(r"All goods must be wholly obtained|(?:The )?(?:good|product)s? (?:is|are|must be) wholly obtained|Wholly obtained", text):
        return leaf("wo", scope="good")
    found = re.fullmatch(
        r"(?P<maker>(?:Manufacture|Production) in which )?[Aa]ll (?:the )?(?P<what>.+?)(?P<used> used)? (?:are|is) wholly obtained", text
    )
    if found is None:
        return None
    what = re.sub(r"^(?:non-originating )?materials? of ", "", found["what"])
    if not found["used"] and not found["maker"] and not found["what"].startswith("materials"):
        # "All the animals are wholly obtained": the goods of the position themselves.
        return leaf("wo", scope="good")
    counted = items(what)
    if counted is None:
        return None
    hs, named = counted
    parts = ([leaf("wo_materials", hs=hs)] if hs else []) + [leaf("wo_materials", **n) for n in named]
    return all_of(parts)
