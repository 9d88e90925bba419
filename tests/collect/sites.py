"""Made-up government sites on this machine: the four platforms, and everything that a site may do to whoever asks.

Each site counts what it is asked. Pages carry an ETag and answer a conditional request with 304, as real ones do.
"""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from indexer.synthetic.pages import write_html
from indexer.synthetic.reports import report
from indexer.synthetic.word import write_docx

ROBOTS = b"User-agent: *\nDisallow: /private/\n"


@dataclass(frozen=True)
class Asked:
    """A request: when it came, what it asked for."""

    at: float
    method: str
    path: str
    headers: Mapping[str, str]
    form: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the form."""
        return {name: values[0] for name, values in parse_qs(self.form).items()}


@dataclass(frozen=True)
class Reply:
    """An answer; ``drip`` is a pause after every byte, in seconds, ``cut`` sends so many bytes less than promised."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text/html"
    drip: float = 0.0
    cut: int = 0
    etag: bool = True


Page = Reply | Callable[[Asked], Reply]


@dataclass
class Site:
    """Pages by path (with the query, else without it), what was asked, and the bytes of bodies that went out."""

    pages: dict[str, Page] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)
    sent: int = 0
    reports: set[str] = field(default_factory=set)
    years: dict[int, str] = field(default_factory=dict)
    agency: str = ""
    start: str = "/"

    def asked(self, path: str) -> int:
        """How often an address was asked for."""
        return sum(one.path == path for one in self.log)

    def gaps(self) -> list[float]:
        """The seconds between requests."""
        times = sorted(one.at for one in self.log)
        return [later - former for former, later in pairwise(times)]

    def reply_of(self, path: str) -> bytes:
        """The bytes at an address that are the same for everybody."""
        page = self.pages[path]
        assert isinstance(page, Reply)
        return page.body

    def reply(self, asked: Asked) -> Reply:
        """The answer to a request."""
        page = self.pages.get(asked.path) or self.pages.get(asked.path.partition("?")[0])
        if page is None:
            return Reply(b"<html><title>404</title>not here", 404, etag=False)
        return page if isinstance(page, Reply) else page(asked)


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def _answer(self, form: str) -> None:
        asked = Asked(time.monotonic(), self.command, self.path, dict(self.headers), form)
        self.site.log.append(asked)
        reply = self.site.reply(asked)
        tag = f'"{hashlib.md5(reply.body, usedforsecurity=False).hexdigest()}"'
        if reply.status == 200 and reply.etag and self.headers.get("If-None-Match") == tag:
            reply = Reply(b"", 304)
        self.send_response(reply.status)
        if reply.etag and reply.status == 200:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", reply.kind)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        body = reply.body[: len(reply.body) - reply.cut]
        self.site.sent += len(body)
        try:
            if reply.drip:
                for at in range(len(body)):
                    self.wfile.write(body[at : at + 1])
                    self.wfile.flush()
                    time.sleep(reply.drip)
            else:
                self.wfile.write(body)
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def serving(site: Site, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a site while it is served."""
    handler = type("Handler", (_Handler,), {"site": site})
    server = _Server(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def title_of(agency: str, year: int) -> str:
    """The words of a link to a report."""
    return f"{agency}{year}年政府信息公开工作年度报告"


def with_links(page: bytes, links: str, encoding: str = "utf-8") -> bytes:
    """A page with more links at its end."""
    return page.replace(b"</body>", links.encode(encoding) + b"</body>")


def _published(site: Site, agency: str, years: Sequence[int], *, path: str) -> None:
    """Put a report a year on the site, in the ways in which agencies publish them."""
    site.agency = agency
    site.pages["/robots.txt"] = Reply(ROBOTS, kind="text/plain")
    for at, year in enumerate(years):
        address = path.format(year=year)
        made = report(agency, year)
        site.years[year] = address
        site.reports.add(address)
        if at % 3 == 0:
            # GB18030, as many old pages are.
            site.pages[address] = Reply(write_html(made, layout="cells"), kind="text/html")
        elif at % 3 == 1:
            # The same text as a page and as an attachment.
            attachment = f"/files/{year}/W0{year}.docx"
            page = write_html(made, layout="article")
            site.pages[address] = Reply(with_links(page, f'<p><a href="{attachment}">附件下载</a></p>'))
            site.pages[attachment] = Reply(write_docx(made), kind="application/octet-stream")
            site.reports.add(attachment)
        else:
            # A page that only shows an attachment in a viewer.
            attachment = f"/files/{year}/P0{year}.docx"
            frame = f'<iframe src="/pdfjs/web/viewer.html?file={quote(attachment)}"></iframe>'
            stub = f"<html><head><title>{title_of(agency, year)}</title></head><body>{frame}</body></html>"
            site.pages[address] = Reply(stub.encode())
            site.pages[attachment] = Reply(write_docx(made), kind="application/octet-stream")
            site.reports.add(attachment)


def _item(site: Site, year: int) -> str:
    return f'<li><a href="{site.years[year]}" title="{title_of(site.agency, year)}">{site.agency}{year}年…</a></li>'


def _chunks(years: Sequence[int], size: int) -> list[Sequence[int]]:
    return [years[at : at + size] for at in range(0, len(years), size)]


def _list_page(items: str, rest: str = "") -> bytes:
    menu = '<a href="/zwgk/zhinan.html">政府信息公开指南</a><a href="/news/1.html">要闻</a>'
    return f"<html><head><meta charset=utf-8></head><body>{menu}<ul>{items}</ul>{rest}</body></html>".encode()


def without_validators(site: Site) -> Site:
    """The same site, sending everything anew to whoever asks: no ETag, no 304."""
    for path, page in site.pages.items():
        if isinstance(page, Reply):
            site.pages[path] = replace(page, etag=False)
        else:
            site.pages[path] = lambda asked, page=page: replace(page(asked), etag=False)  # type: ignore[misc]
    return site


def trs_site(agency: str, years: Sequence[int], size: int = 3) -> Site:
    """A site of TRS WCM; one page more than there are would be a 404."""
    site = Site(start="/zwgk/ndbg/index.html")
    _published(site, agency, years, path="/zwgk/ndbg/{year}/t{year}0112_1.html")
    pages = _chunks(years, size)
    for number, chunk in enumerate(pages):
        name = f"/zwgk/ndbg/index{f'_{number}' if number else ''}.html"
        script = f'<script>createPageHTML({len(pages)}, {number}, "index", "html");</script>'
        site.pages[name] = Reply(_list_page("".join(_item(site, year) for year in chunk), script))
    return site


def plain_site(agency: str, years: Sequence[int], size: int = 3) -> Site:
    """A site of plain HTML in GBK, whose pages are joined by 下一页."""
    site = Site(start="/list.asp?id=7")
    _published(site, agency, years, path="/show.asp?id={year}")
    pages = _chunks(years, size)
    for number, chunk in enumerate(pages):
        following = (
            f'<a href="list.asp?id=7&amp;page={number + 2}">下一页</a>' if number + 1 < len(pages) else ""
        )
        page = _list_page("".join(_item(site, year) for year in chunk), following).decode()
        name = "/list.asp?id=7" + (f"&page={number + 1}" if number else "")
        site.pages[name] = Reply(page.replace("utf-8", "gb2312").encode("gb18030"))
    return site


def hanweb_site(agency: str, years: Sequence[int], size: int = 2) -> Site:
    """A site of Hanweb's jcms: the first records are in the page, all others come by POST."""
    site = Site(start="/col/col77278/index.html")
    _published(site, agency, years, path="/art/{year}/1/12/art_77278_{year}.html")

    def records(chosen: Sequence[int]) -> str:
        return "".join(f"<record><![CDATA[\n{_item(site, year)}]]></record>" for year in chosen)

    following = (
        '<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=67&path=/'
        '&columnid=77278&unitid=303271&webname=%E7%9C%81%E5%8E%85&permissiontype=0"></a>]]></nextgroup>'
    )
    island = (
        f'<div id="303271"><script type="text/xml"><datastore>{following}<recordset>{records(years[:size])}'
        "</recordset></datastore></script></div>"
        f"<script>$('#303271').jpage({{totalRecord:{len(years)},perPage:{size},"
        "proxyUrl:'/module/web/jpage/dataproxy.jsp'});</script>"
    )
    site.pages[site.start] = Reply(_list_page("", island))

    def proxy(asked: Asked) -> Reply:
        if asked.method != "POST" or asked.fields.get("unitid") != "303271" or "columnid" not in asked.fields:
            return Reply(b"", 500, etag=False)
        first, last = int(asked.query["startrecord"]), int(asked.query["endrecord"])
        found = records(years[first - 1 : last])
        xml = f"<datastore><totalrecord>{len(years)}</totalrecord><recordset>{found}</recordset></datastore>"
        return Reply(xml.encode(), kind="text/xml")

    site.pages["/module/web/jpage/dataproxy.jsp"] = proxy
    return site


def gkmlpt_site(agency: str, years: Sequence[int], size: int = 3) -> Site:
    """A site of the disclosure platform of Guangdong: the list is JSON."""
    site = Site(start="/gkmlpt/index#1620")
    _published(site, agency, years, path="/gkmlpt/content/3/{year}/post_{year}.html")
    site.pages["/gkmlpt/index"] = Reply(
        b"<html><script>window._CONFIG = { SID: '755031', TREE: [] };</script></html>"
    )

    def api(asked: Asked) -> Reply:
        if asked.query.get("sid") != "755031":
            return Reply(b"{}", 404, etag=False)
        at = (int(asked.query["page"]) - 1) * size
        articles = [
            {"id": year, "title": title_of(agency, year), "url": site.years[year], "date": 1579000000}
            for year in years[at : at + size]
        ]
        data = {"articles": articles, "total": len(years), "classify": {}}
        return Reply(json.dumps(data).encode(), kind="application/json")

    site.pages["/gkmlpt/api/all/1620"] = api
    return site


def jpaas_site(agency: str, years: Sequence[int], size: int = 3) -> Site:
    """A site of jpaas: pieces of HTML in JSON, an empty one behind the last."""
    site = Site(start="/zwgk/ndbg/index.html")
    _published(site, agency, years, path="/art/{year}/art_{year}.html")
    data = (
        "{'webId':'8d82','pageId':'c52d','parseType':'bulidstatic','pageType':'column','tagId':'信息列表',"
        "'tplSetId':'2097','editType':null}"
    )
    site.pages[site.start] = Reply(_list_page("", f'<div class="page" queryData="{data}"></div>'))

    def unit(asked: Asked) -> Reply:
        if asked.query.get("webId") != "8d82" or asked.query.get("tagId") != "信息列表":
            return Reply(b"{}", 400, etag=False)
        number = json.loads(asked.query["paramJson"])["pageNo"]
        chosen = years[(number - 1) * size : number * size]
        html = f"<ul>{''.join(_item(site, year) for year in chosen)}</ul>" if chosen else "<p>没有数据</p>"
        return Reply(json.dumps({"success": True, "data": {"html": html}}).encode(), kind="application/json")

    site.pages["/api-gateway/jpaas-publish-server/front/page/build/unit"] = unit
    return site


PLATFORMS: dict[str, Callable[[str, Sequence[int]], Site]] = {
    "trs": trs_site,
    "links": plain_site,
    "hanweb": hanweb_site,
    "gkmlpt": gkmlpt_site,
    "jpaas": jpaas_site,
}
YEARS = tuple(range(2024, 2015, -1))


def seeds_file(folder: Path, seeds: Mapping[str, Mapping[str, object]], **settings: object) -> Path:
    """A seeds file for sites of this machine, asked as fast as they answer unless ``settings`` say otherwise."""
    told = {"contact": "mailto:tester@example.org", "pause": 0.01, "patience": 5.0, **settings}
    lines = ["[collect]", *(f"{name} = {json.dumps(value)}" for name, value in told.items())]
    for name, seed in seeds.items():
        lines += ["[[seed]]", f"name = {json.dumps(name)}"]
        whole = {"allow_private": True, **seed}
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in whole.items()]
    path = folder / "seeds.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
