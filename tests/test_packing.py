"""What is taken out of styles and scripts is only what their authors need."""

from __future__ import annotations

from generator.packing import script, style
from tests.conftest import REPO


def test_a_style_sheet_keeps_all_its_rules() -> None:
    packed = style('/* why */\n@media (min-width: 60rem) {\n  a :hover, b::before { color: red; content: ": x"; } /* note */\n}\n')
    assert packed == '@media (min-width:60rem){a :hover,b::before{color:red;content:":x";}}\n'


def test_a_script_keeps_every_line_that_does_something() -> None:
    text = "/* why\n   and how */\nconst url = 'https://x'; // stays\n\n  // goes\n  if (a) { /* stays */ b(); }\n"
    assert script(text) == "const url = 'https://x'; // stays\nif (a) { /* stays */ b(); }\n"


def test_our_own_files_hold_no_string_that_packing_would_change() -> None:
    """Packing knows no strings: a colon and a space, or a space at a brace, must not stand in one."""
    import re

    strings = re.findall(r'"[^"\n]*"', re.sub(r"/\*.*?\*/", "", (REPO / "docs/assets/styles/site.css").read_text(encoding="utf-8"), flags=re.DOTALL))
    assert len(strings) > 10
    assert [string for string in strings if style(string).strip() != string] == []
    scripts = [file.read_text(encoding="utf-8") for file in (REPO / "docs/assets/scripts").glob("*.js")]
    assert len(scripts) >= 2
    assert not any("`\n" in text or re.search(r"`[^`]*\n[^`]*`", text) for text in scripts), "a text over several lines would lose its indents"
