"""The operations on what is held: reports, passages, agencies, cited documents."""

from __future__ import annotations

from report_search.presentation.payloads.agencies import AgenciesPayload, AgencyDetailPayload
from report_search.presentation.payloads.hits import PassagePayload
from report_search.presentation.payloads.phrasing import PhrasesPayload, RewritingPayload
from report_search.presentation.payloads.references import ReferenceDetailPayload, ReferencesPayload
from report_search.presentation.payloads.reports import ReportPayload, ReportsPayload
from report_search.presentation.payloads.service import CitationPayload
from webui.openapi import error_codes as codes
from webui.openapi import parameters as given
from webui.openapi.operations import ApiAnswer, ApiOperation, joined

REPORTS, AGENCIES, REFERENCES = "报告与段落", "机关", "引用的文件"
_CSV = ApiAnswer("text/csv")
_CITATION = (ApiAnswer(shapes=(CitationPayload,)), ApiAnswer("text/plain"))
_LISTED = joined(codes.PLACE, codes.REFERENCES)

OPERATIONS = (
    ApiOperation(
        "reports",
        REPORTS,
        "/api/v1/reports",
        "Every report of the index in short.",
        "全部报告，不含正文。",
        (ApiAnswer(shapes=(ReportsPayload,)),),
    ),
    ApiOperation(
        "report",
        REPORTS,
        "/api/v1/reports/{report_id}",
        "One report, whole: sections, paragraphs, tables, each with the id of its passage.",
        "一份报告的全部内容：章节、段落、表格，各带段落编号。",
        (ApiAnswer(shapes=(ReportPayload,)),),
        (given.REPORT_ID,),
        codes.REPORT,
    ),
    ApiOperation(
        "report_citation",
        REPORTS,
        "/api/v1/reports/{report_id}/citation",
        "How to cite a report; the bare text by `Accept: text/plain`.",
        "报告的引文；Accept: text/plain 只给文字。",
        _CITATION,
        (given.REPORT_ID, given.STYLE),
        joined(codes.REPORT, codes.STYLES),
    ),
    ApiOperation(
        "original",
        REPORTS,
        "/reports/{report_id}/original",
        "The file that a report was read from, byte by byte.",
        "报告的原文件。",
        (ApiAnswer("*/*"),),
        (given.REPORT_ID,),
        joined(codes.REPORT, {410: ("original-gone", "original-changed")}),
        errors="page",
    ),
    ApiOperation(
        "page_picture",
        REPORTS,
        "/reports/{report_id}/pages/{number}.jpg",
        "A page whose text was recognised, as it looks in the original.",
        "文字由机器识别的一页，原件的图片。",
        (ApiAnswer("image/jpeg"),),
        (given.REPORT_ID, given.PAGE_NUMBER),
        joined(
            codes.REPORT,
            {404: ("no-page",), 410: ("original-gone", "original-changed", "page-not-drawn")},
        ),
        errors="page",
    ),
    ApiOperation(
        "passage",
        REPORTS,
        "/api/v1/passages/{passage_id}",
        "One passage with its place.",
        "一个段落和它的位置。",
        (ApiAnswer(shapes=(PassagePayload,)),),
        (given.PASSAGE_ID,),
        codes.PASSAGE,
    ),
    ApiOperation(
        "passage_citation",
        REPORTS,
        "/api/v1/passages/{passage_id}/citation",
        "How to cite a passage; the bare text by `Accept: text/plain`.",
        "段落的引文；Accept: text/plain 只给文字。",
        _CITATION,
        (given.PASSAGE_ID, given.STYLE),
        joined(codes.PASSAGE, codes.STYLES),
    ),
    ApiOperation(
        "agencies",
        AGENCIES,
        "/api/v1/agencies",
        "The agencies of the index: names, lineage, years held.",
        "全部机关：历年名称、前身、收录的年份。",
        (ApiAnswer(shapes=(AgenciesPayload,)),),
        (given.AGENCY_QUERY,),
        {400: ("repeated-parameter",)},
    ),
    ApiOperation(
        "agency",
        AGENCIES,
        "/api/v1/agencies/{key}",
        "One agency, with its topics and numbers by year and its reports.",
        "一个机关：各年的主题和数字，全部报告。",
        (ApiAnswer(shapes=(AgencyDetailPayload,)),),
        (given.AGENCY_KEY,),
        joined(codes.AGENCY, {308: ()}),
    ),
    ApiOperation(
        "agency_series_csv",
        AGENCIES,
        "/api/v1/agencies/{key}/series.csv",
        "The numbers of an agency through the years, every one with its sentence or row.",
        "一个机关历年的数字，CSV 表格，各附原句或所在的行。",
        (_CSV,),
        (given.AGENCY_KEY,),
        joined(codes.AGENCY, codes.NUMBERS, {308: ()}),
    ),
    ApiOperation(
        "phrases",
        AGENCIES,
        "/api/v1/agencies/{key}/phrases",
        "What is new and what is last in the reports of a year.",
        "某年新出现和不再出现的说法。",
        (ApiAnswer(shapes=(PhrasesPayload,)),),
        (given.AGENCY_KEY, given.ONE_YEAR, given.LINEAGE),
        joined(
            codes.AGENCY, {400: ("bad-year", "bad-lineage", "year-not-held", "repeated-parameter"), 308: ()}
        ),
    ),
    ApiOperation(
        "rewriting",
        AGENCIES,
        "/api/v1/agencies/{key}/rewriting",
        "How much of each report of an agency was rewritten.",
        "一个机关每年的报告改写了多少。",
        (ApiAnswer(shapes=(RewritingPayload,)),),
        (given.AGENCY_KEY,),
        joined(codes.AGENCY, {308: ()}),
    ),
    ApiOperation(
        "references",
        REFERENCES,
        "/api/v1/references",
        "The documents that reports cite by 文号 or by a title in 《》.",
        "报告引用的文件，按文号或书名号里的名称。",
        (ApiAnswer(shapes=(ReferencesPayload,)),),
        (given.REFERENCE_QUERY, given.REFERENCE_SORT, given.LIMIT, given.CURSOR),
        _LISTED,
    ),
    ApiOperation(
        "references_csv",
        REFERENCES,
        "/api/v1/references.csv",
        "All of them as a table.",
        "同上，CSV 表格，全部。",
        (_CSV,),
        (given.REFERENCE_QUERY, given.REFERENCE_SORT),
        joined(codes.REFERENCES, {400: ("repeated-parameter",)}),
    ),
    ApiOperation(
        "reference",
        REFERENCES,
        "/api/v1/references/{key}",
        "One cited document: its printed forms, counts by year, the passages that cite it.",
        "一个被引文件：各种写法、逐年计数、引用它的段落。",
        (ApiAnswer(shapes=(ReferenceDetailPayload,)),),
        (given.REFERENCE_KEY, given.LIMIT, given.CURSOR),
        joined(codes.REFERENCE, codes.PLACE, {302: ()}),
    ),
    ApiOperation(
        "reference_csv",
        REFERENCES,
        "/api/v1/references/{key}.csv",
        "The passages that cite a document as a table.",
        "引用一个文件的段落，CSV 表格。",
        (_CSV,),
        (given.REFERENCE_KEY,),
        codes.REFERENCE,
    ),
)
