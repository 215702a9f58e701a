"""What the fuzzer does to a project: one function for each kind of damage, from slips of a keyboard to texts that are written to break in.

Each takes a project and a source of chance, changes the project, and returns what it did, in one line. The same chance does the same again.
Whatever may not come out as a mark-up of ours carries the word `boo`, which the oracle looks for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from ruamel.yaml import YAML

from generator.content import layers
from tests.conftest import small_project

Mutate = Callable[[Path, Random], str]

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 90">\n<title>A loop</title>\n<desc>One step, and the next.</desc>\n<rect class="panel" fill="#eef4f2" x="9" y="9" width="99" height="60"/>\n<text class="ink" fill="#16211f" font-size="16" x="20" y="40">A step</text>\n</svg>\n'
BESIDE = {  # what the small project lacks, so that every kind of authored file is there to be changed
    "mkdocs.yml": "site_name: Small\nsite_description: A small site.\nsite_url: https://small.example.org/\nplugins:\n  - pmp:\n      clinic: sample\n",
    "docs/assets/diagrams/loop.svg": DRAWING,
    "docs/assets/pictures/bell.svg": DRAWING,
    "docs/assets/images/mark.svg": DRAWING,
    "docs/assets/images/hero.svg": DRAWING,
    "docs/assets/logos/small.svg": DRAWING,
    "docs/runs/green-2020.txt": "00ff00ff00ff00ff\n",
    "docs/issued.tsv": "sheet\tversion\tday\ttitle\tchange\nreal\t3f2a\t2026-02-10\tPain is real\ngone\t3f2b\t2026-02-10\tGone\tNew words.\n",
    "handouts/steps.md": "---\ntitle: My steps\naudience: patients\nlayout: ladder\nmessages: [pain/alarm]\nprompts:\n  - {ask: The top, lines: 2}\n  - ask: The first step\n    hint: A small one\npages: 2\nformats: [standard]\n---\n\nBegin with the top.\n",
    "handouts/days.md": "---\ntitle: My days\naudience: patients\nlayout: diary\nmessages: [pain/alarm]\ngrid:\n  rows: [Monday, Tuesday]\n  columns: [Morning, Evening]\npages: 2\nformats: [standard]\n---\n",
    "templates/words/en-GB.yml": "extends: en-GB\nreviewed: 2026-02-10\nreviewer: A. Tester\nbasis: safety\nwords:\n  local:\n    team: '**The people here:** {team}.'\n  topic:\n    sheets: Sheets\n",
}
MORE = {  # what is added to the files that it has
    "docs/messages/pain/alarm.md": [
        ("## For patients\n", "## Easy read\n\n- bell: A bell can ring.\n\n## For patients\n\n![A loop](diagram:loop)\n\n| Day | Word |\n|---|---|\n| One | Bell |\n\n"),
        ("local: [team]", "local: [team, contact]"),
    ],
    "docs/messages/pain/real-pain.md": [("Tell a friend.", "- Tell a friend.\n- See [words](glossary:jam), [a sheet](handout:touch) and [about](page:about).")],
    "docs/clinics/sample.yml": [("country: England", "country: England\nemail: small@example.org\nlogo: small.svg\nsite_url: https://small.example.org/")],
    "docs/programme.yml": [("lang: en-GB", "lang: en-GB\nhero: hero.svg")],
}  # fmt: skip


def base(root: Path) -> Path:
    """The project that every case begins with."""
    small_project(root)
    for path, text in BESIDE.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for path, pairs in MORE.items():
        text = (root / path).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, (path, old)
            text = text.replace(old, new)
        (root / path).write_text(text, encoding="utf-8")
    return root


# Hostile pieces

ADDRESSES = [
    "javascript:boo()", "JaVaScRiPt:boo()", "java\tscript:boo()", "&#106;avascript:boo()", "javascript&colon;boo()", " javascript:boo()", "data:text/html,<b boo=1>",
    "data:image/svg+xml;base64,PHN2Zy8+", "vbscript:boo", "file:///etc/passwd", "blob:boo", "http://boo.example/", "//boo.example/x", "\\\\boo.example", "/\\boo.example",
    "https://boo.example/", "https://boo.example/?a=1&b=2", "https://", "https:boo", "https://[boo", "mailto:a@boo.example", "tel:999", "message:pain/alarm", "message:pain/none",
    "message:", "message:pain/alarm?boo", "message:pain/alarm#boo", "MESSAGE:pain/alarm", "handout:touch", "handout:none", "page:about", "page:none", "page:home", "glossary:jam",
    "glossary:none", "diagram:loop", "diagram:none", "asset:fonts/x", "about.md", "messages/pain/alarm.md", "../about.md", "../../../../etc/passwd", "#boo", "#", "?boo", "/", ".", "boo",
    "https://boo.example/a b", "https://boo.example/(a)", "https://boo.example/\"onclick=boo", "https://boo.example/'><b boo=1>", "%6a%61vascript:boo", "message%3Apain/alarm",
]  # fmt: skip
LINKS = [
    "[words](A)", "[words](<A>)", '[words](A "title")', "[words](A 'title')", "[words]( A )", "![words](A)", "![words](<A>)", "<A>", "[words][boo]\n\n[boo]: A", "[boo][]\n\n[boo]: A",
    "[boo]\n\n[boo]: <A>", '[words][boo]\n\n[boo]: A "title"', "[words][boo]\n\n[boo]:\n    A", "[words][boo]\n\n   [boo]: A\n   'title'", "![words][boo]\n\n[boo]: A", "[![inner](A)](A)",
    "[words\nmore](A)", '[words](A\n"title")', "[[words]](A)", "[a [b](A) c](A)", '[words](A "t\\"onclick=boo")', "[`words`](A)", "\\[words](A)", "[words](A){ onclick=boo }",
    "[words](A){: .boo }", "[words]\\(A)", "[](A)", "[ ](A)", "[*words](A)*", '<a href="A">words</a>', "<a href=A>words</a>", '<img src="A">', "[words] (A)", "[words][boo]\n\n> [boo]: A",
    "[words][boo]\n\n- [boo]: A", "`[words](A)`", "    [words](A)", "```\n[words](A)\n```", '[words](https://boo.example "A")', "[A](A)", "A", "[words](A", "[words](A))", "[words](A \"a\" \"b\")",
]  # fmt: skip
HTML = [
    "<boo>", '<b boo="1">x</b>', "<script>boo()</script>", '<script src="https://boo.example/x.js"></script>', "<img src=x onerror=boo()>", "<x onload=1>", "<svg onload=boo()>",
    '<meta http-equiv=refresh content="0;url=https://boo.example">', '<iframe src="https://boo.example"></iframe>', '<base href="https://boo.example/">', '<object data="boo"></object>',
    '<embed src="boo">', '<form action="https://boo.example"><input name=boo></form>', '<div class="boo" markdown="1">\n\ninside\n\n</div>', "<div hidden boo>", '<details class="boo">',
    "<template boo>", '<style boo>*{display:none}</style>', "<!-- boo", "<!-- boo -->", "-->", "<!--> <b boo=1>", "<!---> <b boo=1>", "<![CDATA[ <b boo=1>", "]]>", "<?boo <b boo=1> ?>", "<?boo",
    "<!DOCTYPE boo>", "</title><b boo=1>", "</main>", "</div></section></main>", "</body></html>", '</p><b boo="1">', '<p markdown="1" onclick="boo()">words</p>', '<a href="javascript:boo()">words</a>',
    '<a\nhref="javascript:boo()"\nonclick=boo()>words</a>', "<b/boo=1>", "< b boo=1>", "&lt;b boo=1&gt;", "&#60;b boo=1&#62;", "&#x3c;b boo=1>", "&amp;lt;b boo=1>", "<b boo=1", "<b boo='", '<b boo="',
    "<noscript boo>", "<plaintext boo>", "<textarea boo>", "<title boo>", "<table><tr><td boo=1>", "<link rel=stylesheet href=https://boo.example>", "<math boo>", "<a name=boo>", "<br boo/>",
    '<span markdown="span" onclick="boo()">words</span>', '<div markdown="block" style="boo">words</div>', "klzzwxh:0", "wzxhzdk:0", "\\<b boo=1>", "<B BOO=1>", "<b\tboo=1>", "<b\n\nboo=1>", "<1 boo>",
    "<https://boo.example/\"onclick=boo>", "<a@boo.example>", "<ins boo>x</ins>", "<hr boo>", "<input autofocus onfocus=boo()>", "<body onload=boo()>", "<html boo>", "<head boo>",
]  # fmt: skip
OTHER = [
    "{{ 7 * 7 }}", "{{ config }}", "{% raw %}", "{% include 'boo' %}", "{#", "{%", "}}", "{ onclick=boo }", "{: onclick=boo }", "{ .boo #boo style=boo }", "{: .boo }", "{ markdown=1 }", "&#0;",
    "&#x110000;", "&nbsp;", "&boo;", "&", "&#", "<", ">", '"', "'", "`", "``", "```", "~~~", "*", "**", "***", "_", "[", "]", "[[", "]]", "(", "![", "|", "\\", "---", "===", "***\n***", "...", "--",
    "<<x>>", "\u201cboo\u201d", "\u202eboo", "\u200b", "\u0627\u0644\u0628\u064a\u062a", "\U0001f642\U0001f469\u200d\U0001f467", "e\u0301" * 30, "\u2028", "\xa0", "\xad", "word " * 3000, "x" * 20_000,
    "> " * 300 + "deep", "  - a\n" * 200, "\n".join(f"{'    ' * depth}- deep" for depth in range(60)), "*" * 3000, "[" * 3000, "`" * 2001, "| a | b |\n|---|---|\n| c |", "| a |\n|:-:|\n| b |",
    "| a | b |\n|:--|--:|\n| `x|y` | c |", "| a |\n|---|\n", "|---|---|", "1. a\n7. b", "7) a", "Term\n:   boo", "*[boo]: boo", "[^boo]\n\n[^boo]: boo", "!!! note \"boo\"\n    boo", "???", "[TOC]", "[[boo]]",
    "+++ boo", "==boo==", "~~boo~~", "^boo^", ":boo:", "$$boo$$", "\\(boo\\)", "---\ntitle: boo\n---", "# boo", "## boo", "## For patients", "## For referrers", "### boo", "###### boo", "####### boo",
    "#boo", "boo\n===", "boo\n---", "### boo { onclick=boo }", "### { .boo }", "```boo onclick=boo\nx\n```", "``` { .boo onclick=boo }\nx\n```", "~~~{.boo}\nx\n~~~", "```\nnever closed", "\t- tab", "\ttab",
    "a  \nb", "a\\\nb", "1986\\. x", "http://boo.example", "https://boo.example", "a@boo.example", "www.boo.example",
]  # fmt: skip
AROUND = [
    "X", "X", "X", "X", "X", "`X`", "`` X ``", "```\nX\n```", "    X", "- X", "- a\n\n    X", "1. X", "> X", "| a | b |\n|---|---|\n| X | y |", "| X | b |\n|---|---|\n| x | y |", "### X", "X\n---",
    "X\n===", "**X**", "_X_", "[X](https://boo.example)", "[X](message:pain/alarm)", "![X](diagram:loop)", '[words](https://boo.example "X")', "Term\n:   X", '"X"', "\\X", "a X b", "<!-- X -->", "(X)",
    '<div markdown="1">\n\nX\n\n</div>', "X { onclick=boo }", "X\n{: onclick=boo }", "- X { .boo }", "[^1]: X", "*[words]: X", '!!! note "X"\n    X', "X  \nX", "X\n\nX", "[X]: https://boo.example", "<p>X</p>",
]  # fmt: skip
VALUES = [
    "[]", "{}", "[a, b]", "[[a], [b]]", "{a: b}", "~", "null", "", '""', '" "', "x" * 100_000, "[" * 150 + "]" * 150, "[" * 5000, "{a: " * 400, "&a x", "*a", "!!python/object/apply:os.system [boo]",
    "!boo x", "!!binary aGk=", "!!set {a}", "!!int 3", "!!str", '"\\0"', '"a\\x07b"', '"a\\x1b[31mb"', '"\\u202eboo"', '"\\ud800"', '"\\U0010ffff"', '"\\ufffe"', '"\\n## For patients\\n"', '"a\\nb"', '"a\\tb"',
    '"a\\u2028b"', '"a\\u0085b"', '"a\\x7fb"', '"a\\x80b"', '"\\ufeffa"', "|\n    a\n    b", ">-\n    a", "2026-02-30", "2026-11-28", "0001-01-01", "9999-12-31", "2024-02-29", "12026-01-01", "1e999",
    "9" * 5000, "-1", "0", "1", "99999999999999999999", "0x1f", "1_000", "1.5", ".nan", ".inf", "yes", "no", "true", "12:30:45", '"\U0001f642"', "\u05d0\u05d1\u05d2", "\u0661\u0662", "\uff11\uff11\uff11", '"../../../etc/passwd"',
    "/etc/passwd", "https://boo.example", "javascript:boo()", "http://boo.example", "https://[boo", '"https://boo.example/\\" onclick=boo"', '"%s%n{0}{boo}"', '"{number}"', '"{emergency}"', '"[bold red]x[/]"', '"[/]"', '"[/boo]"', "=", "? x",
    "- a", "a: b", "'", '"', "#", "@a", "%a", "`a`", "<<", "a\n  b: c", "en-GB", "en-US", "fr", "xx-XX", "../words", "patients", "referrers", "sample", "none", "pain/alarm", "[pain/alarm, pain/alarm]",
    "[green-2020, green-2020]", "[brown-2021]", "touch", "[touch, touch]", '"999"', '"112"', '"0113 496 0001"', '"' + "1" * 3000 + '"', '"+' + "1 " * 500 + '"', "urgent", "crisis", "soon", "risks", "safety", "local",
    "leaflet", "diary", "ladder", "worksheet", "../../etc", "_sheet", "a@b.c", '"a@b.c\\" onclick=boo"', "small.svg", "none.svg", "GB", "Atlantis", "[standard, standard]", "[letter]", "[easy-read]", "\xe9" * 300,
]  # fmt: skip
KEYS = ["<<: {a: b}", "<<: *a", "? [a, b]\n: c", "boo: 1", "key: x", "place: x", "lines: x", "title: Again", "1: x", "null: x", '"\\0": x', "? |\n  a\n: b", "__class__: x", "model_config: x", "\u00e9: x", "a.b: x", '"[/]": x', "boo: [", "{boo}: x", "!!str boo: x", '"": x']  # fmt: skip
DRAWN = [
    "<script>boo()</script>", '<rect onclick="boo()"/>', '<rect style="boo"/>', '<rect id="boo"/>', '<a href="https://boo.example"><rect/></a>', '<use href="#boo"/>', '<image href="https://boo.example/x.png"/>', "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml' boo='1'>x</b></foreignObject>",
    '<animate attributeName="href" values="javascript:boo()"/>', '<set attributeName="onclick" to="boo()"/>', "<style>*{display:none}</style>", "<text>&lt;b boo=1&gt;</text>", "<text><![CDATA[<b boo=1>]]></text>", '<rect fill="url(https://boo.example)"/>', '<rect fill="url(#boo)"/>',
    '<rect xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:boo()"/>', '<x:rect xmlns:x="boo"/>', '<rect x:boo="1" xmlns:x="boo"/>', "<!-- boo -->", "<?boo boo?>", "<rect/>" * 3000, "<g>" * 300 + "</g>" * 300, "<g>" * 5000 + "</g>" * 5000, '<path d="' + "M0 0 " * 5000 + '"/>',
    '<rect width="1e999" height="-5"/>', '<text font-size="99999">boo</text>', '<g transform="scale(1e9) rotate(nan)"/>', "<text>{{ 7 * 7 }} {% raw %}</text>", "<text>**boo** `x` [w](javascript:boo)</text>", '<rect class="x&quot; onclick=&quot;boo"/>', "<title>Two</title>", "<desc></desc>",
    '<rect ONCLICK="boo()"/>', "<SCRIPT>boo()</SCRIPT>", "<text>\n\n\nboo\n\n    boo\n</text>", '<rect xml:base="https://boo.example"/>', '<rect fill="red;background:url(boo)"/>', '<rect mask="url( \'https://boo.example\')"/>', '<rect fill="u\\72l(https://boo.example)"/>', "<text>\u202e\U0001f642</text>", "<text>&#0;</text>",
    "<text>&boo;</text>", '<svg><rect/></svg>', '<rect tabindex="0" contenteditable="true"/>',
]  # fmt: skip
PROLOGUES = [
    '<?xml version="1.0" encoding="utf-16"?>', '<?xml version="1.0" encoding="latin-1"?>', '<?xml version="1.0" encoding="boo"?>', '<?xml version="2.0"?>', '<?xml-stylesheet href="https://boo.example"?>', '<!DOCTYPE svg [<!ENTITY boo SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE svg SYSTEM "https://boo.example/x.dtd">', "<!DOCTYPE svg [" + '<!ENTITY a "' + "boo" * 100 + '">' + "".join(f'<!ENTITY {name} "{("&" + before + ";") * 20}">' for before, name in zip("abcdef", "bcdefg", strict=True)) + "]>", "boo", " ", "<boo/>",
]  # fmt: skip
SETTINGS = [
    "hooks: [boo.py]", "extra_javascript: ['https://boo.example/x.js']", "extra_css: ['https://boo.example/x.css']", "theme: mkdocs", "theme: {name: material, custom_dir: boo}", "theme: boo", "theme: {name: material, features: [navigation.instant]}", "docs_dir: handouts", "docs_dir: boo", "docs_dir: .", "site_dir: docs",
    "site_dir: .", "site_dir: boo", "site_dir: ..", "use_directory_urls: false", "use_directory_urls: boo", "nav: []", "nav: [about.md]", "nav: {a: b}", "INHERIT: boo.yml", "INHERIT: mkdocs.yml", "strict: true", "edit_uri: javascript:boo()", "repo_url: javascript:boo()", "copyright: <b boo=1>", "remote_branch: boo",
    "site_author: <b boo=1>", "markdown_extensions: [footnotes, admonition]", "markdown_extensions: [boo]", "markdown_extensions: [{toc: {permalink: true}}]", "markdown_extensions: [{toc: {permalink: boo, anchorlink: true}}]", "markdown_extensions: [codehilite, md_in_html, def_list]", "markdown_extensions: {a: b}", "exclude_docs: '*'",
    "exclude_docs: about.md", "not_in_nav: '*'", "draft_docs: '*.md'", "extra: {live: true}", "extra: {pages: {}}", "extra: boo", "validation: {links: {anchors: ignore}}", "validation: boo", "dev_addr: boo", "watch: [boo]", "site_url: javascript:boo()", "site_url: boo", "site_url: https://boo.example/a b/", "site_url: 'https://boo.example/\"onclick=boo'",
    "site_name: '<b boo=1>'", "site_name: '</title><script>boo()</script>'", "site_name: '{{ 7 * 7 }}'", "site_name: ''", "site_name: [a]", "site_name: !ENV BOO", "site_name: !ENV [BOO, boo]", "site_name: !!python/name:os.system", "site_description: '\"><b boo=1>'", "boo: 1", "plugins: []", "plugins: [search]", "plugins: [pmp]",
    "plugins: [pmp, pmp]", "plugins: boo", "plugins: {pmp: {clinic: sample}}", "plugins: {pmp: {}}", "plugins: [{pmp: {clinic: approved}}]", "plugins: [{pmp: {clinic: abroad}}]", "plugins: [{pmp: {clinic: none}}]", "plugins: [{pmp: {clinic: ../../boo}}]", "plugins: [{pmp: {clinic: [a]}}]", "plugins: [{pmp: {boo: 1}}]", "plugins: [{pmp: boo}]",
    "plugins: [boo, pmp]", "plugins: [material/search, {pmp: {clinic: sample}}]", "plugins: [[pmp]]", "plugins: [null]", "plugins: 5",
]  # fmt: skip
NAMES = [
    "odd name.md", "ODD.md", "odd.MD", "odd.markdown", "odd.html", "odd.htm", "odd.txt", "odd.js", "odd.svg", "odd.xml", "odd.yaml", "odd", ".hidden.md", "_odd.md", "-odd.md", "odd'.md", 'odd".md', "<b boo=1>.md", "odd&amp;.md", "odd%2f.md", "odd#.md", "odd?.md", "odd:x.md", "odd;.md", "[odd](x).md", "{{ odd }}.md",
    "{% odd %}.md", "odd\nline.md", "odd\x07.md", "odd\x1b[31m.md", "odd\\x.md", "e\u0301.md", "\xe9.md", "\u202eodd.md", "\U0001f642.md", "odd\udcff.md", "o" * 240 + ".md", "index.md", "index.html", "README.md", "404.md", "404.html", "search.md", "worker.js", "CNAME", ".htaccess", "robots.txt", "sitemap.xml", "con.md", "a.b.md",
    "patients.md", "handouts.md", "odd.md~", "~odd.md", "odd.yml", "index.yml", "mkdocs.yml", "sources.yml", "favicon.ico", "odd.pdf", "odd.md.md",
]  # fmt: skip
FOLDERS = ["docs", "docs/messages", "docs/messages/pain", "docs/messages/pain/deep", "docs/clinics", "docs/assets", "docs/assets/diagrams", "docs/assets/images", "docs/assets/logos", "docs/runs", "docs/patients", "docs/search", "docs/handouts", "handouts", "handouts/packs", "handouts/clinics", "handouts/deep", "templates", "templates/theme", "templates/theme/assets/scripts", "templates/pages", "templates/words", "."]  # fmt: skip
PAGES = [
    "---\ntitle: Odd\n---\n\nWords.\n", "---\ntitle: Odd\n---\n\n<script>boo()</script>\n", "Words.\n", "<!doctype html><script>boo()</script><p onclick='boo()'>words\n", "", "---\ntitle: Odd\nquestion: Odd?\nsources: [green-2020]\nreviewed: 2026-02-10\nreviewer: A. Tester\n---\n\n## In short\n\nOdd.\n\n## For patients\n\nOdd.\n\n## For referrers\n\nOdd.\n",
    "---\ntitle: Odd\naudience: patients\nlayout: leaflet\nmessages: [pain/alarm]\npages: 1\n---\n", "fetch('https://boo.example')\n", DRAWING, DRAWING.replace("<title>", "<script>boo()</script><title>"), "---\ntitle: Odd\nmessages: [alarm]\norder: 3\n---\n\n## For patients\n\nOdd.\n\n## For referrers\n\nOdd.\n", "a: b\n",
]  # fmt: skip


def hostile(chance: Random) -> str:
    """A piece of Markdown that nobody means well with."""
    piece = chance.choice([chance.choice(LINKS).replace("A", chance.choice(ADDRESSES)), chance.choice(HTML), chance.choice(OTHER)])
    if chance.random() < 0.3:
        piece = chance.choice([" ", "", "\n", "\n\n"]).join([piece, chance.choice([*HTML, *OTHER])])
    return chance.choice(AROUND).replace("X", piece)


# Kinds

AUTHORED = ("*.md", "*.yml", "*.svg", "runs/*.txt", "issued.tsv")


def authored(root: Path, *patterns: str) -> list[Path]:
    """The authored files of a project, sorted."""
    found = [
        file
        for pattern in patterns or AUTHORED
        for file in root.rglob(pattern)
        if file.is_file() and not {"site", ".cache"} & set(file.relative_to(root).parts)
    ]
    return sorted(set(found))


def change_bytes(root: Path, chance: Random) -> str:
    """Bytes of one file, as a bad disk or a wrong encoding changes them."""
    file = chance.choice(authored(root))
    what = _scramble(file, chance)
    return f"{_name(file, root)}: {what}"


def change_lines(root: Path, chance: Random) -> str:
    """Lines of one file, as a hand slips."""
    file = chance.choice(authored(root))
    what = _shuffle(file, chance)
    return f"{_name(file, root)}: {what}"


def change_values(root: Path, chance: Random) -> str:
    """A value in YAML that is not of the right kind, or a key that does not belong."""
    file, lines, number, start = _some_value(root, chance)
    if chance.random() < 0.15:
        new = chance.choice(KEYS)
        lines[number:number] = [re.match(r"\s*", lines[number])[0] + line for line in new.split("\n")]  # type: ignore[index]
        _save(file, lines)
        return f"{_name(file, root)}:{number + 1}: the key {_shown(new)} came in"
    new = chance.choice(VALUES)
    lines[number] = f"{start}{new}"
    _save(file, lines)
    return f"{_name(file, root)}:{number + 1}: {start.strip()} {_shown(new)}"


def change_texts(root: Path, chance: Random) -> str:
    """A hostile text where YAML expects a text: titles, names, numbers, meanings."""
    file, lines, number, start = _some_value(root, chance, r"[^\[{]*[A-Z ]")
    old = lines[number].removeprefix(start).strip("\"'")
    new = chance.choice([hostile(chance), f"{old} {hostile(chance)}", f"{old}{chance.choice(HTML)}", chance.choice(ADDRESSES)])
    lines[number] = start + json.dumps(new, ensure_ascii=False)
    _save(file, lines)
    return f"{_name(file, root)}:{number + 1}: {start.strip()} {_shown(new)}"


def change_markdown(root: Path, chance: Random) -> str:
    """Hostile Markdown in the body of a text: in a paragraph of its own, or in the middle of one."""
    file = chance.choice([file for file in authored(root, "*.md") if _body(file.read_text(encoding="utf-8").split("\n"))])
    lines = file.read_text(encoding="utf-8").split("\n")
    done = []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        if not (body := _body(lines)):
            break  # its only line of words became a heading
        number, piece = chance.choice(body), hostile(chance)
        way = chance.choice(["alone", "alone", "end", "start", "instead"])
        lines[number] = {"alone": f"{lines[number]}\n\n{piece}\n", "end": f"{lines[number]} {piece}", "start": f"{piece} {lines[number]}", "instead": piece}[
            way
        ]
        lines = "\n".join(lines).split("\n")
        done.append(f":{number + 1} {way} {_shown(piece)}")
    _save(file, lines)
    return f"{_name(file, root)}{'; '.join(done)}"


def change_words(root: Path, chance: Random) -> str:
    """The project's own words for what stands around its messages."""
    shipped = YAML(typ="safe").load(layers.SHIPPED / "words" / "en-GB.yml")["words"]
    group = chance.choice(sorted(shipped))
    name = chance.choice(sorted(shipped[group]))
    old = shipped[group][name]
    text = old if isinstance(old, str) else old["other"]
    new: object = chance.choice(
        [
            hostile(chance),
            f"{text} {hostile(chance)}",
            re.sub(r"\{\w+\}", "", text) or " ",
            f"{text} {{boo}}",
            f"{text} {{",
            f"{text} {{0}} {{}} {{!r}}",
            text.replace("**", "*"),
            {"one": text},
            {"other": text, "boo": text},
            {"one": hostile(chance), "other": text},
        ]
    )
    file = root / "templates" / "words" / "en-GB.yml"
    head = file.read_text(encoding="utf-8").split("words:")[0]
    file.write_text(f"{head}words:\n  {group}:\n    {name}: {json.dumps(new, ensure_ascii=False)}\n", encoding="utf-8")
    return f"templates/words/en-GB.yml: {group}.{name}: {_shown(str(new))}"


