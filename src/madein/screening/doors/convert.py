"""A block of a file, in whatever words, to rows of the schema."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from madein.core.period_labels import fold
from madein.screening.doors.cells import Block, by_unique, days, mapped, numbers, text
from madein.screening.doors.mapping import Mapping
from madein.screening.doors.vocabulary import common_values
from madein.screening.normalise.hs import clean_codes, edition
from madein.screening.normalise.places import NOWHERE, economy_code, province_key
from madein.screening.normalise.quantities import currency, unit
from madein.screening.schema import faults_of, schemas

HELPERS = {
    "_n": pl.Int64,
    "_row": pl.Int64,
    "_file": pl.Int32,
    "_status": pl.String,
    "_version": pl.Float64,
    "_own_id": pl.Boolean,
    "_own_line": pl.Boolean,
}
"""Columns a block of declarations carries until repeats and amendments are settled."""

_COUNTRIES = ("counterparty_country", "origin", "departure", "destination", "importer_country", "exporter_country", "reporter", "partner")


class Columns:
    """Cells of a block by field: from a column, a constant, or nothing."""

    def __init__(self, raw: pl.DataFrame, mapping: Mapping) -> None:
        self._raw, self._mapping = raw, mapping
        self.rows = raw.height

    def has(self, field: str) -> bool:
        """True if a field is read from a column or is constant."""
        return self._mapping.column(field) is not None or field in self._mapping.constants

    def __getitem__(self, field: str) -> pl.Series:
        column = self._mapping.column(field)
        if column is not None:
            return self._raw[column].rename(field)
        return pl.Series(field, [self._mapping.constants.get(field)], dtype=pl.String).gather([0] * self.rows)


def convert(raw: pl.DataFrame, mapping: Mapping, block: Block, economy: str = "VNM") -> pl.DataFrame:
    """Rows of the schema's types; rows with a fault are still there, marked in ``block.bad``."""
    cells = Columns(raw, mapping)
    out = _declarations(cells, mapping, block, economy) if mapping.table == "declarations" else _other(cells, mapping, block)
    schema = schemas()[mapping.table]
    kept = out.with_columns(pl.lit(None, c.dtype).alias(c.name) for c in schema.columns.values() if c.name not in out.columns)
    kept = kept.select([pl.col(c.name).cast(c.dtype) for c in schema.columns.values()] + [c for c in out.columns if c.startswith("_")])
    already = block.bad
    checked = kept.with_columns(_bad=already)
    for column, reason, fault in faults_of(schema):
        if column in ("declaration_id", "line"):
            continue
        where = checked.select(fault & ~pl.col("_bad")).to_series()
        block.reject(where, column, reason, kept[column] if kept[column].dtype.base_type() is not pl.List else None)
    return kept


def _economy(block: Block, cells: pl.Series, column: str) -> pl.Series:
    clean = text(cells)
    reasons = by_unique(clean, lambda t: economy_code(t)[1] or None)
    nowhere = (reasons == NOWHERE).fill_null(False)
    block.mend(nowhere, column, f"{NOWHERE}, left empty")
    block.reject(reasons.is_not_null() & ~nowhere, column, reasons, cells)
    return by_unique(clean, lambda t: economy_code(t)[0])


def _codes(block: Block, cells: pl.Series, mapping: Mapping) -> pl.Series:
    read = clean_codes(cells)
    fault = read["fault"]
    if mapping.statistic:
        total = cells.cast(pl.String, strict=False).str.to_uppercase().is_in(["TOTAL", "ALL", "ALL COMMODITIES", "AG2", "AG4", "AG6"])
        fault = fault.zip_with(
            ~total.fill_null(False), pl.Series(["all products together: the rows of single products are counted again"]).gather([0] * len(cells))
        )
    block.reject(fault.is_not_null(), "hs", fault, cells)
    block.mend(read["padded"], "hs", "a lost leading zero put back")
    block.mend(read["special"], "hs", "kept, though a code of chapters 98 and 99 names no commodity")
    return read["hs"].rename("hs")


