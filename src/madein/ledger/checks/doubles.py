"""What may be counted twice: one project under two names, one place under its old and its new name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

import polars as pl

from madein.core.provinces import Province, find_provinces
from madein.ledger.bounds import Interval
from madein.ledger.checks.model import Finding, finding, named
from madein.ledger.model import slug
from madein.ledger.names import party_keys
from madein.ledger.projects import BRACKETS, Project, place, projects_of
from madein.ledger.rules import rules
from madein.ledger.view import View

MOST = 2000
"""Projects of one party beyond which pairs are no longer compared."""


def same_project_twice(view: View, economy: str = "VNM") -> Iterator[Finding]:
    """Pairs of projects that share a party and a place and agree in figures, or whose names are alike.

    A pair that claims say is one (`same_as`) or two (`different_from`) is left alone.
    """
    declared = view.frame.filter(pl.col("predicate").is_in(["same_as", "different_from"])).select("subject", "text")
    settled = {frozenset((one.partition("/")[0], other)) for one, other in declared.iter_rows()}
    held = projects_of(view, economy)
    by_party: dict[str, list[int]] = {}
    for n, p in enumerate(held):
        for key in _parties(p):
            by_party.setdefault(key, []).append(n)
    seen: set[tuple[int, int]] = set()
    for members in by_party.values():
        for i, j in combinations(members, 2) if len(members) <= MOST else ():
            a, b = held[i], held[j]
            if (i, j) in seen or frozenset((a.subject, b.subject)) in settled:
                continue
            seen.add((i, j))
            same = _alike(a, b)
            if same:
                who = ", ".join(sorted(_parties(a) & _parties(b)))
                pair = f"{named(a.subject).capitalize()} and {named(b.subject)} may be one: both of {who}, both in {_where(a)}, and {same}."
                what = f"{pair} Count one of them, or say `same_as` or `different_from`."
                yield finding("same_project_twice", a.subject, "same_as", what, [i for p in (a, b) for i in _ids(p)])


def _parties(p: Project) -> frozenset[str]:
    return frozenset(k for text in (p.name, *p.investors) for k in party_keys(text))


def _where(p: Project) -> str:
    return p.province.en if p.province else p.site


def _ids(p: Project) -> list[str]:
    return [i for f in p.phases for what in (f.capacity, f.capital) for a in what for i in a.ids]


def _alike(a: Project, b: Project) -> str:
    """Why two projects look like one, '' if they do not."""
    near = a.province is not None and a.province == b.province
    if not near and not (a.site and b.site and slug(a.site) == slug(b.site)):
        return ""
    agree = [what for what in ("capacity", "capital") if _figures_meet(a, b, what)]
    agree += ["a date"] if _dates_meet(a, b) else []
    if len(agree) >= rules().same_project["agreeing"]:
        return f"they agree in {' and '.join(agree)}"
    told = [any(getattr(f, what) for f in p.phases) for p in (a, b) for what in ("capacity", "capital")]
    if all(told):
        return ""
    words = [set(slug(p.name or p.subject.partition(":")[2]).split("-")) for p in (a, b)]
    share = len(words[0] & words[1]) / len(words[0] | words[1])
    return "their names are alike" if share >= rules().same_project["name_words"] else ""


def _figures_meet(a: Project, b: Project, what: str) -> bool:
    def figures(p: Project) -> list[tuple[str, Interval]]:
        return [(x.unit, x.interval) for f in p.phases for x in getattr(p.phase(f.name), what)]

    return any(u == v and x.meets(y) and max(x.low, y.low) > 0 for u, x in figures(a) for v, y in figures(b))


def _dates_meet(a: Project, b: Project) -> bool:
    """One event of one phase on one day or within one and the same short window."""
    dates = [{(f.name, m.event, m.window) for f in p.phases for m in f.milestones if (m.window.last - m.window.first).days < 93} for p in (a, b)]
    return bool(dates[0] & dates[1])


def one_place_two_names(frame: pl.DataFrame, view: View, economy: str = "VNM") -> Iterator[Finding]:
    """Projects whose province was told under several names: one place before and after a merger, or two places.

    Parameters
    ----------
    frame : polars.DataFrame
        All claims, also those that no longer stand: the old name is among them.
    view : View
        What was known on the day.
    """
    told = frame.filter((pl.col("predicate") == "province") & (pl.col("said_by") <= view.day)).select("subject", "text", "said_by", "id")
    by_subject: dict[str, list[tuple[str, date, str]]] = {}
    for subject, *telling in told.iter_rows():
        by_subject.setdefault(subject, []).append((telling[0], telling[1], telling[2]))
    standing = set(view.frame["id"])
    for subject, tellings in by_subject.items():
        then: dict[str, Province] = {}
        now: dict[str, Province] = {}
        for text, said, _ in tellings:
            meant, later = _meant(text, said, economy), place(text, said, view.day, economy)
            if meant and later:
                then[meant.key], now[text] = meant, later
        ids = [key for _, _, key in tellings]
        places = {p.key for p in now.values()}
        if len(places) == 1 and len({p.en for p in then.values()}) > 1:
            heir = next(iter(now.values()))
            names = " and as ".join(sorted({p.en for p in then.values()}))
            what = f"The province of {named(subject)} is told as {names}; since {heir.begins} both are {heir.en}: count it there once."
            yield finding("one_place_two_names", subject, "province", what, ids)
        elif len({now[t].key for t, _, key in tellings if t in now and key in standing}) > 1:
            what = f"The province of {named(subject)} is told as {' and as '.join(sorted(now))}, which are different places on {view.day}."
            yield finding("two_places", subject, "province", what, ids)


def _meant(text: str, said: date, economy: str) -> Province | None:
    """The unit a name is the name of, be it past: not the one it went into."""
    found = find_provinces(BRACKETS.sub("", text).strip(), economy)
    now = [p for p in found if p.on(said)] or [p for p in found if p.ends is not None and p.ends <= said][-1:]
    return now[0] if now else None
