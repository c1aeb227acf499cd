"""Open facts: what an open answer hangs on, which answer settles most, one sheet per supplier, and answers fed back.

A question is ranked by trying it out: the bill is decided again with each answer it can have. Where every answer, to one question
or to all of them together, leads to the same verdict, that is the verdict; nothing needs to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product as combinations
from typing import Any

from madein.origin.alike import told_apart
from madein.origin.decide import Court, once
from madein.origin.frame import codes_in
from madein.origin.model import Bill, Line, Number, Verdict, exact
from madein.origin.result import Decision, Depends, Explained, Question

_MOST_READINGS = 128
"""Combinations of answers that are tried out to see whether they all agree."""

_FEW_IMAGES = 4
"""Codes of a line that are tried one by one."""

_MOST_RANKED = 24
"""Questions that are tried out one by one."""


def settle(bill: Bill, court: Court, found: Decision, ranked: bool = True) -> Decision:
    """An open decision, settled where every reading agrees, and with its questions ranked where they do not.

    Parameters
    ----------
    bill, court
        What was decided.
    found : Decision
        The open decision of one pass.
    ranked : bool
        Whether questions are ranked, and told on which codes the answer depends; without it only the verdict is looked for.
    """
    low, high = once(bill, court, False, True), once(bill, court, True, True)
    # More originating materials never make a yes a no, so that the two ends stand for all that lies between.
    if low.verdict == high.verdict != "unknown":
        return _agreed(found, _told(bill, court, low, False), "whether or not the lines of unknown status originate")
    choices = [q for q in found.questions if q.choices and q.ask not in ("hs", "originating")]
    if choices and 2 ** len(choices) <= _MOST_READINGS:
        verdicts = set()
        last, tried = low, (bill, False)
        for answers in combinations(*(q.choices for q in choices)):
            told = answered(bill, dict(zip(choices, answers, strict=True)))
            for end in (False, True):
                last, tried = once(told, court, end, True), (told, end)
                verdicts.add(last.verdict)
                if len(verdicts) > 1 or "unknown" in verdicts:
                    break
            else:
                continue
            break
        if len(verdicts) == 1 and "unknown" not in verdicts:
            return _agreed(found, _told(tried[0], court, last, tried[1]), "whatever the answers to the open questions are")
    depends = depending(bill, court, found) if ranked else ()
    line = _only(depends) if ranked else _unanimous(bill, court, found)
    if line is not None:
        told = answered(bill, {Question("hs", line): _images(bill, court, line)[0]})
        return _agreed(found, once(told, court), f"whichever code line {line} has in the rule's edition")
    if not ranked:
        return found
    depends = tuple(d for d in depends if len(set(d.results.values())) > 1)
    questions = rank(bill, court, found.questions)
    because = found.because or ("hs_mapping" if depends else "")
    return replace(found, questions=questions, depends=depends, because=because)


def _told(bill: Bill, court: Court, quick: Decision, assume: bool) -> Decision:
    """A decision whose verdict is known, with all it rests on: of a good of many codes only some were looked at."""
    return once(bill, court, assume) if len(_images(bill, court, "")) > 1 else quick


def _only(depends: Sequence[Depends]) -> str | None:
    """The line all of whose codes lead to one verdict, where no other line's codes lead to any."""
    if len(depends) != 1 or len(set(depends[0].results.values())) > 1 or "unknown" in depends[0].results.values():
        return None
    return depends[0].line


def _unanimous(bill: Bill, court: Court, found: Decision) -> str | None:
    """The same as `_only` of `depending`, given up at the first two verdicts."""
    agreed: list[str] = []
    for line in _lines_open(found):
        verdicts: set[Verdict] = set()
        for _, verdict in _tried(bill, court, line):
            verdicts.add(verdict)
            if len(verdicts) > 1:
                return None
        if "unknown" not in verdicts:
            agreed.append(line)
    return agreed[0] if len(agreed) == 1 else None


def _agreed(found: Decision, like: Decision, why: str) -> Decision:
    state = like.verdict == "yes"
    note = Explained(f"the same answer {why}", state, "READINGS", children=(like.tree,))
    tree = Explained(found.tree.label, state, article=found.tree.article, children=(note, found.tree))
    return replace(like, tree=tree, figures={**like.figures, **found.figures})


