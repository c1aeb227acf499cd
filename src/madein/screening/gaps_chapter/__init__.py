"""The chapter of the step ``gaps``: three legs of trade before and after a tariff wedge, where it holds and where it does not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madein.core.countries import economy, economy_label
from madein.core.errors import MadeinError, Problem
from madein.core.periods import Period
from madein.core.step import Inputs, Result, Source
from madein.core.units import is_money, parse_unit

if TYPE_CHECKING:
    import polars as pl

    from madein.screening.gaps_step import Config

STUDY = "study.yaml"


@dataclass(frozen=True, eq=False)
class Case:
    """What the chapter is written from.

    Attributes
    ----------
    source, home, market : str
        Alpha-3 codes or keys of groups.
    money : str
        Currency of the flows.
    before, after : Period
    legs, wedge : Source
    trade : Polars frame
        Of `reading.read_legs`, rows inside the two windows, with ``late``: true after.
    products : Polars frame
        product, name, points, starts, row (of the wedge's file), exposed, for each leg its mean before and after and its growth
        in logs, joint. Sorted by product.
    threshold : float
        Points from which a product counts as exposed.
    given : tuple of str
        Legs that hold any number.
    told : tuple of Problem
        What a reader should know of the data.
    scenario : str
        See the settings.
    """

    source: str
    home: str
    market: str
    money: str
    before: Period
    after: Period
    legs: Source
    wedge: Source
    trade: pl.DataFrame
    products: pl.DataFrame
    threshold: float
    given: tuple[str, ...]
    told: tuple[Problem, ...]
    scenario: str = ""

    def dims(self, **more: str) -> dict[str, str]:
        """Dimensions of a figure."""
        return more | ({"scenario": self.scenario} if self.scenario else {})

    def ends(self, leg: str) -> tuple[str, str]:
        """From whom to whom a leg goes."""
        return {"source_home": (self.source, self.home), "home_market": (self.home, self.market)}.get(leg, (self.source, self.market))

    def label(self, leg: str) -> str:
        """What a leg is called."""
        return "all three together" if leg == "joint" else " to ".join(economy_label(e) for e in self.ends(leg))


def percent(log: float | None) -> float | None:
    """A change in logs as percent.

    Examples
    --------
    >>> percent(math.log(1.5)), percent(None)
    (50.0, None)
    """
    # Bounds of wild data may lie beyond what a number can hold.
    return None if log is None or not math.isfinite(log) else round(100 * math.expm1(min(log, 300.0)), 9)


def write(config: Config, inputs: Inputs) -> Result:
    """See `madein.screening.gaps_step.run`."""
    from madein.screening.gaps_chapter.blocks import blocks
    from madein.screening.gaps_chapter.figures import figures_of
    from madein.screening.gaps_chapter.tables import tables_of

    case = _case(config, inputs)
    tables = tables_of(case, config)
    figures = figures_of(case, tables, config)
    return Result(tables, tuple(figures), tuple(blocks(case, tables, figures, config)), case.told)


def _one(inputs: Inputs, role: str, needed: bool = True) -> Source | None:
    held = inputs.sources.get(role, ())
    if len(held) > 1 or (needed and not held):
        raise MadeinError(f"{len(held)} files are given" if held else "no file is given", f"role {role}", fix="give one")
    return held[0] if held else None


def _window(ends: tuple[str, ...], name: str) -> Period:
    try:
        first, last = (Period.parse(text.strip()) for text in ends)
        return Period(first.first, last.last)
    except ValueError as fault:
        raise MadeinError(f"{name} is no stretch of time", STUDY, str(fault), f"write {name}: [2015, 2017]") from fault


def _unit(text: str) -> tuple[float, str]:
    try:
        scale, unit = parse_unit(text)
    except ValueError as fault:
        raise MadeinError(f"{text!r} is no unit of money", STUDY, str(fault), "write unit: million USD") from fault
    if not is_money(unit) or "/" in unit:
        raise MadeinError(f"{text!r} is no unit of money", STUDY, f"it is read as {unit}", "write unit: million USD")
    return scale, unit


def _case(config: Config, inputs: Inputs) -> Case:
    from madein.screening.gaps_chapter.measuring import measured
    from madein.screening.gaps_chapter.reading import LEGS, read_legs, read_names, read_wedge

    source, home, market = (economy(text, STUDY) for text in (config.source, config.home, config.market))
    if len({source, home, market}) < 3:
        raise MadeinError("source, home and market are not three economies", STUDY, f"{source}, {home}, {market}", "name three")
    scale, money = _unit(config.unit)
    before, after = _window(config.before, "before"), _window(config.after, "after")
    if before.last >= after.first:
        raise MadeinError("before does not end before after begins", STUDY, f"{before} and {after}", "leave the turn out between them")
    legs, wedge = _one(inputs, "legs"), _one(inputs, "wedge")
    assert legs is not None
    assert wedge is not None
    trade, points = read_legs(legs, scale), read_wedge(wedge)
    names = read_names(_one(inputs, "names", needed=False))
    told = [*_cut(trade, before, after, legs), *_seasons(trade, before, after, legs)]
    trade = _within(trade, before, after, legs)
    told += [*_gaps(trade, legs), *_apart(trade, points, legs, wedge), *_late(points, before, after, wedge)]
    products, threshold = measured(trade, points, names, config.exposed_from, config.at_least * scale, wedge.id)
    given = tuple(leg for leg in LEGS if trade[leg].is_not_null().any())
    return Case(source, home, market, money, before, after, legs, wedge, trade, products, threshold, given, tuple(told), config.scenario)


def _warn(what: str, where: str, why: str = "", fix: str = "") -> Problem:
    return Problem(what, where, why, fix, "warning")


def _within(trade: pl.DataFrame, before: Period, after: Period, legs: Source) -> pl.DataFrame:
    import polars as pl

    inside = {name: (pl.col("first") >= w.first) & (pl.col("last") <= w.last) for name, w in (("before", before), ("after", after))}
    for name, rule in inside.items():
        if not trade.filter(rule).height:
            held = f"the file holds {Period(trade['first'].min(), trade['last'].max())}"  # type: ignore[arg-type]
            window = before if name == "before" else after
            raise MadeinError(f"no period lies in {name}, {window}", legs.id, held, f"change {name}, or add periods")
    return trade.filter(inside["before"] | inside["after"]).with_columns(late=inside["after"]).sort("product", "first")


def _cut(trade: pl.DataFrame, before: Period, after: Period, legs: Source) -> Iterator[Problem]:
    """Periods that a window cuts: they are left out, and somebody may not have meant it."""
    for first, last in trade.select("first", "last").unique().sort("first").rows():
        for name, window in (("before", before), ("after", after)):
            if first <= window.last and last >= window.first and Period(first, last) not in window:
                yield _warn(f"{Period(first, last)} lies only in part in {name}", legs.id, "it is left out", f"let {name} begin and end with periods")


def _seasons(trade: pl.DataFrame, before: Period, after: Period, legs: Source) -> Iterator[Problem]:
    first, last = trade.select("first", "last").row(0)
    if Period(first, last).kind not in ("month", "quarter"):
        return
    if before.n_months % 12 or after.n_months % 12:
        yield _warn("the windows are no whole years", legs.id, "the season may pass for growth", "give both windows twelve months or a multiple")


def _gaps(trade: pl.DataFrame, legs: Source) -> Iterator[Problem]:
    """Products that lack some of the periods of a window: their mean rests on fewer."""
    import polars as pl

    from madein.screening.gaps_chapter.reading import LEGS

    whole = dict(trade.group_by("late").agg(pl.col("first").n_unique()).rows())
    held = trade.group_by("product", "late").agg(pl.col(leg).count() for leg in LEGS)
    for leg in LEGS:
        short = held.filter((pl.col(leg) > 0) & (pl.col(leg) < pl.col("late").replace_strict(whole, return_dtype=pl.Int64)))
        names = short["product"].unique().sort().to_list()
        if names:
            yield _warn(
                f"some periods are empty for {_few(names)}", f"{legs.id} column {leg}", "their means rest on fewer", "fill them if they are known"
            )


def _apart(trade: pl.DataFrame, points: pl.DataFrame, legs: Source, wedge: Source) -> Iterator[Problem]:
    import polars as pl

    rated = set(points.filter(pl.col("points").is_not_null())["product"].to_list())
    traded = set(trade["product"].to_list())
    if not rated & traded:
        some = ", ".join(sorted(traded)[:3]), ", ".join(sorted(rated)[:3]) or "none with points"
        raise MadeinError("no product of the legs has a wedge", f"{wedge.id} column product", f"legs hold {some[0]}; the wedge {some[1]}",
                          "write the codes of both files alike")  # fmt: skip
    if traded - rated:
        yield _warn(f"no points for {_few(sorted(traded - rated))}", wedge.id, "they are left out", "add their rows; 0 where there is no wedge")
    if rated - traded:
        yield _warn(f"no trade of {_few(sorted(rated - traded))}", legs.id, "they are left out", "add their rows")


def _late(points: pl.DataFrame, before: Period, after: Period, wedge: Source) -> Iterator[Problem]:
    import polars as pl

    for rule, why in (
        (pl.col("starts") <= before.last, f"before ends {before.last}"), (pl.col("starts") > after.first, f"after begins {after.first}")
    ):  # fmt: skip
        names = points.filter(rule)["product"].sort().to_list()
        if names:
            yield _warn(f"the wedge does not begin between the windows for {_few(names)}", f"{wedge.id} column from", why, "move the windows")


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
