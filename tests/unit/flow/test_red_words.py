"""A sentence that says the account is stopped, and the same one denied, in each language we have words of."""

from __future__ import annotations

import pytest
from babel import Locale

from checker.flow.page_words import words_of
from checker.flow.red_words import red_word
from checker.flow.statements import stopped

DENIED = {
    "en": (
        "Your account has not been suspended.",
        "Your account is not currently suspended.",
        "Your account was never suspended.",
        "Your account is no longer suspended.",
        "Your account isn't restricted in any way.",
        "Your account hasn't been deactivated.",
    ),
    "de": (
        "Ihr Konto ist nicht gesperrt.",
        "Ihr Konto wurde nicht gesperrt.",
        "Ihr Konto ist derzeit nicht eingeschränkt.",
        "Ihr Konto ist nicht mehr gesperrt.",
    ),
    "es": (
        "Su cuenta no está suspendida.",
        "Su cuenta no ha sido desactivada.",
        "Tu cuenta ya no está bloqueada.",
    ),
    "pt": (
        "Sua conta não está suspensa.",
        "Sua conta não foi desativada.",
        "Sua conta não está mais bloqueada.",
    ),
    "fr": (
        "Votre compte n'est pas suspendu.",
        "Votre compte n'a pas été désactivé.",
        "Votre compte n'est plus bloqué.",
    ),
    "it": (
        "Il tuo account non è sospeso.",
        "Il tuo account non è stato disattivato.",
        "Il tuo account non è più bloccato.",
    ),
    "nl": (
        "Uw account is niet geblokkeerd.",
        "Je account is niet meer opgeschort.",
    ),
    "pl": (
        "Twoje konto nie jest zawieszone.",
        "Twoje konto nie zostało zablokowane.",
    ),
    "sv": ("Ditt konto är inte avstängt.",),
    "tr": (
        "Hesabınız askıya alınmadı.",
        "Hesabınız engellenmedi.",
        "Hesabınız kısıtlı değil.",
        "Hesabınız askıya alınmamış.",
    ),
    "ru": (
        "Ваш аккаунт не заблокирован.",
        "Ваш магазин не был заблокирован.",
        "Ваш аккаунт больше не ограничен.",
    ),
    "vi": (
        "Tài khoản của bạn không bị khóa.",
        "Tài khoản của bạn chưa bị đình chỉ.",
        "Shop của bạn không còn bị hạn chế.",
    ),
    "id": (
        "Akun Anda tidak ditangguhkan.",
        "Akun Anda belum pernah diblokir.",
        "Toko Anda tidak sedang dibatasi.",
    ),
    "ms": ("Akaun anda tidak digantung.",),
    "th": (
        "บัญชีของคุณไม่ถูกระงับ",
        "บัญชีของคุณไม่ได้ถูกระงับ",
        "ร้านค้าของคุณไม่ได้ถูกปิดใช้งาน",
        "บัญชีของคุณยังไม่ถูกระงับ",
        "บัญชีของคุณไม่เคยถูกระงับ",
    ),
    "ja": (
        "お客様のアカウントは停止されていません。",
        "出品用アカウントは停止していません",
        "貴店は現在停止されていません",
        "お客様のアカウントの停止は解除されました",
    ),
    "ko": (
        "귀하의 계정은 정지되지 않았습니다.",
        "회원님의 계정은 차단되지 않았습니다",
        "귀하의 계정은 정지 상태가 아닙니다",
    ),
    "zh": (
        "您的账户未被停用。",
        "您的账户没有被停用",
        "您的店铺并未被永久停用",
        "您的账户目前没有被冻结",
        "您的账号不再受限",
        "您的账户尚未停用",
    ),
    "ar": (
        "حسابك غير معطل",
        "حسابك ليس موقوفا",
        "لم يتم تعليق حسابك",
    ),
}
SAID = {
    "en": (
        "Your account has been suspended.",
        "Your account was not verified in time and has been suspended",
        "Your selling account is suspended because you did not answer",
    ),
    "de": ("Ihr Konto wurde gesperrt.",),
    "th": (
        "บัญชีของคุณถูกระงับ",
        "เนื่องจากคุณไม่ปฏิบัติตามนโยบาย บัญชีของคุณถูกระงับ",
        "บัญชีของคุณไม่ผ่านการตรวจสอบและถูกระงับ",
    ),
    "zh": (
        "您的账户已被停用",
        "由于未及时申诉，您的账户已被停用",
        "您的店铺因未达标被冻结",
    ),
    "ja": (
        "お客様のアカウントは停止されました",
        "お客様のアカウントは停止されています",
    ),
    "ko": ("귀하의 계정이 정지되었습니다.",),
    "tr": ("Hesabınız askıya alındı.",),
    "ru": ("Ваш аккаунт заблокирован.",),
    "vi": ("Tài khoản của bạn đã bị khóa.",),
    "id": ("Akun Anda telah ditangguhkan.",),
    "ar": ("تم تعليق حسابك",),
}


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in DENIED.items() for text in texts]
)
def test_what_is_denied_is_no_red(language: str, text: str) -> None:
    """The no stands before the word, after it, or with an auxiliary between, as the language has it."""
    assert (stopped(text, language), red_word(text, language, topics=("account",))) == ("", "")


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in SAID.items() for text in texts]
)
def test_what_is_said_is_red(language: str, text: str) -> None:
    """A no of another clause, or about something else, denies nothing."""
    assert stopped(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Account suspended? Listings removed? Ask our assistant."),
        ("en", "Is your account suspended? Is your shop blocked? Chat with us"),
        ("en", "Your account was suspended?! We can help"),
        ("de", "Ihr Konto wurde gesperrt? Hier hilft der Chat."),
        ("es", "¿Cuenta suspendida? Consulta la ayuda"),
        ("fr", "Votre compte est suspendu ? Nous vous aidons."),
        ("pt", "Sua conta foi suspensa? Fale conosco"),
        ("zh", "账户已停用？点击这里"),
    ],
)
def test_what_is_asked_is_no_red(language: str, text: str) -> None:
    """A chat that offers its help, and a list of questions, say of no account that it is stopped."""
    assert (stopped(text, language), red_word(text, language, topics=("account",))) == ("", "")


