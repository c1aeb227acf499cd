"""Bad input to the press room: each file is read, or told of in a sentence; never a crash, never a silent drop."""

from __future__ import annotations

import os
import re
import time
import unicodedata
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from madein.core.documents import MAX_BYTES, read_document
from madein.core.errors import MadeinError
from madein.press.reading import read_text

VIET = "Xuất khẩu của Việt Nam đạt 39,07 tỷ USD trong tháng 11/2025, tăng 15,1% so với cùng kỳ năm trước."
SAID = "Exports rose 5.1 per cent year-on-year to $36.2 billion in July 2024, the office said."


def text_of(folder: Path, name: str, data: bytes, encoding: str = "") -> str:
    (folder / name).write_bytes(data)
    return read_document(folder / name, encoding=encoding).text


def refused(folder: Path, name: str, data: bytes, encoding: str = "") -> str:
    with pytest.raises(MadeinError) as caught:
        text_of(folder, name, data, encoding)
    problem = caught.value.problems[0]
    assert problem.where.endswith(name)
    return problem.what


# -- plain text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "holds no text"),
        (bytes(range(256)) * 40, "not utf-8"),
        (unicodedata.normalize("NFD", VIET).encode("cp1258", "replace"), "not utf-8"),
        ("São Paulo exportou 5% a mais".encode("latin-1"), "not utf-8"),
        (VIET.encode("utf-16-le"), "utf-16-le without its byte order mark"),
        (SAID.encode("utf-16-be"), "utf-16-be without its byte order mark"),
        (SAID.encode("utf-32"), "binary"),
        (b"Exports rose 5%\x00 in 2024.", "binary"),
        (b"words " * 20_000 + b"and 5%\x00", "binary"),
    ],
    ids=["empty", "blank", "binary", "cp1258", "latin-1", "utf-16-le", "utf-16-be", "utf-32", "nul", "late-nul"],
)
def test_what_is_no_utf8_text_is_told(tmp_path: Path, data: bytes, says: str) -> None:
    assert says in refused(tmp_path, "a.txt", data)


