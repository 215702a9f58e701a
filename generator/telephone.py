"""Whether a telephone number can be rung. The only room that knows phonenumbers."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import shortnumberinfo

# What a clinic writes as its country, and the numbering plan it means.
REGIONS = {
    **dict.fromkeys(("England", "Scotland", "Wales", "Northern Ireland", "United Kingdom"), "GB"),
    "Ireland": "IE", "Isle of Man": "IM", "Jersey": "JE", "Guernsey": "GG", "Malta": "MT",
    "Australia": "AU", "Canada": "CA", "New Zealand": "NZ", "South Africa": "ZA", "United States": "US",
}  # fmt: skip


# What looks like a telephone number, such as the 116 123 of "Samaritans, 116 123": three digits or more, so not the 24 of "NHS 24".
NUMBER = re.compile(r"(\+?\(?\d(?:[() -]*\d){2,})")


def numbers(text: str) -> list[str]:
    """Every telephone number in a text."""
    return NUMBER.findall(text)


def dialled(number: str) -> str:
    """The digits to dial. The "(0)" of "+44 (0)113 496 0001" is for callers at home only."""
    return re.sub(r"\(0\)|[^\d+]" if number.startswith("+") else r"\D", "", number)


def is_number(text: str, country: str) -> bool:
    """Whether this is a telephone number there, and nothing else."""
    try:
        number = phonenumbers.parse(text, REGIONS[country])
    except phonenumbers.NumberParseException:
        return False
    return bool(re.fullmatch(r"[\d\s()+-]+", text)) and phonenumbers.is_valid_number(number)


def is_helpline(text: str, country: str) -> bool:
    """Whether a number of few digits, such as 111, or a whole one can be rung there."""
    number = phonenumbers.parse(text, REGIONS[country])
    return shortnumberinfo.is_valid_short_number_for_region(number, REGIONS[country]) or is_number(text, country)


def calls_emergency_services(text: str, country: str) -> bool:
    """Whether a text names a number that is answered by the ambulance service there."""
    return any(shortnumberinfo.connects_to_emergency_number(number, REGIONS[country]) for number in numbers(text))
