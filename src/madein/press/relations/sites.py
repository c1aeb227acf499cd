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
    placed = [
        n
        for n in said.names
        if n.first >= at
        and n.kind in ("place", "site", "name")
        and (_after_in(said, n) or said.isin(n.first - 1, "rel_chose"))
        and not _leads_on(said, n)
    ]
    fine = [n for n in placed if not _country(n)]
    place = next((n for n in fine if n.kind == "site"), None) or next(iter(fine or ()), None) or _named_for(said, at) or next(iter(placed), None)
    province = None
    if place is not None:
        near = [n for n in said.names if place.last <= n.first <= place.last + 8 and n.kind in ("place", "name") and not _country(n)]
        province = next((n for n in near if _joined(said, place.last, n.first)), None)
    name = next(
        (n for n in said.names if n.first >= at and n.kind == "site" and n is not place and n is not province and not _after_in(said, n)), None
    )
    coarse = place is not None and (_country(place) or not _after_in(said, place))
    return Found(said, name, place, province, coarse)


def _named_for(said: Said, at: int) -> Name | None:
    """The town a plant is called by: "its Visakha works", "the Pune plant of Agni"."""
    for n in said.names:
        end = n.last
        while (
            end < min(n.last + 2, len(said.tokens))
            and said.tokens[end].kind == "w"
            and not said.isin(end, "rel_site", "stop", "verbs", "preposition")
        ):
            end += 1
        if n.first < at or n.kind not in ("place", "name", "site") or not said.isin(end, "rel_site") or _country(n):
            continue
        owned = said.isin(n.first - 1, "rel_its") or (n.first > 1 and said.low(n.first - 1) == "s" and said.low(n.first - 2) == "'")
        if (
            owned
            or (said.isin(n.first - 1, "rel_article") and said.isin(end + 1, "rel_of"))
            or (n.kind == "place" and said.isin(n.first - 1, "rel_article"))
        ):
            return n
    return None


def _country(name: Name) -> bool:
    return len(name.text) > 2 and find_economy(name.text) is not None


def _after_in(said: Said, name: Name) -> bool:
    """True if "in", "at" or "near" stands before a name, with an article, a direction or "province of" between."""
    i = name.first - 1
    for _ in range(5):
        if said.isin(i, "rel_in"):
            return True
        lower = i >= 0 and said.tokens[i].kind == "w" and not said.tokens[i].upper
        if (
            not lower
            or said.isin(i, "verbs")
            or (said.isin(i, "preposition") and not said.isin(i, "rel_of"))
            or said.isin(i, "rel_its")
            or said.isin(i, "rel_and")
        ):
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
    between = range(first, last)
    return bool(between) and all(
        said.low(k) == "," or said.isin(k, "rel_of") or said.isin(k, "rel_between_places") or said.isin(k, "rel_place_word") for k in between
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


def made_at(said: Said, site: int) -> Goods | None:
    """What a plant makes by its own name: "a salmon feed mill", "nhà máy thép"; none where the words before it tell how or how big.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("It is building a large salmon feed mill in Ca Mau."), relation_language("en")))
    >>> made_at(said, 7).text
    'salmon feed'
    """
    if not said.isin(site, "rel_works"):
        return None
    if said.lang.maps["grammar"]["noun-before"]:
        first = site + 1
        while said.isin(first, "rel_output"):
            first += 1
        goods = next(_objects(said, first), None)
        return goods if goods is not None and goods.first == first else None
    first = site
    numbers = {j for p in said.facts for j in range(p.first, p.last)}
    while first > max(0, site - 3) and said.tokens[first - 1].kind == "w" and not said.tokens[first - 1].upper and first - 1 not in numbers:
        low = said.low(first - 1)
        small = any(
            said.isin(first - 1, x)
            for x in ("stop", "preposition", "verbs", "rel_site", "rel_its", "rel_not_product", "past", "present", "rel_adverb")
        )
        described = low.endswith(("al", "ic", "ous", "ive", "ful", "able", "ary")) and not said.isin(first - 1, "rel_material")
        if (
            small
            or described
            or low in said.lang.maps["ordinals"]
            or (low.endswith(("ing", "ed", "est")) and not low.endswith("eed"))
            or said.low(first - 2) == "'"
        ):
            break
        joined = said.low(first - 2) == "-" and said.tokens[first - 2].glued and not said.tokens[first - 3].upper
        first -= 3 if joined else 1
    return Goods(said.words(first, site), first, site) if first < site else None


def _objects(said: Said, i: int) -> Iterator[Goods]:
    """Runs of small words after a verb, numbers, names and small particles passed over."""
    k = i
    numbers = {j for p in said.facts for j in range(p.first, p.last)}
    while k < min(len(said.tokens), i + 9):
        named = said.name_at(k)
        if named is not None:
            k = named.last
        elif k in numbers or said.isin(k, "rel_out") or said.isin(k, "rel_and") or said.isin(k, "rel_of") or said.isin(k, "rel_before_number"):
            k += 1
        elif said.tokens[k].kind != "w" or said.isin(k, "stop") or said.isin(k, "verbs"):
            return
        else:
            end = k
            while end < min(len(said.tokens), k + 5) and said.tokens[end].kind == "w" and not (said.isin(end, "stop") or said.isin(end, "verbs")):
                if said.isin(end, "annual"):
                    break
                if said.tokens[end].upper and said.lang.maps["grammar"]["noun-before"]:
                    break
                end += 1
            last = end
            while last > k and said.isin(last - 1, "preposition"):
                last -= 1
            while last > k and said.isin(last - 1, "rel_model"):
                last -= 1
            if last > k:
                yield Goods(said.words(k, last), k, last)
            return
