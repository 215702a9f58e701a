"""Jinja templates -> text. The only room that knows Jinja.

Templates are code, content is data: what an author wrote is escaped for where it goes, and never read as a template.
In a `.md.j2` template every value is escaped for Markdown too, unless it is Markdown itself (marked by `compose`); a `.txt.j2` template is plain text.
What a template says to a reader stands in `templates/words/`: `say("group.name", value=…)` prints it.
"""

from __future__ import annotations

import base64
import marshal
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from types import CodeType
from typing import Any

from jinja2 import ChoiceLoader, Environment, FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined
from markupsafe import Markup, escape

from generator.compose.views import actions, when_to_stop
from generator.content import addresses, layers
from generator.content.model import Words
from generator.content.problems import Place, Problem
from generator.remembered import recall
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


def _code(raw: str) -> CodeType:
    code: CodeType = marshal.loads(base64.b64decode(raw))  # noqa: S302 - of this program's own making, as the checksum of the file says
    return code


def _compiling(environment: Environment, kind: str) -> Environment:
    """The environment, that compiles no text twice. Those of one `kind` compile alike."""
    compile_anew = environment.compile

    def compile_once(source: str, name: str | None = None, filename: str | None = None) -> CodeType:
        question = ("template", kind, str(name), str(filename), source)
        return recall(
            question,
            lambda: compile_anew(source, name, filename),
            lambda code: base64.b64encode(marshal.dumps(code)).decode(),
            _code,
        )

    environment.compile = compile_once  # type: ignore[method-assign, assignment]
    return environment


class Templates:
    """The templates of one project, as they are now, in the language of `words`.

    Without words only templates that print none can be rendered. `shared` are values for every template.
    """

    def __init__(self, root: Path, words: Words | None = None, **shared: Any) -> None:
        self._root, self._words = root, words
        settings: dict[str, Any] = {
            "loader": _as_they_are(root, "", "*.j2"),
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "auto_reload": False,
        }
        self._html = _compiling(Environment(autoescape=True, **settings), "html")
        self._markdown = _compiling(Environment(autoescape=True, finalize=_markdown_text, **settings), "markdown")
        self._text = _compiling(Environment(autoescape=False, **settings), "text")  # noqa: S701 - for plain text, which has nothing to escape
        for environment, kind in ((self._html, escape), (self._markdown, _markdown_text), (self._text, str)):
            environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}  # an emoji as two halves is no YAML
            environment.globals.update(lang=words.lang if words else "", say=self._speaker(kind), **shared)
            environment.filters.update(
                uri=_uri,
                relative=relative,
                web_relative=addresses.web_relative,
                run_on=_run_on,
                actions=actions,
                when_to_stop=when_to_stop,
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
        except Exception as error:
            raise BrokenTemplateError(_problem(self._root, name, error)) from error

    def text(self, name: str) -> str:
        """A file below `templates/` as it is, such as a style."""
        file = layers.find(self._root, name)
        assert file, f"{name} comes with the program"
        return file.read_text(encoding="utf-8")

    def say(self, key: str, **values: Any) -> str:
        """Words of `templates/words/` as plain text. Raises BrokenTemplateError where they are missing."""
        try:
            return self._speaker(str)(key, **values)
        except TemplateError as error:
            raise BrokenTemplateError(_problem(self._root, "", error)) from error

    def _speaker(self, kind: Callable[[Any], Any]) -> Callable[..., str]:
        """What prints words, with plain values escaped by `kind` and `**words**` strong where there is such a thing."""

        said: dict[tuple[Any, ...], str] = {}  # most words are said on every page

        def say(key: str, **values: Any) -> str:
            saying = (key, *((name, type(value), value) for name, value in values.items()))
            try:
                if saying not in said:
                    said[saying] = worded(key, values)
                return said[saying]
            except TypeError:  # for a value that can change
                return worded(key, values)

        def worded(key: str, values: Mapping[str, Any]) -> str:
            assert self._words, "a template that prints words was rendered without any"
            phrase = self._words.phrases.get(key)
            if phrase is None:
                raise _MissingWordsError(f'the words "{key}" are missing', self._words.place)
            form = language.plural(values["count"], self._words.lang) if "count" in values and len(phrase.forms) > 1 else "other"
            text = phrase.forms.get(form, phrase.forms["other"])
            asked = set(re.findall(r"\{(\w+)\}", text))
            if wrong := (asked - values.keys()) | (values.keys() - asked - {"count"}):  # a count also chooses among the forms
                raise _MissingWordsError(
                    f'the words "{key}" need {" and ".join(f"{{{name}}}" for name in sorted({*values} - {"count"})) or "no value"}, and {{{min(wrong)}}} is amiss',
                    phrase.place,
                )
            if kind is str:
                return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), text.replace("**", ""))
            parts = [Markup("<strong>{}</strong>" if number % 2 else "{}").format(_filled(part, values, kind)) for number, part in enumerate(text.split("**"))]
            return Markup().join(parts)

        return say


_BREAK = re.compile(r"\s*\n\s*")
_MARKED = re.compile(r"[\\`*_\[\]{}#<>&\"'|]")
_MEND = "Mend the template, or bring back the last one that worked."


