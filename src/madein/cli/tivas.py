"""What ``madein tiva`` reads and prints: tables with their method line, gaps and identities, records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from madein.cli.grids import grid, more, say, screen, working, write_frame
from madein.core.documents import printable
from madein.core.errors import MadeinError, Problem, Problems

if TYPE_CHECKING:
    import polars as pl

    from madein.cli.tiva import Format
    from madein.core.icio import IcioTable
    from madein.tiva import Factored, Localised, Profile

NOTABLE = 1e-3
"""Share of output by which a stated one may miss it in silence."""

MOST = 10
"""Lines of a ranking that a terminal is shown; other formats hold all."""


def listed(text: str) -> list[str]:
    """Parts of a text between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def read(path: Path, year: int | None, economies: Path | None) -> IcioTable:
    """The table of a file."""
    from madein.tiva import read_icio

    with working("reading the table"):
        held = read_icio(path, year=year, countries=economies)
    # Messages name the file that was given, not what the table says of its origin.
    return replace(held, source=printable(str(path)))


def factored(
    path: Path, year: int | None, value_added: Literal["residual", "stated"], groups: Sequence[str] | None, economies: Path | None
) -> Factored:
    """The table of a file, factored with what options ask for.

    Raises
    ------
    MadeinError
        If a group is no NAME=A,B, or the table states no value added to trace.
    """
    from madein.cli.show import print_problems
    from madein.tiva import Factored, economy_of

    table = read(path, year, economies)
    if value_added == "stated" and "value added" not in table.stated:
        raise MadeinError("the table states no value added", str(path), "only output less inputs is known", "leave --value-added out")
    plain = Factored(table) if groups else None
    chosen = {name: [economy_of(plain, m) for m in members] for name, members in grouped(groups).items()} if plain else {}
    print_problems((*table.notes, *_gaps(table, str(path))))
    return Factored(table, chosen, value_added)


def _gaps(table: IcioTable, path: str) -> list[Problem]:
    """A word on stated output that is not what the cells add up to; what rounding explains is left to ``check``."""
    held = [g for g in table.gaps(NOTABLE) if g.item == "output"]
    if not held:
        return []
    told = f"{len(held)} of them; the largest is stated {held[0].stated:,.6g}, found {held[0].found:,.6g}: what is found is taken"
    return [Problem("stated output misses what its row adds up to", f"{path} row {held[0].label}", told, "madein tiva check lists them", "warning")]


def grouped(groups: Sequence[str] | None) -> dict[str, list[str]]:
    """Groups as options write them, NAME=A,B.

    Raises
    ------
    MadeinError
        If one is none, or two have the same name.
    """
    chosen: dict[str, list[str]] = {}
    for text in groups or ():
        name, equals, members = (part.strip() for part in text.partition("="))
        if not equals or not name or not listed(members):
            raise MadeinError(f"{printable(text)!r} is no group", "--group", fix="write it as EU=AUT,BEL,BGR")
        if name in chosen:
            raise MadeinError(f"the group {printable(name)!r} is given twice", "--group", fix="name all its members at once")
        chosen[name] = listed(members)
    return chosen


def write_profile(p: Profile, format_: Format, out: Path | None) -> None:
    """A profile: four short tables with the method, or one frame of all figures."""
    from madein.tiva import method_line

    if format_ != "table":
        write_frame(profile_frame(p), format_, out, "tiva")
        return
    unit = p.factored.table.unit
    with screen(out) as console:
        say(console, f"{p.economy}: {100 * p.share:.1f} % of gross exports is its own value added", "bold")
        say(console, method_line(p.factored))
        if p.other_share is not None:
            what = "output less inputs (taxes on products inside)" if p.factored.rest is not None else "the value added that the table states"
            say(console, f"With {what} it would be {100 * p.other_share:.1f} %.")
        say(console, "")
        say(console, f"By exporting industry{f', {unit}' if unit else ''}; 'once' leaves out what crosses the border again", "bold")
        taxes = p.factored.rest is not None
        rows: list[tuple[str, ...]] = []
        for r in p.shares().iter_rows(named=True):
            cells = [amount_of(r[c]) for c in ("exports", "domestic", "once", "foreign", "taxes")]
            rows.append((r["industry"], *cells[:4], cells[4] if taxes else "", share_of(r["share"])))
        head = ("industry", "exports", "own", "once", "foreign", "taxes", "own share")
        grid(console, head, rows, head[1:])
        for title, frame, key in (("Whose value it is", p.whose(), "origin"), ("Where the own value is finally used", p.used(), "destination")):
            say(console, "")
            say(console, title, "bold")
            ranked = frame.filter(frame["industry"] == "total").sort("value", key, descending=[True, False])
            told = [(r[key], amount_of(r["value"]), share_of(r["share"])) for r in ranked.head(MOST).iter_rows(named=True)]
            grid(console, (key, "value", "share"), told, ("value", "share"))
            if ranked.height > MOST:
                say(console, f"and {ranked.height - MOST} more; --format csv writes all", "dim")
        say(console, "")
        say(console, "Who stands behind the value from abroad; HHI in points, a rest of the world as many or as one", "bold")
        titles = ("industry", "abroad", "first", "of it", "second", "of it ", "third", "of it  ", "HHI", "at most")
        behind = []
        for r in p.suppliers(3).iter_rows(named=True):
            named = [cell for k in (1, 2, 3) for cell in (r.get(f"supplier_{k}"), share_of(r.get(f"share_{k}")))]
            behind.append((r["industry"], share_of(r["foreign"]), *named, f"{r['hhi_low']:,.0f}", f"{r['hhi_high']:,.0f}"))
        grid(console, titles, behind, (titles[1], *titles[3::2], "HHI"))


