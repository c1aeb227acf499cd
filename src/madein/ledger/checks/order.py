"""Dates: what must come before what, promises overtaken or passed, and things said to have happened before they could."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from madein.ledger.checks.model import Bounded, Finding, bounded, finding, named, overlap, told
from madein.ledger.rules import rules
from madein.ledger.view import View

_EPOCH = date(1970, 1, 1)


def time_order(view: View) -> Iterator[Finding]:
    """Dates that stand in an impossible order, and those a later statement has overtaken."""
    for subject, claims in _by_subject(view).items():
        for a in claims:
            for b in claims:
                later = b.claim.predicate in view.words.predicates[a.claim.predicate].precedes
                if not later or a.low <= b.high:
                    continue
                first, second = (view.words.predicates[x.claim.predicate].label for x in (a, b))
                what = f"{first} of {named(subject)} is {told(a.claim)}, but {second.lower()}, which cannot come before it, is {told(b.claim)}"
                old = a if a.claim.as_of.last < b.claim.as_of.first else b
                if overlap(a.claim, b.claim) or old.claim.status == "actual":
                    yield finding("time_order", subject, b.claim.predicate, what + ".", (a.id, b.id))
                else:
                    yield finding("stale_promise", subject, old.claim.predicate, what + "; the older statement can no longer hold.", (a.id, b.id))


def overdue(view: View) -> Iterator[Finding]:
    """Promised dates that have passed by the day of the view, while nobody said that it happened or moved it."""
    today = (view.day - _EPOCH).days
    words = view.words.predicates
    implied: dict[str, set[str]] = {}
    for subject, state in view.frame.filter((pl.col("predicate") == "state") & pl.col("current")).select("subject", "text").iter_rows():
        implied.setdefault(subject, set()).update(rules().implied(state))
    for subject, claims in _by_subject(view).items():
        done = {b.claim.predicate for b in claims if b.claim.status == "actual"} | implied.get(subject, set())
        for b in claims:
            key = b.claim.predicate
            if b.claim.status == "actual" or b.high >= today or key in rules().silent_dates or words[key].status != "required":
                continue
            # What comes after it is done, so it is, too.
            if key in done or done & set(words[key].precedes):
                continue
            due = "" if b.claim.qualifier == "by" else "for "
            promise = f"{words[key].label} of {named(subject)} was promised {due}{told(b.claim)}"
            what = f"{promise}; by {view.day.isoformat()} nobody says that it happened, or names another date."
            yield finding("overdue", subject, key, what, (b.id,))


def happened_in_the_future(view: View) -> Iterator[Finding]:
    """Things told as done on a date after the day on which that was said."""
    frame = view.frame.filter((pl.col("status") == "actual") & pl.col("first").is_not_null() & (pl.col("first") > pl.col("said_by")))
    for b in bounded(frame):
        if b.low > (b.claim.as_of.last - _EPOCH).days:
            label = view.words.predicates[b.claim.predicate].label
            what = f"{label} of {named(b.claim.subject)} is told as done on {told(b.claim)}: that day had not come."
            yield finding("happened_in_the_future", b.claim.subject, b.claim.predicate, what, (b.id,))


def _by_subject(view: View) -> dict[str, list[Bounded]]:
    dated = [k for k, p in view.words.predicates.items() if p.kind == "date"]
    out: dict[str, list[Bounded]] = {}
    for b in bounded(view.frame.filter(pl.col("predicate").is_in(dated) & pl.col("current"))):
        out.setdefault(b.claim.subject, []).append(b)
    return out
