"""One sheet, from print HTML to PDF. The only room that knows WeasyPrint; it is imported in workers only.

A worker keeps one renderer: one font set, one parsed stylesheet, one fetcher that knows what came with a sheet and nothing else.
A sheet is laid out with its room for notes beside the flow, where it takes no place. Then its foot moves to the bottom of its last side,
and of the lines for notes those stay that fit above it. One that would take more sides than it may, or one more for a few lines, is laid out closer.
Where a picture would leave too much of a side empty, the words after it go first; a form, or what tells when to stop, then flows on.
"""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from generator.paper import finish, sides
from generator.paper.preview import draw, load

Files = Mapping[str, bytes]  # what a sheet is made of beside its HTML, by name: its style, fonts, and the pictures that it shows
STYLE = "print.css"

# A sheet that is a few lines too long, such as by the longer name of a clinic's helpline, is set closer: its letters stay as large.
CLOSER = """
html, html.referrers { line-height: 1.24 } header { margin-bottom: .4em } .first { padding-top: .25em; padding-bottom: .3em }
.message { margin-top: .5em } p + p, ul + p, ol + p, p + ul, p + ol { margin-top: .28em } li + li { margin-top: .05em }
.urgent-help { padding-top: .2em; padding-bottom: .3em } .about-sheet { margin-top: .4em; line-height: 1.2 }
.easy-line { margin-top: 1.2mm } .easy-line .picture, .easy-line .picture img { width: 18mm; height: 18mm }
.steps > li { padding-top: .06em; padding-bottom: .06em } .steps, .why { margin-top: .1em } h3 { margin-top: .2em }
.stop-if { margin-top: .3em; padding: .1em .8em .15em } .stop-if li + li { margin-top: 0 } .skill .back { margin-top: .6em }
.prompt { margin-top: .3em } .what-for { padding-top: .2em; padding-bottom: .3em }
.steps { --picture: 12mm } .moves .steps { --picture: 21mm }
"""


@dataclass(frozen=True)
class Outcome:
    """What a worker hands back: the PDF, a picture of its first side if it was wanted, its pages, how many lines lie beyond the limit, its longest message,
    its first side that is too empty and by what share, and what WeasyPrint complained of."""

    pdf: bytes
    picture: bytes | None
    pages: int
    lines_over: int = 0
    longest: str = ""
    longest_lines: int = 0
    empty_side: int = 0
    empty: float = 0
    complaints: tuple[str, ...] = ()


def render(html: str, files: Files, limit: int | None, preview: bool) -> Outcome:
    """One sheet; runs in a worker, which sees no file of the project. `limit` is the most sides it may take, `preview` says whether a page shows it."""

    def made(renderer: _Renderer) -> Outcome:
        parsed = renderer.parse(html)
        document = renderer.render(parsed)
        style = ""
        too_long = limit is not None and len(document.pages) > limit
        if too_long or (limit is None and sides.has_one_for_a_few_lines(document.pages)):
            closer = renderer.render(parsed, CLOSER)
            if too_long or len(closer.pages) < len(document.pages):
                document, style = closer, CLOSER
        while (whole := sides.whole_below_a_gap(document.pages, limit)) is not None and renderer.give_way(whole, parsed):
            document = renderer.render(parsed, style)
        sides.settle(document)
        over = sides.lines_over(document.pages, limit) if limit is not None else 0
        empty_side, empty = sides.too_empty(document.pages)
        pdf = _written(document)
        image = draw(pdf, files[STYLE].decode()) if preview else None
        lines = sides.message_lines(document.pages)
        longest = max(lines, key=lambda key: lines[key], default="")
        return Outcome(pdf, image, len(document.pages), over, longest, lines[longest], empty_side, empty)

    return _held(made, files)


def pack(html: str, files: Files, sheets: tuple[tuple[str, bytes], ...]) -> Outcome:
    """A pack; runs in a worker. `html` is its contents, `sheets` are the key of each finished sheet and its PDF."""
    from generator.paper import joining

    def made(renderer: _Renderer) -> Outcome:
        numbered = ""
        for key, pdf in sheets:
            first, *others = ['class="side turned"' if across else 'class="side"' for across in joining.turned(pdf)]
            numbered += f'<div {first} id="{key}"></div>' + "".join(f"<div {side}></div>" for side in others)
        document = renderer.render(renderer.parse(html.replace("</body>", f"{numbered}</body>")))
        return Outcome(joining.join(_written(document), sheets), None, len(document.pages))

    return _held(made, files)