def _images(bill: Bill, court: Court, line: str) -> tuple[str, ...]:
    edition = court.law.edition
    if not line:
        return codes_in(edition, bill.product.hs, bill.product.hs_edition, bill.product.hs_in)
    for one in bill.walk():
        if one.id == line:
            return codes_in(edition, one.hs, one.hs_edition, one.hs_in)
    return ()


def depending(bill: Bill, court: Court, found: Decision) -> tuple[Depends, ...]:
    """Lines whose code in the rule's edition decides: for each, what every image leads to.

    Each image of a line is tried out while the others stay as they are. Codes that lead to one verdict are put together under the
    shortest prefix that tells them apart; the verdict most images share stands under ``other``.
    """
    out = []
    for line in _lines_open(found):
        verdicts: dict[str, Verdict] = {}
        for alike, verdict in _tried(bill, court, line):
            verdicts.update(dict.fromkeys(alike, verdict))
        if len(set(verdicts.values())) == 1 and "unknown" in verdicts.values():
            continue
        verdicts = {code: verdicts[code] for code in _images(bill, court, line)}
        hs, edition = _code(bill, line)
        out.append(Depends(line, hs, edition, _prefixes(verdicts)))
    return tuple(out)


def _lines_open(found: Decision) -> list[str]:
    return list(dict.fromkeys(q.line for q in found.questions if q.ask == "hs" and len(q.choices) > 1))


def _tried(bill: Bill, court: Court, line: str) -> Iterator[tuple[list[str], Verdict]]:
    """The codes a line may have, those that no provision tells apart together, and the verdict each leads to.

    Codes of the good's own chapter come first: they most often lead elsewhere than the rest.
    """
    images = _images(bill, court, line)
    marks = told_apart(bill, court, line) if line and len(images) > _FEW_IMAGES else None
    groups: dict[object, list[str]] = {}
    for code in images:
        groups.setdefault(marks(code) if marks else code, []).append(code)
    own = {code[:2] for code in _images(bill, court, "")}
    for alike in sorted(groups.values(), key=lambda g: g[0][:2] not in own):
        yield alike, once(answered(bill, {Question("hs", line): alike[0]}), court, None, True).verdict


def _code(bill: Bill, line: str) -> tuple[str, str]:
    if not line:
        return bill.product.hs, bill.product.hs_edition
    one = next(o for o in bill.walk() if o.id == line)
    return one.hs, one.hs_edition


def _prefixes(verdicts: Mapping[str, Verdict]) -> dict[str, Verdict]:
    """Verdicts by the shortest prefix of code that tells them apart; the commonest one under ``other``.

    Examples
    --------
    >>> _prefixes({"851770": "no", "852990": "yes", "901380": "yes"})
    {'8517': 'no', 'other': 'yes'}
    """
    commonest = max(sorted(set(verdicts.values())), key=list(verdicts.values()).count)
    found: dict[str, Verdict] = {}
    for code, verdict in verdicts.items():
        if verdict == commonest:
            continue
        for n in (4, 6, len(code)):
            head = code[:n]
            if all(v == verdict for c, v in verdicts.items() if c.startswith(head)):
                found.setdefault(head, verdict)
                break
    return {**found, "other": commonest}


def rank(bill: Bill, court: Court, questions: Sequence[Question]) -> tuple[Question, ...]:
    """Questions, those first whose answers settle the case most often, then those that settle it with one of their answers."""
    scored: list[tuple[int, int, Question]] = []
    for n, question in enumerate(questions):
        settled = 0
        if question.choices and n < _MOST_RANKED and len(question.choices) <= 16:
            results = [once(answered(bill, {question: answer}), court, None, True).verdict for answer in question.choices]
            settled = sum(r != "unknown" for r in results) * 100 // len(results)
        scored.append((-settled, n, question))
    return tuple(q for _, _, q in sorted(scored, key=lambda s: s[:2]))


def by_supplier(questions: Iterable[Question]) -> dict[str, tuple[Question, ...]]:
    """Questions by who can answer them: the producer of the line, "" for the maker of the good. One sheet each.

    Examples
    --------
    >>> by_supplier([Question("originating", "3", supplier="Mill"), Question("fact", key="embroidered")])["Mill"][0].line
    '3'
    """
    sheets: dict[str, list[Question]] = {}
    for question in questions:
        sheets.setdefault(question.supplier, []).append(question)
    return {who: tuple(asked) for who, asked in sheets.items()}


