"""Whatever an author writes comes out as text: every field of every model, in every kind of output.

The fields are found by looking at the models, so that a new one is in here by itself. Rules would refuse such words in many places, so they are put
into what was loaded, behind every rule.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

import pikepdf
import pytest
from mkdocs.commands.build import build as build_mkdocs
from mkdocs.config import load_config
from pydantic import StringConstraints

from generator.build import Built, Request, templates_of
from generator.compose import guard, scripts
from generator.compose.pages import compose
from generator.content import layers
from generator.content.load import load
from generator.content.model import Authored, Format, Handout, Keyed, Library, Section, Source
from generator.paper.rendering import Rendering
from generator.web.mkdocs_plugin import PmpPlugin
from tests.conftest import TODAY, small_project, texts

HOSTILE = "<x onload=1>&\"'😀{}😀"
FOUND = re.compile(r"<x[ /]onload=1>&[\"“”]['‘’]😀(\d+)😀", re.IGNORECASE)
SITE = "Every field"

# What nobody reads, and why. Each is looked for all the same, and must not turn up.
NOT_SHOWN = {
    "Clinic.country": "chooses which telephone numbers are right",
    "Diagram.labels": "stand in the drawing, which is one file",
    "SearchWords.reviewer": "for `pmp review`",
    "Sign.box": "the name of a box",
    "Sign.patients": "for the rule",
    "Sign.referrers": "for the rule",
    "Sign.sign": "for those who write",
    "Sign.typed": "for the rule",
    "Source.for_editors": "for those who write",
    "Source.supports": "names of messages",
    "Triage.reviewer": "for `pmp review`",
    "Triage.times": "for the rule",
    "Voice.consent": "how and when it was given is for the clinic",
    "Urgent.reviewer": "for `pmp review`",
    "Words.reviewer": "for `pmp review`",
}
# A tag that libraries read; drawings, of which each has an allow-list of its own; names of files that have to be there
LEFT = {"Programme.lang", "Diagram.svg", "Picture.svg", "Voice.photo", "Voice.audio"}


class Spoilt:
    """A Library of which every field that an author writes is hostile. `names` are the fields by their numbers."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._done: dict[int, tuple[Any, Any]] = {}

    def mark(self, name: str) -> str:
        """The hostile words of one field."""
        if name not in self.names:
            self.names.append(name)
        return HOSTILE.format(self.names.index(name))

    def thing(self, thing: Any) -> Any:
        """The same thing with hostile fields; one that was met before is the same again, since others know it."""
        if id(thing) not in self._done:
            kind = type(thing)
            if isinstance(thing, Authored):
                values = {
                    name: self.value(getattr(thing, name), [field.annotation, *field.metadata], f"{kind.__name__}.{name}")
                    for name, field in kind.model_fields.items()
                }
                if isinstance(thing, Source) and thing.url:
                    values["doi"] = None  # by which it would be found instead
                spoilt = thing.model_copy(update=values)
            else:
                values = {field.name: self.value(getattr(thing, field.name), [StringConstraints()], f"{kind.__name__}.{field.name}") for field in fields(thing)}
                spoilt = replace(thing, **values)
            self._done[id(thing)] = (thing, spoilt)  # with the thing itself, so that its number is not given to another
        return self._done[id(thing)][1]

    def value(self, value: Any, annotation: list[Any], name: str) -> Any:
        """The value of a field, or of an entry of it, as hostile as its type allows."""
        texts = list(_constraints(annotation))
        if name in LEFT or name.endswith((".key", ".place", ".lines", ".picture", ".runs")):
            return value
        if isinstance(value, Section):
            return Section(f"{value.markdown}\n\n{self.mark(name)}", value.place)
        if isinstance(value, tuple):
            return tuple(self.value(item, annotation, name) for item in value) or self._first(annotation, texts, name)
        if isinstance(value, Mapping):
            return {key: self.value(item, annotation, name) for key, item in value.items()}
        if isinstance(value, Authored) or is_dataclass(value):
            return self.thing(value)
        return self._text(value, texts, name) if texts else self._other(value, annotation)

    def _text(self, value: Any, texts: list[StringConstraints], name: str) -> Any:
        """Text in which the mark stands, if the form of such texts allows it in any way."""
        patterns = [text.pattern for text in texts if text.pattern]
        if not isinstance(value, str | None) or not patterns:
            return f"{value or ''}{self.mark(name)}" if isinstance(value, str | None) else value
        compact = HOSTILE.replace(" ", "/")
        for before in (value or "", "https://example.org/", "a@example.org"):
            if all(re.search(pattern, before + compact) for pattern in patterns):
                self.mark(name)
                return before + compact.format(self.names.index(name))
        return value

    def _other(self, value: Any, annotation: list[Any]) -> Any:
        model = next(_models(annotation), None)
        return self.made(model) if value is None and model and not issubclass(model, Keyed) else value

    def made(self, model: type[Authored]) -> Authored:
        """A thing of its own, where the project has none."""
        values = {
            name: self.value(() if "tuple" in str(field.annotation) else None, [field.annotation, *field.metadata], f"{model.__name__}.{name}")
            for name, field in model.model_fields.items()
        }
        return model.model_construct(**{name: value for name, value in values.items() if value is not None})

    def _first(self, annotation: list[Any], texts: list[StringConstraints], name: str) -> tuple[Any, ...]:
        if texts and not any(text.pattern for text in texts):
            return (self.mark(name),)
        return tuple(self.made(model) for model in _models(annotation) if not issubclass(model, Keyed))


