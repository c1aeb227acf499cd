"""What the chapter shows: findings, growth over the wedge, the difference with its interval, the products, and the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.countries import economy_label
from madein.core.step import Block, Figure, Table
from madein.core.units import format_value
from madein.screening.gaps_chapter import Case, charts
from madein.screening.gaps_chapter.figures import SIDES, gap_id, growth_id, wedge_id
from madein.screening.gaps_chapter.measuring import WAY
from madein.screening.gaps_chapter.tables import listed

if TYPE_CHECKING:
    from madein.screening.gaps_step import Config

LEAST = 3
"""Products that a chart is worth."""


def blocks(case: Case, tables: Mapping[str, Table], figures: Sequence[Figure], config: Config) -> Iterator[Block]:
    """Blocks in reading order."""
    held = {f.id: f for f in figures}
    yield from _findings(case, tables["legs"], held, config)
    yield from _dots(case, tables["legs"])
    yield from _difference(case, tables["gap"])
    yield _products(case, tables["legs"], held, config)
    yield _means(case, tables["gap"], held)
    yield Block("note", "How it is computed, and what it cannot show", {"text": _note(case, config)})


def _spoken(name: str) -> bool:
    """Whether a name may stand in a sentence: digits are kept for figures, braces for holes."""
    return not any(c.isdigit() or c in "{}" for c in name)


def _findings(case: Case, legs: Table, held: Mapping[str, Figure], config: Config) -> Iterator[Block]:
    source, home, market = (economy_label(e) for e in (case.source, case.home, case.market))
    yield Block("finding", "", {"text": _joint(case, held)})
    for leg in ("home_market", "source_market", "source_home"):
        if (text := _leg(case, leg, held)) is not None:
            yield Block("finding", "", {"text": text})
    top = legs.frame.filter(pl.col("product").is_in(listed(case, config.show))).sort("points", "product", descending=[True, False]).head(1)
    for row in top.iter_rows(named=True):
        name = row["name"] if _spoken(row["name"]) else "one of them"
        text = (
            f"Of the goods that {home} sends most of, the wedge of {market} on {source} is largest on {name[:1].lower() + name[1:]}, "
            f"{{{wedge_id(case, product=row['product'])}}}; goods count as exposed from {{{wedge_id(case, series='threshold')}}}."
        )
        yield Block("finding", "", {"text": text})


def _verdict(figure: Figure, more: str, none: str, less: str) -> str:
    assert figure.low is not None
    assert figure.high is not None
    return more if figure.low > 0 else less if figure.high < 0 else none


def _joint(case: Case, held: Mapping[str, Figure]) -> str:
    source, home, market = (economy_label(e) for e in (case.source, case.home, case.market))
    opening = (
        f"Rerouting would show where the wedge holds as trade from {source} to {home} and from {home} to {market} rising together "
        f"while trade from {source} to {market} falls"
    )
    figure = held[gap_id(case, "joint")]
    if figure.value is None:
        return f"{opening}; whether it does cannot be said: {_plain(figure.absent)}."
    told = _verdict(figure, "more than chance explains", "no more than chance explains", "less than chance gives")
    return f"{opening}. This joint movement is {told}: relative to other goods it is {{{figure.id}|change}} ({{{figure.id}|interval}})."


def _plain(reason: str) -> str:
    """A reason without numbers, which stand in the table."""
    return reason if _spoken(reason) else "too few products are exposed, or too few are not"


def _leg(case: Case, leg: str, held: Mapping[str, Figure]) -> str | None:
    figure = held[gap_id(case, leg)]
    sides = [held.get(growth_id(case, leg, series=side)) for side in ("exposed", "others")]
    if figure.value is None or any(f is None or f.value is None for f in sides):
        return None
    mine, other = (f"{{{f.id}|change}}" for f in sides if f is not None)
    told = _verdict(
        figure, "more than chance explains", "within what chance explains", "less than chance gives" if WAY[leg] > 0 else "lower than chance explains"
    )
    return (
        f"Trade from {case.label(leg)} is {mine} where the wedge holds and {other} elsewhere: relative to elsewhere {{{figure.id}|change}} "
        f"({{{figure.id}|interval}}), {told}."
    )


def _dots(case: Case, legs: Table) -> Iterator[Block]:
    drawn = [leg for leg in ("home_market", "source_market") if leg in case.given and legs.frame[leg].count() >= LEAST]
    if drawn:
        what = " and ".join(f"from {case.label(leg)}" for leg in drawn)
        yield Block("chart", f"Growth of trade {what} by the points of the wedge: a dot a product", {
            "spec": charts.growth_dots({leg: case.label(leg) for leg in drawn}, case.threshold), "table": "legs",
            "alt": "Dots over the points of the wedge; height says how many times as much was traded as before. A dashed line parts exposed goods.",
        })  # fmt: skip


def _difference(case: Case, gap: Table) -> Iterator[Block]:
    told = gap.frame.drop_nulls("difference")["leg"].to_list()
    if told:
        yield Block("chart", "Growth where the wedge holds over growth elsewhere, with the 95 % interval", {
            "spec": charts.gap_bars([case.label(leg) for leg in WAY if leg in told]), "table": "gap",
            "alt": "A row a leg and one for all three: a dot at the difference, a line over its interval, a rule at nought.",
        })  # fmt: skip


def _products(case: Case, legs: Table, held: Mapping[str, Figure], config: Config) -> Block:
    known = {row["product"]: row for row in legs.frame.iter_rows(named=True)}
    rows: list[tuple[Any, ...]] = []
    for product in listed(case, config.show):
        row = known[product]
        growth = [growth_id(case, leg, product=product) for leg in case.given]
        rows.append((
            row["name"], {"figure": wedge_id(case, product=product)}, "yes" if row["exposed"] == "exposed" else "no",
            *({"figure": g} if held[g].value is not None else held[g].absent for g in growth),
        ))  # fmt: skip
    columns = ("goods", "wedge", "exposed", *(case.label(leg) for leg in case.given))
    more = f"; the first {len(rows)} of {len(known)} goods" if len(known) > len(rows) else ""
    return Block("table", f"Growth, mean of {case.after.label()} over that of {case.before.label()}{more}", {"columns": columns, "rows": tuple(rows)})


def _means(case: Case, gap: Table, held: Mapping[str, Figure]) -> Block:
    known = {row["leg"]: row for row in gap.frame.iter_rows(named=True)}
    rows: list[tuple[Any, ...]] = []
    for leg in [leg for leg in WAY if leg in case.given or leg == "joint"]:
        row = known[leg]
        ids = [growth_id(case, leg, series=side) for side in SIDES] if leg in case.given else ["", ""]
        texts = ["" if row[f"{side}_mean"] is None else format_value(row[f"{side}_mean"], "percent") for side in SIDES]
        means = [{"figure": id_} if id_ in held else text for id_, text in zip(ids, texts, strict=True)]
        id_ = gap_id(case, leg)
        found = [row["absent"], "", ""] if row["absent"] else [{"figure": id_}, {"figure": id_, "view": "interval"}, f"{row['p']:.3f}"]
        count = f"{row['exposed']} and {row['others']}" if row["exposed"] + row["others"] else ""
        rows.append((case.label(leg), *means, *found, count))
    columns = ("trade", "where it holds", "elsewhere", "relative", "interval", "by chance as far", "goods")
    return Block("table", "Growth, geometric means over goods where the wedge holds and elsewhere", {"columns": columns, "rows": tuple(rows)})


_METHOD = """Growth is the mean a period after over that before. Means over products are geometric and count every product alike, because \
the wedge is dealt to products: large ones do not weigh more. What is called relative is by how many percent the growth of exposed products is \
above that of others. Its 95 % interval takes the larger of two spreads: that of the difference when the wedge is dealt to other products by \
lot, and that over products. "By chance as far" is how often such a lot gives as much, the way rerouting would. The joint movement of a \
product is the smaller rise of the first two legs times the fall of the third, each counted only where it goes the way of rerouting.

