"""Saved pages (MHTML): headers, parts, nests of parts, and a page inside one."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.hostile_files.kind import TITLE, Kind, Write, inside, numbered
from benchmarks.hostile_files.pages import PAGE


def archives() -> Iterator[Kind]:
    """Every kind of saved page."""
    opening = "From: <Saved>\r\nMIME-Version: 1.0\r\n"
    related = 'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
    html = f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE.format('<p>甲</p>')}\r\n--b--\r\n"
    for header in ("h: x\r\n", "Subject: =?utf-8?q?a?=\r\n", "Received: a;\r\n b\r\n", "To: a, b <c@d>\r\n"):
        yield _archive(f"headers {header!r}", inside(opening, header, related + html))
    for name, value in (
        ("Subject", "=?utf-8?b?YQ==?= "),
        ("Subject", "a "),
        ("To", "<a@b>, "),
        ("To", "("),
        ("Content-Location", "http://a/ "),
        ("Snapshot-Content-Location", "a\r\n "),
        ("Content-Type", "text/html; a=b; "),
        ("Content-Disposition", 'attachment; a="b"; '),
        ("Content-Transfer-Encoding", "base64 "),
    ):
        yield _archive(f"long {name} {value!r}", inside(f"{opening}{name}: ", value, f"\r\n{related}{html}"))
        part = f"{opening}{related}--b\r\n{name}: "
        yield _archive(f"long {name} {value!r} in a part", inside(part, value, f"\r\n\r\n甲\r\n{html}"))
    boundaries = 'multipart/related; boundary="b"; a*{}*="c"; '
    yield _archive(
        "continued parameters", numbered(f"{opening}Content-Type: text/html", "; a*{}*=b", "\r\n\r\n甲")
    )
    yield _archive(
        "parameters",
        numbered(f"{opening}Content-Type: text/html", f"; {boundaries[:1]}{{}}=b", "\r\n\r\n甲"),
    )
    yield _archive("empty parts", inside(opening + related, "--b\r\n\r\n", html))
    yield _archive("parts", inside(opening + related, "--b\r\nContent-Type: text/css\r\n\r\na\r\n", html))
    yield _archive("pages", inside(opening + related, html.replace("--b--", ""), html))
    yield _archive("lines of a part", inside(f"{opening}{related}--b\r\n\r\n", "a\r\n", html))
    yield _archive("lines like boundaries", inside(f"{opening}{related}--b\r\n\r\n", "--a\r\n", html))
    yield _archive("nested", _nested(opening, html))
    yield _archive(
        "messages in messages", inside(opening, "Content-Type: message/rfc822\r\n\r\n", related + html)
    )
    packed = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n"
    yield _archive("quoted", inside(opening + packed.format("quoted-printable"), "=E7=94=B2<br>", TITLE))
    yield _archive("soft breaks", inside(opening + packed.format("quoted-printable"), "a=\r\n", TITLE))
    yield _archive("base64", inside(opening + packed.format("base64"), "PGI+55Sy", ""))
    yield _archive("broken base64", inside(opening + packed.format("base64"), "PGI+=\r\n", ""))


def _archive(label: str, write: Write) -> Kind:
    return Kind("mhtml", label, write)


def _nested(opening: str, html: str) -> Write:
    """Archives in archives: each part holds the next."""

    def write(size: int) -> bytes:
        levels = size // 70
        inner = "".join(
            f'Content-Type: multipart/mixed; boundary="x{at}"\r\n\r\n--x{at}\r\n' for at in range(levels)
        )
        return f'{opening}{inner}Content-Type: multipart/related; boundary="b"\r\n\r\n{html}'.encode()

    return write
