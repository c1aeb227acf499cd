"""Rules of relations as data: words around an anchor, with slots for names, shares, amounts and times.

A rule is a pattern of elements parted by spaces: a word (low lines join its syllables), ``@list`` for a word of the list
``rel_list``, ``(a|b c)`` for a choice, ``[a]`` for what may be left out, ``~n`` for up to n words without a mark between,
and ``{field:type}`` for a slot. One element wears ``^``: the anchor, a word from which the rule is read to both sides.

`subject` names the field that takes the subject of the anchor's verb, wherever it stands before it: with ``+`` it is
joined with what the slots caught, with ``~`` it is whoever "its" stands for, with ``?`` it may be missing. Patterns under
`also` catch a field anywhere behind the anchor; one of the fields under `needs` must be caught; the pattern under `not`
must not follow. `with` holds fields that the rule itself gives.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from madein.press.language import Language
from madein.press.relations.parties import Focus, actor, parties_of, possessor, subjects
from madein.press.relations.said import Said
from madein.press.relations.slots import SLOTS, Caught
from madein.press.relations.words import held, relation_language

_CLOSE = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Node:
    """An element of a pattern: 'word' with its words, 'slot' with field and type, 'gap' with its length, 'choice' with its sequences."""

    sort: str
    words: frozenset[str] = frozenset()
    name: str = ""
    type: str = ""
    size: int = 0
    options: tuple[tuple[Node, ...], ...] = ()
    anchor: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to be matched: what stands left of the anchor, nearest first, and what stands right of it."""

    pattern: str
    anchors: frozenset[str]
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    subject: str
    constants: Mapping[str, str]
    also: Mapping[str, tuple[Node, ...]]
    needs: tuple[str, ...]
    unless: tuple[Node, ...]
    example: str
    gives: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that matched: position of its anchor, the tokens it covers, and what each field caught."""

    rule: Rule
    at: int
    first: int
    last: int
    fields: Mapping[str, Caught]
    constants: Mapping[str, str] = field(default_factory=dict)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts a field caught, none where it caught nothing."""
        caught = self.fields.get(name)
        return caught.texts if caught else ()

    def text(self, name: str) -> str:
        """The only text a field caught, the rule's constant else, '' else."""
        texts = self.texts(name)
        return texts[0] if texts else self.constants.get(name, "")


def parse(pattern: str, lang: Language) -> tuple[Node, ...]:
    """The elements of a pattern.

    Raises
    ------
    ValueError
        If brackets do not close, or a list or type of slot is unknown.

    Examples
    --------
    >>> [n.sort for n in parse("{child:body} , ^(unit|arm) of ~2 {parent:body}", relation_language("en"))]
    ['slot', 'word', 'choice', 'word', 'gap', 'slot']
    """
    (sequence,), end = _options(pattern, 0, "", lang)
    if end != len(pattern):
        raise ValueError(f"pattern {pattern!r} closes a bracket it did not open")
    return sequence


def _options(pattern: str, i: int, close: str, lang: Language) -> tuple[list[tuple[Node, ...]], int]:
    options: list[tuple[Node, ...]] = []
    current: list[Node] = []
    anchor = False
    while i < len(pattern) and pattern[i] != close:
        c = pattern[i]
        if c in " ^":
            anchor = anchor or c == "^"
            i += 1
        elif c == "|" and close:
            options.append(tuple(current))
            current = []
            i += 1
        elif c in ")]|":
            raise ValueError(f"pattern {pattern!r} closes a bracket it did not open")
        elif c in "([":
            inner, i = _options(pattern, i + 1, _CLOSE[c], lang)
            if i >= len(pattern):
                raise ValueError(f"pattern {pattern!r} does not close its brackets")
            current.append(Node("choice", options=(*inner, ()) if c == "[" else tuple(inner), anchor=anchor))
            anchor = False
            i += 1
        else:
            end = i
            while end < len(pattern) and pattern[end] not in (" )]|" if c != "{" else "}"):
                end += 1
            end += c == "{"
            current.append(_element(pattern[i:end], anchor, lang))
            anchor = False
            i = end
    return [*options, tuple(current)], i


