"""MkDocs one file at a time: what its build does for a whole site is done here for the file that is asked for.

The functions are MkDocs's own and the events come in the order of its build, so the bytes are those of a build too. What is built last is not here:
the worker for reading offline, and the packed copy of the site map.
"""

from __future__ import annotations

import posixpath
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from mkdocs.commands.build import _build_template, _populate_page, get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from generator.web import packing

PACKED = {".css": packing.style, ".js": packing.script}


class LateFile(File):
    """A file of which nothing is made before it is read."""

    make: Callable[[], str | bytes]

    @classmethod
    def of(cls, config: MkDocsConfig, uri: str, make: Callable[[], str | bytes], inclusion: InclusionLevel = InclusionLevel.UNDEFINED) -> LateFile:
        """The file at `uri` of the docs folder, whose content `make` makes."""
        file = cls.generated(config, uri, content="", inclusion=inclusion)
        assert isinstance(file, LateFile)
        del file._content
        file.make = make
        return file

    @cached_property
    def _content(self) -> str | bytes:  # type: ignore[override]
        return self.make()


class LatePage(Page):
    """A page that reads and renders itself when somebody asks for what it holds. Its `title` is known before, unless it is None."""

    LATE = ("markdown", "meta", "content", "toc")

    def __init__(self, title: str | None, file: File, config: MkDocsConfig, files: Files) -> None:
        super().__init__(title, file, config)
        self._site = config, files
        self.forget()

    def forget(self) -> None:
        """Read and render it anew when it is asked for again."""
        for name in self.LATE:
            self.__dict__.pop(name, None)

    def __getattr__(self, name: str) -> Any:
        if name not in self.LATE:
            raise AttributeError(name)
        self.__dict__.update(markdown=None, meta={}, content=None, toc=[])  # as MkDocs has them until then
        try:
            _populate_page(self, *self._site)
        except BaseException:
            self.forget()
            raise
        return self.__dict__[name]


class Pieces:
    """The files of a site. `titles` are those of its pages by their uris, and `more` makes files that no plugin knows of, by theirs."""

    def __init__(self, config: MkDocsConfig, titles: Mapping[str, str], more: Mapping[str, Callable[[], bytes]]) -> None:
        self._config = config = config.plugins.on_config(config)
        config.plugins.on_pre_build(config=config)
        env, files = config.theme.get_env(), Files([])
        if not titles:  # without a Site there is only what the theme has
            files.add_files_from_theme(env, config)
        self._files = files = config.plugins.on_files(files, config=config)
        for uri, make in more.items():
            files.append(LateFile.of(config, uri, make))
        set_exclusions(files, config)
        self._pages = [LatePage(titles.get(file.src_uri), file, config, files) for file in files.documentation_pages()]
        self._nav = config.plugins.on_nav(get_navigation(files, config), config=config, files=files)
        self._env = config.plugins.on_env(env, config=config, files=files)
        self._by_place = {file.dest_uri: file for file in files}
        self._made: dict[str, bytes] = {}
        self._lock = threading.RLock()  # MkDocs knows one page at a time as the current one

    def forget(self) -> None:
        """Set every page anew when it is asked for again: what stands above all of them has changed."""
        with self._lock:
            self._made.clear()
            for page in self._pages:
                page.forget()

    def has(self, place: str) -> bool:
        """Whether a build would write a file to this place of the site."""
        return place in self._by_place or place in self._config.theme.static_templates

    def content(self, place: str) -> bytes | None:
        """What a build would write to this place of the site; None where it would write nothing. Raises what templates and `more` raise."""
        file = self._by_place.get(place)
        if file and not file.page:
            pack = PACKED.get(posixpath.splitext(place)[1])
            return pack(file.content_string).encode() if pack else file.content_bytes
        if not self.has(place):
            return None
        with self._lock:
            if place not in self._made:
                self._made[place] = self._page(file.page) if file and file.page else self._static(place)
            return self._made[place]

    def _static(self, name: str) -> bytes:
        """A page of the theme alone, such as that for wrong addresses."""
        return _build_template(name, self._env.get_template(name), self._files, self._config, self._nav).encode()

    def _page(self, page: Page) -> bytes:
        """What `_build_page` of MkDocs does, but for writing it."""
        config = self._config
        assert page.content is not None, "it is rendered before it is the current page"
        config._current_page = page
        page.active = True
        try:
            context = get_context(self._nav, self._files.documentation_pages(), config, page)
            template = self._env.get_template(page.meta.get("template", "main.html"))
            context = config.plugins.on_page_context(context, page=page, config=config, nav=self._nav)
            output: str = config.plugins.on_post_page(template.render(context), page=page, config=config)
        finally:
            page.active = False
            config._current_page = None
        return output.encode("utf-8", errors="xmlcharrefreplace")
