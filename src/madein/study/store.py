"""Results on disk: Parquet for tables, JSON for the rest, the same bytes for the same result."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from madein.core.errors import Problem
from madein.core.step import Block, Figure, Ref, Result, Table


def absolute(result: Result, step: str) -> Result:
    """References to the step's own tables (``table:.name``) with the step's id filled in."""
    import polars as pl

    def ref(r: Ref) -> Ref:
        return Ref(f"table:{step}{r.node[6:]}", r.at) if r.node.startswith("table:.") else r

    tables = {}
    for name, table in result.tables.items():
        frame = table.frame
        if "_src" in frame.columns:
            own = pl.element().str.replace("^table:\\.", f"table:{step}.")
            frame = frame.with_columns(pl.col("_src").list.eval(own))
        tables[name] = dataclasses.replace(table, frame=frame)
    figures = tuple(dataclasses.replace(f, parents=tuple(map(ref, f.parents))) for f in result.figures)
    return dataclasses.replace(result, tables=tables, figures=figures)


def write_table(path: Path, table: Table) -> None:
    """One table as Parquet; key, units and title stand in the file's metadata."""
    about = {"madein": json.dumps({"key": table.key, "units": dict(table.units), "title": table.title}, ensure_ascii=False)}
    table.frame.write_parquet(path, compression="zstd", statistics=False, metadata=about)


def read_table(path: Path) -> Table:
    """The inverse of `write_table`."""
    import polars as pl

    about = json.loads(pl.read_parquet_metadata(path)["madein"])
    return Table(pl.read_parquet(path), tuple(about["key"]), about["units"], about["title"])


def figure_json(figure: Figure) -> dict[str, Any]:
    """A figure as plain data, empty fields left out."""
    out = dataclasses.asdict(figure)
    out["parents"] = [str(p) for p in figure.parents]
    out["id"] = figure.id
    return {k: v for k, v in out.items() if v not in (None, "", [])}


def figure_from(data: Mapping[str, Any]) -> Figure:
    """The inverse of `figure_json`."""
    fields = {k: v for k, v in data.items() if k not in ("id", "step", "parents")}
    return Figure(value=fields.pop("value", None), parents=tuple(map(Ref.parse, data.get("parents", ()))), **fields)


def result_json(result: Result) -> dict[str, Any]:
    """Everything of a result but its tables' rows."""
    return {
        "tables": {
            n: {"key": list(t.key), "units": dict(t.units), "title": t.title, "rows": t.frame.height, "columns": t.frame.columns}
            for n, t in result.tables.items()
        },
        "figures": [figure_json(f) for f in result.figures],
        "blocks": [{"kind": b.kind, "title": b.title, "body": b.body} for b in result.blocks],
        "problems": [dataclasses.asdict(p) for p in result.problems],
    }


def dump_json(path: Path, data: Any) -> None:
    """JSON with one spelling, moved into place whole."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    part.replace(path)


class Cached:
    """A result in the cache, its parts read when asked for; a table's rows only when somebody needs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        """Description of each table."""
        return dict(self.data["tables"])

    def table(self, name: str) -> Table:
        """One table with its rows."""
        return read_table(self.file(name))

    def file(self, name: str) -> Path:
        """The Parquet file of a table."""
        return self.folder / f"{name}.parquet"

    def figures(self) -> list[Figure]:
        """All figures."""
        return [figure_from(f) for f in self.data["figures"]]

    def blocks(self) -> list[Block]:
        """All blocks, in reading order."""
        return [Block(b["kind"], b["title"], b["body"]) for b in self.data["blocks"]]

    def problems(self) -> list[Problem]:
        """What did not stop the step."""
        return [Problem(**p) for p in self.data["problems"]]


class Cache:
    """Results by key under ``.madein/cache``; an entry appears whole or not at all."""

    KEEP = 4

    def __init__(self, root: Path) -> None:
        self.root = root / "cache"

    def get(self, key: str) -> Cached | None:
        """The entry, or None; a damaged one counts as none."""
        folder = self.root / key[:40]
        try:
            entry = Cached(folder)
        except (OSError, ValueError):
            return None
        if any(not entry.file(name).is_file() for name in entry.tables):
            return None
        return entry

    def put(self, key: str, result: Result) -> Cached:
        """Store a result under its key."""
        folder = self.root / key[:40]
        part = folder.with_name(folder.name + f".part{os.getpid()}")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name, table in result.tables.items():
            write_table(part / f"{name}.parquet", table)
        dump_json(part / "result.json", result_json(result))
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
        return Cached(folder)

    def sweep(self, used: set[str]) -> None:
        """Drop what no run of the last few used; entries in use are marked by their time."""
        if not self.root.is_dir():
            return
        names = {k[:40] for k in used}
        for name in names:
            if (self.root / name).is_dir():
                os.utime(self.root / name)
        rest = sorted((p for p in self.root.iterdir() if p.name not in names), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in rest[self.KEEP * max(1, len(names)) :] + [p for p in rest if ".part" in p.name]:
            shutil.rmtree(old, ignore_errors=True)
