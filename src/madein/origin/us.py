"""Country of origin for the United States, which has no agreement with Viet Nam.

Textiles and apparel: the steps of 19 CFR 102.21(c), the first that determines a country decides. Other goods: tariff-shift rules of
19 CFR 102.20 where one is given, and the questionnaire of substantial transformation, a test of case law that no program answers
by itself: it only draws the conclusion from findings on name, character and use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from madein.origin.assemble import assemble
from madein.origin.model import Bill, Process
from madein.origin.provisions import given_law
from madein.origin.result import Explained, Question, State
from madein.origin.rules import Node
from madein.origin.tree import evaluate

FINDINGS = ("new_name", "new_character", "new_use")
"""Findings on the last process: has the article a new name, a new character, a new use?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country of origin and the step that determined it.

    Parameters
    ----------
    country : str
        Code of the country, "" while it is open or where each line keeps its own.
    step : str
        Paragraph of 19 CFR 102.21(c), "" where another test decided.
    by_line : mapping of str to str
        Country of each line of a kit that keeps its own.
    transformed : bool or None
        Whether the materials were substantially transformed.
    shift : bool or None
        Whether every foreign material makes the change of classification.
    tree : Explained
        The explanation.
    questions : tuple of Question
        What is open.
    """

    tree: Explained
    country: str = ""
    step: str = ""
    by_line: Mapping[str, str] = field(default_factory=dict)
    transformed: State = None
    shift: State = None
    questions: tuple[Question, ...] = ()


def _last(processes: Sequence[Process] | None, *ops: str) -> str:
    return next((p.place for p in reversed(processes or ()) if p.op in ops), "")


def tariff_shift(bill: Bill, needs: Node) -> Country:
    """Whether foreign materials make the change a rule of 19 CFR 102.20 asks for.

    Parameters
    ----------
    bill : Bill
        Product and materials, codes of one tariff.
    needs : Node
        The rule.

    Returns
    -------
    Country
        `shift`; and, where exactly one material fails to shift, its country as the country of origin.

    Examples
    --------
    >>> from madein.origin.model import Line, Product
    >>> from madein.origin.rules import node_of
    >>> rule = node_of({"test": "ctc", "level": "heading", "target": [["9305", "9305"]]})
    >>> tariff_shift(Bill(Product(hs="9305"), (Line("1", hs="7228", originating=False),)), rule).shift
    True
    """
    good = assemble(bill, given_law("US"), bill.product.hs)
    met = evaluate(needs, good, (), "19 CFR 102.20")
    state: State = met.state if good.working else None
    node = Explained("every foreign material changes classification as the rule asks", state, "SHIFT", article="19 CFR 102.20", children=(met.node,))
    failing = {line for n in met.node.walk() if n.state is False and not n.children for line in n.lines}
    origins = [line.origin for line in bill.lines if line.id in failing]
    country = origins[0] if state is False and len(failing) == 1 else ""
    asks = () if state is not None else tuple(q for n in met.node.walk() if n.state is None for q in n.asks)
    return Country(tree=node, shift=state, country=country, questions=asks)


_APPAREL = "19 CFR 102.21"


def textile_origin(bill: Bill) -> Country:
    """Country of origin of a textile or apparel good by the steps of 19 CFR 102.21(c).

    (1) wholly obtained or produced in one country; (2) each foreign material meets the rule of paragraph (e), or the process it
    names was done in one country; (3) knit to shape, or wholly assembled in one country; (4) the most important assembly or
    manufacturing process; (5) the last important one. A step is passed over only on a fact that says it does not determine.

    Examples
    --------
    >>> from madein.origin.model import Product
    >>> bra = Product("bra", "621210", processes=(Process("whole_assembly", "MEX"),))
    >>> found = textile_origin(Bill(bra, facts={"two_or_more_component_parts": True, "knit_to_shape": False}))
    >>> found.country, found.step
    ('MEX', '2')
    """
    steps: list[Explained] = []
    product, facts = bill.product, bill.facts
    done = product.processes
    if product.wholly_obtained_in:
        return _found(product.wholly_obtained_in, "1", steps, "wholly obtained or produced in one country")
    steps.append(_step("1", "wholly obtained or produced in one country", False))
    country, state, asks = _rule_of_e(bill)
    if state:
        return _found(country, "2", steps, "the rule of paragraph (e) determines the country")
    steps.append(_step("2", "the rule of paragraph (e) determines the country", state, asks))
    if state is None:
        return _open(steps)
    knit, whole = facts.get("knit_to_shape"), facts.get("wholly_assembled_in_one_country")
    place = _last(done, "knitting_to_shape")
    if knit:
        return _at(place, "3i", steps, "knit to shape in one country", _processes())
    if knit is None:
        return _at("", "3i", steps, "knit to shape in one country", _fact("knit_to_shape"))
    steps.append(_step("3i", "knit to shape in one country", False))
    place = _last(done, "whole_assembly")
    if whole or (whole is None and place):
        return _at(place or _last(done, "assembly", "making_up", "sewing"), "3ii", steps, "wholly assembled in one country", _processes())
    if whole is None:
        return _at("", "3ii", steps, "wholly assembled in one country", _fact("wholly_assembled_in_one_country"))
    steps.append(_step("3ii", "wholly assembled in one country", False))
    clear = facts.get("most_important_assembly_determinable")
    label = "the most important assembly or manufacturing process"
    if clear is not False:
        return _at(_last(done, "most_important_assembly"), "4", steps, label, _fact("most_important_assembly_determinable"))
    steps.append(_step("4", label, False))
    label = "the last country of important assembly or manufacturing"
    return _at(_last(done, "last_important_assembly"), "5", steps, label, _processes())


def _at(place: str, step: str, before: Sequence[Explained], label: str, ask: Question) -> Country:
    """A step that determines the country, or stays open for want of one fact."""
    return _found(place, step, before, label) if place else _open([*before, _step(step, label, None, (ask,))])


def _rule_of_e(bill: Bill) -> tuple[str, State, tuple[Question, ...]]:
    """Paragraph (e) in its two common forms: formed by a fabric-making process; wholly assembled of two or more parts."""
    facts, done = bill.facts, bill.product.processes
    told = facts.get("tariff_shift_rule_determines")
    if told is False:
        return "", False, ()
    formed = _last(done, "fabric_forming")
    if told:
        place = formed or _last(done, "whole_assembly", "knitting_to_shape") or (done[-1].place if done and len({p.place for p in done}) == 1 else "")
        return (place, True, ()) if place else ("", None, (_processes(),))
    if formed:
        barred = facts.get("excepted_fibre")
        if barred is None:
            return "", None, (_fact("excepted_fibre"),)
        if barred is False:
            return formed, True, ()
        return "", False if told is None else None, ()
    whole = _last(done, "whole_assembly")
    if whole:
        parts, knit = facts.get("two_or_more_component_parts"), facts.get("knit_to_shape")
        if parts and knit is False:
            return whole, True, ()
        if parts is None or knit is None:
            return "", None, tuple(_fact(k) for k in ("two_or_more_component_parts", "knit_to_shape") if facts.get(k) is None)
        return "", False, ()
    return "", None, (_fact("tariff_shift_rule_determines"),)


_TEXTS = {
    "tariff_shift_rule_determines": "Does the rule of 19 CFR 102.21(e) for this heading determine the country of origin?",
    "excepted_fibre": "Is the good of cotton, wool, or another fibre that the rule for this heading excepts?",
    "knit_to_shape": "Was the good knit to shape?",
    "two_or_more_component_parts": "Does the good consist of two or more component parts?",
    "wholly_assembled_in_one_country": "Was the good wholly assembled in one country?",
    "most_important_assembly_determinable": "Can the most important assembly or manufacturing process be told?",
    "new_name": "Has the article a new name after the last process?",
    "new_character": "Has the article a new character after the last process?",
    "new_use": "Has the article a new use after the last process?",
}


def _fact(key: str) -> Question:
    return Question("fact", "", key, _TEXTS[key], (True, False))


def _processes() -> Question:
    return Question("processes", "", "", "Which processes were carried out, in which order, and in which countries?", ())


def _step(step: str, label: str, state: State, asks: tuple[Question, ...] = ()) -> Explained:
    return Explained(f"({step}) {label}", state, "STEP", article=f"{_APPAREL}(c)({step[0]})", asks=asks)


def _found(country: str, step: str, before: Sequence[Explained], label: str) -> Country:
    node = Explained("country of origin of a textile good", True, "COUNTRY", article=f"{_APPAREL}(c)", children=(*before, _step(step, label, True)))
    return Country(tree=node, country=country, step=step)


def _open(steps: Sequence[Explained]) -> Country:
    node = Explained("country of origin of a textile good", None, "COUNTRY", article=f"{_APPAREL}(c)", children=tuple(steps))
    return Country(tree=node, questions=steps[-1].asks)


def substantial_transformation(bill: Bill) -> Country:
    """The conclusion from findings on name, character and use; without all three findings it stays open.

    All new: the country of the last process. None new: the country of the line that gives the good its character, or, for a kit,
    each line keeps its own. Anything mixed is for a person: courts weigh the totality of circumstances.

    Examples
    --------
    >>> from madein.origin.model import Line, Product
    >>> kit = Bill(Product(processes=(Process("assembly", "USA"),)), (Line("1", origin="CHN"),))
    >>> substantial_transformation(kit).transformed is None
    True
    """
    told = {key: bill.facts.get(key) for key in FINDINGS}
    nodes = tuple(Explained(_TEXTS[key], value, "FACT", asks=() if value is not None else (_fact(key),)) for key, value in told.items())
    article = "19 CFR 134.1(b); case law on name, character or use"

    def answer(state: State, **found: object) -> Country:
        tree = Explained("the materials were substantially transformed", state, "TRANSFORMED", article=article, children=nodes)
        asks = () if state is not None else tuple(q for n in nodes for q in n.asks)
        return Country(tree=tree, transformed=state, questions=asks, **found)  # type: ignore[arg-type]

    if all(value is True for value in told.values()):
        last = (bill.product.processes or (None,))[-1]
        return answer(True, country=last.place) if last is not None and last.place else answer(None)
    if any(value is not False for value in told.values()):
        return answer(None)
    if bill.product.is_set or _kitted(bill):
        return answer(False, by_line={line.id: line.origin for line in bill.lines})
    bearers = {line.origin for line in bill.lines if line.imparts_character}
    if len(bearers) == 1:
        return answer(False, country=bearers.pop())
    origins = {line.origin for line in bill.lines}
    return answer(False, country=origins.pop()) if len(origins) == 1 else answer(False)


def _kitted(bill: Bill) -> bool:
    done = bill.product.processes or ()
    return bool(done) and all(p.op in ("kitting", "packing") for p in done)
