"""How concentrated supply is, when part of it is unknown: sharp bounds instead of a guess.

The Herfindahl-Hirschman index (O. Herfindahl 1950, A. Hirschman 1945) is the sum of squared shares, here in points from 0 to
10,000. What is unknown is neither left out nor spread evenly: the lower bound hands it to so many suppliers that none
counts, the upper bound to whoever concentrates it most. Both are reached, or approached as closely as one likes, by some
way of filling in the unknown, so no narrower bounds are true.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Literal

from madein.core.errors import BadInput, MadeinError, Problems
from madein.ledger.backlog import Amount, interval
from madein.ledger.bounds import Interval, total

POINTS = 10_000.0
TOLERANCE = 1e-9
"""By how much shares may miss 100 % through binary arithmetic."""

MOST_FREE = 12
"""Up to so many suppliers with a true interval every corner is tried; beyond, bounds are safe but perhaps not sharp."""

MOST_SCENARIOS = 4096

Rest = Literal["anyone", "others", "smaller others", "none"]
"""Whose the unknown part may be: anybody's, the named ones' too; only suppliers not named; only suppliers not named and none of
them larger than the smallest named (a table of the largest); or there is none, and the shares make up the whole. Where it is
anyone's, the bounds of a share bound what is identified of a supplier; else they bound all that it has."""


@dataclass(frozen=True, slots=True)
class Concentration:
    """Concentration with bounds.

    Attributes
    ----------
    shares : tuple of (name, Interval)
        Fractions of the whole, largest first.
    unknown : Interval
        Fraction nobody is named for.
    identified_hhi : float or None
        Points, of the named part taken for the whole; None where a share is an interval or nothing is named.
    hhi : Interval
        Points, 0 to 10,000.
    effective : Interval
        Number of equal suppliers that would give the same index, 10,000 over it (Adelman 1969); infinite where it may be zero.
    largest : Interval
        Share of the largest supplier, as a fraction.
    rest : str
        Whose the unknown part was allowed to be.
    sharp : bool
        False where so many shares are intervals that the upper bounds are safe but perhaps too wide.
    """

    shares: tuple[tuple[str, Interval], ...]
    unknown: Interval
    identified_hhi: float | None
    hhi: Interval
    effective: Interval
    largest: Interval
    rest: Rest
    sharp: bool

    def top(self, k: int) -> Interval:
        """CR-k: joint share of the k largest suppliers, as a fraction with bounds.

        Among so many shares that k of them make over 50,000 sets the upper bound is safe but perhaps not sharp.

        Raises
        ------
        MadeinError
            If `k` is below one.
        """
        if k < 1:
            raise MadeinError(f"the {k} largest suppliers are none", fix="give k of one or more")
        return _top([s for _, s in self.shares], k, self.rest)


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a bill of materials or purchase list.

    Parameters
    ----------
    item : str
        What is bought.
    suppliers : tuple of str
        Who supplies it; empty where unknown. Several mean that sources contradict each other and one of them is right.
    value : Amount
        Cost in any one unit; a number or its bounds.
    """

    item: str
    suppliers: tuple[str, ...]
    value: Amount


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Concentration of a list whose sources contradict each other.

    Attributes
    ----------
    by_choice : tuple of (choice, Concentration)
        One for each way to settle the contradictions; a choice is a tuple of (item, supplier).
    hhi : Interval
        From the least lower to the greatest upper bound.
    """

    by_choice: tuple[tuple[tuple[tuple[str, str], ...], Concentration], ...]
    hhi: Interval


@dataclass(frozen=True, slots=True)
class Sourcing:
    """By how many suppliers an item is bought.

    `status` is "single" or "several" as listed; "contradicted" where sources name different single ones, "unknown" where any
    line of the item names nobody: there may be a second source behind it.
    """

    item: str
    status: Literal["single", "several", "contradicted", "unknown"]
    suppliers: tuple[str, ...]
    value: Interval