@pytest.mark.parametrize(
    ("language", "text"),
    [("zh", "您的账户已被停用吗？"), ("ja", "アカウントが停止されましたか？"), ("ar", "تم تعليق حسابك؟")],
)
def test_running_text_that_asks_is_no_statement(language: str, text: str) -> None:
    """Where nothing but a question stands."""
    assert stopped(text, language) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Your account has been suspended. Questions?",
        "What happened? Your account has been suspended",
        "Your account has been suspended, see /help?id=3",
        "您有疑问吗？您的账户已被停用",
    ],
)
def test_a_question_beside_what_is_said_takes_nothing_back(text: str) -> None:
    """Only the sentence that asks says nothing."""
    assert stopped(text, "zh" if "您" in text else "en")
    assert red_word(text, "zh" if "您" in text else "en", topics=("account",))


@pytest.mark.parametrize(
    "text",
    [
        "Your account has been suspended – what now?",
        "Your account has been suspended, need help?",
        "Account suspended: why?",
        "Account suspended?",
        "Account suspended (?)",
        "Account suspended ? ⓘ",
        "Account suspended (?) See details",
    ],
)
def test_a_question_takes_back_its_own_clause_alone(text: str) -> None:
    """A heading may say what is so and ask after it in one breath; a mark may stand beside a status."""
    assert red_word(text, "en", topics=("account",))


@pytest.mark.parametrize("language", sorted(words_of("redwords.toml", "status")))
def test_no_day_is_red(language: str) -> None:
    """The Czech July is no red thing, and a date no verdict."""
    locale = Locale.parse(language)
    names = {
        name
        for table in (locale.months, locale.days)
        for widths in table.values()
        for width in ("wide", "abbreviated")
        for name in widths[width].values()
    }

    assert {
        name for name in names if red_word(name, language) or red_word(f"15 {name} 2026", language)
    } == set()


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("cs", "Zrušené objednávky 96 z 100"),
        ("sk", "Zrušené objednávky"),
        ("hu", "Törölt rendelések"),
        ("pl", "Anulowane zamówienia"),
        ("es", "Ventas canceladas"),
        ("pt", "Vendas canceladas"),
        ("en", "Cancelled orders"),
    ],
)
def test_what_is_counted_of_orders_is_no_verdict(language: str, label: str) -> None:
    """That customers cancel is no stop of an account."""
    assert red_word(label, language) == ""


@pytest.mark.parametrize(
    ("text", "language", "red"),
    [
        ("Порог блокировки 5 %", "ru", False),
        ("Порог блокировки: 5 %", "ru", False),
        ("Umbral de suspensión: 2 %", "es", False),
        ("Превышен порог: блокировка аккаунта", "ru", True),
        ("Аккаунт заблокирован: порог превышен", "ru", True),
        ("Account suspended: threshold exceeded", "en", True),
        ("Cuenta suspendida por superar el umbral", "es", True),
    ],
)
def test_what_happens_at_a_limit_has_not_happened(text: str, language: str, *, red: bool) -> None:
    """The limit is named by it; that it was passed is said in other words."""
    assert bool(red_word(text, language, topics=("account", "status"))) is red
