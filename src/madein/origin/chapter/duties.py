"""What preferences save: the duties held, their figures and their table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from madein.core.countries import economy_label
from madein.core.step import Block, Figure, Ref, Table, row_at
from madein.origin.assessment import Assessment
from madein.origin.chapter import Case
from madein.origin.chapter.tables import answer, dims
from madein.origin.duty import DutyDifference
from madein.origin.duty.find import Side

_DUTIES: dict[str, Any] = {
    "product": pl.String, "market": pl.String, "regime": pl.String, "kind": pl.String, "state": pl.String, "rate": pl.String,
    "low": pl.Float64, "high": pl.Float64, "held": pl.String, "source": pl.String, "notes": pl.String, "_src": pl.List(pl.String),
}  # fmt: skip

_WHY = {"none": "the market gives no preference", "excluded": "the agreement leaves this line out"}

_MEASURES = {"mfn": "mfn_duty", "preferential": "preferential_duty"}


def _sides(found: Assessment) -> Iterator[tuple[DutyDifference, Side]]:
    if found.duty is not None:
        yield found.duty, found.duty.mfn
        yield found.duty, found.duty.preferential


def duties_table(cases: Sequence[Case]) -> Table:
    """Table ``duties``: both duties of every product, market and regime, with where each rate is from."""
    rows = [
        (case.name, found.destination, found.name or "none", side.kind, side.state, side.text, _float(side.low), _float(side.high), side.held,
         side.source, "; ".join(side.notes), [case.code_ref])
        for case in cases for found in case.found for _, side in _sides(found)
    ]  # fmt: skip
    key = ("product", "market", "regime", "kind")
    frame = pl.DataFrame(rows, _DUTIES, orient="row").sort(*key)
    return Table(frame, key, {"low": "percent", "high": "percent"}, "Duties without and with preference, and where each rate is from")


def duty_figures(cases: Sequence[Case]) -> Iterator[Figure]:
    """The two duties and the saving in points; a rate that is not held is absent with that reason."""
    for case in cases:
        for found in case.found:
            for _, side in _sides(found):
                yield _duty(case, found, side)
            if found.duty is not None:
                yield _saving(case, found, found.duty)


def _row(case: Case, found: Assessment, kind: str) -> Ref:
    return Ref("table:.duties", row_at({"product": case.name, "market": found.destination, "regime": found.name or "none", "kind": kind}))


def _duty(case: Case, found: Assessment, side: Side) -> Figure:
    parents = (_row(case, found, side.kind),)
    if side.low is None or side.high is None:
        why = {"none": "the market gives no preference", "excluded": "the agreement leaves this line out"}.get(
            side.state, f"the rate is {side.state}"
        )
        return Figure(_MEASURES[side.kind], dims(case, found), None, "percent", parents, absent=why)
    method = f"{side.text}, {side.source}" + (f"; the last rate held is of {side.stale}" if side.stale else "")
    return Figure(_MEASURES[side.kind], dims(case, found), float(side.high), "percent", parents, float(side.low), float(side.high), method=method)


def _saving(case: Case, found: Assessment, duty: DutyDifference) -> Figure:
    parents = (_row(case, found, "mfn"), _row(case, found, "preferential"))
    if duty.points is None or duty.benefit == "unknown":
        return Figure("duty_saving", dims(case, found), None, "pp", parents, absent="; ".join(duty.reasons) or "a rate is not held")
    low, high = duty.points
    method = "; ".join(duty.reasons) + ("; at least, since the agreement caps the preferential rate by one that is not held" if duty.at_least else "")
    bounds = (None, None) if high is None else (float(low), float(high))
    return Figure("duty_saving", dims(case, found), float(low), "pp", parents, *bounds, method=method)  # type: ignore[misc]


def duties_block(cases: Sequence[Case], figures: Mapping[str, Figure]) -> Block | None:
    """The table of savings; where there is nothing to save, that comes first."""
    rows: list[tuple[Any, ...]] = []
    for case in cases:
        for found in case.found:
            if found.duty is None or found.verdict is None:
                continue
            if all(side.low is None and side.high is None for _, side in _sides(found)):
                continue
            cells = [_cell(figures, measure, case, found) for measure in ("mfn_duty", "preferential_duty", "duty_saving")]
            rows.append((case.name, f"{economy_label(found.destination)} {found.name}", answer(found), *cells, worth(found.duty)))
    columns = ("product", "market", "originates", "duty without", "duty with", "saving", "worth claiming")
    return Block("table", "What a preference saves", {"columns": columns, "rows": tuple(rows)}) if rows else None


def _cell(figures: Mapping[str, Figure], measure: str, case: Case, found: Assessment) -> Any:
    figure = figures.get(Figure(measure, dims(case, found), None, "percent", ()).id)
    return "not held" if figure is None or figure.value is None else {"figure": figure.id}


def worth(duty: DutyDifference) -> str:
    """Whether a preference is worth claiming, in a few words.

    Examples
    --------
    >>> from datetime import date
    >>> from madein.origin.duty import compare
    >>> from madein.origin.model import Product
    >>> worth(compare(Product(hs="851713", hs_edition="2022", country="VNM"), "EU", "EVFTA", date(2020, 9, 1)))
    'no benefit: the duty without preference is zero'
    """
    if duty.benefit == "none":
        return f"no benefit: {duty.reasons[0]}" if duty.reasons else "no benefit"
    if duty.worth:
        return {"yes": "yes", "no": "no: it costs more than it saves"}.get(duty.worth, "open")
    return "saves duty" if duty.benefit == "yes" else "open"


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
