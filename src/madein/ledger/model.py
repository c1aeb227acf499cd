"""The nouns of the ledger: a claim, and the subject it is about."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from madein.core.period_labels import fold
from madein.core.periods import Period

STATUSES = ("planned", "estimated", "actual", "requested")
"""Whether something is intended, expected, done or only asked for (DCSA: PLN, EST, ACT, REQ)."""

QUALIFIERS = ("exact", "approx", "nearly", "more_than", "less_than", "by", "from", "vague")
"""What the source says beside the value; "" where it says nothing. `by` and `from` are of dates, the rest of numbers."""

BASES = ("cumulative", "incremental")
"""Whether an amount of a phase counts the phases before it; "" where the source does not say."""

SUBJECT = r"^[a-z_]+:[^\s/=:|]+(?:/[a-z_]+=[^\s/=:|]+)*$"
"""Pattern of a subject: ``type:name/dim=value``."""

SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a claim is about: a type, a name, and dimensions that narrow it to a part.

    Examples
    --------
    >>> one = Subject.parse("project:omoda-jaecoo-hung-phu/phase=1")
    >>> one.type, one.name, one.dims, str(one.whole)
    ('project', 'omoda-jaecoo-hung-phu', {'phase': '1'}, 'project:omoda-jaecoo-hung-phu')
    """

    type: str
    name: str
    parts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Subject:
        """Read ``type:name/dim=value``; dimensions are put in alphabetical order.

        Raises
        ------
        ValueError
            If the text is no subject.
        """
        if not re.fullmatch(SUBJECT[1:-1], text):
            raise ValueError(f"{text!r} is no subject: write type:name or type:name/dim=value, without spaces")
        head, *dims = text.split("/")
        kind, _, name = head.partition(":")
        pairs = [(d.partition("=")[0], d.partition("=")[2]) for d in dims]
        if len({k for k, _ in pairs}) < len(pairs):
            raise ValueError(f"{text!r} names a dimension twice")
        return cls(kind, name, tuple(sorted(pairs)))

    @property
    def dims(self) -> Mapping[str, str]:
        """Dimensions by name."""
        return dict(self.parts)

    @property
    def whole(self) -> Subject:
        """The subject without dimensions."""
        return Subject(self.type, self.name)

    def without(self, dim: str) -> Subject:
        """The subject without one dimension."""
        return Subject(self.type, self.name, tuple(p for p in self.parts if p[0] != dim))

    def __str__(self) -> str:
        return "/".join([f"{self.type}:{self.name}", *(f"{k}={v}" for k, v in self.parts)])


def slug(text: str, most: int = 60) -> str:
    """A name as it stands in a subject: lower case, no marks, words joined by hyphens.

    Examples
    --------
    >>> slug("Omoda & Jaecoo, Hưng Phú"), slug("VF 8;VF 9"), slug("***")
    ('omoda-jaecoo-hung-phu', 'vf-8-vf-9', 'x')
    """
    words = "".join(c if c.isalnum() else " " for c in fold(text[: 4 * most])).split()
    return "-".join(words)[:most].strip("-") or "x"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something a source said of a subject on a day. Nothing in it is ever changed; a correction is another claim.

    Parameters
    ----------
    subject : str
        ``type:name/dim=value``, see `Subject`.
    predicate : str
        Key of ``predicates.yaml``.
    value : float, str, Period or None
        A number in `unit`, scale words resolved; a text; a day or the stretch of days within which a date lies. None where
        only bounds were given, or nothing but a word ("vague").
    low, high : float or None
        Bounds of a number, where the source gives them.
    unit, qualifier, basis : str
        Unit of the house; one of `QUALIFIERS` and `BASES`, or "".
    valid_from, valid_to : date or None
        First and last day for which the statement is meant to hold.
    as_of : Period
        When it was said. A claim said "in 2025" counts as known from the last day of 2025.
    source, place : str
        Who said it, and where in the source: ``row 7``, ``cell Claims!C4``, ``chars 12:18``, ``line 3``.
    status : str
        One of `STATUSES`.
    supersedes : str
        Id of the claim it corrects, or "".
    note : str
        Anything else.

    Examples
    --------
    >>> said = Claim(subject="orders:vinfast", predicate="orders", value=65000.0, unit="vehicle", as_of=Period.parse("2022-11-25"))
    >>> said.id == said.correct(value=65000.0, supersedes="").id, said.id == said.correct(value=55000.0).id
    (True, False)
    """

    subject: str
    predicate: str
    value: float | str | Period | None
    as_of: Period
    low: float | None = None
    high: float | None = None
    unit: str = ""
    qualifier: str = ""
    basis: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    place: str = ""
    status: str = "actual"
    supersedes: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of everything said but its place: equal for equal claims, on every machine."""
        return claim_hash(SEPARATOR.join(_identity(self)))

    def correct(self, **changes: object) -> Claim:
        """A claim that corrects this one: the same with some fields changed, naming this one in `supersedes`."""
        return replace(self, **{"supersedes": self.id, **changes})  # type: ignore[arg-type]


def claim_hash(identity: str) -> str:
    """Id of a claim from its identity, the texts of `IDENTITY` joined by `SEPARATOR` (BLAKE2b, 64 bits)."""
    return hashlib.blake2b(identity.encode("utf-8"), digest_size=8).hexdigest()


IDENTITY = (
    "subject", "predicate", "number", "low", "high", "first", "last", "text", "unit", "qualifier", "basis",
    "valid_from", "valid_to", "said_from", "said_by", "status", "source", "supersedes", "note",
)  # fmt: skip
"""Columns an id is made of; floats by their bits, dates as YYYY-MM-DD, nothing as an empty text."""


def _identity(claim: Claim) -> list[str]:
    number = claim.value if isinstance(claim.value, float | int) else None
    window = claim.value if isinstance(claim.value, Period) else None
    return [
        claim.subject, claim.predicate, _bits(number), _bits(claim.low), _bits(claim.high), *_days(window),
        claim.value if isinstance(claim.value, str) else "", claim.unit, claim.qualifier, claim.basis,
        _day(claim.valid_from), _day(claim.valid_to), *_days(claim.as_of), claim.status, claim.source, claim.supersedes, claim.note,
    ]  # fmt: skip


def _bits(number: float | None) -> str:
    # Bits, not digits: how a float is printed differs between libraries. Adding zero makes one zero of two.
    return "" if number is None else str(struct.unpack("<q", struct.pack("<d", float(number) + 0.0))[0])


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _days(window: Period | None) -> tuple[str, str]:
    return ("", "") if window is None else (window.first.isoformat(), window.last.isoformat())
