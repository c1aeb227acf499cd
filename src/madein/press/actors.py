"""Whose a number is: the named company or public body that acts, owns or is measured; whoever only reports a number is not."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from madein.press.language import Language
from madein.press.model import Fact, Item
from madein.press.relations.names import Name
from madein.press.relations.openings import Opening, opening
from madein.press.relations.parties import Focus, body_at, dateline_end, is_body, main_subject, subjects
from madein.press.relations.roles import person_roles
from madein.press.relations.said import Said, common_words, said_at
from madein.press.relations.words import relation_language

LASTING = 4
"""Sentences for which "it" and "the plant" stand for whoever was named last."""

MOST_VERBS = 5
"""Verbs before a number whose subjects are looked at."""


@dataclass(slots=True)
class Speech:
    """An article heard sentence by sentence, with whom it has spoken of so far; a new item begins afresh.

    Sentences without numbers count too: they may name the company that the next one calls "it".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> text = "Voltara makes buses in Arusha. It has a capacity of 4,000 units a year, according to Danbank."
    >>> seen = read_text(text)
    >>> speech = Speech(text, "en")
    >>> speech.hear(seen.items[0], 0, 0, 30)
    []
    >>> [f.actor for f in speech.hear(seen.items[0], 0, 31, len(text), seen.facts)]
    ['Voltara']
    """

    text: str
    code: str
    number: int = -1
    focus: Focus = field(default_factory=Focus)
    makers: str = ""
    since: int = 0
    _lang: Language | None = None
    _common: frozenset[str] | None = None

    def hear(self, item: Item, number: int, start: int, end: int, facts: Sequence[Fact] = ()) -> list[Fact]:
        """Go on to the sentence `start:end` of item `number`; its facts, each with the body it is about."""
        if self._common is None:
            self._lang = relation_language(self.code)
            self._common = common_words(self.text, self._lang) if self._lang else frozenset()
        if number != self.number:
            self.number, self.focus, self.makers = number, Focus(), ""
        said = said_at(self.text, start, end, number, item.anchor, self._lang, self._common, tuple(facts)) if self._lang else None
        if said is None:
            return list(facts)
        list(person_roles(said, self.focus))  # persons are no companies
        self.since += 1
        starts = [t.start for t in said.tokens]
        opened = opening(said, self.focus)
        builders = "; ".join(opened.names) if opened is not None and opened.span is not None else ""
        near = self.since <= LASTING
        focus = self.focus if near else replace(self.focus, company="")
        makers = self.makers if near else ""
        out = []
        for fact in facts:
            if builders and fact.kind in ("capacity", "investment"):
                out.append(replace(fact, actor=builders))
                continue
            who = actor_of(said, bisect_left(starts, fact.start), focus, makers)
            out.append(replace(fact, actor=who) if who else fact)
        self._remember(said, opened)
        return out

    def _remember(self, said: Said, opened: Opening | None) -> None:
        """Whom the next sentence may call "it", and who builds what."""
        if opened is not None and opened.names:
            self.makers = "; ".join(opened.names)
        company = main_subject(said, self.focus)
        named = next((n for n in said.names if n.text == company), None)
        acts = named is not None and any(_acts(said, k) for k in range(named.last, len(said.tokens)))
        office = company.lower() in said.lang.lists["rel_not_company"]
        if named is not None and acts and not office and _company(said, named, self.focus) and not _reports(said, named, len(said.tokens)):
            self.focus.company, self.since = company, 0
        if opened is not None and opened.span is not None:
            self.since = 0


def actor_of(said: Said, at: int, focus: Focus, makers: str = "") -> str | None:
    """The company or public body that a number is about; None for nobody's.

    Parameters
    ----------
    said : Said
        The sentence.
    at : int
        Token of the number.
    focus : Focus
        What was spoken of before.
    makers : str
        Who builds the plant or project spoken of before.

    Returns
    -------
    str or None
        The name as printed, several joined by '; '.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.said import said_of
    >>> def whose(text):
    ...     said = next(said_of(read_text(text), relation_language("en")))
    ...     return actor_of(said, len(said.tokens) - 2, Focus())
    >>> whose("Electricity sold by Enerco came to 136 billion kWh."), whose("According to Danbank, exports rose by 4%.")
    ('Enerco', None)
    >>> whose("Volare's deliveries reached 1,120 vehicles."), whose("Danbank said prices rose 3%.")
    ('Volare', None)
    """
    first, last = _part(said, at)
    agent = _agent(said, first, last, focus)
    if agent is not None:
        return agent.text
    owner = _owner(said, first, at, focus)
    if owner is not None:
        return owner.text
    verbs = [k for k in range(at - 1, first - 1, -1) if _acts(said, k)][:MOST_VERBS]
    if not verbs:  # "At the end of 2024, A and B signed": the subject stands behind the number
        verbs = [next((k for k in range(at, last) if _acts(said, k)), at)]
    for verb in verbs:
        who = _subject_of(said, first, verb, focus)
        if who is not None:
            return who or None
    if makers and _spoken_of(said, first, last, "rel_project_noun", "rel_plant", "rel_phase", "rel_building", "rel_first"):
        return makers
    if _spoken_of(said, first, last, "rel_company_noun", "rel_batch", "rel_vessel") or _on_their_way(said):
        return focus.company or None
    return None


_DEEDS = frozenset({"verbs", "rise", "fall", "rel_sign", "rel_own", "rel_carried", "rel_deliver", "rel_launch", "past"})
"""Lists of words that tell what somebody does."""


def _acts(said: Said, k: int) -> bool:
    return 0 <= k < len(said.listed) and not _DEEDS.isdisjoint(said.listed[k])


def _subject_of(said: Said, first: int, verb: int, focus: Focus) -> str | None:
    """The body that is or speaks as the subject of a verb; '' where it only reports, None where there is none."""
    key = ("subject", first, verb, focus.company)
    if key not in said.kept:
        group = None if (body := _spoken_for(said, first, verb, focus)) else _acting(said, first, verb, focus)
        said.kept[key] = body or (None if group is None else "; ".join(n.text for n in group))
    found: str | None = said.kept[key]
    return found


def _company(said: Said, name: Name, focus: Focus) -> bool:
    """True for a name that may be a company or public body: no index, unit, currency, ship, berth, park or plural abbreviation."""
    if not is_body(name, focus) or said.isin(name.first - 1, "rel_vessel") or (name.kind == "site" and not said.isin(name.first, "rel_body")):
        return False
    lists, maps, words = said.lang.lists, said.lang.maps, said.tokens[name.first : name.last]
    if any(t.low in lists["indicator_acronyms"] or t.low in lists["index"] or t.low in lists["rel_no_body"] for t in words):
        return False
    idle = {*maps["currencies"], *maps["currency_words"], *maps["measures"], *maps["months"]}
    beside = range(name.first - 1, name.last + 1)
    if all(t.low in idle for t in words) and any(0 <= k < len(said.tokens) and said.tokens[k].kind == "d" for k in beside):
        return False
    if said.isin(name.last, "rel_site_name") or said.isin(name.last, "rel_place_word") or (name.text[:-1].isupper() and name.text.endswith("s")):
        return False
    towns, mid = _evidence(said.text)
    if name.text in towns:
        return False  # "in Bien Hoa" somewhere in the text
    opens = name.first == 0 or said.tokens[name.first - 1].kind == "p"
    if opens and len(words) == 1 and name.text.istitle():
        # The capital of a first word tells nothing: the word must do what companies do, or the text write it large elsewhere.
        deed = (
            said.low(name.last) == "'"
            or said.isin(name.last, "rel_agentive")
            or (said.isin(name.last, "will") and said.isin(name.last + 1, "rel_expand"))
        )
        return deed or name.text in mid
    return True


_TOWN = re.compile(
    r"(?<!stake )(?<!share )(?<!shares )(?<!invest )(?<!invested )(?<!interest )\b(?:in|near|outside|around) ((?:[^\W\d_a-z]\w+ ?){1,4})(?!['’])"
)
_BASED = re.compile(r"\b([^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+){0,3})-based\b")
_MID = re.compile(r"[^\s.!?:;\"“”*•-] ([^\W\d_a-z]\w+)")


@functools.lru_cache(maxsize=8)
def _evidence(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a text puts behind "in" or before "-based", so that it is a place; and words it writes large inside a sentence."""
    towns: set[str] = set()
    for run in (*(m[1].split() for m in _TOWN.finditer(text)), *(m[1].split() for m in _BASED.finditer(text))):
        towns.update(" ".join(run[:n]) for n in range(1, len(run) + 1))
    return frozenset(towns), frozenset(m[1] for m in _MID.finditer(text))


