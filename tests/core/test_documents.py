"""Texts of documents: plain, HTML, PDF, and everything that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from madein.core.documents import read_document
from madein.core.errors import MadeinError

PAGE = """<html><head><title>T</title><meta property="article:published_time" content="2024-08-05"></head><body>
<nav>Home | News | 99 more</nav><script>alert('7')</script><article><h1>Output rises</h1>
<p>The index of industrial production rose by 5.1 per cent in July 2024, the office said in its monthly release on Monday.</p>
<p>Exports came to 36.2 billion dollars in the same month, after 33.7 billion in June, according to the customs service.</p></article></body></html>"""


def pdf(text: str) -> bytes:
    """A one-page PDF that says a line of text."""
    stream = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (table, len(out))


def test_plain_text_keeps_every_character(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("# Tăng 5%\r\n\r\nxong".encode())
    assert read_document(tmp_path / "a.md").text == "# Tăng 5%\r\n\r\nxong"


def test_html_is_read_without_its_furniture(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    (tmp_path / "a.html").write_text(PAGE)
    found = read_document(tmp_path / "a.html")
    assert "rose by 5.1 per cent" in found.text
    assert "alert" not in found.text
    assert found.date == "2024-08-05"
    assert read_document(tmp_path / "a.html") == found


def test_pdf_is_read(tmp_path: Path) -> None:
    pytest.importorskip("pypdf", reason="the extra press reads PDF")
    (tmp_path / "a.pdf").write_bytes(pdf("Exports rose 5.1 percent in 2024."))
    assert read_document(tmp_path / "a.pdf").text.strip() == "Exports rose 5.1 percent in 2024."


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b"  \n ", "holds no text"),
        ("a.txt", b"\x89PNG\x00\x01", "not utf-8"),
        ("a.txt", b"abc\x00def", "binary"),
        ("a.txt", "Tăng 5%".encode("cp1258", "replace") + b"\xe3", "not utf-8"),
        ("a.docx", b"x", "cannot read files ending in"),
        ("a.pdf", b"no pdf at all", "no readable PDF"),
    ],
)
def test_what_cannot_be_read_is_explained(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MadeinError, match=says):
        read_document(tmp_path / name)


def test_huge_and_missing_files(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(61_000_000)
    with pytest.raises(MadeinError, match="61 MB"):
        read_document(tmp_path / "a.txt")
    with pytest.raises(MadeinError, match="no such file"):
        read_document(tmp_path / "none.txt")