def concentration(shares: Mapping[str, Amount], *, rest: Rest = "anyone", percent: bool = False) -> Concentration:
    """Concentration from shares of the whole; what they leave is unknown.

    Parameters
    ----------
    shares : mapping of str to Amount
        Share of each named supplier, as a fraction (or in percent), exact or with bounds.
    rest : {"anyone", "others", "smaller others", "none"}
        Whose the unknown part may be, see `Rest`. "smaller others" needs exact shares.
    percent : bool
        Shares are in percent.

    Raises
    ------
    BadInput
        If a share is negative, infinite or no number, if the shares exceed the whole, or with `rest` "none" miss it; all at once.

    Examples
    --------
    Two suppliers of 50 and 20 %, the rest unknown:

    >>> from madein.ledger.backlog import said
    >>> c = concentration({"A": 50, "B": 20}, percent=True)
    >>> said(c.hhi), said(c.effective, 2), said(c.top(1), 2)
    ('2,900 to 6,800', '1.47 to 3.45', '0.50 to 0.80')
    >>> said(concentration({"A": 50, "B": 20}, rest="smaller others", percent=True).hhi)
    '2,900 to 3,400'
    """
    known = _checked(shares, 100.0 if percent else 1.0, rest)
    ranked = sorted(known.items(), key=lambda p: (-p[1].low, -p[1].high, p[0]))
    parts = [s for _, s in ranked]
    exact = all(s.low == s.high for s in parts)
    low = _least_squares(parts, rest)
    high, sharp = _most_squares(parts, rest)
    # The square root of a sum of squares may come out a hair below the number itself.
    hhi = Interval(POINTS * min(low, high), POINTS * min(1.0, max(low, high)))
    named = sum(s.low for s in parts)
    return Concentration(
        tuple(ranked),
        Interval(0.0, 0.0) if rest == "none" else Interval(max(0.0, 1 - sum(s.high for s in parts)), max(0.0, 1 - named)),
        POINTS * sum((s.low / named) ** 2 for s in parts) if exact and named else None,
        hhi,
        Interval(POINTS / hhi.high, POINTS / hhi.low if hhi.low else math.inf),
        _top(parts, 1, rest),
        rest,
        sharp,
    )


def from_values(values: Mapping[str, Amount], unknown: Amount = 0.0, *, rest: Rest = "anyone") -> Concentration:
    """Concentration from amounts in any one unit: of each named supplier, and of the part nobody is named for.

    With bounds on amounts the total is open too, and each share is bounded by itself: such bounds are safe but not sharp.

    Raises
    ------
    BadInput
        If an amount is negative, infinite or no number, or all of them may be zero.

    Examples
    --------
    >>> from madein.ledger.backlog import said
    >>> said(from_values({"A": 5, "B": 2}, unknown=3).hhi)
    '2,900 to 6,800'
    """
    found = Problems("values")
    known: dict[str, Interval] = {}
    for name, given in [*values.items(), ("", unknown)]:
        try:
            amount = interval(given)
        except MadeinError as fault:
            found.error(fault.problems[0].what, name or "unknown part", fix=fault.problems[0].fix)
            continue
        if amount.low < 0 or math.isinf(amount.high):
            bad = amount.low if amount.low < 0 else amount.high
            found.error(f"an amount of {bad:g}", name or "unknown part", fix="give an amount of zero or more")
        known[name] = amount
    most = sum(a.high for a in known.values())
    if not found.errors and sum(a.low for a in known.values()) <= 0:
        found.error("the total is zero" if most <= 0 else "the total may be zero", fix="name an amount above zero")
    if found.errors:
        raise BadInput(found.errors)
    least = sum(a.low for a in known.values())
    exact = least == most
    shares: dict[str, Amount] = {
        n: a.low / least if exact else (_part(a.low, most - a.high), _part(a.high, least - a.low)) for n, a in known.items() if n
    }
    # Without an unknown part the shares are the whole, whatever binary arithmetic leaves over.
    out = concentration(shares, rest="none" if known[""].high == 0 else rest)
    return out if exact else replace(out, sharp=False)


def _part(amount: float, others: float) -> float:
    return amount / (amount + others) if amount + others > 0 else 0.0


def by_supplier(lines: Iterable[Line], *, rest: Rest = "anyone") -> Scenarios:
    """Concentration of the suppliers of a list, once for each way to settle its contradictions.

    Raises
    ------
    BadInput
        As `from_values`.
    MadeinError
        If the contradictions can be settled in more than 4,096 ways.

    Examples
    --------
    >>> from madein.ledger.backlog import said
    >>> lines = [Line("memory", ("Samsung", "Elpida"), 3), Line("processor", ("Samsung",), 3), Line("rest", (), 4)]
    >>> [(dict(choice)["memory"], said(found.hhi)) for choice, found in by_supplier(lines).by_choice]
    [('Samsung', '3,600 to 10,000'), ('Elpida', '1,800 to 5,800')]
    """
    listed = list(lines)
    open_lines = [line for line in listed if len(line.suppliers) > 1]
    ways = math.prod(len(line.suppliers) for line in open_lines)
    if ways > MOST_SCENARIOS:
        raise MadeinError(f"the contradictions can be settled in {ways:,} ways", fix=f"settle some of the {len(open_lines)} lines")
    out = []
    for settled in product(*(line.suppliers for line in open_lines)):
        chosen = dict(zip(map(id, open_lines), settled, strict=True))
        values: dict[str, Interval] = {}
        unknown = Interval(0.0, 0.0)
        for line in listed:
            amount = interval(line.value)
            name = chosen.get(id(line)) or (line.suppliers[0] if line.suppliers else None)
            if name is None:
                unknown = unknown + amount
            else:
                values[name] = values.get(name, Interval(0.0, 0.0)) + amount
        choice = tuple((line.item, name) for line, name in zip(open_lines, settled, strict=True))
        out.append((choice, from_values(dict(values), unknown, rest=rest)))
    return Scenarios(tuple(out), Interval(min(c.hhi.low for _, c in out), max(c.hhi.high for _, c in out)))


