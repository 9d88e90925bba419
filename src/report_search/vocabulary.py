"""The lexicon of a corpus: the library's words and labels together with the agencies that the corpus holds."""

from __future__ import annotations

from collections.abc import Iterable

from report_search import agencies, sections, topics
from report_search.analysis.segment import bundled
from report_search.query.lexicon import Lexicon


def lexicon_of(names: Iterable[str]) -> Lexicon:
    """The lexicon for a corpus with the agencies ``names``; those of the agency table are known as well."""
    known = {a.name: (a.key, *a.aliases, *(f.name for f in a.former)) for a in agencies.agencies()}
    here = {name: known.get(name, ()) for name in sorted(names)}
    return Lexicon.of(bundled(), sections=sections.LABELS, topics=topics.labels(), agencies={**here, **known})
