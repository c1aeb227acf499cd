"""What ties firms to each other: one address, telephone, owner or agent, as keys that tables can be joined on."""

from __future__ import annotations

import polars as pl

from madein.screening.normalise.firms import address_key, phone_key

KEY_SCHEMA = {"firm_id": pl.String, "kind": pl.String, "key": pl.String, "bearers": pl.Int64}
"""Columns of a table of keys; `bearers` says how many firms share the key."""


def link_keys(firms: pl.DataFrame, most: int = 50) -> pl.DataFrame:
    """Keys of the firms of a register, a firm's own number among them.

    Parameters
    ----------
    firms : Polars frame
        In the schema of firms.
    most : int
        A key borne by more firms than this ties nobody: a tower of offices, a holding of the state, a switchboard.

    Returns
    -------
    Polars frame in `KEY_SCHEMA`
        Kinds: firm, address, phone, owner; keys of one bearer are left out but for `firm`.

    Examples
    --------
    >>> register = pl.DataFrame({"firm_id": ["1", "2", "3"], "address": ["Lô C1, KCN Bình Sơn", "lo C1, khu cong nghiep Binh Son", None],
    ...     "phone": [None, "024 3826 1234", "+84 24 3826 1234"], "owner_ids": [["P1"], ["P2"], ["P3"]]})
    >>> link_keys(register).filter(pl.col("kind") != "firm").select("firm_id", "kind", "bearers").rows()
    [('1', 'address', 2), ('2', 'address', 2), ('2', 'phone', 2), ('3', 'phone', 2)]
    """
    own = firms.select("firm_id", kind=pl.lit("firm"), key=pl.col("firm_id"))
    parts = [own]
    for kind, read in (("address", address_key), ("phone", phone_key)):
        said = firms.select("firm_id", kind=pl.lit(kind), key=pl.col(kind).cast(pl.String).map_elements(read, return_dtype=pl.String))
        parts.append(said.filter(pl.col("key").is_not_null() & (pl.col("key") != "")))
    owners = firms.select("firm_id", kind=pl.lit("owner"), key=pl.col("owner_ids").cast(pl.List(pl.String))).explode("key")
    parts.append(owners.filter(pl.col("key").is_not_null() & (pl.col("key") != "")))
    keys = pl.concat(parts).unique().with_columns(bearers=pl.len().over("kind", "key").cast(pl.Int64))
    shared = (pl.col("bearers") > 1) & (pl.col("bearers") <= most)
    return keys.filter(shared | (pl.col("kind") == "firm")).select(list(KEY_SCHEMA)).sort("kind", "key", "firm_id")
