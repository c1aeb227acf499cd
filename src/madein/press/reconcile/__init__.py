"""Facts of one or several articles held against each other: what agrees, what contradicts, what follows, what was revised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from madein.press.model import Reading
from madein.press.reconcile.alike import stated
from madein.press.reconcile.derive import against_plan, confronted, derived
from madein.press.reconcile.phases import phases_within
from madein.press.reconcile.records import amounts_agree, costs, highest, in_order, records
from madein.press.reconcile.same import headlines, repeated
from madein.press.reconcile.verdicts import Verdict
from madein.press.reconcile.wholes import identities, outnumbered, sums
from madein.press.relations import relations_of
from madein.press.relations.model import Project, Relation


def reconcile(readings: Iterable[Reading], relations: Iterable[Relation] | None = None) -> tuple[Verdict, ...]:
    """Hold the facts of readings against each other.

    Parameters
    ----------
    readings : iterable of Reading
        One article, or several that may speak of the same things.
    relations : iterable of Relation or None
        Relations of the same readings; read here if None.

    Returns
    -------
    tuple of Verdict
        In the order of the statements they rest on. A contradiction is stated only where intervals of rounding exclude each
        other and nothing else explains it; what cannot be told is said to be so.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> text = "The park covers 20 hectares in Debrecen. Its first phase covers 31 hectares."
    >>> for verdict in reconcile([read_text(text)]):
    ...     print(verdict.verdict, "-", verdict.what)
    contradiction - area of a phase, 31 hectares, against 20 hectares of the whole
    """
    pages = list(readings)
    by_page = [list(relations_of(page)) for page in pages] if relations is None else _by_page(pages, list(relations))
    held = stated(pages)
    found = list(derived(held))
    project_of = {(n, fact): k for n, related in enumerate(by_page) for k, r in enumerate(related) if isinstance(r, Project) for fact in r.facts}
    out: list[Verdict] = [d.verdict for d in found]
    for verdicts in (
        confronted(found, held),
        against_plan(held),
        repeated(held),
        headlines(held),
        sums(held),
        identities(held),
        outnumbered(held),
        phases_within(held, project_of),
        records(held),
        highest(held),
    ):
        out += verdicts
    for page, related in zip(pages, by_page, strict=True):
        facts = {f.id: f for f in page.facts}
        for verdicts in (in_order(related, facts), costs(related, facts), amounts_agree(related, facts)):
            out += verdicts
    order = {page.document.name: n for n, page in enumerate(pages)}
    unique = dict.fromkeys(out)
    return tuple(sorted(unique, key=lambda v: (min(((order.get(p.article, 0), p.start) for p in v.parents), default=(0, 0)), v.kind, v.what)))


def _by_page(pages: Sequence[Reading], relations: Sequence[Relation]) -> list[list[Relation]]:
    """Relations sorted to the readings they were read from."""
    return [[r for r in relations if r.article == page.document.name] for page in pages]
