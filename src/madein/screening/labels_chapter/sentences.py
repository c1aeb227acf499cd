"""Findings of the chapter: the engine's sentences with figures in their holes, the leak first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from madein.core.step import Figure, Table
from madein.screening.labelled import Saying, describe
from madein.screening.labels_chapter import Case
from madein.screening.labels_chapter.figures import auc_id, error_id, leak_id, novelty_id, part_id, search_id, top_id

_SPREAD = re.compile(r"\{(?:([a-z]+)_)?low\} to \{(?:[a-z]+_)?high\}")
"""Two holes that are the bounds of one figure."""
_MAIN = {"leak": "kappa", "skill": "auc"}
"""Whose bounds the holes without a name before them are."""
METHODS = {"none": "none", "platt": "Platt's line", "beta": "beta", "isotonic": "isotonic"}
"""What ways of calibration are called."""
_UNNAMED = "columns that the table below names"
_WORDS = {"few": "one percent", "more": "five percent"}
"""Shares that the engine's sentences speak of: a digit outside a hole would be a number without a certificate."""


def findings(case: Case, tables: Mapping[str, Table], held: Mapping[str, Figure]) -> Iterator[str]:
    """Sentences in reading order: columns that carry the label, the parts, the model to speak of, the other one."""
    said = describe(case.result)
    leaks = [s for s in said if s.about == "leak"]
    for n, saying in enumerate(leaks):
        yield from _told(saying.text, _leak(case, saying, f"{n + 1:02}"), "leak", held)
    yield _parts(case)
    at = [i for i, s in enumerate(said) if s.about == "skill"] + [len(said)]
    groups = [said[a:b] for a, b in zip(at, at[1:], strict=False)]
    for model, group in reversed(list(zip(case.result.models, groups, strict=True))):
        for saying in group:
            holes = _novelty(case, saying, model.name, tables) if saying.about == "novelty" else _measured(case, saying, model.name)
            if holes is not None:
                yield from _told(saying.text, holes, saying.about, held)


def spoken(name: str) -> bool:
    """Whether a name may stand in a sentence: digits are kept for figures, braces for holes.

    Examples
    --------
    >>> spoken("Tax rate"), spoken("HS10")
    (True, False)
    """
    return not any(c.isdigit() or c in "{}" for c in name)


def named(columns: tuple[str, ...]) -> str:
    """Columns in a sentence; those that cannot stand in one are left to the table.

    Examples
    --------
    >>> named(("Tax rate", "Origin")), named(("Origin", "HS10")), named(("HS10",))
    ('Tax rate and Origin', 'Origin and others that the table below names', 'columns that the table below names')
    """
    held = [c for c in columns if spoken(c)]
    if not held:
        return _UNNAMED
    if len(held) < len(columns):
        return ", ".join(held) + " and others that the table below names"
    return " and ".join(filter(None, (", ".join(held[:-1]), held[-1])))


def _told(text: str, holes: Mapping[str, str], about: str, held: Mapping[str, Figure]) -> Iterator[str]:
    """A sentence with the ids of figures, or their words, in its holes; none where a figure of it is missing."""
    for key in holes.values():
        if key.startswith("{") and held[key[1:-1].partition("|")[0]].value is None:
            return
    main = holes.get(_MAIN.get(about, ""), "")
    # A figure says of what it is a number.
    text = text.replace("{rows} rows", "{rows} it is").replace("{searched} sets", "{searched}")
    out = []
    for part in re.split(r"(\{[a-z_]+\})", _SPREAD.sub(lambda m: f"{{{m[1] or ''}__}}", text)):
        name = part[1:-1] if part.startswith("{") else ""
        if name.endswith("__"):
            id_ = holes[name[:-2]] if name != "__" else main
            out.append(id_[:-1] + "|interval}")
        else:
            out.append(holes[name] if name else part)
    told = "".join(out)
    yield told[0].upper() + told[1:] if told.startswith(_UNNAMED) else told


def _hole(id_: str) -> str:
    return f"{{{id_}}}"


def _leak(case: Case, saying: Saying, number: str) -> dict[str, str]:
    held = case.result.leaks
    if "searched" in saying.values:
        return {"searched": _hole(search_id(case, "leak_sets"))}
    if "why" in saying.values:
        return {"why": held.absent if spoken(held.absent) else "a part has too few rows of one kind"}
    out = {hole: _hole(leak_id(case, measure, number))
           for hole, measure in (("seen", "values_seen"), ("agree", "label_repeats"), ("kappa", "label_kappa"), ("auc", "label_auc"))}  # fmt: skip
    if "names" in saying.values:
        out["names"] = named(held.leaks[int(number) - 1].columns)
        left = case.result.models[-1].name
        out["after"] = f"reaches {_hole(auc_id(case, left))}" if len(case.result.models) > 1 else "cannot be had, because no column is left"
    return out


def _parts(case: Case) -> str:
    train, test = part_id(case, "training"), part_id(case, "test")
    share = part_id(case, "test", "label_share")
    return (
        f"{{{train}}} with the result of an inspection ({{{train}|period}}) were learnt from, and what was learnt is tested on {{{test}}} "
        f"({{{test}|period}}), of which {{{share}}} bear the label."
    )


def _measured(case: Case, saying: Saying, model: str) -> dict[str, str]:
    """What fills a sentence about skill, calibration or revenue of a model."""

    def at(measure: str, order: str, first: float = 1) -> str:
        return _hole(top_id(case, measure, model, order, first))

    if saying.about == "skill":
        one, five = (at("inspected_precision", "probability", first) for first in (1, 5))
        return {**_WORDS, "name": model, "auc": _hole(auc_id(case, model)), "one": one, "five": five}
    if saying.about == "calibration":
        of = {"error": "after", "width": "width", "before": "before", "chance": "chance"}
        return {hole: _hole(error_id(case, model, which)) for hole, which in of.items()} | {"method": METHODS[str(saying.values["method"])]}
    orders = {"": "expected", "_p": "probability"}
    return {**_WORDS, **{f"rev{end}": at("inspected_revenue", order) for end, order in orders.items()},
            **{f"pre{end}": at("inspected_precision", order) for end, order in orders.items()}}  # fmt: skip


def _novelty(case: Case, saying: Saying, model: str, tables: Mapping[str, Table]) -> dict[str, str] | None:
    rows: dict[str, dict[str, Any]] = {
        r["values"]: r for r in tables["novelty"].frame.iter_rows(named=True) if r["model"] == model and r["columns"] == saying.values["tuple"]
    }
    if set(rows) != {"seen", "new"}:
        return None
    name = str(saying.values["tuple"])
    return {
        "tuple": name if spoken(name) else "values in the columns named below", "seen": _hole(novelty_id(case, "label_auc", rows["seen"])),
        "unseen": _hole(novelty_id(case, "label_auc", rows["new"])), "rows": _hole(novelty_id(case, "inspected_rows", rows["new"])),
    }  # fmt: skip
