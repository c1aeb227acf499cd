"""SDMX-ML 2.1 data, structure-specific and generic, by series or flat.

In the structure-specific form every dimension is an XML attribute of ``Series`` (and every observation one of ``Obs``), and
dimensions cannot be told from attributes without the data structure: what stands before UNIT_MULT, DECIMALS and their like
is taken for the key, or the structure message says so. In the generic form ``SeriesKey`` and ``Attributes`` are told apart.
"""

from __future__ import annotations

from pathlib import Path

from madein.core.errors import MadeinError
from madein.indices.sdmx.message import Raw
from madein.indices.sdmx.structure import Codes
from madein.indices.sdmx.xml import stream

ATTRIBUTES = frozenset({
    "UNIT_MULT", "UNIT_MULTIPLIER", "UNIT_MEASURE", "UNIT", "DECIMALS", "TITLE", "TITLE_COMPL", "TIME_FORMAT", "COLLECTION", "BASE_PER",
    "REF_PERIOD_DETAIL", "COMMENT", "COMMENT_TS", "COMMENT_OBS", "OBS_STATUS", "CONF_STATUS", "OBS_CONF", "SOURCE_AGENCY", "COVERAGE",
    "COMPILING_ORG", "METHOD_REF", "TIME_PERIOD_COLLECT", "PUBL_ECB", "PUBL_PUBLIC", "PUBL_MU", "DATA_COMP", "BREAKS", "AVAILABILITY",
    "NATURE", "OBS_COM", "OBS_PRE_BREAK", "EMBARGO_DATE", "EMBARGO_TIME", "UNIT_INDEX_BASE", "SOURCE_DATASET", "ACTION", "VALID_FROM",
    "LAST_UPDATE", "FULL_DESCRIPTION", "PRECISION", "CURRENCY_DENOM_NAME",
})  # fmt: skip
"""Names of the cross-domain concepts that are attributes, where no data structure tells (SDMX content-oriented guidelines)."""

_TIME, _VALUE = "TIME_PERIOD", "OBS_VALUE"
_STATUS = ("OBS_STATUS", "OBS_FLAG")
_NOT_DATA = frozenset({
    "dataScope", "structureRef", "type", "action", "setID", "validFromDate", "validToDate", "publicationYear", "REPORTING_YEAR_START_DAY",
})  # fmt: skip


def read_xml(path: Path, label: str, codes: Codes | None) -> Raw:
    """Every series and observation of an SDMX-ML 2.1 data message.

    Raises
    ------
    MadeinError
        If the XML is refused, is no such message, or holds an error message of the service that wrote it.
    """
    reader = _Reader(label, frozenset(codes.dimensions) if codes else frozenset())
    stream(path, label, reader.start, reader.end)
    if not reader.seen_data:
        raise MadeinError("the file holds no SDMX data", label, fix="give a StructureSpecificData or GenericData message of SDMX-ML 2.1")
    return reader.raw


