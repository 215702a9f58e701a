"""The Site in MkDocs: pages, sheets, live preview, and the swap into `site/`. With `piecewise` and `live`, the only room that knows MkDocs.

| event        | what happens, and why there                                                                         |
|--------------|-----------------------------------------------------------------------------------------------------|
| on_startup   | its presence keeps this one object alive while serving, and with it the last good Site              |
| on_config    | theme and extensions are set; a build waits its turn, and goes to a folder of its own               |
| on_pre_build | load, check, compose: before MkDocs empties anything                                                |
| on_files     | pages, assets and sheets become the only files, so that MkDocs checks the links; rendering begins   |
| on_env       | the theme escapes what it prints, and its faults are told as ours; rendering ends                   |
| on_post_build| the finished site is packed, gets its offline worker, is looked at once more, and takes its place   |
"""

from __future__ import annotations

import calendar
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.theme import Theme
from mkdocs.utils import CountHandler

from generator.build import Built, Request, build, due_days, handout_index
from generator.compose import guard
from generator.compose.site import Site
from generator.compose.templating import BrokenTemplateError, Templates, keep_theme, watch_theme
from generator.content import addresses, layers
from generator.content.problems import Problem, as_text
from generator.paper.rendering import Rendering, Sheet
from generator.paper.workers import Workers
from generator.web import engine, faults, offline, packing, rendered, stopping
from generator.web.piecewise import LateFile
from generator.web.rendered import RememberedPage
from generator.web.swap import Swap

log = get_plugin_logger("pmp")

CHECKED = {"nav": ("omitted_files", "not_found"), "links": ("not_found", "anchors", "absolute_links", "unrecognized_links")}  # what MkDocs warns of


class MachineAbort(Abort):
    """A build that the machine does not allow. MkDocs shows it without a trace, and ends with its code."""

    code = exit_code = 2

    def __init__(self, fault: faults.UnusablePlaceError) -> None:
        super().__init__(str(fault))
        self.fault = fault


class PluginConfig(Config):  # type: ignore[no-untyped-call]
    clinic = config_options.Type(str, default="")