def _element(text: str, anchor: bool, lang: Language) -> Node:
    if text.startswith("{"):
        name, _, type_ = text[1:-1].rpartition(":")
        if type_ not in SLOTS:
            raise ValueError(f"slot {text} is of no known type: {', '.join(sorted(SLOTS))}")
        return Node("slot", name=name, type=type_)
    if text.startswith("~"):
        return Node("gap", size=int(text[1:]))
    if text.startswith("@"):
        if f"rel_{text[1:]}" not in lang.lists:
            raise ValueError(f"{text} is no list of relations in {lang.code}")
        return Node("word", words=lang.lists[f"rel_{text[1:]}"], anchor=anchor)
    return Node("word", words=frozenset({text.replace("_", " ")}), anchor=anchor)


@functools.cache
def rules_of(code: str) -> Mapping[str, Mapping[str, tuple[Rule, ...]]]:
    """The rules of a language by relation and anchor word.

    Examples
    --------
    >>> sorted({r.subject for r in rules_of("en")["pilot"]["piloting"]})
    ['parties+']
    """
    lang = relation_language(code)
    out: dict[str, dict[str, tuple[Rule, ...]]] = {}
    for relation, entries in (held("rules.yaml").get(code) or {}).items() if lang else ():
        index = out.setdefault(relation, {})
        for entry in entries:
            assert lang is not None
            rule = _rule(entry, lang)
            for word in rule.anchors:
                index[word] = (*index.get(word, ()), rule)
    return out


def _rule(entry: Mapping[str, object], lang: Language) -> Rule:
    pattern = str(entry["pattern"])
    nodes = parse(pattern, lang)
    at = [k for k, n in enumerate(nodes) if n.anchor]
    if len(at) != 1:
        raise ValueError(f"pattern {pattern!r} has {len(at)} anchors, not one")
    anchor = nodes[at[0]]
    words = anchor.words or frozenset().union(*(o[0].words for o in anchor.options if len(o) == 1))
    if not words:
        raise ValueError(f"the anchor of {pattern!r} is no word")
    constants, gives, also = entry.get("with", {}), entry.get("gives", {}), entry.get("also", {})
    assert isinstance(also, dict)
    assert isinstance(constants, dict)
    assert isinstance(gives, dict)
    return Rule(
        pattern, words, tuple(reversed(nodes[: at[0]])), nodes[at[0] + 1 :], str(entry.get("subject", "")), constants,
        {k: parse(v, lang) for k, v in also.items()}, tuple(str(entry["needs"]).split("|")) if "needs" in entry else (),
        parse(str(entry.get("not", "")), lang), str(entry["example"]), gives,
    )  # fmt: skip


def find(said: Said, focus: Focus, relation: str) -> Iterator[Found]:
    """Every place where a rule of a relation matches a sentence, the first rule that fits at each anchor.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Rivex, a wholly owned subsidiary of Taggart, makes rails."), relation_language("en")))
    >>> [(f.text("child"), f.text("parent"), f.text("share_pct")) for f in find(said, Focus(), "ownership")]
    [('Rivex', 'Taggart', '100')]
    """
    index = rules_of(said.lang.code).get(relation)
    if not index:
        return
    until = 0
    for i, token in enumerate(said.tokens):
        for rule in index.get(token.low, ()) if i >= until else ():
            found = _match(rule, said, focus, i)
            if found is not None:
                yield found
                until = found.last  # an anchor inside what a rule has read tells nothing more
                break


_Chain = tuple[tuple[str, Caught], ...]


def _subject(said: Said, focus: Focus, i: int, wanted: str) -> Caught | None:
    """The subject of an anchor; countries may be parties, but own and make nothing."""
    if wanted.endswith("~"):
        name, where = possessor(said, i, focus)
        return Caught((name,), (where,) if where else ()) if name else None
    if wanted.startswith(("parties", "by", "customer")):
        group = parties_of(said, i, focus) if wanted.startswith("parties") else subjects(said, i, focus, places=True)
        if not group and wanted.startswith("parties") and focus.partners and any(said.isin(k, "rel_partners") for k in range(max(0, i - 5), i)):
            return Caught(focus.partners, ())  # "the two countries"
        if group:
            return Caught(tuple(n.text for n in group), tuple((n.first, n.last) for n in group))
        office = _office(said, i)
        if office is not None:
            return Caught((said.words(*office),), (office,))
    listed = subjects(said, i, focus)
    if listed:
        return Caught(tuple(n.text for n in listed), tuple((n.first, n.last) for n in listed))
    names, span = actor(said, i, focus)
    return Caught(names, (span,) if span else ()) if names else None


