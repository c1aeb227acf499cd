"""Frames written to one Parquet file as they come, so that a table never has to fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

ROW_GROUP = 122_880
"""Rows of one row group: DuckDB's own size, so that it reads groups in parallel."""


def sink(frames: Iterator[pl.DataFrame], schema: Mapping[str, Any], path: Path) -> None:
    """Write frames, in order, into one Parquet file; the same frames give the same bytes."""
    from polars.io.plugins import register_io_source

    faults: list[BaseException] = []

    def source(with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None) -> Iterator[pl.DataFrame]:  # noqa: ARG001
        try:
            for frame in frames:
                yield frame if with_columns is None else frame.select(with_columns)
        except BaseException as fault:
            # The engine wraps what a source raises into an error of its own.
            faults.append(fault)
            raise

    lazy = register_io_source(source, schema=dict(schema))
    try:
        lazy.sink_parquet(path, compression="zstd", compression_level=3, row_group_size=ROW_GROUP, maintain_order=True)
    except pl.exceptions.PolarsError:
        if faults:
            raise faults[0] from None
        raise
