"""Which words of English are kept apart from ours, and which words count as slips."""

from __future__ import annotations

import pytest

from generator.text import speller


def test_right_words_that_look_like_ours_are_found() -> None:
    found = speller.confusable(["sleep", "pain", "exercise"], ["sleep", "pain", "exercise"])
    assert {"sheep", "paid", "main"} <= set(found)
    assert not {"sleep", "pain", "pains", "sleeping", "elephant", "exersise"} & set(found)
    assert list(found) == sorted(found)


def test_nothing_looks_like_a_word_that_is_too_short() -> None:
    assert speller.confusable(["bum"], ["bum"]) == ()


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("exersise", "exercise"),
        ("paceing", "pacing"),
        ("slepe", "sleep"),
        ("lseep", "sleep"),
        ("amitryptiline", "amitriptyline"),
        ("garden", None),
        ("pa", None),
    ],
)
def test_the_nearest_right_word(word: str, right: str | None) -> None:
    assert speller.Neighbours(["exercise", "pacing", "sleep", "amitriptyline", "pain"]).nearest(word) == right


def test_english_is_known_and_slips_are_not() -> None:
    assert speller.is_english("exercise")
    assert not speller.is_english("exersise")
