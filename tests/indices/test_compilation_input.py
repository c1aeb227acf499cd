"""Bad rows and weights are told with their rows, and tables are read by their headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import month_number
from madein.indices.compilation import Conversion, classification, compile_index, read_conversions, read_reports, read_weights

JAN = month_number(2020, 1)
GVA = {"1410": 2.0, "2610": 1.0}
WORTH = {"shirts": 1.0, "chips": 1.0}


def good() -> pl.DataFrame:
    months = list(range(JAN, JAN + 14))
    parts = [
        pl.DataFrame({"establishment": "a", "product": p, "industry": c, "month": months, "quantity": 10.0})
        for p, c in (("shirts", "1410"), ("chips", "2610"))
    ]
    return pl.concat(parts)


def change(row: int, **cells: Any) -> pl.DataFrame:
    """The good rows with cells of one row, counted from 1, changed."""
    rows = good().with_row_index("row", offset=1)
    for name, value in cells.items():
        kind = rows[name].dtype if name in rows.columns else pl.String
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit("piece").alias(name))
        rows = rows.with_columns(pl.when(pl.col("row") == row).then(pl.lit(value, dtype=kind)).otherwise(pl.col(name)).alias(name))
    return rows


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (change(3, quantity=-1.0), "reports.csv row 3: quantity is negative (it reads -1)"),
        (change(3, quantity=float("inf")), "row 3: quantity is not a finite number"),
        (change(3, month=JAN), "reports.csv rows 1, 3: 'a' reports 'shirts' twice for 2020-01"),
        (change(3, industry="9999"), "row 3: '9999' is no class of ISIC Rev. 4"),
        (change(3, industry="14"), "row 3: '14' is no class"),
        (change(3, industry="1420"), "product 'shirts' stands in classes 1410, 1420"),
        (change(3, unit="pair"), "product 'shirts' is reported in 'pair' and in 'piece'"),
        (change(3, establishment=""), "row 3: no establishment"),
        (change(3, product=""), "row 3: no product"),
        (change(3, month=None), "row 3: no month"),
        (good().drop("month"), "there is no column month"),
        (good().drop("quantity"), "there is no column quantity or value"),
        (good().clear(), "the table holds no rows"),
        (good().with_columns(month=pl.lit("2020-Q1")), "'2020-Q1' is no month"),
        (good().with_columns(month=pl.lit("2020")), "'2020' is no month"),
        (good().drop("quantity").with_columns(value=1.0), "a value without a price index"),
        (good().drop("quantity").with_columns(value=1.0, price=0.0), "price is zero or negative"),
    ],
)
def test_bad_rows_are_told_with_their_rows(rows: pl.DataFrame, said: str) -> None:
    with pytest.raises(BadInput) as fault:
        compile_index(rows, GVA, WORTH, base_year=2020, where="reports.csv")
    assert said in str(fault.value)


def test_every_fault_is_told_at_once() -> None:
    rows = good().with_row_index("row", offset=1).with_columns(
        quantity=pl.when(pl.col("row") == 2).then(-1.0).otherwise("quantity"), industry=pl.when(pl.col("row") == 20).then(pl.lit("7777")).otherwise("industry"),
    )  # fmt: skip
    with pytest.raises(BadInput) as fault:
        compile_index(rows, GVA, WORTH, base_year=2020)
    assert len(fault.value.problems) == 2


def test_a_value_where_the_quantity_is_missing_is_asked_about() -> None:
    rows = change(3, quantity=None).with_columns(value=5.0)
    with pytest.raises(BadInput, match="row 3: a value without the quantity"):
        compile_index(rows, GVA, WORTH, base_year=2020)


@pytest.mark.parametrize(
    ("gva", "worth", "said"),
    [
        ({"1410": 2.0}, WORTH, "class 2610 has no weight of 2020"),
        (GVA, {"shirts": 1.0}, "product 'chips' has no weight of 2020"),
        ({**GVA, "C": 4.0}, WORTH, "the weight of section C is 4, its classes add up to 3"),
        ({**GVA, "14": 1.0}, WORTH, "the weight of division 14 is 1, its classes add up to 2"),
        ({**GVA, "total": 100.0}, WORTH, "the weight of total total is 100"),
        ({**GVA, "141": 1.0}, WORTH, "'141' is no class, division or section"),
        ({"1410": -1.0, "2610": 1.0}, WORTH, "the weight of '1410' is -1"),
        ({"1410": 0.0, "2610": 0.0}, WORTH, "no class has a weight"),
        (GVA, {"shirts": float("nan"), "chips": 1.0}, "the weight of 'shirts' is nan"),
        (GVA, {"shirts": 0.0, "chips": 1.0}, "none of its products has one"),
        ({}, WORTH, "there are no weights"),
        (GVA, None, "the products have no weights"),
        ({2010: GVA}, {2010: WORTH}, "the weights of 2010 have no base"),
    ],
)
def test_bad_weights_are_told(gva: Any, worth: Any, said: str) -> None:
    with pytest.raises(BadInput) as fault:
        compile_index(good(), gva, worth, base_year=2020)
    assert said in str(fault.value)


def test_weights_of_wholes_that_add_up_are_welcome() -> None:
    made = compile_index(good(), {**GVA, "14": 2.0, "26": 1.0, "C": 3.0, "total": 3.0}, WORTH, base_year=2020)
    assert [n.code for n in made.nodes] == ["total", "C", "14", "26", "1410", "2610", "chips", "shirts"]


def test_weights_tables_name_their_rows() -> None:
    table = pl.DataFrame({"industry": ["1410", "1410", None], "weight": [1.0, 2.0, None], "year": [2020, 2020, 2020]})
    with pytest.raises(BadInput) as fault:
        compile_index(good(), table, WORTH)
    assert "weights row 2: '1410' stands twice" in str(fault.value)
    assert "weights row 3" in str(fault.value)
    with pytest.raises(BadInput, match="the weights name no year"):
        compile_index(good(), GVA, WORTH)


def test_settings_that_are_none_are_told() -> None:
    for setting, said in (
        ({"method": "x"}, "no chaining"),
        ({"industries": "x"}, "no classification"),
        ({"imputation": "x"}, "no imputation"),
        ({"measure": "x"}, "no measure"),
    ):
        with pytest.raises(MadeinError, match=said):
            compile_index(good(), GVA, WORTH, base_year=2020, **setting)  # type: ignore[arg-type]
    with pytest.raises(MadeinError, match="1 reports are missing"):
        compile_index(change(3, quantity=None), GVA, WORTH, base_year=2020, imputation="refuse")
    with pytest.raises(BadInput, match="the factor from pair to piece is 0"):
        compile_index(good(), GVA, WORTH, base_year=2020, conversions=[Conversion("pair", "piece", 0.0)])


def test_what_is_not_compiled_is_told() -> None:
    made = compile_index(good(), GVA, WORTH, base_year=2020)
    for call in (lambda: made.series("2410"), lambda: made.growth(JAN + 40, JAN), lambda: made.growth(JAN + 1, JAN, of="14", by="section")):
        with pytest.raises(MadeinError):
            call()
    assert [p.key for p in made.growth(JAN + 1, JAN, of="14", by="product").parts] == ["shirts"]


def test_editions_of_the_classification_differ() -> None:
    assert classification("isic4").class_of("3510") == "3510"
    assert classification("vsic2018").class_of("3510") is None
    assert classification("vsic2018").class_of("35110") == "3511"
    assert classification("vsic2025").class_of("2611") == "2611"
    assert len(classification("isic4").classes) == 162
    for edition in ("isic4", "vsic2018", "vsic2025"):
        held = classification(edition)
        assert {c[:2] for c in held.classes} == set(held.section_of)


# --- readers ---

VIET = """Bảng 1. Sản lượng theo cơ sở;;;;;
Doanh nghiệp;Sản phẩm;Mã ngành;Kỳ báo cáo;Sản lượng (tấn);ĐVT
Nhà máy A;cá đông lạnh;1020;01/2024;1.250,5;tấn
Nhà máy A;cá đông lạnh;1020;Tháng 2 năm 2024;..;tấn

