"""Records (rows of event tables, relations read from articles) into claims, as their shape says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from madein.core.errors import Problems
from madein.core.period_labels import fold
from madein.core.units import parse_unit
from madein.ledger.model import slug
from madein.ledger.rules import rules
from madein.ledger.shapes import Shape, words_of
from madein.ledger.vocabulary import Vocabulary
from madein.ledger.windows import read_window

_HOLE = re.compile(r"\{([@\w]+)\}")
_SHARE = re.compile(r"(.{1,80}?) +([0-9]{1,3}(?:[.,][0-9]{1,4})?) ?%")
_AMOUNT = re.compile(r"\b([A-Z]{3}) ?([0-9][0-9.,]{0,20}) ?([a-z]{1,8})?\b")
NAME_LENGTH = 100

Draft = dict[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """Something told at one place of a file: fields by name, each a text, a list of texts, or records inside."""

    fields: Mapping[str, Any]
    place: str
    said: str
    source: str
    file: str
    cells: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as one text, lists joined by semicolons; "" where there is none."""
        value = self.fields.get(name, "")
        return ";".join(map(str, value)) if isinstance(value, list) else str(value) if not isinstance(value, dict) else ""


def claims_of_record(record: Record, shape: Shape | None, words: Vocabulary, problems: Problems) -> list[Draft]:
    """Rows, as `madein.ledger.convert.to_claims` reads them, for everything a record says.

    A field that the shape does not know is held as a `detail` of the subject, so that nothing is lost; a type of relation
    that no shape knows is held whole that way, with a warning.

    Examples
    --------
    >>> from madein.ledger.shapes import shape_of_record
    >>> from madein.ledger.vocabulary import default_vocabulary
    >>> told = Record({"type": "ownership", "child": "Delta", "parent": "Orion", "mood": "good"}, "line 1", "2024", "a.txt", "r.jsonl")
    >>> for row in claims_of_record(told, shape_of_record("ownership"), default_vocabulary(), Problems()):
    ...     print(row["subject"], row["predicate"], row["value"])
    party:delta name Delta
    party:delta parent Orion
    party:delta/field=mood detail good
    """
    return list(_Maker(record, shape, words, problems).all())


