"""``madein screening roles`` and ``labels`` as a person meets them: roles settled once, the leak told first, and what is refused."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from madein.screening.labelled import Roles, load_roles

Run = Callable[..., Any]


@pytest.fixture
def madein(command: Run) -> Run:
    """``madein screening ...`` in an empty folder."""
    return partial(command, "screening")


def table(rows: int = 3000, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    hs, firm = rng.integers(0, 30, rows), rng.integers(0, 200, rows)
    z = -1.6 + rng.normal(0, 1.2, 30)[hs] + rng.normal(0, 0.8, 200)[firm]
    return pl.DataFrame({
        "declaration": [f"D{i}" for i in range(rows)],
        "date": [date(2024, 1, 1) + timedelta(days=int(d)) for d in np.sort(rng.integers(0, 366, rows))],
        "importer": [f"i{i}" for i in firm], "hs code": [f"{i:06d}" for i in hs], "net weight": np.round(rng.lognormal(4, 1, rows), 2),
        "value": np.round(rng.lognormal(8, 1.5, rows), 2), "duty rate": rng.choice([0.0, 0.05, 0.2], rows),
        "inspection result": (rng.random(rows) < 1 / (1 + np.exp(-z))).astype(int),
    })  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A table, and confirmed roles beside it."""
    table().write_csv(tmp_path / "d.csv")
    roles = Roles("inspection result", "date", "declaration", entities=("importer",), categories=("hs code",), numbers=("net weight",),
                  stake=("value", "duty rate"))  # fmt: skip
    roles.save(tmp_path / "r.yaml")
    return tmp_path / "d.csv"


def test_roles_are_proposed_shown_and_saved_once_confirmed(madein: Run, data: Path) -> None:
    done = madein("roles", data)
    assert done.code == 1 and "Not saved" in done.out and not data.with_name("d.csv.roles.yaml").exists()
    assert "inspection result" in done.out and "at stake is value times duty rate" in done.out
    assert "D17" not in done.out
    done = madein("roles", data, "--confirm")
    assert done.code == 0 and "Saved to" in done.out
    held = load_roles(data.with_name("d.csv.roles.yaml"))
    assert held.confirmed and held.label == "inspection result" and held.stake == ("value", "duty rate")


def test_answers_move_columns(madein: Run, data: Path, tmp_path: Path) -> None:
    answers = ("aside=net weight", "numbers=duty rate", "stake=value", "stake_scale=0.5", "tuples=importer + hs code", "positive=1", "dates=iso")
    done = madein("roles", data, *(a for text in answers for a in ("--answer", text)), "--confirm", "--out", "mine.yaml")
    assert done.code == 0
    held = load_roles(tmp_path / "mine.yaml")
    assert held.aside == ("net weight",) and held.numbers == ("value", "duty rate") and held.categories == ("hs code",)
    assert held.stake == ("value",) and held.stake_scale == 0.5 and held.tuples == (("importer", "hs code"),) and held.positive == ("1",)


def test_a_question_is_asked_and_settled(madein: Run, tmp_path: Path) -> None:
    table().rename({"inspection result": "Z9"}).write_csv(tmp_path / "q.csv")
    done = madein("roles", "q.csv", "--confirm")
    assert done.code == 1 and "open: label" in done.out and "--answer" in done.out
    assert madein("roles", "q.csv", "--answer", "label=Z9", "--confirm").code == 0
    assert load_roles(tmp_path / "q.csv.roles.yaml").label == "Z9"


def test_another_label_sets_the_first_aside(madein: Run, tmp_path: Path) -> None:
    table().with_columns(second=pl.col("inspection result")).write_csv(tmp_path / "t.csv")
    assert madein("roles", "t.csv", "--answer", "label=second", "--confirm").code == 0
    held = load_roles(tmp_path / "t.csv.roles.yaml")
    assert held.label == "second" and "inspection result" in held.aside and "inspection result" not in held.features


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("label", "is no answer"),
        ("=x", "is no answer"),
        ("colour=red", "roles have no"),
        ("label=wrong", "no column 'wrong'"),
        ("numbers=wrong", "no column 'wrong'"),
        ("tuples=hs code+wrong", "no column 'wrong'"),
        ("stake_scale=much", "is no scale"),
        ("stake_scale=-1", "is no scale"),
        ("dates=moon", "dates cannot be"),
        ("decimal='", "decimal mark cannot be"),
    ],
)
def test_answers_that_are_none(madein: Run, data: Path, answer: str, told: str) -> None:
    done = madein("roles", data, "--answer", answer, "--confirm", "--out", "x.yaml")
    assert done.code == 2 and told in done.err and "mend: " in done.err
    assert not data.with_name("x.yaml").exists()


