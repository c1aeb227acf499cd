"""The step ``ledger``: three chapters over small claims, held to the contract, each figure followed to its cell or span."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from madein.core.check import check_result
from madein.core.errors import BadInput, MadeinError
from madein.core.step import Figure, Inputs, Ref, Result, Source, Table, read_row_at
from madein.ledger.convert import SCHEMA
from madein.ledger.step import Config, run

HEAD = "subject,predicate,value,unit,qualifier,basis,as_of,status,source\n"
FILES = {
    "projects": """\
project:delta-works,name,Delta works,,,,2023-11-02,,The Wire
project:delta-works,investor,Delta Group,,,,2023-11-02,,The Wire
project:delta-works,province,Thai Binh,,,,2023-11-02,,The Wire
project:delta-works,capital,800,million USD,more_than,,2023-11-02,planned,The Wire
project:delta-works/phase=1,capacity,50000,vehicle/year,,cumulative,2023-11-02,planned,The Wire
project:delta-works/phase=2,capacity,150000,vehicle/year,,cumulative,2023-11-02,planned,The Wire
project:delta-works/phase=1,state,announced,,,,2023-11-02,,The Wire
project:delta-works/phase=1,mass_production,2025-Q4,,,,2023-11-02,planned,The Wire
project:delta-works/phase=1,mass_production,2026-Q2,,,,2024-06-30,planned,The Post
project:epsilon-works,name,Epsilon works,,,,2024-06-30,,The Post
project:epsilon-works,capital,60,million USD,,,2024-06-30,planned,The Post
""",
    "water": """\
shipment:delta-first,exporter,Delta Group,,,,2024-03-01,,The Post
shipment:delta-first,units,600,vehicle,,,2024-03-01,actual,The Post
shipment:delta-first,departure,2024-02-28,,,,2024-03-01,actual,The Post
shipment:delta-first,first_handover,2024-03-31,,by,,2024-03-01,planned,The Post
shipment:delta-first,first_handover,2024-04-15,,,,2024-06-30,actual,The Post
orders:delta/market=world,orders,65000,order,,,2024-03-01,,The Post
orders:delta/market=world,orders,55000,order,,,2024-06-30,,The Post
""",
    "recognitions": """\
attestation:delta-award,holder,Delta Group,,,,2024-03-01,,The Post
attestation:delta-award,scheme,Best Goods,,,,2024-03-01,,The Post
attestation:delta-award,owner_kind,provincial award,,,,2024-03-01,,The Post
attestation:delta-award,result,awarded,,,,2024-03-01,actual,The Post
attestation:delta-award,issued,2024-02-20,,,,2024-03-01,actual,The Post
attestation:delta-award,valid_until,2024-12-31,,,,2024-03-01,planned,The Post
""",
}
CHAPTERS = tuple(FILES)
OPTIONS: dict[str, dict[str, object]] = {
    "water": {
        "voyages": [{"origin": "VNHPH", "destination": "USOAK", "days": 20}],
        "backlogs": [{"subject": "orders:delta/market=world", "shipped": 999, "per_voyage": 999, "round_trip_days": 40, "within": "2025"}],
    }
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Source]:
    for name, rows in FILES.items():
        (tmp_path / f"{name}.csv").write_text(HEAD + rows, encoding="utf-8")
    return {name: Source(f"{name}.csv", tmp_path / f"{name}.csv", "") for name in FILES}


def chapter(name: str, inputs: Inputs, **more: object) -> Result:
    """A chapter, held to the contract."""
    result = run(Config.model_validate({"chapter": name, **OPTIONS.get(name, {}), **more}), inputs)
    check_result(result, name)
    return result


def of(*sources: Source) -> Inputs:
    return Inputs({"claims": tuple(sources)})


def figures(result: Result, measure: str) -> dict[str, Figure]:
    return {f.id: f for f in result.figures if f.measure == measure}


def source_refs(result: Result, figure: Figure) -> set[Ref]:
    """The sources a figure rests on, through rows of the result's tables."""
    found: set[Ref] = set()
    for parent in figure.parents:
        if parent.kind == "table" and parent.at:
            table = result.tables[parent.name.removeprefix(".")]
            key = read_row_at(parent.at)
            (row,) = table.frame.filter(pl.all_horizontal(pl.col(k) == v for k, v in key.items())).iter_rows(named=True)
            found |= {Ref.parse(r) for r in row.get("_src") or ()}
    return found


