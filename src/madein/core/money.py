"""Money that knows its currency and the point of the delivery chain at which it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from madein.core.units import format_value, is_money

ValueBasis = Literal["", "EXW", "FOB", "CIF", "basic", "purchaser"]
"""Ex works, free on board, cost-insurance-freight (Incoterms 2020); basic and purchasers' prices (SNA 2008)."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount that refuses to be added to another currency or another basis.

    Parameters
    ----------
    amount : float
        In units of the currency, scale words resolved.
    currency : str
        ISO 4217 code.
    basis : str
        Where in the chain it is valued; empty where the source does not say.

    Raises
    ------
    ValueError
        On a currency that is no three-letter code, or when unlike money is added.

    Examples
    --------
    >>> print(Money(405.5e9, "USD", "FOB") + Money(1e9, "USD", "FOB"))
    406.5 billion USD FOB
    """

    amount: float
    currency: str
    basis: ValueBasis = ""

    def __post_init__(self) -> None:
        if not is_money(self.currency) or "/" in self.currency:
            raise ValueError(f"{self.currency!r} is no ISO 4217 code")

    def _like(self, other: Money) -> None:
        if (self.currency, self.basis) != (other.currency, other.basis):
            raise ValueError(f"cannot add {other.currency} {other.basis} to {self.currency} {self.basis}: convert one")

    def __add__(self, other: Money) -> Money:
        self._like(other)
        return Money(self.amount + other.amount, self.currency, self.basis)

    def __sub__(self, other: Money) -> Money:
        self._like(other)
        return Money(self.amount - other.amount, self.currency, self.basis)

    def __str__(self) -> str:
        text = format_value(self.amount, self.currency).replace("\xa0", " ")
        return f"{text} {self.basis}" if self.basis else text