def sourcing(lines: Iterable[Line]) -> tuple[Sourcing, ...]:
    """By how many suppliers each item is bought, in the order in which items first stand in the list.

    Examples
    --------
    >>> lines = [Line("chip", ("A",), 9), Line("case", ("B",), 2), Line("case", ("C",), 2), Line("screw", (), 1), Line("DRAM", ("D", "E"), 4)]
    >>> [(s.item, s.status) for s in sourcing(lines)]
    [('chip', 'single'), ('case', 'several'), ('screw', 'unknown'), ('DRAM', 'contradicted')]
    """
    items: dict[str, list[Line]] = {}
    for line in lines:
        items.setdefault(line.item, []).append(line)
    out = []
    for item, found in items.items():
        names = tuple(dict.fromkeys(name for line in found for name in line.suppliers))
        value = total(interval(line.value) for line in found)
        settled = {frozenset(choice) for choice in product(*(line.suppliers for line in found))}
        status: Literal["single", "several", "contradicted", "unknown"]
        if any(not line.suppliers for line in found):
            status = "unknown"
        elif all(len(choice) > 1 for choice in settled):
            status = "several"
        else:
            status = "single" if len(settled) == 1 else "contradicted"
        out.append(Sourcing(item, status, names, value))
    return tuple(out)


def _checked(shares: Mapping[str, Amount], whole: float, rest: Rest) -> dict[str, Interval]:
    found = Problems("shares")
    out: dict[str, Interval] = {}
    for name, given in shares.items():
        try:
            share = interval(given)
        except MadeinError as fault:
            found.error(fault.problems[0].what, name, fix=fault.problems[0].fix)
            continue
        if share.low < 0 or math.isinf(share.low):
            found.error(f"a share of {share.low:g}", name, "a share lies between nothing and the whole", "mend it")
        elif share.low > whole * (1 + TOLERANCE):
            found.error(f"a share of {share.low:g} is more than the whole of {whole:g}", name, fix="give fractions, or percent with percent=True")
        else:
            out[name] = Interval(share.low / whole, min(1.0, share.high / whole))
    named = sum(s.low for s in out.values())
    if named > 1 + TOLERANCE and not found.errors:
        found.error(f"the shares sum to {100 * named:.4g} %", why="parts exceed the whole", fix="mend the shares or their base")
    if rest == "none" and not found.errors and sum(s.high for s in out.values()) < 1 - TOLERANCE:
        found.error(f"the shares sum to {100 * sum(s.high for s in out.values()):.4g} %", why="nothing was to be left", fix="allow a rest")
    if rest == "smaller others" and any(s.low != s.high for s in out.values()):
        found.error("shares with bounds", why="who is the smallest named is open", fix="give exact shares, or rest='others'")
    if rest == "smaller others" and not any(s.low > 0 for s in out.values()):
        found.error("no share is named", why="there is no smallest named supplier", fix="use rest='others'")
    if found.errors:
        raise BadInput(found.errors)
    # No share can be more than what the least of all others leaves.
    return {n: Interval(s.low, max(s.low, min(s.high, 1 - (named - s.low)))) for n, s in out.items()}


def _least_squares(parts: Sequence[Interval], rest: Rest) -> float:
    """Least sum of squares: every share at its lower end, the remainder in crumbs, whose squares sum to nothing.

    Without a remainder the shares must rise to the whole. They do so from below like water: the smallest first, as the sum of
    squares is convex and symmetric (Marshall and Olkin, *Inequalities*, 1979: it is Schur-convex).
    """
    if rest != "none":
        return sum(s.low**2 for s in parts)
    floor, ceiling = 0.0, 1.0
    for _ in range(200):
        level = (floor + ceiling) / 2
        floor, ceiling = (level, ceiling) if sum(min(s.high, max(s.low, level)) for s in parts) < 1 else (floor, level)
    return sum(min(s.high, max(s.low, ceiling)) ** 2 for s in parts)


