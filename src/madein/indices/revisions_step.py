"""The step ``revisions``: every print of a number by the day of its release, and how later prints differ from the first."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import Inputs, Result
from madein.indices.step import SeriesConfig

ROLES = {"prints": "source"}
ENGINES = ("polars", "numpy")


class Config(BaseModel):
    """What the prints are prints of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: SeriesConfig = Field(default_factory=SeriesConfig, description="what holds for every series that does not say otherwise")
    series: dict[str, SeriesConfig] = Field(default_factory=dict, description="by name in the files, in the order of the report")
    headline: str = Field("", description="key of the series of the charts and findings; the first if empty")
    certify: int = Field(3, description="latest periods of the headline whose prints and revisions become figures", ge=1, le=600)
    shown: int = Field(36, description="latest periods in the fan of prints", ge=2, le=600)
    note: str = Field("", description="what a reader must know of these prints; printed in the chapter")


def run(config: Config, inputs: Inputs) -> Result:
    """Read prints (columns series, period, release, value; perhaps growth, unit, base, status) and write revisions and statistics.

    Raises
    ------
    BadInput
        With every row that cannot stand; see `madein.indices.vintages.VintageStore.of`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "prints.csv"
    >>> _ = file.write_text("series,period,growth,release,value,unit\\n"
    ...     "IIP,2024-06,yoy,2024-06-29,10.92,percent\\nIIP,2024-06,yoy,2024-07-29,12.36,percent\\n")
    >>> config = Config(every={"measure": "industrial_production", "economy": "VNM"})
    >>> result = run(config, Inputs({"prints": (Source("prints.csv", file, ""),)}))
    >>> result.tables["revisions"].frame.select("period", "first", "later", "revision").rows()
    [('2024-06', 10.92, 12.36, 1.44)]
    """
    from madein.indices import revisions_chapter

    return revisions_chapter.run(config, inputs)
