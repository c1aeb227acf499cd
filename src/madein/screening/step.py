"""The step ``screening``: which trade needs a look for rerouting, beside what chance alone would show."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import Inputs, Result

ROLES = {"declarations": "source", "firms": "source", "tariffs": "source", "mapping": "source", "rates": "source", "family": "source"}
ENGINES = ("duckdb", "ibis-framework", "numpy", "polars", "rapidfuzz", "scipy")


class Config(BaseModel):
    """Between whom, how much is shown, and how large a simulation is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field("", description="economy whose goods may pass through; that of the largest trade under a wedge if empty")
    market: str = Field("", description="economy they may end in; that of the largest trade under a wedge if empty")
    economy: str = Field("VNM", description="economy whose provinces are meant", min_length=1)
    currency: str = Field("USD", description="what values are carried into by the role rates", pattern="^[A-Z]{3}$")
    show: int = Field(10, description="lanes the chapter lists with their evidence, the first of the queue", ge=1, le=50)
    rows: int = Field(20_000, description="lines of declarations to simulate, with the role family", ge=1_000, le=2_000_000)
    seed: int = Field(1, description="seed of the simulation and of permutations", ge=0)
    memory: str = Field("2GB", description="memory DuckDB may hold before it spills", pattern=r"^[0-9]+ ?[MG]i?B$")
    note: str = Field("", description="a remark on the data, printed in the chapter")


def run(config: Config, inputs: Inputs) -> Result:
    """Screen declarations, or simulate them from a family and say beside each finding how much of it is true.

    A family in the role ``family`` takes the place of declarations; its truth is read after the screen is done.

    Examples
    --------
    >>> import pathlib
    >>> from importlib import resources
    >>> from madein.core.step import Source
    >>> family = pathlib.Path(str(resources.files("madein.screening") / "simulator" / "families" / "planted.yaml"))
    >>> result = run(Config(rows=8000, seed=3, show=2), Inputs({"family": (Source("planted.yaml", family, ""),)}))
    >>> {f.measure: f.basis for f in result.figures}["value_at_issue"], sorted(result.tables)[:3]
    ('simulated', ['curve', 'evidence', 'excess'])
    """
    from madein.screening.chapter import write

    return write(config, inputs)
