"""Any folder of gold tables and relations: every cell and field is held, found as of its day, and never before.

The folder named by MADEIN_REFERENCE may hold ``ledger/gold/*.csv`` (tables of events, projects, order books, recognitions and
bills, by their headers) and ``press/relations.jsonl``. Tables without a day take the year in their file name, relations the
latest date that their article gives of itself.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from madein.core.period_labels import fold
from madein.ledger import Claims, check, default_vocabulary, order_books, shipment_legs, slips
from madein.ledger.windows import read_window

TODAY = date(2026, 11, 21)
# Columns that name, place or qualify what the others say; they are in the subject, the unit, the status or the note.
BESIDE = {"as_of", "source"}
WHOLE = default_vocabulary().dims["phase"].whole


def tables(reference: Path) -> list[Path]:
    found = sorted((reference / "ledger" / "gold").glob("*.csv"))
    if not found:
        pytest.skip("no reference tables: MADEIN_REFERENCE holds no ledger/gold/*.csv")
    return found


def year_of(path: Path) -> str:
    found = re.search(r"(?:19|20)[0-9]{2}", path.stem)
    return found[0] if found else str(TODAY)


def read_table(path: Path) -> tuple[list[dict[str, str]], Claims]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    untold = not {"as_of", "date"} & set(rows[0])
    return rows, Claims.read(path, today=TODAY, as_of=year_of(path) if untold else "")


def said_on(row: dict[str, str], path: Path) -> tuple[date, date]:
    window = read_window(row.get("as_of") or row.get("date") or year_of(path))
    assert window is not None, row
    return window.first, window.last


def holds(frame: pl.DataFrame, text: str) -> bool:
    """True if a value, unit, status, note, predicate or dimension of some claim is what a cell says."""
    plain = fold(text)
    slugged = "-".join("".join(c if c.isalnum() else " " for c in plain).split())
    window, meant = read_window(text), default_vocabulary().find(text)
    number = float(text) if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text) else None
    for row in frame.iter_rows(named=True):
        if number is not None and any(row["number"] == pytest.approx(number * scale, rel=1e-12) for scale in (1.0, 1e3, 1e6, 1e9)):
            return True
        if window is not None and (row["first"], row["last"]) == (window.first, window.last):
            return True
        named = re.split("[:/=]", row["subject"])
        if slugged and (slugged in named or (number is None and any(re.search(rf"(^|-){re.escape(slugged)}(-|$)", name) for name in named))):
            return True
        codes = {"planned": "pln", "estimated": "est", "actual": "act", "requested": "req"}
        unit = plain.replace("s/", "/") if "/" in plain else plain.rstrip("s")
        if number is None and (
            plain in (fold(row["text"] or ""), row["status"], codes[row["status"]], row["qualifier"], fold(row["note"])) or unit == fold(row["unit"])
        ):
            return True
        if meant == row["predicate"] or (plain in WHOLE and "/phase=" not in row["subject"]):
            return True
    return False


def parts(text: str) -> Iterator[str]:
    """A cell, or what it lists: names before their share, and shares."""
    for part in text.split(";"):
        share = re.fullmatch(r"(.+?) +([0-9.]+) ?%", part.strip())
        yield from share.groups() if share else (part.strip(),)


def test_every_cell_is_found_as_of_its_day(reference: Path) -> None:
    missing: list[str] = []
    for path in tables(reference):
        rows, book = read_table(path)
        for n, row in enumerate(rows, 2):
            first, last = said_on(row, path)
            view = book.as_of(last).frame.filter((pl.col("said_from") == first) & (pl.col("said_by") == last))
            if row.get("source"):
                view = view.filter(pl.col("source") == row["source"])
            cells = {k: v for k, v in row.items() if v and k not in BESIDE and not holds(view, v)}
            missing += [f"{path.name} row {n} {k}: {t!r}" for k, v in cells.items() for t in parts(v) if not holds(view, t)]
    assert missing == []


def test_every_event_is_answered_with_its_date_and_status(reference: Path) -> None:
    asked = 0
    for path in tables(reference):
        rows, book = read_table(path)
        if "event" not in rows[0]:
            continue
        date_column = next(c for c in rows[0] if c.startswith(("event_date", "date")))
        for row in rows:
            if not row["event"] or not row[date_column]:
                continue
            _, last = said_on(row, path)
            window = read_window(row[date_column])
            assert window is not None
            found = book.as_of(last).frame.filter(
                (pl.col("first") == window.first) & (pl.col("last") == window.last) & (pl.col("source") == row["source"])
            )
            name = book.words.find(row["event"]) or "event_date"
            status = book.words.status(row["classifier"]) if row.get("classifier") else None
            told = set(found.filter(pl.col("predicate") == name)["status"])
            assert (status in told) if status else told, row
            asked += 1
    assert asked or not any("event" in read_table(p)[0][0] for p in tables(reference))


def test_numbers_keep_their_unit_and_basis(reference: Path) -> None:
    for path in tables(reference):
        rows, book = read_table(path)
        for row in rows:
            _, last = said_on(row, path)
            view = book.as_of(last).frame.filter(pl.col("source") == row.get("source", path.name))
            if row.get("capacity"):
                told = view.filter((pl.col("predicate") == "capacity") & (pl.col("number") == float(row["capacity"])))
                per = row["capacity_unit"].partition("/")[2]
                assert all(u.endswith("/" + per) for u in told["unit"]), row
                if "cumulative" in row["capacity_basis"] and row["phase"].isdigit():
                    assert "cumulative" in told["basis"].to_list(), row
            if row.get("capex_usd_m"):
                told = view.filter((pl.col("predicate") == "capital") & (pl.col("number") == float(row["capex_usd_m"]) * 1e6))
                assert set(told["unit"]) == {"USD"}, row


def everything(reference: Path) -> Claims:
    book = Claims.of([], TODAY)
    for path in tables(reference):
        book = book.append(read_table(path)[1], TODAY)
    relations = reference / "press" / "relations.jsonl"
    return book.append(read_relations(reference)[1], TODAY) if relations.is_file() else book


def test_replay_shows_what_was_known_then_and_nothing_later(reference: Path) -> None:
    book = everything(reference)
    seen = set()
    for day in book.days:
        view = book.as_of(day)
        assert view.frame["said_by"].max() == day
        then = Claims(book.frame.filter(pl.col("said_by") <= day), book.words)
        assert view.frame.equals(then.as_of(day).frame)
        today = set(book.frame.filter(pl.col("said_by") == day)["id"])
        # Whatever is said on a day is seen on that day.
        assert today <= set(view.frame["id"])
        seen |= today
    assert len(seen) == len(book)


def test_views_and_checks_rest_on_claims_that_are_held(reference: Path) -> None:
    book = everything(reference)
    ids = set(book.frame["id"])
    last = book.days[-1]
    for found in check(book, last):
        assert found.claims
        assert set(found.claims) <= ids
        assert found.sentence.endswith(".")
    told = book.frame.filter(pl.col("predicate") == "orders").height
    assert order_books(book).height == told
    legs = shipment_legs(book, last)
    assert {i for row in legs["claims"] for i in row} <= ids
    moved = slips(book).filter(pl.col("telling") > 1)
    assert moved["total"].null_count() == 0
    # Days add up: the sum of moves is the move in all.
    sums = slips(book).group_by("subject", "predicate").agg(pl.col("moved").sum(), pl.col("total").last().fill_null(0))
    assert (sums["moved"] == sums["total"]).all()


# Relations read from articles


def read_relations(reference: Path) -> tuple[list[dict[str, Any]], Claims, dict[str, str]]:
    path = reference / "press" / "relations.jsonl"
    if not path.is_file():
        pytest.skip("no reference relations: MADEIN_REFERENCE holds no press/relations.jsonl")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    dates = {name: day_of(reference / "press" / "articles" / name) for name in sorted({r["article"] for r in lines})}
    return lines, Claims.read(path, today=TODAY, dates=dates), dates


def day_of(article: Path) -> str:
    if not article.is_file():
        return str(TODAY)
    from madein.press import read_text

    with article.open(encoding="utf-8", newline="") as file:
        anchors = [item.anchor for item in read_text(file.read(), article.name).items if item.anchor and item.anchor <= TODAY]
    return str(max(anchors, default=TODAY))


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value not in (None, ""):
        yield str(value)


def test_every_field_of_every_relation_is_found_as_of_its_day(reference: Path) -> None:
    lines, book, dates = read_relations(reference)
    assert lines
    missing: list[str] = []
    for n, line in enumerate(lines, 1):
        day = date.fromisoformat(dates[line["article"]])
        view = book.as_of(day).frame.filter(pl.col("source") == line["article"])
        # A span of characters is where it stands, not what it says.
        spot = {"start", "end"} if all(isinstance(line.get(k), int) for k in ("start", "end")) else set()
        told = {k: v for k, v in line.items() if k not in {"article", "type", *spot}}
        words = set(view["qualifier"])
        missing += [f"line {n} {k}: {t!r}" for k, v in told.items() for t in leaves(v) if t not in words and not holds(view, t)]
        # A day before, nothing of the article was known.
        assert book.as_of(date.fromordinal(day.toordinal() - 1)).frame.filter(pl.col("source") == line["article"]).height == 0
    assert missing == []
    assert set(book.frame["source"]) == {line["article"] for line in lines}
