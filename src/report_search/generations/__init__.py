"""The life of an index: generations, one of which is current.

An index is a cache of the corpus, but for its book of addresses. A generation is a folder that nobody changes once it
is current: the engine's files, every report as JSON, and ``run.json``. The rule: whatever happens, ``current`` names a
generation that was completely checked and is on the disk, or there is no ``current``; and the book knows every address
that a current generation ever had.

    root/
      lock                    held by the one writer, released by the system when its process ends
      current                 id of the current generation, and the SHA-256 of its run.json
      addresses.sqlite        the book: every address that was ever published, see ``address_book``
      hashed.json             the checksum cache: what the system said of the engine's files when they were hashed
      generations/<id>/       run.json · engine/… · reports/<report id>.json
      generations/draft-<id>/ being built; left over if its writer was killed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from report_search.late_names import late_names

if TYPE_CHECKING:
    from report_search.generations.address_book import AddressBook, PublishedPassage, PublishedReport
    from report_search.generations.addresses import Addresses
    from report_search.generations.build_record import (
        BuildRecord,
        PictureBeside,
        ReportSummary,
        SourceRecord,
        WithdrawnReport,
    )
    from report_search.generations.draft import BuildOutcome, Draft
    from report_search.generations.generation import Generation
    from report_search.generations.published import PublishedGenerations
    from report_search.generations.publishing import Generations

__all__ = [
    "AddressBook",
    "Addresses",
    "BuildOutcome",
    "BuildRecord",
    "Draft",
    "Generation",
    "Generations",
    "PictureBeside",
    "PublishedGenerations",
    "PublishedPassage",
    "PublishedReport",
    "ReportSummary",
    "SourceRecord",
    "WithdrawnReport",
]

_MODULES = {
    "address_book": (
        "AddressBook",
        "PublishedPassage",
        "PublishedReport",
    ),
    "addresses": ("Addresses",),
    "build_record": (
        "BuildRecord",
        "PictureBeside",
        "ReportSummary",
        "SourceRecord",
        "WithdrawnReport",
    ),
    "draft": (
        "BuildOutcome",
        "Draft",
    ),
    "generation": ("Generation",),
    "published": ("PublishedGenerations",),
    "publishing": ("Generations",),
}
"""Module to its names, for running programs; the imports above say the same to type checkers."""

# Hidden from type checkers: to them a module with __getattr__ has every attribute, misspelt ones included.
if not TYPE_CHECKING:
    # Who reads an index imports no lock.
    __getattr__ = late_names(__name__, _MODULES)
