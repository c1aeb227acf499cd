"""How typed arguments of a spec become items of its text and back: words, numbers, dates, lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from madein.core.errors import MadeinError
from madein.indices.seasonal.grammar import Arg, Item, Quoted

MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eEdD][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"([0-9]{1,4})\.(?:([0-9]{1,2})|([A-Za-z]{3}))")


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of value is read and written.

    Parameters
    ----------
    read : callable
        From the items after the equals sign to the typed value; raises ValueError.
    write : callable
        The inverse.
    """

    read: Callable[[Arg], Any]
    write: Callable[[Any], Arg]


def as_(form: Form, default: Any = None) -> Any:
    """A dataclass field that stands in a spec file in the given form."""
    return field(default=default, metadata={"form": form})


def _one(arg: Arg) -> str:
    item: Item = arg
    while isinstance(item, tuple):
        if len(item) != 1:
            raise ValueError("one word is wanted")
        item = item[0]
    return item


def _flat(arg: Arg) -> tuple[str, ...]:
    out: list[str] = []
    for item in arg:
        if isinstance(item, tuple):
            out.extend(_flat(item))
        else:
            out.append(item)
    return tuple(out)


def number(text: str) -> float:
    """A number as Fortran writes it: ``1.5``, ``+.5``, ``1e3``, ``1d3``; no word such as ``nan``."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no number")
    return float(text.replace("D", "e").replace("d", "e"))


def number_text(value: float) -> str:
    """The shortest text that reads back to the same number; never ``-0.0``.

    Examples
    --------
    >>> number_text(112.0), number_text(-0.0), number_text(1e22)
    ('112.0', '0.0', '1e+22')
    """
    return repr(float(value) + 0.0)


def date_number(text: str, period: int = 12) -> int:
    """Number of the period a date of a spec names: year times `period` plus the place in the year, from 0.

    Raises
    ------
    ValueError
        If it is no date, or its year is not written with four digits.

    Examples
    --------
    >>> date_number("2017.01") == date_number("2017.jan") == 2017 * 12
    True
    """
    if period == 1 and re.fullmatch(r"[0-9]{4}", text):
        return int(text)
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no date such as 2017.01 or 2017.jan")
    if len(found[1]) != 4:
        raise ValueError(f"the year of {text!r} has not four digits")
    place = int(found[2]) if found[2] else MONTH_NAMES.index(found[3].lower()) + 1 if found[3].lower() in MONTH_NAMES else 0
    if not 1 <= place <= period:
        raise ValueError(f"{text!r} names no period of a year of {period}")
    return int(found[1]) * period + place - 1


def date_text(number_: int, period: int = 12) -> str:
    """A date as spec files write it, with four digits of the year.

    Examples
    --------
    >>> date_text(2017 * 12), date_text(2017 * 4 + 3, 4)
    ('2017.01', '2017.4')
    """
    if period == 1:
        return f"{number_:04d}"
    return f"{number_ // period:04d}.{number_ % period + 1:0{2 if period > 9 else 1}d}"


WORD = Form(lambda a: _one(a).lower(), lambda v: (str(v),))
TEXT = Form(_one, lambda v: (Quoted(v),))
RAW = Form(_one, lambda v: (str(v),))
INT = Form(lambda a: int(_one(a)), lambda v: (str(int(v)),))
FLOAT = Form(lambda a: number(_one(a)), lambda v: (number_text(v),))
WORDS = Form(lambda a: tuple(w.lower() for w in _flat(a)), lambda v: (tuple(v),))
NAMES = Form(_flat, lambda v: (tuple(v),))
FLOATS = Form(lambda a: tuple(number(w) for w in _flat(a)), lambda v: (tuple(number_text(x) for x in v),))
INTS = Form(lambda a: tuple(int(w) for w in _flat(a)), lambda v: (tuple(str(int(x)) for x in v),))
ITEMS = Form(lambda a: a, lambda v: v)
"""Kept as it stands: models and coefficient lists, whose gaps and ``f`` marks mean something."""


def model_text(arg: Arg) -> str:
    """A model as people write it.

    Examples
    --------
    >>> model_text((("0", "1", "1"), ("0", "1", "1")))
    '(0 1 1)(0 1 1)'
    """
    return "".join("(" + " ".join(map(str, x)) + ")" if isinstance(x, tuple) else str(x) for x in arg)


def read_model(text: str) -> Arg:
    """The items of a model from its text; the inverse of `model_text`."""
    from madein.indices.seasonal.grammar import parse_tree

    try:
        tree = parse_tree(f"arima{{model={text}}}")
    except MadeinError:
        tree = {}
    # A text that closes the section itself would bring sections of its own along.
    if list(tree) != ["arima"] or list(tree["arima"]) != ["model"]:
        raise MadeinError(f"{text[:60]!r} is no ARIMA model", where="model", fix="write it as (0 1 1)(0 1 1)")
    return tree["arima"]["model"]


MODEL = Form(model_text, read_model)
