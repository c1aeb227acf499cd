"""The step ``press_claims``: what articles tell becomes dated claims, each leading to the characters it was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from madein.core.check import check_result
from madein.core.step import Inputs, Ref, Result, Source
from madein.ledger.convert import SCHEMA
from madein.ledger.identity import claim_ids
from madein.press import step as press
from madein.study.links import press_claims

PLANT = """\
A plant in two phases

Hai Phong, November 25, 2022 - Corvane Motors is building a car plant in Thai Binh in two phases. It will be able to make 150,000 vehicles \
per year and is to cost more than $400 million; the first phase should be completed in the first quarter of 2026.

Corvane Motors shipped its first batch of 600 electric cars to California on November 20, 2022 aboard the Silver Tern.
"""

UNDATED = "Bolero Motors is building a car plant in Thai Binh. It will be able to make 20,000 vehicles per year and is to cost $90 million.\n"
QUIET = "Exports rose by 9 per cent in July 2024 over the previous month.\n"


Told = Callable[..., tuple[Result, Result]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Claims of some articles by name, with what the press said of them."""

    def run(texts: dict[str, str], **options: object) -> tuple[Result, Result]:
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        sources = tuple(Source(name, tmp_path / name, "") for name in texts)
        read = press.run(press.Config.model_validate(options), Inputs({"articles": sources}))
        made = press_claims.run(press_claims.Config(), Inputs({}, {r: read.tables[r] for r in ("relations", "items")}))
        check_result(made, "told")
        return read, made

    return run


def claims(result: Result, predicate: str) -> Iterator[dict[str, object]]:
    return result.tables["claims"].frame.filter(pl.col("predicate") == predicate).iter_rows(named=True)


def test_a_plant_and_a_ship_become_claims(told: Told) -> None:
    _, made = told({"a.md": PLANT})
    (capital,) = claims(made, "capital")
    plant = str(capital["subject"])
    assert plant.startswith("project:corvane-motors")
    assert (capital["number"], capital["unit"], capital["qualifier"], capital["status"]) == (4e8, "USD", "more_than", "planned")
    (capacity,) = claims(made, "capacity")
    assert (capacity["number"], capacity["unit"]) == (150000, "vehicle/year")
    (completion,) = claims(made, "phase_completion")
    assert completion["subject"] == f"{plant}/phase=1"
    assert (str(completion["first"]), str(completion["last"])) == ("2026-01-01", "2026-03-31")
    (vessel,) = claims(made, "vessel")
    assert str(vessel["subject"]).startswith("shipment:")
    assert vessel["text"] == "Silver Tern"
    assert [c["number"] for c in claims(made, "units")] == [600]
    assert {str(c["first"]) for c in claims(made, "departure")} == {"2022-11-20"}


def test_each_claim_leads_to_the_characters_that_tell_it(told: Told) -> None:
    read, made = told({"a.md": PLANT})
    (text,) = read.tables["texts"].frame["text"].to_list()
    words = {
        "capital": "$400 million",
        "capacity": "150,000 vehicles",
        "vessel": "Silver Tern",
        "units": "600 electric cars",
        "departure": "November 20",
    }
    for predicate, printed in words.items():
        for claim in claims(made, predicate):
            refs = [Ref.parse(r) for r in claim["_src"]]  # type: ignore[union-attr]
            assert {r.node for r in refs} == {"source:a.md"}
            for ref in refs:
                start, end = map(int, ref.at.removeprefix("chars ").split(":"))
                assert printed in text[start:end], (predicate, text[start:end])
            assert claim["place"] == refs[0].at
    # Ship and plant stand in different sentences: neither leads to the other.
    (capital,), (vessel,) = claims(made, "capital"), claims(made, "vessel")
    assert not set(capital["_src"]) & set(vessel["_src"])  # type: ignore[call-overload]


