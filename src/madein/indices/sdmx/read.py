"""Read an SDMX message in whichever of its forms a file has."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Literal

from madein.core.errors import MadeinError
from madein.indices.sdmx.message import SdmxMessage, built
from madein.indices.sdmx.structure import Codes, read_structure

_LOOK = 4096

Form = Literal["xml", "json", "csv"]


def read_sdmx(path: str | Path, *, structure: str | Path | Codes | None = None, source: str = "", language: str = "en") -> SdmxMessage:
    """Read every series of an SDMX data message.

    Parameters
    ----------
    path : str or Path
        SDMX-ML 2.1 (structure-specific or generic, by series or flat; gzip is fine), SDMX-CSV 1.0 or 2.0, SDMX-JSON 1.0 or 2.0.
    structure : str, Path or Codes, optional
        A structure message with codelists, for the names of codes and to tell dimensions from attributes.
    source : str
        What messages call the file; its name if empty.
    language : str
        Of the names taken from `structure`.

    Returns
    -------
    SdmxMessage

    Raises
    ------
    MadeinError, BadInput
        If the file is none of these, is refused for its size or for entities, or holds observations that cannot stand.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "iip.csv"
    >>> _ = file.write_text("DATAFLOW,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MULT,OBS_STATUS\\n"
    ...                     "X:IIP(1.0),M,VN,AIP,2024-06,110.9,0,P\\nX:IIP(1.0),M,VN,AIP,2024-07,111.2,0,E\\n")
    >>> read_sdmx(file).frame.select("series", "value", "half", "status", "basis").rows()
    [('M.VN.AIP', 110.9, 0.05, 'preliminary', 'published'), ('M.VN.AIP', 111.2, 0.05, 'estimate', 'estimated')]
    """
    path = Path(path)
    label = source or path.name
    codes = structure if isinstance(structure, Codes) or structure is None else read_structure(structure, language)
    form = _form(path, label)
    if form == "xml":
        from madein.indices.sdmx.xml_data import read_xml

        return built(read_xml(path, label, codes), label, codes)
    if form == "json":
        from madein.indices.sdmx.json_data import read_json

        return built(read_json(path, label), label, codes)
    from madein.indices.sdmx.csv_data import read_csv

    return built(read_csv(path, label, codes), label, codes)


def holds_sdmx(path: Path) -> bool:
    """True if a file looks like an SDMX data message, from its first few thousand characters."""
    try:
        head = _head(path)
    except OSError:
        return False
    if head.startswith("<"):
        return "sdmx.org/resources/sdmxml" in head and ("StructureSpecific" in head or "Generic" in head)
    if head.startswith("{"):
        return "sdmx" in head.lower() and "json" in head.lower()
    line = head.splitlines()[0] if head else ""
    return "OBS_VALUE" in line and "TIME_PERIOD" in line


def _form(path: Path, label: str) -> Form:
    try:
        head = _head(path)
    except OSError as fault:
        raise MadeinError("the file cannot be opened", label, str(fault)) from fault
    if not head:
        raise MadeinError("the file is empty", label)
    return "xml" if head.startswith("<") else "json" if head.startswith("{") else "csv"


def _head(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(_LOOK)
    if start.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(path, "rb") as file:
                start = file.read(_LOOK)
        except EOFError as fault:
            raise OSError("the gzip file breaks off") from fault
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    return start.decode("utf-16" if wide else "utf-8-sig", "replace").lstrip()
