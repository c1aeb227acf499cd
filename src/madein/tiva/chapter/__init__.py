"""The chapter of the step ``tiva``: one economy's exports in value added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError, Problem
from madein.core.icio import IcioTable
from madein.core.step import BASES, Inputs, Result, Source, worst
from madein.core.units import parse_unit
from madein.tiva.account import Profile, profile
from madein.tiva.factored import Factored
from madein.tiva.names import Names, read_names

if TYPE_CHECKING:
    from madein.tiva.step import Config


@dataclass(frozen=True, eq=False)
class Case:
    """What the chapter is written from.

    Attributes
    ----------
    profile : Profile
        Exports of the newest table.
    source : str
        Id of its file.
    names : Names
        What labels are called.
    scale, unit : float, str
        What a figure of the table is in, scale words resolved: ``USD million`` is 1e6 and ``USD``.
    earlier : tuple of (Source, Profile)
        The other tables, oldest first.
    """

    profile: Profile
    source: str
    names: Names
    scale: float
    unit: str
    earlier: tuple[tuple[Source, Profile], ...] = ()

    @property
    def basis(self) -> str:
        """What figures rest on, given what the table says of itself."""
        told = self.profile.factored.table.basis
        return worst(["computed", told]) if told in BASES else "computed"

    @property
    def period(self) -> str:
        """The year as text, '' where the table tells none."""
        year = self.profile.factored.table.year
        return "" if year is None else str(year)

    @property
    def dims(self) -> dict[str, str]:
        """Dimensions that all figures of the chapter share."""
        return {"economy": self.profile.economy} | ({"period": self.period} if self.period else {})


def write(config: Config, inputs: Inputs) -> Result:
    """See `madein.tiva.step.run`."""
    from madein.tiva.chapter.blocks import blocks
    from madein.tiva.chapter.figures import figures_of
    from madein.tiva.chapter.tables import intervals_table, tables_of
    from madein.tiva.chapter.years import methods_table, years_table

    case = _case(config, inputs)
    tables = tables_of(case, config)
    if config.noise:
        tables["intervals"] = intervals_table(case, config)
    if years := years_table(case, inputs.sources.get("years", ()), config.series):
        tables["years"] = years
    if methods := methods_table(case, inputs.sources.get("methods", ())):
        tables["methods"] = methods
    figures = figures_of(case, tables, config)
    return Result(tables, tuple(figures), tuple(blocks(case, tables, figures, config)), tuple(_told(case)))


def _case(config: Config, inputs: Inputs) -> Case:
    from madein.tiva.readers import read_icio

    held: list[tuple[Source, Profile]] = []
    for source in inputs.sources.get("table", ()):
        table = read_icio(source.path)
        held.append((source, profile(Factored(table, config.groups, config.value_added), config.economy)))
    if not held:
        raise MadeinError("no inter-country table is given", "role table", fix="name one, such as table: icio.zip")
    held.sort(key=lambda one: (one[1].factored.table.year or 0, one[0].id))
    _one_a_year([p.factored.table for _, p in held])
    source, newest = held[-1]
    names = read_names(s.path for s in inputs.sources.get("names", ()))
    try:
        scale, unit = parse_unit(newest.factored.table.unit)
    except ValueError:
        scale, unit = 1.0, "number"
    return Case(newest, source.id, names, scale, unit, tuple(held[:-1]))


def _one_a_year(tables: list[IcioTable]) -> None:
    years = [t.year for t in tables]
    twice = sorted({str(y) for y in years if years.count(y) > 1})
    if len(tables) > 1 and twice:
        raise MadeinError(f"several tables are of {', '.join(twice)}", "role table", fix="give one table for each year")


def _told(case: Case) -> list[Problem]:
    """What the reader of the chapter should know of the table."""
    table = case.profile.factored.table
    out = list(table.notes)
    # Traced as taxes on products, a stated value added explains itself.
    gaps = [g for g in table.gaps() if case.profile.factored.rest is None or g.item != "value added"]
    if gaps:
        worst_gap = gaps[0]
        out.append(Problem(
            "figures that the table states miss what follows from its cells", f"{case.source} {worst_gap.label}",
            f"{len(gaps)} of them; the largest is {worst_gap.item}: stated {worst_gap.stated:,.6g}, found {worst_gap.found:,.6g}",
            "madein tiva check lists them; value_added: stated traces the stated one", "warning"))  # fmt: skip
    return out
