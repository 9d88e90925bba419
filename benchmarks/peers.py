"""The engines that ours are measured against, each asked for the same page: ten hits, their texts, three facets.

All are given the same tokens, every two neighbouring characters of the folded text, so that a word of two
characters is a term and a longer wording a phrase for each of them, and the results can be compared.
"""

from __future__ import annotations

import pickle
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import tantivy
from msgspec import Struct
from whoosh import analysis, fields, index, query, sorting

from report_search.analysis.fold import fold
from report_search.analysis.word_segmenter import build_segmenter
from report_search.engine.protocol import EngineRequest
from report_search.engine.registry import open_engine
from report_search.passages import Passage
from report_search.query.ast import And, Or, Phrase, Query, Term
from report_search.search.highlight import highlight

FACETS = ("year", "section", "topic")
HITS = 10


class Asked(Struct, frozen=True):
    """A query: ``kind`` is and, or, phrase, or typed (words of which some may be in the context of a passage)."""

    kind: str
    words: tuple[str, ...]


class Opened(Protocol):
    """An index opened for reading."""

    def page(self, asked: Asked) -> object:
        """Everything that a page of results needs: hits, their texts with the marks, facets."""

    def ids(self, asked: Asked) -> set[str]:
        """The ids of all passages that match."""


class Peer(Struct, frozen=True):
    """An engine: how it is built in a folder, and how it is opened there."""

    build: Callable[[Path, Sequence[Passage]], None]
    open: Callable[[Path], Opened]


def tokens(text: str) -> list[str]:
    """Every two neighbouring characters; blanks and borders would not survive as tokens."""
    folded = fold(text).text.replace(" ", "␠").replace("\t", "␉")
    return [a + b for a, b in pairwise(folded)]


def marked(text: str, words: Sequence[str]) -> list[int]:
    """The positions of the words in a text, as a peer that keeps no map to the printed text would mark them."""
    return [text.find(word) for word in words]


def ours(name: str) -> Peer:
    """An engine of report-search."""

    def build(folder: Path, passages: Sequence[Passage]) -> None:
        engine = open_engine(name, folder)
        with engine.writer() as writer:
            writer.add(passages)
        engine.close()

    return Peer(build, lambda folder: OwnEngine(name, folder))


class OwnEngine:
    """An engine of report-search, opened."""

    def __init__(self, name: str, folder: Path) -> None:
        self._snapshot = open_engine(name, folder).snapshot()

    def page(self, asked: Asked) -> object:
        tree = tree_of(asked)
        found = self._snapshot.find(EngineRequest(tree, limit=HITS, facets=FACETS))
        passages = self._snapshot.passages([hit.id for hit in found.hits])
        return found, [highlight(tree, passage) for passage in passages]

    def marking(self, asked: Asked) -> float:
        """Milliseconds to mark the texts of a page; the same for each of our engines."""
        tree = tree_of(asked)
        found = self._snapshot.find(EngineRequest(tree, limit=HITS, facets=FACETS))
        passages = self._snapshot.passages([hit.id for hit in found.hits])
        start = time.perf_counter()
        for passage in passages:
            highlight(tree, passage)
        return 1000 * (time.perf_counter() - start)

    def ids(self, asked: Asked) -> set[str]:
        found = self._snapshot.find(EngineRequest(tree_of(asked), limit=1 << 30, facets=()))
        return {hit.id for hit in found.hits}


@cache
def tree_of(asked: Asked) -> Query:
    """The tree of a query as the query reader makes it: words are split before an engine sees them."""
    split = build_segmenter().search_words
    if asked.kind == "typed":
        return And(tuple(Term(w, fold(w), tuple(split(w))) for w in asked.words))
    leaves = tuple(Phrase(w, fold(w), tuple(split(w))) for w in asked.words)
    return Or(leaves) if asked.kind == "or" else And(leaves)


