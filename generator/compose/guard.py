"""The rules that only what was made can break: by a template, a theme or a script. Numbers are those of the design's safety rules.

`site` looks at the composed pages and sheets, `output` at the finished folder before it becomes `site/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from generator.compose import finished
from generator.compose.site import Made, Print, Site, TextTwin
from generator.content import addresses
from generator.content.model import Audience, Library
from generator.content.problems import Place, Problem
from generator.remembered import digest, recall
from generator.rules.prose import MOST_VISIBLE, plain_words, texts
from generator.text import markup

FEWEST = 5  # words of a title that can only be that title; a sentence has one more

# What a script may do that no other may, by its place in the site
ALLOWED = {
    "assets/vendor/minisearch.js": r"\bfetch\(key,initial\)\{|\bthis\._index\.fetch\(term,createMap\)",  # a method of its own map, of that name
    "worker.js": r'\bfetch\((?:event\.request|ROOT\+path),\{cache:"no-cache"\}\)|\bcaches\b',  # passes on what a page asks for, and keeps the site itself
    "assets/scripts/with-me.js": r"\bspeechSynthesis\b",  # has voices of the device alone read, as tests/shipped/test_tools.py holds
    "assets/scripts/page.js": r"\bwindow\.name\b",  # the tab keeps "light" or "dark" until it is closed: no answer, and never on disk
}


def site(site: Site, library: Library) -> Iterator[Problem]:
    """Hold the composed pages, sheets and search data against the rules."""
    yield from urgent_help_is_on_every_patient_output(site)
    yield from unapproved_output_says_so(site)
    yield from links_of_ours_are_resolved(site)
    yield from pages_begin_with_their_facts(site)
    yield from referrer_text_stays_with_referrers(site, library)
    yield from patients_pages_are_short(site)


def output(folder: Path, site: Site) -> Iterator[Problem]:
    """Hold the finished folder of a site against the rules."""
    yield from finished.pages(folder, {f"{addresses.web_path(page.uri)}index.html": page.edit for page in site.pages})
    yield from nothing_is_sent(folder)


def urgent_help_is_on_every_patient_output(site: Site) -> Iterator[Problem]:
    """1. What a patient may read carries the urgent-help box of its own clinic, with every number of it; of a pack, every sheet does."""
    for made, text, place, is_for_patients in _outputs(site):
        if not is_for_patients:
            continue
        said = markup.spoken(made.urgent_help) if isinstance(made, TextTwin) else plain_words(made.urgent_help)
        missing = [number for _, number in made.clinic.urgent_help if number and markup.spoken(number) not in said]
        if missing or not made.urgent_help or not all(box and box in part for box, part in _sheets(made, text)):
            what = f"the urgent-help box of {made.uri} leaves out {missing[0]}" if missing else f"{made.uri} has no urgent-help box"
            yield Problem(place, what, "Put {{ urgent_help }}, and every number in it, back into the templates.", "urgent-help")


def unapproved_output_says_so(site: Site) -> Iterator[Problem]:
    """2. Until its own clinic has approved the words, after their last review, a page or sheet says that it is a sample; after that, none does."""
    for made, _, place, _ in _outputs(site):
        if not made.clinic.approves(made.carries) and (not made.banner or markup.spoken(made.banner) not in made.words):
            yield Problem(place, f"{made.uri} does not say that it is a sample", "Put the words of sample.banner back into its template.", "sample-banner")


def referrer_text_stays_with_referrers(site: Site, library: Library) -> Iterator[Problem]:
    """4. No sentence written for referrers is in a page, sheet or search entry that a patient can reach."""
    secret: dict[str, dict[str, Place]] = {}  # by their first words
    for sentence, place in referrer_sentences(library).items():
        secret.setdefault(" ".join(sentence.split()[:FEWEST]), {})[sentence] = place
    state = digest(secret)
    outputs = [(made.uri, made.words) for made, _, _, is_for_patients in _outputs(site) if is_for_patients]
    outputs += [(uri, plain_words(text)) for uri, text in site.files.items() if uri not in site.referrer_files]

    def told(plain: str) -> list[tuple[str, str]]:
        words = plain.split()
        runs = {" ".join(words[first : first + FEWEST]) for first in range(len(words) - FEWEST + 1)}
        return [(begins, sentence) for begins in secret if begins in runs for sentence in secret[begins] if f" {sentence} " in plain]

    for uri, plain in outputs:
        for begins, sentence in recall(("told", state, digest(plain)), partial(told, plain)):
            what = f'text for referrers is on {uri}: "{sentence}"'
            yield Problem(secret[begins][sentence], what, "Mend the template that put it there.", "audience")


def links_of_ours_are_resolved(site: Site) -> Iterator[Problem]:
    """Links of content name things (`message:topic/name`); what comes out leads to them."""
    for made, text, place, _ in _outputs(site):
        if found := re.search(r"""(?:(?:href|src)=["']?|\]\(<?)((?:message|handout|page|glossary|diagram):[^\s"'>)]*)""", text):
            yield Problem(place, f"{made.uri} leads to {found[1][:60]}, which only content may say", "Mend the template that prints it.", "link")


def pages_begin_with_their_facts(site: Site) -> Iterator[Problem]:
    """2. A page begins with its front matter, from which the theme has its title, its audience, and whether it is a sample."""
    for page in site.pages:
        if page.markdown.startswith("---\n"):
            if (title := _title(page.markdown)) != page.title:
                what = f'the front matter of {page.uri} calls it "{title}", and all other pages call it "{page.title}"'
                yield Problem(Place(page.edit, 1), what, "Let its template begin with {{ parts.front_matter(title, …) }}.", "front-matter")
        else:
            found = page.markdown[:20].splitlines()[0] if page.markdown else ""
            yield Problem(
                Place(page.edit, 1),
                f'the page {page.uri} begins with "{found}", not with its front matter',
                "Let its template begin with it again.",
                "front-matter",
            )


def patients_pages_are_short(site: Site) -> Iterator[Problem]:
    """No page for patients shows more than 510 words beside urgent help before the reader opens anything."""
    for page in site.pages:
        if page.audience is Audience.PATIENTS and page.visible_words > MOST_VISIBLE:
            yield Problem(
                Place(page.edit, 1),
                f"the page {page.uri} shows {page.visible_words} words at once",
                f"Move a message to another topic, or shorten the short forms: patients meet at most {MOST_VISIBLE} words.",
                "long-page",
            )


def nothing_is_sent(folder: Path) -> Iterator[Problem]:
    """5. No style or script sends anything anywhere: nothing from other hosts, no stored answers. What a page may hold, `finished` says."""
    signs = {
        ".css": r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//",
        ".js": r"\b(?:fetch|sendBeacon|importScripts)\(|\b(?:XMLHttpRequest|WebSocket|EventSource|RTCPeerConnection|localStorage|sessionStorage|indexedDB|speechSynthesis)\b|document\.cookie|\bwindow\.name\b|\bcaches\b",
    }
    for file in sorted(folder.rglob("*")):
        pattern = signs.get(file.suffix)
        allowed = ALLOWED.get(file.relative_to(folder).as_posix(), r"(?!)")
        if pattern and (found := re.search(pattern, text := re.sub(allowed, _blank, file.read_text(encoding="utf-8")))):
            place = Place(f"{folder.name}/{file.relative_to(folder).as_posix()}", text.count("\n", 0, found.start()) + 1)
            yield Problem(
                place,
                f"something here could leave the reader's device: {found[0][:60]}",
                "Bundle it with the site, or take it out (templates/theme, docs/assets).",
                "nothing-is-sent",
            )


def referrer_sentences(library: Library) -> dict[str, Place]:
    """Every sentence of six words or more that only referrers may read, and every title of five, as plain words, and where it stands."""
    shared = plain_words("\n".join(section.markdown for section, audience in texts(library) if audience is not Audience.REFERRERS))
    found: dict[str, Place] = {}
    for message in library.messages:
        titles = (message.title_for_referrers or "",) if message.is_for(Audience.PATIENTS) else (message.title, message.question or "")
        spoken = [" ".join(markup.words(title)) for title in titles if len(markup.words(title)) >= FEWEST]
        found |= {title: message.place for title in spoken if f" {title} " not in shared}
        for section in message.sections(Audience.REFERRERS):
            for block in markup.blocks(section.markdown):
                for sentence in markup.sentences(block):
                    words = markup.words(sentence)
                    if len(words) > FEWEST and f" {' '.join(words)} " not in shared:
                        found[" ".join(words)] = section.place
    return found


def _outputs(site: Site) -> Iterator[tuple[Made, str, Place, bool]]:
    """Each page and sheet with its text, the file to mend, and whether a patient may read it. A letter to a patient is read by a patient too."""
    for page in site.pages:
        yield page, page.markdown, Place(page.edit, 1), page.audience is not Audience.REFERRERS
    for sheet in site.prints:
        yield sheet, sheet.html, sheet.recipe.place, sheet.recipe.audience is Audience.PATIENTS
    for twin in site.texts:
        yield twin, twin.text, twin.recipe.place, twin.recipe.audience is Audience.PATIENTS or twin.format == "letter"


def _sheets(made: Made, text: str) -> list[tuple[str, str]]:
    """The sheets of a pack, each its box and its text; of anything else, its own."""
    return [(part.urgent_help, part.html) for part in made.parts] if isinstance(made, Print) and made.parts else [(made.urgent_help, text)]


def _title(markdown: str) -> str:
    """The title that the front matter of a page begins with, as `tojson` writes it."""
    found = re.match(r"---\ntitle: (.*)", markdown)
    try:
        return str(json.loads(found[1])) if found else ""
    except ValueError:
        return found[1] if found else ""


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
