"""Jinja templates -> text. The only room that knows Jinja.

Templates are code, content is data: what an author wrote is escaped for where it goes, and never read as a template.
In a `.md.j2` template every value is escaped for Markdown too, unless it is Markdown itself (marked by `compose`); a `.txt.j2` template is plain text.
What a template says to a reader stands in `templates/words/`: `say("group.name", value=…)` prints it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined
from markupsafe import Markup, escape

from generator.content import addresses, layers
from generator.content.model import Words
from generator.content.problems import Place, Problem
from generator.text import language, telephone


class BrokenTemplateError(Exception):
    """A template that cannot be used; it carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _MissingWordsError(TemplateError):
    """Words that a template asks for and the words file does not have as it needs them."""

    def __init__(self, what: str, place: Place) -> None:
        super().__init__(what)
        self.place = place


class Templates:
    """The templates of one project, as they are at their first use, in the language of `words`.

    Without words only templates that print none can be rendered. `shared` are values for every template.
    """

    def __init__(self, root: Path, words: Words | None = None, **shared: Any) -> None:
        self._root, self._words = root, words
        loader = FileSystemLoader(layers.folders(root), encoding="utf-8")
        settings: dict[str, Any] = {"loader": loader, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}
        self._html = Environment(autoescape=True, **settings)
        self._markdown = Environment(autoescape=True, finalize=_markdown_text, **settings)
        self._text = Environment(autoescape=False, **settings)  # noqa: S701 - for plain text, which has nothing to escape
        for environment, kind in ((self._html, escape), (self._markdown, _markdown_text), (self._text, str)):
            environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}  # an emoji as two halves is no YAML
            environment.globals.update(lang=words.lang if words else "", say=self._speaker(kind), **shared)
            environment.filters.update(
                uri=_uri,
                relative=relative,
                web_relative=addresses.web_relative,
                run_on=_run_on,
                dial=_dial,
                page=addresses.page_of,
                web_path=addresses.web_path,
            )
            if words:
                environment.filters.update(day=lambda date: language.day(date, words.lang), short_day=lambda date: language.short_day(date, words.lang))

    def render(self, name: str, **values: Any) -> str:
        """The template `name` (below `templates/`) with these values.

        Raises BrokenTemplateError, with its file and line, if the template cannot be read or asks for what is not there.
        """
        kind = ".txt" if name.startswith("new/") else PurePosixPath(name.removesuffix(".j2")).suffix  # a form is text, whatever it will be
        environment = {".md": self._markdown, ".txt": self._text}.get(kind, self._html)
        try:
            return environment.get_template(name).render(values)
        except TemplateError as error:
            raise BrokenTemplateError(self._problem(name, error)) from error

    def say(self, key: str, **values: Any) -> str:
        """Words of `templates/words/` as plain text. Raises BrokenTemplateError where they are missing."""
        try:
            return self._speaker(str)(key, **values)
        except TemplateError as error:
            raise BrokenTemplateError(self._problem("", error)) from error

    def _speaker(self, kind: Callable[[Any], Any]) -> Callable[..., str]:
        """What prints words, with plain values escaped by `kind` and `**words**` strong where there is such a thing."""

        def say(key: str, **values: Any) -> str:
            assert self._words, "a template that prints words was rendered without any"
            phrase = self._words.phrases.get(key)
            if phrase is None:
                raise _MissingWordsError(f'the words "{key}" are missing', self._words.place)
            form = language.plural(values["count"], self._words.lang) if "count" in values and len(phrase.forms) > 1 else "other"
            text = phrase.forms.get(form, phrase.forms["other"])
            if wrong := set(re.findall(r"\{(\w+)\}", text)) ^ (values.keys() - {"count"}) - {"count"}:
                raise _MissingWordsError(
                    f'the words "{key}" need {" and ".join(f"{{{name}}}" for name in sorted({*values} - {"count"})) or "no value"}, and {{{min(wrong)}}} is amiss',
                    phrase.place,
                )
            if kind is str:
                return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), text.replace("**", ""))
            parts = [Markup("<strong>{}</strong>" if number % 2 else "{}").format(_filled(part, values, kind)) for number, part in enumerate(text.split("**"))]
            return Markup().join(parts)

        return say

    def _problem(self, name: str, error: TemplateError) -> Problem:
        if isinstance(error, _MissingWordsError):
            return Problem(error.place, str(error), "Compare it with the file of the same name that came with the program.", "words")
        line, file = 1, name
        if isinstance(error, TemplateSyntaxError):
            line, file = error.lineno, error.name or name
        else:
            trace = error.__traceback__
            while trace:
                code = trace.tb_frame.f_code.co_filename
                if found := next((folder for folder in layers.folders(self._root) if code.startswith(str(folder))), None):
                    line, file = trace.tb_lineno, str(Path(code).relative_to(found))
                trace = trace.tb_next
        return Problem(Place(f"templates/{PurePosixPath(file)}", line), f"this template cannot be used: {error.message or error}", _MEND, "template")


_MEND = "Mend the template, or bring back the last one that worked."


def theme_problems(root: Path) -> list[Problem]:
    """Syntax errors in `templates/theme`, which the engine reads itself: found here, they cannot stop it half-way."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.loopcontrols"])
    problems = []
    for file in layers.files(root, "theme", "*.html").values():
        try:
            environment.parse(file.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            problems.append(Problem(Place(layers.shown(root, file), error.lineno), f"this template cannot be used: {error.message}", _MEND, "template"))
    return problems


def _filled(text: str, values: Mapping[str, Any], kind: Callable[[Any], Any]) -> Markup:
    parts = re.split(r"\{(\w+)\}", text)
    return Markup().join(kind(values[part] if number % 2 else part) for number, part in enumerate(parts))


def _markdown_text(value: Any) -> Any:
    """Plain text as entities, which come out unchanged of Markdown and of the raw HTML in it, where a backslash would show."""
    if isinstance(value, Markup | Undefined) or value is None:
        return value
    return Markup(re.sub(r"[\\`*_\[\]{}#<>&\"']", lambda match: f"&#{ord(match[0])};", str(value)))


def _uri(value: str) -> Markup:
    """An address, for use inside an attribute or a Markdown link."""
    return Markup(str(escape(value)).replace("(", "%28").replace(")", "%29").replace(" ", "%20"))


def _run_on(html: str) -> Markup:
    """Paragraphs of finished HTML as words inside of another paragraph."""
    return Markup(re.sub(r"</?p>", "", re.sub(r"</p>\s*<p>", " ", html)))


def _dial(value: str) -> Markup:
    """The telephone numbers in a text as links that a phone rings at a touch."""
    link = Markup('<a href="tel:{}">{}</a>')
    parts = telephone.NUMBER.split(value)
    return Markup().join(link.format(telephone.dialled(part), part) if place % 2 else _markdown_text(part) for place, part in enumerate(parts))


def relative(target: str, page: str) -> Markup:
    """The address of one docs file as seen from another: `sources.md` from `patients/sleep.md` is `../sources.md`."""
    ups = "../" * (len(PurePosixPath(page).parts) - 1)
    return _uri(ups + target)
