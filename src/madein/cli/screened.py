"""What ``madein screening`` shows of data, of a written screen and of simulations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from madein.cli.grids import counted, grid, say, screen, working, write_frame
from madein.core.documents import printable
from madein.core.errors import MadeinError

if TYPE_CHECKING:
    import polars as pl

    from madein.cli.screening import Format
    from madein.screening.schema import Dataset


def print_quality(held: Dataset, format_: Format, out: Path | None) -> None:
    """The quality report."""
    from madein.screening.quality import quality

    with working("looking the data over"):
        looked = quality(held)
    if format_ != "table":
        write_frame(looked.columns, format_, out, "columns")
        return
    with screen(out) as console:
        for line in looked.lines():
            say(console, line, indent=len(line) - len(line.lstrip()))
        say(console, "")
        rows = [
            (r["table"], r["column"], f"{100 * r['filled']:.0f} %", "" if r["distinct"] is None else f"{r['distinct']:,}", r["low"], r["high"])
            for r in looked.columns.iter_rows(named=True)
        ]
        grid(console, ("table", "column", "filled", "different, about", "least", "most"), rows, ("filled", "different, about"))


def print_evidence(out: Path, lane: int, format_: Format, to: Path | None) -> None:
    """All about one lane of a written screen."""
    import polars as pl

    from madein.screening.wording import pieces_of, tie_label

    findings, lines = (_written(out, name) for name in ("findings", "lines"))
    rows = findings.filter(pl.col("rank") == lane)
    if not rows.height:
        raise MadeinError(f"there is no lane {lane}", printable(str(out)), fix=f"the queue holds {findings.height:,}")
    r = rows.row(0, named=True)
    own = lines.filter(pl.col("finding") == r["finding"]).sort("side", "date", "declaration_id", "line")
    if format_ != "table":
        write_frame(own, format_, to, "lines")
        return
    with screen(to) as console:
        say(
            console,
            f"Lane {lane}: {r['importer']} brings in {r['hs_in']} from {r['source']}, {r['exporter']} sells {r['hs_out']} to {r['market']}",
            "bold",
        )
        say(console, f"{tie_label(r['tie'])}; strength {100 * r['strength']:.1f} %; {r['lots_in']} lines in, {r['lots_out']} out")
        say(
            console,
            f"at issue {r['value_at_issue']:,.0f} ({r['low']:,.0f} to {r['high']:,.0f}) of exports of {r['value']:,.0f}; duty {r['at_stake']:,.0f}",
        )
        like = f"{r['matched']:.0f} shipments weigh what one that came in weighs, {r['matched_by_chance']:.1f} would by chance"
        say(console, f"price out over in {r['markup']:.2f}, mass out over in {r['mass_ratio']:.2f}; {like}")
        say(console, "")
        grid(console, ("evidence", "nats"), [(label, f"{weight:+.1f}") for _, label, weight in pieces_of(r["pieces"])], ("nats",))
        say(console, "")
        head = ("side", "date", "declaration", "line", "value", "at issue", "like import")
        told = [
            (x["side"], x["date"], x["declaration_id"], x["line"], f"{x['value']:,.2f}",
             f"{x['value_at_issue']:,.2f}" if x["side"] == "export" else "",
             f"{x['like_declaration_id']} {x['like_line']}" if x["like_declaration_id"] else "")
            for x in own.iter_rows(named=True)
        ]  # fmt: skip
        grid(console, head, told, ("line", "value", "at issue"))
        say(console, "")
        say(console, "What would clear it: " + r["clears"])


def _written(out: Path, name: str) -> pl.DataFrame:
    import polars as pl

    path = out / f"{name}.parquet"
    if not path.is_file():
        raise MadeinError(
            f"no {name}.parquet", printable(str(out)), fix="run the screen into this folder first: madein screening run DATA --out FOLDER"
        )
    return pl.read_parquet(path)


def score(out: Path, truth: Path, format_: str) -> None:
    """Scores by value."""
    from dataclasses import asdict

    from madein.cli.articles import write_text
    from madein.screening.score import score as held_against

    folder = out if (out / "findings.parquet").is_file() or not (out / "out").is_dir() else out / "out"
    found = held_against(folder, truth)
    if format_ == "json":
        write_text(json.dumps(asdict(found), indent=1) + "\n", None)
        return
    with screen(None) as console:
        say(console, f"{counted(found.findings, 'finding')}; {found.at_issue:,.0f} at issue, {found.rerouted:,.0f} rerouted in truth", "bold")
        told = (("value at issue that was rerouted (precision)", found.precision), ("rerouted value that is at issue (recall)", found.recall),
                ("exports of honest processors at issue", found.honest_flagged), ("precision by whole lines", found.line_precision),
                ("recall by whole lines", found.line_recall))  # fmt: skip
        grid(console, ("share by value", "percent"), [(what, "" if v is None else f"{100 * v:.1f}") for what, v in told], ("percent",))


def simulate(family: str, rows: int, seed: int, out: Path, format_: str) -> None:
    """Write a simulation and say what it holds."""
    from madein.cli.articles import write_text
    from madein.screening.simulator import simulate as make

    named: str | Path = Path(family) if family.endswith((".yaml", ".yml")) else family
    with working("simulating"):
        made = make(named, rows, seed, out)
    if format_ == "json":
        write_text(json.dumps(made.summary, ensure_ascii=False, indent=1, default=str) + "\n", None)
        return
    s = made.summary
    with screen(None) as console:
        say(
            console,
            f"{counted(s['counts']['total'], 'line')} from {s['first_day']} to {s['last_day']} written to {out}; simulated, no such firm exists",
            "bold",
        )
        say(console, f"{100 * s['rerouted_share']:.1f} % of exports to the market are rerouted; the truth is in {made.truth.name}")
        say(console, f"madein screening run {out}", "dim")


def print_families(format_: str) -> None:
    """Families by name."""
    from madein.cli.articles import write_text
    from madein.screening.simulator import families

    held = families()
    if format_ == "json":
        write_text(json.dumps({n: f.model_dump(mode="json", by_alias=True) for n, f in held.items()}, indent=1, default=str) + "\n", None)
        return
    rows = [(n, f"{100 * f.share_rerouted:.1f} %", f"{100 * f.split_firms.share:.0f} %", f"{100 * f.mixing_share:.0f} %", f"{f.lag_quarters.mean:g}",
             f"{100 * f.honest_processors.share:.0f} %", f"{f.n_firms:,}", f"{f.n_hs8:,}", f.quarters) for n, f in held.items()]  # fmt: skip
    with screen(None) as console:
        head = ("family", "rerouted", "split", "mixed", "lag", "honest", "firms", "codes", "quarters")
        grid(console, head, rows, head[1:])
        say(console, "A YAML file of your own with these fields serves as well: --family FILE.yaml", "dim")


def print_inspections(queue: Path, out: Path | None, format_: Format, to: Path | None) -> None:
    """Hit rates of a filled queue, and what they would move."""
    from madein.cli.show import print_problems
    from madein.screening import flows

    held = flows.read_inspections(queue)
    rates = flows.hit_rates(held)
    if format_ != "table":
        write_frame(rates, format_, to, "hit_rates")
        print_problems(held.problems)
        return
    with screen(to) as console:
        say(console, f"{counted(held.done.height, 'inspection')} read, {held.left:,} rows of the queue left open", "bold")
        shares = ("rate", "low", "high", "expected")
        rows = [
            (r["rule"], r["inspected"], r["confirmed"], *("" if r[c] is None else f"{100 * r[c]:.0f} %" for c in shares), f"{r['shift']:+.1f}")
            for r in rates.iter_rows(named=True)
        ]
        head = ("rule", "inspected", "confirmed", "hit rate", "least", "most", "expected", "shift, nats")
        grid(console, head, rows, head[1:])
        say(console, "95 % interval of Wilson; of rows chosen by rank, so it speaks of such rows only.", "dim")
        if out is not None:
            table = flows.reweighted(_written(out, "findings"), held)
            say(console, "")
            say(console, "What the queue would be, were the shifts applied; nothing was changed", "bold")
            kept = [c for c in table.columns if table[c].dtype != table["finding"].dtype or c == "finding"]
            grid(console, kept, [[f"{v:.2f}" if isinstance(v, float) else v for v in row] for row in table.select(kept).head(20).iter_rows()])
    print_problems(held.problems)