class _Reader:
    """Callbacks of the stream; `raw` grows as elements pass."""

    def __init__(self, label: str, dimensions: frozenset[str]) -> None:
        self.raw = Raw()
        self.seen_data = False
        self._label = label
        self._dimensions = dimensions
        self._path: list[str] = []
        self._wide: dict[str, str] = {}
        self._series = -1
        self._known: dict[tuple[tuple[str, str], ...], int] = {}
        self._key: dict[str, str] = {}
        self._own: dict[str, str] = {}
        self._obs: dict[str, str] = {}
        self._in_obs = False
        self._generic = False
        self._fault: list[str] = []
        self._counts = [0, 0]
        self._line = 0

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        self._path.append(name)
        above = self._path[-2] if len(self._path) > 1 else ""
        if len(self._path) == 1:
            self._begin(name)
        elif name == "Obs":
            self._in_obs, self._line = True, line
            self._counts[1] += 1
            self._obs = {} if self._generic else attributes
        elif name == "Series":
            self._counts = [self._counts[0] + 1, 0]
            self._key, self._own, self._series = {}, {}, -1
            if not self._generic:
                self._key, self._own = self._split({**attributes})
        elif name == "DataSet":
            self.seen_data = True
            self._wide = {} if self._generic else {k: v for k, v in attributes.items() if k not in _NOT_DATA}
            self._key, self._own, self._series = {}, {}, -1
            self._counts = [0, 0]
        elif name == "Structure" and above == "Header":
            self.raw.structure = attributes.get("structureID", "")
        elif name in ("Value", "ObsDimension", "ObsValue") and self._generic:
            self._value(name, above, attributes)

    def _begin(self, name: str) -> None:
        self._generic = name.startswith("Generic")
        if name not in ("StructureSpecificData", "StructureSpecificTimeSeriesData", "GenericData", "GenericTimeSeriesData", "Error"):
            raise MadeinError(f"the file begins with {name[:60]!r}", self._label, "that is no data message of SDMX-ML 2.1",
                              "give a StructureSpecificData or GenericData message")  # fmt: skip

    def _value(self, name: str, above: str, attributes: dict[str, str]) -> None:
        if name == "ObsDimension":
            self._obs[attributes.get("id", _TIME)] = attributes.get("value", "")
        elif name == "ObsValue":
            self._obs[_VALUE] = attributes.get("value", "")
        elif above == "SeriesKey":
            self._key[attributes.get("id", "")] = attributes.get("value", "")
        elif above in ("ObsKey", "Attributes") and self._in_obs:
            self._obs[attributes.get("id", "")] = attributes.get("value", "")
        elif above == "Attributes":
            owner = self._path[-3] if len(self._path) > 2 else ""
            target = self._own if owner == "Series" else self._wide if owner == "DataSet" else {}
            target[attributes.get("id", "")] = attributes.get("value", "")

    def end(self, name: str, text: str) -> None:
        self._path.pop()
        if name == "Obs":
            self._observe()
            self._in_obs = False
        elif name == "Series":
            # A series without observations is still one: its attributes may matter to who looks for it.
            self._key, self._own, self._series = {}, {}, -1
        elif name == "Prepared" and self._path[-1:] == ["Header"]:
            self.raw.prepared = text
        elif name == "ID" and self._path[-1:] == ["Header"]:
            self.raw.identifier = text
        elif name == "Text" and "ErrorMessage" in self._path:
            self._fault.append(text)
        elif name == "ErrorMessage":
            raise MadeinError("the message is an error of the service that wrote it", self._label, "; ".join(self._fault)[:300],
                              "ask the service again")  # fmt: skip

    def _split(self, attributes: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        attributes = {k: v for k, v in attributes.items() if k not in _NOT_DATA}
        if self._dimensions:
            return {k: v for k, v in attributes.items() if k in self._dimensions}, {k: v for k, v in attributes.items() if k not in self._dimensions}
        return {k: v for k, v in attributes.items() if k not in ATTRIBUTES}, {k: v for k, v in attributes.items() if k in ATTRIBUTES}

    def _observe(self) -> None:
        if "Series" in self._path:
            if self._series < 0:
                self._series = self._find(self._key, {**self._wide, **self._own})
            at = self._series
            if self._generic and len(self._obs) == 1 and _VALUE not in self._obs:
                self._obs[_VALUE] = ""
        else:
            rest = {k: v for k, v in self._obs.items() if k not in (_TIME, _VALUE, *_STATUS)}
            key, own = self._split(rest)
            at = self._find(key, {**self._wide, **own})
        raw, obs = self.raw, self._obs
        raw.series.append(at)
        raw.period.append(obs.get(_TIME, ""))
        raw.value.append(obs.get(_VALUE, ""))
        raw.status.append(obs.get(_STATUS[0]) or obs.get(_STATUS[1], ""))
        raw.place.append(f"series {self._counts[0]} observation {self._counts[1]}" if self._counts[0] else f"observation {self._counts[1]}")

    def _find(self, key: dict[str, str], own: dict[str, str]) -> int:
        identity = tuple(key.items())
        at = self._known.get(identity)
        if at is None:
            at = self._known[identity] = len(self.raw.keys)
            self.raw.keys.append(dict(key))
            self.raw.attributes.append(own)
        return at
