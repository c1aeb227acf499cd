"""Order books, shipments and attestations."""

from __future__ import annotations

from datetime import date

import polars as pl

from madein.core.periods import Period
from madein.ledger import Claim, Claims, attestation_table, order_books, shipment_legs, valid_on
from madein.ledger.attestations import outcome_of, owner_kind, owner_kinds

TODAY = date(2026, 11, 21)


def say(subject: str, predicate: str, value: object, day: str, **more: object) -> Claim:
    return Claim(subject=subject, predicate=predicate, value=value, as_of=Period.parse(day), **more)  # type: ignore[arg-type]


def ledger(*claims: Claim) -> Claims:
    return Claims.of(claims, today=TODAY)


def test_an_order_book_over_time() -> None:
    told = [(65000.0, "2022-11-25", "more_than"), (65000.0, "2022-12-01", ""), (55000.0, "2023-02-09", "")]
    book = ledger(*(say("orders:a/market=world", "orders", n, d, unit="order", qualifier=q) for n, d, q in told))
    rows = order_books(book)
    assert rows.select("kind", "change").rows() == [("first", None), ("repeat", 0.0), ("revision", -10000.0)]
    assert rows["high"].to_list() == [None, 65000.0, 55000.0]
    assert order_books(book, date(2022, 11, 30)).height == 1
    assert order_books(ledger()).height == 0


def leg(predicate: str, due: str, status: str, said: str) -> Claim:
    return say("shipment:s", predicate, Period.parse(due), said, status=status)


def test_what_was_promised_and_what_happened() -> None:
    book = ledger(
        leg("departure", "2022-11-25", "actual", "2022-11-25"), leg("arrival", "2022-12-15", "estimated", "2022-11-25"),
        leg("first_handover", "2022-12-31", "planned", "2022-11-25"), leg("first_handover", "2023-01-31", "planned", "2023-01-08"),
        leg("first_handover", "2023-03-02", "actual", "2023-04-17"), say("shipment:s/event=first_handover", "units", 45.0, "2023-04-17", unit="vehicle"),
        say("shipment:s", "units", 999.0, "2022-11-25", unit="vehicle"), say("shipment:s", "exporter", "Delta", "2022-11-25"),
    )  # fmt: skip

    def states(day: date) -> list[tuple[object, ...]]:
        return shipment_legs(book, day).select("leg", "state", "slip", "units").rows()

    assert states(date(2022, 12, 1)) == [("departure", "done", None, 999.0), ("arrival", "due", None, 999.0), ("first_handover", "due", None, 999.0)]
    assert states(date(2023, 2, 1)) == [
        ("departure", "done", None, 999.0),
        ("arrival", "overdue", None, 999.0),
        ("first_handover", "overdue", 31, 999.0),
    ]
    assert states(date(2023, 5, 1)) == [("departure", "done", None, 999.0), ("arrival", "implied", None, 999.0), ("first_handover", "done", 61, 45.0)]
    last = shipment_legs(book, date(2023, 5, 1)).filter(pl.col("leg") == "first_handover").row(0, named=True)
    assert (last["first_promise"], last["last_promise"], last["actual"], last["tellings"]) == ("2022-12-31", "2023-01-31", "2023-03-02", 3)
    assert shipment_legs(ledger(), TODAY).height == 0


def recognised(name: str, day: str, **fields: object) -> list[Claim]:
    return [say(f"attestation:{name}", k, v, day, status="requested" if v == "requested" else "actual") for k, v in fields.items()]


def test_who_attests_and_whether_it_still_holds() -> None:
    book = ledger(
        *recognised("a", "2020-06-23", scheme="Type approval", owner_kind="host-country regulator", result="granted", issued=Period.parse("2020-06-23")),
        *recognised("b", "2024-12-13", scheme="Major product", owner_kind="provincial recognition", result="1 of 36", issued=Period.parse("2024-12-13"), valid_until=Period.parse("2025-12-31")),
        *recognised("c", "2025-03-13", scheme="Market economy", scheme_owner="US Department of Commerce", result="requested"),
    )  # fmt: skip
    view = book.as_of(TODAY)
    rows = {r["attestation"]: r for r in attestation_table(view, date(2025, 6, 1)).iter_rows(named=True)}
    assert {k.removeprefix("attestation:"): (r["kind"], r["outcome"], r["state"]) for k, r in rows.items()} == {
        "a": ("regulator", "granted", "no end told"), "b": ("province", "granted", "valid"), "c": ("government", "requested", "requested"),
    }  # fmt: skip
    assert rows["attestation:a"]["strength"] > rows["attestation:b"]["strength"]
    assert valid_on(view, date(2025, 6, 1))["attestation"].to_list() == ["attestation:a", "attestation:b"]
    assert valid_on(view, date(2026, 6, 1))["attestation"].to_list() == ["attestation:a"]
    assert valid_on(view, date(2020, 1, 1)).height == 0
    # What was granted later was not known before.
    assert attestation_table(book.as_of(date(2021, 1, 1)))["attestation"].to_list() == ["attestation:a"]


def test_every_kind_says_what_it_proves_and_what_not() -> None:
    for kind in owner_kinds().values():
        assert kind.proves.endswith(".")
        assert kind.proves_not.endswith(".")
        assert owner_kind(kind.label).key == kind.key
    strengths = [k.strength for k in owner_kinds().values()]
    assert strengths == sorted(set(strengths), reverse=True)
    assert owner_kind("", "").key == "unknown"
    assert outcome_of("not approved yet, pending") == "requested"
    assert outcome_of("") == "unclear"
