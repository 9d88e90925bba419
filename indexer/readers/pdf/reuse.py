"""What the pages of a PDF draw, counted with all that is drawn again: forms in forms, one stream named many times.

PDFium draws a page in one call that nothing can interrupt, and ten forms in each of eight levels are a hundred million
forms in two kilobytes. The rule: what a page names is followed where the file says so in plain words or in a packed
list of objects; what can't be followed is not counted, and the limits of the process bound it.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator

from msgspec import Struct, field

from indexer.readers import limits

_OBJECT = re.compile(rb"(?<![0-9])([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}obj\b")
_END = re.compile(rb"endobj|(?<!end)stream\r?\n|[0-9]\s{1,9}obj\b")
_LONGEST_DICTIONARY = 2_000_000
"""Bytes of an object without its stream that are looked at: a list of contents may be long."""
_FORM = re.compile(rb"/Subtype\s{0,9}/Form\b")
_PAGE = re.compile(rb"/Type\s{0,9}/Page\b")
_PACKED_OBJECTS = re.compile(rb"/Type\s{0,9}/ObjStm\b")
_CONTENTS = re.compile(rb"/Contents\s{0,9}(?:\[([^\]]*)\]|([0-9]{1,9})\s)")
_KIDS = re.compile(rb"/Kids\s{0,9}\[([^\]]*)\]")
_REFERENCE = re.compile(rb"([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R\b")
_LEADS_ON = re.compile(rb"/(?:Resources|XObject|Parent)\s{0,9}([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R\b")
_NAMED = re.compile(rb"/([^\s/<>\[\]()%{}]{1,99})\s{1,9}([0-9]{1,9})\s{1,9}[0-9]{1,5}\s{1,9}R\b")
_DRAWN = re.compile(rb"/([^\s/<>\[\]()%{}]{1,99})\s{1,9}Do\b")
_MOST_STEPS = 12
"""So many objects are followed from a page or a form to its resources."""
_MOST_PACKED = 50_000
"""So many objects of a packed list are looked at."""


class _Objects(Struct):
    """The objects of a file by number: what they say, and where the streams of those that have one stand."""

    data: bytes
    said: dict[int, bytes] = field(default_factory=dict)
    streams: dict[int, tuple[int, int]] = field(default_factory=dict)

    def content(self, number: int) -> bytes:
        """What the stream of an object unpacks to, as far as a page may be long; empty if it has none."""
        begin, end = self.streams.get(number, (0, 0))
        packed = self.data[begin:end]
        if b"/FlateDecode" not in self.said.get(number, b"") and b"/Fl" not in self.said.get(number, b""):
            return packed
        try:
            return zlib.decompressobj().decompress(packed, limits.MAX_STREAM)
        except zlib.error:
            return b""


def check_drawings(data: bytes) -> None:
    """Raise ``ReadError`` if a page, or all pages together, draw more than the limits allow."""
    objects = _objects_of(data)
    pages = [number for number, said in objects.said.items() if _PAGE.search(said)]
    times = _times_named(objects)
    if not _draws_again(objects, pages, times):
        return
    drawings = _Drawings(objects)
    total = 0
    for number in pages:
        size = drawings.of_page(number)
        total += size * min(limits.MAX_PAGES, max(1, times[number]))
        if size > limits.MAX_DRAWN:
            raise limits.too_large("PDF 一页重复绘制的字节数", size, limit=limits.MAX_DRAWN)
        if total > limits.MAX_UNPACKED:
            raise limits.too_large("PDF 各页重复绘制的总字节数", total, limit=limits.MAX_UNPACKED)


def _draws_again(objects: _Objects, pages: list[int], times: Counter[int]) -> bool:
    """Whether anything can be drawn more than once; most files have no forms and name each stream once."""
    if any(map(_FORM.search, objects.said.values())) or any(times[number] > 1 for number in pages):
        return True
    return any(max(_contents(objects, number).values(), default=0) > 1 for number in pages)


def _times_named(objects: _Objects) -> Counter[int]:
    """How often the tree of pages names each object."""
    lists = (match[1] for said in objects.said.values() for match in _KIDS.finditer(said))
    return Counter(int(one[1]) for named in lists for one in _REFERENCE.finditer(named))


def _contents(objects: _Objects, page: int) -> Counter[int]:
    """The streams that a page draws, and how often each."""
    found = _CONTENTS.search(objects.said[page])
    if not found:
        return Counter()
    if found[2] is None:
        return Counter(int(one[1]) for one in _REFERENCE.finditer(found[1]))
    number = int(found[2])
    listed = objects.said.get(number, b"").lstrip()
    if not listed.startswith(b"["):
        return Counter([number])
    return Counter(int(one[1]) for one in _REFERENCE.finditer(listed))


class _Drawings(Struct):
    """How many bytes of drawing each form and page comes to."""

    objects: _Objects
    _sizes: dict[int, int] = field(default_factory=dict)
    _open: set[int] = field(default_factory=set)

    def of_page(self, number: int) -> int:
        """Bytes that a page draws, forms in forms included."""
        names = self._names(number)
        contents = _contents(self.objects, number)
        return sum(count * self._size(self.objects.content(one), names) for one, count in contents.items())

    def _size(self, content: bytes, names: dict[bytes, int]) -> int:
        drawn = Counter(match[1] for match in _DRAWN.finditer(content))
        inner = (count * self._of_form(names[name]) for name, count in drawn.items() if name in names)
        return len(content) + sum(inner)

    def _of_form(self, number: int) -> int:
        """Bytes that a form draws. One within itself, or deeper than any drawing is, is not followed."""
        if number in self._sizes:
            return self._sizes[number]
        if number in self._open or len(self._open) > limits.MAX_NESTED_TABLES:
            return 0
        self._open.add(number)
        size = self._size(self.objects.content(number), self._names(number))
        self._open.discard(number)
        self._sizes[number] = size
        return size

    def _names(self, number: int) -> dict[bytes, int]:
        """The forms that a page or form may draw, by the names it has for them."""
        found: dict[bytes, int] = {}
        waiting, seen = [number], {number}
        while waiting and len(seen) <= _MOST_STEPS:
            said = self.objects.said.get(waiting.pop(0), b"")
            for match in _NAMED.finditer(said):
                named = int(match[2])
                if _FORM.search(self.objects.said.get(named, b"")):
                    found.setdefault(match[1], named)
            following = {int(match[1]) for match in _LEADS_ON.finditer(said)} - seen
            seen |= following
            waiting += sorted(following)
        return found


def _objects_of(data: bytes) -> _Objects:
    """The objects in ``data``; of several with one number the last counts."""
    found = _Objects(data)
    at = 0
    while begin := _OBJECT.search(data, at):
        number, start = int(begin[1]), begin.end()
        end = _END.search(data, start, start + _LONGEST_DICTIONARY)
        found.said[number] = data[start : end.start()] if end else b""
        at = end.start() if end else start
        if end and end[0].startswith(b"stream"):
            behind = data.find(b"endstream", end.end())
            at = len(data) if behind < 0 else behind
            found.streams[number] = (end.end(), at)
    for number in [one for one in found.streams if _PACKED_OBJECTS.search(found.said[one])]:
        for inner, said in _unpacked_objects(found.content(number)):
            found.said.setdefault(inner, said)
    return found


def _unpacked_objects(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects of a packed list by number: pairs of numbers and places come first, then the objects."""
    first = re.match(rb"[\s0-9]*", content)
    numbers = [int(one) for one in (first[0].split() if first else [])[: 2 * _MOST_PACKED] if len(one) < 10]
    places = numbers[1::2]
    start = first.end() if first else 0
    for number, place, behind in zip(numbers[::2], places, [*places[1:], len(content) - start], strict=False):
        yield number, content[start + place : start + behind]
