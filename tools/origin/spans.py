"""Intervals of codes at ten digits, and back to the shortest digits that say the same."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

Span = tuple[int, int]


def of(first: str, last: str) -> Span:
    """Interval from the first code of ``first`` to the last of ``last``.

    Examples
    --------
    >>> of("6101", "6117")
    (6101000000, 6117999999)
    """
    return int(first.ljust(10, "0")), int(last.ljust(10, "9"))


def minus(spans: list[Span], cut: list[Span]) -> list[Span]:
    """What is left of some intervals.

    Examples
    --------
    >>> minus([of("0511", "0511")], [of("051191", "051191")])
    [(511000000, 511909999), (511920000, 511999999)]
    """
    for low, high in cut:
        left = []
        for a, b in spans:
            if high < a or b < low:
                left.append((a, b))
                continue
            if a < low:
                left.append((a, low - 1))
            if high < b:
                left.append((high + 1, b))
        spans = left
    return sorted(spans)


def common(spans: list[Span], other: list[Span]) -> list[Span]:
    """What two lists of intervals share."""
    return sorted((max(a, c), min(b, d)) for a, b in spans for c, d in other if max(a, c) <= min(b, d))


def snapped(spans: list[Span], codes: tuple[str, ...]) -> list[Span]:
    """Intervals drawn in to the first and last code an edition has inside each, whole headings kept whole; those without a code stay.

    Examples
    --------
    >>> digits(snapped([of("1603", "1699"), of("240200", "240219")], ("160300", "160413", "160590", "240210", "240220")))
    [['1603', '1605'], ['240210', '240210']]
    """
    found: list[Span] = []
    for low, high in spans:
        here = codes[bisect_left(codes, f"{low:010d}"[:6]) : bisect_right(codes, f"{high:010d}"[:6])]
        inside = [c for c in here if low <= int(c) * 10_000 and int(c) * 10_000 + 9_999 <= high]
        if not inside:
            found.append((low, high))
            continue
        first, last = inside[0], inside[-1]
        before, after = bisect_left(codes, first[:4]), bisect_right(codes, last[:4] + "99")
        whole = codes[before] == first and codes[after - 1] == last
        found.append(of(first[:4], last[:4]) if whole else of(first, last))
    held = [s for s in found if s not in spans or _has(s, codes)]
    return held or found


def _has(span: Span, codes: tuple[str, ...]) -> bool:
    return any(span[0] <= int(c) * 10_000 <= span[1] for c in codes)


def digits(spans: list[Span]) -> list[list[str]]:
    """Ranges in the shortest digits.

    Examples
    --------
    >>> digits([(511000000, 511909999), (6101000000, 6117999999)])
    [['051100', '051190'], ['6101', '6117']]
    """
    found = []
    for low, high in spans:
        a, b = f"{low:010d}", f"{high:010d}"
        size = next(n for n in (2, 4, 6, 8, 10) if set(a[n:]) <= {"0"} and set(b[n:]) <= {"9"})
        first = a[:size] if a[:2] != "00" or size > 2 else "01"
        found.append([first, b[:size]])
    return found
