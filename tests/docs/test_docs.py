"""The documentation is run: shell and Python blocks, the room of add-a-room, the generated pages, the site itself.

In a page, a block with a ``title`` is a file; ``sh`` blocks run their lines that begin with ``madein`` or ``python`` and must end with 0,
or with N where the line says ``# exit N``; ``python`` blocks of one page share their names. A comment ``<!-- not run: why -->`` above a
block leaves it out. Pages that speak of ``vietnam`` begin with that example, already run, except the tutorial, which makes it.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(p.relative_to(DOCS).as_posix() for folder in ("tutorial", "how-to") for p in (DOCS / folder).glob("*.md"))
ROOM = "how-to/add-a-room.md"

pytestmark = pytest.mark.xdist_group("docs")

_BLOCK = re.compile(r'(?m)^(?:<!-- (not run)[^\n]*\n)?```([a-z]+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL)
_EXIT = re.compile(r"#\s*exit ([0-9]+)\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str
    text: str
    line: int
    runs: bool


def blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text("utf-8")
    return [Block(m[2], m[3] or "", m[4], text[: m.start()].count("\n") + 1, not m[1]) for m in _BLOCK.finditer(text)]


def madein(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of the command, run in this process to spare its imports."""
    from madein.cli import main

    monkeypatch.setattr(sys, "argv", ["madein", *arguments])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def shell(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = int(found[1]) if (found := _EXIT.search(line)) else 0
    command, *arguments = shlex.split(line, comments=True)
    if command == "madein":
        code = madein(arguments, monkeypatch)
    else:
        code = subprocess.run([sys.executable, *arguments], check=False, timeout=60).returncode
    assert code == wanted, f"{line!r} ended with {code}"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("page", [p for p in PAGES if p != ROOM])
def test_page_runs(page: str, desk: Path, finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = blocks(page)
    if page.startswith("how-to/") and any("vietnam" in b.text for b in found if b.runs):
        shutil.copytree(finished, desk / "vietnam")
    names: dict[str, object] = {"__name__": "__main__"}
    for block in found:
        if block.title:
            (desk / block.title).parent.mkdir(parents=True, exist_ok=True)
            (desk / block.title).write_text(block.text, encoding="utf-8")
        elif block.runs and block.language == "python":
            exec(compile("\n" * block.line + block.text, str(DOCS / page), "exec"), names)
        elif block.runs and block.language == "sh":
            for line in block.text.splitlines():
                if line.startswith(("madein ", "python ")):
                    shell(line, monkeypatch)
    assert "Traceback" not in capsys.readouterr().err


def test_every_command_is_shown_at_work(tools: None) -> None:
    from madein.cli import app
    from reference.commands import walk

    lines = [line for page in PAGES for b in blocks(page) if b.language == "sh" for line in b.text.splitlines()]
    for path, _ in walk(app):
        plain = path.removesuffix(" show")  # the default verb is mostly left out
        assert any(line.startswith(plain) for line in lines), f"no page shows {path} at work"


# ------------------------------------------------------------------------------------------------- the room of one page


def test_room_of_the_page(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from madein.core.step import Ref
    from madein.report import FINISH
    from madein.report.view import view_of
    from madein.study.finished import open_study
    from madein.study.run import run_study
    from madein.study.steps import STEPS, load_step
    from madein.study.why import certificate, find

    files = {b.title: b.text for b in blocks(ROOM) if b.title}
    one_line = files.pop("the line in STEPS")
    assert len(files["markets/step.py"].splitlines()) + len(one_line.splitlines()) <= 60
    packages, study = desk / "packages", desk / "study"
    for name, text in files.items():
        path = (packages if name.endswith(".py") else study) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (packages / "markets" / "__init__.py").touch()
    monkeypatch.syspath_prepend(packages)
    # The page's own line, but for the package that holds the room.
    for use, module in yaml.safe_load("{" + one_line.strip() + "}").items():
        monkeypatch.setitem(STEPS, use, module.removeprefix("madein."))
    try:
        config = load_step("markets").Config
        run_study(study, FINISH)
    finally:
        for name in [n for n in sys.modules if n.partition(".")[0] == "markets"]:
            del sys.modules[name]
    assert all(f.description for f in config.model_fields.values())

    done = open_study(study)
    assert {b.kind for b in done.chapters[0].blocks} >= {"finding", "chart", "note"}
    assert len(done.figures) == 5
    sentence = next(b for b in done.chapters[0].blocks if b.kind == "finding").body["text"]
    said = re.sub(r"\{([^{}]+)\}", lambda m: view_of(done.figures[m[1]], "value"), sentence)
    report = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", (study / "out" / "report.html").read_text("utf-8")))
    assert re.sub(r"\s+", " ", said) in report
    assert re.sub(r"\s+", " ", said) in re.sub(r"\s+", " ", (DOCS / ROOM).read_text("utf-8"))
    for id_, figure in done.figures.items():
        assert [f.ref for f in find(done, id_)] == [Ref(f"figure:{id_}")]
        assert figure.basis == "illustrative"
        nodes, sources = [certificate(done, Ref(f"figure:{id_}"))], []
        while nodes:
            node = nodes.pop()
            sources += [node] if node.ref.kind == "source" else []
            nodes += node.children
        assert sources
        assert all(dict(s.facts)["sha256"] for s in sources)
    shares = [f for f in done.figures.values() if f.unit == "percent"]
    assert sum(f.value or 0 for f in shares) == pytest.approx(100)


# -------------------------------------------------------------------------------------------------- the generated pages


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")


def test_generated_pages_are_up_to_date(tools: None, finished: Path) -> None:
    import make_reference

    made = make_reference.pages(finished)
    assert not make_reference.out_of_date(made), "run: python tools/make_reference.py"


def page_text(page: str) -> str:
    return (DOCS / "reference" / page).read_text("utf-8")


def test_every_command_and_option_is_documented() -> None:
    from typer.main import get_command

    from madein.cli import app

    page = page_text("commands.md")
    waiting = [("madein", get_command(app))]
    while waiting:
        path, command = waiting.pop()
        assert path == "madein" or f"## {path}\n" in page
        for param in command.params:
            assert all(option in page for option in param.opts if option.startswith("--")), f"{path}: {param.opts}"
        waiting += [(f"{path} {name}", inner) for name, inner in getattr(command, "commands", {}).items()]


def test_every_key_and_option_of_a_study_is_documented() -> None:
    from madein.study import config
    from madein.study.steps import STEPS, load_step

    page = page_text("study-yaml.md")
    names = {*config._TOP, *config._STEP, *config._SOURCE}
    for use in STEPS:
        assert f"## use: {use}\n" in page
        schema = load_step(use).Config.model_json_schema()
        for model in (schema, *schema.get("$defs", {}).values()):
            names |= set(model.get("properties", {}))
    assert not [n for n in names if f"| `{n}` |" not in page]


def test_every_measure_dimension_comparison_and_basis_is_documented() -> None:
    from madein.core.measures import measures
    from madein.core.step import BASES, COMPARISONS, DIMS

    page = page_text("measures.md")
    assert not [m for m in measures() if f"### `{m}`" not in page]
    assert not [n for n in (*DIMS, *COMPARISONS, *BASES) if f"| `{n}` |" not in page]


def test_every_table_and_column_of_the_example_is_documented(finished: Path) -> None:
    from madein.study.finished import open_study

    page, study = page_text("tables.md"), open_study(finished)
    uses = {chapter.id: chapter.use for chapter in study.chapters}
    for name, about in study.tables.items():
        assert f"`{name}`" in page
        step, _, table = name.partition(".")
        section = page.split(f"### {uses[step]}: {table}\n")[1].split("\n###")[0]
        assert not [c for c in about["columns"] if f"| `{c}` |" not in section]


def test_every_file_and_exit_code_is_documented(finished: Path) -> None:
    from madein.core import errors

    page = page_text("files.md")
    assert not [p.name for p in (finished / "out").iterdir() if f"`{p.name}" not in page]
    codes = [value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int) and name != "SHOWN"]
    assert sorted(codes) == [0, 1, 2, 3]
    for text in (page_text("errors.md"), (DOCS / "how-to" / "fix-bad-input.md").read_text("utf-8")):
        assert not [c for c in codes if f"| `{c}` |" not in text]


def test_every_dependency_has_its_decision() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = "\n".join(p.read_text("utf-8") for p in (DOCS / "decisions").glob("*.md"))
    names = [re.split(r"[^A-Za-z0-9._-]", d)[0] for d in project["dependencies"]]
    assert not [n for n in names if not re.search(rf"(?mi)^## .*\b{re.escape(n)}\b", text)]


# -------------------------------------------------------------------------------------------------------------- the site


def test_every_page_is_in_the_navigation() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))

    def leaves(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        inner = node.values() if isinstance(node, dict) else node
        return [leaf for child in inner for leaf in leaves(child)]  # type: ignore[attr-defined]

    assert sorted(leaves(site["nav"])) == sorted(p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md"))


def test_no_line_is_unreasonably_long() -> None:
    for path in DOCS.rglob("*.md"):
        if path.parent.name != "reference":
            lines = path.read_text("utf-8").splitlines()
            assert not [n for n, line in enumerate(lines, 1) if len(line) > 125 and not line.startswith("|")], path


def test_site_builds_strictly_and_loads_nothing(tmp_path: Path) -> None:
    missing = [m for m in ("mkdocs", "material", "mkdocstrings") if importlib.util.find_spec(m) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed: install the extra docs to build the site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "no_proxy": "*"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.findall(r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)=["']?(?:https?:)?//[^"'> ]+""", text), page