def test_claims_are_said_on_the_day_of_their_article_and_by_it(told: Told) -> None:
    _, made = told({"a.md": PLANT, "b.md": PLANT.replace("November 25, 2022", "March 3, 2023").replace("$400 million", "$500 million")})
    said = {(c["source"], str(c["said_by"]), c["number"]) for c in claims(made, "capital")}
    assert said == {("a.md", "2022-11-25", 4e8), ("b.md", "2023-03-03", 5e8)}


def test_articles_without_a_date_are_passed_over_with_a_warning(told: Told) -> None:
    _, made = told({"a.md": PLANT, "c.md": UNDATED})
    assert set(made.tables["claims"].frame["source"]) == {"a.md"}
    (problem,) = [p for p in made.problems if p.where == "c.md"]
    assert (problem.severity, "with.dates" in problem.fix) == ("warning", True)
    _, dated = told({"a.md": PLANT, "c.md": UNDATED}, dates={"c.md": "2024-05-01"})
    assert {str(d) for d in dated.tables["claims"].frame.filter(pl.col("source") == "c.md")["said_by"]} == {"2024-05-01"}
    assert not [p for p in dated.problems if p.where == "c.md"]


def test_articles_that_tell_of_nothing_make_no_claims(told: Told) -> None:
    _, made = told({"q.md": QUIET})
    assert made.tables["claims"].frame.height == 0
    assert [b.kind for b in made.blocks] == ["note"]
    assert made.figures == ()


def test_types_of_relations_are_chosen(told: Told, tmp_path: Path) -> None:
    read, whole = told({"a.md": PLANT})
    ships = press_claims.run(press_claims.Config(types=("shipment",)), Inputs({}, {r: read.tables[r] for r in ("relations", "items")}))
    check_result(ships, "told")
    kept = ships.tables["claims"].frame
    assert set(kept["subject"].str.extract("^([a-z]+):", 1)) == {"shipment"}
    assert set(kept["id"]) < set(whole.tables["claims"].frame["id"])


def test_the_claims_are_counted_in_a_figure(told: Told) -> None:
    _, made = told({"a.md": PLANT})
    (count,) = made.figures
    assert (count.value, count.unit) == (made.tables["claims"].frame.height, "claim")
    assert count.dims["period"] == "2022-11-25"


def test_the_table_is_one_that_the_ledger_takes(told: Told) -> None:
    from madein.ledger.step import Config, run

    _, made = told({"a.md": PLANT})
    table = made.tables["claims"]
    assert set(SCHEMA) <= set(table.frame.columns)
    assert claim_ids(table.frame).to_list() == table.frame["id"].to_list()
    for chapter, measure, value in (("projects", "planned_capital", 4e8), ("water", "findings", None)):
        result = run(Config.model_validate({"chapter": chapter}), Inputs(many={"told": (("told.claims", table),)}))
        check_result(result, chapter)
        found = [f for f in result.figures if f.measure == measure]
        assert found
        assert value is None or [f.value for f in found] == [value]
    legs = result.tables["shipments"].frame
    assert legs["vessel"].to_list() == ["Silver Tern"] * legs.height
    assert {str(Ref.parse(r).node) for src in legs["_src"] for r in src} == {"source:a.md"}


def test_a_study_leads_from_a_figure_to_the_sentence(tmp_path: Path) -> None:
    from madein.study.finished import open_study
    from madein.study.run import run_study
    from madein.study.why import certificate, find

    (tmp_path / "a.md").write_text(PLANT, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(
        "title: T\nsteps:\n  - {id: press, use: press, from: {articles: a.md}}\n"
        "  - {id: told, use: press_claims, from: {relations: press.relations, items: press.items}}\n"
        "  - {id: projects, use: ledger, from: {told: told.claims}}\n"
    )
    run_study(tmp_path)
    study = open_study(tmp_path)
    (capital,) = [f for f in study.figures.values() if f.measure == "planned_capital"]
    (found,) = find(study, capital.id)
    nodes, places = [certificate(study, found.ref)], []
    while nodes:
        node = nodes.pop()
        nodes += node.children
        places += [node.place] if node.ref.kind == "source" and node.place else []
    assert places
    assert all("$400 million" in place.text for place in places)
