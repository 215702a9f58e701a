"""`pmp`: the commands. The only room that prints and exits.

Exit status: 0 good; 1 problems in the content; 2 wrong usage, or a part of the system that is missing or cannot be used, with what mends it;
128 and the number of the signal where it was stopped (130 by Ctrl and C).
"""

from __future__ import annotations

import datetime
import errno
import io
import ipaddress
import logging
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # else Material prints notices about its own future to educators

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.table import Column, Table

from generator import remembered, scaffold, unchanged
from generator.build import ALL, Built, Request, build, draft, for_patient, handout_index, held, register_of
from generator.compose import choices
from generator.compose.templating import BrokenTemplateError
from generator.content import issued
from generator.content.documents import read_yaml
from generator.content.load import load
from generator.content.model import Audience, Issue, Library
from generator.content.problems import Place, Problem, as_json, as_text, did_you_mean, errors
from generator.paper import machine
from generator.paper.cluster import Cluster
from generator.paper.rendering import Rendering
from generator.paper.workers import UnusableWorkersError, Workers
from generator.rules.prose import sections_of
from generator.text import readability
from generator.web import engine, faults, stopping
from generator.web.export import export as export_site
from generator.web.swap import Swap

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from generator.web.mkdocs_plugin import PmpPlugin

CONTENT, USAGE = 1, 2

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Publish what a health programme teaches: a website and printed sheets, from one set of messages.",
)
out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write the day as YYYY-MM-DD, for example 2026-11-22") from None


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    try:
        if host != "localhost":
            ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        if port.isdecimal() and 1 <= int(port) <= 65535:
            return text
    except ValueError:
        pass
    raise typer.BadParameter("write it as HOST:PORT, for example 127.0.0.1:8000. The host is a number or localhost, and the port is from 1 to 65535")


Project = Annotated[Path, typer.Option("--project", metavar="DIR", help="The folder of the project.", show_default="this folder")]
Today = Annotated[datetime.date | None, typer.Option("--today", metavar="YYYY-MM-DD", parser=_day, help="The day to build for.", show_default="today")]
Clinics = Annotated[list[str] | None, typer.Option("--clinic", metavar="KEY", help="Also make the sheets of this clinic. May be given more than once.")]
AllClinics = Annotated[bool, typer.Option("--all-clinics", help="Also make the sheets of every clinic.")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, metavar="N", help="How many sheets to render at once.", show_default="every core")]
Scheduler = Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Render on a cluster of many machines (dask.distributed).")]
Strict = Annotated[bool, typer.Option("--strict", help="Let a warning stop the build too: an overdue review, a sheet that cannot be made.")]


@app.command("build")
def build_command(
    context: typer.Context,
    project: Project = Path(),
    today: Today = None,
    site_dir: Annotated[Path | None, typer.Option("--site-dir", metavar="DIR", help="Where the site goes.", show_default="site")] = None,
    clinic: Clinics = None,
    all_clinics: AllClinics = False,
    no_handouts: Annotated[bool, typer.Option("--no-handouts", help="Leave the printed sheets out.")] = False,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    strict: Strict = False,
) -> None:
    """Build the website and its sheets into site/. The old site stays until the new one is whole."""
    root = _root(project)
    started = time.monotonic()
    request = Request(today or datetime.date.today(), _clinics(clinic, all_clinics), not no_handouts, jobs, strict)
    if strict and request.sheets:
        _need_libraries()
    config = _config(root, strict=strict)
    if site_dir:
        config.site_dir = str(site_dir.absolute())
    swap = Swap(Path(config.site_dir), root)
    with (
        faults.explained(swap.target, root),
        closing(swap),
        remembered.kept(root, whole=True),
        _executor(scheduler) as executor,
        _worker(request, executor) as worker,
    ):
        swap.begin(err.print)
        outcome = "Nothing was changed in the site."
        drafted = draft(root, request)
        if not drafted.site:
            _stop(drafted.problems, outcome)
        try:  # sheets take longest, so they begin before the rest is made and looked at
            rendering = Rendering(root, drafted.site.prints, jobs=jobs, executor=executor, ready=worker)
        except BrokenTemplateError as broken:
            _stop((*drafted.problems, broken.problem), outcome)
        with rendering:
            built = held(drafted)
            if not built.site:
                _stop(built.problems, outcome)
            rendering.go_on()
            _show(built.problems)
            _notice(rendering)
            plugin = _plugin(config)
            with _Progress(Pages=(lambda: plugin.made, len(built.site.pages)), Sheets=(lambda: rendering.done, rendering.count)):
                _run_mkdocs(config, swap, request, built, rendering)
    count, where = len(built.site.prints), f"{_shown(swap.target)}/"
    sheets = f"{count} sheets ({rendering.count} rendered)" if count else "no sheets"
    out.print(f"{len(built.site.pages)} pages and {sheets} in {where}, in {time.monotonic() - started:.1f} s.")
    if not (built.problems or plugin.warned) and _is_plain(config):
        _note(context, 0, f"Nothing has changed: {len(built.site.pages)} pages and {count or 'no'} sheets in {where}.\n", swap.target)


