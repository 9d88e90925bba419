"""What people take away: every hit of a search as a table or as JSON, and ready citations."""

from typing import TYPE_CHECKING

from report_search.late_names import late_names

if TYPE_CHECKING:
    from report_search.export.xlsx_workbook import xlsx_chunks as xlsx_chunks

__all__ = ["xlsx_chunks"]

if not TYPE_CHECKING:
    # Few ask for a workbook, and what writes it takes 1.5 MB of every worker.
    __getattr__ = late_names(__name__, {"xlsx_workbook": ("xlsx_chunks",)})
