"""The whole set of cells to take away, and the documents that describe it to other programs.

``datapackage.json`` is for Frictionless, ``dataset.jsonld`` for Croissant, ``metadata.yml`` for datasette. The rule:
all are made of one description of the columns, so that none says what another does not.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from report_search.errors import OperatorError, RequestError
from report_search.export.figure_csv import cells_csv
from report_search.figures.database import FigureDatabase
from report_search.figures.schema import DATA_FILE

FORMATS = ("csv", "sqlite", "parquet")
CSV_FILE = "cells.csv"
PARQUET_FILE = "cells.parquet"
TITLE = "政府信息公开工作年度报告统计表数据"
DESCRIPTION = "报告统计表里的每一个数，连同它的状态、原文、出处。空格不是 0：value 为空时看 status。"
COLUMNS: Mapping[str, tuple[str, str]] = {
    "measure": ("string", "指标的键；栏目无法辨认的为空"),
    "label": ("string", "指标的名称；没有指标的为印出的栏目"),
    "agency": ("string", "机关"),
    "agency_key": ("string", "机关的键"),
    "year": ("integer", "报告所属的年份"),
    "value": ("number", "印出的数；没有印数的为空，不是 0"),
    "status": ("string", "printed 数，zero 0，empty 空，dash 横线，text 文字，recognised 图像识别"),
    "text": ("string", "印出的原文"),
    "unit": ("string", "单位：印出的，否则是指标的"),
    "form": ("string", "格式：2019、2021 或 annex（2014—2018年统计附表）"),
    "passage": ("string", "所在的行，即段落编号"),
    "report": ("string", "报告编号"),
    "url": ("string", "所在的行的地址"),
    "sha256": ("string", "报告文件的 SHA-256"),
    "note": ("string", "栏目印错、重复的说明"),
    "superseded": ("integer", "1：同一年另有后出的报告，以后出的为准"),
}
"""Type and meaning of each column of ``cells.csv``."""
_CROISSANT_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}


def datapackage(figures: FigureDatabase, *, base: str, built: str) -> dict[str, Any]:
    """The description for Frictionless (Data Package 2); ``base`` is the address that the files stand below."""
    fields = [
        {"name": name, "type": kind, "description": meaning} for name, (kind, meaning) in COLUMNS.items()
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "disclosure-report-cells",
        "title": TITLE,
        "description": DESCRIPTION,
        "created": built,
        "version": figures.sha256[:12],
        "resources": [
            {
                "name": "cells",
                "path": f"{base}{CSV_FILE}",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "missingValues": [""]},
            }
        ],
    }


def croissant(figures: FigureDatabase, *, base: str, built: str) -> dict[str, Any]:
    """The description for Croissant (version 1.0)."""
    digest = hashlib.sha256()
    for chunk in cells_csv(figures):
        digest.update(chunk)
    return {
        "@context": {
            "@language": "zh",
            "@vocab": "https://schema.org/",
            "sc": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/",
            "dct": "http://purl.org/dc/terms/",
            "conformsTo": "dct:conformsTo",
            "column": "cr:column",
            "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
            "extract": "cr:extract",
            "field": "cr:field",
            "fileObject": "cr:fileObject",
            "recordSet": "cr:recordSet",
            "source": "cr:source",
        },
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "disclosure-report-cells",
        "alternateName": TITLE,
        "description": DESCRIPTION,
        "datePublished": built,
        "version": "1.0.0",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": CSV_FILE,
                "name": CSV_FILE,
                "contentUrl": f"{base}{CSV_FILE}",
                "encodingFormat": "text/csv",
                "sha256": digest.hexdigest(),
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "cells",
                "name": "cells",
                "field": [_field(name, *about) for name, about in COLUMNS.items()],
            }
        ],
    }


def _field(name: str, kind: str, meaning: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"cells/{name}",
        "name": name,
        "description": meaning,
        "dataType": _CROISSANT_TYPES[kind],
        "source": {"fileObject": {"@id": CSV_FILE}, "extract": {"column": name}},
    }


def datasette_metadata() -> Iterator[str]:
    """``metadata.yml``, with which ``datasette data.sqlite`` opens the file as it should be read, line by line."""
    yield f"title: {TITLE}"
    yield f"description: {DESCRIPTION}"
    yield "databases:"
    yield "  data:"
    yield "    tables:"
    for table, label in (("cells", "单元格"), ("cells_with_sources", "单元格，连同出处")):
        yield f"      {table}:"
        yield f"        description: {label}"
        yield "        columns:"
        for name, (_, meaning) in COLUMNS.items():
            if table == "cells_with_sources" or name not in ("label", "sha256"):
                # Quoted as JSON is, since a meaning may hold a colon.
                yield f'          {name}: "{meaning}"'
    yield "      checks:"
    yield "        description: 互相不符的数字，两边都照印出的样子"
    yield "        sort_desc: difference"
    yield "      reports:"
    yield "        label_column: title"
    yield "      measures:"
    yield "        label_column: label"
    yield "        sort: position"


def write_data(figures: FigureDatabase, folder: Path, *, format_name: str) -> Path:
    """Write the set into ``folder``, which is made if need be; the file that was written.

    Raises ``RequestError`` for Parquet without the extra ``data``.
    """
    if format_name == "parquet" and find_spec("duckdb") is None:
        raise RequestError(
            "missing-extra", "Parquet 需要附加组件。", hint="请运行 pip install 'report-search[data]'。"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if format_name == "sqlite":
            return Path(shutil.copyfile(figures.path, folder / DATA_FILE))
        path = folder / CSV_FILE
        _write(path, cells_csv(figures))
    except OSError as error:
        raise OperatorError(
            "unwritable", f"写不进 {folder}：{error.strerror}", hint="请核对路径、权限和磁盘空间。"
        ) from error
    return _parquet(path, folder / PARQUET_FILE) if format_name == "parquet" else path


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(chunks)


def _parquet(csv_path: Path, path: Path) -> Path:
    """The CSV as Parquet; the CSV is removed."""
    duckdb = import_module("duckdb")
    types = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}
    columns = {name: types[kind] for name, (kind, _) in COLUMNS.items()}
    with duckdb.connect() as database:
        # Empty texts stay texts; of numbers an empty cell is NULL.
        found = database.read_csv(str(csv_path), header=True, columns=columns)
        found.write_parquet(str(path))
    csv_path.unlink()
    return path
