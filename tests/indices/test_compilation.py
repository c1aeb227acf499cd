"""The compiler against an implementation in plain Python, against worked numbers, and in its identities."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.periods import month_number
from madein.indices.compilation import Compiled, Conversion, compile_index
from madein.indices.compilation.chain import METHODS, Method

JAN = month_number(2020, 1)
CLASSES = ("0510", "1010", "1079", "1410", "2610", "3510", "3600")
COLUMNS = ["establishment", "product", "industry", "month", "quantity"]
Row = tuple[str, str, str, int, float | None]


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, dict(zip(COLUMNS, (pl.String, pl.String, pl.String, pl.Int64, pl.Float64), strict=True)), orient="row")


def steady(product: str, industry: str, values: list[float | None], establishment: str = "a", first: int = JAN) -> list[Row]:
    return [(establishment, product, industry, first + t, v) for t, v in enumerate(values)]


def year(level: float = 100.0) -> list[float | None]:
    """A base year whose mean is the level."""
    return [level] * 12


# --- an implementation in plain Python, whole panels only ---


def plainly(rows: list[Row], gva: dict[int, dict[str, float]], worth: dict[int, dict[str, float]], method: Method) -> dict[str, list[Fraction]]:
    """Every class and the total by dictionaries and fractions: no holes, no comings and goings."""
    volume: dict[str, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    class_of = {}
    for _, product, code, month, value in rows:
        volume[product][month] += Fraction(value or 0)
        class_of[product] = code
    months = sorted({r[3] for r in rows})
    years = sorted(gva)

    def node_level(codes: list[str], ref: int, m: int) -> Fraction:
        out = Fraction(0)
        for code in codes:
            inside = [p for p in class_of if class_of[p] == code]
            base = {p: sum(volume[p][b] for b in months if b // 12 == ref) / 12 for p in inside}
            total = sum(Fraction(worth[ref][p]) for p in inside)
            out += Fraction(gva[ref][code]) * sum(Fraction(worth[ref][p]) * volume[p][m] / base[p] for p in inside) / total
        return out / sum(Fraction(gva[ref][c]) for c in codes)

    result = {}
    sets = {c: [c] for c in gva[years[0]]} | {"total": list(gva[years[0]])}
    for name, codes in sets.items():
        index: dict[int, Fraction] = {}
        for m in months:
            ref = max([y for y in years if y < m // 12] or [years[0]])
            new = node_level(codes, ref, m)
            first = (ref + 1) * 12
            if ref == years[0]:
                index[m] = new
            elif method == "annual":
                over = range(first - 12, first)
                index[m] = new * sum(index[o] for o in over) / sum(node_level(codes, ref, o) for o in over)
            elif method == "one_period":
                index[m] = new * index[first - 1] / node_level(codes, ref, first - 1)
            else:
                index[m] = new * index[m - 12] / node_level(codes, ref, m - 12)
        mean = sum(index[m] for m in months if m // 12 == years[0]) / 12
        result[name] = [100 * index[m] / mean for m in months]
    return result


def world(seed: int, years: int = 3) -> tuple[list[Row], dict[int, dict[str, float]], dict[int, dict[str, float]]]:
    draw = random.Random(seed)
    rows: list[Row] = []
    products = {}
    for i in range(draw.randint(3, 9)):
        code = draw.choice(CLASSES)
        products[f"p{i}"] = code
        for maker in range(draw.randint(1, 3)):
            rows += steady(f"p{i}", code, [draw.randint(1, 4000) / 8 for _ in range(12 * years)], f"e{maker}")
    codes = sorted(set(products.values()))
    gva = {2020 + y: {c: draw.randint(1, 900) / 4 for c in codes} for y in range(years - 1)}
    worth = {2020 + y: {p: draw.randint(1, 900) / 4 for p in products} for y in range(years - 1)}
    draw.shuffle(rows)
    return rows, gva, worth


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equal_to_plain_python_with_fractions(seed: int, method: Method) -> None:
    rows, gva, worth = world(seed)
    made = compile_index(frame(rows), gva, worth, method=method)
    for code, expected in plainly(rows, gva, worth, method).items():
        assert np.allclose(made.series(code), [float(v) for v in expected], rtol=1e-12, atol=0), code
    assert not made.imputations.height
    assert (made.imputed == 0).all()


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(METHODS))
def test_the_order_of_rows_does_not_change_a_bit(seed: int, other: int, method: Method) -> None:
    rows, gva, worth = holed(seed)
    mixed = rows[:]
    random.Random(other).shuffle(mixed)
    one, two = (compile_index(frame(r), gva, worth, method=method) for r in (rows, mixed))
    assert (one.index == two.index).all()
    assert (one.imputed == two.imputed).all()
    assert one.imputations.equals(two.imputations)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([2.0**-7, 2.0**10]), st.floats(0.001, 1000), st.sampled_from(["growth", "year", "carry"]))
def test_the_unit_of_a_product_changes_nothing(seed: int, exact: float, scale: float, how: str) -> None:
    rows, gva, worth = holed(seed)

    def times(f: float) -> Compiled:
        table = frame(rows).with_columns(quantity=pl.when(pl.col("product") == "p0").then(pl.col("quantity") * f).otherwise("quantity"))
        return compile_index(table, gva, worth, imputation=how)

    plain = times(1.0)
    assert np.array_equal(times(exact).index, plain.index)
    assert np.allclose(times(scale).index, plain.index, rtol=1e-10)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(METHODS), st.data())
def test_contributions_of_every_level_add_up(seed: int, method: Method, data: st.DataObject) -> None:
    rows, gva, worth = holed(seed)
    made = compile_index(frame(rows), gva, worth, method=method)
    a, b = (data.draw(st.integers(0, len(made.months) - 1)) for _ in range(2))
    total = made.series()
    for by in ("section", "division", "class", "product"):
        found = made.growth(int(made.months[b]), int(made.months[a]), by=by)
        assert abs(sum(p.points for p in found.parts) - found.rate) <= 1e-12 * max(1.0, sum(abs(p.points) for p in found.parts))
        assert np.isclose(1 + found.rate / 100, total[b] / total[a], rtol=1e-10)


def holed(seed: int) -> tuple[list[Row], dict[int, dict[str, float]], dict[int, dict[str, float]]]:
    """A world with missing reports, late, new and vanished units, every product there in each base year."""
    rows, gva, worth = world(seed)
    draw = random.Random(-seed - 1)
    units = sorted({(e, p) for e, p, *_ in rows})
    ends = {u: (draw.choice([0, 0, 0, 5, 14]), draw.choice([36, 36, 36, 35, 30, 22])) for u in units if u[0] != "e0"}
    kept = []
    for e, p, code, month, value in rows:
        first, last = ends.get((e, p), (0, 36))
        if first <= month - JAN < last and not (draw.random() < 0.1 and month - JAN not in (0, 35)):
            kept.append((e, p, code, month, None if draw.random() < 0.03 and month - JAN else value))
    return kept, gva, worth


# --- worked numbers ---


def two_products(third: list[float | None], months: int = 24) -> Compiled:
    """One class of two products of equal weight; the first grows by a tenth after the base year."""
    rows = steady("old", "1410", [*year(), *[110.0] * (months - 12)]) + [r for r in steady("other", "1410", third) if r[4] is not None]
    return compile_index(frame(rows), {"1410": 1.0}, {"old": 1.0, "other": 1.0}, base_year=2020)


def test_a_new_product_comes_in_at_the_level_of_its_class() -> None:
    made = two_products([*[None] * 15, 7.0, 7.0, 14.0, *[14.0] * 6])
    assert np.allclose(made.series()[:17], [*year(), *[110.0] * 5], rtol=1e-14)
    # From then on it counts with its own growth: half of the class doubles.
    assert np.allclose(made.series()[17:], 165.0, rtol=1e-14)
    assert made.frame("class")["basis"].to_list() == ["estimated"] * 15 + ["computed"] * 9
    turns = made.links.filter(pl.col("product") == "other").select("month", "came", "siblings").rows()
    assert turns == [(JAN + 15, 1, False)]


def test_a_vanished_product_goes_on_with_its_class() -> None:
    """It stops at twice its base: the class (110 + 200) / 2 stays where it is when it goes, and later moves with the rest."""
    rows = steady("old", "1410", [*year(), *[110.0] * 6, *[121.0] * 6]) + steady("other", "1410", [*year(), *[200.0] * 3])
    made = compile_index(frame(rows), {"1410": 1.0}, {"old": 1.0, "other": 1.0}, base_year=2020)
    assert np.allclose(made.series()[12:18], 155.0, rtol=1e-14)
    assert np.allclose(made.series()[18:], 155.0 * 1.1, rtol=1e-14)
    share = made.imputed[made.place("1410")]
    assert (share[:15] == 0).all()
    assert np.allclose(share[15:], 200 / 310, rtol=1e-14)


def test_no_production_in_the_base_year_is_linked_in() -> None:
    made = two_products([*[0.0] * 14, 5.0, 10.0, *[10.0] * 8])
    assert np.allclose(made.series()[:15], [*year(), *[110.0] * 3], rtol=1e-14)
    assert np.allclose(made.series()[15:], (110 + 220) / 2, rtol=1e-14)
    assert any("no production in a base year" in p.what and "2021-03" in p.why for p in made.warnings)


def test_a_class_that_vanishes_moves_with_its_division_and_an_empty_one_too() -> None:
    rows = steady("shirts", "1410", [*year(), *[120.0] * 12]) + steady("fur", "1420", [*year()]) + steady("chips", "2610", [*year(), *[90.0] * 12])
    made = compile_index(frame(rows), {"1410": 1.0, "1420": 1.0, "1430": 2.0, "2610": 4.0}, {"shirts": 1.0, "fur": 1.0, "chips": 1.0}, base_year=2020)
    assert np.allclose(made.series("1420")[12:], 120.0, rtol=1e-14)
    assert np.allclose(made.series("1430")[12:], 120.0, rtol=1e-14)
    assert np.allclose(made.series()[12:], 105.0, rtol=1e-14)
    assert np.allclose(made.imputed[made.place("total")][12:], 3 * 120 / (4 * 120 + 4 * 90), rtol=1e-14)
    assert any("class 1430 has a weight and no rows" in p.what for p in made.warnings)


def test_an_establishment_that_comes_or_goes_is_linked() -> None:
    rows = steady("shoes", "1520", [*year(), *[110.0] * 12]) + steady("shoes", "1520", [*year(50.0), 55.0, 55.0], "leaves")
    rows += steady("shoes", "1520", [30.0, 60.0, *[60.0] * 6], "comes", JAN + 16)
    made = compile_index(frame(rows), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020)
    series = made.series()
    assert np.allclose(series[:17], [*year(), *[110.0] * 5], rtol=1e-14)
    assert np.allclose(series[17:], 110.0 * 170 / 140, rtol=1e-14)
    counted = compile_index(frame(rows), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020, entrants="count").series()
    assert np.allclose(counted[[13, 14, 16, 17]], [110.0, 100 * 110 / 150, 100 * 140 / 150, 100 * 170 / 150], rtol=1e-14)


@pytest.mark.parametrize(("how", "volume", "donors"), [("growth", 60.0, "product"), ("carry", 50.0, "carried"), ("year", 600 / 11, "product")])
def test_a_missing_report_is_imputed_and_told(how: str, volume: float, donors: str) -> None:
    """The other works makes 120 after 100 last month, and 110 a year before."""
    first = [*[110.0] * 12, 100.0, 120.0, 120.0]
    second: list[float | None] = [*[50.0] * 13, None, 50.0]
    rows = steady("shoes", "1520", list(first)) + steady("shoes", "1520", second, "b")
    made = compile_index(frame(rows), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020, imputation=how)
    found = made.imputations.row(0, named=True)
    assert found == {"establishment": "b", "product": "shoes", "month": JAN + 13, "volume": pytest.approx(volume, rel=1e-14), "donors": donors}
    assert made.imputations.height == 1
    assert made.imputed[made.place("total"), 13] == pytest.approx(volume / (120 + volume), rel=1e-14)
    assert made.frame("total")["basis"].to_list().count("estimated") == 1
    assert [made.growth(JAN + 14, JAN + t, by="product").basis for t in (12, 13)] == ["computed", "estimated"]


def test_donors_are_the_stratum_then_the_product_then_the_class() -> None:
    large, small = [*year(), 200.0], [*year(), 110.0]
    rows = frame(steady("shoes", "1520", large, "big") + steady("shoes", "1520", small, "small1") + steady("shoes", "1520", [*year(), None], "small2")
                 + steady("boots", "1520", [*year(), None], "big") + steady("chips", "2610", [*year(), 300.0], "fab"))  # fmt: skip
    rows = rows.with_columns(stratum=pl.when(pl.col("establishment").str.starts_with("small")).then(pl.lit("small")).otherwise(pl.lit("large")))
    weights = {"shoes": 1.0, "boots": 1.0, "chips": 1.0}
    made = compile_index(rows, {"1520": 1.0, "2610": 1.0}, weights, base_year=2020)
    found = {(r["establishment"], r["product"]): (r["donors"], r["volume"]) for r in made.imputations.iter_rows(named=True)}
    assert found["small2", "shoes"] == ("stratum", pytest.approx(110.0))
    assert found["big", "boots"] == ("class", pytest.approx(155.0))


def test_late_reports_are_awaited_and_long_silence_is_a_stop() -> None:
    rows = steady("shoes", "1520", [*year(), *[110.0] * 6]) + steady("shoes", "1520", year(50.0), "silent")
    waiting = compile_index(frame(rows), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020, late=6)
    assert waiting.imputations.height == 6
    stopped = compile_index(frame(rows), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020, late=5)
    assert stopped.imputations.height == 0
    assert np.allclose(waiting.series(), stopped.series(), rtol=1e-14)


def test_a_return_after_a_long_silence_is_a_new_beginning() -> None:
    """Ten silent months are no missing reports: the works goes out at its last report and comes in linked at its next."""
    rows = (
        steady("shoes", "1520", [*year(), *[110.0] * 13])
        + steady("shoes", "1520", [*year(50.0)], "back")
        + steady("shoes", "1520", [90.0, 180.0, 180.0], "back", JAN + 22)
    )
    made = compile_index(frame(rows), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020)
    assert made.imputations.height == 0
    assert np.allclose(made.series()[12:23], 110.0, rtol=1e-14)
    assert np.allclose(made.series()[23:], 110.0 * 290 / 200, rtol=1e-14)
    asked = compile_index(frame([*rows, *steady("shoes", "1520", [None], "back", JAN + 17)]), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020)
    assert asked.imputations.height == 0
    kept = compile_index(frame(rows), {"1520": 1.0}, {"shoes": 1.0}, base_year=2020, late=10)
    assert kept.imputations.height == 10
    assert kept.series()[22] == pytest.approx(100 * 200 / 150)


def test_values_are_deflated() -> None:
    rows = pl.DataFrame({
        "establishment": "a", "product": "steel", "industry": "2410", "month": range(JAN, JAN + 13), "value": [*[200.0] * 12, 330.0],
        "price": [*[100.0] * 12, 150.0],
    })  # fmt: skip
    made = compile_index(rows, {2020: {"2410": 1.0}})
    assert made.series()[12] == pytest.approx(110.0, rel=1e-14)


def test_value_of_output_weighs_products_where_no_table_is_given() -> None:
    rows = frame(steady("a", "1010", [*year(), 200.0]) + steady("b", "1010", [*year(), 100.0]))
    rows = rows.with_columns(value=pl.when(pl.col("product") == "a").then(1.0).otherwise(3.0))
    assert compile_index(rows, {2020: {"1010": 5.0}}).series()[12] == pytest.approx(125.0, rel=1e-14)


def test_pairs_become_pieces_by_a_given_factor() -> None:
    rows = frame(steady("shoes", "1520", [*year(), 110.0])).with_columns(
        unit=pl.when(pl.col("month") < JAN + 12).then(pl.lit("piece")).otherwise(pl.lit("pair"))
    )
    made = compile_index(rows, {"1520": 1.0}, {"shoes": 1.0}, base_year=2020, conversions=[Conversion("pair", "piece", 2.0)])
    assert made.series()[12] == pytest.approx(220.0, rel=1e-14)
    assert any("brought to 'piece'" in p.why for p in made.warnings)


def test_scales_of_one_unit_need_no_factor() -> None:
    rows = frame(steady("coal", "0510", [*[100_000.0] * 12, 110.0])).with_columns(
        unit=pl.when(pl.col("month") < JAN + 12).then(pl.lit("tấn")).otherwise(pl.lit("nghìn tấn"))
    )
    assert compile_index(rows, {"0510": 1.0}, {"coal": 1.0}, base_year=2020).series()[12] == pytest.approx(110.0, rel=1e-14)


def test_value_added_of_a_later_year_than_the_products_weights() -> None:
    """Products weighed once, classes every year: a class is brought to its own mean of the year of the value added."""
    rows = steady("a", "1010", [*year(), *[200.0] * 12, *[220.0] * 12]) + steady("b", "2610", [*year(), *[100.0] * 12, *[130.0] * 12])
    made = compile_index(frame(rows), {2020: {"1010": 1.0, "2610": 1.0}, 2021: {"1010": 3.0, "2610": 1.0}}, {2020: {"a": 1.0, "b": 1.0}})
    assert made.series()[12] == pytest.approx(150.0, rel=1e-14)
    assert made.series()[24] == pytest.approx(150.0 * (0.75 * 1.1 + 0.25 * 1.3), rel=1e-14)
    found = made.growth(JAN + 24, JAN + 12, by="product")
    assert {p.key: round(p.points, 9) for p in found.parts} == {"a": 7.5, "b": 7.5}


def test_drift_and_unit_of_the_compiled() -> None:
    rows, gva, worth = world(5)
    made = compile_index(frame(rows), gva, worth)
    found = made.drift()
    assert set(found["method"]) == {"one_period", "over_the_year"}
    annual = compile_index(frame(rows), gva, worth, method="annual").series()
    one = compile_index(frame(rows), gva, worth, method="one_period").series()
    row = found.filter((pl.col("method") == "one_period") & (pl.col("against") == "annual") & (pl.col("year") == 2022)).row(0, named=True)
    assert row["gap"] == pytest.approx(100 * (one[24:].mean() / annual[24:].mean() - 1), abs=1e-9)
    assert made.unit == "index (2020=100)"
    later = compile_index(frame(rows), gva, worth, reference=2022)
    assert later.series()[24:].mean() == pytest.approx(100, rel=1e-14)
    assert np.allclose(later.series() / made.series(), later.series()[0] / made.series()[0], rtol=1e-12)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_holes_never_leave_holes(seed: int) -> None:
    rows, gva, worth = holed(seed)
    made = compile_index(frame(rows), gva, worth)
    assert np.isfinite(made.index).all()
    assert ((made.imputed >= 0) & (made.imputed <= 1 + 1e-12)).all()
    assert (made.imputed[0] > 0).any() == (made.imputations.height > 0 or not made.links.filter("siblings").is_empty())


# --- holes, comings and goings by plain Python ---


def matched(reports: dict[str, dict[int, float]], months: int, late: int = 3) -> list[float]:
    """One product: missing reports by the growth of those that reported, growth by those there in both months, base mean 100."""
    there: dict[str, dict[int, float]] = {}
    for maker, held in reports.items():
        asked = sorted(held)
        expected = set(asked)
        for a, b in zip(asked, [*asked[1:], months], strict=True):
            if b - a - 1 <= late:
                expected |= set(range(a, b))
        there[maker] = dict.fromkeys(expected, float("nan"))
    index = [1.0]
    for t in range(months):
        for maker, held in reports.items():
            if t in held:
                there[maker][t] = held[t]
        donors = [m for m in reports if t in reports[m] and t - 1 in there[m]]
        for maker, held in reports.items():
            if t in there[maker] and t not in held:
                num, den = sum(there[m][t] for m in donors), sum(there[m][t - 1] for m in donors)
                there[maker][t] = there[maker][t - 1] * num / den
        if t:
            both = [m for m in reports if t in there[m] and t - 1 in there[m]]
            index.append(index[-1] * sum(there[m][t] for m in both) / sum(there[m][t - 1] for m in both))
    mean = sum(index[:12]) / 12
    return [100 * v / mean for v in index]


@settings(max_examples=60)
@given(st.integers(0, 100_000), st.integers(0, 6))
def test_holes_and_links_equal_plain_python(seed: int, late: int) -> None:
    draw = random.Random(seed)
    months = 30
    reports = {"e0": {t: draw.uniform(1, 100) for t in range(months)}}
    for i in range(1, draw.randint(2, 6)):
        first, last = draw.randint(0, 20), draw.randint(8, months)
        held = {t: draw.uniform(1, 100) for t in range(first, last) if t == first or draw.random() > 0.3}
        reports |= {f"e{i}": held} if held else {}
    rows: list[Row] = [(e, "p", "1410", JAN + t, v) for e, held in reports.items() for t, v in held.items()]
    made = compile_index(frame(rows), {"1410": 1.0}, {"p": 1.0}, base_year=2020, late=late)
    assert np.allclose(made.series(), matched(reports, months, late), rtol=1e-11)


@settings(max_examples=40)
@given(st.integers(0, 100_000), st.integers(1, 29), st.booleans())
def test_a_class_moves_with_those_that_stay(seed: int, turn: int, comes: bool) -> None:
    """Where one product comes or goes the growth of its class is that of the others, and never anything else."""
    draw = random.Random(seed)
    others = {f"p{i}": [draw.uniform(1, 100) for _ in range(30)] for i in range(draw.randint(1, 4))}
    worth = {p: draw.uniform(1, 9) for p in others} | {"x": draw.uniform(1, 9)}
    rows = [r for p, values in others.items() for r in steady(p, "1410", list(values))]
    rows += [("a", "x", "1410", JAN + t, draw.uniform(1, 100)) for t in (range(turn, 30) if comes else range(turn))]
    made = compile_index(frame(rows), {"1410": 1.0}, worth, base_year=2020, late=0).series()
    alone = sum(worth[p] * np.array(v) / np.mean(v[:12]) for p, v in others.items())
    away = range(1, turn + 1) if comes else range(turn, 30)
    for t in away:
        assert made[t] / made[t - 1] == pytest.approx(alone[t] / alone[t - 1], rel=1e-9)


def test_a_product_that_stopped_at_zero_comes_back_at_its_own_scale() -> None:
    rows = (
        steady("old", "1410", [*year(), *[100.0] * 12])
        + steady("ice", "1410", [*year(), 100.0, 0.0])
        + steady("ice", "1410", [300.0] * 4, first=JAN + 20)
    )
    made = compile_index(frame(rows), {"1410": 1.0}, {"old": 1.0, "ice": 1.0}, base_year=2020)
    assert np.allclose(made.series("ice")[12:], [100, *[0] * 7, *[300] * 4], rtol=1e-14)


@pytest.mark.parametrize("method", METHODS)
def test_what_makes_nothing_in_the_month_of_a_link_is_linked_over_the_year(method: Method) -> None:
    """Sugar is made from February to November alone: neither December nor January can link it."""
    season: list[float | None] = [0.0, *[120.0] * 10, 0.0]
    rows = steady("sugar", "1072", season * 3) + steady("salt", "0893", [100.0] * 36)
    weights = {y: {"1072": 1.0, "0893": 1.0} for y in (2020, 2021)}
    made = compile_index(frame(rows), weights, {y: {"sugar": 1.0, "salt": 1.0} for y in (2020, 2021)}, method=method)
    assert np.allclose(made.series("sugar"), season * 3, rtol=1e-14)
    assert np.isfinite(made.series()).all()
