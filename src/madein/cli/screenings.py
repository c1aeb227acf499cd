"""What ``madein screening`` reads and prints: data through a mapping, the queue, evidence, excess over chance, scores."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.cli.grids import counted, grid, say, screen, working, write_frame
from madein.core.documents import printable
from madein.core.errors import MadeinError

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from madein.cli.screening import Format
    from madein.screening.flows import Findings, Frame
    from madein.screening.normalise.hs import Correlation
    from madein.screening.schema import Dataset


@contextmanager
def opened(data: Sequence[Path], mapping: Sequence[Path] | None, rates: Path | None, currency: str, economy: str) -> Iterator[Dataset]:
    """Tables of files, through mappings where they need one; what is written on the way is deleted afterwards.

    Raises
    ------
    MadeinError
        If nothing can be read, or a file needs a mapping.
    """
    from madein.core.countries import economy as economy_of
    from madein.screening.doors import open_data, pair_mappings

    for path in data:
        if not path.exists():
            raise MadeinError("there is no such file or folder", printable(str(path)), fix="name a folder with declarations, or files")
    given: Path | Sequence[Path] = data[0] if len(data) == 1 else data
    place, money = economy_of(economy, "--economy"), currency.upper()
    with tempfile.TemporaryDirectory(prefix="madein-screening-") as scratch:
        with working("reading the declarations"):
            held = open_data(given, pair_mappings(given, mapping or ()), into=scratch, rates=_rates(rates), currency=money, economy=place)
        yield held


def _rates(path: Path | None) -> pl.DataFrame | None:
    import polars as pl

    if path is None:
        return None
    try:
        return pl.read_csv(path, try_parse_dates=True)
    except (OSError, pl.exceptions.PolarsError) as fault:
        why = str(fault).splitlines()[0][:200]
        raise MadeinError("the rates cannot be read", printable(str(path)), why, "write a CSV with currency, from, rate") from fault


def out_folder(data: Sequence[Path], out: Path | None) -> Path:
    """Where findings go: as told, or ``out`` beside the data."""
    if out is not None:
        return out
    return (data[0] if data[0].is_dir() else data[0].parent) / "out"


def frame_of(held: Dataset, memory: str, threads: int) -> Frame:
    """Data as expressions."""
    import re

    from madein.screening import flows

    if not re.fullmatch(r"[0-9]+(\.[0-9]+)? ?[MG]i?B", memory):
        raise MadeinError(f"{printable(memory)!r} is no amount of memory", "--memory", fix="write it as 500MB or 2GB")
    return flows.open_frame(held, memory, threads, correlation=_correlation(held))


def _correlation(held: Dataset) -> Correlation | None:
    """How codes of the editions at hand hang together; None where all are of one."""
    import polars as pl

    from madein.origin.editions import codes, images
    from madein.screening.normalise.hs import Correlation

    found = held.scan().select(pl.col("hs_edition").drop_nulls().unique()).collect(engine="streaming")["hs_edition"].to_list()
    if len(found) < 2:
        return None
    pairs = [(a, b) for a in sorted(found) for b in sorted(found) if a < b]
    return Correlation.of([(a, b, code, image) for a, b in pairs for code in codes(a) for image in images(code, a, b)])


def _pair(frame: Frame, asked: tuple[str, str]) -> tuple[str, str]:
    """Source and market of the excess."""
    from madein.core.countries import economy
    from madein.screening import flows

    named = [economy(text, option) if text else "" for text, option in zip(asked, ("--source", "--market"), strict=True)]
    fits = [(s, m) for s, m in flows.partners(frame) if named[0] in ("", s) and named[1] in ("", m)]
    if fits:
        return fits[0]
    if all(named):
        return named[0], named[1]
    raise MadeinError("no source and market can be told from the data", fix="name them with --source and --market")


def run(
    held: Dataset, out: Path, asked: tuple[str, str], excess: bool, seed: int, show: int, memory: str, threads: int, format_: Format
) -> None:  # fmt: skip
    """Screen, write, print."""
    from madein.cli.show import print_problems
    from madein.screening import flows
    from madein.screening.quality import quality

    with working("looking the data over"):
        looked = quality(held)
    frame = frame_of(held, memory, threads)
    with working("weighing lanes of trade"):
        found = flows.run(held, frame=frame)
        digest = flows.write(found, out)
        flows.write_queue(found, out)
    print_problems(looked.notes)
    (out / "quality.txt").write_text("\n".join(looked.lines()) + "\n", "utf-8")
    beside = None
    # What an earlier run left would be taken for this one's.
    (out / "excess.csv").unlink(missing_ok=True)
    if excess:
        try:
            source, market = _pair(frame, asked)
        except MadeinError as fault:
            print_problems(fault.problems)
        else:
            with working("drawing what chance alone gives"):
                beside = flows.table(flows.survey(frame, source, market, seed=seed))
            beside.insert_column(0, _constant("source", source, beside.height)).insert_column(1, _constant("market", market, beside.height))
            beside.write_csv(out / "excess.csv")
    if format_ == "json":
        _print_json(found, beside, looked.rows, digest)
    elif format_ != "table":
        write_frame(found.findings, format_, _named(out, format_), "findings")
    else:
        with screen(None) as console:
            rows = {r["table"]: r for r in looked.rows.iter_rows(named=True)}["declarations"]
            say(console, f"{rows['read']:,} lines read, {rows['kept']:,} kept; {counted(found.weighed.height, 'lane')} weighed", "dim")
            _print_queue(console, found, show)
            if beside is not None:
                say(console, "")
                _print_excess(console, beside)
            say(console, "")
            more = ", excess" if beside is not None else ""
            say(console, f"Written to {out}: findings, lines, weighed lanes, queue.xlsx for the officer, quality{more}", "dim")
            say(console, f"sha256 of the findings {digest[:16]}", "dim")
            say(console, f"madein screening evidence {out} 1 shows why; a flag is never a verdict.", "dim")
    print_problems(_notes(found.notes))


def _named(out: Path, format_: str) -> Path | None:
    return out / f"findings.{format_}" if format_ in ("parquet", "xlsx") else None


def _constant(name: str, value: str, height: int) -> pl.Series:
    import polars as pl

    return pl.Series(name, [value] * height, pl.String)


def _notes(notes: Sequence[str]) -> list[Any]:
    from madein.core.errors import Problem

    return [Problem(n, severity="warning") for n in notes]


def _print_json(found: Findings, beside: pl.DataFrame | None, rows: pl.DataFrame, digest: str) -> None:
    from madein.cli.articles import write_text

    record = {
        "sha256": digest, "currency": found.currency, "quality": rows.to_dicts(), "weighed": found.weighed.height,
        "findings": [{**r, "pieces": json.loads(r["pieces"]), "clears": r["clears"].split("; ")} for r in found.findings.iter_rows(named=True)],
        "excess": beside.to_dicts() if beside is not None else None, "notes": list(found.notes),
    }  # fmt: skip
    write_text(json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n", None)


def _print_queue(console: Console, found: Findings, show: int) -> None:
    from madein.screening.wording import tie_label

    table, money = found.findings, found.currency
    if not table.height:
        say(console, "Nothing needs a look: no lane reaches the threshold. That does not say that nothing is rerouted.", "bold")
        return
    issue, stake = (float(table[c].sum()) for c in ("value_at_issue", "at_stake"))
    say(
        console,
        f"{counted(table.height, 'lane')} to look at: {issue:,.0f} {money} at issue, {stake:,.0f} {money} of duty at the wedge".rstrip(),
        "bold",
    )
    head = ("lane", "importer", "exporter", "in", "out", "tie", "strength", "lots", f"at issue {money}".strip(), "of exports", "duty")
    rows = [
        (r["rank"], r["importer"], "same" if r["exporter"] == r["importer"] else r["exporter"], r["hs_in"],
         "same" if r["hs_out"] == r["hs_in"] else r["hs_out"], tie_label(r["tie"]), f"{100 * r['strength']:.1f} %",
         f"{r['lots_in']} to {r['lots_out']}", f"{r['value_at_issue']:,.0f}", f"{r['value']:,.0f}", f"{r['at_stake']:,.0f}")
        for r in table.head(show).iter_rows(named=True)
    ]  # fmt: skip
    grid(console, head, rows, ("lane", "strength", *head[8:]))
    if table.height > show:
        say(console, f"and {table.height - show:,} more; --show prints more, findings.parquet holds all", "dim")


def print_excess(held: Dataset, asked: tuple[str, str], seed: int, memory: str, threads: int, format_: Format, out: Path | None) -> None:
    """Indicators beside their null."""
    from madein.screening import flows

    frame = frame_of(held, memory, threads)
    source, market = _pair(frame, asked)
    with working("drawing what chance alone gives"):
        table = flows.table(flows.survey(frame, source, market, seed=seed))
    table.insert_column(0, _constant("source", source, table.height)).insert_column(1, _constant("market", market, table.height))
    if format_ != "table":
        write_frame(table, format_, out, "excess")
        return
    with screen(out) as console:
        _print_excess(console, table)


def _print_excess(console: Console, table: pl.DataFrame) -> None:
    from madein.core.countries import economy_label
    from madein.screening.wording import indicator_label

    if table.height:
        source, market = table.row(0)[:2]
        head = f"From {economy_label(source)} to {economy_label(market)}: percent of exports, what chance alone gives, and what is left"
        say(console, head, "bold")
        say(console, "country to tied firms: covered by imports of the same code, in the same quarter or one late", "dim")
    rows = []
    for r in table.iter_rows(named=True):
        if r["absent"]:
            rows.append((indicator_label(r["name"]), "", "", "", "", r["absent"]))
            continue
        share, null, excess, low, high = (f"{100 * r[c]:.1f}" for c in ("share", "null", "excess", "low", "high"))
        verdict = "beyond chance" if r["low"] > 0 else "within chance" if r["high"] >= 0 else "less than chance"
        rows.append((indicator_label(r["name"]), share, null, excess, f"{low} to {high}", verdict))
    grid(console, ("indicator", "seen", "by chance", "left", "95 % interval", ""), rows, ("seen", "by chance", "left"))
