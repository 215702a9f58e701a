"""What a language tag means for words: the day in it, and its plural forms. The only room that knows Babel."""

from __future__ import annotations

import datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date


def is_language(tag: str) -> bool:
    """Whether a BCP 47 tag (`en-GB`) is one whose dates and plurals are known."""
    try:
        _locale(tag)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def day(date: datetime.date, tag: str) -> str:
    """A day in full, such as 22 November 2026: no reader can take it for another day."""
    return format_date(date, "long", _locale(tag))


def short_day(date: datetime.date, tag: str) -> str:
    """A day where there is little room, such as 22 Nov 2026."""
    return format_date(date, "medium", _locale(tag))


def plural(count: int, tag: str) -> str:
    """Which plural form a count takes: `one`, `other` and so on, as Unicode's CLDR names them."""
    return _locale(tag).plural_form(count)


def plurals(tag: str) -> frozenset[str]:
    """The plural forms that the language has."""
    return frozenset({*_locale(tag).plural_form.rules, "other"})


def is_right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left."""
    return _locale(tag).text_direction == "rtl"


def territories() -> dict[str, str]:
    """The English name of every country, and its ISO code."""
    return {name: code for code, name in _locale("en").territories.items() if len(code) == 2 and code.isalpha()}


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")
