"""Sources against each other: claims that exclude each other and that nobody has reconciled."""

from __future__ import annotations

from collections.abc import Iterator

from madein.ledger.checks.model import Finding, finding, named, told
from madein.ledger.model import Claim
from madein.ledger.view import View, claims_of


def sources_differ(view: View) -> Iterator[Finding]:
    """Claims that stand side by side and cannot all be true, rounding allowed for.

    Of what changes over time two statements may each have been true on its day; where the days cannot be put in order, that
    is told as an open order and not as a contradiction.
    """
    groups: dict[tuple[str, ...], list[tuple[str, Claim]]] = {}
    frame = view.differing
    for claim, key in zip(claims_of(frame), frame["id"], strict=True):
        groups.setdefault((claim.subject, claim.predicate, claim.status, claim.basis, claim.unit), []).append((key, claim))
    for (subject, name, *_), said in groups.items():
        predicate = view.words.predicates[name]
        what = f"{predicate.label} of {named(subject)} is told as {' and as '.join(told(c) for _, c in said)}; "
        ids = [key for key, _ in said]
        if predicate.change == "revised" and len({c.as_of for _, c in said}) > 1:
            yield finding("order_open", subject, name, what + "it is open which was said last.", ids)
        else:
            yield finding("sources_differ", subject, name, what + "these exclude each other.", ids)
