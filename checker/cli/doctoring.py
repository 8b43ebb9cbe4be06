"""`checker flows doctor`: how a flow fares on the real console, widget by widget, with a picture."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.cli.options import AsJson, Config, now, out_console, print_document, say, settings_of

if TYPE_CHECKING:
    from checker.console.watched import Sight
    from checker.model import Reading
    from checker.report.flow_documents import DoctorDocument, LookModel, SightModel
    from checker.run.examined import Examination
    from checker.run.execute import Finished
    from checker.run.job import Event

__all__ = ["doctor"]


def doctor(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="The account to examine.")],
    config: Config = None,
    site: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="CODE", help="Only this site, e.g. CA; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where report and pictures go; else into the data folder."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Visit an account as a run does, and show which rule of each chain matched and what was unreadable.

    It reads only, through the same guard and limits, stores nothing and tells nobody.
    Exit codes: those of `checker run` for the visit itself; 20 where something was unreadable.
    """
    from checker.cli.run import interruptible
    from checker.report.doctor import print_doctor, sick
    from checker.run.examined import load_examination
    from checker.run.execute import Request, execute
    from checker.run.job import Examined, Said, Warned

    settings = settings_of(config)
    folder = out or settings.paths.data_dir / "doctor" / f"{alias}-{now():%Y%m%dT%H%M%SZ}"
    seen: list[Examination] = []

    def hear(_alias: str, event: Event) -> None:
        if isinstance(event, Examined):
            seen.append(load_examination(event.seen))
        elif isinstance(event, Said | Warned):
            say(event.text)

    request = Request((alias,), tuple(site or ()), dry_run=True, examine=folder)
    with interruptible() as interrupted:
        done = execute(settings, request, hear, say, interrupted)
    document = _document(alias, settings.accounts[alias].marketplace, done, seen)
    report = _write(folder, document)
    if as_json:
        print_document(document)
    else:
        print_doctor(document, out_console())
    say(f"report with pictures: {report}")
    from checker.model import FACTS
    from checker.model.exits import Exit, gravest

    outcomes = [FACTS[visit.outcome].exit for visit in done.run.visits]
    return gravest([*outcomes, Exit.INCOMPLETE if sick(document) else Exit.OK])


def _document(alias: str, marketplace: str, done: Finished, seen: list[Examination]) -> DoctorDocument:
    from checker.report.flow_documents import DoctorDocument

    visits = {f"{v.site.code}/{v.site.shop}".rstrip("/"): v for v in done.run.visits}
    readings = [reading for visit in done.run.visits for reading in visit.readings]
    return DoctorDocument(
        account=alias,
        marketplace=marketplace,
        flow=next((reading.flow for reading in readings if reading.flow), marketplace),
        outcomes={name: visit.outcome for name, visit in visits.items()},
        details={name: visit.detail for name, visit in visits.items() if visit.detail},
        states=tuple(state for one in seen for state in one.states),
        unknown=tuple(line for one in seen for line in one.unknown),
        sights=tuple(_sight(sight) for one in seen for sight in one.sights),
        readings=tuple(_look(reading) for reading in readings),
    )


def _sight(sight: Sight) -> SightModel:
    from checker.report.flow_documents import SightModel

    drawn = sight.drawn
    return SightModel(
        chain=sight.chain,
        name=sight.name,
        site=sight.site,
        page=sight.page,
        rules=sight.rules,
        place=sight.place,
        count=sight.count,
        text=sight.text,
        picture=sight.picture or None,
        drawn=None if drawn is None else (drawn.x, drawn.y, drawn.width, drawn.height),
    )


def _look(reading: Reading) -> LookModel:
    from checker.report.flow_documents import LookModel

    origin = reading.origin
    return LookModel(
        key=str(reading.key),
        presence=reading.presence,
        level=reading.level,
        native=reading.native or None,
        value=None if reading.value is None else format(reading.value, "f"),
        page=origin.page or None,
        rule=f"{origin.source}:{origin.rule}" if origin.source else None,
        place=origin.place,
        reason=reading.reason or None,
    )


def _write(folder: Path, document: DoctorDocument) -> Path:
    """Write the report beside its pictures, for the user alone."""
    from checker.files import write_private
    from checker.report.doctor import doctor_html

    def picture(name: str) -> str:
        try:
            data = (folder / name).read_bytes()
        except OSError:
            return ""
        return "data:image/png;base64," + base64.b64encode(data).decode()

    path = folder / "report.html"
    write_private(path, doctor_html(document, picture).encode("utf-8", "backslashreplace"))
    return path