def change_templates(root: Path, chance: Random) -> str:
    """A template, style or script of the project, damaged as any file may be."""
    names = [
        name for name in layers.files(root, "", "*") if name.endswith((".j2", ".html", ".css", ".js")) and not name.startswith(("new/", "theme/assets/vendor/"))
    ]
    name = chance.choice(names)
    file = root / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(layers.SHIPPED / name, file)
    what = chance.choice([_scramble, _shuffle, _shuffle])(file, chance)
    return f"{_name(file, root)}: {what}"


def change_drawings(root: Path, chance: Random) -> str:
    """What a picture should not hold, or what is no picture."""
    file = chance.choice(authored(root, "*.svg"))
    text = file.read_text(encoding="utf-8")
    if chance.random() < 0.25:
        new = chance.choice(PROLOGUES)
        file.write_text(
            f"{new}\n{text.replace('A step', '&g;') if 'ENTITY g' in new else text.replace('A step', '&boo;') if 'ENTITY boo' in new else text}",
            encoding="utf-8",
        )
    elif chance.random() < 0.15:
        new = chance.choice(
            [
                'width="9"',
                'onload="boo()"',
                'style="boo"',
                'id="boo"',
                'viewBox="0 0 0 0"',
                'viewBox="0 0 1e9 1e9"',
                'class="boo"',
                'role="boo"',
                'xmlns:x="boo"',
                'boo="1"',
                f'viewBox="0 0 {"9" * 4000} 9"',
            ]
        )
        text = re.sub(r' viewBox="[^"]*"', "", text) if new.startswith("viewBox") else text
        file.write_text(text.replace("<svg", f"<svg {new}", 1), encoding="utf-8")
    else:
        new = chance.choice(DRAWN)
        file.write_text(text.replace("</svg>", f"{new}\n</svg>"), encoding="utf-8")
    return f"{_name(file, root)}: {_shown(new)} came in"


