"""The step ``diffusion``: diffusion indices of the answers of firms with their errors, and composites such as the PMI."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from madein.core.step import Inputs, Result

ROLES = {"answers": "source"}
ENGINES = ("polars", "numpy", "python-calamine")


class Config(BaseModel):
    """What the files hold, and which composite is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    economy: str = Field("", description="country or group, any spelling")
    scheme: Literal["", "sp_global", "ism"] = Field("", description="composite to make; none if empty")
    measure: str = Field("pmi", description="key of core/measures.yaml of the composite")
    label: str = Field("", description="name of the composite for readers; the scheme's if empty")
    labels: dict[str, str] = Field(default_factory=dict, description="names for readers by question or component")
    strata: dict[str, float] = Field(default_factory=dict, description="known weight of each stratum; the sizes of those who answered if empty")
    population: dict[str, int] = Field(default_factory=dict, description="firms in each stratum, for the error")
    level: float = Field(0.95, description="confidence of the bounds", gt=0, lt=1)
    half: float | None = Field(None, description="half a unit of the last digit of component indices; as printed if empty", ge=0)
    certify: int = Field(3, description="latest months whose numbers become figures", ge=1, le=600)
    shown: int = Field(36, description="latest months in the chart", ge=2, le=1200)
    note: str = Field("", description="what a reader must know of this survey; printed in the chapter")

    @field_validator("economy")
    @classmethod
    def _known_economy(cls, name: str) -> str:
        from madein.core.countries import economy
        from madein.indices.step import plain_fault

        return plain_fault(economy, name)

    @field_validator("measure")
    @classmethod
    def _known_measure(cls, key: str) -> str:
        from madein.core.measures import measures

        if key not in measures() or measures()[key].unit not in ("index_point", "any"):
            known = ", ".join(k for k, m in measures().items() if m.unit in ("index_point", "any"))
            raise ValueError(f"{key!r} is no measure in index points; use one of: {known}")
        return key


def run(config: Config, inputs: Inputs) -> Result:
    """Make diffusion indices of the role ``answers``: answers of firms, or component indices by month.

    Raises
    ------
    BadInput
        With every row that cannot stand; see `madein.indices.diffusion.survey_index`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "answers.csv"
    >>> _ = file.write_text("firm,month,answer\\nA,2024-01,up\\nB,2024-01,same\\nC,2024-01,same\\nD,2024-01,down\\n")
    >>> result = run(Config(economy="VNM"), Inputs({"answers": (Source("answers.csv", file, ""),)}))
    >>> result.tables["index"].frame.select("question", "period", "value", "answers").rows()
    [('all', '2024-01', 50.0, 4)]
    """
    from madein.indices import diffusion_chapter

    return diffusion_chapter.run(config, inputs)
