"""Rules to YAML: one rule a line, flow style, codes quoted so that no leading zero is lost."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tools.origin import names


def flow(value: Any) -> str:
    """A value in that part of YAML's flow style which is JSON too: the file reads as YAML, and each line by a faster parser.

    Examples
    --------
    >>> flow({"test": "ctc", "except": [["0901", "0901"]], "pct": 47.5, "joint": True})
    '{"test": "ctc", "except": [["0901", "0901"]], "pct": 47.5, "joint": true}'
    """
    return json.dumps(value, ensure_ascii=False)


def mark(source: bytes) -> str:
    """What tells one version of a published list from another, short enough for a file's head.

    Examples
    --------
    >>> mark(b"")
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(source).hexdigest()[:16]


def text_of(records: list[dict[str, Any]], how: dict[str, Any]) -> str:
    """A file of rules with what they have in common at its head."""
    common = {k: how[k] for k in ("edition", "article", "verified")} | {"valid": {k: str(v) for k, v in (how.get("valid") or {}).items()}}
    head = f"# Written by tools/origin/compile.py from the published list {how.get('mark', '')}; mend the grammar, not this file.\n"
    return f"{head}defaults: {flow(common)}\nrules:\n" + "".join(f"- {flow(record)}\n" for record in records)


def files(records: list[dict[str, Any]], how: dict[str, Any]) -> dict[str, str]:
    """Content of each file of a regime, by name."""
    found: dict[str, list[dict[str, Any]]] = {}
    cuts = how.get("files") or [["rules", "01", "99"]]
    for record in records:
        chapter = record["target"][0][0][:2]
        name = next(name for name, first, last in cuts if first <= chapter <= last)
        found.setdefault(name, []).append(record)
    return {f"{name}.yaml": text_of(part, how) for name, part in found.items()}


def asked(records: list[dict[str, Any]]) -> str:
    """The file of questions for the facts that select rules."""
    keys = {key for record in records for key in record.get("when") or {}}
    known = names.questions(keys)
    text = {key: known.get(key) or f"{key.replace('_', ' ').capitalize()}?" for key in sorted(keys)}
    return "# Questions behind the facts that select rules. Written by tools/origin/compile.py.\n" + "".join(
        f"{key}: {json.dumps(question, ensure_ascii=False)}\n" for key, question in text.items()
    )


def write(records: list[dict[str, Any]], how: dict[str, Any], folder: Path) -> None:
    """Write the files of a regime into a folder; its ``regime.yaml`` only where there is none, because that is written by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (files(records, how) | {"questions.yaml": asked(records)}).items():
        (folder / name).write_text(text, "utf-8")
    head = folder / "regime.yaml"
    if not head.exists():
        name = how["regime"].upper()
        title = f"name: {name}\ntitle: {name}, read from a published list\nedition: {json.dumps(how['edition'])}\n"
        head.write_text(title + "parties: {}\nprovisions: {}\ntolerances: {}\n", "utf-8")