def change_settings(root: Path, chance: Random) -> str:
    """What `mkdocs.yml` says."""
    new = chance.choice(SETTINGS)
    key = new.split(":")[0]
    blocks = re.split(r"^(?=\S)", (root / "mkdocs.yml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    (root / "mkdocs.yml").write_text("".join(block for block in blocks if not block.startswith(f"{key}:")) + new + "\n", encoding="utf-8")
    return f"mkdocs.yml: {new}"


def change_files(root: Path, chance: Random) -> str:
    """Files that do not belong: odd names, links, pipes, folders in the place of files, files in the place of folders."""
    if chance.random() < 0.3:
        return chance.choice([_file_for_folder, _folder_outside, _endless_folder])(root, chance)
    name, text = chance.choice(NAMES), chance.choice(PAGES)
    old, new = chance.choice(authored(root)), root / chance.choice(FOLDERS)
    place = old
    if chance.random() < 0.6:
        new.mkdir(parents=True, exist_ok=True)
        place = new / name
    if place.is_dir():
        place = place / "odd.md"
    secret = root.parent / "outside" / "secret.md"
    target = chance.choice([secret, secret.parent, root / "docs" / "none.md", Path("/dev/null"), Path("/dev/zero"), root, place])
    ways: dict[str, Callable[[], object]] = {
        "a file": lambda: place.write_text(text, encoding="utf-8"),
        f"a link to {_name(target, root)}": lambda: place.symlink_to(target),
        "a pipe": lambda: os.mkfifo(place),
        "a socket": lambda: os.mknod(place, stat.S_IFSOCK | 0o644),
        "a folder": place.mkdir,
        "gone": lambda: None,
    }
    way = chance.choice([*ways, "a file", "a file"])
    place.unlink(missing_ok=True)
    ways[way]()
    return f"{_name(place, root)}: {way}{f', {_shown(text)}' if way == 'a file' else ''}"


def _file_for_folder(root: Path, chance: Random) -> str:
    place = root / chance.choice(
        [
            "docs/messages/pain",
            "docs/clinics",
            "docs/assets",
            "handouts",
            "handouts/packs",
            "templates",
            "docs/messages",
            "docs/runs",
            "templates/theme",
            ".cache",
            "templates/pages",
        ]
    )
    shutil.rmtree(place, ignore_errors=True)
    place.write_text(chance.choice(PAGES), encoding="utf-8")
    return f"{_name(place, root)}: a file, where a folder belongs"


def _folder_outside(root: Path, chance: Random) -> str:
    place = root / chance.choice(
        ["docs/messages", "docs/clinics", "docs/assets", "handouts", "templates", "docs/outside", "handouts/outside", "docs/assets/outside"]
    )
    shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(root.parent / "outside")
    return f"{_name(place, root)}: a link to a folder outside of the project"


def _endless_folder(root: Path, chance: Random) -> str:
    folder = root / chance.choice(FOLDERS)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loop").symlink_to(".")
    return f"{_name(folder / 'loop', root)}: a link to its own folder"


KINDS: dict[str, Mutate] = {
    "bytes": change_bytes,
    "lines": change_lines,
    "values": change_values,
    "texts": change_texts,
    "markdown": change_markdown,
    "words": change_words,
    "templates": change_templates,
    "drawings": change_drawings,
    "settings": change_settings,
    "files": change_files,
}


# Tools of the kinds


def _scramble(file: Path, chance: Random) -> str:
    raw = file.read_bytes()
    at = chance.randrange(len(raw) + 1)
    piece = chance.choice(
        [
            b"\0",
            b"\x07",
            b"\x1b[31m",
            b"\xff",
            b"\xc3",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xef\xbb\xbf",
            b"\r",
            b"\t",
            b"\x0c",
            b"\xe2\x80\xa8",
            b"\x7f",
            b"\xc2\x85",
            b"{",
            b"<",
            b'"',
            b"'",
        ]
    )
    far = min(len(raw), at + chance.randrange(1, 40))
    flipped = bytes([raw[at % len(raw)] ^ (1 << chance.randrange(8))]) if raw else b""
    ways = {
        "a bit is flipped": raw[: at % len(raw)] + flipped + raw[at % len(raw) + 1 :] if raw else b"",
        "the rest is gone": raw[:at],
        f"{far - at} bytes are gone": raw[:at] + raw[far:],
        f"{far - at} bytes stand twice": raw[:far] + raw[at:],
        f"{piece!r} came in": raw[:at] + piece + raw[at:],
        f"{piece!r} came in, again": raw[:at] + piece + raw[at:],
        f"{piece!r} came to the beginning": piece + raw,
        "it begins with a BOM": b"\xef\xbb\xbf" + raw,
        "its lines end with CR LF": raw.replace(b"\n", b"\r\n"),
        "its lines end with CR": raw.replace(b"\n", b"\r"),
        "it is UTF-16": raw.decode("utf-8", "replace").encode("utf-16"),
        "it is empty": b"",
        "it is twice there": raw + raw,
        "it holds zeros": bytes(len(raw)),
        "it is huge": raw * 60,
        "its last line end is gone": raw.rstrip(b"\n"),
    }
    what = chance.choice(list(ways))
    file.write_bytes(ways[what])
    return f"{what} (at byte {at} of {len(raw)})"


def _shuffle(file: Path, chance: Random) -> str:
    lines = file.read_text(encoding="utf-8").split("\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    way = chance.choice(
        ["gone", "twice", "swapped", "indented", "outdented", "joined", "moved", "ended with spaces", "a heading", "quoted", "begins with a tab", "upper case"]
    )
    before = lines[one]
    match way:
        case "gone":
            del lines[one]
        case "twice":
            lines.insert(one, before)
        case "swapped":
            lines[one], lines[two] = lines[two], lines[one]
        case "joined":
            lines[one : one + 2] = ["".join(lines[one : one + 2])]
        case "moved":
            lines.insert(two, lines.pop(one))
        case _:
            lines[one] = {
                "indented": f"  {before}",
                "outdented": before.lstrip(),
                "ended with spaces": f"{before}   ",
                "a heading": f"## {before}",
                "quoted": f'"{before}"',
                "begins with a tab": f"\t{before}",
                "upper case": before.upper(),
            }[way]
    _save(file, lines)
    return f"line {one + 1} {way}{f' with line {two + 1}' if way == 'swapped' else f' to line {two + 1}' if way == 'moved' else ''}: {_shown(before)}"


def _some_value(root: Path, chance: Random, like: str = r"\S") -> tuple[Path, list[str], int, str]:
    """A `key: value` line of YAML or of front matter, or an entry of a list: its file, the lines of it, which one, and all before the value, which is `like` this."""
    while True:
        file = chance.choice(authored(root, "*.md", "*.yml"))
        lines = file.read_text(encoding="utf-8").split("\n")
        last = lines.index("---", 1) if file.suffix == ".md" else len(lines)
        found = [(number, match[1]) for number in range(last) if (match := re.match(rf"(\s*(?:- )?(?:[\w-]+: +|- (?=\w)))(?={like})", lines[number]))]
        if found:
            number, start = chance.choice(found)
            return file, lines, number, start


def _body(lines: Sequence[str]) -> list[int]:
    """The lines below the front matter that hold words and are no headings."""
    end = lines.index("---", 1)
    return [number for number in range(end + 1, len(lines)) if lines[number].strip() and not lines[number].startswith("#")]


def _save(file: Path, lines: Sequence[str]) -> None:
    file.write_text("\n".join(lines), encoding="utf-8")


def _name(file: Path, root: Path) -> str:
    shown = (
        file.relative_to(root).as_posix()
        if file.is_relative_to(root)
        else file.relative_to(root.parent).as_posix()
        if file.is_relative_to(root.parent)
        else str(file)
    )
    return ascii(shown)[1:-1]


def _shown(text: str) -> str:
    shown = ascii(text)
    return shown if len(shown) <= 160 else f"{shown[:120]}… ({len(text)} characters)"
