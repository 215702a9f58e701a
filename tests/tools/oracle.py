"""What must hold of a build, whatever it was fed: of its problems, of what it prints, and of every page that comes out. The fuzzer asks it.

Each function yields the faults that it finds: `(what, where)`. `what` is the same for every case of one fault, so that they can be counted.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import tinyhtml5

from generator.build import Built
from generator.compose import guard
from generator.compose.site import Page
from generator.content import addresses, layers
from generator.content.drawings import SHAPES
from generator.content.model import Audience
from generator.content.problems import Problem
from generator.text import markup

Fault = tuple[str, str]
Everything = dict[str, tuple[str, bytes]]  # of each path below a folder: its kind, and its bytes or where it leads

LONGEST = 2000  # characters of what a problem says
HTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
SCHEMES = {"", "https", "mailto", "tel"}
NEVER = {"base", "iframe", "frame", "object", "embed", "applet", "form", "style", "template", "noscript", "plaintext", "math", "audio", "video", "portal"}
PLAIN_MARKDOWN = {
    **{tag: set[str]() for tag in ("p", "ul", "li", "em", "blockquote", "table", "thead", "tbody", "tr", "br", "hr", "pre")},
    **{f"h{level}": {"id"} for level in range(1, 7)},  # the engine gives each an id
    "ol": {"start"},
    "strong": {"aria-current"},  # the one of two wordings that is shown
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "code": {"class"},
    "th": {"data-label", "scope"},
    "td": {"data-label"},
}  # fmt: skip
NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
TOLD = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+): (?P<what>.+)\n    (?P<cure>\S.*)$", re.MULTILINE)


def problems_are_told_well(problems: Iterable[Problem], root: Path) -> Iterator[Fault]:
    """Each has a place inside of the project, on a line that is there, and a cure; and is short enough to be read."""
    for problem in problems:
        path, line = problem.place.path, problem.place.line
        where = f"{problem.place}: {problem.message}"[:300]
        if not path or path.startswith("/") or ".." in Path(path).parts:
            yield "a problem is told of a place outside of the project", where
            continue
        file = next((file for file in (root / path, layers.SHIPPED.parent / path) if file.is_file()), None)
        last = 1 + len(file.read_bytes().splitlines()) if file and line > 1 else 1
        if not 1 <= line <= last:
            yield "a problem is told of a line that is not there", where
        if not problem.message.strip() or not problem.cure.strip() or not problem.rule:
            yield f"a problem has no words or no cure ({problem.rule})", where
        if len(problem.message) > LONGEST or len(problem.cure) > LONGEST:
            yield f"a problem is told in more than {LONGEST} characters ({problem.rule})", where
        if NO_TEXT.search(path + problem.message + problem.cure):
            yield f"a problem is told with a character that is no text ({problem.rule})", ascii(where)


def output_is_plain(status: int, output: str) -> Iterator[Fault]:
    """No trace of the program itself, a status that means something, and a cure where it is not good."""
    if "Traceback (most recent call last)" in output:
        yield f"a stack trace was printed: {innermost(output)}", output[-300:]
    elif status not in {0, 1, 2}:
        yield f"the command ended with status {status}", output[-300:]
    elif status == 1 and not TOLD.search(output):
        yield "the command stopped and told no place and no cure", output[-300:]
    elif status == 2 and "\n    " not in output and "Usage:" not in output:
        yield "the command stopped with status 2 and told no cure", output[-300:]
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", output):
        yield "control characters were printed", ascii(output[-300:])


def everything(folder: Path, *, but: Iterable[Path] = ()) -> Everything:
    """All that stands below a folder, links not followed: its kind, and its bytes or where it leads."""
    found = {}
    left_out = set(but)
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path in left_out:
                continue
            kind = stat.filemode(path.lstat().st_mode)
            content = b""
            if path.is_symlink():
                content = bytes(path.readlink())
            elif path.is_dir():
                waiting.append(path)
            elif path.is_file():
                content = path.read_bytes()
            found[path.relative_to(folder).as_posix()] = (kind, content)
    return found


def difference(before: Everything, after: Everything) -> str:
    """What came, went or changed, in a few words; "" where nothing did."""
    ways = {
        "new": sorted(after.keys() - before.keys()),
        "gone": sorted(before.keys() - after.keys()),
        "changed": sorted(path for path in before.keys() & after.keys() if before[path] != after[path]),
    }
    return "; ".join(f"{way}: {', '.join(ascii(path) for path in paths[:4])}" for way, paths in ways.items() if paths)


def site_holds(site: Path, built: Built, *, authored_templates: bool = False) -> Iterator[Fault]:
    """The finished site against what was composed. Templates are code: one of the project's own may bring elements that ours do not have."""
    files = {file.relative_to(site).as_posix(): file for file in sorted(site.rglob("*")) if file.is_file()}
    pages = {path: _page(path, file.read_text(encoding="utf-8")) for path, file in files.items() if file.suffix in {".html", ".htm"}}
    for page in pages.values():
        if not authored_templates:
            yield from page.holds_only_what_is_known()
        yield from page.is_whole()
        yield from page.leads_somewhere(files, pages)
    for path, file in files.items():
        if file.suffix in {".xml", ".svg"}:
            try:
                ElementTree.parse(file)
            except ElementTree.ParseError as error:
                yield f"{path if file.suffix == '.xml' else 'a drawing'} is no XML", f"{path}: {error}"
    assert built.site
    for made in built.site.pages:
        path = addresses.web_path(made.uri)
        finished = pages.get(f"{path}index.html") or pages.get(f"{path.removesuffix('/')}.html")
        if finished is None:
            yield "a page is missing", made.uri
        else:
            yield from _carries_what_it_must(finished, made)
    yield from _keeps_voices_apart(built, files, pages)