class RawTantivy:
    """tantivy by itself, on one segment: term and phrase queries, its BM25, its aggregations."""

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index(_tantivy_schema(), path=str(folder))
        self._searcher = self._index.searcher()

    @staticmethod
    def build(folder: Path, passages: Sequence[Passage]) -> None:
        writer = tantivy.Index(_tantivy_schema(), path=str(folder)).writer(256 << 20, 2)
        for passage in passages:
            doc = tantivy.Document()
            doc.add_text("text", " ".join(tokens(passage.text)))
            doc.add_text("id", passage.id)
            doc.add_text("stored", passage.text)
            doc.add_text("year", str(passage.year))
            doc.add_text("section", passage.section)
            for reason in passage.topics:
                doc.add_text("topic", reason.key)
            writer.add_document(doc)
        writer.commit()
        writer.wait_merging_threads()

    def page(self, asked: Asked) -> object:
        query_ = self._query(asked)
        found = self._searcher.search(query_, HITS)
        counts = self._searcher.aggregate(query_, {f: {"terms": {"field": f, "size": 100}} for f in FACETS})
        texts = [self._searcher.doc(at)["stored"][0] for _, at in found.hits]
        return found, counts, [marked(text, asked.words) for text in texts]

    def ids(self, asked: Asked) -> set[str]:
        hits = self._searcher.search(self._query(asked), self._searcher.num_docs or 1).hits
        return {self._searcher.doc(at)["id"][0] for _, at in hits}

    def _query(self, asked: Asked) -> tantivy.Query:
        occur = tantivy.Occur.Should if asked.kind == "or" else tantivy.Occur.Must
        return tantivy.Query.boolean_query([(occur, self._wording(word)) for word in asked.words])

    def _wording(self, word: str) -> tantivy.Query:
        terms: list[str | tuple[int, str]] = list(tokens(word))
        if len(terms) == 1:
            return tantivy.Query.term_query(self._index.schema, "text", terms[0])
        return tantivy.Query.phrase_query(self._index.schema, "text", terms)


