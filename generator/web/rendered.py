"""Pages that MkDocs renders once: what it makes of a page's Markdown is remembered for as long as the page, the files of the site and its settings are the same."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import CountHandler

from generator import remembered


@dataclass(frozen=True)
class _Rendered:
    """What `Page.render` leaves on a page. `links` are the anchors that it leads to, by the file that they are in."""

    content: str
    title: str | None
    anchors: list[str]
    links: dict[str, dict[str, str]]
    toc: list[Any]


class RememberedPage(Page):
    """A page of a site in a certain `state`."""

    def __init__(self, file: File, config: MkDocsConfig, state: str) -> None:
        super().__init__(None, file, config)
        self._state = state

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """As every page does. One that MkDocs warns of is not remembered, so that the warning comes again."""
        question = (type(self).__qualname__, self._state, self.file.src_uri, self.markdown or "")
        log, warnings = logging.getLogger("mkdocs"), CountHandler()
        log.addHandler(warnings)
        try:
            rendered = remembered.recall(question, lambda: self._rendered(config, files), vars, lambda raw: _Rendered(**raw))
        finally:
            log.removeHandler(warnings)
        if any(count for _, count in warnings.get_counts()):
            remembered.forget(question)
        self.content, self._title_from_render = rendered.content, rendered.title
        self.present_anchor_ids = set(rendered.anchors)
        self.links_to_anchors = {file: links for uri, links in rendered.links.items() if (file := files.get_file_from_path(uri))}
        self.toc = TableOfContents(list(map(_link, rendered.toc)))

    def _rendered(self, config: MkDocsConfig, files: Files) -> _Rendered:
        super().render(config, files)
        links = {file.src_uri: links for file, links in (self.links_to_anchors or {}).items()}
        return _Rendered(self.content or "", self._title_from_render, sorted(self.present_anchor_ids or ()), links, list(map(_raw, self.toc)))


def state(config: MkDocsConfig, files: Files) -> str:
    """All that shapes a page beside its own Markdown: where the files of the site are, and how it is rendered."""
    places = [(file.src_uri, file.dest_uri, str(file.inclusion)) for file in files]
    settings = (config.markdown_extensions, config.mdx_configs, config.use_directory_urls, dict(config.validation.links), config.site_url)
    return hashlib.sha256(repr((places, settings)).encode()).hexdigest()


def _raw(link: AnchorLink) -> list[Any]:
    return [link.title, link.id, link.level, list(map(_raw, link.children))]


def _link(raw: list[Any]) -> AnchorLink:
    title, key, level, children = raw
    link = AnchorLink(title, key, level)
    link.children = list(map(_link, children))
    return link
