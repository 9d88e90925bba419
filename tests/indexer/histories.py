"""Random histories of a corpus whose truth is known: every sentence has an identity that no reader sees.

A file is JSON: agency, year, date, and sections of sentences, each with its identity. ``read`` makes a report of it, as
the reader of a version would; versions differ in what they make of sections, white space and names of agencies.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.run.spool import SpooledReport
from indexer.run.work_plan import Task, record_of
from indexer.run.worker_pool import ReadResult, Recognition
from indexer.structure.report_ids import report_id, slug_of
from report_search.model import Paragraph, Report, Section, Source
from report_search.passages import passages_of
from report_search.taxonomy.topics import assign

KINDS = ("overview", "proactive", "requests", "problems", "other")
AGENCIES = ("外交部", "云州市水利局", "云州市教育局")
COMMON = (
    "无。",
    "不收取费用。",
    "暂无其他需要报告的事项。",
    "收费0元，减免0元。",
    "详见附表。",
    "做好公开工作。",
)
"""Sentences that stand in many places of many reports."""
VERSIONS = 3


@dataclass
class File:
    """A file of the corpus: its sections as pairs of a kind and sentences, each with its identity."""

    agency: str
    year: int
    date: str
    sections: list[tuple[str, list[tuple[int, str]]]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(self.__dict__, ensure_ascii=False), encoding="utf-8")

    @property
    def sentences(self) -> list[tuple[int, str]]:
        return [one for _, sentences in self.sections for one in sentences]


def report_of(file: File, path: str, sha256: str, version: int) -> Report:
    """What the reader of a ``version`` makes of a file."""
    agency = file.agency
    if version == 1 and agency.endswith("教育局"):
        agency = f"{agency}（本级）"
    key = slug_of(agency)
    sections = []
    for at, (kind, sentences) in enumerate(file.sections):
        # The second version knows fewer sections, the third spaces its text otherwise.
        kind = "other" if version == 1 and kind == "problems" else kind
        texts = [text.replace("，", "，　") if version == 2 else text for _, text in sentences]
        sections.append(Section(str(at + 1), KINDS[at], kind, tuple(Paragraph(text) for text in texts)))
    return Report(
        report_id(key, file.year),
        agency,
        key,
        file.year,
        f"{agency}{file.year}年度报告",
        file.date,
        Source(path, "", sha256, "text"),
        tuple(sections),
    )


class Reader:
    """Stands for ``read_all``: reads in this process, by the ``version`` that is set."""

    def __init__(self) -> None:
        self.version = 0

    def recipe(self) -> str:
        return f"version-{self.version}"

    def read_all(
        self, tasks: Sequence[Task], *, spool: Path, recognition: Recognition | None = None
    ) -> Generator[ReadResult, None, None]:
        for number, task in enumerate(tasks):
            data = task.file.path.read_bytes()
            file = File(**json.loads(data))
            report = report_of(file, task.file.name, hashlib.sha256(data).hexdigest(), self.version)
            passages = assign(report, passages_of(report))
            target = SpooledReport.numbered(spool, number)
            target.write(report, passages)
            yield ReadResult(record_of(task), report.header, len(passages), target)


class History:
    """A corpus in a folder, changed at random, step by step."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, File] = {}
        self._random = random.Random(seed)
        self._count = 0
        for _ in range(self._random.randint(2, 4)):
            self.add()

    def step(self) -> str:
        """Change something; what it was."""
        changes = [self.add, self.correct, self.correct, self.correct, self.rename, self.twin, self.remove]
        change = self._random.choice(changes)
        change()
        return change.__name__

    def add(self) -> None:
        """A new report, of an agency and a year that others may have."""
        file = File(self._random.choice(AGENCIES), self._random.randint(2018, 2021), self._date())
        for kind in self._random.sample(KINDS, k=self._random.randint(2, 5)):
            count = self._random.randint(1, 5)
            file.sections.append((kind, [self._sentence() for _ in range(count)]))
        self._count += 1
        self.put(f"{self._random.choice('abcdef')}{self._count}.txt", file)

    def twin(self) -> None:
        """Another edition of a report that is there, with most of its sentences, some corrected."""
        if not self.files:
            return
        original = self._random.choice(sorted(self.files))
        file = File(**json.loads(json.dumps(self.files[original].__dict__)))
        file.date = self._date()
        # Another document: its sentences are places of its own.
        file.sections = [
            (kind, [(self._identity(), text) for _, text in sentences]) for kind, sentences in file.sections
        ]
        for _ in range(self._random.choice((0, 1, 6))):
            self._edit(file)
        self._count += 1
        self.put(f"{self._random.choice('abcdef')}{self._count}.txt", file)

    def correct(self) -> None:
        """A file with one to three edits."""
        if not self.files:
            return
        name = self._random.choice(sorted(self.files))
        for _ in range(self._random.randint(1, 3)):
            self._edit(self.files[name])
        self.put(name, self.files[name])

    def rename(self) -> None:
        if not self.files:
            return
        name = self._random.choice(sorted(self.files))
        self._count += 1
        file = self.files.pop(name)
        (self.folder / name).unlink()
        self.put(f"moved-{self._count}.txt", file)

    def remove(self) -> None:
        if len(self.files) < 2:
            return
        name = self._random.choice(sorted(self.files))
        del self.files[name]
        (self.folder / name).unlink()

    def put(self, name: str, file: File) -> None:
        self.files[name] = file
        file.write(self.folder / name)

    def _edit(self, file: File) -> None:
        sentences = self._random.choice(file.sections)[1]
        at = self._random.randint(0, len(sentences))
        edit = self._random.choice(("insert", "insert", "replace", "delete", "move"))
        if edit == "insert":
            sentences.insert(at, self._sentence())
        elif sentences and edit == "replace":
            sentences[at % len(sentences)] = self._sentence()
        elif len(sentences) > 1 and edit == "delete":
            del sentences[at % len(sentences)]
        elif sentences and edit == "move":
            moved = sentences.pop(at % len(sentences))
            self._random.choice(file.sections)[1].append(moved)

    def _sentence(self) -> tuple[int, str]:
        identity = self._identity()
        if self._random.random() < 0.12:
            return identity, self._random.choice(COMMON)
        return identity, f"全年公开信息{self._random.randint(1, 10**6)}条，第{identity}项。"

    def _identity(self) -> int:
        self._count += 1
        return self._count

    def _date(self) -> str:
        return self._random.choice(("", "2022-01-31", "2022-02-01", "2021-12-01"))


def identities(file: File) -> Iterator[int]:
    """The identities of the sentences of a file in the order of its passages."""
    return (identity for identity, _ in file.sentences)
