"""From study.yaml to steps in order, each with its inputs resolved and its cache key."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from madein.core.errors import BadInput, Problem, Problems
from madein.core.step import Source
from madein.study.config import StepConfig, StudyConfig, nearest
from madein.study.steps import engine_version, house_code, step_source

DRAWN_WITH = ("vl-convert-python", "jinja2", "xlsxwriter", "duckdb")
"""Distributions that shape the outputs of every study."""

MAX_FILES = 100_000
"""Files one pattern may match."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step with inputs and key; `tables` maps a role to names ``STEP.NAME``, `needs` are ids of steps it waits for."""

    config: StepConfig
    index: int
    sources: Mapping[str, tuple[Source, ...]]
    tables: Mapping[str, tuple[str, ...]]
    key: str = ""

    @property
    def id(self) -> str:
        """Id in the study."""
        return self.config.id

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids of the steps whose tables it reads."""
        return tuple(dict.fromkeys(t.partition(".")[0] for t in self.table_names))

    @property
    def table_names(self) -> tuple[str, ...]:
        """Every table it reads, role by role."""
        return tuple(t for names in self.tables.values() for t in names)


@dataclass(frozen=True, slots=True)
class Plan:
    """A study ready to run: steps in the order of running, all sources, and one key for the whole."""

    folder: Path
    study: StudyConfig
    steps: tuple[PlannedStep, ...]
    sources: Mapping[str, Source]
    key: str


def make_plan(folder: Path, study: StudyConfig) -> Plan:
    """Resolve files and tables, order the steps, hash what they rest on.

    Raises
    ------
    BadInput
        With every missing file, path that leaves the folder, unknown role, wrong kind of input and cycle.
    """
    found = Problems(study.file)
    files = _Files(folder.resolve(), study, found)
    steps = [_resolve(i, step, study, files, found) for i, step in enumerate(study.steps)]
    ordered = _order(steps, found)
    if found.errors:
        raise BadInput(found.errors)
    keyed: dict[str, PlannedStep] = {}
    for step in ordered:
        key = _key(step, {t: keyed[t.partition(".")[0]].key for t in step.table_names})
        keyed[step.id] = PlannedStep(step.config, step.index, step.sources, step.tables, key)
    steps_out = tuple(keyed.values())
    whole = _digest({
        "engines": {e: engine_version(e) for e in DRAWN_WITH}, "sources": [_described(s) for s in files.seen.values()],
        "title": study.title, "summary": study.summary, "house": house_code("core", "study", "report"),
        "steps": [(s.id, s.config.title, s.key) for s in sorted(steps_out, key=lambda s: s.index)],
    })  # fmt: skip
    return Plan(folder, study, steps_out, dict(sorted(files.seen.items())), whole)


class _Files:
    """Finds, checks and hashes the files a study names; each file once."""

    def __init__(self, root: Path, study: StudyConfig, found: Problems) -> None:
        self.root, self.study, self.found = root, study, found
        self.seen: dict[str, Source] = {}

    def match(self, pattern: str, at: str, doubt: str = "") -> tuple[Source, ...]:
        """Files a pattern names; `doubt` is why it may have been meant as something else."""
        pure = PurePosixPath(pattern.replace(os.sep, "/"))
        if pure.is_absolute() or ".." in pure.parts or re.match("[A-Za-z]:", pattern):
            self.found.error(f"{pattern!r} leaves the folder of the study", at=at, why="a study reads nothing outside it", fix="copy the file in")
            return ()
        if any(c in pattern for c in "*?["):
            # glob, not Path.glob: a bare * must not match hidden files
            names = sorted(glob.glob(str(pure), root_dir=self.root, recursive=True))  # noqa: PTH207
            names = [n for n in names if (self.root / n).is_file() and PurePosixPath(n).parts[0] not in ("out", ".madein")]
            if not names:
                self.found.error(f"no file matches {pattern!r}", at=at, fix=self._near(pattern))
            if len(names) > MAX_FILES:
                self.found.error(f"{pattern!r} matches {len(names):,} files", at=at, why=f"the limit is {MAX_FILES:,}")
                return ()
        else:
            names = [str(pure)]
        return tuple(s for n in names if (s := self._source(n.replace(os.sep, "/"), at, doubt)))

    def _source(self, name: str, at: str, doubt: str) -> Source | None:
        if name in self.seen:
            return self.seen[name]
        path = self.root / name
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self.found.error(f"there is no file {name!r}", at=at, why=doubt, fix=self._near(name))
            return None
        if not real.is_relative_to(self.root):
            self.found.error(f"{name!r} leads out of the folder of the study", at=at, why=f"it is a link to {real}", fix="copy the file in")
            return None
        if not real.is_file():
            self.found.error(f"{name!r} is no file", at=at, fix=f"name a file in it, or all: {name}/*" if real.is_dir() else "")
            return None
        try:
            digest = hash_file(real)
        except OSError as fault:
            self.found.error(f"{name!r} cannot be read", at=at, why=str(fault.strerror))
            return None
        self.seen[name] = Source(name, real, digest, **self.study.sources.get(name, {}))
        return self.seen[name]

    def _near(self, name: str) -> str:
        files = [str(p.relative_to(self.root)).replace(os.sep, "/") for p in walk(self.root)]
        return nearest(name, files[:500]) if files else "the folder holds no files"


def walk(root: Path) -> Iterator[Path]:
    """Files of a study's folder, outputs and hidden ones left out, in order."""
    for base, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in ("out", "out.new", "out.old"))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(base, name)


