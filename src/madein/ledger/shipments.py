"""Shipments: what was promised for each leg, what happened, and how far the promise slipped."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.periods import Period
from madein.ledger.model import Claim
from madein.ledger.slippage import slips
from madein.ledger.view import claims_of

if TYPE_CHECKING:
    from madein.ledger.claims import Claims

LEGS = ("loading", "departure", "arrival", "first_handover", "last_handover")

SCHEMA: dict[str, Any] = {
    "shipment": pl.String, "exporter": pl.String, "product": pl.String, "vessel": pl.String, "from_port": pl.String, "to_port": pl.String,
    "leg": pl.String, "units": pl.Float64, "first_promise": pl.String, "last_promise": pl.String, "promise_status": pl.String, "actual": pl.String,
    "tellings": pl.Int64, "slip": pl.Int64, "state": pl.String, "claims": pl.List(pl.String),
}  # fmt: skip


def shipment_legs(claims: Claims, day: date) -> pl.DataFrame:
    """Every leg of every shipment as it was known on a day.

    Parameters
    ----------
    claims : Claims
        The ledger.
    day : date
        What was said later is not looked at.

    Returns
    -------
    polars.DataFrame
        A row a shipment and leg (loading, departure, arrival, first_handover, last_handover): units of that leg, else of the
        shipment; the first and the last promise and the actual date as periods; `slip`, days from the deadline first
        promised to the actual one, or to the last promise; `state`: done, implied (nobody says so, but a
        later leg is done), due (the last promise has not passed) or overdue;
        `claims`, the ids of all tellings.
    """
    view = claims.as_of(day)
    frame = view.frame.filter(pl.col("subject").str.starts_with("shipment:") & pl.col("current"))
    by_shipment: dict[str, list[Claim]] = {}
    for claim in claims_of(frame):
        by_shipment.setdefault(claim.subject.partition("/")[0], []).append(claim)
    moves: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in slips(claims, kind="shipment", day=day).iter_rows(named=True):
        moves.setdefault((row["subject"], row["predicate"]), []).append(row)
    rows = []
    for subject in sorted(by_shipment):
        told = {leg: moves[subject, leg] for leg in LEGS if (subject, leg) in moves}
        done = [leg for leg, tellings in told.items() if any(t["status"] == "actual" for t in tellings)]
        rows += [_leg(subject, leg, by_shipment[subject], tellings, day, done) for leg, tellings in told.items()]
    return pl.DataFrame(rows, SCHEMA, orient="row")


def _leg(subject: str, leg: str, claims: list[Claim], told: list[dict[str, object]], day: date, legs_done: list[str]) -> tuple[object, ...]:
    def text(predicate: str) -> str:
        own = [c for c in claims if c.predicate == predicate and c.subject == f"{subject}/event={leg}"]
        return next((str(c.value) for c in (*own, *(c for c in claims if c.predicate == predicate and c.subject == subject))), "")

    units = next((float(v) for v in (text("units_at_event"), text("units")) if v), None)
    promises = [t for t in told if t["status"] != "actual"]
    done = [t for t in told if t["status"] == "actual"]
    last = done[-1] if done else promises[-1]
    begin = promises[0] if promises else done[0]
    slip = (last["last"] - begin["last"]).days if len(told) > 1 else None  # type: ignore[operator]
    implied = any(LEGS.index(x) > LEGS.index(leg) for x in legs_done)
    state = "done" if done else "implied" if implied else "overdue" if last["last"] < day else "due"  # type: ignore[operator]
    return (
        subject, text("exporter"), text("product"), text("vessel"), text("load_port") or text("origin"),
        text("discharge_port") or text("destination"), leg, units, _window(promises[:1]), _window(promises[-1:]),
        promises[-1]["status"] if promises else "", _window(done[-1:]), len(told), slip, state, [t["id"] for t in told],
    )  # fmt: skip


def _window(told: list[dict[str, object]]) -> str:
    return str(Period(told[0]["first"], told[0]["last"])) if told else ""  # type: ignore[arg-type]
