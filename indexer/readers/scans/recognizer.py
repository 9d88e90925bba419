"""Text in pictures by RapidOCR: where lines are, and what each of them says.

Its models (PP-OCRv6, ONNX) lie in its wheel, so that nothing is fetched. The rule: the classifier of direction stays
off and no line is dropped for its score: with the classifier whole lines were lost, and a line that is read badly can
be looked at, one that is missing can't.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from report_search.errors import ReadError

Picture = npt.NDArray[np.uint8]
"""A grey picture, ``(height, width) uint8``, 0 black."""

EXTRA = "report-search[scan]"
_PACKAGES = ("rapidocr", "onnxruntime")
_LONGEST_SIDE = 4_000
_BATCH = 8
_DETECTION = 1.4
"""Pixels a point at which lines are looked for: 100 dots an inch."""
_NARROWEST = 128
"""Pixels, at a height of 48, to which shorter lines are padded: a lone digit padded to the 320 of training is often
given a bracket that is not there, and takes twice as long."""


class RecognisedText(Struct, frozen=True):
    """What a line says, and how sure that is: ``score`` from 0 to 1, the mean over its characters."""

    text: str
    score: float


class TextBox(Struct, frozen=True):
    """Where a line is, in pixels."""

    x0: int
    x1: int
    top: int
    bottom: int


@cache
def is_available() -> bool:
    """Whether the extra ``scan`` is installed."""
    return all(find_spec(name) is not None for name in _PACKAGES)


def versions() -> str:
    """The versions of what recognises, as part of the key of what it recognised."""
    return " ".join(f"{name} {_version(name)}" for name in _PACKAGES)


def missing(what: str) -> ReadError:
    """The refusal of a file that is ``what``, where nothing can recognise it."""
    return ReadError(
        "no-text",
        f"{what}，没有安装文字识别组件",
        hint=f"请运行 pip install {EXTRA}，或用文字识别（OCR）软件转成文本后再放入语料目录",
    )


def find_lines(picture: Picture, *, scale: float) -> list[TextBox]:
    """The boxes of the lines in ``picture``, from top to bottom; ``scale`` is its pixels a point.

    They are found in a smaller picture: a line is told from paper long before its characters are told apart.
    """
    import cv2

    shrink = min(1.0, _DETECTION / scale)
    small = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    found = _engine()(np.repeat(small[:, :, None], 3, axis=2), use_det=True, use_rec=False, use_cls=False)
    if found.boxes is None:
        return []
    height, width = picture.shape
    boxes = []
    for corners in found.boxes:
        (x0, top), (x1, bottom) = corners.min(axis=0) / shrink, corners.max(axis=0) / shrink
        boxes.append(
            TextBox(max(0, int(x0)), min(width, int(x1) + 1), max(0, int(top)), min(height, int(bottom) + 1))
        )
    return sorted(boxes, key=lambda box: (box.top, box.x0))


def read_lines(pictures: Sequence[Picture]) -> list[RecognisedText]:
    """What each of ``pictures``, one line each, says."""
    if not pictures:
        return []
    engine = _engine()
    coloured = [np.repeat(picture[:, :, None], 3, axis=2) for picture in pictures]
    found = engine.recognize_txt(coloured)
    return [
        RecognisedText(text.strip(), round(float(score), 4))
        for text, score in zip(found.txts, found.scores, strict=True)
    ]


@lru_cache(maxsize=1)
def _engine() -> Any:
    import cv2
    from rapidocr import RapidOCR

    # One core: several runs share the machine, and results don't depend on how many there are.
    cv2.setNumThreads(1)
    onnx = "EngineConfig.onnxruntime."
    return RapidOCR(
        params={
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Global.log_level": "critical",
            "Global.max_side_len": _LONGEST_SIDE,
            "Rec.rec_batch_num": _BATCH,
            "Rec.rec_img_shape": [3, 48, _NARROWEST],
            onnx + "intra_op_num_threads": 1,
            onnx + "inter_op_num_threads": 1,
        }
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
