"""Ties, clusters with their trail, and shapes of trade, on a small register and on a simulated one."""

import polars as pl

from madein.screening.flows import open_frame, run
from madein.screening.networks import clusters, fan_in, fan_out, fans, link_keys, phantoms, resolve
from madein.screening.schema import schemas
from madein.screening.simulator import simulate


def register(rows):
    table = schemas()["firms"]
    frame = pl.DataFrame(rows, schema=["firm_id", "name", "address", "phone", "owner_ids"], orient="row")
    return frame.with_columns(pl.lit(None).alias(c) for c in table.polars if c not in frame.columns).select(list(table.polars)).cast(table.polars)


FIRMS = [
    ("1", "Công ty TNHH Nhựa An Phát", "Lô C1, KCN Bình Sơn, Bắc Ninh", "0241111111", ["P1"]),
    ("2", "An Phat Plastics Co., Ltd", "lo c1, khu cong nghiep binh son, tinh bac ninh", "0242222222", ["P2"]),
    ("3", "An Phat Plastics JSC", "Số 9 đường Lan", "0243333333", ["P2"]),
    ("4", "Thép Hòa", "Số 1 đường Mai", "+84 24 3333333", ["P4"]),
    ("5", "Gỗ Nam", None, None, []),
]


def test_clusters_and_their_trail():
    members, trail = clusters(register(FIRMS))
    assert members.rows() == [("1", "1", 4), ("2", "1", 4), ("3", "1", 4), ("4", "1", 4), ("5", "5", 1)]
    assert trail.select("one", "other", "why").rows() == [("1", "2", "address"), ("2", "3", "owner"), ("3", "4", "phone")]


def test_a_key_of_many_ties_nobody():
    tower = register([(str(i), f"Firm {i}", "Tòa nhà Một, Hà Nội", None, []) for i in range(20)])
    assert clusters(tower, most=12)[0]["size"].max() == 1
    assert link_keys(tower, most=12)["kind"].unique().to_list() == ["firm"]


def test_resolution_needs_a_tie_besides_the_name():
    members, trail = resolve(register(FIRMS))
    assert trail["why"].to_list() == ["the same words and address", "the same words and owner"]
    # Firm 4 shares a telephone with 3 but no name.
    assert members.filter(pl.col("cluster") == "1")["firm_id"].to_list() == ["1", "2", "3"]


def test_shapes_on_a_simulated_economy(tmp_path):
    simulate("shells", 60_000, 631, tmp_path)
    frame = open_frame(tmp_path)
    truth = pl.read_parquet(tmp_path / "truth.parquet").filter(pl.col("kind") == "rerouted")
    lines = pl.read_parquet(tmp_path / "declarations.parquet", columns=["declaration_id", "line", "firm_id"])
    guilty = set(truth.join(lines, on=["declaration_id", "line"])["firm_id"])
    ghosts = phantoms(frame, "USA")
    tied = ghosts.filter("tied")
    assert tied.height
    assert sum(f in guilty for f in tied["firm_id"]) / tied.height > 0.8
    assert ghosts["value"].is_sorted(descending=True)
    for expr in (fan_in(frame.lines, "USA"), fan_out(frame.lines, "CHN")):
        assert frame.take(expr)["firms"].min() >= 1
    assert set(fans(run(tmp_path).findings).columns) == {"shape", "firm_id", "hs6", "others", "value_at_issue"}
