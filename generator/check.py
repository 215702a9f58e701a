"""The house rules for what educators write. Each is one small generator, and its docstring is the rule; numbers are those of the design's safety rules."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from generator import addresses, layers, markup, readability, telephone
from generator.model import URGENT, Audience, Clinic, Help, HelpLine, Library, Message, Role, Section
from generator.problems import Place, Problem, did_you_mean
from generator.prose import find, line_of, patients_pages, texts

ALONE: frozenset[Role] = frozenset({*URGENT, "stop-slowly"})  # roles of which a programme has one message
MAY_BE_OFF = ("once-checked", "benefits-and-risks")  # rules that docs/wording.yml may say do not apply; no other safety rule can be switched off

LONGEST = 20  # words in a sentence for patients
HARDEST = 6.0  # Flesch-Kincaid grade of a page for patients: readers of 9 to 11 years
RUN = 8  # words in a row that make a sentence somebody else's
IN_SHORT = 30  # words
EASY_LINE = 12  # words


def library(library: Library, root: Path, today: datetime.date) -> Iterator[Problem]:
    """Hold what educators wrote against every rule that applies."""
    yield from (problem for problem in _every_rule(library, root, today) if problem.rule not in library.wording.off)


def _every_rule(library: Library, root: Path, today: datetime.date) -> Iterator[Problem]:
    yield from rules_that_are_off_exist(library)
    yield from roles_are_filled(library)
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
    yield from search_words_are_told_apart(library)
    yield from urgent_phrases_are_told_apart(library)
    yield from urgent_boxes_can_help(library)
    yield from sheets_can_be_made(library, root)
    yield from packs_are_for_one_audience(library)
    yield from clinics_can_be_reached(library, root)


def rules_that_are_off_exist(library: Library) -> Iterator[Problem]:
    """`off` in docs/wording.yml names rules that may be switched off, so that no safety rule falls silent by a slip."""
    for rule in library.wording.off:
        if rule not in MAY_BE_OFF:
            cure = did_you_mean(rule, MAY_BE_OFF, f"These can be: {', '.join(MAY_BE_OFF)}.")
            yield Problem(library.wording.at("off"), f'the rule "{rule}" cannot be switched off', cure, "off")


def roles_are_filled(library: Library) -> Iterator[Problem]:
    """1, 8. Every role that the programme needs is filled by a message that patients can read, and by one alone where there can be only one."""
    if any(broken.startswith(("messages/", "topics/")) for broken in library.broken):
        return  # the message may be among those whose own problem is reported
    needed: dict[Role, str] = dict.fromkeys(URGENT, "the urgent-help box is made of it")
    medicines = library.kind_words.stop_slowly
    if any(audience is not Audience.REFERRERS and medicines.search(section.markdown) for section, audience in texts(library)):
        needed["stop-slowly"] = "a text for patients names a medicine that cannot be stopped suddenly"
    if library.of_role("benefits"):
        needed["risks"] = "another message tells of benefits"
    for role, why in needed.items():
        if not library.of_role(role):
            what = f'no message has the role "{role}", and {why}'
            yield Problem(Place("docs/messages", 1), what, f"Write `role: {role}` below the title of the message that says it.", "role")
    for message in library.messages:
        if message.role in ALONE and (first := library.of_role(message.role)[0]) is not message:
            yield Problem(message.at("role"), f'"{first.key}" has the role "{message.role}" already', "Take it out of one of the two.", "role")
        elif message.role and not message.in_short:
            yield Problem(
                message.at("role"), f'patients cannot read the message of the role "{message.role}"', 'Write "## In short" and "## For patients".', "role"
            )


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
        "page": dict.fromkeys(addresses.pages(library)),
        "glossary": {term.key: term for term in library.glossary},
        "diagram": dict(library.diagrams),
    }
    for section, audience in texts(library):
        unreadable = [
            link for link in markup.links(markup.with_links(section.markdown, lambda _: "#")) if link.target.partition(":")[0] in kinds and not link.image
        ]
        for link in unreadable:
            cure = f"Write [words]({link.target}), without a title, and with no square brackets among the words."
            yield Problem(line_of(section, link.line), f"this link to {link.target} is written in a way that is not read here", cure, "link")
        if unreadable:
            continue
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
    """A work is checked for one finding: where it says which messages may rest on that (`supports`), they exist, and no other message cites it.

    `supports` names a message by its key, or by its own part of it where that is the only one of that name.
    """
    lost = any(broken.startswith("messages/") for broken in library.broken)
    keys = {message.key for message in library.messages}
    named = Counter(message.name for message in library.messages)
    for source in library.sources:
        for index, name in enumerate(source.supports):
            if name not in keys and named[name] != 1 and not lost:
                many = sorted(key for key in keys if key.endswith(f"/{name}"))
                what = f'"{name}" is the name of {len(many)} messages' if many else f'there is no message "{name}"'
                cure = f"Write one of {', '.join(many)}." if many else did_you_mean(name, {*keys, *named}, "Take it out.")
                yield Problem(source.at("supports", index), what, cure, "unknown-message")
    for message in library.messages:
        for source in message.sources:
            if source.supports and not {message.key, message.name} & {*source.supports}:
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
    """6. Own words only: no run of 8 words is shared with a source whose runs are kept (`docs/runs/<source>.txt`)."""
    if not library.runs:
        return
    for section, _ in texts(library):
        found = markup.words(" ".join(markup.blocks(section.markdown)))
        index = 0
        while index + RUN <= len(found):
            run = found[index : index + RUN]
            digest = _digest(run)
            if source := next((key for key, runs in library.runs.items() if digest in runs), None):
                place = find(section, run[0] + " " + run[1])
                yield Problem(place, f'these words are those of {source}: "{" ".join(run)}"', "Say it in your own words.", "own-words")
                index += RUN
            else:
                index += 1


def patients_words(library: Library) -> Iterator[Problem]:
    """7. To patients: no blame, no promise, no score, no verdict, no dose, no advice to start, stop or change a medicine."""
    for section, sentence in _patients_sentences(library):
        for phrase, found in library.kind_words.refused(sentence):
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
        reading = readability.read((block for section in sections for block in markup.blocks(section.markdown)), library.kind_words.stop_slowly)
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
    """8. A text for patients on a medicine that cannot be stopped suddenly says so; so does a sheet that carries it."""
    medicines = library.kind_words.stop_slowly
    warning = next((f"message:{message.key}" for message in library.of_role("stop-slowly")), "the message whose role is stop-slowly")
    for message in library.messages:
        whole = message.sections(Audience.PATIENTS)
        easy = (message.easy_words,) if message.easy_words else ()
        for section, around in [*((section, whole) for section in whole[1:]), *((section, easy) for section in easy)]:
            if medicines.search(section.markdown) and not _warns(around):
                yield Problem(
                    section.place,
                    "this text names a medicine that cannot be stopped suddenly, without its warning",
                    f'Add "Do not stop suddenly", with a link to {warning}.',
                    "stop-suddenly",
                )
                break
    for handout in library.handouts:
        if handout.audience is Audience.PATIENTS:
            shown = [item.message.in_short if item.show == "short" else item.message.explanations.get(Audience.PATIENTS) for item in handout.messages]
            texts = [section for section in shown if section]
            if any(medicines.search(text.markdown) for text in texts) and not _warns(texts):
                yield Problem(
                    handout.at("messages"),
                    "this sheet names a medicine that cannot be stopped suddenly, without its warning",
                    f"Add {warning.removeprefix('message:')} to its messages.",
                    "stop-suddenly",
                )


def safe_once_checked(library: Library) -> Iterator[Problem]:
    """8. "Safe to move" never stands without "once checked": it is not true of what nobody has looked at."""
    for section, audience in texts(library):
        if audience is Audience.REFERRERS or re.search(r"\bchecked\b", section.markdown, re.IGNORECASE):
            continue
        if found := re.search(
            r"\b(?:safe (?:for you )?to (?:move|exercise|bend|walk|lift|be active)|hurt(?:ing)? (?:does not|doesn['’]t|is not) (?:\w+ )?harm)\b",
            section.markdown,
            re.IGNORECASE,
        ):
            what = f'"{found[0]}" stands here without its condition'
            yield Problem(find(section, found[0]), what, 'Add "once a health professional has checked you".', "once-checked")


def benefits_beside_risks(library: Library) -> Iterator[Problem]:
    """8. Benefits never stand without risks: a sheet that says how well programmes work also says that they are not for everyone."""
    for handout in library.handouts:
        roles = {message.role for message in handout.carries}
        if "benefits" in roles and "risks" not in roles:
            risks = " or ".join(message.key for message in library.of_role("risks")) or "the message whose role is risks"
            yield Problem(handout.at("messages"), "this sheet tells of benefits without the risks", f"Add {risks} to its messages.", "benefits-and-risks")


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
    titles = {word for topic in library.topics if not topic.is_urgent for message in topic.messages for word in markup.words(message.title)}
    for key, phrase, place in listed:
        words = " ".join(markup.words(phrase))
        if words in seen:
            other, line = seen[words]
            yield Problem(place, f'"{phrase}" stands under "{other}" already, on line {line}', "Keep one of the two.", "same-word")
        seen.setdefault(words, (key, place.line))
        if lines := re.findall(r"\{([^}]*)\}", phrase):
            for line in sorted({*lines} - {*get_args(HelpLine)}):
                cure = f"Write one of {', '.join(get_args(HelpLine))}: a clinic's name and number for it are put in its place."
                yield Problem(place, f'"{{{line}}}" is no line of urgent help', cure, "urgent-help")
            continue
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
    layouts = sorted(file.name.removesuffix(".html.j2") for file in layers.files(root, "handouts", "[a-z]*.html.j2").values())
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
        region = telephone.region(clinic.country)
        if region is None:
            cure = did_you_mean(clinic.country, telephone.countries(), "Write its English name, or its ISO code of two letters.")
            yield Problem(clinic.at("country"), f'the numbers of "{clinic.country}" are not known here', cure, "country")
            continue
        if clinic.phone and not telephone.is_number(clinic.phone, region):
            what = f'"{clinic.phone}" is not a telephone number in {clinic.country}'
            yield Problem(clinic.at("phone"), what, f"Write the whole number, in a form such as {telephone.example(region)}.", "phone")
        yield from _urgent_numbers_can_be_rung(clinic, region)
        if clinic.logo and not (root / "docs" / "assets" / "logos" / clinic.logo).is_file():
            yield Problem(clinic.at("logo"), f"there is no picture {clinic.logo}", "Put it in docs/assets/logos/, or remove the line.", "logo")


def _urgent_numbers_can_be_rung(clinic: Clinic, region: str) -> Iterator[Problem]:
    """Whoever helps is rung by a number, but that advice may be had without one ("your out-of-hours GP")."""
    for name, text in clinic.urgent_help:
        if text is None or name == "emergency_place":
            continue
        numbers = telephone.numbers(text)
        if wrong := [number for number in numbers if not telephone.is_helpline(number, region)]:
            what, cure = f'"{wrong[0]}" under `{name}` cannot be rung in {clinic.country}', "Write the number that people ring there."
            yield Problem(clinic.at(f"urgent_help.{name}"), what, cure, "phone")
        elif not numbers and name != "advice":
            cure = "Write the number that people ring, with a name before it if it has one."
            yield Problem(clinic.at(f"urgent_help.{name}"), f"there is no telephone number under `{name}`", cure, "phone")
        elif name == "emergency" and not all(telephone.calls_emergency_services(number, region) for number in numbers):
            what = f'"{text}" is not the emergency number of {clinic.country}'
            yield Problem(clinic.at(f"urgent_help.{name}"), what, "Write the one that brings an ambulance.", "phone")


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
