"""Every rule that content must keep, in the order in which they are told. Numbers in docstrings are those of the design's safety rules."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from generator.content.model import Library
from generator.content.problems import Problem
from generator.rules import forms, moments, practices, reading, recipes, safety, searching, sources, triage, voices


def library(library: Library, root: Path, today: datetime.date) -> Iterator[Problem]:
    """Hold what educators wrote against every rule that applies."""
    yield from (problem for problem in _every_rule(library, root, today) if problem.rule not in library.wording.off)


def sheets(library: Library, root: Path) -> Iterator[Problem]:
    """Hold the recipes of a library against the rules of sheets: those of one that nobody wrote down, too."""
    yield from (problem for problem in safety.medicines_are_not_stopped_suddenly(library) if problem.place.path == "handouts")
    yield from safety.benefits_beside_risks(library)
    yield from recipes.sheets_can_be_made(library, root)


def _every_rule(library: Library, root: Path, today: datetime.date) -> Iterator[Problem]:
    yield from safety.rules_that_are_off_exist(library)
    yield from safety.roles_are_filled(library)
    yield from forms.no_raw_html(library)
    yield from forms.headings_are_of_their_level(library)
    yield from forms.links_name_things(library)
    yield from forms.titles_of_their_own_are_needed(library)
    yield from forms.short_forms_are_short(library)
    yield from forms.easy_read_is_easy(library)
    yield from forms.pictures_of_worksheets_exist(library)
    yield from sources.messages_are_sourced(library)
    yield from sources.candidates_are_not_cited(library)
    yield from sources.works_carry_what_they_were_checked_for(library)
    yield from sources.reviews_are_in_date(library, today)
    yield from sources.own_words(library)
    yield from reading.patients_words(library)
    yield from reading.sentences_are_short(library)
    yield from reading.pages_are_easy_to_read(library)
    yield from forms.terms_are_told_apart(library)
    yield from safety.medicines_are_not_stopped_suddenly(library)
    yield from safety.safe_once_checked(library)
    yield from safety.benefits_beside_risks(library)
    yield from triage.signs_have_one_urgency(library)
    yield from triage.signs_are_told(library)
    yield from triage.signs_have_their_box(library)
    yield from searching.search_words_are_told_apart(library)
    yield from searching.urgent_phrases_are_told_apart(library)
    yield from searching.urgent_boxes_can_help(library)
    yield from searching.lines_of_urgent_help_can_be_typed(library)
    yield from practices.pictures_of_steps_exist(library)
    yield from practices.steps_are_short(library)
    yield from moments.steps_for_right_now_are_few(library)
    yield from moments.doors_of_right_now_open(library)
    yield from voices.voices_have_their_files(library)
    yield from practices.examples_say_that_they_are_examples(library)
    yield from practices.example_rows_fit(library)
    yield from practices.moving_is_safe_to_try(library)
    yield from practices.breathing_pictures_have_a_place(library)
    yield from practices.sheets_of_skills_can_be_made(library)
    yield from recipes.sheets_can_be_made(library, root)
    yield from recipes.codes_are_told_apart(library)
    yield from recipes.safe_beside_what_to_check(library)
    yield from recipes.packs_are_for_one_audience(library)
    yield from recipes.clinics_can_be_reached(library, root)
    yield from recipes.issues_follow_each_other(library, today)
