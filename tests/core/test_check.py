"""The contract enforced: a right result passes, and each fault is told by name."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from madein.core.check import check_result
from madein.core.errors import INTERNAL, ContractBroken
from madein.core.step import Block, Figure, Ref, Result, Table

FRAME = pl.DataFrame(
    {
        "series": ["a", "a", "b"],
        "period": ["2024-01", "2024-02", "2024-01"],
        "value": [1.0, None, 2.0],
        "unit": ["USD", "USD", "tonne"],
        "_src": [["source:x.csv::cell B2"], [], ["source:x.csv::cell B3"]],
        "_basis": [None, "estimated", "published"],
    },
    schema_overrides={"_src": pl.List(pl.String)},
)
TABLE = Table(FRAME, ("series", "period"), {"value": "@unit"}, "Values")
EXPORTS = Figure("exports", {"economy": "VNM", "period": "2024-01"}, 5e9, "USD", (Ref("table:.levels", "row series=a"),), 4e9, 6e9)
GROWTH = Figure("exports", {"comparison": "yoy", "economy": "VNM", "period": "2024-01"}, 8.5, "percent", (Ref("source:x.csv"),))
BLOCKS = (
    Block("finding", "", {"text": f"Exports: {{{EXPORTS.id}}}, {{{GROWTH.id}|change}}."}),
    Block("chart", "Levels", {"spec": {"mark": "line"}, "table": "levels", "where": {"series": "a"}, "pivot": ("period", "series", "value")}),
    Block("table", "Levels", {"table": "levels", "columns": ("period", "value")}),
    Block("table", "Latest", {"columns": ("a", "b"), "rows": (("x", {"figure": EXPORTS.id, "view": "interval"}),)}),
    Block("excerpt", "Text", {"text": "up 5 %", "marks": ({"start": 0, "end": 2, "state": "agrees"}, {"start": 3, "end": 6, "state": "plain"})}),
    Block("tree", "Why", {"label": "root", "figure": GROWTH.id, "children": ({"label": "leaf", "state": "yes"},)}),
    Block("note", "Note", {"text": "anything, 5 %"}),
)
RIGHT = Result({"levels": TABLE}, (EXPORTS, GROWTH), BLOCKS)


def fault_of(result: Result) -> str:
    with pytest.raises(ContractBroken) as fault:
        check_result(result, "trade")
    assert fault.value.exit_code == INTERNAL
    assert str(fault.value).startswith("step trade: ")
    assert fault.value.problems[0].fix
    return str(fault.value)


def test_a_right_result_passes() -> None:
    check_result(RIGHT, "trade")
    check_result(Result(), "trade")


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        (replace(TABLE, key=("series", "month")), "has no column 'month'"),
        (replace(TABLE, units={"value": "@unit", "low": "USD"}), "has no column 'low'"),
        (replace(TABLE, key=()), "has no key"),
        (replace(TABLE, units={}), "gives no unit for 'value'"),
        (replace(TABLE, units={"value": "@units"}), "has no column 'units' that holds the unit of 'value'"),
        (replace(TABLE, units={"value": "Dollars"}), "gives 'value' a unit that is none"),
        (replace(TABLE, frame=FRAME.with_columns(value=pl.Series([1.0, math.nan, 2.0]))), "holds NaN or infinity in 'value'"),
        (replace(TABLE, frame=FRAME.with_columns(value=pl.Series([1.0, math.inf, None]))), "holds NaN or infinity in 'value'"),
        (replace(TABLE, key=("series",)), "has two rows of one key"),
        (replace(TABLE, frame=FRAME.reverse()), "is not sorted by its key"),
        (replace(TABLE, frame=FRAME.with_columns(_src=pl.lit("source:x"))), "has a column _src that is no list of text"),
        (replace(TABLE, frame=FRAME.with_columns(_basis=pl.lit("hearsay"))), "has an unknown basis"),
    ],
)
def test_faults_of_tables(table: Table, fault: str) -> None:
    assert f"table levels {fault}" in fault_of(Result({"levels": table}))


def other(**changes: Any) -> Figure:
    return replace(EXPORTS, **changes)


@pytest.mark.parametrize(
    ("figure", "fault"),
    [
        (other(dims={"colour": "red"}), "uses the dimension 'colour'"),
        (other(measure="rainfall"), "has an unknown measure"),
        (other(unit="Dollars"), "'Dollars' is no unit"),
        (other(unit="tonne"), "is measured in tonne"),
        (other(unit="percent", value=5.0, low=4.0, high=6.0), "is measured in percent"),
        (replace(GROWTH, unit="USD"), r"compares \(yoy\) in USD"),
        (replace(GROWTH, dims={"comparison": "yoy_abs", "period": "2024-01"}), "is measured in percent"),
        (other(value=None, low=None, high=None), "is empty without a reason, or has both"),
        (other(absent="no data"), "is empty without a reason, or has both"),
        (other(value=math.nan), "is not finite"),
        (other(high=math.inf), "is not finite"),
        (other(low=5.1e9), "lies outside its own bounds"),
        (other(high=4.9e9), "lies outside its own bounds"),
        (other(basis="hearsay"), "has the unknown basis 'hearsay'"),
        (other(parents=()), "has no parents"),
        (other(parents=(Ref("source:x.csv"),) * 21), "has 21 parents"),
        (other(parents=(Ref("file:x.csv"),)), "refers to 'file:x.csv'"),
        (other(parents=(Ref("table:.growth"),)), "refers to the table 'growth' that this step does not return"),
        (other(dims={"period": "July 2024"}), "'July 2024' is no period"),
        (other(dims={"period": "2024-07..2024-09"}), "writes its period as 2024-07..2024-09"),
        (replace(GROWTH, dims={"comparison": "wow"}), "has the unknown comparison 'wow'"),
        (other(dims={"comparison": ""}), "has the unknown comparison ''"),
    ],
)
def test_faults_of_figures(figure: Figure, fault: str) -> None:
    assert re.search(fault, fault_of(Result({"levels": TABLE}, (figure,))))


def test_a_figure_returned_twice() -> None:
    assert "is returned twice" in fault_of(replace(RIGHT, figures=(EXPORTS, GROWTH, EXPORTS)))


def test_what_figures_may_be() -> None:
    figures = (
        other(dims={}, value=None, low=None, high=None, absent="no data", parents=()),
        other(unit="number"),
        replace(GROWTH, unit="multiple"),
        replace(GROWTH, unit="pp", dims={"comparison": "mom"}),
        replace(GROWTH, unit="VND", dims={"comparison": "yoy_abs"}),
        replace(GROWTH, measure="observation", unit="tonne", dims={"period": "2024-01..2024-07"}),
        replace(EXPORTS, dims={"period": "2024"}, parents=(Ref("table:other.levels"), Ref("figure:x"))),
    )
    check_result(Result({"levels": TABLE}, figures), "trade")


def body(kind: int, **changes: Any) -> Block:
    block = BLOCKS[kind]
    return replace(block, body={k: v for k, v in {**block.body, **changes}.items() if v is not None})


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (Block("poem", "", {}), "is of no known kind"),  # type: ignore[arg-type]
        (body(0, text=None), "has a wrong body: text"),
        (body(0, colour="red"), "has a wrong body: colour"),
        (body(0, text="Exports: {exports/period=1999}."), "names the figure 'exports/period=1999' that this step does not return"),
        (body(0, text=f"{{{EXPORTS.id}|sideways}}"), "asks for the view 'sideways'"),
        (body(0, text="up 5 percent"), "prints a digit outside a hole"),
        (body(0, text="up ² percent"), "prints a digit outside a hole"),
        (body(1, table="growth"), "draws the table 'growth' that this step does not return"),
        (body(1, spec={"data": {}}), "carries its own data"),
        (body(1, spec={"datasets": {}}), "carries its own data"),
        (body(1, where={"month": "x"}), "names the column 'month' that its table does not have"),
        (body(1, pivot=("period", "series", "level")), "names the column 'level' that its table does not have"),
        (body(2, table="growth"), "shows the table 'growth' that this step does not return"),
        (body(2, columns=("month",)), "names the column 'month' that its table does not have"),
        (body(2, table=""), "needs either a table or rows"),
        (body(3, table="levels"), "needs either a table or rows"),
        (body(3, columns=("a",)), "has a row of 2 cells under 1 columns"),
        (body(3, rows=(("x", {"figure": "nothing"}),)), "names the figure 'nothing'"),
        (body(3, rows=(("x", {"figure": EXPORTS.id, "view": "x"}),)), "asks for the view 'x'"),
        (body(4, marks=({"start": 0, "end": 7, "state": "agrees"},)), "has a mark 0:7 that overlaps or leaves the text"),
        (body(4, marks=({"start": 2, "end": 2, "state": "agrees"},)), "has a mark 2:2"),
        (body(4, marks=({"start": 0, "end": 3, "state": "agrees"}, {"start": 2, "end": 4, "state": "agrees"})), "has a mark 2:4"),
        (body(4, marks=({"start": 0, "end": 2, "state": "wrong"},)), "has a wrong body: marks.0.state"),
        (body(5, children=({"label": "x", "children": ({"label": "y", "figure": "nothing"},)},)), "names the figure 'nothing'"),
        (body(6, text=5), "has a wrong body: text"),
    ],
)
def test_faults_of_blocks(block: Block, fault: str) -> None:
    message = fault_of(replace(RIGHT, blocks=(block,)))
    assert f"{block.kind} block {block.title!r} " in message
    assert fault in message


def test_a_figure_may_be_named_by_a_block_only_if_returned() -> None:
    assert "names the figure" in fault_of(replace(RIGHT, figures=(EXPORTS,)))


def test_bodies_are_mappings_of_plain_things() -> None:
    assert all(isinstance(b.body, Mapping) for b in BLOCKS)
