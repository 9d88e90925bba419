"""A page as its parser found it: the body as plain nodes, and what its head, links and comments say.

A page is read from lxml's own tree, which takes an eighth of the time that BeautifulSoup needs for the same elements.
That tree ends at 2,048 levels and drops what is below and behind them without a word; there, and where lxml finds no
element at all, ``deep_page`` reads on with BeautifulSoup. The rule: only these two modules touch a parser, and what a
page prints behind its ``</body>`` or ``</html>`` is read like the rest, as browsers show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from lxml import etree

from indexer.readers.html.deep_page import DeepPage
from indexer.readers.html.tree import HtmlNode, enter

_LAYOUT_SPACE = " \n\t\f\r"
_VERBATIM = frozenset(("pre", "textarea"))
"""Elements in which blanks and line ends are printed as they stand."""
_Waiting = tuple[etree._Element | str | None, HtmlNode, bool]
"""An element or a text to be read, the node it goes into, and whether its blanks are printed."""


class ParsedPage(Protocol):
    """What the reader asks of a page, whichever parser found it."""

    def body(self) -> HtmlNode:
        """The page as nodes, without what is not seen. Raises ``ReadError`` beyond ``MAX_DEPTH``."""
        ...

    def attributes_of(self, *names: str) -> Iterator[dict[str, str]]:
        """The attributes of every element with one of these names, in order."""
        ...

    def title(self) -> str:
        """The text of the title element, "" if there is none."""
        ...

    def comments(self) -> list[str]:
        """All comments in order, those before the first element too."""
        ...


def parse_page(text: str) -> ParsedPage:
    """The page in ``text``. Raises ``ReadError`` for one too large and too deep."""
    root = _tree(text)
    return DeepPage(text) if root is None else TreePage(root)


def _tree(text: str) -> etree._Element | None:
    """The tree of ``text``, None if lxml finds no element in it or stops before its end."""
    parser = etree.HTMLParser(huge_tree=True)
    parser.feed(text)
    root = parser.close()
    stopped = parser.feed_error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT)
    return None if stopped else root


class TreePage:
    """A page as lxml's own tree."""

    def __init__(self, root: etree._Element) -> None:
        self._roots = [root, *root.itersiblings()]

    def body(self) -> HtmlNode:
        """See ``ParsedPage``."""
        top = HtmlNode("body", {})
        root, *others = self._roots
        body = next(root.iter("body"), None)
        if body is None:
            waiting = _waiting(self._roots, top)
        else:
            waiting = _waiting([*body.itersiblings(), *others], top)
            waiting.append((body.tail, top, False))
            waiting += _inside(body, top)
        while waiting:
            item, node, verbatim = waiting.pop()
            if isinstance(item, str):
                node.children.append(item if verbatim else _shown(item))
            # A comment has a function for its name, an empty text is None.
            elif item is not None and isinstance(name := item.tag, str):
                inner = enter(node, name, attributes=dict(item.items()))
                if inner:
                    waiting += _inside(item, inner, verbatim=verbatim or name in _VERBATIM)
        return top

    def attributes_of(self, *names: str) -> Iterator[dict[str, str]]:
        """See ``ParsedPage``."""
        return (dict(element.items()) for root in self._roots for element in root.iter(*names))

    def title(self) -> str:
        """See ``ParsedPage``."""
        titles = (element for root in self._roots for element in root.iter("title"))
        return next(("".join(title.itertext()) for title in titles), "")

    def comments(self) -> list[str]:
        """See ``ParsedPage``."""
        return [comment.text or "" for comment in self._roots[0].xpath("//comment()")]


def _inside(element: etree._Element, node: HtmlNode, *, verbatim: bool = False) -> list[_Waiting]:
    """What is in ``element``, last first: its text, and each element with the text behind it."""
    return [*_waiting(element, node, verbatim=verbatim), (element.text, node, verbatim)]


def _waiting(elements: Sequence[etree._Element], node: HtmlNode, *, verbatim: bool = False) -> list[_Waiting]:
    """``elements``, last first, each with the text behind it."""
    found: list[_Waiting] = []
    for element in reversed(elements):
        found += ((element.tail, node, verbatim), (element, node, verbatim))
    return found


def _shown(text: str) -> str:
    """``text``; of nothing but layout space, one line end or blank is left."""
    if text.strip(_LAYOUT_SPACE):
        return text
    return "\n" if "\n" in text else " "
