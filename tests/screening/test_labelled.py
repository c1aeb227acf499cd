"""From a table with labels to calibrated scores: nothing of the future is used, the same bytes come out, bad input is told."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.core.errors import BadInput, MadeinError
from madein.screening.labelled import Labelled, Roles, Split, describe, load_roles, propose_roles, train
from madein.screening.labelled.coding import code_columns
from madein.screening.labelled.reading import read_cases

ROLES = Roles(
    "result", "day", "number", entities=("importer",), categories=("hs", "origin"), numbers=("kg",), stake=("value", "rate"),
    tuples=(("importer", "hs"),),
)  # fmt: skip
SPLIT = Split(date(2024, 9, 1), date(2024, 11, 1))


def table(rows: int = 4000, seed: int = 1) -> pl.DataFrame:
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


@pytest.fixture(scope="module")
def found() -> Labelled:
    return train(table(), ROLES, split=SPLIT)


def test_everything_is_there(found: Labelled) -> None:
    assert found.parts["labelled"].sum() == 4000 and found.scores.height == 4000
    assert len(found.models) == 1 and found.leaks.leaks == ()
    model = found.fit
    assert 0.65 < model.metrics.auc < 0.9 and model.metrics.auc_low < model.metrics.auc < model.metrics.auc_high
    assert model.calibration.error < 0.06
    assert set(found.tables()) == {"scores", "parts", "leaks", "metrics", "curve", "frontier", "novelty", "gain", "calibration", "tried"}
    assert model.gain["gain"].sum() == pytest.approx(1) and model.gain["column"][0] == "hs"
    scores = found.scores
    assert scores["probability"].is_between(0, 1).all()
    assert (scores["expected"] - scores["probability"] * scores["stake"]).abs().max() < 1e-6  # type: ignore[operator]
    assert found.queue(10, part="test")["expected"].is_sorted(descending=True)
    assert model.by_stake is not None and found.baseline is not None
    both = model.novelty.filter(pl.col("tuple") == "importer + hs")
    assert both["rows"].sum() == found.parts.filter(pl.col("part") == "test")["rows"][0]


def test_same_rows_same_bytes(found: Labelled) -> None:
    again = train(table(), ROLES, split=SPLIT)
    assert again.fit.text == found.fit.text
    for name, held in found.tables().items():
        assert (
            held.write_ipc(None, compression="uncompressed").getvalue() == again.tables()[name].write_ipc(None, compression="uncompressed").getvalue()
        )


def test_labels_of_the_test_part_change_no_score(found: Labelled) -> None:
    late = table().with_columns(result=pl.when(pl.col("day") >= SPLIT.test_from).then(1 - pl.col("result")).otherwise("result"))
    other = train(late, ROLES, split=SPLIT, leaks=False)
    assert other.scores["probability"].equals(found.scores["probability"])
    assert other.fit.metrics.auc == pytest.approx(1 - found.fit.metrics.auc)


def test_rows_in_any_order_give_the_same_scores(found: Labelled) -> None:
    mixed = table().with_columns(day=pl.col("day")).sample(fraction=1.0, shuffle=True, seed=3).sort("day", maintain_order=True)
    one = train(mixed.sort("number"), ROLES, split=SPLIT, leaks=False).scores.select("id", "probability").sort("id")
    two = train(table().sort("number"), ROLES, split=SPLIT, leaks=False).scores.select("id", "probability").sort("id")
    assert one.equals(two)


def test_coding_never_shows_a_row_its_own_label() -> None:
    frame = table(3000, 2)
    rng = np.random.default_rng(3)
    label = rng.integers(0, 2, 3000).astype(float)
    fit = np.arange(3000) < 2000
    first = code_columns(frame, label, fit, ["importer", "hs"], ["kg"])
    for row in (0, 700, 1999, 2500):
        turned = label.copy()
        turned[row] = 1 - turned[row]
        assert (code_columns(frame, turned, fit, ["importer", "hs"], ["kg"]).matrix[row] == first.matrix[row]).all()
    # A label that is noise stays noise: the coded share of a row does not go with its label, neither way.
    share = first.matrix[fit, first.names.index("importer: share")]
    assert abs(np.corrcoef(share, label[fit])[0, 1]) < 0.12


def test_coding_knows_nothing_of_later_labels_and_values() -> None:
    frame = table(1000, 4)
    label = frame["result"].to_numpy().astype(float)
    fit = np.arange(1000) < 600
    whole = code_columns(frame, label, fit, ["importer"], []).matrix[:700]
    assert (code_columns(frame[:700], label[:700], fit[:700], ["importer"], []).matrix == whole).all()


def test_noise_gives_no_skill_and_calibrated_scores() -> None:
    frame = table(6000, 5).with_columns(result=pl.Series(np.random.default_rng(6).random(6000) < 0.2).cast(pl.Int64))
    found = train(frame, ROLES, split=SPLIT)
    assert found.leaks.leaks == ()
    assert found.fit.metrics.auc_low < 0.5 < found.fit.metrics.auc_high + 0.02
    assert found.fit.calibration.error < 0.05


def test_a_leak_gives_a_second_model_without_it() -> None:
    frame = table().with_columns(note=pl.when(pl.col("result") == 1).then(pl.lit("seized")).otherwise(pl.lit("released")))
    found = train(frame, ROLES.answer(categories=("hs", "origin", "note")), split=SPLIT)
    assert found.leaks.columns == ("note",)
    assert found.models[0].metrics.auc == pytest.approx(1) and found.models[1].metrics.auc < 0.9
    assert "note" not in found.models[1].gain["column"].to_list()
    assert found.queue(5, part="test")["expected_left"].is_sorted(descending=True)
    said = [s for s in describe(found) if s.about == "leak"]
    assert "note" in str(said[0]) and "needs a look" in str(said[0])


def test_only_a_leak_to_learn_from() -> None:
    frame = table().with_columns(note=pl.col("result") * 3)
    found = train(frame, Roles("result", "day", categories=("note",)), split=SPLIT)
    assert len(found.models) == 1 and any("no column is left" in p.what for p in found.notes)


def test_sentences_hold_no_digit_outside_holes(found: Labelled) -> None:
    said = describe(found)
    assert {"parts", "leak", "skill", "calibration", "revenue"} <= {s.about for s in said}
    for s in said:
        assert not re.search(r"[0-9]", re.sub(r"\{[a-z_]+\}", "", s.text))
        assert str(s) and "{" not in str(s)


def test_a_point_of_the_curve_in_one_call(found: Labelled) -> None:
    free, bound = found.fit.point(10), found.fit.point(10, 0.4)
    assert free["power"] >= bound["power"] and bound["precision"] >= free["precision"] - 0.1
    validation = found.fit.frontier.filter((pl.col("part") == "validation") & (pl.col("percent") == 10))
    assert validation.filter(pl.col("power") == bound["power"])["precision"][0] >= 0.4
    with pytest.raises(MadeinError, match="no order reaches a precision of 100%"):
        found.fit.point(10, 1.0)
    with pytest.raises(MadeinError, match="take one of: 1, 2, 5, 10"):
        found.fit.point(3)


def test_rows_without_label_are_scored_and_not_learnt_from(found: Labelled) -> None:
    new = table(200, 9).with_columns(result=pl.lit(None, pl.Int64), day=pl.lit(date(2025, 1, 5)), number="N" + pl.col("number"))
    more = train(pl.concat([table(), new]), ROLES, split=SPLIT, leaks=False)
    assert more.scores["label"].null_count() == 200
    assert more.scores[:4000]["probability"].equals(found.scores["probability"])
    assert more.queue(20)["id"].str.starts_with("N").all()
    assert any("200 of 4,200 rows have no label" in p.what for p in more.notes)


def test_without_stake_nothing_is_said_of_revenue() -> None:
    found = train(table(), Roles("result", "day", categories=("hs", "origin")), split=SPLIT, leaks=False)
    assert found.fit.by_stake is None and found.baseline is None and found.fit.frontier.is_empty()
    assert found.scores["stake"].null_count() == 4000 and found.fit.curve["revenue"].null_count() == found.fit.curve.height
    assert not [s for s in describe(found) if s.about == "revenue"]
    assert found.queue(3, part="test")["probability"].is_sorted(descending=True)
    with pytest.raises(MadeinError, match="no revenue at stake is known"):
        found.fit.point(1)


def test_revenue_found_is_measured_and_not_learnt_from() -> None:
    frame = table().with_columns(raised=pl.col("result") * 100.0)
    found = train(frame, ROLES.answer(revenue="raised"), split=SPLIT)
    assert found.leaks.leaks == () and "raised" not in found.fit.gain["column"].to_list()
    # Every find brings the same, so that revenue is recall.
    assert found.fit.metrics.top["revenue"].to_list() == pytest.approx(found.fit.metrics.top["recall"].to_list())
    with pytest.raises(BadInput, match="'raised' is learnt from and is the revenue"):
        train(frame, ROLES.answer(revenue="raised", numbers=("kg", "raised")), split=SPLIT)


def test_labels_known_too_late_are_left_out() -> None:
    frame = table().with_columns(known=pl.when(pl.col("hs") < "000020").then(pl.col("day") + timedelta(days=10)).otherwise(pl.lit(date(2025, 3, 1))))
    found = train(frame, ROLES.answer(decided="known"), split=SPLIT, leaks=False)
    rows = found.parts.to_dicts()
    assert rows[0]["labelled"] < 0.6 * rows[0]["rows"] and rows[2]["labelled"] == rows[2]["rows"]
    assert sum("became known after it" in p.what for p in found.notes) == 2


def test_default_split_cuts_no_day() -> None:
    found = train(table(), ROLES, leaks=False)
    rows = found.parts.to_dicts()
    assert rows[0]["last"] < rows[1]["first"] and rows[1]["last"] < rows[2]["first"]
    assert rows[0]["rows"] / 4000 == pytest.approx(2 / 3, abs=0.01)


# --- files, roles and bad input ---------------------------------------------------------------------------------------------


def test_a_csv_with_comma_decimals_and_days_first(tmp_path: Path, found: Labelled) -> None:
    frame = table().with_columns(
        pl.col("day").dt.strftime("%d/%m/%Y"), *(pl.col(c).cast(pl.String).str.replace(".", ",", literal=True) for c in ("kg", "value", "rate")),
        result=pl.when(pl.col("result") == 1).then(pl.lit("Vi phạm")).otherwise(pl.lit("Không")),
    )  # fmt: skip
    frame.write_csv(tmp_path / "khai.csv", separator=";")
    read = train(tmp_path / "khai.csv", ROLES.answer(dates="dmy", decimal=","), split=SPLIT, leaks=False)
    assert read.scores.drop("label").equals(found.scores.drop("label"))
    assert read.where == "khai.csv"


def test_parts_in_several_files_and_pandas(tmp_path: Path, found: Labelled) -> None:
    pandas = pytest.importorskip("pandas")
    frame = table()
    frame[:2500].write_parquet(tmp_path / "a.parquet")
    frame[2500:].write_parquet(tmp_path / "b.parquet")
    assert read_cases([tmp_path / "a.parquet", tmp_path / "b.parquet"], ROLES).frame.equals(read_cases(frame, ROLES).frame)
    assert isinstance(frame.to_pandas(), pandas.DataFrame)
    assert read_cases(frame.to_pandas(), ROLES).frame.equals(read_cases(frame, ROLES).frame)


def test_roles_are_proposed_asked_and_kept(tmp_path: Path) -> None:
    frame = table().rename({"day": "Ngày đăng ký", "importer": "Importer ID", "hs": "Mã HS", "value": "Trị giá", "rate": "Tax Rate (%)",
                            "result": "Kết quả kiểm tra", "kg": "Net weight", "number": "Số tờ khai"}).with_columns(penalty=pl.lit(0.0))  # fmt: skip
    proposed = propose_roles(frame.rename({"Tax Rate (%)": "Tax rate"}))
    assert (proposed.label, proposed.date, proposed.id) == ("Kết quả kiểm tra", "Ngày đăng ký", "Số tờ khai")
    assert proposed.entities == ("Importer ID",) and "Mã HS" in proposed.categories and "Net weight" in proposed.numbers
    assert proposed.stake == ("Trị giá", "Tax rate") and proposed.aside == ("penalty",) and not proposed.confirmed
    with pytest.raises(BadInput, match="the roles are not confirmed"):
        read_cases(frame.rename({"Tax Rate (%)": "Tax rate"}), proposed)
    proposed.confirm().save(tmp_path / "roles.yaml")
    assert load_roles(tmp_path / "roles.yaml") == proposed.confirm()
    unknown = propose_roles(pl.DataFrame({"x": ["a"], "y": [1.5]}))
    assert [q.partition(":")[0] for q in unknown.questions] == ["label", "date"]
    with pytest.raises(BadInput, match="which column holds the result"):
        unknown.confirm()
    assert unknown.answer(label="x", date="y").confirm().confirmed


@pytest.mark.parametrize(("text", "fault"), [("a: [", "holds no roles"), ("label: x\nnonsense: 1", "unknown fields: nonsense"), ("[1]", "no roles")])
def test_a_file_that_holds_no_roles(text: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(MadeinError, match=fault):
        load_roles(tmp_path / "r.yaml")
    with pytest.raises(MadeinError, match="no such roles"):
        load_roles(tmp_path / "s.yaml")


def messages(frame: pl.DataFrame, roles: Roles = ROLES, **more: object) -> list[str]:
    with pytest.raises(MadeinError) as caught:
        train(frame, roles, **{"split": SPLIT, **more})  # type: ignore[arg-type]
    assert all(p.fix for p in caught.value.problems)
    return [str(p) for p in caught.value.problems]


def test_all_faults_of_the_cells_at_once() -> None:
    frame = table().with_columns(
        pl.col("day").cast(pl.String), kg=pl.when(pl.int_range(pl.len()) % 100 == 7).then(pl.lit("about ten")).otherwise(pl.col("kg").cast(pl.String))
    ).with_columns(day=pl.when(pl.int_range(pl.len()) == 11).then(pl.lit("31.31.2024")).otherwise("day"))  # fmt: skip
    told = messages(frame)
    assert any("column 'kg', row 8: text where numbers should be (40 cells of 4,000)" in t for t in told)
    assert any("column 'day', row 12" in t for t in told)
    assert not any("about" in t or "31.31" in t for t in told)


def test_columns_that_are_not_there() -> None:
    told = messages(table().drop("kg", "result"))
    assert any("no column 'kg'" in t and "named under numbers" in t for t in told) and any("no column 'result'" in t for t in told)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (pl.lit(None, pl.Int64), "no row has a label"),
        (pl.lit(1), "every label says yes"),
        (pl.lit(0), "every label says no"),
        (pl.col("result") + pl.col("hs").str.tail(1).cast(pl.Int64), "neither yes nor no (9 different ones)"),
        (pl.when(pl.int_range(pl.len()) < 2000).then(pl.col("result")), "the validation part has"),
        (pl.when((pl.col("result") == 0) | (pl.int_range(pl.len()) % 200 == 0)).then(pl.col("result")), "labelled rows that say yes"),
    ],
)
def test_labels_that_cannot_be_learnt_from(change: pl.Expr, fault: str) -> None:
    assert any(fault.replace(" (9 different ones)", "") in t for t in messages(table().with_columns(result=change)))


def test_other_words_for_yes_are_named() -> None:
    frame = table().with_columns(result=pl.when(pl.col("result") == 1).then(pl.lit("B7")).otherwise(pl.lit("A0")))
    assert any("neither yes nor no" in t and "B7" not in t for t in messages(frame))
    assert read_cases(frame, ROLES.answer(positive=("B7",))).label.sum() == table()["result"].sum()
    assert read_cases(frame, ROLES.answer(positive=("B7",), negative=("A0",))).label.sum() == table()["result"].sum()


def test_too_few_rows_or_days() -> None:
    assert any("25 of each are needed" in t for t in messages(table(60)))
    assert any("cannot be cut into three parts" in t for t in messages(table().with_columns(day=pl.lit(date(2024, 1, 1))), split=None))
    assert any("the test begins before" in t for t in messages(table(), split=Split(date(2024, 9, 1), date(2024, 3, 1))))
    assert any("the table has no rows" in t for t in messages(table()[:0]))


def test_two_roles_for_one_column() -> None:
    assert any("'hs' has two roles" in t for t in messages(table(), ROLES.answer(entities=("importer", "hs"), categories=("hs", "origin"))))
    assert any("no column is named to learn from" in t for t in messages(table(), Roles("result", "day")))
    assert any("decimal mark" in t for t in messages(table(), ROLES.answer(decimal="'")))


def test_negative_stakes_and_missing_days_are_told() -> None:
    frame = table().with_columns(value=pl.when(pl.int_range(pl.len()) < 50).then(-5.0).otherwise("value"),
                                 day=pl.when(pl.int_range(pl.len()) % 1000 == 999).then(None).otherwise("day"))  # fmt: skip
    read = read_cases(frame, ROLES)
    assert read.rows == 3996 and read.stake is not None and read.stake.min() >= 0
    assert next(p.what.partition(" rows")[0] for p in read.notes) == "4"
    assert any("less than nothing at stake" in p.what for p in read.notes)


def test_without_lightgbm_the_mend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert any("LightGBM is not installed" in t and "screening" in t for t in messages(table(), leaks=False))
