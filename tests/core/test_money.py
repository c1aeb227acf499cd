"""Money that does not add up with other money."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.money import Money

AMOUNTS = st.integers(-(10**9), 10**9).map(float)


@given(AMOUNTS, AMOUNTS)
def test_like_money_adds_and_subtracts(a: float, b: float) -> None:
    x, y = Money(a, "USD", "FOB"), Money(b, "USD", "FOB")
    assert x + y == y + x == Money(a + b, "USD", "FOB")
    assert (x + y) - y == x


@pytest.mark.parametrize("other", [Money(1, "VND", "FOB"), Money(1, "USD", "CIF"), Money(1, "USD")])
def test_unlike_money_does_not(other: Money) -> None:
    for add in (Money.__add__, Money.__sub__):
        with pytest.raises(ValueError, match="convert one"):
            add(Money(1, "USD", "FOB"), other)


@pytest.mark.parametrize("currency", ["", "usd", "US", "DOLLAR", "USD/tonne", "percent", "ABC", "TEU"])
def test_only_currencies_are_money(currency: str) -> None:
    with pytest.raises(ValueError, match="is no ISO 4217 code"):
        Money(1.0, currency)


def test_text() -> None:
    assert str(Money(405.5e9, "USD", "FOB")) == "405.5 billion USD FOB"
    assert str(Money(-12.0, "VND")) == "−12 VND"
