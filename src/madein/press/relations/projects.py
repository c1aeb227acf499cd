"""Projects: who builds what, where, for how much and by when, gathered over the sentences that speak of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from madein.core.units import is_money
from madein.press.language import language
from madein.press.relations.amounts import Told, amounts
from madein.press.relations.milestones import Event, events
from madein.press.relations.model import Amount, Mark, Milestone, Project
from madein.press.relations.parties import Focus, actor, bodies_from, subjects
from madein.press.relations.said import Said
from madein.press.relations.sites import Sited, product_of, site_of

WINDOW = 14
"""Tokens between the verb of building and what is built at most."""

GAP, LONG_GAP = 2, 9
"""Sentences that may pass without a word on a project before it is closed; the longer where one begins with "The project"."""


@dataclass(slots=True)
class Draft:
    """A project being gathered."""

    company: list[str]
    item: int
    start: int
    end: int
    last: int
    partners: tuple[str, ...] = ()
    sited: Sited = field(default_factory=Sited)
    product: str = ""
    told: list[Told] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


def projects(sentences: Sequence[Said], focuses: Sequence[Focus]) -> list[Project]:
    """Projects of one item, in order; `focuses` tells for each sentence what was spoken of before it.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Corvane Steel will build a mill in Odisha. The mill, with a capacity of 600,000 tonnes per year, costs $300 million."
    >>> seen = list(said_of(read_text(text), relation_language("en")))
    >>> [(p.company, p.location, p.capacity.value, p.per_unit) for p in projects(seen, [Focus() for _ in seen])]
    [('Corvane Steel', 'Odisha', 600000.0, 500.0)]
    """
    out: list[Project] = []
    draft: Draft | None = None
    for n, (said, focus) in enumerate(zip(sentences, focuses, strict=True)):
        opened = _opening(said, focus)
        if opened is not None:
            names, span, at = opened
            if draft is None or not set(names) & set(draft.company):
                if draft is not None:
                    out += _closed(draft)
                draft = Draft([], said.item, said.start, said.end, n)
            draft.company += [x for x in names if x not in draft.company]
            if span:
                draft.marks.append(said.mark("company", *span))
            _absorb(draft, said, n, at)
        elif draft is not None and n - draft.last <= (LONG_GAP if _named_again(said) else GAP) and _speaks_on(draft, said, focus):
            _absorb(draft, said, n, 0)
    if draft is not None:
        out += _closed(draft)
    return out


def _opening(said: Said, focus: Focus) -> tuple[tuple[str, ...], tuple[int, int] | None, int] | None:
    """Companies, their tokens and the verb, where a sentence says who builds or pays for something."""
    for m in said.lang.scan("rel_build", said.tokens):
        if m.tag == "passive":
            by = next((k for k in range(m.last, min(len(said.tokens), m.last + WINDOW)) if said.low(k) == "by"), -1)
            names = bodies_from(said, by + 1, focus) if by >= 0 else []
            built = any(said.isin(k, "rel_site") for k in range(max(0, m.first - WINDOW), m.first))
            if names and built:
                return tuple(x.text for x in names), (names[0].first, names[-1].last), max(0, m.first - WINDOW)
            continue
        site = _site_after(said, m.last)
        money = m.tag == "invest" and any(m.last <= p.first <= m.last + 6 and is_money(p.fact.unit) for p in said.facts)
        if site < 0 and not money:
            continue
        names_of, span = actor(said, m.first, focus)
        if names_of:
            return names_of, span, m.first
    return None


def _site_after(said: Said, i: int) -> int:
    """Position of the thing built, before the next mark or preposition that leads elsewhere; -1 where there is none."""
    for k in range(i, min(len(said.tokens), i + WINDOW)):
        if said.isin(k, "rel_site"):
            return k
        if said.tokens[k].low in (";", ":", '"', "(") or said.low(k) in ("that", "which", "who"):
            return -1
    return -1


def _speaks_on(draft: Draft, said: Said, focus: Focus) -> bool:
    """True if a sentence goes on about a project: a word of projects, a number or date, and no other body acting."""
    words = [k for k in range(len(said.tokens)) if said.isin(k, "rel_project_noun") or said.isin(k, "rel_capacity") or said.isin(k, "rel_invest")]
    opens = bool(said.tokens) and said.low(0) in said.lang.lists["rel_pronoun"]
    if not (words or opens) or not (said.facts or said.times):
        return False
    verb = next((k for k in range(len(said.tokens)) if said.isin(k, "verbs")), len(said.tokens))
    others = {n.text for n in subjects(said, verb, focus)}
    return not others or bool(others & {*draft.company, draft.sited.name})


def _named_again(said: Said) -> bool:
    """True for a sentence that begins with "The project" or "The first phase"."""
    return said.low(0) in ("the", "its") and any(said.isin(k, "rel_project_noun") for k in range(1, min(4, len(said.tokens))))


def _absorb(draft: Draft, said: Said, n: int, at: int) -> None:
    """Take over what a sentence says of place, product, amounts and dates."""
    draft.last, draft.end = n, said.end
    draft.marks += draft.sited.take(site_of(said, at))
    product = product_of(said)
    if product and not draft.product:
        draft.product = product.text
        draft.marks.append(said.mark("product", product.first, product.last))
    for told in amounts(said, at):
        draft.told.append(told)
        draft.facts.append(told.placed.fact.id)
        draft.marks.append(Mark(told.name, told.placed.fact.start, told.placed.fact.end))
    for event in events(said):
        draft.events.append(event)
        draft.marks.append(said.mark(event.event, event.first, event.last))
        draft.facts += [p.fact.id for p in said.facts if p.first < event.last and event.first < p.last]


def _closed(draft: Draft) -> list[Project]:
    """The finished project; nothing where a text names a builder and no more."""
    fields: dict[str, Amount | None] = {}
    parts: list[tuple[str, Amount]] = []
    phase = None
    for name in ("capacity", "investment", "area"):
        found = [t.amount for t in draft.told if t.name == name]
        found = list(dict.fromkeys(found))
        whole = [a for a in found if a.phase is None]
        best = next((a for a in whole if not a.what), None) or next(iter(whole or found), None)
        fields[name] = best
        parts += [(name, a) for a in found if a is not best]
        if best is not None and best.phase is not None:
            phase = best.phase
    phases = next((int(t.amount.value) for t in draft.told if t.name == "phases"), None)
    special = {"construction_start", "first_delivery", "signed"}
    dates = {e.event: e.date for e in reversed(draft.events) if e.event in special}
    milestones = tuple(dict.fromkeys(Milestone(e.event, e.date, e.phase) for e in draft.events if e.event not in special))
    if not (any(fields.values()) or phases or milestones or dates or draft.sited.location):
        return []
    capacity = fields["capacity"]
    if capacity is not None and draft.product:
        fields["capacity"] = _with_noun(capacity, draft.product)
    return [
        Project(
            company=" / ".join(draft.company),
            partners=draft.partners,
            name=draft.sited.name,
            location=draft.sited.location,
            province=draft.sited.province,
            product=draft.product or (capacity.what if capacity else ""),
            phase=phase,
            phases=phases,
            capacity=fields["capacity"],
            investment=fields["investment"],
            area=fields["area"],
            parts=tuple(parts),
            milestones=milestones,
            construction_start=dates.get("construction_start", ""),
            first_delivery=dates.get("first_delivery", ""),
            signed=dates.get("signed", ""),
            item=draft.item,
            start=draft.start,
            end=draft.end,
            marks=tuple(draft.marks),
            facts=tuple(dict.fromkeys(draft.facts)),
        )
    ]


def _with_noun(capacity: Amount, product: str) -> Amount:
    """A capacity in "units" takes the noun of what is made: 200,000 units of cars are vehicles."""
    noun, slash, per = capacity.unit.partition("/")
    if noun not in ("unit", "piece", "item", "set"):
        return capacity
    last = product.rsplit(maxsplit=1)[-1].lower()
    singular = language("en").maps["singular"]
    made = singular.get(last) or singular.get(last + "s") or (last[:-1] if last.endswith("s") and not last.endswith("ss") else last)
    return replace(capacity, unit=f"{made}{slash}{per}")
