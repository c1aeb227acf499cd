"""Units and periods: what is read, what is meant, what is shown, every example worked by the code."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import yaml

from reference.markdown import code, prose, table, title

UNITS = ("percent", "pp", "USD", "index (2015=100)", "index_point", "tonne", "vehicle/year", "multiple", "ordinal", "top_n", "date", "number")
PRINTED = ("Triệu USD", "nghìn tỷ đồng", "1000 tonnes", "2015=100", "million USD", "%", "chiếc")
SHOWN: tuple[tuple[float, str, float | None, float | None], ...] = (
    (405_531.74e6, "USD", None, None), (-6.8012, "percent", -6.83, -6.77), (9.2604, "percent", 9.2537, 9.2672),
    (169.9, "index (2015=100)", 169.895, 169.905), (12, "company", None, None),
)  # fmt: skip
PERIODS = ("2024", "2024-Q3", "2024-07", "2024-07-15", "2024-01..2024-07", "2024-01..2024-03", "2020..2024")
LABELS = (
    "2024M7", "202407", "07/2024", "7.2024", "Jul 2024", "Jul-24", "July, 2024", "2024 July", "Tháng 7/2024", "Tháng 7 năm 2024", "T7 2024",
    "Tháng Bảy năm 2024", "Quý III/2024", "Q3 2024", "Năm 2024", "2023 (p)",
)  # fmt: skip


def page() -> Iterator[str]:
    """The page ``units-and-periods.md``."""
    yield from title("Units and periods")
    yield from units()
    yield from periods()


def units() -> Iterator[str]:
    """Units, as meant, as printed, as shown."""
    from madein.core.printed import MISSING
    from madein.core.units import format_value, parse_unit, unit_kind

    words = yaml.safe_load(resources.files("madein.core").joinpath("units.yaml").read_text("utf-8"))
    yield from title("Units", 2)
    yield from prose("""
        A unit is a text with one spelling. Scale words are resolved when a number is read: inside there is `USD`, never
        `million USD`. An ISO 4217 code is a currency, any small English noun in the singular is a count, and both may be per
        something.
    """)
    yield from table(("unit", "kind"), [(code(u), unit_kind(u)) for u in UNITS])
    yield from title("As printed", 3)
    yield from prose("What may stand in a file or in `unit:`, case and Vietnamese marks aside:")
    yield from table(("printed", "multiplied by", "unit"), [(code(p), f"{parse_unit(p)[0]:,.0f}", code(parse_unit(p)[1])) for p in PRINTED])
    yield from prose("Scale words: " + ", ".join(f"`{w}` ({float(v):g})" for w, v in words["scales"].items()) + ".")
    yield from prose("Names of units: " + ", ".join(f"`{w}` ({u})" for w, u in words["names"].items() if w != u) + ".")
    yield from title("As shown", 3)
    yield from prose("A number is printed no finer than its bounds warrant; the exact value stands in `figures.csv`.")
    rows = [(f"{v:,.10g}", code(u), "" if a is None else f"{a:g} to {b:g}", format_value(v, u, a, b).replace("\xa0", " ")) for v, u, a, b in SHOWN]
    yield from table(("value", "unit", "bounds", "shown"), rows)
    yield from title("No number", 3)
    marks = " ".join(code(m) for m in sorted(MISSING) if m)
    yield from prose(f"A cell with one of these counts as empty: {marks}. Any other text that is no number is an error that names the cell.")


def periods() -> Iterator[str]:
    """Periods, as meant and as printed."""
    from madein.core.period_labels import read_period
    from madein.core.periods import Period

    yield from title("Periods", 2)
    yield from prose("""
        A period is a first and a last day, and it has one spelling. Equal periods therefore have equal texts: January to
        March is a quarter.
    """)
    rows = [(code(text), code(p), p.kind, p.label()) for text in PERIODS for p in [Period.parse(text)]]
    yield from table(("written", "canonical", "kind", "in a sentence"), rows)
    yield from title("Periods as printed", 3)
    yield from prose("Labels that readers of tables understand, in English and Vietnamese:")
    yield from table(("label", "period"), [(code(label), code(read_period(label) or "")) for label in LABELS])
    yield from prose("""
        A date on the first or last day of a month stands for the month. In a column such as `01/07/2024`, `01/08/2024` the
        order of day and month is taken from the one reading that gives every row a month of its own; where both readings
        would do, the column is refused.
    """)