def line_of(ref: Ref, folder: Path) -> str:
    """The line of a CSV file that a reference leads to."""
    number = re.fullmatch(r"cell A([0-9]+)", ref.at)
    assert number, ref
    return (folder / ref.name).read_text("utf-8").splitlines()[int(number[1]) - 1]


# ------------------------------------------------------------------------------------------------- the contract


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_keeps_the_contract_and_tells_something(name: str, files: dict[str, Source]) -> None:
    result = chapter(name, of(*files.values()))
    assert any(b.kind == "finding" for b in result.blocks)
    assert any(f.value for f in result.figures)
    told = {b.body["table"] for b in result.blocks if b.kind in ("table", "chart") and "table" in b.body}
    assert told <= set(result.tables)


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_same_claims_give_the_same_result(name: str, files: dict[str, Source]) -> None:
    one, other = chapter(name, of(*files.values())), chapter(name, of(*files.values()))
    assert one.figures == other.figures
    assert one.blocks == other.blocks
    assert all(one.tables[t].frame.equals(other.tables[t].frame) for t in one.tables)


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_order_of_files_decides_nothing(name: str, files: dict[str, Source]) -> None:
    one, other = chapter(name, of(*files.values())), chapter(name, of(*reversed(files.values())))
    assert {f.id: f.value for f in one.figures} == {f.id: f.value for f in other.figures}


# ------------------------------------------------------------------------------------------------------ certificates


def test_every_row_that_rests_on_claims_names_their_cells(files: dict[str, Source], tmp_path: Path) -> None:
    for name in CHAPTERS:
        result = chapter(name, of(*files.values()))
        for table in result.tables.values():
            if "claims" not in table.frame.columns:
                continue
            for row in table.frame.filter(pl.col("claims") != "").iter_rows(named=True):
                assert row["_src"], row
                for ref in map(Ref.parse, row["_src"]):
                    assert line_of(ref, tmp_path).split(":", 1)[0] in ("project", "shipment", "orders", "attestation")


def test_capital_capacity_and_orders_lead_to_the_cells_that_tell_them(files: dict[str, Source], tmp_path: Path) -> None:
    projects, water = chapter("projects", of(*files.values())), chapter("water", of(*files.values()))
    cases = (
        (projects, "planned_capital", "delta-works", 8e8, "capital,800,million USD"),
        (projects, "planned_capital", "epsilon-works", 6e7, "capital,60,million USD"),
        (projects, "planned_capacity", "phase=1", 50000.0, "capacity,50000,vehicle/year"),
        # The second phase adds a hundred thousand to the fifty of the first, and rests on what is told of it.
        (projects, "planned_capacity", "phase=2", 100000.0, "capacity,150000,vehicle/year"),
        (water, "order_book", "orders:delta", 55000.0, "orders,55000,order"),
    )
    for result, measure, part, value, text in cases:
        figure = next(f for f in figures(result, measure).values() if part in f.dims["series"])
        assert figure.value == value
        lines = {line_of(ref, tmp_path) for ref in source_refs(result, figure)}
        assert any(text in line for line in lines), (measure, lines)


def test_slippage_rests_on_a_telling_of_that_date(files: dict[str, Source], tmp_path: Path) -> None:
    for name, subject, days in (
        ("projects", "project:delta-works/phase=1 mass_production", 181),
        ("water", "shipment:delta-first first_handover", 15),
    ):
        result = chapter(name, of(*files.values()))
        figure = next(f for f in figures(result, "slippage").values() if f.dims["series"] == subject)
        assert figure.value == days
        whole, _, predicate = subject.rpartition(" ")
        assert {line.startswith(f"{whole},{predicate},") for line in (line_of(r, tmp_path) for r in source_refs(result, figure))} == {True}


def test_what_an_article_tells_leads_to_its_characters(files: dict[str, Source], tmp_path: Path) -> None:
    article = "Corvane Motors ordered nothing. Delta Group now puts the plant at $900 million."
    start, end = article.index("$900"), article.index(".", article.index("$900"))
    said = {"project:delta-works": ("capital", 9e8)}
    told = _told(said, f"source:a.md::chars {start}:{end}")
    result = chapter("projects", Inputs({"claims": (files["projects"],)}, many={"told": (("told.claims", told),)}))
    figure = next(f for f in figures(result, "planned_capital").values() if "delta-works" in f.dims["series"])
    assert figure.value == 9e8
    spans = [r for r in source_refs(result, figure) if r.name == "a.md"]
    assert [article[slice(*map(int, r.at.removeprefix("chars ").split(":")))] for r in spans] == ["$900 million"]


