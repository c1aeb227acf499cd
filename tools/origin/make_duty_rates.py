"""Write ``src/madein/origin/duty/rates.csv``: the rates of key products, derived by the reader from published tariffs.

    python -m tools.origin.make_duty_rates FOLDER_OF_TARIFFS

Lines of one subheading (then of one heading) that say the same are written once, at the shorter code.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import yaml

from madein.origin.duty.reading import import_tariff
from madein.origin.duty.table import TariffLine, Tariffs, layouts

HOME = Path(__file__).parents[2] / "src" / "madein" / "origin" / "duty"


def kept(lines: Iterable[TariffLine], spec: dict) -> list[TariffLine]:
    out = []
    for line in lines:
        headings = spec["inputs_of"].get(line.importer, spec["headings"])
        base = line.kind == "mfn" and line.start == line.end and line.importer in spec["without_base_of"]
        if not base and any(line.hs.startswith(h) for h in headings):
            out.append(line)
    return out


def said(line: TariffLine) -> tuple:
    return (line.start, line.end, line.rate, line.note, line.ex)


def shortened(lines: list[TariffLine], every: list[TariffLine]) -> list[TariffLine]:
    """Write lines once at a shorter code where every line of the tariff under that code says the same."""
    for length in (6, 4):
        groups: dict[tuple, dict[str, list[TariffLine]]] = defaultdict(lambda: defaultdict(list))
        for line in lines:
            key = (line.kind, line.importer, line.origin, line.regime, line.nomenclature, line.hs[:length])
            groups[key][line.hs].append(line)
        whole: dict[tuple, set[str]] = defaultdict(set)
        for line in every:
            whole[line.kind, line.importer, line.origin, line.regime, line.nomenclature, line.hs[:length]].add(line.hs)
        out: list[TariffLine] = []
        for key, codes in groups.items():
            sayings = {tuple(sorted(map(str, map(said, group)))) for group in codes.values()}
            complete = {c[:length] if len(c) < length else c for c in codes}
            all_here = all(any(full.startswith(c) for c in complete) for full in whole[key])
            one = len(sayings) == 1 and all_here and not any(x.ex for group in codes.values() for x in group)
            if one and all(len(code) > length for code in codes):
                out += [TariffLine(**{**{f: getattr(x, f) for f in x.__slots__}, "hs": key[-1]}) for x in next(iter(codes.values()))]
            else:
                out += [x for group in codes.values() for x in group]
        lines = out
    return lines


def main(folder: Path) -> None:
    spec = yaml.safe_load((HOME / "key_products.yaml").read_text("utf-8"))
    lines: list[TariffLine] = []
    for name in spec["files"]:
        every = list(import_tariff(folder / name).tariffs)
        lines += shortened(kept(every, spec), every)
    table = Tariffs(sorted(lines, key=lambda x: (x.importer, x.kind, x.regime, x.nomenclature, x.hs, x.ex, x.start)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(layouts()["columns"])
    writer.writerows(table.rows())
    head = "# Written by tools/origin/make_duty_rates.py from published tariffs; sources and their dates stand in layouts.yaml.\n"
    (HOME / "rates.csv").write_text(head + out.getvalue(), encoding="utf-8")
    print(f"{len(table)} rates")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