def test_labels_prints_and_writes(madein: Run, data: Path, tmp_path: Path) -> None:
    done = madein("labels", data, "--roles", "r.yaml", "--show", "7")
    assert done.code == 0
    places = [
        done.out.index(t) for t in ("No small set of columns", "learnt from", "precision", "How far probabilities", "seen in training", "The first 7")
    ]
    assert places == sorted(places)
    names = {p.name for p in (tmp_path / "labels").iterdir()}
    assert names >= {f"{n}.parquet" for n in ("scores", "metrics", "curve", "frontier", "calibration", "leaks", "novelty", "gain", "parts")}
    assert names >= {"queue.csv", "queue.xlsx"}
    rows = list(csv.DictReader((tmp_path / "labels" / "queue.csv").read_text().splitlines()))
    scores = pl.read_parquet(tmp_path / "labels" / "scores.parquet")
    first = scores.filter(part="test").sort("expected", descending=True).head(7)
    assert [r["id"] for r in rows] == first["id"].to_list() and scores.height == 3000


def test_the_leak_is_told_first(madein: Run, tmp_path: Path) -> None:
    noted = pl.when(pl.col("inspection result") == 1).then(pl.lit("seized")).otherwise(pl.lit("released"))
    table().with_columns(note=noted).write_csv(tmp_path / "l.csv")
    assert madein("roles", "l.csv", "--confirm").code == 0
    done = madein("labels", "l.csv", "--roles", "l.csv.roles.yaml", "--out", "o")
    assert done.code == 0 and done.out.startswith("The label is nearly a function of note")
    assert "all columns" in done.out and "model: without the columns that carry the label" in done.out
    told = json.loads(madein("labels", "l.csv", "--roles", "l.csv.roles.yaml", "--out", "o", "--format", "json").out)
    assert told["leaks"] == ["note"] and [m["left_out"] for m in told["models"]] == [[], ["note"]]


def test_formats_and_the_same_bytes(madein: Run, data: Path, tmp_path: Path) -> None:
    told = json.loads(madein("labels", data, "--roles", "r.yaml", "--format", "json", "--out", "a", "--show", "3").out)
    assert len(told["queue"]) == 3 and told["models"][0]["calibration"]["error"] > 0 and told["said"][0]["about"] == "parts"
    assert {r["part"] for r in told["parts"]} == {"training", "validation", "test"}
    out = madein("labels", data, "--roles", "r.yaml", "--format", "csv", "--out", "b", "--show", "3").out
    assert out.splitlines()[0].startswith("id,row,date,part,label") and len(out.splitlines()) == 4
    for name in ("scores", "metrics", "curve", "calibration", "gain"):
        assert (tmp_path / "a" / f"{name}.parquet").read_bytes() == (tmp_path / "b" / f"{name}.parquet").read_bytes()
    assert madein("labels", data, "--roles", "r.yaml", "--format", "parquet", "--out", "b", "--show", "3").code == 0
    assert pl.read_parquet(tmp_path / "b" / "queue.parquet").height == 3


def test_several_tables_are_one(madein: Run, data: Path, tmp_path: Path) -> None:
    table()[:1700].write_csv(tmp_path / "1.csv")
    table()[1700:].write_csv(tmp_path / "2.csv")
    assert madein("labels", "1.csv", "2.csv", "--roles", "r.yaml", "--out", "two", "--format", "csv").code == 0
    assert madein("labels", data, "--roles", "r.yaml", "--out", "one", "--format", "csv").code == 0
    assert (tmp_path / "one" / "scores.parquet").read_bytes() == (tmp_path / "two" / "scores.parquet").read_bytes()


def test_what_cannot_be_learnt_from_is_refused(madein: Run, data: Path, tmp_path: Path) -> None:
    def told(*args: str | Path) -> str:
        done = madein("labels", *args, "--out", "never")
        assert done.code == 2 and "mend: " in done.err and not (tmp_path / "never").exists()
        return " ".join(done.err.split())

    assert "no roles are named" in told(data) and "screening roles" in told(data)
    assert "no such roles" in told(data, "--roles", "none.yaml")
    assert "no such file" in told("none.csv", "--roles", "r.yaml")
    Roles("inspection result", "date", categories=("hs code",), confirmed=False).save(tmp_path / "u.yaml")
    assert "not confirmed" in told(data, "--roles", "u.yaml")
    Roles("inspection result", "date", categories=("colour",)).save(tmp_path / "w.yaml")
    assert "no column 'colour'" in told(data, "--roles", "w.yaml")
    table().with_columns(pl.lit(1).alias("inspection result")).write_csv(tmp_path / "one.csv")
    assert "every label says yes" in told("one.csv", "--roles", "r.yaml")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1\0")
    assert "broken.parquet" in told("broken.parquet", "--roles", "r.yaml")


def test_a_folder_that_cannot_be_made_is_told(madein: Run, data: Path) -> None:
    done = madein("labels", data, "--roles", "r.yaml", "--out", data / "in")
    assert done.code == 2 and "cannot make the folder" in done.err
    done = madein("roles", data, "--confirm", "--out", "no/such/r.yaml")
    assert done.code == 2 and "there is no such folder" in done.err
    assert madein("roles", "none.csv", "--confirm").code == 2
