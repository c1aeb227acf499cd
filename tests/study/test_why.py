"""Every figure and every cell can be asked where it comes from, down to file, hash and place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from madein.core.errors import MadeinError
from madein.core.step import Ref, row_at
from madein.study.finished import FinishedStudy, open_study
from madein.study.why import Certificate, certificate, cite, find


@pytest.fixture(scope="module")
def study(finished: Path) -> FinishedStudy:
    return open_study(finished)


def leaves(node: Certificate) -> list[Certificate]:
    return [node] if not node.children else [leaf for child in node.children for leaf in leaves(child)]


def test_every_figure_leads_to_a_cell_that_reads_its_number(study: FinishedStudy) -> None:
    values = 0
    for id_, figure in study.figures.items():
        root = certificate(study, Ref(f"figure:{id_}"))
        if figure.value is None:
            assert dict(root.facts)["why absent"]
            continue
        ends = leaves(root)
        assert ends
        assert all(e.ref.kind == "source" for e in ends), id_
        if not all(p.at for p in figure.parents):
            continue
        # A table of arrays has labels, no place that could be shown.
        assert all((e.place and (e.place.at or e.place.text)) or e.ref.name.endswith(".npz") for e in ends), id_
        if figure.basis == "published" and figure.method == "as printed":
            values += 1
            (end,) = ends
            assert end.place
            assert end.place.at
            printed = float(end.place.grid[end.place.at[0]][end.place.at[1]])
            scale = 1e6 if figure.unit == "USD" else 1.0
            assert printed * scale == pytest.approx(figure.value, rel=1e-12)
    assert values > 80


def test_every_cell_of_every_table_answers(study: FinishedStudy) -> None:
    asked = 0
    for name, about in study.tables.items():
        frame = study.table(name).frame
        for row in frame.gather_every(max(1, frame.height // 40)).iter_rows(named=True):
            keys = ",".join(f"{k}={row[k]}" for k in about["key"])
            for column in (c for c in about["columns"] if not c.startswith("_")):
                (found,) = find(study, f"{name}[{keys}].{column}")
                assert found.column == column
                ref = found.ref
                assert ref == Ref(f"table:{name}", row_at({k: str(row[k]) for k in about["key"]}))
                assert all(leaf.ref.kind == "source" for leaf in leaves(certificate(study, ref)))
                asked += 1
    assert asked > 1000


def test_growth_is_recomputed_from_the_cells_of_its_certificate(study: FinishedStudy) -> None:
    root = certificate(study, Ref("figure:industrial_production/economy=VNM/comparison=yoy/period=2024-07"))
    now, base = (float(leaf.place.grid[leaf.place.at[0]][leaf.place.at[1]]) for leaf in leaves(root) if leaf.place and leaf.place.at)
    figure = study.figures[root.ref.name]
    assert figure.value == pytest.approx(100 * (now / base - 1), rel=1e-12)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low < figure.value < figure.high


def test_printed_numbers_are_found(study: FinishedStudy) -> None:
    hits = {f.ref.name for f in find(study, "9.3%")}
    assert "industrial_production/economy=VNM/comparison=yoy/period=2025-03" in hits
    assert any("period=2025-03" in f.ref.name for f in find(study, "169.90"))
    assert {f.ref.kind for f in find(study, "96.8")} == {"table"}
    assert find(study, "35.53 billion USD")[0].ref.name == "exports/economy=VNM/period=2024-12"
    assert find(study, "35.53")[0].ref.name == "exports/economy=VNM/period=2024-12"
    assert find(study, "−4.6 %") == find(study, "-4.6 percent")
    assert {f.ref.name for f in find(study, "9%")} >= hits
    assert all(study.figures[f.ref.name].unit == "percent" for f in find(study, "9%"))


def test_a_title_can_be_asked_back(study: FinishedStudy) -> None:
    for words in ("iip.levels[total,2024-07]", "iip.levels[ total, 2024-07 ].low", "iip.levels[period=2024-07,series=total]"):
        (found,) = find(study, words)
        title = certificate(study, found.ref, column=found.column).title
        assert find(study, title) == [found]


def test_absent_figures_say_why(study: FinishedStudy) -> None:
    figure = study.figures["exports/economy=VNM/comparison=yoy/period=2024-07"]
    assert figure.value is None
    assert figure.absent == "no value for January to September 2023"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("exports/economy=VNM/period=2024-13", "name one"),
        ("iip.levels[series=total]", "rows of iip.levels fit"),
        ("iip.levels[colour=red]", "its key is: series, period"),
        ("iip.levels[series=total,period=2024-07].colour", "columns: series, period"),
        ("iip.nothing[series=total]", "tables: "),
        ("123456789.5", "no figure and no table cell reads"),
        ("", "name one"),
        ("xylophone", "see figures.csv"),
    ],
)
def test_questions_that_find_nothing_say_what_would(study: FinishedStudy, words: str, says: str) -> None:
    with pytest.raises(MadeinError, match=says.replace(".", r"\.")):
        find(study, words)


def test_cite_is_one_line_with_source_and_hash(study: FinishedStudy) -> None:
    line = cite(study, study.figures["exports/economy=VNM/period=2024-12"])
    sha = study.sources["data/trade.csv"].sha256
    assert "\n" not in line
    assert all(part in line for part in ("35.53", "December 2024", "National Statistics Office", sha[:12], "published"))


def test_a_source_that_changed_or_went_is_told(finished: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(finished, tmp_path / "copy")
    with (folder / "data" / "trade.csv").open("a") as file:
        file.write("2025-01,1,1\n")
    (folder / "data" / "industrial_growth_printed.csv").unlink()
    study = open_study(folder)
    assert dict(study.changed_sources) == {
        "data/industrial_growth_printed.csv": "the file is no longer there",
        "data/trade.csv": "the file has changed since the run",
    }
    root = certificate(study, Ref("figure:exports/economy=VNM/period=2024-12"))
    assert any("changed since" in text for leaf in leaves(root) for name, text in leaf.facts if name == "warning")


def test_questions_before_any_run(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="has not been run"):
        open_study(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "study.json").write_text("{")
    with pytest.raises(MadeinError, match="damaged"):
        open_study(tmp_path)