def _held(made: Callable[[_Renderer], Outcome], files: Files) -> Outcome:
    """What was made of some files. WeasyPrint's warnings come back as complaints, never as a silently worse sheet."""
    renderer = _renderer(tuple((name, content) for name, content in files.items() if is_fixed(name)))
    renderer.files = files
    from weasyprint.urls import FatalURLFetchingError

    with _Complaints() as complaints:
        try:
            outcome = made(renderer)
        except (FatalURLFetchingError, finish.UnfitError) as error:
            return Outcome(b"", None, 0, complaints=(str(error),))
    return replace(outcome, complaints=tuple(dict.fromkeys(complaints.messages)))


def _written(document: Any) -> bytes:
    return finish.finish(document.write_pdf(pdf_variant="pdf/ua-1", pdf_forms=True), sides.margin_texts(document.pages))


def get_ready() -> None:
    """Import what takes long: a worker can do that while there is nothing to render yet."""
    from generator.paper import joining  # noqa: F401

    load()
    _weasyprint()


def _weasyprint() -> Any:
    """WeasyPrint. On Linux it finds its libraries by their names, but first asks a compiler for the names that other systems give them, two dozen times."""
    import ctypes.util

    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005
    try:
        import weasyprint
    finally:
        ctypes.util.find_library = find
    return weasyprint


class _Renderer:
    """What a worker keeps from sheet to sheet: half of the cost of one sheet is here."""

    def __init__(self, fixed: Files) -> None:
        self.files = fixed
        weasyprint = _weasyprint()
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        class OurAssets(URLFetcher):  # type: ignore[misc]
            """`asset:` and the name of a file that came with the sheet, and nothing else: no network, no other file."""

            def fetch(_, url: str, headers: Any = None) -> Any:  # noqa: ARG002, N805
                content = self.files.get(url.removeprefix("asset:")) if url.startswith("asset:") else None
                if content is None:
                    raise FatalURLFetchingError(f"a sheet may only use pictures, diagrams, logos and fonts of the project, not {url}")
                return URLFetcherResponse(url, content)

        self._weasyprint = weasyprint
        self._fetcher = OurAssets(fail_on_errors=True)
        self._fonts = FontConfiguration()
        self._css = self._style(fixed[STYLE].decode())
        gc.freeze()

    def _style(self, text: str) -> Any:
        return self._weasyprint.CSS(string=text, url_fetcher=self._fetcher, font_config=self._fonts)

    def parse(self, html: str) -> Any:
        """The sheet as WeasyPrint reads it."""
        return self._weasyprint.HTML(string=html, url_fetcher=self._fetcher)

    def render(self, sheet: Any, more: str = "") -> Any:
        """A parsed sheet in pages; `more` is style of its own."""
        styles = [self._css, self._style(more)] if more else [self._css]
        return sheet.render(stylesheets=styles, font_config=self._fonts)

    def give_way(self, whole: Any, sheet: Any) -> bool:
        """Change a parsed sheet: what follows a picture in its message comes before it; what else was whole may break. False where nothing can be done."""
        root = sheet.etree_element
        parent = next(element for element in root.iter() if whole in list(element))
        at = list(parent).index(whole)
        if whole.tag != "figure" and not whole.get("style"):
            whole.set("style", "break-inside: auto")
        elif whole.tag == "figure" and at < len(parent) - 1:
            parent[at : at + 2] = [parent[at + 1], whole]
        else:
            return False
        sheet.wrapper_element = type(sheet.wrapper_element).from_html_root(root)
        return True


@lru_cache(maxsize=1)
def _renderer(fixed: tuple[tuple[str, bytes], ...]) -> _Renderer:
    return _Renderer(dict(fixed))


def is_fixed(name: str) -> bool:
    """Whether every sheet needs a file: the style, and the fonts."""
    return name == STYLE or name.startswith("fonts/")


class _Complaints(logging.Handler):
    """Collects what WeasyPrint warns of while a sheet is made."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def __enter__(self) -> _Complaints:
        logging.getLogger("weasyprint").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("weasyprint").removeHandler(self)
