"""The pages on which a seller proves the reader, and the forms on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from checker.errors import UsageError
from checker.report.pages import Voice
from checker.report.safe import printable
from checker.serve import confirming
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
        return {"/confirm": self._confirm}

    def forms(self) -> Mapping[str, Form]:
        """Return the forms by the addresses they are sent to."""
        return {"/confirm": self._confirmed}

    def _confirm(self, request: Request, voice: Voice) -> Response:
        if request.query_params.get("at", ""):
            note = voice.words.page("confirm_kept") if "kept" in request.query_params else ""
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
