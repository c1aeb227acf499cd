"""Which of several mappings serves which of several files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from madein.screening.doors.mapping import Mapping, load_mapping
from madein.screening.doors.reading import DATA, header_and_sample


def pair_mappings(data: Path | Sequence[Path], mappings: Sequence[Path]) -> dict[str, Mapping]:
    """Saved mappings by the name of the file they serve.

    Parameters
    ----------
    data : Path or list of Path
        A folder or files.
    mappings : list of Path
        YAML files, as `Mapping.save` writes them.

    Returns
    -------
    dict
        File name -> the mapping that reads most of its columns; a file that none fits is left out.

    Raises
    ------
    BadInput
        If a file is no mapping.
    """
    held = [load_mapping(path) for path in mappings]
    files = [data] if isinstance(data, Path) else list(data)
    files = sorted(p for f in files for p in (f.iterdir() if f.is_dir() else [f]) if p.suffix.lower() in DATA)
    out: dict[str, Mapping] = {}
    for path in files if held else ():
        header = set(header_and_sample(path, 1).columns)
        fits = [m for m in held if {link.column for link in m.links} <= header]
        if fits:
            out[path.name] = max(fits, key=lambda m: len(m.links))
    return out
