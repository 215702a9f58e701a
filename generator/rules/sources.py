"""What messages rest on, and until when."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial

from generator.content.model import Library, Message
from generator.content.problems import Problem, did_you_mean
from generator.remembered import digest, recall
from generator.rules.prose import find, texts
from generator.text import markup

RUN = 8  # words in a row that make a sentence somebody else's


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
    state = digest([(source, sorted(runs)) for source, runs in library.runs.items()])
    for section, _ in texts(library):
        for source, words in recall(("shared", state, section.markdown), partial(_shared, section.markdown, library.runs)):
            yield Problem(find(section, words), f'these words are those of {source}: "{words}"', "Say it in your own words.", "own-words")


def _shared(text: str, kept: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """The runs of a text that are those of a source: its key and the words."""
    found = markup.words(" ".join(markup.blocks(text)))
    shared, index = [], 0
    while index + RUN <= len(found):
        run = found[index : index + RUN]
        digest = _digest(run)
        if source := next((key for key, runs in kept.items() if digest in runs), None):
            shared.append([source, " ".join(run)])
            index += RUN
        else:
            index += 1
    return shared


def _digest(run: list[str]) -> str:
    return hashlib.sha256(" ".join(run).encode()).hexdigest()[:16]