_FIELDS = {
    "originating": "originating", "proof": "proof", "wholly_obtained": "wholly_obtained", "bought": "bought", "elastomeric": "elastomeric",
    "value": "value", "weight": "weight_pct", "textiles": "basic_textiles", "processes": "processes",
}  # fmt: skip
"""Field of a line that the answer to a question fills."""


def answered(bill: Bill, answers: Mapping[Question, Any]) -> Bill:
    """The bill with answers to questions filled in; a new one, the old stays as it is.

    Parameters
    ----------
    bill : Bill
        The bill the questions were asked about.
    answers : mapping of Question to answer
        True or False, a code, a number, a tuple of processes or of basic textile materials: what the question asks for.

    Raises
    ------
    ValueError
        If no line has the number of a question, or an answer is of another kind than the question asks for.

    Examples
    --------
    >>> from madein.origin.model import Product
    >>> bill = Bill(Product(), (Line("3"),))
    >>> answered(bill, {Question("originating", "3"): True}).lines[0].originating
    True
    """
    facts = dict(bill.facts)
    changes: dict[str, dict[str, Any]] = {}
    good: dict[str, Any] = {}
    for question, answer in answers.items():
        ask = question.ask
        if ask in ("fact", "text") and not question.line:
            facts[question.key] = _flag(answer, question)
        elif ask in ("price", "net_cost"):
            value = _number(answer, question)
            good.update({"net_cost": value} if ask == "net_cost" else {"values": {**bill.product.values, question.key: value}})
        elif not question.line:
            good.update(_product_field(ask, answer, question))
        else:
            _line_field(changes.setdefault(question.line, {}), question, answer)
    lines = bill.lines
    if changes:
        known = {line.id for line in bill.walk()}
        missing = [line for line in changes if line not in known]
        if missing:
            raise ValueError(f"the bill has no line {', '.join(missing)}")
        lines = _changed(bill, changes)
    return Bill(replace(bill.product, **good) if good else bill.product, lines, facts, bill.gates, bill.label)


def _flag(answer: Any, question: Question) -> bool:
    if not isinstance(answer, bool):
        raise ValueError(f"the answer to {question.text or question.key!r} is yes or no, not {answer!r}")
    return answer


def _number(answer: Any, question: Question) -> Number:
    try:
        return exact(answer)
    except ValueError:
        raise ValueError(f"the answer to {question.text!r} is a number, not {answer!r}") from None


def _product_field(ask: str, answer: Any, question: Question) -> dict[str, Any]:
    if ask == "hs":
        return {"hs_in": {"2012": str(answer), "2017": str(answer), "2022": str(answer)}}
    if ask == "processes":
        return {"processes": tuple(answer)}
    if ask == "country":
        return {"country": str(answer)}
    raise ValueError(f"the question {question.text!r} cannot be answered here: complete the bill")


def _line_field(change: dict[str, Any], question: Question, answer: Any) -> None:
    ask = question.ask
    if ask in ("fact", "text") or ask == "named":
        change.setdefault("facts", {})[question.key] = _flag(answer, question)
    elif ask == "hs":
        change["hs_in"] = {"2012": str(answer), "2017": str(answer), "2022": str(answer)}
    elif ask in ("value", "weight"):
        change[_FIELDS[ask]] = _number(answer, question)
    elif ask == "origin":
        change["origin"] = str(answer)
    elif ask in ("textiles", "processes"):
        change[_FIELDS[ask]] = tuple(answer)
    elif ask in _FIELDS:
        change[_FIELDS[ask]] = _flag(answer, question)
    else:
        raise ValueError(f"no answer is known to the question {ask!r}")


def _changed(bill: Bill, changes: Mapping[str, dict[str, Any]]) -> tuple[Line, ...]:
    """The lines with some fields changed; shared sub-assemblies stay shared."""
    made: dict[int, Line] = {}
    for line in _parts_first(bill):
        children = tuple(made[id(child)] for child in line.children)
        change = changes.get(line.id)
        new = line
        if change is not None:
            fields = {**change, "facts": {**line.facts, **change.get("facts", {})}} if "facts" in change else change
            new = replace(line, **fields)
        if any(a is not b for a, b in zip(children, line.children, strict=True)):
            new = replace(new, children=children)
        made[id(line)] = new
    return tuple(made[id(line)] for line in bill.lines)


def _parts_first(bill: Bill) -> list[Line]:
    from madein.origin.assemble import bottom_up

    return bottom_up(bill.lines)
