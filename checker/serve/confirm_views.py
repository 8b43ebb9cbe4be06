"""The pages on which a seller proves the reader, and the forms on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from checker.errors import ConfigError, UsageError
from checker.model import Level
from checker.report.pages import Voice
from checker.report.safe import printable
from checker.serve import confirming, placing
from checker.serve.desk import Desk
from checker.serve.forms import Sessions, remembered, remembering
from checker.serve.pages import draw

__all__ = ["ConfirmViews"]

View = Callable[[Request, Voice], Response]
Form = Callable[[Request, Voice, dict[str, str]], Response]


class ConfirmViews:
    """Draws `/confirm` and what is below it, and does what its forms ask for."""

    def __init__(self, desk: Desk, sessions: Sessions, *, is_https: bool) -> None:
        self._desk = desk
        self._sessions = sessions
        self._is_https = is_https

    def views(self) -> Mapping[str, View]:
        """Return the pages by their addresses."""
        return {"/confirm": self._confirm, "/confirm/place": self._place}

    def forms(self) -> Mapping[str, Form]:
        """Return the forms by the addresses they are sent to."""
        return {
            "/confirm": self._confirmed,
            "/confirm/place": self._pointed,
            "/confirm/case": self._case,
        }

    def _confirm(self, request: Request, voice: Voice) -> Response:
        if request.query_params.get("at", ""):
            done = next((name for name in ("kept", "ruled") if name in request.query_params), "")
            note = voice.words.page(f"confirm_{done}") if done else ""
            return self._page(request, voice, note=note)
        lines = confirming.sites(self._desk, voice, request.query_params.get("account", ""))
        return draw(request, "confirm_sites.html.j2", voice, lines=lines)

    def _page(
        self,
        request: Request,
        voice: Voice,
        *,
        note: str = "",
        problem: str = "",
        fields: dict[str, str] | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        view = confirming.confirm_page(self._desk, voice, request.query_params.get("at", ""))
        return draw(
            request,
            "confirm.html.j2",
            voice,
            status,
            view=view,
            note=note,
            problem=problem,
            fields={"by": remembered(request)} | (fields or {}),
            csrf=self._sessions.token(request.state.session),
        )

    def _confirmed(self, request: Request, voice: Voice, fields: dict[str, str]) -> Response:
        at = request.query_params.get("at", "")
        confirming.confirm_page(self._desk, voice, at)
        try:
            confirming.answer(self._desk, voice, at, fields)
        except UsageError as error:
            problem = printable(error.message, 300)
            return self._page(request, voice, problem=problem, fields=fields, status=HTTPStatus.BAD_REQUEST)
        to = f"/confirm?{urlencode({'at': at, 'kept': 1})}"
        return remembering(to, fields["by"].strip(), is_https=self._is_https)

    def _place(self, request: Request, voice: Voice) -> Response:
        return self._place_page(request, voice)

    def _place_page(
        self,
        request: Request,
        voice: Voice,
        *,
        made: placing.Proposed | None = None,
        saved: placing.Saved | None = None,
        problem: str = "",
        fields: dict[str, str] | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        given = fields or {}
        return draw(
            request,
            "confirm_place.html.j2",
            voice,
            status,
            view=placing.place_page(self._desk, voice, request.query_params.get("key", "")),
            made=made,
            saved=saved,
            problem=problem,
            fields=given | {"says": given.get("says", "")},
            by=given.get("by") or remembered(request),
            levels=[(value, voice.words.level(Level(value))) for value in placing.LEVELS if value],
            csrf=self._sessions.token(request.state.session),
        )

    def _pointed(self, request: Request, voice: Voice, fields: dict[str, str]) -> Response:
        """Propose a rule for the place a form points at, or keep the one it shows."""
        key = request.query_params.get("key", "")
        view = placing.place_page(self._desk, voice, key)
        try:
            if fields.get("step", "") == "keep":
                _, by = placing.keep_rule(self._desk, voice, key, fields)
                to = f"/confirm?{urlencode({'at': view.at, 'ruled': 1})}#content"
                return remembering(to, by, is_https=self._is_https)
            made = placing.proposed(self._desk, voice, key, fields)
        except (UsageError, ConfigError) as error:
            problem = printable(error.message, 300)
            return self._place_page(
                request, voice, problem=problem, fields=fields, status=HTTPStatus.BAD_REQUEST
            )
        return self._place_page(request, voice, made=made, fields=fields)

    def _case(self, request: Request, voice: Voice, fields: dict[str, str]) -> Response:
        """Save a case; what is left of a seller in it is said, and nothing is saved then."""
        del fields
        key = request.query_params.get("key", "")
        placing.place_page(self._desk, voice, key)
        try:
            saved = placing.save_case(self._desk, voice, key)
        except UsageError as error:
            problem = printable(error.message, 300)
            return self._place_page(request, voice, problem=problem, status=HTTPStatus.BAD_REQUEST)
        return self._place_page(request, voice, saved=saved)
