"""Bundles: a ZIP, RAR or 7z with reports in it, each of which is a file of its own, named by the bundle and its place.

``2021.zip/区县/甲区.docx`` is the member ``区县/甲区.docx`` of ``2021.zip``, and ``2021.zip/乙.rar/乙区.doc`` one of a
bundle in a bundle. The rule: nothing is unpacked to a place on the disk; a member is read only as far as the limits
allow, whatever size the bundle claims for it.
"""

from report_search.bundle.archives import archive_kind
from report_search.bundle.limits import MAX_BYTES, MAX_DEPTH
from report_search.bundle.members import (
    Bundle,
    bundle_in,
    file_at,
    may_be_bundle,
    open_bundle,
    read_below_of_run,
    read_member,
    read_member_of_run,
    reading_below,
    split,
)
from report_search.bundle.zipped import BROKEN, ZIP_OPENINGS, ZipBundle, readable_name

__all__ = [
    "BROKEN",
    "MAX_BYTES",
    "MAX_DEPTH",
    "ZIP_OPENINGS",
    "Bundle",
    "ZipBundle",
    "archive_kind",
    "bundle_in",
    "file_at",
    "may_be_bundle",
    "open_bundle",
    "read_below_of_run",
    "read_member",
    "read_member_of_run",
    "readable_name",
    "reading_below",
    "split",
]
