"""What ``madein origin`` prints: answers with their explanation, tables, pages, regimes and rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from madein.cli.articles import write_text
from madein.cli.grids import counted, grid, more, say, screen, working, write_frame
from madein.core.documents import printable

if TYPE_CHECKING:
    from rich.console import Console

    from madein.origin.assessment import Assessment
    from madein.origin.batch import Catalogue
    from madein.origin.read import BillFile
    from madein.study.finished import FinishedStudy

Found = Sequence[tuple["BillFile", tuple["Assessment", ...]]]

CATALOGUE = 60
"""Decisions on a catalogue that a terminal is shown; files hold all."""

_STYLES = {"yes": "bold green", "no": "bold red", "open": "bold yellow"}


def write_found(found: Found, format_: str, out: Path | None) -> None:
    """Answers in the form asked for."""
    if format_ == "json":
        from madein.origin.report import record

        records = [{"product": read.bill.product.name, "file": printable(read.bill.label), **record(a)} for read, told in found for a in told]
        write_text(json.dumps(records, ensure_ascii=False, indent=1, default=str) + "\n", out)
    elif format_ in ("csv", "xlsx"):
        write_frame(_frame(found), "csv" if format_ == "csv" else "xlsx", out, "decisions")
    else:
        with screen(out) as console:
            if format_ == "text":
                _print_explained(console, found)
            else:
                columns = ("product", "market", "regime", "verdict", "share", "limit", "margin", "proof", "open")
                rows = [[f"{c:.2f}" if isinstance(c, float) else c for c in row] for row in _frame(found).select(columns).iter_rows()]
                grid(console, columns, rows, ("share", "limit", "margin", "open"))
                say(console, "Shares and limits in percent, margins in points. --format text explains each answer.", "dim")


def _frame(found: Found) -> Any:
    from madein.origin.chapter import Case
    from madein.origin.chapter.tables import tables_of

    cases = [Case(read.bill.product.name or read.bill.label, read.bill, read.bill.label, {}, told) for read, told in found]
    return tables_of(cases)["decisions"].frame


def _print_explained(console: Console, found: Found) -> None:
    from madein.core.countries import economy_label
    from madein.origin.chapter.tables import answer, proof_text
    from madein.origin.duty import lines as duty_lines
    from madein.origin.explain import line_text

    for n, (read, told) in enumerate(found):
        product = read.bill.product
        say(console, ("\n" if n else "") + f"{product.name or read.bill.label} (HS {product.hs}, made in {economy_label(product.country)})", "bold")
        for a in told:
            word = answer(a)
            where = f"{economy_label(a.destination)}{', ' + a.name if a.name else ''}"
            say(console, "")
            say(console, f"{where}: {word}", _STYLES.get(word, "bold"))
            if a.tree is None:
                say(console, "no agreement between the two countries is held", indent=2)
                continue
            for depth, node in _deep(a.tree):
                say(console, f"{node.word:<4} {line_text(node)}", indent=2 + 2 * depth)
            if proof := proof_text(a):
                say(console, f"proof: {proof}", indent=2)
            if a.duty is not None:
                for line in duty_lines(a.duty):
                    say(console, line, "dim" if line.startswith((" ", "note")) else "", 2)
            if a.fixes is not None:
                _print_mends(console, a)
            for question in a.questions[:8]:
                whom = question.supplier or "the maker of the product"
                say(console, f"? {question.text} (ask {whom})", "yellow", 2)
    say(console, "")
    say(console, "This decides and explains; it issues no certificate. " + _held(found), "dim")


def _print_mends(console: Console, found: Assessment) -> None:
    """The cheapest changes, or what each way to meet the rule falls short by."""
    if found.fixes is None:
        return
    currency = found.bill.product.currency
    for fix in found.fixes.best:
        paid = f"{float(fix.cost):,.2f} {currency} per unit" + (f" and {float(fix.fixed):,.0f} {currency} once" if fix.fixed else "")
        even = f"; pays from {fix.break_even:,} units" if fix.break_even else ""
        say(console, f"would make it a yes: {'; '.join(fix.ids)} ({paid}{even})", "green", 2)
    for blocked in found.fixes.blocked:
        say(console, f"no change of sourcing mends this: {blocked}", indent=2)
    if not found.fixes.best:
        for branch in found.fixes.branches:
            lines = f"; lines {', '.join(branch.lines)} would close it" if branch.lines else ""
            for gap in branch.gaps[:2]:
                say(console, f"to be met: {gap}{lines}", indent=2)


def _deep(tree: Any) -> Iterator[tuple[int, Any]]:
    todo = [(0, tree)]
    while todo:
        depth, node = todo.pop()
        yield depth, node
        todo.extend((depth + 1, child) for child in reversed(node.children))


def _held(found: Found) -> str:
    days = {a.name: a.regime.law_held_as_of for _, told in found for a in told if a.regime}
    return "Law held as of: " + ", ".join(f"{name} {day}" for name, day in days.items()) + "." if days else ""


def write_page(files: Mapping[str, Sequence[Path]], options: Mapping[str, Any], out: Path) -> None:
    """One self-contained page with the matrix, the explanations and the certificates of every figure."""
    from madein.report.html import render
    from madein.study.pages import with_step

    pages: list[str] = []

    def finish(study: FinishedStudy) -> None:
        pages.append(render(study))

    products = files["products"]
    title = products[0].stem.replace("_", " ").replace("-", " ") if len(products) == 1 else f"Origin of {counted(len(products), 'product')}"
    with working("drawing the page"):
        with_step("origin", files, options, title, finish)
    write_text(pages[0], out)
    write_text(f"Open {printable(str(out))}\n", None)


def write_catalogue(found: Catalogue, format_: Literal["table", "csv", "json", "parquet", "xlsx"], out: Path | None) -> bool:
    """Decisions on a catalogue, and what could not be read of it; False where bills were refused."""
    import polars as pl

    from madein.cli.show import print_problems

    frame = found.decisions.with_columns(pl.col("verdict").replace({"unknown": "open"}), pl.col("margin").round(6))
    if format_ == "table":
        with screen(out) as console:
            rows = [["" if c is None else f"{c:.2f}" if isinstance(c, float) else c for c in row] for row in frame.head(CATALOGUE).iter_rows()]
            grid(console, frame.columns, rows, ("margin",))
            more(console, frame.height - CATALOGUE)
            say(console, "")
            counts = frame.group_by("destination", "regime", maintain_order=True).agg(
                *(pl.col("verdict").eq(v).sum().alias(v) for v in ("yes", "no", "open")), pl.col("verdict").is_null().sum().alias("refused")
            )
            grid(console, counts.columns, [[str(c) for c in row] for row in counts.iter_rows()], ("yes", "no", "open", "refused"))
            say(console, "Margins in percentage points to the nearest deciding limit of value, negative beyond it.", "dim")
    else:
        write_frame(frame, format_, out, "decisions")
    print_problems(found.problems)
    return not found.refused


def print_regimes() -> None:
    """Regimes held, one a row."""
    from madein.origin.regimes import load_regime, regimes

    rows = []
    for name in regimes():
        regime = load_regime(name)
        checked = sum(rule.verified for rule in regime.rules)
        rows.append((name, regime.title, " ".join(sorted(regime.parties)), f"{len(regime.rules):,}", f"{checked:,}", f"HS {regime.edition}",
                     str(regime.law_held_as_of)))  # fmt: skip
    with screen(None) as console:
        grid(console, ("regime", "title", "parties", "rules", "checked", "written in", "law held as of"), rows, ("rules", "checked"))
        say(console, "A rule that was not checked against its text never gives yes.", "dim")


def print_rules(code: str, names: Sequence[str], edition: str, on: date | None) -> None:
    """Rules of a code under each regime, as trees of words."""
    from madein.origin.editions import describe, images
    from madein.origin.hs import parse_hs
    from madein.origin.regimes import load_regime, regimes
    from madein.origin.wording import in_words

    digits = parse_hs(code, edition, "code").digits
    with screen(None) as console:
        say(console, f"HS {edition} {digits} {describe(digits)}".rstrip(), "bold")
        for name in [n.upper() for n in names] or [r for r in regimes() if r != "US"]:
            regime = load_regime(name)
            codes = images(digits, edition, regime.edition) if edition and edition != regime.edition else (digits,)
            say(console, "")
            say(console, f"{name}: {regime.title}", "bold")
            rules = {rule.id: rule for image in codes for rule in regime.rules_for(image, on)}
            if codes != (digits,):
                say(console, f"in HS {regime.edition}: {', '.join(codes[:12])}{' ...' if len(codes) > 12 else ''}", indent=2)
            if not rules:
                say(console, "no rule is held for this code", indent=2)
            for rule in rules.values():
                which = f" - {rule.ex}" if rule.ex else ""
                say(console, f"{rule.id}{which} [{rule.article}]{'' if rule.verified else ' (recalled, not checked: never gives yes)'}", indent=2)
                for depth, node in _deep(in_words(rule)):
                    say(console, node.label, indent=4 + 2 * depth)
