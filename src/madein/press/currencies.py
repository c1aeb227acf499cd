"""Currencies by their marks and names, and which one a name means that several countries use."""

from __future__ import annotations

from madein.press.literals import Scan

_REACH = 4000
"""Characters around a name of a currency in which the country is looked for that tells which one it is."""


def currency_before(s: Scan, i: int) -> tuple[str, int]:
    """The currency whose mark begins here and where its number begins: ``US$``, ``VND``, ``€``, ``Rs.``; ('', i) for none."""
    low = s.low(i)
    if i + 1 >= len(s):
        return "", i
    if low in s.maps["dollar_prefix"] and s.low(i + 1) == "$" and s.glued(i + 1):
        return str(s.maps["dollar_prefix"][low]), i + 2
    how = s.maps["shared_marks"].get(low)
    if how == "glued" and s.glued(i + 1) and s.kind(i + 1) == "d":
        return shared_currency(s, i), i + 1
    if how == "apart":
        return shared_currency(s, i), i + 1 + (s.low(i + 1) == ".")
    code = s.maps["currencies"].get(low)
    if not code:
        return "", i
    capital = s.isin(i, "currency_marks") and s.upper(i) and s.kind(i + 1) == "d"
    marked = not low.isalpha() or s.printed(i).isupper() or s.glued(i + 1)
    return (str(code), i + 1) if capital or marked else ("", i)


def shared_currency(s: Scan, i: int) -> str:
    """The currency of a name that several countries use: that of the country named last before it, else first after it."""
    countries, at = s.maps["shared_currencies"][s.low(i)].items(), s.tokens[i].start
    before, after = s.text[max(0, at - _REACH) : at].lower(), s.text[at : at + _REACH].lower()
    nearest = max(((before.rfind(name), code) for name, code in countries), default=(-1, ""))
    if nearest[0] < 0:
        nearest = min(((k, code) for name, code in countries if (k := after.find(name)) >= 0), default=(-1, ""))
    return str(nearest[1])
