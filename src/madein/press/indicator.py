"""The noun phrase a number is about."""

from __future__ import annotations

from madein.core.measures import measures
from madein.press.carried import Carried
from madein.press.clauses import Clause
from madein.press.language import Language
from madein.press.model import Quantity
from madein.press.named import measure_of, words_of
from madein.press.sentence import Sentence

LONGEST = 160
"""Characters after which an indicator is cut."""

_ITEM = 6
"""Words of the noun of a list item, at most."""

_PHRASE = 9
"""Tokens of a noun phrase behind a number, at most."""


def indicator_of(s: Sentence, q: Quantity, kind: str, carried: Carried, last: str) -> tuple[str, bool]:
    """The noun phrase a number is about, and whether the sentence itself names it; `last` is that of the number before."""
    clause = s.clause_of(q.first)
    if last and s.isin(q.first - 1, "to_level") and any(clause.first <= o.first < q.first for o in s.quantities):
        return last, False  # "from 3 to 5 million": the second number is about what the first is about
    local = _local(s, q, kind, clause)
    if kind == "duration":
        before = s.words(clause.verb, q.first)
    elif clause.verb < q.first and s.isin(clause.verb, "naming"):
        before = s.words(clause.verb, clause.verb + 1)
    else:
        before = _before(s, q, clause)
    subject = " ".join(x for x in (s.words(*clause.head), s.words(*clause.subject)) if x)
    if kind in ("growth", "share") and not clause.own and last and not (local and s.isin(q.after, "of_what")):
        subject = last
    predicate = ""
    if kind in ("level", "growth", "share") and not (before or local) and _only_names(s, clause):
        predicate = _predicate(s, q, clause)
    parts = [p for p in dict.fromkeys((before, local, predicate, subject)) if any(c.isalpha() for c in p)]
    if not parts:
        return last or carried.indicator or s.item.title, False
    return ", ".join(parts)[:LONGEST], bool(clause.own or before or local or subject not in last)


def _local(s: Sentence, q: Quantity, kind: str, clause: Clause) -> str:
    """The noun at a number: what it counts, what follows "of", what a list or brackets give it."""
    close, listed = s.lang.grammar.close_reading, _in_list(s, q, clause)
    if q.sort == "count":
        noun = _noun_before(s, q, clause) if q.unit == "item" and close and listed else ""
        return noun or s.words(q.last, max(phrase_end(s, max(q.after, q.last), clause), q.after))
    if s.isin(q.after, "of_what") and not s.timed(q.after + 1):
        return s.words(q.after + 1, phrase_end(s, q.after + 1, clause))
    if close:
        if q.unit == "percent" and s.kind(q.after) == "w" and not s.isin(q.after, "stop", "rise", "fall", "verbs", "more", "below", "change_after"):
            last = next((i for i in range(q.after + 1, q.after + 4) if s.isin(i, "growth_noun") and not s.isin(i - 1, "stop")), -1)
            if last > 0 and all(s.kind(i) == "w" for i in range(q.after, last)):
                return s.words(q.after, last + 1)  # "11% export growth"
        if sizes(s, q):
            return s.words(q.after, phrase_end(s, q.after, clause))
        if q.sort == "money" and s.isin(q.after, "on") and s.isin(q.after + 1, "one_article", "of_the", "article") and not s.timed(q.after + 1):
            return s.words(q.after + 1, phrase_end(s, q.after + 2, clause))  # "spend $92 million on the conversion"
        if s.isin(q.after, "growth_noun") and s.isin(q.after + 1, "of_what"):
            return s.words(q.after + 2, phrase_end(s, q.after + 2, clause))  # "a 5% rise in exports"
        listed = q.sort in ("percent", "pp", "money", "measure") and (clause.verb >= q.first or listed)
        noun = _bracketed(s, q) or (_noun_before(s, q, clause) if listed else "")
        if noun:
            return noun
    money = q.sort == "money" and s.kind(q.after) == "w" and s.isin(q.after, "invest")
    if s.lang.grammar.noun_before and (q.sort == "measure" or kind == "share" or money):
        return s.words(q.after, phrase_end(s, q.after, clause))
    return ""


