"""Compact legs written out as lines of declarations, numbered in the order of time, and as rows of the truth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from madein.core.provinces import province_on, provinces
from madein.screening.schema import schemas
from madein.screening.simulator.calendar import EPOCH
from madein.screening.simulator.legs import EXPORT, HONEST, KINDS, MARKET, ORDINARY, REROUTED, SOURCE, economies
from madein.screening.simulator.legs import HONEST_INPUT as HONEST_IN
from madein.screening.simulator.register import firm_ids, foreign_names
from madein.screening.simulator.world import World, stream, words

_LINES = 1000
"""Lines of one declaration are fewer than this; number = declaration * _LINES + line."""

TRUTH_SCHEMA: dict[str, Any] = {
    "declaration_id": pl.String, "line": pl.Int32, "kind": pl.String, "value": pl.Float64, "foreign_share": pl.Float64, "rerouted_value": pl.Float64,
    "scheme": pl.Int32, "source_declaration_id": pl.String, "source_line": pl.Int32,
}  # fmt: skip


def _ids(numbers: np.ndarray, exports: np.ndarray) -> pl.Series:
    """Declaration numbers of twelve digits, imports under 1 and exports under 3."""
    return pl.Series("declaration_id", np.where(exports, 3, 1) * 10**11 + numbers // _LINES).cast(pl.String)


class Writer:
    """Turns legs into frames, slot after slot, and adds up what the register and the summary need.

    Attributes
    ----------
    home_kg, planted_kg : float array (years, firms)
        Mass exported a year, of own making and passed on.
    """

    def __init__(self, world: World, chains: int, schemes: int) -> None:
        self._world, self._schemes = world, schemes
        self.ids = firm_ids(world)
        self._firm = pl.Series("firm_id", self.ids)
        self._code = pl.Series("hs", world.codes)
        self._suppliers = pl.Series("counterparty_name", foreign_names(world, 0, world.suppliers))
        self._buyers = pl.Series("counterparty_name", foreign_names(world, 1, world.buyers))
        self._agent = pl.Series("agent_id", [f"A{k:05d}" for k in stream(world.seed, 15).permutation(world.agents).tolist()])
        self._economy = pl.Series("e", economies())
        self._chapter = np.array([int(c[:2]) for c in world.codes])
        self._piece_kg = np.exp(stream(world.seed, 16).normal(np.log(0.6), 0.8, len(world.codes)))
        self._turns, self._province = _provinces(world)
        self._next = 1
        self._source = np.zeros(chains, np.int64)
        self._first_year = (EPOCH + timedelta(days=int(world.time.bounds[0]))).year
        years = (EPOCH + timedelta(days=int(world.time.bounds[-1]))).year - self._first_year + 1
        self.home_kg, self.planted_kg = np.zeros((years, world.family.n_firms)), np.zeros((years, world.family.n_firms))
        self.market_usd = self.rerouted_usd = self.honest_usd = 0.0

    def number(self, legs: np.ndarray) -> np.ndarray:
        """Declaration and line of sorted legs: one firm's lines of a day with one foreign party stand on one declaration."""
        n = len(legs)
        new = np.ones(n, bool)
        new[1:] = False
        for name in ("day", "flow", "firm", "party", "destination", "agent"):
            new[1:] |= legs[name][1:] != legs[name][:-1]
        start = np.maximum.accumulate(np.where(new, np.arange(n), 0))
        place = np.arange(n) - start
        # A declaration has 50 lines at most.
        new |= place % 50 == 0
        start = np.maximum.accumulate(np.where(new, np.arange(n), 0))
        declaration = self._next + np.cumsum(new) - 1
        self._next = int(declaration[-1]) + 1
        return np.asarray(declaration * _LINES + (np.arange(n) - start + 1))

    def truth(self, legs: np.ndarray, numbers: np.ndarray) -> pl.DataFrame:
        """Rows of the truth for the planted lines among the legs."""
        self._add_up(legs)
        came = (legs["role"] == SOURCE) | (legs["role"] == HONEST_IN)
        self._source[legs["chain"][came]] = numbers[came]
        at = legs["role"] != ORDINARY
        kept, number = legs[at], numbers[at]
        exports = kept["flow"] == EXPORT
        source = np.where(exports, self._source[kept["chain"]], 0)
        value = np.round(kept["value"], 2)
        rerouted = np.where(kept["role"] == REROUTED, np.round(value * kept["share"].astype(np.float64), 2), 0.0)
        share = np.where(exports, kept["share"].astype(np.float64), 0.0)
        honest = np.isin(kept["role"], (HONEST_IN, HONEST))
        return pl.DataFrame({
            "declaration_id": _ids(number, exports), "line": (number % _LINES).astype(np.int32), "kind": pl.Series(KINDS).gather(kept["role"]),
            "value": value, "foreign_share": np.round(share, 6), "rerouted_value": rerouted,
            "scheme": (kept["scheme"] + np.where(honest, self._schemes, 0)).astype(np.int32),
            "source_declaration_id": _ids(source, np.zeros(len(kept), bool)), "source_line": (source % _LINES).astype(np.int32),
        }).with_columns(
            pl.when(pl.Series(exports)).then(c).alias(c) for c in ("source_declaration_id", "source_line")
        ).cast(TRUTH_SCHEMA)  # type: ignore[arg-type]  # fmt: skip

    def _add_up(self, legs: np.ndarray) -> None:
        out = legs[legs["flow"] == EXPORT]
        year = (out["day"].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970) - self._first_year
        passed = np.where(out["role"] == REROUTED, out["share"], 0.0)
        where = year * self._world.family.n_firms + out["firm"]
        shape, size = self.home_kg.shape, self.home_kg.size
        self.home_kg += np.bincount(where, out["kg"] * (1 - passed), size).reshape(shape)
        self.planted_kg += np.bincount(where, out["kg"] * passed, size).reshape(shape)
        to_market = out["destination"] == MARKET
        self.market_usd += float(np.round(out["value"][to_market], 2).sum())
        self.rerouted_usd += float((out["value"] * passed).sum())
        self.honest_usd += float(out["value"][out["role"] == HONEST].sum())

    def frame(self, legs: np.ndarray, numbers: np.ndarray, slot: int, start: int) -> pl.DataFrame:
        """Lines in the schema of declarations."""
        w, rng, n = words(), stream(self._world.seed, 7, slot, start), len(legs)
        exports = legs["flow"] == EXPORT
        hs, kg = legs["hs"], np.maximum(np.round(legs["kg"], 3), 0.001)
        piece = np.isin(self._chapter[hs], w["piece_chapters"])
        value = np.maximum(np.round(legs["value"], 2), 0.01)
        party = np.where(exports, 0, legs["party"])
        buyer = np.where(exports, legs["party"], 0)
        other = np.where(exports, legs["destination"], np.where(legs["origin"] == legs["departure"], legs["origin"], legs["departure"]))
        claims = rng.random(n) < 0.65
        claimed = pl.Series(np.where(exports, legs["destination"], legs["origin"]) + np.where(exports, len(self._economy), 0))
        regime = _regimes(self._economy.to_list()).gather(claimed).zip_with(pl.Series(claims), pl.Series(["MFN"]).gather(np.zeros(n, np.int64)))
        paid = np.round(np.where((regime == "MFN").to_numpy(), value * self._world.own_mfn[hs] / 100, 0.0), 2)
        place = self._province.gather(np.searchsorted(self._turns, legs["day"], side="right") * len(self._world.provinces) + legs["province"])
        mark = pl.Series(exports)
        table = schemas()["declarations"]
        return pl.DataFrame({
            "declaration_id": _ids(numbers, exports), "line": (numbers % _LINES).astype(np.int32), "date": pl.Series(legs["day"]).cast(pl.Date),
            "flow": pl.Series(["import", "export"]).gather(legs["flow"]), "firm_id": self._firm.gather(legs["firm"]),
            "counterparty_name": self._buyers.gather(buyer).zip_with(mark, self._suppliers.gather(party)),
            "counterparty_country": self._economy.gather(other), "agent_id": self._agent.gather(legs["agent"]),
            "office": pl.Series([f"{k + 1:02d}A{k % 5 + 1}" for k in range(len(self._world.provinces))]).gather(legs["province"]),
            "province": place, "hs": self._code.gather(hs), "hs_edition": _same(w["hs_edition"], n), "origin": self._economy.gather(legs["origin"]),
            "departure": self._economy.gather(legs["departure"]), "destination": self._economy.gather(legs["destination"]),
            "quantity": np.where(piece, np.maximum(1, np.round(kg / self._piece_kg[hs])), kg),
            "unit": pl.Series(["kilogram", "unit"]).gather(piece.astype(np.int64)), "net_kg": kg, "value": value, "currency": _same("USD", n),
            "value_basis": pl.Series(["CIF", "FOB"]).gather(legs["flow"]), "regime_claimed": regime,
            "tariff_paid": pl.Series(paid).zip_with(~mark, pl.Series([None], dtype=pl.Float64).gather(np.zeros(n, np.int64))),
        }).select(list(table.polars)).cast(table.polars)  # type: ignore[arg-type]  # fmt: skip


def _same(text: str, n: int) -> pl.Series:
    return pl.Series([text]).gather(np.zeros(n, np.int64))


def _regimes(economy: list[str]) -> pl.Series:
    """Preferences that imports from, then exports to, each economy may claim."""
    w = words()
    return pl.Series([w["preference"].get(e, "MFN") for e in economy] + [w["export_preference"].get(e, "MFN") for e in economy])


def _provinces(world: World) -> tuple[np.ndarray, pl.Series]:
    """Days within the data on which provinces change, and their keys for each stretch between them."""
    held = provinces(words()["home"])
    turns: list[date] = sorted({p.ends for p in held.values() if p.ends is not None})
    inside = [t for t in turns if world.time.bounds[0] < (t - EPOCH).days < world.time.bounds[-1]]
    first = EPOCH + timedelta(days=int(world.time.bounds[0]))
    keys = [province_on(held[key], day).key for day in [first, *inside] for key in world.provinces]
    return np.array([(t - EPOCH).days for t in inside], np.int64), pl.Series("province", keys)
