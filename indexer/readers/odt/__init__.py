"""OpenDocument files: texts (.odt) and workbooks (.ods)."""
