"""A page as plain nodes: what its parser found, without what no reader of the page sees.

Nodes know their parent, so that the main content can be found from below. The rule: which parser found an element
makes no difference here.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from indexer.readers import limits

_UNSEEN = """
script style noscript template iframe object embed applet svg canvas audio video map area select
option button input textarea datalist head title meta link rp rt nav footer aside dialog
"""
UNSEEN = frozenset(_UNSEEN.split())
_BLOCKS = """
html body div p section article main header center form fieldset blockquote pre ul ol li dl dt dd
table caption thead tbody tfoot tr td th h1 h2 h3 h4 h5 h6 hr figure figcaption address details
summary hgroup menu
"""
BLOCKS = frozenset(_BLOCKS.split())
_INLINE = frozenset(("font", "span", "o:p", "i", "em", "u", "big", "small", "ins", "nobr", "st1:chsdate"))
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)", re.I
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)|font\s*:(?:(?!font\s*:)[^;])*\bbold\b", re.I)
_PLAIN = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.I)


_ICON = re.compile(
    r"logo|icon|ico\b|qr|ewm|erweima|weixin|weibo|beian|conac|jiucuo|dangzheng|ghs\.png|banner|arrow|share|print|btn|nav|wza",
    re.I,
)
_SMALL = 80
"""A picture of fewer pixels on a side holds no text."""


class HtmlNode(Struct, eq=False):
    """An element. ``depth`` counts from the root (0); ``children`` are nodes and texts in order."""

    name: str
    attributes: dict[str, str]
    parent: HtmlNode | None = None
    depth: int = 0
    children: list[HtmlNode | str] = field(default_factory=list)

    def number(self, attribute: str) -> int:
        """The whole number in ``attribute``, at least 1; 1 where there is none."""
        found = re.match(r"\s*(\d{1,9})", self.attributes.get(attribute, ""))
        return max(1, int(found[1])) if found else 1

    @property
    def weight(self) -> bool | None:
        """Whether the element sets its text in bold; None if it says nothing of it."""
        style = self.attributes.get("style", "")
        if _PLAIN.search(style):
            return False
        return True if self.name in ("b", "strong") or _BOLD.search(style) else None

    def inner(self, *names: str) -> list[HtmlNode]:
        """The elements with one of ``names`` below this one, in order, none below another such."""
        found: list[HtmlNode] = []
        stack = [child for child in reversed(self.children) if isinstance(child, HtmlNode)]
        while stack:
            node = stack.pop()
            if node.name in names:
                found.append(node)
            else:
                stack.extend(child for child in reversed(node.children) if isinstance(child, HtmlNode))
        return found

    def text(self) -> str:
        """All text below, with a line end for each border of a block and each ``<br>``."""
        parts: list[str] = []
        stack: list[HtmlNode | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                parts.append(item)
            elif item.name == "br":
                parts.append("\n")
            elif item.name in BLOCKS and item is not self:
                stack.extend(("\n", *reversed(item.children), "\n"))
            else:
                stack.extend(reversed(item.children))
        return "".join(parts)


def enter(parent: HtmlNode, name: str, *, attributes: dict[str, str]) -> HtmlNode | None:
    """The node that takes what is in an element of ``parent``, None if that is not seen.

    Raises ``ReadError`` beyond ``MAX_DEPTH``.
    """
    if is_unseen(name, attributes):
        return None
    if is_bare(name, attributes):
        return parent
    if parent.depth >= limits.MAX_DEPTH:
        raise limits.too_large("网页嵌套层数", parent.depth + 1, limit=limits.MAX_DEPTH)
    inner = HtmlNode(name, attributes, parent, parent.depth + 1)
    parent.children.append(inner)
    return inner


def is_bare(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element changes nothing that is read: its content may as well be in the one around it.

    Old pages open such elements by the hundred and close none.
    """
    return name in _INLINE and not attributes.get("style")


def is_unseen(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element and all below it is not part of what is printed."""
    if name in ("body", "html"):
        # Some pages hide their body until a script shows it.
        return False
    return name in UNSEEN or "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")))


def pictures_in(root: HtmlNode) -> int:
    """How many pictures below ``root`` can hold a text: no icons, and none that only lead elsewhere."""
    return len(pictures_of(root))


def pictures_of(root: HtmlNode) -> list[HtmlNode]:
    """The pictures below ``root`` that can hold a text, in order."""
    return [node for node in root.inner("img") if not _is_icon(node)]


def _is_icon(picture: HtmlNode) -> bool:
    attributes = picture.attributes
    sides = [re.match(r"\d+(?!\d*%)", attributes.get(side, "")) for side in ("width", "height")]
    is_small = any(int(side[0]) < _SMALL for side in sides if side)
    return is_small or bool(_ICON.search(f"{attributes.get('src', '')} {attributes.get('alt', '')}"))
