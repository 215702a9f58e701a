"""The words of the project: what educators write (Message, Topic, Term, Diagram, Picture, Source, Clinic, Handout, Pack, Issue, SearchWords, Urgent, Triage).

Most are pydantic models: their fields are the keys that an author may write, and every other key is refused.
Text is text: authored scalars arrive as they were written, so that a phone number keeps its zero, and the types here decide.
References to other things are linked while validating, from the `links` in the validation context: after loading, no key is left to look up.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from generator.content.problems import Place, did_you_mean
from generator.text.wording import KindWords

ADDRESS = r"^https://[^\s\"'<>\\^`{|}]+$"  # of a site, as it stands in links
YEARS = range(1900, 2200)  # of reviews and approvals


class Audience(StrEnum):
    """Who a wording is for."""

    PATIENTS = "patients"
    REFERRERS = "referrers"

    @property
    def other(self) -> Audience:
        return Audience.REFERRERS if self is Audience.PATIENTS else Audience.PATIENTS


def _iso_date(value: Any) -> datetime.date:
    """Only YYYY-MM-DD: `3/4/2026` means two different days on two sides of a sea."""
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if day.year in YEARS:
                return day
            cure = f"Write a year from {YEARS[0]} to {YEARS[-1]}."
            raise PydanticCustomError("bad_date", '"{value}" cannot be the day of a review or an approval', {"value": value, "cure": cure})
    raise PydanticCustomError("bad_date", '"{value}" is not a date', {"value": str(value), "cure": "Write it as YYYY-MM-DD, for example 2026-11-22."})


def _printed_version(value: Any) -> str:
    """The four letters and digits that are printed on a sheet."""
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{4}", value):
        return value
    raise PydanticCustomError(
        "bad_version", '"{value}" is not a version', {"value": str(value), "cure": "Write the four letters and digits of the sheet, such as 3f2a."}
    )


# The multiplication and the permutation of Verhoeff's check digit, as SNOMED International prints them (Release File Specifications, "Check-digit").
_TIMES = ("0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210")
_TURNS = ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258")


def _snomed_concept(value: Any) -> str:
    """The identifier of a SNOMED CT concept: 6 to 18 digits, the two before the last 00 or 10 (a concept), the last one Verhoeff's check digit."""
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{2,14}[01]0[0-9]", value) and len(value) >= 6:
        check = 0
        for place, digit in enumerate(reversed(value)):
            check = int(_TIMES[check][int(_TURNS[place % 8][int(digit)])])
        if check == 0:
            return value
    cure = "Copy it from a SNOMED CT browser, digit by digit; a code that nobody has looked up is left out."
    raise PydanticCustomError("bad_code", '"{value}" is not the identifier of a SNOMED CT concept', {"value": str(value), "cure": cure})


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Date = Annotated[datetime.date, BeforeValidator(_iso_date)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]  # no system has longer names of files


class Authored(BaseModel):
    """Something that an educator writes: a fixed set of keys, and nothing that can change after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class Keyed(Authored):
    """A thing that others refer to by its key; it knows where it was written, down to the line of each field.

    A Library holds each one once: two things are the same where they are one.
    """

    key: str
    place: Place
    lines: Mapping[str, int] = {}

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def at(self, field: str, index: int | None = None) -> Place:
        """Where a field stands, or one entry of its list; where the thing begins if the field was left out."""
        line = self.lines.get(field, self.place.line)
        return Place(self.place.path, line if index is None else self.lines.get(f"{field}.{index}", line))


class Reviewed(Keyed):
    """Something that a named person looked over on a day, and that is due again."""

    reviewed: Date
    reviewer: Text
    review_by: Date = None  # type: ignore[assignment]  # filled in below: two years after `reviewed`

    def model_post_init(self, _context: Any) -> None:
        if self.review_by is None:
            object.__setattr__(self, "review_by", _two_years_after(self.reviewed))


def _two_years_after(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year + 2)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 2, day=28)


@dataclass(frozen=True, slots=True)
class Section:
    """The Markdown under one heading of an authored file."""

    markdown: str
    place: Place


@dataclass(frozen=True)
class Links:
    """What a reference may lead to while a project is loaded; `broken` are things that exist but could not be read themselves."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)
    handouts: Mapping[str, Handout] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()