def _part(said: Said, at: int) -> tuple[int, int]:
    """The part of a sentence that a number stands in: between semicolons, "while" and "but", and "and" with a subject of its own."""
    if "parts" not in said.kept:
        said.kept["parts"] = [k for k in range(len(said.tokens)) if _parts(said, k)]
    parts: list[int] = said.kept["parts"]
    n = bisect_left(parts, at)
    first, last = parts[n - 1] + 1 if n else 0, parts[n] if n < len(parts) else len(said.tokens)
    if "begun" not in said.kept:
        said.kept["begun"] = dateline_end(said)
    begun: int = said.kept["begun"]
    return max(first, begun) if begun <= at else first, last


def _parts(said: Said, k: int) -> bool:
    if said.low(k) == ";" or said.isin(k, "rel_over"):
        return True
    own = said.low(k - 1) == "," and said.isin(k, "rel_and") and not said.isin(k + 1, "verbs") and said.name_at(k + 1) is None
    return own and any(_acts(said, j) for j in range(k + 2, min(len(said.tokens), k + 12)))


def _agent(said: Said, first: int, last: int, focus: Focus) -> Name | None:
    """``electricity sold by BODY``: whoever stands behind "by" after a participle; whoever only said so does not count."""
    for k in range(first + 1, last):
        if not said.isin(k, "rel_by") or said.isin(k - 1, "report_verb", "rel_reported", "rise", "fall"):
            continue
        done = said.low(k - 1).endswith("ed") or said.isin(k - 1, "verbs", "past", "rel_made_by", "rel_owned")
        name = body_at(said, k + 1, focus, within=3) if done else None
        if name is not None and name.first < last and _company(said, name, focus):
            return name
    return None


