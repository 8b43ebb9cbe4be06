"""Drawing a page: templates that escape whatever they are given, words, and the addresses of the menu."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from checker.report.formats import format_moment
from checker.report.pages import Voice, language_tag, stylesheet, templates
from checker.report.safe import well_formed
from checker.report.words import words_for

__all__ = ["MENU", "ask_for_token", "draw", "static"]

MENU: Final = (
    ("/", "menu_shops"),
    ("/findings", "menu_findings"),
    ("/deadlines", "deadlines"),
    ("/coverage", "menu_coverage"),
    ("/runs", "menu_runs"),
    ("/evidence", "menu_evidence"),
    ("/messages", "menu_messages"),
)
_LANGUAGES: Final = (("en", "English"), ("zh", "中文"))
_NOT_KEPT: Final = ("lang", "token")
_STATIC: Final = {
    "report.css": "text/css; charset=utf-8",
    "serve.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
}


def draw(
    request: Request, template: str, voice: Voice, status: int = HTTPStatus.OK, **given: object
) -> Response:
    """Return a page.

    Args:
        request: What was asked for.
        template: The name of the template.
        voice: The language and the moment.
        status: The status it is answered with.
        given: What the template is given.

    Returns:
        The page. One with a form lets the browser say where the form comes from, to us and nobody else.
    """
    words = voice.words
    text = (
        _environment()
        .get_template(template)
        .render(
            words=words,
            page=words.page,
            menu=[(to, words.page(name), _is_here(request, to)) for to, name in MENU],
            moment=format_moment(voice.now, "UTC", voice.language),
            languages=_languages(request, voice.language),
            # What the report's parts ask for; a picture too large to embed is none here.
            link_to=lambda _name: "",
            **given,
        )
    )
    response = HTMLResponse(well_formed(text), status)
    if "csrf" in given:
        # With no-referrer a browser sends `Origin: null`, by which nobody can tell a form of ours.
        response.headers["referrer-policy"] = "same-origin"
    return response


def ask_for_token(language: str) -> Response:
    """Return the page that asks a visitor for the token, and shows nothing else."""
    text = _environment().get_template("token.html.j2").render(words=words_for(language))
    return HTMLResponse(text, HTTPStatus.UNAUTHORIZED)


def _is_here(request: Request, to: str) -> bool:
    path = request.url.path
    return path == to or (to == "/findings" and path.startswith("/finding"))


def _languages(request: Request, language: str) -> list[tuple[str, str, str]]:
    """Return the other languages: address, name, tag."""
    path = request.url.path if request.method != "POST" else "/"
    asked = [(name, text) for name, text in request.query_params.multi_items() if name not in _NOT_KEPT]
    return [
        (f"{path}?{urlencode([*asked, ('lang', tag)], errors='replace')}", name, tag)
        for tag, name in _LANGUAGES
        if tag != language
    ]


def static(name: str) -> Response | None:
    """Return one of our own few files, or None."""
    media = _STATIC.get(name)
    if media is None:
        return None
    return Response(_file(name), media_type=media)


@cache
def _file(name: str) -> str:
    if name == "report.css":
        return stylesheet()
    return (files("checker.serve") / "static" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("checker.serve", "templates"), templates()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["language_tag"] = language_tag
    return environment