def profile_frame(p: Profile) -> pl.DataFrame:
    """All figures of a profile as tidy rows: measure, industry, partner, value, unit, and the method."""
    import polars as pl

    from madein.tiva import method_line

    t = p.factored.table

    def part(frame: pl.DataFrame, column: str, measure: str, unit: str, key: str = "") -> pl.DataFrame:
        partner = pl.col(key) if key else pl.lit("")
        return frame.select(pl.lit(measure).alias("measure"), "industry", partner.alias("partner"),
                            (pl.col(column) * (100.0 if unit == "percent" else 1.0)).alias("value"), pl.lit(unit).alias("unit"))  # fmt: skip

    wide, behind, money = p.shares(), p.suppliers(), t.unit or "number"
    parts = [
        *(part(wide, c, c, money) for c in ("exports", "domestic", "once", "foreign", "taxes")), part(wide, "share", "share", "percent"),
        part(p.whose(), "value", "origin", money, "origin"), part(p.whose(), "share", "origin_share", "percent", "origin"),
        part(p.used(), "value", "final_use", money, "destination"), part(p.used(), "share", "final_use_share", "percent", "destination"),
        *(part(behind, c, c, "index_point") for c in ("hhi_low", "hhi_high")),
    ]  # fmt: skip
    return pl.concat(parts).select(
        pl.lit(p.economy).alias("economy"), pl.lit(t.year, pl.Int32).alias("year"), pl.all(), pl.lit(t.basis).alias("basis"),
        pl.lit(method_line(p.factored)).alias("method"),
    )  # fmt: skip


def decomposed(f: Factored, method: str, level: Any, perimeter: Any, approach: Any, economies: Sequence[str]) -> pl.DataFrame:
    """The cells of a decomposition.

    Raises
    ------
    MadeinError
        If the method has no such level.
    """
    import polars as pl

    from madein.tiva import borin_mancini, decompose_imports, economy_of, indicator_frame, koopman_wang_wei, third_country_frame, wang_wei_zhu

    chosen = [economy_of(f, name) for name in economies] or None
    with working("decomposing"):
        if method == "bm":
            return borin_mancini(f, level, perimeter, approach, chosen).frame()
        if method == "wwz":
            return wang_wei_zhu(f, level, chosen).frame()
        if method == "kww":
            if level != "country":
                raise MadeinError("KWW is valid for countries only", why="its terms mix the industries of a country", fix="ask for --level country")
            frame = koopman_wang_wei(f).frame()
            return frame if chosen is None else frame.filter(pl.col("exporter").cast(pl.String).is_in(chosen))
        if method == "oecd":
            return indicator_frame(f, level, chosen)
        if method == "third":
            return third_country_frame(f, level, chosen)
        held = decompose_imports(f, chosen, sectors=level == "sector")
        frames = {"country": held.country, "bilateral": held.bilateral, "sector": held.sectors}
        if level not in frames:
            raise MadeinError(f"imports are not decomposed by {level}", fix="ask for --level country, bilateral or sector")
        return frames[level]()


def write_cells(f: Factored, frame: pl.DataFrame, title: str, format_: Format, out: Path | None, most: int = 0) -> None:
    """Cells with labels and terms; the method first, where people read them, and the first `most` rows only unless that is 0."""
    import polars as pl

    from madein.tiva import method_line

    frame = frame.with_columns(pl.col(pl.Enum).cast(pl.String)) if any(isinstance(t, pl.Enum) for t in frame.dtypes) else frame
    if format_ != "table":
        write_frame(frame, format_, out, "tiva")
        return
    with screen(out) as console:
        say(console, title, "bold")
        say(console, method_line(f))
        numeric = [c for c, t in frame.schema.items() if t.is_numeric()]
        ratios = {"before", "after", "gain", "change", "share"}
        rows = [[("" if v is None else share_of(v) if c in ratios else amount_of(v)) if c in numeric else v for c, v in row.items()]
                for row in frame.head(most or frame.height).iter_rows(named=True)]  # fmt: skip
        grid(console, frame.columns, rows, numeric)
        more(console, frame.height - len(rows))


def write_localised(f: Factored, told: Localised, origins: Sequence[str], format_: Format, out: Path | None) -> None:
    """What an input's move home does to the share, and to whom."""
    frame = told.frame()
    if format_ != "table":
        write_frame(frame, format_, out, "tiva")
        return
    unit = f.table.unit
    title = (f"{told.economy}: {100 * told.share_before:.2f} % of exports is its own value, {100 * told.share_after:.2f} % if "
             f"{100 * told.part:g} % of {', '.join(told.products)} bought {_from(origins)} were made at home")  # fmt: skip
    write_cells(f, frame, f"{title}; {amount_of(told.moved)}{f' {unit}' if unit else ''} would move", "table", out)


