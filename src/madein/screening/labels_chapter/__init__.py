"""The chapter of the step ``labels``: columns that carry the label first, then skill, revenue, calibration, what is new, and a queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.core.step import Inputs, Ref, Result, Source, row_at

if TYPE_CHECKING:
    from madein.screening.labelled import Labelled
    from madein.screening.labels_step import Config


@dataclass(frozen=True, eq=False)
class Case:
    """What the chapter is written from.

    Attributes
    ----------
    result : Labelled
    declarations : tuple of Source
        Files of declarations, in the order in which their rows were put one below the other.
    roles : Source
    starts : tuple of int
        Rows that lie before the first of each file.
    period : Period
        Days of the test part.
    money : str
        Unit of what is at stake: a currency or ``number``.
    scenario : str
        See the settings.
    """

    result: Labelled
    declarations: tuple[Source, ...]
    roles: Source
    starts: tuple[int, ...]
    period: Period
    money: str
    scenario: str = ""

    def dims(self, **more: str) -> dict[str, str]:
        """Dimensions of a figure."""
        return more | ({"scenario": self.scenario} if self.scenario else {})

    def tested(self, **more: str) -> dict[str, str]:
        """Dimensions of a figure that was measured on the test part."""
        return self.dims(**more, period=str(self.period))

    def refs(self) -> list[str]:
        """References of a row that rests on all the data."""
        return [str(Ref(f"source:{s.id}")) for s in (*self.declarations, self.roles)]

    def line_ref(self, name: str, row: int) -> str:
        """Reference to a declaration: by its own name where a column holds one, else by its number among the rows of its file."""
        at = max(i for i, start in enumerate(self.starts) if start < row)
        key = {self.result.roles.id: name} if self.result.roles.id else {"row": str(row - self.starts[at])}
        return str(Ref(f"source:{self.declarations[at].id}", row_at(key)))


def write(config: Config, inputs: Inputs) -> Result:
    """See `madein.screening.labels_step.run`."""
    from madein.screening.labels_chapter.blocks import blocks
    from madein.screening.labels_chapter.figures import figures_of
    from madein.screening.labels_chapter.tables import tables_of

    case = _case(config, inputs)
    tables = tables_of(case, config)
    figures = figures_of(case, tables, config)
    return Result(tables, tuple(figures), tuple(blocks(case, tables, figures, config)), case.result.notes)


def _case(config: Config, inputs: Inputs) -> Case:
    from madein.screening.labelled import Split, load_roles, train

    files, roles = inputs.sources.get("declarations", ()), inputs.sources.get("roles", ())
    if not files:
        raise MadeinError("no file is given", "role declarations", fix="name the table with results of inspections")
    if len(roles) != 1:
        raise MadeinError(f"{len(roles)} files are given" if roles else "no file is given", "role roles",
                          "what the columns are is not guessed", "give one, as 'madein screening roles' writes it")  # fmt: skip
    split = Split(config.valid_from, config.test_from) if config.valid_from and config.test_from else None
    held = load_roles(roles[0].path)
    result = train([s.path for s in files], held, split=split, seed=config.seed, threads=config.threads)
    test = next(r for r in result.parts.iter_rows(named=True) if r["part"] == "test")
    return Case(result, files, roles[0], _starts(files), Period(test["first"], test["last"]), config.currency or "number", config.scenario)


def _starts(files: tuple[Source, ...]) -> tuple[int, ...]:
    """Rows before the first of each file."""
    from madein.screening.doors.reading import blocks

    starts = [0]
    for source in files[:-1]:
        starts.append(starts[-1] + sum(b.height for b in blocks(source.path)))
    return tuple(starts)
