"""The steps a study can use, and what their source text says of them before anything is imported."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import cast

from madein.core.errors import ContractBroken
from madein.core.step import RoleKind, Step

STEPS: dict[str, str] = {
    "indices": "madein.indices.step",
    "adjust": "madein.indices.adjust_step",
    "revisions": "madein.indices.revisions_step",
    "explain": "madein.indices.explain_step",
    "compile": "madein.indices.compile_step",
    "diffusion": "madein.indices.diffusion_step",
    "press": "madein.press.step",
    "ledger": "madein.ledger.step",
    "origin": "madein.origin.step",
    "tiva": "madein.tiva.step",
    "screening": "madein.screening.step",
    "gaps": "madein.screening.gaps_step",
    "labels": "madein.screening.labels_step",
    "press_claims": "madein.study.links.press_claims",
    "press_vs_data": "madein.study.links.press_vs_data",
}
"""Name in ``use:`` -> module. Adding a room or a link is one line here."""


@dataclass(frozen=True, slots=True)
class StepSource:
    """What is known of a step without importing it.

    Parameters
    ----------
    roles : mapping
        Role -> "source", "table" or "tables".
    code : str
        sha256 over the files of its package.
    engines : mapping
        Distribution -> installed version.
    """

    roles: Mapping[str, RoleKind]
    code: str
    engines: Mapping[str, str]


@functools.cache
def step_source(use: str) -> StepSource:
    """Read the contract's literals and hash the code of a step.

    Raises
    ------
    ContractBroken
        If the module lacks ROLES or ENGINES as literals.

    Examples
    --------
    >>> dict(step_source("indices").roles)
    {'series': 'source'}
    """
    path = _file_of(STEPS[use])
    literals: dict[str, object] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id in ("ROLES", "ENGINES") and isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            literals[target.id] = ast.literal_eval(node.value)
    if set(literals) != {"ROLES", "ENGINES"}:
        raise ContractBroken("the module must assign ROLES and ENGINES as literals", STEPS[use])
    roles = cast(dict[str, RoleKind], literals["ROLES"])
    engines = cast(tuple[str, ...], literals["ENGINES"])
    own = sorted(path.parent.rglob("*"))
    if ".links." in STEPS[use]:
        # A link works with the code of rooms: a change of theirs may change what it makes.
        own += [p for room in sorted(path.parents[2].glob("*/step.py")) if room.parent.name != "core" for p in sorted(room.parent.rglob("*"))]
    return StepSource(roles, hash_files(own), {e: engine_version(e) for e in engines})


def _file_of(module: str) -> Path:
    """File of a module, found without importing its packages' contents."""
    head, _, rest = module.partition(".")
    spec = importlib.util.find_spec(head)
    if spec is None or spec.origin is None:
        raise ContractBroken(f"there is no module {module}")
    return Path(spec.origin).parent.joinpath(*rest.split(".")).with_suffix(".py")


@functools.cache
def engine_version(distribution: str) -> str:
    """Installed version of a distribution, or that there is none."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def hash_files(paths: list[Path]) -> str:
    """sha256 over names and bytes of code and data files, compiled ones left out."""
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@functools.cache
def house_code(*packages: str) -> str:
    """sha256 over the files of some packages of the house, such as ``core``."""
    root = Path(__file__).parents[1]
    return hash_files([p for name in packages for p in sorted((root / name).rglob("*"))])


def load_step(use: str) -> Step:
    """Import a step and see that it offers the four names.

    Raises
    ------
    ContractBroken
        If one is missing.
    """
    module = importlib.import_module(STEPS[use])
    missing = [n for n in ("Config", "ROLES", "ENGINES", "run") if not hasattr(module, n)]
    if missing:
        raise ContractBroken(f"the module lacks {', '.join(missing)}", STEPS[use])
    return cast(Step, module)
