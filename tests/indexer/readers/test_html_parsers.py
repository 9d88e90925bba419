"""Both parsers find the same page, and all of it: lxml's tree, and BeautifulSoup where that tree ends."""

from __future__ import annotations

import pytest

from indexer.document import Line
from indexer.readers import limits
from indexer.readers.html.deep_page import DeepPage
from indexer.readers.html.page import TreePage, parse_page
from indexer.readers.html.reader import HtmlReader
from indexer.readers.html.tree import HtmlNode
from indexer.synthetic.pages import LAYOUTS, Layout, write_html
from indexer.synthetic.reports import report
from report_search.errors import ReadError

PROSE = "全年受理信息公开申请十二件，均在规定期限内答复，没有因此引起的行政复议和行政诉讼。"


def flat(node: HtmlNode) -> list[object]:
    """``node`` and all below it as plain values."""
    return [
        node.name,
        node.attributes,
        *(one if isinstance(one, str) else flat(one) for one in node.children),
    ]


def lines(page: str) -> list[str]:
    document = HtmlReader().read(page.encode(), "a.html")
    return [part.text for part in document.parts if isinstance(part, Line)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_both_parsers_find_the_same(layout: Layout) -> None:
    text = write_html(report("示例乙县审计局", 2020), layout=layout).decode("utf-8", "replace")
    tree, deep = parse_page(text), DeepPage(text)
    assert isinstance(tree, TreePage)
    assert flat(tree.body()) == flat(deep.body())
    assert (tree.title(), tree.comments()) == (deep.title(), deep.comments())
    for name in ("meta", "link", "a"):
        assert len(list(tree.attributes_of(name))) == len(list(deep.attributes_of(name)))


@pytest.mark.parametrize(
    "page",
    [
        "<p>甲<b>乙<p>丙</b>丁<td>戊",
        "<!-- 前 --><html><body>甲<!-- 中 -->乙</body></html><!-- 后 -->",
        "<html><body>甲</body>乙<p>丙</html><p>丁<html><body>戊",
        "<table>\t<tr> \n<td> 甲 \n</td>\t</table><pre> 乙\n\t丙 </pre><textarea> </textarea>",
        "<html><head><title>甲 &lt; 乙</title></head><frameset><noframes><body>丙</body></noframes></frameset>",
        "<o:p>甲</o:p><st1:chsdate year=1>乙</st1:chsdate><font>丙<br>丁<hr>戊</font>",
        "甲 < 乙 <3 & 丙 &nbsp; &#x4e00; \0 <?php 丁 ?> <![CDATA[戊]]>",
    ],
)
def test_both_parsers_find_the_same_in_broken_pages(page: str) -> None:
    tree, deep = parse_page(page), DeepPage(page)
    assert isinstance(tree, TreePage)
    assert flat(tree.body()) == flat(deep.body())
    assert (tree.title(), tree.comments()) == (deep.title(), deep.comments())


@pytest.mark.parametrize("levels", [200, 2_000, 2_100, 9_000])
def test_elements_by_the_thousand_that_nobody_closes(levels: int) -> None:
    """The tree of lxml ends at 2,048 levels and says so only in its log."""
    page = f"<html><body><p>{'<font>' * levels}甲{PROSE}</p><p>乙{PROSE}</p></body></html>"
    assert lines(page) == ["甲" + PROSE, "乙" + PROSE]


def test_so_many_that_even_beautiful_soup_takes_too_long() -> None:
    page = f"<html><body>{'<font>' * limits.MAX_DEEP_TAGS}</b>{PROSE}</body></html>"
    with pytest.raises(ReadError, match="嵌套"):
        lines(page)


@pytest.mark.parametrize(
    "between",
    ["</body></html>", "</html>", "</body>", "</body></html><html><body>", "</div></div></body></html>\n"],
)
def test_a_page_that_goes_on_behind_its_end(between: str) -> None:
    """Templates glued together close the page twice; browsers show what comes behind."""
    page = (
        f"<html><head><title>题</title></head><body><p>甲{PROSE}</p>{between}<p>乙{PROSE}</p></body></html>"
    )
    assert lines(page) == ["甲" + PROSE, "乙" + PROSE]


def test_a_page_of_nothing_but_comments() -> None:
    assert flat(parse_page("<!-- 只有注释 -->").body()) == ["body", {}]
