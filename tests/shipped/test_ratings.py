"""What readers thought of the sheets is told with the version that they read."""

from __future__ import annotations

from dataclasses import replace

from tests.tools import ratings


def test_the_table_is_up_to_date_and_has_every_sheet_for_patients() -> None:
    now = ratings.versions()
    assert len(now) > 30
    assert ratings.TABLE.read_text(encoding="utf-8") == ratings.table(now, ratings.readings()), "make ratings"


def test_a_sheet_that_changed_since_is_listed_as_not_rated_since() -> None:
    one = ratings.Reading("a", "1111", "2026-11-28", "A", "95", "90", "92", "Long.")
    other = replace(one, reader="B", actionability="100", in_the_way="")
    assert "| a | 1111 | 95 and 95 | 90 and 100 | 92 and 92 | rated 2026-11-28 | Long. |" in ratings.table({"a": "1111"}, [one, other])
    assert "| a | 2222 | 95 and 95 | 90 and 100 | 92 and 92 | not rated since 2026-11-28 | Long. |" in ratings.table({"a": "2222"}, [one, other])
    assert "| a | 2222 | 96 | 90 | 92 | rated 2026-12-01 |  |" in ratings.table(
        {"a": "2222"}, [one, other, replace(one, version="2222", date="2026-12-01", understandability="96", in_the_way="")]
    )
    assert "| b | 3333 | - | - | - | never rated |  |" in ratings.table({"b": "3333"}, [one])
