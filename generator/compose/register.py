"""Library -> the register: each sheet and pack by the version that is printed on it, and the versions that were issued before.

`editions` is what the page, `register.json` and `pmp issue` are made of.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generator.compose.sheets import Sheets
from generator.compose.views import Review, review
from generator.content import addresses
from generator.content.model import Clinic, Format, Handout, Issue, Library, Message, Pack, Reviewed


@dataclass(frozen=True)
class Older:
    """A version that was issued before, and the day on which the next one was; None where that has yet to be issued."""

    issue: Issue
    replaced: datetime.date | None


@dataclass(frozen=True)
class Edition:
    """The words of a sheet or a pack, in the `formats` that have them and their version in common. `issues` are all that were issued, the oldest first."""

    key: str
    recipe: Handout | Pack
    formats: tuple[Format, ...]
    version: str
    carries: tuple[Reviewed, ...]
    review: Review | None
    issues: tuple[Issue, ...]

    @property
    def issued(self) -> Issue | None:
        """How its present version was issued; None where it has yet to be."""
        return self.issues[-1] if self.issues and self.issues[-1].version == self.version else None

    @property
    def older(self) -> tuple[Older, ...]:
        """What was issued before, the newest first. A version that has come back is no older one."""
        following = (*(issue.day for issue in self.issues[1:]), None)
        found = (Older(issue, day) for issue, day in zip(self.issues, following, strict=False) if issue.version != self.version)
        return tuple(found)[::-1]

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.recipe.carries

    @property
    def owners(self) -> tuple[str, ...]:
        """Who reviewed its messages."""
        return tuple(dict.fromkeys(message.reviewer for message in self.messages))


@dataclass(frozen=True)
class Withdrawn:
    """What was issued under a name that no sheet has now, the newest first."""

    key: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True)
class Register:
    """Every sheet and pack as it is now, and what is issued no longer."""

    editions: tuple[Edition, ...]
    withdrawn: tuple[Withdrawn, ...]


def register(library: Library, sheets: Sheets) -> Register:
    """The register of a library. The same for every clinic, as versions are; which of them has approved what, `Clinic.approves` says."""
    issues: dict[str, list[Issue]] = {}
    for issue in library.issues:
        issues.setdefault(issue.sheet, []).append(issue)
    editions = tuple(
        Edition(
            key=(key := addresses.edition_key(recipe, forms[0])),
            recipe=recipe,
            formats=forms,
            version=sheets.version(recipe, forms[0]),
            carries=sheets.carried(recipe, forms[0]),
            review=review(recipe.carries, sheets.today),
            issues=tuple(issues.pop(key, ())),
        )
        for recipe in library.recipes
        for forms in _alike(recipe)
    )
    return Register(editions, tuple(Withdrawn(key, tuple(reversed(found))) for key, found in issues.items()))


def as_json(found: Register, clinics: Sequence[Clinic]) -> str:
    """`register.json`: a list, a row for each edition, then for what is issued no longer. `clinics` are those that have sheets in the site."""
    return json.dumps([*(_row(edition, clinics) for edition in found.editions), *map(_gone, found.withdrawn)], ensure_ascii=False, indent=2) + "\n"


def _alike(recipe: Handout | Pack) -> Iterator[tuple[Format, ...]]:
    """The formats of a recipe by the words they have in common: easy read has its own."""
    for easy in (False, True):
        if forms := tuple(form for form in recipe.made_formats if (form == "easy-read") is easy):
            yield forms


def _row(edition: Edition, clinics: Sequence[Clinic]) -> dict[str, Any]:
    dates, issued = edition.review, edition.issued
    return {
        "sheet": edition.key,
        "title": edition.recipe.title,
        "audience": edition.recipe.audience,
        "formats": edition.formats,
        "version": edition.version,
        "issued": _day(issued.day if issued else None),
        "change": issued.change if issued else None,
        "messages": [{"key": message.key, "code": message.code} for message in edition.messages],
        "owners": edition.owners,
        "reviewed": _day(dates.reviewed if dates else None),
        "review_by": _day(dates.review_by if dates else None),
        "approvals": [
            {
                "clinic": clinic.key,
                "approved_by": clinic.approved_by if (approved := clinic.approves(edition.carries)) else None,
                "approved_on": _day(clinic.approved_on if approved else None),
            }
            for clinic in clinics
        ],
        "older": [_old(older.issue, older.replaced) for older in edition.older],
    }


def _gone(withdrawn: Withdrawn) -> dict[str, Any]:
    return {
        "sheet": withdrawn.key,
        "title": withdrawn.issues[0].title,
        "audience": None,
        "formats": [],
        "version": None,
        "issued": None,
        "change": None,
        "messages": [],
        "owners": [],
        "reviewed": None,
        "review_by": None,
        "approvals": [],
        "older": [_old(issue) for issue in withdrawn.issues],
    }


def _old(issue: Issue, replaced: datetime.date | None = None) -> dict[str, Any]:
    return {"version": issue.version, "issued": _day(issue.day), "replaced": _day(replaced), "title": issue.title, "change": issue.change}


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
