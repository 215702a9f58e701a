"""What only templates, themes and scripts could break: each page and sheet is held against its own clinic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generator.compose import guard
from tests.conftest import Project, built, changed


@pytest.mark.parametrize("named", [("abroad",), ("approved",), ("abroad", "approved")])
def test_clinics_with_other_numbers_and_other_approvals_build_side_by_side(project: Project, named: tuple[str, ...]) -> None:
    outcome = built(project(), clinics=named)
    assert outcome.site, outcome.problems
    said = {made.uri: text for made, text, _, _ in guard._outputs(outcome.site)}
    for key in named:
        own = {uri: text for uri, text in said.items() if uri.startswith(f"handouts/clinics/{key}/")}
        assert len(own) == 8, "five sheets, two texts and a page"
        for uri, text in own.items():
            assert ("Not clinically approved" in text) == (key == "abroad"), uri
        assert "112" in said["handouts/clinics/abroad/touch.pdf"] if key == "abroad" else "press 2" in said["handouts/clinics/approved/touch.pdf"]
    assert "Not clinically approved" in said["handouts/touch.pdf"]


@pytest.mark.parametrize(("lost", "rule"), [("{{ parts.sample_banner(banner) }}", "sample-banner"), ("{{ urgent_help }}", "urgent-help")])
def test_the_page_of_a_named_clinic_is_held_against_that_clinic(project: Project, lost: str, rule: str) -> None:
    outcome = built(project({"templates/pages/clinic.md.j2": [[lost, ""]]}), clinics=("abroad", "approved"))
    found = sorted(f"{problem.place} {problem.rule}" for problem in outcome.problems)
    abroad, approved = f"docs/clinics/abroad.yml:1 {rule}", f"docs/clinics/approved.yml:1 {rule}"
    assert found == ([abroad] if rule == "sample-banner" else [abroad, approved])


@pytest.mark.parametrize("folder", ["assets/scripts", "assets/vendor", "vendor/deep", "assets/vendor/vendor"])
def test_nothing_is_sent_from_any_folder(tmp_path: Path, folder: str) -> None:
    file = tmp_path / folder / "x.js"
    file.parent.mkdir(parents=True)
    file.write_text("quiet();\nnavigator.sendBeacon('/x');\n", encoding="utf-8")
    assert [str(problem.place) for problem in guard.nothing_is_sent(tmp_path)] == [f"{tmp_path.name}/{folder}/x.js:2"]


def test_what_the_search_library_may_do_no_other_script_may(tmp_path: Path) -> None:
    for name in ("minisearch.js", "other.js"):
        (tmp_path / "assets" / "vendor").mkdir(parents=True, exist_ok=True)
        (tmp_path / "assets" / "vendor" / name).write_text("const data=this._index.fetch(term,createMap);\n", encoding="utf-8")
    assert [problem.place.path.split("/")[-1] for problem in guard.nothing_is_sent(tmp_path)] == ["other.js"]


def test_only_the_script_that_reads_steps_aloud_may_use_voices(tmp_path: Path) -> None:
    """A voice that is not of the device sends the words away; tests/shipped/test_tools.py holds that script to those that are."""
    for name in ("with-me.js", "other.js"):
        (tmp_path / "assets" / "scripts").mkdir(parents=True, exist_ok=True)
        (tmp_path / "assets" / "scripts" / name).write_text("window.speechSynthesis.getVoices();\n", encoding="utf-8")
    assert [problem.place.path.split("/")[-1] for problem in guard.nothing_is_sent(tmp_path)] == ["other.js"]


def test_a_pack_carries_urgent_help_where_each_of_its_sheets_does(project: Project) -> None:
    outcome = built(project())
    assert outcome.site
    pack = next(sheet for sheet in outcome.site.prints if sheet.parts)
    assert list(guard.urgent_help_is_on_every_patient_output(outcome.site)) == []
    for at in range(len(pack.parts)):
        parts = tuple(changed(part, html=part.html.replace("urgent-help", "")) if number == at else part for number, part in enumerate(pack.parts))
        found = guard.urgent_help_is_on_every_patient_output(replace(outcome.site, prints=(replace(pack, parts=parts),)))
        assert [str(problem.place) for problem in found] == ["handouts/packs/both.md:1"]
