"""The step ``press_claims``: what articles say of projects, ships, orders and recognitions, as dated claims of the ledger."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import Inputs, Result

ROLES = {"relations": "table", "items": "table"}
ENGINES = ("polars",)


class Config(BaseModel):
    """Which relations are taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: tuple[str, ...] = Field((), description="types of relation to take, such as project or shipment; all if empty")


def run(config: Config, inputs: Inputs) -> Result:
    """Turn the relations of the press into claims, each said on the day of its article; returns the table ``claims``."""
    from madein.study.links import relation_claims

    return relation_claims.result(inputs.tables["relations"].frame, inputs.tables["items"].frame, config.types)
