"""Where a project stands, what it is called and what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from madein.core.countries import find_economy
from madein.press.relations.model import Mark
from madein.press.relations.names import Name
from madein.press.relations.said import Said


@dataclass(slots=True)
class Sited:
    """Name, place and province of a project, the finest known so far."""

    name: str = ""
    location: str = ""
    province: str = ""
    coarse: bool = False

    def take(self, found: Found) -> list[Mark]:
        """Take over what is finer than what is known; the marks of what was taken."""
        marks: list[Mark] = []
        if found.name and not self.name:
            self.name = found.name.text
            marks.append(found.said.mark("name", found.name.first, found.name.last))
        place = found.location
        if place and (not self.location or (self.coarse and not found.coarse)):
            self.location, self.coarse = place.text, found.coarse
            self.province = found.province.text if found.province else ""
            marks.append(found.said.mark("location", place.first, place.last))
            if found.province:
                marks.append(found.said.mark("province", found.province.first, found.province.last))
        return marks


@dataclass(frozen=True, slots=True)
class Found:
    """Names of a sentence that place a project; `coarse` is True where the place is a whole country."""

    said: Said
    name: Name | None
    location: Name | None
    province: Name | None
    coarse: bool


def site_of(said: Said, at: int) -> Found:
    """The place after "in", "at" or "near" from a token on, and the province after it.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "It will build a mill in Batang Economic Zone, in the coastal province of Nghe An."
    >>> said = next(said_of(read_text(text), relation_language("en")))
    >>> found = site_of(said, 0)
    >>> found.location.text, found.province.text
    ('Batang Economic Zone', 'Nghe An')
    """
    placed = [n for n in said.names if n.first >= at and n.kind in ("place", "site", "name") and _after_in(said, n) and not _leads_on(said, n)]
    fine = [n for n in placed if not _country(n)]
    place = next((n for n in fine if n.kind == "site"), None) or next(iter(fine or placed), None)
    province = None
    if place is not None:
        near = [n for n in said.names if place.last <= n.first <= place.last + 8 and n.kind in ("place", "name") and not _country(n)]
        province = next((n for n in near if _joined(said, place.last, n.first)), None)
    name = next((n for n in said.names if n.first >= at and n.kind == "site" and not _after_in(said, n)), None)
    return Found(said, name, place, province, place is not None and _country(place))


def _country(name: Name) -> bool:
    return len(name.text) > 2 and find_economy(name.text) is not None


def _after_in(said: Said, name: Name) -> bool:
    """True if "in", "at" or "near" stands before a name, with an article, a direction or "province of" between."""
    i = name.first - 1
    for _ in range(5):
        if said.isin(i, "rel_in"):
            return True
        lower = i >= 0 and said.tokens[i].kind == "w" and not said.tokens[i].upper
        if not lower or said.isin(i, "verbs") or (said.isin(i, "preposition") and said.low(i) != "of") or said.low(i) in ("its", "their", "and"):
            return False
        i -= 1
    return False


def _leads_on(said: Said, name: Name) -> bool:
    """True if a name only describes the noun after it: "its Vietnam subsidiary", but not "Kigali's economic zone"."""
    if said.low(name.last) == "'":
        return not any(said.isin(k, "rel_site_name") for k in range(name.last + 1, name.last + 6))
    return said.isin(name.last, "rel_child") or said.isin(name.last, "rel_company_noun") or said.isin(name.last, "rel_market")


def _joined(said: Said, first: int, last: int) -> bool:
    """True if only a comma, "in", "of", "province" and the like stand between two places."""
    between = [said.low(k) for k in range(first, last)]
    lists = said.lang.lists
    return bool(between) and all(
        w in (",", "in", "of", "the", "northern", "southern", "eastern", "western", "central", "coastal") or w in lists["rel_place_word"]
        for w in between
    )


@dataclass(frozen=True, slots=True)
class Goods:
    """What is made: text and tokens."""

    text: str
    first: int
    last: int


def product_of(said: Said) -> Goods | None:
    """What a plant makes: the object of "produce" and its like, names and "models" taken off.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> product_of(next(said_of(read_text("The works is to make Volt and Sohn bus models."), relation_language("en")))).text
    'bus'
    """
    for i in range(len(said.tokens)):
        if said.isin(i, "rel_output"):
            goods = next(_objects(said, i + 1), None)
            if goods is not None:
                return goods
    return None


def _objects(said: Said, i: int) -> Iterator[Goods]:
    """Runs of small words after a verb, numbers, names and small particles passed over."""
    k = i
    numbers = {j for p in said.facts for j in range(p.first, p.last)}
    while k < min(len(said.tokens), i + 9):
        named = said.name_at(k)
        if named is not None:
            k = named.last
        elif k in numbers or said.low(k) in ("and", "of", "about", "around", "up", "to", "more", "than", "some", "over"):
            k += 1
        elif said.tokens[k].kind != "w" or said.isin(k, "stop") or said.isin(k, "verbs"):
            return
        else:
            end = k
            while (
                end < len(said.tokens) and end < k + 5 and said.tokens[end].kind == "w" and not said.isin(end, "stop") and not said.isin(end, "verbs")
            ):
                end += 1
            last = end
            while last > k and said.isin(last - 1, "rel_model"):
                last -= 1
            if last > k:
                yield Goods(said.words(k, last), k, last)
            return
