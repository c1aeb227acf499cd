"""Purchasing managers' indices from their components; weights are data with their dates (``schemes.yaml``)."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from madein.core.errors import MadeinError, Problems
from madein.core.period_labels import fold
from madein.core.periods import Period

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Scheme:
    """How components make a composite, from some month on.

    Parameters
    ----------
    key, name, source : str
        How settings and readers call it, and where it is written.
    since : int
        First month (`madein.core.periods.month_number`).
    weights : mapping of str to float
        By component, summing to one.
    inverted : frozenset of str
        Components that count as 100 less their index.
    names : mapping of str to str
        Component by each of its names, folded.
    direction : {"quicker", "slower"}
        Which delivery times raise their component.
    """

    key: str
    name: str
    source: str
    since: int
    weights: Mapping[str, float]
    inverted: frozenset[str]
    names: Mapping[str, str]
    direction: str

    def component(self, name: str) -> str | None:
        """The component of a name as tables print it."""
        return self.names.get(plain(name))


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite index.

    Parameters
    ----------
    value : float
        0 to 100.
    low, high : float
        What the rounding of the components leaves.
    parts : mapping of str to float
        Weight times component (inverted where it is), summing to `value`.
    scheme : Scheme
        Weights used.
    """

    value: float
    low: float
    high: float
    parts: Mapping[str, float]
    scheme: Scheme


def plain(name: str) -> str:
    """A component's name without case, marks, apostrophes and underscores.

    Examples
    --------
    >>> plain("Suppliers' Delivery_Times")
    'suppliers delivery times'
    """
    text = fold(name.replace("_", " ").replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))
    for closing in (" index", " (seasonally adjusted)", " (sa)"):
        text = text.removesuffix(closing)
    return text


@functools.cache
def tables() -> Mapping[str, Any]:
    """Schemes and words of answers as ``schemes.yaml`` holds them."""
    import yaml

    held: Mapping[str, Any] = yaml.safe_load(resources.files("madein.indices.diffusion").joinpath("schemes.yaml").read_text("utf-8"))
    return held


def scheme(key: str, month: int | None = None) -> Scheme:
    """The weights of a composite in force in a month; the youngest if no month is named.

    Raises
    ------
    MadeinError
        If no scheme is called so, or none was in force yet.

    Examples
    --------
    >>> from madein.core.periods import month_number
    >>> scheme("ism", month_number(2007, 12)).weights["new_orders"], scheme("ism").weights["new_orders"]
    (0.3, 0.2)
    """
    schemes = tables()["schemes"]
    if key not in schemes:
        raise MadeinError(f"no composite is called {key!r}", fix=f"name one of: {', '.join(schemes)}")
    about = schemes[key]
    versions = [(Period.parse(str(v["from"])).first_month, v) for v in about["versions"]]
    fit = [(since, v) for since, v in versions if month is None or since <= month]
    if not fit:
        at = Period.months(versions[0][0]).label()
        raise MadeinError(f"{about['name']} has no weights before {at}", fix="choose a later month, or give weights of your own")
    since, version = fit[-1]
    weights = {k: float(w) for k, w in version["weights"].items()}
    names = {plain(n): k for k in weights for n in (k, *about["names"].get(k, ()))}
    return Scheme(key, about["name"], about["source"], since, weights, frozenset(version["inverted"]), names, about["direction"])


def composite(components: Mapping[str, float], key: str = "sp_global", month: int | None = None, *, half: float = 0.0) -> Composite:
    """Composite of component indices.

    Parameters
    ----------
    components : mapping of str to float
        Index of each component by name, 0 to 100, seasonally adjusted and coded as its publisher does: S&P Global's delivery
        times rise when deliveries get quicker, ISM's when they get slower.
    key : str
        ``sp_global`` or ``ism``.
    month : int, optional
        Decides between weights of different times; the youngest if left out.
    half : float
        Half a unit of the last digit printed.

    Raises
    ------
    MadeinError
        If a component is missing, unknown, given twice or out of range.

    Examples
    --------
    >>> january = {"New Orders": 52.5, "Production": 50.4, "Employment": 47.1, "Supplier Deliveries": 49.1, "Inventories": 46.2}
    >>> round(composite(january, "ism").value, 2)
    49.06
    """
    held = scheme(key, month)
    found: dict[str, float] = {}
    for name, value in components.items():
        component = held.component(name)
        if component is None:
            raise MadeinError(f"{name!r} is no component of the {held.name}", fix=f"give {', '.join(held.weights)}")
        if component in found:
            raise MadeinError(f"component {component} is given twice", fix="keep one")
        if not 0 <= value <= 100:
            raise MadeinError(f"{name} is {value:g}", why="a diffusion index lies between 0 and 100", fix="check the number")
        found[component] = float(value)
    missing = [k for k in held.weights if k not in found]
    if missing:
        raise MadeinError(f"the {held.name} lacks {', '.join(missing)}", fix="give every component; none is assumed")
    parts = {k: w * (100 - found[k] if k in held.inverted else found[k]) for k, w in held.weights.items()}
    value = sum(parts.values())
    return Composite(value, value - half, value + half, parts, held)


def composites(series: pl.DataFrame, key: str = "sp_global", *, half: float | None = None, where: str = "") -> dict[int, Composite]:
    """Composite of every month of component indices.

    Parameters
    ----------
    series : polars.DataFrame
        ``series`` (component by any of its names), ``month`` and ``value``, perhaps ``half``. Series that are no component are
        left aside.
    key : str
        ``sp_global`` or ``ism``.
    half : float, optional
        Half a unit of the last digit of every component; the ``half`` of the rows if left out.
    where : str
        What messages call the series.

    Returns
    -------
    dict of int to Composite
        By month, in their order.

    Raises
    ------
    BadInput
        With every month that lacks a component or holds one that is out of range.

    Examples
    --------
    >>> import polars as pl
    >>> names = ["New Orders", "Production", "Employment", "Supplier Deliveries", "Inventories"]
    >>> january = pl.DataFrame({"series": names, "month": 24288, "value": [52.5, 50.4, 47.1, 49.1, 46.2]})
    >>> round(composites(january, "ism")[24288].value, 2)
    49.06
    """
    import polars as pl

    held = scheme(key)
    names = series["series"].unique().sort().to_list()
    known = {n: c for n in names if (c := held.component(n))}
    if len(known) < len(held.weights):
        lacking = [k for k in held.weights if k not in known.values()]
        raise MadeinError(f"no series is {', '.join(lacking)}", where, f"the {held.name} is made of {', '.join(held.weights)}",
                          "give every component; the series are: " + ", ".join(map(repr, names[:12])))  # fmt: skip
    rows = series.filter(pl.col("series").is_in(list(known)))
    problems = Problems(where)
    out: dict[int, Composite] = {}
    for (month,), part in rows.sort("month").group_by("month", maintain_order=True):
        number = int(str(month))
        wide = float(part["half"].max()) if half is None and "half" in part.columns else half or 0.0  # type: ignore[arg-type]
        try:
            out[number] = composite(dict(part.select("series", "value").iter_rows()), key, number, half=wide)
        except MadeinError as fault:
            p = fault.problems[0]
            problems.error(p.what, at=str(Period.months(number)), why=p.why, fix=p.fix)
    problems.raise_errors()
    return out