def _tantivy_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="whitespace")
    for name in ("id", "stored"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


class Sqlite:
    """SQLite FTS5 with its BM25, facets by GROUP BY over the matches."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "fts.db")

    @staticmethod
    def build(folder: Path, passages: Sequence[Passage]) -> None:
        db = sqlite3.connect(folder / "fts.db")
        db.execute(
            "CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='unicode61 categories ''*''')"
        )
        db.execute("CREATE TABLE p(row INTEGER PRIMARY KEY, id, stored, year, section)")
        db.execute("CREATE TABLE topics(row, topic)")
        for row, p in enumerate(passages):
            db.execute("INSERT INTO t(rowid, text) VALUES(?, ?)", (row, " ".join(tokens(p.text))))
            db.execute("INSERT INTO p VALUES(?, ?, ?, ?, ?)", (row, p.id, p.text, p.year, p.section))
            db.executemany("INSERT INTO topics VALUES(?, ?)", [(row, reason.key) for reason in p.topics])
        db.execute("CREATE INDEX by_row ON topics(row)")
        db.execute("INSERT INTO t(t) VALUES('optimize')")
        db.commit()
        db.close()

    def page(self, asked: Asked) -> object:
        match = (self._match(asked),)
        select = self._db.execute
        hits = select("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 10", match).fetchall()
        select("DROP TABLE IF EXISTS temp.found")
        select("CREATE TEMP TABLE found AS SELECT rowid AS row FROM t WHERE t MATCH ?", match)
        counts = [
            select(f"SELECT {field}, count(*) FROM found JOIN p USING(row) GROUP BY 1").fetchall()
            for field in ("year", "section")
        ]
        counts.append(
            select("SELECT topic, count(*) FROM found JOIN topics USING(row) GROUP BY 1").fetchall()
        )
        texts = [select("SELECT stored FROM p WHERE row = ?", hit).fetchone()[0] for hit in hits]
        return counts, [marked(text, asked.words) for text in texts]

    def ids(self, asked: Asked) -> set[str]:
        found = self._db.execute(
            "SELECT id FROM t JOIN p ON p.row = t.rowid WHERE t MATCH ?", (self._match(asked),)
        )
        return {id_ for (id_,) in found}

    def _match(self, asked: Asked) -> str:
        wordings = ['"' + " ".join(tokens(word)).replace('"', '""') + '"' for word in asked.words]
        return (" OR " if asked.kind == "or" else " AND ").join(wordings)


class Scan:
    """Plain ``in`` over every text: no index, no ranking."""

    def __init__(self, folder: Path) -> None:
        self._rows: list[Any] = pickle.loads((folder / "texts").read_bytes())

    @staticmethod
    def build(folder: Path, passages: Sequence[Passage]) -> None:
        rows = [
            (p.id, fold(p.text).text, str(p.year), p.section, [r.key for r in p.topics]) for p in passages
        ]
        (folder / "texts").write_bytes(pickle.dumps(rows))

    def page(self, asked: Asked) -> object:
        found = self._found(asked)
        counts = [Counter(row[2] for row in found), Counter(row[3] for row in found)]
        counts.append(Counter(topic for row in found for topic in row[4]))
        return counts, [marked(row[1], asked.words) for row in found[:HITS]]

    def ids(self, asked: Asked) -> set[str]:
        return {row[0] for row in self._found(asked)}

    def _found(self, asked: Asked) -> list[Any]:
        enough = any if asked.kind == "or" else all
        return [row for row in self._rows if enough(word in row[1] for word in asked.words)]


class TutorialWhoosh:
    """Whoosh as its tutorial has it: its own matchers, collectors, scores and facets."""

    def __init__(self, folder: Path) -> None:
        self._searcher = index.open_dir(str(folder)).searcher()

    @staticmethod
    def build(folder: Path, passages: Sequence[Passage]) -> None:
        split = analysis.SpaceSeparatedTokenizer()
        schema = fields.Schema(
            text=fields.TEXT(analyzer=split, phrase=True),
            stored=fields.STORED,
            id=fields.STORED,
            year=fields.ID(sortable=True),
            section=fields.ID(sortable=True),
            topic=fields.KEYWORD,
        )
        writer = index.create_in(str(folder), schema).writer(limitmb=512)
        for p in passages:
            topics = " ".join(reason.key for reason in p.topics)
            terms = " ".join(tokens(p.text))
            writer.add_document(
                text=terms, stored=p.text, id=p.id, year=str(p.year), section=p.section, topic=topics
            )
        writer.commit()

    def page(self, asked: Asked) -> object:
        groups = sorting.Facets()
        for field in ("year", "section"):
            groups.add_field(field)
        groups.add_field("topic", allow_overlap=True)
        found = self._searcher.search(self._query(asked), limit=HITS, groupedby=groups)
        counts = [{key: len(rows) for key, rows in found.groups(field).items()} for field in FACETS]
        return counts, [marked(hit["stored"], asked.words) for hit in found]

    def ids(self, asked: Asked) -> set[str]:
        found = self._searcher.search(self._query(asked), limit=None)
        return {hit["id"] for hit in found}

    def _query(self, asked: Asked) -> Any:
        combine = query.Or if asked.kind == "or" else query.And
        return combine([self._wording(tokens(word)) for word in asked.words])

    def _wording(self, terms: list[str]) -> Any:
        return query.Term("text", terms[0]) if len(terms) == 1 else query.Phrase("text", terms)


PEERS: dict[str, Peer] = {
    "raw tantivy": Peer(RawTantivy.build, RawTantivy),
    "SQLite FTS5": Peer(Sqlite.build, Sqlite),
    "plain in": Peer(Scan.build, Scan),
    "tutorial Whoosh": Peer(TutorialWhoosh.build, TutorialWhoosh),
}


def peer(name: str) -> Peer:
    """A peer, or an engine of ours, by name."""
    return PEERS.get(name) or ours(name)
