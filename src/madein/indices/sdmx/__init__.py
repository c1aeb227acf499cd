"""SDMX messages as series: SDMX-ML 2.1 (structure-specific and generic), SDMX-CSV and SDMX-JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.indices.sdmx.message import SdmxMessage
    from madein.indices.sdmx.read import holds_sdmx, read_sdmx
    from madein.indices.sdmx.structure import Codes, read_structure

_HOMES = {"SdmxMessage": "message", "holds_sdmx": "read", "read_sdmx": "read", "Codes": "structure", "read_structure": "structure"}

__all__ = ["Codes", "SdmxMessage", "holds_sdmx", "read_sdmx", "read_structure"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.indices.sdmx' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.indices.sdmx.{_HOMES[name]}"), name)