@app.command()
def serve(
    project: Project = Path(),
    today: Today = None,
    address: Annotated[str, typer.Option("--address", metavar="HOST:PORT", parser=_address, help="Where the preview answers.")] = "127.0.0.1:8000",
    no_handouts: Annotated[bool, typer.Option("--no-handouts", help="Leave the printed sheets out.")] = False,
) -> None:
    """Show the site in your browser, and follow every change that you save. A mistake shows as a notice above the page."""
    root = _root(project)
    _plugin(_config(root))
    from generator.web.live import Live

    _log_plainly(logging.CRITICAL)  # a problem stands above every page, and is told once here
    try:
        live = Live(root, Request(today or datetime.date.today(), sheets=not no_handouts), address, partial(err.print, markup=False))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            what, cure = f"something already answers at {address}, perhaps another preview.", "Stop that one with Ctrl and C, or choose another"
            _usage(what, f"{cure}: --address 127.0.0.1:8001")
        if error.errno in {errno.EADDRNOTAVAIL, errno.EACCES} and error.filename is None:
            _usage(f"this machine may not answer at {address} ({error.strerror}).", "Choose an address of this machine: --address 127.0.0.1:8000")
        raise
    with faults.explained(root), closing(live), remembered.kept(root):
        live.serve()


@app.command("check")
def check_command(
    context: typer.Context,
    project: Project = Path(),
    today: Today = None,
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="For people, or for programs.")] = "text",
    strict: Strict = False,
) -> None:
    """List everything in the content that has to be mended, with file, line and cure, and how each topic reads. Builds nothing."""
    root = _root(project)
    if strict:
        _need_libraries()
    with remembered.kept(root):
        built = build(root, Request(today or datetime.date.today()))
    with out.capture() as said:
        if format == "json":
            out.out(as_json(built.problems))
        else:
            _show(built.problems)
            library = built.library
            counts = f"{len(library.messages)} messages, {len(library.handouts)} sheets, {len(library.sources)} sources."
            out.print(_count(built.problems) if built.problems else f"All is well: {counts}")
            out.print()
            out.print(_readings(library))
    status = CONTENT if errors(built.problems) or (strict and built.problems) else 0
    sys.stdout.write(said.get())
    if not machine.missing():
        _note(context, status, said.get())
    raise typer.Exit(status)


@app.command("export")
def export_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    project: Project = Path(),
    today: Today = None,
    clinic: Clinics = None,
    all_clinics: AllClinics = False,
    no_handouts: Annotated[bool, typer.Option("--no-handouts", help="Leave the printed sheets out.")] = False,
    jobs: Jobs = None,
) -> None:
    """Write the pages as Markdown and the sheets as PDF into a folder that another site engine can build."""
    root = _root(project)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        _usage(f"{folder} is not an empty folder.", "Name a new one.")
    request = Request(today or datetime.date.today(), _clinics(clinic, all_clinics), not no_handouts, jobs)
    built = build(root, request)
    if not built.site:
        _stop(built.problems, "Nothing was written.")
    _show(built.problems)
    with faults.explained(folder, root):
        with Rendering(root, built.site.prints, jobs=jobs) as rendering:
            _notice(rendering)
            sheets, problems = rendering.wait()
        if problems:
            _stop(problems, "Nothing was written.")
        pages = export_site(root, built.site, sheets, handout_index(sheets, request.today), folder)
        if problems := [problem for sheet in sheets for problem in sheet.altered(folder / "docs")]:
            _stop(problems, f"Do not use what is in {folder}/.")
    out.print(f"{pages} pages and {len(sheets)} sheets in {folder}/.")


