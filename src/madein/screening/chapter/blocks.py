"""What the chapter shows: findings, excess over chance, the queue with its evidence, the matrix, the curve and the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.blocks import Tree
from madein.core.countries import economy_label
from madein.core.step import Block, Figure, Table
from madein.screening.chapter import Case, charts
from madein.screening.chapter.figures import lane_id
from madein.screening.wording import indicator_label, pieces_of

if TYPE_CHECKING:
    from madein.screening.step import Config

LEVELS = ("country", "province", "firm", "cluster")
_LEVEL = {
    "country": "for the country as a whole", "province": "inside one province", "firm": "inside one firm",
    "cluster": "inside firms tied by address, telephone or owner",
}  # fmt: skip


def blocks(case: Case, tables: Mapping[str, Table], figures: Sequence[Figure], config: Config) -> Iterator[Block]:
    """Blocks in reading order."""
    held = {f.id: f for f in figures}
    yield from _findings(case, held)
    yield from _excess(case, tables["excess"])
    yield from _queue(case, tables["lanes"], config)
    if tables["matrix"].frame.height:
        yield _matrix(tables["matrix"])
    yield from _curve(tables.get("curve"))
    yield from _trees(case, tables["lanes"], config)
    if tables["intake"].frame.height > 2:
        yield Block("table", "What was read, kept and set aside", {"table": "intake", "columns": ("table", "what", "rows")})
    yield Block("note", "How to read this", {"text": _note(case, config)})


def _id(measure: str, case: Case, **dims: str) -> str:
    return Figure(measure, {**case.dims, **dims} if dims else {}, None, "percent", ()).id


def _findings(case: Case, held: Mapping[str, Figure]) -> Iterator[Block]:
    count, value, duty = (_id(m, case) for m in ("lanes_to_look_at", "value_at_issue", "duty_at_stake"))
    told = "In simulated trade, " if case.simulated else ""
    read, weighed = _id("declarations_read", case), _id("lanes_weighed", case)
    text = f"{told}{{{read}}} of declarations were read and {{{weighed}}} weighed: {{{count}}} need a look" if told else (
        f"{{{read}}} of declarations were read and {{{weighed}}} weighed: {{{count}}} need a look"
    )  # fmt: skip
    if held[count].value and held[value].value is not None:
        text += f", with exports of {{{value}}} that goods from abroad can account for"
        text += f" and {{{duty}}} of duty at the wedge" if held[duty].value else ""
    yield Block("finding", "", {"text": text + "."})
    if case.source:
        yield from _levels(case, held)
    precision, recall, honest = (_id(m, case) for m in ("screening_precision", "screening_recall", "honest_at_issue"))
    if case.score is not None and held[precision].value is not None and held[recall].value is not None:
        text = f"Held against the truth of the simulation, {{{precision}}} of the value at issue was rerouted, and {{{recall}}} of what was is found"
        text += f"; of the exports of honest processors {{{honest}}} is asked about" if held[honest].value is not None else ""
        yield Block("finding", "", {"text": text + "."})


def _levels(case: Case, held: Mapping[str, Figure]) -> Iterator[Block]:
    """The finest level and the coarsest: a share that chance explains says nothing."""
    for level in ("country", "firm"):
        series = f"rerouting {level} lag 1"
        ids = {m: _id(m, case, series=series) for m in ("covered_share", "covered_by_chance", "covered_excess")}
        share = held.get(ids["covered_share"])
        excess = held.get(ids["covered_excess"])
        if share is None or excess is None or excess.low is None or excess.high is None:
            continue
        beyond = "more than chance explains" if excess.low > 0 else "no more than chance explains" if excess.high >= 0 else "less than chance gives"
        text = (
            f"Of exports to {economy_label(case.market)}, imports of the same code from {economy_label(case.source)} {_LEVEL[level]}, in the same "
            f"quarter or the one before, cover {{{ids['covered_share']}}}; chance alone would cover {{{ids['covered_by_chance']}}}. The difference "
            f"({{{ids['covered_excess']}|interval}}) is {beyond}."
        )
        yield Block("finding", "", {"text": text})


def _excess(case: Case, table: Table) -> Iterator[Block]:
    frame = table.frame.filter(pl.col("absent") == "")
    if not frame.height:
        return
    order = [n for level in LEVELS for lag in (0, 1) if (n := f"rerouting {level} lag {lag}") in frame["indicator"].to_list()]
    order += [n for n in frame["indicator"].to_list() if n not in order]
    yield Block("chart", f"Exports covered by imports of the same code, and other signs, beside what chance gives; {case.basis}", {
        "spec": charts.excess_bars([indicator_label(n).replace(",", ";") for n in order]), "table": "excess",
        "alt": "A row for each indicator: a dot at the share seen, a grey tick at what chance alone gives, a line over the interval.",
    })  # fmt: skip


def _queue(case: Case, table: Table, config: Config) -> Iterator[Block]:
    if not table.frame.height:
        yield Block("note", "Nothing needs a look", {"text": _NOTHING})
        return
    rows: list[tuple[Any, ...]] = []
    for row in table.frame.head(config.show).iter_rows(named=True):
        name = f"lane {row['rank']}"
        code = row["hs_in"] if row["hs_in"] == row["hs_out"] else f"{row['hs_in']} to {row['hs_out']}"
        money = [{"figure": lane_id(m, case, row["rank"])} for m in ("value_at_issue", "duty_at_stake")] if case.findings.currency else ["", ""]
        firms = row["exporter"] if row["exporter"] == row["importer"] else f"{row['importer']} to {row['exporter']}"
        rows.append(({"text": str(int(row["rank"])), "to": name, "state": "open"}, firms, code, row["tie"], f"{row['strength']:.0f} %", *money))
    columns = ("lane", "firm", "code", "tie", "strength", "value at issue", "duty at the wedge")
    more = table.frame.height - len(rows)
    title = "What needs a look, by duty at stake: each opens its evidence"
    yield Block("table", title + (f"; the first {len(rows)} of {table.frame.height}" if more > 0 else ""), {"columns": columns, "rows": tuple(rows)})


def _matrix(table: Table) -> Block:
    total = table.frame.group_by("province").agg(pl.col("value_at_issue").sum()).sort("value_at_issue", "province", descending=[True, False])
    shown = total["province"].head(6).to_list()
    chapters = table.frame.filter(pl.col("province").is_in(shown))["chapter"].n_unique()
    return Block("table", f"Value at issue by chapter and province of the exporter{'; the largest provinces' if total.height > 6 else ''}", {
        "table": "matrix", "pivot": ("chapter", "province", "value_at_issue"), "labels": {p: p for p in shown},
    }) if chapters else Block("note", "Matrix", {"text": "No province is known."})  # fmt: skip


def _curve(table: Table | None) -> Iterator[Block]:
    if table is None or table.frame.height < 2 or table.frame["recall"].null_count():
        return
    yield Block("chart", "What is found as the queue is worked down; simulated", {
        "spec": charts.found_curve(), "table": "curve",
        "alt": "Two lines over lanes looked at: share of the value asked about that was rerouted, and share of the rerouted value found.",
    })  # fmt: skip


def _trees(case: Case, table: Table, config: Config) -> Iterator[Block]:
    for row in table.frame.head(config.show).iter_rows(named=True):
        yield Block(
            "tree", f"Lane {int(row['rank'])}: {row['tie']}", {**_tree(case, row).model_dump(), "name": f"lane {row['rank']}", "folded": True}
        )


def _tree(case: Case, row: Mapping[str, Any]) -> Tree:
    weights = [
        {"label": label, "value": f"{weight:+.1f}", "state": "open" if weight > 0 else "plain"} for _, label, weight in pieces_of(row["pieces"])
    ]
    lines = case.findings.lines.filter(pl.col("finding") == row["finding"])
    sample = [
        {"label": f"{r['declaration_id']} line {r['line']}, {r['date']}", "value": f"{r['value']:,.0f} {case.findings.currency}",
         "note": f"like import {r['like_declaration_id']} line {r['like_line']}" if r["like_declaration_id"] else ""}
        for r in lines.filter((pl.col("side") == "export") & (pl.col("value_at_issue") > 0)).sort("value", "declaration_id", descending=[True, False])
        .head(3).iter_rows(named=True)
    ]  # fmt: skip
    figure = lane_id("value_at_issue", case, row["rank"]) if case.findings.currency else ""
    facts = [
        {"label": "price out over price in, per kilogram", "value": f"{row['markup']:.2f}"},
        {"label": "mass out over mass in", "value": f"{row['mass_ratio']:.2f}"},
        {"label": "shipments that weigh what one that came in weighs", "value": f"{row['matched']:.0f}",
         "note": f"by chance {row['matched_by_chance']:.1f}"},
        {"label": "lines in and out", "value": f"{row['lots_in']} and {row['lots_out']}", "note": "the table of evidence holds them all"},
    ]  # fmt: skip
    children = [
        {"label": "what speaks for and against, in nats", "children": weights}, {"label": "what was compared", "children": facts},
        {"label": "largest export lines", "children": sample},
        {"label": "what would clear it", "children": [{"label": c} for c in row["clears"].split("; ")]},
    ]  # fmt: skip
    return Tree.model_validate({
        "label": f"{row['rule']}: {row['importer']} brings in {row['hs_in']}, {row['exporter']} sells {row['hs_out']}", "figure": figure,
        "note": f"strength {row['strength']:.1f} %", "state": "open", "children": children,
    })  # fmt: skip


_NOTHING = """No lane reaches the threshold. That does not say that nothing is rerouted: goods that change their code, change hands between \
firms with no tie on record, or are sold below cost leave no such trace."""

_METHOD = """A flag is never a verdict: it says what needs a look and what would clear it. A lane is an importer, an exporter tied to it, and the \
codes of what came in and what left. Pieces of evidence are log odds; those that only show a link are capped together, because honest processors \
show the same link. The order is the chance times the duty at stake.

A covered share is the sum of the smaller of imports from the source and exports to the market, by code and quarter, over the exports (Iyoha, \
Malesky, Wen, Wu and Feng). At coarse levels it is large on random trade too, so each share stands beside the mean of permutations \
that keep who trades how much, with a 95 % interval of what is left."""


def _note(case: Case, config: Config) -> str:
    parts = [config.note] if config.note else []
    if case.simulated:
        parts.append(
            f"The trade is simulated: firms, prices and rates do not exist. {config.rows:,} lines, seed {config.seed}. The screen saw the "
            "declarations, the register and the tariffs; the truth was opened afterwards."
        )
    if case.wedge is not None:
        parts.append(
            f"The largest wedge of {economy_label(case.market)} on {economy_label(case.source)} in the table of tariffs is {case.wedge:g} points."
        )
    return "\n\n".join([*parts, _METHOD])
