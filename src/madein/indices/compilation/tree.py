"""The tree of indices and how products add up along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.indices.compilation.industries import TOTAL, Classification
from madein.indices.compilation.model import Node
from madein.indices.compilation.panel import ProductVolumes
from madein.indices.compilation.rows import Reports
from madein.indices.compilation.weighting import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Weights of one segment.

    Parameters
    ----------
    in_class, in_total : ndarray, shape (products,)
        Share of each product in its class and in all industry.
    quantity : ndarray, shape (products,)
        Monthly average of the base year where it was given, else NaN.
    product_base, class_base : ndarray of bool, shape (periods,)
        Months of the base year of the products; of the classes where that is another year, else none.
    """

    in_class: FloatArray
    in_total: FloatArray
    quantity: FloatArray
    product_base: NDArray[np.bool_]
    class_base: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tree:
    """Which product is of which class, division and section.

    Parameters
    ----------
    products : tuple of str
        In the order of the reports; then one without volumes for each class that has a weight and no rows.
    classes : tuple of str
        Sorted.
    groups : three ndarray of int, shape (products,)
        Class, division and section of each product, numbers from 0.
    nodes : tuple of Node
        The total, sections, divisions, classes, products.
    counts : (int, int, int)
        Sections, divisions, classes.
    extra : int
        Products without volumes at the end.
    """

    products: tuple[str, ...]
    classes: tuple[str, ...]
    groups: tuple[IntArray, IntArray, IntArray]
    nodes: tuple[Node, ...]
    counts: tuple[int, int, int]
    extra: int

    @classmethod
    def of(cls, reports: Reports, held: Classification, classes: Weights) -> Tree:
        """The tree over what was reported and what is weighed."""
        weighed = {c for year in classes.of.values() for c, w in year.items() if w > 0}
        codes = sorted(weighed | set(reports.classes))
        empty = sorted(weighed - set(reports.classes))
        names = (*reports.products, *(f"({c})" for c in empty))
        at = {c: i for i, c in enumerate(codes)}
        divisions = sorted({c[:2] for c in codes})
        sections = sorted({held.section_of[d] for d in divisions})
        of_product = np.array([at[c] for c in (*reports.classes, *empty)])
        division = np.array([divisions.index(c[:2]) for c in codes])
        section = np.array([sections.index(held.section_of[d]) for d in divisions])
        nodes = [Node(TOTAL, "total", "", "Industry")]
        nodes += [Node(s, "section", TOTAL, held.labels[s][0]) for s in sections]
        nodes += [Node(d, "division", held.section_of[d], held.labels[d][0]) for d in divisions]
        nodes += [Node(c, "class", c[:2], c) for c in codes]
        nodes += [Node(p, "product", codes[i], p) for p, i in zip(reports.products, of_product.tolist(), strict=False)]
        groups = (of_product, division[of_product], section[division[of_product]])
        return cls(names, tuple(codes), groups, tuple(nodes), (len(sections), len(divisions), len(codes)), len(empty))

    def pad(self, made: ProductVolumes) -> ProductVolumes:
        """With the empty products of classes without rows."""
        wide = ((0, 0), (0, self.extra))
        volume = np.pad(made.volume, wide, constant_values=np.nan)
        return ProductVolumes(volume, np.pad(made.breaks, wide), np.pad(made.imputed, wide), np.pad(made.came, wide), np.pad(made.went, wide))

    def add_up(self, relative: FloatArray, plan: Plan) -> tuple[FloatArray, FloatArray]:
        """Levels and shares of all nodes in one segment, shape (nodes, periods) and (nodes,)."""
        sections, divisions, classes = self.counts
        in_class = plan.in_class
        level = _group_sum((in_class[:, None] * relative.T), self.groups[0], classes)
        share = _group_sum(plan.in_total, self.groups[0], classes)
        worth = plan.in_total
        if plan.class_base.any():
            # Value added of another year than the products' weights: the class level of that year is its base.
            mean = level[:, plan.class_base].mean(1)
            mean = np.where(mean > 0, mean, 1.0)
            level = level / mean[:, None]
            worth = worth / mean[self.groups[0]]
        levels, shares = [level], [share]
        division = np.array([d for _, d in sorted(set(zip(self.groups[0].tolist(), self.groups[1].tolist(), strict=True)))])
        section = np.array([s for _, s in sorted(set(zip(self.groups[1].tolist(), self.groups[2].tolist(), strict=True)))])
        for group, size in ((division, divisions), (section, sections), (np.zeros(sections, dtype=np.int64), 1)):
            whole = _group_sum(shares[0], group, size)
            worth_of = np.where(whole[group] > 0, shares[0], 1.0)
            levels.insert(0, _group_sum(worth_of[:, None] * levels[0], group, size) / _group_sum(worth_of, group, size)[:, None])
            shares.insert(0, whole)
        count = len(self.products) - self.extra
        return np.concatenate([*levels, relative.T[:count]]), np.concatenate([*shares, worth[:count]])

    def imputed(self, of_product: FloatArray, level: FloatArray, share: FloatArray) -> FloatArray:
        """Share imputed of every node, shape (nodes, periods), from that of the products, shape (periods, products)."""
        sections, divisions, classes = self.counts
        count = len(self.products) - self.extra
        heads = len(self.nodes) - count
        worth = np.zeros((len(self.products), len(of_product)))
        worth[:count] = share[:, heads:].T * level[heads:]
        first = 1 + sections + divisions
        worth[count:] = (share[:, first:heads].T * level[first:heads])[self.groups[0][count:]]
        part = worth * of_product.T
        out = []
        for group, size in ((np.zeros(len(self.products), dtype=np.int64), 1), *zip(self.groups[::-1], (sections, divisions, classes), strict=True)):
            with np.errstate(invalid="ignore", divide="ignore"):
                whole = _group_sum(worth, group, size)
                out.append(np.where(whole > 0, _group_sum(part, group, size) / whole, 0.0))
        return np.concatenate([*out, of_product.T[:count]])


def _group_sum(values: FloatArray, group: IntArray, size: int) -> FloatArray:
    """Sums over the first axis by group, in the order of the rows."""
    out = np.zeros((size, *values.shape[1:]))
    np.add.at(out, group, values)
    return out
