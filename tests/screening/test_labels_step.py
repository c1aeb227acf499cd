"""The step ``labels``: the contract, figures against the engine, rows behind every figure, the same bytes twice, and what is refused."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from madein.core.blocks import HOLE
from madein.core.check import check_result
from madein.core.errors import BadInput, MadeinError
from madein.core.step import Figure, Inputs, Result, Source, read_row_at
from madein.screening.labelled import Labelled, LeakReport, Roles, Split, train
from madein.screening.labels_chapter.sentences import named
from madein.screening.labels_step import Config, run

ROLES = Roles("result", "day", "number", entities=("importer",), categories=("hs", "origin"), numbers=("kg",), stake=("value", "rate"),
              tuples=(("importer", "hs"),))  # fmt: skip
SPLIT = {"valid_from": date(2024, 9, 1), "test_from": date(2024, 11, 1)}


def table(rows: int = 3000, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    hs, origin, importer = rng.integers(0, 40, rows), rng.integers(0, 10, rows), rng.integers(0, 300, rows)
    z = -1.8 + rng.normal(0, 1.2, 40)[hs] + rng.normal(0, 0.8, 10)[origin] + rng.normal(0, 0.8, 300)[importer]
    return pl.DataFrame({
        "number": [f"D{i}" for i in range(rows)],
        "day": [date(2024, 1, 1) + timedelta(days=int(d)) for d in np.sort(rng.integers(0, 366, rows))],
        "importer": [f"i{i}" for i in importer], "hs": [f"{i:06d}" for i in hs], "origin": [f"o{i}" for i in origin],
        "kg": np.round(rng.lognormal(4, 1, rows), 2), "value": np.round(rng.lognormal(8, 1.5, rows), 2), "rate": rng.choice([0.0, 0.05, 0.2], rows),
        "result": (rng.random(rows) < 1 / (1 + np.exp(-z))).astype(int),
    })  # fmt: skip


def with_leak() -> tuple[pl.DataFrame, Roles]:
    """A column filled in after the inspection."""
    frame = table().with_columns(note=pl.when(pl.col("result") == 1).then(pl.lit("seized")).otherwise(pl.lit("released")))
    return frame, ROLES.answer(categories=("hs", "origin", "note"))


def given(folder: Path, frames: list[pl.DataFrame], roles: Roles) -> Inputs:
    sources = []
    for i, frame in enumerate(frames):
        frame.write_parquet(folder / f"d{i}.parquet")
        sources.append(Source(f"d{i}.parquet", folder / f"d{i}.parquet", ""))
    roles.save(folder / "roles.yaml")
    return Inputs({"declarations": tuple(sources), "roles": (Source("roles.yaml", folder / "roles.yaml", ""),)})


def went(folder: Path, frames: list[pl.DataFrame], roles: Roles, **options: Any) -> Result:
    result = run(Config(**{**SPLIT, **options}), given(folder, frames, roles))
    check_result(result, "labels")
    return result


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Labelled]:
    frame, roles = with_leak()
    return went(tmp_path_factory.mktemp("leak"), [frame], roles, currency="USD"), train(frame, roles, split=Split(*SPLIT.values()))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return went(tmp_path_factory.mktemp("plain"), [table()], ROLES)


def values(result: Result) -> dict[str, Figure]:
    return {f.id: f for f in result.figures}


def findings(result: Result) -> list[str]:
    return [b.body["text"] for b in result.blocks if b.kind == "finding"]


def test_figures_are_what_the_engine_says(leaking: tuple[Result, Labelled]) -> None:
    result, engine = leaking
    held = values(result)
    tested = next(f.dims["period"] for f in result.figures if f.measure == "label_auc")
    assert len(engine.models) == 2
    for model in engine.models:
        area = next(f for f in held.values() if f.measure == "label_auc" and f.dims.get("actor") == model.name and "values" not in f.dims["series"]
                    and f.dims["series"] == "by probability")  # fmt: skip
        assert area.value == pytest.approx(100 * model.metrics.auc)
        assert (area.low, area.high) == pytest.approx((100 * model.metrics.auc_low, 100 * model.metrics.auc_high))
        for order, metrics in (("probability", model.metrics), ("probability times stake", model.by_stake)):
            assert metrics is not None
            for row in metrics.top.iter_rows(named=True):
                series = f"first {row['percent']:g} percent by {order}"
                for name in ("precision", "recall", "revenue"):
                    id_ = Figure(f"inspected_{name}", {"actor": model.name, "series": series, "period": tested}, None, "percent", ()).id
                    assert held[id_].value == pytest.approx(100 * row[name])
        errors = {f.dims["series"]: f.value for f in held.values() if f.measure == "calibration_error" and f.dims["actor"] == model.name}
        c = model.calibration
        assert sorted(v for v in errors.values() if v is not None) == pytest.approx(
            sorted(100 * v for v in (c.error, c.error_width, c.error_before, c.chance))
        )
    first = engine.queue(1).row(0, named=True)
    assert held["label_probability/series=declaration 00001"].value == pytest.approx(100 * first["probability_left"])
    assert held["expected_revenue/series=declaration 00001"].value == pytest.approx(first["expected_left"])
    assert held["expected_revenue/series=declaration 00001"].unit == "USD"
    assert held["label_leaks"].value == len(engine.leaks.leaks) == 1
    assert held["leak_sets"].value == engine.leaks.searched


def test_the_leak_comes_first_and_the_model_to_speak_of_is_without_it(leaking: tuple[Result, Labelled]) -> None:
    result, _ = leaking
    said = findings(result)
    assert said[0].startswith("The label is nearly a function of note") and "how the labels were made" in said[0]
    assert ["without the columns" in t for t in said if t.startswith("Model (")] == [True, False]
    assert not any(re.search(r"[0-9]", HOLE.sub("", t)) for t in said)
    titles = [b.title for b in result.blocks if b.kind in ("table", "chart")]
    assert titles[0].startswith("Do a few columns carry the label?") and sum(b.kind == "chart" for b in result.blocks) == 2
    assert all("without the columns" in b.title for b in result.blocks if b.kind == "chart")
    note = result.blocks[-1].body["text"]
    assert "Left out because they carry the label: note." in note and "inspected declarations were not drawn at random" in note


def test_without_a_leak_there_is_one_model_and_it_is_said(plain: Result) -> None:
    said = findings(plain)
    assert said[0].startswith("No small set of columns carries the label, of {leak_sets}")
    assert sum(t.startswith("Model (all columns)") for t in said) == 1
    assert {f.dims["actor"] for f in plain.figures if "actor" in f.dims} == {"all columns", "no model"}
    assert next(f for f in plain.figures if f.measure == "expected_revenue").unit == "number"


def test_parents_of_every_figure_are_rows_that_are_there(leaking: tuple[Result, Labelled], plain: Result) -> None:
    for result in (leaking[0], plain):
        for figure in result.figures:
            assert figure.parents
            for ref in figure.parents:
                assert ref.kind == "table"
                own = result.tables[ref.name.removeprefix(".")]
                key = read_row_at(ref.at)
                assert tuple(key) == own.key
                assert own.frame.filter(**key).height == 1, figure.id


def test_dots_of_the_curve_are_the_numbers_of_the_table(leaking: tuple[Result, Labelled]) -> None:
    result, _ = leaking
    marked = result.tables["curve"].frame.filter(pl.col("mark") != "")
    both = marked.join(result.tables["metrics"].frame, on=["model", "order", "inspected"])
    assert both.height == marked.height == 16
    for name in ("precision", "recall", "revenue"):
        assert both[name].equals(both[f"{name}_right"], null_equal=True)
    assert both["mark"].to_list() == [f"{int(first)} %" for first in both["first"]]


def test_a_declaration_leads_to_its_file_and_row(tmp_path: Path) -> None:
    frame = table()
    options = {"show": 4, "queue": 40}
    by_id = went(tmp_path, [frame[:1200], frame[1200:2600], frame[2600:]], ROLES, **options).tables["queue"].frame
    by_row = went(tmp_path, [frame[:1200], frame[1200:2600], frame[2600:]], ROLES.answer(id=""), **options).tables["queue"].frame
    assert by_id.height == 40
    for n, row in enumerate(by_id.iter_rows(named=True)):
        at = int(row["id"].removeprefix("D"))
        file, start = (2, 2600) if at >= 2600 else (1, 1200)
        assert row["_src"][0] == f"source:d{file}.parquet::row number={row['id']}"
        assert by_row["_src"][n][0] == f"source:d{file}.parquet::row row={at + 1 - start}"


def test_same_rows_same_bytes(tmp_path: Path, plain: Result) -> None:
    again = went(tmp_path, [table()], ROLES)
    assert again.figures == plain.figures and again.blocks == plain.blocks
    for name, held in plain.tables.items():
        other = again.tables[name].frame.drop("_src")
        assert (
            held.frame.drop("_src").write_ipc(None, compression="uncompressed").getvalue()
            == other.write_ipc(None, compression="uncompressed").getvalue()
        ), name


def test_two_such_steps_can_stand_in_one_study(tmp_path: Path, plain: Result) -> None:
    other = went(tmp_path, [table()], ROLES, scenario="other draw")
    assert not {f.id for f in plain.figures} & {f.id for f in other.figures}
    assert len(plain.figures) == len(other.figures)


def test_no_stake_means_no_word_of_revenue(tmp_path: Path) -> None:
    result = went(tmp_path, [table()], Roles("result", "day", categories=("hs", "origin")))
    assert not any("revenue" in t for t in findings(result))
    assert "frontier" not in result.tables and "novelty" not in result.tables
    assert not [f for f in result.figures if "revenue" in f.measure or f.absent]
    chart = next(b for b in result.blocks if b.kind == "chart")
    assert chart.title.startswith("Precision over labels found")


def test_only_leaking_columns_to_learn_from(tmp_path: Path) -> None:
    frame = table().with_columns(note=pl.col("result") * 3)
    result = went(tmp_path, [frame], Roles("result", "day", categories=("note",)))
    assert "cannot be had, because no column is left" in findings(result)[0]
    assert any("no column is left" in p.what for p in result.problems)


def test_a_search_that_could_not_be_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    why = "the last part has 3 rows with the label and 9 without: 25 of each are needed"
    monkeypatch.setattr("madein.screening.labelled.training.find_leaks", lambda *_: LeakReport(absent=why))
    result = went(tmp_path, [table()], ROLES)
    assert findings(result)[0] == "Whether columns carry the label was not searched: a part has too few rows of one kind."
    assert {f.absent for f in result.figures if f.measure in ("leak_sets", "label_leaks")} == {why}
    assert "leaks" not in result.tables


def test_rows_not_yet_inspected_are_the_queue(tmp_path: Path) -> None:
    new = table(100, 9).with_columns(result=pl.lit(None, pl.Int64), day=pl.lit(date(2025, 1, 5)), number="N" + pl.col("number"))
    result = went(tmp_path, [pl.concat([table(), new])], ROLES, show=5)
    assert result.tables["queue"].frame["id"].str.starts_with("N").all()
    block = next(b for b in result.blocks if b.title.startswith("What needs a look first"))
    assert "not yet inspected" in block.title and "label" not in block.body["columns"] and len(block.body["rows"]) == 5
    assert any("have no label" in p.what for p in result.problems)


def test_names_that_sentences_cannot_hold(tmp_path: Path) -> None:
    frame, roles = with_leak()
    odd = "note, {2} | =&"
    result = went(tmp_path, [frame.rename({"note": odd})], roles.answer(categories=("hs", "origin", odd)))
    assert findings(result)[0].startswith("The label is nearly a function of columns that the table below names")
    assert result.tables["leaks"].frame["columns"][0] == odd
    assert named(("a", "b", "c")) == "a, b and c"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"valid_from": None}, "name both valid_from and test_from"),
        ({"valid_from": date(2024, 12, 1)}, "valid_from must lie before test_from"),
        ({"currency": "dollars"}, "currency"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_settings_that_cannot_be_are_refused(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Config(**{**SPLIT, **options})


def test_what_cannot_be_learnt_from_is_refused(tmp_path: Path) -> None:
    def told(frame: pl.DataFrame, roles: Roles) -> str:
        with pytest.raises(MadeinError) as fault:
            went(tmp_path, [frame], roles)
        assert all(p.fix for p in fault.value.problems)
        return str(fault.value)

    assert "every label says yes" in told(table().with_columns(result=1), ROLES)
    assert "the table has no column 'tons'" in told(table(), ROLES.answer(numbers=("tons",)))
    assert "not confirmed" in told(table(), Roles("result", "day", categories=("hs",), confirmed=False))
    files = given(tmp_path, [table()], ROLES)
    with pytest.raises(MadeinError, match="role declarations: no file is given"):
        run(Config(), Inputs({"roles": files.sources["roles"]}))
    with pytest.raises(MadeinError, match="role roles: no file is given"):
        run(Config(), Inputs({"declarations": files.sources["declarations"]}))
    (tmp_path / "roles.yaml").write_text("[1]")
    with pytest.raises(MadeinError, match="holds no roles"):
        run(Config(), files)
    with pytest.raises(BadInput, match="cannot be cut into three parts"):
        run(Config(), given(tmp_path, [table().with_columns(day=pl.lit(date(2024, 1, 1)))], ROLES))
