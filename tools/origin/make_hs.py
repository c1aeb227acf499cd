"""Writes src/madein/origin/hs/: which codes each edition has, where a code goes in another edition, what a heading is called.

Codes and headings are those of the UN Comtrade reference lists (PDDL), the correspondence is that of the UN Statistics Division's
correlation tables. Only what differs between editions is written, and names are cut short. Run by hand when an edition is added:
``MADEIN_REFERENCE=... python -m tools.origin.make_hs``.
"""

import csv
import os
import re
from collections import defaultdict
from pathlib import Path

EDITIONS = ("2012", "2017", "2022")
HOME = Path(__file__).parents[2] / "src" / "madein" / "origin" / "hs"
SHORTENED = "# Names: those of the lists, cut to eight words at most.\n"
MOST, LEAST = 8, 4
JOINING = frozenset("of and or for with in by on to from the a an other than whether not which as but including excluding containing".split())
HANGING = frozenset("thickness width weight kind combination obtained exceeding no. those used".split())
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


def short(name: str) -> str:
    """At most eight words of a name, ended where a part of it ends.

    Whole parts (between semicolons, then between commas) stay while they fit, and single words left over from a list that goes
    on are dropped, for one of several states or materials alone would mislead. Where that leaves too little to tell what the
    goods are, as many words as fit stand, ended before a joining word.

    Examples
    --------
    >>> short("Kites; made of paper, of silk or of other light woven stuffs, with strings")
    'Kites; made of paper'
    >>> short("Clocks, watches (not those of heading 0101) and bells")
    'Clocks, watches and bells'
    >>> short("Oils; of whales, of seals and of other beasts of the cold seas, whether or not refined")
    'Oils; of whales, of seals'
    >>> short("Pipes carved from briar roots by hand in the towns of the hills")
    'Pipes carved from briar roots by hand'
    """
    while "(" in name and (plain := re.sub(r"\s*\([^()]*\)", "", name)) != name:
        name = plain
    name = re.sub(r"\s*[;,](?=\s*[;,])", "", name)
    name = re.sub(r"n\.e\.c\. in (?:chapter|heading no\.) [0-9]+", "n.e.c.", name)
    return _ended(name if _length(name) <= MOST else _cut(name))


def _ended(text: str) -> str:
    """Without the marks and joining words it would end in."""
    words = text.rstrip(",;: ").split()
    while len(words) > 1 and words[-1] in JOINING | HANGING and words[-2:] != ["or", "not"]:
        words.pop()
    return " ".join(words).rstrip(",;: ")


def _cut(name: str) -> str:
    kept = ""
    for clause in name.split("; "):
        whole = f"{kept}; {clause}" if kept else clause
        if _length(whole) <= MOST:
            kept = whole
            continue
        kept = _commas(kept, clause) or kept
        break
    return kept if _length(kept) >= LEAST else max(kept, _words(name), key=_length)


def _length(text: str) -> int:
    return len(re.findall(r"\w+", text))


def _commas(kept: str, clause: str) -> str:
    """What is kept so far with as many parts of the next clause as fit; empty where none does."""
    every = clause.split(", ")
    parts = every[:]
    while parts and _length(" ".join([kept, *parts])) > MOST:
        parts.pop()
    while len(parts) > 1 and " " not in parts[-1]:
        parts.pop()
    if parts and len(parts) < len(every) and " " not in every[len(parts)]:
        # "soles of rubber, plastics, ...": what the first is of goes with the rest of its list.
        parts[-1] = re.sub(r"(?<=\w) (?:of|for|from|with|in|other than) [^,]*$", "", parts[-1])
    if not parts or (kept and " " not in parts[-1]):
        return ""
    return f"{kept}; {', '.join(parts)}" if kept else ", ".join(parts)


def _words(name: str) -> str:
    """The first words of a part that is too long by itself, up to the last joining word among them."""
    words = name.split()
    at = len(words)
    while _length(" ".join(words[:at])) > MOST:
        at -= 1
    if words[at] not in JOINING and not words[at - 1].endswith((",", ";")):
        at = max((n for n in range(2, at) if words[n] in JOINING), default=at)
    return _ended(" ".join(words[:at]))


def write_names(lists: dict[str, dict[str, str]]) -> None:
    """Short names of chapters and headings in the newest edition that has them."""
    names: dict[str, str] = {}
    for edition in EDITIONS:
        names |= {code: name for code, name in lists[edition].items() if len(code) <= 4 and code[:2] not in ("98", "99")}
    (HOME / "names.txt").write_text(SOURCE + SHORTENED + "".join(f"{code} {short(name)}\n" for code, name in sorted(names.items())), "utf-8")


def main() -> None:
    folder = Path(os.environ["MADEIN_REFERENCE"]) / "origin"
    lists = {edition: codes_of(folder, edition) for edition in EDITIONS}
    HOME.mkdir(exist_ok=True)
    write_codes(lists)
    write_images(folder)
    write_names(lists)


if __name__ == "__main__":
    main()
