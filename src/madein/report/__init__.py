"""A finished study drawn: one self-contained HTML file, a workbook, a warehouse."""

from __future__ import annotations

from madein.study.finished import FinishedStudy


def report(study: FinishedStudy) -> None:
    """Write ``report.html``."""
    from madein.report.html import render

    (study.out / "report.html").write_text(render(study), encoding="utf-8")


def workbook(study: FinishedStudy) -> None:
    """Write ``figures.xlsx``."""
    from madein.report.workbook import write_workbook

    write_workbook(study, study.out / "figures.xlsx")


def warehouse(study: FinishedStudy) -> None:
    """Write ``warehouse.duckdb``."""
    from madein.report.warehouse import write_warehouse

    write_warehouse(study, study.out / "warehouse.duckdb")


FINISH = (report, workbook, warehouse)
"""What a full run adds to the tables and figures."""
