"""Working that must be done: ``process`` and ``process_with_cap``.

Under lists in the European form a process is a condition on every material that does not originate: it must have gone through
the steps, in order, in places that count. A material that already is the product of a step (a woven fabric under "weaving and
making-up") cannot have gone through it. Elsewhere ("provided the good is cut and sewn in the Parties") it concerns the good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from madein.origin.frame import Good, Material
from madein.origin.leaves.common import Outcome, at_most, judge, names, once, put, share, values
from madein.origin.leaves.value import _percent, _price_or_ask, base_name
from madein.origin.leaves.words import composed, group, implied, last_start, shaped, stage
from madein.origin.model import Process
from madein.origin.result import Question, State, both
from madein.origin.rules import Leaf

Step = str | Mapping[str, Any]


def _words(step: Step) -> str:
    if isinstance(step, str):
        return step.replace("_", " ")
    if "together" in step:
        return " with ".join(_words(s) for s in step["together"])
    any_of = step["any"]
    text = any_of.replace("_", " ") + " operations" if isinstance(any_of, str) else " or ".join(w.replace("_", " ") for w in any_of)
    text = f"{step['count']} of: {text}" if step.get("count", 1) > 1 else text
    return f"{text} of {step['of']}" if step.get("of") else text


def _label(leaf: Leaf) -> str:
    return str(leaf.get("words") or ", then ".join(_words(s) for s in leaf.fields["all"]))


class _Run:
    """The working a material went through in order, each step with whether its place is sure to count."""

    def __init__(self, ops: Sequence[tuple[str, bool]], start: int | None) -> None:
        self.ops = ops
        self.start = start

    def find(self, words: Iterable[str], after: int, sure: bool, skip: frozenset[int] = frozenset()) -> int:
        """Index of the first operation past ``after`` that is, or includes, one of the words; -1 for none."""
        wanted = set(words)
        for i in range(after + 1, len(self.ops)):
            op, certain = self.ops[i]
            if (certain or not sure) and i not in skip and wanted & implied().get(op, frozenset((op,))):
                return i
        for word in wanted:
            parts = composed().get(word)
            if parts:
                last = self._all(parts, after, sure)
                if last >= 0:
                    return last
        return -1

    def _all(self, parts: Sequence[str], after: int, sure: bool) -> int:
        """Index by which every part of a compound process is done, such as cutting and sewing for making-up."""
        last = -1
        for part in parts:
            at = next((i for i in range(after + 1, len(self.ops)) if self.ops[i][0] == part and (self.ops[i][1] or not sure)), -1)
            if at < 0 and part == "cutting" and any(op in shaped() for op, certain in self.ops if certain or not sure):
                # Pieces knitted to shape need no cutting: "cut to form or obtained directly to form".
                continue
            if at < 0:
                return -1
            last = max(last, at)
        return last

    def did(self, steps: Sequence[Step], sure: bool) -> bool:
        """Whether every step was done, in order."""
        at = -1
        for step in steps:
            at = self._step(step, at, sure)
            if at < 0:
                return False
        return True

    def _step(self, step: Step, after: int, sure: bool) -> int:
        if isinstance(step, str):
            return self.find(group(step), after, sure)
        if "together" in step:
            last = -1
            for part in step["together"]:
                at = self._step(part, after, sure)
                if at < 0:
                    return -1
                last = max(last, at)
            return last
        any_of = step["any"]
        words = group(any_of) if isinstance(any_of, str) else frozenset(w for word in any_of for w in group(word))
        last, left = after, set(words)
        used: set[int] = set()
        for _ in range(int(step.get("count", 1))):
            at = self.find(left, after, sure, frozenset(used))
            if at < 0:
                return -1
            used.add(at)
            if at < len(self.ops):
                left -= implied().get(self.ops[at][0], frozenset((self.ops[at][0],)))
            last = max(last, at)
        return last


def _starts(steps: Sequence[Step]) -> Iterable[Any]:
    for step in steps:
        if not isinstance(step, str):
            if "together" in step:
                yield from _starts(step["together"])
            elif step.get("hs") is not None:
                yield step["hs"]


def _ops(processes: Iterable[Process], good: Good, start: int | None) -> list[tuple[str, bool]]:
    """Operations done where it counts and which the material could still undergo."""
    latest = last_start()
    found = []
    for process in processes:
        if start is not None and start > latest.get(process.op, 9):
            continue
        if process.place in good.worked_in:
            found.append((process.op, True))
        elif not process.place or not good.country or process.place in good.open_places:
            found.append((process.op, False))
    return found


def went_through(material: Material, good: Good, steps: Sequence[Step]) -> State:
    """Whether a material went through the steps, in order, in places that count."""
    if len(material.codes) == 1 and material.made == () == material.then:
        # Only the producer worked it: the same for every such material of one code.
        key = (id(steps), material.spans[0])
        if key not in good.done:
            good.done[key] = _through(material, good, steps)
        return good.done[key]
    return _through(material, good, steps)


def _through(material: Material, good: Good, steps: Sequence[Step]) -> State:
    stages = {stage(code) for code in material.codes} or {None}
    found: set[State] = set()
    for start in stages:
        if start is None and any(s is not None for s in map(_first_start, steps)):
            found.add(_one(material, good, steps, 0))
            found.add(_one(material, good, steps, 4))
        else:
            found.add(_one(material, good, steps, start))
    state = found.pop() if len(found) == 1 else None
    for allowed in _starts(steps):
        inside = material.inside(allowed)
        if inside is False and state is not False:
            # An earlier stage of another fibre may or may not become what the step starts from.
            state = None if _earlier(material, allowed) else False
        elif inside is None:
            state = both(state, None)
    return state


def _earlier(material: Material, allowed: Any) -> bool:
    first = stage(allowed.ranges[0][0]) if allowed.ranges else None
    return first is not None and all((s := stage(code)) is not None and s < first for code in material.codes)


def _first_start(step: Step) -> int | None:
    words = group(step) if isinstance(step, str) else ()
    return min((last_start()[w] for w in words if w in last_start()), default=None)


def _one(material: Material, good: Good, steps: Sequence[Step], start: int | None) -> State:
    made, then, own = material.made, material.then, good.processes
    known = made is not None and then is not None and own is not None
    ops = _ops(made or (), good, None) + _ops((*(then or ()), *(own or ())), good, start)
    run = _Run(ops, start)
    if run.did(steps, True):
        return True
    return None if not known or run.did(steps, False) else False


def _needs(good: Good, leaf: Leaf, out: Outcome) -> None:
    """Judge the materials, or the good, on the steps of a leaf."""
    steps: Sequence[Step] = leaf.fields["all"]
    if good.processes is None:
        out.asks.append(Question("processes", good.line, "", "Which processes does the producer carry out, in which order, and where?", ()))
    if good.law.process_scope == "good":
        own = good.processes
        run = _Run(_ops(own or (), good, None), None)
        done: State = True if run.did(steps, True) else None if own is None or run.did(steps, False) else False
        out.fixed, out.state = done, True
        return
    free = good.law.free_outside if good.is_free(leaf.test) else None

    def test(material: Material) -> State:
        outside: State = False
        if free is not None:
            inside = material.inside(free)
            outside = None if inside is None else not inside
            if outside:
                return True
        state = went_through(material, good, steps)
        return state if outside is False or state else None

    judge(good.working, test, out)


def process(good: Good, leaf: Leaf) -> Outcome:
    """The materials, or the good, went through the steps."""
    out = Outcome(once(leaf, _label), "PROCESS")
    _needs(good, leaf, out)
    return out


def process_with_cap(good: Good, leaf: Leaf) -> Outcome:
    """The steps, with a cap on the value of the material they start from; no tolerance lifts the cap."""
    cap = leaf.fields["cap"]
    pct: Fraction = cap["pct"]
    key, codes = cap.get("named"), cap.get("hs")
    what = str(cap.get("words") or (str(key).replace("_", " ") if key else f"materials of {codes}"))
    out = Outcome(f"{once(leaf, _label)}; non-originating {what}: at most {_percent(pct)} % of the {base_name(good)}", "PROCESS")
    _needs(good, leaf, out)
    side = Outcome("", "")

    def counted(material: Material) -> State:
        if key:
            return names(material, str(key), codes, str(cap.get("words") or ""), side)
        return material.inside(codes) if codes is not None else True

    low, high = values(good.valued, counted, side)
    capped = at_most(low, high, pct, good.low, good.high)
    out.limit, out.sense = pct, "max"
    out.low = share(low, good.high) if good.low == good.high else None
    out.high = share(high, good.low) if good.low == good.high else None
    if capped is True and out.high is not None and side.doubtful and not side.offenders and low == 0:
        out.low = out.high
    put(good, f"{key or 'capped'}_pct", out.low, out.high)
    _price_or_ask(good, out)
    if capped is None:
        out.asks += side.asks
    out.fixed = both(out.fixed, capped)
    if key:
        _later(good, str(key), out)
    return out


def _later(good: Good, key: str, out: Outcome) -> None:
    """A fabric that is not the material the rule starts from is a later stage of it, and bars the rule."""
    for material in good.working:
        if material.state is not False or material in out.offenders:
            continue
        at = {stage(code) for code in material.codes}
        if at == {3} and names(material, key, None, "", Outcome("", "")) is False:
            out.offenders.append(material)
            out.state = False
