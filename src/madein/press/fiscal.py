"""Fiscal years, which begin where the country of the text lets them."""

from __future__ import annotations

from madein.core.periods import Period
from madein.press.language import Language, Match


def fiscal(match: Match, text: str, lang: Language) -> Period | None:
    """The fiscal year, or months of it, of the country the text names first; None where no country with a fiscal year is named.

    "2023/24" begins in 2023; "fiscal 2024" alone is the year that ends in 2024.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> def told(said):
    ...     words = language("en")
    ...     return str(fiscal(next(words.scan("period", tokenize(said))), said, words))
    >>> told("in fiscal 2024, India"), told("in FY26, Egypt"), told("in the first four months of fiscal 2024-25, Japan")
    ('2023-04..2024-03', '2025-07..2026-06', '2024-04..2024-07')
    """
    low = text.lower()
    found = min(((at, start) for name, start in lang.maps["fiscal_starts"].items() if (at := low.find(str(name))) >= 0), default=None)
    if found is None:
        return None
    opens, year, numbers = int(found[1]), match.get("<year>"), [v for slot, v in match.caught if slot == "<n>"]
    span = numbers.pop(0) if match.tag == "fiscal_months" else 12
    closing = numbers[0] if numbers else None
    if year is None and closing is not None:
        year, closing = 2000 + closing, None  # "FY26"
    if year is None or not 1 <= span <= 12:
        return None
    if match.tag == "fiscal_year" and closing is not None and closing != (year + 1) % 100:
        return None
    begins = Period.month(year if closing is not None else year - 1, opens)
    return Period(begins.first, begins.shift(span - 1).last)
