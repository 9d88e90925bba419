"""Which files of a corpus are to be read.

The rule: a file that was named is always read; in a folder everything is, except what the folder says about itself
(README, manifest, the truth of a demo corpus), hidden files, and what a saved page brings along (images, styles,
scripts, fonts). A picture that is a scanned page of its own is read too (see ``pictures``). A symbolic link is followed
only to where it stays in the folder; it and a file whose name is not UTF-8 are named and not read. The reports in a
bundle (ZIP, RAR, 7z) are files of their own, found by the same rules as in a folder.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from itertools import chain
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from indexer.manifest import COLLECTED, Entry, load_manifest
from indexer.manifest import NAME as MANIFEST
from indexer.page_series import numbered_series
from indexer.run import pictures
from indexer.run.bundles.members import members_of
from report_search.bundle import read_below_of_run
from report_search.bundle.pages import packed_pages
from report_search.errors import OperatorError, ReadError, machine_fault
from report_search.presentation.file_names import is_utf8, readable_name
from report_search.taxonomy.additions import AGENCIES_FILE, TOPICS_FILE

_IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".ico", ".svg", ".webp", ".tif", ".tiff"}
_PAGE_PARTS = {".css", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".swf"}
_SOUNDS = {".mp3", ".mp4", ".avi", ".mov", ".wmv", ".flv", ".wav"}
_TOOLS = {
    ".py",
    ".pyc",
    ".sh",
    ".bat",
    ".exe",
    ".dll",
    ".toml",
    ".ini",
    ".cfg",
    ".log",
    ".lock",
    ".db",
    ".sqlite",
}
_UNFINISHED = {".bak", ".tmp", ".part", ".crdownload", ".new"}
BESIDE = frozenset(_IMAGES | _PAGE_PARTS | _SOUNDS | _TOOLS | _UNFINISHED)
"""Suffixes of files that are found beside reports and can't be one. Of any other file the content decides."""
_OWN = frozenset({"readme", "license", "changelog", "sources"})
TRUTH = "truth.json"
"""What is true of a demo corpus, beside its manifest."""


class DiscoveredFile(Struct, frozen=True):
    """A file to read and the corpus folder that it belongs to; ``name`` is its path in there.

    ``leaves_corpus`` says that it is a symbolic link, to a file or a folder, that leads out of the corpus folder.
    ``member`` is its place in the bundle at ``path``, "" for a file of its own. ``pages`` are the pictures that are the
    pages of the report behind the first, in order, those in a bundle by the bundle's path and their place in it;
    ``is_numbered`` says that their names alone told so. ``shown`` are the pictures of pages that a web page shows, each
    with its name or the address that the page has for it; those in a bundle are named as ``pages`` are.
    """

    path: Path
    root: Path
    leaves_corpus: bool = False
    member: str = ""
    pages: tuple[Path, ...] = ()
    is_numbered: bool = False
    shown: tuple[tuple[str, Path], ...] = ()

    @property
    def pictures(self) -> tuple[Path, ...]:
        """The other files that are read with this one."""
        return (*self.pages, *(path for _, path in self.shown))

    @property
    def page_names(self) -> tuple[str, ...]:
        """The paths of ``pages`` in the corpus folder."""
        return tuple(page.relative_to(self.root).as_posix() for page in self.pages)

    def packed(self) -> bytes:
        """All pages of the report as one package. Raises ``OSError``, ``ReadError``."""
        names = (self._name, *self.page_names)
        read = partial(read_below_of_run, self.root)
        return packed_pages(names, read=read, is_numbered=self.is_numbered)

    @property
    def name(self) -> str:
        """The path relative to the corpus folder, with forward slashes; what is not UTF-8 is written as ``\\xc4``."""
        return readable_name(self._name)

    @property
    def refusal(self) -> ReadError | None:
        """Why the file must not be opened, if so."""
        if self.leaves_corpus:
            hint = "如确要收录，请把文件复制到语料目录里。"
            return ReadError("outside-corpus", "符号链接指向语料目录之外，没有读取", hint=hint)
        if not is_utf8(self._name):
            return ReadError("file-name", "文件名不是 UTF-8 编码，没有读取", hint="请改名后重新运行。")
        return None

    @property
    def _name(self) -> str:
        name = self.path.relative_to(self.root).as_posix()
        return f"{name}/{self.member}" if self.member else name