def _anywhere(nodes: tuple[Node, ...], said: Said, focus: Focus, i: int) -> Caught | None:
    """What a slot of a pattern catches at the first place behind an anchor where the pattern fits, in the same part of the sentence."""
    for k in range(i + 1, min(len(said.tokens), i + 30)):
        if said.low(k) == ";" or said.isin(k, "rel_over"):
            return None
        found = next(_walk(nodes, 0, said, focus, k, 1, ()), None)
        if found is not None and found[1]:
            return found[1][0][1]
    return None


def _office(said: Said, i: int) -> tuple[int, int] | None:
    """A body called by what it is, as the subject of a clause: "Rwanda's post office started piloting"."""
    first = said.clause(i)[0]
    first += said.isin(first, "rel_article")
    end = next((k for k in range(first, min(i, first + 7)) if said.isin(k, "rel_body") and not said.isin(k + 1, "rel_body")), -1) + 1
    behind = range(end, i)
    plain = all(said.tokens[k].kind == "w" or said.low(k) == "'" for k in range(first, end))
    if end <= first or not plain or not all(said.isin(k, "rel_adverb") or said.isin(k, "verbs") or said.isin(k, "rel_launch") for k in behind):
        return None
    return first, end


def _match(rule: Rule, said: Said, focus: Focus, i: int) -> Found | None:
    if any(said.isin(k, "rel_not") for k in range(max(0, i - 3), i)):
        return None
    right = next(_walk(rule.right, 0, said, focus, i + 1, 1, ()), None)
    if right is None or (rule.unless and next(_walk(rule.unless, 0, said, focus, right[0], 1, ()), None) is not None):
        return None
    left = next(_walk(rule.left, 0, said, focus, i, -1, ()), None)
    if left is None:
        return None
    fields: dict[str, Caught] = {}
    for name, caught in (*reversed(left[1]), *right[1]):
        fields[name] = fields[name] + caught if name in fields else caught
    for name, nodes in rule.also.items():
        if name not in fields and (more := _anywhere(nodes, said, focus, i)) is not None:
            fields[name] = more
    if rule.needs and not any(name in fields for name in rule.needs):
        return None
    wanted = rule.subject.rstrip("+~?")
    if wanted and (wanted not in fields or rule.subject != wanted):
        # Of "founded the joint venture" the subject is that of the verb, the first token the rule has read.
        subject = _subject(said, focus, min(i, left[0]), rule.subject)
        if subject is None and wanted not in fields and not rule.subject.endswith("?"):
            return None
        if subject is not None:
            fields[wanted] = subject + fields[wanted] if wanted in fields else subject
    return Found(rule, i, left[0], right[0], fields, rule.constants)


def _walk(nodes: tuple[Node, ...], k: int, said: Said, focus: Focus, i: int, step: int, chain: _Chain) -> Iterator[tuple[int, _Chain]]:
    """Ends of matches of the rest of a pattern from a token on, and what their slots caught; `step` is -1 to the left."""
    if k == len(nodes):
        yield i, chain
        return
    node = nodes[k]
    if node.sort == "word":
        at = i if step > 0 else i - 1
        if said.low(at) in node.words:
            yield from _walk(nodes, k + 1, said, focus, i + step, step, chain)
    elif node.sort == "choice":
        for option in node.options:
            inner = option if step > 0 else tuple(reversed(option))
            for end, caught in _walk(inner, 0, said, focus, i, step, chain):
                yield from _walk(nodes, k + 1, said, focus, end, step, caught)
    elif node.sort == "gap":
        for n in range(node.size + 1):
            yield from _walk(nodes, k + 1, said, focus, i + n * step, step, chain)
            at = i + n * step if step > 0 else i - 1 + n * step
            if not 0 <= at < len(said.tokens) or (said.tokens[at].kind == "p" and said.low(at) not in ("-", "'", "/") and not _inside(said, at)):
                return
    else:
        for end, found in SLOTS[node.type](said, focus, i, step):
            yield from _walk(nodes, k + 1, said, focus, end, step, (*chain, (node.name, found)) if node.name else chain)


def _inside(said: Said, i: int) -> bool:
    """True for a mark inside a number: "60:40"."""
    return said.tokens[i].glued and i + 1 < len(said.tokens) and said.tokens[i + 1].glued and said.tokens[i + 1].kind == "d"
