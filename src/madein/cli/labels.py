"""``madein screening roles`` and ``labels``: a table with results of inspections, from the roles of its columns to a queue."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.cli.grids import counted, grid, say, screen, working, write_frame
from madein.core.documents import printable
from madein.core.errors import MadeinError

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from madein.cli.screening import Format
    from madein.screening.labelled import Calibration, Labelled, Metrics, Model, Roles

_ADDED = ("entities", "categories", "numbers", "aside")
"""Fields that a column joins, leaving the one it was in; what is answered for any other replaces what was proposed."""
_LISTS = ("stake", "positive", "negative")
_SINGLE = ("label", "date", "id", "revenue", "decided", "dates", "decimal")
_ENDING = ".roles.yaml"


def propose(file: Path, answers: Sequence[str], confirm: bool, out: Path | None) -> None:
    """Propose roles, settle their questions, show them, and save them if they are agreed to.

    Raises
    ------
    MadeinError
        If the file cannot be read, an answer is none, or it names a column that is not there.
    """
    import typer

    from madein.screening.doors.reading import header_and_sample
    from madein.screening.labelled import propose_roles
    from madein.screening.labelled.roles import check_roles
    from madein.study.ledgers import writing

    sample = header_and_sample(file)
    held = propose_roles(sample)
    if answers:
        held = _answered(held, answers)
    with screen(None) as console:
        say(console, f"{file.name}: {counted(sample.width, 'column')}", "bold")
        grid(console, ("role", "column"), held.rows())
        if held.stake:
            product = " times ".join(held.stake) + (f" times {held.stake_scale:g}" if held.stake_scale != 1 else "")
            say(console, f"at stake is {product}", "dim")
        for names in held.tuples:
            say(console, f"seen and unseen are told apart by {' + '.join(names)}", "dim")
        say(console, f"dates {held.dates}, decimal mark {held.decimal}", "dim")
        for question in held.questions:
            say(console, f"open: {question}", "bold yellow")
        if held.questions:
            say(console, "Settle it with --answer, as --answer label=COLUMN.", "dim")
            raise typer.Exit(1)
        check_roles(held.confirm(), sample.columns, file.name)
        say(console, "Nothing that is only known after an inspection may be learnt from: move it with --answer aside=COLUMN.", "dim")
        agreed = confirm or (sys.stdin.isatty() and sys.stdout.isatty() and typer.confirm("Is this right?"))
        if not agreed:
            say(console, "Not saved: look it over and add --confirm.", "dim")
            raise typer.Exit(1)
        path = out or file.with_name(file.name + _ENDING)
        with writing(path):
            held.confirm().save(path)
        say(console, f"Saved to {path}; use it with --roles.", "dim")


def _answered(held: Roles, answers: Sequence[str]) -> Roles:
    """Options as answers of roles; a field given twice holds both."""
    given: dict[str, Any] = {}
    for text in answers:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise MadeinError(f"{printable(text)!r} is no answer", "--answer", fix="write FIELD=COLUMN, as label=RESULT or dates=dmy")
        if name == "tuples":
            given.setdefault(name, []).append(tuple(v.strip() for v in value.split("+")))
        elif name in (*_ADDED, *_LISTS):
            given.setdefault(name, []).append(value)
        elif name == "stake_scale":
            given[name] = _number(value)
        elif name in _SINGLE:
            given[name] = value
        else:
            known = ", ".join((*_SINGLE, *_ADDED, *_LISTS, "stake_scale", "tuples"))
            raise MadeinError(f"roles have no {printable(name)!r}", "--answer", fix=f"answer one of: {known}")
    roles = ("label", "date", "id", "revenue", "decided")
    taken = {c for k, v in given.items() if k in (*roles, *_ADDED) for c in ([v] if isinstance(v, str) else v)}
    # A column that is no longer the label, or another of these, is set aside rather than forgotten.
    left = [c for n in roles if n in given for c in [getattr(held, n)] if c and c not in taken]
    if left:
        given.setdefault("aside", []).extend(left)
    for name in (n for n in _ADDED if n in given):
        given[name] = [*(c for c in getattr(held, name) if c not in taken), *given[name]]
    return held.answer(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise MadeinError(
            f"{printable(text)!r} is no scale", "--answer", fix="write stake_scale=0.01 where the rate is in percent, 1 where it is not"
        )
    return value


def run(tables: Sequence[Path], roles: Path | None, out: Path | None, seed: int, threads: int, show: int, format_: Format) -> None:
    """Learn from inspections, write everything, print what a person needs first.

    Raises
    ------
    MadeinError
        If a file is missing, the roles are missing or not confirmed, or the labels cannot be learnt from.
    """
    from madein.cli.show import print_problems
    from madein.screening.labelled import load_roles, train

    for path in tables:
        if not path.is_file():
            raise MadeinError("there is no such file", printable(str(path)), fix="name the table with the labels")
    if roles is None:
        raise MadeinError("no roles are named", "--roles", "what the columns are is not guessed",
                          f"have them proposed: madein screening roles {printable(str(tables[0]))} --confirm")  # fmt: skip
    held = load_roles(roles)
    with working("looking for columns that carry the label, and learning from inspections"):
        found = train(list(tables), held, seed=seed, threads=threads)
    folder = out or tables[0].parent / "labels"
    queue = found.queue(show)
    write(found, queue, folder)
    if format_ == "json":
        _print_json(found, queue)
    elif format_ != "table":
        write_frame(queue, format_, folder / f"queue.{format_}" if format_ in ("parquet", "xlsx") else None, "queue")
    else:
        with screen(None) as console:
            _print(console, found, queue, folder)
    print_problems(found.notes)


def write(found: Labelled, queue: pl.DataFrame, folder: Path) -> None:
    """All results as Parquet, and the queue as CSV and as a workbook.

    Raises
    ------
    MadeinError
        If the folder cannot be written to.
    """
    from madein.study.ledgers import writing

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise MadeinError(
            "cannot make the folder", printable(str(folder)), fault.strerror or type(fault).__name__, "name another with --out"
        ) from fault
    with writing(folder / "scores.parquet"):
        for name, frame in found.tables().items():
            frame.write_parquet(folder / f"{name}.parquet")
    for ending in ("csv", "xlsx"):
        write_frame(queue, ending, folder / f"queue.{ending}", "queue")


def _print_json(found: Labelled, queue: pl.DataFrame) -> None:
    from madein.cli.articles import as_json, write_text
    from madein.screening.labelled import describe

    held = found.tables()
    record = {
        "said": [{"about": s.about, "text": str(s)} for s in describe(found)], "leaks": list(found.leaks.columns),
        "models": [
            {"name": m.name, "left_out": list(m.left_out), "auc": _finite(m.metrics.auc), "auc_low": _finite(m.metrics.auc_low),
             "auc_high": _finite(m.metrics.auc_high), "f1": _finite(m.metrics.f1), "setting": m.setting, "rounds": m.rounds,
             "calibration": {"method": m.calibration.method, "error": m.calibration.error, "error_width": m.calibration.error_width,
                             "before": m.calibration.error_before, "chance": m.calibration.chance, "chance_high": m.calibration.chance_high}}
            for m in found.models
        ],
        **{name: held[name].to_dicts() for name in ("parts", "metrics", "novelty", "gain")}, "sets": held["leaks"].to_dicts(),
        "queue": queue.to_dicts(), "notes": [str(p) for p in found.notes],
    }  # fmt: skip
    write_text(as_json(_plain(record), indent=1) + "\n", None)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _plain(value: Any) -> Any:
    """Dates as text and no number that JSON has no word for."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return _finite(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _print(console: Console, found: Labelled, queue: pl.DataFrame, folder: Path) -> None:
    from madein.screening.labelled import describe

    said = describe(found)
    for line in (s for s in said if s.about == "leak"):
        say(console, str(line), "bold yellow" if found.leaks.leaks else "")
    say(console, "")
    for line in (s for s in said if s.about == "parts"):
        say(console, str(line), "bold")
    rows = [(r["part"], r["first"], r["last"], f"{r['rows']:,}", f"{r['labelled']:,}", f"{r['positives']:,}") for r in found.parts.to_dicts()]
    grid(console, ("part", "first", "last", "rows", "inspected", "with the label"), rows, ("rows", "inspected", "with the label"))
    say(console, "")
    _print_metrics(console, found)
    say(console, "")
    _print_calibration(console, found.models)
    _print_novelty(console, found)
    say(console, "")
    _print_queue(console, found, queue)
    say(console, "")
    say(console, f"Written to {folder}: scores, metrics, curve, frontier, calibration, leaks, novelty, gain; queue.csv and queue.xlsx.", "dim")
    say(console, "A probability is no verdict, and holds for declarations that are inspected the way these were.", "dim")


