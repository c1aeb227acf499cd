"""How far a branch is from being met: in money, in lines, in words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from madein.origin.decide import Court, once
from madein.origin.fixes.model import Alternative, Gap
from madein.origin.fixes.rows import Row, Sheet, Tests
from madein.origin.fixes.solve import sheets
from madein.origin.fixes.ways import Way, modes
from madein.origin.frame import Good
from madein.origin.model import Bill, Process


def gaps(way: Way, good: Good, tests: Tests) -> tuple[Gap, ...]:
    """Tests of a branch that the good does not surely meet, each with what is missing.

    Parameters
    ----------
    way : Way
        The branch.
    good : Good
        The good with all its lines.
    tests : Tests
        Remembers outcomes.
    """
    found: list[Gap] = []
    (none, *others), _ = modes(way)
    plain = sheets(way, none, good, tests, good.code)
    article = " | ".join(dict.fromkeys(d.rule.article for d in way.demands if d.rule is not None))
    for _, out in plain.unmet:
        needs = {"PROCESS": "the working is wanted in a place that counts", "WO": "the good must be wholly obtained"}.get(out.code)
        open_ = out.state is None or out.fixed is None
        found.append(Gap(out.label, out.code, article, needs=needs or ("an answer is wanted" if open_ else "not met")))
    by_test: dict[str, list[str]] = {}
    codes: dict[str, str] = {}
    for key, (material, _) in plain.barred.items():
        out = plain.barred_out[key]
        by_test.setdefault(out.label, []).append(material.id)
        codes[out.label] = out.code
    for label, lines in by_test.items():
        needs = "these lines must originate, or change as the rule asks"
        found.append(Gap(label, codes[label], article, lines=tuple(dict.fromkeys(lines)), needs=needs))
    found += [g for row in plain.rows if (g := _row(row, good, article)) is not None]
    if by_test:
        seen = set()
        for mode in others:
            other = sheets(way, mode, good, tests, good.code)
            for row in other.rows[len(plain.rows) :] or other.rows[-1:]:
                gap = _row(row, good, article)
                if gap is not None and row.label not in seen and any(row.code == t.code for t, _ in mode if t is not None):
                    seen.add(row.label)
                    found.append(replace(gap, needs=_beyond(other) or "only so much of what falls short must change"))
    return tuple(found)


def _beyond(found: Sheet) -> str:
    lines = list(dict.fromkeys(m.id for m, _ in found.barred.values()))
    return f"lines {', '.join(lines)} are outside the tolerance in any case" if lines else ""


def _row(row: Row, good: Good, article: str) -> Gap | None:
    """A sum over its limit, as money where it is money."""
    total = Fraction(sum(row.adds.values(), Fraction(0)))
    if row.limit is None:
        needs = "the value of the good on the basis of the regime is wanted, or the text was not seen"
        return Gap(row.label, row.code, article, limit=row.pct, needs=needs)
    excess = total - Fraction(row.limit)
    if excess <= 0:
        return None
    scale = good.bill.scale
    figure = Fraction(100 * abs(total)) / _base(row) if _base(row) else None
    price = Fraction(excess) / row.rate / scale if row.money and row.rate and not row.cover else None
    return Gap(row.label, row.code, article, figure, row.pct, Fraction(excess) / scale if row.money else None, price, tuple(_lines(row, good)))


def _base(row: Row) -> Fraction:
    """What the share is taken of: the limit over its percentage."""
    return abs(Fraction(row.limit) * 100 / row.pct) if row.limit and row.pct else Fraction(0 if row.money else 100)


def _lines(row: Row, good: Good) -> list[str]:
    names = {id(m): m.id for m in (*good.working, *good.valued)}
    return list(dict.fromkeys(names[key] for key, amount in row.adds.items() if amount and key in names)) if not row.cover else []


def localising(bill: Bill, good: Good) -> tuple[Alternative, ...]:
    """For every line that does not surely originate, the alternative that it did, each of cost 1: the fewest lines are the cheapest."""
    found: dict[str, Alternative] = {}
    lines = {line.id: line for line in bill.walk()}
    for material in (*good.working, *good.valued):
        if material.state is not True and material.id in lines and material.id not in found:
            change: dict[str, Any] = {"originating": True, "value": lines[material.id].value}
            if bill.product.country:
                change["origin"] = bill.product.country
            found[material.id] = Alternative(material.id, {material.id: change}, cost=Fraction(1), words=f"line {material.id} originates")
    return tuple(found.values())


def at_home(bill: Bill, court: Court) -> tuple[str, ...]:
    """Intermediate lines made elsewhere that would originate by their own rule if the same parts were worked in the exporting Party.

    The value of the line and of its parts is taken as it is; working at home is dearer or cheaper, so that this is a hint to look, and an
    alternative with its true values is what decides.
    """
    home = bill.product.country
    found = []
    if not home:
        return ()
    for line in bill.lines:
        if not line.children or line.origin == home or line.originating:
            continue
        done = None if line.processes is None else tuple(Process(p.op, home, p.simple, p.source) for p in line.processes)
        moved = replace(line, origin=home, originating=None, status={}, undeterminable=False, bought=False, processes=done)
        lines = tuple(moved if other is line else other for other in bill.lines)
        if once(replace(bill, lines=lines), court).parts.get(line.id) is True:
            found.append(line.id)
    return tuple(found)
