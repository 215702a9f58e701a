"""The words that no patient should meet, why, and what to write instead (safety rule 7 of the design; `domain.md` 6.2).

Only patients' prose is held against this list. A `claim` is refused only where a sentence claims it:
"Is it all in my head?" asks, and "It is not in your head" denies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAMES = (
    r"opioids?|opiates?|morphine|codeine|co-?codamol|tramadol|oxycodone|fentanyl|buprenorphine|gabapentin(?:oids?)?|pregabalin"
    r"|antidepressants?|amitriptyline|duloxetine|benzodiazepines?|diazepam|zopiclone|z-drugs?"
)
MEDICINE_NAMES = re.compile(rf"{_NAMES}|paracetamol|ibuprofen|naproxen|aspirin", re.IGNORECASE)
MEDICINE = rf"(?:medicines?|medication|tablets?|pills?|painkillers?|{_NAMES}|doses?|patch(?:es)?)"
WITHDRAWAL_MEDICINE = re.compile(rf"\b(?:{_NAMES}|strong painkillers?|sleeping (?:tablets?|pills?))\b", re.IGNORECASE)
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


PHRASES = (
    _phrase(r"\bpsychosomatic\b|\bmedically unexplained\b|\bfunctional overlay\b|\bsomati[sz]\w+", "labels the person", "Say what happens in the pain system."),
    _phrase(
        r"\b(?:all |only )?in (?:your|the|my) (?:own )?(?:head|mind)\b|\bimagin(?:ing|ary|ed)\b|\bmade up\b",
        "says that the pain is not real",
        'Say "Your pain is real".',
        claim=True,
    ),
    _phrase(r"\bnothing (?:is |was )?wrong\b", "says that the pain is not real", "Say what was looked for and what was found.", claim=True),
    _phrase(r"\blearn to live with\b|\bput up with\b", "sounds like being left alone", 'Say "live well with pain" and how.', claim=True),
    _phrase(
        r"\b(?:lazy|non-?complian\w+|malinger\w*|catastrophi[sz]\w*|attention[- ]seeking|secondary gain|your (?:own )?fault)\b",
        "blames",
        "Say what helps, without judging.",
        claim=True,
    ),
    _phrase(r"\bif you had\b|\byou should have\b", "blames", "Say what can be done from here."),
    _phrase(r"\bfail(?:s|ed|ing|ures?)?\b", "blames", "Say what happened, and what can be done from here.", claim=True),
    _phrase(r"\b(?:you|patients|people) should\b", "gives orders", 'Say "you can", "try", or what helps.'),
    _phrase(r"\bjust\b", "makes light of it", 'Leave "just" out.'),
    _phrase(r"\bcur(?:e|es|ed|ing)\b|\bproven\b|\bguarantee\w*", "promises too much", 'Say "can help" or "helps some people".', claim=True),
    _phrase(r"\bpain will (?:go|stop|end|disappear)\b|\bpain[- ]free\b", "promises too much", 'Say "may ease for some".', claim=True),
    _phrase(r"\bpain will never (?:go|end|stop|leave)\b|\bnever get better\b", "takes hope away", 'Say "for many it stays".'),
    _phrase(r"\b\d+(?:[.,]\d+)?\s?(?:mg|mcg|micrograms?|milligrams?|ml|g|tablets?)\b", "gives a dose", "Leave the dose out; the prescriber decides."),
    _phrase(
        r"(?:^|\b(?:you (?:should|must|can|could|may|need to|have to)|try to|(?:safe|fine|ok|okay|best|better) to|please)\s+)(?:safely )?"
        rf"(?:start|stop|cut(?: down)?|reduce|lower|raise|increase|change|double|halve|skip|come off|take more|take less|take)\b[^.?!]{{0,40}}\b{MEDICINE}\b",
        "advises on a medicine",
        'Say "Talk with your prescriber or pharmacist before you change a medicine".',
        claim=True,
    ),
    _phrase(r"\btaper\w*\b", "sets a timetable for a medicine", 'Say "come down slowly, with a plan that you and your prescriber make".'),
    _phrase(
        rf"\b(?:{_NAMES}|painkillers?|medicines?|tablets?)\b[^.?!]{{0,30}}\b(?:do not|don['’]t|does not|doesn['’]t|never) work\b|\b(?:useless|pointless)\b",
        "says more than is known, and may make someone stop suddenly",
        'Say "often help little over a long time", and "do not stop suddenly".',
    ),
    _phrase(
        r"\byour (?:total )?score\b|\bscore of\b|\badd up your\b|\b(?:low|medium|high) risk\b",
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
        r"\b(?:\d+|five|ten|fifteen|twenty|thirty)\s?(?:%|per ?cent|minutes?|mins?|reps?|repetitions?|lengths?|steps)\b",
        "sets an exact amount",
        "Leave the amount to the reader and the team.",
    ),
    _phrase(
        r"\bsaves? (?:the NHS|money)\b|\bcheaper\b|\bvalue for money\b|\bcost[- ]effective\w*", "reads as cost-cutting", "Leave costs out of patients' text."
    ),
    _phrase(
        r"\b(?:do not|don['’]t|stop) ask(?:ing)? for (?:more |another )?(?:tests?|scans?)\b",
        "keeps people from being checked",
        'Say "Get new or different pain checked".',
    ),
    _phrase(r"\b(?:endorsed|accredited|certified|recommended) by\b|\bPIF TICK\b", "claims a badge", "Leave it out, and name the source.", claim=True),
)


def refused(sentence: str) -> Iterator[tuple[Phrase, str]]:
    """The phrases that this sentence of patients' prose may not hold, with the words found."""
    asks = sentence.rstrip("\"'”’) ").endswith("?")
    for phrase in PHRASES:
        for match in phrase.pattern.finditer(sentence):
            denied = bool(_DENIAL.search(sentence[: match.start()])) or bool(_DENIAL.match(match[0]))
            if not (phrase.claim and (asks or denied)):
                yield phrase, match[0]
