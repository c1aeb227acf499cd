"""What only the maker knows: ``fact``, ``chem``, and ``ref`` to a text that is not held."""

from __future__ import annotations

from madein.origin.frame import Good
from madein.origin.leaves.common import Outcome
from madein.origin.result import Question, State
from madein.origin.rules import Leaf

_CHEMISTRY = {
    "reaction": "Is the good the product of a chemical reaction carried out in the Parties?",
    "purification": "Is the good the product of a purification carried out in the Parties to the degree the rule asks?",
    "mixing": "Is the good the product of a deliberate and controlled mixing carried out in the Parties to set specifications?",
    "particle_size": "Is the good the product of a deliberate and controlled change of particle size carried out in the Parties?",
    "isomer": "Is the good the product of a separation of isomers carried out in the Parties?",
    "standards": "Is the good a standard material with certified purity, made in the Parties?",
    "separation": "Was the good not isolated from the mixture without the separation the rule asks for?",
    "biotech": "Is the good the product of a biotechnological process carried out in the Parties?",
}


def fact(good: Good, leaf: Leaf) -> Outcome:
    """A question answered by the facts; unanswered it is open, and wording that was not structured never passes by itself."""
    key = leaf.fields["key"]
    question = leaf.get("question") or good.law.questions.get(key) or f"{key.replace('_', ' ')}?"
    out = Outcome(question, "FACT")
    answer = good.fact(key)
    state: State = None if answer is None else answer is bool(leaf.get("value", True))
    if state is None:
        out.asks.append(Question("text" if leaf.get("needs_text") else "fact", good.line, key, question, (True, False)))
    out.fixed, out.state = state, True
    return out


def chem(good: Good, leaf: Leaf) -> Outcome:
    """A chemical operation confers origin: answered by the fact ``chem_<operation>``."""
    op = leaf.fields["op"]
    out = Outcome(_CHEMISTRY.get(op, op), "CHEM")
    state = good.fact(f"chem_{op}")
    if state is None:
        out.asks.append(Question("fact", good.line, f"chem_{op}", out.label, (True, False)))
    out.fixed, out.state = state, True
    return out


def ref(good: Good, leaf: Leaf) -> Outcome:
    """Another text decides (the rule of each item of a set, an appendix); it is open until the fact ``ref_<rule>`` is answered."""
    rule = leaf.fields["rule"]
    key = f"ref_{rule}"
    out = Outcome(f"what {rule} asks is met" + (f" ({leaf.get('why')})" if leaf.get("why") else ""), "REF")
    state = good.fact(key)
    if state is None:
        out.asks.append(Question("text", good.line, key, f"Is what {rule} asks met?", (True, False)))
    out.fixed, out.state = state, True
    return out
