"""Row labels of releases as keys of series: one name for one thing over years of abbreviations, slips and wrapped lines."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources

from madein.core.period_labels import fold, read_month

DITTO = frozenset({'"', "''", "“", "”", "nt", "-"})
"""What stands for "the unit of the row above"."""

LONGEST = 400
"""Labels longer than this are prose."""

_BROKEN = re.compile(r"#[A-Z/0-9]+[!?]?")


@dataclass(frozen=True, slots=True)
class Row:
    """What a row label says.

    Parameters
    ----------
    key : str
        Name of the series within its table; empty where the row is none.
    label : str
        The label as printed, without unit.
    unit : str
        The unit in the label, ``"`` where it repeats the one above, else empty.
    part : bool
        True where the row speaks of a part of the row above.
    why_not : str
        Why the row is no series.
    """

    key: str
    label: str
    unit: str = ""
    part: bool = False
    why_not: str = ""


@functools.cache
def _data() -> tuple[dict[str, str], dict[str, str], dict[str, str], frozenset[str], dict[str, str], frozenset[str], tuple[str, ...]]:
    import yaml

    data = yaml.safe_load(resources.files("madein.indices.releases").joinpath("labels.yaml").read_text("utf-8"))
    same = {name: key for key, names in data["same"].items() for name in names}
    industries = {name: code for code, names in data["industries"].items() for name in names}
    return (
        data["words"], same, industries, frozenset(data["not_a_row"]), data["first_of_two"], frozenset(data["uncounted"]),
        tuple(data["part_of_above"]),
    )  # fmt: skip


def plain(text: str) -> str:
    """A label folded, without punctuation, with abbreviations written out.

    Examples
    --------
    >>> plain("SX máy móc, thiết bị chưa được phân vào đâu")
    'san xuat may moc thiet bi chua duoc phan vao dau'
    """
    words = _data()[0]
    return " ".join(words.get(w, w) for w in re.sub(r"[^a-z0-9]+", " ", fold(text)).split())


@functools.lru_cache(maxsize=65_536)
def read_label(text: str, *, industries: bool) -> Row:
    """Read one label.

    Parameters
    ----------
    text : str
        As printed; a unit may stand behind ``|``, as tables with a column of units are written in one text.
    industries : bool
        True where rows are industries: they get their VSIC code.

    Examples
    --------
    >>> read_label("Than đá (than sạch) | Nghìn tấn", industries=False)
    Row(key='than_da_than_sach', label='Than đá (than sạch)', unit='Nghìn tấn', part=False, why_not='')
    >>> read_label("SX sản phẩm thuốc lá", industries=True).key, read_label("TOÀN QUỐC", industries=True).key
    ('C12', 'total')
    """
    _, same, codes, no_rows, _, _, parts = _data()
    if len(text) > LONGEST:
        return Row("", text[:60], why_not="the label is longer than any name")
    label, _, unit = (part.strip() for part in text.partition("|"))
    unit = "" if _BROKEN.fullmatch(unit) else unit
    name = plain(label)
    if not name or name in no_rows:
        return Row("", label, unit, why_not="a heading, no row")
    if _is_heading(label):
        return Row("", label, unit, why_not="words of a column header among the rows")
    if industries and name not in same:
        code = codes.get(name) or _wrapped(name)
        if code:
            return Row(code, label, unit)
    part = next((p for p in parts if name == p or name.startswith(p + " ")), "")
    if part:
        rest = name[len(part) :].strip()
        return Row(rest.replace(" ", "_") or part.replace(" ", "_"), label, unit, part=True)
    return Row(same.get(name) or name.replace(" ", "_"), label, unit)


def first_of_two(name: str) -> str:
    """The key of the first row where a label stands twice in a table; empty where no rule says."""
    return _data()[4].get(name, "")


def uncounted(label: str) -> bool:
    """True where a quantity is not in the unit of its table."""
    name = plain(label)
    return any(name == w or name.endswith(" " + w) for w in _data()[5])


def _is_heading(label: str) -> bool:
    words = fold(label)
    return read_month(label) is not None or re.match(r"(thang|nam) [0-9]{1,4}\b", words) is not None


def _wrapped(name: str) -> str:
    """The industry whose name ends, or begins, in this text, where just one does: a label broken over two lines."""
    codes = _data()[2]
    for fits in (str.endswith, str.startswith):
        found = {code for full, code in codes.items() if len(name.split()) > 1 and fits(full, name)}
        if len(found) == 1:
            return found.pop()
    return ""
