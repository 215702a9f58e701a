"""Publishes what a Pain Management Programme teaches: one set of messages, a website and printed sheets, for two audiences.

The code is one direction, authored files -> Library -> Site -> engine. Read it in this order:

1. `model`          the words: Message, Topic, Source, Clinic, Handout, Library, Page, Print, Site
2. `problems`       what is wrong with the content: place, message, cure
3. `documents`      one authored file -> fields and sections, each with its line
4. `load`           the project folder -> a linked Library
5. `markup`         Markdown: its links, its raw HTML, its plain text, its HTML
6. `wording`        the words that no patient should meet, and the cure for each
7. `check`          the house rules, over a Library and over what is made from it
8. `templating`     Jinja templates -> text
9. `search`         what can be found, for each audience
10. `compose`       Library -> Site: pages as Markdown, sheets as print HTML
11. `pdf`           print HTML -> PDF, in worker processes, with a cache
12. `build`         load, check and compose in a sentence
13. `mkdocs_plugin` the Site in MkDocs: pages, sheets, live preview, the swap into `site/`
14. `export`        the Site as a folder, for engines that run no plugin
15. `machine`       which system parts are missing here, and the command that installs them
16. `cli`           the commands
"""