def _constraints(annotation: Any) -> Iterator[StringConstraints]:
    for part in annotation if isinstance(annotation, list) else (*get_args(annotation), *getattr(annotation, "__metadata__", ())):
        if isinstance(part, StringConstraints):
            yield part
        else:
            yield from _constraints(part)


def _models(annotation: Any) -> Iterator[type[Authored]]:
    for part in annotation if isinstance(annotation, list) else get_args(annotation):
        if isinstance(part, type) and issubclass(part, Authored):
            yield part
        else:
            yield from _models(part)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The small project with every field hostile, built as a site, and the names of the fields."""
    root = small_project(tmp_path_factory.mktemp("hostile") / "project")
    (root / "docs/issued.tsv").write_text("sheet\tversion\tday\ttitle\tchange\ngone\t3f2a\t2026-02-10\tGone\tNew words.\n", encoding="utf-8")
    (root / "docs/assets/diagrams").mkdir(parents=True)
    spoilt = Spoilt()
    named = escape(spoilt.mark("title of a drawing"))
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 240"><title>{named}</title><desc>It rings.</desc><text>bell</text></svg>'
    (root / "docs/assets/diagrams/bell.svg").write_text(drawn, encoding="utf-8")
    alarm = root / "docs/messages/pain/alarm.md"
    written = alarm.read_text(encoding="utf-8").replace("A marmalade jar can set it off.", "A marmalade jar can set it off.\n\n![A bell](diagram:bell)")
    written = written.replace("local: [team]", "local: [team, programme, referral, medicines, contact, urgent-help]")
    steps = "## Right now\n\n1. Sit.\n2. Rest.\n3. Wait.\n4. Look.\n"
    voice = "## A voice\n\n> I rang.\n\nwho: Sam\nconsent: 2026-01-08, on paper\n"
    alarm.write_text(f"{written}\n\n## Easy read\n\n- body: The alarm rings.\n\n{steps}\n{voice}", encoding="utf-8")
    programme = root / "docs/programme.yml"
    programme.write_text(f"{programme.read_text(encoding='utf-8')}right_now:\n  - {{when: It rings, message: pain/alarm}}\n", encoding="utf-8")
    real = root / "docs/messages/pain/real-pain.md"
    real.write_text(real.read_text(encoding="utf-8").replace("[green-2020]", "[green-2020, plum-2022]"), encoding="utf-8")
    sources = root / "docs/sources.yml"
    more = "\n  url: https://example.org/green\n\nplum-2022:\n  status: checked\n  type: report\n  short: Plum\n  title: Jam\n  finding: It keeps.\n"
    works = sources.read_text(encoding="utf-8").replace("squeak when hinges are dry.\n", "squeak when hinges are dry." + more)
    sources.write_text(works.replace("url:", "URL:"), encoding="utf-8")
    touch = root / "handouts/touch.md"
    touch.write_text(touch.read_text(encoding="utf-8").replace("formats: [standard]\n", ""), encoding="utf-8")
    name = f"{SITE} {spoilt.mark('mkdocs.yml site_name')}"
    settings = f"site_name: {json.dumps(name, ensure_ascii=False)}\nsite_url: https://example.org/deep/\nplugins:\n  - pmp: {{clinic: sample}}\n"
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    request = Request(TODAY, sheets=False)
    loaded, settings_read, problems = load(root)
    assert problems == []
    library = _every_layout(_spoil(loaded, spoilt))
    approved = next(clinic for clinic in library.clinics if clinic.key == "approved").model_copy(update={"referral": None})
    site = compose(library, settings_read, templates_of(root, library), TODAY, clinics=[approved])
    assert library.words
    site = replace(site, files={**site.files, **scripts.published(root, library.words)}, assets=library.assets)
    assert [problem for problem in guard.site(site, library) if problem.rule != "long-page"] == []
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(root / "site"))
    plugin = config.plugins["pmp"]
    assert isinstance(plugin, PmpPlugin)
    plugin.request, plugin.prepared = request, (Built(library, site, ()), Rendering(root, site.prints))
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build_mkdocs(config)
    finally:
        config.plugins.on_shutdown()
    return root / "site", spoilt.names


def _spoil(library: Library, spoilt: Spoilt) -> Library:
    values: dict[str, Any] = {}
    for field in fields(library):
        value = getattr(library, field.name)
        values[field.name] = value if field.name in {"hero", "mark", "runs", "broken", "wording"} else spoilt.value(value, [], f"Library.{field.name}")
    return replace(library, **values)


def _every_layout(library: Library) -> Library:
    """A sheet of each layout, so that each template prints what it prints; and none that is too long."""
    handouts = [handout.model_copy(update={"pages": 60, "prompts": (), "grid": None}) for handout in library.handouts]
    first: dict[str, Handout] = {str(handout.audience): handout.model_copy(update={"pages": 60}) for handout in reversed(library.handouts)}
    standard: tuple[Format, ...] = ("standard",)
    for name in layers.files(layers.SHIPPED.parent, "handouts", "[!_]*.html.j2"):
        layout = name.removesuffix(".html.j2")
        audience = "referrers" if layout in {"referrer-sheet", "evidence-sheet", "checklist", "form"} else "patients"
        handouts.append(first[audience].model_copy(update={"key": f"as-{layout}", "layout": layout, "formats": standard}))
    packs = [pack.model_copy(update={"sheets": tuple(handout for handout in handouts if handout.key == "touch")}) for pack in library.packs]
    return replace(library, handouts=tuple(handouts), packs=tuple(packs))


class Texts(HTMLParser):
    """What a browser makes of a page: its texts, the values of its attributes, the names of both."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.names: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names |= {tag, *(name for name, _ in attributes)}
        self.texts += [value or "" for _, value in attributes]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def of_page(file: Path) -> str:
    page = Texts(file.read_text(encoding="utf-8"))
    assert not {"x", "onload"} & page.names, f"alive in {file.name}"
    return "\n".join(page.texts)