def discover(paths: Sequence[Path]) -> list[DiscoveredFile]:
    """Every file under ``paths`` once, in the order of ``paths`` and then by name.

    Raises ``OperatorError`` for a path that is not there (``corpus-missing``) or a folder that can't be listed
    (``corpus-unreadable``).
    """
    pictures.forget()
    seen: set[tuple[Path, str]] = set()
    found = []
    for path in paths:
        if not path.exists():
            raise OperatorError("corpus-missing", f"找不到 {path}", hint="请核对路径；默认的语料在 corpus/。")
        for one in _under(path):
            # A link that is not followed is named as itself, beside whatever it leads to.
            real = one.path.absolute() if one.leaves_corpus else _real(one.path)
            if (real, one.member) not in seen:
                seen.add((real, one.member))
                found.append(one)
    return found


def files_in(path: Path, root: Path) -> list[DiscoveredFile]:
    """The file at ``path`` in the corpus folder ``root``, or the reports in it if it is a bundle, whatever a manifest
    says of them."""
    return list(_opened(DiscoveredFile(path, root), _Said(root, {})))


def _opened(file: DiscoveredFile, said: _Said) -> Iterator[DiscoveredFile]:
    """The reports in a bundle, each as a file of its own; any other file as it is."""
    members = (
        [] if file.refusal else members_of(file.path, is_report_name, named=partial(said.named_in, file.path))
    )
    if not members:
        yield file
        return
    folders: defaultdict[Path, list[Path]] = defaultdict(list)
    shown: dict[Path, tuple[tuple[str, Path], ...]] = {}
    for member in members:
        place = file.path / member.name
        folders[place.parent].append(place)
        shown[place] = tuple((PurePosixPath(one).name.lower(), file.path / one) for one in member.shown)
    for places in folders.values():
        for one in _with_pages(places, file.root, said):
            name = one.path.relative_to(file.path).as_posix()
            yield replace(one, path=file.path, member=name, shown=shown[one.path])


