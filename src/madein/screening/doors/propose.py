"""A mapping proposed for a file from the names of its columns and what stands in them; a person confirms it."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from pathlib import Path

import polars as pl

from madein.core.period_labels import fold
from madein.core.printed import parse_numbers, settle
from madein.screening.doors.mapping import Link, Mapping
from madein.screening.doors.reading import header_and_sample
from madein.screening.doors.vocabulary import Door, common_values, door_of, doors, fields_of, squeeze
from madein.screening.normalise.hs import clean_codes, edition
from madein.screening.normalise.places import NOWHERE, TOTAL, economy_code, is_province
from madein.screening.normalise.quantities import currency, unit
from madein.screening.schema import schemas

_NEAR = 88.0
"""Likeness (0 to 100) from which a name that is not in a vocabulary is taken for one that is."""
_AGREES, _VETO = 0.9, 0.5
COUNTRIES = frozenset(
    {"counterparty_country", "origin", "departure", "destination", "importer_country", "exporter_country", "reporter", "partner", "importer"}
)
"""Fields that hold economies (importer: of tariffs)."""
_MASS = {
    "tonne": 1000.0,
    "tonnes": 1000.0,
    "tons": 1000.0,
    "ton": 1000.0,
    "tan": 1000.0,
    "mt": 1000.0,
    "gram": 0.001,
    "grams": 0.001,
    "g": 0.001,
    "lbs": 0.45359237,
}
_MONEY = {
    "thousand": 1e3,
    "thousands": 1e3,
    "000": 1e3,
    "1000": 1e3,
    "nghin": 1e3,
    "ngan": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "mn": 1e6,
    "trieu": 1e6,
}
_YEAR = r"(?:19|20|21)[0-9]{2}"
_DAY = rf"^\s*(?:{_YEAR}(?:[/.-]?[0-9]{{1,2}}){{0,2}}(?:[T ].*)?|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-][0-9]{{2,4}}(?:[T ].*)?|[0-9]{{5}}(?:\.0+)?)\s*$"
_DMY = r"^\s*([0-9]{1,2})[/.-]([0-9]{1,2})[/.-][0-9]{2,4}"


def propose_mapping(file: Path | str) -> Mapping:
    """How a file seems to be laid out.

    Names are looked up in the vocabularies of all doors, then compared with them; what stands in the cells confirms a name, vetoes
    it, or settles a field that no name settles. What cannot be settled is asked, not guessed.

    Parameters
    ----------
    file : Path
        CSV, Parquet or a workbook.

    Returns
    -------
    Mapping
        Not confirmed. `Mapping.rows` is what to show; `Mapping.answer` settles its questions; `Mapping.confirm` agrees to it.

    Raises
    ------
    MadeinError
        If the file cannot be read.
    """
    path = Path(file)
    raw = header_and_sample(path)
    header = tuple(raw.columns)
    cells = {
        name: raw[name].cast(pl.String, strict=False).drop_nulls().str.strip_chars()
        for name in header
        if raw[name].dtype.base_type() not in (pl.List, pl.Struct)
    }
    cells = {name: c.filter(c != "") for name, c in cells.items()}
    door = door_of(header)
    table = door.table
    notes = list(door.notes)
    links: list[Link] = []
    for link in _by_name(header, door):
        share = agreement(link.target, cells[link.column], door) if link.column in cells else None
        if share is not None and share < _VETO:
            notes.append(
                f"column {link.column!r} is called like {link.target}, but {1 - share:.0%} of its cells are not of that kind; it is left unread"
            )
            continue
        links.append(Link(link.target, link.column, round(link.sure * (1.0 if share is None else 0.5 + share / 2), 3), link.why))
    links += _by_content(header, cells, links, door)
    order = {name: i for i, name in enumerate(fields_of(table))}
    links.sort(key=lambda k: order[k.target])
    by = {k.target: k.column for k in links}
    constants = {k: str(v) for k, v in door.constants.items() if k not in by}
    scales = dict(door.scales)
    for target, words in (("net_kg", _MASS), ("capacity", _MASS), ("value", _MONEY), ("tariff_paid", _MONEY)):
        if target in by and target not in scales and (hint := _hint(by[target], words)):
            scales[target] = hint
    if "value" in by and "currency" not in by and "currency" not in constants and (code := _currency_in(by["value"])):
        constants["currency"] = code
    day = "date" if table == "declarations" else "founded" if table == "firms" else "from"
    dates, asked_date = _dates(raw, cells, by.get(day))
    decimal, asked_decimal = _decimal(raw, cells, [by[c.name] for c in schemas()[table].columns.values() if c.type == "number" and c.name in by])
    questions = [*_missing(table, by, constants), *asked_date, *asked_decimal]
    values = {k: {str(a): str(b) for a, b in v.items()} for k, v in door.values.items()}
    return Mapping(
        table, door.name, header, tuple(links), constants, values, scales, dates, decimal, door.statistic, dict(door.basis),
        tuple(h for h in header if h not in by.values()), tuple(questions), tuple(notes),
    )  # fmt: skip


def _portion(mask: pl.Series) -> float:
    return float(mask.sum()) / len(mask) if len(mask) else 0.0


def _by_name(header: tuple[str, ...], door: Door) -> list[Link]:
    from rapidfuzz import fuzz

    own = schemas()[door.table].columns
    names = {squeeze(h): h for h in reversed(header)}
    links: dict[str, Link] = {}
    taken: set[str] = set()

    def take(target: str, column: str, sure: float, why: str) -> None:
        if target not in links and (column not in taken or door.name == "baci"):
            links[target] = Link(target, column, sure, why)
            taken.add(column)

    for name in header:
        if name in own:
            take(name, name, 1.0, "the schema's own name")
    others = [d for d in doors().values() if d.table == door.table and d.name not in (door.name, "baci")]
    for held, sure in ((door, 0.95), *((d, 0.85) for d in others)):
        for target, spellings in held.columns.items():
            for spelling in spellings:
                bare = next((n for n in names if n == spelling), None)
                if bare is not None and target not in links:
                    take(target, names[bare], sure, f"a name of the {held.name} vocabulary")
    if door.name == "baci":
        for target, column in (("origin", "i"), ("departure", "i"), ("destination", "j")):
            take(target, names[column], 0.9, "both parties of a row are known")
    known = [(target, s) for d in (door, *others) for target, ss in d.columns.items() for s in ss if len(s) > 3]
    for name in header:
        if name in taken or len(squeeze(name)) < 4:
            continue
        # "Trị giá (nghìn USD)": what stands in brackets is a unit.
        bare = squeeze(name.partition("(")[0]) or squeeze(name)
        score, target = max(((fuzz.ratio(bare, s), t) for t, s in known if t not in links), default=(0.0, ""))
        if score >= _NEAR:
            take(target, name, round(score / 100 * 0.8, 3), "like a known name")
    return list(links.values())


def agreement(target: str, cells: pl.Series, door: Door) -> float | None:
    """Share of cells that are of a field's kind; None where any text is, or where there are none.

    Examples
    --------
    >>> agreement("hs", pl.Series(["8517.12", "0101", "yes", "90"]), doors()["plain"])
    0.75
    """
    if not len(cells):
        return None
    counted = cells.value_counts()
    texts, weights = counted.to_series(0).to_list(), counted["count"].to_list()

    def weigh(test: list[bool]) -> float:
        return float(sum(w for w, ok in zip(weights, test, strict=True) if ok) / sum(weights))

    if target in COUNTRIES:
        return weigh([(found := economy_code(t))[0] is not None or found[1] in (TOTAL, NOWHERE) for t in texts])
    if target == "hs":
        fault = clean_codes(counted.to_series(0))["fault"]
        return weigh([f is None or t.upper() in ("TOTAL", "ALL") for f, t in zip(fault.to_list(), texts, strict=True)])
    if target == "currency":
        return weigh([currency(t) is not None for t in texts])
    if target == "unit":
        return weigh([unit(t) is not None for t in texts])
    if target == "hs_edition":
        return weigh([edition(t) is not None for t in texts])
    if target == "province":
        return weigh([is_province(t) for t in texts])
    if target == "flow":
        known = {**common_values("flow"), **{fold(k): v for k, v in door.values.get("flow", {}).items()}}
        return weigh([fold(t) in known for t in texts])
    schema = schemas()[door.table].columns
    if target in schema and schema[target].type == "number":
        return 1 - min(_portion(parse_numbers(cells, ".")[2]), _portion(parse_numbers(cells, ",")[2]))
    if target in schema and schema[target].type == "date":
        return _portion(cells.str.contains(_DAY))
    return None


def _by_content(header: tuple[str, ...], cells: MappingType[str, pl.Series], links: list[Link], door: Door) -> list[Link]:
    """Columns for fields a row needs and no name settled, where exactly one column left has the look of it."""
    have, used = {k.target for k in links}, {k.column for k in links}
    found: list[Link] = []
    for target in ("date", "hs", "flow", "origin", "currency") if door.table == "declarations" else ():
        if target in have or target in door.constants or (target == "origin" and {"partner", "counterparty_country"} & have):
            continue
        fits = []
        for name in header:
            if name in used or name not in cells or not len(cells[name]):
                continue
            share = agreement(target, cells[name], door)
            # Any number of five digits could be a code; codes repeat, have four digits or more and begin with a chapter.
            short = _portion(cells[name].str.contains(r"^[0-9.]{4,13}$")) > _AGREES
            looks = target != "hs" or (short and cells[name].n_unique() < 0.9 * len(cells[name]))
            if share is not None and share >= _AGREES and looks:
                fits.append((name, share))
        if len(fits) == 1:
            found.append(Link(target, fits[0][0], round(0.6 * fits[0][1], 3), f"{fits[0][1]:.0%} of its cells have the look of it"))
            used.add(fits[0][0])
    return found


def _hint(name: str, words: MappingType[str, float]) -> float | None:
    parts = "".join(c if c.isalnum() else " " for c in fold(name)).split()
    return next((words[p] for p in parts if p in words), None)


def _currency_in(name: str) -> str | None:
    parts = "".join(c if c.isalnum() or c in "$₫€" else " " for c in name).split()
    return next(
        (
            code
            for p in parts
            if (len(p) >= 3 and (code := currency(p)) and p.upper() == code) or (p in ("US$", "$", "₫", "€") and (code := currency(p)))
        ),
        None,
    )


def _dates(raw: pl.DataFrame, cells: MappingType[str, pl.Series], column: str | None) -> tuple[str, list[str]]:
    """Order of day and month, and the question where nothing settles it."""
    if column is None or raw[column].dtype.is_temporal():
        return "iso", []
    held = cells[column]
    if _portion(held.str.contains(r"^[3-5][0-9]{4}(\.0+)?$")) > _AGREES:
        return "excel", []
    parts = held.str.extract_groups(_DMY)
    first, second = (parts.struct.field(k).cast(pl.Int32, strict=False).drop_nulls() for k in ("1", "2"))
    if not len(first):
        return "iso", []
    day_first, month_first = bool((first > 12).any()), bool((second > 12).any())
    if day_first != month_first:
        return ("dmy" if day_first else "mdy"), []
    why = "some cells have the day first, others the month" if day_first else "no day after the twelfth tells day from month"
    return "", [f"dates: in column {column!r} {why}; answer dmy or mdy"]


def _decimal(raw: pl.DataFrame, cells: MappingType[str, pl.Series], columns: list[str]) -> tuple[str, list[str]]:
    texts = [c for name in columns if not raw[name].dtype.is_numeric() and name in cells for c in cells[name].to_list()]
    said = settle(texts)
    if said.dot and said.comma:
        mark = "." if said.dot > 20 * said.comma else "," if said.comma > 20 * said.dot else ""
        return mark, [] if mark else [
            "decimal: some numbers have a decimal dot, others a decimal comma; answer the one that is right, the other rows are set aside"
        ]
    if said.comma or said.dot:
        return ("," if said.comma else "."), []
    if said.open_cell:
        return "", ["decimal: a dot or comma before three digits may group thousands or mark decimals; answer . or ,"]
    return ".", []


def _missing(table: str, by: MappingType[str, str], constants: MappingType[str, str]) -> list[str]:
    have = set(by) | set(constants)
    asked = []
    for name, c in schemas()[table].columns.items():
        if c.needs and name not in have and name not in ("declaration_id", "line"):
            extra = "; answer import or export as a constant, or name the column" if name == "flow" else "; name the column, or a constant"
            asked.append(f"{name}: no column holds the {c.about}{extra}")
    if table == "declarations" and "value" in have and "currency" not in have:
        asked.append("currency: nothing tells in which currency values are; answer it as a constant such as USD")
    return asked