def _keeps_voices_apart(built: Built, files: dict[str, Path], pages: dict[str, _Page]) -> Iterator[Fault]:
    """Nothing written for referrers is in a page or in search data that a patient can reach."""
    assert built.site
    secret = guard.referrer_sentences(built.library)
    for_referrers = {addresses.web_path(made.uri) for made in built.site.pages if made.audience is Audience.REFERRERS}
    for path, page in pages.items():
        if path.removesuffix("index.html") not in for_referrers:
            yield from (("a page for patients has text for referrers", f"{path}: {sentence}") for sentence in secret if f" {sentence} " in f" {page.plain} ")
    for path, file in files.items():
        if path.startswith("search/") and file.suffix == ".js":
            text = file.read_text(encoding="utf-8")
            try:
                json.loads(text[text.index("]=") + 2 :].rstrip(";\n"))
            except ValueError as error:
                yield "the data of the search cannot be read", f"{path}: {error}"
            if path not in built.site.referrer_files:
                plain = f" {' '.join(markup.words(text))} "
                yield from (("the search of patients has text for referrers", f"{path}: {sentence}") for sentence in secret if f" {sentence} " in plain)


def _carries_what_it_must(page: _Page, made: Page) -> Iterator[Fault]:
    if made.urgent_help:
        boxes = page.of_class("urgent-help")
        said = f" {' '.join(markup.words(' '.join(_text(box) for box in boxes if not page.is_hidden(box))))} "
        numbers = [number for _, number in made.clinic.urgent_help if number]
        if not boxes:
            yield "a page has no urgent-help box", made.uri
        elif lost := [number for number in numbers if f" {' '.join(markup.words(number))} " not in said]:
            yield "the urgent-help box of a page has lost a number, or is hidden", f"{made.uri}: {lost[0][:100]}"
    elif made.audience is Audience.PATIENTS:
        yield "a page for patients has no urgent-help box", made.uri
    if made.banner:
        banner = [element for element in page.of_class("sample-banner") if not page.is_hidden(element)]
        if not banner or " ".join(markup.words(made.banner)) not in " ".join(markup.words(" ".join(map(_text, banner)))):
            yield "a page does not say that it is a sample", made.uri
        if "noindex" not in page.meta("robots"):
            yield "a sample page does not ask search engines to leave it out: its front matter is lost", made.uri
    if made.audience and f"voice-{made.audience}" != page.body.get("class"):
        yield "a page has lost its audience: its front matter is lost", f"{made.uri}: {page.body.get('class')}"