def write_checks(f: Factored, format_: Format, out: Path | None) -> bool:
    """Gaps and identities; whether all identities hold."""
    import polars as pl

    from madein.tiva import check_across, check_table, method_line

    with working("checking the table"):
        checks = [*check_table(f), *(check_across(f) if len(f.names) > 1 else [])]
    gaps = f.table.gaps()
    rows: list[tuple[Any, ...]] = [("identity", c.name, c.where, c.miss, c.tolerance, c.holds) for c in checks]
    rows += [("stated", g.item, g.label, abs(g.size) / max(abs(g.stated), abs(g.found), 1e-300), None, None) for g in gaps]
    schema = {"kind": pl.String, "what": pl.String, "where": pl.String, "miss": pl.Float64, "tolerance": pl.Float64, "holds": pl.Boolean}
    frame = pl.DataFrame(rows, schema, orient="row")
    if format_ != "table":
        write_frame(frame, format_, out, "checks")
        return all(c.holds for c in checks)
    with screen(out) as console:
        say(console, f"{len(f.names)} economies, {len(f.table.industries)} industries, {f.n:,} rows", "bold")
        say(console, method_line(f))
        say(console, "")
        say(console, "Identities", "bold")
        told = [("holds" if c.holds else "BROKEN", c.name, f"{c.miss:.1e}", c.where) for c in checks]
        grid(console, ("", "identity", "missed by", "worst at"), told, ("missed by",))
        if gaps:
            say(console, "")
            say(console, f"Stated figures that miss what follows from the cells: {len(gaps):,}, the largest first", "bold")
            grid(console, ("where", "what", "stated", "found"), [(g.label, g.item, amount_of(g.stated), amount_of(g.found)) for g in gaps[:MOST]],
                 ("stated", "found"))  # fmt: skip
            say(console, "Value added that is stated without taxes on products misses output less inputs by those taxes.", "dim")
    return all(c.holds for c in checks)


def check_npz(out: Path) -> None:
    """A table is written as npz; told before anything is computed.

    Raises
    ------
    MadeinError
        If the file is called otherwise.
    """
    if out.suffix.lower() != ".npz":
        raise MadeinError("tables are written as npz", str(out), fix="name a file that ends in .npz")


def save(table: IcioTable, out: Path) -> None:
    """Write a table and say what it is."""
    from rich.console import Console

    from madein.cli.show import print_problems
    from madein.study.ledgers import writing

    with writing(out):
        table.save(out)
    print_problems(table.notes)
    console = Console(highlight=False, soft_wrap=True)
    say(console, f"{printable(str(out))}: {len(table.countries)} economies, {len(table.industries)} industries, {table.year}, basis {table.basis}")


def read_margins(path: Path) -> dict[str, dict[str, float]]:
    """New margins from a CSV table with the columns margin, label and value.

    Raises
    ------
    BadInput
        Columns that are missing, margins of no known kind, values that are no numbers, labels twice: each with its row.
    """
    import polars as pl

    kinds = {"output": "output", "value added": "value_added", "value_added": "value_added", "final": "final"}
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError("the file holds no margins", str(path), str(fault).splitlines()[0][:120], "give a CSV file") from fault
    found = Problems(str(path))
    for column in [c for c in ("margin", "label", "value") if c not in frame.columns]:
        found.error(f"column {column!r} is missing", fix="name the columns margin, label, value")
    found.raise_errors()
    out: dict[str, dict[str, float]] = {}
    for line, (margin, label, value) in enumerate(frame.select("margin", "label", "value").iter_rows(), 2):
        kind = kinds.get(str(margin).strip().lower())
        if kind is None:
            found.error(f"{margin!r} is no margin", f"row {line}", fix="write output, value added or final")
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            found.error("a value is no number", f"row {line}", f"it reads {value!r}", "give a number")
            continue
        if label in out.setdefault(kind, {}):
            found.error(f"{margin} of {label} stands twice", f"row {line}", fix="keep one")
        out[kind][label] = number
    found.raise_errors()
    return out


def print_names() -> None:
    """The OECD's names, their counterparts and traps."""
    from madein.tiva import side_by_side

    with screen(None) as console:
        rows = [[cell or "" for cell in row] for row in side_by_side().rows()]
        grid(console, ("TiVA", "what it is", "same as", "not to be taken for"), rows)


def amount_of(value: float) -> str:
    """A figure in the table's unit, to four digits or whole numbers."""
    return f"{value:,.0f}" if abs(value) >= 1000 or value == 0 else f"{value:,.4g}"


def _from(origins: Sequence[str]) -> str:
    return f"from {', '.join(origins)}" if origins else "abroad"


def share_of(value: float | None) -> str:
    """A share in percent; nothing for none."""
    return "" if value is None else f"{100 * value:.1f} %"
