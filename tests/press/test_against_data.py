"""Facts on their way to the data they are held against, and problems on their way to a terminal."""

from __future__ import annotations

from datetime import date

import pytest

from madein.cli.show import print_problems
from madein.core.errors import Problem
from madein.press.reading import read_text
from madein.press.tables import facts_table
from madein.study.links.compare import fact_from_row


def test_whole_months_told_by_their_days_are_asked_for_as_months() -> None:
    said = "As of 31 October 2025 exports had amounted to US$391 billion. As of 14 June 2025 imports had amounted to US$190 billion."
    reading = read_text(said, "a.txt", day=date(2025, 11, 6))
    assert [f.period for f in reading.facts] == ["2025-01-01..2025-10-31", "2025-01-01..2025-06-14"]
    rows = facts_table([reading]).frame.iter_rows(named=True)
    assert [fact_from_row(row).period for row in rows] == ["2025-01..2025-10", "2025-01-01..2025-06-14"]


def test_no_problem_gives_a_terminal_commands(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems([Problem("\x1b[2Jgone", "a\x1b]0;x\x07.txt", "\x9b31m", "\x1b[0m", "error")])
    told = capsys.readouterr().err
    assert "gone" in told
    assert not {"\x1b", "\x9b", "\x07"} & set(told)
