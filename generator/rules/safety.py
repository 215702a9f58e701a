"""Safety rules of the design, by number, that hold of content as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from generator.content.model import URGENT, Audience, Library, Role, Section
from generator.content.problems import Place, Problem, did_you_mean
from generator.rules.prose import find, texts

ALONE: frozenset[Role] = frozenset({*URGENT, "stop-slowly"})  # roles of which a programme has one message
MAY_BE_OFF = ("once-checked", "benefits-and-risks")  # rules that docs/wording.yml may say do not apply; no other safety rule can be switched off


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


def _warns(sections: Iterable[Section]) -> bool:
    return any(re.search(r"\b(?:not|never)\b[^.]*\bstop\w*\b[^.]*\bsuddenly\b", section.markdown, re.IGNORECASE | re.DOTALL) for section in sections)
