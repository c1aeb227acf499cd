"""Lines of one side of all lanes as arrays, so that thousands of lanes can be looked at without a frame for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from madein.screening.flows.frame import CENTS, GRAMS


@dataclass(frozen=True, slots=True)
class Side:
    """Lines in the order of time.

    Attributes
    ----------
    at : int array
        Their rows in the frame they come from.
    day : int array
        Days since 1970-01-01.
    kg, value : float arrays
        Kilogram; units of currency.
    party : int array
        Number of the foreign party, -1 where none is named.
    """

    at: np.ndarray
    day: np.ndarray
    kg: np.ndarray
    value: np.ndarray
    party: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: np.ndarray | slice) -> Side:
        """Some of the lines."""
        return Side(self.at[which], self.day[which], self.kg[which], self.value[which], self.party[which])


@dataclass(frozen=True, slots=True)
class Held:
    """Lines of all lanes on one side.

    Attributes
    ----------
    frame : Polars frame
        Sorted by firm_id, hs8, date.
    side : Side
        All of them.
    bounds : mapping of (firm, code) to (first, last + 1)
    parties : list of str
        Names by their numbers.
    """

    frame: pl.DataFrame
    side: Side
    bounds: dict[tuple[str, str], tuple[int, int]]
    parties: list[str]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Held:
        """From lines sorted by firm_id, hs8 and date, all weighed and with a value."""
        names = frame["counterparty_name"].unique().drop_nulls().sort()
        number = pl.DataFrame({"counterparty_name": names, "n": pl.int_range(len(names), eager=True)}, schema_overrides={"n": pl.Int64})
        party = frame.select("counterparty_name").join(number, on="counterparty_name", how="left", maintain_order="left")["n"].fill_null(-1)
        side = Side(
            np.arange(frame.height), frame["date"].to_physical().to_numpy().astype(np.int64),
            frame["grams"].to_numpy().astype(np.float64) / GRAMS, frame["cents"].to_numpy().astype(np.float64) / CENTS, party.to_numpy(),
        )  # fmt: skip
        count = frame.group_by("firm_id", "hs8", maintain_order=True).len()
        ends = count["len"].cast(pl.Int64).cum_sum().to_list()
        bounds = {(f, h): (end - n, end) for (f, h, n), end in zip(count.iter_rows(), ends, strict=True)}
        return cls(frame, side, bounds, names.to_list())

    def lines(self, firm: str, code: str) -> Side:
        """Lines of a firm in a code; none where it has none that count."""
        return self.side.take(slice(*self.bounds.get((firm, code), (0, 0))))
