"""Bills from records: the form of JSON and YAML files, and what every other reader ends in.

A bill is ``{product: {...}, materials: [...], facts: {...}, gates: {...}}``; a material may hold ``children``, or name its ``parent``.
Nothing is guessed: what cannot be read is collected, with its place, and refused together.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from importlib import resources
from types import MappingProxyType
from typing import Any

from madein.core.countries import economy, find_economy
from madein.core.errors import MadeinError, Problems
from madein.core.period_labels import fold
from madein.core.units import is_money
from madein.origin.hs import parse_hs
from madein.origin.model import BASES, ROLES, Bill, Catch, Line, Number, Process, Product, ProofDocument, Shipment, Stop, exact
from madein.origin.regimes import read_yaml

UNNAMED = frozenset({"ZZ", "HIGH_SEAS"})
"""Places that are no country: one that is not named, and the high seas."""

_EDITIONS = ("2012", "2017", "2022")


@functools.cache
def vocabulary() -> Mapping[str, Any]:
    """Words of bills as data."""
    found: Mapping[str, Any] = MappingProxyType(read_yaml(resources.files("madein.origin").joinpath("vocabulary.yaml").read_text("utf-8")))
    return found


@functools.cache
def words(part: str) -> Mapping[str, str]:
    """Spellings without case and marks -> key, for a part of the vocabulary: ``headers``, ``product``, ``sheets``."""
    return {_plain(spelling): key for key, spellings in vocabulary()[part].items() for spelling in (key, *spellings)}


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("_", " ").split())


def header(text: str, part: str = "headers") -> str | None:
    """Key of a header word, None where it is none.

    Examples
    --------
    >>> header("Mã HS"), header("Country of origin"), header("colour")
    ('hs', 'origin', None)
    """
    return words(part).get(_plain(text))


@functools.cache
def _answers() -> Mapping[str, bool]:
    words_ = vocabulary()
    return {_plain(str(w)): value for key, value in (("answers_yes", True), ("answers_no", False)) for w in words_[key]}


def _nearest_country(text: str, at: str) -> str:
    try:
        economy(text, at)
    except MadeinError as error:
        return error.problems[0].fix
    return "write an ISO 3166 code such as VNM"


@dataclass(frozen=True)
class Reader:
    """Reads single values of a bill and notes what is wrong with them.

    Parameters
    ----------
    problems : Problems
        Collects what is wrong.
    any_place : bool
        Take places that are no country (``A`` and ``B`` of a worked example), words of processes and codes as they stand.
    """

    problems: Problems
    any_place: bool = False

    def number(self, value: Any, at: str, what: str, least: int | None = 0) -> Number | None:
        """An exact number that is not negative; None where none is given."""
        if value is None or value == "":
            return None
        try:
            number = exact(value)
        except ValueError:
            fix = "write digits with a decimal dot, without unit or currency"
            self.problems.error(f"{what} is no number", at, f"it reads {str(value)[:40]!r}", fix)
            return None
        if least is not None and number < least:
            self.problems.error(f"{what} is negative", at, f"it reads {value}", "write the amount without sign, or leave the line out")
            return None
        return number

    def place(self, value: Any, at: str, what: str) -> str:
        """A country or group; "" where none is given."""
        if value is None or str(value).strip() == "":
            return ""
        text = str(value).strip()
        if text in UNNAMED:
            return text
        found = find_economy(text)
        if found is None and not self.any_place:
            self.problems.error(f"{what} {text[:40]!r} is no country", at, fix=_nearest_country(text, at))
            return ""
        return found or text

    def answer(self, value: Any, at: str, what: str) -> bool | None:
        """Yes or no; None where nothing is said."""
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return value
        found = _answers().get(_plain(str(value)))
        if found is None:
            fix = "write yes, no, or leave it empty where it is not known"
            self.problems.error(f"{what} is neither yes nor no", at, f"it reads {str(value)[:40]!r}", fix)
        return found

    def code(self, value: Any, edition: str, at: str) -> str:
        """Digits of a code; "" where none is given."""
        if value is None or str(value).strip() == "":
            return ""
        if not edition and not self.any_place:
            self.problems.error("the edition of the code is not given", at, "codes move between editions", "write hs_edition 2012, 2017 or 2022")
            return ""
        try:
            known = edition if edition in _EDITIONS and not self.any_place else ""
            return parse_hs(value, known, self.problems.place(at)).digits
        except MadeinError as error:
            self.problems.errors += error.problems
            return ""

    def choice(self, value: Any, allowed: Iterable[str], at: str, what: str) -> str:
        """One of some words; "" where none is given."""
        text = "" if value is None else str(value).strip()
        if text and text not in allowed:
            held = [a for a in allowed if a]
            near = get_close_matches(text, held, n=1)
            self.problems.error(
                f"{what} {text[:40]!r} is not known", at, fix=f"did you mean {near[0]}?" if near else f"write one of {', '.join(held)}"
            )
            return ""
        return text

    def day(self, value: Any, at: str, what: str) -> date | None:
        """A day; None where none is given."""
        if value is None or value == "":
            return None
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.problems.error(f"{what} is no day", at, f"it reads {str(value)[:40]!r}", "write it as 2025-06-02")
            return None

    def processes(self, value: Any, at: str) -> tuple[Process, ...] | None:
        """Working steps from a list of records, or from a text such as ``weaving VN; dyeing VN (simple)``."""
        if value is None or value == "":
            return None
        steps = _from_text(str(value)) if isinstance(value, str) else value
        found = []
        for n, step in enumerate(steps, 1):
            where = f"{at} step {n}"
            self.unknown(step, ("op", "in", "simple", "from"), where)
            op = str(step.get("op", "")).strip()
            if not self.any_place:
                op = self.choice(op, vocabulary()["processes"], where, "the process")
            home = self.place(step.get("in"), where, "the place")
            found.append(Process(op, home, self.answer(step.get("simple"), where, "simple"), str(step.get("from") or "")))
        return tuple(found)

    def unknown(self, record: Any, known: Iterable[str], at: str) -> bool:
        """Complain of keys that are not read; True if the record is a mapping."""
        if not isinstance(record, Mapping):
            self.problems.error("a record is no mapping", at, str(record)[:40], "write key: value")
            return False
        for key in record:
            if key not in known:
                near = get_close_matches(str(key), list(known), n=1)
                self.problems.error(f"the key {key!r} is not read", at, fix=f"did you mean {near[0]}?" if near else "delete it")
        return True


def _from_text(text: str) -> list[dict[str, Any]]:
    """``weaving VN; sewing VN (simple)`` as records."""
    found = []
    for part in text.replace("\n", ";").split(";"):
        words_ = part.replace("(simple)", " ").split()
        if words_:
            found.append({"op": words_[0], "in": " ".join(words_[1:]), **({"simple": True} if "(simple)" in part else {})})
    return found


LINE_KEYS = (
    "line", "name", "hs", "hs_edition", "hs2012", "hs2017", "hs2022", "origin", "originating", "status", "origin_undeterminable", "wholly_obtained",
    "proof", "value", "unit_value", "quantity", "unit", "currency", "weight", "weight_pct", "component", "component_weight_pct", "basic_textiles",
    "elastomeric", "named", "role", "restricted", "bought", "acquired_in", "related_seller", "asean_content_pct", "regional_content_pct",
    "imparts_character", "catch", "producer", "processes", "children", "facts", "parent",
)  # fmt: skip
"""Keys of one material."""


def line_of(record: Mapping[str, Any], read: Reader, at: str, children: tuple[Line, ...] = ()) -> Line:
    """One line from its record, its children already read."""
    read.unknown(record, LINE_KEYS, at)
    edition = str(record.get("hs_edition") or "")
    textiles = record.get("basic_textiles")
    status = record.get("status") or {}

    def number(key: str, what: str) -> Number | None:
        return read.number(record.get(key), at, what)

    return Line(
        id=str(record.get("line", "")).strip(),
        name=str(record.get("name") or ""),
        hs=read.code(record.get("hs"), edition, f"{at} hs"),
        hs_edition=edition,
        hs_in={e: code for e in _EDITIONS if (code := read.code(record.get(f"hs{e}"), e, f"{at} hs{e}"))},
        origin=read.place(record.get("origin"), f"{at} origin", "the origin"),
        originating=read.answer(record.get("originating"), f"{at} originating", "originating"),
        status={str(k).upper(): v for k, w in status.items() if (v := read.answer(w, f"{at} status {k}", "the status")) is not None},
        undeterminable=bool(read.answer(record.get("origin_undeterminable"), at, "origin_undeterminable")),
        wholly_obtained=read.answer(record.get("wholly_obtained"), f"{at} wholly_obtained", "wholly obtained"),
        proof=read.answer(record.get("proof"), f"{at} proof", "proof"),
        value=_value(record, read, at),
        quantity=number("quantity", "the quantity"),
        unit=str(record.get("unit") or ""),
        weight=number("weight", "the weight"),
        weight_pct=number("weight_pct", "the share of weight"),
        component=read.choice(record.get("component"), ("", "main", "other"), at, "the component"),
        component_weight_pct=number("component_weight_pct", "the share of the component's weight"),
        basic_textiles=None if textiles is None else tuple(map(str, textiles)) if not isinstance(textiles, str) else _listed(textiles),
        elastomeric=read.answer(record.get("elastomeric"), at, "elastomeric"),
        named=str(record.get("named") or ""),
        role=read.choice(record.get("role"), ROLES, f"{at} role", "the role"),
        restricted=read.answer(record.get("restricted"), at, "restricted"),
        bought=_bought(record.get("bought"), read, f"{at} bought"),
        acquired_in=read.place(record.get("acquired_in"), at, "the country of purchase"),
        related_seller=read.answer(record.get("related_seller"), at, "related_seller"),
        regional_content_pct=read.number(record.get("regional_content_pct", record.get("asean_content_pct")), at, "the share of regional content"),
        imparts_character=read.answer(record.get("imparts_character"), at, "imparts_character"),
        catch=_catch(record.get("catch"), read, at),
        producer=str(record.get("producer") or ""),
        processes=read.processes(record.get("processes"), f"{at} processes"),
        children=children,
        facts={str(k): v for k, w in (record.get("facts") or {}).items() if (v := read.answer(w, f"{at} facts {k}", str(k))) is not None},
    )


def _value(record: Mapping[str, Any], read: Reader, at: str) -> Number | None:
    value = read.number(record.get("value"), f"{at} value", "the value")
    each = read.number(record.get("unit_value"), f"{at} unit_value", "the unit value")
    quantity = read.number(record.get("quantity"), at, "the quantity")
    if each is None or quantity is None:
        return value
    n, d = each.as_integer_ratio()
    p, q = quantity.as_integer_ratio()
    if value is None:
        whole = Fraction(n * p, d * q)
        return exact(Decimal(whole.numerator) / whole.denominator) if _terminates(whole.denominator) else whole
    m, e = value.as_integer_ratio()
    if n * p * e != m * d * q:
        read.problems.error("quantity times unit value is not the value", at, f"{quantity} x {each} against {value}", "correct one of the three")
    return value


def _terminates(denominator: int) -> bool:
    """True if a fraction of that denominator is a decimal of few digits."""
    return 10**18 % denominator == 0


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


def _bought(value: Any, read: Reader, at: str) -> bool | None:
    if isinstance(value, str):
        plain = _plain(value)
        for key, found in (("bought", True), ("made", False)):
            if plain in {_plain(str(w)) for w in vocabulary()[key]}:
                return found
    return read.answer(value, at, "bought")


def _catch(record: Any, read: Reader, at: str) -> Catch | None:
    if not record:
        return None
    at = f"{at} catch"
    read.unknown(record, ("zone", "vessel_registered", "vessel_flag", "owned_by_party_pct", "other_owner"), at)
    zone = str(record.get("zone") or "")
    return Catch(
        find_economy(zone) or zone,
        read.place(record.get("vessel_registered"), at, "the register"),
        read.place(record.get("vessel_flag"), at, "the flag"),
        read.number(record.get("owned_by_party_pct"), at, "the share owned"),
        read.place(record.get("other_owner"), at, "the owner"),
    )


PRODUCT_KEYS = (
    "name", "hs", "hs_edition", "hs2012", "hs2017", "hs2022", "country", "destination", "value", "basis", "currency", "values", "net_cost", "weight",
    "processes", "is_set", "gri", "status_before_transport", "route", "wholly_obtained_in", "shipment", "proof_document", "duty",
)  # fmt: skip
"""Keys of the product."""


def product_of(record: Mapping[str, Any], read: Reader, at: str = "product") -> Product:
    """The product from its record."""
    read.unknown(record, PRODUCT_KEYS, at)
    edition = str(record.get("hs_edition") or "")
    currency = str(record.get("currency") or "").strip()
    if currency and not is_money(currency):
        read.problems.error(f"{currency!r} is no currency", f"{at} currency", fix="write an ISO 4217 code such as USD")
    shipment, paper, duty = record.get("shipment"), record.get("proof_document"), record.get("duty") or {}
    status = record.get("status_before_transport")
    return Product(
        name=str(record.get("name") or ""),
        hs=read.code(record.get("hs"), edition, f"{at} hs"),
        hs_edition=edition,
        hs_in={e: code for e in _EDITIONS if (code := read.code(record.get(f"hs{e}"), e, f"{at} hs{e}"))},
        country=read.place(record.get("country"), f"{at} country", "the country"),
        destination=read.place(record.get("destination"), f"{at} destination", "the destination"),
        value=read.number(record.get("value"), f"{at} value", "the value"),
        basis=read.choice(record.get("basis"), ("", *BASES), f"{at} basis", "the basis"),
        currency=currency,
        values={str(k): v for k, w in (record.get("values") or {}).items() if (v := read.number(w, f"{at} values {k}", "the value")) is not None},
        net_cost=read.number(record.get("net_cost"), f"{at} net_cost", "the net cost"),
        weight=read.number(record.get("weight"), f"{at} weight", "the weight"),
        processes=read.processes(record.get("processes"), f"{at} processes"),
        is_set=read.answer(record.get("is_set"), f"{at} is_set", "is_set"),
        gri=read.choice(record.get("gri"), ("", "3a", "3b", "3c"), f"{at} gri", "the general rule"),
        originated_before_transport=read.choice(status, ("", "originating", "non_originating"), at, "the status") == "originating",
        route=None if record.get("route") is None else tuple(_stop(stop, read, f"{at} route {n}") for n, stop in enumerate(record["route"], 1)),
        wholly_obtained_in=read.place(record.get("wholly_obtained_in"), at, "the country"),
        shipment=None if not shipment else _shipment(shipment, read, f"{at} shipment"),
        proof_document=None
        if not paper
        else ProofDocument(*(read.day(paper.get(k), f"{at} proof_document", k) for k in ("issued", "presented", "goods_imported"))),
        mfn_pct=read.number(duty.get("mfn_pct"), f"{at} duty", "the duty"),
    )


def _shipment(record: Mapping[str, Any], read: Reader, at: str) -> Shipment:
    read.unknown(record, ("consignment_value", "customs_value", "currency", "exporter_status"), at)
    value = read.number(record.get("consignment_value", record.get("customs_value")), at, "the value of the consignment")
    standing = read.choice(record.get("exporter_status"), ("", "ordinary", "approved", "registered"), at, "the exporter's standing")
    return Shipment(value, str(record.get("currency") or ""), standing)


def _stop(record: Mapping[str, Any], read: Reader, at: str) -> Stop:
    read.unknown(record, ("country", "operations", "customs_supervision"), at)
    operations = record.get("operations") or ()
    done = _listed(operations) if isinstance(operations, str) else tuple(map(str, operations))
    return Stop(read.place(record.get("country"), at, "the country"), done, read.answer(record.get("customs_supervision"), at, "customs supervision"))


def bill_of(data: Mapping[str, Any], label: str = "", any_place: bool = False) -> Bill:
    """A bill from its record.

    Parameters
    ----------
    data : mapping
        ``product``, ``materials``, ``facts``, ``gates``.
    label : str
        File, for messages.
    any_place : bool
        Take places that are no country, processes that are no word of the list, and codes their edition has not, as they stand.

    Raises
    ------
    BadInput
        With everything that cannot be read.

    Examples
    --------
    >>> bill = bill_of({"product": {"hs": "9403.60", "hs_edition": "2022", "country": "VN"}, "materials": [{"line": "1", "origin": "704"}]})
    >>> bill.product.hs, bill.lines[0].origin
    ('940360', 'VNM')
    """
    problems = Problems(label)
    read = Reader(problems, any_place)
    read.unknown(data, ("product", "materials", "facts", "gates", "processes", "route"), "")
    record = dict(data.get("product") or {})
    for key in ("processes", "route"):
        if data.get(key) is not None:
            record.setdefault(key, data[key])
    product = product_of(record, read)
    lines = lines_of(data.get("materials") or (), read)
    facts = {str(k): v for k, w in (data.get("facts") or {}).items() if (v := read.answer(w, f"facts {k}", str(k))) is not None}
    gates = {str(k): read.choice(v, ("", "met", "test"), f"gates {k}", "the gate") for k, v in (data.get("gates") or {}).items()}
    bill = Bill(product, lines, facts, gates, label)
    check(bill, problems)
    problems.raise_errors()
    return bill


def lines_of(records: Sequence[Mapping[str, Any]], read: Reader) -> tuple[Line, ...]:
    """Lines from records, nested by ``children`` or by naming their ``parent``."""
    from madein.origin.rollup import nested

    rows: list[tuple[Mapping[str, Any], str, str, str]] = []
    todo: list[tuple[Mapping[str, Any], str]] = [(r, str(r.get("parent") or "")) for r in reversed(records)]
    at = 0
    while todo:
        record, parent = todo.pop()
        at += 1
        number = str(record.get("line", "")).strip() or str(at)
        where = str(record.get("_at") or f"material {number}")
        rows.append(({k: v for k, v in record.items() if k not in ("children", "parent", "_at")} | {"line": number}, number, parent, where))
        todo.extend((child, number) for child in reversed(record.get("children") or ()))
    return nested(rows, read)


def check(bill: Bill, problems: Problems) -> None:
    """Complain of what the bill says of itself and cannot be: doubled lines, parts that cost more than the whole, shares over 100."""
    product = bill.product
    if product.value is not None and not product.is_set:
        total = sum(Fraction(line.value) for line in bill.lines if line.value is not None)
        if total > Fraction(product.value):
            why = f"{float(total):g} against {product.value}"
            problems.warn("the materials cost more than the good", "materials", why, "check values, currency and basis")
    for name in ("weight_pct", "component_weight_pct"):
        shares = [getattr(line, name) for line in bill.lines if getattr(line, name) is not None]
        if sum(map(Fraction, shares)) > 100:
            problems.error(f"{name} adds up to more than 100", "materials", f"{float(sum(map(Fraction, shares))):g} %", "give shares of one whole")
