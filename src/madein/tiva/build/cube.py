"""Bilateral flows of goods and services: who sells how much of what to whom, own sales on the diagonal."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from madein.core.errors import MadeinError, Problems

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, eq=False)
class BilateralCube:
    """Flows by exporter, importer and industry, intermediate and final together. Make one with `of`.

    Attributes
    ----------
    flows : array (G, G, K)
        ``[exporter, importer, industry]``; an economy's sales at home on the diagonal.
    countries, industries : tuple of str
        Labels.
    year, unit, source, sha256 : int or None, str, str, str
        When, in what, from where.
    """

    flows: Floats
    countries: tuple[str, ...]
    industries: tuple[str, ...]
    year: int | None = None
    unit: str = ""
    source: str = ""
    sha256: str = ""

    @classmethod
    def of(
        cls, flows: ArrayLike, countries: Sequence[str], industries: Sequence[str], *, year: int | None = None, unit: str = "", source: str = "",
        sha256: str = "",
    ) -> BilateralCube:  # fmt: skip
        """Check and make.

        Raises
        ------
        BadInput
            Labels twice, sides that do not fit the labels, cells that are no numbers or negative, each by its labels.
        """
        cube, names = np.asarray(flows, dtype=np.float64), (tuple(map(str, countries)), tuple(map(str, industries)))
        found = Problems(source)
        for kind, labels in zip(("country", "industry"), names, strict=True):
            for label in sorted({x for x in labels if labels.count(x) > 1}):
                found.error(f"{kind} {label!r} stands {labels.count(label)} times", fix="give each label once")
        shape = (len(names[0]), len(names[0]), len(names[1]))
        if cube.shape != shape:
            found.error(f"the flows have shape {cube.shape}", why=f"{shape[0]} countries and {shape[2]} industries make {shape}",
                        fix="order them exporter, importer, industry")  # fmt: skip
        found.raise_errors()
        for o, c, k in np.argwhere(~(cube >= 0) | np.isinf(cube))[:50]:
            found.error("a flow is negative or no number", f"exporter {names[0][o]}, importer {names[0][c]}, industry {names[1][k]}",
                        f"it is {cube[o, c, k]}", "give the flow, 0 where there is none")  # fmt: skip
        found.raise_errors()
        return cls(cube, *names, year, unit, source, sha256)

    @property
    def output(self) -> Floats:
        """Sales at home and abroad (G, K)."""
        return np.asarray(self.flows.sum(1))

    @property
    def used(self) -> Floats:
        """Purchases from home and abroad (G, K)."""
        return np.asarray(self.flows.sum(0))


def read_cube(path: Path, *, year: int | None = None, unit: str = "USD million") -> BilateralCube:
    """Read bilateral flows.

    Parameters
    ----------
    path : Path
        An ``npz`` with ``flows`` (exporter, importer, industry), its labels inside or in ``countries.csv`` (``iso3``) and
        ``industries.csv`` (``industry``) beside it, in order; or a long CSV or Parquet table with the columns exporter, importer,
        industry, value.
    year : int, optional
        Taken from the file name unless given.

    Raises
    ------
    MadeinError
        If the file is none of these or its labels are not to be found.
    BadInput
        See `BilateralCube.of`.
    """
    named = _YEAR.search(path.stem)
    year = year if year is not None else int(named[0]) if named else None
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as held:
                flows = held["flows"]
                labels = [[str(x) for x in held[k]] if k in held.files else _beside(path, k, column) for k, column in
                          (("countries", "iso3"), ("industries", "industry"))]  # fmt: skip
            return BilateralCube.of(flows, *labels, year=year, unit=unit, source=path.name, sha256=digest)
    except (OSError, KeyError, ValueError) as fault:
        raise MadeinError("the file holds no bilateral flows", path.name, str(fault)[:120], "give an npz with flows, or a long table") from fault
    return _long(path, year, unit, digest)


def _beside(path: Path, name: str, column: str) -> list[str]:
    import polars as pl

    file = path.parent / f"{name}.csv"
    try:
        frame = pl.read_csv(file)
        return [str(x) for x in (frame.sort("position") if "position" in frame.columns else frame)[column].to_list()]
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError(f"the labels of the {name} are not to be found", path.name, str(fault).splitlines()[0][:120],
                          f"put {name}.csv with the column {column} beside it") from fault  # fmt: skip


def _long(path: Path, year: int | None, unit: str, digest: str) -> BilateralCube:
    import polars as pl

    wanted = ("exporter", "importer", "industry", "value")
    frame: pl.DataFrame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    found = Problems(path.name)
    for column in [c for c in wanted if c not in frame.columns]:
        found.error(f"column {column!r} is missing", fix="name the columns " + ", ".join(wanted))
    found.raise_errors()
    number = frame["value"].cast(pl.Float64, strict=False)
    for i in number.is_null().arg_true().to_list()[:50]:
        found.error("a value is no number", f"row {i + 2}", f"it reads {frame['value'][i]!r}", "give a number")
    keys = frame.select(wanted[:3])
    for row in frame.filter(keys.is_duplicated()).select(wanted[:3]).unique(maintain_order=True).head(20).rows():
        found.error("a flow stands twice", ", ".join(f"{k} {v}" for k, v in zip(wanted, row, strict=False)), fix="keep one")
    found.raise_errors()
    countries = list(dict.fromkeys([*frame["exporter"].to_list(), *frame["importer"].to_list()]))
    industries = list(dict.fromkeys(frame["industry"].to_list()))
    flows = np.zeros((len(countries), len(countries), len(industries)))
    place = [{v: i for i, v in enumerate(labels)} for labels in (countries, countries, industries)]
    index = tuple(np.array([p[v] for v in frame[c].to_list()]) for p, c in zip(place, wanted, strict=False))
    flows[index] = number.to_numpy()
    return BilateralCube.of(flows, countries, industries, year=year, unit=unit, source=path.name, sha256=digest)
