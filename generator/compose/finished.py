"""The finished pages, as a browser will read them: what they may hold, and where their links lead.

What authors wrote was escaped or sanitised long before; this looks at what came out in the end, whichever template, theme or engine made it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from generator.content.problems import Place, Problem
from generator.remembered import remembered
from generator.text.markup import SCHEMES

# Everything that a page is made of. What is not here could run, load, send or lead somewhere by itself (iframe, object, form, base, style …).
ELEMENTS = (
    "a abbr address article aside audio b bdi bdo blockquote body br button caption cite code col colgroup dd del details dfn div dl dt em fieldset figcaption "
    "figure footer h1 h2 h3 h4 h5 h6 head header hgroup hr html i img input ins kbd label legend li link main mark meta meter nav ol optgroup option output "
    "p picture pre progress q rp rt ruby s samp script search section select small source span strong sub summary sup table tbody td textarea tfoot th "
    "thead time title tr u ul var wbr svg circle clippath defs desc ellipse g line lineargradient path polygon polyline radialgradient rect stop text tspan"
)
# Attributes beside aria-… and data-…
ATTRIBUTES = (
    "alt autocapitalize autocomplete charset checked class clip-path clip-rule cols colspan content controls cx cy d datetime defer dir disabled dx dy enterkeyhint "
    "fill fill-opacity fill-rule focusable font-family font-size font-weight for gradienttransform gradientunits height hidden href http-equiv id inputmode "
    "lang letter-spacing list loading max maxlength media min multiple name offset opacity open pattern placeholder points preload preserveaspectratio property r "
    "readonly rel required reversed role rows rowspan rx ry scope selected size sizes spellcheck src srcset start step stop-color stop-opacity stroke "
    "stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width tabindex text-anchor title transform "
    "type value viewbox width wrap x x1 x2 xmlns y y1 y2"
)
_ELEMENTS, _ATTRIBUTES = frozenset(ELEMENTS.split()), frozenset(ATTRIBUTES.split())
POLICY = "content-security-policy"


@dataclass
class _Page:
    """What one page holds that has to be looked at: `wrong` are elements and attributes, `links` addresses below the site."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    has_policy: bool = False
    titles: int = 0
    headings: int = 0


def pages(folder: Path, edits: Mapping[str, str]) -> Iterator[Problem]:
    """Hold every page of the finished folder against what a page may be. `edits` is the file that an author would open for each, by its place in the folder.

    Every page has the policy that stops what could run or load, has one title and one first heading, holds known elements and attributes only, and leads to what is there.
    """
    found = {file.relative_to(folder).as_posix(): _read(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))}
    faults: dict[tuple[str, str, str], list[str]] = {}
    for path, page in found.items():
        if not page.has_policy:
            faults.setdefault(("no policy", "Put the Content-Security-Policy back into templates/theme/base.html.", "policy"), []).append(path)
        for name, count in (("<title>", page.titles), ("<h1>", page.headings)):
            if count != 1:
                cure = f"Let the template have one {name}, by which readers know where they are."
                faults.setdefault((f"{count} {name} elements" if count else f"no {name}", cure, "page"), []).append(path)
        for what in dict.fromkeys(page.wrong):
            cure = "Take it out of the template that prints it; what authors write is printed as text."
            faults.setdefault((f"{what}, which no page may have", cure, "page"), []).append(path)
        for link in dict.fromkeys(page.links):
            if not _leads_somewhere(link, path, found, folder):
                faults.setdefault((f'a link to "{link}", which is not there', "Mend the link in the template that prints it.", "dead-link"), []).append(path)
    for (what, cure, rule), paths in faults.items():
        others = f", as have {len(paths) - 1} others" if len(paths) > 1 else ""  # a fault of the theme is on every page, and is one fault
        yield Problem(Place(edits.get(paths[0], f"templates/theme/{paths[0]}"), 1), f"the page {paths[0]} has {what}{others}", cure, rule)


@remembered(
    lambda page: [sorted(page.ids), page.links, page.wrong, page.has_policy, page.titles, page.headings],
    lambda raw: _Page(set(raw[0]), *raw[1:]),
)
def _read(page: str) -> _Page:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.page


def _leads_somewhere(link: str, path: str, found: Mapping[str, _Page], folder: Path) -> bool:
    parts = urlsplit(link)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
    if parts.path.endswith("/") or target == ".":
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    if target.startswith("../") or not (target in found or (folder / target).is_file()):
        return False
    return not parts.fragment or target not in found or unquote(parts.fragment) in found[target].ids


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = _Page()
        self._drawings = 0  # whose titles are their own

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in _ELEMENTS:
            self.page.wrong.append(f"<{tag[:40]}>")
        self.page.wrong += [f"<{tag[:40]} {name[:40]}>" for name in given if not (name in _ATTRIBUTES or name.startswith(("aria-", "data-")))]
        self._drawings += tag == "svg"
        self.page.titles += tag == "title" and not self._drawings
        self.page.headings += tag == "h1"
        if "id" in given:
            self.page.ids.add(given["id"])
        if "http-equiv" in given:
            if given["http-equiv"].lower() == POLICY:
                self.page.has_policy = True
            else:
                self.page.wrong.append(f'<{tag} http-equiv="{given["http-equiv"][:40]}">')
        for name in ("href", "src", "srcset"):
            if name in given and not (tag == "link" and given.get("rel") == "canonical"):
                self._address(tag, name, given[name].strip())

    def handle_endtag(self, tag: str) -> None:
        self._drawings -= tag == "svg" and self._drawings > 0  # an end without its beginning ends nothing

    def _address(self, tag: str, name: str, address: str) -> None:
        scheme = urlsplit(address).scheme
        if not scheme and not address.startswith("/"):
            self.page.links.append(address)
        elif not (tag == "a" and scheme in SCHEMES) and (scheme or address.startswith(("//", "/\\"))):
            self.page.wrong.append(f'<{tag} {name}="{address[:60]}">')
