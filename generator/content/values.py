"""How a single value may be written: a text, a day, a key, the version of a sheet, a concept of SNOMED CT. Each is a type, with one problem and its cure."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

YEARS = range(1900, 2200)  # of reviews and approvals


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
Version = Annotated[str, BeforeValidator(_printed_version)]
Concept = Annotated[str, BeforeValidator(_snomed_concept)]
