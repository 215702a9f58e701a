"""Safety rules of the design, by number, that hold of content as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from generator.content.model import CONSULTATION, URGENT, Audience, Chosen, Handout, Library, Message, Role, Section
from generator.content.problems import Place, Problem, did_you_mean
from generator.rules.prose import find, of_recipe, texts

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
    if any(audience is not Audience.REFERRERS and library.kind_words.names_medicine(section.markdown) for section, audience in texts(library)):
        needed["stop-slowly"] = "a text for patients names a medicine that cannot be stopped suddenly"
    if library.of_role("benefits"):
        needed["risks"] = "another message tells of benefits"
    if any(message.practice == "moves" for message in library.messages):
        needed["soreness"] = "a practice that moves has to lead to it"
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
    """8. No page or sheet for patients names a medicine that cannot be stopped suddenly without its warning.

    On the page of a topic, the lead may say it once for all its messages, with a link to the message that explains it; a topic whose lead does
    not leaves it to each message, easy read too. The page for right now shows no lead, and has the warning among the steps. Paper shows no lead
    either: every wording of a sheet says it once itself, and so does the letter of a sheet for referrers.
    """
    explains = next(iter(library.of_role("stop-slowly")), None)
    key = explains.key if explains else "the message whose role is stop-slowly"
    warning = f'Add "Do not stop suddenly", with a link to {f"message:{key}" if explains else key}'
    for topic in library.topics:
        lead = topic.leads.get(Audience.PATIENTS)
        for_all = bool(explains and lead and f"](message:{key})" in lead.markdown and _warns([lead]))
        if lead:
            yield from _unwarned(library, [lead], "this lead", f"{warning}.")
        for message in topic.messages_for(Audience.PATIENTS):
            if for_all and message is not explains:  # the link leads to that one
                continue
            titles = [Section(words, message.at(name)) for name, words in (("title", message.title), ("question", message.question)) if words]
            told = [section for section in message.sections(Audience.PATIENTS) if section is not message.right_now_words]
            for wording in ([*told, *titles], [message.easy_words] if message.easy_words else []):
                yield from _unwarned(library, wording, "this text", f"{warning}, here or in the lead of {topic.place.path}.")
    for steps in (message.right_now_words for message in library.messages if message.right_now_words):
        yield from _unwarned(library, [steps], "these steps for right now", f"{warning}, among them.")
    for page in library.pages:
        yield from _unwarned(library, [page.body], "this page", f"{warning}.")
    for handout in library.handouts:
        for name, wording in _wordings(handout):
            for problem in _unwarned(library, wording, name, f"Add {key} to its messages."):
                yield replace(problem, place=handout.at("messages"))


def _unwarned(library: Library, wording: Iterable[Section], name: str, cure: str) -> Iterator[Problem]:
    """The problem of texts that are read together, where one of them names a medicine that cannot be stopped suddenly and none warns."""
    together = list(wording)
    named = next((text for text in together if library.kind_words.names_medicine(text.markdown)), None)
    if named and not _warns(together):
        yield Problem(named.place, f"{name} names a medicine that cannot be stopped suddenly, without its warning", cure, "stop-suddenly")


def _wordings(handout: Handout) -> Iterator[tuple[str, list[Section]]]:
    """What patients read of a sheet, each wording by its name: what is printed, its easy read, and the letter of a sheet for referrers."""
    if handout.audience is Audience.REFERRERS:
        if "letter" in handout.made_formats:
            yield "the letter of this sheet", [message.in_short for message in handout.carries if message.in_short and message.role not in URGENT]
        return
    titles = [Section(message.title, message.at("title")) for message in handout.carries]
    shown: list[Section | None] = []
    for item in handout.messages:
        leads, whole = item is handout.messages[0], item.show == "full"
        shown += [item.message.in_short] if leads or not whole or handout.layout == CONSULTATION else []
        shown += [item.message.why] if (whole and not handout.tells_in_short) or (leads and not isinstance(handout, Chosen)) else []
        if whole:
            shown += [None if handout.tells_in_short else item.message.explanations.get(Audience.PATIENTS), *item.message.action]
    yield "this sheet", [*of_recipe(handout), *titles, *(section for section in shown if section)]
    if "easy-read" in handout.made_formats:
        yield "the easy read of this sheet", [*titles, *(message.easy_words for message in handout.carries if message.easy_words)]


def medicines_of(library: Library, message: Message) -> tuple[bool, bool]:
    """Whether a message names a medicine that cannot be stopped suddenly, anywhere; and whether it warns of that on every sheet that is made of it."""
    told = [Section(message.title, message.place), *message.sections(Audience.PATIENTS)]
    easy = [message.easy_words] if message.easy_words else []
    names = any(library.kind_words.names_medicine(section.markdown) for section in (*told, *easy))
    least = [section for section in (message.in_short, *message.action) if section and section is not message.example]
    return names, _warns(least) and (not easy or _warns(easy))


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
