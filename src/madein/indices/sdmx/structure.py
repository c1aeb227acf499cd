"""Names of codes, from an SDMX-ML 2.1 structure message: codelists, and which dimension uses which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from madein.core.errors import MadeinError
from madein.indices.sdmx.xml import stream


@dataclass(frozen=True, slots=True)
class Codes:
    """Names of codes.

    Parameters
    ----------
    lists : dict of str to dict of str to str
        Name by code by codelist.
    uses : dict of str to str
        Codelist by dimension or attribute.
    dimensions : tuple of str
        The dimensions of the data structure in their order, without time; empty where the message holds none.
    """

    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    uses: Mapping[str, str] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()

    def name(self, component: str, code: str) -> str:
        """The name of a code of a dimension, empty where there is none.

        Examples
        --------
        >>> Codes({"CL_AREA": {"VN": "Viet Nam"}}, {"REF_AREA": "CL_AREA"}).name("REF_AREA", "VN")
        'Viet Nam'
        """
        listed = self.uses.get(component, f"CL_{component}")
        return self.lists.get(listed, {}).get(code, "")


def read_structure(path: str | Path, language: str = "en") -> Codes:
    """Read codelists and their use from an SDMX-ML 2.1 structure message.

    Parameters
    ----------
    path : str or Path
        The message; gzip is fine.
    language : str
        Which of several names is taken; the first there is where it is missing.

    Raises
    ------
    MadeinError
        If the file is no such message or is refused (see `madein.indices.sdmx.xml`).
    """
    path = Path(path)
    lists: dict[str, dict[str, str]] = {}
    uses: dict[str, str] = {}
    dimensions: list[str] = []
    stack: list[tuple[str, dict[str, str]]] = []
    named: set[tuple[str, str]] = set()

    def start(name: str, attributes: dict[str, str], line: int) -> None:
        stack.append((name, attributes))
        if not line or name not in ("Ref", "Codelist", "Dimension", "Code"):
            return
        if name == "Codelist":
            lists.setdefault(attributes.get("id", ""), {})
        elif name == "Dimension":
            dimensions.append(attributes.get("id", ""))
        elif name == "Ref" and len(stack) > 2 and stack[-2][0] == "Enumeration":
            owner = next((a for n, a in reversed(stack) if n in ("Dimension", "Attribute", "PrimaryMeasure")), None)
            if owner:
                uses[owner.get("id", "")] = attributes.get("id", "")

    def end(name: str, text: str) -> None:
        _, attributes = stack.pop()
        if name != "Name" or len(stack) < 2 or stack[-1][0] != "Code":
            return
        owner = next((a for n, a in reversed(stack) if n == "Codelist"), None)
        if owner is None:
            return
        listed, code = owner.get("id", ""), stack[-1][1].get("id", "")
        wanted = attributes.get("lang", language) == language
        if code not in lists[listed] or (wanted and (listed, code) not in named):
            lists[listed][code] = text
        if wanted:
            named.add((listed, code))

    stream(path, path.name, start, end)
    if not lists and not dimensions:
        raise MadeinError("the file holds no codelist and no data structure", path.name, fix="give an SDMX-ML 2.1 structure message")
    return Codes(lists, uses, tuple(dimensions))
