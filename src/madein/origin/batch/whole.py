"""Bills that hold what arrays do not: parts of parts, and fields that few bills have. The reader of single bills reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from madein.core.errors import BadInput, Problem
from madein.origin.records import bill_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.model import Bill

ONLY_WHOLE = ("parent", "acquired_in", "related_seller", "asean_content_pct", "regional_content_pct", "imparts_character")
"""Columns that only the reader of single bills reads."""
_APART = ("bill", "product_", "gate_", "fact_", "status_")
_NUMBERS = ("value", "weight", "quantity", "pct", "net_cost")


def asked(lines: pl.DataFrame, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Bills with something in one of the columns `ONLY_WHOLE`: bool array, shape (bills,)."""
    found = np.zeros(lines.height, bool)
    for name in ONLY_WHOLE:
        if name in lines.columns:
            found |= (lines[name].cast(pl.String).fill_null("").str.strip_chars() != "").to_numpy()
    held: NDArray[np.bool_] = np.logical_or.reduceat(found, starts)
    return held


def _cells(row: Mapping[str, Any], keep: str = "") -> dict[str, Any]:
    """Filled cells of a row: those of a group of columns, without its name, or those of lines."""
    filled = {}
    for key, cell in row.items():
        if cell is not None and (text := str(cell).strip()):
            filled[key] = cell if not isinstance(cell, str) and any(word in key for word in _NUMBERS) else text
    if keep:
        return {k.removeprefix(keep): v for k, v in filled.items() if k.startswith(keep)}
    return {k: v for k, v in filled.items() if not k.startswith(_APART)}


def whole_bill(
    lines: Sequence[Mapping[str, Any]], good: Mapping[str, Any], rows: Sequence[int], edition: str, label: str
) -> tuple[Bill | None, list[Problem]]:
    """One bill of a catalogue, read as a bill by itself.

    Parameters
    ----------
    lines : sequence of mappings
        Rows of the bill, by the keys of columns.
    good : mapping
        Columns of its product.
    rows : sequence of int
        Number of each row, for messages.
    edition : str
        Edition of codes that name none; without it that of the product.
    label : str
        How messages call the catalogue.

    Returns
    -------
    Bill or None, list of Problem
        The bill, or what cannot be read.
    """
    product = _cells(good, "product_")
    values = {k.removeprefix("value_"): product.pop(k) for k in list(product) if k.startswith("value_")}
    if product.get("hs") and edition:
        product.setdefault("hs_edition", edition)
    own = edition or str(product.get("hs_edition") or "")
    materials = []
    for at, row in zip(rows, lines, strict=True):
        line = _cells(row)
        if line.get("hs") and own:
            line.setdefault("hs_edition", own)
        status = _cells(row, "status_")
        materials.append({**line, **({"status": status} if status else {}), "_at": f"row {at}"})
    data = {"product": product | ({"values": values} if values else {}), "materials": materials}
    try:
        return bill_of({**data, "facts": _cells(good, "fact_"), "gates": _cells(good, "gate_")}, label), []
    except BadInput as error:
        return None, list(error.problems)
