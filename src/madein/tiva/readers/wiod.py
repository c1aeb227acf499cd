"""Workbooks of the World Input-Output Database, releases of 2013 and 2016, and the same grid saved as text.

A title stands in the first cells. Above the numbers stand four rows: code, description, economy and number of the column (c1, c2 ...);
to their left four columns: code, description, economy and number of the row (r1, r2 ...). Sums and margins have ``TOT`` for an economy.
The release of 2016 gives them codes (II_fob, TXSP, EXP_adj, PURR, PURNR, VA, IntTTM, GO; CONS_h, CONS_np, CONS_g, GFCF, INVEN), the
release of 2013 descriptions only. Value added, taxes, adjustments and margins make up what inputs leave of output.

Source: M. P. Timmer, E. Dietzenbacher, B. Los, R. Stehrer and G. J. de Vries, An Illustrated User Guide to the World Input-Output
Database, Review of International Economics 23 (2015), 575-605; the workbooks at rug.nl/ggdc/valuechain/wiod.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from madein.core.errors import Problem, Problems
from madein.core.grid import column_letters
from madein.core.icio import Floats
from madein.tiva.folding import rules
from madein.tiva.readers.matrix import Matrix

HEAD = 12
"""Rows in which the header is looked for."""
_BUYER, _SELLER = re.compile(r"c[0-9]{1,3}", re.IGNORECASE), re.compile(r"r[0-9]{1,3}", re.IGNORECASE)
_TOTAL = ("", "TOT")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Corner:
    """Where the numbers of rows and columns meet; flows begin below and to the right.

    Attributes
    ----------
    row, column : int
        Of the numbers c1, c2 ... and r1, r2 ...; three of each stand before: code, description, economy.
    """

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class About:
    """What the title and the labels tell.

    Attributes
    ----------
    unit, edition : str
        ``USD million``, ``WIOD, release of 2016``.
    years : tuple of int
        Years that the title names.
    notes : tuple of Problem
        Economies that are called by another code than in the file.
    """

    unit: str
    edition: str
    years: tuple[int, ...]
    notes: tuple[Problem, ...]


def corner(cells: Sequence[Sequence[str]]) -> Corner | None:
    """Find the corner in the first rows of a grid (one row under the header at least), or tell that the layout is another.

    Numbers alone are not taken for it: code, description and economy must stand before them, and every column and row that is numbered
    must name an economy.

    Examples
    --------
    >>> corner([["", "", "", "", "A", "A"], [""] * 6, ["", "", "", "", "VNM", "JPN"], ["", "", "", "", "c1", "c1"], ["A", "", "VNM", "r1", "1", "2"]])
    Corner(row=3, column=3)
    >>> corner([["", "c1", "c2"], ["r1", "1", "2"], ["r2", "3", "4"]])
    """
    for i, row in enumerate(cells[:HEAD]):
        numbered = [j for j, c in enumerate(row) if _BUYER.fullmatch(c.strip())]
        if i < 3 or not numbered or numbered[0] < 4:
            continue
        left = numbered[0] - 1
        # The first row under the numbers is numbered; so an economy called C01 is not taken for a number.
        below = [r for k, r in enumerate(cells[i + 1 :]) if len(r) > left and (r[left].strip() or not k)]
        economies = [cells[i - 1][j].strip() if j < len(cells[i - 1]) else "" for j in numbered]
        if below and all(_SELLER.fullmatch(r[left].strip()) and r[left - 1].strip() for r in below) and all(economies):
            return Corner(i, left)
    return None


def relabelled(
    at: Corner, top: Sequence[Sequence[str]], left: Sequence[Sequence[str]], body: Floats, source: str, sheet: str = ""
) -> tuple[Matrix, About]:
    """The grid as a matrix labelled ``economy|code``, margins by their codes.

    Parameters
    ----------
    at : Corner
        Of the whole grid.
    top : rows of the grid down to the numbers of columns
        Titles and header.
    left : rows under them, their first ``at.column + 1`` cells
        Labels of rows.
    body : array (rows, columns)
        NaN where a cell was empty.
    source, sheet : str
        The file, and the name of its sheet, which may hold the year.

    Raises
    ------
    BadInput
        Naming rows and columns that hold numbers and have no label.
    """
    count = body.shape[1]
    header = [[(row[j].strip() if j < len(row) else "") for j in range(at.column + 1, at.column + 1 + count)] for row in top[at.row - 3 : at.row]]
    columns = [_name(economy, code, words) for code, words, economy in zip(*header, strict=True)]
    rows = [_name(r[at.column - 1].strip(), r[at.column - 3].strip(), r[at.column - 2].strip()) if r[at.column].strip() else "" for r in left]
    # Rows and columns without a label are none if they are empty, such as notes below the table.
    by = [j for j, name in enumerate(columns) if name or not np.isnan(body[:, j]).all()]
    to = [i for i, name in enumerate(rows) if name or not np.isnan(body[i]).all()]
    found = Problems(f"{source} {sheet}".strip())
    for i in [i for i in to if not rows[i]]:
        found.error("a row of numbers has no label", f"row {at.row + 2 + i}", fix="name its code, economy and number, or empty it")
    for j in [j for j in by if not columns[j]]:
        found.error(
            "a column of numbers has no label", f"column {column_letters(at.column + 1 + j)}", fix="name its code, economy and number, or empty it"
        )
    found.raise_errors()
    cells = body if len(to) == body.shape[0] and len(by) == count else body[np.ix_(to, by)]
    whole = Matrix(tuple(rows[i] for i in to), tuple(columns[j] for j in by), cells, source)
    held = {r[at.column - 1].strip() for r in left} | set(header[2])
    renamed = [Problem(f"economy {old} is called {new}", source, "the code it has now", severity="warning")
               for old, new in rules()["wiod"]["renamed"].items() if old in held]  # fmt: skip
    return whole, _about(at, top, left, header[0], sheet, tuple(renamed))


def _name(economy: str, code: str, words: str) -> str:
    words = " ".join(words.split())
    code = code or rules()["wiod"]["described"].get(words.lower(), words)
    economy = rules()["wiod"]["renamed"].get(economy, economy)
    return code if economy in _TOTAL or not code else f"{economy}|{code}"


def _about(
    at: Corner, top: Sequence[Sequence[str]], left: Sequence[Sequence[str]], codes: Sequence[str], sheet: str, notes: tuple[Problem, ...]
) -> About:
    title = [c.strip() for row in top for c in row[: at.column + 1] if c.strip()]
    told = " ".join(title).lower()
    unit = next((unit for words, unit in rules()["wiod"]["units"].items() if words in told), "")
    # Codes of margins came with the release of 2016.
    sums = any(r[at.column - 3].strip().upper() == "VA" for r in left) or "GFCF" in [c.upper() for c in codes]
    edition = f"WIOD, release of {2016 if sums else 2013}" + (", prices of the year before" if "previous year" in told else "")
    return About(unit, edition, tuple(sorted({int(y) for text in (sheet, *title) for y in _YEAR.findall(text)})), notes)
