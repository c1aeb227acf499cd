"""The step ``indices``: monthly series read, levels and growth computed, each number with its interval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from madein.core.countries import economy
from madein.core.errors import MadeinError
from madein.core.measures import measures
from madein.core.step import Inputs, Result
from madein.core.units import parse_unit

ROLES = {"series": "source"}
ENGINES = ("polars", "numpy", "python-calamine")


class SeriesConfig(BaseModel):
    """What one label in the files means."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    key: str = Field("", description="short name in tables; made from the label if empty", pattern=r"^[a-z0-9_]*$")
    label: str = Field("", description="name for readers; the label in the file if empty")
    measure: str = Field("", description="key of core/measures.yaml; found from the label if empty")
    economy: str = Field("", description="country or group, any spelling")
    industry: str = Field("", description="section, division or class of ISIC")
    product: str = Field("", description="what is counted, where it is a product")
    partner: str = Field("", description="country or group at the other end of a flow")
    place: str = Field("", description="province, port or site")
    series: str = Field("", description="what tells it from another series of the same measure, such as 'first print'")
    unit: str = Field("", description="as printed: million USD, index (2015=100), triệu USD")
    comparison: Literal["", "mom", "yoy", "ytd_yoy"] = Field("", description="set where the numbers are themselves growth rates, in percent")
    vintage: str = Field("", description="order of this print among the prints of one series, the later the higher; empty for the one in force")
    over_time: Literal["", "sum", "mean", "none"] = Field("", description="how months make a year to date; the measure's if empty")

    @field_validator("economy", "partner")
    @classmethod
    def _known_economy(cls, name: str) -> str:
        return plain_fault(economy, name)

    @field_validator("measure")
    @classmethod
    def _known_measure(cls, key: str) -> str:
        if key and key not in measures():
            raise ValueError(f"no measure is called {key!r}; use one of: {', '.join(measures())}")
        return key

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, text: str) -> str:
        if text:
            parse_unit(text)
        return text


def plain_fault(read: Callable[[str], str], name: str) -> str:
    """Apply a reader of names; its complaint becomes one of the option, told with the line of study.yaml."""
    try:
        return name and read(name)
    except MadeinError as fault:
        p = fault.problems[0]
        raise ValueError(f"{p.what}; {p.fix}") from None


class Config(BaseModel):
    """How the files of this step are read."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    every: SeriesConfig = Field(default_factory=SeriesConfig, description="what holds for every series that does not say otherwise")
    series: dict[str, SeriesConfig] = Field(default_factory=dict, description="by label in the files, in the order of the report")
    headline: str = Field("", description="key of the series the chapter opens with; the first if empty")
    note: str = Field("", description="what a reader must know of these series; printed in the chapter")
    decimal: Literal["", ".", ","] = Field("", description="decimal mark of numbers printed as text; found if empty")
    encoding: str = Field("", description="encoding of text files; UTF-8 if empty")
    delimiter: str = Field("", description="delimiter of text files; found if empty", max_length=1)
    frequency: Literal["month", "quarter", "year"] = Field("month", description="what an observation covers, in every file of the step")
    sheet: str = Field("", description="worksheet to read; every one that holds months if empty")
    certify: int = Field(13, description="latest months of each series whose numbers become figures", ge=1, le=600)


def run(config: Config, inputs: Inputs) -> Result:
    """Read the series of the role ``series`` and compute levels, growth, gaps, figures and the chapter.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "exports.csv"
    >>> _ = file.write_text("period,exports\\n2023-01,100\\n2024-01,108\\n")
    >>> source = Source("exports.csv", file, "")
    >>> config = Config(every={"unit": "million USD", "economy": "Viet Nam"})
    >>> result = run(config, Inputs({"series": (source,)}))
    >>> [f"{f.id}: {f.value:g} {f.unit}" for f in result.figures if f.value][:2]
    ['exports/economy=VNM/period=2023-01: 1e+08 USD', 'exports/economy=VNM/period=2024-01: 1.08e+08 USD']
    """
    from madein.indices import chapter

    return chapter.run(config, inputs)