def _under(path: Path) -> Iterator[DiscoveredFile]:
    if path.is_file():
        root = _root_of(path)
        said = _Said(root)
        yield from _opened(_with_pictures(DiscoveredFile(path, root), said), said)
        return
    root = path.resolve()
    said = _Said(path)
    for folder, folders, names in os.walk(path, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        linked = (DiscoveredFile(Path(folder) / name, path, leaves_corpus=True) for name in folders)
        yield from (link for link in linked if _leaves(link.path, root))
        files = [Path(folder) / name for name in sorted(names)]
        for one in _with_pages([file for file in files if _is_wanted(file, path, said)], path, said):
            yield from _opened(_with_pictures(_kept_within(one, root), said), said)


def _kept_within(file: DiscoveredFile, root: Path) -> DiscoveredFile:
    """``file``, marked if it or a page of it leads out of ``root``."""
    return replace(file, leaves_corpus=any(_leaves(one, root) for one in (file.path, *file.pages)))


class _Said:
    """What the manifest of a corpus folder says of its files, read once a picture is met; or ``entries``."""

    def __init__(self, root: Path, entries: Mapping[str, Entry] | None = None) -> None:
        self._root = root
        self._entries = entries

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """By their paths below the folder; none for a manifest that can't be read, which whoever needs it tells."""
        if self._entries is not None:
            return self._entries
        with suppress(OperatorError):
            return load_manifest(self._root).entries
        return {}

    def is_named(self, file: Path) -> bool:
        """Whether ``file`` has an entry of its own."""
        return self._name(file) in self.entries

    def named_in(self, bundle: Path) -> frozenset[str]:
        """The members of a bundle that have an entry or are named as pages."""
        start = f"{self._name(bundle)}/"
        return frozenset(
            name.removeprefix(start) for name in (*self.entries, *self._pages) if name.startswith(start)
        )

    def is_page(self, file: Path) -> bool:
        """Whether ``file`` is a page of another one's report."""
        return self._name(file) in self._pages

    def pages_behind(self, file: Path) -> tuple[Path, ...]:
        """The pages of the report whose first page is ``file``, behind it."""
        entry = self.entries.get(self._name(file), Entry())
        return tuple(self._root / page for page in entry.pages)

    def is_left_out(self, file: Path) -> bool:
        """Whether ``file`` is not to be read by itself."""
        return self.entries.get(self._name(file), Entry()).is_left_out

    def pictures_of(self, file: Path) -> Mapping[str, Path]:
        """The pictures that were fetched with the page ``file``, by the addresses that it has for them."""
        entry = self.entries.get(self._name(file), Entry())
        return {address: self._root / name for address, name in entry.pictures.items()}

    @cached_property
    def _pages(self) -> frozenset[str]:
        return frozenset(page for entry in self.entries.values() for page in entry.pages)

    def _name(self, file: Path) -> str:
        return file.relative_to(self._root).as_posix()


def _is_wanted(file: Path, root: Path, said: _Said) -> bool:
    return is_report_name(file.name) or _is_picture_report(file, root, said)


def _is_picture_report(file: Path, root: Path, said: _Said) -> bool:
    """Whether a file that is a picture by its suffix is a scanned report, or a page of one."""
    if file.suffix.lower() not in pictures.SUFFIXES or file.name.startswith((".", "~")):
        return False
    return pictures.is_report(file, root=root, named=said.entries.keys())


def _with_pages(files: Sequence[Path], root: Path, said: _Said) -> Iterator[DiscoveredFile]:
    """The ``files`` of one folder, pictures that are one report as one file: named together, or by their numbers."""
    found = [file for file in files if file.suffix.lower() in pictures.SUFFIXES]
    together = {file: said.pages_behind(file) for file in found}
    free = [
        file for file in found if not together[file] and not said.is_page(file) and not said.is_left_out(file)
    ]
    numbered = numbered_series(free, named=list(filter(said.is_named, free)))
    behind = {*filter(said.is_page, found), *chain.from_iterable(numbered.values())}
    for file in files:
        if file not in behind:
            pages = together.get(file) or numbered.get(file, ())
            yield DiscoveredFile(file, root, pages=pages, is_numbered=file in numbered)


def _with_pictures(file: DiscoveredFile, said: _Said) -> DiscoveredFile:
    """``file`` with the pictures that it shows, fetched with it or saved beside it, if it is a web page."""
    if file.refusal:
        return file
    root = file.root.resolve()
    shown = said.pictures_of(file.path) or pictures.shown_by(file.path)
    return replace(file, shown=tuple(pair for pair in shown.items() if not _leaves(pair[1], root)))


def _leaves(path: Path, root: Path) -> bool:
    """Whether ``path``, which stands below ``root``, is a link that leads out of it."""
    return path.is_symlink() and not _real(path).is_relative_to(root)


def _real(path: Path) -> Path:
    """Where ``path`` leads to; itself if it leads in a circle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _refuse(error: OSError) -> None:
    """A folder that can't be listed stops the run: else its reports would leave the index as if they were gone."""
    raise machine_fault(error) or OperatorError(
        "corpus-unreadable", f"目录打不开：{error.filename}（{error.strerror}）", hint="请核对权限后再运行。"
    ) from error


def _root_of(path: Path) -> Path:
    """The nearest folder above ``path`` that holds a manifest or tables of its own, else its own folder."""
    return next((parent for parent in path.parents if _is_root(parent)), path.parent)


def _is_root(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (MANIFEST, COLLECTED, AGENCIES_FILE, TOPICS_FILE))


def is_report_name(name: str) -> bool:
    """Whether a file of this name in a corpus folder can be a report."""
    path = Path(name)
    own = path.stem.lower() in _OWN or name in (MANIFEST, TRUTH)
    return not own and not name.startswith((".", "~")) and path.suffix.lower() not in BESIDE
