"""A catalogue as arrays: one record for each distinct product, material code and kind of line, whole numbers for every amount.

Words are read by the reader of single bills (`madein.origin.records`), once for each distinct combination, so that both paths read
the same; what cannot be read is told for each row that holds it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from madein.core.errors import Problem, Problems
from madein.origin.batch.numbers import Amounts, amounts, distinct, encoded, products, same_decimals
from madein.origin.batch.repeats import amounts_of, first_alike
from madein.origin.batch.whole import ONLY_WHOLE, asked, whole_bill
from madein.origin.model import BASES, Bill, Line, Product
from madein.origin.records import Reader, header, line_of, product_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CODES = ("hs", "hs_edition", "hs2012", "hs2017", "hs2022")
_PRODUCT_WORDS = (*_CODES, "country", "destination", "basis", "currency", "processes", "is_set", "gri", "wholly_obtained_in")
_LINE_WORDS = (
    "origin", "origin_undeterminable", "proof", "role", "named", "wholly_obtained", "basic_textiles", "elastomeric", "restricted", "component",
    "bought", "processes",
)  # fmt: skip
_LINE_AMOUNTS = ("value", "weight", "weight_pct", "component_weight_pct")
_MOST_SUM = 4 * 10**13
"""Sums up to it stay exact in 64 bits when they are multiplied by the terms of a percentage."""


@dataclass(frozen=True)
class Told:
    """What distinguishes one kind of product in the catalogue: the product without amounts, its answers and its gates.

    ``key`` is equal for kinds of products that were read from the same words.
    """

    product: Product
    facts: Mapping[str, bool]
    gates: Mapping[str, str]
    key: Hashable = ()


@dataclass
class Table:
    """Bills as arrays; ``n`` bills, ``m`` lines sorted by bill.

    Attributes
    ----------
    ids : polars.Series, shape (n,)
        What the catalogue calls each bill.
    first_row : int64 array, shape (n,)
        Row of the catalogue each bill begins in.
    starts, counts : int64 array, shape (n,)
        First line and number of lines of each bill.
    told, sorts : int32 array, shape (n,); list of Told
        Kind of each product.
    code, codes : int32 array, shape (m,); list of (hs, edition, codes in other editions)
        Code of each line.
    kind, kinds : int32 array, shape (m,); list of Line
        Words of each line, as a line without code and amounts.
    status : int8 array, shape (m,)
        Stated status: 0 not originating, 1 not stated, 2 originating.
    by_regime : dict of str to int8 array, shape (m,)
        The same for single regimes; 3 where nothing is said for it.
    lines, goods : dict of str to Amounts
        Amounts of lines, of goods.
    odd, bad : bool array, shape (n,)
        Bills that the arrays cannot hold exactly; bills with an error.
    problems : list of Problem
        What cannot be read.
    whole : dict of int to Bill
        Bills that the reader of single bills has read.
    """

    ids: pl.Series
    first_row: NDArray[np.int64]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    told: NDArray[np.int32]
    sorts: list[Told]
    code: NDArray[np.int32]
    codes: list[tuple[str, str, Mapping[str, str]]]
    kind: NDArray[np.int32]
    kinds: list[Line]
    status: NDArray[np.int8]
    by_regime: dict[str, NDArray[np.int8]]
    lines: dict[str, Amounts]
    goods: dict[str, Amounts]
    odd: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    problems: list[Problem] = field(default_factory=list)
    whole: dict[int, Bill] = field(default_factory=dict)
    _by_fields: dict[tuple[str, ...], tuple[NDArray[np.int32], list[Hashable], list[int]]] = field(default_factory=dict)

    def kind_classes(self, fields: tuple[str, ...]) -> tuple[NDArray[np.int32], list[Hashable], list[int]]:
        """Kinds of lines by some of their fields: class of each kind, what the kinds of a class share, one kind of each class."""
        found = self._by_fields.get(fields)
        if found is None:
            place: dict[Hashable, int] = {}
            of = np.array([place.setdefault(tuple([getattr(k, name) for name in fields]), len(place)) for k in self.kinds], np.int32)
            first = np.zeros(len(place), np.int64)
            first[of[::-1]] = np.arange(len(of) - 1, -1, -1)
            found = self._by_fields[fields] = of, list(place), first.tolist()
        return found

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """For each bill the first that says the same in all a decision hangs on."""
        lines: list[NDArray[Any]] = [self.code, self.kind, self.status, *self.by_regime.values(), *amounts_of(self.lines)]
        return first_alike(lines, [self.told, *amounts_of(self.goods)], self.starts, self.counts, self.odd | self.bad)

    def bill(self, n: int, destination: str = "") -> Bill:
        """One bill for the scalar path."""
        held = self.whole.get(n)
        if held is not None:
            return replace(held, product=replace(held.product, destination=destination or held.product.destination), label=str(self.ids[n]))
        told = self.sorts[self.told[n]]
        good = {k: a.at(n) for k, a in self.goods.items()}
        values = {k.removeprefix("value_"): v for k, v in good.items() if k.startswith("value_") and v is not None}
        product = replace(
            told.product, value=good["value"], net_cost=good["net_cost"], weight=good["weight"], values=values,
            destination=destination or told.product.destination,
        )  # fmt: skip
        start = int(self.starts[n])
        made = []
        for at in range(start, start + int(self.counts[n])):
            hs, edition, hs_in = self.codes[self.code[at]]
            own = {r: bool(s[at] == 2) for r, s in self.by_regime.items() if s[at] != 3}
            stated = (False, None, True)[self.status[at]]
            amounts_ = {k: a.at(at) for k, a in self.lines.items()}
            kind = self.kinds[self.kind[at]]
            made.append(replace(kind, id=str(at - start + 1), hs=hs, hs_edition=edition, hs_in=hs_in, originating=stated, status=own, **amounts_))
        return Bill(product, tuple(made), told.facts, told.gates, str(self.ids[n]))


class _Notes:
    """Problems of rows, collected by what holds them."""

    def __init__(self, label: str, at: NDArray[np.int64], most: int = 1000) -> None:
        self.label, self.at, self.most = label, at, most
        self.found: list[Problem] = []

    def rows(self, rows: Sequence[int] | NDArray[np.int64], column: str, what: str, why: str = "", fix: str = "", warn: bool = False) -> None:
        """Note one problem for each of some rows."""
        for row in list(rows)[: max(0, self.most - len(self.found))]:
            where = f"{self.label} row {int(self.at[row])} {column}".strip()
            self.found.append(Problem(what, where, why, fix, "warning" if warn else "error"))


def column_key(name: str) -> str | None:
    """What a column of a catalogue holds: ``bill``, a key of lines, ``product_...``, ``gate_...``, ``fact_...``, ``status_...``.

    Examples
    --------
    >>> column_key("HS code"), column_key("product_hs"), column_key("status_EVFTA"), column_key("colour")
    ('hs', 'product_hs', 'status_EVFTA', None)
    """
    plain = name.strip()
    low = plain.lower().replace(" ", "_")
    if low in ("bill", "product", "product_id", "bill_id"):
        return "bill"
    if low.startswith("product_"):
        rest = low.removeprefix("product_")
        if rest.startswith("value_") and rest[6:].upper() in BASES:
            return f"product_value_{rest[6:].upper()}"
        rest = rest if rest in _PRODUCT_WORDS else header(rest, "product") or ""
        return f"product_{rest}" if rest and rest != "name" else "product_name" if rest else None
    if low.startswith(("gate_", "fact_")):
        return low
    if low.startswith(("status_", "status:")):
        return f"status_{plain[7:].upper()}"
    return low if low in _LINE_WORDS or low in ONLY_WHOLE else header(plain)


def _product_record(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v is not None and str(v).strip() != ""}


def table_of(lines: pl.DataFrame, rows: NDArray[np.int64], goods: pl.DataFrame | None, label: str, edition: str = "") -> Table:
    """The arrays of a piece of a catalogue.

    Parameters
    ----------
    lines : DataFrame
        Columns named by `column_key`, sorted by bill.
    rows : int64 array, shape (m,)
        Row of the catalogue of each line, counted as people do.
    goods : DataFrame or None
        One row for each bill, in the order of the lines, with the columns ``product_...``, ``gate_...``, ``fact_...``; None where they
        stand in the lines.
    label : str
        How messages call the catalogue.
    edition : str
        Edition of codes that name none.
    """
    m = lines.height
    bill = lines["bill"]
    new = np.ones(m, bool)
    new[1:] = (bill != bill.shift(1)).fill_null(True).to_numpy()[1:]
    starts = np.flatnonzero(new)
    counts = np.diff(np.append(starts, m))
    n = len(starts)
    of = np.repeat(np.arange(n), counts)
    notes = _Notes(label, rows)
    bad = np.zeros(n, bool)
    first = rows[starts]
    goods_notes = _Notes(label, first)
    if goods is None:
        goods = lines.select([c for c in lines.columns if c.startswith(("product_", "gate_", "fact_"))])
        for name in goods.columns:
            same = (goods[name].eq_missing(goods[name].gather(np.repeat(starts, counts)))).to_numpy()
            other = np.flatnonzero(~same)
            if len(other):
                bad[of[other]] = True
                notes.rows(other, name, "a product's field is not the same on every row of its bill", fix="write the same in each row")
        goods = goods[starts] if goods.width else goods

    told, sorts = _sorts(goods, n, edition, goods_notes, bad)
    code, codes = _codes(lines, m, edition, told, sorts, of, notes, bad)
    kind, kinds = _kinds(lines, m, of, notes, bad)
    status, by_regime = _status(lines, m, of, notes, bad)
    line_amounts = {k: _amounts(lines, k, m, notes, of, bad) for k in _LINE_AMOUNTS}
    if "unit_value" in lines.columns and "quantity" in lines.columns:
        _from_units(lines, line_amounts, m, notes, of, bad)
    good_amounts = {
        k.removeprefix("product_"): _amounts(goods, k, n, goods_notes, np.arange(n), bad)
        for k in ("product_value", "product_net_cost", "product_weight", *(c for c in goods.columns if c.startswith("product_value_")))
    }
    same_decimals([line_amounts["value"], *(a for k, a in good_amounts.items() if k != "weight")])
    same_decimals([line_amounts["weight"], good_amounts["weight"]])
    odd = np.zeros(n, bool)
    for held in line_amounts.values():
        odd[of[list(held.odd)]] = True
        odd |= np.add.reduceat(held.whole.astype(np.float64), starts) > _MOST_SUM
    for held in good_amounts.values():
        odd[list(held.odd)] = True
        odd |= held.whole > _MOST_SUM
    whole = asked(lines, starts)
    if "currency" in lines.columns:
        _currencies(lines, told, sorts, of, notes, bad)
    for name in ("weight_pct", "component_weight_pct"):
        held = line_amounts[name]
        over = np.add.reduceat(held.whole, starts) > 100 * 10**held.decimals
        over &= ~whole
        goods_notes.rows(np.flatnonzero(over), name, f"{name} adds up to more than 100", fix="give shares of one whole")
        bad |= over
    read = _wholes(np.flatnonzero(whole & ~bad), lines, goods, starts, counts, rows, edition, notes, bad)
    odd |= whole
    return Table(
        bill[starts], first, starts, counts, told, sorts, code, codes, kind, kinds, status, by_regime, line_amounts, good_amounts, odd, bad,
        [*goods_notes.found, *notes.found], read,
    )  # fmt: skip


def _wholes(
    which: NDArray[np.int64], lines: pl.DataFrame, goods: pl.DataFrame, starts: NDArray[np.int64], counts: NDArray[np.int64],
    rows: NDArray[np.int64], edition: str, notes: _Notes, bad: NDArray[np.bool_],
) -> dict[int, Bill]:  # fmt: skip
    """Bills that the reader of single bills reads."""
    found: dict[int, Bill] = {}
    for at in which.tolist():
        begin, size = int(starts[at]), int(counts[at])
        good = goods.row(at, named=True) if goods.width else {}
        bill, wrong = whole_bill(lines.slice(begin, size).rows(named=True), good, rows[begin : begin + size].tolist(), edition, notes.label)
        if bill is None:
            bad[at] = True
            notes.found += wrong[: max(0, notes.most - len(notes.found))]
        else:
            found[at] = bill
    return found


def _amounts(frame: pl.DataFrame, name: str, size: int, notes: _Notes, of: NDArray[Any], bad: NDArray[np.bool_]) -> Amounts:
    if name not in frame.columns:
        return Amounts(np.zeros(size, np.int64), np.zeros(size, bool), 0)
    found = amounts(frame[name])
    for row, why in found.wrong.items():
        notes.rows([row], name, f"the {name.replace('_', ' ')} {why}", fix="write digits with a decimal dot, without sign, unit or currency")
        bad[of[row]] = True
    return found


def _from_units(lines: pl.DataFrame, found: dict[str, Amounts], m: int, notes: _Notes, of: NDArray[Any], bad: NDArray[np.bool_]) -> None:
    each, quantity = (_amounts(lines, k, m, notes, of, bad) for k in ("unit_value", "quantity"))
    whole, said = products(each, quantity), found["value"]
    same_decimals([whole, said])
    both = np.flatnonzero(whole.given & said.given)
    other = [int(r) for r in both[whole.whole[both] != said.whole[both]]] + [r for r in whole.odd if said.given[r] and whole.odd[r] != said.at(r)]
    notes.rows(other, "value", "quantity times unit value is not the value", fix="correct one of the three")
    bad[of[other]] = True
    use = whole.given & ~said.given
    said.whole[use], said.given[use] = whole.whole[use], True
    said.odd.update({r: v for r, v in whole.odd.items() if use[r]})


def _words(frame: pl.DataFrame, names: Sequence[str], prefix: str = "") -> tuple[list[str], list[NDArray[np.int32]], list[list[str | None]]]:
    held = [k for k in names if prefix + k in frame.columns]
    pairs = [encoded(frame[prefix + k]) for k in held]
    return held, [p[0] for p in pairs], [p[1] for p in pairs]


def _tell(problems: Problems, notes: _Notes, rows: NDArray[np.int64], of: NDArray[Any], bad: NDArray[np.bool_], prefix: str = "") -> None:
    """Problems of one distinct combination, told for each row that holds it."""
    for p in problems.errors:
        column = f"{prefix}{p.where.split()[-1]}" if p.where else ""
        notes.rows(rows, column, p.what, p.why, p.fix)
    if problems.errors:
        bad[of[rows]] = True


def _sorts(goods: pl.DataFrame, n: int, edition: str, notes: _Notes, bad: NDArray[np.bool_]) -> tuple[NDArray[np.int32], list[Told]]:
    names = [c for c in goods.columns if c.removeprefix("product_") in _PRODUCT_WORDS or c.startswith(("gate_", "fact_"))]
    held, codes, words = _words(goods, names)
    told, combos = distinct([(c, len(w)) for c, w in zip(codes, words, strict=True)], n)
    sorts = []
    for at, combo in enumerate(combos):
        cells = _product_record({k: w[i] for k, w, i in zip(held, words, combo, strict=True)})
        problems = Problems("")
        read = Reader(problems)
        record = {k.removeprefix("product_"): v for k, v in cells.items() if k.startswith("product_")}
        if record.get("hs") and not record.get("hs_edition") and edition:
            record["hs_edition"] = edition
        product = product_of(record, read)
        facts = {k[5:]: v for k, w in cells.items() if k.startswith("fact_") and (v := read.answer(w, k, k[5:])) is not None}
        gates = {k[5:]: said for k, w in cells.items() if k.startswith("gate_") and (said := read.choice(w, ("", "met", "test"), k, "the gate"))}
        if problems.errors:
            _tell(problems, notes, np.flatnonzero(told == at), np.arange(n), bad, "product_")
        sorts.append(Told(product, facts, gates, (edition, *cells.items())))
    return told, sorts


def _codes(
    lines: pl.DataFrame, m: int, edition: str, told: NDArray[np.int32], sorts: Sequence[Told], of: NDArray[Any], notes: _Notes, bad: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], list[tuple[str, str, Mapping[str, str]]]]:
    held, codes, words = _words(lines, _CODES)
    parts = [(c, len(w)) for c, w in zip(codes, words, strict=True)]
    # A code that names no edition takes that of the catalogue, or of its product.
    own = sorted({edition or s.product.hs_edition for s in sorts})
    place = np.array([own.index(edition or s.product.hs_edition) for s in sorts], np.int64)
    parts.append((place[told][of], len(own)))
    code, combos = distinct(parts, m)
    found: list[tuple[str, str, Mapping[str, str]]] = []
    for at, combo in enumerate(combos):
        cells = _product_record({k: w[i] for k, w, i in zip(held, words, combo, strict=False)})
        problems = Problems("")
        read = Reader(problems)
        named = str(cells.get("hs_edition") or own[combo[-1]])
        hs = read.code(cells.get("hs"), named, "hs")
        hs_in = {e: c for e in ("2012", "2017", "2022") if (c := read.code(cells.get(f"hs{e}"), e, f"hs{e}"))}
        if problems.errors:
            _tell(problems, notes, np.flatnonzero(code == at), of, bad)
        found.append((hs, named if hs else "", hs_in))
    return code, found


def _kinds(lines: pl.DataFrame, m: int, of: NDArray[Any], notes: _Notes, bad: NDArray[np.bool_]) -> tuple[NDArray[np.int32], list[Line]]:
    held, codes, words = _words(lines, _LINE_WORDS)
    kind, combos = distinct([(c, len(w)) for c, w in zip(codes, words, strict=True)], m)
    found = []
    for at, combo in enumerate(combos):
        record = _product_record({k: w[i] for k, w, i in zip(held, words, combo, strict=True)})
        problems = Problems("")
        found.append(line_of(record, Reader(problems), ""))
        if problems.errors:
            _tell(problems, notes, np.flatnonzero(kind == at), of, bad)
    return kind, found


def _status(
    lines: pl.DataFrame, m: int, of: NDArray[Any], notes: _Notes, bad: NDArray[np.bool_]
) -> tuple[NDArray[np.int8], dict[str, NDArray[np.int8]]]:
    found: dict[str, NDArray[np.int8]] = {}
    for name in ("originating", *(c for c in lines.columns if c.startswith("status_"))):
        blank = 1 if name == "originating" else 3
        if name not in lines.columns:
            found[name] = np.full(m, blank, np.int8)
            continue
        codes, words = encoded(lines[name])
        values = []
        for at, word in enumerate(words):
            problems = Problems("")
            answer = Reader(problems).answer(None if word is None or not word.strip() else word, name, name)
            if problems.errors:
                _tell(problems, notes, np.flatnonzero(codes == at), of, bad)
            values.append(blank if answer is None else 2 * int(answer))
        found[name] = np.array(values, np.int8)[codes]
    return found.pop("originating"), {k.removeprefix("status_"): v for k, v in found.items()}


def _currencies(lines: pl.DataFrame, told: NDArray[np.int32], sorts: Sequence[Told], of: NDArray[Any], notes: _Notes, bad: NDArray[np.bool_]) -> None:
    codes, words = encoded(lines["currency"])
    said = np.array(["" if w is None else w.strip().upper() for w in words])
    own = np.array([s.product.currency.upper() for s in sorts])
    other = np.flatnonzero((said[codes] != "") & (said[codes] != own[told][of]))
    notes.rows(other, "currency", "the line is in another currency than the product", "amounts in two currencies are not added", "convert them first")
    bad[of[other]] = True
