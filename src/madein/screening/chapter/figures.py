"""Figures of the chapter: counts, shares beyond chance, what is at issue and at stake, and how much of it is true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from madein.core.step import Figure, Ref, Table, row_at
from madein.screening.chapter import Case
from madein.screening.wording import indicator_label

LANE_FIGURES = 50
"""Lanes whose amounts are figures of their own: the officer's queue."""


def figures_of(case: Case, tables: Mapping[str, Table]) -> list[Figure]:
    """All figures."""
    return [*_counts(case), *_excess(case, tables["excess"]), *_lanes(case, tables["lanes"]), *_score(case)]


def _row(name: str, /, **key: str) -> tuple[Ref, ...]:
    return (Ref(f"table:.{name}", row_at(key)),)


def _counts(case: Case) -> Iterator[Figure]:
    rows = {r["table"]: r for r in case.quality.rows.iter_rows(named=True)}["declarations"]
    parents = _row("intake", table="declarations", what="read")
    yield Figure("declarations_read", {}, float(rows["read"]), "line", parents, basis=case.basis, method="lines of declarations as they were given")
    yield Figure("declarations_set_aside", {}, float(rows["set_aside"]), "line", (*parents, *_row("intake", table="declarations", what="kept")),
                 basis=case.basis, method="lines read less lines kept; the table of the intake gives the reasons")  # fmt: skip
    of = tuple(Ref(f"source:{s}") for s in case.sources)
    found = case.findings
    yield Figure("lanes_weighed", {}, float(found.weighed.height), "lane", of, basis=case.basis,
                 method="importer, exporter and codes with lots enough on both sides and prices that goods passing through may have")  # fmt: skip
    yield Figure("lanes_to_look_at", {}, float(found.findings.height), "lane", of, basis=case.basis,
                 method="lanes whose pieces of evidence add up to the threshold")  # fmt: skip
    money = found.currency
    for measure, column, how in (
        ("value_at_issue", "value_at_issue", "exports on these lanes that what came in can account for"),
        ("duty_at_stake", "at_stake", "value at issue times the wedge on the day of each line"),
    ):
        if money:
            cents = float((found.findings[column] * 100).round().sum())
            yield Figure(measure, {}, cents / 100, money, of, basis=case.basis, method=how)
        else:
            yield Figure(measure, {}, None, "USD", of, absent="no line says in which currency its value is")


def _excess(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.iter_rows(named=True):
        dims = {**case.dims, "series": row["indicator"]}
        parents = _row("excess", indicator=row["indicator"])
        if row["absent"]:
            yield Figure("covered_excess", dims, None, "pp", parents, absent=row["absent"])
            continue
        what = indicator_label(row["indicator"], long=True)
        how = f"{what}; mean of permutations that keep who trades how much, and the 95 % interval of the difference"
        yield Figure("covered_share", dims, row["share"], "percent", parents, basis=case.basis, method=what)
        yield Figure("covered_by_chance", dims, row["null"], "percent", parents, basis=case.basis, method=how)
        yield Figure("covered_excess", dims, row["excess"], "pp", parents, low=row["low"], high=row["high"], basis=case.basis, method=how)


def lane_id(measure: str, case: Case, rank: str) -> str:
    """Id of a figure of a lane."""
    return Figure(measure, {**case.dims, "series": f"lane {rank}"}, None, "USD", ()).id


def _lanes(case: Case, table: Table) -> Iterator[Figure]:
    money = case.findings.currency
    if not money:
        return
    for row in table.frame.head(LANE_FIGURES).iter_rows(named=True):
        dims = {**case.dims, "series": f"lane {row['rank']}"}
        parents = _row("lanes", rank=row["rank"])
        how = "lines that shipments from the source can account for; at least what matched beyond chance, at most what came in"
        yield Figure("value_at_issue", dims, row["value_at_issue"], money, parents, low=row["low"], high=row["high"], basis=case.basis, method=how)
        yield Figure("duty_at_stake", dims, row["at_stake"], money, parents, basis=case.basis, method="value at issue times the wedge on its day")


def _score(case: Case) -> Iterator[Figure]:
    if case.score is None:
        return
    of = tuple(Ref(f"source:{s}") for s in case.sources)
    told = (
        ("screening_precision", case.score.precision, "the smaller of both values by line, over the value at issue", "nothing is at issue"),
        ("screening_recall", case.score.recall, "the same over the rerouted value", "nothing was rerouted"),
        ("honest_at_issue", case.score.honest_flagged, "value at issue of honest processors over their exports", "there is no honest processor"),
    )  # fmt: skip
    for measure, value, how, why in told:
        method = f"{how}; the truth of the simulation was opened after the screen was done"
        if value is None:
            yield Figure(measure, {}, None, "percent", of, absent=why)
        else:
            yield Figure(measure, {}, 100 * value, "percent", of, basis="simulated", method=method)
