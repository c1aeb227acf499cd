"""Families of simulated economies: one YAML file each, read whole, refused loudly where a field is unknown or cannot hold."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from madein.core.errors import BadInput, MadeinError, Problem

Share = Annotated[float, Field(ge=0, le=1)]
_QUARTER = re.compile(r"(19|20|21)([0-9]{2})[- ]?[Qq]([1-4])")
_MONTH = re.compile(r"((?:19|20|21)[0-9]{2})-(0[1-9]|1[0-2])")


def _ratio(value: float) -> float:
    # A third-party family may write the mark-up as what is added: 0.08. As a ratio of prices that would be a sale at 8 %.
    return 1 + value if value < 0.5 else value


def _start(value: object) -> object:
    """A day, a number of quarters into the data, or a text such as 2018Q3, 2018-07 or 2018-07-06."""
    if isinstance(value, bool):
        raise ValueError("write a day, a quarter such as 2018Q3, or the number of quarters before it begins")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and value >= 1900:
        return date(value, 1, 1)
    if isinstance(value, str):
        if found := _QUARTER.fullmatch(value.strip()):
            return date(int(found[1] + found[2]), 3 * int(found[3]) - 2, 1)
        if found := _MONTH.fullmatch(value.strip()):
            return date(int(found[1]), int(found[2]), 1)
        return int(value) if value.strip().isdigit() and len(value.strip()) < 4 else date.fromisoformat(value.strip())
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lag(_Part):
    """Whole quarters between the import of goods and their export: mean and longest."""

    mean: float = Field(0.0, ge=0)
    max: int = Field(0, ge=0, le=40)

    @model_validator(mode="after")
    def _within(self) -> Lag:
        if self.mean > self.max:
            raise ValueError(f"the mean lag of {self.mean} quarters exceeds the longest of {self.max}")
        return self


class Split(_Part):
    """Share of rerouted trade in which one firm imports and another exports, and the share of those under one address."""

    share: Share = 0.0
    same_address_share: Share = 0.0


class Normal(_Part):
    """Mean and standard deviation."""

    mean: float = Field(1.0, gt=0)
    sd: float = Field(0.0, ge=0)


class Markup(Normal):
    """Export over import price per kilogram of the same goods; a mean below 0.5 is read as what is added to 1."""

    mean: Annotated[float, AfterValidator(_ratio)] = Field(1.08, ge=0)


class ValueAdded(_Part):
    """Share of value added at home in the export value: mean and standard deviation over firms."""

    mean: float = Field(0.4, ge=0, lt=1)
    sd: float = Field(0.05, ge=0)


class Honest(_Part):
    """Firms that import and export under one code and truly work on the goods: their share of firms, their value added."""

    share: Share = 0.0
    value_added: ValueAdded = ValueAdded()


class Wedge(_Part):
    """Added rate on the source's goods: share of codes it falls on, percentage points, and when it begins."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    hs_share: Share = 0.0
    points: float = Field(0.0, ge=0)
    start: Annotated[date | int | None, BeforeValidator(_start)] = Field(None, alias="from")


class Family(_Part):
    """One family: what is planted, how it hides, and how large the economy is.

    What a file leaves out does not happen (shares of zero); the sizes must be given. `name` and `description` are for people.

    Attributes
    ----------
    share_rerouted : float
        Share, by value, of exports to the market that were made in the source country and declared as made at home.
    lag_quarters, split_firms, markup, mass_ratio, honest_processors, tariff_wedge
        See the classes of this module.
    mixing_share : float
        Share of rerouted trade shipped together, on one line, with goods truly made at home.
    partial_processing_share : float
        Share that is worked on a little, too little to originate; half of it leaves under a sister code of the same six digits.
    new_exporter_share : float
        Share that leaves through a firm founded for it.
    n_firms, n_provinces, n_hs8, quarters : int
        Sizes of the economy and length of the data.
    """

    name: str = ""
    description: str = ""
    share_rerouted: float = Field(0.0, ge=0, le=0.9)
    lag_quarters: Lag = Lag()
    split_firms: Split = Split()
    mixing_share: Share = 0.0
    markup: Markup = Markup()
    mass_ratio: Normal = Normal(mean=1.0, sd=0.03)
    partial_processing_share: Share = 0.0
    honest_processors: Honest = Honest()
    new_exporter_share: Share = 0.0
    n_firms: int = Field(ge=10, le=5_000_000)
    n_provinces: int = Field(ge=1)
    n_hs8: int = Field(ge=8, le=40_000)
    quarters: int = Field(ge=1, le=80)
    tariff_wedge: Wedge = Wedge()


def _description(text: str) -> str:
    """The comment a family file opens with."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    return " ".join(lines)


def parse_family(text: str, name: str, where: str = "") -> Family:
    """A family from YAML text.

    Parameters
    ----------
    text : str
        Either the fields themselves, or one name with the fields under it.
    name : str
        What to call it where the text does not say.
    where : str
        How messages call the text.

    Raises
    ------
    BadInput
        On YAML that cannot be read, a field that is unknown, missing or out of range; all of them are named.

    Examples
    --------
    >>> parse_family("{n_firms: 50, n_provinces: 3, n_hs8: 20, quarters: 4, markup: {mean: 0.08}}", "tiny").markup.mean
    1.08
    """
    import yaml

    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise BadInput([Problem("the family is no YAML", where, " ".join(str(fault).split()), "correct the file")]) from fault
    if isinstance(data, dict) and len(data) == 1 and isinstance(next(iter(data.values())), dict) and next(iter(data)) not in Family.model_fields:
        (name, data), *_ = data.items()
    if not isinstance(data, dict):
        raise BadInput([Problem("the family holds no fields", where, "a mapping of field to value is expected", "start from one that is listed")])
    named = {"name": str(name), "description": _description(text), **data}
    try:
        return Family.model_validate(named)
    except ValidationError as fault:
        raise BadInput([_problem(e, where or name) for e in fault.errors()]) from fault


def _problem(error: Any, where: str) -> Problem:
    at = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return Problem(f"a family has no field {at}", where, "", "name one of: " + ", ".join(Family.model_fields))
    return Problem(f"{at} cannot be read" if at else "the family cannot be read", where, error["msg"], "correct the value")


@functools.cache
def families() -> Mapping[str, Family]:
    """The families that come with the package, by name.

    Examples
    --------
    >>> "null" in families(), families()["null"].share_rerouted
    (True, 0.0)
    """
    folder = resources.files("madein.screening.simulator").joinpath("families")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return {f.name.removesuffix(".yaml"): parse_family(f.read_text("utf-8"), f.name.removesuffix(".yaml"), f.name) for f in files}


def read_family(family: str | Path | Family) -> Family:
    """A family by name, from a file, or as it is.

    Raises
    ------
    MadeinError
        If it is neither a name that is listed nor a file.
    """
    if isinstance(family, Family):
        return family
    if isinstance(family, str) and family in families():
        return families()[family]
    path = Path(family)
    if not path.is_file():
        raise MadeinError(f"there is no family {str(family)!r}", fix=f"name a YAML file or one of: {', '.join(families())}")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise MadeinError("the family is not UTF-8 text", path.name, fix="save it as UTF-8") from fault
    return parse_family(text, path.stem, path.name)