def hash_file(path: Path) -> str:
    """sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _resolve(i: int, step: StepConfig, study: StudyConfig, files: _Files, found: Problems) -> PlannedStep:
    roles = step_source(step.use).roles
    ids = [s.id for s in study.steps]
    sources: dict[str, tuple[Source, ...]] = {}
    tables: dict[str, tuple[str, ...]] = {}
    for role, values in step.inputs.items():
        at = f"line {study.lines.get(('steps', i, 'from', role), step.line)}"
        if role not in roles:
            found.error(f"{step.use} takes no {role!r}", at=at, fix=nearest(role, list(roles)))
        elif roles[role] == "source":
            got = [s for v in values for s in files.match(v, at, f"role {role!r} takes files, not tables" if v.partition(".")[0] in ids else "")]
            sources[role] = tuple(dict.fromkeys(got))
        elif (roles[role] == "table" and len(values) != 1) or any(v.count(".") != 1 or "/" in v for v in values):
            wanted = "one table, written STEP.TABLE" if roles[role] == "table" else "tables, written STEP.TABLE"
            found.error(f"role {role!r} takes {wanted}, not {', '.join(values)!r}", at=at, fix=f"steps: {', '.join(ids)}")
        elif unknown := [v.partition(".")[0] for v in values if v.partition(".")[0] not in ids]:
            found.error(f"there is no step {unknown[0]!r}", at=at, fix=nearest(unknown[0], ids))
        else:
            tables[role] = tuple(dict.fromkeys(values))
    missing = [r for r in roles if r not in step.inputs]
    if missing and step.inputs and not any(r in sources or r in tables for r in roles):
        found.error(f"step {step.id!r} is given none of its inputs", at=f"line {step.line}", fix=f"roles: {', '.join(roles)}")
    return PlannedStep(step, i, sources, tables)


def _order(steps: list[PlannedStep], found: Problems) -> list[PlannedStep]:
    """Steps so that each comes after those it needs; the order of the file where nothing forces another."""
    done: list[PlannedStep] = []
    waiting = list(steps)
    while waiting:
        ready = next((s for s in waiting if all(any(d.id == n for d in done) for n in s.needs)), None)
        if ready is None:
            if not found.errors:
                circle = _cycle(waiting)
                found.error(
                    "steps wait for each other in a circle: " + " -> ".join(circle), at=f"line {waiting[0].config.line}",
                    fix="take a table from a step that does not need this one",
                )  # fmt: skip
            return steps
        done.append(ready)
        waiting.remove(ready)
    return done


def _cycle(waiting: list[PlannedStep]) -> list[str]:
    needs = {s.id: [n for n in s.needs if any(w.id == n for w in waiting)] for s in waiting}
    path = [waiting[0].id]
    while path.count(path[-1]) < 2:
        path.append(needs[path[-1]][0])
    return path[path.index(path[-1]) :]


def _key(step: PlannedStep, tables: Mapping[str, str]) -> str:
    code = step_source(step.config.use)
    return _digest({
        "id": step.id, "use": step.config.use, "code": code.code, "core": house_code("core"), "engines": dict(code.engines),
        "options": step.config.options,
        "sources": {
            role: [_described(s) for s in sources] for role, sources in step.sources.items()
        },
        "tables": {role: [(name, tables[name]) for name in names] for role, names in step.tables.items()},
    })  # fmt: skip


def _described(source: Source) -> tuple[str, ...]:
    """All that is known of a source but where it stands on this machine."""
    return tuple(getattr(source, f) for f in ("id", "sha256", "title", "publisher", "licence", "date", "basis", "url"))


def _digest(value: Any) -> str:
    # Keys are not sorted: the order of a mapping in study.yaml is the order of the report.
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, default=str).encode()).hexdigest()


def problems_of(plan: Plan) -> list[Problem]:
    """Warnings about the study file itself."""
    return [
        Problem(f"source {name!r} is described but no step reads it", plan.study.file, severity="warning")
        for name in plan.study.sources
        if name not in plan.sources
    ]
