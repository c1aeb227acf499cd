"""How well relations found match relations noted by a reader: fields compared by what they mean, not by their letters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from madein.core.countries import find_economy
from madein.core.period_labels import fold

_LOOSE = {"what", "action", "place", "product", "subject", "scheme", "location", "province"}
_SMALL = {"the", "a", "an", "of", "in", "at", "and", "for", "to", "province"}
_SAME = {"car": "vehicle", "automobile": "vehicle", "ev": "vehicle"}


@dataclass
class Score:
    """Fields right, missed and wrong; relations found that nobody noted."""

    right: int = 0
    missed: int = 0
    wrong: int = 0
    spurious: int = 0
    relations: int = 0
    found: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Fields found right among fields noted."""
        return self.right / max(1, self.right + self.missed)

    @property
    def precision(self) -> float:
        """Fields found right among fields found that a note can judge."""
        return self.right / max(1, self.right + self.wrong)

    def add(self, other: Score) -> None:
        """Sum of two scores."""
        for name in ("right", "missed", "wrong", "spurious", "relations", "found"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.notes += other.notes


def words(text: str) -> set[str]:
    """Words that carry meaning, singular, by one name for one thing."""
    bare = "".join(c if c.isalnum() else " " for c in fold(text)).split()
    stems = (w[:-1] if w.endswith("s") and not w.endswith("ss") and len(w) > 3 else w for w in bare if w not in _SMALL)
    return {_SAME.get(w, w) for w in stems}


def same(name: str, found: Any, noted: Any) -> bool:
    """True if two values of a field mean the same."""
    if isinstance(noted, list):
        got = found if isinstance(found, list) else [found]
        return len(got) == len(noted) and all(any(same(name, g, n) for g in got) for n in noted)
    if isinstance(noted, Mapping):
        one = found[0] if isinstance(found, list) and len(found) == 1 else found
        return isinstance(one, Mapping) and all(k in one and same(k, one[k], v) for k, v in noted.items())
    try:
        return math.isclose(float(found), float(noted), rel_tol=1e-4)
    except (TypeError, ValueError):
        pass
    a, b = str(found), str(noted)
    if "".join(fold(a).split()) == "".join(fold(b).split()):
        return True
    economy = find_economy(a)
    if economy is not None and economy == find_economy(b):
        return True
    if name not in _LOOSE:
        return False
    x, y = ({w.replace(" ", "") for w in words(s)} for s in (a.replace("VF 8", "VF8"), b.replace("VF 8", "VF8")))
    return bool(x and y) and 2 * len(x & y) / (len(x) + len(y)) >= 0.6


def score(found: Sequence[Mapping[str, Any]], noted: Iterable[Mapping[str, Any]]) -> Score:
    """Match each note with the relation of its type that agrees in most fields; count the rest."""
    out = Score(found=len(found))
    left = list(found)
    for note in noted:
        out.relations += 1
        fields = {k: v for k, v in note.items() if k not in ("article", "type")}
        scored = [
            (sum(k in one and same(k, one[k], v) for k, v in fields.items()), -n, one) for n, one in enumerate(left) if one["type"] == note["type"]
        ]
        best = max(scored, default=(0, 0, {}), key=lambda s: s[:2])
        one = best[2] if best[0] else {}
        if one:
            left.remove(one)
        for k, v in fields.items():
            if k in one and same(k, one[k], v):
                out.right += 1
                continue
            out.missed += 1
            out.wrong += k in one
            out.notes.append(f"{note['type']}.{k}: noted {v!r}, found {one.get(k)!r}")
    out.spurious = len(left)
    for one in left:
        # A relation nobody noted is as wrong as its fields are many.
        out.wrong += sum(k not in ("article", "type") for k in one)
        out.notes.append(f"not noted: {one}")
    return out