class _Maker:
    def __init__(self, record: Record, shape: Shape | None, words: Vocabulary, problems: Problems) -> None:
        self.record, self.shape, self.words, self.problems = record, shape, words, problems
        window = read_window(record.said)
        self.said: date | None = window.last if window else None
        self.subject = self._subject(shape.subject if shape else ())
        if not self.subject:
            kind = slug(record.text("type") or "row")
            named = next((v for k, v in record.fields.items() if k not in ("type", "article", "source") and isinstance(v, str) and v), record.place)
            self.subject = f"thing:{kind}-{slug(named, NAME_LENGTH)}"
            what = f"no shape is known for {kind!r}" if shape is None else f"nothing names the {shape.name}"
            problems.warn(what, record.place, "its fields are held as details", "describe it in a shape, or fill in its name")

    def all(self) -> Iterator[Draft]:
        skip = {"type", "article", "source", "as_of", "said", "note"}
        for name, value in self.record.fields.items():
            if name in skip or value in (None, "", [], {}):
                continue
            found = self.shape.field_of(name) if self.shape else None
            if found:
                yield from self._claim(name, value, *found)
            elif self.shape is None or name not in self.shape.serving:
                yield from self._details(name, value)
        yield from self._amounts_in_words()
        if self.shape and self.shape.event:
            yield from self._event(self.shape.event, self.record.fields, self._part_dims(self.record.fields))

    def _subject(self, templates: Sequence[str]) -> str:
        for template in templates:
            holes = _HOLE.findall(template)
            filled = {h: self.record.file.rpartition(".")[0] or self.record.file if h == "@file" else self.record.text(h) for h in holes}
            if all(filled.values()):
                return _HOLE.sub(lambda m, filled=filled: slug(filled[m[1]], NAME_LENGTH), template)  # type: ignore[misc]
        return ""

    def _part_dims(self, fields: Mapping[str, Any]) -> dict[str, str]:
        part = self.shape.part if self.shape else {}
        told = str(fields.get(part["column"], "") or "") if part else ""
        return {part["dim"]: slug(told)} if told and fold(told) not in [fold(w) for w in part["whole"]] else {}

    def _row(self, name: str, predicate: str, value: str, dims: Mapping[str, str], **more: str) -> Draft:
        base = more.pop("subject", "") or self.subject
        tail = "".join(f"/{k}={v}" for k, v in dims.items() if f"/{k}=" not in base)
        place = self.record.cells.get(name, self.record.place)
        row = {"subject": base + tail, "predicate": predicate, "value": value, "as_of": self.record.said, "source": self.record.source}
        return {**row, "place": place, "_at": place, "_repeats": "yes", **{k: v for k, v in more.items() if v}}

    def _claim(self, name: str, value: Any, spec: Mapping[str, Any], groups: tuple[str, ...]) -> Iterator[Draft]:
        if "each" in spec:
            for inner in value if isinstance(value, list) else [value]:
                yield from self._nested(name, inner, spec["each"]) if isinstance(inner, dict) else self._details(name, inner)
            return
        own = self._subject(spec["subject"]) if "subject" in spec else ""
        if isinstance(value, dict) or ("subject" in spec and not own):
            yield from self._details(name, value)
            return
        texts = [str(v) for v in value] if isinstance(value, list) else [str(value)]
        if "split" in spec:
            texts = [t.strip() for text in texts for t in text.split(spec["split"])]
        dims = {k: self._dim(k, self._from(v)) for k, v in spec.get("dims", {}).items() if self._from(v)}
        part = self._part_dims(self.record.fields) if spec.get("part") and not self._told_in_parts(name, spec) else {}
        more = {"unit": self._unit(spec, groups), "qualifier": self._told(spec, "qualifier"), "note": self.record.text("note")}
        more["subject"] = own
        if "basis" in spec:
            part = self._basis(self._told(spec, "basis"), part, more)
        if "valid" in spec:
            more |= dict(zip(("valid_from", "valid_to"), map(self.record.text, spec["valid"]), strict=True))
        for text in filter(None, texts):
            held, share = self._shared(text) if spec.get("share") else (text, "")
            status = self._status(spec.get("status", ""), text)
            yield self._row(name, spec["predicate"], held, {**part, **dims}, **more, status=status)
            if share:
                yield self._row(name, "share", share, {"party": slug(held)}, unit="percent", status=status)

    def _amounts_in_words(self) -> Iterator[Draft]:
        """An amount told in the words beside an empty cell: "VND 8125 bn, phase 1"."""
        for key, spec in (self.shape.fields if self.shape else {}).items():
            column = spec["basis"]["from"] if "basis" in spec else ""
            found = _AMOUNT.search(self.record.text(column)[:200]) if column and self.words.predicates[spec["predicate"]].unit == "money" else None
            if found and not any(re.fullmatch(key.strip("/"), name) and value not in (None, "") for name, value in self.record.fields.items()):
                more = {"unit": f"{words_of('scales').get(found[3] or '', found[3] or '')} {found[1]}", "note": self.record.text("note")}
                part = self._basis(self.record.text(column), self._part_dims(self.record.fields), more)
                yield self._row(column, spec["predicate"], found[2], part, **more, status=self._status(spec.get("status", ""), ""))

    def _told_in_parts(self, name: str, spec: Mapping[str, Any]) -> bool:
        parts = self.record.fields.get("parts", ()) if spec.get("whole_if_parts") else ()
        mine = self._part_dims(self.record.fields)
        return any(isinstance(p, dict) and p.get(name) not in (None, "") and self._part_dims(p) == mine for p in parts)

    def _from(self, column: str) -> str:
        return column[1:] if column.startswith("=") else self.record.text(column)

    def _dim(self, dim: str, text: str) -> str:
        """A value of a dimension; an event is called as its predicate is."""
        return (self.words.find(text) if dim == "event" else None) or slug(text)

    def _told(self, spec: Mapping[str, Any], key: str) -> str:
        given = spec.get(key, "")
        return self.record.text(given["from"]) if isinstance(given, dict) else str(given)

    def _unit(self, spec: Mapping[str, Any], groups: tuple[str, ...]) -> str:
        given = spec.get("unit", "")
        if isinstance(given, dict):
            return self.record.text(given["from"])
        scales = words_of("scales")
        filled = re.sub(r"\{([0-9])\}", lambda m: str(scales.get(groups[int(m[1]) - 1], groups[int(m[1]) - 1].upper())), str(given))
        # A group that is neither a scale nor a currency is a noun, and nouns are written small.
        return filled.strip() if _is_unit(filled) else filled.strip().lower()

    @staticmethod
    def _shared(text: str) -> tuple[str, str]:
        found = _SHARE.fullmatch(text)
        return (found[1], found[2].replace(",", ".")) if found else (text, "")

    def _basis(self, text: str, part: dict[str, str], more: dict[str, str]) -> dict[str, str]:
        """What words beside an amount make of it; they are kept in the note."""
        if not text:
            return part
        low = fold(text)
        qualifier = next((q["qualifier"] for q in words_of("qualifier_words") if any(w in low for w in q["words"])), "")
        found: Mapping[str, str] = next((b for b in words_of("basis_words") if any(w in low for w in b["words"])), {})
        more["qualifier"] = more.get("qualifier") or qualifier
        more["note"] = "; ".join(filter(None, (more.get("note", ""), text)))
        if found.get("of") == "whole":
            return {}
        more["basis"] = found.get("basis" if part else "alone", "")
        return part

    def _status(self, spec: Any, value: str) -> str:
        if isinstance(spec, dict):
            return self.record.text(spec["from"]) if "from" in spec else self._by_date(self.record.text(spec["by_date"]))
        if spec == "by_date":
            return self._by_date(value)
        if spec == "by_state":
            state = rules().state(self.record.text("status"))
            return str(rules().states[state]["status"]) if state else "planned"
        if spec == "by_result":
            low = fold(self.record.text("result"))
            return "requested" if any(w in low for w in words_of("requested_words")) else "actual"
        if spec == "by_start":
            return "actual" if any(self._by_date(day) == "actual" for day in self._starts()) else "planned"
        return str(spec)

    def _by_date(self, text: str, event: str = "") -> str:
        window = read_window(text)
        if window is None or self.said is None or window.first > self.said:
            return "planned"
        implied = event in rules().implied(self.record.text("status"))
        return "actual" if window.last <= self.said or implied else "planned"

    def _starts(self) -> Iterator[str]:
        told = self.record.fields.get("milestones", self.record.fields.get("milestone", []))
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, dict) and self.words.find(str(one.get("event", ""))) in rules().start_events:
                yield str(one.get("date", ""))

    def _event(self, spec: Mapping[str, Any], fields: Mapping[str, Any], dims: Mapping[str, str], note: str = "") -> Iterator[Draft]:
        name, when = str(fields.get(spec["name" if "name" in spec else "event"], "") or ""), str(fields.get(spec["date"], "") or "")
        if not name and not when:
            return
        if not when:
            self.problems.warn(f"the event {name!r} has no date", self.record.place, fix="fill it in, or leave the event out")
            return
        predicate, own = self.words.find(name) if name else None, {}
        if predicate is None or self.words.predicates[predicate].kind != "date":
            predicate, own = "event_date", {"event": slug(name)}
            self.problems.warn(f"the event {name!r} is no predicate", self.record.place, "it is held as event_date", "add it to a vocabulary")
        status = self._by_date(when, predicate) if spec.get("status") == "by_date" else self._status(spec.get("status", ""), when)
        place = spec["date"] if spec["date"] in self.record.cells else ""
        yield self._row(place, predicate, when, {**dims, **own}, status=status, note=note or self.record.text("note"))

    def _nested(self, name: str, inner: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[Draft]:
        dims = {k: slug(str(inner[v])) for k, v in spec.get("dims", {}).items() if inner.get(v) not in (None, "")}
        used = {*spec.get("dims", {}).values(), str(spec.get("note", ""))}
        if "event" in spec:
            told = str(inner.get(spec.get("note", ""), "") or "")
            note = f"{spec['note']} {told}" if told else ""
            yield from self._event({**spec, "name": spec["event"]}, inner, dims, note)
            used |= {spec["event"], spec["date"]}
        for key, predicate in spec.get("amounts", {}).items():
            if inner.get(key) in (None, ""):
                continue
            unit, kind, what = spec["unit"].replace("{name}", key), f"{key}_kind", str(inner.get(spec["note"], "") or "")
            used |= {key, unit, kind}
            more = {"unit": str(inner.get(unit, "") or ""), "note": what}
            own = self._basis(str(inner.get(kind, "") or ""), dims, more)
            if what and predicate in spec.get("by_product", ()):
                own = {**own, "product": slug(what)}
            if self.words.predicates[predicate].status == "required":
                more["status"] = self._status(spec["status"], "")
            yield self._row(name, predicate, str(inner[key]), own, **more)
        for key, value in inner.items():
            if key not in used and value not in (None, ""):
                yield from self._details(f"{name}-{key}", value)

    def _details(self, name: str, value: Any) -> Iterator[Draft]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from self._details(f"{name}-{key}", inner)
        elif isinstance(value, list):
            for n, inner in enumerate(value, 1):
                yield from self._details(name if len(value) == 1 else f"{name}-{n}", inner)
        elif value not in (None, ""):
            yield self._row(name, "detail", str(value), {"field": slug(name)})


def _is_unit(text: str) -> bool:
    try:
        parse_unit(text)
    except ValueError:
        return False
    return text.split()[-1:] == [text.rsplit(maxsplit=1)[-1].upper()] and len(text.rsplit(maxsplit=1)[-1]) == 3
