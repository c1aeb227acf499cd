"""The step ``ledger``: dated claims about projects, shipments, order books and recognitions, as known on a day."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from madein.core.step import Inputs, Result

ROLES = {"claims": "source", "told": "tables"}
ENGINES = ("polars", "numpy", "searoute", "networkx", "python-calamine")


class VoyageConfig(BaseModel):
    """A sailing time that somebody stated."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    origin: str = Field(description="port of departure, a name or a UN/LOCODE")
    destination: str = Field(description="port, state, coast or country of arrival")
    days: float | None = Field(None, description="days stated; none if empty", gt=0, le=400)
    ship: str = Field("vehicle carrier", description="kind of ship")


class BacklogConfig(BaseModel):
    """An order book against the ships that carry it."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    subject: str = Field(description="subject of the order book, as in the claims")
    shipped: float = Field(description="units shipped so far", ge=0)
    per_voyage: float = Field(description="units a voyage carries", gt=0)
    round_trip_days: float = Field(description="days from one departure of a ship to the next", gt=0)
    ships: float = Field(1, description="ships at work", gt=0)
    within: str = Field("", description="period by whose end all shall be delivered, such as 2023; none if empty")
    noun: str = Field("units", description="what is ordered, in the plural")


class Config(BaseModel):
    """What is shown of the ledger, and as of when."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    chapter: Literal["projects", "water", "recognitions"] = Field("projects", description="which chapter to write")
    as_of: str = Field("", description="day on which the knowledge is asked for; that of the last claim if empty")
    economy: str = Field("VNM", description="country whose provinces names are looked up in, as ISO 3166-1 alpha-3 code")
    dates: dict[str, str] = Field(default_factory=dict, description="day on which a file's claims were said, by path, where its rows do not tell")
    ship: str = Field("vehicle carrier", description="kind of ship that carries the shipments of the claims; chapter water")
    voyages: tuple[VoyageConfig, ...] = Field((), description="sailing times to weigh, beside those that shipments tell; chapter water")
    backlogs: tuple[BacklogConfig, ...] = Field((), description="order books to hold against ships; chapter water")

    @field_validator("as_of")
    @classmethod
    def _a_day(cls, text: str) -> str:
        from madein.core.periods import Period

        if text:
            Period.parse(text)
        return text


def run(config: Config, inputs: Inputs) -> Result:
    """Read the claims of the roles ``claims`` (files) and ``told`` (tables of claims) and write one chapter.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "claims.csv"
    >>> _ = file.write_text("subject,predicate,value,unit,as_of,status,source\\nproject:a,capital,800000000,USD,2023-11-02,planned,press\\n")
    >>> result = run(Config(), Inputs({"claims": (Source("claims.csv", file, ""),)}))
    >>> [f"{f.id}: {f.value:g} {f.unit}" for f in result.figures if f.value][:2]
    ['projects/period=2023-11-02: 1 project', 'planned_capital/series=project:a/period=2023-11-02: 8e+08 USD']
    """
    from madein.ledger.chapters import write

    return write(config, inputs)