@app.command("sheet")
def sheet_command(
    concern: Annotated[list[str], typer.Option("--concern", metavar="CODE", help="A message, by its code or as topic/name. May be given up to six times.")],
    project: Project = Path(),
    today: Today = None,
    worksheet: Annotated[str | None, typer.Option("--worksheet", metavar="CODE", help="A worksheet to follow, by its code or its name.")] = None,
    clinic: Annotated[str | None, typer.Option("--clinic", metavar="KEY", help="Whose sheet it is.", show_default="the clinic of the site")] = None,
    format: Annotated[Literal["standard", "large-print", "easy-read"], typer.Option("--format", help="How it is printed.")] = "standard",
    with_next: Annotated[bool, typer.Option("--next", help="Add lines for what happens next, to fill in by hand.")] = False,
    with_name: Annotated[bool, typer.Option("--name", help="Add a line for a name, to fill in by hand.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE.pdf", help="Where it goes.", show_default="sheet-CODES.pdf")] = None,
) -> None:
    """Make one sheet for one patient, of the messages that answer what troubles them. Nothing about a patient is asked."""
    root = _root(project)
    _need_libraries()
    request = Request(today or datetime.date.today(), _clinics([clinic] if clinic else None, False), jobs=1)
    with remembered.kept(root):
        drafted = draft(root, request)
        if not drafted.site:
            _stop(drafted.problems, "Nothing was made.")
        try:
            choice = choices.chosen(drafted.library, concern, worksheet, format, with_name=with_name, with_next=with_next)
        except choices.UnknownChoiceError as reason:
            _usage(str(reason), reason.cure)
        built = for_patient(root, drafted, request, choice, format)
    if not built.site:
        _stop(built.problems, "Nothing was made.")
    (sheet,) = built.site.prints
    target = output or Path(f"{sheet.recipe.key}.pdf")
    with faults.explained(target, root), Rendering(root, built.site.prints, jobs=1) as rendering:
        sheets, problems = rendering.wait()
        if problems:
            _stop(problems, "Nothing was made.")
        (made,) = sheets
        shutil.copyfile(made.file, target)
    out.print(f"{target}: {made.pages} side{'' if made.pages == 1 else 's'}, version {sheet.made.version}.")


@app.command()
def review(project: Project = Path(), today: Today = None) -> None:
    """List what is due for review, the soonest first."""
    root = _root(project)
    day = today or datetime.date.today()
    library, _, problems = load(root)
    _show(tuple(problems))
    table = Table("Review by", Column("Text", overflow="fold"), Column("Reviewer", overflow="fold"), box=None, pad_edge=False)
    for thing in sorted(library.reviewed, key=lambda thing: (thing.review_by, thing.key)):
        overdue = " (overdue)" if thing.review_by < day else ""
        table.add_row(f"{thing.review_by}{overdue}", thing.key, thing.reviewer)
    out.print(table)
    if problems:
        out.print(f"{_count(problems)} What could not be read is not in the list.")
        raise typer.Exit(CONTENT)


@app.command()
def issue(
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY …]", help="Sheets and packs, such as sleep-diary or packs/sleep.", show_default="all")
    ] = None,
    project: Project = Path(),
    note: Annotated[str, typer.Option("--note", metavar="WORDS", help="What has changed, in one line.")] = "",
    today: Today = None,
) -> None:
    """Write down in docs/issued.tsv which versions are handed out from now on: a line for each sheet whose words are not those issued last."""
    root, day = _root(project), today or datetime.date.today()
    with remembered.kept(root):
        built = build(root, Request(day, sheets=False))
        if not built.site:
            _stop(built.problems, "Nothing was written.")
        editions = register_of(root, built, day).editions
    named = {edition.key for edition in editions}
    for key in keys or ():
        if key not in named:
            _usage(f'there is no sheet "{key}".', did_you_mean(key, named, "Name it as its file in handouts/, without .md."))
    issues = [
        Issue(
            key="",
            place=Place(issued.FILE),
            sheet=edition.key,
            version=edition.version,
            day=day,
            title=edition.recipe.title,
            change=note.strip() or None,
        )
        for edition in editions
        if not edition.issued and (not keys or edition.key in keys)
    ]
    if issues:
        issued.add(root, issues)
    for new in issues:
        out.print(f"{new.sheet} {new.version}")
    written = f"{len(issues)} line{'' if len(issues) == 1 else 's'} written to {issued.FILE}."
    out.print(written if issues else "Nothing to write: these versions have been issued.")


