"""One economy's exports in value added: how much is its own, whose the rest is, where it is finally used, on whom it leans.

Content is all content: value that crosses the economy's border twice counts twice, as in the OECD's EXGR_DVA. What is counted once
(DVA of Borin and Mancini's source approach) stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.countries import find_economy
from madein.core.errors import MadeinError
from madein.core.icio import Floats
from madein.tiva.cubes import cube
from madein.tiva.dependence import Concentration, concentration
from madein.tiva.factored import Factored
from madein.tiva.result import Level

if TYPE_CHECKING:
    import polars as pl

TOTAL = "total"
"""What tables call all industries together."""

TAXES = "product taxes"
"""What tables call the part of exports that is neither value added nor input, where value added is the stated one."""

REST = ("ROW", "RoW", "WXD")
"""Labels that stand for many economies, which no ranking names."""

METHODS = {
    "residual": "value added is output less inputs; taxes on products are part of it",
    "stated": "value added is the one that the table states; what columns hold beside it are taxes on products",
}
"""What each choice of value added means."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Exports of one economy taken apart. Make one with `profile`.

    Attributes
    ----------
    factored : Factored
        The table.
    economy : str
        Whose exports.
    industries : tuple of str
        Exporting industries, k of them, in the order of the table.
    exports, domestic, once, foreign, taxes : arrays (k,)
        Gross exports; own value in them; own value counted once; value of others; taxes on products. In the table's unit.
    origins : array (R, k)
        Value added of each economy in them.
    uses : array (k, R)
        Own value in them by the economy whose final demand uses it.
    other_share : float or None
        Domestic share with the other choice of value added, where the table states one of its own.
    """

    factored: Factored
    economy: str
    industries: tuple[str, ...]
    exports: Floats
    domestic: Floats
    once: Floats
    foreign: Floats
    taxes: Floats
    origins: Floats
    uses: Floats
    other_share: float | None

    @property
    def share(self) -> float:
        """Domestic share of all these exports."""
        return float(self.domestic.sum() / self.exports.sum())

    def shares(self) -> pl.DataFrame:
        """Industry, exports, domestic, once, foreign, taxes and ``share`` (domestic in exports; null without exports); the total last."""
        import polars as pl

        columns = {name: [*getattr(self, name), getattr(self, name).sum()] for name in ("exports", "domestic", "once", "foreign", "taxes")}
        share = pl.when(pl.col("exports") > 0).then(pl.col("domestic") / pl.col("exports"))
        return pl.DataFrame({"industry": [*self.industries, TOTAL], **columns}).with_columns(share=share)

    def whose(self) -> pl.DataFrame:
        """Industry (or total), origin, value, share of the exports: the economy itself, all others, and taxes where they stand apart."""
        names = list(self.factored.names)
        cells = self.origins
        if self.factored.rest is not None:
            names, cells = [*names, TAXES], np.vstack([cells, self.taxes])
        return _long(self.industries, names, cells.T, "origin", self.exports)

    def used(self) -> pl.DataFrame:
        """Industry (or total), destination, own value that is finally used there, and its share of the own value."""
        return _long(self.industries, self.factored.names, self.uses, "destination", self.domestic)

    def suppliers(self, count: int = 2) -> pl.DataFrame:
        """Who stands behind each industry's exports from abroad: the largest `count`, and the Herfindahl-Hirschman index with bounds.

        Columns industry, foreign (share of the exports), ``supplier_1``, ``share_1`` ... (share of the foreign value), hhi_low, hhi_high.
        """
        import polars as pl

        rows = []
        whole = np.append(self.foreign, self.foreign.sum())
        total = np.append(self.exports, self.exports.sum())
        values = np.column_stack([self.origins, self.origins.sum(1)]).T
        home = self.factored.index(self.economy)
        values[:, home] = 0.0
        found: list[Concentration] = concentration(self.factored, values, REST, home=self.economy)
        for name, row, foreign, exports, told in zip((*self.industries, TOTAL), values, whole, total, found, strict=True):
            held: dict[str, str | float | None] = {"industry": name, "foreign": float(foreign / exports) if exports > 0 else None}
            named = [r for r in np.argsort(-row, kind="stable") if r != home and self.factored.names[r] not in REST]
            for k, r in enumerate(named[:count], 1):
                some = foreign > 0
                held |= {f"supplier_{k}": self.factored.names[r] if some else None, f"share_{k}": float(row[r] / foreign) if some else None}
            rows.append({**held, "hhi_low": told.named, "hhi_high": told.upper})
        return pl.DataFrame(rows)


def _long(industries: Sequence[str], names: Sequence[str], cells: Floats, what: str, whole: Floats) -> pl.DataFrame:
    """Cells (k, names) as rows, the total last; shares of `whole` (k,)."""
    import polars as pl

    cells, whole = np.vstack([cells, cells.sum(0)]), np.append(whole, whole.sum())
    rows = len(industries) + 1
    frame = pl.DataFrame({
        "industry": np.repeat([*industries, TOTAL], len(names)), what: list(names) * rows, "value": cells.reshape(-1),
        "whole": np.repeat(whole, len(names)),
    })  # fmt: skip
    return frame.with_columns(share=pl.when(pl.col("whole") != 0).then(pl.col("value") / pl.col("whole"))).drop("whole")


def economy_of(f: Factored, text: str) -> str:
    """The name of an economy or group of the table, from its label or any common spelling of the country.

    Raises
    ------
    MadeinError
        If the table holds none of that name.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    >>> economy_of(Factored(t), "Viet Nam")
    'VNM'
    """
    code = find_economy(text)
    if text in f.names or code not in f.names:
        return f.names[f.index(text)]
    return str(code)


def profile(f: Factored, economy: str, industries: Sequence[str] = (), partners: Sequence[str] = ()) -> Profile:
    """Take the exports of an economy apart.

    Parameters
    ----------
    f : Factored
        The table; its choice of value added is the one that is traced.
    economy : str
        Economy or group, by label or any common spelling.
    industries, partners : sequences of str
        Exports of these industries, to these partners, only; all if empty.

    Raises
    ------
    MadeinError
        If the table does not hold an economy or industry, or nothing is exported.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    >>> p = profile(Factored(t), "VNM")
    >>> round(p.share, 4), p.shares()["once"].round(4).to_list()
    (0.7447, [2.1, 2.1])
    """
    name = economy_of(f, economy)
    s, buyers = f.index(name), [economy_of(f, p) for p in partners]
    if name in buyers:
        raise MadeinError(f"{name} is no partner of itself", fix="name economies abroad")
    for industry in industries:
        if industry not in f.table.industries:
            raise MadeinError(f"the table holds no industry {industry!r}", f.table.source, fix="name one of: " + ", ".join(f.table.industries[:100]))
    own = f.at(s)
    kept = tuple(i for i in f.table.industries if not industries or i in industries)
    # Members of a group make the same products; their exports are added up.
    join = np.array([[float(r == i) for r in f.row_industry[own]] for i in kept])
    cells = f.exports[own]
    e = (cells[:, [f.index(b) for b in buyers]] if buyers else cells).sum(1)
    exports = join @ e
    if not exports.sum() > 0:
        told = f" of {', '.join(industries)}" if industries else ""
        raise MadeinError(f"{name} exports nothing{told}" + (f" to {', '.join(buyers)}" if buyers else ""), f.table.source,
                          fix="ask for industries and partners with exports")  # fmt: skip
    origins = (f.vb[:, own] * e) @ join.T
    uses = join @ cube(f, name).total(over=("origin", "partner"), origins=[name], partners=buyers or None)
    return Profile(
        f, name, kept, exports, join @ (f.home[own] * e), join @ (f.vl[own] * e), join @ (f.abroad[own] * e), join @ (f.rest_content[own] * e),
        origins, uses, _other(f, own, e * join.sum(0)),
    )  # fmt: skip


def _other(f: Factored, own: slice, e: Floats) -> float | None:
    """Domestic share of exports e with the other choice of value added: one solve."""
    if "value added" not in f.table.stated or (f.rest is not None and not np.any(f.rest)):
        return None
    v = np.zeros((1, f.n))
    stated = f.table.value_added[f.rows] * f.xinv
    v[0, own] = (stated if f.rest is None else f.v + f.rest)[own]
    return float(f.solve_left(v)[0, own] @ e / e.sum())


def method_line(f: Factored) -> str:
    """How the figures of a table were made, in one line: value added, basis, edition, year, unit.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"], unit="USD million", year=2022, basis="estimated")
    >>> method_line(Factored(t))
    'value added is output less inputs; taxes on products are part of it; basis estimated, 2022, USD million'
    """
    t = f.table
    about = ", ".join(str(part) for part in (f"basis {t.basis}", t.edition, t.year, t.unit) if part not in ("", None))
    # Without a stated row the choice changes nothing.
    share = "residual" if "value added" not in t.stated else f.share
    return f"{METHODS[share]}; {about}"


def indicator_frame(f: Factored, level: Level, exporters: Sequence[str] | None = None) -> pl.DataFrame:
    """The OECD's indicators added up to a level, one column an indicator; PROD and VA only where partners are not told apart.

    Parameters
    ----------
    f : Factored
        The table.
    level : {"country", "sector", "bilateral", "bilateral-sector"}
        Of the cells.
    exporters : sequence of str, optional
        Economies or groups; all if left out.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    >>> indicator_frame(Factored(t), "country", ["VNM"]).select("exporter", "EXGR", "VA").rows()
    [('VNM', 3.0, 7.0)]
    """
    import polars as pl

    from madein.tiva.indicators import tiva

    held = tiva(f)
    by_row, by_partner = level in ("sector", "bilateral-sector"), level in ("bilateral", "bilateral-sector")
    chosen = range(len(f.names)) if exporters is None else [f.index(name) for name in exporters]
    parts = []
    for s in chosen:
        own, rows = f.at(s), range(f.at(s).start, f.at(s).stop)
        count = len(f.names) if by_partner else 1
        keys = {"exporter": [f.names[s]] * (count * (len(rows) if by_row else 1))}
        if by_row:
            keys |= {
                "economy": [f.row_economy[i] for i in rows for _ in range(count)],
                "industry": [f.row_industry[i] for i in rows for _ in range(count)],
            }
        if by_partner:
            keys["partner"] = list(f.names) * (len(rows) if by_row else 1)
        cells = {}
        for name, values in held.items():
            block = values[own]
            if by_partner and block.shape[1] == 1:
                continue
            block = block if by_row else block.sum(0, keepdims=True)
            cells[name] = (block if by_partner else block.sum(1)).reshape(-1)
        parts.append(pl.DataFrame({**keys, **cells}))
    return pl.concat(parts)
