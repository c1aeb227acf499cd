"""What do people say is made? Articles read into sourced facts.

The names below are imported when first used, so that a study can look at the room without loading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.press.model import Fact, Item, Reading, Unread
    from madein.press.reading import read_text

__all__ = ["Fact", "Item", "Reading", "Unread", "read_text"]

_HOMES = {"Fact": "model", "Item": "model", "Reading": "model", "Unread": "model", "read_text": "reading"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.press' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.press.{_HOMES[name]}"), name)
