"""A finished study: what ``out/`` holds, opened for reading."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from madein.core.errors import MadeinError, Problem
from madein.core.step import Block, Figure, Ref, Source, Table, read_row_at
from madein.study.plan import hash_file
from madein.study.publish import MANIFEST, OUT, recover
from madein.study.store import figure_from, read_table


@dataclass(frozen=True, slots=True)
class Chapter:
    """One step of a finished study, in reading order."""

    id: str
    use: str
    title: str
    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...]


class FinishedStudy:
    """Figures, tables, sources and chapters of an ``out/`` folder.

    Parameters
    ----------
    out : Path
        A folder with a ``study.json``.
    root : Path or None
        The study's own folder, where sources stand; the parent of `out` if None.
    """

    def __init__(self, out: Path, root: Path | None = None) -> None:
        self.out = out
        self.root = root or out.parent
        try:
            self.manifest: dict[str, Any] = json.loads((out / MANIFEST).read_text("utf-8"))
        except FileNotFoundError as fault:
            raise MadeinError("the study has not been run", str(self.root), fix=f"run: madein run {self.root}") from fault
        except ValueError as fault:
            raise MadeinError("study.json is damaged", str(out), fix=f"run: madein run {self.root}") from fault

    @property
    def title(self) -> str:
        """Title of the study."""
        return str(self.manifest["title"])

    @property
    def summary(self) -> str:
        """What the study says of itself."""
        return str(self.manifest["summary"])

    @functools.cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure by id."""
        return {f["id"]: figure_from(f) for f in self.manifest["figures"]}

    @functools.cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source by id; paths lead to where the file stood when the study ran."""
        return {s["id"]: Source(**{**s, "path": Path(s["path"]) if "path" in s else self.root / s["id"]}) for s in self.manifest["sources"]}

    @property
    def tables(self) -> Mapping[str, dict[str, Any]]:
        """Description of each table by ``STEP.NAME``: key, units, title, rows, columns, basis."""
        return dict(self.manifest["tables"])

    @functools.cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The steps in the order of study.yaml."""
        return tuple(
            Chapter(
                c["id"], c["use"], c["title"],
                tuple(Block(b["kind"], b["title"], b["body"]) for b in c["blocks"]),
                tuple(Problem(**p) for p in c["problems"]),
            )
            for c in self.manifest["chapters"]
        )  # fmt: skip

    def table(self, name: str) -> Table:
        """A table by ``STEP.NAME``, its rows read once.

        Raises
        ------
        MadeinError
            If there is none of that name.
        """
        if name not in self.tables:
            raise MadeinError(f"there is no table {name!r}", str(self.out), fix="tables: " + ", ".join(self.tables))
        return self._read(name)

    @functools.lru_cache(maxsize=64)  # noqa: B019  (one study lives as long as the command)
    def _read(self, name: str) -> Table:
        return read_table(self.out / "tables" / f"{name}.parquet")

    @functools.lru_cache(maxsize=64)  # noqa: B019
    def _rows(self, name: str) -> dict[tuple[str, ...], int]:
        table = self.table(name)
        return {tuple(map(str, row)): i for i, row in enumerate(table.frame.select(table.key).iter_rows())}

    def row(self, name: str, key: Mapping[str, str]) -> dict[str, Any] | None:
        """The row of a table a full key addresses."""
        table = self.table(name)
        if set(key) != set(table.key):
            return None
        i = self._rows(name).get(tuple(key[k] for k in table.key))
        return None if i is None else table.frame.row(i, named=True)

    def parents(self, ref: Ref) -> list[Ref]:
        """What a node rests on: the parents of a figure, the ``_src`` of a row, the inputs of a step for a whole table."""
        if ref.kind == "figure":
            figure = self.figures.get(ref.name)
            return list(figure.parents) if figure else []
        if ref.kind == "table":
            row = self.row(ref.name, read_row_at(ref.at)) if ref.at.startswith("row ") else None
            if row and row.get("_src"):
                return [Ref.parse(s) for s in row["_src"]]
            return [Ref.parse(s) for s in self.tables[ref.name]["inputs"]] if ref.name in self.tables else []
        return []

    @functools.cached_property
    def changed_sources(self) -> Mapping[str, str]:
        """Sources that are gone or differ from when the study ran, with what happened."""
        out = {}
        for source in self.sources.values():
            if not source.path.is_file():
                out[source.id] = "the file is no longer there"
            elif hash_file(source.path) != source.sha256:
                out[source.id] = "the file has changed since the run"
        return out

    def damage(self) -> list[str]:
        """Files of ``out/`` that are missing or not as the run left them."""
        return [name for name, digest in self.manifest["files"].items() if not _same(self.out / name, digest)]


def _same(path: Path, digest: str) -> bool:
    return path.is_file() and hash_file(path) == digest


def open_study(folder: str | Path) -> FinishedStudy:
    """Open the study in a folder, or its ``out`` folder itself.

    Raises
    ------
    MadeinError
        If nothing was run there.
    """
    folder = Path(folder)
    if (folder / MANIFEST).is_file():
        return FinishedStudy(folder)
    recover(folder)
    return FinishedStudy(folder / OUT, folder)