Nhà máy B;cá đông lạnh;1020;T3/2024;3,25;tấn
"""


def test_vietnamese_rows_are_read(tmp_path: Path) -> None:
    file = tmp_path / "bao_cao.csv"
    file.write_text(VIET, encoding="utf-8")
    found = read_reports(file)
    month = month_number(2024, 1)
    assert found.select("establishment", "month", "quantity", "unit", "row").rows() == [
        ("Nhà máy A", month, 1250.5, "tấn", 3), ("Nhà máy A", month + 1, None, "tấn", 4), ("Nhà máy B", month + 2, 3.25, "tấn", 6),
    ]  # fmt: skip


def test_excel_and_parquet_are_read_alike(tmp_path: Path) -> None:
    rows = pl.DataFrame({
        "Establishment": ["a", "a"], "Product": ["coal", "coal"], "ISIC": ["0510", "0510"], "Month": ["2024-01", "2024-02"],
        "Value of output": [12.5, None], "PPI": [101.25, 102.0],
    })  # fmt: skip
    rows.write_parquet(tmp_path / "rows.parquet")
    rows.write_excel(tmp_path / "rows.xlsx")
    expected = [("a", "coal", "0510", 24288, 12.5, 101.25), ("a", "coal", "0510", 24289, None, 102.0)]
    for name in ("rows.parquet", "rows.xlsx"):
        found = read_reports(tmp_path / name)
        assert found.drop("row").rows() == expected, name
    assert read_reports(tmp_path / "rows.xlsx")["row"].to_list() == [2, 3]


def test_a_year_beside_a_month(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("Công ty,Năm,Tháng,Sản phẩm,Mã VSIC,Sản lượng\nA,2024,3,áo,1410,5\n", encoding="utf-8")
    assert read_reports(file)["month"].to_list() == [month_number(2024, 3)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("establishment,product,isic,month,quantity\na,coal,0510,2024-01,12x\n", "row 2: text where quantity should be a number (it reads '12x')"),
        ("establishment,product,isic,month,quantity\na,coal,0510,2024-Q1,1\n", "row 2: '2024-Q1' is no month"),
        ("establishment,product,isic,month,quantity\na,coal,0510,,1\n", "row 2: no month"),
        ("establishment,product,isic,month,quantity\na,coal,510,2024-01,1\n", "a zero at its front may have been lost"),
        ('establishment,product,isic,month,quantity\na,coal,0510,2024-01,"1,234"\n', "a thousand or a fraction?"),
        ("establishment;product;isic;month;quantity\na;coal;0510;2024-01;1,5\na;coal;0510;2024-02;1.25\n", "dots and commas"),
        ("establishment,product,isic,month,quantity\n", "the table holds no rows"),
        ("a,b,c\n1,2,3\n", "no table with the columns establishment, product, industry, month"),
    ],
)
def test_bad_tables_are_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(MadeinError) as fault:
        read_reports(file)
    assert said in str(fault.value)


def test_weights_are_read(tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text("Mã sản phẩm;Giá trị sản xuất;Năm gốc;Sản lượng gốc\náo;12,5;2015;3,25\n", encoding="utf-8")
    assert read_weights(file, "product").rows() == [("áo", 12.5, 2015, 3.25, 2)]
    with pytest.raises(MadeinError, match="no table with the columns industry, weight"):
        read_weights(file, "industry")
    file.write_text("isic,weight,year\n1410,1,soon\n", encoding="utf-8")
    with pytest.raises(MadeinError, match="'soon' is no year"):
        read_weights(file, "industry")


def test_factors_are_read(tmp_path: Path) -> None:
    file = tmp_path / "factors.csv"
    file.write_text("Sản phẩm,Đơn vị,Đổi ra,Hệ số\ngiày,đôi,chiếc,2\n", encoding="utf-8")
    assert read_conversions(file) == [Conversion("đôi", "chiếc", 2.0, "giày")]
    file.write_text("unit,into,factor\npair,piece,0\n", encoding="utf-8")
    with pytest.raises(BadInput, match="row 2: no factor"):
        read_conversions(file)


def test_no_parquet_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    file.write_bytes(b"nothing")
    with pytest.raises(MadeinError, match="no Parquet"):
        read_reports(file)


def test_from_files_to_indices(tmp_path: Path) -> None:
    good().with_columns(month=pl.format("{}-{}", pl.col("month") // 12, (pl.col("month") % 12 + 1).cast(pl.String).str.zfill(2))).write_csv(
        tmp_path / "r.csv"
    )
    (tmp_path / "gva.csv").write_text("industry,weight,year\n1410,2,2020\n2610,1,2020\n")
    (tmp_path / "worth.csv").write_text("product,weight,year\nshirts,2,2020\nchips,1,2020\n")
    made = compile_index(
        read_reports(tmp_path / "r.csv"), read_weights(tmp_path / "gva.csv", "industry"), read_weights(tmp_path / "worth.csv", "product")
    )
    assert made.series().tolist() == pytest.approx([100.0] * 14)
