"""What no sentence for patients says, and what may be said that sounds like it."""

from __future__ import annotations

import pytest

from generator.text.wording import KindWords

WORDS = KindWords()


@pytest.mark.parametrize(
    ("sentence", "harm"),
    [
        ("Take two paracetamol first.", "advises on a medicine"),
        ("You could take ibuprofen before you walk.", "advises on a medicine"),
        ("You will feel calmer.", "promises too much"),
        ("You’ll soon sleep better.", "promises too much"),
        ("This always works.", "promises too much"),
        ("It works for everyone.", "promises too much"),
        ("You must practise.", "gives orders"),
        ("Rate your pain from 0 to 10.", "scores or triages the reader"),
        ("How bad is it out of 10?", "scores or triages the reader"),
    ],
)
def test_no_sentence_advises_promises_orders_or_scores(sentence: str, harm: str) -> None:
    assert {phrase.harm for phrase, _ in WORDS.refused(sentence)} == {harm}


@pytest.mark.parametrize(
    "sentence",
    [
        "You may feel calmer.",
        "It does not always work.",
        "Nothing works for everyone.",
        "It does not mean that you must like it.",
        "Ask a pharmacist before you take ibuprofen.",
        "Will you feel better?",
        "Some people take a walk after a painful day.",
    ],
)
def test_a_doubt_a_question_or_a_denial_may_be_said(sentence: str) -> None:
    assert list(WORDS.refused(sentence)) == []
