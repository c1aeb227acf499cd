"""Writes src/madein/origin/hs/: which codes each edition has, where a code goes in another edition, what a heading is called.

Codes and headings are those of the UN Comtrade reference lists (PDDL), the correspondence is that of the UN Statistics Division's
correlation tables. Only what differs between editions is written. Run by hand when an edition is added:
``MADEIN_REFERENCE=... python -m tools.origin.make_hs``.
"""

import csv
import os
from collections import defaultdict
from pathlib import Path

EDITIONS = ("2012", "2017", "2022")
HOME = Path(__file__).parents[2] / "src" / "madein" / "origin" / "hs"
SOURCE = "# Codes: UN Comtrade reference lists (PDDL). Correspondence: UN Statistics Division, HS correlation tables.\n"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def codes_of(folder: Path, edition: str) -> dict[str, str]:
    rows = read(folder / "hs" / f"hs{edition}_uncomtrade.csv")
    return {r[f"hs{edition}"]: " ".join(r["description"].split()) for r in rows if r[f"hs{edition}"].isdigit()}


def write_codes(lists: dict[str, dict[str, str]]) -> None:
    """One line a heading: its subheadings, each with the editions that have it where that is not all of them."""
    headings: dict[str, dict[str, str]] = defaultdict(dict)
    for n, edition in enumerate(EDITIONS):
        for code in lists[edition]:
            if len(code) == 6 and code[:2] not in ("98", "99"):
                marks = headings[code[:4]].setdefault(code[4:], "")
                headings[code[:4]][code[4:]] = marks + str(n)
    lines = [SOURCE, "# heading, then subheadings; :012 = in the editions 2012, 2017, 2022 (by place); without a mark, in all three\n"]
    for heading, tails in sorted(headings.items()):
        words = [tail if marks == "012" else f"{tail}:{marks}" for tail, marks in sorted(tails.items())]
        lines.append(f"{heading} {' '.join(words)}\n")
    (HOME / "codes.txt").write_text("".join(lines), "utf-8")


def write_images(folder: Path) -> None:
    """Codes that another edition places elsewhere: ``from to`` on a line of its own, then ``codes > images``."""
    lines = [SOURCE, "# @ later earlier; then codes > their images, where the one image is not the code itself\n"]
    for later, earlier in (("2017", "2012"), ("2022", "2012"), ("2022", "2017")):
        table: dict[str, set[str]] = defaultdict(set)
        for row in read(folder / "hs_correlation" / f"hs{later}_hs{earlier}_correlation.csv"):
            table[row[f"hs{later}"]].add(row[f"hs{earlier}"])
        grouped: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for code, found in table.items():
            if found != {code}:
                grouped[tuple(sorted(found))].append(code)
        lines.append(f"@ {later} {earlier}\n")
        lines += [f"{' '.join(sorted(codes))} > {' '.join(found)}\n" for found, codes in sorted(grouped.items(), key=lambda item: min(item[1]))]
    (HOME / "images.txt").write_text("".join(lines), "utf-8")


def write_names(lists: dict[str, dict[str, str]]) -> None:
    """Names of chapters and headings in the newest edition that has them."""
    names: dict[str, str] = {}
    for edition in EDITIONS:
        names |= {code: name for code, name in lists[edition].items() if len(code) <= 4 and code[:2] not in ("98", "99")}
    (HOME / "names.txt").write_text(SOURCE + "".join(f"{code} {name}\n" for code, name in sorted(names.items())), "utf-8")


def main() -> None:
    folder = Path(os.environ["MADEIN_REFERENCE"]) / "origin"
    lists = {edition: codes_of(folder, edition) for edition in EDITIONS}
    HOME.mkdir(exist_ok=True)
    write_codes(lists)
    write_images(folder)
    write_names(lists)


if __name__ == "__main__":
    main()
