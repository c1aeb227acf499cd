"""The step ``compile``: an index of industrial production compiled from reports of establishments, with what each industry adds."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from madein.core.step import Inputs, Result

ROLES = {"reports": "source", "weights": "source", "products": "source", "conversions": "source"}
ENGINES = ("polars", "numpy", "python-calamine")

Level = Literal["total", "section", "division", "class", "product"]


class Config(BaseModel):
    """How the index is compiled, and what of it is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    economy: str = Field("", description="country or group whose industry it is, any spelling")
    measure: str = Field("industrial_production", description="key of core/measures.yaml")
    label: str = Field("", description="name of the total for readers; the measure's if empty")
    industries: Literal["isic4", "vsic2018", "vsic2025"] = Field("isic4", description="classification of the reports")
    volumes: Literal["auto", "quantity", "deflation"] = Field("auto", description="what volumes are; quantities where there are any if auto")
    missing: Literal["growth", "year", "carry", "refuse"] = Field("growth", description="what stands for a missing report")
    entrants: Literal["link", "count"] = Field("link", description="whether who comes and goes is linked, or counted in and out")
    chaining: Literal["annual", "one_period", "over_the_year"] = Field("annual", description="how years with unlike weights are linked")
    base_year: int | None = Field(None, description="year of weights that name none", ge=1900, le=2200)
    reference: int | None = Field(None, description="year whose mean is 100; that of the oldest weights if empty", ge=1900, le=2200)
    levels: tuple[Level, ...] = Field(("total", "section", "division"), description="which indices are kept", min_length=1)
    by: Literal["section", "division", "class"] = Field("section", description="level of the contributions")
    certify: int = Field(3, description="latest months whose indices, growth and contributions become figures", ge=1, le=600)
    shown: int = Field(36, description="latest months in the charts", ge=2, le=1200)
    note: str = Field("", description="what a reader must know of this index; printed in the chapter")

    @field_validator("economy")
    @classmethod
    def _known_economy(cls, name: str) -> str:
        from madein.core.countries import economy
        from madein.indices.step import plain_fault

        return plain_fault(economy, name)

    @field_validator("levels")
    @classmethod
    def _with_total(cls, levels: tuple[Level, ...]) -> tuple[Level, ...]:
        if "total" not in levels:
            raise ValueError("the total is always kept; add total")
        return levels

    @field_validator("measure")
    @classmethod
    def _index(cls, key: str) -> str:
        from madein.core.measures import measures

        if key not in measures() or measures()[key].unit not in ("index", "any"):
            known = ", ".join(k for k, m in measures().items() if m.unit in ("index", "any"))
            raise ValueError(f"{key!r} is no measure that is an index; use one of: {known}")
        return key


def run(config: Config, inputs: Inputs) -> Result:
    """Compile the role ``reports`` with the weights of classes (``weights``) and, perhaps, of products (``products``).

    Raises
    ------
    BadInput
        With every row that cannot stand; see `madein.indices.compilation.compile_index`.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> texts = {"reports": "establishment,product,industry,month,quantity,unit\\n" + "".join(
    ...              f"A,fish,1020,2023-{m:02d},{50 + m},tonne\\nB,chips,2610,2023-{m:02d},{400 + 2 * m},piece\\n" for m in range(1, 13)),
    ...          "weights": "industry,weight,year\\n1020,25,2023\\n2610,75,2023\\n",
    ...          "products": "product,weight,year\\nfish,1,2023\\nchips,1,2023\\n"}
    >>> def source(name):
    ...     _ = (folder / f"{name}.csv").write_text(texts[name])
    ...     return (Source(f"{name}.csv", folder / f"{name}.csv", ""),)
    >>> result = run(Config(economy="VNM"), Inputs({name: source(name) for name in texts}))
    >>> frame = result.tables["index"].frame
    >>> frame.filter(frame["code"] == "total")["value"].round(2).to_list()[:2]
    [95.57, 96.37]
    """
    from madein.indices import compile_chapter

    return compile_chapter.run(config, inputs)
