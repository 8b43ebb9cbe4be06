"""Keys as a person types them: by id, in full, or a part that fits only one; offered on TAB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from checker.errors import CheckerError, UsageError

if TYPE_CHECKING:
    from checker.model import Key
    from checker.report.rollup import Place
    from checker.settings import Settings

__all__ = [
    "complete_account",
    "complete_kept",
    "complete_key",
    "complete_open",
    "complete_run",
    "complete_site",
    "require_known",
    "the_finding",
    "the_key",
]

_ID = re.compile(r"[0-9a-f]{7}")
_SHOWN = 12
_OFFERED = 200


def the_finding(text: str, keys: Sequence[Key]) -> Key:
    """Return the one open finding a text means, or raise UsageError with those it may mean."""
    from checker.report.lists import short_id

    wanted = text.strip()
    if _ID.fullmatch(wanted):
        by_id = [key for key in keys if short_id(key) == wanted]
        if len(by_id) == 1:
            return by_id[0]
    exact = [key for key in keys if str(key) == wanted]
    folded = wanted.casefold()
    ending = [key for key in keys if str(key).casefold().endswith(folded)]
    holding = [key for key in keys if folded in str(key).casefold()]
    found = exact or (ending if len(ending) == 1 else holding)
    return the_key(text, sorted(found), hint="list what is open with: checker findings")


def the_key(text: str, keys: Sequence[Key], hint: str) -> Key:
    """Return the one key of several a text may mean; UsageError if there is none, or more."""
    if not keys:
        raise UsageError(f"no key holds {text!r}", hint=hint)
    if len(keys) > 1:
        listed = "\n".join(f"  {key}" for key in keys[:_SHOWN])
        more = "" if len(keys) <= _SHOWN else f"\n  and {len(keys) - _SHOWN} more"
        raise UsageError(
            f"{text!r} is part of {len(keys)} keys:\n{listed}{more}", hint="give more of the key"
        )
    return keys[0]


def require_known(
    settings: Settings, places: Iterable[Place], accounts: Iterable[str], sites: Iterable[str]
) -> None:
    """Raise UsageError, with those there are, for an account or a site that nothing is known of."""
    places = tuple(places)
    known = settings.accounts.keys() | {place.account for place in places}
    if unknown := [alias for alias in accounts if alias not in known]:
        raise UsageError(
            f"no account is called {unknown[0]!r}", hint=f"there are: {_those(known) or 'none yet'}"
        )
    wanted = set(accounts)
    codes = {p.site.code for p in places if not wanted or p.account in wanted}
    codes |= {
        code
        for alias, account in settings.accounts.items()
        if account.sites != "all" and (not wanted or alias in wanted)
        for code in account.sites
    }
    if missing := sorted(set(sites) - codes):
        raise UsageError(
            f"no site is called {missing[0]!r}",
            hint=f"there are: {_those(codes) or 'none yet; `checker run` lists them'}",
        )


def _those(names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = f", and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more


# What is offered on TAB; a completion must never fail, nor say anything but what it offers...


def complete_open(ctx: Any, incomplete: str) -> Iterator[tuple[str, str]]:
    """Offer the keys of what is open, each with its level; their ids where one was begun."""
    from checker.report.lists import short_id

    for key, state in sorted(_asked(ctx, lambda store: store.findings()) or ()):
        for name in (str(key), short_id(key)):
            if name.startswith(incomplete) and (incomplete or name == str(key)):
                yield name, state.level.value


def complete_key(ctx: Any, incomplete: str) -> Iterator[str]:
    """Offer every key that holds what was typed."""
    keys = _asked(ctx, lambda store: dict.fromkeys(store.find_keys(incomplete))) or ()
    yield from (str(key) for key, _ in list(keys)[:_OFFERED])


def complete_run(ctx: Any, incomplete: str) -> Iterator[tuple[str, str]]:
    """Offer the last runs, each with when it began."""
    runs = _asked(ctx, lambda store: {row.run_id: row for row in store.runs(_OFFERED)}) or ()
    for run_id, row in runs:
        if run_id.startswith(incomplete):
            yield run_id, f"{row.started_at:%Y-%m-%d %H:%M} UTC"


def complete_account(ctx: Any, incomplete: str) -> Iterator[tuple[str, str]]:
    """Offer the accounts of the settings and of the store, each with its marketplace."""
    from checker.errors import ConfigError

    known = _asked(ctx, lambda store: {place.account: place.marketplace for place in store.places()}) or []
    try:
        configured = [(alias, account.marketplace) for alias, account in _settings(ctx).accounts.items()]
    except ConfigError:
        configured = []
    yield from sorted(entry for entry in {*known, *configured} if entry[0].startswith(incomplete))


def complete_site(ctx: Any, incomplete: str) -> Iterator[str]:
    """Offer the sites something is known of."""
    known = _asked(ctx, lambda store: dict.fromkeys(place.site for place in store.places())) or ()
    yield from sorted(code for code, _ in known if code.startswith(incomplete.upper()))


def complete_kept(ctx: Any, incomplete: str) -> Iterator[str]:
    """Offer the runs whose visits are kept, and `last`."""
    from checker.errors import ConfigError
    from checker.run.replay import kept_runs

    try:
        runs = kept_runs(_settings(ctx).paths.visits_dir)
    except ConfigError:
        return
    yield from (name for name in ("last", *reversed(runs)) if runs and name.startswith(incomplete))


def _settings(ctx: Any) -> Settings:
    from pathlib import Path

    from checker.settings import load

    config = ctx.params.get("config")
    return load(Path(config) if config else None, must_exist=False)


def _asked(ctx: Any, ask: Any) -> list[tuple[Any, Any]] | None:
    from checker.store import open_store

    try:
        settings = _settings(ctx)
        path = settings.paths.data_dir
        if not path.exists():
            return None
        with open_store(settings.store.url, patience=0.2) as store:
            return list(ask(store).items())
    except CheckerError:
        return None
