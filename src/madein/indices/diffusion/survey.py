"""Diffusion indices from the answers of firms: sizes inside strata, known weights of strata, standard errors.

Within stratum h the index is the mean of scores (up 100, same 50, down 0) weighted by size; strata are added by their known
weights W_h: ``D = sum_h W_h D_h``. The variance is that of the linearised ratio,
``sum_h W_h^2 (1 - f_h) n_h / (n_h - 1) sum_i (s_i (z_i - D_h) / S_h)^2`` (Cochran, Sampling Techniques, 3rd ed. 1977, 5A.3
and 6.11; Särndal, Swensson and Wretman 1992, 7.6). A stratum with one answer borrows its deviation from the mean of all.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import MadeinError, Problem, Problems
from madein.core.period_labels import fold
from madein.core.periods import Period
from madein.indices.diffusion.pmi import Scheme, scheme, tables

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

_SHOWN = 10
_COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class Survey:
    """Indices of a survey.

    Parameters
    ----------
    frame : polars.DataFrame
        Sorted by ``question`` and ``month``: ``value`` (0 to 100), ``error`` (standard error), ``low``, ``high``, ``up``,
        ``same``, ``down`` (percent), ``answers`` (how many). With a scheme, the composite is the question ``composite``.
    warnings : tuple of Problem
        Strata without answers, or with a single one.
    """

    frame: pl.DataFrame
    warnings: tuple[Problem, ...]


def read_answers(path: str | Path, *, source: str = "", sheet: str = "") -> pl.DataFrame:
    """Answers of firms from CSV, Excel or Parquet: ``firm``, ``question``, ``month``, ``answer``, perhaps ``stratum``, ``size``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "answers.csv"
    >>> _ = file.write_text("Doanh nghiệp,Câu hỏi,Tháng,Trả lời\\nA,Sản lượng,01/2024,Tăng\\n", encoding="utf-8")
    >>> read_answers(file).rows()
    [('A', 'Sản lượng', 24288, 'Tăng', 2)]
    """
    from madein.indices.compilation.read import read_table

    return read_table(path, "answers", ("firm", "month", "answer"), source=source, sheet=sheet)


def holds_answers(path: str | Path) -> bool:
    """True if a file has the columns of answers: firm, month and answer."""
    from madein.indices.compilation.read import holds_table

    return holds_table(path, "answers", ("firm", "month", "answer"))


@functools.cache
def _scores(direction: str) -> Mapping[str, float]:
    """Score of each word firms answer with."""
    words = tables()["answers"]
    quick = 100.0 if direction == "quicker" else 0.0
    score = {"up": 100.0, "same": 50.0, "down": 0.0, "quicker": quick, "slower": 100.0 - quick}
    return {fold(str(w)): score[kind] for kind, said in words.items() for w in said}


def survey_index(
    answers: pl.DataFrame,
    strata: Mapping[str, float] | None = None,
    *,
    population: Mapping[str, int] | None = None,
    composite: Literal["", "sp_global", "ism"] = "",
    level: float = 0.95,
    where: str = "",
) -> Survey:
    """Diffusion index of every question and month, and their composite.

    Parameters
    ----------
    answers : polars.DataFrame
        ``firm``, ``month``, ``answer`` (English or Vietnamese words, or 1, 0, -1), perhaps ``question``, ``stratum``,
        ``size`` (weight inside the stratum) and ``row``. An empty answer is no answer.
    strata : mapping of str to float, optional
        Known weight of each stratum, such as its value added; the sizes of those who answered if left out.
    population : mapping of str to int, optional
        Firms in each stratum, for the finite population correction.
    composite : {"", "sp_global", "ism"}
        Also make a composite of the questions that are its components.
    level : float
        Confidence of the intervals.

    Raises
    ------
    BadInput
        With the rows of unknown answers, of firms that answer twice, of sizes that are no weights, of strata without weight.

    Notes
    -----
    The weight of a stratum nobody answers for goes to the others and is told as a warning. The standard error of a composite
    adds the deviations of each firm over its answers, so that what its answers have in common counts.

    Examples
    --------
    >>> import polars as pl
    >>> answers = pl.DataFrame({"firm": ["a", "b", "c", "d"], "month": ["2024-01"] * 4, "answer": ["up", "same", "down", "tăng"],
    ...     "stratum": ["large", "large", "small", "small"], "size": [3.0, 1.0, 1.0, 1.0]})
    >>> found = survey_index(answers, {"large": 0.6, "small": 0.4}).frame
    >>> found.select("value", pl.col("up").round(6), "same", "answers").row(0)
    (72.5, 65.0, 15.0, 4)
    """
    import polars as pl

    problems = Problems(where)
    held = scheme(composite) if composite else None
    rows = _checked(answers, held, strata, problems)
    problems.raise_errors()
    z = NormalDist().inv_cdf(0.5 + level / 2)
    out: list[tuple[object, ...]] = []
    for (month,), of_month in rows.group_by("month", maintain_order=True):
        firms = of_month["firm"].unique().sort()
        spread: dict[str, FloatArray] = {}
        stratum_of = np.zeros(len(firms), dtype=np.int64)
        for (question,), group in of_month.group_by("question", maintain_order=True):
            one = _one(group.sort("firm"), strata, f"{question} {Period.months(int(str(month)))}".strip(), problems)
            at = np.searchsorted(firms.to_numpy(), one.firms)
            deviation = np.zeros(len(firms))
            deviation[at] = one.deviation
            stratum_of[at] = one.stratum
            spread[str(question)] = deviation
            error = _error(one.deviation, one.stratum, one.names, population)
            out.append((question, month, one.value, error, *_bounds(one.value, error, z), *one.shares, len(one.firms)))
        if held is not None and set(held.weights) <= set(spread):
            values = {str(r[0]): float(str(r[2])) for r in out if r[1] == month}
            # Weights of the month, where they changed over time.
            then = scheme(held.key, int(str(month)))
            parts = [(w, k, -1.0 if k in then.inverted else 1.0) for k, w in then.weights.items()]
            value = sum(w * (values[k] if sign > 0 else 100 - values[k]) for w, k, sign in parts)
            deviation = np.sum([w * sign * spread[k] for w, k, sign in parts], axis=0)
            names = of_month["stratum"].unique().sort().to_list()
            error = _error(deviation, stratum_of, names, population)
            out.append((_COMPOSITE, month, value, error, *_bounds(value, error, z), None, None, None, len(firms)))
        elif held is not None:
            lacking = ", ".join(k for k in held.weights if k not in spread)
            problems.warn(f"no composite in {Period.months(int(str(month)))}", why=f"nobody answered on {lacking}")
    schema = {"question": pl.String, "month": pl.Int64, **dict.fromkeys(("value", "error", "low", "high", "up", "same", "down"), pl.Float64)}
    frame = pl.DataFrame(out, {**schema, "answers": pl.Int64}, orient="row").sort("question", "month")
    return Survey(frame, tuple(problems.warnings))


def _bounds(value: float, error: float | None, z: float) -> tuple[float | None, float | None]:
    return (None, None) if error is None else (max(0.0, value - z * error), min(100.0, value + z * error))


@dataclass(frozen=True, slots=True)
class _One:
    """One question in one month: index, shares, and each firm's deviation in it."""

    value: float
    shares: tuple[float, float, float]
    firms: NDArray[np.object_]
    deviation: FloatArray
    stratum: NDArray[np.int64]
    names: list[str]


