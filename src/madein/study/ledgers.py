"""The claims that a study's ledger steps read, and those of plain files, as one ledger with the place of each claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from madein.core.documents import printable
from madein.core.errors import BadInput, MadeinError, Problems
from madein.core.step import Inputs, Ref, Table

if TYPE_CHECKING:
    import polars as pl

    from madein.ledger.claims import Claims
    from madein.ledger.gather import Gathered
    from madein.study.plan import PlannedStep

LEDGER = "ledger"
"""Name in ``use:`` of the steps whose claims are read."""


@dataclass(frozen=True, slots=True)
class FileReading:
    """What plain files do not say of themselves, as `madein.ledger.fields.Reader` takes it.

    Parameters
    ----------
    said : str
        Day, month or year on which rows were said that do not tell.
    decimal : {"", ".", ","}
        Decimal mark of numbers printed as text; found from the numbers if empty.
    encoding : str
        Of text files; UTF-8 if empty.
    today : date
        The reader's day: nothing in a plain file can have been said after it.
    """

    said: str = ""
    decimal: Literal["", ".", ","] = ""
    encoding: str = ""
    today: date = field(default_factory=date.today)


def held_claims(where: Sequence[Path], how: FileReading | None = None) -> Gathered:
    """Every claim of some studies and files, as one ledger.

    Parameters
    ----------
    where : sequence of Path
        Folders of studies (of which the files of the steps ``ledger`` are read as they are now, and the tables told to these
        steps as the last run left them) and plain files, in any mixture.
    how : FileReading
        What plain files do not say of themselves; a study says it in its study.yaml.

    Raises
    ------
    BadInput
        With every row that cannot be read, by file, row and column.
    MadeinError
        If a folder is no study, keeps no ledger, or was not run although its ledger rests on tables of other steps.
    """
    from madein.ledger.claims import assemble
    from madein.ledger.gather import Gathered
    from madein.ledger.vocabulary import default_vocabulary

    how = how or FileReading()
    problems = Problems()
    frames: list[pl.DataFrame] = []
    places: dict[str, tuple[str, ...]] = {}
    for path in dict.fromkeys(where):
        try:
            frame, stands, found = _of_study(path) if path.is_dir() else _of_file(path, how)
        except MadeinError as fault:
            problems.errors += fault.problems
            continue
        problems.errors += found.errors
        problems.warnings += found.warnings
        frames.append(frame)
        for key, refs in stands.items():
            places[key] = tuple(dict.fromkeys((*places.get(key, ()), *refs)))
    if problems.errors:
        raise BadInput(problems.errors)
    return Gathered(assemble(frames, default_vocabulary(), problems), places)


def export_claims(claims: Claims, file: Path, where: Sequence[Path], overwrite: bool = False) -> None:
    """Write all claims to a file; never over a file they were read from.

    Raises
    ------
    MadeinError
        If the file is one of those read, is there already, has another ending, or cannot be written.
    """
    if file.resolve() in _files_of(where):
        raise MadeinError("the claims were read from this file", printable(str(file)), "it would be lost", "name another file to write to")
    if file.exists() and not overwrite:
        raise MadeinError("there is such a file already", printable(str(file)), fix="name another, or add --overwrite")
    with writing(file):
        claims.write(file)


def make_template(file: Path) -> None:
    """Make the workbook in which people write claims.

    Raises
    ------
    MadeinError
        If there is such a file already, its name does not end in .xlsx, or it cannot be written.
    """
    from madein.ledger.template import write_template

    if file.suffix.lower() != ".xlsx":
        raise MadeinError("the template is a workbook", printable(str(file)), fix="end its name in .xlsx")
    if file.exists():
        raise MadeinError("there is such a file already", printable(str(file)), "claims may stand in it", "name another")
    with writing(file):
        write_template(file)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Turn what keeps a file from being written into an error that names it.

    Raises
    ------
    MadeinError
        If the file cannot be written.
    """
    from xlsxwriter.exceptions import FileCreateError

    if not file.parent.is_dir():
        raise MadeinError("cannot write the file", printable(str(file)), "there is no such folder", "name another, or make the folder")
    try:
        yield
    except (OSError, FileCreateError) as fault:
        why = getattr(fault, "strerror", "") or type(fault).__name__
        raise MadeinError("cannot write the file", printable(str(file)), why, "name another") from fault


def _files_of(where: Sequence[Path]) -> frozenset[Path]:
    """The files, resolved, that claims of some studies and files are read from."""
    found: set[Path] = set()
    for path in where:
        steps = _steps(_root(path)) if path.is_dir() else []
        found |= {s.path.resolve() for step, _ in steps for sources in step.sources.values() for s in sources} or {path.resolve()}
    return frozenset(found)


def _of_file(path: Path, how: FileReading) -> tuple[pl.DataFrame, Mapping[str, tuple[str, ...]], Problems]:
    from madein.ledger.fields import Reader
    from madein.ledger.reading import read_claims

    frame, problems = read_claims(path, Reader(how.today, how.said, decimal=how.decimal), {}, how.encoding)
    return frame, dict.fromkeys(frame["id"].to_list(), (str(Ref(f"source:{printable(str(path))}")),)), problems


def _of_study(folder: Path) -> tuple[pl.DataFrame, Mapping[str, tuple[str, ...]], Problems]:
    from madein.ledger.gather import gather

    root = _root(folder)
    steps = _steps(root)
    if not steps:
        raise MadeinError("no step of the study keeps a ledger", printable(str(root)), fix="add a step with use: ledger, or name files of claims")
    problems = Problems()
    sources = {s.id: s for step, _ in steps for s in step.sources.get("claims", ())}
    names = list(dict.fromkeys(n for step, _ in steps for n in step.tables.get("told", ())))
    told = _told(folder, root, names, problems) if names else ()
    held = gather(Inputs({"claims": tuple(sources.values())}, many={"told": told}), _dates(steps))
    problems.warnings += held.claims.warnings
    return held.claims.frame, held.places, problems


