"""The index of industrial production from establishment x product rows.

Products are volumes (quantities, or values over price indices). A product's relative is its volume over the monthly average
of the base year; a class is the mean of its products' relatives weighted by value of output; divisions, sections and the
total are means weighted by gross value added. Where weights change the segments are chained.

Source: UN, International Recommendations for the Index of Industrial Production 2010 (Statistical Papers F 107).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import Problems
from madein.core.periods import Period
from madein.indices.compilation.chain import Chain, Method, Segment, segments_of
from madein.indices.compilation.fill import fill
from madein.indices.compilation.industries import classification
from madein.indices.compilation.model import Compiled, to_reference
from madein.indices.compilation.panel import CARRIED, DONORS, Completed, Imputation, ProductVolumes, by_product, impute
from madein.indices.compilation.rows import Measure, Reports, lay
from madein.indices.compilation.tree import Plan, Tree
from madein.indices.compilation.units import Conversion
from madein.indices.compilation.weighting import TOLERANCE, Weights, class_weights, weights_of

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from madein.indices.compilation.weighting import WeightsLike

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

_SHOWN = 10


def compile_index(
    rows: pl.DataFrame,
    weights: WeightsLike,
    product_weights: WeightsLike | None = None,
    *,
    base_year: int | None = None,
    reference: int | None = None,
    method: Method = "annual",
    industries: str = "isic4",
    measure: Measure = "auto",
    imputation: Imputation = "growth",
    entrants: Literal["link", "count"] = "link",
    late: int = 3,
    conversions: Sequence[Conversion] = (),
    tolerance: float = TOLERANCE,
    where: str = "",
    weights_from: str = "",
    products_from: str = "",
) -> Compiled:
    """Compile product, class, division, section and total indices.

    Parameters
    ----------
    rows : polars.DataFrame
        One row for each establishment, product and month: ``establishment``, ``product``, ``industry`` (class of ISIC or
        VSIC), ``month`` (`madein.core.periods.month_number`, or a label), ``quantity`` and ``unit``, or ``value`` and
        ``price`` (price index); perhaps ``stratum`` and ``row`` (where the row stands). An empty quantity is a report that
        is missing.
    weights : mapping or polars.DataFrame
        Gross value added of classes: by code; by year and code; or a frame ``industry``, ``weight``, ``year``.
    product_weights : mapping or polars.DataFrame, optional
        Value of output of products, in the same forms (``product``, ``weight``, ``year``, perhaps ``base_quantity``: the
        monthly average of the base year). Left out, the values of the rows in the base year are added up.
    base_year : int, optional
        Year of weights that name none.
    reference : int, optional
        Year whose mean is 100; the year of the oldest weights if left out.
    method : {"annual", "one_period", "over_the_year"}
        How segments with different weights are chained.
    industries : {"isic4", "vsic2018", "vsic2025"}
        Classification of the rows.
    measure : {"auto", "quantity", "deflation"}
        Whether volumes are quantities or deflated values; by product if ``auto``: quantities where there are any.
    imputation : {"growth", "year", "carry", "refuse"}
        What stands for a missing report; see `madein.indices.compilation.panel.impute`.
    entrants : {"link", "count"}
        Whether establishments that come and go are linked, or their volume is added and left out.
    late : int
        Months of silence that count as missing reports, on the way or at the end; a longer silence is a stop, and a return
        after it a new beginning. A row with an empty quantity is no silence.
    conversions : sequence of Conversion
        Factors between units of measure of one product.
    tolerance : float
        By how much of itself a weight of a whole may differ from its parts'.
    where, weights_from, products_from : str
        What messages call the rows, the weights and those of products; weights are those of the rows' file if left out.

    Raises
    ------
    BadInput
        With every fault found and its row: duplicates, negatives, unknown classes, two units, missing weights.
    MadeinError
        If weights cannot be linked or the base year holds no data.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"establishment": ["a"] * 4, "product": ["fish", "chips"] * 2, "industry": ["1020", "2610"] * 2,
    ...     "month": ["2024-01"] * 2 + ["2024-02"] * 2, "quantity": [52.0, 430.0, 55.0, 460.0]})
    >>> products = pl.DataFrame({"product": ["fish", "chips"], "weight": [1.0, 1.0], "base_quantity": [50.0, 400.0]})
    >>> found = compile_index(rows, {"1020": 25.0, "2610": 75.0}, products, base_year=2020)
    >>> found.series("2610"), found.series().round(3)
    (array([107.5, 115. ]), array([106.625, 113.75 ]))
    """
    problems = Problems(where)
    held = classification(industries)
    reports = lay(rows, held, measure, late, conversions, problems)
    of_weights = Problems(weights_from or where)
    classes = class_weights(weights, held, base_year, tolerance, of_weights)
    problems.errors += of_weights.errors
    problems.raise_errors()
    products = _product_weights(product_weights, reports, classes, base_year, problems, products_from)
    problems.raise_errors()
    segments = segments_of([*classes.of, *products.of], reports.months)
    tree = Tree.of(reports, held, classes)
    plans = [_plan(s, reports, tree, classes, products, problems) for s in segments]
    problems.raise_errors()
    price = _prices(reports, plans[0])
    groups = [g[: len(reports.products)][reports.panel.product] for g in tree.groups]
    done = impute(reports.panel, imputation, price, groups)
    made = by_product(done, reports.panel.product, len(reports.products), entrants)
    padded = tree.pad(made)
    levels, shares, own, zero = [], [], [], []
    for plan in plans:
        filled = fill(padded.volume, plan.in_total, tree.groups, plan.product_base, plan.quantity, padded.breaks)
        level, share = tree.add_up(filled.relative, plan)
        levels.append(level)
        shares.append(share)
        own.append(filled.own)
        zero.append(filled.zero_base)
    chain = Chain(method, segments, reports.months)
    year = segments[0].reference if reference is None else reference
    level_of, share_of = np.array(levels), np.array(shares)
    index = to_reference(chain.index(level_of), reports.months, year, segments[0].reference)
    at = chain.segment_at
    periods = np.arange(len(at))
    own_then = np.array(own)[at, periods]
    imputed = tree.imputed(np.where(own_then, padded.imputed, 1.0), level_of[at, :, periods].T, share_of[at])
    _warn(reports, tree, np.array(zero), own_then, done, share_of, problems)
    return Compiled(
        tree.nodes, reports.months, index, imputed, level_of, share_of, chain, year, _imputations(reports, done),
        _links(reports, made, own_then), tuple(problems.warnings),
    )  # fmt: skip


def _product_weights(
    given: WeightsLike | None, reports: Reports, classes: Weights, base_year: int | None, problems: Problems, source: str
) -> Weights:  # fmt: skip
    if given is not None:
        of_products = Problems(source or problems.place())
        found = weights_of(given, "product", base_year, of_products)
        problems.errors += of_products.errors
        return found
    of: dict[int, dict[str, float]] = {}
    for year in classes.of:
        worth = reports.value[reports.months // 12 == year].sum(0)
        if worth.any():
            of[year] = dict(zip(reports.products, worth.tolist(), strict=True))
    if not of:
        problems.error("the products have no weights", why="no table of them is given, and the rows hold no values in a base year",
                       fix="give the value of output of each product, or a column value")  # fmt: skip
    return Weights(of, {})


def _plan(segment: Segment, reports: Reports, tree: Tree, classes: Weights, products: Weights, problems: Problems) -> Plan:
    cy, py = classes.at(segment.reference), products.at(segment.reference)
    years = reports.months // 12
    base, class_base = years == py, years == cy
    gva, worth, quantity = classes.of[cy], products.of[py], products.quantity.get(py, {})
    given = np.array([quantity.get(p, np.nan) for p in reports.products] + [np.nan] * tree.extra)
    # What stands for a class without rows is all of it.
    weight = np.array([worth.get(p, 0.0) for p in reports.products] + [1.0] * tree.extra)
    if not base.any() and not quantity:
        problems.error(f"the weights of {py} have no base", why=f"the rows hold no month of {py} and no base quantities are given",
                       fix="add the rows of that year, or a column base_quantity")  # fmt: skip
    elif base.any() and base.sum() < 12:
        problems.warn(f"the base year {py} has {int(base.sum())} months in the rows", why="its mean is that of these months")
    reported = (~np.isnan(reports.panel.volume[base])).any(0)
    there = np.bincount(reports.panel.product[reported], minlength=len(reports.products)) > 0
    unweighed = [p for p, here in zip(reports.products, there, strict=True) if here and p not in worth]
    for name in unweighed[:_SHOWN]:
        problems.error(f"product {name!r} has no weight of {py}", why="it was made in that year", fix="add its value of output, 0 to leave it out")
    of_class = np.bincount(tree.groups[0], weight, len(tree.classes))
    for i, code in enumerate(tree.classes):
        share = gva.get(code)
        if share is None and of_class[i] > 0 and there[tree.groups[0][: len(there)] == i].any():
            problems.error(f"class {code} has no weight of {cy}", why="its products have", fix="add its gross value added, 0 to leave it out")
        if share and not of_class[i] > 0 and not unweighed:
            problems.error(f"class {code} has a weight of {cy}, none of its products has one of {py}", fix="weigh its products")
    with np.errstate(invalid="ignore", divide="ignore"):
        # A class that counts for nothing yet is shown as the plain mean of its products.
        plain = 1 / np.bincount(tree.groups[0], minlength=len(tree.classes))
        in_class = np.where(of_class[tree.groups[0]] > 0, weight / of_class[tree.groups[0]], plain[tree.groups[0]])
    total = np.array([gva.get(c, 0.0) for c in tree.classes])
    total = total / total.sum()
    return Plan(in_class, in_class * total[tree.groups[0]], given, base, class_base if class_base.any() and cy != py else np.zeros_like(base))


def _prices(reports: Reports, plan: Plan) -> FloatArray:
    """Weight of one unit of volume of each unit of the panel, from what was reported in the base year."""
    volume = reports.panel.volume
    base = plan.product_base if plan.product_base.any() else np.ones(len(volume), dtype=bool)
    monthly = np.bincount(reports.panel.product, np.nansum(volume[base], axis=0), len(reports.products)) / base.sum()
    count = len(reports.products)
    quantity = np.where(np.isnan(plan.quantity[:count]), monthly, plan.quantity[:count])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(quantity > 0, plan.in_total[:count] / quantity, np.nan)[reports.panel.product]


def _warn(
    reports: Reports, tree: Tree, zero: NDArray[np.bool_], own: NDArray[np.bool_], done: Completed, shares: FloatArray, problems: Problems
) -> None:  # fmt: skip
    count = len(reports.products)
    idle_once = np.asarray(zero.any(0)).reshape(-1)[:count]
    for i in np.flatnonzero(idle_once)[:_SHOWN].tolist():
        first = np.flatnonzero(own[:, i])
        when = f"linked in in {Period.months(int(reports.months[first[0]]))}" if len(first) else "it moves with its class"
        problems.warn(f"product {reports.products[i]!r} has no production in a base year", why=when)
    for name in tree.products[count:]:
        problems.warn(f"class {name[1:-1]} has a weight and no rows", why="it moves with its division")
    idle = [p for p, s in zip(reports.products, shares[:, -count:].max(0), strict=True) if s == 0]
    if idle:
        problems.warn(f"{len(idle):,} products have no weight in any base", why=", ".join(idle[:5]), fix="weigh them in the next base")
    missing = int((done.donor >= 0).sum())
    if missing:
        carried = int((done.donor == CARRIED).sum())
        problems.warn(f"{missing:,} missing reports are imputed", why=f"{carried:,} of them carry the last report" if carried else "each is flagged")


def _imputations(reports: Reports, done: Completed) -> pl.DataFrame:
    import polars as pl

    unit, month = np.nonzero((done.donor >= 0).T)
    names = np.array([*DONORS, "carried"], dtype=object)
    makers, products = np.array(reports.establishments, dtype=object), np.array(reports.products, dtype=object)
    return pl.DataFrame({
        "establishment": pl.Series(makers[reports.establishment[unit]].tolist(), dtype=pl.String),
        "product": pl.Series(products[reports.panel.product[unit]].tolist(), dtype=pl.String),
        "month": reports.months[month], "volume": done.volume[month, unit],
        "donors": pl.Series(names[done.donor[month, unit]].tolist(), dtype=pl.String),
    })  # fmt: skip


def _links(reports: Reports, made: ProductVolumes, own: NDArray[np.bool_]) -> pl.DataFrame:
    import polars as pl

    count = len(reports.products)
    alone = own[:, :count]
    turn = np.zeros_like(alone)
    turn[1:] = alone[1:] != alone[:-1]
    product, month = np.nonzero(((made.came + made.went > 0) | turn).T)
    names = np.array(reports.products, dtype=object)
    return pl.DataFrame({
        "product": pl.Series(names[product].tolist(), dtype=pl.String), "month": reports.months[month],
        "came": made.came[month, product], "went": made.went[month, product], "siblings": ~alone[month, product],
    })  # fmt: skip
