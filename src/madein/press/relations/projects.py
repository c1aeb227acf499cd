"""Projects: who builds what, where, for how much and by when, gathered over the sentences that speak of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from madein.press.language import language
from madein.press.relations.amounts import Told, amounts
from madein.press.relations.milestones import Event, events, slips
from madein.press.relations.model import Amount, Mark, Milestone, Project, Slip
from madein.press.relations.openings import Opening, opening, owned
from madein.press.relations.owners import marked
from madein.press.relations.parties import Focus, alike, subjects
from madein.press.relations.rules import find
from madein.press.relations.said import Said
from madein.press.relations.sites import Found, Sited, made_at, product_of, site_of

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
    by_site: str = ""
    by_maker: str = ""
    events: list[Event] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)
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
    hint: tuple[int, Opening] | None = None
    for n, (said, focus) in enumerate(zip(sentences, focuses, strict=True)):
        opened = opening(said, focus)
        if opened is None and draft is None and hint is not None and n - hint[0] <= GAP and _named_again(said) and (said.facts or said.times):
            opened = replace(hint[1], span=None, at=0, site=0)
        if opened is None and (named := owned(said, focus, bare=True)) is not None:
            hint = n, named
        if opened is not None and opened.span is None and draft is not None and n - draft.last <= GAP and opened.site >= 0 and not opened.another:
            opened = replace(opened, names=tuple(draft.company))  # "the refinery": the one spoken of
        if opened is not None:
            if draft is None or opened.another or (opened.names and not any(alike(a, b) for a in opened.names for b in draft.company)):
                if draft is not None:
                    out += _closed(draft)
                draft = Draft([], said.item, said.start, said.end, n)
            draft.company += [x for x in opened.names if not any(alike(x, y) for y in draft.company)]
            if opened.span and not draft.by_maker:
                draft.by_maker = _maker_of(said, opened.span[0])
            if opened.span:
                draft.marks.append(said.mark("company", *opened.span))
            _absorb(draft, said, n, opened.at, opened.site)
            for found in find(said, focus, "partners") if not draft.partners else ():
                draft.partners = tuple(p for p in found.texts("partners") if p not in draft.company)
                draft.marks += [m for m, _ in marked(said, found, "partners")]
            if hint is not None and opened.site == 0:
                _place(draft, site_of(sentences[hint[0]], 0))
            if not draft.sited.location and said.isin(opened.site + 1, "rel_there"):
                draft.sited.location = focus.place
        elif draft is not None and n - draft.last <= (LONG_GAP if _named_again(said) else GAP) and _speaks_on(draft, said, focus):
            _absorb(draft, said, n, 0)
    if draft is not None:
        out += _closed(draft)
    return out


def _speaks_on(draft: Draft, said: Said, focus: Focus) -> bool:
    """True if a sentence goes on about a project: a word of projects, a number or date, and no other body acting."""
    nouns = ("rel_project_noun", "rel_plant", "rel_building", "rel_capacity", "rel_invest")
    words = [k for k in range(len(said.tokens)) if said.isin(k, *nouns)]
    opens = bool(said.tokens) and (said.isin(0, "rel_pronoun") or any(m.first == 0 for m in said.lang.scan("rel_event", said.tokens[:4])))
    if not (words or opens) or not (said.facts or said.times):
        return False
    verb = next((k for k in range(len(said.tokens)) if said.isin(k, "verbs")), len(said.tokens))
    others = [n.text for n in subjects(said, verb, focus)]
    return not others or any(alike(a, b) for a in others for b in (*draft.company, draft.sited.name) if b)


def _named_again(said: Said) -> bool:
    """True for a sentence that begins with "The project" or "The first phase"."""
    i = next((k for k, t in enumerate(said.tokens) if t.kind != "p"), 0)
    opens = said.isin(i, "rel_definite") or said.isin(i, "rel_its") or bool(said.lang.maps["grammar"]["noun-before"])
    return opens and any(said.isin(k, "rel_project_noun") for k in range(i, min(i + 5, len(said.tokens))))


def _absorb(draft: Draft, said: Said, n: int, at: int, site: int = -1) -> None:
    """Take over what a sentence says of place, product, amounts and dates."""
    draft.last, draft.end = n, said.end
    _place(draft, site_of(said, at))
    if at and not draft.sited.location:
        led = site_of(said, 0)  # "in the Suez zone, where it will build"
        if led.location is not None and led.location.kind == "site":
            _place(draft, led)
    product = product_of(said)
    if product and not draft.product:
        draft.product = product.text
        draft.marks.append(said.mark("product", product.first, product.last))
    here = [site] if site >= 0 else [k for k in range(len(said.tokens)) if said.isin(k, "rel_works")]
    made = next((g for k in here if (g := made_at(said, k)) is not None), None)
    if made is not None and not draft.by_site:
        draft.by_site = made.text
    for slip, _ in slips(said, tuple(draft.events)):
        if slip not in draft.slips:
            draft.slips.append(slip)
    # What a later sentence tells of an extension comes on top of what was told before.
    more = site < 0 and any(said.isin(k, "rel_another") and not said.isin(k + 1, "rel_phase") for k in range(len(said.tokens)))
    for one in amounts(said, at):
        told = replace(one, amount=replace(one.amount, basis="additional")) if more and not one.amount.basis and one.amount.phase is None else one
        draft.told.append(told)
        draft.facts.append(told.placed.fact.id)
        draft.marks.append(Mark(told.name, told.placed.fact.start, told.placed.fact.end))
    for event in events(said):
        draft.events.append(event)
        draft.marks.append(said.mark(event.event, event.first, event.last))
        draft.facts += [p.fact.id for p in said.facts if p.first < event.last and event.first < p.last]


def _place(draft: Draft, found: Found) -> None:
    """Take over a finer place; the marks of what it replaces go."""
    marks = draft.sited.take(found)
    if any(m.name == "location" for m in marks):
        draft.marks = [m for m in draft.marks if m.name not in ("location", "province")]
    draft.marks += marks


def _closed(draft: Draft) -> list[Project]:
    """The finished project; nothing where a text names a builder and no more."""
    fields: dict[str, Amount | None] = {}
    parts: list[tuple[str, Amount]] = []
    phase = None
    for name in ("capacity", "investment", "area"):
        found = [t.amount for t in draft.told if t.name == name]
        found = list(dict.fromkeys(found))
        whole = [a for a in found if a.phase is None]
        best = next((a for a in whole if not a.what and a.basis != "additional"), None) or next(iter(whole or found), None)
        fields[name] = best
        parts += [(name, a) for a in found if a is not best]
        if best is not None and best.phase is not None:
            phase = best.phase
    phases = next((int(t.amount.value) for t in draft.told if t.name == "phases"), None)
    special = {"construction_start", "first_delivery", "signed"}
    given_up = [e.date for e in draft.events if e.before]
    draft.slips = [replace(s, was=given_up[-1]) if not s.was and given_up and given_up[-1] != s.date else s for s in draft.slips]
    kept = [e for e in draft.events if not e.before and not any(s.event == e.event and s.was == e.date for s in draft.slips)]
    dates = {e.event: e.date for e in reversed(kept) if e.event in special}
    moved = [Milestone(s.event, s.date, s.phase) for s in draft.slips]
    milestones = tuple(dict.fromkeys(m for m in (*(Milestone(e.event, e.date, e.phase) for e in kept), *moved) if m.event not in special))
    dates = {**{s.event: s.date for s in draft.slips if s.event in special}, **dates}
    if not (any(fields.values()) or phases or milestones or dates or draft.slips or draft.sited.location):
        return []
    product = draft.product or draft.by_site or ("" if draft.sited.name else draft.by_maker)
    capacity = fields["capacity"]
    if capacity is not None and product:
        fields["capacity"] = _with_noun(capacity, product)
    return [
        Project(
            company=" / ".join(draft.company),
            partners=draft.partners,
            name=draft.sited.name,
            location=draft.sited.location,
            province=draft.sited.province,
            product=product or (_counted(capacity) if capacity else ""),
            phase=phase,
            phases=phases,
            capacity=fields["capacity"],
            investment=fields["investment"],
            area=fields["area"],
            parts=tuple(parts),
            milestones=milestones,
            slips=tuple(draft.slips),
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


def _maker_of(said: Said, i: int) -> str:
    """What a company makes by the words before its name: "cement producer Okonta"."""
    if not said.isin(i - 1, "rel_maker") or said.tokens[i - 2].kind != "w":
        return ""
    nation = said.low(i - 2) in said.lang.maps["rel_demonyms"] or said.isin(i - 2, "rel_not_product") or said.isin(i - 2, "stop")
    return "" if nation or said.low(i - 2).endswith(("ing", "al", "ed")) else said.low(i - 2)


def _counted(capacity: Amount) -> str:
    """What a capacity counts, where it counts things and does not weigh or measure them."""
    noun = capacity.unit.partition("/")[0]
    return capacity.what or ("" if noun in _MEASURED or noun.endswith(("watt", "watt-hour")) or "metre" in noun else noun)


_MEASURED = frozenset(
    {"unit", "piece", "item", "set", "number", "product", "tonne", "litre", "barrel", "TEU", "hectare", "person", "gram", "kilogram", "dose"}
)


def _with_noun(capacity: Amount, product: str) -> Amount:
    """A capacity in "units" takes the noun of what is made: 200,000 units of cars are vehicles."""
    noun, slash, per = capacity.unit.partition("/")
    if noun not in ("unit", "piece", "item", "set"):
        return capacity
    last = product.rsplit(maxsplit=1)[-1].lower()
    singular = language("en").maps["singular"]
    made = singular.get(last) or singular.get(last + "s") or (last[:-1] if last.endswith("s") and not last.endswith("ss") else last)
    return replace(capacity, unit=f"{made}{slash}{per}")
