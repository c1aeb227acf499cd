"""Worked determinations of origin against the engine: `python -m benchmarks.origin [cases.json] [--json]`.

One adapter that knows no single case: it turns the fields of a case into a bill, asks the engine the question the case names, and
compares verdicts. Prints a line per case (id, expected, got, why), totals by kind and by question, and ends with 1 on any false yes.
A case of a regime that is not held answers "no such regime" unless it carries its own rule.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from madein.core.errors import MadeinError
from madein.origin.arithmetic import figures
from madein.origin.decide import Court, decide, given
from madein.origin.explain import why
from madein.origin.hs import HsSet
from madein.origin.model import Bill
from madein.origin.proofs import proof_valid, proofs
from madein.origin.provisions import clause_of, given_law, held, law, tolerance_of
from madein.origin.records import bill_of
from madein.origin.result import Decision, shown
from madein.origin.rules import Rule, node_of
from madein.origin.us import substantial_transformation, tariff_shift, textile_origin

Case = Mapping[str, Any]
NO_REGIME = "no such regime"


@dataclass
class Answer:
    """What the engine said, in the words of the cases."""

    got: Any
    why: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def _day(case: Case) -> date | None:
    return date.fromisoformat(case["date"]) if case["date"] else None


def _bill(case: Case) -> Bill:
    data = {key: case[key] for key in ("product", "materials", "facts", "gates") if case.get(key)}
    return bill_of(data, case["id"], any_place=True)


def _edition(case: Case) -> str:
    version = case["hs_version"] or ""
    return version if version.isdigit() else ""


def _court(case: Case, regime: str) -> Court | str:
    """The regime's own rules, or the rule the case carries under the regime's provisions."""
    said = case["rule_given"]
    if said is None:
        return regime.upper() if held(regime) else NO_REGIME
    base = given_law(regime, _day(case), _edition(case))
    tolerances = {}
    one, n = said.get("tolerance"), 0
    while one:
        tolerances[f"given{n}"] = tolerance_of(f"given{n}", one)
        one, n = one.get("also"), n + 1
    clauses = ()
    if said.get("cumulation"):
        clauses = (clause_of(said["cumulation"], base.members, _day(case)),)
    provisions = replace(base, tolerances=tolerances, clauses=clauses)
    needs = node_of(said["needs"], case["id"])
    rule = Rule(
        id="as stated", regime=regime, target=HsSet(), ex=None, when=(), exporters=(), importers=(), edition=_edition(case), needs=needs,
        tolerance=tuple(tolerances), joint=False, valid_from=None, valid_to=None, article="the rule as stated", verified=True, note="",
    )  # fmt: skip
    return given(rule, provisions)


_WORDS: Mapping[str, Any] = {"yes": True, "no": False, "unknown": "unknown"}


def _preference(case: Case, bill: Bill, regime: str) -> Answer:
    court = _court(case, regime)
    if court == NO_REGIME:
        return Answer(NO_REGIME)
    found: Decision = decide(bill, court, _day(case))
    got = "depends" if found.depends and found.verdict == "unknown" else _WORDS[found.verdict]
    details: dict[str, Any] = {
        "by": list(found.by),
        "fails": list(found.fails),
        "figures": {name: float(shown(value) or 0) for name, value in found.figures.items()},
        "parts": dict(found.parts),
        "questions": [{k: v for k, v in (("ask", q.ask), ("line", q.line), ("key", q.key)) if v} for q in found.questions],
        "rule": found.rule,
    }
    if found.limit is not None:
        details["limit_pct"] = float(found.limit)
    if found.entries:
        details["proof_entry"] = list(found.entries)
    if found.depends:
        details["because"] = "hs_mapping"
        details["depends_on"] = [
            {"line": d.line, "hs": d.hs, "hs_edition": d.hs_edition, "if": {c: _WORDS[v] for c, v in d.results.items()}} for d in found.depends
        ]
    if found.verdict == "yes" and bill.product.mfn_pct == 0:
        details["benefit"] = "none"
    return Answer(got, why(found), details)


def _tariff_shift(case: Case, bill: Bill, _regime: str) -> Answer:
    if case["rule_given"] is None:
        return Answer(NO_REGIME)
    found = tariff_shift(bill, node_of(case["rule_given"]["needs"], case["id"]))
    got = {True: "met", False: "not_met", None: "unknown"}[found.shift]
    return Answer(got, "", {"country_of_origin": _alpha2(found.country)} if found.country else {})


def _country(_case: Case, bill: Bill, regime: str) -> Answer:
    if "102.21" in regime:
        found = textile_origin(bill)
    elif "substantial transformation" in regime:
        found = substantial_transformation(bill)
    else:
        return Answer(NO_REGIME)
    got: Any = _alpha2(found.country) if found.country else {k: _alpha2(v) for k, v in found.by_line.items()} or "unknown"
    details = {"step": found.step} if found.step else {}
    if found.transformed is not None:
        details["substantially_transformed"] = found.transformed
    return Answer(got, "", details)


def _alpha2(code: str) -> str:
    from madein.core.countries import countries

    return countries()[code].alpha2 if code in countries() else code


def _arithmetic(_case: Case, bill: Bill, _regime: str) -> Answer:
    return Answer({name: float(shown(value) or 0) for name, value in figures(bill).items()})


def _proof(case: Case, bill: Bill, regime: str) -> Answer:
    if not held(regime):
        return Answer(NO_REGIME)
    provisions = law(regime.upper(), _day(case))
    if bill.product.proof_document is not None:
        node = proof_valid(bill, provisions)
        return Answer("unknown" if node.state is None else node.state, node.note)
    found = proofs(bill, provisions)
    return Answer("unknown" if found.needed is None else sorted(found.documents), ", ".join(f"open: {d}" for d in found.open))


_ASK = {"preference": _preference, "tariff_shift": _tariff_shift, "country_of_origin": _country, "arithmetic": _arithmetic, "proof": _proof}


def expected_of(case: Case) -> Any:
    """The verdict a case expects, by its question."""
    said = case["expected"]
    if case["question"] == "preference":
        return said["originating"]
    if case["question"] == "proof":
        return sorted(said["proof"]) if "proof" in said else said["proof_valid"]
    return said["figures"] if case["question"] == "arithmetic" else said[case["question"]]


def answer(case: Case, regime: str | None = None) -> Answer:
    """What the engine says to a case, under its own regime or another it names."""
    try:
        return _ASK[case["question"]](case, _bill(case), regime or case["regime"])
    except MadeinError as error:
        return Answer("refused", str(error))


def agrees(case: Case, got: Any) -> bool:
    """Whether verdicts agree; unknown and depends count as one."""
    expected = expected_of(case)
    if case["question"] == "arithmetic":
        return isinstance(got, dict) and all(got.get(name) == float(value) for name, value in expected.items())
    open_ = ("unknown", "depends")
    return (
        bool(got == expected and type(got) is type(expected)) or (expected in open_ and got in open_)
        if not isinstance(expected, list)
        else got == expected
    )


def false_yes(case: Case, got: Any) -> bool:
    """True where a good is called originating (a shift met, a proof needless or valid) and the case expects anything else."""
    expected = expected_of(case)
    if case["question"] == "preference":
        return got is True and expected is not True
    if case["question"] == "tariff_shift":
        return got == "met" and expected != "met"
    if case["question"] == "proof":
        return (got is True and expected is not True) or (got == [] and expected != [])
    return False


def reasoning(case: Case, found: Answer) -> list[str]:
    """Checks on the reasoning: codes, figures, parts, questions that the case names and the engine does not."""
    said, details = case["expected"], found.details
    notes = []
    if case["question"] == "preference":
        if found.got == said["originating"]:
            named = [n for n in ("by", "fails") if n in said]
            notes += [f"{n} {said[n]} / {details.get(n)}" for n in named if not _codes(said[n], details.get(n, []), n)]
        ours = details.get("figures", {})
        notes += [f"{n} {v} / {ours.get(n)}" for n, v in said.get("figures", {}).items() if ours.get(n) != float(v)]
    names = ("step", "substantially_transformed", "country_of_origin", "limit_pct", "benefit", "parts", "depends_on")
    notes += [f"{n} {said[n]} / {details.get(n)}" for n in names if n in said and n != case["question"] and details.get(n) != said[n]]
    asked = details.get("questions", ())
    notes += [f"question {w} / {asked}" for w in said.get("questions", ()) if w not in [{k: v for k, v in q.items() if k in w} for q in asked]]
    return notes


def _codes(wanted: Sequence[str], got: Sequence[str], name: str) -> bool:
    """Every code named is among ours; of several passing limbs one is enough."""
    held_ = {*got, *("RVC" for code in got if code.startswith("RVC_"))}
    return all(code in held_ for code in wanted) if name == "fails" else any(code in held_ for code in wanted)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a file of cases and print the outcome."""
    words = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in words
    files = [w for w in words if not w.startswith("--")]
    home = Path(os.environ.get("MADEIN_REFERENCE", "../shared/data"))
    path = Path(files[0]) if files else home / "origin" / "cases.json"
    cases = json.loads(path.read_text("utf-8"), parse_float=Decimal)["cases"]
    totals: dict[tuple[str, str], Counter[str]] = {}
    wrong, rows = 0, []
    for case in cases:
        for regime in (case["regime"], *case.get("also_regimes", ())):
            found = answer(in_regime(case, regime), regime)
            right, yes = agrees(case, found.got), false_yes(case, found.got)
            wrong += yes
            word = "no regime" if found.got == NO_REGIME else "right" if right else "FALSE YES" if yes else "wrong"
            if not case["verified"] and word != "FALSE YES":
                word = f"unverified, {word}"
            notes = reasoning(case, found) if right else []
            rows.append(
                {
                    "id": case["id"],
                    "regime": regime,
                    "expected": expected_of(case),
                    "got": found.got,
                    "result": word,
                    "why": found.why,
                    **found.details,
                }
            )
            if not as_json:
                extra = f"  [{'; '.join(notes)}]" if notes else ""
                print(f"{case['id']:<18} {regime:<12.12} {word:<10} expected {_text(expected_of(case))}, got {_text(found.got)}  {found.why}{extra}")
            for key in (("kind", case["kind"]), ("question", case["question"]), ("reasoning", "agrees" if not notes else "differs")):
                totals.setdefault(key, Counter())[word] += 1
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        for (part, name), counts in sorted(totals.items()):
            print(f"{part} {name}: " + ", ".join(f"{n} {word}" for word, n in sorted(counts.items())))
        print(f"false yes: {wrong}")
    return 1 if wrong else 0


_HOMES = {"UKVFTA": "GB", "EVFTA": "EU"}


def in_regime(case: Case, regime: str) -> Case:
    """The case under another of its regimes, sold to that regime's own importing Party."""
    if regime == case["regime"] or regime not in _HOMES or case["product"].get("destination") not in _HOMES.values():
        return case
    return {**case, "product": {**case["product"], "destination": _HOMES[regime]}}


def _text(value: Any) -> str:
    if isinstance(value, Fraction | Decimal):
        return str(shown(Fraction(value)))
    return json.dumps(value, ensure_ascii=False, default=str)


if __name__ == "__main__":
    sys.exit(main())
