"""Search an index from Python, page after page.

    python examples/search_from_python.py var/index '“领事保护” 年份:2014..2019'

Prints the totals, the counts by year, and every hit with the words that were found in 【】.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from report_search import Hit, ReportSearchError, Searcher, SearchPage, SearchRequest, Snippet


def pages(searcher: Searcher, request: SearchRequest) -> Iterator[SearchPage]:
    """All pages of a result. A cursor goes on behind the last hit of the page that it came with."""
    while True:
        page = searcher.search(request)
        yield page
        if not page.next:
            return
        # The facets are those of the whole result: counting them once is enough.
        request = replace(request, cursor=page.next, facets=())


def marked(snippet: Snippet) -> str:
    """The text with its spans in 【】, from the last to the first so that the offsets before stay right."""
    text = snippet.text
    for start, end in reversed(snippet.spans):
        text = f"{text[:start]}【{text[start:end]}】{text[end:]}"
    return text


def show(hit: Hit) -> None:
    passage = hit.passage
    year = "年份不详" if passage.year is None else passage.year
    print(f"{passage.agency} {year}  {' › '.join(passage.headings)}")
    # A table row has its cells with a tab between them.
    print("  " + marked(hit.snippet).replace("\t", " │ "))
    if hit.missing:
        print(f"  缺少：{'、'.join(hit.missing)}")


def main(index: str, query: str) -> int:
    # strict: a query that can't be understood is an error, not a guess.
    request = SearchRequest(query, facets=("year",), limit=50, strict=True)
    try:
        for number, page in enumerate(pages(Searcher(Path(index)), request)):
            if number == 0:
                years = "，".join(f"{value.label} {value.passages} 段" for value in page.facets[0].values)
                print(f"共 {page.total.passages} 段，见于 {page.total.reports} 份报告。{years}")
            for hit in page.hits:
                show(hit)
    except ReportSearchError as error:
        print(f"{error.message}{error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
