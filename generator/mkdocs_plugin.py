"""The Site in MkDocs: pages, sheets, live preview, and the swap into `site/`. The only room that knows MkDocs.

| event        | what happens, and why there                                                                         |
|--------------|-----------------------------------------------------------------------------------------------------|
| on_startup   | its presence keeps this one object alive while serving, and with it the last good Site              |
| on_config    | builds go to a folder beside `site/`, which takes its place only when whole                         |
| on_pre_build | load, check, compose: before MkDocs empties anything                                                |
| on_files     | pages and sheets become files, so that MkDocs checks the links to them; rendering begins            |
| on_env       | rendering ends: all Markdown has been read meanwhile                                                |
| on_post_build| the finished site is packed, gets its offline worker, is looked at once more, and swapped in        |
"""

from __future__ import annotations

import calendar
import logging
import os
import shutil
from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, ClassVar, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import CountHandler

from generator import guard, offline, packing, scripts
from generator.build import Built, Request, build, handout_index
from generator.pdf import Rendering, workers
from generator.problems import Problem, as_text
from generator.site import Page, Site
from generator.templating import BrokenTemplateError, Templates

log = get_plugin_logger("pmp")


class PluginConfig(Config):  # type: ignore[no-untyped-call]
    clinic = config_options.Type(str, default="")


class PmpPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """`plugins: [pmp: {clinic: KEY}]`. The command line leaves its request, and what it has built already, on the class."""

    request: ClassVar[Request | None] = None
    prepared: ClassVar[tuple[Built, Rendering | None] | None] = None
    executor: ClassVar[Executor | None] = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self._serving = command == "serve"
        self._last_good: Site | None = None
        self._problems: tuple[Problem, ...] = ()
        self._rendering: Rendering | None = None
        self._executor = self.executor or (workers(os.cpu_count() or 1) if self._serving else None)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self._root = Path(config.config_file_path).parent
        self._request = self.request or Request(strict=config.strict)
        os.environ["SOURCE_DATE_EPOCH"] = str(calendar.timegm(self._request.today.timetuple()))  # MkDocs dates its sitemap by it
        config.extra |= {"live": self._serving, "worker": None if self._serving else offline.NAME}  # for templates/theme
        if self._serving:
            config.watch += [str(self._root / "templates"), str(self._root / "handouts")]
        else:
            self._target = Path(config.site_dir)
            config.site_dir = str(self._target.with_name(f"{self._target.name}.new"))
            self._warnings = CountHandler()
            self._warnings.setLevel(logging.WARNING)
            logging.getLogger("mkdocs").addHandler(self._warnings)
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        prepared, PmpPlugin.prepared = self.prepared, None
        built, self._rendering = prepared or (build(self._root, self._request), None)
        self._problems = built.problems
        if built.site:
            self._last_good = built.site
        elif not self._serving:
            raise self._stopped(built.problems)
        if built.problems and not prepared:
            log.warning("\n%s", as_text(built.problems))
        if self._serving and any(problem.place.path.startswith("templates/theme/") for problem in built.problems):
            config.theme.dirs.remove(str(config.theme.custom_dir))  # the notice must show even where our own theme is broken

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        if config.theme.custom_dir in config.theme.dirs:
            for file in [file for file in files if file.src_dir not in (config.docs_dir, config.theme.custom_dir)]:
                files.remove(file)  # Material's own scripts and styles: our pages use none of them
        site = self._last_good
        if site is None:
            return files
        config.nav = list(site.nav)
        made = {*(page.uri for page in site.pages), *site.files}
        for file in [file for file in files if file.src_uri in made or scripts.is_part(file.src_uri)]:
            files.remove(file)
        for page in site.pages:
            files.append(_page_file(page, config, listed=page.uri in str(site.nav)))
        for uri, text in [*site.files.items(), *((twin.uri, twin.text) for twin in site.texts)]:
            files.append(File.generated(config, uri, content=text))
        if self._rendering is None:
            self._rendering = Rendering(self._root, site.prints, jobs=self._request.jobs, executor=self._executor)
        if self._serving:  # a page must be able to say that a sheet went wrong, so the sheets come first
            self._finish_sheets(files, config)
        else:
            for uri, path in self._rendering.files():
                files.append(File.generated(config, uri, abs_src_path=str(path)))
        return files

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """While serving, an author's mistakes stand above every page; the page shows what was last good."""
        if not (self._serving and self._problems):
            return markdown
        try:
            notice = Templates(self._root).render("pages/problems.md.j2", problems=sorted(set(self._problems)))
        except BrokenTemplateError as broken:
            notice = "\n".join(f"    {line}" for line in as_text([*self._problems, broken.problem]).splitlines())
        return f"{notice}\n\n{markdown}"

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        if self._rendering:
            self._finish_sheets(files, config)
        return env

    def _finish_sheets(self, files: Files, config: MkDocsConfig) -> None:
        assert self._rendering
        sheets, problems = self._rendering.wait()
        self._rendering = None
        if problems and not self._serving:
            raise self._stopped(problems)
        if self._serving:
            self._problems = (*self._problems, *problems)
            for uri, path in [place for sheet in sheets for place in sheet.files]:
                files.append(File.generated(config, uri, abs_src_path=str(path)))
        files.append(File.generated(config, "handouts/index.json", content=handout_index(sheets, self._request.today)))

    @event_priority(-100)  # after every other plugin that still adds to the site
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self._serving:
            return
        new = Path(config.site_dir)
        packing.pack(new)
        try:
            (new / offline.NAME).write_text(offline.worker(Templates(self._root), new), encoding="utf-8")
        except BrokenTemplateError as broken:
            raise self._stopped([broken.problem]) from broken
        problems = list(guard.output(new))
        if problems:
            raise self._stopped(problems)
        if config.strict and self._warnings.get_counts():
            return  # MkDocs stops the build itself, and names the warnings
        _swap(new, self._target)
        config.site_dir = str(self._target)

    def on_build_error(self, *, error: Exception, **_: Any) -> None:
        self._clean_up()

    def on_shutdown(self) -> None:
        self._clean_up()
        if self._executor and not self.executor:
            self._executor.shutdown(cancel_futures=True)

    def _stopped(self, problems: Iterable[Problem]) -> PluginError:
        return PluginError(f"\n{as_text(problems)}\nNothing was changed in {self._target.name}/.")

    def _clean_up(self) -> None:
        if not self._serving:
            logging.getLogger("mkdocs").removeHandler(self._warnings)
            shutil.rmtree(self._target.with_name(f"{self._target.name}.new"), ignore_errors=True)


def _page_file(page: Page, config: MkDocsConfig, *, listed: bool) -> File:
    inclusion = InclusionLevel.UNDEFINED if listed else InclusionLevel.NOT_IN_NAV
    file = File.generated(config, page.uri, content=page.markdown, inclusion=inclusion)
    file.edit_uri = f"../{page.edit}"
    return file


def _swap(new: Path, target: Path) -> None:
    """Put the new site in the place of the old one; what fails half-way brings the old one back."""
    old = target.with_name(f"{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
