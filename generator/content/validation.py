"""What pydantic finds wrong -> problems that an educator can mend. The only room that reads pydantic's errors.

Nothing of pydantic's own English reaches an author.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from generator.content.documents import Document
from generator.content.fields import Path_
from generator.content.model import Authored, Keyed, Links
from generator.content.problems import Place, Problem, Report, did_you_mean

Thing = TypeVar("Thing", bound=Authored)

# pydantic's kind of error: what we say of it, and the cure. {key} is the author's key, and the rest is pydantic's context.
_WORDS = {
    "missing": ("`{key}` is missing", "Add a line `{key}: …`."),
    "string_type": ("`{key}` must be one piece of text", "Write `{key}: some words`."),
    "string_type in a list": ("an entry of `{key}` must be one piece of text", "Write `- some words`; if they hold a colon, put quotes around them."),
    "string_too_short in a list": ("an entry of `{key}` is empty", "Write something after the `-`, or take it out."),
    "string_too_short": ("`{key}` is empty", "Write a value after the colon, or remove the line."),
    "string_too_long": ("`{key}` is too long", "Write at most {max_length} characters."),
    "tuple_type": ("`{key}` must be a list", "Write `{key}: [first, second]`, or one `- item` a line."),
    "too_short": ("`{key}` has nothing in it", "Write at least one entry."),
    "model_type": ("`{key}` must be a group of keys", "Put `name: value` lines below it, indented by two spaces."),
    "model_attributes_type": ("`{key}` must be a group of keys", "Put `name: value` lines below it, indented by two spaces."),
    "int_parsing": ("`{key}` must be a whole number", "Write a number such as 2."),
    "int_type": ("`{key}` must be a whole number", "Write a number such as 2."),
    "greater_than_equal": ("`{key}` must be {ge} or more", "Write a larger number."),
    "bool_parsing": ("`{key}` must be true or false", "Write `{key}: true`, or remove the line."),
    "enum": ("`{key}` must be one of {expected}", "Choose one of them."),
    "literal_error": ("`{key}` must be one of {expected}", "Choose one of them."),
    "string_pattern_mismatch": ("`{key}` is not of the right form", "Addresses begin with https://; keys have small letters, digits and hyphens."),
}


def validate(model: type[Thing], document: Document, links: Links, report: Report, *, at: Path_ = (), **given: Any) -> Thing | None:
    """The fields of a document (or of one part of it, `at`) as a model; None, with every problem reported, where they do not fit.

    `given` are the fields that do not come from the author's keys: its key, place and sections.
    """
    fields: Any = document.fields
    for step in at:
        fields = fields[step]
    if not isinstance(fields, Mapping):
        report(
            Problem(
                Place(document.path, document.line_of(at)),
                f"`{at[-1] if at else 'the file'}` must be a group of keys",
                "Put `name: value` lines below it, indented by two spaces.",
                "wrong-type",
            )
        )
        return None
    if issubclass(model, Keyed):
        given["lines"] = {str(key): document.line_of((*at, key)) for key in fields} | {
            f"{key}.{part}": document.line_of((*at, key, part))
            for key, value in fields.items()
            if isinstance(value, list | Mapping)
            for part in (range(len(value)) if isinstance(value, list) else value)
        }
    taken = [key for key in fields if key in given]
    for key in taken:
        report(_unknown_key(model, key, given, Place(document.path, document.line_of((*at, key)))))
    try:
        thing = model.model_validate({**fields, **given}, context={"links": links})
    except ValidationError as error:
        details = error.errors(include_url=False)
        misspelt = _misspelt(details)
        for detail in details:
            if detail["type"] == "too_short" and any(other["loc"][: len(detail["loc"])] == detail["loc"] for other in details if other is not detail):
                continue  # it has entries, and they have problems of their own
            if detail["type"] == "missing" and detail["loc"] in misspelt:
                continue  # it is there, under a name that is reported
            problem = _problem(model, detail, document, at, given)
            if problem:
                report(problem)
        return None
    return None if taken else thing


def _misspelt(details: Sequence[ErrorDetails]) -> set[Path_]:
    """The missing keys that a key which nobody knows was meant to be: one slip is one problem."""
    missing = {detail["loc"] for detail in details if detail["type"] == "missing"}
    found: set[Path_] = set()
    for detail in details:
        if detail["type"] == "extra_forbidden":
            beside = {str(loc[-1]): loc for loc in missing if loc[:-1] == detail["loc"][:-1]}
            found |= {beside[name] for name in get_close_matches(str(detail["loc"][-1]), beside, n=1, cutoff=0.6)}
    return found


def _problem(model: type[Authored], detail: ErrorDetails, document: Document, at: Path_, given: Mapping[str, Any]) -> Problem | None:
    kind = detail["type"]
    if kind == "broken_link":
        return None
    where: Path_ = (*at, *detail["loc"])
    place = Place(document.path, document.line_of(where))
    names = [step for step in detail["loc"] if isinstance(step, str)]
    context = {"key": names[-1] if names else "value", **detail.get("ctx", {})}
    if kind == "extra_forbidden":
        return _unknown_key(model, str(detail["loc"][-1]), given, place, nested=len(detail["loc"]) > 1)
    if "cure" in context:
        return Problem(place, detail["msg"], context["cure"], kind.replace("_", "-"))
    of_an_entry = _WORDS.get(f"{kind} in a list") if isinstance(where[-1], int) else None
    what, cure = of_an_entry or _WORDS.get(kind, ("`{key}` cannot be used as it stands", "Compare it with another file of the same kind."))
    return Problem(place, what.format(**context), cure.format(**context), "missing-key" if kind == "missing" else "wrong-value")


def _unknown_key(model: type[Authored], key: str, given: Mapping[str, Any], place: Place, *, nested: bool = False) -> Problem:
    known = [] if nested else [field.alias or name for name, field in model.model_fields.items() if name not in given]
    cure = did_you_mean(
        key, known, f"Remove it. The keys are: {', '.join(known)}." if known else "Remove it, or compare it with another file of the same kind."
    )
    return Problem(place, f"`{key}` is not a key of this kind of file", cure, "unknown-key")
