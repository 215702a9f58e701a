"""Whether a telephone number can be rung. The only room that knows phonenumbers."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, shortnumberinfo

from generator.text import language

# What people call a country beside its usual name in English, and the parts of one that have a name of their own.
OTHER_NAMES = {
    "America": "US", "Aotearoa": "NZ", "England": "GB", "Great Britain": "GB", "Holland": "NL", "Northern Ireland": "GB", "Republic of Ireland": "IE",
    "Scotland": "GB", "UK": "GB", "USA": "US", "Wales": "GB",
}  # fmt: skip

# Numbers of a plan that reach nobody in some part of it: nidirect says that there is no NHS 111 in Northern Ireland.
NOT_THERE = {"Northern Ireland": ("111",)}

# What looks like a telephone number, such as the 13 11 14 of "Lifeline, 13 11 14": three digits or more, so not the 24 of "Line 24".
NUMBER = re.compile(r"(\+?\(?\d(?:[() -]*\d){2,})")


@cache
def countries() -> dict[str, str]:
    """What a clinic may write as its country, and the numbering plan (by ISO code) that it means."""
    known = phonenumbers.SUPPORTED_REGIONS
    named = {name: code for name, code in language.territories().items() if code in known}
    return {**named, **{name: code for name, code in OTHER_NAMES.items() if code in known}, **{code: code for code in sorted(known)}}


def region(country: str) -> str | None:
    """The numbering plan of a country, by its name or its ISO code; None where it is not known."""
    return countries().get(country)


def example(region: str) -> str:
    """A whole number as it is written there."""
    number = phonenumbers.example_number(region)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL) if number else "01 23 45 67"


def numbers(text: str) -> list[str]:
    """Every telephone number in a text."""
    return NUMBER.findall(text)


def dialled(number: str) -> str:
    """The digits to dial. The "(0)" of "+44 (0)113 496 0001" is for callers at home only."""
    return re.sub(r"\(0\)|[^\d+]" if number.startswith("+") else r"\D", "", number)


def is_number(text: str, region: str) -> bool:
    """Whether this is a telephone number there, and nothing else."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(re.fullmatch(r"[\d\s()+-]+", text)) and phonenumbers.is_valid_number(number)


def is_helpline(text: str, country: str) -> bool:
    """Whether a number of few digits, or a whole one, can be rung in a country that is known."""
    region = countries()[country]
    number = phonenumbers.parse(text, region)
    return dialled(text) not in NOT_THERE.get(country, ()) and (shortnumberinfo.is_valid_short_number_for_region(number, region) or is_number(text, region))


def calls_emergency_services(number: str, region: str) -> bool:
    """Whether a number is answered by the ambulance service there."""
    return bool(shortnumberinfo.connects_to_emergency_number(number, region))