def _declarations(cells: Columns, mapping: Mapping, block: Block, economy: str) -> pl.DataFrame:
    words = {**common_values("flow"), **{fold(k): v for k, v in mapping.values.get("flow", {}).items()}}
    flow = mapped(block, cells["flow"], "flow", words, "neither import nor export")
    out: dict[str, pl.Series] = {"date": days(block, cells["date"], "date", mapping.dates), "flow": flow, "hs": _codes(block, cells["hs"], mapping)}
    for field in ("declaration_id", "agent_id", "office", "counterparty_name", "regime_claimed"):
        out[field] = text(cells[field])
    for field in ("quantity", "net_kg", "value", "tariff_paid"):
        out[field] = numbers(block, cells[field], field, mapping.decimal, mapping.scales.get(field, 1.0))
    line = numbers(block, cells["line"], "line", ".", 1.0)
    block.reject(line.is_not_null() & ((line % 1 != 0) | (line < 0) | (line > 2e9)), "line", "no number of a line", cells["line"])
    out["line"] = line.cast(pl.Int32, strict=False)
    places = {f: _economy(block, cells[f], f) for f in _COUNTRIES if cells.has(f)}
    out |= {f: places[f] for f in ("counterparty_country", "origin", "departure", "destination") if f in places}
    _parties(cells, flow, places, out)
    out["firm_id"] = _tax(block, out.get("firm_id", cells["firm_id"]))
    out["currency"] = _named(block, cells["currency"], "currency", currency, "no ISO 4217 currency", reject=True)
    out["hs_edition"] = _named(block, cells["hs_edition"], "hs_edition", edition, "no edition of the Harmonized System", reject=True)
    out["value_basis"] = text(cells["value_basis"])
    out["value_basis"] = by_unique(out["value_basis"], _basis)
    if mapping.basis and not cells.has("value_basis"):
        out["value_basis"] = by_unique(flow, mapping.basis.get)
    _amounts(block, cells, out)
    out["province"] = _provinces(block, cells["province"], out["date"], economy)
    if mapping.column("firm_id") is None and not cells.has("importer_id") and not cells.has("exporter_id"):
        out["firm_id"] = pl.Series([None], dtype=pl.String).gather([0] * cells.rows)
    known = {**common_values("status"), **{fold(k): v for k, v in mapping.values.get("status", {}).items()}}
    status = by_unique(text(cells["status"]), lambda t: known.get(fold(t), "original"))
    version = numbers(block, cells["version"], "version", ".", 1.0)
    return pl.DataFrame({k: v.rename(k) for k, v in out.items()}).with_columns(
        _status=status, _version=version, _own_id=out["declaration_id"].is_not_null(), _own_line=out["line"].is_not_null(),
        declaration_id=pl.coalesce(out["declaration_id"], block.file.rpartition(".")[0] + ":" + block.rows.cast(pl.String)),
    )  # fmt: skip


def _parties(cells: Columns, flow: pl.Series, places: dict[str, pl.Series], out: dict[str, pl.Series]) -> None:
    """Settle by the flow who is the firm, who the other party, and where goods came from and went."""
    imports = (flow == "import").fill_null(False)

    def either(inward: pl.Series | None, outward: pl.Series | None) -> pl.Series:
        none = pl.Series([None], dtype=pl.String).gather([0] * cells.rows)
        return (inward if inward is not None else none).zip_with(imports, outward if outward is not None else none)

    def filled(field: str, found: pl.Series) -> None:
        if field not in out or out[field].null_count() == len(out[field]):
            out[field] = found
        else:
            out[field] = out[field].zip_with(out[field].is_not_null(), found)

    def pick(field: str) -> pl.Series | None:
        return text(cells[field]) if cells.has(field) else None

    if cells.has("importer_id") or cells.has("exporter_id"):
        out["firm_id"] = either(pick("importer_id"), pick("exporter_id"))
    if cells.has("importer_name") or cells.has("exporter_name"):
        filled("counterparty_name", either(pick("exporter_name"), pick("importer_name")))
    home, away = places.get("reporter"), places.get("partner")
    importer = places.get("importer_country") if home is None else either(home, away)
    exporter = places.get("exporter_country") if home is None else either(away, home)
    if importer is not None or exporter is not None:
        filled("counterparty_country", either(exporter, importer))
        filled("destination", either(importer, importer))
        filled("departure", either(exporter, exporter))
        # The partner of an import is its origin by the rules of trade statistics; that of an export is not.
        filled("origin", either(away if home is not None else exporter, None))
    elif "counterparty_country" not in out:
        filled("counterparty_country", either(out.get("departure"), out.get("destination")))


