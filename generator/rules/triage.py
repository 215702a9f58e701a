"""One urgency for one sign: docs/triage.yml is the one table, and every text agrees with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import get_args

from generator.content.model import Audience, Library, Role, Sign, Triage, Urgency
from generator.content.problems import Place, Problem, did_you_mean
from generator.remembered import recall
from generator.rules.prose import find, texts
from generator.text import markup
from generator.text.markup import Passage

TIMES: tuple[Urgency, ...] = get_args(Urgency)
OF_ROLE: dict[Role | None, Urgency] = {"urgent": "now", "crisis": "now", "soon": "today"}  # what a list is under where nothing above it says how fast
AT_ONCE = ("emergency", "mental_health")  # the lines to call now
BETWEEN = 3  # words that may stand between those by which a text names a sign


def signs_have_one_urgency(library: Library) -> Iterator[Problem]:
    """9. A sign that a text names is nowhere less urgent than in the table."""
    if not library.triage:
        return
    triage, state, defaults = library.triage, library.triage.model_dump_json(), _defaults(library)

    def found(text: str, audience: Audience, default: Urgency | None) -> list[tuple[int, Urgency, str]]:
        return [(triage.signs.index(sign), time, words) for sign, time, words in softened(markup.passages(text), triage, audience, default)]

    for section, reader in texts(library):
        audience, default, text = reader or Audience.PATIENTS, defaults.get(section.place), section.markdown
        for index, time, words in recall(("softened", state, audience, default or "", text), partial(found, text, audience, default)):
            yield _less(find(section, words), triage.signs[index], time)


def _defaults(library: Library) -> dict[Place, Urgency | None]:
    """How fast to act where a text itself does not say so: that of the role of its message, or of the number to call."""
    defaults: dict[Place, Urgency | None] = {}
    for message in library.messages:
        sections = [section for audience in Audience for section in message.sections(audience)]
        sections += [message.easy_words] if message.easy_words else []
        defaults |= {section.place: OF_ROLE.get(message.role) for section in sections}
    for help in library.urgent.helps if library.urgent else ():
        defaults |= {help.at("call", index): "now" if call.number in AT_ONCE else "today" for index, call in enumerate(help.call)}
    return defaults


def _less(place: Place, sign: Sign, time: Urgency) -> Problem:
    what = f'this says "{time}" of a sign that is "{sign.time}": {sign.sign}'
    return Problem(place, what, "Say how fast as docs/triage.yml has it, or change it there together with a clinician.", "triage")


def softened(passages: Iterable[Passage], triage: Triage, audience: Audience, default: Urgency | None) -> Iterator[tuple[Sign, Urgency, str]]:
    """Each sign that passages name as less urgent than the table: with the urgency they say, and the sentence. `default` holds where nothing says how fast."""
    for passage in passages:
        for sentence, time in told(passage, triage, default):
            plain = markup.spoken(sentence)
            for sign in triage.signs:
                if time and TIMES.index(time) > TIMES.index(sign.time) and names(sign, plain, audience):
                    yield sign, time, sentence


def told(passage: Passage, triage: Triage, default: Urgency | None) -> Iterator[tuple[str, Urgency | None]]:
    """The sentences of a passage, each with how fast to act: as it says itself, else the answer to its question, the sentence before it, or what stands above."""
    sentences = markup.sentences(passage.text)
    said = [_urgency(sentence, triage) for sentence in sentences]
    above = next((time for words in passage.above if (time := _urgency(words, triage))), default)
    for index, sentence in enumerate(sentences):
        answer = said[index + 1] if sentence.endswith("?") and index + 1 < len(sentences) else None
        before = next((time for time in reversed(said[:index]) if time), None)
        yield sentence, said[index] or answer or before or above


def names(sign: Sign, plain: str, audience: Audience) -> bool:
    """Whether a text, as its plain words, names a sign in the words that the table has for its reader."""
    return any(pattern.search(plain) for pattern in _patterns(sign.names(audience)))


def _urgency(text: str, triage: Triage) -> Urgency | None:
    """The most urgent time that a text says, if it says one."""
    plain = markup.spoken(text)
    return next((time for time in TIMES if any(pattern.search(plain) for pattern in _patterns(triage.times.get(time, ())))), None)


@cache
def _patterns(phrases: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """The words of each phrase in their order, with few others in between."""
    few_others = f"(?: [a-z0-9]+){{0,{BETWEEN}}} "
    return tuple(re.compile(f" {few_others.join(markup.words(words))} ") for words in phrases)


def signs_are_told(library: Library) -> Iterator[Problem]:
    """9. The topic of urgent help tells each reader of every sign of the table, with its own urgency; so the box of a sign leads to a page that names it."""
    triage, topic = library.triage, library.urgent_topic
    if not triage or not topic or library.broken:
        return
    state = triage.model_dump_json()

    def told_of(text: str, audience: Audience, default: Urgency | None) -> list[list[str | None]]:
        """The signs that a text names, each with how fast to act."""
        return [
            [sign.sign, time]
            for passage in markup.passages(text)
            for sentence, time in told(passage, triage, default)
            for plain in [markup.spoken(sentence)]
            for sign in triage.signs
            if names(sign, plain, audience)
        ]

    for audience in Audience:
        found = [
            recall(("told of", state, audience, default or "", text), partial(told_of, text, audience, default))
            for message in topic.messages_for(audience)
            for text, default in [(message.explanations[audience].markdown, OF_ROLE.get(message.role))]
        ]
        named = {(sign, time) for signs in found for sign, time in signs}
        for sign in triage.signs:
            if (sign.sign, sign.time) not in named:
                what = f'the topic "{topic.title}" does not tell {audience} to act on this sign "{sign.time}": {sign.sign}'
                cure = f"Name it there in words that stand here under `{audience}` ({sign.names(audience)[0]}), where the text says how fast."
                yield Problem(sign.place, what, cure, "triage")


def signs_have_their_box(library: Library) -> Iterator[Problem]:
    """9. What people type of a sign stands in its box of docs/urgent.yml, which always has the emergency number."""
    helps = {help.key: help for help in library.urgent.helps} if library.urgent else {}
    for sign in library.triage.signs if library.triage and library.urgent else ():
        if sign.box is None:
            continue
        if not (help := helps.get(sign.box)):
            yield Problem(
                sign.at("box"), f'there is no box "{sign.box}" in docs/urgent.yml', did_you_mean(sign.box, helps, "Write one that stands there."), "triage"
            )
            continue
        phrases = {" ".join(markup.words(phrase)) for phrase in help.phrases}
        for index, typed in enumerate(sign.typed):
            if " ".join(markup.words(typed)) not in phrases:
                yield Problem(
                    sign.at("typed", index), f'"{typed}" does not bring up its box', f'Add it to the phrases of "{help.key}" in docs/urgent.yml.', "triage"
                )
