"""The step ``gaps``: what three legs of real trade did where a tariff wedge holds, beside what they did elsewhere."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import Inputs, Result

ROLES = {"legs": "source", "wedge": "source", "names": "source"}
ENGINES = ("numpy", "polars", "scipy")


class Config(BaseModel):
    """Whose trade, around when, and which products count as exposed to the wedge."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    source: str = Field(description="economy that the market charges more", min_length=1)
    home: str = Field(description="economy through which its goods may pass", min_length=1)
    market: str = Field(description="economy that charges", min_length=1)
    unit: str = Field("million USD", description="unit of the money in the role legs", min_length=1)
    before: tuple[str, ...] = Field(description="first and last period before the wedge", min_length=2, max_length=2)
    after: tuple[str, ...] = Field(description="first and last period under it; what lies between is left out", min_length=2, max_length=2)
    exposed_from: float | None = Field(
        None, description="points from which a product counts as exposed; the middle product's if empty", gt=0, allow_inf_nan=False
    )
    at_least: float = Field(
        0, description="money a period, in the unit, that a leg must have had before for its growth to count", ge=0, allow_inf_nan=False
    )
    seed: int = Field(1, description="seed of permutations", ge=0)
    show: int = Field(10, description="products the chapter lists, by what home sends to the market after", ge=1, le=60)
    scenario: str = Field("", description="what tells these figures from those of another such step, such as: by chapter")
    note: str = Field("", description="a remark on the data, printed in the chapter")


def run(config: Config, inputs: Inputs) -> Result:
    """Growth of each leg where the wedge holds less growth elsewhere, with the wedge dealt to other products as the null.

    The role ``legs`` is a table (CSV or Parquet) with the columns product, period and at least one of source_home, home_market and
    source_market; ``wedge`` one with product, points and, where known, from; ``names`` one with product and name.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> rows = [(k, y, 10 + k % 3, 5 * (3 if y > 2018 and k < 6 else 1) + k % 2) for k in range(12) for y in (2016, 2017, 2019, 2020)]
    >>> text = "product,period,source_home,home_market\\n" + "".join(f"p{k:02},{y},{a},{b}\\n" for k, y, a, b in rows)
    >>> _ = (folder / "legs.csv").write_text(text)
    >>> _ = (folder / "wedge.csv").write_text("product,points\\n" + "".join(f"p{k:02},{20 if k < 6 else 1}\\n" for k in range(12)))
    >>> given = {role: (Source(f"{role}.csv", folder / f"{role}.csv", ""),) for role in ("legs", "wedge")}
    >>> config = Config(source="China", home="Viet Nam", market="USA", before=("2016", "2017"), after=("2019", "2020"))
    >>> {f.dims["series"]: round(f.value) if f.value is not None else f.absent for f in run(config, Inputs(given)).figures
    ...     if f.measure == "rerouting_gap"}
    {'source_home': 0, 'home_market': 183, 'source_market': 'no such leg is given', 'joint': 'all three legs are needed'}
    """
    from madein.screening.gaps_chapter import write

    return write(config, inputs)
