"""Publishes what a Pain Management Programme teaches: one set of messages, a website and printed sheets, for two audiences.

The code is one direction, authored files -> Library -> Site -> engine. Read it in this order:

1. `model`          the words: Message, Topic, Term, Diagram, Source, Clinic, Handout, Pack, Library
2. `problems`       what is wrong with the content: place, message, cure
3. `documents`      one authored file -> fields and sections, each with its line
4. `load`           the project folder -> a linked Library
5. `markup`         Markdown: its links, its raw HTML, its plain text, its HTML
6. `wording`        the words that no patient should meet, and the cure for each
7. `prose`          all that was written, piece by piece, and who may read it
8. `readability`    how hard a text is to read
9. `check`          the house rules for what educators write
10. `templating`    Jinja templates -> text
11. `views`         a message as one page or sheet shows it
12. `glossary`      the first use of a term, marked and explained in place
13. `speller`       right words of English that look like ours
14. `search`        what can be found, for each audience, and how people type
15. `site`          what is made of a Library: Page, Print, TextTwin, Site
16. `sheets`        what is handed out: sheets and packs as print HTML, and their twins in plain text
17. `compose`       Library -> Site: pages as Markdown, and the sheets
18. `guard`         the rules that only templates, themes and scripts could break
19. `typeset`       one sheet, from print HTML to PDF
20. `finish`        a rendered PDF -> an accessible one
21. `preview`       a picture of its first side
22. `pdf`           many sheets at once: worker processes, and a cache
23. `packing`       styles and scripts without what only their authors need
24. `scripts`       the parts of the search as one script
25. `build`         load, check and compose in a sentence
26. `offline`       the worker that keeps a finished site for when there is no network
27. `mkdocs_plugin` the Site in MkDocs: pages, sheets, live preview, the swap into `site/`
28. `export`        the Site as a folder, for engines that run no plugin

Beside them: `diagrams` (one SVG file -> a picture), `easyread` (the lines of an easy-read section), `addresses` (where everything stands in the site),
`telephone` (whether a number can be rung), `validation` (what pydantic finds, in an educator's words), `machine` (the parts of the system that sheets need),
`scaffold` (a new file to fill in) and `cli` (the commands).
"""