def _share(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{100 * value:.1f}"


def _print_metrics(console: Console, found: Labelled) -> None:
    """Measures of the test part by model and order."""
    percents = [f"{p:g} %" for p in found.fit.metrics.top["percent"]]
    orders: list[tuple[str, str, Metrics]] = []
    for m in found.models:
        orders += [(m.name, "probability", m.metrics), *([(m.name, "probability times stake", m.by_stake)] if m.by_stake else [])]
    orders += [("no model", "stake alone", found.baseline)] if found.baseline else []
    say(console, "Of the test rows, inspected in this order: percent right, of all labels found, of all revenue found", "bold")
    rows = []
    for what, column in (("precision", "precision"), ("recall", "recall"), ("revenue", "revenue")):
        for model, order, held in orders:
            if held.top[column].null_count() < held.top.height:
                area = f"{held.auc:.3f} ({held.auc_low:.3f} to {held.auc_high:.3f})" if column == "precision" else ""
                rows.append((what, model, order, *(_share(v) for v in held.top[column]), area))
    grid(console, ("", "model", "order", *percents, "area under the curve"), rows, percents)


def _print_calibration(console: Console, models: Sequence[Model]) -> None:
    def told(c: Calibration) -> tuple[str, ...]:
        chance = f"{c.chance:.3f} (at most {c.chance_high:.3f})"
        return (c.method, f"{c.error_before:.3f}", f"{c.error:.3f}", f"{c.error_width:.3f}", chance)

    say(console, "How far probabilities are off, mean over ten bins", "bold")
    head = ("model", "calibration", "before", "after", "bins of equal width", "by chance alone")
    grid(console, head, [(m.name, *told(m.calibration)) for m in models], head[2:5])


def _print_novelty(console: Console, found: Labelled) -> None:
    rows = [
        (r["tuple"], "seen" if r["seen"] else "new", f"{r['rows']:,}", _share(r["positives"] / r["rows"]), f"{r['auc']:.3f}" if r["auc"] else "")
        for r in found.fit.novelty.filter(found.fit.novelty["rows"] > 0).iter_rows(named=True)
    ]
    if rows:
        say(console, "")
        say(console, "Test rows whose values were seen in training, and new ones", "bold")
        grid(console, ("values of", "", "rows", "% with the label", "area under the curve"), rows, ("rows", "% with the label"))


def _print_queue(console: Console, found: Labelled, queue: pl.DataFrame) -> None:
    suffix = "_left" if len(found.models) > 1 else ""
    new = queue["label"].null_count() == queue.height
    what = "declarations not yet inspected" if new else "test rows"
    by = "probability times stake" if queue[f"expected{suffix}"].null_count() < queue.height else "probability"
    say(console, f"The first {queue.height:,} {what} by {by}; model: {found.fit.name}", "bold")
    head = ("", "declaration", "row", "date", "probability", "stake", "expected", "label")
    rows = [
        (n, r["id"], "" if r["id"] == str(r["row"]) else r["row"], r["date"], f"{100 * r[f'probability{suffix}']:.1f} %",
         "" if r["stake"] is None else f"{r['stake']:,.0f}", "" if r[f"expected{suffix}"] is None else f"{r[f'expected{suffix}']:,.0f}",
         "" if r["label"] is None else "yes" if r["label"] else "no")
        for n, r in enumerate(queue.iter_rows(named=True), 1)
    ]  # fmt: skip
    grid(console, head, rows, ("", "row", "probability", "stake", "expected"))
