"""What ``madein indices weights``, ``compile`` and ``diffusion`` do with files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.cli.series import levels_of, named, noted, numbers_of
from madein.core.errors import MadeinError, Problem
from madein.core.periods import Period

if TYPE_CHECKING:
    import polars as pl

    from madein.cli.series import Reading
    from madein.indices.compilation import Compiled
    from madein.indices.model import Observations


def weights_frame(seen: Sequence[Observations], total: str, parts: Sequence[str], since: str, printed: str, half: float) -> tuple[pl.DataFrame, str]:
    """Weights of parts that bring them nearest to their total, and how near that is in a sentence."""
    import polars as pl

    from madein.indices.explain import weights_for

    found = levels_of(seen)
    whole = named(found.held, total, found.labels, found.aliases, "--total")
    chosen = [named(found.held, p, found.labels, found.aliases, "--part") for p in parts] or [h for h in found.held if h is not whole]
    names = [found.labels.get(h.key) or h.label for h in chosen]
    if not chosen or whole in chosen:
        raise MadeinError("a total needs parts" if not chosen else f"{total!r} is the total itself", "--part", fix="name its parts")
    first = month_of(since, "--since") if since else None
    told = dict(zip((h.key for h in chosen), numbers_of(printed, len(names), "--printed"), strict=True)) if printed else None
    made = weights_for(whole, chosen, since=first, printed=told, half=half)
    frame = pl.DataFrame({"part": names, "weight": made.weights, "error": made.errors, "at_bound": made.held})
    span = f"{Period.months(int(made.months[0]))} to {Period.months(int(made.months[-1]))}"
    near = f"{len(made.months)} months, {span}: the parts bring {total} to within {made.largest_error:.4f} index points"
    return frame, near


def month_of(text: str, option: str) -> int:
    """First month of a period that an option names.

    Raises
    ------
    MadeinError
        If it is no period.
    """
    try:
        return Period.parse(text.strip()).first_month
    except ValueError as fault:
        raise MadeinError(f"{text!r} is no month", option, str(fault), "write 2023-01") from fault


def compiled(reports: Sequence[Path], weights: Path, products: Path | None, conversions: Path | None, **options: Any) -> Compiled:
    """The index compiled from files."""
    import polars as pl

    from madein.indices.compilation import compile_index, read_conversions, read_reports, read_weights

    frames = [read_reports(f, source=str(f)) for f in reports]
    rows = frames[0] if len(frames) == 1 else pl.concat([f.drop("row") for f in frames], how="diagonal")
    return compile_index(
        rows, read_weights(weights, "industry", source=str(weights)), read_weights(products, "product", source=str(products)) if products else None,
        conversions=read_conversions(conversions, source=str(conversions)) if conversions else (), where=", ".join(map(str, reports)),
        weights_from=str(weights), products_from=str(products or ""), **options,
    )  # fmt: skip


def index_frame(made: Compiled, levels: Sequence[str]) -> pl.DataFrame:
    """Indices with their periods as text."""
    frame = made.frame(*levels)
    periods = [str(Period.months(m)) for m in frame["month"].to_list()]
    import polars as pl

    frame = frame.with_columns(period=pl.Series(periods, dtype=pl.String), unit=pl.lit(made.unit))
    return frame.select("code", "level", "parent", "label", "period", "value", "unit", "imputed", "basis")


def contributions_frame(made: Compiled, months: str) -> pl.DataFrame:
    """Points of each section between two months, and their sum."""
    import polars as pl

    month, _, base = months.partition("/")
    try:
        now, then = Period.parse(month.strip()).first_month, Period.parse(base.strip()).first_month
    except ValueError as fault:
        raise MadeinError(f"{months!r} are no two months", "--contributions", fix="write 2024-02/2023-02") from fault
    found = made.growth(now, then)
    rows = [(c.key, c.points, c.weight) for c in found.parts] + [("total", found.rate, sum(c.weight for c in found.parts))]
    frame = pl.DataFrame(rows, {"code": pl.String, "points": pl.Float64, "weight": pl.Float64}, orient="row")
    return frame.with_columns(period=pl.lit(month.strip()), base=pl.lit(base.strip()), basis=pl.lit(found.basis))


def diffusion_frame(path: Path, scheme: str, strata: str, half: float, reading: Reading) -> tuple[pl.DataFrame, list[Problem]]:
    """Diffusion indices of a file of answers, or composites of a file of components."""
    import polars as pl

    from madein.indices.diffusion import holds_answers, read_answers, survey_index

    if not holds_answers(path):
        return _composites(path, scheme, half, reading)
    answers = read_answers(path, source=str(path))
    found = survey_index(answers, strata_of(strata) or None, composite=scheme, where=str(path))  # type: ignore[arg-type]
    periods = [str(Period.months(m)) for m in found.frame["month"].to_list()]
    frame = found.frame.with_columns(period=pl.Series(periods, dtype=pl.String)).drop("month")
    return frame.select("question", "period", pl.exclude("question", "period")), list(found.warnings)


def strata_of(text: str) -> dict[str, float]:
    """Weights of strata as ``large=0.6,small=0.4``.

    Raises
    ------
    MadeinError
        If one is no weight.
    """
    known = {}
    for pair in filter(None, text.split(",")):
        name, _, weight = pair.partition("=")
        try:
            known[name.strip()] = float(weight)
        except ValueError as fault:
            raise MadeinError(f"{pair!r} is no weight of a stratum", "--strata", fix="write large=0.6,small=0.4") from fault
    return known


def _composites(path: Path, scheme: str, half: float, reading: Reading) -> tuple[pl.DataFrame, list[Problem]]:
    """A composite for every month of which a file holds all components."""
    import polars as pl

    from madein.indices.diffusion import composites

    if not scheme:
        raise MadeinError("the file holds no answers of firms", str(path), "answers have the columns firm, month and answer",
                          "if its series are component indices, name the composite with --scheme: sp_global or ism")  # fmt: skip
    seen = reading([path])
    made = composites(pl.concat([each.frame for each in seen]), scheme, half=half, where=str(path))
    rows = [(str(Period.months(m)), c.value, c.low, c.high, *c.parts.values()) for m, c in made.items()]
    names = list(next(iter(made.values())).parts) if made else []
    schema = {"period": pl.String, **dict.fromkeys(("value", "low", "high", *names), pl.Float64)}
    return pl.DataFrame(rows, schema, orient="row"), noted(seen)
