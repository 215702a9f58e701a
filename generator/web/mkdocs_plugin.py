"""The Site in MkDocs: pages, sheets, live preview, and the swap into `site/`. The only room that knows MkDocs.

| event        | what happens, and why there                                                                         |
|--------------|-----------------------------------------------------------------------------------------------------|
| on_startup   | its presence keeps this one object alive while serving, and with it the last good Site              |
| on_config    | theme, extensions and exclusions are set; a build goes to a folder of its own beside `site/`        |
| on_pre_build | load, check, compose: before MkDocs empties anything                                                |
| on_files     | pages and sheets become files, so that MkDocs checks the links to them; rendering begins            |
| on_env       | rendering ends: all Markdown has been read meanwhile                                                |
| on_post_build| the finished site is packed, gets its offline worker, is looked at once more, and takes its place   |
"""

from __future__ import annotations

import calendar
import logging
import os
import secrets
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.theme import Theme
from mkdocs.utils import CountHandler
from pathspec.gitignore import GitIgnoreSpec

from generator.build import Built, Request, build, handout_index
from generator.compose import guard, scripts
from generator.compose.site import Page, Site
from generator.compose.templating import BrokenTemplateError, Templates
from generator.content import addresses, layers
from generator.content.problems import Problem, as_text
from generator.paper.rendering import Rendering, Sheet
from generator.paper.workers import Workers
from generator.web import engine, offline, packing, stopping

log = get_plugin_logger("pmp")

CHECKED = {"nav": ("omitted_files", "not_found"), "links": ("not_found", "anchors", "absolute_links", "unrecognized_links")}  # what MkDocs warns of
TRIES = 20  # to put a new site in its place, while other builds do the same


class PluginConfig(Config):  # type: ignore[no-untyped-call]
    clinic = config_options.Type(str, default="")


class PmpPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """`plugins: [pmp: {clinic: KEY}]`. The command line leaves its `request` here, and in `prepared` what it has built already."""

    request: Request | None = None
    prepared: tuple[Built, Rendering] | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self._serving = command == "serve"
        self._last_good: Site | None = None
        self._problems: tuple[Problem, ...] = ()
        self._rendering: Rendering | None = None
        self._sheets: list[Sheet] = []
        self._workers = Workers(os.cpu_count() or 1) if self._serving else None
        if self.request is None and not self._serving:  # bare MkDocs
            stopping.obey()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self._root = Path(config.config_file_path).parent
        self._request = self.request or Request(strict=config.strict)
        os.environ["SOURCE_DATE_EPOCH"] = str(calendar.timegm(self._request.today.timetuple()))  # MkDocs dates its sitemap by it
        _set_up(config, self._root)
        config.extra |= {"live": self._serving, "worker": None if self._serving else offline.NAME}  # for templates/theme
        if self._serving:
            config.watch += [str(folder) for folder in (self._root / "templates", self._root / "handouts") if folder.is_dir()]
        else:
            self._target = Path(config.site_dir)
            self._new = self._target.with_name(f"{self._target.name}.new-{secrets.token_hex(4)}")  # another build may be under way
            config.site_dir = str(self._new)
            self._warnings = CountHandler()
            self._warnings.setLevel(logging.WARNING)
            logging.getLogger("mkdocs").addHandler(self._warnings)
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        prepared, self.prepared = self.prepared, None
        built, self._rendering = prepared or (build(self._root, self._request), None)
        self._problems = built.problems
        if built.site:
            self._last_good = built.site
        elif not self._serving:
            raise self._stopped(built.problems)
        if built.problems and not prepared:
            log.warning("\n%s", as_text(built.problems))
        if self._serving and any(problem.place.path.startswith("templates/theme/") for problem in built.problems):
            config.theme.dirs = [folder for folder in config.theme.dirs if Path(folder) not in layers.folders(self._root, "theme")]  # the notice must show

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        ours = {config.docs_dir, *map(str, layers.folders(self._root, "theme"))}
        if ours & set(config.theme.dirs):
            for file in [file for file in files if file.src_dir not in ours]:
                files.remove(file)  # Material's own scripts and styles: our pages use none of them
        site = self._last_good
        config.extra |= site.theme if site else {"pages": {}, "words": {}, "lang": "en", "dir": "ltr"}
        if site is None:
            return files
        config.nav = list(site.nav)
        made = {*(page.uri for page in site.pages), *site.files}
        for file in [file for file in files if file.src_uri in made or scripts.is_part(file.src_uri)]:
            files.remove(file)
        for page in site.pages:
            files.append(_page_file(page, config))
        for uri, text in [*site.files.items(), *((twin.uri, twin.text) for twin in site.texts)]:
            files.append(File.generated(config, uri, content=text))
        if self._rendering is None:
            self._rendering = Rendering(self._root, site.prints, jobs=self._request.jobs, executor=self._workers)
            if self._rendering.notice:
                log.info(self._rendering.notice)
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
        self._sheets, problems = self._rendering.wait()
        self._rendering = None
        if problems and not self._serving:
            raise self._stopped(problems)
        if self._serving:
            self._problems = (*self._problems, *problems)
            for uri, path in [place for sheet in self._sheets for place in sheet.files]:
                files.append(File.generated(config, uri, abs_src_path=str(path)))
        files.append(File.generated(config, addresses.INDEX, content=handout_index(self._sheets, self._request.today)))

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
        problems = [*guard.output(new), *(problem for sheet in self._sheets for problem in sheet.altered(new))]
        if problems:
            raise self._stopped(problems)
        if config.strict and self._warnings.get_counts():
            return  # MkDocs stops the build itself, and names the warnings
        with stopping.past_stopping():
            swap(new, self._target)
        config.site_dir = str(self._target)

    def on_build_error(self, *, error: Exception, **_: Any) -> None:
        self._clean_up()

    def on_shutdown(self) -> None:
        self._clean_up()
        if self._workers:
            self._workers.end()
        if self.request is None and isinstance(sys.exception(), stopping.Stopped):
            log.error(stopping.STOPPED)

    def _stopped(self, problems: Iterable[Problem]) -> PluginError:
        return PluginError(f"\n{as_text(problems)}\nNothing was changed in {self._target.name}/.")

    def _clean_up(self) -> None:
        if self._rendering:
            self._rendering.end()
        if not self._serving:
            logging.getLogger("mkdocs").removeHandler(self._warnings)
            shutil.rmtree(self._new, ignore_errors=True)


def _set_up(config: MkDocsConfig, root: Path) -> None:
    """What every project needs of MkDocs, so that its `mkdocs.yml` need not say it."""
    theme, *others = map(str, layers.folders(root, "theme"))
    config.theme = Theme(custom_dir=theme, **engine.THEME)
    config.theme.dirs[1:1] = others
    config.markdown_extensions += [name for name in engine.EXTENSIONS if name not in config.markdown_extensions]
    own = GitIgnoreSpec.from_lines(engine.NOT_PUBLISHED)
    config.exclude_docs = own + config.exclude_docs if config.exclude_docs else own
    for group, names in CHECKED.items():
        for name in names:
            setattr(config.validation[group], name, logging.WARNING)


def _page_file(page: Page, config: MkDocsConfig) -> File:
    inclusion = InclusionLevel.UNDEFINED if page.listed else InclusionLevel.NOT_IN_NAV
    file = File.generated(config, page.uri, content=page.markdown, inclusion=inclusion)
    file.edit_uri = f"../{page.edit}"
    return file


def swap(new: Path, target: Path) -> None:
    """Put the new site in the place of the old one. Of builds that end at the same moment, each puts a whole site there, and the last one stays."""
    for attempt in range(TRIES):
        old = target.with_name(f"{target.name}.old-{secrets.token_hex(4)}")
        with suppress(FileNotFoundError):
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if not target.exists() and old.exists():
                old.rename(target)
            if attempt == TRIES - 1 or not new.exists():
                raise
        else:
            return
        finally:
            shutil.rmtree(old, ignore_errors=True)