def theme_problems(root: Path) -> list[Problem]:
    """What can be told of `templates/theme` before the engine reads it: what is found here cannot stop it half-way."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.loopcontrols"])
    problems = []
    for name, file in layers.files(root, "theme", "*.html").items():
        text = file.read_bytes().decode("utf-8", "replace")  # what is no UTF-8 was told when it was loaded
        try:
            _parse(environment, text)
        except (TemplateSyntaxError, RecursionError) as error:
            problems.append(_problem(root, f"theme/{name}", error))
    return problems


def _parse(environment: Environment, text: str) -> None:
    """Raises TemplateSyntaxError or RecursionError where that is not possible."""
    recall(("can be parsed", text), lambda: bool(environment.parse(text)))


def keep_theme(environment: Environment, root: Path) -> None:
    """Let an engine's own environment take the templates of `templates/theme` as they are now, whatever is saved later."""
    assert environment.loader
    _compiling(environment, "theme")
    environment.loader = ChoiceLoader([_as_they_are(root, "theme", "*.html"), environment.loader])


def watch_theme(environment: Environment, root: Path, stopped: Callable[[Problem], Exception]) -> None:
    """Let the templates of an engine's own environment, those of `templates/theme`, end in what `stopped` makes of their problem, whatever goes wrong in them."""

    class Watched(environment.template_class):  # type: ignore[name-defined, misc]  # the engine's own kind of template
        def render(self, *args: Any, **values: Any) -> str:
            try:
                return str(super().render(*args, **values))
            except Exception as error:
                raise stopped(_problem(root, f"theme/{self.name}", error)) from error

    environment.template_class = Watched


def _as_they_are(root: Path, name: str, pattern: str) -> FunctionLoader:
    """The templates below `templates/<name>` as they are now."""
    found: dict[str, tuple[bytes, Path]] = {}
    for path, file in layers.files(root, name, pattern).items():
        with suppress(OSError):  # what cannot be read was told when the project was loaded
            found[path] = file.read_bytes(), file

    def source(path: str) -> tuple[str, str, None] | None:
        if path not in found:
            return None
        content, file = found[path]
        return content.decode(), str(file), None

    return FunctionLoader(source)


def _problem(root: Path, name: str, error: Exception) -> Problem:
    """What is wrong with the template `name`, or with one that it uses. Raises the error itself where it is none of a template but a fault of ours."""
    if isinstance(error, _MissingWordsError):
        return Problem(error.place, str(error), "Compare it with the file of the same name that came with the program.", "words")
    if isinstance(error, TemplateSyntaxError):
        place = Place(layers.shown(root, Path(error.filename)) if error.filename else f"templates/{name}", error.lineno)
    else:
        place = _innermost(root, error) or Place(f"templates/{name}")
    if not isinstance(error, TemplateError) and not (root / place.path).is_file():
        raise error  # a template that came with the program does nothing of the kind: this is a fault of ours, and keeps its trace
    what = getattr(error, "message", None) or str(error) or type(error).__name__
    if isinstance(error, RecursionError):
        what = "it uses itself, or is nested too deep"
    return Problem(place, f"this template cannot be used: {what}", _MEND, "template")


def _innermost(root: Path, error: Exception) -> Place | None:
    """The line of a template at which an error came up."""
    found, trace, folders = None, error.__traceback__, layers.folders(root)
    while trace:
        code = Path(trace.tb_frame.f_code.co_filename)
        if any(code.is_relative_to(folder) for folder in folders):
            found = Place(layers.shown(root, code), trace.tb_lineno)
        trace = trace.tb_next
    return found


def _filled(text: str, values: Mapping[str, Any], kind: Callable[[Any], Any]) -> Markup:
    parts = re.split(r"\{(\w+)\}", text)
    return Markup().join(kind(values[part] if number % 2 else part) for number, part in enumerate(parts))


def _markdown_text(value: Any) -> Any:
    """Plain text on one line, as entities, which come out unchanged of Markdown and of the raw HTML in it, where a backslash would show."""
    if isinstance(value, Markup | Undefined) or value is None:
        return value
    return Markup(_MARKED.sub(lambda found: f"&#{ord(found[0])};", _BREAK.sub(" ", str(value))))


def _uri(value: str) -> Markup:
    """An address, for use inside an attribute or a Markdown link."""
    return Markup(str(escape(value)).replace("(", "%28").replace(")", "%29").replace(" ", "%20"))


def _run_on(html: str) -> Markup:
    """Paragraphs of finished HTML as words inside of another paragraph."""
    return Markup(re.sub(r"</?p>", "", re.sub(r"</p>\s*<p>", " ", html)))


def _dial(value: str, scheme: str = "tel") -> Markup:
    """The telephone numbers in a text as links that a phone rings at a touch, or writes to (`sms`)."""
    link = Markup('<a href="{}:{}">{}</a>')
    parts = telephone.NUMBER.split(value)
    return Markup().join(link.format(scheme, telephone.dialled(part), part) if place % 2 else _markdown_text(part) for place, part in enumerate(parts))


def relative(target: str, page: str) -> Markup:
    """The address of one docs file as seen from another: `sources.md` from `patients/sleep.md` is `../sources.md`."""
    ups = "../" * (len(PurePosixPath(page).parts) - 1)
    return _uri(ups + target)
