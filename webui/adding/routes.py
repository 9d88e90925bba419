"""The page “添加报告”, there only where the server was started with ``--allow-upload``.

The rule: every request is one of whoever sits at this machine (``guard``), and a file that was dropped is shown in a
sandbox: it runs nothing, loads nothing and is no page of this site.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response as Redirect

from report_search.errors import OperatorError
from report_search.generations import Generation, PublishedGenerations, ReportSummary
from webui import urls
from webui.adding.commands import CommandError, import_report, index_folder
from webui.adding.guard import AddingSettings, require_own_machine, require_own_page
from webui.adding.review import SHOWN_SUFFIXES, review_of
from webui.adding.staging import MOST_BYTES, MOST_FILES, Staging
from webui.responses import CONTENT_SECURITY_POLICY, NOT_STORED, attachment

EXTENSION = "report_search_adding"
blueprint = Blueprint("adding", __name__)
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
_PDF = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
"""A browser shows no PDF in a sandbox; its viewer runs no script of the file as a page of this site."""
_WITH_FRAMES = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
FACTS = ("agency", "year", "title")


class AddedReport(Struct, frozen=True):
    """What became of a file: the address of its report, or why there is none."""

    name: str
    link: str = ""
    title: str = ""
    problem: str = ""


def install(app: Flask, settings: AddingSettings | None) -> None:
    """Offer the page, if there are settings for it."""
    app.jinja_env.globals["allows_adding"] = settings is not None
    if settings is not None:
        app.extensions[EXTENSION] = settings
        app.register_blueprint(blueprint)


@blueprint.before_request
def _guard() -> None:
    require_own_machine(request.environ)
    if request.method == "POST":
        require_own_page(request.environ, _settings(), token=request.form.get("token", ""))


@blueprint.after_request
def _never_stored(response: Response) -> Response:
    response.headers["Cache-Control"] = NOT_STORED
    return response


@blueprint.get("/add")
def form() -> str:
    """Where files are dropped."""
    return render_template(
        "adding.html", token=_settings().token, most_files=MOST_FILES, most_megabytes=MOST_BYTES >> 20
    )


@blueprint.post("/add")
def put() -> Redirect:
    """Take what was dropped into the staging folder."""
    batch = Staging(_settings().folder).put(request.files.getlist("files"))
    return redirect(url_for("adding.review", batch=batch), 303)


@blueprint.get("/add/<batch>")
def review(batch: str) -> Response:
    """What was read of each file, beside what is printed."""
    files = [review_of(file) for file in Staging(_settings().folder).files(batch)]
    page = render_template("adding_review.html", token=_settings().token, batch=batch, files=files)
    response = Response(page)
    response.headers["Content-Security-Policy"] = _WITH_FRAMES
    return response


@blueprint.get("/add/<batch>/<int:number>")
def printed(batch: str, number: int) -> Response:
    """A file as it was dropped."""
    file = Staging(_settings().folder).file(batch, number)
    kind = SHOWN_SUFFIXES.get(file.path.suffix.lower(), "")
    response = Response(file.path.read_bytes(), content_type=kind or "application/octet-stream")
    response.headers["Content-Security-Policy"] = _PDF if kind == "application/pdf" else _SANDBOX
    if not kind:
        response.headers["Content-Disposition"] = attachment(file.name)
    return response


@blueprint.post("/add/<batch>")
def take(batch: str) -> str:
    """Import the files that were chosen with what was corrected, and index them."""
    settings = _settings()
    staging = Staging(settings.folder)
    imported: dict[str, str] = {}
    added: list[AddedReport] = []
    for file in staging.files(batch):
        if not request.form.get(f"take-{file.number}"):
            continue
        try:
            told = import_report(file.path, settings.folder, facts=_corrected(file.number))
            imported[file.name] = str(told["imported"][0]["file"])
        except CommandError as error:
            added.append(AddedReport(file.name, problem=error.message))
    problem = ""
    if imported:
        try:
            index_folder(settings.folder, settings.index, engine=_current(settings).record.engine)
        except CommandError as error:
            problem = f"{error.message} {error.hint}"
    generation = _current(settings)
    added += [_added(name, path, generation) for name, path in imported.items()]
    if not problem:
        staging.remove(batch)
    return render_template("adding_done.html", added=added, problem=problem, folder=settings.folder)


def _current(settings: AddingSettings) -> Generation:
    """The generation that is current now; that of the request is the one that it began with."""
    generation = PublishedGenerations(settings.index).current()
    if generation is None:
        raise OperatorError("no-index", "还没有索引。", hint="请运行 report-search index。")
    return generation


def _corrected(number: int) -> dict[str, str]:
    """What a person typed otherwise than it was read."""
    typed = {name: request.form.get(f"{name}-{number}", "").strip() for name in FACTS}
    read = {name: request.form.get(f"read-{name}-{number}", "") for name in FACTS}
    return {name: value for name, value in typed.items() if value and value != read[name]}


def _added(name: str, path: str, generation: Generation) -> AddedReport:
    summary = next((one for one in generation.reports() if one.path == path), None)
    if summary is None:
        record = next((one for one in generation.record.sources if one.path == path), None)
        return AddedReport(name, problem=record.message if record else "已存入目录，没有成为报告。")
    return AddedReport(name, urls.report_link(summary.id), _heading(summary))


def _heading(summary: ReportSummary) -> str:
    year = f" · {summary.year}年" if summary.year else ""
    return f"{summary.title}（{summary.agency}{year}，{summary.passages} 段）"


def _settings() -> AddingSettings:
    return cast(AddingSettings, current_app.extensions[EXTENSION])