@pytest.mark.parametrize("encoding", ["cp1258", "utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
def test_a_named_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    # Windows-1258 writes the tone behind the letter.
    written = unicodedata.normalize("NFC", VIET) if encoding != "cp1258" else "".join(
        unicodedata.normalize("NFD", c) if unicodedata.normalize("NFD", c)[-1] in "\u0300\u0301\u0303\u0309\u0323" and len(unicodedata.normalize("NFD", c)) == 2 else c
        for c in unicodedata.normalize("NFC", "Xuat khau dat 39,07 ty USD, tăng 15,1% so với năm trước.")
    )  # fmt: skip
    text = text_of(tmp_path, "a.txt", written.encode(encoding, "replace"), encoding)
    assert "39,07" in text
    assert [f.value for f in read_text(text, lang="vi").facts][-1] == 15.1


def test_a_byte_order_mark_is_believed_and_is_no_character(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert text_of(tmp_path, "a.txt", VIET.encode(encoding)) == VIET


def test_an_unknown_encoding_is_told(tmp_path: Path) -> None:
    assert "no encoding is called" in refused(tmp_path, "a.txt", b"x 5%", "klingon")


def test_offsets_count_in_the_text_as_it_came(tmp_path: Path) -> None:
    for form in ("NFC", "NFD", "NFKD"):
        turned = unicodedata.normalize(form, VIET)
        text = text_of(tmp_path, "a.txt", turned.encode())
        assert text == turned
        facts = read_text(text).facts
        assert [f.value for f in facts] == [39.07e9, 15.1]
        assert all(turned[f.start : f.end] == f.text and turned[f.sent_start : f.sent_end] == f.sentence for f in facts)


def test_line_ends_of_any_system_count_as_they_stand(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r", "\u2028", "\x85"):
        said = f"Steel up{end}{end}Steel output rose 5% in May 2024.{end}{end}Shoe output fell 3% in May 2024."
        text = text_of(tmp_path, "a.txt", said.encode())
        assert text == said
        assert [(f.value, text[f.start : f.end]) for f in read_text(text).facts] == [(5.0, "5%"), (-3.0, "3%")]


# -- numbers and dates that are none


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Version 1.2.3 came out.", "1.2.3"),
        ("A figure of 1,2,34 makes no sense.", "1,2,34"),
        ("It sold 12345678901234567890 of them.", "12345678901234567890"),
        ("About 2½ million tonnes were shipped.", "2½"),
    ],
)
def test_malformed_numbers_are_seen_and_not_read(text: str, number: str) -> None:
    reading = read_text(text)
    assert reading.facts == ()
    assert [u.text for u in reading.unread] == [number]
    assert all(u.why for u in reading.unread)


@pytest.mark.parametrize(
    "day", ["31 February 2024", "February 31, 2024", "31/02/2024", "2024-02-31", "0 May 2024", "32 May 2024", "29 February 2023"]
)
def test_a_day_the_calendar_does_not_have_is_no_day(day: str) -> None:
    text = f"The plant was opened on {day}. Output rose 5%."
    reading = read_text(text)
    assert "5%" in [f.text for f in reading.facts]
    for f in reading.facts:
        for end in (f.period or "").split(".."):
            if end.count("-") == 2:
                date.fromisoformat(end)
    at = text.index(re.search("(?<![0-9])(?:0|29|3[12])(?![0-9])", text)[0])  # type: ignore[index]
    assert any(x.start <= at < x.end for x in (*reading.facts, *reading.unread)), "the number of the day vanished"


def test_without_a_date_words_of_time_have_no_period() -> None:
    reading = read_text("Exports rose 5% last year and may rise 6% next year.")
    assert [f.period for f in reading.facts] == [None, None]
    assert reading.items[0].anchor is None


def test_right_to_left_text_keeps_its_places() -> None:
    text = "\u202bارتفعت الصادرات 12% إلى US$5 million في 2024\u202c\nהיצוא עלה ב-7% בשנת 2024"
    facts = read_text(text).facts
    assert {12.0, 5e6, 7.0} <= {f.value for f in facts}
    assert all(text[f.start : f.end] == f.text for f in facts)


# -- size


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as out:
        out.truncate(MAX_BYTES + 1)
    with pytest.raises(MadeinError, match="60 MB"):
        read_document(file)


@pytest.mark.slow
def test_a_file_of_fifty_megabytes_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as out:
        for _ in range(50):
            out.write((b"nothing is counted here " * 41_667)[:999_990] + b".\n")
        out.write(b"Exports rose 5% in 2024.\n")
    began = time.process_time()
    text = read_document(file).text
    reading = read_text(text)
    assert [(f.text, f.value, text[f.start : f.end]) for f in reading.facts] == [("5%", 5.0, "5%")]
    assert time.process_time() - began < 120


def test_one_line_of_five_megabytes() -> None:
    text = ("a line that goes on without an end, " * 28)[:999] + " "
    text = (text * 5000) + "exports rose 5% in 2024"
    assert len(text) > 5_000_000
    began = time.process_time()
    facts = read_text(text, lang="en").facts
    assert [(f.text, text[f.start : f.end]) for f in facts] == [("5%", "5%")]
    assert max(f.sent_end - f.sent_start for f in facts) <= 2000
    assert time.process_time() - began < 60


@pytest.mark.parametrize(
    "piece", [".", '."', "a\n", "A\n", "1", "1,", "5% ", "1/2/", "(", " ", "the first ", "in 2024 ", "a\u0301", "\x1b[3", "Q3/2024 ", "5 to "]
)
def test_time_grows_with_length_only(piece: str, cpu: Callable[[Callable[[], object]], float]) -> None:
    def cost(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        return cpu(lambda: read_text(text, lang="en"))

    assert cost(16_000) < 12 * cost(2000) + 0.3


def test_time_grows_with_the_number_of_articles_on_a_page_only(cpu: Callable[[Callable[[], object]], float]) -> None:
    def cost(count: int) -> float:
        page = "Steel up\n\nPublished\n\n5% up\n\n" * count
        assert len(read_text(page, lang="en").items) == count
        return cpu(lambda: read_text(page, lang="en"))

    assert cost(12_000) < 13 * cost(1500) + 0.3


def test_a_cut_in_a_sentence_without_an_end_leaves_numbers_whole() -> None:
    text = ", ".join(f"item {n} cost US${n}.5 million" for n in range(100, 400))
    facts = [f for f in read_text(text, lang="en").facts if f.unit == "USD"]
    assert [f.value for f in facts] == [(n + 0.5) * 1e6 for n in range(100, 400)]


# -- pages


def page(body: str, head: str = "") -> bytes:
    return f"<html><head><title>T</title>{head}</head><body>{body}</body></html>".encode()


def test_scripts_styles_and_comments_say_nothing(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    body = (
        f"<script>var a = '77%'</script><style>p:after{{content:'88%'}}</style><!-- 66% --><noscript>55%</noscript><template>44%</template>"
        f"<article><p>{SAID}</p><p onclick='alert(33)' title='22%'>Imports rose <b>6</b>%<sup><a href='#1'>1</a></sup> in July 2024, it said.</p>"
        f"<p>It cost US$5<sup>2</sup> <span>million</span>, not <del>8</del>9 million.</p></article>"
    )
    text = text_of(tmp_path, "a.html", page(body))
    assert [f.value for f in read_text(text).facts] == [5.1, 36.2e9, 6.0, 5e6, 9e6]
    assert "Imports rose 6%¹ in July" in text
    assert not any(x in text for x in ("77", "88", "66", "55", "44", "33", "22", "8 9", "89"))


def test_the_mark_of_a_note_does_not_grow_a_number() -> None:
    facts = read_text("In May 2024², output rose 7%³ and sales were US$5¹ million.").facts
    assert [(f.value, f.period) for f in facts] == [(7.0, "2024-05"), (5e6, "2024-05")]


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "font", "blockquote"])
def test_a_hundred_thousand_nested_tags_are_told(tmp_path: Path, tag: str) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    began = time.process_time()
    assert "nested too deep" in refused(tmp_path, "a.html", page(f"<p>Before 4%.</p>{f'<{tag}>' * 100_000}<p>{SAID}</p>"))
    assert time.process_time() - began < 20


def test_a_hundred_thousand_attributes_and_elements(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    began = time.process_time()
    many = " ".join(f'a{i}="<{i}>"' for i in range(100_000))
    assert SAID in text_of(tmp_path, "a.html", page(f"<div {many}><p>{SAID}</p></div>"))
    assert "elements" in refused(tmp_path, "b.html", page("<p>5% " * 100_000))
    assert time.process_time() - began < 20


@pytest.mark.parametrize("body", ["", "<!-- only this -->", "<script>1</script>", "<img src=x>", "\u00a0"])
def test_a_page_that_says_nothing_is_told(tmp_path: Path, body: str) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    assert refused(tmp_path, "a.html", page(body)) == "the file holds no text"
    assert refused(tmp_path, "b.html", body.encode() or b" ") == "the file holds no text"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("windows-1252", "cp1252"), ("iso-8859-1", "cp1252"), ("utf-8", "utf-8"), ("no-such-thing", "utf-8"), ("utf-16", "utf-8"), ("idna", "utf-8")],
)
def test_a_page_is_read_in_the_encoding_it_states_or_utf8(tmp_path: Path, charset: str, encoding: str) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    data = page(f"<p>São “Paulo” {SAID}</p>", f'<meta charset="{charset}">').decode().encode(encoding)
    assert "São “Paulo”" in text_of(tmp_path, "a.html", data)


def test_a_page_in_an_encoding_it_does_not_state_is_told(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    assert "not utf-8" in refused(tmp_path, "a.html", page("").replace(b"<body>", b"<body><p>S\xe3o Paulo 5%</p>"))
    assert "binary" in refused(tmp_path, "b.html", page("<p>5%\x00</p>"))


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta property="article:published_time" content="2024-08-05T07:00:00+07:00">', "2024-08-05"),
        ('<meta name="pubdate" content="20240805">', "2024-08-05"),
        ('<script type="application/ld+json">{"@graph": [{"datePublished": "2024-08-05"}]}</script>', "2024-08-05"),
        ('<meta property="article:published_time" content="2024-02-31">', ""),
        ('<meta property="article:published_time" content="yesterday">', ""),
        ('<meta property="article:published_time" content="9999-12-31">', ""),
        ('<script type="application/ld+json">{"datePublished": {"a": [' + "[" * 5000 + "</script>", ""),
        ("", ""),
    ],
)
def test_the_day_of_a_page_is_stated_or_none(tmp_path: Path, head: str, day: str) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    (tmp_path / "a.html").write_bytes(page(f"<p>{SAID}</p>", head))
    assert read_document(tmp_path / "a.html").date == day