def _one(rows: pl.DataFrame, strata: Mapping[str, float] | None, place: str, problems: Problems) -> _One:
    names = rows["every"][0].to_list()
    stratum = np.searchsorted(np.array(names, dtype=object), rows["stratum"].to_numpy())
    size, score = rows["size"].to_numpy(), rows["score"].to_numpy()
    inside = np.bincount(stratum, size, len(names))
    known = inside if strata is None else np.array([strata.get(n, 0.0) for n in names])
    silent = [n for n, w, s in zip(names, known, inside, strict=True) if w > 0 and not s > 0]
    if strata is not None:
        silent += [n for n, w in strata.items() if n not in names and w > 0]
    if silent:
        problems.warn(f"nobody answers for {', '.join(map(repr, silent))}", at=place, why="the other strata stand for them")
    known = np.where(inside > 0, known, 0.0)
    if not known.sum() > 0:
        raise MadeinError("no stratum with a weight has answers", place, fix="give weights of the strata that answer")
    weight = (known / known.sum() / np.where(inside > 0, inside, 1.0))[stratum] * size
    value = float((weight * score).sum())
    shares = tuple(float(100 * weight[score == s].sum()) for s in (100.0, 50.0, 0.0))
    mean = np.bincount(stratum, size * score, len(names)) / np.where(inside > 0, inside, 1.0)
    count = np.bincount(stratum, minlength=len(names))
    alone = [n for n, c in zip(names, count, strict=True) if c == 1]
    if alone:
        problems.warn(f"a single firm answers for {', '.join(map(repr, alone))}", at=place, why="its spread is taken from the mean of all")
    centre = np.where(count > 1, mean, value)[stratum]
    return _One(value, (shares[0], shares[1], shares[2]), rows["firm"].to_numpy(), weight * (score - centre), stratum, names)


