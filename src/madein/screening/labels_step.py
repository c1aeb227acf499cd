"""The step ``labels``: what inspections teach about the next declaration, and whether the label can be learnt from at all."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator

from madein.core.step import Inputs, Result

ROLES = {"declarations": "source", "roles": "source"}
ENGINES = ("lightgbm", "numpy", "polars")


class Config(BaseModel):
    """How the rows are cut in time, and how much is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    valid_from: date | None = Field(None, description="first day of the validation part; where 2/3 of inspected rows lie before if empty")
    test_from: date | None = Field(None, description="first day of the test part; where 5/6 of inspected rows lie before if empty")
    currency: str = Field("", description="currency of the money at stake; amounts are plain numbers if empty", pattern="^([A-Z]{3})?$")
    show: int = Field(15, description="declarations of the queue the chapter lists", ge=1, le=50)
    queue: int = Field(500, description="declarations of the queue that the table holds", ge=1, le=100_000)
    seed: int = Field(0, description="seed of trees, draws and resampled rows", ge=0)
    threads: int = Field(1, description="threads of the trees; another number may give other bytes", ge=1, le=64)
    scenario: str = Field("", description="what tells these figures from those of another such step, such as: second draw")
    note: str = Field("", description="a remark on the data, printed in the chapter")

    @model_validator(mode="after")
    def _two_days(self) -> Config:
        if (self.valid_from is None) != (self.test_from is None):
            raise ValueError("name both valid_from and test_from, or neither")
        if self.valid_from and self.test_from and self.valid_from >= self.test_from:
            raise ValueError("valid_from must lie before test_from")
        return self


def run(config: Config, inputs: Inputs) -> Result:
    """Learn from declarations with results of inspections; say first which columns carry the label.

    The role ``declarations`` is one table or several, one below the other (CSV, Parquet, workbook); ``roles`` says what its columns
    are, as ``madein screening roles`` writes it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> days = [f"2024-{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 29)]
    >>> rows = [f"{day},{k % 7},{k % 5},{int(k * 7919 % 13 < 3 + 4 * (k % 7 == 3))}" for k, day in enumerate(d for d in days for _ in range(5))]
    >>> _ = (folder / "d.csv").write_text("\\n".join(["day,firm,code,hit", *rows]))
    >>> _ = (folder / "r.yaml").write_text("{label: hit, date: day, entities: [firm], categories: [code]}")
    >>> given = {"declarations": (Source("d.csv", folder / "d.csv", ""),), "roles": (Source("r.yaml", folder / "r.yaml", ""),)}
    >>> result = run(Config(show=3), Inputs(given))
    >>> {f.dims["series"]: f.value for f in result.figures if f.measure == "inspected_rows" and "actor" not in f.dims}
    {'training': 1120.0, 'validation': 275.0, 'test': 285.0}
    """
    from madein.screening.labels_chapter import write

    return write(config, inputs)
