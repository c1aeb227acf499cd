"""The step over bills: tables, figures and blocks pass the contract; every number leads to the place it was typed at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Result, Source
from madein.origin.step import Config, run

CHAIR = """\
product: {{name: "{name}", hs: "940161", hs_edition: "2022", country: VN, value: 100, basis: EXW, currency: USD}}
materials:
- {{line: "1", name: frame, hs: "940391", origin: CN, originating: "{frame}", value: {value}, producer: Joinery}}
- {{line: "2", name: foam, hs: "392113", origin: VN, value: 10, producer: "Foam, Ltd"}}
gates: {{minimal_operations: met, transport: met}}
"""


def made(folder: Path, *texts: str, rates: str = "", **options: Any) -> Result:
    sources = []
    for n, text in enumerate(texts):
        path = folder / f"{n}.yaml"
        path.write_text(text, encoding="utf-8")
        sources.append(Source(path.name, path, ""))
    roles = {"products": tuple(sources)}
    if rates:
        path = folder / "rates.csv"
        path.write_text(rates, encoding="utf-8")
        roles["rates"] = (Source(path.name, path, ""),)
    result = run(Config(**{"to": ("EU", "CAN", "USA", "BRA"), **options}), Inputs(roles))
    check_result(result, "test")
    return result


def chair(name: str = "Chair", frame: str = "no", value: str = "60") -> str:
    return CHAIR.format(name=name, frame=frame, value=value)


def test_every_market_has_its_answer(tmp_path: Path) -> None:
    told = made(tmp_path, chair()).tables["decisions"].frame
    assert told.select("market", "regime", "verdict").rows() == [
        ("BRA", "none", "no preference held"), ("CAN", "CPTPP", "yes"), ("EU", "EVFTA", "yes"), ("USA", "US", "no preference"),
    ]  # fmt: skip


def test_the_share_rests_on_the_lines_it_counts_where_they_were_typed(tmp_path: Path) -> None:
    # The frame is of the heading of the good: only the limit on value is left, and whether the foam originates is open.
    text = chair(value="65").replace("940391", "940161")
    result = made(tmp_path, text, to=("EU",))
    (share,) = [f for f in result.figures if f.measure == "origin_share"]
    (margin,) = [f for f in result.figures if f.measure == "origin_margin"]
    assert (share.value, share.low, share.high, margin.value) == (75.0, 65.0, 75.0, -5.0)
    rows = {row["line"]: row for row in result.tables["materials"].frame.iter_rows(named=True)}
    start = text.index("65,")
    assert rows["1"]["_src"] == [f"source:0.yaml::chars {start}:{start + 2}"]
    assert {ref.node for ref in share.parents} == {"table:.materials"}


def test_what_is_open_is_asked_of_who_can_tell(tmp_path: Path) -> None:
    text = chair(value="65").replace("940391", "940161")
    asked = made(tmp_path, text, to=("EU",)).tables["questions"].frame
    assert set(asked["supplier"]) == {"Foam, Ltd"}
    assert (
        made(tmp_path, text.replace("origin: VN, value: 10", 'origin: VN, originating: "yes", value: 10'), to=("EU",))
        .tables["questions"]
        .frame.is_empty()
    )


@pytest.mark.parametrize("name", ["{a|b}", "a/b=c|d", "<script>", "5 % more", "Ω", "::", "%3A", "x" * 200, "a, b", ""])
def test_names_of_any_kind_pass(tmp_path: Path, name: str) -> None:
    made(tmp_path, chair(name), chair(name), chair(name))


def test_rates_given_go_before_those_held(tmp_path: Path) -> None:
    rates = (
        "importer,origin,regime,hs,edition,from,to,rate,kind\n"
        "EU,,,940161,2022,2025-01-01,2025-12-31,4%,mfn\nEU,VNM,EVFTA,940161,2022,2025-01-01,2025-12-31,0%,preferential\n"
    )
    result = made(tmp_path, chair(), rates=rates, to=("EU",), on="2025-06-01", shipment_value=1000, compliance_cost=60)
    told = {f.measure: f.value for f in result.figures if f.measure in ("mfn_duty", "preferential_duty", "duty_saving")}
    assert told == {"mfn_duty": 4.0, "preferential_duty": 0.0, "duty_saving": 4.0}
    block = next(b for b in result.blocks if b.title == "What a preference saves")
    assert block.body["rows"][0][-1] == "no: it costs more than it saves"


def test_a_rate_that_is_not_held_is_absent_with_that_reason(tmp_path: Path) -> None:
    result = made(tmp_path, chair(), to=("CAN",), on="2025-06-01")
    told = {f.measure: f.absent for f in result.figures if f.measure.endswith("duty")}
    assert told == {"mfn_duty": "the rate is not held", "preferential_duty": "the rate is not held"}


def test_bad_files_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(MadeinError) as fault:
        made(tmp_path, "product: {hs: 1}", chair().replace('"no"', '"perhaps"'))
    assert {p.where.split()[0].rstrip(":") for p in fault.value.problems} >= {"0.yaml", "1.yaml"}


def test_no_product_makes_a_chapter_that_says_so(tmp_path: Path) -> None:
    assert made(tmp_path).blocks[0].body["text"] == "No product was given."


@pytest.mark.parametrize(("key", "value"), [("to", ()), ("to", ("Atlantis",)), ("regimes", ("MERCOSUR",)), ("on", "soon")])
def test_options_are_checked_before_anything_runs(key: str, value: Any) -> None:
    with pytest.raises((ValueError, MadeinError)):
        Config(**{"to": ("EU",), key: value})
