"""A day by which something must be done is told from one on which something happened, in each language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checker.flow.due_days import due_day
from checker.flow.recorder import Recorder
from checker.model import Level, Site

DUE = [
    ("Your account is at risk of deactivation. Appeal by December 9, 2026.", "en", "en_US"),
    ("Your account was suspended on December 1, 2026. Appeal by Dec 9, 2026 at the latest.", "en", "en_US"),
    ("Appeal by 12/09/2026", "en", "en_US"),
    ("Deadline: December 9, 2026", "en", "en_US"),
    ("Please respond no later than 9 December 2026", "en", "en_GB"),
    (
        "Ihr Konto wurde am 1. Dezember 2026 gesperrt. Bitte legen Sie bis zum 09.12.2026 Widerspruch ein.",
        "de",
        "de_DE",
    ),
    ("Frist: 09.12.2026", "de", "de_DE"),
    ("Su cuenta fue suspendida. Apele antes del 9 de diciembre de 2026.", "es", "es_ES"),
    ("您的账户已于2026年12月1日被停用。请于2026年12月9日前提交申诉。", "zh", "zh_CN"),
    ("2026年12月9日までにご回答ください。", "ja", "ja_JP"),
    ("9 Aralık 2026 tarihine kadar itiraz edin", "tr", "tr_TR"),
    ("Подайте апелляцию до 9 декабря 2026 г.", "ru", "ru_RU"),
    ("กรุณาอุทธรณ์ภายในวันที่ 9 ธันวาคม 2026", "th", "th_TH"),
    ("Vui lòng khiếu nại trước ngày 09/12/2026", "vi", "vi_VN"),
    ("2026년 12월 9일까지 이의를 제기하세요", "ko", "ko_KR"),
    ("Faites appel avant le 9 décembre 2026", "fr", "fr_FR"),
    ("Presenta ricorso entro il 9 dicembre 2026", "it", "it_IT"),
    ("Odwołaj się do 9 grudnia 2026 r.", "pl", "pl_PL"),
    ("Recorra até 9 de dezembro de 2026", "pt", "pt_BR"),
    ("Ajukan banding sebelum 9 Desember 2026", "id", "id_ID"),
    ("Appeal before 2026-12-09", "en", "en_US"),
    ("Överklaga senast 2026-12-09", "sv", "sv_SE"),
    ("Ga in beroep voor 9 december 2026", "nl", "nl_NL"),
    ("Respond by Wednesday, December 9, 2026", "en", "en_US"),
    ("Appeal by the end of December 9, 2026", "en", "en_US"),
    ("Bis Mittwoch, 9. Dezember 2026 antworten", "de", "de_DE"),
]
NOT_DUE = [
    ("Your account was suspended by Amazon on December 1, 2026.", "en", "en_US"),
    ("Your account is restricted until December 9, 2026.", "en", "en_US"),
    ("Ihr Konto ist gesperrt bis 9. Dezember 2026", "de", "de_DE"),
    ("您的账户已于2026年12月1日被停用", "zh", "zh_CN"),
    ("截至2026年12月1日，您有3项违规", "zh", "zh_CN"),
    ("Listing removed 12/01/2026", "en", "en_US"),
    ("As of December 1, 2026 your account is at risk", "en", "en_US"),
    ("Su cuenta está suspendida hasta el 9 de diciembre de 2026", "es", "es_ES"),
    ("アカウントは2026年12月1日に停止されました", "ja", "ja_JP"),
    ("Updated on December 1, 2026 by the team", "en", "en_US"),
    ("Ваш аккаунт заблокирован до 9 декабря 2026", "ru", "ru_RU"),
    ("Your account was deactivated on December 1, 2026 before we heard from you", "en", "en_US"),
    ("Updated by Amazon on December 1, 2026", "en", "en_US"),
    ("Violation found by our team on December 1, 2026", "en", "en_US"),
    ("Appeal at any time", "en", "en_US"),
]


@pytest.mark.parametrize(("text", "language", "locale"), DUE)
def test_the_last_day_for_something_is_a_deadline(text: str, language: str, locale: str) -> None:
    """The ninth of December ends at midnight of the site."""
    assert due_day([text], language, locale, "UTC") == datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(("text", "language", "locale"), NOT_DUE)
def test_the_day_of_an_event_or_of_its_end_is_none(text: str, language: str, locale: str) -> None:
    """Nor is the day until which something lasts."""
    assert due_day([text], language, locale, "UTC") is None


def test_of_several_the_earliest_must_not_be_missed() -> None:
    """Each text of one thing counts."""
    texts = ["Appeal by December 12, 2026", "Respond by December 9, 2026", "Removed on December 1, 2026"]

    assert due_day(texts, "en", "en_US", "UTC") == datetime(2026, 12, 9, 23, 59, 59, tzinfo=UTC)


def test_a_red_has_the_deadline_its_text_names_and_nothing_else_has_one() -> None:
    """A notice that is green, or one that states its deadline itself, is left as it is."""
    site = Site("US", "US", "United States", locale="en_US", zone="UTC")
    recorder = Recorder(
        "amazon", "main", site, "flow", lambda: datetime(2026, 12, 1, tzinfo=UTC), "en", "en_US"
    )
    key, text = recorder.key("account.status"), "At risk of deactivation. Appeal by December 9, 2026."
    own = datetime(2026, 12, 5, tzinfo=UTC)

    assert recorder.shown(key, Level.CRITICAL, native=text).deadline == datetime(
        2026, 12, 9, 23, 59, 59, tzinfo=UTC
    )
    assert recorder.shown(key, Level.OK, native=text).deadline is None
    assert recorder.shown(key, Level.CRITICAL, native=text, deadline=own).deadline == own
