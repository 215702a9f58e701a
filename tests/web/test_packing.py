"""What is taken out of styles and scripts is only what their authors need."""

from __future__ import annotations

from generator.web.packing import script, style


def test_a_style_sheet_keeps_all_its_rules() -> None:
    packed = style('/* why */\n@media (min-width: 60rem) {\n  a :hover, b::before { color: red; content: ": x"; } /* note */\n}\n')
    assert packed == '@media (min-width:60rem){a :hover,b::before{color:red;content:": x"}}\n'


def test_a_script_keeps_every_line_that_does_something_and_its_licence() -> None:
    text = "/*! licence */\n/* why\n   and how */\nconst url = 'https://x  y'; // goes\n\n  // goes\n  if (a) { /* goes */ b(); }\n"
    packed = script(text)
    assert packed.startswith("/*! licence */")
    assert "const url='https://x  y';if(a){b();}" in packed.replace("\n", "")
    assert script(packed) == packed, "packing twice changes nothing"
