"""What tests of commands share: a command run in this process in an empty folder, with what it printed and how it ended."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """What it printed as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))

    def records(self) -> list[dict[str, Any]]:
        """What it printed as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., Done]:
    """``madein ...`` with the arguments given; the current folder is the test's own."""
    from madein.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*args: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["madein", *map(str, args)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Done(code, out, err)

    return run