Diversion is not rerouting: buyers who turn from one country to another make the second leg rise and the third fall with nothing \
passing through, and a factory that moves or buys parts makes the first rise as well. Only all three together are what rerouting would look \
like, and still no proof of it; the three can also move for reasons that have nothing to do with the wedge.

What cannot be seen: flows of a product do not say that the same goods came and went, wide products hold goods with and without a wedge, \
goods that change their product on the way leave no trace, few products make wide intervals, and differences that stood before the wedge \
show too: earlier windows tell. Reports of exporters (FOB), of importers (CIF) and flows at basic prices differ in level; growth of one \
leg within one kind of report is not touched by that, as long as freight and margins did not change."""


def _note(case: Case, config: Config) -> str:
    parts = [config.note] if config.note else []
    exposed = case.products["exposed"].sum()
    rule = "the points of the middle product" if config.exposed_from is None else "as set"
    small = f" A leg counts where it was at least {config.at_least:g} {config.unit} a period before." if config.at_least else ""
    parts.append(
        f"Before is {case.before.label()}, after is {case.after.label()}; what lies between is left out. Products are exposed from "
        f"{case.threshold:.1f} points ({rule}): {exposed} of {case.products.height}.{small} Seed of permutations {config.seed}."
    )
    return "\n\n".join([*parts, _METHOD])
