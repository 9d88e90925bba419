"""Workbooks of Excel and WPS (.xlsx, .xls, .et) as they print: sheets as tables, and the text around them."""
