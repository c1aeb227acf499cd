"""The step ``tiva``: how much of an economy's exports is its own, whose the rest is, and where it is finally used."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import Inputs, Result

ROLES = {"table": "source", "years": "source", "methods": "source", "names": "source"}
ENGINES = ("numpy", "polars", "scipy", "threadpoolctl")


class Config(BaseModel):
    """Whose exports, and what the chapter shows of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    economy: str = Field(description="whose exports: a label of the table, or a country in any spelling", min_length=1)
    value_added: Literal["residual", "stated"] = Field(
        "residual", description="value added that is traced: output less inputs, or as the table states"
    )
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="economies that count as one: name and members")
    product: str = Field("", description="input whose move home is told in words; the one that adds most if empty")
    part: float = Field(1.0, description="share of the imported input that moves home", gt=0, le=1)
    show: int = Field(12, description="industries that charts show, the largest exporters first", ge=1, le=60)
    named: int = Field(4, description="economies that charts name, the largest first; the others are added up", ge=1, le=20)
    series: dict[str, str] = Field(default_factory=dict, description="names of the keys of the role years, the leading one first")
    noise: float = Field(
        0.1, description="standard deviation of each flow between industries, as a share of it, for the interval of the share; none if 0", ge=0, le=1
    )
    errors: Literal["cell", "row", "column", "pair"] = Field(
        "pair", description="what errs alike: nothing, sales of an industry, its purchases, or its purchases from one economy"
    )
    level: float = Field(0.9, description="how much of the distribution the interval holds", gt=0, lt=1)
    note: str = Field("", description="a remark on the data, printed in the chapter")


def run(config: Config, inputs: Inputs) -> Result:
    """Take apart the exports of an economy in the newest table of the role ``table``.

    Several tables, one a year, also give the share over the years; so do files of the role ``years``, shares in CSV or a panel in Parquet.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.icio import IcioTable
    >>> from madein.core.step import Source
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "t.npz"
    >>> IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"], unit="USD million", year=2022).save(file)
    >>> result = run(Config(economy="VNM"), Inputs({"table": (Source("t.npz", file, ""),)}))
    >>> [(f.id, round(f.value, 2)) for f in result.figures if f.measure == "domestic_share"][-1]
    ('domestic_share/economy=VNM/period=2022', 74.47)
    """
    from madein.tiva.chapter import write

    return write(config, inputs)
