"""Exit codes, limits, and every message the source can give."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from reference.markdown import code, meanings, prose, table, title

EXIT_CODES = {
    "OK": "fine",
    "FINDING": "done, and something lies over the threshold you set, as in `madein diff --threshold`",
    "BAD_INPUT": "something in the files, the options or the command line that you can mend; `out/` stays as it was",
    "INTERNAL": "a fault of madein or of a step, not of your data; the lines printed say where it happened",
}
LIMITS = (
    ("madein.core.grid", "MAX_TEXT_BYTES", "bytes of one text file"),
    ("madein.core.grid", "MAX_COLUMNS", "columns of one text file"),
    ("madein.core.grid", "MAX_CELLS", "cells of one text file"),
    ("madein.core.grid", "MAX_EXCEL_BYTES", "bytes of one workbook"),
    ("madein.core.grid", "MAX_EXCEL_UNPACKED", "bytes of one workbook, unpacked"),
    ("madein.core.grid", "MAX_EXCEL_CELLS", "cells of one worksheet, empty ones between filled ones included"),
    ("madein.study.config", "MAX_BYTES", "bytes of a study.yaml"),
    ("madein.study.plan", "MAX_FILES", "files one pattern may match"),
    ("madein.core.step", "MAX_PARENTS", "parents of one figure"),
    ("madein.study.places", "MAX_BYTES", "bytes of a file of which `madein why` shows the place"),
)
CALLS = ("MadeinError", "Problem", "ContractBroken", "error", "warn")
"""Names of the calls that carry a message: what, where, why, fix."""


def page(package: Path) -> Iterator[str]:
    """The page ``errors.md``."""
    from madein.core import errors

    yield from title("Exit codes and messages")
    yield from title("Exit codes", 2)
    numbers = {n: v for n, v in vars(errors).items() if n.isupper() and isinstance(v, int) and n != "SHOWN"}
    codes = sorted(numbers, key=numbers.__getitem__)
    rows = meanings(codes, EXIT_CODES, "exit codes")
    yield from table(("code", "name", "meaning"), [(code(numbers[n]), n, x) for n, (_, x) in zip(codes, rows, strict=True)])
    yield from prose("""
        A command stopped with Ctrl-C ends with `130` and has changed nothing; only `madein press read --out FILE` keeps what it had read
        by then, article by article, in the file.
    """)
    yield from title("Messages", 2)
    yield from prose(f"""
        A message says where, what and why, and what you can do: its *mend*. An `error` stops the run. A `note` does not; it goes
        into the report and into `out/problems.csv`. At most {errors.SHOWN} errors, or five notes, are printed; if there are more, all of
        them are written to `problems.csv` in the folder you are in, with the columns `severity`, `where`, `what`, `why`
        and `fix`. In Python each is a `madein.core.errors.MadeinError` whose `problems` hold them all.
    """)
    yield from title("Limits", 2)
    yield from table(("at most", "of what"), [(f"{getattr(importlib.import_module(m), n):,}", text) for m, n, text in LIMITS])
    yield from title("All messages", 2)
    yield from prose("Where a message differs from case to case, `…` stands in its place.")
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        if found := list(dict.fromkeys(messages(tree))):
            yield from title(heading(tree, path), 3)
            yield from table(("", "message", "mend"), found)


def heading(tree: ast.Module, path: Path) -> str:
    """The first clause of a module's docstring."""
    doc = (ast.get_docstring(tree) or path.stem).split("\n\n")[0].replace("\n", " ")
    return tidy(re.split(r"[.:;]\s|\.$", doc)[0].replace("``", ""))


def messages(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """Severity, text and mend of every message a module can give."""
    for node in ast.walk(tree):
        severity, what, mend = "error", "", ""
        if isinstance(node, ast.Call) and called(node) in CALLS and node.args:
            named = {k.arg: k.value for k in node.keywords}
            what = words(node.args[0])
            mend = words(named.get("fix") or (node.args[3] if len(node.args) > 3 else None))
            mild = words(named.get("severity") or (node.args[4] if len(node.args) > 4 else None)) == "warning"
            severity = "note" if mild or called(node) == "warn" else "error"
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
            # core/check.py yields a fault and its mend.
            what, mend = (words(e) for e in node.value.elts)
            what = f"… {what}" if what.strip("… ") else ""
        # "table …: …" only passes on what another line of the source says.
        if len(what.replace("…", "").split()) > (mend.strip() == "…"):
            yield severity, tidy(what), tidy(mend)


def called(node: ast.Call) -> str:
    """The bare name of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""


def words(node: ast.AST | None) -> str:
    """The text of a literal, an f-string or a sum of them; what is computed becomes an ellipsis."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(words(v) for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return words(node.left) + words(node.right)
    if isinstance(node, ast.IfExp):
        return words(node.body) or words(node.orelse)
    return "" if node is None else "…"


def tidy(text: str) -> str:
    """Text on one line that Markdown leaves alone."""
    text = re.sub(r"…(?:[\s,]*…)+", "…", " ".join(text.split()))
    return re.sub(r"([*_<`\[\]{}])", r"\\\1", text)
