"""How patients' text reads: kind words, short sentences, an easy page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from generator.content.model import Audience, Example, Library, Quotation, Section
from generator.content.problems import Problem
from generator.remembered import recall, remembered
from generator.rules.prose import example_opening, find, patients_pages, texts
from generator.text import markup, readability

LONGEST = 20  # words in a sentence for patients
HARDEST = 6.0  # Flesch-Kincaid grade of a page for patients: readers of 9 to 11 years


def patients_words(library: Library) -> Iterator[Problem]:
    """7. To patients: no blame, no promise, no score, no verdict, no dose, no amount but in its four places, no advice to start, stop or change a medicine."""
    words, opening = library.kind_words, example_opening(library)
    still = {message.place.path for message in library.messages if message.practice == "still"}

    def refused(text: str, is_still: bool) -> list[list[str]]:
        return [[found, phrase.harm, phrase.cure] for sentence in _sentences(text) for phrase, found in words.refused(sentence, still=is_still)]

    def refused_in_story(text: str, is_voice: bool) -> list[list[str]]:
        blocks = [block.replace(opening, "") if opening else block for block in markup.blocks(text)]
        refuse = words.refused_in_voice if is_voice else words.refused_in_example
        return [[told, found, phrase.harm, phrase.cure] for told in blocks for phrase, found in refuse(told)]

    for section in _patients_texts(library):
        if not isinstance(section, Example | Quotation):
            text, is_still = section.markdown, section.place.path in still
            for found, harm, cure in recall(("refused", words.state, str(is_still), text), partial(refused, text, is_still)):
                yield Problem(find(section, found), f'"{found.strip()}" {harm}', cure, "wording")
    for section, _ in texts(library):
        if isinstance(section, Example | Quotation):
            text, is_voice = section.markdown, isinstance(section, Quotation)
            for told, found, harm, cure in recall(("refused in a story", words.state, opening, str(is_voice), text), partial(refused_in_story, text, is_voice)):
                yield Problem(find(section, told), f'"{found.strip()}" {harm}', cure, "wording")


def sentences_are_short(library: Library) -> Iterator[Problem]:
    """A sentence that a patient may read has at most 20 words."""
    for section in _patients_texts(library):
        for sentence in _long_sentences(section.markdown):
            count = readability.length(sentence)
            what = f'this sentence has {count} words: "{" ".join(sentence.split()[:6])} …"'
            yield Problem(find(section, sentence), what, f"Make two of it: patients meet at most {LONGEST} words in a sentence.", "long-sentence")


def pages_are_easy_to_read(library: Library) -> Iterator[Problem]:
    """A page for patients reads at grade 6 or below (Flesch-Kincaid), as children of 9 to 11 do. Below 30 sentences the score says too little to hold."""
    for place, sections in patients_pages(library):
        reading = readability.of_texts(library.kind_words.stop_slowly.pattern, *(section.markdown for section in sections))
        if reading.is_enough and round(reading.grade, 1) > HARDEST:
            yield Problem(
                place,
                f"the page for patients is hard to read: grade {reading.grade:.1f}",
                f"Write shorter sentences and common words, down to grade {HARDEST:.0f}. `pmp check` ends with a table of all topics.",
                "hard-to-read",
            )


@remembered(list, list)
def _long_sentences(text: str) -> list[str]:
    return [sentence for sentence in _sentences(text) if readability.length(sentence) > LONGEST]


def _sentences(text: str) -> list[str]:
    return [sentence for block in markup.blocks(text) for sentence in markup.sentences(block)]


def _patients_texts(library: Library) -> Iterator[Section]:
    return (section for section, audience in texts(library) if audience is not Audience.REFERRERS)
