"""Jinja templates -> text. The only room that knows Jinja.

Templates are code, content is data: what an author wrote is escaped for where it goes, and never read as a template.
In a `.md.j2` template every value is escaped for Markdown too, unless it is Markdown itself (marked by `compose`); a `.txt.j2` template is plain text.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined
from markupsafe import Markup, escape

from generator import telephone
from generator.problems import Place, Problem


class BrokenTemplateError(Exception):
    """A template that cannot be used; it carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Templates:
    """The templates of one project, as they are at their first use."""

    def __init__(self, root: Path) -> None:
        self._root = root
        loader = FileSystemLoader(root / "templates", encoding="utf-8")
        shared: dict[str, Any] = {"loader": loader, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}
        self._html = Environment(autoescape=True, **shared)
        self._markdown = Environment(autoescape=True, finalize=_markdown_text, **shared)
        self._text = Environment(autoescape=False, **shared)  # noqa: S701 - for plain text, which has nothing to escape
        for environment in (self._html, self._markdown, self._text):
            environment.filters.update(day=_day, short_day=_short_day, uri=_uri, relative=relative, dial=_dial)

    def render(self, name: str, **values: Any) -> str:
        """The template `name` (below `templates/`) with these values.

        Raises BrokenTemplateError, with its file and line, if the template cannot be read or asks for what is not there.
        """
        environment = {".md": self._markdown, ".txt": self._text}.get(PurePosixPath(name.removesuffix(".j2")).suffix, self._html)
        try:
            return environment.get_template(name).render(values)
        except TemplateError as error:
            raise BrokenTemplateError(self._problem(name, error)) from error

    def _problem(self, name: str, error: TemplateError) -> Problem:
        line, file = 1, name
        if isinstance(error, TemplateSyntaxError):
            line, file = error.lineno, error.name or name
        else:
            trace = error.__traceback__
            while trace:
                code = trace.tb_frame.f_code.co_filename
                if code.startswith(str(self._root / "templates")):
                    line, file = trace.tb_lineno, str(Path(code).relative_to(self._root / "templates"))
                trace = trace.tb_next
        place = Place(f"templates/{PurePosixPath(file)}", line)
        return Problem(
            place, f"this template cannot be used: {error.message or error}", "Mend the template, or bring back the last one that worked.", "template"
        )


def theme_problems(root: Path) -> list[Problem]:
    """Syntax errors in `templates/theme`, which the engine reads itself: found here, they cannot stop it half-way."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.loopcontrols"])
    problems = []
    for file in sorted((root / "templates" / "theme").rglob("*.html")):
        try:
            environment.parse(file.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            place = Place(file.relative_to(root).as_posix(), error.lineno)
            problems.append(
                Problem(place, f"this template cannot be used: {error.message}", "Mend the template, or bring back the last one that worked.", "template")
            )
    return problems


def _markdown_text(value: Any) -> Any:
    """Plain text as entities, which come out unchanged of Markdown and of the raw HTML in it, where a backslash would show."""
    if isinstance(value, Markup | Undefined) or value is None:
        return value
    return Markup(re.sub(r"[\\`*_\[\]{}#<>&\"']", lambda match: f"&#{ord(match[0])};", str(value)))


def _day(value: datetime.date) -> str:
    """22 November 2026: no reader can take it for another day."""
    return f"{value.day} {value:%B %Y}"


def _short_day(value: datetime.date) -> str:
    """22 Nov 2026, where there is little room."""
    return f"{value.day} {value:%b %Y}"


def _uri(value: str) -> Markup:
    """An address, for use inside an attribute or a Markdown link."""
    return Markup(str(escape(value)).replace("(", "%28").replace(")", "%29").replace(" ", "%20"))


def _dial(value: str) -> Markup:
    """The telephone numbers in a text as links that a phone rings at a touch."""
    link = Markup('<a href="tel:{}">{}</a>')
    parts = telephone.NUMBER.split(value)
    return Markup().join(link.format(telephone.dialled(part), part) if place % 2 else _markdown_text(part) for place, part in enumerate(parts))


def relative(target: str, page: str) -> Markup:
    """The address of one docs file as seen from another: `sources.md` from `patients/sleep.md` is `../sources.md`."""
    ups = "../" * (len(PurePosixPath(page).parts) - 1)
    return _uri(ups + target)
