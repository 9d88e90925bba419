"""A page nested deeper than lxml's own tree goes, read with BeautifulSoup, which takes any depth.

Old pages open ``<font>`` and ``<span>`` by the thousand and close none. lxml hands its events to BeautifulSoup as it
meets them, so that nothing ends at 2,048 levels. The rule: the same nodes come out as from ``page``.
"""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, PageElement, PreformattedString, Tag

from indexer.readers import limits
from indexer.readers.html.tree import HtmlNode, enter


class DeepPage:
    """A page as BeautifulSoup's tree; what is asked of it is told by ``page.ParsedPage``."""

    def __init__(self, text: str) -> None:
        # For each end tag that closes nothing the parser looks through all that is open.
        if text.count("<") > limits.MAX_DEEP_TAGS:
            raise limits.too_large("深层嵌套网页的元素数", text.count("<"), limit=limits.MAX_DEEP_TAGS)
        self._soup = BeautifulSoup(text, "lxml")

    def body(self) -> HtmlNode:
        """The page as nodes, without what is not seen. Raises ``ReadError`` beyond ``MAX_DEPTH``."""
        top = HtmlNode("body", {})
        # A stack of its own, since pages nest deeper than Python calls may.
        stack = [(iter(self._printed()), top)]
        while stack:
            children, node = stack[-1]
            child = next(children, None)
            if child is None:
                stack.pop()
            elif isinstance(child, Tag):
                inner = enter(node, child.name, attributes=_attributes(child))
                if inner:
                    stack.append((iter(child.children), inner))
            elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
                node.children.append(str(child))
        return top

    def _printed(self) -> list[PageElement]:
        """What is in the first body and behind it."""
        body = self._soup.body
        if body is None:
            return list(self._soup.children)
        root = next((parent for parent in body.parents if parent.parent is self._soup), body)
        behind = root.next_siblings if root is not body else ()
        return [*body.children, *body.next_siblings, *behind]

    def attributes_of(self, *names: str) -> Iterator[dict[str, str]]:
        """The attributes of every element with one of these names, in order."""
        return map(_attributes, self._soup.find_all(names))

    def title(self) -> str:
        """The text of the title element, "" if there is none."""
        element = self._soup.find("title")
        return element.get_text() if element else ""

    def comments(self) -> list[str]:
        """All comments in order."""
        return [str(one) for one in self._soup.find_all(string=lambda text: isinstance(text, Comment))]


def _attributes(tag: Tag) -> dict[str, str]:
    return {key: value if isinstance(value, str) else " ".join(value) for key, value in tag.attrs.items()}
