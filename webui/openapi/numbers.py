"""The operations on numbers, and the whole set of them as files."""

from __future__ import annotations

from report_search.presentation.payloads.figures import ChecksPayload, MeasuresPayload, SeriesPayload
from webui.openapi import error_codes as codes
from webui.openapi import parameters as given
from webui.openapi.operations import ApiAnswer, ApiOperation, joined

GROUP = "数字"
_CSV = ApiAnswer("text/csv")
_CHECKS = joined(codes.NUMBERS, {400: ("bad-kind",)})
_WHOLE = {503: ("no-figures",)}
_FILES = (
    ("cells_csv", "/data/cells.csv", "text/csv", "Every official cell.", "全部数字，CSV 表格。"),
    ("data_sqlite", "/data/data.sqlite", "application/vnd.sqlite3", "The same as SQLite.", "同上，SQLite。"),
    (
        *("datapackage", "/data/datapackage.json", "application/json"),
        *("What the table holds, for Frictionless.", "数据说明（Frictionless）。"),
    ),
    (
        *("dataset", "/data/dataset.jsonld", "application/ld+json"),
        *("What the table holds, for Croissant.", "数据说明（Croissant）。"),
    ),
    (
        *("metadata", "/data/metadata.yml", "application/yaml"),
        *("How datasette should show it.", "数据说明（datasette）。"),
    ),
)

OPERATIONS = (
    ApiOperation(
        "measures",
        GROUP,
        "/api/v1/measures",
        "What the official tables count, and the stated ratios.",
        "统计表的全部指标。",
        (ApiAnswer(shapes=(MeasuresPayload,)),),
    ),
    ApiOperation(
        "series",
        GROUP,
        "/api/v1/series",
        "The numbers of a measure by agency and year.",
        "一个指标按机关和年份的数值。",
        (ApiAnswer(shapes=(SeriesPayload,)),),
        (given.MEASURE, given.AGENCY, given.YEAR),
        joined(codes.NUMBERS, {400: ("one-measure", "unknown-measure")}),
    ),
    ApiOperation(
        "series_csv",
        GROUP,
        "/api/v1/series.csv",
        "The numbers of several measures as a table.",
        "几个指标的数值，CSV 表格。",
        (_CSV,),
        (given.MEASURES, given.AGENCY, given.YEAR),
        joined(codes.NUMBERS, {400: ("unknown-measure",)}),
    ),
    ApiOperation(
        "checks",
        GROUP,
        "/api/v1/checks",
        "Sums and carry-overs that do not hold.",
        "合计与结转对不上的地方。",
        (ApiAnswer(shapes=(ChecksPayload,)),),
        (given.AGENCY, given.YEAR, given.KIND, given.LIMIT, given.CURSOR),
        joined(_CHECKS, codes.PLACE),
    ),
    ApiOperation(
        "checks_csv",
        GROUP,
        "/api/v1/checks.csv",
        "All of them as a table.",
        "同上，CSV 表格，全部。",
        (_CSV,),
        (given.AGENCY, given.YEAR, given.KIND),
        _CHECKS,
    ),
    *(
        ApiOperation(name, GROUP, path, english, chinese, (ApiAnswer(media_type),), codes=_WHOLE)
        for name, path, media_type, english, chinese in _FILES
    ),
)
