"""Recognitions: who attests what of whom, for how long, and what an attestation of that kind proves."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

import polars as pl

from madein.core.period_labels import fold
from madein.core.periods import Period
from madein.ledger.model import Claim
from madein.ledger.view import View, claims_of

SCHEMA: dict[str, Any] = {
    "attestation": pl.String, "holder": pl.String, "product": pl.String, "scheme": pl.String, "owner": pl.String, "owner_text": pl.String,
    "kind": pl.String, "strength": pl.Int64, "scope": pl.String, "result": pl.String, "outcome": pl.String, "issued_from": pl.Date,
    "issued_by": pl.Date, "valid_to": pl.Date, "state": pl.String, "proves": pl.String, "proves_not": pl.String, "claims": pl.List(pl.String),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnerKind:
    """A kind of owner of schemes: how strong its word is (0 to 5), what it proves and what it does not."""

    key: str
    label: str
    strength: int
    words: tuple[str, ...]
    proves: str
    proves_not: str


@functools.cache
def _data() -> Mapping[str, Any]:
    import yaml

    held: Mapping[str, Any] = yaml.safe_load(resources.files("madein.ledger").joinpath("attestations.yaml").read_text("utf-8"))
    return held


@functools.cache
def owner_kinds() -> Mapping[str, OwnerKind]:
    """All kinds of owners by key, the strongest first.

    Examples
    --------
    >>> [(k.key, k.strength) for k in owner_kinds().values()]
    [('regulator', 5), ('government', 4), ('carrier', 3), ('private_auditor', 2), ('province', 1), ('unknown', 0)]
    """
    kinds = _data()["kinds"]
    return {k: OwnerKind(k, v["label"], v["strength"], tuple(v["words"]), v["proves"], v["proves_not"]) for k, v in kinds.items()}


def owner_kind(*texts: str) -> OwnerKind:
    """The kind of owner that words tell; of several texts the first that tells one.

    Examples
    --------
    >>> [owner_kind(t).key for t in ("host-country regulator", "private carrier standard", "provincial recognition", "private audit", "?")]
    ['regulator', 'carrier', 'province', 'private_auditor', 'unknown']
    """
    for text in texts:
        low = fold(text).replace("_", " ")
        for kind in owner_kinds().values():
            if low and (low == kind.key.replace("_", " ") or any(re.search(rf"\b{re.escape(w)}", low) for w in kind.words)):
                return kind
    return owner_kinds()["unknown"]


def outcome_of(result: str) -> str:
    """What a result comes to: granted, refused, withdrawn, requested, or unclear.

    Examples
    --------
    >>> [outcome_of(r) for r in ("granted", "1 of 36 products", "requested (not granted)", "not granted", "seen")]
    ['granted', 'granted', 'requested', 'refused', 'unclear']
    """
    low = fold(result)
    for name, about in _data()["outcomes"].items():
        if any(w in low for w in about["words"]) or ("pattern" in about and re.search(about["pattern"], low)):
            return str(name)
    return "unclear"


def attestation_table(view: View, day: date | None = None) -> pl.DataFrame:
    """Every attestation known on the day of a view, and its state on a day.

    Parameters
    ----------
    view : View
        As `Claims.as_of` gives it.
    day : date
        The day for which the state is asked; the day of the view if None.

    Returns
    -------
    polars.DataFrame
        A row an attestation. `state` on the day: valid, ended, not yet, no end told (granted and begun, without last day),
        or the outcome where it was not granted. `kind`, `strength`, `proves` and `proves_not` are those of ``attestations.yaml``.

    Examples
    --------
    >>> from madein.ledger.claims import Claims
    >>> told = {"holder": "Delta", "scheme": "Best Goods", "owner_kind": "provincial recognition", "result": "awarded",
    ...         "issued": Period.parse("2024-12-13"), "valid_until": Period.parse("2025-12-31")}
    >>> book = Claims.of([Claim(subject="attestation:d", predicate=k, value=v, as_of=Period.parse("2024-12-13")) for k, v in told.items()])
    >>> view = book.as_of(date(2026, 1, 1))
    >>> [attestation_table(view, day)["state"][0] for day in (date(2024, 1, 1), date(2025, 6, 1), date(2026, 1, 1))]
    ['not yet', 'valid', 'ended']
    """
    frame = view.frame.filter(pl.col("subject").str.starts_with("attestation:") & pl.col("current"))
    by_subject: dict[str, list[Claim]] = {}
    for claim in claims_of(frame):
        by_subject.setdefault(claim.subject, []).append(claim)
    rows = [_row(subject, claims, day or view.day) for subject, claims in sorted(by_subject.items())]
    return pl.DataFrame(rows, SCHEMA, orient="row")


def valid_on(view: View, day: date | None = None) -> pl.DataFrame:
    """Attestations that hold on a day: granted, begun and not ended; those without a told end are among them."""
    return attestation_table(view, day).filter(pl.col("state").is_in(["valid", "no end told"]))


def _row(subject: str, claims: list[Claim], day: date) -> tuple[object, ...]:
    def text(predicate: str) -> str:
        return "; ".join(dict.fromkeys(str(c.value) for c in claims if c.predicate == predicate))

    result = text("result")
    outcome = outcome_of(result)
    issued = next((c.value for c in claims if c.predicate == "issued" and isinstance(c.value, Period)), None)
    until = next((c.value for c in claims if c.predicate == "valid_until" and isinstance(c.value, Period)), None)
    until_day = until.last if until else next((c.valid_to for c in claims if c.predicate == "result" and c.valid_to), None)
    kind = owner_kind(text("owner_kind"), text("scheme_owner"), text("auditor"), text("scheme"))
    return (
        subject, text("holder"), text("product"), text("scheme"), text("scheme_owner") or text("auditor"), text("owner_kind"), kind.key,
        kind.strength, text("scope"), result, outcome, issued.first if issued else None, issued.last if issued else None, until_day,
        _state(outcome, issued, until_day, day), kind.proves, kind.proves_not, [c.id for c in claims],
    )  # fmt: skip


def _state(outcome: str, issued: Period | None, until: date | None, day: date) -> str:
    if outcome != "granted":
        return outcome
    # "In 2020": valid for sure from its last day on.
    if issued is not None and issued.last > day:
        return "not yet"
    if until is not None and until < day:
        return "ended"
    return "valid" if until is not None else "no end told"
