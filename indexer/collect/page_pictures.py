"""Which kept files are the pictures that a kept page shows.

The rule: a page is kept as it was sent, so its addresses of pictures stay as they are; the manifest says which file
each of them is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from indexer.collect.kept_files import KeptFiles
from indexer.collect.links import pictures_of, text_of
from indexer.collect.work_queue import QueuedPage, WorkQueue


def pictures_on_pages(queue: WorkQueue, folder: Path) -> dict[str, dict[str, str]]:
    """By the file of a page: the files of its pictures, by the address as the page has it, in their order there."""
    parents = {page.parent for page in queue.pages("kind = 'picture' AND sha256 != ''")}
    files = KeptFiles(folder)
    found = {}
    for page in queue.pages("file != '' AND kind != 'list'"):
        if page.id in parents and files.is_there(page.file):
            found[page.file] = _pictures_on(page, files, queue)
    return found


def _pictures_on(page: QueuedPage, files: KeptFiles, queue: WorkQueue) -> dict[str, str]:
    sidecar = files.sidecar(page.file)
    headers: Mapping[str, str] = sidecar.headers if sidecar else {}
    text = text_of((files.folder / page.file).read_bytes(), headers.get("content-type", ""))
    shown = pictures_of(text, sidecar.address if sidecar else page.url)
    named = {one.written: _file_of(queue, one.url) for one in shown}
    return {written: file for written, file in named.items() if file and files.is_there(file)}


def _file_of(queue: WorkQueue, url: str) -> str:
    """The file of what an address gave, be it kept under another one; "" if nothing is."""
    page = queue.page(url)
    if page is None or not page.sha256:
        return ""
    return page.file or next((one.file for one in queue.pages("sha256 = ? AND file != ''", page.sha256)), "")
