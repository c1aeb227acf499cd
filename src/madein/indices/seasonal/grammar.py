"""The text of an X-13ARIMA-SEATS spec file, read into a tree and written back.

A spec file is a run of ``name{argument=value ...}``; a value is a word, a quoted string, a list in parentheses, or several
of these in a row, as in ``model=(0 1 1)(0 1 1)12`` (U.S. Census Bureau, X-13ARIMA-SEATS Reference Manual, version 1.1,
section 3.2 "Specification file syntax"). The program reads lines of at most 132 characters; what is written here keeps to
120. Words are checked as they are written, so that no name of a series can open a section of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from madein.core.errors import MadeinError

LINE = 120
"""Longest line written; the program refuses lines over 132 characters."""

_TOKEN = re.compile(
    r"""(?P<space>[\s]+|\#[^\n]*)
      | (?P<quoted>"[^"\n]*"|'[^'\n]*')
      | (?P<mark>[{}()=,])
      | (?P<word>(?:[^\s{}()=,\#"'\[\]]|\[[^\]\n]*\])+)""",
    re.VERBOSE,
)
_NUMBERS = re.compile(r"[0-9eE+. -]*")
_SAFE_WORD = re.compile(r"(?:[!-~](?<![{}()=,#\"'\[\]])|\[[ !-Z^-z|~]*\])+")


class Quoted(str):
    """A string that stands in quotes in the file."""

    __slots__ = ()


_MANY = 24

Item = str | tuple["Item", ...]
"""A word, a `Quoted` string or a list of items; an empty word is an element left out, as in ``b=(1,,2)``."""

Arg = tuple[Item, ...]
"""What follows an equals sign: one item, or several in a row."""

Tree = Mapping[str, Mapping[str, Arg]]
"""Sections by name, their arguments by name; names in lower case, in the order of the file."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def _tokens(text: str, where: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _bad(where, line, f"{text[at]!r} cannot stand here", "a quote or bracket is not closed on its line", "close it")
        kind = found.lastgroup or "space"
        if kind != "space":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")
        at = found.end()


def _bad(where: str, line: int, what: str, why: str, fix: str) -> MadeinError:
    return MadeinError(what, where=f"{where} line {line}", why=why, fix=fix)


class _Reader:
    """Recursive descent over the tokens; lists deeper than four are no spec."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.tokens = list(_tokens(text, where))
        self.at = 0

    def peek(self, ahead: int = 0) -> _Token | None:
        """The token some places on, None past the end."""
        i = self.at + ahead
        return self.tokens[i] if i < len(self.tokens) else None

    def take(self, mark: str) -> None:
        """Step over a mark that must stand here."""
        token = self.peek()
        if token is None or token.text != mark or token.kind != "mark":
            got = "the file ends" if token is None else f"{token.text[:40]!r} stands there"
            line = token.line if token else self.tokens[-1].line if self.tokens else 1
            raise _bad(self.where, line, f"{mark!r} is missing", got, f"write {mark!r} there")
        self.at += 1

    def name(self) -> str:
        """A name, in lower case."""
        token = self.peek()
        if token is None or token.kind != "word" or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", token.text):
            raise _bad(self.where, token.line if token else 0, "a name is missing", f"found {token.text[:40] if token else ''!r}", "write one")
        self.at += 1
        return token.text.lower()

    def tree(self) -> dict[str, dict[str, Arg]]:
        """The whole file."""
        out: dict[str, dict[str, Arg]] = {}
        while (token := self.peek()) is not None:
            line = token.line
            section = self.name()
            if section in out:
                raise _bad(self.where, line, f"section {section!r} stands twice", "the program takes each once", "join the two")
            self.take("{")
            out[section] = {}
            while (inner := self.peek()) is not None and inner.text != "}":
                argument = self.name()
                if argument in out[section]:
                    raise _bad(self.where, inner.line, f"{section}: {argument!r} stands twice", "only one can hold", "drop one")
                self.take("=")
                out[section][argument] = self.arg()
            self.take("}")
        return out

    def arg(self) -> Arg:
        """Everything up to the next ``name =`` or the closing brace."""
        items: list[Item] = []
        while (token := self.peek()) is not None and token.text != "}":
            after = self.peek(1)
            if token.kind == "word" and after is not None and after.text == "=":
                break
            items.append(self.item(0))
        if not items:
            raise _bad(self.where, token.line if token else 0, "a value is missing", "nothing follows the equals sign", "write one")
        return tuple(items)

    def item(self, depth: int) -> Item:
        """A word, a string or a list."""
        token = self.peek()
        if token is None or depth > 4:
            raise _bad(self.where, token.line if token else 0, "a list is not closed", "its ')' is missing", "close it")
        if token.kind == "quoted":
            self.at += 1
            return Quoted(token.text[1:-1])
        if token.kind == "word":
            self.at += 1
            return token.text
        self.take("(")
        items: list[Item] = []
        awaits = True
        while (token := self.peek()) is not None and token.text != ")":
            if token.text == "," and token.kind == "mark":
                self.at += 1
                if awaits:
                    items.append("")
                awaits = True
                continue
            items.append(self.item(depth + 1))
            awaits = False
        if awaits and items and self.tokens[self.at - 1].text == ",":
            items.append("")
        self.take(")")
        return tuple(items)


def parse_tree(text: str, where: str = "spec") -> dict[str, dict[str, Arg]]:
    """Read a spec file into sections and arguments.

    Parameters
    ----------
    text : str
        The file.
    where : str
        Its name, for messages.

    Returns
    -------
    dict
        Sections by lower-case name, each a dict of arguments.

    Raises
    ------
    MadeinError
        With the line, where the text is no spec file.

    Examples
    --------
    >>> parse_tree("arima{model=(0 1 1)(0 1 1)12} # airline")
    {'arima': {'model': (('0', '1', '1'), ('0', '1', '1'), '12')}}
    """
    return _Reader(text, where).tree()


def _word(text: str, section: str) -> str:
    if not _SAFE_WORD.fullmatch(text) or len(text) > LINE:
        raise MadeinError(
            f"{text[:60]!r} cannot be written into a spec", where=f"section {section}",
            why="a word holds no blanks, quotes, braces, commas or signs outside ASCII", fix="rename it or quote it",
        )  # fmt: skip
    return text


def _string(text: str, section: str) -> str:
    clean = all(" " <= c <= "~" for c in text)
    quote = '"' if '"' not in text else "'"
    if not clean or quote in text or len(text) > LINE - 4:
        raise MadeinError(
            f"{text[:60]!r} cannot be quoted in a spec", where=f"section {section}",
            why="strings hold printable ASCII, one kind of quote and no line end", fix="shorten or rename it",
        )  # fmt: skip
    return f"{quote}{text}{quote}"


def _left_out(item: Item) -> bool:
    return item == "" and not isinstance(item, Quoted)


def _pieces(item: Item, section: str) -> list[str]:
    """The item as words that may be set on separate lines."""
    if isinstance(item, Quoted):
        return [_string(item, section)]
    if isinstance(item, str):
        return [_word(item, section)]
    if not item:
        return ["()"]
    if len(item) > _MANY and all(type(x) is str for x in item) and _NUMBERS.fullmatch(row := " ".join(item)) and "  " not in row:  # type: ignore[arg-type]
        # Long lists of numbers, five a line: checked as one text, since they are nine tenths of every file.
        lines = [" ".join(item[i : i + 5]) for i in range(0, len(item), 5)]  # type: ignore[arg-type]
        return ["(" + lines[0], *lines[1:-1], lines[-1] + ")"]
    if any(_left_out(x) for x in item):
        # Elements left out can only be told with commas between all of them.
        inner = []
        for x in item:
            inner += [""] if _left_out(x) else _pieces(x, section)
            inner[-1] += ","
        inner[-1] = inner[-1][:-1]
        return ["(" + inner[0], *inner[1:-1], inner[-1] + ")"]
    inner = [piece for x in item for piece in _pieces(x, section)]
    inner[0] = "(" + inner[0]
    inner[-1] += ")"
    return inner


def write_tree(tree: Tree) -> str:
    """A spec file from its tree, lines of at most 120 characters.

    Raises
    ------
    MadeinError
        Where a word or string of the tree would change the structure of the file.

    Examples
    --------
    >>> print(write_tree({"series": {"title": (Quoted("a"),), "data": (("1.0", "2.5"),)}, "automdl": {}}), end="")
    series{
     title="a"
     data=(1.0 2.5)
    }
    automdl{
    }
    """
    lines: list[str] = []
    for section, arguments in tree.items():
        lines.append(_word(section, section) + "{")
        for argument, arg in arguments.items():
            lines += _wrapped(f" {_word(argument, section)}=", [p for item in arg for p in _pieces(item, section)])
        lines.append("}")
    return "\n".join(lines) + "\n"


def _wrapped(head: str, pieces: Sequence[str]) -> list[str]:
    lines, line, first = [], head, True
    for piece in pieces:
        if not first and len(line) + 1 + len(piece) > LINE:
            lines.append(line)
            line = "  " + piece
        else:
            # Lists in a row stay together, as the program prints a model.
            line += piece if first or (piece[0] == "(" and line[-1] == ")") else " " + piece
        first = False
    lines.append(line)
    return lines
