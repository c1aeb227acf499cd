"""Clusters of firms tied by address, telephone, owner or agent, and one firm under several numbers, each with its audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from madein.screening.networks.links import link_keys
from madein.screening.normalise.firms import similar_names

CLUSTER_SCHEMA = {"firm_id": pl.String, "cluster": pl.String, "size": pl.Int64}
TRAIL_SCHEMA = {"one": pl.String, "other": pl.String, "why": pl.String, "key": pl.String, "score": pl.Float64}


def join_up(pairs: Iterable[tuple[str, str]], members: Sequence[str]) -> dict[str, str]:
    """Connected components: each member under the first name, in order of the alphabet, of its component.

    Examples
    --------
    >>> join_up([("b", "a"), ("c", "b")], ["a", "b", "c", "d"])
    {'a': 'a', 'b': 'a', 'c': 'a', 'd': 'd'}
    """
    root = {m: m for m in members}

    def find(x: str) -> str:
        while root[x] != x:
            root[x] = root[root[x]]
            x = root[x]
        return x

    for a, b in pairs:
        x, y = find(a), find(b)
        if x != y:
            root[max(x, y)] = min(x, y)
    return {m: find(m) for m in members}


def clusters(firms: pl.DataFrame, kinds: tuple[str, ...] = ("address", "phone", "owner"), most: int = 12) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Firms put together by what they share.

    Parameters
    ----------
    firms : Polars frame
        In the schema of firms.
    kinds : tuple of str
        Ties that count.
    most : int
        A key of more firms than this ties nobody; buildings of offices would join half the country.

    Returns
    -------
    members : Polars frame
        firm_id, cluster (the lowest firm_id in it), size.
    trail : Polars frame
        one, other, why (the kind of tie), key, score: every tie that was used.

    Examples
    --------
    >>> register = pl.DataFrame({"firm_id": ["1", "2", "3"], "address": ["Số 1 đường Hoa", "so 1 duong hoa", "x"],
    ...     "phone": [None] * 3, "owner_ids": [["a"], ["b"], ["c"]]})
    >>> members, trail = clusters(register)
    >>> members.rows(), trail.select("one", "other", "why").rows()
    ([('1', '1', 2), ('2', '1', 2), ('3', '3', 1)], [('1', '2', 'address')])
    """
    keys = link_keys(firms, most).filter(pl.col("kind").is_in(list(kinds)))
    tied = keys.group_by("kind", "key").agg(pl.col("firm_id").sort()).sort("kind", "key")
    # A chain through the key's firms joins them all; every further pair would say the same.
    rows = [(a, b, str(kind), str(key), 100.0) for kind, key, held in tied.iter_rows() for a, b in zip(held, held[1:], strict=False)]
    trail = pl.DataFrame(rows, schema=TRAIL_SCHEMA, orient="row").sort("one", "other", "why", "key")
    return _members(firms, trail), trail


def _members(firms: pl.DataFrame, trail: pl.DataFrame) -> pl.DataFrame:
    ids = firms["firm_id"].unique().sort().to_list()
    root = join_up(trail.select("one", "other").iter_rows(), ids)
    out = pl.DataFrame({"firm_id": ids, "cluster": [root[i] for i in ids]}, schema={"firm_id": pl.String, "cluster": pl.String})
    return out.with_columns(size=pl.len().over("cluster").cast(pl.Int64)).sort("firm_id").cast(CLUSTER_SCHEMA)  # type: ignore[arg-type]


def resolve(firms: pl.DataFrame, cutoff: float = 92.0, aliases: dict[str, str] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Numbers of a register that may be one firm's: names alike, and at least one tie besides the name.

    A name alone joins nobody: many firms bear one name. The trail holds, for each pair, both reasons and the likeness.

    Returns
    -------
    members, trail : Polars frames
        As of `clusters`.

    Examples
    --------
    >>> names = ["Công ty TNHH Nhựa An Phát", "An Phat Plastics Co., Ltd", "An Phat Plastics JSC"]
    >>> register = pl.DataFrame({"firm_id": ["1", "2", "3"], "name": names, "address": ["Số 1 đường Hoa", "so 1 duong hoa", "Số 9 đường Lan"],
    ...     "phone": [None] * 3, "owner_ids": [["a"], ["b"], ["c"]]})
    >>> members, trail = resolve(register)
    >>> members["cluster"].to_list(), trail.rows()
    (['1', '1', '3'], [('1', '2', 'the same words and address', 'number 1 street hoa', 100.0)])
    """
    held = firms.filter(pl.col("name").is_not_null()).unique("firm_id", keep="first", maintain_order=True).sort("firm_id")
    ids, names = held["firm_id"].to_list(), held["name"].to_list()
    ties: dict[str, dict[str, str]] = {}
    for firm, kind, key in link_keys(firms).filter(pl.col("kind") != "firm").select("firm_id", "kind", "key").iter_rows():
        ties.setdefault(firm, {})[f"{kind} {key}"] = kind
    rows = []
    for like in similar_names(names, cutoff, aliases):
        one, other = sorted((ids[like.one], ids[like.other]))
        shared = sorted(set(ties.get(one, ())) & set(ties.get(other, ())))
        if shared:
            kind = ties[one][shared[0]]
            rows.append((one, other, f"{like.why} and {kind}", shared[0].removeprefix(f"{kind} "), float(like.score)))
    trail = pl.DataFrame(rows, schema=TRAIL_SCHEMA, orient="row").sort("one", "other", "why", "key")
    return _members(firms, trail), trail