def _tax(block: Block, cells: pl.Series) -> pl.Series:
    clean = text(cells)
    number = clean.str.extract(r"^([0-9]{10})[- ]?[0-9]{3}$")
    block.mend(number.is_not_null(), "firm_id", "the suffix of a branch left aside")
    return number.zip_with(number.is_not_null(), clean.str.to_uppercase())


def _named(block: Block, cells: pl.Series, column: str, read: Callable[[str], str | None], reason: str, reject: bool) -> pl.Series:
    clean = text(cells)
    out = by_unique(clean, read)
    unknown = clean.is_not_null() & out.is_null()
    if reject:
        block.reject(unknown, column, reason, cells)
    else:
        block.mend(unknown, column, f"{reason}, left empty")
    return out


def _basis(word: str) -> str | None:
    plain = word.strip()
    return plain.lower() if plain.lower() in ("basic", "purchaser") else plain.upper()[:3]


def _amounts(block: Block, cells: Columns, out: dict[str, pl.Series]) -> None:
    clean = text(cells["unit"])
    noun = by_unique(clean, lambda t: (unit(t) or ("",))[0] or None)
    factor = by_unique(clean, lambda t: str((unit(t) or ("", 1.0))[1])).cast(pl.Float64)
    unknown = clean.is_not_null() & by_unique(clean, lambda t: None if unit(t) is None else "known").is_null()
    block.mend(unknown, "unit", "not a unit that is known: quantity and unit left empty")
    out["unit"] = noun
    out["quantity"] = (out["quantity"] * factor.fill_null(1.0)).zip_with(~unknown, pl.Series([None], dtype=pl.Float64).gather([0] * cells.rows))
    if not cells.has("net_kg"):
        out["net_kg"] = out["quantity"].zip_with((noun == "kilogram").fill_null(False), pl.Series([None], dtype=pl.Float64).gather([0] * cells.rows))
    zero = (out["net_kg"] == 0).fill_null(False)
    block.mend(zero, "net_kg", "a mass of zero left empty: it was not weighed")
    out["net_kg"] = out["net_kg"].zip_with(~zero, pl.Series([None], dtype=pl.Float64).gather([0] * cells.rows))


def _provinces(block: Block, cells: pl.Series, date: pl.Series, economy: str) -> pl.Series:
    clean = text(cells)
    pairs = pl.DataFrame({"p": clean, "d": date}).drop_nulls().unique().sort("p", "d")
    keys = [province_key(p, d, economy) for p, d in pairs.iter_rows()]
    found = pl.DataFrame({"p": clean, "d": date}).join(
        pairs.with_columns(k=pl.Series(keys, dtype=pl.String)), on=["p", "d"], how="left", maintain_order="left"
    )["k"]
    block.mend(clean.is_not_null() & found.is_null(), "province", "no province of this name on the day, left empty")
    return found


def _other(cells: Columns, mapping: Mapping, block: Block) -> pl.DataFrame:
    """Rows of firms and tariffs."""
    out: dict[str, pl.Series] = {}
    for c in schemas()[mapping.table].columns.values():
        held = cells[c.name]
        if c.type == "number":
            out[c.name] = numbers(block, held, c.name, mapping.decimal, mapping.scales.get(c.name, 1.0))
        elif c.type == "date":
            out[c.name] = days(block, held, c.name, mapping.dates)
        elif c.type == "texts":
            out[c.name] = held if held.dtype.base_type() is pl.List else _list(text(held))
        elif c.name == "hs":
            out[c.name] = _codes(block, held, mapping)
        elif mapping.table == "tariffs" and c.name in ("importer", "origin"):
            out[c.name] = _economy(block, held, c.name)
        elif c.name == "kind":
            out[c.name] = mapped(block, held, c.name, {**common_values("kind"), **mapping.values.get("kind", {})}, "no kind of rate that is known")
        elif c.name == "firm_id":
            out[c.name] = _tax(block, held)
        else:
            out[c.name] = text(held)
    return pl.DataFrame({k: v.rename(k) for k, v in out.items()})


def _list(cells: pl.Series) -> pl.Series:
    return pl.DataFrame({"c": cells}).select(pl.col("c").str.split(";").list.eval(pl.element().str.strip_chars()).fill_null([])).to_series()