def _most_squares(parts: Sequence[Interval], rest: Rest) -> tuple[float, bool]:
    """Greatest sum of squares, and whether it is reached.

    anyone
        All that is free goes to the supplier with the largest lower end: (l1 + free)^2 + sum of the other l^2. Moving free
        mass from a smaller to a larger share never lowers a sum of squares.
    smaller others
        As many suppliers as large as the smallest named one as fit, and one with what is left.
    others, none
        A convex function is greatest at a corner: all shares but one at an end of their interval.
    """
    free = max(0.0, 1 - sum(s.low for s in parts))
    if rest == "anyone":
        if not parts:
            return 1.0, True
        return (max(s.low for s in parts) + free) ** 2 + sum(s.low**2 for s in parts) - max(s.low for s in parts) ** 2, True
    if rest == "smaller others":
        cap = min(s.low for s in parts if s.low > 0)
        whole = math.floor(free / cap * (1 + TOLERANCE))
        return sum(s.low**2 for s in parts) + whole * cap**2 + max(0.0, free - whole * cap) ** 2, True
    # One new supplier takes the remainder, so it is one more share that may be anything up to the free part.
    shares = [*parts, Interval(0.0, free)] if rest == "others" else list(parts)
    loose = [s for s in shares if s.high - s.low > TOLERANCE]
    fixed = sum(s.low**2 for s in shares if s.high - s.low <= TOLERANCE)
    if not loose:
        return fixed, True
    if len(loose) <= MOST_FREE:
        return fixed + _best_corner(loose, free), True
    return fixed + _chords(loose, free), False


def _best_corner(loose: Sequence[Interval], free: float) -> float:
    """Greatest sum of squares of shares in their intervals whose excess over the lower ends sums to `free`."""
    best = -math.inf
    for i, inner in enumerate(loose):
        ends = [(s.low, s.high) for s in (*loose[:i], *loose[i + 1 :])]
        lowest = sum(low for low, _ in ends)
        for corner in product(*ends):
            here = inner.low + free - (sum(corner) - lowest)
            if inner.low - TOLERANCE <= here <= inner.high + TOLERANCE:
                best = max(best, here**2 + sum(x**2 for x in corner))
    return best


def _chords(loose: Sequence[Interval], free: float) -> float:
    """Safe upper bound of the same: x^2 lies below its chord (l + h) x - l h, and chords are greatest by the steepest first."""
    bound, left = sum(s.low**2 for s in loose), free
    for s in sorted(loose, key=lambda s: -(s.low + s.high)):
        step = min(left, s.high - s.low)
        bound += (s.low + s.high) * step
        left -= step
    return bound


def _top(parts: Sequence[Interval], k: int, rest: Rest) -> Interval:
    """Bounds of the joint share of the k largest.

    Upper: of any set S of k suppliers, the sum of upper ends or what the lower ends of the others leave, whichever is less.
    Whoever may take the remainder stands in S too.
    """
    free = max(0.0, 1 - sum(s.low for s in parts))
    lows = sorted((s.low for s in parts), reverse=True)
    least = sum(lows[:k])
    if rest == "none":
        least = _least_top(parts, k)
    if rest == "anyone":
        most = least + free
    elif rest == "smaller others":
        cap = min(s.low for s in parts if s.low > 0)
        most = least + min(free, cap * max(0, k - sum(1 for s in parts if s.low > 0)))
    else:
        most = max(_top_of(parts, k, free), sum(lows[: k - 1]) + free if rest == "others" else 0.0)
    return Interval(min(least, 1.0), min(1.0, max(least, most)))


def _top_of(parts: Sequence[Interval], k: int, free: float) -> float:
    k = min(k, len(parts))
    if math.comb(len(parts), k) <= 50_000:
        sets: Iterable[tuple[Interval, ...]] = combinations(parts, k)
        return max((min(sum(s.high for s in chosen), sum(s.low for s in chosen) + free) for chosen in sets), default=0.0)
    return min(sum(sorted((s.high for s in parts), reverse=True)[:k]), sum(sorted((s.low for s in parts), reverse=True)[:k]) + free)


def _least_top(parts: Sequence[Interval], k: int) -> float:
    """Least joint share of the k largest when the shares make up the whole: the level to which water rises, as for squares."""
    floor, ceiling = 0.0, 1.0
    for _ in range(200):
        level = (floor + ceiling) / 2
        floor, ceiling = (level, ceiling) if sum(min(s.high, max(s.low, level)) for s in parts) < 1 else (floor, level)
    return sum(sorted((min(s.high, max(s.low, ceiling)) for s in parts), reverse=True)[:k])