def _link(kind: Literal["sources", "messages", "handouts"], file: str) -> BeforeValidator:
    """Turn a key that an author wrote into the thing it names."""

    def follow(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        links: Links = (info.context or {})["links"]
        known: Mapping[str, Any] = getattr(links, kind)
        if value in known:
            return known[value]
        if f"{kind}/{value}" in links.broken or kind in links.broken:
            raise PydanticCustomError("broken_link", "its own problem is reported where it stands")
        gone = " If it was taken away, take it out here too." if kind != "sources" else ""
        raise PydanticCustomError(
            f"unknown_{kind[:-1]}",
            'there is no {kind} "{key}"',
            {"kind": kind[:-1], "key": value, "cure": did_you_mean(value, known, f"Write one that stands in {file}, or add it there.") + gone},
        )

    return BeforeValidator(follow)


class Source(Keyed):
    """One work that messages rest on. Field names are those of CSL; `short` is its name on a sheet.

    `checked` means that the finding was read, and the work may be cited for that finding alone. A `candidate` cannot be cited.
    """

    status: Literal["checked", "candidate"]
    type: Literal["article-journal", "report", "webpage"]
    short: Text
    author: tuple[Text, ...] = ()
    title: Text
    container_title: Text | None = Field(None, alias="container-title")
    publisher: Text | None = None
    issued: Text | None = None
    volume: Text | None = None
    issue: Text | None = None
    page: Text | None = None
    doi: Text | None = Field(None, alias="DOI")
    url: Annotated[str, StringConstraints(pattern=r"^https://")] | None = Field(None, alias="URL")
    isbn: Text | None = Field(None, alias="ISBN")
    note: Text | None = None
    finding: Text
    caution: Text | None = None
    for_editors: Text | None = Field(None, alias="for-editors")  # never shown
    supports: tuple[Text, ...] = ()


class UrgentHelp(Authored):
    """Who helps at once, and by which number. It differs by country, so it is the clinic's; what a clinic leaves out takes its words with it.

    `emergency_place` is where to go in an emergency, as it stands in a sentence: "the emergency department". `text` is for those who cannot speak.
    """

    emergency: Text
    mental_health: Text
    advice: Text | None = None
    listening: Text | None = None
    text: Text | None = None
    abuse: Text | None = None
    emergency_place: Text | None = None


HelpLine = Literal["emergency", "mental_health", "advice", "listening", "text", "abuse"]  # what a box of urgent help may call


class Course(Authored):
    """What the programme is like at one clinic."""

    length: Text | None = None
    days: Text | None = None
    place: Text | None = None
    online: Text | None = None


class Clinic(Keyed):
    """What only one service knows: how to reach it, what its programme is like, and who approved these words for its patients."""

    name: Text
    service: Text | None = None
    address: tuple[Text, ...] = ()
    phone: Text | None = None
    email: Annotated[str, StringConstraints(pattern=r"^\S+@\S+\.\S+$")] | None = None
    hours: Text | None = None
    country: Text
    urgent_help: UrgentHelp
    programme: Course = Course()
    team: tuple[Text, ...] = ()
    referral: Text | None = None
    referral_for_referrers: Text | None = None
    medicines: Text | None = None
    site_url: Annotated[str, StringConstraints(pattern=ADDRESS)] | None = None
    logo: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}\.(svg|png)$")] | None = None  # a file in docs/assets/logos
    approved_by: Text | None = None
    approved_on: Date | None = None

    def approves(self, texts: Iterable[Reviewed]) -> bool:
        """Safety rule 2: somebody approved these words, and on a day that is not before the last review of any of them."""
        return bool(self.approved_by and self.approved_on and all(text.reviewed <= self.approved_on for text in texts))


# What a message is for the whole programme. The urgent-help box is made of the first three.
Role = Literal["urgent", "soon", "crisis", "stop-slowly", "risks", "benefits", "soreness"]
URGENT: tuple[Role, ...] = ("urgent", "soon", "crisis")

CONSULTATION = "consultation"  # the layout of a sheet of what was talked about
FEW = 2  # messages, which such a sheet tells in full; of more it tells the answers in short, and what to try
SKILL = "skill"  # the layout of a sheet with the steps of one practice on its front, and room to write on its back

Tool = Literal["breathing-picture", "find-my-amount"]  # what the page of a practice adds where scripts run

LocalPart = Literal["team", "programme", "referral", "medicines", "contact", "urgent-help"]


@dataclass(frozen=True, slots=True)
class EasyLine:
    """One idea of an easy-read wording: its words, and the picture beside them."""

    picture: str
    words: str
    place: Place


