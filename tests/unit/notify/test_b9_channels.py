"""B9: a far end that refuses, hangs, is slow or cannot be found keeps no message from the others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checker.notify.outbox import Outbox
from checker.notify.telling import deliver, enqueue
from checker.settings import Settings, load
from tests.unit.notify.conftest import Receiver
from tests.unit.report.samples import NOW, two_days

_NOWHERE = "nowhere.example"


@contextmanager
def listening(answer: bytes) -> Iterator[str]:
    """Yield a far end that says this to whoever connects, or nothing for as long as anybody waits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def take() -> None:
            with suppress(OSError):
                while True:
                    connection = listener.accept()[0]
                    held.append(connection)
                    if answer:
                        connection.recv(65_536)
                        connection.sendall(answer)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in held:
            connection.close()


@pytest.fixture
def silent() -> Iterator[str]:
    """A far end that takes a connection and says nothing."""
    with listening(b"") as address:
        yield address


@pytest.fixture
def broken() -> Iterator[str]:
    """A far end that answers 500."""
    with listening(b"HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 0\r\n\r\n") as address:
        yield address


@pytest.fixture
def unknown_host(monkeypatch: pytest.MonkeyPatch) -> str:
    """A name that no name server knows, without asking one."""
    real: Callable[..., Any] = socket.getaddrinfo

    def resolved(host: object, *rest: Any, **more: Any) -> Any:
        if host == _NOWHERE:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return _NOWHERE


def settled(folder: Path, **routes: str) -> Settings:
    """Return settings with one account and these routes."""
    path = folder / "checker.toml"
    path.write_text(
        '[paths]\ndata_dir = "data"\n[report]\ntimezone = "UTC"\n[notify]\nattempts = 2\n'
        '[accounts.main]\nmarketplace = "amazon"\nusername = "a"\npassword = "x"\n'
        + "".join(f'[notify.routes.{name}]\nto = "seller"\nurl = "{url}"\n' for name, url in routes.items()),
        encoding="utf-8",
    )
    (folder / "data").mkdir(mode=0o700)
    return load(path, {})


@pytest.mark.parametrize("trouble", ["refused", "hangs", "unknown", "nobody"])
def test_b9_one_of_three_that_fails_waits_alone_and_comes_once(
    tmp_path: Path, receiver: Receiver, silent: str, broken: str, unknown_host: str, trouble: str
) -> None:
    """The others have it at once; the next run delivers what waited, once, under the name it had."""
    far = {
        "refused": f"json://{broken}/bad",
        # The tool waits as long as its address says; a test does not wait for more.
        "hangs": f"json://{silent}/bad?cto=0.2&rto=0.2",
        "unknown": f"json://{unknown_host}/bad",
        "nobody": "json://127.0.0.1:9/bad",
    }[trouble]
    settings = settled(
        tmp_path, bad=far, left=f"json://{receiver.url}/left", right=f"json://{receiver.url}/right"
    )
    of = two_days()
    assert enqueue(settings, of.run, of.known, of.places, ["one/1/new"]) == 3

    first = deliver(settings, NOW, sleep=lambda _: None)
    arrived = [path for path, _ in receiver.got]
    waiting = Outbox(settings.paths.data_dir).waiting()
    again = enqueue(settings, of.run, of.known, of.places, ["one/1/new"])

    assert (first.taken, len(first.failed), first.waits) == (2, 1, True)
    assert sorted(arrived) == ["/left", "/right"]
    assert [message.route for message in waiting] == ["bad"]
    # Told again by a run that could not know: the same message, which two routes have.
    assert again == 1
    receiver.got.clear()
    mended = _mended(settings, receiver)
    second = deliver(mended, NOW + timedelta(hours=1), sleep=lambda _: None)
    third = deliver(mended, NOW + timedelta(hours=2), sleep=lambda _: None)
    assert (second.taken, second.waits, third.taken) == (1, False, 0)
    assert [path for path, _ in receiver.got] == ["/mended"]
    told = [one.route for one in Outbox(settings.paths.data_dir).deliveries() if one.what == "delivered"]
    assert sorted(told) == ["bad", "left", "right"]


def _mended(settings: Settings, receiver: Receiver) -> Settings:
    """Return the settings with the route that failed leading somewhere."""
    assert settings.file is not None
    text = settings.file.read_text(encoding="utf-8")
    head, _, rest = text.partition('url = "')
    after = rest.partition('"')[2]
    settings.file.write_text(f'{head}url = "json://{receiver.url}/mended"{after}', encoding="utf-8")
    return load(settings.file, {})
