"""One error tree and one record of bad input, so that every message names place, reason and mend."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

OK, FINDING, BAD_INPUT, INTERNAL = 0, 1, 2, 3
"""Exit codes of the command line: fine, a finding over the user's threshold, bad input, our fault."""

SHOWN = 20
"""How many problems a message prints; the rest stand in ``problems.csv``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input.

    Parameters
    ----------
    what : str
        What is wrong, in one clause.
    where : str
        File, row, column, key: whatever leads the reader to the place.
    why : str
        Why it cannot be used as it stands.
    fix : str
        What the reader can do about it.
    severity : {"error", "warning"}
        An error stops the run; a warning travels with the result into the report.

    Examples
    --------
    >>> print(Problem("text where a number should be", "iip.csv cell C14", "it reads 'n.a.x'", "empty the cell"))
    iip.csv cell C14: text where a number should be (it reads 'n.a.x'). Mend: empty the cell.
    """

    what: str
    where: str = ""
    why: str = ""
    fix: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        if self.why:
            head += f" ({self.why})"
        return f"{head}. Mend: {self.fix}." if self.fix else f"{head}."


class MadeinError(Exception):
    """Anything the user can mend: says what, where, why and how.

    Examples
    --------
    >>> raise MadeinError("no such step", where="study.yaml line 4", fix="name one of: iip, trade")
    Traceback (most recent call last):
    madein.core.errors.MadeinError: study.yaml line 4: no such step. Mend: name one of: iip, trade.
    """

    exit_code = BAD_INPUT

    def __init__(self, what: str, where: str = "", why: str = "", fix: str = "") -> None:
        self.problems: tuple[Problem, ...] = (Problem(what, where, why, fix),)
        super().__init__(str(self.problems[0]))

    def __reduce__(self) -> tuple[type[MadeinError], tuple[object, ...]]:
        # An exception is unpickled from its message unless told otherwise; a process pool hands errors back so.
        first = self.problems[0]
        return type(self), (first.what, first.where, first.why, first.fix)


class BadInput(MadeinError):
    """Several problems found in one pass over the input, none of them dropped."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(str(p) for p in self.problems[:SHOWN])
        rest = len(self.problems) - SHOWN
        Exception.__init__(self, shown + (f"\n... and {rest} more" if rest > 0 else ""))

    def __reduce__(self) -> tuple[type[MadeinError], tuple[object, ...]]:
        return type(self), (self.problems,)


class ContractBroken(MadeinError):
    """A step returned something the contract forbids: a fault of the step, not of the user."""

    exit_code = INTERNAL


class Problems:
    """Collects problems while reading, so that a reader reports all of them at once.

    Examples
    --------
    >>> found = Problems("trade.csv")
    >>> found.error("duplicate period", at="row 7", why="2024-03 stands in row 5 too", fix="keep one of the rows")
    >>> len(found.errors)
    1
    """

    def __init__(self, where: str = "") -> None:
        self._where = where
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def place(self, at: str = "") -> str:
        """Where something is, as messages say it."""
        return " ".join(part for part in (self._where, at) if part)

    def error(self, what: str, at: str = "", why: str = "", fix: str = "") -> None:
        """Note something that makes the input unusable."""
        self.errors.append(Problem(what, self.place(at), why, fix))

    def warn(self, what: str, at: str = "", why: str = "", fix: str = "") -> None:
        """Note something the reader of the result should know."""
        self.warnings.append(Problem(what, self.place(at), why, fix, "warning"))

    def raise_errors(self) -> None:
        """Raise `BadInput` with every error noted so far, if there is any."""
        if self.errors:
            raise BadInput(self.errors)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(text: str) -> str:
    """Text that a spreadsheet will not take for a formula.

    A leading ``= + - @`` (or its full-width twin), tab or line end gets an apostrophe before it, the mend that
    OWASP's note on CSV injection gives; plain numbers are left alone.

    Examples
    --------
    >>> neutral("=HYPERLINK(1)"), neutral("-6.8"), neutral("Hai Phong")
    ("'=HYPERLINK(1)", '-6.8', 'Hai Phong')
    """
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text if text[0] in "+-" else "'" + text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV text with ``\\n`` line ends, also inside cells, every text cell made harmless for spreadsheets.

    Examples
    --------
    >>> csv_text(["a", "b"], [[1, None], ["=1+1", "x"]])
    "a,b\\n1,\\n'=1+1,x\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_harmless(h) for h in header])
    for row in rows:
        writer.writerow([_harmless(c) if isinstance(c, str) else "" if c is None else c for c in row])
    return out.getvalue()


def _harmless(text: str) -> str:
    # The csv module leaves a lone carriage return unquoted, and spreadsheets begin a new row, perhaps a formula, after it.
    return neutral(text.replace("\r\n", "\n").replace("\r", "\n"))


def write_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Write every problem to a CSV file a spreadsheet opens without harm."""
    rows = [(p.severity, p.where, p.what, p.why, p.fix) for p in problems]
    path.write_text(csv_text(("severity", "where", "what", "why", "fix"), rows), encoding="utf-8")
