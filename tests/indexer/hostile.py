"""What a file may do to its reader, by the name of the file: stands in for the reader in a child process."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path

from indexer.run import worker_pool
from indexer.run.work_plan import Task
from indexer.run.worker_pool import ReadResult
from report_search.errors import OperatorError
from report_search.model import Report

GIGABYTES = 5 << 30


def read_job(job: worker_pool._Job) -> ReadResult:
    """Read the file of ``job``, or do what its name says."""
    harm(job.task.file.path)
    return worker_pool.read_job(job)


def harm(path: Path) -> None:
    """Do what the name of a file says; nothing for most names."""
    match path.stem:
        case "loops":
            while True:
                pass
        case "sleeps":
            time.sleep(600)
        case "allocates":
            bytearray(GIGABYTES)
        case "grows":
            kept = []
            while True:
                kept.append(b"x" * 1_000_000)
        case "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exits":
            os._exit(3)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "killed-once":
            if not path.with_suffix(".killed").exists():
                path.with_suffix(".killed").touch()
                os.kill(os.getpid(), signal.SIGKILL)
        case "ZeroDivisionError":
            raise ZeroDivisionError("nobody foresaw this")
        case "OperatorError":
            raise OperatorError("sections-broken", "章节表有误")
        case "ENOSPC" | "EMFILE" | "ENFILE" | "ENOMEM" | "EDQUOT" as name:
            raise OSError(getattr(errno, name), os.strerror(getattr(errno, name)), str(path))


def read_report(task: Task) -> Report:
    """As ``read_job``, for one file alone."""
    harm(task.file.path)
    return worker_pool.read_report(task)
