"""Whoosh's files as data: pickles are read, but nothing that they name is run.

Whoosh keeps its table of contents, the directories of its files, postings and stored fields as pickles, and a pickle
from a stranger may call anything. Here every module of Whoosh that reads an index gets a loader which knows the few
names that Whoosh's own files of ours hold, and refuses all others. The rule: a name that is not in ``_KNOWN`` is never
imported, so a snapshot or an index folder from elsewhere can be wrong, but can't run anything.
"""

from __future__ import annotations

import io
import pickle
from collections import defaultdict
from collections.abc import Mapping
from typing import IO, Any

from whoosh import columns, fields, formats, index
from whoosh.analysis.tokenizers import IDTokenizer
from whoosh.codec import whoosh3
from whoosh.filedb import structfile

from report_search.errors import OperatorError


def _latin_1(text: str, encoding: str) -> bytes:
    """How protocol 2 spells bytes; the original, ``_codecs.encode``, would look for any codec by its name."""
    if encoding != "latin1":
        raise _refused(f"encode {encoding}")
    return text.encode("latin-1")


_KNOWN: Mapping[tuple[str, str], Any] = {
    ("_codecs", "encode"): _latin_1,
    ("builtins", "int"): int,
    ("collections", "defaultdict"): defaultdict,
    ("whoosh.analysis.tokenizers", "IDTokenizer"): IDTokenizer,
    ("whoosh.codec.whoosh3", "W3Segment"): whoosh3.W3Segment,
    ("whoosh.fields", "FieldType"): fields.FieldType,
    ("whoosh.fields", "STORED"): fields.STORED,
    ("whoosh.fields", "Schema"): fields.Schema,
    ("whoosh.formats", "Existence"): formats.Existence,
}
_own: dict[tuple[str, str], Any] = {}


class _PlainUnpickler(pickle.Unpickler):
    """A reader of pickles that finds the known names only. Python's own opcodes make plain values and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """What ``name`` of ``module`` stands for. Raises ``OperatorError`` for a name that Whoosh does not write."""
        key = (module, name)
        if key in _KNOWN:
            return _KNOWN[key]
        if key in _own:
            return _own[key]
        raise _refused(f"{module}.{name}")


def load(file: IO[bytes], **_: Any) -> Any:
    """``pickle.load`` for plain values and the known names. Raises ``OperatorError`` for any other pickle."""
    try:
        return _PlainUnpickler(file).load()
    except (pickle.UnpicklingError, EOFError, TypeError, ValueError, AttributeError, LookupError) as error:
        raise _refused(type(error).__name__) from error


def loads(data: bytes, **_: Any) -> Any:
    """``pickle.loads``, likewise."""
    return load(io.BytesIO(data))


class _Pickle:
    """What ``whoosh.index`` uses of the module ``pickle``."""

    dumps = staticmethod(pickle.dumps)
    loads = staticmethod(loads)
    PicklingError = pickle.PicklingError


def guard(*own: type) -> None:
    """Let Whoosh read pickles by these loaders alone; ``own`` are classes of ours that its files name too."""
    _own.update({(one.__module__, one.__qualname__): one for one in own})
    index.pickle = _Pickle
    # Tables of contents of Whoosh 1.1, by a loader that imports whatever they name.
    index.toc_loaders = {}
    structfile.load_pickle = load
    for module in (whoosh3, columns, formats):
        module.loads = loads


def _refused(what: str) -> OperatorError:
    return OperatorError(
        "index-damaged",
        f"索引文件里有不属于索引的内容（{what}），没有读入。",
        hint="请运行 report-search index 重建索引；若它来自快照，不要再用那份快照。",
    )
