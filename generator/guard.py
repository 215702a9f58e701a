"""The rules that only what was made can break: by a template, a theme or a script. Numbers are those of the design's safety rules.

`site` looks at the composed pages and sheets, `output` at the finished folder before it becomes `site/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generator import markup
from generator.model import Audience, Library, Reviewed
from generator.problems import Place, Problem
from generator.prose import MOST_VISIBLE, plain_words, texts, visible_words
from generator.site import Print, Site

SAMPLE_BANNER = "Sample content. Not clinically approved. Not for patient use."
# What two scripts may do that no other may, by their place in the site
ALLOWED = {
    "worker.js": r"\bfetch\(event\.request\)|\bcaches\b",  # passes on what a page asks for, and keeps the site itself
    "assets/scripts/page.js": r"\bwindow\.name\b",  # the tab keeps "light" or "dark" until it is closed: no answer, and never on disk
}
URGENT_HELP = 'class="urgent-help"'  # how templates mark the box


def site(site: Site, library: Library) -> Iterator[Problem]:
    """Hold the composed pages, sheets and search data against the rules."""
    yield from urgent_help_is_on_every_patient_output(site, library)
    yield from unapproved_output_says_so(site, library)
    yield from referrer_text_stays_with_referrers(site, library)
    yield from patients_pages_are_short(site)


def output(folder: Path) -> Iterator[Problem]:
    """Hold the finished site against the rules."""
    yield from nothing_is_sent(folder)


def urgent_help_is_on_every_patient_output(site: Site, library: Library) -> Iterator[Problem]:
    """1. A page or sheet that a patient may read carries the urgent-help box, with the numbers in it."""
    for page in site.pages:
        if page.audience is not Audience.REFERRERS and library.clinic and not _has_urgent_help(page.markdown, library.clinic.urgent_help.emergency):
            yield Problem(
                Place(page.edit, 1),
                f"the page {page.uri} has no urgent-help box",
                "Put urgent_help() back into its template in templates/pages.",
                "urgent-help",
            )
    for sheet in site.prints:
        if sheet.recipe.audience is Audience.PATIENTS and not _has_urgent_help(sheet.html, sheet.clinic.urgent_help.emergency):
            yield Problem(
                sheet.recipe.place,
                f"the sheet {sheet.uri} has no urgent-help box",
                "Put urgent_help() back into its layout in templates/handouts.",
                "urgent-help",
            )
    for twin in site.texts:  # a letter is read by a patient too
        if not all(number in twin.text for _, number in twin.clinic.urgent_help):
            yield Problem(
                twin.recipe.place, f"the text {twin.uri} does not say where to get urgent help", "Put the numbers back into its template.", "urgent-help"
            )


def unapproved_output_says_so(site: Site, library: Library) -> Iterator[Problem]:
    """2. Until its clinic has approved the words, after their last review, a page or sheet says that it is a sample."""
    for page in site.pages:
        reviewed = _texts_on_page(page.uri, library)
        if library.clinic and not library.clinic.approves(reviewed) and SAMPLE_BANNER not in page.markdown:
            yield Problem(
                Place(page.edit, 1),
                f"the page {page.uri} does not say that it is a sample",
                "Put sample_banner() back into its template in templates/pages.",
                "sample-banner",
            )
    for sheet in site.handed_out:
        said = f">{SAMPLE_BANNER}<" in sheet.html if isinstance(sheet, Print) else SAMPLE_BANNER in sheet.text  # in the text, not in the margin alone
        if not sheet.clinic.approves(sheet.recipe.carries) and not said:
            yield Problem(
                sheet.recipe.place,
                f"the sheet {sheet.uri} does not say that it is a sample",
                "Put sample_banner() back into its layout in templates/handouts.",
                "sample-banner",
            )


def referrer_text_stays_with_referrers(site: Site, library: Library) -> Iterator[Problem]:
    """4. No sentence written for referrers is in a page, sheet or search entry that a patient can reach."""
    secret = referrer_sentences(library)
    outputs = [(page.uri, page.markdown) for page in site.pages if page.audience is not Audience.REFERRERS]
    outputs += [(sheet.uri, sheet.html) for sheet in site.prints if sheet.recipe.audience is Audience.PATIENTS]
    outputs += [(twin.uri, twin.text) for twin in site.texts]
    outputs += [(uri, text) for uri, text in site.files.items() if Audience.REFERRERS not in uri]
    for uri, text in outputs:
        plain = plain_words(text)
        for sentence, place in secret.items():
            if f" {sentence} " in plain:
                yield Problem(place, f'text for referrers is on {uri}: "{sentence}"', "Mend the template that put it there.", "audience")


def patients_pages_are_short(site: Site) -> Iterator[Problem]:
    """No page for patients shows more than 600 words before the reader opens anything."""
    for page in site.pages:
        if page.audience is Audience.PATIENTS and (count := visible_words(page.markdown)) > MOST_VISIBLE:
            yield Problem(
                Place(page.edit, 1),
                f"the page {page.uri} shows {count} words at once",
                f"Move a message to another topic, or shorten the short forms: patients meet at most {MOST_VISIBLE} words.",
                "long-page",
            )


def nothing_is_sent(folder: Path) -> Iterator[Problem]:
    """5. No page or script sends anything anywhere: nothing from other hosts, no stored answers, no forms that submit."""
    signs = {
        ".html": r"<(?:script|img|iframe|source|video|audio|embed|object|form)\b[^>]*?\b(?:src|action|data)=[\"']?(?:https?:)?//|<link\b(?=[^>]*rel=[\"']?(?:stylesheet|preload|icon|preconnect))[^>]*href=[\"']?(?:https?:)?//",
        ".css": r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//",
        ".js": r"\b(?:fetch|sendBeacon|importScripts)\(|\b(?:XMLHttpRequest|WebSocket|EventSource|RTCPeerConnection|localStorage|sessionStorage|indexedDB)\b|document\.cookie|\bwindow\.name\b|\bcaches\b",
    }
    for file in sorted(folder.rglob("*")):
        pattern = None if "vendor" in file.parts else signs.get(file.suffix)  # vendored code was read before it was pinned
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
    """Every sentence of six words or more that only referrers may read, as plain words, and where it stands."""
    shared = plain_words("\n".join(section.markdown for section, audience in texts(library) if audience is not Audience.REFERRERS))
    found = {}
    for message in library.messages:
        for section in message.sections(Audience.REFERRERS):
            for block in markup.blocks(section.markdown):
                for sentence in markup.sentences(block):
                    words = markup.words(sentence)
                    if len(words) >= 6 and f" {' '.join(words)} " not in shared:
                        found[" ".join(words)] = section.place
    return found


def _has_urgent_help(text: str, emergency_number: str) -> bool:
    box = text.find(URGENT_HELP)
    return box >= 0 and emergency_number in text[box:]


def _texts_on_page(uri: str, library: Library) -> tuple[Reviewed, ...]:
    """The reviewed texts that a topic page, a sheet's page, the glossary or the search page carries; other pages carry none."""
    if uri == "search.md":
        return (library.urgent,) if library.urgent else ()
    if uri == "glossary.md":
        return tuple(term.message for term in library.glossary)
    kind, _, name = uri.removesuffix(".md").partition("/")
    if kind == "handouts":
        return tuple(item.message for handout in library.handouts if handout.key == name for item in handout.messages)
    if kind in set(Audience):
        return tuple(message for topic in library.topics if topic.key == name for message in topic.messages_for(Audience(kind)))
    return ()


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
