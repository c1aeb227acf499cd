"""What the lists say in operations: spinning accompanied by weaving, printing with two finishing operations, re-tanning.

"Accompanied by" binds closer than "or", unless the list says "in each case", sets a comma before it, or both alternatives lack
what stands behind it: then it belongs to every alternative. Where the two readings differ the stricter one is taken.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import yaml
from tools.origin import names
from tools.origin.amounts import value_limit
from tools.origin.trees import Tree, all_of, any_of, leaf

Steps = list[Any]
_WITH = r",? (?:accompanied (?:by|with)|combined with|followed by)(?: either)? "
_CAP = re.compile(
    r",? provided,? that (?P<cap>the (?:total )?value of .+? (?:does|do) not exceed [0-9.]+% of the"
    r" (?:transaction value or )?ex-?works? price(?: \(EXW\))?(?: or [0-9.]+% of the Free on Board \(FOB\) cost)?(?: of the \w+)?)"
)
_SHAPED = r"cut (?:or|\(or) knit to shape\)?(?:, or both,?)?"
_HERE = r" in the territory of (?:[a-z ]*the Parties|a Party)"
_SEWN = rf"(?:the )?(?:good|product) is (?:both )?{_SHAPED} and sewn or otherwise assembled(?:{_HERE})?"


@functools.cache
def _words() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "working.yaml").read_text("utf-8"))
    return data


@functools.lru_cache(4096)
def _operation(text: str) -> Any:
    """A step for the name of one operation, None for words that are none."""
    text = re.sub(r"^(?:by|with|the|any) ", "", text.strip(" ,."))
    for entry in _words()["operations"]:
        if re.fullmatch(entry["match"], text, re.IGNORECASE):
            ops, count = entry["ops"], entry.get("count", 1)
            if isinstance(ops, list) and len(ops) == 1 and count == 1 and "from" not in entry and "of" not in entry:
                return ops[0]
            step: Tree = {"any": ops, "count": count}
            if "of" in entry:
                step["of"] = entry["of"]
            if "from" in entry:
                step["hs"] = names.codes(entry["from"])
            return step
    return None


def _choice(text: str) -> Any:
    """One step of which several operations will do: "dyeing, flocking or by coating"."""
    whole = _operation(text)
    if whole is not None:
        return whole
    words = [w for w in re.split(r", or |, | or ", text) if w]
    steps = [_operation(w) for w in words]
    if not steps or None in steps:
        return None
    plain = [s for s in steps if isinstance(s, str)]
    if len(plain) < len(steps):
        return None
    return plain[0] if len(plain) == 1 else {"any": plain, "count": 1}


def _chain(text: str) -> Steps | None:
    """Steps joined by "and": "weaving or knitting and making-up"."""
    whole = _choice(text)
    if whole is not None:
        return [whole]
    parts = re.split(r",? and (?=making-up|knitting|weaving|sewn)", text)
    steps = [_choice(part) for part in parts]
    return None if len(parts) == 1 or None in steps else steps


def _ops(step: Any) -> set[str]:
    if isinstance(step, str):
        return {step}
    return {step["any"]} if isinstance(step.get("any"), str) else set(step.get("any", ()))


def _alternatives(text: str) -> list[Steps] | None:
    """Every way a phrase offers, each as its ordered steps."""
    text = text.strip(" ,.")
    case = re.split(r",? in each case,? accompanied by ", text)
    if len(case) == 2:
        left, right = _lefts(case[0]), _chain(case[1])
        return None if left is None or right is None else [steps + right for steps in left]
    parts = re.split(_WITH, text)
    if len(parts) == 1:
        chain = _chain(text)
        if chain is not None:
            return [chain]
        return _split(text)
    if len(parts) > 2:
        return _split(text) or _long(parts)
    comma = bool(re.search(rf",{_WITH[2:]}", text))
    tail = _chain(parts[1])
    if tail is None:
        return _split(text)
    lefts = _lefts(parts[0])
    if lefts is None:
        return None
    own = set().union(*(_ops(s) for steps in lefts[:-1] for s in steps)) if len(lefts) > 1 else set()
    if not comma and own & set().union(*(_ops(s) for s in tail)):
        # "spinning of X or extrusion of Y accompanied by spinning": the tail belongs to the last alternative alone.
        return [*lefts[:-1], lefts[-1] + tail]
    return [steps + tail for steps in lefts]


def _long(parts: list[str]) -> list[Steps] | None:
    """Three operations in a row: "printing accompanied by A accompanied by B"."""
    steps: Steps = []
    for part in parts:
        chain = _chain(part)
        if chain is None:
            return None
        steps += chain
    return [steps]


def _lefts(text: str) -> list[Steps] | None:
    chain = _chain(text)
    if chain is not None:
        return [chain]
    words = re.split(r",? or ", text)
    found = []
    for n in range(1, len(words)):
        head, rest = _chain(" or ".join(words[:n])), " or ".join(words[n:])
        natural = re.fullmatch(r"(?:the )?(?:use of )?natural fibres,?", rest)
        tail = [[{"any": [], "count": 0, "of": "natural fibres", "hs": names.codes("natural_fibres")}]] if natural else _lefts(rest)
        if head is not None and tail is not None:
            found = [head, *tail]
            break
    return found or None


def _split(text: str) -> list[Steps] | None:
    """Alternatives parted at an "or" both sides of which can be read."""
    for at in re.finditer(r",? or ", text):
        left, right = _alternatives(text[: at.start()]) if at.start() else None, None
        if left is not None:
            right = _alternatives(text[at.end() :])
        if left is not None and right is not None:
            return left + right
    return None


def process(text: str) -> Tree | None:
    """A tree for operations, with the ceiling on a material where one is set.

    Examples
    --------
    >>> process("Weaving or knitting accompanied by making-up (including cutting)")["all"]
    [{'any': ['weaving', 'knitting'], 'count': 1}, 'making_up']
    >>> [leaf["all"] for leaf in process("Knitting accompanied by printing or yarn dyeing accompanied by knitting")["any_of"]]
    [['knitting', 'printing'], [{'any': ['dyeing'], 'count': 1, 'of': 'yarn'}, 'knitting']]
    >>> process("Contemplation") is None
    True
    """
    text = re.sub(r"\s+", " ", text.strip(" ."))
    if re.fullmatch(_SEWN, text):
        return leaf("process", all=[{"any": ["cutting", "knitting_to_shape"], "count": 1}, {"any": ["sewing", "assembly"], "count": 1}])
    for entry in _words()["together"]:
        base, cap = _without_cap(text)
        if re.fullmatch(entry["match"], base, re.IGNORECASE):
            return _leaf([{"together": entry["ops"]}], cap) if cap != {} else None
    base, cap = _without_cap(text)
    if cap == {}:
        return None
    shape = bool(re.search(r" \(knitted to shape (?:product|good)s\)", base))
    base = re.sub(r" \((?:such as|knitted to shape|for special|see) [^)]*\)", "", base)
    base = re.sub(r",? ?\(?including cutting(?: of fabric)?\)?", "", base)
    before = re.fullmatch(r"(making-up),? preceded by (.+)", base, re.IGNORECASE)
    ways = _alternatives(before[2] if before else base)
    if ways is None:
        return None
    trees = []
    for steps in ways:
        ordered = _together(steps) + (["making_up"] if before else [])
        if shape:
            ordered = ["knitting_to_shape" if s == "knitting" else s for s in ordered]
        trees.append(_leaf(ordered, cap))
    return any_of(trees)


def _without_cap(text: str) -> tuple[str, Tree | None]:
    """The text without its ceiling, and the ceiling; an empty one where it could not be read."""
    found = _CAP.search(text)
    if found is None:
        return text, None
    limit = value_limit(found["cap"])
    rest = (text[: found.start()] + text[found.end() :]).strip()
    if limit is None:
        return rest, {}
    if limit.get("of") == "named":
        return rest, {k: limit[k] for k in ("pct", "named", "words", "hs")}
    return rest, {"pct": limit["pct"]} if limit.get("test") == "max_nom" and limit.get("of") is None and limit.get("basis") is None else {}


def _together(steps: Steps) -> Steps:
    """Finishing operations may come before or after what they accompany."""
    for n, step in enumerate(steps):
        if n and isinstance(step, dict) and step.get("any") == "finishing":
            return [*steps[: n - 1], {"together": [steps[n - 1], step]}, *steps[n + 1 :]]
    return steps


def _leaf(steps: Steps, cap: Tree | None) -> Tree:
    bare = [s for s in steps if not (isinstance(s, dict) and s.get("count") == 0)]
    only = [s for s in steps if isinstance(s, dict) and s.get("count") == 0]
    tree = leaf("process_with_cap", all=bare, cap=cap) if cap else leaf("process", all=bare)
    return all_of([tree, *(leaf("from_materials", hs=s["hs"], words=s["of"]) for s in only)])


def chemistry(text: str) -> Tree | None:
    """Operations of the chemical industry, any one of which will do.

    Examples
    --------
    >>> chemistry("Chemical reaction")
    {'test': 'chem', 'op': 'reaction'}
    """
    text = re.sub(r"^(?:A|An) | is undergone$", "", text.strip(" ."))
    found = []
    for part in re.split(r", or |, | or ", text):
        word = re.sub(r"^(?:a|an) ", "", part.strip())
        op = next((e["op"] for e in _words()["chemical"] if re.fullmatch(e["match"], word, re.IGNORECASE)), None)
        if op is None:
            return None
        found.append(leaf("chem", op=op))
    return any_of(found)