class Example(Section):
    """What one made-up person did: the one place where amounts may stand."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a practice: its words, and the picture beside them where it has one."""

    words: Section
    picture: str | None


@dataclass(frozen=True, slots=True)
class StepList:
    """Steps that follow each other, under a heading where a practice has several ways, or parts. `start` is the number of the first: 1 where a way begins."""

    title: str | None
    start: int
    steps: tuple[Step, ...]


class Quotation(Section):
    """What a real person said, word for word."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A real person's own words: whose they are, and the consent by which they stand here. `photo` and `audio` are files in docs/assets."""

    words: Quotation
    who: str
    consent: str
    photo: str | None = None
    audio: str | None = None


class Message(Reviewed):
    """One clinical idea, with one wording for each audience, its sources and its review. One with steps is a practice: something to do."""

    title: Text
    title_for_referrers: Text | None = None  # where `title` speaks to the patient
    role: Role | None = None
    question: Text | None = None
    people_also_say: tuple[Text, ...] = ()
    code: Annotated[str, BeforeValidator(_snomed_concept)] | None = None  # of SNOMED CT, for a clinic's records
    sources: tuple[Annotated[Source, _link("sources", "docs/sources.yml")], ...]
    basis: Literal["safety", "local"] | None = None
    only: Audience | None = None
    local: tuple[LocalPart, ...] = ()
    explanations: Mapping[Audience, Section]
    in_short: Section | None = None
    easy_read: tuple[EasyLine, ...] = ()
    what_to_say: Section | None = None
    why: Section | None = None
    try_this: Section | None = None
    practice: Literal["still", "moves"] | None = None
    tool: Tool | None = None
    steps: tuple[StepList, ...] = ()
    step_words: Section | None = None  # all of the steps, without the names of pictures
    example: Example | None = None
    stop_if: Section | None = None
    right_now: tuple[Step, ...] = ()
    right_now_words: Section | None = None  # all of those steps, without the names of pictures
    voice: Voice | None = None

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """Those of its practice, then those for right now."""
        return (*(step for steps in self.steps for step in steps.steps), *self.right_now)

    @property
    def is_practice(self) -> bool:
        """Whether it has steps: a page of its own, on which they never fold."""
        return bool(self.steps)

    @property
    def topic(self) -> str:
        return self.key.split("/")[0]

    @property
    def name(self) -> str:
        """The message's own part of its key: its anchor on a page."""
        return self.key.split("/")[1]

    @cached_property
    def easy_words(self) -> Section | None:
        """The words of the easy-read lines, as a list on the lines where they stand."""
        return Section("\n".join(f"- {line.words}" for line in self.easy_read), self.easy_read[0].place) if self.easy_read else None

    def is_for(self, audience: Audience) -> bool:
        return audience in self.explanations

    def title_for(self, audience: Audience) -> str:
        """The heading that this audience reads."""
        return (self.title_for_referrers if audience is Audience.REFERRERS else None) or self.title

    def short_form(self, audience: Audience) -> Section | None:
        """What `show: short` prints: the short form for patients, the words to say for referrers."""
        return self.in_short if audience is Audience.PATIENTS else self.what_to_say

    @property
    def action(self) -> tuple[Section, ...]:
        """What patients can do, and when not to."""
        return tuple(section for section in (self.try_this, self.step_words, self.stop_if, self.example) if section)

    def sections(self, audience: Audience) -> tuple[Section, ...]:
        """All that this audience may read of the message, and nothing that the other alone may."""
        own = (
            (self.in_short, self.why, self.right_now_words, self.explanations.get(audience), *self.action)
            if audience is Audience.PATIENTS
            else (self.explanations.get(audience), self.what_to_say)
        )
        return tuple(section for section in own if section)


