"""The words that no patient should meet, why, and what to write instead (safety rule 7 of the design).

Only patients' prose is held against them. A `claim` is refused only where a sentence claims it:
"Is it all in my head?" asks, and "It is not in your head" denies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.remembered import digest, recall
from generator.text import markup

_DENIAL = re.compile(r"\b(?:not|never|no|nobody|cannot|nothing|without|neither|nor)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True)
class Phrase:
    """Words to avoid, what they do to a reader, and what to write instead."""

    pattern: re.Pattern[str]
    harm: str
    cure: str
    claim: bool = False


def _phrase(pattern: str, harm: str, cure: str, *, claim: bool = False) -> Phrase:
    return Phrase(re.compile(pattern, re.IGNORECASE), harm, cure, claim)


MEDICINE = (
    r"(?:medicines?|medication|tablets?|pills?|painkillers?|doses?|patch(?:es)?|paracetamol|acetaminophen|ibuprofen|naproxen|diclofenac|aspirin"
    r"|anti-?inflammator(?:y|ies))"
)

# Amounts: how much, how long, how often, how far, how fast. No reader is told any, but in the four places of safety rule 7.
_NUMBER = (
    r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|forty-five|fifty|sixty|ninety|hundred"
    r"|thousand|a (?:couple|dozen|hundred)(?: of)?)"
)
_UNIT = (
    r"(?:per ?cent|minutes?|mins?|seconds?|secs?|hours?|hrs?|reps?|repetitions?|repeats|rounds|lengths?|laps?|steps|breaths?|metres?|meters?|miles?|"
    r"kilometres?|kilometers?|km|yards?|times(?! a year\b)|sets|flights?)"
)
_FEW_WORDS = r"(?:(?:more|extra|slow|short|long|full|whole|good|deep|small|gentle) ){0,2}"
_AMOUNT = _phrase(
    rf"\b{_NUMBER}(?:(?:\s|-)?(?:to|or|and|–|-)(?:\s|-)?{_NUMBER})?(?:[\s-]?%|[\s-]?{_FEW_WORDS}{_UNIT}\b)"
    r"|\b(?:half|quarter of) an hour\b|\b(?:for|takes?|about|after|every|within) an hour\b|\ban hour (?:a|each|every) (?:day|night|week)\b"
    r"|\b(?:half|twice|double) (?:as|the) (?:much|many|long|far|often|fast|time|amount|distance|number)\b|\ba (?:third|quarter|fifth|tenth) (?:as|less|more|off|of)\b"
    r"|\bcount(?:ing)?(?: slowly)?(?: up)? to (?:[6-9]\b|[1-9]\d|six|seven|eight|nine|ten|twenty)",  # a rhythm inside one breath goes up to 5
    "sets an exact amount",
    "Leave the amount to the reader and the team. A number may stand in an example, and in the few other places that CONTRIBUTING names.",
)
# How long to watch before deciding, and the wind-down before bed: by exact phrase, since they say when to look and not how much to do.
_WATCHING = re.compile(r"\bwhat feels like (?:20 to 30|twenty to thirty) minutes\b|\babout an hour before bed\b", re.IGNORECASE)
# How long a practice takes that is done sitting or lying still, and how many breaths one part of it.
_QUIET = re.compile(
    rf"\babout (?:3|5|10|three|five|ten) minutes, or less\b|\b(?:three|five|ten|3|5|10)-minute\b|\b(?:one|two|three|four|five|[1-5])(?: or (?:two|three|four|five|[2-5]))? {_FEW_WORDS}breaths?\b",
    re.IGNORECASE,
)

_EVERYWHERE = (
    _phrase(r"\bpsychosomatic\b|\bmedically unexplained\b|\bfunctional overlay\b|\bsomati[sz]\w+", "labels the person", "Say what happens in the body."),
    _phrase(
        r"\b(?:all |only )?in (?:your|the|my) (?:own )?(?:head|mind)\b|\bimagin(?:ing|ary|ed)\b|\bmade up\b",
        "says that it is not real",
        "Say that it is real.",
        claim=True,
    ),
    _phrase(r"\bnothing (?:is |was )?wrong\b", "says that it is not real", "Say what was looked for and what was found.", claim=True),
    _phrase(r"\blearn to live with\b|\bput up with\b", "sounds like being left alone", 'Say "live well with" it, and how.', claim=True),
    _phrase(
        r"\b(?:lazy|non-?complian\w+|malinger\w*|catastrophi[sz]\w*|attention[- ]seeking|secondary gain|your (?:own )?fault)\b",
        "blames",
        "Say what helps, without judging.",
        claim=True,
    ),
    _phrase(r"\bif you had\b|\byou should have\b", "blames", "Say what can be done from here."),
    _phrase(r"\bfail(?:s|ed|ing|ures?)?\b", "blames", "Say what happened, and what can be done from here.", claim=True),
    _phrase(r"\b(?:you|patients|people) should\b", "gives orders", 'Say "you can", "try", or what helps.'),
    _phrase(r"\b(?:you|patients|people) (?:must|ought to)\b", "gives orders", 'Say "you can", "try", or what helps.', claim=True),
    _phrase(r"\bjust\b", "makes light of it", 'Leave "just" out.'),
    _phrase(r"\bcur(?:e|es|ed|ing)\b|\bproven\b|\bguarantee\w*", "promises too much", 'Say "can help" or "helps some people".', claim=True),
    _phrase(
        r"\b(?:always|never fails to|is (?:certain|sure) to) (?:works?|helps?)\b|\bworks? (?:every time|for (?:everyone|everybody|all))\b"
        r"|\byou(?: will|['’]ll) (?:soon |quickly |always |then )?(?:feel|be|sleep|get) (?:much |far |a lot |more )?"
        r"(?:better|calm(?:er)?|fit(?:ter)?|happi(?:er)?|happy|less \w+|relaxed|strong(?:er)?|well)\b",
        "promises too much",
        'Say "can help", "helps some people" or "you may feel".',
        claim=True,
    ),
    _phrase(r"\bnever get better\b", "takes hope away", 'Say "for many it stays".'),
    _phrase(r"\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|micrograms?|milligrams?|ml|g|tablets?)\b", "gives a dose", "Leave the dose out; the prescriber decides."),
    _phrase(r"\btaper\w*\b", "sets a timetable for a medicine", 'Say "come down slowly, with a plan that you and your prescriber make".'),
    _phrase(
        r"\byour (?:total )?score\b|\bscore of\b|\b(?:rate|score) your\b|\b(?:from |between )?(?:0|zero|1|one) (?:to|and) (?:10|ten)\b|\bout of (?:10|ten)\b|\badd up your\b|\b(?:low|medium|high) risk\b",
        "scores or triages the reader",
        "Leave it out: the team decides together with the reader.",
    ),
    _phrase(
        r"\byou(?: are|['’]re| will be)(?: not| un)? ?(?:suitable|eligible|a good (?:fit|candidate)|right) for\b|\byou (?:do not |don['’]t )?qualify\b",
        "says who is suitable",
        'Say "The team will talk it over with you".',
    ),
    _phrase(
        r"\bpsychosis\b|\bpsychotic\b|\bPTSD\b|\bpersonality disorder\w*", "names a label for leaving people out", 'Say "Sometimes another need comes first".'
    ),
    _phrase(
        r"\bsaves? (?:the health service|money)\b|\bcheaper\b|\bvalue for money\b|\bcost[- ]effective\w*",
        "reads as cost-cutting",
        "Leave costs out of patients' text.",
    ),
    _phrase(
        r"\b(?:do not|don['’]t|stop) ask(?:ing)? for (?:more |another )?(?:tests?|scans?)\b",
        "keeps people from being checked",
        'Say "Get anything new or different checked".',
    ),
    _phrase(
        r"\b(?:emergency (?:phone |telephone )?number|(?:advice|mental health|crisis) (?:phone )?line)\b(?! (?:is|was)\b)",
        "names a number without its digits",
        'Say "Get emergency help now" or "Get advice today": the numbers of the clinic stand in the box for urgent help.',
    ),
    _phrase(r"\b(?:endorsed|accredited|certified|recommended) by\b", "claims a badge", "Leave it out, and name the source.", claim=True),
)


_TO_READER = _phrase(r"\byou(?:rs?|rself|['’]\w+)?\b", "speaks to the reader in one person's story", "Tell what the person did, or leave it out.")
_ORDER = _phrase(
    r"^(?:(?:please|do not|don['’]t|never|always|try|add|aim|ask|avoid|begin|breathe|build|change|check|choose|circle|come|count|cut|divide|do|draw|find|"
    r"go|hold|increase|keep|learn|leave|let|lie|lift|look|lower|make|mark|move|notice|pick|plan|put|raise|read|reduce|remember|repeat|rest|say|set|share|sit|"
    r"slow|stand|start|stay|stop|stretch|take|tell|think|use|wait|walk|watch|write)\b)"
    r"(?!(?: \w+)? (?:was|were|had|did|helped|came|went|made|took|felt|got|\w+ed)\b)",
    "gives an order in one person's story",
    "Tell in the past what the person did, or leave it out.",
)
_PERCENTAGE = _phrase(r"\S*%|\bper ?cent\b", "gives a percentage", "Leave the percentage out.")


_QUOTED = re.compile(r"[\"“]([^\"”]*?)([.!?]?)[\"”]")


class KindWords:
    """The words that patients of one programme should not meet: those that hold everywhere, and the programme's own (`docs/wording.yml`).

    `allow` are phrases that no rule looks at, such as a diagnosis; `never` maps further phrases to their cures; `stop_slowly` are the names of
    medicines that cannot be stopped suddenly.
    """

    def __init__(self, allow: Iterable[str] = (), never: Mapping[str, str] | None = None, stop_slowly: Iterable[str] = ()) -> None:
        never = never or {}
        self.state = digest((sorted(allow), sorted(never.items()), sorted(stop_slowly)))  # for what was found with it
        self._allowed = _any_of(allow)
        self.stop_slowly = _any_of(stop_slowly)
        medicine = rf"(?:{MEDICINE}|{self.stop_slowly.pattern})"
        self._phrases = (
            *_EVERYWHERE,
            _phrase(
                r"(?:^|\b(?:you (?:should|must|can|could|may|need to|have to)|try to|(?:safe|fine|ok|okay|best|better) to|please)\s+)(?:safely )?"
                rf"(?:start|stop|cut(?: down)?|reduce|lower|raise|increase|change|double|halve|skip|come off|take more|take less|take)\b[^.?!]{{0,40}}\b{medicine}\b",
                "advises on a medicine",
                'Say "Talk with your prescriber or pharmacist before you change a medicine".',
                claim=True,
            ),
            _phrase(
                rf"\b(?:{self.stop_slowly.pattern}|painkillers?|medicines?|tablets?)\b[^.?!]{{0,30}}\b(?:do not|don['’]t|does not|doesn['’]t|never) work\b"
                r"|\b(?:useless|pointless)\b",
                "says more than is known, and may make someone stop suddenly",
                'Say "often help little over a long time", and "do not stop suddenly".',
            ),
            *(Phrase(_any_of([words]), "is not said to patients here", cure, claim=True) for words, cure in never.items()),
        )

    def names_medicine(self, text: str) -> bool:
        """Whether a text names a medicine that cannot be stopped suddenly."""
        return recall(("names medicine", self.state, text), lambda: bool(self.stop_slowly.search(text)))

    def refused(self, sentence: str, *, still: bool = False) -> Iterator[tuple[Phrase, str]]:
        """The phrases that this sentence of patients' prose may not hold, with the words found. `still` is for a practice that is done sitting or lying."""
        yield from self._claims(sentence)
        yield from self._amounts(_QUIET.sub(_blank, sentence) if still else sentence)

    def refused_in_example(self, text: str) -> Iterator[tuple[Phrase, str]]:
        """The phrases that a paragraph of an example may not hold: it tells of amounts, and nothing of it is meant for its reader but what is quoted."""
        medicine = _phrase(rf"\b{MEDICINE}\b|{self.stop_slowly.pattern}", "names a medicine in one person's story", "Tell of something else, or leave it out.")
        for sentence in markup.sentences(text):
            yield from self._claims(sentence)
            yield from _found((_PERCENTAGE, medicine), sentence)
        for sentence in markup.sentences(_QUOTED.sub(lambda found: "-" * len(found[1]) + found[2], text)):
            yield from _found((_TO_READER, _ORDER), sentence)

    def refused_in_voice(self, text: str) -> Iterator[tuple[Phrase, str]]:
        """The phrases that a paragraph of a real person's words may not hold: those of an example, and amounts, since no line says that they are no advice."""
        yield from self.refused_in_example(text)
        for sentence in markup.sentences(text):
            yield from self._amounts(sentence)

    def _amounts(self, sentence: str) -> Iterator[tuple[Phrase, str]]:
        yield from _found((_AMOUNT,), _WATCHING.sub(_blank, self._allowed.sub(_blank, sentence)))

    def _claims(self, sentence: str) -> Iterator[tuple[Phrase, str]]:
        """What no sentence for patients may hold, wherever it stands."""
        sentence = self._allowed.sub(_blank, sentence)
        asks = sentence.rstrip("\"'”’) ").endswith("?")
        for phrase in self._phrases:
            for match in phrase.pattern.finditer(sentence):
                denied = bool(_DENIAL.search(sentence[: match.start()])) or bool(_DENIAL.match(match[0]))
                if not (phrase.claim and (asks or denied)):
                    yield phrase, match[0]


def _found(phrases: Iterable[Phrase], sentence: str) -> Iterator[tuple[Phrase, str]]:
    yield from ((phrase, match[0]) for phrase in phrases for match in phrase.pattern.finditer(sentence))


def _blank(found: re.Match[str]) -> str:
    return "-" * len(found[0])


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of some phrases as whole words, in any case and with any spaces; nothing at all where there are none."""
    patterns = [r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)" if patterns else r"(?!)", re.IGNORECASE)