@app.command()
def new(
    kind: Annotated[Literal["project", "topic", "message", "handout", "pack", "clinic"], typer.Argument(help="What to begin.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name; a message is named topic/message, a project by its folder.")],
    project: Project = Path(),
    country: Annotated[str | None, typer.Option("--country", metavar="COUNTRY", help="For a project: its country, such as IE or Ireland.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="TAG", help="For a project: its language, such as en-AU.", show_default="the country's")] = None,
    today: Today = None,
) -> None:
    """Begin a project, topic, message, handout, pack or clinic: files with their keys and headings in place, to fill in."""
    day = today or datetime.date.today()
    try:
        if kind == "project":
            count = scaffold.write_project(project / name, country, lang, day)
            out.print(f"{name}/ is there to fill in, with {count} files. `pmp check --project {name}` lists what is left.")
            return
        if country or lang:
            _usage("--country and --lang are for a new project.", "Leave them out, or write: pmp new project DIR --country COUNTRY")
        root = _root(project)
        file = scaffold.write(root, kind, name, day)
    except scaffold.CannotBeginError as reason:
        _usage(str(reason), reason.cure)
    except BrokenTemplateError as broken:
        _stop([broken.problem], "Nothing was written.")
    out.print(f"{file.relative_to(root).as_posix()} is there to fill in. `pmp check` says what it still needs.")


@app.command()
def doctor() -> None:
    """Say which parts of the system are here, and the command that installs the missing ones."""
    for part in machine.parts():
        out.print(f"{part.name}: {part.found or 'missing'}")
    _need_libraries()
    out.print("Everything is here.")


def main(asked: unchanged.Question | None = None) -> None:
    """Obey the command line; `asked` is its question, where the answer is kept for the next time. What the machine refuses is told with its cure; a fault of this program keeps its trace."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know ASCII only
    stopping.obey()
    try:
        try:
            app(obj=asked)
        finally:
            if sys.stdout:  # a shell can close it
                sys.stdout.flush()
    except stopping.Stopped:
        err.print(stopping.STOPPED)
        raise
    except BrokenPipeError:  # nobody reads on, as in `pmp check | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(CONTENT)
    except (OSError, faults.UnusablePlaceError) as error:
        fault = faults.explain(error)
        if fault is None:
            raise
        _tell(fault.what, fault.cure)
        sys.exit(USAGE)


def _run_mkdocs(config: MkDocsConfig, swap: Swap, request: Request, built: Built, rendering: Rendering) -> None:
    """MkDocs carries the Site out; its own messages, and the problems that only rendering finds, go to the terminal."""
    from mkdocs.commands.build import build as build_mkdocs
    from mkdocs.exceptions import Abort

    from generator.web.mkdocs_plugin import MachineAbort

    _log_plainly(logging.WARNING)
    plugin = _plugin(config)
    plugin.request, plugin.swap, plugin.prepared = request, swap, (built, rendering)
    try:
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build_mkdocs(config)
        finally:
            config.plugins.on_shutdown()
    except MachineAbort as abort:
        raise abort.fault from None
    except Abort:
        raise typer.Exit(CONTENT) from None


def _config(root: Path, **options: Any) -> MkDocsConfig:
    """What `mkdocs.yml` says, as MkDocs reads it."""
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, ConfigurationError

    problems: list[Problem] = []
    read_yaml(root / "mkdocs.yml", root, problems.append, tags=True)  # MkDocs trusts it to be what it should be
    if problems:
        _stop(problems, "Nothing was begun.")
    try:
        return load_config(str(root / "mkdocs.yml"), **options)
    except RecursionError:
        _usage("mkdocs.yml cannot be used: `INHERIT` leads round in a circle", "Take the line out of one of the files.")
    except (Abort, ConfigurationError) as error:
        _usage(f"mkdocs.yml cannot be used: {error}", "Compare it with the one that came with the project.")


def _is_plain(config: MkDocsConfig) -> bool:
    """Whether a site is made of nothing but the project and this program: neither of other code, nor of what other files or the environment say."""
    own = Path(config.config_file_path).read_text(encoding="utf-8")
    code = {*config.plugins, *config.markdown_extensions, *config.hooks}
    return code <= {"pmp", *engine.EXTENSIONS} and not re.search(r"^INHERIT\b|(?:^|[\s\[{,])!", own, re.MULTILINE)


def _note(context: typer.Context, status: int, words: str, made: Path | None = None) -> None:
    if isinstance(context.obj, unchanged.Question):
        context.obj.note(status, words, str(made or ""))


def _plugin(config: MkDocsConfig) -> PmpPlugin:
    """Our plugin in a project."""
    from generator.web.mkdocs_plugin import PmpPlugin

    plugin = config.plugins.get("pmp")
    if not isinstance(plugin, PmpPlugin):
        _usage("mkdocs.yml names no plugin pmp.", "Write `plugins:` and below it `  - pmp:`, with the name of the clinic.")
    return plugin


@contextmanager
def _executor(scheduler: str | None) -> Iterator[Executor | None]:
    """The workers of a cluster, where one was named."""
    if scheduler is None:
        yield None
        return
    try:
        cluster = Cluster(scheduler)
    except ImportError:
        _usage("--scheduler needs the package distributed.", "Install it: .venv/bin/pip install 'pmp-generator[distributed]'")
    except (OSError, ValueError) as error:
        _usage(f"there is no scheduler at {scheduler} ({error}).", "Start one with `dask scheduler`, and give its address.")
    except UnusableWorkersError as error:
        _usage(f"{error.what}.", error.cure)
    with cluster:
        yield cluster


@contextmanager
def _worker(request: Request, executor: Executor | None) -> Iterator[Workers | None]:
    """A worker that gets ready while the project is read, where sheets are rendered on this machine."""
    if executor or not request.sheets or machine.missing():
        yield None
        return
    workers = Workers(1)
    try:
        workers.get_ready()
        yield workers
    finally:
        workers.end()


def _root(project: Path) -> Path:
    root = project.resolve()
    if not (root / "mkdocs.yml").is_file():
        _usage(f"{root} holds no mkdocs.yml, so it is not a project.", "Go to its folder, or name it: --project DIR.")
    return root


def _shown(path: Path) -> Path:
    """A path as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _clinics(keys: list[str] | None, everyone: bool) -> tuple[str, ...]:
    return (ALL,) if everyone else tuple(keys or ())


def _need_libraries() -> None:
    missing = machine.missing()
    if missing:
        _usage(f"The sheets need {', '.join(part.name for part in missing)}.", f"Install it: {missing[0].command}")


def _readings(library: Library) -> Table:
    """How each topic reads for patients, and how much there is for each audience."""
    table = Table("Topic", "Grade", "SMOG", "Longest sentence", "Words", "For referrers", "Messages", "Sources", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for topic in library.topics:
        patients, referrers = (
            readability.of_texts(library.kind_words.stop_slowly.pattern, *(section.markdown for section in sections_of(topic, audience)))
            for audience in Audience
        )
        scores = (f"{patients.grade:.1f}", f"{patients.smog:.1f}") if patients.is_enough else ("-", "-")
        sources = {source.key for message in topic.messages for source in message.sources}
        counts = (readability.length(patients.longest), patients.words, referrers.words, len(topic.messages), len(sources))
        table.add_row(topic.key, *scores, *map(str, counts))
    return table


class _Progress(Progress):
    """How much is done, in a terminal: each of `counts` is how many there are so far, and in all."""

    def __init__(self, **counts: tuple[Callable[[], int], int]) -> None:
        self._counts = {}  # before there is anything to draw
        super().__init__("{task.description}", BarColumn(), MofNCompleteColumn(), console=err, transient=True, disable=not err.is_terminal)
        self._counts = {self.add_task(name, total=total): done for name, (done, total) in counts.items() if total}

    def get_renderables(self) -> Iterator[RenderableType]:
        for task, done in self._counts.items():
            self.update(task, completed=done())
        yield from super().get_renderables()


def _notice(rendering: Rendering) -> None:
    if rendering.notice:
        err.print(rendering.notice)


def _show(problems: tuple[Problem, ...]) -> None:
    if problems:
        out.out(as_text(problems))


def _stop(problems: tuple[Problem, ...] | list[Problem], outcome: str) -> NoReturn:
    out.out(as_text(problems))
    out.print(f"{_count(problems)} {outcome}")
    raise typer.Exit(CONTENT)


def _count(problems: tuple[Problem, ...] | list[Problem]) -> str:
    count = len(set(problems))
    return f"{count} problem{'' if count == 1 else 's'}."


def _usage(what: str, cure: str) -> NoReturn:
    _tell(what, cure)
    raise typer.Exit(USAGE)


def _tell(what: str, cure: str) -> None:
    err.print(f"{what}\n    {cure}", markup=False)


def _log_plainly(level: int) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.addFilter(lambda _: not isinstance(sys.exc_info()[1], OSError))  # what the machine refuses is told once, at the end
    logger = logging.getLogger("mkdocs")
    logger.handlers = [handler]
    logger.setLevel(level)
