"""The house rules. Each is one small generator, and its docstring is the rule; the numbers are those of the design's safety rules.

`library` holds what educators wrote against them, `site` what was made of it, `output` the finished folder.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from generator import markup, wording
from generator.model import URGENT, Audience, Library, Message, Section, Site
from generator.problems import Place, Problem, did_you_mean

STOP_SLOWLY = "medicines/medicines-never-stop-suddenly"
RISKS = "about-programmes/pmp-risks"
BENEFITS = ("about-programmes/pmp-evidence", "about-programmes/pmp-gains-last")
SAMPLE_BANNER = "Sample content. Not clinically approved. Not for patient use."
URGENT_HELP = 'class="urgent-help"'  # how templates mark the box

RUN = 8  # words in a row that make a sentence somebody else's
IN_SHORT = 30  # words


def library(library: Library, root: Path, today: datetime.date) -> Iterator[Problem]:
    """Hold what educators wrote against every rule."""
    yield from no_raw_html(library)
    yield from links_name_things(library)
    yield from short_forms_are_short(library)
    yield from messages_are_sourced(library)
    yield from candidates_are_not_cited(library)
    yield from reviews_are_in_date(library, today)
    yield from own_words(library)
    yield from patients_words(library)
    yield from medicines_are_not_stopped_suddenly(library)
    yield from safe_once_checked(library)
    yield from benefits_beside_risks(library)
    yield from urgent_messages_exist(library)
    yield from sheets_can_be_made(library, root)


def site(site: Site, library: Library) -> Iterator[Problem]:
    """Hold what was made against the rules that templates could break."""
    yield from urgent_help_is_on_every_patient_output(site, library)
    yield from unapproved_output_says_so(site, library)
    yield from referrer_text_stays_with_referrers(site, library)


def output(folder: Path) -> Iterator[Problem]:
    """Hold the finished site against the rules that a theme or a script could break."""
    yield from nothing_is_sent(folder)


# What educators wrote


def no_raw_html(library: Library) -> Iterator[Problem]:
    """Content is text: it holds no raw HTML."""
    for section, _ in _texts(library):
        for line, found in markup.raw_html(section.markdown):
            yield Problem(_line(section, line), f"there is raw HTML here: {found}", "Write it in Markdown, or leave it out.", "raw-html")


def links_name_things(library: Library) -> Iterator[Problem]:
    """Links name things (`message:`, `handout:`, `page:`), or lead to an https address; pictures from elsewhere and paths are refused."""
    kinds: dict[str, dict[str, object]] = {
        "message": {message.key: message for message in library.messages},
        "handout": {handout.key: handout for handout in library.handouts},
        "page": dict.fromkeys(page_names(library)),
    }
    for section, audience in _texts(library):
        for link in markup.links(section.markdown):
            place = _line(section, link.line)
            scheme, _, name = link.target.partition(":")
            if link.image:
                yield Problem(place, f"there is a picture here: {link.target}", "Remove it: pictures cannot be used yet.", "link")
            elif scheme in kinds:
                if name not in kinds[scheme]:
                    cure = did_you_mean(name, kinds[scheme], f"Write one that exists, for example {scheme}:{next(iter(kinds[scheme]), 'name')}.")
                    yield Problem(place, f'there is no {scheme} "{name}"', cure, "link")
                elif scheme == "message" and audience is Audience.PATIENTS and not kinds[scheme][name].is_for(audience):  # type: ignore[attr-defined]
                    yield Problem(place, f'patients cannot follow this link: "{name}" is for referrers only', "Link to a message for patients, or remove the link.", "link")
            elif scheme != "https" or not name.startswith("//"):
                yield Problem(place, f'"{link.target}" is not an address that can be used here', "Write message:topic/name, handout:name, page:name, or an address that begins with https://.", "link")


def short_forms_are_short(library: Library) -> Iterator[Problem]:
    """`## In short` has at most 30 words: it stands on cards, in search results and in the urgent-help box."""
    for message in library.messages:
        if message.in_short:
            count = sum(len(block.split()) for block in markup.blocks(message.in_short.markdown))
            if count > IN_SHORT:
                yield Problem(message.in_short.place, f'"## In short" has {count} words', f"Take out {count - IN_SHORT}: it may have {IN_SHORT}.", "in-short")


def messages_are_sourced(library: Library) -> Iterator[Problem]:
    """A message names its sources, or says that it rests on safety wording or on facts of the clinic."""
    for message in library.messages:
        if not message.sources and not message.basis:
            yield Problem(message.place, "this message has no source", "Name one that stands in docs/sources.yml. Wording for emergencies may say `basis: safety`, facts of the clinic `basis: local`.", "unsourced")


def candidates_are_not_cited(library: Library) -> Iterator[Problem]:
    """3. A source is `checked` or `candidate`, and a candidate cannot be cited."""
    for message in library.messages:
        for source in message.sources:
            if source.status == "candidate":
                yield Problem(message.place, f'the source "{source.key}" is a candidate: nobody has checked it', "Cite a checked source, or have this one read and marked `checked` in docs/sources.yml.", "candidate-source")


def reviews_are_in_date(library: Library, today: datetime.date) -> Iterator[Problem]:
    """No review lies in the future; a review that is overdue is marked on all that carries the message."""
    for message in library.messages:
        if message.reviewed > today:
            yield Problem(message.place, f"`reviewed` is in the future ({message.reviewed})", f"Write the day of the review, at the latest {today}.", "review-date")
        if message.review_by < message.reviewed:
            yield Problem(message.place, "`review_by` is before `reviewed`", "Write a later day, or remove `review_by` (it is then two years on).", "review-date")
        elif message.review_by < today:
            yield Problem(message.place, f"the review is overdue since {message.review_by}", "Review the message and write the day after `reviewed:`. Until then its pages and sheets are marked.", "overdue", "warning")
    for clinic in library.clinics:
        if clinic.approved_on and clinic.approved_on > today:
            yield Problem(clinic.place, f"`approved_on` is in the future ({clinic.approved_on})", f"Write the day of the approval, at the latest {today}.", "review-date")


def own_words(library: Library) -> Iterator[Problem]:
    """6. Own words only: no run of 8 words is shared with the source article."""
    for section, _ in _texts(library):
        found = markup.words(" ".join(markup.blocks(section.markdown)))
        index = 0
        while index + RUN <= len(found):
            run = found[index : index + RUN]
            if _digest(run) in _article_runs():
                place = _find(section, run[0] + " " + run[1])
                yield Problem(place, f'these words are the article\'s: "{" ".join(run)}"', "Say it in your own words.", "own-words")
                index += RUN
            else:
                index += 1


def patients_words(library: Library) -> Iterator[Problem]:
    """7. To patients: no blame, no promise, no score, no verdict, no dose, no advice to start, stop or change a medicine."""
    for section, audience in _texts(library):
        if audience is Audience.REFERRERS:
            continue
        for block in markup.blocks(section.markdown):
            for sentence in markup.sentences(block):
                for phrase, found in wording.refused(sentence):
                    yield Problem(_find(section, found), f'"{found.strip()}" {phrase.harm}', phrase.cure, "wording")


def medicines_are_not_stopped_suddenly(library: Library) -> Iterator[Problem]:
    """8. A text for patients on a medicine that can cause withdrawal says "do not stop suddenly"; so does a sheet that carries it."""
    for message in library.messages:
        for section in message.sections(Audience.PATIENTS)[1:]:
            if wording.WITHDRAWAL_MEDICINE.search(section.markdown) and not _warns(message.sections(Audience.PATIENTS)):
                yield Problem(section.place, "this text names a medicine that can cause withdrawal, without its warning", 'Add "Do not stop suddenly", with a link to message:' + STOP_SLOWLY + ".", "stop-suddenly")
                break
    for handout in library.handouts:
        if handout.audience is Audience.PATIENTS:
            shown = [item.message.in_short if item.show == "short" else item.message.explanations.get(Audience.PATIENTS) for item in handout.messages]
            texts = [section for section in shown if section]
            if any(wording.WITHDRAWAL_MEDICINE.search(text.markdown) for text in texts) and not _warns(texts):
                yield Problem(handout.place, "this sheet names a medicine that can cause withdrawal, without its warning", f"Add {STOP_SLOWLY} to its messages.", "stop-suddenly")


def safe_once_checked(library: Library) -> Iterator[Problem]:
    """8. "Safe to move" never stands without "once checked": it is not true of pain that nobody has looked at."""
    for section, audience in _texts(library):
        if audience is not Audience.REFERRERS and (found := re.search(r"\bsafe (?:for you )?to (?:move|exercise|bend|walk|lift|be active)\b", section.markdown, re.I)):
            if not re.search(r"\bchecked\b", section.markdown, re.I):
                yield Problem(_find(section, found[0]), f'"{found[0]}" stands here without its condition', 'Add "once a health professional has checked your pain".', "once-checked")


def benefits_beside_risks(library: Library) -> Iterator[Problem]:
    """8. Benefits never stand without risks: a sheet that says how well programmes work also says that they are not for everyone."""
    for handout in library.handouts:
        keys = {item.message.key for item in handout.messages}
        if keys & set(BENEFITS) and RISKS not in keys:
            yield Problem(handout.place, "this sheet tells of benefits without the risks", f"Add {RISKS} to its messages.", "benefits-and-risks")


def urgent_messages_exist(library: Library) -> Iterator[Problem]:
    """1. The urgent-help box is made of two messages, so they must exist and have a short form."""
    for key in URGENT:
        message = library.message(key)
        if message is None or message.in_short is None:
            yield Problem(Place(f"docs/messages/{key}.md", 1), "the urgent-help box needs this message", "Write it for patients, with a `## In short`.", "urgent-help")


def sheets_can_be_made(library: Library, root: Path) -> Iterator[Problem]:
    """A recipe names a layout that exists, and messages that are for its audience and have the form it shows."""
    layouts = sorted(file.name.removesuffix(".html.j2") for file in (root / "templates" / "handouts").glob("[a-z]*.html.j2"))
    for handout in library.handouts:
        if handout.layout not in layouts:
            yield Problem(handout.place, f'there is no layout "{handout.layout}"', did_you_mean(handout.layout, layouts, f"The layouts are: {', '.join(layouts)}."), "layout")
        for item in handout.messages:
            if not item.message.is_for(handout.audience):
                yield Problem(handout.place, f'"{item.message.key}" is not for {handout.audience}', "Take it out of the recipe.", "wrong-audience")
            elif item.show == "short" and not item.message.short_form(handout.audience):
                yield Problem(handout.place, f'"{item.message.key}" has no short form for {handout.audience}', 'Add "## What to say" to the message, or show it in full.', "short-form")


# What was made of it


def urgent_help_is_on_every_patient_output(site: Site, library: Library) -> Iterator[Problem]:
    """1. A page or sheet that a patient may read carries the urgent-help box, with the numbers in it."""
    for page in site.pages:
        if page.audience is not Audience.REFERRERS and library.clinic and not _has_urgent_help(page.markdown, library.clinic.urgent_help.emergency):
            yield Problem(Place(page.edit, 1), f"the page {page.uri} has no urgent-help box", "Put urgent_help() back into its template in templates/pages.", "urgent-help")
    for sheet in site.prints:
        if sheet.handout.audience is Audience.PATIENTS and not _has_urgent_help(sheet.html, sheet.clinic.urgent_help.emergency):
            yield Problem(sheet.handout.place, f"the sheet {sheet.uri} has no urgent-help box", "Put urgent_help() back into its layout in templates/handouts.", "urgent-help")


def unapproved_output_says_so(site: Site, library: Library) -> Iterator[Problem]:
    """2. Until its clinic has approved the words, after their last review, a page or sheet says that it is a sample."""
    for page in site.pages:
        messages = _messages_on_page(page.uri, library)
        if library.clinic and not library.clinic.approves(messages) and SAMPLE_BANNER not in page.markdown:
            yield Problem(Place(page.edit, 1), f"the page {page.uri} does not say that it is a sample", "Put sample_banner() back into its template in templates/pages.", "sample-banner")
    for sheet in site.prints:
        messages = tuple(item.message for item in sheet.handout.messages)
        if not sheet.clinic.approves(messages) and SAMPLE_BANNER not in sheet.html:
            yield Problem(sheet.handout.place, f"the sheet {sheet.uri} does not say that it is a sample", "Put sample_banner() back into its layout in templates/handouts.", "sample-banner")


def referrer_text_stays_with_referrers(site: Site, library: Library) -> Iterator[Problem]:
    """4. No sentence written for referrers is in a page, sheet or search entry that a patient can reach."""
    secret = referrer_sentences(library)
    outputs = [(page.uri, page.markdown) for page in site.pages if page.audience is not Audience.REFERRERS]
    outputs += [(sheet.uri, sheet.html) for sheet in site.prints if sheet.handout.audience is Audience.PATIENTS]
    outputs += [(uri, text) for uri, text in site.files.items() if Audience.REFERRERS not in uri]
    for uri, text in outputs:
        plain = _plain(text)
        for sentence, place in secret.items():
            if f" {sentence} " in plain:
                yield Problem(place, f'text for referrers is on {uri}: "{sentence}"', "Mend the template that put it there.", "audience")


def nothing_is_sent(folder: Path) -> Iterator[Problem]:
    """5. No page or script sends anything anywhere: nothing from other hosts, no stored answers, no forms that submit."""
    signs = {
        ".html": r"<(?:script|img|iframe|source|video|audio|embed|object|form)\b[^>]*?\b(?:src|action|data)=[\"']?(?:https?:)?//|<link\b(?=[^>]*rel=[\"']?(?:stylesheet|preload|icon|preconnect))[^>]*href=[\"']?(?:https?:)?//",
        ".css": r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//",
        ".js": r"\b(?:fetch|sendBeacon|importScripts)\(|\b(?:XMLHttpRequest|WebSocket|EventSource|RTCPeerConnection|localStorage|sessionStorage|indexedDB)\b|document\.cookie",
    }
    for file in sorted(folder.rglob("*")):
        pattern = None if "vendor" in file.parts else signs.get(file.suffix)  # vendored code was read before it was pinned
        if pattern and (found := re.search(pattern, text := file.read_text(encoding="utf-8"))):
            place = Place(f"{folder.name}/{file.relative_to(folder).as_posix()}", text.count("\n", 0, found.start()) + 1)
            yield Problem(place, f"something here could leave the reader's device: {found[0][:60]}", "Bundle it with the site, or take it out (templates/theme, docs/assets).", "nothing-is-sent")


# Shared by the rules


def page_names(library: Library) -> list[str]:
    """What `page:` may name: the hand-written pages, and those that are always there."""
    return [*(page.key for page in library.pages), "patients", "referrers", "handouts", "search", "sources"]


def referrer_sentences(library: Library) -> dict[str, Place]:
    """Every sentence of six words or more that only referrers may read, as plain words, and where it stands."""
    shared = _plain("\n".join(section.markdown for section, audience in _texts(library) if audience is not Audience.REFERRERS))
    found = {}
    for message in library.messages:
        for section in message.sections(Audience.REFERRERS):
            for block in markup.blocks(section.markdown):
                for sentence in markup.sentences(block):
                    words = markup.words(sentence)
                    if len(words) >= 6 and f" {' '.join(words)} " not in shared:
                        found[" ".join(words)] = section.place
    return found


def _texts(library: Library) -> Iterator[tuple[Section, Audience | None]]:
    """Every piece of authored prose, and the audience that alone may read it (None: everybody)."""
    for message in library.messages:
        yield Section(message.title, message.place), None if message.is_for(Audience.PATIENTS) else Audience.REFERRERS
        if message.question:
            yield Section(message.question, message.place), None if message.is_for(Audience.PATIENTS) else Audience.REFERRERS
        for audience in Audience:
            for section in message.sections(audience):
                yield section, audience
    for topic in library.topics:
        yield Section(topic.title, topic.place), None
        for audience, section in topic.leads.items():
            yield section, audience
    for handout in library.handouts:
        yield Section(handout.title, handout.place), handout.audience
        if handout.introduction:
            yield handout.introduction, handout.audience
    for page in library.pages:
        yield page.body, None
    for clinic in library.clinics:
        for text, audience in ((clinic.referral, None), (clinic.medicines, None), (clinic.referral_for_referrers, Audience.REFERRERS)):
            if text:
                yield Section(text, clinic.place), audience


def _line(section: Section, line: int) -> Place:
    return Place(section.place.path, section.place.line + line)


def _find(section: Section, words: str) -> Place:
    """The line of a section on which some words begin, as near as can be told."""
    start = re.search(r"\W+".join(re.escape(word) for word in words.split()[:2]), section.markdown, re.I)
    return _line(section, section.markdown.count("\n", 0, start.start()) if start else 0)


def _plain(text: str) -> str:
    """A page, sheet or data file as its lower-case words, without tags and addresses."""
    text = re.sub(r"<[^>]+>|\]\([^)]*\)", " ", text)
    text = re.sub(r"&#?\w+;|\\u[0-9a-f]{4}|\\n", lambda match: "'" if match[0] in {"&#39;", "&rsquo;", "\\u0027"} else " ", text)
    return f" {' '.join(markup.words(text))} "


def _warns(sections: Iterable[Section]) -> bool:
    return any(re.search(r"\b(?:not|never)\b[^.]*\bstop\w*\b[^.]*\bsuddenly\b", section.markdown, re.I | re.S) for section in sections)


def _has_urgent_help(text: str, emergency_number: str) -> bool:
    box = text.find(URGENT_HELP)
    return box >= 0 and emergency_number in text[box:]


def _messages_on_page(uri: str, library: Library) -> tuple[Message, ...]:
    """The messages that a topic page or a sheet's page carries; other pages carry none."""
    kind, _, name = uri.removesuffix(".md").partition("/")
    if kind == "handouts":
        return tuple(item.message for handout in library.handouts if handout.key == name for item in handout.messages)
    if kind in set(Audience):
        return tuple(message for topic in library.topics if topic.key == name for message in topic.messages_for(Audience(kind)))
    return ()


def _digest(run: list[str]) -> str:
    return hashlib.sha256(" ".join(run).encode()).hexdigest()[:16]


@cache
def _article_runs() -> frozenset[str]:
    """Hashes of every run of 8 words of the source article. Its text is not ours to keep."""
    return frozenset((Path(__file__).parent / "article_runs.txt").read_text(encoding="ascii").split())
