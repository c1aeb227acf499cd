"""Where each line of a bill stands in its file, so that every figure made of it can be traced to the place it was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from madein.origin.read import header_of
from madein.origin.records import header

MOST_CHARS = 2_000_000
"""Characters of a YAML or JSON file up to which places are looked up; beyond, a line is referred to by its file."""


def line_places(path: Path) -> dict[str, str]:
    """For each line of a bill, the place of its value (or of the line, if it states none) as references write it.

    Parameters
    ----------
    path : Path
        A file that `madein.origin.read.read_bill` reads.

    Returns
    -------
    dict of str to str
        Line number -> ``cell materials!H4`` or ``chars 210:214``; a line that is not found is absent. Under "" the place of the code of
        the product.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "bill.yaml"
    >>> _ = file.write_text("materials:\\n- {line: '1', hs: '850760', value: 49}\\n")
    >>> line_places(file)
    {'1': 'chars 46:48'}
    """
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return dict(_in_document(path))
    return dict(_in_sheets(path))


def _in_document(path: Path) -> Iterator[tuple[str, str]]:
    import yaml

    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    if len(text) > MOST_CHARS:
        return
    # The Python loader counts characters; the one in C counts bytes in some versions.
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return
    top = _fields(root)
    if code := _fields(top.get("product")).get("hs"):
        yield "", f"chars {code.start_mark.index}:{code.end_mark.index}"
    todo = _items(top.get("materials"))
    number = 0
    while todo:
        item = todo.pop()
        fields = _fields(item)
        number += 1
        at = fields.get("value") or fields.get("unit_value") or item
        yield str(fields["line"].value) if "line" in fields else str(number), f"chars {at.start_mark.index}:{at.end_mark.index}"
        todo += _items(fields.get("children"))


def _items(node: Any) -> list[Any]:
    import yaml

    return list(reversed(node.value)) if isinstance(node, yaml.SequenceNode) else []


def _fields(node: Any) -> Mapping[str, Any]:
    import yaml

    return {str(key.value): value for key, value in node.value if isinstance(key, yaml.ScalarNode)} if isinstance(node, yaml.MappingNode) else {}


def _in_sheets(path: Path) -> Iterator[tuple[str, str]]:
    from madein.core.grid import read_sheets

    taken = False
    for sheet in read_sheets(path):
        if sheet.name and header(sheet.name, "sheets") == "product":
            yield from (("", f"cell {sheet.address(n, 1)}") for n, row in enumerate(sheet.head(200)) if header(row[0], "product") == "hs")
        if sheet.name and header(sheet.name, "sheets") not in (None, "materials"):
            continue
        found = None if taken else header_of(sheet)
        if found is None:
            continue
        at, columns = found
        by_key = {key: column for column, key in columns.items()}
        value = next((by_key[key] for key in ("value", "unit_value", "name", "hs") if key in by_key), 0)
        count = 0
        for n, row in enumerate(sheet.head(sheet.text.height)[at + 1 :], at + 1):
            if any(row[column].strip() for column in columns if column < len(row)):
                count += 1
                line = row[by_key["line"]].strip() if "line" in by_key else str(count)
                yield line, f"cell {sheet.address(n, value)}"
        taken = True
