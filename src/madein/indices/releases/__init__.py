"""Statistical releases: workbooks and parsed cells read by their header words into vintages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.indices.releases.cells import Release, read_cells, typed_cells
    from madein.indices.releases.headers import Header, read_header, read_headers
    from madein.indices.releases.workbook import read_release

_HOMES = {
    "Release": "cells", "read_cells": "cells", "typed_cells": "cells", "Header": "headers", "read_header": "headers",
    "read_headers": "headers", "read_release": "workbook",
}  # fmt: skip

__all__ = ["Header", "Release", "read_cells", "read_header", "read_headers", "read_release", "typed_cells"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.indices.releases' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.indices.releases.{_HOMES[name]}"), name)