def of_feed(file: Path) -> str:
    elements = list(ElementTree.parse(file).iter())
    assert not [element for element in elements if element.tag.endswith("}x") or "onload" in element.attrib]
    return "\n".join(text or "" for element in elements for text in (element.text, *element.attrib.values()))


def of_data(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".js":
        data = re.search(r'"\]\s*=\s*(.*);', text)
        text = data[1] if data else "[]"
    return "\n".join(_strings(json.loads(text)))


def of_sheet(file: Path) -> str:
    return " ".join(f"{' '.join(texts(file))} {' '.join(_told_to_machines(file))}".split())


def of_text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


SAID: dict[str, Callable[[Path], str]] = {".html": of_page, ".xml": of_feed, ".js": of_data, ".json": of_data, ".pdf": of_sheet, ".txt": of_text}


def _told_to_machines(file: Path) -> Iterator[str]:
    """What a PDF says beside its text: alternative texts, tooltips, addresses, its title."""
    with pikepdf.open(file) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary):
                yield from (
                    str(thing[name]) for name in ("/Alt", "/TU", "/URI", "/Title", "/Author", "/Subject") if isinstance(thing.get(name), pikepdf.String)
                )


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from (key, *_strings(value))
    elif isinstance(data, list):
        for item in data:
            yield from _strings(item)


def test_every_field_comes_out_as_text_and_nothing_else(hostile: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    site, names = hostile
    looked: dict[str, int] = {}
    found: dict[str, set[str]] = {name: set() for name in names}
    for file in sorted(site.rglob("*")):
        if file.suffix in SAID and "assets" not in file.parts:
            text = SAID[file.suffix](file)
            looked[file.suffix] = looked.get(file.suffix, 0) + 1
            for number in FOUND.findall(text):
                found[names[int(number)]].add(file.suffix)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(names)} fields, looked for in {looked}\n")
    assert len(names) > 60
    assert {".html", ".xml", ".js", ".json", ".txt", ".pdf"} <= looked.keys()
    silent = {name for name, where in found.items() if not where}
    assert silent - NOT_SHOWN.keys() == set(), "shown nowhere"
    assert NOT_SHOWN.keys() - silent == set(), "shown after all"
    for name in ("Message.title", "Handout.title"):
        assert {".html", ".js", ".txt", ".pdf"} <= found[name], name
