"""A finding of a check, and how it is told in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from madein.core.periods import Period
from madein.core.units import format_value
from madein.ledger.bounds import significant, with_bounds
from madein.ledger.model import Claim, Subject
from madein.ledger.rules import rules
from madein.ledger.view import claims_of

Severity = Literal["contradiction", "look"]

_WORDS = {
    "more_than": "more than ",
    "less_than": "less than ",
    "nearly": "nearly ",
    "approx": "about ",
    "by": "by ",
    "from": "from ",
    "vague": "vaguely ",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: its name in ``rules.yaml``, how grave it is, the subject, a sentence, and the claims it is about."""

    check: str
    severity: Severity
    subject: str
    predicate: str
    sentence: str
    claims: tuple[str, ...]

    @property
    def label(self) -> str:
        """What the check is called for people."""
        return rules().checks[self.check]["label"]


def finding(check: str, subject: str, predicate: str, sentence: str, claims: Iterable[str]) -> Finding:
    """A finding with the severity of its rule."""
    severity: Severity = rules().checks[check]["severity"]  # type: ignore[assignment]
    return Finding(check, severity, subject, predicate, sentence, tuple(dict.fromkeys(claims)))


@dataclass(frozen=True, slots=True)
class Bounded:
    """A claim with the bounds within which its number or date lies, as numbers; dates count days."""

    claim: Claim
    id: str
    low: float
    high: float


def bounded(frame: pl.DataFrame) -> Iterator[Bounded]:
    """Claims of a frame that have bounds, numbers as rounded as their digits allow."""
    held = with_bounds(frame, rounded=True).filter(pl.col("lo").is_not_null())
    for claim, key, low, high in zip(claims_of(held), held["id"], held["lo"], held["hi"], strict=True):
        yield Bounded(claim, key, low, high)


def named(subject: str) -> str:
    """A subject in words.

    Examples
    --------
    >>> named("project:oj-tb/phase=1/product=cars"), named("shipment:vf8-01")
    ('project oj-tb, phase 1, product cars', 'shipment vf8-01')
    """
    one = Subject.parse(subject)
    return ", ".join([f"{one.type} {one.name}", *(f"{k} {v}" for k, v in one.parts)])


def shown(claim: Claim) -> str:
    """The value of a claim in words.

    Examples
    --------
    >>> shown(Claim(subject="project:a", predicate="capital", value=8e8, unit="USD", qualifier="more_than", as_of=Period.parse("2025")))
    'more than 800 million USD'
    """
    word = _WORDS.get(claim.qualifier, "")
    if isinstance(claim.value, Period):
        return word + claim.value.label()
    if isinstance(claim.value, str):
        return f"“{claim.value}”"
    unit = claim.unit or "number"
    if claim.value is None:
        ends = [printed(x, unit) if x is not None else "open" for x in (claim.low, claim.high)]
        return f"{ends[0]} to {ends[1]}"
    return word + printed(float(claim.value), unit)


def printed(value: float, unit: str) -> str:
    """A number as it was told: with the digits it has, and no more.

    Examples
    --------
    >>> printed(11.3, "hectare"), printed(8.125e12, "VND"), printed(65000.0, "order")
    ('11.3 hectares', '8.125 trillion VND', '65,000 orders')
    """
    half = significant(value) / 2
    return format_value(value, unit, value - half, value + half).replace("\xa0", " ")


def told(claim: Claim) -> str:
    """The value of a claim, who said it and when, in words."""
    by = f" by {claim.source}" if claim.source else ""
    return f"{shown(claim)} (said {claim.as_of.label()}{by})"


def overlap(one: Claim, other: Claim) -> bool:
    """True if two claims may have been said on one day."""
    return one.as_of.first <= other.as_of.last and other.as_of.first <= one.as_of.last


def finding_rows(findings: Iterable[Finding]) -> pl.DataFrame:
    """Findings as a table, in their order."""
    rows = [(f.check, f.severity, f.subject, f.predicate, f.sentence, list(f.claims)) for f in findings]
    schema = dict.fromkeys(("check", "severity", "subject", "predicate", "sentence"), pl.String)
    return pl.DataFrame(rows, {**schema, "claims": pl.List(pl.String)}, orient="row")
