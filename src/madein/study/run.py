"""Run a study: only the steps whose key changed, everything else from the cache, ``out/`` swapped in at the end."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from madein.core.errors import BadInput, MadeinError, Problem, csv_text, write_problems
from madein.core.step import BASES, DIMS, Figure, Inputs, Ref, Table, read_row_at, worst
from madein.study.config import STUDY_FILE, StudyConfig, check_options, read_study
from madein.study.finished import FinishedStudy
from madein.study.plan import Plan, PlannedStep, hash_file, make_plan, problems_of
from madein.study.publish import MANIFEST, OUT, fresh, publish, recover, tidy
from madein.study.steps import load_step, step_source
from madein.study.store import Cache, Cached, absolute, dump_json, figure_json

Finish = Callable[[FinishedStudy], None]
"""Adds files to a finished study before it is published: report, workbook, warehouse."""

Tell = Callable[[str, str], None]
"""Receives an event ('plan', 'cached', 'start', 'done', 'finish', 'wait') and the step or file it is about."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: the published folder, ids of steps that ran and that came from the cache, whether nothing had changed."""

    out: Path
    ran: tuple[str, ...]
    cached: tuple[str, ...]
    unchanged: bool
    problems: tuple[Problem, ...]


def _silent(event: str, about: str) -> None:
    pass


