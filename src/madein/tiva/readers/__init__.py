"""Readers of inter-country tables: the layout is found in the header, never in the name of the file.

One call, `read_icio`, takes CSV (also gzipped or inside a zip), Excel, npz, or a folder of CSVs, and returns an `IcioTable`.
"""

from madein.tiva.readers.door import from_pymrio, read_icio
from madein.tiva.readers.national import NationalTable, read_national

__all__ = ["NationalTable", "from_pymrio", "read_icio", "read_national"]
