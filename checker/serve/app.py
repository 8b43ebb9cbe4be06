"""The addresses of the page, and what stands behind each.

    app = make_app(Desk(settings, clock), Door(frozenset({"localhost"})))

A page that cannot be drawn says what happened and what to do: a store that is missing, damaged or locked
takes no other page with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from checker.errors import CheckerError, StoreError, UsageError
from checker.model import BadKeyError, Key
from checker.report.findings import tally
from checker.report.overview import tally_text
from checker.report.pages import Voice
from checker.report.safe import printable
from checker.report.words import words_for
from checker.serve import accepting, deadlines, findings, past, proof, running, shops
from checker.serve.confirm_views import ConfirmViews
from checker.serve.desk import Desk, NoStoreYetError
from checker.serve.forms import Refused, Sessions, remembered, remembering, sent
from checker.serve.gate import FEED, Door, Gate
from checker.serve.pages import ask_for_token, draw, static

__all__ = ["make_app"]

# The frame a browser draws around a picture that is looked at by itself has styles of the browser's own.
_PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

View = Callable[[Request, Voice], Response]
Form = Callable[[Request, Voice, dict[str, str]], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(desk: Desk, door: Door, address: str = "") -> ASGIApp:
    """Return the application, behind its gate.

    Args:
        desk: What is known.
        door: Who may come in.
        address: The address people reach it at, where that is not the one they send to.

    Returns:
        The application.
    """
    sessions = Sessions()
    return Gate(_Pages(desk, door, address, sessions).app(), door, sessions, _refused)


def _refused(status: int, why: str, language: str) -> Response:
    """Return why nothing is shown, without anything of what is known: whoever reads it may be anybody."""
    if status == HTTPStatus.UNAUTHORIZED:
        return ask_for_token(language)
    return PlainTextResponse(f"{words_for(language).page(why)}\n", status)


class _Pages:
    """The pages of one desk."""

    def __init__(self, desk: Desk, door: Door, address: str, sessions: Sessions) -> None:
        self._desk = desk
        self._door = door
        self._address = address
        self._sessions = sessions
        self._confirming = ConfirmViews(desk, sessions, is_https=door.is_https)

    def app(self) -> Starlette:
        """Return the addresses."""
        views: dict[str, View] = {
            "/": self._overview,
            "/shop": self._shop,
            "/findings": self._findings,
            "/finding/{name}": self._finding,
            "/history": self._history,
            "/deadlines": self._deadlines,
            FEED: self._feed,
            "/coverage": self._coverage,
            "/runs": self._runs,
            "/run": self._run,
            "/evidence": self._evidence,
            "/bundle": self._bundle,
            "/picture": self._picture,
            "/messages": self._messages,
            **self._confirming.views(),
            "/live": self._live,
            "/static/{name}": self._static,
        }
        routes = [Route(path, self._shown(view), methods=["GET"]) for path, view in views.items()]
        forms: dict[str, Form] = {
            "/finding/{name}": self._done,
            "/coverage": self._accepted,
            **self._confirming.forms(),
        }
        routes += [Route(path, self._sent(form), methods=["POST"]) for path, form in forms.items()]
        return Starlette(routes=routes, exception_handlers={HTTPException: self._not_found})

    def _voice(self, request: Request) -> Voice:
        return Voice(self._desk.clock(), request.state.language)

    def _shown(self, view: View) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            voice = self._voice(request)
            try:
                return await run_in_threadpool(view, request, voice)
            except CheckerError as error:
                return self._problem(request, voice, error)

        return endpoint

    async def _not_found(self, request: Request, error: Exception) -> Response:
        voice = self._voice(request)
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        name = "refused_method" if status == HTTPStatus.METHOD_NOT_ALLOWED else "no_page"
        return draw(
            request, "problem.html.j2", voice, status, title=voice.words.page(name), told=(), hint="", step=""
        )

    def _problem(self, request: Request, voice: Voice, error: CheckerError) -> Response:
        """Return what happened and what to do."""
        words = voice.words
        title, status, hint, step = words.page("problem"), HTTPStatus.INTERNAL_SERVER_ERROR, "", ""
        if isinstance(error, NoStoreYetError):
            title, status, hint = (
                words.page("nothing_yet"),
                HTTPStatus.SERVICE_UNAVAILABLE,
                words.page("nothing_yet_hint"),
            )
            step = "checker run"
        elif isinstance(error, StoreError):
            title, status, hint = (
                words.page("store_problem"),
                HTTPStatus.SERVICE_UNAVAILABLE,
                words.page("store_problem_hint"),
            )
            step = "checker store check"
        elif isinstance(error, UsageError):
            title, status = printable(error.message, 300), HTTPStatus.NOT_FOUND
        told = [printable(line, 500) for line in error.message.splitlines()[:10]]
        told = [line for line in told if line != title]
        if error.hint and error.hint != step:
            told.append(printable(error.hint, 500))
        return draw(request, "problem.html.j2", voice, status, title=title, told=told, hint=hint, step=step)

    def _overview(self, request: Request, voice: Voice) -> Response:
        asked = shops.Asked.of(request.query_params)
        view = shops.overview(self._desk, voice, asked)
        live = self._running(voice)
        return draw(request, "overview.html.j2", voice, view=view, asked=asked, live=live)

    def _shop(self, request: Request, voice: Voice) -> Response:
        view = shops.shop(self._desk, voice, request.query_params.get("at", ""))
        return draw(request, "shop.html.j2", voice, view=view)

    def _findings(self, request: Request, voice: Voice) -> Response:
        found = self._desk.look().findings
        headline = tally_text(tally(found), voice.language) if found else voice.words.say("findings_none")
        lines = shops.finding_lines(self._desk, voice, found)
        return draw(request, "findings.html.j2", voice, lines=lines, headline=headline)

    def _finding(self, request: Request, voice: Voice) -> Response:
        done = request.query_params.get("done", "")
        note = voice.words.page(f"done_{done}") if done in findings.ACTS else ""
        return self._finding_page(request, voice, note=note)

    def _finding_page(
        self,
        request: Request,
        voice: Voice,
        *,
        note: str = "",
        problem: str = "",
        fields: dict[str, str] | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        view = findings.finding_page(self._desk, voice, request.path_params["name"])
        return draw(
            request,
            "finding.html.j2",
            voice,
            status,
            view=view,
            note=note,
            problem=problem,
            fields={"by": remembered(request), "reason": "", "until": ""} | (fields or {}),
            until=_until(voice),
            csrf=self._sessions.token(request.state.session),
        )

    def _sent(self, form: Form) -> Endpoint:
        """Return what does as a form asks, if it was sent from a page of ours."""

        async def endpoint(request: Request) -> Response:
            voice = self._voice(request)
            try:
                fields = await sent(request, self._sessions, self._address)
            except Refused as refused:
                title, hint = voice.words.page(refused.why), voice.words.page("refused_hint")
                told = {"title": title, "told": (), "hint": hint, "step": ""}
                return draw(request, "problem.html.j2", voice, HTTPStatus.FORBIDDEN, **told)
            try:
                return await run_in_threadpool(form, request, voice, fields)
            except CheckerError as error:
                return self._problem(request, voice, error)

        return endpoint

    def _done(self, request: Request, voice: Voice, fields: dict[str, str]) -> Response:
        name = request.path_params["name"]
        findings.finding_page(self._desk, voice, name)
        try:
            doing = findings.act(self._desk, voice, name, fields)
        except UsageError as error:
            problem = printable(error.message, 300)
            return self._finding_page(
                request, voice, problem=problem, fields=fields, status=HTTPStatus.BAD_REQUEST
            )
        to = f"/finding/{quote(name, safe='')}?done={doing.name}"
        return remembering(to, doing.by, is_https=self._door.is_https)

    def _history(self, request: Request, voice: Voice) -> Response:
        try:
            key = Key.parse(request.query_params.get("key", ""))
        except BadKeyError:
            key = None
        if key is None or key not in self._desk.look().known:
            raise UsageError(voice.words.page("no_key"), hint=voice.words.page("no_shop_hint"))
        return draw(request, "history.html.j2", voice, view=findings.history(self._desk, voice, key))

    def _deadlines(self, request: Request, voice: Voice) -> Response:
        days = deadlines.days(self._desk, voice)
        zone = self._desk.clock().astimezone(self._desk.zone).tzname() or "UTC"
        return draw(request, "deadlines.html.j2", voice, days=days, zone=zone, feed=FEED)

    def _feed(self, request: Request, voice: Voice) -> Response:
        address = self._address or f"http://{request.headers['host']}"
        data = deadlines.feed(self._desk, voice, address)
        return Response(data, media_type="text/calendar; charset=utf-8")

    def _coverage(self, request: Request, voice: Voice) -> Response:
        done = request.query_params.get("done", "")
        note = voice.words.page(f"accept_{done}") if done in accepting.ACTS else ""
        return self._coverage_page(request, voice, note=note)

    def _coverage_page(
        self,
        request: Request,
        voice: Voice,
        *,
        note: str = "",
        problem: str = "",
        fields: dict[str, str] | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        return draw(
            request,
            "coverage.html.j2",
            voice,
            status,
            view=proof.coverage(self._desk, voice),
            note=note,
            problem=problem,
            fields={"by": remembered(request), "reason": "", "until": ""} | (fields or {}),
            until=_until(voice),
            csrf=self._sessions.token(request.state.session),
        )

    def _accepted(self, request: Request, voice: Voice, fields: dict[str, str]) -> Response:
        try:
            doing = accepting.accept(self._desk, voice, fields)
        except UsageError as error:
            problem = printable(error.message, 300)
            return self._coverage_page(
                request, voice, problem=problem, fields=fields, status=HTTPStatus.BAD_REQUEST
            )
        to = f"/coverage?done={doing.name}#unavailable"
        return remembering(to, doing.by, is_https=self._door.is_https)

    def _runs(self, request: Request, voice: Voice) -> Response:
        lines, live = past.runs(self._desk, voice), self._running(voice)
        return draw(request, "runs.html.j2", voice, lines=lines, live=live)

    def _run(self, request: Request, voice: Voice) -> Response:
        view = past.run_page(self._desk, voice, request.query_params.get("name", ""))
        return draw(request, "run.html.j2", voice, view=view)

    def _evidence(self, request: Request, voice: Voice) -> Response:
        return draw(request, "evidence.html.j2", voice, view=proof.evidence(self._desk, voice))

    def _bundle(self, request: Request, voice: Voice) -> Response:
        view = proof.bundle_page(self._desk, voice, request.query_params.get("name", ""))
        return draw(request, "bundle.html.j2", voice, view=view)

    def _picture(self, request: Request, voice: Voice) -> Response:
        found = proof.picture(self._desk, request.query_params.get("name", ""))
        if found is None:
            raise UsageError(voice.words.page("no_picture"), hint=voice.words.page("no_picture_hint"))
        data, media = found
        # What a picture is by its first bytes, never by its name; and nothing in it may load anything.
        return Response(data, media_type=media, headers={"content-security-policy": _PICTURE_POLICY})

    def _messages(self, request: Request, voice: Voice) -> Response:
        waiting, told = past.messages(self._desk, voice)
        return draw(request, "messages.html.j2", voice, waiting=waiting, told=told)

    def _live(self, request: Request, voice: Voice) -> Response:
        del request
        return JSONResponse({"running": self._running(voice)})

    def _running(self, voice: Voice) -> list[str]:
        return [running.told(one, voice) for one in running.running(self._desk.settings.paths.data_dir)]

    def _static(self, request: Request, voice: Voice) -> Response:
        found = static(request.path_params["name"])
        if found is None:
            raise UsageError(voice.words.page("no_page"))
        return found


def _until(voice: Voice) -> list[tuple[str, str]]:
    """Return how long something may hold, as the choices of a form."""
    return [(value, voice.words.page(f"until_{value or 'open'}")) for value in findings.UNTIL]