def _error(deviation: FloatArray, stratum: NDArray[np.int64], names: list[str], population: Mapping[str, int] | None) -> float | None:
    """Standard error of a sum of deviations; None where a single firm answered."""
    count = np.bincount(stratum, minlength=len(names))
    if count.sum() < 2:
        return None
    square = np.bincount(stratum, deviation**2, len(names))
    fraction = np.zeros(len(names))
    if population is not None:
        fraction = np.array([min(1.0, c / population[n]) if population.get(n) else 0.0 for n, c in zip(names, count, strict=True)])
    spread = np.where(count > 1, count / np.maximum(count - 1, 1), 1.0)
    return float(np.sqrt(((1 - fraction) * spread * square).sum()))


def _checked(answers: pl.DataFrame, held: Scheme | None, strata: Mapping[str, float] | None, problems: Problems) -> pl.DataFrame:
    """Rows with score, size and stratum; faults are noted with their rows."""
    import polars as pl

    from madein.indices.months import month_of

    missing = [c for c in ("firm", "month", "answer") if c not in answers.columns]
    if missing:
        raise MadeinError(f"there is no column {', '.join(missing)}", problems.place(), fix="name the columns so")
    rows = answers if "row" in answers.columns else answers.with_row_index("row", offset=1)
    defaults = {"question": pl.lit(""), "stratum": pl.lit(""), "size": pl.lit(1.0)}
    rows = rows.with_columns(e.alias(k) for k, e in defaults.items() if k not in rows.columns)
    rows = rows.with_columns(pl.col(c).cast(pl.String).fill_null("").str.strip_chars() for c in ("firm", "question", "stratum", "answer"))
    rows = rows.with_columns(size=pl.col("size").cast(pl.Float64))
    if not rows["month"].dtype.is_integer():
        labels = rows["month"].cast(pl.String).fill_null("")
        known = {label: month_of(label) for label in labels.unique().to_list()}
        for row, label in rows.filter(labels.replace_strict(known, return_dtype=pl.Int64).is_null()).select("row", "month").head(_SHOWN).iter_rows():
            problems.error(f"{label!r} is no month", at=f"row {row}", fix="write it as 2024-07")
        rows = rows.with_columns(month=labels.replace_strict(known, return_dtype=pl.Int64))
    rows = rows.filter(pl.col("answer") != "")
    if not rows.height:
        raise MadeinError("there are no answers", problems.place(), fix="put at least one answer into the table")
    scores = _scores(held.direction if held else "quicker")
    known_scores = {a: scores.get(fold(a).removesuffix(".0")) for a in rows["answer"].unique().to_list()}
    rows = rows.with_columns(score=pl.col("answer").replace_strict(known_scores, return_dtype=pl.Float64))
    for row, text in rows.filter(pl.col("score").is_null()).select("row", "answer").head(_SHOWN).iter_rows():
        problems.error(f"the answer {text[:40]!r} is neither up, same nor down", at=f"row {row}", fix="write up, same or down, or 1, 0, -1")
    weightless = rows.filter(~(pl.col("size").is_finite() & (pl.col("size") >= 0)).fill_null(False))
    for row, size in weightless.select("row", "size").head(_SHOWN).iter_rows():
        problems.error(f"the size is {'missing' if size is None else f'{size:g}'}", at=f"row {row}", fix="give a weight of zero or more")
    if held is not None:
        named = {q: held.component(q) or q for q in rows["question"].unique().to_list()}
        rows = rows.with_columns(question=pl.col("question").replace_strict(named, return_dtype=pl.String))
    twice = rows.filter(pl.struct("firm", "question", "month").is_duplicated()).sort("firm", "question", "month", "row")
    for (firm, question, month), same in twice.group_by("firm", "question", "month", maintain_order=True):
        at = ", ".join(map(str, same["row"]))
        when = Period.months(int(str(month))) if month is not None else "no month"
        problems.error(f"{firm!r} answers {question or 'the question'} twice for {when}", at=f"rows {at}", fix="keep one answer")
    names = rows["stratum"].unique().sort()
    for name in names if strata is not None else []:
        if not strata or not strata.get(name, -1.0) >= 0:
            at = ", ".join(map(str, rows.filter(pl.col("stratum") == name)["row"].head(3)))
            problems.error(f"stratum {name!r} has no weight", at=f"rows {at}", fix="add it to the weights of the strata, 0 to leave it out")
    return rows.with_columns(every=pl.lit(names.to_list(), dtype=pl.List(pl.String))).sort("month", "question", "firm")