def test_a_claim_held_twice_stands_once_and_names_both_places(files: dict[str, Source], tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    again.write_text(HEAD + FILES["projects"].splitlines()[3] + "\n", encoding="utf-8")
    result = chapter("projects", of(files["projects"], Source("again.csv", again, "")))
    figure = next(f for f in figures(result, "planned_capital").values() if "delta-works" in f.dims["series"])
    assert {r.name for r in source_refs(result, figure)} == {"projects.csv", "again.csv"}
    assert any("held twice" in p.what for p in result.problems)


def test_characters_of_an_article_are_not_taken_for_those_of_a_file_of_relations(tmp_path: Path) -> None:
    record = '{"type": "order_book", "actor": "Delta", "orders": 65000, "article": "a.md", "said": "2024-03-01", "start": 3, "end": 9}'
    (tmp_path / "r.jsonl").write_text(record + "\n")
    result = chapter("water", of(Source("r.jsonl", tmp_path / "r.jsonl", "")), voyages=[], backlogs=[])
    assert result.tables["orders"].frame["_src"].to_list() == [["source:r.jsonl"]]
    assert set(result.tables["claims"].frame["place"]) == {"chars 3:9"}


def _told(said: dict[str, tuple[str, float]], src: str) -> Table:
    from madein.core.periods import Period
    from madein.ledger import Claim, Claims

    day = Period.parse("2024-09-01")
    made = [
        Claim(subject=s, predicate=p, value=v, unit="USD", as_of=day, status="planned", source="a.md", place=src.partition("::")[2])
        for s, (p, v) in said.items()
    ]
    frame = Claims.of(made).frame.with_columns(pl.Series("_src", [[src]] * len(made), pl.List(pl.String))).sort("id")
    return Table(frame, ("id",), {"number": "@unit", "low": "@unit", "high": "@unit"}, "told")


# ------------------------------------------------------------------------------------------------------- empty and bad


def _nothing(tmp_path: Path) -> Iterator[Inputs]:
    yield Inputs()
    (tmp_path / "head.csv").write_text(HEAD)
    yield of(Source("head.csv", tmp_path / "head.csv", ""))
    empty = Table(pl.DataFrame(schema={**SCHEMA, "_src": pl.List(pl.String)}), ("id",), {"number": "@unit", "low": "@unit", "high": "@unit"})
    yield Inputs(many={"told": (("told.claims", empty),)})


@pytest.mark.parametrize("name", CHAPTERS)
def test_without_claims_a_chapter_says_so(name: str, tmp_path: Path) -> None:
    for inputs in _nothing(tmp_path):
        result = run(Config(chapter=name), inputs)  # type: ignore[arg-type]
        check_result(result, name)
        assert [b.kind for b in result.blocks] == ["note"]
        assert not any(f.value for f in result.figures)


@pytest.mark.parametrize("name", CHAPTERS)
def test_claims_of_other_kinds_are_no_concern_of_a_chapter(name: str, files: dict[str, Source]) -> None:
    others = [s for n, s in files.items() if n != name]
    result = run(Config(chapter=name), of(*others))  # type: ignore[arg-type]
    check_result(result, name)
    assert [b.kind for b in result.blocks] == ["note"]


def test_bad_rows_of_all_files_are_named_with_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text(HEAD + "project:a,capital,12x,USD,,,2023-11-02,planned,X\nproject:a,state,,,,,2023-11-02,,X\n")
    (tmp_path / "two.csv").write_text(HEAD + "project:a,capacity,5,vehicle/year,,,2023-11-02,,X\n")
    with pytest.raises(BadInput) as fault:
        run(Config(), of(*(Source(n, tmp_path / n, "") for n in ("one.csv", "two.csv", "gone.csv"))))
    said = {(p.where, p.what) for p in fault.value.problems}
    assert ("one.csv row 2 column value", "text where a number should be") in said
    assert ("one.csv row 3 column value", "a text is missing") in said
    assert ("two.csv row 2 column status", "whether this is planned or done is not said") in said
    assert ("gone.csv", "there is no such file") in said
    assert all(p.fix for p in fault.value.problems)


def test_a_table_that_holds_no_claims_is_refused() -> None:
    table = Table(pl.DataFrame({"id": ["a"], "_src": [["source:x"]]}), ("id",), {}, "Facts")
    with pytest.raises(MadeinError, match="the table 'Facts' holds no claims"):
        run(Config(), Inputs(many={"told": (("press.facts", table),)}))


def test_options_are_checked() -> None:
    for wrong in ({"chapter": "orders"}, {"as_of": "soon"}, {"voyages": [{"origin": "VNHPH"}]}, {"colour": "red"}):
        with pytest.raises(ValidationError):
            Config.model_validate(wrong)


# ---------------------------------------------------------------------------------------------------------------- days


def test_a_day_in_the_middle_shows_only_what_was_known(files: dict[str, Source]) -> None:
    early, late = (chapter("projects", of(*files.values()), as_of=day) for day in ("2024-01-31", "2024-07-31"))
    assert [f.value for f in figures(early, "projects").values()] == [1]
    assert [f.value for f in figures(late, "projects").values()] == [2]
    assert {f.dims["period"] for r in (early,) for f in r.figures if "period" in f.dims} == {"2024-01-31"}
    starts = [r.tables["pipeline"].frame.filter(pl.col("phase") == "1")["bucket"][0] for r in (early, late)]
    assert starts == ["2025", "2026"]
    assert not figures(early, "slippage")
    assert figures(late, "slippage")
    assert early.tables["claims"].frame["said_by"].max() == "2023-11-02"


def test_orders_and_shipments_of_a_day(files: dict[str, Source]) -> None:
    early, late = (chapter("water", of(*files.values()), as_of=day) for day in ("2024-04-30", "2024-06-30"))
    assert [f.value for f in figures(early, "order_book").values()] == [65000]
    assert [f.value for f in figures(late, "order_book").values()] == [55000]

    def state(result: Result) -> str:
        return str(result.tables["shipments"].frame.filter(pl.col("leg") == "first handover")["state"][0])

    assert (state(early), state(late)) == ("overdue", "done")


def test_a_recognition_ends_with_its_last_day(files: dict[str, Source]) -> None:
    states = [chapter("recognitions", of(*files.values()), as_of=day).tables["attestations"].frame["state"].to_list()
              for day in ("2024-02-29", "2024-06-30", "2024-12-31", "2025-01-01")]  # fmt: skip
    assert states == [[], ["valid"], ["valid"], ["ended"]]


def test_days_of_files_that_tell_none(tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("subject,predicate,value,unit,source\norders:a/market=world,orders,1200,order,A letter\n")
    inputs = of(Source("letter.csv", tmp_path / "letter.csv", ""))
    with pytest.raises(BadInput, match="nothing tells when it was said"):
        run(Config(chapter="water"), inputs)
    result = chapter("water", inputs, dates={"letter.csv": "2024-05"}, voyages=[], backlogs=[])
    assert [f.id for f in figures(result, "order_book").values()] == ["order_book/series=orders:a%2Fmarket%3Dworld/period=2024-05-31"]


# --------------------------------------------------------------------------------------------------------------- water


def test_a_stated_voyage_is_weighed(files: dict[str, Source]) -> None:
    result = chapter("water", of(*files.values()))
    (distance,) = figures(result, "sea_distance").values()
    (speed,) = figures(result, "average_speed").values()
    assert distance.value and speed.value
    assert speed.value == pytest.approx(distance.value / (24 * 20))
    assert result.tables["voyages"].frame["verdict"].to_list() == ["plausible"]
    unstated = chapter("water", of(*files.values()), voyages=[{"origin": "VNHPH", "destination": "USOAK"}])
    assert not figures(unstated, "average_speed")


def test_a_backlog_counts_from_the_orders_told_last(files: dict[str, Source]) -> None:
    result = chapter("water", of(*files.values()))
    (share,) = figures(result, "shipped_share").values()
    assert share.value == pytest.approx(100 * 999 / 55000)
    (voyages,) = figures(result, "voyages").values()
    assert voyages.value == -(-(55000 - 999) // 999)
    early = chapter("water", of(*files.values()), as_of="2024-03-31")
    assert next(iter(figures(early, "shipped_share").values())).value == pytest.approx(100 * 999 / 65000)


def test_a_backlog_nobody_told_is_a_warning(files: dict[str, Source]) -> None:
    wanted = [{"subject": "orders:gamma", "shipped": 1, "per_voyage": 1, "round_trip_days": 1}]
    result = chapter("water", of(*files.values()), backlogs=wanted)
    (problem,) = [p for p in result.problems if "orders:gamma" in p.what]
    assert problem.severity == "warning"
    assert "orders:delta/market=world" in problem.fix
    assert not figures(result, "voyages")
