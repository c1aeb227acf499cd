"""Do a few columns carry the label? A search for small sets of columns whose exact values give it away, held against what chance and the columns one by one would give."""  # noqa: E501

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from madein.screening.labelled.kinds import Coding, codings
from madein.screening.labelled.lookup import Codes, Mask, additive, joint, look, repeats, skill
from madein.screening.labelled.metrics import Labels, Reals, auc
from madein.screening.labelled.rules import Rules, rules


@dataclass(frozen=True, slots=True)
class Leak:
    """A set of columns that carries the label. It needs a look: a real relation as strong as this would look the same.

    Attributes
    ----------
    columns : tuple of str
        In the order found.
    kinds : tuple of str
        How each was read, see `Coding`.
    verdict : {"function", "memory"}
        The label is nearly a function of the values; or it repeats with exact joint values far more than the columns say one by one.
    seen : float
        Share of later rows whose values stood before.
    agree, kappa : float
        Chance that these bear the earlier label, and that corrected for chance.
    kappa_low, kappa_high : float
        95 percent interval over resampled groups of equal values.
    auc, skill : float
        Of the table of exact values on later rows: area under the curve, Brier skill.
    apart : float
        Brier skill of the same columns one by one.
    apart_high : float
        What a table of exact values would reach at most (95th percentile) if the columns only worked one by one.
    shuffled_high : float
        The same with labels dealt at random.
    p : float
        Chance of a skill as high under the second, (1 + as high) / (1 + draws).
    drops : mapping of column to float
        How much skill is lost without each column.
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    verdict: str
    seen: float
    agree: float
    kappa: float
    kappa_low: float
    kappa_high: float
    auc: float
    skill: float
    apart: float
    apart_high: float
    shuffled_high: float
    p: float
    drops: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What was searched and found.

    Attributes
    ----------
    leaks : tuple of Leak
        Each found with the columns of those before it left out.
    tried : tuple of Leak
        Best sets that were looked at and not accused, verdict "".
    together : Leak or None
        The columns of several leaks as one set.
    searched : int
        Sets of columns that were scored.
    absent : str
        Why nothing could be searched.
    """

    leaks: tuple[Leak, ...] = ()
    tried: tuple[Leak, ...] = ()
    together: Leak | None = None
    searched: int = 0
    absent: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that carry the label, in the order found."""
        return tuple(dict.fromkeys(c for leak in self.leaks for c in leak.columns))

    def table(self) -> pl.DataFrame:
        """Leaks and sets not accused, one row each."""
        rows = [
            {"columns": " + ".join(k.columns), "kinds": " + ".join(k.kinds), "verdict": k.verdict or "none",
             **{n: getattr(k, n) for n in ("seen", "agree", "kappa", "kappa_low", "kappa_high", "auc", "skill", "apart", "apart_high",
                                           "shuffled_high", "p")}}
            for k in (*self.leaks, *self.tried)
        ]  # fmt: skip
        numbers = ("seen", "agree", "kappa", "kappa_low", "kappa_high", "auc", "skill", "apart", "apart_high", "shuffled_high", "p")
        schema = {"columns": pl.String, "kinds": pl.String, "verdict": pl.String, **dict.fromkeys(numbers, pl.Float64)}
        return pl.DataFrame(rows, schema=schema).with_columns(pl.col(pl.Float64).fill_nan(None))


class _Search:
    """Skill of sets of codings on judged rows, each computed once."""

    def __init__(self, label: Reals, fit: Mask, judge: Mask, how: Rules) -> None:
        self.label, self.fit, self.judge, self.how = label, fit, judge, how
        self.base = float(label[fit].mean())
        self.truth = label[judge]
        self.scored: dict[tuple[int, ...], tuple[float, Reals]] = {}

    def score(self, pool: Sequence[Coding], at: tuple[int, ...]) -> tuple[float, Reals]:
        """Skill and squared errors of one set."""
        at = tuple(sorted(at))
        if at not in self.scored:
            p = look(joint([pool[i].codes for i in at]), self.label, self.fit, self.judge).p
            self.scored[at] = skill(self.truth, p, self.base), ((self.truth - p) ** 2).astype(np.float32)
        return self.scored[at]

    def better(self, pool: Sequence[Coding], more: tuple[int, ...], less: tuple[int, ...]) -> bool:
        """True where a set beats another by more than the least gain and by so many standard errors of their paired difference."""
        (a, errors), (b, others) = self.score(pool, more), self.score(pool, less)
        if a - b < self.how.least_gain:
            return False
        gap = (others - errors).astype(np.float64)
        return bool(float(gap.mean()) > self.how.standard_errors * float(gap.std()) / max(len(gap), 1) ** 0.5)

    def best(self, pool: Sequence[Coding]) -> tuple[int, ...]:
        """The best set: all of one and two, three of columns with few values, then column by column, and back."""
        n = range(len(pool))

        def apart(at: tuple[int, ...]) -> bool:
            return len({pool[i].column for i in at}) == len(at)

        small = [i for i in n if pool[i].codes.max() < self.how.few_values]
        starts: list[tuple[int, ...]] = [(i,) for i in n] + [c for c in itertools.combinations(n, 2) if apart(c)]
        starts += [c for c in itertools.combinations(small, 3) if apart(c)][: self.how.most_triples]
        ranked = sorted(starts, key=lambda c: (-self.score(pool, c)[0], len(c), c))
        ends = {self._grow(pool, start) for start in ranked[: self.how.beams]}
        return min(ends, key=lambda c: (-self.score(pool, c)[0], len(c), c))

    def _grow(self, pool: Sequence[Coding], at: tuple[int, ...]) -> tuple[int, ...]:
        while len(at) < self.how.most_columns:
            more = [(*at, i) for i in range(len(pool)) if pool[i].column not in {pool[j].column for j in at}]
            if not more:
                break
            step = min(more, key=lambda c: (-self.score(pool, c)[0], c))
            if not self.better(pool, step, at):
                break
            at = step
        while len(at) > 1:
            fewer = [tuple(j for j in at if j != i) for i in at]
            step = min(fewer, key=lambda c: (-self.score(pool, c)[0], c))
            if self.better(pool, at, step):
                break
            at = step
        return at


def find_leaks(
    frame: pl.DataFrame, label: Labels, columns: Sequence[str], fit: Mask, judge: Mask, confirm: Mask, seed: int = 0, found: Rules | None = None
) -> LeakReport:
    """Search for sets of columns that carry the label.

    Sets are fitted on the earliest rows, chosen on later ones and judged on the last: what is reported was never searched on.
    Columns of a leak are then left out and the search begins anew: first over values, then also over ranges of numbers, at last over
    their exact values too.

    Parameters
    ----------
    frame : polars.DataFrame
        Text, boolean or number columns; an empty cell is a value of its own.
    label : int8 array (rows,)
    columns : sequence of str
        Columns searched.
    fit, judge, confirm : boolean arrays (rows,)
        Three parts in order of time.
    seed : int
    found : Rules
        Thresholds; those of the package where none are given.

    Returns
    -------
    LeakReport

    Notes
    -----
    For a set S, t_S is the table of smoothed shares of the label by exact joint value. S is accused where t_S has more skill than
    with shuffled labels (p <= 0.05), its values cover enough later rows, and either

    - kappa >= 0.8, its interval above 0.7: the label is nearly a function of S; or
    - kappa >= 0.4, its interval above 0.3, and the skill of t_S is above the 95th percentile of labels drawn from a model in which
      the columns of S work one by one, and above that model's own skill, by 0.05 or more: the label goes with exact combinations,
      which is what copied or generated rows do. For one column the second model knows ranges of a number; one column of values is
      accused as a function only.

    References
    ----------
    Kaufman, Rosset, Perlich and Stitelman (2012), Leakage in data mining, ACM TKDD 6(4), for the notion; Cohen (1960), A coefficient
    of agreement for nominal scales, for kappa; Landis and Koch (1977), for reading it: above 0.8 almost perfect, above 0.4 moderate.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> data = pl.DataFrame({c: rng.integers(0, 6, 6000) for c in "abcd"})
    >>> label = ((data["a"] * 7 + data["c"] * 5) % 4 == 1).cast(pl.Int8).to_numpy()
    >>> part = np.arange(6000) // 2000
    >>> sorted(find_leaks(data, label, data.columns, part == 0, part == 1, part == 2).columns)
    ['a', 'c']
    """
    how = found or rules()
    y = label.astype(np.float64)
    for name, part in (("earliest", fit), ("middle", judge), ("last", confirm)):
        n1, n = int(label[part].sum()), int(part.sum())
        if min(n1, n - n1) < how.least_class:
            return LeakReport(absent=f"the {name} part has {n1} rows with the label and {n - n1} without: {how.least_class} of each are needed")
    every = codings(frame, columns, fit, how)
    left = {c.column for c in every}
    leaks: list[Leak] = []
    tried: list[Leak] = []
    searched = 0
    # Ranges and exact values of numbers make almost every row unlike any other, and would hide a plainer set: they come after it.
    stages = (("value", "filled"), ("value", "filled", "range"), ("value", "filled", "range", "exact"))
    for kinds in stages:
        while len(leaks) < how.most_leaks:
            pool = [c for c in every if c.column in left and c.kind in kinds]
            if all(c.kind != kinds[-1] for c in pool) and (not pool or kinds != stages[0]):
                break
            search = _Search(y, _latest(fit, how.most_rows), _latest(judge, how.most_rows), how)
            at = search.best(pool)
            searched += len(search.scored)
            leak = _weigh([pool[i] for i in _by_weight(search, pool, at)], every, y, fit | judge, confirm, seed, how)
            if not leak.verdict:
                if all(leak.columns != t.columns or leak.kinds != t.kinds for t in tried):
                    tried.append(leak)
                break
            leaks.append(leak)
            left -= set(leak.columns)
    together = None
    if len(leaks) > 1:
        named = {(c, k) for leak in leaks for c, k in zip(leak.columns, leak.kinds, strict=True)}
        together = _weigh([c for c in every if (c.column, c.kind) in named], every, y, fit | judge, confirm, seed, how)
    return LeakReport(tuple(leaks), tuple(tried), together, searched)


def _latest(part: Mask, most: int) -> Mask:
    """The last rows of a part, so that a search over hundreds of sets stays short; what it chooses is weighed on all rows."""
    where = np.flatnonzero(part)[-most:]
    out = np.zeros(len(part), dtype=bool)
    out[where] = True
    return out


def _by_weight(search: _Search, pool: Sequence[Coding], at: tuple[int, ...]) -> list[int]:
    """Columns of a set, those first without which most skill is lost."""
    if len(at) == 1:
        return list(at)
    return sorted(at, key=lambda i: (search.score(pool, tuple(j for j in at if j != i))[0], i))


def _weigh(chosen: Sequence[Coding], every: Sequence[Coding], y: Reals, fit: Mask, at: Mask, seed: int, how: Rules) -> Leak:
    """A chosen set on rows it was not searched on, beside both nulls."""
    rng = np.random.Generator(np.random.Philox(seed))
    key = joint([c.codes for c in chosen])
    base = float(y[fit].mean())
    table = look(key, y, fit, at)
    truth = y[at]
    reached = skill(truth, table.p, base)
    agree, kappa, seen = repeats(truth, table)
    low, high = _interval(key[at], truth, table.rows > 0, table.mean, rng, how.draws)
    shuffled = np.array([skill(rng.permutation(truth), table.p, base) for _ in range(how.draws)])
    p = (1 + int((shuffled >= reached).sum())) / (1 + how.draws)
    # One by one, a fine number is known by its ranges: its exact values are what a copied row repeats.
    coarse = {c.column: c for c in every if c.kind == "range"}
    single = additive([coarse[c.column].codes if c.kind == "exact" else c.codes for c in chosen], y, fit)
    apart = skill(truth, single[at], base)
    drawn = np.array([_redrawn(key, single, fit, at, rng) for _ in range(how.null_draws)])
    ceiling = float(np.quantile(drawn, 0.95))
    coded_alone = len(chosen) == 1 and chosen[0].kind != "exact"
    verdict = ""
    if p <= 0.05 and seen >= how.least_seen and np.isfinite(kappa):
        if kappa >= how.function_kappa and low >= how.function_low:
            verdict = "function"
        elif kappa >= how.memory_kappa and low >= how.memory_low and not coded_alone and reached - max(apart, ceiling) >= how.memory_excess:
            verdict = "memory"  # fmt: skip
    drops: dict[str, float] = {}
    if len(chosen) > 1:
        for c in chosen:
            rest = look(joint([o.codes for o in chosen if o is not c]), y, fit, at)
            drops[c.column] = reached - skill(truth, rest.p, base)
    return Leak(
        tuple(c.column for c in chosen), tuple(c.kind for c in chosen), verdict, seen, agree, kappa, low, high,
        auc(truth.astype(np.int8), table.p), reached, apart, ceiling, float(np.quantile(shuffled, 0.95)), p, drops,
    )  # fmt: skip


def _redrawn(key: Codes, single: Reals, fit: Mask, at: Mask, rng: np.random.Generator) -> float:
    y = (rng.random(len(single)) < single).astype(np.float64)
    return skill(y[at], look(key, y, fit, at).p, float(y[fit].mean()))


def _interval(key: Codes, y: Reals, seen: Mask, mean: Reals, rng: np.random.Generator, draws: int) -> tuple[float, float]:
    """95 percent interval of kappa with groups of equal values drawn again: rows of one group are not independent."""
    if not seen.any():
        return float("nan"), float("nan")
    here = key[seen]
    # Large groups are cut to a hundredth of the rows: a few values that hold all rows could otherwise be left out whole.
    first = np.argsort(here, kind="stable")
    place = np.empty(len(here), np.int64)
    place[first] = np.arange(len(here)) - np.searchsorted(here[first], here[first])
    group = joint([np.unique(here, return_inverse=True)[1].astype(np.int64), place // (len(here) // 100 + 1)])
    group = np.unique(group, return_inverse=True)[1]
    ys, q = y[seen], mean[seen]
    size = int(group.max()) + 1
    n, sy, sq = (np.bincount(group, w, size) for w in (np.ones(len(ys)), ys, q))
    apart = np.bincount(group, ys * (1 - q) + (1 - ys) * q, size)
    found = []
    for _ in range(draws):
        times = rng.multinomial(size, np.full(size, 1 / size)) if size > 1 else np.ones(1)
        total = float(times @ n)
        if not total:
            continue
        a, b = float(times @ sy) / total, float(times @ sq) / total
        chance = a * (1 - b) + (1 - a) * b
        if chance > 0:
            found.append(1 - float(times @ apart) / total / chance)
    return (float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))) if found else (float("nan"), float("nan"))
