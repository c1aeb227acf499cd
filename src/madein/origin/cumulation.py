"""Cumulation: whose materials count as originating, whose working counts as done at home, and from which day.

Three families, all data of the regime: bilateral and diagonal clauses make materials of other places originating; full
cumulation counts working done there on materials that do not originate; partial cumulation counts a share of their value.
"""

from __future__ import annotations

from fractions import Fraction

from madein.origin.frame import Material
from madein.origin.hs import HsSet
from madein.origin.model import Bill, Line
from madein.origin.provisions import Clause, Law
from madein.origin.result import Question, State, both


def _in(codes: HsSet | None, code: str) -> State:
    return True if codes is None else codes.holds(code) if code else None


def clause_applies(clause: Clause, law: Law, bill: Bill, code: str, exporter: str) -> tuple[State, tuple[Question, ...]]:
    """Whether a clause may be used for a good at all: day, exporter, destination, kind of good, administrative conditions."""
    if not clause.in_force(law.on):
        return False, ()
    state: State = True
    asks: list[Question] = []
    for allowed, word in ((clause.exporter, exporter), (clause.destination, bill.product.destination)):
        if allowed is not None:
            state = both(state, (word in allowed) if word else None)
    state = both(state, _in(clause.goods, code))
    for key in clause.facts:
        answer = bill.facts.get(key)
        if answer is None:
            asks.append(Question("fact", "", key, law.questions.get(key) or key.replace("_", " ") + "?", (True, False)))
        state = both(state, answer)
    return state, tuple(asks)


def counts(material: Material, law: Law, bill: Bill, code: str, exporter: str) -> tuple[State, Clause | None, tuple[Question, ...]]:
    """Whether a clause makes a material of another place originating.

    Parameters
    ----------
    material : Material
        A line offered for cumulation (role ``cumulated``) that does not originate without it.
    law, bill : Law, Bill
        Regime and facts.
    code, exporter : str
        Code of the good in the regime's edition, and the country it is made in.

    Returns
    -------
    state, clause, questions
        True with the clause that carries it; None with what is missing; False where no clause reaches it.
    """
    line = material.line
    best: State = False
    asks: list[Question] = []
    for clause in law.clauses:
        if clause.kind not in ("bilateral", "diagonal"):
            continue
        if line.origin and line.origin not in clause.of:
            continue
        state, missing = clause_applies(clause, law, bill, code, exporter)
        state = both(state, True if line.origin else None)
        if line.proof is False:
            state = False
        state = both(state, True if clause.materials is None else material.inside(clause.materials))
        # A line that was offered for cumulation has no status of its own: that it originates in the other Party must be proved.
        if clause.proof or clause.kind == "bilateral":
            state = both(state, line.proof)
        if state is None:
            asks += missing
            if line.proof is None:
                text = f"Is a proof of origin held for line {line.id} ({line.name or 'no name'}), as {clause.article} asks?"
                asks.append(Question("proof", line.id, "", text, (True, False), line.producer))
        if state and not clause.verified:
            state = None
        if state:
            return True, clause, ()
        best = None if state is None else best
    return best, None, tuple(asks)


def working_places(law: Law, bill: Bill, code: str, exporter: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Places whose working counts for a good, those for which that is open, and those of the first under full cumulation.

    Under full cumulation every Party's producers count; else those of the exporting Party, in whichever factory.
    """
    sure: set[str] = set(law.home(exporter))
    open_: set[str] = set()
    full: set[str] = set()
    for clause in law.full:
        state, _ = clause_applies(clause, law, bill, code, exporter)
        if state and clause.verified:
            sure |= clause.of
            full |= clause.of
        elif state is not False:
            open_ |= clause.of
    return frozenset(sure), frozenset(open_ - sure), frozenset(full)


def partial(line: Line, law: Law, value: int) -> tuple[Fraction, Fraction] | None:
    """Bounds of the non-originating value of a line of which a share counts, None where no clause reaches it."""
    if line.regional_content_pct is None:
        return None
    for clause in law.clauses:
        if clause.kind == "partial" and clause.in_force(law.on) and (line.origin in clause.of) and clause.floor is not None:
            n, d = line.regional_content_pct.as_integer_ratio()
            if n < clause.floor * d or n > 100 * d:
                continue
            rest = Fraction(value * (100 * d - n), 100 * d)
            return rest, rest if clause.verified else Fraction(value)
    return None
