"""After a run: what each route is told goes into the outbox, and what waits there is delivered."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from tenacity import RetryError, Retrying, retry_if_result, stop_after_attempt, wait_exponential

from checker.errors import CheckerError
from checker.model import Key, Known, Level, Run
from checker.notify.channels import Answer, Channel, channel_for
from checker.notify.digest import Audience, News, digest
from checker.notify.memory import load_memory, save_memory
from checker.notify.outbox import Outbox, Waiting
from checker.notify.routes import accounts_of, quiet_until
from checker.report.rollup import Place
from checker.report.safe import printable
from checker.report.words import words_for
from checker.secrets import Scrubber
from checker.secrets.sources import SecretSource, read_named
from checker.settings import Settings
from checker.settings.notify import Route

__all__ = ["Delivered", "deliver", "enqueue", "reader_zone", "send_test"]

_PICTURES: Final = (".png", ".jpg", ".jpeg")
_LARGEST_PICTURE: Final = 5_000_000

Sleep = Callable[[float], None]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of what waited: how much arrived, what failed and waits, what waits for the morning."""

    taken: int = 0
    failed: tuple[str, ...] = ()
    held: int = 0
    given_up: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether something is told later."""
        return bool(self.failed) or self.held > 0


def enqueue(
    settings: Settings,
    run: Run,
    known: Mapping[Key, Known],
    places: Sequence[Place],
    told: Sequence[str],
) -> int:
    """Put what a run has to tell into the outbox, for every route; return how many messages that are.

    Args:
        settings: Whose routes, names and quiet hours.
        run: The run, with what earlier runs could not tell.
        known: Everything known after it.
        places: Every site known of.
        told: The names of what is told: the same again makes the same message.

    Raises:
        OSError: If the disk does not take it: then nothing of it counts as told.
    """
    routes = _enabled(settings)
    if not routes:
        return 0
    outbox, notify = Outbox(settings.paths.data_dir), settings.notify
    memory_file = settings.paths.data_dir / "outbox" / ".memory"
    memory = load_memory(memory_file)
    news = News(
        run,
        known,
        places,
        {alias: account.name or alias for alias, account in settings.accounts.items()},
        memory.reminded(run.reminders, known, notify.reminders),
        memory.hushed(run, timedelta(hours=settings.findings.reminder_hours)),
    )
    quiet = quiet_until(notify.quiet_hours, reader_zone(settings), run.finished_at)
    already = outbox.delivered()
    count = 0
    for name, route in routes.items():
        language = route.language or settings.report.language
        mine = accounts_of(route, settings.accounts)
        made = digest(news, Audience(route.to), language, accounts=mine, least=Level(route.least))
        if made is None:
            continue
        message = Waiting(
            name=outbox.name_of(name, told or (run.run_id,)),
            route=name,
            title=made.title,
            body=made.body,
            urgent=made.is_urgent,
            pictures=made.pictures if route.pictures else (),
            created_at=run.finished_at,
            not_before=None if made.is_urgent else quiet,
        )
        if message.name not in already:
            outbox.put(message)
            count += 1
    if memory_file.parent.is_dir():
        save_memory(memory_file, memory)
    return count


def deliver(
    settings: Settings,
    now: datetime,
    *,
    sleep: Sleep = time.sleep,
    channel_of: Callable[[str, Route], Channel] | None = None,
) -> Delivered:
    """Try to deliver what waits, each message a few times; what is not taken waits for the next run."""
    outbox = Outbox(settings.paths.data_dir)
    if not outbox.waiting():
        return Delivered()
    result = Delivered()
    with outbox.held() as alone:
        if not alone:
            return result
        for message in outbox.waiting():
            result = _one(settings, outbox, message, now, result, sleep, channel_of)
    return result


def _one(
    settings: Settings,
    outbox: Outbox,
    message: Waiting,
    now: datetime,
    result: Delivered,
    sleep: Sleep,
    channel_of: Callable[[str, Route], Channel] | None,
) -> Delivered:
    if message.not_before is not None and now < message.not_before:
        return replace(result, held=result.held + 1)
    route = settings.notify.routes.get(message.route)
    if route is None or not route.enabled:
        gone = message.model_copy(update={"answer": "the route is no longer in the settings"})
        outbox.done(gone, "given_up", now)
        return replace(result, given_up=(*result.given_up, message.route))
    root = settings.paths.evidence_dir
    shown = (_picture(root, name) for name in message.pictures)
    picture = next((path for path in shown if path is not None), None)
    answer, tried = _tried(settings, message, route, picture, sleep, channel_of)
    after = message.model_copy(update={"attempts": message.attempts + tried, "answer": answer.text})
    if answer.taken:
        outbox.done(after, "delivered", now)
        return replace(result, taken=result.taken + 1)
    told = f"{message.route}: {answer.text}"
    if now - message.created_at > timedelta(days=settings.notify.keep_days):
        outbox.done(after, "given_up", now)
        return replace(result, given_up=(*result.given_up, told))
    outbox.done(after, "failed", now)
    return replace(result, failed=(*result.failed, told))


def _tried(
    settings: Settings,
    message: Waiting,
    route: Route,
    picture: Path | None,
    sleep: Sleep,
    channel_of: Callable[[str, Route], Channel] | None,
) -> tuple[Answer, int]:
    """Return the last answer and how often it was tried; the picture goes with the first try only."""
    try:
        scrubber, channel = _channel(message.route, route) if channel_of is None else (
            Scrubber(), channel_of(message.route, route)
        )  # fmt: skip
    except CheckerError as error:
        return Answer(False, printable(error.message, 400)), 1
    tried = 0

    def attempt() -> Answer:
        nonlocal tried
        tried += 1
        shown = picture if tried == 1 else None
        answer = channel.send(message.title, message.body, urgent=message.urgent, picture=shown)
        return replace(answer, text=scrubber.scrub(answer.text))

    retrying = Retrying(
        stop=stop_after_attempt(settings.notify.attempts),
        wait=wait_exponential(multiplier=1, max=20),
        retry=retry_if_result(lambda answer: not answer.taken),
        sleep=sleep,
    )
    try:
        answer: Answer = retrying(attempt)
    except RetryError as error:
        answer = error.last_attempt.result()
    return answer, tried


def send_test(settings: Settings, names: Sequence[str], now: datetime) -> Iterator[tuple[str, Answer]]:
    """Send a test message to the routes named, or to every one, and yield what each far end answered."""
    for name, route in _enabled(settings).items():
        if names and name not in names:
            continue
        words = words_for("zh" if (route.language or settings.report.language) == "zh" else "en")
        try:
            scrubber, channel = _channel(name, route)
        except CheckerError as error:
            yield name, Answer(False, str(error))
            continue
        moment = f"{now.astimezone(reader_zone(settings)):%Y-%m-%d %H:%M}"
        answer = channel.send(
            words.say("message_test"),
            f"{words.say('message_test_body', route=name)}\n{moment}",
            urgent=False,
            picture=None,
        )
        yield name, replace(answer, text=scrubber.scrub(answer.text))


def reader_zone(settings: Settings) -> tzinfo:
    """Return the zone of whoever reads: the one in the settings, else this machine's."""
    if settings.report.timezone is not None:
        return ZoneInfo(settings.report.timezone)
    return datetime.now(UTC).astimezone().tzinfo or UTC


