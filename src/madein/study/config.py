"""study.yaml: read with line numbers, so that every complaint names file, line and the nearest valid word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from madein.core.errors import BadInput, MadeinError, Problem, Problems
from madein.core.step import BASES
from madein.study.steps import STEPS

if TYPE_CHECKING:
    from pydantic import BaseModel

STUDY_FILE = "study.yaml"
MAX_BYTES = 1_000_000
_ID = re.compile(r"[a-z][a-z0-9_]{0,40}")
_TOP = ("title", "summary", "steps", "sources")
_STEP = ("id", "use", "title", "from", "with")
_SOURCE = ("title", "publisher", "licence", "date", "basis", "url")

Lines = dict[tuple[str | int, ...], int]


@dataclass(frozen=True, slots=True)
class StepConfig:
    """One entry of ``steps``: what to use, what from, and how."""

    id: str
    use: str
    title: str
    inputs: dict[str, tuple[str, ...]]
    options: dict[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class StudyConfig:
    """A study.yaml that was read without complaint; `lines` gives the line of every key."""

    title: str
    summary: str
    steps: tuple[StepConfig, ...]
    sources: dict[str, dict[str, str]]
    file: str = STUDY_FILE
    lines: Lines = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML without aliases (a small file must not unfold into a large one), without dates, without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not supported", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


# Only what JSON knows is read as something else than text: NO is Norway, 01 a code, 2024-07 a month, 12:30 no number.
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?|-?(?:0|[1-9][0-9]*)[eE][-+]?[0-9]+", "-0123456789"),
    ("null", r"null|~|", ["n", "~", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def read_yaml(text: str, file: str) -> tuple[Any, Lines]:
    """Plain data and the line of every key path.

    Raises
    ------
    MadeinError
        On YAML that cannot be parsed, aliases, or one key twice in a mapping.

    Examples
    --------
    >>> read_yaml("title: x\\nsteps:\\n- {id: a}\\n", "study.yaml")[1][("steps", 0, "id")]
    3
    """
    lines: Lines = {}
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        _walk(node, (), lines, file)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise MadeinError(
            f"this is no valid YAML: {fault.problem or fault.context}", f"{file} line {mark.line + 1 if mark else 1}",
            fix="look at indentation, colons and quotes there",
        ) from fault  # fmt: skip
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise MadeinError(f"this is no valid YAML: {str(fault).splitlines()[0][:120]}", file) from fault
    finally:
        loader.dispose()
    return data, lines


def _walk(node: yaml.Node | None, path: tuple[str | int, ...], lines: Lines, file: str) -> None:
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in lines:
                raise MadeinError(f"the key {key.value!r} stands here twice", f"{file} line {key.start_mark.line + 1}", fix="keep one")
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            _walk(value, (*path, i), lines, file)


def read_study(path: Path) -> StudyConfig:
    """Read a study.yaml.

    Raises
    ------
    BadInput
        With every complaint: unknown keys and the nearest known one, missing parts, wrong kinds, two steps of one id.
    """
    if not path.is_file():
        raise MadeinError("there is no study.yaml", str(path.parent), fix="run: madein new FOLDER, or madein run FOLDER on a folder of data files")
    if path.stat().st_size > MAX_BYTES:
        raise MadeinError("the file is over 1 MB", path.name, fix="a study.yaml names files; put data into files of their own")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise MadeinError("the file is not UTF-8", path.name, str(fault)[:80], "save it as UTF-8") from fault
    return parse_study(text, path.name)


def parse_study(text: str, file: str = STUDY_FILE) -> StudyConfig:
    """Like `read_study`, from text.

    Examples
    --------
    >>> parse_study("title: T\\nsteps:\\n- {id: iip, use: indices, from: {series: a.csv}, titel: x}\\n")
    Traceback (most recent call last):
    madein.core.errors.BadInput: study.yaml line 3: unknown key 'titel'. Mend: did you mean 'title'?.
    """
    data, lines = read_yaml(text, file)
    found = Problems(file)

    def at(*path: str | int) -> str:
        while path and path not in lines:
            path = path[:-1]
        return f"line {lines.get(path, 1)}"

    if not isinstance(data, dict):
        raise MadeinError("a study is a mapping with title, steps and sources", file, fix="see: madein new")
    _unknown(data, _TOP, (), found, at)
    steps = _steps(data.get("steps"), found, at)
    sources = _sources(data.get("sources") or {}, found, at)
    found.raise_errors()
    return StudyConfig(str(data.get("title") or "A study"), str(data.get("summary") or ""), steps, sources, file, lines)


def _unknown(data: dict[Any, Any], known: tuple[str, ...], path: tuple[str | int, ...], found: Problems, at: Any) -> None:
    for key in data:
        if key not in known:
            found.error(f"unknown key {str(key)!r}", at=at(*path, str(key)), fix=nearest(str(key), known))


def nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    """The mend for an unknown word.

    Examples
    --------
    >>> nearest("indeces", ("indices",)), nearest("zzz", ("a", "b"))
    ("did you mean 'indices'?", 'use one of: a, b')
    """
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else "use one of: " + ", ".join(known)


def _steps(raw: Any, found: Problems, at: Any) -> tuple[StepConfig, ...]:
    if not isinstance(raw, list) or not raw:
        found.error("a study needs a list of steps", at=at("steps"), fix="write steps: and under it - {id: ..., use: ..., from: ...}")
        return ()
    out: list[StepConfig] = []
    first: dict[str, int] = {}
    for i, step in enumerate(raw):
        here = ("steps", i)
        if not isinstance(step, dict):
            found.error("a step is a mapping", at=at(*here), fix="write - {id: ..., use: ..., from: ...}")
            continue
        _unknown(step, _STEP, here, found, at)
        name = step.get("id") or step.get("use") or f"step{i + 1}"
        for need in ("use", "from"):
            if not step.get(need) and not (need == "from" and "use" not in step):
                mend = "name one of: " + ", ".join(STEPS) if need == "use" else "write from: {role: file}"
                found.error(f"step {str(name)!r} lacks {need!r}", at=at(*here), fix=mend)
        if not isinstance(name, str) or not _ID.fullmatch(name):
            found.error(f"{str(name)[:40]!r} cannot be the id of a step", at=at(*here, "id"), fix="use small letters, digits and _")
            continue
        if name in first:
            found.error(f"two steps have the id {name!r}", at=at(*here, "id"), why=f"the other is on line {first[name]}", fix="rename one")
        first.setdefault(name, int(at(*here).removeprefix("line ")))
        use = step.get("use")
        if use is not None and use not in STEPS:
            found.error(f"there is no step to use called {str(use)[:40]!r}", at=at(*here, "use"), fix=nearest(str(use), list(STEPS)))
        options = step.get("with") or {}
        if not isinstance(options, dict):
            found.error("'with' is a mapping of options", at=at(*here, "with"))
            options = {}
        out.append(
            StepConfig(name, str(use), str(step.get("title") or ""), _inputs(step.get("from"), (*here, "from"), found, at), options, first[name])
        )
    return tuple(out)


def _inputs(raw: Any, path: tuple[str | int, ...], found: Problems, at: Any) -> dict[str, tuple[str, ...]]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        found.error("'from' maps roles to files or tables", at=at(*path), fix="write from: {role: data/file.csv}")
        return {}
    out: dict[str, tuple[str, ...]] = {}
    for role, value in raw.items():
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(v, str) and v.strip() for v in values):
            found.error(f"role {role!r} needs the name of a file or table", at=at(*path, str(role)))
            continue
        out[str(role)] = tuple(values)
    return out


def _sources(raw: Any, found: Problems, at: Any) -> dict[str, dict[str, str]]:
    if not isinstance(raw, dict):
        found.error("'sources' maps files to what is known of them", at=at("sources"))
        return {}
    out: dict[str, dict[str, str]] = {}
    for name, about in raw.items():
        if not isinstance(about, dict):
            found.error("a source is described by a mapping", at=at("sources", str(name)), fix="write {publisher: ..., licence: ..., date: ...}")
            continue
        _unknown(about, _SOURCE, ("sources", str(name)), found, at)
        if about.get("basis", "published") not in BASES:
            found.error(f"unknown basis {about['basis']!r}", at=at("sources", str(name), "basis"), fix=nearest(str(about["basis"]), BASES))
        out[str(name)] = {k: str(v) for k, v in about.items() if v is not None}
    return out


def check_options(model: type[BaseModel], step: StepConfig, index: int, study: StudyConfig) -> BaseModel:
    """The options of a step as its `Config`.

    Raises
    ------
    BadInput
        With file, line and the nearest valid key of every wrong option.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(step.options)
    except ValidationError as fault:
        problems = []
        for error in fault.errors():
            path: tuple[str | int, ...] = ("steps", index, "with", *error["loc"])
            while path and path not in study.lines:
                path = path[:-1]
            name = ".".join(map(str, error["loc"])) or "with"
            where = f"{study.file} line {study.lines.get(path, step.line)}"
            if error["type"] == "extra_forbidden":
                mend = nearest(str(error["loc"][-1]), _keys(model, error["loc"][:-1]))
                problems.append(Problem(f"step {step.id!r} has no option {name!r}", where, fix=mend))
            else:
                problems.append(Problem(f"option {name!r} of step {step.id!r}: {error['msg']}", where, f"it reads {str(error['input'])[:60]!r}"))
        raise BadInput(problems) from fault


def _keys(model: Any, path: tuple[str | int, ...]) -> list[str]:
    """Field names of the model at a path into a model, through mappings of models."""
    for part in path:
        annotation = model.model_fields[part].annotation if part in getattr(model, "model_fields", {}) else model
        inner = [a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields")]
        model = inner[0] if inner else annotation
    return list(getattr(model, "model_fields", {}))
