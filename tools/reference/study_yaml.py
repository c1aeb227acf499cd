"""The keys of study.yaml and the options of every step, from the code that reads them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reference.markdown import code, meanings, prose, sentence, table, title

TOP = {
    "title": "title of the report; `A study` if left out",
    "summary": "a sentence or two under the title",
    "steps": "the list of steps; needed. Each step becomes a chapter, in this order",
    "sources": "what is known of the files, by their name relative to the folder of the study",
}
STEP = {
    "id": "name of the step in tables and references: small letters, digits and `_`, a letter first; `use` if left out",
    "use": "which step to use; needed. The names are those of the sections below",
    "title": "title of the chapter; made from the id if left out",
    "from": "what goes in, by role; needed. A role takes files (`data/*.csv`, or a list) or one table (`STEP.TABLE`)",
    "with": "options of the step; see its section below",
}
SOURCE = {
    "title": "what the file holds",
    "publisher": "who published it",
    "licence": "under which terms",
    "date": "when it was published or taken, written as you like",
    "basis": "what its numbers rest on; see [basis](measures.md#basis). `published` if left out",
    "url": "where it was taken from. Nothing is ever fetched from there",
}


def page(example: Path) -> Iterator[str]:
    """The page ``study-yaml.md``."""
    from madein.study import config
    from madein.study.steps import STEPS

    yield from title("study.yaml")
    yield from prose("""
        A study is a folder with a `study.yaml` that names data files and steps. `madein validate` checks it without running
        anything. An unknown key is an error that names the line and the nearest known key; so are YAML aliases (`*name`) and
        a key given twice. A study reads nothing outside its own folder: absolute paths, `..` and links that lead out are
        errors, too.
    """)
    yield from ("```yaml", example.read_text("utf-8").split("  - id: iip_printed")[0].rstrip(), "```", "")
    for name, keys, said in (("The file", config._TOP, TOP), ("A step", config._STEP, STEP), ("A source", config._SOURCE, SOURCE)):
        yield from title(name, 2)
        yield from table(("key", "meaning"), meanings(keys, said, "study.yaml"))
    for use in STEPS:
        yield from step(use)


def step(use: str) -> Iterator[str]:
    """Roles and options of one step."""
    from madein.study.steps import load_step, step_source

    module = load_step(use)
    yield from title(f"use: {use}", 2)
    yield from prose(sentence((sys.modules[module.Config.__module__].__doc__ or "").strip().split("\n\n")[0]))
    roles = step_source(use).roles.items()
    takes = {"source": "files", "table": "a table", "tables": "one table or more"}
    yield from table(("role in `from`", "takes"), [(code(r), takes[k]) for r, k in roles])
    schema = module.Config.model_json_schema()
    yield from prose("Options in `with`:")
    yield from options(use, schema)
    for name, inner in schema.get("$defs", {}).items():
        yield from title(f"{use}: options of {spaced(name)}", 3)
        yield from prose(sentence(inner.get("description", "")))
        yield from options(use, inner)


def options(use: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """The options of one model."""
    rows = []
    for name, about in schema["properties"].items():
        if not about.get("description"):
            raise SystemExit(f"step {use}: the option {name!r} has no description; give its Field one")
        default = about.get("default")
        shown = "needed" if name in schema.get("required", ()) else "" if default in (None, "", {}, []) else code(default)
        rows.append((code(name), kind(use, about), shown, sentence(about["description"])))
    yield from table(("option", "takes", "default", "meaning"), rows)


def kind(use: str, about: Mapping[str, Any]) -> str:
    """What an option takes, in words, from its JSON schema."""
    if "anyOf" in about:
        return " or ".join(kind(use, a) for a in about["anyOf"] if a.get("type") != "null")
    if "$ref" in about:
        words = spaced(about["$ref"].rpartition("/")[2])
        return f"[options of {words}](#{re.sub(r'[^a-z0-9]+', '-', f'{use} options of {words}')})"
    if "enum" in about or "const" in about:
        return ", ".join(code(v) for v in about.get("enum", [about.get("const")]) if v != "")
    if about.get("type") == "object":
        inner = about.get("additionalProperties")
        return f"a mapping of labels to {kind(use, inner)}" if isinstance(inner, dict) else "a mapping"
    if about.get("type") == "array":
        return f"a list of {kind(use, about.get('items', {}))}"
    said = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "`true`, `false`"}[about["type"]]
    if "minimum" in about:
        said += f", {about['minimum']} to {about['maximum']}" if "maximum" in about else f", at least {about['minimum']}"
    if "pattern" in about:
        said += f" like `{about['pattern']}`"
    return "one character" if about.get("maxLength") == 1 else said


def spaced(name: str) -> str:
    """``SeriesConfig`` as ``a series``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Config")).lower()
    return f"a {words}"
