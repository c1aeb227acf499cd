"""What people call the economies and industries of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import yaml

from madein.core.countries import countries, groups
from madein.core.errors import MadeinError

_REST = {"ROW": "Rest of the world", "RoW": "Rest of the world", "WXD": "Rest of the world"}


@cache
def industry_names() -> Mapping[str, str]:
    """Names of the OECD's industry codes."""
    return dict(yaml.safe_load(resources.files("madein.tiva").joinpath("names.yaml").read_text("utf-8")))


@dataclass(frozen=True)
class Names:
    """Names of labels; a label without a name stands for itself.

    Attributes
    ----------
    economies, industries : mapping of label to name
        Names that go before those of the package.
    """

    economies: Mapping[str, str] = field(default_factory=dict)
    industries: Mapping[str, str] = field(default_factory=dict)

    def economy(self, label: str) -> str:
        """Name of an economy or group.

        Examples
        --------
        >>> Names().economy("VNM"), Names({"ASEAN without VNM": "Others in ASEAN"}).economy("ASEAN without VNM"), Names().economy("C07")
        ('Viet Nam', 'Others in ASEAN', 'C07')
        """
        known = countries().get(label) or groups().get(label)
        return self.economies.get(label) or (getattr(known, "en", "") or getattr(known, "label", "")) or _REST.get(label) or label

    def industry(self, label: str) -> str:
        """Name of an industry."""
        return self.industries.get(label) or industry_names().get(label) or label


def read_names(paths: Iterable[Path]) -> Names:
    """Names from CSV files with the columns ``economy`` or ``industry``, and ``name``.

    Raises
    ------
    MadeinError
        If a file has no such columns.
    """
    import polars as pl

    held: dict[str, dict[str, str]] = {"economy": {}, "industry": {}}
    for path in paths:
        try:
            frame = pl.read_csv(path, infer_schema=False)
        except (OSError, pl.exceptions.PolarsError) as fault:
            raise MadeinError("the file holds no names", path.name, str(fault).splitlines()[0][:120], "give a CSV file") from fault
        kind = next((k for k in held if k in frame.columns), "")
        if not kind or "name" not in frame.columns:
            raise MadeinError("the file holds no names", path.name, "its columns are " + ", ".join(frame.columns[:10]),
                              "give a column economy or industry, and name")  # fmt: skip
        held[kind] |= {str(k): str(v) for k, v in frame.select(kind, "name").drop_nulls().rows()}
    return Names(held["economy"], held["industry"])
