"""Worked examples of compilation and diffusion, and weights that reproduce published totals.

Every entry of ``indices/examples.json`` under MADEIN_REFERENCE goes through one adapter that looks at the fields an entry has,
not at which entry it is. What it has no kind for is told on the screen with the reason.
"""

from __future__ import annotations

import csv
import json
import re
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from madein.core.periods import Period, month_number
from madein.indices.compilation import (
    Chain,
    compile_index,
    contributions,
    estimate_weights,
    growth_across,
    laspeyres,
    rereference,
    segments_of,
    splice,
)
from madein.indices.compilation.chain import Method
from madein.indices.diffusion import composite, diffusion_index, scheme, survey_index
from madein.indices.diffusion.balance import mean_shares

Entry = Mapping[str, Any]
BASE = 2020
"""Year that stands for the base of an example that names none."""


class NoKindError(Exception):
    """The adapter has no kind for an entry."""


def words(entry: Entry) -> str:
    return f"{entry.get('id', '')} {entry.get('what', '')} {json.dumps(entry.get('input'), ensure_ascii=False) if isinstance(entry.get('input'), str) else ''}".lower()


def method_of(entry: Entry) -> Method:
    given = entry["input"].get("method", entry["input"].get("link", "")) if isinstance(entry["input"], Mapping) else ""
    text = f"{given} {words(entry)}".replace("-", " ").replace("_", " ").lower()
    if "over the year" in text:
        return "over_the_year"
    if re.search(r"(one|single|1) (period|quarter|month) overlap|(quarter|month|period) overlap|overlap of one|december", text):
        return "one_period"
    return "annual"


def products_and_classes(entry: Entry) -> Mapping[str, Any]:
    """Products with q0 and q, classes with value added."""
    given = entry["input"]
    gva = next(given[k] for k in ("gva", "value_added", "weights", "class_weights") if k in given)
    rows, table = [], []
    for code, held in given["products"].items():
        for name, series in held["q"].items():
            rows += [("all", f"{code} {name}", code, month_number(BASE + 1, 1) + t, value) for t, value in enumerate(series)]
            table.append((f"{code} {name}", held["weights"][name], held["q0"][name]))
    frame = pl.DataFrame(rows, ["establishment", "product", "industry", "month", "quantity"], orient="row", strict=False)
    products = pl.DataFrame(table, ["product", "weight", "base_quantity"], orient="row")
    found = compile_index(frame, gva, products, base_year=BASE)
    first = int(found.months[0])
    out: dict[str, Any] = {"class_index": {c: found.series(c).tolist() for c in gva}, "total": found.series().tolist()}
    for name in entry["output"]:
        growth = re.fullmatch(r"growth_month(\d+)_pct", name)
        points = re.fullmatch(r"contrib\w*?_month(\d+)_vs_month(\d+)", name)
        if growth:
            at = int(growth[1])
            out[name] = found.growth(first + at - 1, first + at - 2, by="class").rate
        elif points:
            a, b = (first + int(p) - 1 for p in points.groups())
            out[name] = {p.key: p.points for p in found.growth(a, b, by="class").parts}
    return out