class Topic(Keyed):
    """A chapter: its messages in reading order, and a lead for each audience that has messages in it."""

    title: Text
    order: int
    leads: Mapping[Audience, Section]
    messages: tuple[Annotated[Message, _link("messages", "docs/messages")], ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Whether it is the topic of urgent help: no step on a path, never folded, one step away from everywhere."""
        return any(message.role == "urgent" for message in self.messages)

    def messages_for(self, audience: Audience) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.is_for(audience))


class Term(Keyed):
    """A word that readers may not know, and what it means in one line. Its sources and its review are those of the message that explains it."""

    term: Text
    also: tuple[Text, ...] = ()
    meaning: Text
    message: Annotated[Message, _link("messages", "docs/messages")]

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way in which texts write it."""
        return (self.term, *self.also)


class Synonym(Keyed):
    """Words that people type for one thing. The word itself stands in the A to Z of the search page; `also` is never shown.

    `see` are the messages that such a word leads to, even if they do not say it.
    """

    word: Text
    also: tuple[Text, ...] = ()
    see: tuple[Annotated[Message, _link("messages", "docs/messages")], ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way in which people type it."""
        return (self.word, *self.also)


class SearchWords(Reviewed):
    """How people type: `short_forms` are other spellings of everyday words, `words` those that mean the same here."""

    short_forms: Mapping[str, Text] = {}
    words: tuple[Synonym, ...] = ()


class Call(Authored):
    """Whom to call, and when. The number itself is the clinic's."""

    when: Text
    number: HelpLine


class Help(Keyed):
    """One kind of urgent help: the phrases that ask for it (their words in any order, where that changes nothing), and the box they bring up above any result."""

    title: Text
    words: Text
    call: Annotated[tuple[Call, ...], Field(min_length=1)]
    message: Annotated[Message, _link("messages", "docs/messages")]
    any_order: bool = False
    phrases: Annotated[tuple[Text, ...], Field(min_length=1)]


class Urgent(Reviewed):
    """What people type who need help at once. `alike` are words that stand for each other in phrases; `not_urgent` only sounds like it."""

    basis: Literal["safety"]
    alike: tuple[tuple[Text, ...], ...] = ()
    not_urgent: tuple[Text, ...] = ()
    helps: Annotated[tuple[Help, ...], Field(min_length=1)]


Urgency = Literal["now", "today", "days", "ask"]  # from the most urgent to the least


class Sign(Keyed):
    """One sign of danger, and how fast to act on it. `patients` and `referrers` are the words by which texts for them name it."""

    sign: Text
    time: Urgency
    patients: Annotated[tuple[Text, ...], Field(min_length=1)]
    referrers: Annotated[tuple[Text, ...], Field(min_length=1)]
    box: Text | None = None
    typed: tuple[Text, ...] = ()
    sources: tuple[Annotated[Source, _link("sources", "docs/sources.yml")], ...] = ()

    def names(self, audience: Audience) -> tuple[str, ...]:
        """How a text for them names it."""
        return self.patients if audience is Audience.PATIENTS else self.referrers


class Triage(Reviewed):
    """One urgency for one sign, everywhere (`docs/triage.yml`). `times` are the words that say how fast; a sign is nowhere told as less urgent than here."""

    basis: Literal["safety"]
    times: Mapping[Urgency, Annotated[tuple[Text, ...], Field(min_length=1)]]
    signs: Annotated[tuple[Sign, ...], Field(min_length=1)]


class Doors(Authored):
    """The two ways into the site, each in the words of who takes it."""

    patients: Text
    referrers: Text


class Moment(Authored):
    """A time when a person needs steps at once (`when`, in that person's words), and the message that has them under `## Right now`."""

    when: Text
    message: Annotated[Message, _link("messages", "docs/messages")]


class Programme(Keyed):
    """What a programme is called and whom it is for (`docs/programme.yml`). Its words stand in sentences of the templates.

    `condition` as in "people who live with …", `for_whom` as in "general information for …", `team` as in "ask …".
    `right_now` are the doors of the page for right now, in their order; a programme without them has no such page.
    """

    condition: Text
    for_whom: Text
    team: Text
    doors: Doors
    right_now: tuple[Moment, ...] = ()
    lang: Text
    licence: Text | None = None
    hero: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}\.svg$")] | None = None  # a file in docs/assets/images
    search_examples: tuple[Text, ...] = ()


class Wording(Keyed):
    """What the kind-words rules allow and refuse in this programme (`docs/wording.yml`), beside what they hold everywhere.

    `allow` are phrases that no such rule looks at, `never` phrases and their cures, `stop_slowly` medicines that cannot be stopped suddenly,
    `off` rules that do not apply here and why.
    """

    allow: tuple[Text, ...] = ()
    never: Mapping[str, Text] = {}
    stop_slowly: tuple[Text, ...] = ()
    off: Mapping[str, Text] = {}


@dataclass(frozen=True)
class Phrase:
    """Words that a template prints: one text, or one for each plural form. `{name}` in it stands for a value."""

    forms: Mapping[str, str]  # by plural form; a text without them is "other"
    place: Place


class Words(Reviewed):
    """Every word that a template prints, in one language (`templates/words/<lang>.yml`), by its key (`group.name`)."""

    basis: Literal["safety"]
    phrases: Mapping[str, Phrase]
    base: Words | None = None  # the words that these build on; `phrases` holds theirs too

    @property
    def lang(self) -> str:
        """The BCP 47 tag of the language."""
        return self.key

    @property
    def all(self) -> tuple[Words, ...]:
        """These words and those that they build on, each with a review of its own."""
        return (self, *(self.base.all if self.base else ()))


@dataclass(frozen=True)
class Diagram:
    """A hand-made picture, named and described for those who cannot see it. `labels` are the words drawn in it, `svg` is its text for a page."""

    key: str
    place: Place
    title: str
    description: str
    labels: tuple[str, ...]
    svg: str


@dataclass(frozen=True)
class Picture:
    """A small drawing that stands beside a line of easy read or a step. `title` names what is drawn, `svg` is its text for a page.

    `has_easier` is whether a box in it (`class="easier"`) shows an easier way, which is said below it on paper.
    """

    key: str
    place: Place
    title: str
    svg: str
    has_easier: bool = False


class Item(Authored):
    """A message on a sheet: whole, or only its short form."""

    message: Annotated[Message, _link("messages", "docs/messages")]
    show: Literal["full", "short"] = "full"


Format = Literal["standard", "large-print", "easy-read", "plain-text", "letter"]
PDF_FORMATS: tuple[Format, ...] = ("standard", "large-print", "easy-read")  # the others are text


class Prompt(Authored):
    """A question on a worksheet or a form, the answers that can be ticked, and the lines left for words.

    `picture` names the one beside it; `example` is what a made-up person wrote there.
    """

    ask: Text
    hint: Text | None = None
    picture: Key | None = Field(None, repr=False)  # no word, so that a version stays the same
    example: Text | None = Field(None, repr=False)  # so that a version stays the same where there is none
    choices: tuple[Text, ...] = ()
    lines: int = Field(3, ge=1, le=20)


class Grid(Authored):
    """A table to fill in on a worksheet. `row` is what a row is for, and heads the first column; where it is not said, it is a day.

    `example` is what a made-up person wrote in one row, column by column.
    """

    row: Text | None = None
    rows: Annotated[tuple[Text, ...], Field(min_length=1)]
    columns: Annotated[tuple[Text, ...], Field(min_length=1)]
    example: tuple[Text, ...] = Field((), repr=False)  # so that a version stays the same where there is none


class Handout(Keyed):
    """The recipe of one sheet. `prompts` and `grid` are what a worksheet leaves room for."""

    title: Text
    audience: Audience
    layout: Key
    messages: tuple[Annotated[Item, BeforeValidator(lambda value: {"message": value} if isinstance(value, str) else value)], ...]
    pages: int = Field(ge=1)
    formats: tuple[Format, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    grid: Grid | None = None
    introduction: Section | None = None

    @property
    def carries(self) -> tuple[Message, ...]:
        """The messages on it."""
        return tuple(item.message for item in self.messages)

    @property
    def tells_in_short(self) -> bool:
        """Whether its messages come without their explanations, so that many worries still fit one sheet of paper."""
        return self.layout == CONSULTATION and sum(item.show == "full" for item in self.messages) > FEW

    @property
    def is_worksheet(self) -> bool:
        """Whether it is written on."""
        return bool(self.prompts or self.grid)

    @property
    def possible_formats(self) -> tuple[Format, ...]:
        """The formats that its messages and its layout allow. A letter to a patient is made of patients' words only; a form can be pasted with blanks."""
        if self.audience is Audience.REFERRERS:
            letter, text = any(message.in_short for message in self.carries), bool(self.prompts)
            return ("standard", *(("letter",) if letter else ()), *(("plain-text",) if text else ()))
        has_easy_read = self.carries and (self.layout == SKILL or not self.is_worksheet) and all(message.easy_read for message in self.carries)
        return ("standard", "large-print", *(("easy-read",) if has_easy_read else ()), "plain-text")

    @property
    def has_example(self) -> bool:
        """Whether a copy of its form, filled in by a made-up person, follows as a side of its own: two sides have no room for it."""
        return self.layout == SKILL and self.pages > 2 and any(prompt.example for prompt in self.prompts)

    @property
    def made_formats(self) -> tuple[Format, ...]:
        """The formats asked for; by default all that are possible."""
        return self.formats or self.possible_formats


class Chosen(Handout):
    """A recipe for one patient, made on the spot of what was chosen, with lines to write on by hand. Nobody keeps it."""

    worksheet: Handout | None = None
    with_name: bool = False
    with_next: bool = False
    version: str
    fragment: str  # of the address that leads back to it


class Pack(Keyed):
    """Sheets in one PDF, with a contents page: for a topic, or for a whole programme."""

    title: Text
    audience: Audience
    sheets: Annotated[tuple[Annotated[Handout, _link("handouts", "handouts")], ...], Field(min_length=1)]
    introduction: Section | None = None

    @property
    def carries(self) -> tuple[Message, ...]:
        """The messages of all its sheets."""
        return tuple({message.key: message for sheet in self.sheets for message in sheet.carries}.values())

    @property
    def made_formats(self) -> tuple[Format, ...]:
        """The formats for print that all its sheets have."""
        return tuple(form for form in PDF_FORMATS if all(form in sheet.made_formats for sheet in self.sheets))


class Issue(Keyed):
    """One version of a sheet or a pack, as it was issued (`docs/issued.tsv`): what no build can work out again.

    `sheet` is the place of its PDF below `handouts/`, without its ending; `change` says in one line what is new since the version before.
    """

    sheet: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([/-][a-z0-9]+)*$", max_length=200)]
    title: Text
    version: Annotated[str, BeforeValidator(_printed_version)]
    day: Date
    change: Text | None = None


class WrittenPage(Keyed):
    """A page that stands in `docs/` as it is read, such as the front page."""

    title: Text
    description: Text | None = None
    body: Section


@dataclass(frozen=True, eq=False)  # one library is no other
class Library:
    """All that educators wrote, linked. What could not be read was reported; `broken` names it, so that no link to it is reported as well."""

    topics: tuple[Topic, ...]
    sources: tuple[Source, ...]
    clinics: tuple[Clinic, ...]
    glossary: tuple[Term, ...]
    diagrams: Mapping[str, Diagram]
    pictures: Mapping[str, Picture]
    handouts: tuple[Handout, ...]
    packs: tuple[Pack, ...]
    pages: tuple[WrittenPage, ...]
    clinic: Clinic | None
    hero: str | None  # inline SVG
    mark: str | None  # inline SVG
    programme: Programme | None
    wording: Wording
    words: Words | None
    runs: Mapping[str, frozenset[str]]  # of works whose words must not be used: hashes of every run of them, by the key of the source
    search_words: SearchWords | None
    urgent: Urgent | None
    triage: Triage | None
    issues: tuple[Issue, ...]  # in the order in which they were issued
    assets: Mapping[str, bytes]  # the files of the site that are no pages, by their place in it: those of the theme, and the project's own
    broken: frozenset[str] = frozenset()

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        return tuple(message for topic in self.topics for message in topic.messages)

    @cached_property
    def kind_words(self) -> KindWords:
        """What patients should not meet in this programme."""
        return KindWords(self.wording.allow, self.wording.never, self.wording.stop_slowly)

    @property
    def recipes(self) -> tuple[Handout | Pack, ...]:
        """All that is handed out: sheets, then packs."""
        return (*self.handouts, *self.packs)

    @property
    def reviewed(self) -> tuple[Reviewed, ...]:
        """Everything that has a review of its own."""
        words = self.words.all if self.words else ()
        return (*self.messages, *(thing for thing in (self.search_words, self.urgent, self.triage) if thing), *words)

    def of_role(self, role: Role) -> tuple[Message, ...]:
        """The messages that say that they are this for the programme."""
        return tuple(message for message in self.messages if message.role == role)

    @cached_property
    def urgent_messages(self) -> tuple[Message, ...]:
        """What the urgent-help box is made of, in its order."""
        return tuple(message for role in URGENT for message in self.of_role(role))

    @property
    def urgent_topic(self) -> Topic | None:
        """The topic of urgent help."""
        return next((topic for topic in self.topics if topic.is_urgent), None)

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The doors of the page for right now."""
        return self.programme.right_now if self.programme else ()

    def message(self, key: str) -> Message | None:
        return next((message for message in self.messages if message.key == key), None)
