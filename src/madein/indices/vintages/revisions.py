"""Revisions: one print of a number against a later one, and what their distribution says.

A revision is the later print less the earlier one. For levels in money the relative revision, percent of the earlier print,
is the one that compares over years; for rates of growth the difference in points is. Statistics are those of the OECD/Eurostat
guidelines on revisions policy and analysis: mean, mean absolute, standard deviation, share of one sign, and the t of the mean
with a variance robust to autocorrelation (Newey and West, Econometrica 55, 1987). Whether revisions are news or noise is
seen from their correlation with the earlier and with the later print (Mankiw and Shapiro, "News or noise", Survey of
Current Business, May 1986; the layout of triangles follows Diebold and Rudebusch, JASA 86, 1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import MadeinError
from madein.indices.vintages.breaks import Break, breaks_of
from madein.indices.vintages.store import VintageStore, period_texts, pl_series

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike

Later = int | Literal["latest"] | date


def revision_table(
    store: VintageStore, series: str, *, growth: str = "level", span: str = "month", first: int = 1, later: Later = "latest",
    breaks: Sequence[Break] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """The k-th print of every period against a later one.

    Parameters
    ----------
    store : VintageStore
        Where the prints are.
    series, growth, span : str
        Which of them; see `VintageStore`.
    first : int
        Number of the earlier print, from 1.
    later : int, "latest" or date
        The later print: its number, the newest there is, or the one known on a day.
    breaks : sequence of Break, optional
        Those of the process, ``regime`` counts them; the package's own if None.

    Returns
    -------
    polars.DataFrame
        A row per period that has both prints: ``period``, ``month``, ``first``, ``first_release``, ``first_status``,
        ``later``, ``later_release``, ``later_status``, ``half`` (of the difference), ``revision`` (null where the base or
        the definition differs), ``percent`` (of the earlier print; null unless that is positive and growth is level),
        ``why_not`` (why there is no revision) and ``regime`` (0 before the first break of the process, 1 after it, ...).

    Raises
    ------
    MadeinError
        If the store has no such series, or `later` is not after `first`.
    """
    import polars as pl

    if first < 1 or (isinstance(later, int) and later <= first):
        raise MadeinError(f"print {later} is not later than print {first}", fix="count prints from 1 and name the later one second")
    prints = store.only(series, growth, span).prints()
    columns = {"value": "", "release": "_release", "status": "_status", "base": "_base", "definition": "_definition", "half": "_half"}
    one = prints.filter(pl.col("k") == first).select("month", *[pl.col(c).alias("first" + s) for c, s in columns.items()])
    if isinstance(later, int):
        rest = prints.filter(pl.col("k") == later)
    else:
        rest = prints.filter(pl.col("k") > first)
        if later != "latest":
            rest = rest.filter(pl.col("release") <= later)
        rest = rest.group_by("month", maintain_order=True).last()
    two = rest.select("month", *[pl.col(c).alias("later" + s) for c, s in columns.items()])
    both = one.join(two, on="month", how="inner").sort("month")
    # Growth on another base is still growth; a level on another base is another number.
    level = growth == "level" or growth.endswith("_abs")
    rebased = (pl.col("first_base") != pl.col("later_base")) if level else pl.lit(False)
    redefined = pl.col("first_definition") != pl.col("later_definition")
    why = pl.when(rebased).then(pl.format("base {} became {}", "first_base", "later_base")).when(redefined).then(
        pl.format("definition {} became {}", "first_definition", "later_definition")
    ).otherwise(pl.lit(""))  # fmt: skip
    both = both.with_columns(why_not=why)
    fine = pl.col("why_not") == ""
    both = both.with_columns(
        revision=pl.when(fine).then(pl.col("later") - pl.col("first")),
        half=pl.col("first_half") + pl.col("later_half"),
        percent=pl.when(fine & (pl.col("first") > 0) & pl.lit(growth == "level")).then(100 * (pl.col("later") / pl.col("first") - 1)),
    )
    cuts = [b.month for b in breaks_of(series, breaks) if b.kind == "process"]
    regime = pl.sum_horizontal([(pl.col("month") >= m).cast(pl.Int64) for m in cuts]) if cuts else pl.lit(0, pl.Int64)
    both = both.with_columns(regime=regime).insert_column(0, pl_series("period", period_texts(both["month"].to_list(), span)))
    order = ["period", "month", "first", "first_release", "first_status", "later", "later_release", "later_status"]
    return both.select(*order, "half", "revision", "percent", "why_not", "regime")


@dataclass(frozen=True, slots=True)
class RevisionStats:
    """What a set of revisions looks like; NaN where too few are there to say.

    Parameters
    ----------
    n : int
        Revisions.
    mean, mean_absolute, sd : float
        In the unit of the revisions; `sd` with n - 1.
    smallest, largest : float
        The extremes.
    share_up, share_down : float
        Shares revised up and down, 0 to 1; unrevised numbers are in neither.
    same_sign : float
        Share of the more frequent sign among those revised.
    t : float
        Mean over its standard error, Newey-West with `lags`.
    lags : int
        Autocovariances in the variance of the mean.
    noise, news : float
        Correlation of the revision with the earlier print (noise: far from zero) and with the later (news).
    """

    n: int
    mean: float
    mean_absolute: float
    sd: float
    smallest: float
    largest: float
    share_up: float
    share_down: float
    same_sign: float
    t: float
    lags: int
    noise: float
    news: float


def revision_stats(revisions: ArrayLike, *, first: ArrayLike | None = None, lags: int | None = None) -> RevisionStats:
    """Statistics of revisions in the order of their periods.

    Parameters
    ----------
    revisions : array, shape (n,)
        NaN is left out.
    first : array, shape (n,), optional
        The earlier prints, for the test of news against noise.
    lags : int, optional
        Lags of the Newey-West variance with Bartlett weights; floor(4 (n / 100) ** (2/9)) if None, 0 for independent ones.

    Returns
    -------
    RevisionStats

    Examples
    --------
    >>> s = revision_stats([-1.0, 0.5, -0.5, -1.0], lags=0)
    >>> s.n, s.mean, s.mean_absolute, s.share_down, round(s.t, 3)
    (4, -0.5, 0.75, 0.75, -1.414)
    """
    r = np.asarray(revisions, dtype=np.float64)
    kept = np.isfinite(r)
    r = r[kept]
    n = len(r)
    lags = max(0, min(n - 1, int(4 * (n / 100) ** (2 / 9)) if lags is None else lags))
    nan = float("nan")
    if not n:
        return RevisionStats(0, *(nan,) * 9, 0, nan, nan)
    up, down = int((r > 0).sum()), int((r < 0).sum())
    noise = news = nan
    if first is not None:
        early = np.asarray(first, dtype=np.float64)[kept]
        noise, news = _correlation(r, early), _correlation(r, early + r)
    return RevisionStats(
        n, float(r.mean()), float(np.abs(r).mean()), float(r.std(ddof=1)) if n > 1 else nan, float(r.min()), float(r.max()),
        up / n, down / n, max(up, down) / (up + down) if up + down else nan, _t_of_mean(r, lags), lags, noise, news,
    )  # fmt: skip


def _t_of_mean(r: np.ndarray[tuple[int, ...], np.dtype[np.float64]], lags: int) -> float:
    n = len(r)
    if n < 2:
        return float("nan")
    e = r - r.mean()
    variance = float(e @ e) / n
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(e[lag:] @ e[:-lag]) / n
    # With as many parameters as one mean, n / (n - 1) makes it the usual t where there are no lags.
    se = np.sqrt(variance / (n - 1)) if variance > 0 else 0.0
    return float(r.mean() / se) if se else float("nan")


def _correlation(a: np.ndarray[tuple[int, ...], np.dtype[np.float64]], b: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


By = Literal["month_of_year", "regime", "year"]


def revision_stats_by(table: pl.DataFrame, by: By, *, column: Literal["revision", "percent"] = "revision") -> pl.DataFrame:
    """Statistics of a `revision_table` by the month of the year, the year, or the regime of the revision process.

    Returns
    -------
    polars.DataFrame
        ``by`` (1 to 12, the year, or 0, 1, ...), then the fields of `RevisionStats`; groups of calendar months are far
        apart in time, so their t takes no lags.
    """
    import polars as pl

    key = {"month_of_year": pl.col("month") % 12 + 1, "year": pl.col("month") // 12, "regime": pl.col("regime")}[by]
    rows = []
    for (value,), part in table.with_columns(by=key).sort("by", "month").group_by("by", maintain_order=True):
        lags = 0 if by == "month_of_year" else None
        stats = revision_stats(part[column].to_numpy(), first=part["first"].to_numpy() if column == "revision" else None, lags=lags)
        rows.append({"by": value, **{f: getattr(stats, f) for f in stats.__dataclass_fields__}})
    return pl.DataFrame(rows)