class PmpPlugin(BasePlugin[PluginConfig]):  # type: ignore[no-untyped-call]
    """`plugins: [pmp: {clinic: KEY}]`. The command line leaves its `request` here, the `swap` that it has begun, and in `prepared` what it has built already;
    it reads how many pages are `made`, and whether anybody was `warned`.

    `problems` stand above every page while serving. Where `live` is set, pages are made one by one, and whoever set it has the sheets (`web.live`).
    """

    request: Request | None = None
    swap: Swap | None = None
    prepared: tuple[Built, Rendering | None] | None = None
    problems: tuple[Problem, ...] = ()
    live = False
    made = 0  # pages so far

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self._serving = command == "serve"
        self._last_good: Site | None = None
        self._rendering: Rendering | None = None
        self._sheets: list[Sheet] = []
        self._places: tuple[Path, ...] = ()
        self._warnings = CountHandler()
        self._warnings.setLevel(logging.WARNING)
        self._workers = Workers(os.cpu_count() or 1) if self._serving and not self.live else None
        if self.request is None and not self._serving:  # bare MkDocs
            stopping.obey()

    @property
    def warned(self) -> bool:
        """Whether MkDocs has warned of something in this build."""
        return bool(self._warnings.get_counts())

    @event_priority(100)  # before plugins that rest on the theme
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self._root = Path(config.config_file_path).parent
        self._places = (Path(config.site_dir), self._root)
        self._request = self.request or Request(strict=config.strict)
        os.environ["SOURCE_DATE_EPOCH"] = str(calendar.timegm(self._request.today.timetuple()))  # MkDocs dates its sitemap by it
        _set_up(config, self._root)
        config.extra |= {"live": self._serving, "worker": None if self._serving else offline.NAME}  # for templates/theme
        if self._serving:
            config.watch += [str(folder) for folder in (self._root / "templates", self._root / "handouts") if folder.is_dir()]
        else:
            if self.swap is None:
                self.swap = Swap(Path(config.site_dir), self._root)
                self.swap.begin(log.info)
            config.site_dir = str(self.swap.new)
            logging.getLogger("mkdocs").addHandler(self._warnings)
        return config

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        prepared, self.prepared = self.prepared, None
        built, self._rendering = prepared or (build(self._root, self._request), None)
        self.problems = built.problems
        if built.site or self.live:
            self._last_good = built.site
        elif not self._serving:
            raise self._stopped(built.problems)
        self._assets = self._last_good.assets if self._last_good else built.library.assets
        if built.problems and not prepared:
            log.warning("\n%s", as_text(built.problems))
        if self._serving and any(problem.place.path.startswith("templates/theme/") for problem in built.problems):
            config.theme.dirs = [folder for folder in config.theme.dirs if Path(folder) not in layers.folders(self._root, "theme")]  # the notice must show
        self._docs, config.docs_dir = config.docs_dir, os.devnull  # MkDocs walks through nothing: what the site is made of was read already

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        config.docs_dir = self._docs
        if set(config.theme.dirs) & set(map(str, layers.folders(self._root, "theme"))):
            for file in [file for file in files if file.generated_by is None]:
                files.remove(file)  # what themes bring: the files of ours are among the assets, and our pages use none of Material's
        for uri, content in self._assets.items():
            files.append(File.generated(config, uri, content=content))
        site = self._last_good
        config.extra |= site.theme if site else {"pages": {}, "words": {}, "lang": "en", "dir": "ltr"}
        if site is None:
            files.append(File.generated(config, addresses.FRONT, content=""))  # for the notice
            return files
        config.nav = list(site.nav)
        for file in _text_files(site, config):
            files.append(file)
        if self.live:
            return files
        if self._rendering is None:
            self._rendering = Rendering(self._root, site.prints, jobs=self._request.jobs, executor=self._workers)
            if self._rendering.notice:
                log.info(self._rendering.notice)
        if self._serving:  # a page must be able to say that a sheet went wrong, so the sheets come first
            self._finish_sheets(files, config)
        else:
            for uri, path in self._rendering.files():
                files.append(File.generated(config, uri, abs_src_path=str(path)))
            state = rendered.state(config, files)
            for file in files.documentation_pages():
                RememberedPage(file, config, state)
        return files

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """While serving, an author's mistakes stand above every page; the page shows what was last good."""
        if not (self._serving and self.problems):
            return markdown
        try:
            notice = Templates(self._root).render("pages/problems.md.j2", problems=sorted(set(self.problems)))
        except BrokenTemplateError as broken:
            notice = "\n".join(f"    {line}" for line in as_text([*self.problems, broken.problem]).splitlines())
        return f"{notice}\n\n{markdown}"

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        env.autoescape = env.trim_blocks = True  # the second for fewer bytes: no empty line where a tag of a template stood
        if self._rendering:
            self._finish_sheets(files, config)
        if self.live and self._last_good:
            keep_theme(env, self._root)
        watch_theme(env, self._root, BrokenTemplateError if self.live else lambda problem: self._stopped([problem]))
        return env

    def _finish_sheets(self, files: Files, config: MkDocsConfig) -> None:
        assert self._rendering
        self._sheets, problems = self._rendering.wait()
        self._rendering = None
        if problems and not self._serving:
            raise self._stopped(problems)
        if self._serving:
            self.problems = (*self.problems, *problems)
            for uri, path in [place for sheet in self._sheets for place in sheet.files]:
                files.append(File.generated(config, uri, abs_src_path=str(path)))
        files.append(File.generated(config, addresses.INDEX, content=handout_index(self._sheets, self._request.today)))

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        self.made += 1
        return output

    @event_priority(-100)  # after every other plugin that still adds to the site
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self._serving:
            return
        assert self._last_good, "a build without a Site has stopped before"
        assert self.swap
        new = self.swap.new
        packing.pack(new)
        try:
            (new / offline.NAME).write_text(offline.worker(Templates(self._root), new, due_days(self._last_good, self._request.today)), encoding="utf-8")
        except BrokenTemplateError as broken:
            raise self._stopped([broken.problem]) from broken
        problems = [*guard.output(new, self._last_good), *(problem for sheet in self._sheets for problem in sheet.altered(new))]
        if problems:
            raise self._stopped(problems)
        if config.strict and self.warned:
            return  # MkDocs stops the build itself, and names the warnings
        with stopping.past_stopping():
            self.swap.finish()
        config.site_dir = str(self.swap.target)

    def on_build_error(self, *, error: Exception, **_: Any) -> None:
        fault = faults.explain(error, *self._places)
        self._clean_up()
        if fault:
            raise MachineAbort(fault) from error

    def on_shutdown(self) -> None:
        self._clean_up()
        if self._workers:
            self._workers.end()
        if self.request is None and isinstance(sys.exception(), stopping.Stopped):
            log.error(stopping.STOPPED)

    def _stopped(self, problems: Iterable[Problem]) -> PluginError:
        outcome = f"Nothing was changed in {self.swap.target.name}/." if self.swap else "The preview shows what was last good."
        return PluginError(f"\n{as_text(problems)}\n{outcome}")

    def _clean_up(self) -> None:
        if self._rendering:
            self._rendering.end()
        logging.getLogger("mkdocs").removeHandler(self._warnings)
        if self.swap:
            self.swap.close()
            self.swap = None


def _set_up(config: MkDocsConfig, root: Path) -> None:
    """What every project needs of MkDocs, so that its `mkdocs.yml` need not say it."""
    theme, *others = map(str, layers.folders(root, "theme"))
    config.theme = Theme(custom_dir=theme, **engine.THEME)
    config.theme.dirs[1:1] = others
    config.markdown_extensions += [name for name in engine.EXTENSIONS if name not in config.markdown_extensions]
    for group, names in CHECKED.items():
        for name in names:
            setattr(config.validation[group], name, logging.WARNING)


def _text_files(site: Site, config: MkDocsConfig) -> Iterator[File]:
    """The pages, and all else that is text."""
    for page in site.pages:
        file = LateFile.of(config, page.uri, partial(getattr, page, "markdown"), InclusionLevel.UNDEFINED if page.listed else InclusionLevel.NOT_IN_NAV)
        file.edit_uri = f"../{page.edit}"
        yield file
    for uri in site.files:
        yield LateFile.of(config, uri, partial(site.files.__getitem__, uri))
    for twin in site.texts:
        yield LateFile.of(config, twin.uri, partial(getattr, twin, "text"))
