"""What stands behind one number of ``madein tiva``: its cells by origin and use, how far they can be trusted, the same over years."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from madein.cli.grids import grid, say, screen, working, write_frame
from madein.cli.tivas import amount_of, decomposed, grouped, share_of, write_cells
from madein.core.documents import printable
from madein.core.errors import MadeinError

MOST = 40
"""Traced cells that a terminal is shown, the largest; other formats hold all."""

if TYPE_CHECKING:
    from madein.cli.tiva import Format
    from madein.tiva import Factored


def write_traced(
    f: Factored,
    economy: str,
    by: Sequence[str],
    named: dict[str, list[str] | None],
    content: Literal["all", "once"],
    format_: Format,
    out: Path | None,
) -> None:
    """Value in exports by where it was added and where it is used."""
    from madein.tiva import cube

    with working("tracing the value"):
        frame = cube(f, economy, content).summed(by, **named)  # type: ignore[arg-type]
    what = "all of it" if content == "all" else "what crosses the border for the first time"
    write_cells(f, frame, f"Value in the exports of {economy} by {', '.join(by) or 'nothing'}; {what}", format_, out, MOST)


def write_sensitivity(
    f: Factored, economy: str, industries: Sequence[str], noise: tuple[float, float, float], output: Literal["kept", "recomputed"], most: int,
    format_: Format, out: Path | None,
) -> None:  # fmt: skip
    """Intervals of the domestic share, and the flows that move it most."""
    import polars as pl

    from madein.tiva import domestic_share_gradient, economy_of, method_line
    from madein.tiva.sensitivity import ALIKE

    each, final, level = noise
    name = economy_of(f, economy)
    with working("looking at every cell"):
        g = domestic_share_gradient(f, name, industries, output)
        found = {how: g.interval(each, level, how, final) for how in ALIKE}
        flows = g.largest(most)
    if format_ != "table":
        intervals = pl.DataFrame([
            {"kind": "interval", "errors": how, "noise": each, "final_noise": final, "level": level, "share": 100 * i.share,
             "deviation": 100 * i.deviation, "low": 100 * i.low, "high": 100 * i.high} for how, i in found.items()
        ])  # fmt: skip
        told = pl.concat([intervals, flows.select(pl.lit("flow").alias("kind"), pl.all())], how="diagonal")
        about = {"method": method_line(f), "unit": f.table.unit, "economy": name}
        write_frame(told.with_columns(*(pl.lit(v).alias(k) for k, v in about.items())), format_, out, "sensitivity")
        return
    with screen(out) as console:
        of = f" of {', '.join(industries)}" if industries else ""
        say(console, f"{name}: {100 * g.share:.1f} % of gross exports{of} is its own value added", "bold")
        say(console, method_line(f))
        say(console, "")
        also = f", of each flow to final demand {100 * final:g} %" if final else ""
        say(console, f"Interval of {100 * level:g} % if each flow between industries has a standard deviation of {100 * each:g} %{also}", "bold")
        rows = [(ALIKE[how], f"{100 * i.deviation:.2f} pp", f"{100 * i.low:.1f} %", f"{100 * i.high:.1f} %") for how, i in found.items()]
        grid(console, ("what errs alike", "deviation", "from", "to"), rows, ("deviation", "from", "to"))
        say(console, "To first order; errors that go together cancel less. What no flow tells, such as the industries that are joined, is not in it.",
            "dim")  # fmt: skip
        say(console, "")
        say(console, f"Flows that move the share most{f', {f.table.unit}' if f.table.unit else ''}; effect of one per cent more", "bold")
        cells = [(r["origin"], r["industry"], r["buyer"], r["buyer_industry"], amount_of(r["flow"]), f"{r['effect']:+.4f} pp")
                 for r in flows.iter_rows(named=True)]  # fmt: skip
        grid(console, ("seller", "industry", "buyer", "its industry", "flow", "effect"), cells, ("flow", "effect"))


def write_panel(
    paths: Sequence[Path], out: Path, how: tuple[Any, Any, Any, Any], economies: Sequence[str], value_added: Literal["residual", "stated"],
    groups: Sequence[str] | None,
) -> None:  # fmt: skip
    """Decompose a table a year to a Parquet file or a folder, and say what was written."""
    from rich.console import Console

    from madein.study.ledgers import writing
    from madein.tiva import Factored, economy_of, panel, panel_file, tables_of

    single = out.suffix.lower() == ".parquet"
    if not single and (out.suffix or out.is_file()):
        raise MadeinError("a panel is written as Parquet", str(out), fix="name a file that ends in .parquet, or a folder")
    if not single and (economies or how != ("bm", "sector", "exporter", "source")):
        raise MadeinError("a folder takes all decompositions at once", str(out), "a method, level or economy is chosen for a file",
                          "name a file that ends in .parquet")  # fmt: skip
    chosen: dict[str, list[str]] = {}

    def tables() -> Any:
        for table in tables_of(paths):
            if groups and not chosen:
                plain = Factored(table)
                chosen.update({name: [economy_of(plain, m) for m in members] for name, members in grouped(groups).items()})
            yield table

    grouped(groups)
    console = Console(highlight=False, soft_wrap=True)
    if not single:
        with writing(out), working("decomposing year by year"):
            files = panel(tables(), out, groups=chosen, value_added=value_added)
        years = sorted({f.stem.removeprefix("year=") for f in files})
        say(console, f"{printable(str(out))}: {len(files)} files of {len(years)} years, {years[0]} to {years[-1]}" if years else "nothing written")
        return
    method, level, perimeter, approach = how
    with writing(out), working("decomposing year by year"):
        held = panel_file(
            tables(), out, lambda f: decomposed(f, method, level, perimeter, approach, economies), chosen, value_added=value_added
        )  # fmt: skip
    say(console, f"{printable(str(out))}: {method} by {level}, {len(held)} years, {min(held)} to {max(held)}")
    if economies and method == "bm":
        _print_years(console, out)


def _print_years(console: Any, out: Path) -> None:
    import polars as pl

    frame = pl.read_parquet(out, columns=["year", "exporter", "GEXP", "DC"])
    rows = []
    for (year, exporter), part in sorted(frame.group_by("year", "exporter", maintain_order=True), key=lambda p: p[0]):
        gross, own = float(part["GEXP"].to_numpy().sum()), float(part["DC"].to_numpy().sum())
        rows.append((str(year), str(exporter), amount_of(gross), amount_of(own), share_of(own / gross if gross > 0 else None)))
    grid(console, ("year", "exporter", "exports", "own", "own share"), rows, ("exports", "own", "own share"))
