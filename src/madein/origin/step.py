"""The step ``origin``: products held against the rules of origin of their markets."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from madein.core.step import Inputs, Result

ROLES = {"products": "source", "rates": "source", "alternatives": "source"}
ENGINES = ("polars", "numpy", "python-calamine", "highspy")


class Config(BaseModel):
    """Markets, day of the law, and what a shipment costs."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    to: tuple[str, ...] = Field(description="markets: countries in any spelling, or EU", min_length=1)
    on: str = Field("", description="day the law is applied at; the newest law held if empty")
    regimes: tuple[str, ...] = Field((), description="look only at these regimes; every one that is open to the product if empty")
    hs_edition: Literal["", "2012", "2017", "2022"] = Field("", description="edition of codes that name none")
    shipment_value: float | None = Field(None, description="customs value of a shipment, in the product's currency", gt=0)
    compliance_cost: float | None = Field(None, description="what claiming costs per shipment: certificate, records, time", ge=0)
    trees: bool = Field(True, description="whether the whole explanation of every answer stands in the report")
    folded: bool = Field(True, description="whether explanations stay folded until they are asked for")

    @field_validator("on")
    @classmethod
    def _a_day(cls, text: str) -> str:
        from madein.core.periods import Period

        if text:
            Period.parse(text)
        return text

    @field_validator("regimes")
    @classmethod
    def _held(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        from madein.origin.regimes import regimes

        for name in names:
            if name.upper() not in regimes():
                raise ValueError(f"no regime is called {name!r}; held are {', '.join(regimes())}")
        return names

    def model_post_init(self, _context: Any, /) -> None:
        """Markets are read at once, so that a word that is no country is told before anything runs."""
        from madein.origin.markets import market

        for word in self.to:
            market(word)


def run(config: Config, inputs: Inputs) -> Result:
    """Decide every product of the role ``products`` under every regime open on its markets.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from madein.core.step import Source
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "chair.yaml"
    >>> _ = file.write_text(
    ...     "product: {name: Chair, hs: '940161', hs_edition: '2022', country: VN, value: 100, basis: EXW, currency: USD}\\n"
    ...     "materials: [{line: 1, name: frame, hs: '940391', origin: CN, originating: 'no', value: 80}]\\n"
    ...     "gates: {minimal_operations: met, transport: met}\\n"
    ... )
    >>> result = run(Config(to=("EU",)), Inputs({"products": (Source("chair.yaml", file, ""),)}))
    >>> result.tables["decisions"].frame.select("product", "market", "regime", "verdict").rows()
    [('Chair', 'EU', 'EVFTA', 'yes')]
    """
    from madein.origin.chapter import write

    return write(config, inputs)
