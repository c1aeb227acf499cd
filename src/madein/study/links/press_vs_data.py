"""The step ``press_vs_data``: every statement of the articles held against the numbers of other steps."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import Inputs, Result

ROLES = {"facts": "table", "texts": "table", "figures": "tables"}
ENGINES = ("polars",)

STATES = ("agrees", "revised", "contradicts", "nothing")


class Config(BaseModel):
    """What the statements are held against."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    economy: str = Field("", description="country or group the articles speak of where they name none; the only one held if empty")


def run(config: Config, inputs: Inputs) -> Result:
    """Compare facts with figures; returns the table statements and the annotated articles."""
    from madein.core.countries import economy
    from madein.core.errors import MadeinError
    from madein.study.links import statements
    from madein.study.links.compare import compare, fact_from_row
    from madein.study.links.held import Holdings

    holdings = Holdings(inputs.many["figures"])
    chosen = economy(config.economy, "with.economy") if config.economy else ""
    named = sorted(e for e in holdings.economies if e)
    if not chosen and len(named) != 1:
        raise MadeinError("the figures are of several economies" if named else "the figures name no economy", "with.economy",
                          fix=f"set economy to one of: {', '.join(named)}" if named else "set economy in the step that reads them")  # fmt: skip
    compared = [compare(fact_from_row(row), holdings, chosen or named[0]) for row in inputs.tables["facts"].frame.iter_rows(named=True)]
    texts = dict(inputs.tables["texts"].frame.select("article", "text").iter_rows())
    return statements.result(compared, texts, inputs.table_names["facts"])