def _enabled(settings: Settings) -> dict[str, Route]:
    return {name: route for name, route in settings.notify.routes.items() if route.enabled}


def _channel(name: str, route: Route) -> tuple[Scrubber, Channel]:
    """Return what sends for a route, and what takes its secrets out of answers."""
    source = SecretSource(route.url_file, route.url_command, route.url)
    found = read_named(
        f"the address of route {name}", source, f"notify.{name}", warn=_unheard, environ=os.environ
    )
    url = "" if found is None else found.get_secret_value()
    secret = "" if route.secret is None else route.secret.get_secret_value()
    parts = [SecretStr(part) for part in (url, secret, *_tokens(url)) if part]
    return Scrubber(parts), channel_for(url, secret, time.time)


def _tokens(url: str) -> Iterator[str]:
    """Yield the parts of an address that may be tokens: what is long enough not to be a word or a host."""
    for part in url.replace("?", "/").replace("&", "/").replace("=", "/").replace("@", "/").split("/"):
        if len(part) >= 12 and "." not in part:  # noqa: PLR2004 - shorter ones are names
            yield part


def _picture(root: Path, name: str) -> Path | None:
    """Return a picture of the evidence that may be attached: within the folder, plain, and not too large."""
    if not name.endswith(_PICTURES):
        return None
    path = (root / name).resolve()
    try:
        fits = path.is_relative_to(root.resolve()) and path.stat().st_size <= _LARGEST_PICTURE
    except OSError:
        return None
    return path if fits else None


def _unheard(text: str) -> None:
    """Say nothing: that a secret stands in the settings is said by `checker doctor`."""
    del text
