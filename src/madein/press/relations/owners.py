"""Who belongs to whom: subsidiaries, owners with their shares, and joint ventures with their partners."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from madein.press.relations.model import JointVenture, Mark, Ownership
from madein.press.relations.parties import Focus
from madein.press.relations.rules import Found, find
from madein.press.relations.said import Said


def ownerships(said: Said, focus: Focus) -> Iterator[Ownership]:
    """Owners and what they own, as a sentence states them.

    A share without its body ("the remaining 49%", "51% of the joint venture") is one of the body told before in the
    sentence, of the venture it names, or of the one spoken of before.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Dutch brewer Van Dalen owns 51 per cent of Saigon Malt."), relation_language("en")))
    >>> [(r.child, r.parent, r.share_pct) for r in ownerships(said, Focus())]
    [('Saigon Malt', 'Van Dalen', 51.0)]
    """
    venture = next((v.name for v in ventures(said, focus) if v.name), "") or _venture_named(said, focus)
    child = ""
    for found in find(said, focus, "ownership"):
        spoken = focus.speaker if any(said.isin(k, "rel_we") for k in range(found.at)) else ""
        child = found.text("child") or child or venture or (focus.child if found.rule.subject else focus.venture) or spoken or focus.company
        focus.child = child
        parents = found.texts("parent")
        shares = found.fields["share_pct"].placed if "share_pct" in found.fields else ()
        for n, parent in enumerate(parents):
            if not child or child == parent:
                continue
            own = shares[n] if len(shares) == len(parents) else shares[0] if shares and found.constants.get("each") else None
            marks = [m for name in ("child", "parent") for m in marked(said, found, name) if name != "parent" or m[1] == parent]
            spans = [m[0] for m in marks]
            share = float(found.constants["share_pct"]) if found.constants.get("share_pct") else None
            value = None if own is None else own.fact.value_high if own.fact.value is None else own.fact.value
            if own is not None and isinstance(value, float | int):
                share = float(value)
                spans.append(Mark("share_pct", own.fact.start, own.fact.end))
            yield Ownership(
                child=child, parent=parent, share_pct=share, item=said.item, start=said.start, end=said.end, marks=tuple(spans),
                facts=(own.fact.id,) if own is not None else (),
            )  # fmt: skip


def marked(said: Said, found: Found, name: str) -> list[tuple[Mark, str]]:
    """Marks of the tokens a field caught, each with its text."""
    caught = found.fields.get(name)
    if caught is None:
        return []
    return [(said.mark(name, *span), text) for span, text in zip(caught.spans, caught.texts, strict=False)]


def _venture_named(said: Said, focus: Focus) -> str:
    """The name a sentence gives a venture: "the joint venture, named Akvaviet"."""
    return next((f.text("name") for f in find(said, focus, "venture_name")), "")


def ventures(said: Said, focus: Focus) -> Iterator[JointVenture]:
    """Joint ventures of a sentence, with name and partners as far as it gives them.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Arden Chemicals and Daiwa Kogyo agreed to set up a joint venture called Ardaiwa."), relation_language("en")))
    >>> [(r.name, r.partners) for r in ventures(said, Focus())]
    [('Ardaiwa', ('Arden Chemicals', 'Daiwa Kogyo'))]
    """
    for found in find(said, focus, "joint_venture"):
        name = found.text("name") or _venture_named(said, focus)
        others = [] if len(set(found.texts("partners"))) > 1 else [f for f in find(said, focus, "partners") if f.at < found.at]
        pairs = {text: mark for f in (found, *others) for mark, text in marked(said, f, "partners") if text != name}
        partners = tuple(dict.fromkeys(p for f in (found, *others) for p in f.texts("partners") if p != name))
        if len(partners) >= 2:
            marks = (*pairs.values(), *(m for m, _ in marked(said, found, "name")))
            yield JointVenture(name=name, partners=partners, item=said.item, start=said.start, end=said.end, marks=marks)


def in_brackets(joint: Sequence[JointVenture], said: Said) -> Iterator[Ownership]:
    """Shares that stand in brackets behind the partners of a venture: "Fjellkraft (40%) and Vestrand (60%) formed Rungwe"."""
    for venture in joint:
        for name in said.names:
            share = next((p for p in said.facts if p.first == name.last + 1 and p.fact.unit == "percent"), None)
            if not venture.name or name.text not in venture.partners or share is None or said.low(name.last) != "(" or said.low(share.last) != ")":
                continue
            if isinstance(share.fact.value, float | int):
                marks = (said.mark("parent", name.first, name.last), Mark("share_pct", share.fact.start, share.fact.end))
                yield Ownership(
                    child=venture.name, parent=name.text, share_pct=float(share.fact.value), item=said.item, start=said.start, end=said.end,
                    marks=marks, facts=(share.fact.id,),
                )  # fmt: skip


def shared(owned: list[Ownership], joint: list[JointVenture], said: Said, focus: Focus) -> Iterator[JointVenture]:
    """A joint venture told by the shares of its owners: "A will own 51% of the joint venture, named V, and B the remaining 49%"."""
    name = _venture_named(said, focus)
    here = [o for o in owned if o.start == said.start and o.child == name]
    if name and len(here) >= 2 and all(j.name != name for j in joint):
        marks = tuple(Mark("partners", m.start, m.end) for o in here for m in o.marks if m.name == "parent")
        yield JointVenture(
            name=name, partners=tuple(dict.fromkeys(o.parent for o in here)), item=said.item, start=said.start, end=said.end, marks=marks
        )