def run_study(
    folder: str | Path, finish: Sequence[Finish] = (), *, tell: Tell = _silent, study: StudyConfig | None = None,
    fresh_run: bool = False, wait: bool = True,
) -> Outcome:  # fmt: skip
    """Run the study in a folder.

    Parameters
    ----------
    folder : path
        Holds study.yaml; receives ``out/`` and ``.madein/``.
    finish : sequence of callables
        What to add to the output before it is published, in order.
    tell : callable
        Told of progress.
    study : StudyConfig or None
        Used in place of the folder's study.yaml.
    fresh_run : bool
        Run every step, whatever the cache holds.
    wait : bool
        Wait for another run of the same study to end, or say so at once.

    Raises
    ------
    MadeinError
        On bad input; ``out/`` is then as it was before.
    """
    from filelock import FileLock, Timeout

    folder = Path(folder)
    study = study or read_study(folder / STUDY_FILE)
    house = folder / ".madein"
    try:
        house.mkdir(exist_ok=True)
        (house / ".gitignore").write_text("*\n")
    except OSError as fault:
        raise MadeinError("the folder of the study cannot be written to", str(folder), str(fault.strerror), "copy the study elsewhere") from fault
    lock = FileLock(house / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as busy:
        if not wait:
            raise MadeinError("another run of this study is at work", str(folder), fix="wait for it, or leave out --no-wait") from busy
        tell("wait", str(folder))
        lock.acquire()
    try:
        return _run(folder, study, finish, tell, Cache(house), fresh_run)
    finally:
        lock.release()


def _run(folder: Path, study: StudyConfig, finish: Sequence[Finish], tell: Tell, cache: Cache, fresh_run: bool) -> Outcome:
    recover(folder)
    plan = make_plan(folder, study)
    if not fresh_run and (done := _up_to_date(plan, finish)):
        tidy(folder)
        return done
    entries = {} if fresh_run else {s.id: e for s in plan.steps if (e := cache.get(s.key))}
    waiting = [s for s in plan.steps if s.id not in entries]
    tell("plan", f"{len(plan.steps)} steps, {len(waiting)} to run")
    configs = {s.id: check_options(load_step(s.config.use).Config, s.config, s.index, study) for s in waiting}
    for step in plan.steps:
        if step.id in entries:
            tell("cached", step.id)
            continue
        tell("start", step.id)
        entries[step.id] = cache.put(step.key, _run_step(step, configs[step.id], entries, study))
        tell("done", step.id)
    _unchanged_meanwhile(plan, {s.id for s in waiting})
    new = fresh(folder)
    problems = _write(new, plan, entries)
    draft = FinishedStudy(new, folder)
    for add in finish:
        tell("finish", add.__name__)
        add(draft)
    files = {str(p.relative_to(new)): hash_file(p) for p in sorted(new.rglob("*")) if p.is_file() and p.name != MANIFEST}
    dump_json(new / MANIFEST, {**draft.manifest, "finish": [f.__name__ for f in finish], "files": files})
    publish(folder)
    cache.sweep({s.key for s in plan.steps})
    ran = tuple(s.id for s in waiting)
    return Outcome(folder / OUT, ran, tuple(s.id for s in plan.steps if s.id not in ran), False, problems)


def _up_to_date(plan: Plan, finish: Sequence[Finish]) -> Outcome | None:
    """The published output, if it came from this very plan and is whole."""
    try:
        done = FinishedStudy(plan.folder / OUT, plan.folder)
        wanted = {"key": plan.key, "finish": [f.__name__ for f in finish]}
        if any(done.manifest.get(k) != v for k, v in wanted.items()) or done.damage():
            return None
    except (MadeinError, KeyError):
        return None
    problems = tuple(p for c in done.chapters for p in c.problems)
    return Outcome(done.out, (), tuple(s.id for s in plan.steps), True, problems)


def _run_step(step: PlannedStep, config: Any, entries: Mapping[str, Cached], study: StudyConfig) -> Any:
    from madein.core.check import check_result

    tables: dict[str, list[tuple[str, Table]]] = {}
    for role, names in step.tables.items():
        for name in names:
            owner, _, table = name.partition(".")
            if table not in entries[owner].tables:
                line = study.lines.get(("steps", step.index, "from", role), step.config.line)
                made = ", ".join(entries[owner].tables)
                raise MadeinError(f"step {owner!r} makes no table {table!r}", f"{study.file} line {line}", fix=f"it makes: {made}")
            tables.setdefault(role, []).append((name, entries[owner].table(table)))
    kinds = step_source(step.config.use).roles
    single = {role: found[0] for role, found in tables.items() if kinds[role] == "table"}
    inputs = Inputs(
        step.sources, {r: t for r, (_, t) in single.items()}, {r: n for r, (n, _) in single.items()},
        {r: tuple(found) for r, found in tables.items() if kinds[r] == "tables"},
    )  # fmt: skip
    try:
        result = load_step(step.config.use).run(config, inputs)
    except MadeinError as fault:
        raise BadInput(
            [dataclasses.replace(p, where=f"step {step.id}: {p.where}" if p.where else f"step {step.id}") for p in fault.problems]
        ) from fault
    check_result(result, step.id)
    return absolute(result, step.id)


def _unchanged_meanwhile(plan: Plan, ran: set[str]) -> None:
    """A file that changed while steps read it would make every certificate a lie."""
    for step in plan.steps:
        for sources in step.sources.values() if step.id in ran else ():
            for source in sources:
                if not source.path.is_file() or hash_file(source.path) != source.sha256:
                    raise MadeinError("the file changed while the study ran", source.id, fix="run again")


def _write(new: Path, plan: Plan, entries: Mapping[str, Cached]) -> tuple[Problem, ...]:
    """Tables, figures and manifest of the output; returns all problems."""
    (new / "tables").mkdir()
    tables: dict[str, dict[str, Any]] = {}
    bases: dict[str, str] = {}
    inputs_basis: dict[str, str] = {}
    figures: dict[str, Figure] = {}
    owner: dict[str, str] = {}
    chapters: dict[int, dict[str, Any]] = {}
    problems: list[Problem] = problems_of(plan)
    for step in plan.steps:
        entry = entries[step.id]
        rests = [Ref(f"source:{s.id}") for ss in step.sources.values() for s in ss] + [Ref(f"table:{t}") for t in step.table_names]
        inputs = worst([*(s.basis for ss in step.sources.values() for s in ss), *(bases[t] for t in step.table_names)])
        for name, about in entry.tables.items():
            full = f"{step.id}.{name}"
            shutil.copyfile(entry.file(name), new / "tables" / f"{full}.parquet")
            own = entry.table(name).frame["_basis"].drop_nulls().unique().to_list() if "_basis" in about["columns"] else []
            inputs_basis[full], bases[full] = inputs, worst([inputs, *own])
            tables[full] = {**about, "basis": bases[full], "inputs": [str(r) for r in rests]}
        for figure in entry.figures():
            if figure.id in figures:
                raise MadeinError(
                    f"steps {owner[figure.id]!r} and {step.id!r} both make the figure {figure.id}", plan.study.file,
                    fix="give one of them another series, scenario or place",
                )  # fmt: skip
            figures[figure.id], owner[figure.id] = figure, step.id
        chapters[step.index] = {
            "id": step.id, "use": step.config.use, "title": step.config.title or step.id.replace("_", " ").capitalize(), "key": step.key,
            "blocks": [{"kind": b.kind, "title": b.title, "body": b.body} for b in entry.blocks()],
            "problems": [dataclasses.asdict(p) for p in entry.problems()],
        }  # fmt: skip
        problems.extend(entry.problems())
    final = _with_basis(figures, bases, inputs_basis, plan, entries)
    dump_json(new / MANIFEST, {
        "madein": 1, "key": plan.key, "finish": [], "title": plan.study.title, "summary": plan.study.summary,
        "sources": [{k: v for k, v in dataclasses.asdict(s).items() if k != "path"} for s in plan.sources.values()],
        "tables": dict(sorted(tables.items())),
        "chapters": [chapters[i] for i in sorted(chapters)],
        "figures": [{**figure_json(final[i]), "step": owner[i]} for i in sorted(final)],
        "files": {},
    })  # fmt: skip
    (new / "figures.csv").write_text(figures_csv([final[i] for i in sorted(final)]), encoding="utf-8")
    if problems:
        write_problems(new / "problems.csv", problems)
    return tuple(problems)


def _with_basis(
    figures: Mapping[str, Figure], bases: Mapping[str, str], inputs: Mapping[str, str], plan: Plan, entries: Mapping[str, Cached]
) -> dict[str, Figure]:
    """Each figure with the worst basis among itself and all it rests on."""
    rows: dict[str, dict[tuple[str, ...], str]] = {}

    def of_row(ref: Ref) -> str:
        step, _, name = ref.name.partition(".")
        about = entries[step].tables.get(name) if step in entries else None
        if about is None or "_basis" not in about["columns"] or not ref.at.startswith("row "):
            return bases.get(ref.name, BASES[0])
        if ref.name not in rows:
            table = entries[step].table(name)
            frame = table.frame.select(*table.key, "_basis")
            rows[ref.name] = {tuple(map(str, r[:-1])): worst([inputs[ref.name], r[-1]]) for r in frame.iter_rows() if r[-1]}
        key = read_row_at(ref.at)
        return rows[ref.name].get(tuple(key.get(k, "") for k in about["key"]), inputs[ref.name])

    done: dict[str, str] = {}

    def basis(id_: str, above: frozenset[str]) -> str:
        if id_ in done:
            return done[id_]
        if id_ not in figures or id_ in above:
            return BASES[0]
        found = [figures[id_].basis]
        for ref in figures[id_].parents:
            if ref.kind == "figure":
                found.append(basis(ref.name, above | {id_}))
            elif ref.kind == "source":
                found.append(plan.sources[ref.name].basis if ref.name in plan.sources else BASES[0])
            else:
                found.append(of_row(ref))
        done[id_] = worst(found)
        return done[id_]

    return {i: dataclasses.replace(f, basis=basis(i, frozenset())) for i, f in figures.items()}


FIGURE_COLUMNS = ("id", "measure", *DIMS, "value", "unit", "low", "high", "basis", "method", "absent", "parents")


def figure_row(figure: Figure) -> tuple[Any, ...]:
    """A figure as a row of figures.csv."""
    return (
        figure.id, figure.measure, *(figure.dims.get(d) for d in DIMS), figure.value, figure.unit, figure.low, figure.high,
        figure.basis, figure.method, figure.absent, " ; ".join(map(str, figure.parents)),
    )  # fmt: skip


def figures_csv(figures: Sequence[Figure]) -> str:
    """All figures as CSV text."""
    return csv_text(FIGURE_COLUMNS, map(figure_row, figures))