def test_entities_of_a_page_are_not_unfolded(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    secret = tmp_path / "secret"
    secret.write_text("opened 99%")
    bomb = '<!ENTITY a "ha ha ha">' + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(20))
    data = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">{bomb}]><html><body><p>&s; &t; {SAID}</p></body></html>'
    text = text_of(tmp_path, "a.html", data.encode())
    assert SAID in text
    assert "99%" not in text
    assert len(text) < 1000


# -- PDF


def pdf(stream: bytes, filters: bytes = b"", pages: int = 1, extra: bytes = b"", forms: bytes = b"") -> bytes:
    """A PDF of one content stream, said on each of its pages."""
    resources = b"<< /Font << /F1 5 0 R >> " + (b"/XObject << " + forms + b" >> " if forms else b"") + b">>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [" + b"3 0 R " * pages + b"] /Count %d >>" % pages,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources " + resources + b" >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        extra or b"<< >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"xref\n0 7\n0000000000 65535 f \n%strailer << /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF" % (table, len(out))


TELL = b"BT /F1 12 Tf 40 700 Td (Exports rose 5.1 percent in July 2024.) Tj ET"


def test_pdfs_that_unfold_without_end_are_told(tmp_path: Path) -> None:
    pytest.importorskip("pypdf", reason="the extra press reads PDF")
    began = time.process_time()
    once = zlib.compress(b"BT (5% up) Tj ET " * 6_000_000, 6)
    assert len(once) < 1_000_000
    assert "no readable PDF" in refused(tmp_path, "a.pdf", pdf(once, b"/Filter /FlateDecode"))
    thrice = zlib.compress(zlib.compress(zlib.compress(b" " * 100_000_000, 6)))
    assert "no readable PDF" in refused(tmp_path, "b.pdf", pdf(thrice, b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"))
    assert "pages" in refused(tmp_path, "c.pdf", pdf(TELL, pages=3001))
    assert "unfold without end" in refused(tmp_path, "d.pdf", pdf(zlib.compress(b"q Q " * 5000, 9), b"/Filter /FlateDecode", pages=2900))
    assert time.process_time() - began < 120


def test_damaged_pdfs_are_read_or_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pypdf", reason="the extra press reads PDF")
    whole = pdf(TELL, extra=b"<< /CreationDate (D:20240805120000) >>")
    (tmp_path / "a.pdf").write_bytes(whole)
    assert read_document(tmp_path / "a.pdf").date == "2024-08-05"
    for n in range(0, len(whole), 7):
        for broken in (whole[:n], whole[:n] + b"\xff<<" + whole[n + 3 :], whole[:n] + whole[n + 5 :]):
            (tmp_path / "b.pdf").write_bytes(broken or b"x")
            try:
                read_document(tmp_path / "b.pdf")
            except MadeinError as fault:
                assert fault.problems[0].what
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("made", [b"(D:20241399)", b"(D:20240231)", b"5", b"(yesterday)", b"()"])
def test_a_pdf_of_no_day_has_none(tmp_path: Path, made: bytes) -> None:
    pytest.importorskip("pypdf", reason="the extra press reads PDF")
    (tmp_path / "a.pdf").write_bytes(pdf(TELL, extra=b"<< /CreationDate " + made + b" >>"))
    assert read_document(tmp_path / "a.pdf").date == ""


# -- files that are none


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "link.txt").symlink_to("nowhere.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    for name, says in (
        ("folder", "a folder"),
        ("link", "leads to no file"),
        ("loop", "leads to no file"),
        ("pipe", "no ordinary"),
        ("no", "no such file"),
    ):
        with pytest.raises(MadeinError, match=says):
            read_document(tmp_path / f"{name}.txt")
    with pytest.raises(MadeinError, match="cannot be read"):
        read_document(tmp_path / ("x" * 300 + ".txt"))


def test_a_link_to_an_article_is_the_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SAID)
    (tmp_path / "b.txt").symlink_to("a.txt")
    assert read_document(tmp_path / "b.txt").text == SAID


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(SAID)

    def closed(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(MadeinError, match=r"cannot be read \(Permission denied\)"):
        read_document(tmp_path / "a.txt")


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1b[31m.txt", "<b onclick=x>.txt", "\u202etxt.a.txt", "[red].txt", "=1+1.txt", "a'\"b.txt"])
def test_messages_spell_out_what_a_name_could_do_to_a_terminal(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(MadeinError) as caught:
        read_document(tmp_path / name)
    assert all(c.isprintable() for c in str(caught.value))
