"""The chapter of the step ``origin``: which product can prove what on which market, and every answer's explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError, Problems
from madein.core.periods import Period
from madein.core.step import Inputs, Ref, Result, Source
from madein.origin.assessment import Assessment, Terms, assess
from madein.origin.duty import held, import_tariff
from madein.origin.fixes import Alternative, read_alternatives
from madein.origin.model import Bill, Line, exact
from madein.origin.places import line_places
from madein.origin.read import read_bill

if TYPE_CHECKING:
    from madein.origin.step import Config


@dataclass(frozen=True)
class Case:
    """One product: its name in tables, its bill, where its lines stand, and what was found on each market."""

    name: str
    bill: Bill
    source: str
    places: Mapping[str, str]
    found: tuple[Assessment, ...] = field(default=())

    def ref(self, line: Line) -> str:
        """Reference to the place of a line in its file."""
        return str(Ref(f"source:{self.source}", self.places.get(line.id, "")))

    @property
    def code_ref(self) -> str:
        """Reference to the place of the product's code, which rates of duty hang on."""
        return str(Ref(f"source:{self.source}", self.places.get("", "")))


def write(config: Config, inputs: Inputs) -> Result:
    """See `madein.origin.step.run`."""
    from madein.origin.chapter.blocks import blocks
    from madein.origin.chapter.duties import duties_table, duty_figures
    from madein.origin.chapter.mends import mends_table
    from madein.origin.chapter.tables import figures_of, tables_of

    on = day_of(config.on)
    problems = Problems()
    terms = _terms(config, inputs, problems)
    cases = list(_cases(config, inputs, on, terms, problems))
    problems.raise_errors()
    tables = {**tables_of(cases), "duties": duties_table(cases), "mends": mends_table(cases)}
    figures = [*figures_of(cases), *duty_figures(cases)]
    return Result(tables, tuple(figures), tuple(blocks(cases, tables, figures, config)), tuple(problems.warnings))


def day_of(text: str) -> date | None:
    """The first day of a period written as text; None for an empty one.

    Examples
    --------
    >>> day_of("2021-03"), day_of("")
    (datetime.date(2021, 3, 1), None)
    """
    return Period.parse(text).first if text else None


def _terms(config: Config, inputs: Inputs, problems: Problems) -> Terms:
    """Rates of the role ``rates``, which go before those of the package, and what a shipment costs."""
    tariffs = None
    for source in inputs.sources.get("rates", ()):
        try:
            read = import_tariff(source.path, label=source.id)
        except MadeinError as fault:
            problems.errors += [p for p in fault.problems if p.severity == "error"]
            continue
        problems.warnings += read.unread
        tariffs = read.tariffs if tariffs is None else tariffs.joined(read.tariffs)
    value, cost = (None if amount is None else exact(amount) for amount in (config.shipment_value, config.compliance_cost))
    return Terms(tariffs=tariffs.joined(held()) if tariffs else None, shipment_value=value, compliance_cost=cost)


def _cases(config: Config, inputs: Inputs, on: date | None, terms: Terms, problems: Problems) -> Iterator[Case]:
    taken: set[str] = set()
    for source in inputs.sources.get("products", ()):
        try:
            read = read_bill(source.path, edition=config.hs_edition, label=source.id)
            own = replace(terms, alternatives=_alternatives(inputs, source, config.hs_edition))
            found = assess(read.bill, config.to, on, config.regimes, own)
        except MadeinError as fault:
            problems.errors += [p for p in fault.problems if p.severity == "error"]
            continue
        problems.warnings += read.warnings
        yield Case(_name(read.bill, source.path.stem, taken), read.bill, source.id, line_places(source.path), found)


def _alternatives(inputs: Inputs, product: Source, edition: str) -> tuple[Alternative, ...]:
    """Alternatives of a product: a file of the role ``alternatives`` that is called as the file of the product."""
    files = [s for s in inputs.sources.get("alternatives", ()) if s.path.stem == product.path.stem]
    return tuple(one for s in files for one in read_alternatives(s.path, edition=edition, label=s.id))


def _name(bill: Bill, stem: str, taken: set[str]) -> str:
    """What tables call a product: its name, or its file's where two are alike."""
    plain = " ".join(bill.product.name.replace(",", ";").split()) or stem
    name = plain if plain not in taken else f"{plain} ({stem})"
    n = 1
    while name in taken:
        n += 1
        name = f"{plain} ({n})"
    taken.add(name)
    return name