def _owner(said: Said, first: int, at: int, focus: Focus) -> Name | None:
    """``BODY's deliveries``, ``deliveries at BODY``: whose the subject is, unless it is whose report it is."""
    verb = next((k for k in range(first, at) if _acts(said, k)), at)
    for name in said.names:
        if not first <= name.first < verb or not _company(said, name, focus):
            continue
        if said.low(name.last) == "'" and name.last < at:
            return None if said.isin(name.last + 2, "rel_report") or said.isin(name.last + 2, "rel_role") else name
        head = name.first - 1 - said.isin(name.first - 1, "rel_article")
        while said.isin(head, "rel_descriptor"):
            head -= 1
        of = said.isin(head, "rel_of") or said.isin(head, "rel_at")
        before = range(first, head)
        plain = all(said.tokens[k].kind == "w" and not said.tokens[k].upper for k in before if k > first)
        noun = not said.isin(head - 1, "rel_report", "rel_role", "rel_child", "rel_body")
        if of and before and plain and noun:
            return name
    return None


def _acting(said: Said, first: int, at: int, focus: Focus) -> tuple[Name, ...] | None:
    """The subject of a verb; empty where it only reports, None where it is no body. Countries act only where they sign or launch."""
    group = tuple(n for n in subjects(said, at, focus) if _company(said, n, focus))
    if not group:
        listed = subjects(said, at, focus, places=True)
        joint = listed and any(said.isin(k, "rel_sign", "rel_launch", "rel_pilot") for k in range(listed[-1].last, len(said.tokens)))
        group = listed if len(listed) > 1 and joint else ()
    if not group or group[0].first < first or group[0].first >= at:
        return None
    return () if _reports(said, group[-1], at) else group


def _spoken_for(said: Said, first: int, verb: int, focus: Focus) -> str:
    """The body whose officer is the subject of a verb: "its chief, Otto Klein, promised 60 coaches"."""
    end = verb - (said.low(verb - 1) == ",")
    name = said.ending.get(end)
    if name is None or name.first < first or not focus.is_person(name) or said.isin(verb, "report_verb"):
        return ""
    return focus.persons.get(name.text, "") or (
        focus.company if any(said.isin(k, "rel_its") for k in range(max(first, name.first - 6), name.first)) else ""
    )


def _reports(said: Said, name: Name, at: int) -> bool:
    """True for whoever only reports or expects a number: "Danbank said prices rose"; not for "Danbank said it lost 3 million"."""
    office = any(said.isin(k, "rel_office_word") or said.isin(k, "rel_not_company") for k in range(name.first, name.last))
    tells = ("report_verb", "rel_reported", *(("rel_opinion",) if office else ()))
    report = next((k for k in range(name.last, min(at + 1, name.last + 3)) if said.isin(k, *tells)), -1)
    if report < 0:
        return False
    return not any(said.isin(k, "rel_pronoun", "rel_we", "rel_its") for k in range(report + 1, at))


def _spoken_of(said: Said, first: int, last: int, *nouns: str) -> bool:
    """True for a part about what was spoken of: a pronoun begins it, or its subject is "the" with one of some nouns."""
    begin = next((k for k in range(first, min(last, first + 4)) if said.tokens[k].kind == "w"), first)
    if said.isin(begin, "rel_pronoun") or said.isin(begin, "rel_its") or (said.isin(begin, "rel_definite") and _acts(said, begin + 1)):
        return True
    if said.isin(begin, *nouns):
        return True
    verb = next((k for k in range(begin, last) if _acts(said, k)), last)
    definite = (k for k in range(begin, verb) if said.isin(k, "rel_definite"))
    return any(said.isin(j, *nouns) for k in definite for j in range(k + 1, min(verb, k + 6)))


def _on_their_way(said: Said) -> bool:
    """True for goods on their way, orders and hand-overs, which are those of the maker spoken of."""
    if "on their way" not in said.kept:
        said.kept["on their way"] = any(said.isin(k, "rel_batch", "rel_boarded") for k in range(len(said.tokens)))
    found: bool = said.kept["on their way"]
    return found