class _Page:
    """A finished page as a browser reads it."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.root = tinyhtml5.parse(text)
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.body = next(self.root.iter(f"{HTML}body"))

    @cached_property
    def plain(self) -> str:
        said = [
            value
            for element in self.root.iter()
            if isinstance(element.tag, str)
            for name, value in element.attrib.items()
            if name in {"alt", "title", "content", "aria-label"}
        ]
        return " ".join(markup.words(" ".join([_text(self.root), *said])))

    @cached_property
    def ids(self) -> set[str]:
        return {value for element in self.root.iter() if (value := element.get("id"))}

    def meta(self, name: str) -> str:
        return " ".join(element.get("content") or "" for element in self.root.iter(f"{HTML}meta") if element.get("name") == name)

    def of_class(self, name: str) -> list[ElementTree.Element]:
        return [element for element in self.root.iter() if isinstance(element.tag, str) and name in (element.get("class") or "").split()]

    def is_hidden(self, element: ElementTree.Element) -> bool:
        """Whether a reader has to open something first, or cannot see it at all."""
        above: ElementTree.Element | None = element
        while above is not None:
            if above.get("hidden") is not None or above.get("aria-hidden") == "true" or above.tag == f"{HTML}details":
                return True
            above = self.parents.get(above)
        return False

    def holds_only_what_is_known(self) -> Iterator[Fault]:
        """Elements and attributes of our templates and of plain Markdown, nothing that runs, and nothing that loads."""
        known = vocabulary()
        for element in self.root.iter():
            if not isinstance(element.tag, str):  # a comment
                continue
            tag, is_svg = element.tag.removeprefix(HTML).removeprefix(SVG), element.tag.startswith(SVG)
            where = f"{self.path}: {ElementTree.tostring(element, encoding='unicode')[:200]}"
            if tag in NEVER or (tag not in {"svg", *SHAPES} if is_svg else tag not in known):
                yield f"a page holds <{_plain(tag)}>", where
                continue
            for name, value in element.attrib.items():
                fits = not re.search(r"href|^id$", name) if is_svg else name in known[tag] | known["*"]
                if not fits or name == "style" or name.lower().startswith("on") or "boo" in name.lower():
                    yield f'a page holds <{tag}> with the attribute "{_plain(name)}"', where
                elif name == "class" and "boo" in value and tag != "code":
                    yield f"content has set the class of <{tag}>", where
                elif name in {"href", "src"}:
                    yield from self._address(tag, value)
            if tag == "meta" and (element.get("http-equiv") or "content-security-policy").lower() != "content-security-policy":
                yield "a page holds <meta http-equiv> that is no policy", where
            if tag == "script" and (
                not re.fullmatch(
                    r"(?:\.\./|/|[^:]*/)*assets/(?:scripts/(?:page|search|overdue|with-me|amount|register|build-a-sheet|sheet)|vendor/minisearch)\.js",
                    element.get("src") or "",
                )
                or (element.text or "").strip()
            ):
                yield "a page holds a script that is not ours", where

    def _address(self, tag: str, address: str) -> Iterator[Fault]:
        read = re.sub(r"[\t\n\r]", "", address).strip("".join(map(chr, range(33))))  # as a browser does
        try:
            scheme = urlsplit(read).scheme
        except ValueError:
            scheme = "?"
        if scheme not in SCHEMES:
            yield f'a page has an address of "{_plain(scheme)}:"', f"{self.path}: {address[:200]}"
        elif not scheme and re.match(r"[/\\]{2}", read):
            yield "a page has an address that is another host without a scheme", f"{self.path}: {address[:200]}"
        elif scheme and tag not in {"a", "link"}:
            yield f"<{tag}> loads something from elsewhere", f"{self.path}: {address[:200]}"

    def is_whole(self) -> Iterator[Fault]:
        """The policy, one title, one first heading, and nothing of the front matter in the text."""
        policies = [
            element.get("content") or "" for element in self.root.iter(f"{HTML}meta") if (element.get("http-equiv") or "").lower() == "content-security-policy"
        ]
        if not policies or "default-src 'none'" not in policies[0]:
            yield "a page has no policy", self.path
        head = next(self.root.iter(f"{HTML}head"))
        titles = ["".join(title.itertext()).strip() for title in head.iter(f"{HTML}title")]
        if len(titles) != 1 or not titles[0]:
            yield "a page has no title, or two", f"{self.path}: {titles}"
        if sum(1 for _ in self.root.iter(f"{HTML}h1")) != 1:
            yield "a page has no first heading, or two", self.path
        if not next(iter(main for main in self.root.iter(f"{HTML}main")), None):
            yield "a page has no main part", self.path
        if re.search(r"\x02(?:klzzwxh|wzxhzdk):\d|[\x02\x03]", self.text):
            yield "a page holds a placeholder of the Markdown engine", self.path

    def leads_somewhere(self, files: dict[str, Path], pages: dict[str, _Page]) -> Iterator[Fault]:
        """Every link inside of the site."""
        for element in self.root.iter():
            for name in ("href", "src"):
                address = element.get(name) if isinstance(element.tag, str) else None
                if address is None or re.match(r"[a-zA-Z][\w+.-]*:|[/\\]{2}", address.strip()):
                    continue
                try:
                    parts = urlsplit(address)
                except ValueError:
                    yield "a link cannot be read", f"{self.path}: {address[:200]}"
                    continue
                target = _target(self.path, unquote(parts.path))
                file = next((path for path in (target, f"{target}index.html".lstrip("/"), f"{target}/index.html") if path in files), None)
                if file is None:
                    yield "a link leads nowhere", f"{self.path}: {address[:200]}"
                elif parts.fragment and file in pages and not file.startswith("search/") and unquote(parts.fragment) not in pages[file].ids:
                    yield "a link leads to a part of a page that is not there", f"{self.path}: {address[:200]}"


@cache  # most pages of a damaged project are as they were
def _page(path: str, text: str) -> _Page:
    return _Page(path, text)


@cache
def vocabulary() -> dict[str, set[str]]:
    """The elements that our templates and plain Markdown use, each with its attributes; those under "*" may stand anywhere."""
    known = {tag: set(attributes) for tag, attributes in PLAIN_MARKDOWN.items()}
    for folder in ("pages", "theme"):
        for file in (*(layers.SHIPPED / folder).rglob("*.j2"), *(layers.SHIPPED / folder).rglob("*.html")):
            text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", " ", file.read_text(encoding="utf-8"), flags=re.DOTALL)
            for tag, rest in re.findall(r"<([a-z][a-z0-9]*)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", text):
                bare = re.sub(r"\"[^\"]*\"|'[^']*'", '""', rest)
                known.setdefault(tag, set()).update(re.findall(r"[a-zA-Z][\w:-]*", bare))
            for tag, name in re.findall(r"^(#+).*\{[^}]*?([a-z-]+)=", text, flags=re.MULTILINE):
                known[f"h{len(tag)}"].add(name)
    known["*"] = {"class"}
    return {**known, "html": {"lang", "dir"}, "head": set(), "body": set(), "title": set()}


def _target(page: str, path: str) -> str:
    """The file of the site that a path leads to from a page."""
    if not path:
        return page
    steps = [] if path.startswith("/") else page.split("/")[:-1]
    for step in path.split("/"):
        if step == "..":
            steps[-1:] = []
        elif step not in {"", "."}:
            steps.append(step)
    ends = "/" if path.endswith(("/", ".")) and steps else ""
    return "/".join(steps) + ends


def _text(element: ElementTree.Element) -> str:
    """The text that a reader sees of an element; words of two blocks do not run together."""
    if not isinstance(element.tag, str):
        return ""
    return " ".join([element.text or "", *(f"{_text(child)} {child.tail or ''}" for child in element)])


def innermost(output: str) -> str:
    """The last line of ours in a stack trace, and the error."""
    ours = re.findall(r'File "[^"]*?/(generator/[^"]+)", line (\d+)', output)
    error = next((line for line in reversed(output.splitlines()) if re.match(r"[\w.]+(?:Error|Exception|Interrupt|Warning|Exit|Abort)\b", line)), "?")
    return f"{error.split(':')[0]} at {':'.join(ours[-1]) if ours else '?'}"


def _plain(name: str) -> str:
    return ascii(name)[1:-1][:40]
