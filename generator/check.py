"""The house rules for what educators write. Each is one small generator, and its docstring is the rule; numbers are those of the design's safety rules."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from generator import markup, readability, telephone, wording
from generator.load import RESERVED_PAGES
from generator.model import SAFETY, URGENT, Audience, Clinic, Help, Library, Message, Section
from generator.problems import Place, Problem, did_you_mean
from generator.prose import find, line_of, patients_pages, texts

STOP_SLOWLY = "medicines/medicines-never-stop-suddenly"
RISKS = "about-programmes/pmp-risks"
BENEFITS = ("about-programmes/pmp-evidence", "about-programmes/pmp-gains-last")

FILL_IN = "FILL IN:"  # in templates/new, wherever an author's own words belong
LONGEST = 20  # words in a sentence for patients
HARDEST = 6.0  # Flesch-Kincaid grade of a page for patients: readers of 9 to 11 years
RUN = 8  # words in a row that make a sentence somebody else's
IN_SHORT = 30  # words
EASY_LINE = 12  # words


def library(library: Library, root: Path, today: datetime.date) -> Iterator[Problem]:
    """Hold what educators wrote against every rule."""
    yield from forms_are_filled_in(library)
    yield from no_raw_html(library)
    yield from links_name_things(library)
    yield from short_forms_are_short(library)
    yield from easy_read_is_easy(library)
    yield from messages_are_sourced(library)
    yield from candidates_are_not_cited(library)
    yield from works_carry_what_they_were_checked_for(library)
    yield from reviews_are_in_date(library, today)
    yield from own_words(library)
    yield from patients_words(library)
    yield from sentences_are_short(library)
    yield from pages_are_easy_to_read(library)
    yield from terms_are_told_apart(library)
    yield from medicines_are_not_stopped_suddenly(library)
    yield from safe_once_checked(library)
    yield from benefits_beside_risks(library)
    yield from urgent_messages_exist(library)
    yield from search_words_are_told_apart(library)
    yield from urgent_phrases_are_told_apart(library)
    yield from urgent_boxes_can_help(library)
    yield from sheets_can_be_made(library, root)
    yield from packs_are_for_one_audience(library)
    yield from clinics_can_be_reached(library, root)


def forms_are_filled_in(library: Library) -> Iterator[Problem]:
    """Nothing is left of what `pmp new` wrote to be replaced."""
    places = [line_of(section, number) for section, _ in texts(library) for number, line in enumerate(section.markdown.splitlines()) if FILL_IN in line]
    places += [thing.at("reviewer") for thing in library.reviewed if FILL_IN in thing.reviewer]
    for place in places:
        yield Problem(place, "this is still to be filled in", "Put your own words in its place.", "fill-in")


def no_raw_html(library: Library) -> Iterator[Problem]:
    """Content is text: it holds no raw HTML."""
    for section, _ in texts(library):
        for line, found in markup.raw_html(section.markdown):
            yield Problem(line_of(section, line), f"there is raw HTML here: {found}", "Write it in Markdown, or leave it out.", "raw-html")


def links_name_things(library: Library) -> Iterator[Problem]:
    """Links name things (`message:`, `handout:`, `page:`, `glossary:`, `diagram:`), or lead to an https address; pictures from elsewhere are refused."""
    kinds: dict[str, dict[str, object]] = {
        "message": {message.key: message for message in library.messages},
        "handout": {handout.key: handout for handout in library.handouts},
        "page": dict.fromkeys(page_names(library)),
        "glossary": {term.key: term for term in library.glossary},
        "diagram": dict(library.diagrams),
    }
    for section, audience in texts(library):
        for link in markup.links(section.markdown):
            place = line_of(section, link.line)
            scheme, _, name = link.target.partition(":")
            if link.image and scheme != "diagram":
                yield Problem(place, f"there is a picture here: {link.target}", "Draw it in docs/assets/diagrams, and write ![caption](diagram:name).", "link")
            elif scheme == "diagram" and not (link.image and name in markup.pictures(section.markdown)):
                yield Problem(place, f'the picture "{name}" does not stand alone', "Write ![caption](diagram:name) in a paragraph of its own.", "link")
            elif scheme in kinds:
                if {f"{scheme}s/{name}", scheme} & library.broken:
                    continue  # its own problem is reported where it stands
                if name not in kinds[scheme]:
                    cure = did_you_mean(name, kinds[scheme], f"Write one that exists, for example {scheme}:{next(iter(kinds[scheme]), 'name')}.")
                    yield Problem(place, f'there is no {"glossary term" if scheme == "glossary" else scheme} "{name}"', cure, "link")
                elif scheme == "message" and audience is Audience.PATIENTS and not kinds[scheme][name].is_for(audience):  # type: ignore[attr-defined]
                    yield Problem(
                        place,
                        f'patients cannot follow this link: "{name}" is for referrers only',
                        "Link to a message for patients, or remove the link.",
                        "link",
                    )
            elif scheme != "https" or not name.startswith("//"):
                yield Problem(
                    place,
                    f'"{link.target}" is not an address that can be used here',
                    "Write message:topic/name, handout:name, page:name, glossary:term, or an address that begins with https://.",
                    "link",
                )


def short_forms_are_short(library: Library) -> Iterator[Problem]:
    """`## In short` has at most 30 words: it stands on cards, in search results and in the urgent-help box."""
    for message in library.messages:
        if message.in_short:
            count = sum(len(block.split()) for block in markup.blocks(message.in_short.markdown))
            if count > IN_SHORT:
                yield Problem(message.in_short.place, f'"## In short" has {count} words', f"Take out {count - IN_SHORT}: it may have {IN_SHORT}.", "in-short")


def easy_read_is_easy(library: Library) -> Iterator[Problem]:
    """A line of `## Easy read` holds one idea, in at most 12 words, beside a picture that exists."""
    for message in library.messages:
        for line in message.easy_read:
            if (count := readability.length(line.words)) > EASY_LINE:
                yield Problem(line.place, f"this line of easy read has {count} words", f"Make two lines of it: each may have {EASY_LINE}.", "easy-read")
            if line.picture not in library.pictures and f"pictures/{line.picture}" not in library.broken:
                cure = did_you_mean(line.picture, library.pictures, f"The pictures are: {', '.join(library.pictures)}.")
                yield Problem(line.place, f'there is no picture "{line.picture}"', cure, "easy-read")


def messages_are_sourced(library: Library) -> Iterator[Problem]:
    """A message names its sources, or says that it rests on safety wording or on facts of the clinic."""
    for message in library.messages:
        if not message.sources and not message.basis:
            yield Problem(
                message.at("sources"),
                "this message has no source",
                "Name one that stands in docs/sources.yml. Wording for emergencies may say `basis: safety`, facts of the clinic `basis: local`.",
                "unsourced",
            )


def candidates_are_not_cited(library: Library) -> Iterator[Problem]:
    """3. A source is `checked` or `candidate`, and a candidate cannot be cited."""
    for message in library.messages:
        for source in message.sources:
            if source.status == "candidate":
                yield Problem(
                    message.at("sources"),
                    f'the source "{source.key}" is a candidate: nobody has checked it',
                    "Cite a checked source, or have this one read and marked `checked` in docs/sources.yml.",
                    "candidate-source",
                )


def works_carry_what_they_were_checked_for(library: Library) -> Iterator[Problem]:
    """A work is checked for one finding: where it says which messages may rest on that (`supports`), no other message cites it."""
    for message in library.messages:
        for source in message.sources:
            if source.supports and message.name not in source.supports:
                yield Problem(
                    message.at("sources"),
                    f'the source "{source.key}" was not checked for this message',
                    "Cite another work. Or read its finding in docs/sources.yml, and list the message under `supports` if it fits.",
                    "beyond-finding",
                )


def reviews_are_in_date(library: Library, today: datetime.date) -> Iterator[Problem]:
    """No review lies in the future; a review that is overdue is marked on all that carries the message."""
    for thing in library.reviewed:
        if thing.reviewed > today:
            yield Problem(
                thing.at("reviewed"),
                f"`reviewed` is in the future ({thing.reviewed})",
                f"Write the day of the review, at the latest {today}.",
                "review-date",
            )
        if thing.review_by < thing.reviewed:
            yield Problem(
                thing.at("review_by"),
                "`review_by` is before `reviewed`",
                "Write a later day, or remove `review_by` (it is then two years on).",
                "review-date",
            )
        elif thing.review_by < today:
            marked = " Until then its pages and sheets are marked." if isinstance(thing, Message) else ""
            yield Problem(
                thing.at("reviewed"),
                f"the review is overdue since {thing.review_by}",
                f"Review it, and write the day after `reviewed:`.{marked}",
                "overdue",
                "warning",
            )
    for clinic in library.clinics:
        if clinic.approved_on and clinic.approved_on > today:
            yield Problem(
                clinic.at("approved_on"),
                f"`approved_on` is in the future ({clinic.approved_on})",
                f"Write the day of the approval, at the latest {today}.",
                "review-date",
            )


def own_words(library: Library) -> Iterator[Problem]:
    """6. Own words only: no run of 8 words is shared with the source article."""
    for section, _ in texts(library):
        found = markup.words(" ".join(markup.blocks(section.markdown)))
        index = 0
        while index + RUN <= len(found):
            run = found[index : index + RUN]
            if _digest(run) in _article_runs():
                place = find(section, run[0] + " " + run[1])
                yield Problem(place, f'these words are the article\'s: "{" ".join(run)}"', "Say it in your own words.", "own-words")
                index += RUN
            else:
                index += 1


def patients_words(library: Library) -> Iterator[Problem]:
    """7. To patients: no blame, no promise, no score, no verdict, no dose, no advice to start, stop or change a medicine."""
    for section, sentence in _patients_sentences(library):
        for phrase, found in wording.refused(sentence):
            yield Problem(find(section, found), f'"{found.strip()}" {phrase.harm}', phrase.cure, "wording")


def sentences_are_short(library: Library) -> Iterator[Problem]:
    """A sentence that a patient may read has at most 20 words."""
    for section, sentence in _patients_sentences(library):
        if (count := readability.length(sentence)) > LONGEST:
            what = f'this sentence has {count} words: "{" ".join(sentence.split()[:6])} …"'
            yield Problem(find(section, sentence), what, f"Make two of it: patients meet at most {LONGEST} words in a sentence.", "long-sentence")


def pages_are_easy_to_read(library: Library) -> Iterator[Problem]:
    """A page for patients reads at grade 6 or below (Flesch-Kincaid), as children of 9 to 11 do. Below 30 sentences the score says too little to hold."""
    for place, sections in patients_pages(library):
        reading = readability.read(block for section in sections for block in markup.blocks(section.markdown))
        if reading.is_enough and round(reading.grade, 1) > HARDEST:
            yield Problem(
                place,
                f"the page for patients is hard to read: grade {reading.grade:.1f}",
                f"Write shorter sentences and common words, down to grade {HARDEST:.0f}. `pmp check` ends with a table of all topics.",
                "hard-to-read",
            )


def terms_are_told_apart(library: Library) -> Iterator[Problem]:
    """A word stands for one term of the glossary, and a term leads to a message that everybody may read."""
    spellings: dict[str, str] = {}
    for term in library.glossary:
        for spelling in term.spellings:
            other = spellings.setdefault(spelling.lower(), term.key)
            if other != term.key:
                yield Problem(term.place, f'"{spelling}" stands for "{other}" already', "Take it out of one of the two.", "same-word")
        if not term.message.is_for(Audience.PATIENTS):
            what = f'the term leads to "{term.message.key}", which is for referrers only'
            yield Problem(term.at("message"), what, "Name a message that patients may read.", "wrong-audience")


def medicines_are_not_stopped_suddenly(library: Library) -> Iterator[Problem]:
    """8. A text for patients on a medicine that can cause withdrawal says "do not stop suddenly"; so does a sheet that carries it."""
    for message in library.messages:
        whole = message.sections(Audience.PATIENTS)
        easy = (message.easy_words,) if message.easy_words else ()
        for section, around in [*((section, whole) for section in whole[1:]), *((section, easy) for section in easy)]:
            if wording.WITHDRAWAL_MEDICINE.search(section.markdown) and not _warns(around):
                yield Problem(
                    section.place,
                    "this text names a medicine that can cause withdrawal, without its warning",
                    'Add "Do not stop suddenly", with a link to message:' + STOP_SLOWLY + ".",
                    "stop-suddenly",
                )
                break
    for handout in library.handouts:
        if handout.audience is Audience.PATIENTS:
            shown = [item.message.in_short if item.show == "short" else item.message.explanations.get(Audience.PATIENTS) for item in handout.messages]
            texts = [section for section in shown if section]
            if any(wording.WITHDRAWAL_MEDICINE.search(text.markdown) for text in texts) and not _warns(texts):
                yield Problem(
                    handout.at("messages"),
                    "this sheet names a medicine that can cause withdrawal, without its warning",
                    f"Add {STOP_SLOWLY} to its messages.",
                    "stop-suddenly",
                )


def safe_once_checked(library: Library) -> Iterator[Problem]:
    """8. "Safe to move" never stands without "once checked": it is not true of pain that nobody has looked at."""
    for section, audience in texts(library):
        if audience is Audience.REFERRERS or re.search(r"\bchecked\b", section.markdown, re.IGNORECASE):
            continue
        if found := re.search(
            r"\b(?:safe (?:for you )?to (?:move|exercise|bend|walk|lift|be active)|hurt(?:ing)? (?:does not|doesn['’]t|is not) (?:\w+ )?harm|pain is safe)\b",
            section.markdown,
            re.IGNORECASE,
        ):
            what = f'"{found[0]}" stands here without its condition'
            yield Problem(find(section, found[0]), what, 'Add "once a health professional has checked your pain".', "once-checked")


def benefits_beside_risks(library: Library) -> Iterator[Problem]:
    """8. Benefits never stand without risks: a sheet that says how well programmes work also says that they are not for everyone."""
    for handout in library.handouts:
        keys = {item.message.key for item in handout.messages}
        if keys & set(BENEFITS) and RISKS not in keys:
            yield Problem(handout.at("messages"), "this sheet tells of benefits without the risks", f"Add {RISKS} to its messages.", "benefits-and-risks")


def urgent_messages_exist(library: Library) -> Iterator[Problem]:
    """1. The urgent-help box is made of two messages, so they must exist and have a short form."""
    for key in URGENT:
        message = library.message(key)
        if f"messages/{key}" in library.broken:
            continue
        if message is None or message.in_short is None:
            yield Problem(
                Place(f"docs/messages/{key}.md", 1), "the urgent-help box needs this message", "Write it for patients, with a `## In short`.", "urgent-help"
            )


def search_words_are_told_apart(library: Library) -> Iterator[Problem]:
    """What people type stands for one thing: a word is in one group of docs/synonyms.yml only."""
    seen: dict[str, str] = {}
    for synonym in library.search_words.words if library.search_words else ():
        for index, form in enumerate(synonym.forms):
            other = seen.setdefault(" ".join(markup.words(form)), synonym.word)
            if other != synonym.word or form in synonym.forms[:index]:
                place = synonym.at("also", index - 1) if index else synonym.place
                yield Problem(place, f'"{form}" stands for "{other}" already', "Take it out of one of the two.", "same-word")


def urgent_phrases_are_told_apart(library: Library) -> Iterator[Problem]:
    """A phrase brings up one box, or is not urgent: never both. It holds a word that is long enough to tell it from other words."""
    seen: dict[str, tuple[str, int]] = {}
    listed = [(help.key, phrase, help.at("phrases", index)) for help in _helps(library) for index, phrase in enumerate(help.phrases)]
    if library.urgent:
        listed += [("not_urgent", phrase, library.urgent.at("not_urgent", index)) for index, phrase in enumerate(library.urgent.not_urgent)]
    titles = {word for message in library.messages if message.topic != SAFETY for word in markup.words(message.title)}
    for key, phrase, place in listed:
        words = " ".join(markup.words(phrase))
        if words in seen:
            other, line = seen[words]
            yield Problem(place, f'"{phrase}" stands under "{other}" already, on line {line}', "Keep one of the two.", "same-word")
        seen.setdefault(words, (key, place.line))
        if max(map(len, words.split()), default=0) < 3:
            yield Problem(place, f'"{phrase}" is too short to be told from other words', "Add a word that makes it clear.", "short-phrase")
        elif key != "not_urgent" and words in titles:
            yield Problem(place, f'"{phrase}" is a word that people search for without any danger', "Add a word that makes it urgent.", "short-phrase")


def urgent_boxes_can_help(library: Library) -> Iterator[Problem]:
    """The box of an urgent phrase names the emergency number, and has every number from the clinic."""
    for help in _helps(library):
        if not any(call.number == "emergency" for call in help.call):
            yield Problem(help.at("call"), "this box never names the emergency number", "Add an entry with `number: emergency`.", "urgent-help")
        texts = [("title", help.title), ("words", help.words), *(("call", call.when) for call in help.call)]
        for field, text in texts:
            if found := re.search(r"\d[\d ]{2,}", text):
                yield Problem(
                    help.at(field), f"there is a number here: {found[0].strip()}", "Take it out: `number` fetches it from the clinic's file.", "typed-number"
                )
        if not help.message.is_for(Audience.PATIENTS):
            yield Problem(help.at("message"), f'"{help.message.key}" is for referrers only', "Name a message that patients may read.", "wrong-audience")


def _helps(library: Library) -> Sequence[Help]:
    return library.urgent.helps if library.urgent else ()


def sheets_can_be_made(library: Library, root: Path) -> Iterator[Problem]:
    """A recipe names a layout that exists, and messages that are for its audience and have the form it shows."""
    layouts = sorted(file.name.removesuffix(".html.j2") for file in (root / "templates" / "handouts").glob("[a-z]*.html.j2"))
    for handout in library.handouts:
        if handout.layout not in layouts:
            yield Problem(
                handout.at("layout"),
                f'there is no layout "{handout.layout}"',
                did_you_mean(handout.layout, layouts, f"The layouts are: {', '.join(layouts)}."),
                "layout",
            )
        for form in handout.formats:
            if form not in handout.possible_formats:
                yield Problem(
                    handout.at("formats"),
                    f'this sheet cannot be made as "{form}"',
                    f"It can be: {', '.join(handout.possible_formats)}. Easy read needs `## Easy read` in each of its messages.",
                    "format",
                )
        for key in {item.message.key for item in handout.messages if handout.carries.count(item.message) > 1}:
            yield Problem(handout.at("messages"), f'"{key}" is on this sheet twice', "Take one of the two out.", "same-message")
        for item in handout.messages:
            if not item.message.is_for(handout.audience):
                yield Problem(handout.at("messages"), f'"{item.message.key}" is not for {handout.audience}', "Take it out of the recipe.", "wrong-audience")
            elif item.show == "short" and not item.message.short_form(handout.audience):
                yield Problem(
                    handout.at("messages"),
                    f'"{item.message.key}" has no short form for {handout.audience}',
                    'Add "## What to say" to the message, or show it in full.',
                    "short-form",
                )


def packs_are_for_one_audience(library: Library) -> Iterator[Problem]:
    """A pack holds sheets of its own audience only: text for referrers never comes on patients' paper."""
    for pack in library.packs:
        for sheet in pack.sheets:
            if sheet.audience is not pack.audience:
                yield Problem(pack.at("sheets"), f'the sheet "{sheet.key}" is not for {pack.audience}', "Take it out of the pack.", "wrong-audience")


