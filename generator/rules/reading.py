"""How patients' text reads: kind words, short sentences, an easy page."""

from __future__ import annotations

from collections.abc import Iterator

from generator.content.model import Audience, Example, Library, Section
from generator.content.problems import Problem
from generator.rules.prose import example_opening, find, patients_pages, texts
from generator.text import markup, readability

LONGEST = 20  # words in a sentence for patients
HARDEST = 6.0  # Flesch-Kincaid grade of a page for patients: readers of 9 to 11 years


def patients_words(library: Library) -> Iterator[Problem]:
    """7. To patients: no blame, no promise, no score, no verdict, no dose, no amount but in its four places, no advice to start, stop or change a medicine."""
    still = {message.place.path for message in library.messages if message.practice == "still"}
    opening = example_opening(library)
    for section, sentence in _patients_sentences(library):
        for phrase, found in () if isinstance(section, Example) else library.kind_words.refused(sentence, still=section.place.path in still):
            yield Problem(find(section, found), f'"{found.strip()}" {phrase.harm}', phrase.cure, "wording")
    for section, _ in texts(library):
        for block in markup.blocks(section.markdown) if isinstance(section, Example) else ():
            told = block.replace(opening, "") if opening else block
            for phrase, found in library.kind_words.refused_in_example(told):
                yield Problem(find(section, told), f'"{found.strip()}" {phrase.harm}', phrase.cure, "wording")


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


def _patients_sentences(library: Library) -> Iterator[tuple[Section, str]]:
    for section, audience in texts(library):
        if audience is not Audience.REFERRERS:
            for block in markup.blocks(section.markdown):
                for sentence in markup.sentences(block):
                    yield section, sentence
