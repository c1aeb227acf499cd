"""Every line of the reference relations and reconciliations held against what is read, field by field, by declared rules."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from madein.core.countries import find_economy
from madein.core.period_labels import fold
from madein.press.model import Reading
from madein.press.reading import read_text
from madein.press.reconcile import reconcile
from madein.press.reconcile.verdicts import Verdict
from madein.press.relations import relations_of

# -- rules of matching

Rule = Callable[[Any, Any], bool]

_SMALL = frozenset({"the", "a", "an", "of", "in", "at", "and", "for", "to", "province", "international"})
_SAME = {"car": "vehicle", "automobile": "vehicle", "ev": "vehicle"}


def exact(found: Any, noted: Any) -> bool:
    """The same text; case, marks and spaces aside."""
    return "".join(fold(str(found)).split()) == "".join(fold(str(noted)).split())


def number(found: Any, noted: Any) -> bool:
    """Equal within a part in ten thousand."""
    return isinstance(found, float | int) and math.isclose(float(found), float(noted), rel_tol=1e-4)


def place(found: Any, noted: Any) -> bool:
    """The same text or the same economy."""
    economy = find_economy(str(found))
    return exact(found, noted) or (economy is not None and economy == find_economy(str(noted))) or phrase(found, noted)


def phrase(found: Any, noted: Any) -> bool:
    """Most words in common: twice the shared words are three fifths of all, plurals, articles and joined letters aside."""
    a, b = words(str(found)), words(str(noted))
    return exact(found, noted) or (bool(a and b) and 2 * len(a & b) >= 0.6 * (len(a) + len(b)))


def names(found: Any, noted: Any) -> bool:
    """The same names in any order."""
    mine = found if isinstance(found, list) else [found]
    return len(mine) == len(noted) and all(any(place(f, n) for f in mine) for n in noted)


def milestone(found: Any, noted: Any) -> bool:
    """Every field of the note, in one milestone."""
    mine = found if isinstance(found, list) else [found]
    return any(all(k in m and exact(m[k], v) for k, v in noted.items()) for m in mine)


def words(text: str) -> set[str]:
    """Words that carry meaning, singular, by one name for one thing."""
    bare = "".join(c if c.isalnum() else " " for c in fold(text).replace("vf 8", "vf8")).split()
    stems = (w[:-1] if w.endswith("s") and not w.endswith("ss") and len(w) > 3 else w for w in bare if w not in _SMALL)
    return {_SAME.get(w, w) for w in stems}


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("parties", "partners", "destinations", "models"), names),
    **dict.fromkeys(("what", "action", "product", "subject", "scheme"), phrase),
    **dict.fromkeys(("place", "location", "province", "flag", "origin", "destination"), place),
    "milestone": milestone,
}
"""Rule by field; other fields are numbers where the note holds a number, else exact texts."""


def agrees(field: str, found: Any, noted: Any) -> bool:
    """True if a field as read means what the note says."""
    if found is None:
        return False
    rule = RULES.get(field) or (number if isinstance(noted, float | int) and not isinstance(noted, bool) else exact)
    return rule(found, noted)


# -- the folder


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    file = folder / name
    if not file.is_file():
        pytest.skip(f"the reference data hold no press/{name}: MADEIN_REFERENCE must point to a folder with it")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def readings(folder: Path, notes: Sequence[Mapping[str, Any]]) -> dict[str, Reading]:
    out = {}
    for name in sorted({n["article"] for n in notes}):
        file = folder / "articles" / name
        if not file.is_file():
            pytest.skip(f"the reference data hold no article {name}")
        out[name] = read_text(file.read_bytes().decode("utf-8"), name)
    return out


def fields_of(note: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((k, v) for k, v in note.items() if k not in ("article", "type"))


def best(found: Sequence[Mapping[str, Any]], note: Mapping[str, Any]) -> Mapping[str, Any]:
    """The relation of the note's type that agrees in most fields, the first of them; empty where none does."""
    same = [one for one in found if one["type"] == note["type"]]
    scored = [(sum(agrees(k, one.get(k), v) for k, v in fields_of(note)), -n, one) for n, one in enumerate(same)]
    hit = max(scored, key=lambda s: s[:2], default=(0, 0, {}))
    return hit[2] if hit[0] else {}


def test_relations_line_by_line(reference: Path) -> None:
    folder = reference / "press"
    notes = lines(folder, "relations.jsonl")
    right, missed, extra, wrong_lines = 0, [], 0, set()
    for name, reading in readings(folder, notes).items():
        left = [r.as_dict() for r in relations_of(reading)]
        for n, note in enumerate(x for x in notes if x["article"] == name):
            one = best(left, note)
            if one:
                left.remove(one)
            for field, value in fields_of(note):
                if agrees(field, one.get(field), value):
                    right += 1
                else:
                    missed.append(f"{name} {note['type']}.{field}: noted {value!r}, read {one.get(field)!r}")
                    wrong_lines.add((name, n))
        extra += len(left)
    total = right + len(missed)
    print(f"relations: {len(notes) - len(wrong_lines)} of {len(notes)} lines whole, {right} of {total} fields, {extra} more read")
    assert right >= 0.9 * total, missed
    assert extra <= 0.15 * len(notes)


# -- reconciliations

SCALES = (1.0, 1e6, 1e9, 1e12)
"""A note may leave out the scale word of its numbers."""


def near(found: float | None, noted: float) -> bool:
    return found is not None and any(math.isclose(found, noted * scale, rel_tol=1e-9) for scale in SCALES)


def says(note: Mapping[str, Any]) -> Callable[[Verdict], bool]:
    """What a verdict must hold to say what a note says: the same bounds, value or residual, and the same outcome."""
    verdict = note.get("verdict", "")
    if "residual" in note:
        return lambda v: v.kind == "sum" and near(v.value, note["residual"]) and v.verdict == "consistent"
    if "value_pct" in note:
        return lambda v: v.kind == "share" and v.value is not None and round(v.value, 4) == note["value_pct"]
    if "min" in note:
        return lambda v: v.verdict == "derived" and v.high is None and near(v.low, note["min"])
    if "low" in note and "high" in note:
        return lambda v: near(v.low, note["low"]) and near(v.high, note["high"])
    kind = "headline" if "headline" in note["what"] else "record" if "surpass" in note["what"] else "order"
    return lambda v: v.kind == kind and v.verdict == verdict


def reproduced(note: Mapping[str, Any], found: Sequence[Verdict]) -> bool:
    tops = [v for k, v in note.items() if k.endswith("_max")]
    if tops:  # "nearly" gives upper bounds only
        return all(any(v.verdict == "derived" and v.low is None and near(v.high, top) for v in found) for top in tops)
    wanted = says(note)
    return any(wanted(v) for v in found)


def test_reconciliations_line_by_line(reference: Path) -> None:
    folder = reference / "press"
    notes = lines(folder, "reconcile.jsonl")
    missed, accused = [], []
    for name, reading in readings(folder, notes).items():
        found = reconcile([reading])
        accused += [v.what for v in found if v.verdict == "contradiction"]
        missed += [f"{name}: {n['what']}" for n in notes if n["article"] == name and not reproduced(n, found)]
    expected = sum(n.get("verdict") == "contradiction" for n in notes)
    print(f"reconciliations: {len(notes) - len(missed)} of {len(notes)} lines")
    assert len(missed) <= len(notes) // 12, missed
    assert len(accused) <= expected, accused