def chained(entry: Entry) -> Mapping[str, Any]:
    """Quantities by year and period, weights by year."""
    given = entry["input"]
    names = list(given["quantities"])
    first = int(given.get("first_year", min(int(y) for y in given["weights"])))
    per_year = len(given["quantities"][names[0]][0])
    x = np.array([np.ravel(given["quantities"][n]) for n in names], dtype=float)
    numbers = np.arange(first * per_year, first * per_year + x.shape[1])
    weights = {int(y): np.array([w[n] for n in names], dtype=float) for y, w in given["weights"].items()}
    chain = Chain(method_of(entry), segments_of(list(weights), numbers, per_year), numbers, per_year)
    levels = np.array([x / x[:, chain.of_year(s.reference)].mean(1)[:, None] for s in chain.segments])
    shares = np.array([weights[s.reference] for s in chain.segments])
    total = chain.index(np.array([laspeyres(a, w) for a, w in zip(levels, shares, strict=True)]))
    told = re.search(r"reference (\d{4})", words(entry))
    total = rereference(total, numbers, int(given.get("reference", told[1] if told else first)), per_year)
    out: dict[str, Any] = {"index": total.tolist(), "total": total.tolist()}
    for year in range(first, int(numbers[-1]) // per_year + 1):
        out[f"index_{year}"] = total[chain.of_year(year)].tolist()
        out[f"annual_{year}"] = float(total[chain.of_year(year)].mean())
    for name in entry["output"] if isinstance(entry["output"], Mapping) else ():
        ends = [int(y) * per_year + int(p) - 1 - int(numbers[0]) for y, p in re.findall(r"(\d{4})[qm](\d+)", name)]
        if len(ends) == 2:
            points, growth = contributions(chain, levels, shares, min(ends), max(ends))
            out[name] = dict(zip(names, points.tolist(), strict=True)) if name.startswith("contrib") else growth
    return out


def two_periods(entry: Entry) -> Mapping[str, Any]:
    """Weights and the indices of parts in two periods."""
    given = entry["input"]
    w, i0, i1 = (given[k] for k in ("w", "I0", "I1"))
    names = list(w)
    numbers = np.arange(BASE * 12, BASE * 12 + 2)
    levels = np.array([[[i0[n], i1[n]] for n in names]], dtype=float) / 100
    points, growth = contributions(
        Chain("annual", segments_of([BASE], numbers), numbers), levels, np.array([[w[n] for n in names]], dtype=float), 0, 1
    )
    assert abs(points.sum() - growth) < 1e-12
    return {"growth_pct": growth, "contrib": dict(zip(names, points.tolist(), strict=True))}


def answers(entry: Entry) -> Mapping[str, Any]:
    """Counts or percentages of answers, perhaps by stratum with weights."""
    given = entry["input"]
    names = {"up": ("higher", "up", "better", "increase"), "same": ("same", "unchanged", "no_change"), "down": ("lower", "down", "worse", "decrease")}

    def shares(held: Mapping[str, float]) -> Any:
        return diffusion_index(*(next(float(held[n]) for n in said if n in held) for said in names.values()))

    if any(n in given for n in names["up"]):
        found = shares(given)
    else:
        strata = given["strata"]
        strata = strata if isinstance(strata, Mapping) else {str(i): s for i, s in enumerate(strata)}
        weight = {k: float(next(s[n] for n in ("weight", "w", "size", "share") if n in s)) for k, s in strata.items()}
        found = mean_shares({k: shares(s) for k, s in strata.items()}, weight)
    return {"": found.index, "index": found.index, "diffusion": found.index, "balance": found.balance}


def firms(entry: Entry) -> Mapping[str, Any]:
    """Answers of single firms, perhaps with strata, sizes and weights of strata."""
    given = entry["input"]
    held = given.get("firms", given.get("answers", given.get("responses")))
    held = [{"firm": k, **(v if isinstance(v, Mapping) else {"answer": v})} for k, v in held.items()] if isinstance(held, Mapping) else held
    said = {
        n: ("answer", "response", "reply", "change") if n == "answer" else (n, n[0], "weight" if n == "size" else n)
        for n in ("answer", "stratum", "size")
    }
    rows = []
    for i, firm in enumerate(held):
        cells = {n: next((firm[k] for k in keys if k in firm), None) for n, keys in said.items()}
        rows.append((str(firm.get("firm", i)), str(cells["answer"]), str(cells["stratum"] or ""), float(cells["size"] or 1), BASE * 12))
    weights = next((given[k] for k in ("strata_weights", "stratum_weights", "strata", "weights") if isinstance(given.get(k), Mapping)), None)
    table = pl.DataFrame(rows, ["firm", "answer", "stratum", "size", "month"], orient="row")
    row = survey_index(table, {k: float(w) for k, w in weights.items()} if weights else None).frame.row(0, named=True)
    return {"": row["value"], "index": row["value"], "diffusion": row["value"], "standard_error": row["error"], "se": row["error"], **row}


def components(entry: Entry) -> Mapping[str, Any]:
    """Components of a composite."""
    given = dict(entry["input"].get("components", entry["input"]))
    date = re.search(r"(January|February|March|April|May|June|July|August|September|October|November|December) (\d{4})", entry.get("what", ""))
    month = None
    if date:
        month = month_number(int(date[2]), "JanFebMarAprMayJunJulAugSepOctNovDec".index(date[1][:3]) // 3 + 1)
    for key in ("sp_global", "ism"):
        held = scheme(key, month)
        if {held.component(k) for k in given} == set(held.weights):
            value = composite({k: float(v) for k, v in given.items()}, key, month).value
            return {"": value, "composite": value, "pmi": value}
    raise NoKindError(f"no composite has the components {', '.join(given)}")


def referenced(entry: Entry) -> Mapping[str, Any]:
    """An index and the place of its new reference."""
    given = entry["input"]
    index = np.ravel(np.array(given["index"], dtype=float))
    year = given.get("reference_year", given.get("reference"))
    first = int(given.get("first_year", year))
    per_year = int(given.get("per_year", len(given["index"][0]) if isinstance(given["index"][0], list) else 12))
    found = rereference(index, np.arange(first * per_year, first * per_year + len(index)), int(year), per_year)
    return {"": found.tolist(), "index": found.tolist()}


def bases(entry: Entry) -> Mapping[str, Any]:
    """An old and a new base that overlap."""
    given = entry["input"]
    old, new = (np.array([np.nan if v is None else float(v) for v in given[k]]) for k in ("old", "new"))
    held = np.flatnonzero(~np.isnan(old) & ~np.isnan(new))
    overlap = np.array(given.get("overlap", held.tolist()))
    return {
        "": splice(old, new, overlap).tolist(),
        "index": splice(old, new, overlap).tolist(),
        "growth_pct": growth_across(old, new, 0, len(new) - 1, overlap),
    }


KINDS: list[tuple[frozenset[str], Callable[[Entry], Mapping[str, Any]]]] = [
    (frozenset({"firms"}), firms),
    (frozenset({"answers"}), firms),
    (frozenset({"responses"}), firms),
    (frozenset({"products"}), products_and_classes),
    (frozenset({"quantities", "weights"}), chained),
    (frozenset({"w", "I0", "I1"}), two_periods),
    (frozenset({"higher", "lower"}), answers),
    (frozenset({"up", "down"}), answers),
    (frozenset({"strata"}), answers),
    (frozenset({"employment", "new_orders"}), components),
    (frozenset({"components"}), components),
    (frozenset({"index", "reference_year"}), referenced),
    (frozenset({"index", "reference"}), referenced),
    (frozenset({"old", "new"}), bases),
]


def result(entry: Entry) -> Mapping[str, Any]:
    given = entry["input"]
    if not isinstance(given, Mapping):
        raise NoKindError("its input is no set of fields")
    for fields, kind in KINDS:
        if fields <= set(given):
            return kind(entry)
    raise NoKindError(f"no kind has the fields {', '.join(given)}")


def with_shared_input(entries: list[Entry]) -> list[Entry]:
    """An input that names another entry, as a text, in a field or in the words of an entry without one, begins with that entry's."""
    by_id = {e["id"]: e for e in entries}
    out = []
    for entry in entries:
        given = entry.get("input")
        fields = dict(given) if isinstance(given, Mapping) else {}
        texts = [v for v in fields.values() if isinstance(v, str)]
        said = given if isinstance(given, str) else " ".join(texts) or (entry.get("what", "") if not fields else "")
        named = next((i for i in re.findall(r"[A-Z][0-9]+[a-z]?", str(said)) if i in by_id and i != entry["id"]), None)
        inherited = by_id[named]["input"] if named else None
        out.append({**entry, "input": {**inherited, **fields}} if isinstance(inherited, Mapping) else entry)
    return out


def worked(reference: Path) -> list[Entry]:
    file = reference / "indices" / "examples.json"
    if not file.is_file():
        pytest.skip("no worked examples: MADEIN_REFERENCE holds no indices/examples.json")
    return with_shared_input(json.loads(file.read_text("utf-8")))


def equal(found: Any, expected: Any, place: str) -> list[str]:
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping) or set(found) != set(expected):
            return [f"{place}: expected {expected}, got {found}"]
        return [w for k, v in expected.items() for w in equal(found[k], v, f"{place}.{k}")]
    a, b = np.ravel(np.array(found, dtype=float)), np.ravel(np.array(expected, dtype=float))
    # Numbers as published have their last digit; all others are exact.
    near = (
        abs(a - b) <= 0.05 + 1e-9
        if place.endswith("published")
        else np.isclose(a, b, rtol=1e-9, atol=1e-9)
        if a.shape == b.shape
        else np.array([False])
    )
    return [] if a.shape == b.shape and near.all() else [f"{place}: expected {expected}, got {found}"]


def test_every_worked_example(reference: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, skipped, done = [], [], 0
    for entry in worked(reference):
        try:
            found = result(entry)
        except NoKindError as why:
            skipped.append(f"{entry['id']} skipped: {why}")
            continue
        done += 1
        for key in (k for k in entry if k.startswith("output")):
            expected = entry[key] if isinstance(entry[key], Mapping) else {"": entry[key]}
            known = {name: value for name, value in expected.items() if name in found}
            skipped += [f"{entry['id']} {name} skipped: nothing is computed under that name" for name in expected if name not in found]
            for name, value in known.items():
                wrong += equal(found[name], value, f"{entry['id']} {name or key}")
            if expected and not known:
                wrong.append(f"{entry['id']} {key}: none of {', '.join(expected)} is computed")
    with capsys.disabled():
        print("", *skipped, f"{done} worked examples of compilation and diffusion", sep="\n  ")
    assert wrong == []
    assert done


ISM = {
    (2024, 1): ((52.5, 50.4, 47.1, 49.1, 46.2), 49.1),
    (2024, 2): ((49.2, 48.4, 45.9, 50.1, 45.3), 47.8),
    (2024, 3): ((51.4, 54.6, 47.4, 49.9, 48.2), 50.3),
    (2024, 5): ((45.4, 50.2, 51.1, 48.9, 47.9), 48.7),
}
"""New orders, production, employment, deliveries, inventories and the index, as ISM first released them."""


@pytest.mark.parametrize("month", ISM)
def test_published_ism_months(month: tuple[int, int]) -> None:
    parts, published = ISM[month]
    found = composite(dict(zip(scheme("ism").weights, parts, strict=True)), "ism", month_number(*month), half=0.05)
    assert round(found.value + 1e-9, 1) == published


def official(reference: Path) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    series: dict[str, dict[int, float]] = {}
    for name in ("total", "mining", "manufacturing", "electricity", "water"):
        file = reference / "indices" / "series" / f"vn_iip_{name}.csv"
        if not file.is_file():
            pytest.skip(f"no {file.name} under MADEIN_REFERENCE/indices/series")
        with file.open(encoding="utf-8", newline="") as rows:
            series[name] = {Period.parse(r["period"]).first_month: float(r["value"]) for r in csv.DictReader(rows)}
    months = np.array(sorted(set.intersection(*(set(s) for s in series.values()))))
    values = {n: np.array([s[m] for m in months.tolist()]) for n, s in series.items()}
    return months, values.pop("total"), values


PRINTED = {"mining": 0.157, "manufacturing": 0.737, "electricity": 0.089, "water": 0.016}


def test_weights_reproduce_the_published_total(reference: Path) -> None:
    """Weights that print as these three digits give every month from 2023 on within 0.01 of an index point."""
    months, total, sections = official(reference)
    since = month_number(2023, 1)
    free = estimate_weights(total, sections, months, since=since)
    assert {n: round(float(w), 3) for n, w in zip(free.names, free.weights, strict=True)} == PRINTED
    assert free.largest_error <= 0.01
    boxed = estimate_weights(total, sections, months, since=since, printed=PRINTED, half=0.0005)
    assert boxed.largest_error <= 0.01
    assert abs(boxed.weights.sum() - 1) < 1e-12
    # Three digits alone sum to 0.999 and leave that much of the level out: the missing digits are needed.
    assert np.abs(total - sum(w * sections[n] for n, w in PRINTED.items()))[months >= since].max() > 0.1


def test_section_indices_compile_to_the_published_total(reference: Path) -> None:
    """The compiler itself, each section one product: its total is the published one, and contributions add up."""
    months, total, sections = official(reference)
    found = estimate_weights(total, sections, months, since=month_number(2023, 1))
    classes = {"mining": "0610", "manufacturing": "1410", "electricity": "3510", "water": "3600"}
    rows = pl.DataFrame(
        [("nso", n, classes[n], m, v) for n, s in sections.items() for m, v in zip(months.tolist(), s.tolist(), strict=True)],
        ["establishment", "product", "industry", "month", "quantity"], orient="row",
    )  # fmt: skip
    products = pl.DataFrame({"product": list(classes), "weight": [1.0] * 4, "base_quantity": [100.0] * 4})
    made = compile_index(rows, {classes[n]: float(w) for n, w in zip(found.names, found.weights, strict=True)}, products, base_year=2015)
    late = months >= month_number(2023, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.abs(made.series() - total)[late].max() <= 0.01
    growth = made.growth(month_number(2024, 2), month_number(2023, 2))
    assert abs(sum(p.points for p in growth.parts) - growth.rate) < 1e-12
    assert [p.key for p in growth.parts] == ["B", "C", "D", "E"]
