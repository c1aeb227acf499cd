"""The officer's queue: what it holds, and what comes back from inspections."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.core.grid import read_sheets
from madein.screening import Findings, Inspections, hit_rates, queue, read_inspections, reweighted, run, simulate, write_queue
from madein.screening.flows.inspections import INSPECTION_SCHEMA
from madein.screening.flows.officer import FILLED, QUEUE_SCHEMA


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return run(simulate("everything", 30_000, 41, tmp_path_factory.mktemp("q")).folder)


def filled(path: Path, outcomes: list[tuple[str, str, str]]) -> Path:
    """The queue of a CSV with its first rows filled in."""
    frame = pl.read_csv(path, infer_schema=False)
    n = frame.height - len(outcomes)
    for i, name in enumerate(FILLED):
        frame = frame.with_columns(pl.Series(name, [o[i] for o in outcomes] + [""] * n, dtype=pl.String))
    frame.write_csv(path)
    return path


def test_every_row_has_what_an_officer_needs(found: Findings) -> None:
    held = queue(found, 50)
    assert held.height == min(50, found.findings.height)
    assert dict(held.schema) == QUEUE_SCHEMA
    assert held["rank"].to_list() == list(range(1, held.height + 1))
    for column in ("rule", "evidence", "clears", "strength", "at_stake", "currency", "first_day"):
        assert held[column].null_count() == 0, column
    assert held.select(pl.col(c).is_null().all() for c in FILLED).row(0) == (True,) * 3
    first = held.row(0, named=True)
    number, line = first["evidence"].split("; ")[0].split(" like ")[0].rsplit("/", 1)
    rows = found.lines.filter(pl.col("finding") == first["finding"])
    assert first["evidence_rows"] == rows.height
    largest = (
        rows.filter(pl.col("side") == "export").sort("value_at_issue", "declaration_id", "line", descending=[True, False, False]).row(0, named=True)
    )
    assert (number, int(line)) == (largest["declaration_id"], largest["line"])


def test_documents_answer_the_evidence(found: Findings) -> None:
    for row in queue(found).iter_rows(named=True):
        two = row["importer"] != row["exporter"]
        assert "proof of origin" in row["clears"]
        assert 2 <= len(row["clears"].split("; ")) <= 4
        assert two or "between the two firms" not in row["clears"]


def test_the_three_files_say_the_same(found: Findings, tmp_path: Path) -> None:
    parquet, csv, book = write_queue(found, tmp_path, 7)
    sheets = {s.name: s.text for s in read_sheets(book)}
    assert list(sheets) == ["queue", "evidence", "about"]
    names = pl.read_parquet(parquet)["finding"].to_list()
    assert pl.read_csv(csv)["finding"].to_list() == names
    assert sheets["queue"].slice(1).to_series(1).to_list() == names
    assert sheets["evidence"].height == 1 + found.lines.filter(pl.col("finding").is_in(names)).height
    for path in (parquet, csv, book):
        back = read_inspections(path)
        assert (back.done.height, back.left, back.problems) == (0, 7, ())


def test_inspections_come_back_and_bad_rows_are_named(found: Findings, tmp_path: Path) -> None:
    _, csv, _ = write_queue(found, tmp_path, 8)
    back = read_inspections(filled(csv, [
        ("2026-03-04", "confirmed", "stock ledger missing"), ("2026-03-05", "Cleared", ""), ("2026-03-06", " xác nhận", ""),
        ("03/04/2026", "cleared", ""), ("2026-03-07", "guilty", ""), ("", "cleared", ""), ("2026-03-09", "open", ""),
    ]))  # fmt: skip
    assert sorted(back.done["outcome"].to_list()) == ["cleared", "confirmed", "confirmed", "open"]
    assert date(2026, 3, 4) in back.done["inspected_on"].to_list()
    assert back.left == 1
    said = [(p.where, p.what) for p in back.problems]
    assert said == [
        ("queue.csv row 5, column inspected_on", "no date that can be read"), ("queue.csv row 6, column outcome", "no outcome that is known"),
        ("queue.csv row 7, column inspected_on", "no date that can be read"),
    ]  # fmt: skip
    assert all(p.fix for p in back.problems)


def test_a_finding_inspected_twice_is_told(found: Findings, tmp_path: Path) -> None:
    _, csv, _ = write_queue(found, tmp_path, 2)
    path = filled(csv, [("2026-03-04", "confirmed", "")] * 2)
    frame = pl.read_csv(path, infer_schema=False)
    pl.concat([frame, frame.head(1)]).write_csv(path)
    assert [p.what for p in read_inspections(path).problems] == ["the finding stands there twice"]


def test_files_that_are_no_queue(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="no such file"):
        read_inspections(tmp_path / "none.csv")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(MadeinError, match="no column finding, inspected_on, outcome"):
        read_inspections(tmp_path / "other.csv")


def inspections(rows: list[tuple[str, str, float, str]]) -> Inspections:
    done = pl.DataFrame([(f, "passes through", tie, s, date(2026, 1, 1), o, None) for f, tie, s, o in rows], schema=INSPECTION_SCHEMA, orient="row")
    return Inspections(done, 0, ())


def test_hit_rates_by_hand() -> None:
    held = inspections([(str(i), "firm", 0.9, "confirmed" if i < 8 else "cleared") for i in range(10)] + [("x", "firm", 0.9, "open")])
    (row,) = hit_rates(held).iter_rows(named=True)
    assert (row["inspected"], row["confirmed"], row["rate"]) == (10, 8, 0.8)
    # Wilson by hand: p = 0.8, n = 10.
    assert (row["low"], row["high"]) == pytest.approx((0.490162, 0.943318), abs=1e-6)
    assert row["expected"] == pytest.approx(0.9)
    # 10 seen at 0.8 and 20 expected at 0.9 make 0.8667: log odds fall from ln 9 to ln 6.5.
    assert row["shift"] == pytest.approx(-0.325422, abs=1e-5)


def test_what_was_never_confirmed_sinks(found: Findings) -> None:
    ties = found.findings["tie"].unique().sort().to_list()
    assert len(ties) > 1
    wrong = found.findings.filter(pl.col("tie") == ties[0])
    held = inspections([(f, ties[0], s, "cleared") for f, s in wrong.select("finding", "strength").iter_rows()] * 1)
    before = found.findings.clone()
    out = reweighted(found.findings, held)
    assert found.findings.equals(before)
    assert out.filter(pl.col("tie") == ties[0])["shift"].max() < 0
    assert out.filter(pl.col("tie") != ties[0])["shift"].abs().max() == 0
    assert sorted(out["new_rank"].to_list()) == list(range(1, out.height + 1))
    same = reweighted(found.findings, inspections([]))
    assert same["new_rank"].to_list() == same["rank"].to_list()


def test_the_room_is_cheap_to_look_at() -> None:
    code = "import sys, madein.screening; assert not {'ibis', 'polars', 'numpy', 'duckdb', 'yaml'} & set(sys.modules); madein.screening.queue"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_public_names_are_there() -> None:
    import madein.screening as room

    assert all(getattr(room, name) is not None for name in room.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        room.nothing  # noqa: B018