def sizes(s: Sentence, q: Quantity) -> bool:
    """True for the size of a thing named behind it: "a VND85-trillion complex", "a 6.5-hectare plant"."""
    if q.sort not in ("money", "measure") or not s.isin(q.first - 1, "of_the", "one_article"):
        return False
    return s.kind(q.after) == "w" and not s.isin(q.after, "stop", "verbs", "rise", "fall", "growth_noun", "deficit", "surplus")


def complete(indicator: str, carried: Carried, lang: Language, subject: str = "") -> str:
    """An indicator with the topic of the text before it, where it does not tell by itself what is measured.

    "people" after a sentence on arrivals becomes "people, international arrivals"; an indicator with a noun of the list
    `topic` is left alone, and becomes the topic of what follows if its subject holds such a noun, or if there is none yet.

    Examples
    --------
    >>> from madein.press.language import language
    >>> after = Carried(topic="rice exports")
    >>> complete("revenue", after, language("en")), complete("steel output", after, language("en"), "output"), after.topic
    ('revenue, rice exports', 'steel output', 'steel output')
    """
    topics = lang.lists["topic"]
    if not topics:
        return indicator
    words = words_of(indicator)
    usual = measures()[key].label if (key := measure_of(indicator)) else ""
    if "(" in usual and not _stems(words - lang.lists["stop"]) & _stems(words_of(usual)):
        indicator = f"{indicator} ({usual})"
    if words & topics and names_itself(indicator, lang):
        if words_of(subject) & topics:
            carried.topic = indicator if len(indicator) <= len(subject) + 40 else subject
        elif not carried.topic:
            carried.topic = indicator
        return indicator
    if not carried.topic or carried.topic in indicator:
        return indicator
    if indicator in carried.topic:
        return carried.topic
    return f"{indicator}, {carried.topic}"[:LONGEST] if indicator else carried.topic


def _stems(words: set[str]) -> set[str]:
    return {w.rstrip("s") for w in words}


def names_itself(indicator: str, lang: Language) -> bool:
    """False for words such as "the figure" or "revenue", which name nothing without the text before them."""
    return not lang.grammar.close_reading or not words_of(indicator) - lang.lists["dimension"] <= lang.lists["stop"]


def phrase_end(s: Sentence, i: int, clause: Clause) -> int:
    """End of a noun phrase that begins at a token: a few words on, up to a break, a verb, a time or another number."""
    j = i
    while j < min(clause.last, i + _PHRASE):
        if s.kind(j) == "p" and s.low(j) not in ("'", "-", "/", "&", "."):
            break
        if s.isin(j, "verbs", "report_verb", "phrase_break") or (j > i and any(o.first == j for o in s.quantities)):
            break
        if s.timed(j) or any(m.first <= j < m.last for m in s.comparisons):
            break
        j += 1
    while j > i and (s.isin(j - 1, "stop") or s.kind(j - 1) == "p"):
        j -= 1
    return j


# -- nouns before a number


def _before(s: Sentence, q: Quantity, clause: Clause) -> str:
    """``investment`` of ``with an investment put at some $90 million``."""
    noun_before = s.lang.grammar.noun_before
    skipped = ("before_number", "between") if noun_before else ("before_number",)
    i = q.first - 1
    while i >= clause.first and s.isin(i, *skipped):
        i -= 1
    if i == q.first - 1 and not noun_before:
        return ""
    if i < clause.first or clause.subject[0] <= i < clause.subject[1] or s.isin(i, "verbs", "verbs_before_number", "rise", "fall"):
        return ""
    if s.timed(i) or any(o.first <= i < o.last for o in s.quantities):
        return ""
    end = i + 1
    while i >= clause.first and s.kind(i) == "w" and not s.isin(i, "stop", "verbs") and end - i <= 5:
        i -= 1
    return s.words(i + 1, end)


