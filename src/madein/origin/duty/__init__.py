"""Duty with and without preference: what a claim of origin is worth, by product, market and day."""

from madein.origin.duty.compare import DutyDifference, compare
from madein.origin.duty.find import Side
from madein.origin.duty.rate import Rate, parse_rate
from madein.origin.duty.reading import Imported, import_tariff, read_table
from madein.origin.duty.show import lines, record
from madein.origin.duty.staging import stage
from madein.origin.duty.table import TariffLine, Tariffs, held

__all__ = [
    "DutyDifference",
    "Imported",
    "Rate",
    "Side",
    "TariffLine",
    "Tariffs",
    "compare",
    "held",
    "import_tariff",
    "lines",
    "parse_rate",
    "read_table",
    "record",
    "stage",
]
