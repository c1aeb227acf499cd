"""A finished study with results laid over it that were never published: an article checked against it, for one look."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from madein.core.check import check_result
from madein.core.step import Result, Source
from madein.study.finished import FinishedStudy
from madein.study.publish import MANIFEST
from madein.study.store import absolute, dump_json, figure_json, result_json, write_table


@dataclasses.dataclass(frozen=True, slots=True)
class Layer:
    """A result with the step id its tables go by, a chapter title ('' for none), and sources of its own."""

    id: str
    title: str
    result: Result
    sources: tuple[Source, ...] = ()


def overlay(study: FinishedStudy, layers: Sequence[Layer], folder: Path, title: str) -> FinishedStudy:
    """A finished study in `folder` that holds the layers' chapters and whatever their certificates rest on.

    Parameters
    ----------
    study : FinishedStudy
        What lies below; its files are linked, not changed.
    layers : sequence of Layer
        What is laid over it, in reading order.
    folder : Path
        An empty folder, for as long as the result is used.
    title : str
        Title of the page.
    """
    (folder / "tables").mkdir(parents=True)
    for name in study.tables:
        (folder / "tables" / f"{name}.parquet").symlink_to((study.out / "tables" / f"{name}.parquet").resolve())
    manifest = {**study.manifest, "title": title, "summary": "", "chapters": [], "sources": list(study.manifest["sources"])}
    manifest["tables"], manifest["figures"] = dict(study.manifest["tables"]), []
    for layer in layers:
        check_result(layer.result, layer.id)
        result = absolute(layer.result, layer.id)
        data = result_json(result)
        for name, table in result.tables.items():
            write_table(folder / "tables" / f"{layer.id}.{name}.parquet", table)
            inputs = [f"source:{s.id}" for s in layer.sources]
            manifest["tables"][f"{layer.id}.{name}"] = {**data["tables"][name], "basis": "published", "inputs": inputs}
        manifest["figures"] += [{**figure_json(f), "step": layer.id} for f in result.figures]
        manifest["sources"] += [{**dataclasses.asdict(s), "path": str(s.path)} for s in layer.sources]
        if layer.title:
            manifest["chapters"].append(
                {"id": layer.id, "use": layer.id, "title": layer.title, "key": "", "blocks": data["blocks"], "problems": data["problems"]}
            )
    dump_json(folder / MANIFEST, manifest)
    return FinishedStudy(folder, study.root)