def _bracketed(s: Sentence, q: Quantity) -> str:
    """The noun before the brackets a number stands in: "garments (14.9%)", "motor vehicles (up 24.6%)"."""
    if s.low(q.after) not in (")", ";", ","):
        return ""
    opened = next((i for i in range(q.first - 1, max(-1, q.first - 4), -1) if s.low(i) == "("), -1)
    if opened <= 0 or any(o.last == opened for o in s.quantities):
        return ""
    first = opened
    while first > max(0, opened - _ITEM) and s.kind(first - 1) == "w" and not s.isin(first - 1, "verbs", "stop"):
        first -= 1
    return s.words(first, opened)


def _in_list(s: Sentence, q: Quantity, clause: Clause) -> bool:
    """True for a later item of a list under one verb: "South Korea sent 4.6 million, China 3.7 million"."""
    return any(clause.verb < o.first and o.last <= q.first for o in s.quantities[-40:])


def _idle(s: Sentence, i: int) -> bool:
    return s.isin(i, "stop", "between", "before_number") or s.kind(i) == "p"


def _noun_before(s: Sentence, q: Quantity, clause: Clause) -> str:
    """The noun of a list item without a verb: "mining 7.4% and electricity 4.9%"."""
    last = next((o.last for o in reversed(s.quantities) if o.last <= q.first), 0)
    first, end = max(clause.first, last), q.first
    while first < end and _idle(s, first):
        first += 1
    while end > first and _idle(s, end - 1):
        end -= 1
    if not 0 < end - first <= _ITEM or s.has(first, end, "verbs", "rise", "fall"):
        return ""
    return s.words(first, end) if all(s.kind(i) == "w" for i in range(first, end)) else ""


def _only_names(s: Sentence, clause: Clause) -> bool:
    """True if the subject is a bare name ("Viet Nam", "the Port of Hue"): then the predicate says what is counted."""
    named = [s.upper(i) for i in range(*clause.subject) if s.kind(i) == "w" and not s.isin(i, "stop")]
    return bool(named) and all(named)


def _predicate(s: Sentence, q: Quantity, clause: Clause) -> str:
    """The words between the verb and the number that name something: ``tonnes of coffee abroad``."""
    first, last = max(clause.verb + 1, q.first - 12), q.first
    while last > first and _idle(s, last - 1):
        last -= 1
    return s.words(first, last) if clause.verb < q.first else ""


# -- A and B rose by x and y, respectively


def respectively(s: Sentence) -> dict[int, str]:
    """Indicator by position of the number for ``A and B rose by x and y, respectively``, wherever the language puts that word."""
    at = next((i for i in range(len(s)) if s.isin(i, "respectively")), None)
    if at is None:
        return {}
    numbers = [q for q in s.quantities if q.first < at]
    if len(numbers) < 2:
        numbers = _listed(s, [q for q in s.quantities if q.first > at])
    if len(numbers) < 2:
        return {}
    verb = min(next((c.verb for c in s.clauses if c.verb < numbers[0].first and c.tells), numbers[0].first), at)
    names, begin = [], 0
    for i in range(verb + 1):
        if i == verb or s.isin(i, "and"):
            name = s.words(begin, i)
            if name:
                names.append(name)
            begin = i + 1
    if len(names) < len(numbers):
        return {}
    return {q.first: name for q, name in zip(numbers[-len(names) :], names[-len(numbers) :], strict=False)}


def _listed(s: Sentence, numbers: list[Quantity]) -> list[Quantity]:
    """The first numbers of a list: nothing but "and" and commas between them."""
    out = numbers[:1]
    for q in numbers[1:]:
        if not all(s.isin(i, "and") for i in range(out[-1].last, q.first)):
            break
        out.append(q)
    return out