def clinics_can_be_reached(library: Library, root: Path) -> Iterator[Problem]:
    """A clinic's numbers can be rung in its country, the first of them brings an ambulance, and its logo exists."""
    for clinic in library.clinics:
        if clinic.country not in telephone.REGIONS:
            cure = did_you_mean(clinic.country, telephone.REGIONS, f"Write one of {', '.join(telephone.REGIONS)}.")
            yield Problem(clinic.at("country"), f'the numbers of "{clinic.country}" are not known here', cure, "country")
            continue
        if clinic.phone and not telephone.is_number(clinic.phone, clinic.country):
            what = f'"{clinic.phone}" is not a telephone number in {clinic.country}'
            yield Problem(clinic.at("phone"), what, "Write the whole number, for example 0113 496 0001.", "phone")
        yield from _urgent_numbers_can_be_rung(clinic)
        if clinic.logo and not (root / "docs" / "assets" / "logos" / clinic.logo).is_file():
            yield Problem(clinic.at("logo"), f"there is no picture {clinic.logo}", "Put it in docs/assets/logos/, or remove the line.", "logo")


def _urgent_numbers_can_be_rung(clinic: Clinic) -> Iterator[Problem]:
    for name, text in clinic.urgent_help:
        wrong = [number for number in telephone.numbers(text) if not telephone.is_helpline(number, clinic.country)]
        if wrong or not telephone.numbers(text):
            what = f'"{wrong[0]}" under `{name}` cannot be rung in {clinic.country}' if wrong else f"there is no telephone number under `{name}`"
            yield Problem(clinic.at("urgent_help"), what, "Write the number that people ring, for example Samaritans, 116 123.", "phone")
        elif name == "emergency" and not telephone.calls_emergency_services(text, clinic.country):
            yield Problem(
                clinic.at("urgent_help"), f'"{text}" is not the emergency number of {clinic.country}', "Write the one that brings an ambulance.", "phone"
            )


def page_names(library: Library) -> list[str]:
    """What `page:` may name: the hand-written pages, and those that are always there."""
    return [*(page.key for page in library.pages), *RESERVED_PAGES]


def _patients_sentences(library: Library) -> Iterator[tuple[Section, str]]:
    for section, audience in texts(library):
        if audience is not Audience.REFERRERS:
            for block in markup.blocks(section.markdown):
                for sentence in markup.sentences(block):
                    yield section, sentence


def _warns(sections: Iterable[Section]) -> bool:
    return any(re.search(r"\b(?:not|never)\b[^.]*\bstop\w*\b[^.]*\bsuddenly\b", section.markdown, re.IGNORECASE | re.DOTALL) for section in sections)


def _digest(run: list[str]) -> str:
    return hashlib.sha256(" ".join(run).encode()).hexdigest()[:16]


@cache
def _article_runs() -> frozenset[str]:
    """Hashes of every run of 8 words of the source article. Its text is not ours to keep."""
    return frozenset((Path(__file__).parent / "article_runs.txt").read_text(encoding="ascii").split())
