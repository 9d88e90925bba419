"""What the process that draws a page of an original is told on its standard input.

Pages are drawn by the readers that made them legible, so that what is shown is what was recognised; the reading side
asks for one by an order and knows nothing of formats. The rule: an order holds the bytes of the file, which are those
that were indexed, and names files beside it only with the hash that each must have.
"""

from __future__ import annotations

import msgspec

from report_search.generations.build_record import PictureBeside


class PageOrder(msgspec.Struct, frozen=True):
    """Page ``number`` of the file ``data`` called ``name``, counted from 1, turned by ``degrees`` clockwise.

    ``beside`` are the pictures that the file shows and does not hold, below the folder ``root``.
    """

    data: bytes
    name: str
    number: int
    degrees: int = 0
    root: str = ""
    beside: tuple[PictureBeside, ...] = ()

    def packed(self) -> bytes:
        """The order as bytes."""
        return msgspec.msgpack.encode(self)


def unpacked(data: bytes) -> PageOrder:
    """The order in ``data``. Raises ``msgspec.MsgspecError`` for what is none."""
    return msgspec.msgpack.decode(data, type=PageOrder)
