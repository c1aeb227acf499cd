"""Rules of the house that a machine can hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "madein"
PYTHON = sorted(SRC.rglob("*.py"))


def test_files_stay_short() -> None:
    assert [(p.name, n) for p in PYTHON if (n := len(p.read_text("utf-8").splitlines())) > 500] == []


def test_every_public_name_is_documented() -> None:
    bare = []
    for path in PYTHON:
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree):
            bare.append(path.name)
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_") and not ast.get_docstring(node):
                bare.append(f"{path.name}:{node.name}")
    assert bare == []


def test_steps_import_nothing_heavy() -> None:
    from madein.study.steps import STEPS

    for module in STEPS.values():
        code = f"import sys, {module}; print({{'polars', 'numpy', 'scipy', 'duckdb', 'pandas'}} & set(sys.modules))"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n", module


def test_ci_runs_the_readmes_test_line() -> None:
    lines = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert len(lines) == 2
    assert lines[1] in (ROOT / ".ci" / "run").read_text("utf-8")


def test_nothing_names_a_machine_or_a_registry() -> None:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    machine = re.compile(r"(?<![\w.:/-])/(?:home|root|Users)/\w|\b(?:py" r"pi|npm" r"js|python" r"hosted)\.(?:org|com)")
    found = []
    for name in done.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and b"\0" not in (raw := path.read_bytes())[:4096] and machine.search(raw.decode("utf-8", "replace")):
            found.append(name)
    assert found == []


def test_room_contracts_name_every_room() -> None:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    rooms = {f"madein.{p.parent.name}" for p in SRC.glob("*/step.py") if p.parent.name != "core"}
    independent = next(set(c["modules"]) for c in contracts if c["type"] == "independence")
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    assert independent == rooms
    assert {name.strip() for layer in layers for name in layer.split("|")} >= rooms
