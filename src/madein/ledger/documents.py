"""YAML, JSON and JSON lines: claims, or relations read from articles, one a record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from madein.core.errors import MadeinError, Problems
from madein.core.grid import MAX_TEXT_BYTES, decode
from madein.ledger.convert import rows_to_frame
from madein.ledger.fields import EXTERNAL, Reader
from madein.ledger.records import Draft, Record, claims_of_record
from madein.ledger.shapes import shape_of_record

_MOST = 200
_WIDEST = 50


def read_documents(path: Path, reader: Reader, dates: Mapping[str, str], problems: Problems) -> pl.DataFrame:
    """Rows of text of a .yaml, .json or .jsonl file, as `madein.ledger.convert.to_claims` reads them.

    Raises
    ------
    MadeinError
        If the file is empty, too large, or not in its form.
    """
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise MadeinError(f"the file is {path.stat().st_size / 1e6:,.0f} MB", path.name, fix="save the claims as CSV or Parquet")
    text = decode(path.read_bytes(), path.name)
    if not text.strip():
        raise MadeinError("the file is empty", path.name, fix="write at least one claim into it")
    if "\0" in text:
        raise MadeinError("the file is binary, not text", path.name, fix="give it its true ending")
    records = _yaml(text, path, problems) if path.suffix.lower() in (".yaml", ".yml") else _json(text, path, problems)
    drafts: list[Draft] = []
    for place, fields in records:
        if "type" in fields and "predicate" not in fields:
            drafts += _relation(fields, place, path, reader, dates, problems)
        else:
            drafts += _claim(fields, place, problems)
    return rows_to_frame(drafts) if drafts else pl.DataFrame(schema=dict.fromkeys(("subject", "_at"), pl.String))


def _claim(fields: Mapping[str, Any], place: str, problems: Problems) -> Iterator[Draft]:
    row: Draft = {"_at": place}
    for name, value in fields.items():
        if name not in EXTERNAL:
            problems.warn(f"the field {name!r} is not read", place, fix=f"name it as one of {', '.join(EXTERNAL)}")
        elif isinstance(value, (list, dict)):
            problems.error(f"the field {name!r} holds a list or a mapping", place, fix="write one value; several values are several claims")
            return
        else:
            row[name] = str(value)
    yield row


def _relation(fields: Mapping[str, Any], place: str, path: Path, reader: Reader, dates: Mapping[str, str], problems: Problems) -> list[Draft]:
    article = str(fields.get("article", "") or "")
    said = str(fields.get("as_of") or fields.get("said") or dates.get(article, "") or dates.get(Path(article).stem, "") or reader.as_of)
    if not said:
        problems.error(
            "nothing tells when it was said",
            place,
            f"the article {article!r} has no date here",
            "give the dates of articles, or one for the whole file",
        )
        return []
    # A span of characters, where the relation carries one, leads to the very sentence.
    ends = fields.get("start"), fields.get("end")
    spot = f"chars {ends[0]}:{ends[1]}" if all(isinstance(x, str) and x.isdigit() for x in ends) else place
    own = {k: v for k, v in fields.items() if not (spot.startswith("chars") and k in ("start", "end", "item", "marks", "facts"))}
    record = Record(own, spot, said, str(fields.get("source") or article or reader.source), path.name)
    return claims_of_record(record, shape_of_record(str(fields.get("type", ""))), reader.words, problems)


def _json(text: str, path: Path, problems: Problems) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Objects of JSON lines, or of one array; numbers stay as they are printed."""
    if text.lstrip().startswith("["):
        found = _parsed(text)
        if not isinstance(found, list):
            raise MadeinError("the file is no JSON", path.name, str(found)[:200], "correct it, or write one object a line")
        parts = [(f"entry {n}", one) for n, one in enumerate(found, 1)]
    else:
        # Only a line feed ends a line of JSON; other separators may stand inside a text.
        parts = [(f"line {n}", _parsed(line)) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    bad = 0
    for place, one in parts:
        if isinstance(one, dict):
            yield place, one
            continue
        bad += 1
        if bad <= _MOST:
            problems.error("no JSON object", place, str(one)[:120], "write one object in braces a line")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=_refused)
    except (ValueError, RecursionError) as fault:
        return f"{type(fault).__name__}: {fault}"


def _refused(name: str) -> str:
    raise ValueError(f"{name} is no number")


def _yaml(text: str, path: Path, problems: Problems) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Mappings of a YAML list, or of the list under ``claims``; every scalar is text, so that nothing is taken for a date."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        root = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError) as fault:
        raise MadeinError("the file is no YAML", path.name, str(fault)[:200], "correct the line named") from fault
    if isinstance(root, yaml.MappingNode):
        root = next((v for k, v in root.value if k.value == "claims"), root)
    if not isinstance(root, yaml.SequenceNode):
        raise MadeinError(
            "the file holds no list of claims", path.name, fix="write `claims:` and below it one entry for each, beginning with a hyphen"
        )
    for node in root.value:
        place = f"line {node.start_mark.line + 1}"
        if not isinstance(node, yaml.MappingNode):
            problems.error("no mapping", place, fix="write `subject: ...`, `predicate: ...` and the other fields")
            continue
        fields: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in fields:
                problems.error(f"the field {key.value!r} twice", place, fix="keep one of them")
            plain = _plain(value)
            fields[str(key.value)] = plain
        yield place, fields


def _plain(node: Any, depth: int = 0) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    # Aliases can make a small file stand for a vast one: no claim or relation is deeper or wider than this.
    if depth > 3 or len(node.value) > _WIDEST:
        return ["..."]
    if isinstance(node, yaml.SequenceNode):
        return [_plain(v, depth + 1) for v in node.value]
    return {str(k.value): _plain(v, depth + 1) for k, v in node.value}