def _root(folder: Path) -> Path:
    """The folder of the study, also where its ``out`` folder is named."""
    from madein.study.config import STUDY_FILE
    from madein.study.publish import MANIFEST

    for root in (folder, folder.parent if (folder / MANIFEST).is_file() else folder):
        if (root / STUDY_FILE).is_file():
            return root
    raise MadeinError("the folder is no study", printable(str(folder)), "it holds no study.yaml", "name files of claims, or the folder of a study")


def _steps(root: Path) -> list[tuple[PlannedStep, Mapping[str, str]]]:
    """The ledger steps of a study, each with the days it gives its files."""
    from madein.study.config import check_options
    from madein.study.look import study_of
    from madein.study.plan import make_plan
    from madein.study.steps import load_step

    study = study_of(root)[0]
    steps = [step for step in make_plan(root, study).steps if step.config.use == LEDGER]
    model = load_step(LEDGER).Config
    return [(step, check_options(model, step.config, step.index, study).dates) for step in steps]  # type: ignore[attr-defined]


def _dates(steps: Sequence[tuple[PlannedStep, Mapping[str, str]]]) -> Mapping[str, str]:
    """The days that steps give their files; two steps may not differ, or one statement would be said twice."""
    out: dict[str, str] = {}
    for step, dates in steps:
        for name, day in dates.items():
            if out.setdefault(name, day) != day:
                where = f"study.yaml line {step.config.line}"
                raise MadeinError(f"two days for {name!r}", where, f"said {out[name]} and {day}", "give one and the same in every step")
    return out


def _told(folder: Path, root: Path, names: Sequence[str], problems: Problems) -> tuple[tuple[str, Table], ...]:
    """Tables of claims as the last run left them, with a warning where what they rest on has changed since."""
    from madein.study.finished import open_study

    study, again = open_study(folder), f"run: madein run {root}"
    gone = [n for n in names if n not in study.tables]
    if gone:
        raise MadeinError(f"the last run made no table {gone[0]!r}", printable(str(root)), "study.yaml has changed since", again)
    waiting, seen = [Ref(f"table:{n}") for n in names], set()
    while waiting:
        ref = waiting.pop()
        if ref not in seen:
            seen.add(ref)
            waiting += study.parents(ref)
    changed = {Ref(f"source:{name}"): change for name, change in study.changed_sources.items()}
    for ref in sorted(seen & changed.keys(), key=str):
        problems.warn(changed[ref], printable(ref.name), "what it tells is that of the last run", again)
    return tuple((n, study.table(n)) for n in names)


def chosen(claims: Claims, day: date, subject: str = "", predicate: str = "", history: bool = False) -> pl.DataFrame:
    """What stood on a day, or all that had been said by then, of all subjects or of one.

    Parameters
    ----------
    claims : Claims
        The ledger.
    day : date
        What was said later is not looked at.
    subject : str
        ``type:name``, with its parts, or one part ``type:name/dim=value``; all if empty.
    predicate : str
        Key, label or other name of a predicate; all if empty.
    history : bool
        Every statement, also those that a later one has replaced.

    Returns
    -------
    polars.DataFrame
        Claims in the order of subject, predicate and day. Without `history` with the columns `agreement` and `current` of
        `madein.ledger.view.View`, with it with `corrected`: the day on which a claim was corrected, null if never.

    Raises
    ------
    MadeinError
        If nothing was ever said of the subject, or there is no such predicate.
    """
    import polars as pl

    key = _predicate(claims, predicate)
    if history:
        known = claims.frame.filter(pl.col("said_by") <= day)
        by = known.filter(pl.col("supersedes") != "").group_by("supersedes").agg(corrected=pl.col("said_by").min())
        frame = known.join(by, left_on="id", right_on="supersedes", how="left", maintain_order="left")
    else:
        frame = claims.as_of(day).frame
    if subject:
        _known_subject(claims, subject)
        frame = frame.filter((pl.col("subject") == subject) | pl.col("subject").str.starts_with(f"{subject}/"))
    if key:
        frame = frame.filter(pl.col("predicate") == key)
    return frame.sort("subject", "predicate", "said_by", "said_from", maintain_order=True)


def _predicate(claims: Claims, text: str) -> str:
    from madein.core.period_labels import fold

    words = claims.words
    found = words.find(text) or next((k for k, p in words.predicates.items() if text and fold(p.label) == fold(text)), "")
    if text and not found:
        near = get_close_matches(text, list(words.predicates), n=3, cutoff=0.5)
        raise MadeinError(f"there is no predicate {text!r}", "--predicate", fix=f"use {' or '.join(near) or 'one of predicates.yaml'}")
    return found


def _known_subject(claims: Claims, subject: str) -> None:
    held = claims.frame["subject"].unique().to_list()
    if not any(s == subject or s.startswith(f"{subject}/") for s in held):
        wholes = sorted({s.partition("/")[0] for s in held})
        near = get_close_matches(subject, wholes, n=3, cutoff=0.5) or [s for s in wholes if subject.lower() in s][:3] or wholes[:3]
        raise MadeinError(f"nothing was said of {printable(subject)!r}", "--subject", fix=f"use {' or '.join(near)}" if near else "")
