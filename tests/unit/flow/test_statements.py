"""What a sentence says: what is, what would be, and of whom, in each language there are words of."""

# ruff: noqa: E501 - a page is easier to read in one line

from __future__ import annotations

import pytest

from checker.flow.banners import alerts, red_in_banner
from checker.flow.coverage import red_statuses, unclaimed
from checker.flow.harmless import harmless_banner
from checker.flow.page_words import words_of
from checker.flow.statements import stopped
from tests.unit.flow.test_coverage import page

RULES = [
    ("en", "If your order defect rate is above 1%, your account may be suspended."),
    ("en", "Your account may be suspended if your order defect rate is above 1%."),
    ("en", "Accounts with high defect rates can be deactivated."),
    ("en", "Sellers who ship late may be suspended"),
    ("en", "When your score falls below 200, your account is suspended."),
    ("en", "Your account is deactivated when your score falls below 100."),
    ("en", "A score below 200 means your account is at risk of deactivation."),
    ("en", "Late deliveries can lead to account suspension."),
    ("en", "Has your account been suspended?"),
    ("de", "Wenn Ihre Rate an Bestellmängeln über 1 % liegt, kann Ihr Konto gesperrt werden."),
    ("de", "Ihr Konto kann gesperrt werden, wenn Ihre Rate über 1 % liegt."),
    ("de", "Konten mit vielen Verstößen können deaktiviert werden."),
    ("es", "Si tu tasa de pedidos defectuosos supera el 1%, tu cuenta puede ser suspendida."),
    ("es", "Tu cuenta puede ser suspendida si tu tasa supera el 1%."),
    ("es", "Las cuentas con muchos reclamos pueden ser suspendidas."),
    ("pt", "Se a sua taxa de defeitos for superior a 1%, sua conta pode ser suspensa."),
    ("pt", "Contas com muitas reclamações podem ser desativadas."),
    ("fr", "Si votre taux de commandes défectueuses dépasse 1 %, votre compte peut être suspendu."),
    ("fr", "Les comptes dont le taux est élevé peuvent être désactivés."),
    ("it", "Se il tuo tasso supera l'1%, il tuo account può essere sospeso."),
    ("it", "Gli account con molti reclami possono essere disattivati."),
    ("nl", "Als uw defectpercentage hoger is dan 1%, kan uw account worden geblokkeerd."),
    ("nl", "Accounts met veel klachten kunnen worden gedeactiveerd."),
    ("pl", "Jeśli wskaźnik przekroczy 1%, Twoje konto może zostać zawieszone."),
    ("pl", "Konta z wieloma naruszeniami mogą zostać zablokowane."),
    ("cs", "Pokud míra vad přesáhne 1 %, váš účet může být pozastaven."),
    ("cs", "Účty s mnoha porušeními mohou být zablokovány."),
    ("sk", "Ak miera chýb presiahne 1 %, váš účet môže byť pozastavený."),
    ("sk", "Účty s mnohými porušeniami môžu byť zablokované."),
    ("hu", "Ha a hibaarány meghaladja az 1%-ot, a fiókod felfüggesztésre kerülhet."),
    ("hu", "A fiókok felfüggesztett állapotba kerülhetnek sok panasz után."),
    ("sv", "Om din felfrekvens är över 1 % kan ditt konto bli avstängt."),
    ("sv", "Konton med många klagomål kan bli avstängda."),
    ("tr", "Sipariş kusur oranınız %1'i aşarsa hesabınız askıya alınabilir."),
    ("tr", "Eğer oranınız %1'in üzerindeyse hesabınız askıya alınmış olabilir."),
    ("ru", "Если доля дефектных заказов превысит 1%, ваш аккаунт может быть заблокирован."),
    ("ru", "Аккаунты с большим числом жалоб могут быть заблокированы."),
    ("vi", "Nếu tỷ lệ đơn hàng lỗi trên 1%, tài khoản của bạn có thể bị khóa."),
    ("vi", "Các tài khoản có nhiều khiếu nại có thể bị khóa."),
    ("id", "Jika tingkat cacat pesanan di atas 1%, akun Anda dapat ditangguhkan."),
    ("id", "Akun yang melanggar dapat diblokir."),
    ("ms", "Jika kadar kecacatan melebihi 1%, akaun anda boleh digantung."),
    ("ms", "Akaun yang melanggar peraturan boleh digantung."),
    ("th", "หากอัตราข้อบกพร่องสูงกว่า 1% บัญชีของคุณอาจถูกระงับ"),
    ("th", "บัญชีที่มีการร้องเรียนมากอาจถูกระงับ"),
    ("ja", "注文不良率が1%を超えた場合、お客様のアカウントは停止される可能性があります。"),
    ("ja", "違反したアカウントは停止されることがあります。"),
    ("ko", "주문 결함률이 1%를 초과하는 경우 귀하의 계정이 정지될 수 있습니다."),
    ("ko", "결함률이 높은 계정은 정지될 수 있습니다."),
    ("zh", "如果您的订单缺陷率高于1%,您的账户可能会被停用。"),
    ("zh", "订单缺陷率过高的账户可能会被停用。"),
    ("zh", "若订单缺陷率高于1%,店铺可能被冻结。"),
    ("ar", "إذا تجاوز معدل عيوب الطلبات 1٪ فقد يتم تعليق حسابك."),
    ("ar", "قد يتم تعليق الحسابات التي لديها شكاوى كثيرة."),
]
FACTS = [
    ("en", "Your account was suspended when we found counterfeit items."),
    ("en", "When we found counterfeit items, your account was suspended."),
    ("en", "Your account has been suspended to protect buyers."),
    ("en", "Your account has been suspended and can no longer be used."),
    ("en", "Your account is suspended, which means that you cannot sell."),
    ("en", "Your account is suspended, learn more in our help."),
    ("en", "Your account was deactivated because your defect rate was above 1%."),
    ("en", "We suspended your account when we found fakes."),
    ("en", "To protect our customers, your account has been suspended."),
    ("de", "Ihr Konto wurde gesperrt, als wir Fälschungen fanden."),
    ("de", "Ihr Konto wurde gesperrt, um weiteren Schaden zu vermeiden."),
    ("es", "Tu cuenta fue suspendida cuando detectamos productos falsos."),
    ("es", "Suspendimos tu cuenta cuando detectamos productos falsos."),
    ("pt", "Sua conta foi suspensa quando identificamos produtos falsos."),
    ("fr", "Votre compte a été suspendu lorsque nous avons trouvé des contrefaçons."),
    ("it", "Il tuo account è stato sospeso quando abbiamo trovato dei falsi."),
    ("nl", "Uw account werd geblokkeerd wanneer wij namaak vonden."),
    ("pl", "Twoje konto zostało zawieszone, gdy wykryliśmy podróbki."),
    ("cs", "Váš účet byl pozastaven, když jsme zjistili padělky."),
    ("sk", "Váš účet bol pozastavený, keď sme zistili falzifikáty."),
    ("hu", "Fiókodat zároltuk, amikor hamis termékeket találtunk."),
    ("sv", "Ditt konto har blivit avstängt när vi hittade förfalskningar."),
    ("tr", "Sahte ürün tespit ettiğimizde hesabınız askıya alındı."),
    ("ru", "Ваш аккаунт был заблокирован, когда мы обнаружили подделки."),
    ("vi", "Tài khoản của bạn đã bị khóa khi chúng tôi phát hiện hàng giả."),
    ("id", "Akun Anda telah ditangguhkan ketika kami menemukan barang palsu."),
    ("ms", "Akaun anda telah digantung apabila kami menemui barang tiruan."),
    ("th", "บัญชีของคุณได้ถูกระงับเมื่อเราพบสินค้าปลอม"),
    ("ja", "偽造品が見つかったため、お客様のアカウントは停止されました。"),
    ("ko", "위조품이 발견되어 귀하의 계정이 정지되었습니다."),
    ("zh", "我们发现假货时,您的账户已被停用。"),
    ("ar", "تم تعليق حسابك عندما وجدنا منتجات مقلدة."),
]
THREATS = [
    ("en", "Your account may be deactivated."),
    ("en", "Your account will be suspended unless you verify your identity."),
    ("en", "Your account is at risk of deactivation. Address violations to avoid deactivation."),
    ("en", "Your account is at risk of deactivation, act now to avoid it"),
    ("en", "Your account is at risk of deactivation if your defect rate stays high"),
    ("en", "Your account will be deactivated if you do not respond within 72 hours"),
    ("en", "This means your account is at risk of deactivation."),
    ("en", "Your account has been suspended. If your rate is above 1%, accounts may be suspended."),
    ("en", "If your rate is above 1%, accounts may be suspended. Your account has been suspended."),
    ("en", "Two of your accounts with violations are suspended"),
    ("en", "Urgent: reply to 3 violations when you can"),
    ("en", "Payouts on hold: your account is under review"),
    ("en", "Your account may be suspended because of recent violations"),
    ("es", "Tu cuenta será suspendida si no envías los documentos"),
    ("zh", "如果您未在72小时内回复,您的账户将被停用"),
    ("de", "Ihr Konto wird gesperrt, wenn Sie nicht bis Freitag antworten."),
    ("ru", "Если вы не подтвердите данные, ваш аккаунт будет заблокирован."),
    ("en", "Suspended listings were reviewed and your account is suspended"),
]
HEADLINES = [
    ("en", "Account restricted - if you think that this is an error, appeal"),
    ("en", "Account suspended, if you think that this is an error, appeal"),
    ("en", "Account restricted; when you have answered, we look at it again"),
    ("de", "Konto gesperrt – wenn Sie Fragen haben, schreiben Sie uns"),
    ("ru", "Аккаунт заблокирован — если это ошибка, напишите нам"),
    ("zh", "账户已停用；如果您有疑问，请联系我们"),
]
BREAKS = [
    ("es", "Pausamos tus ventas mientras estás de vacaciones"),
    ("en", "Your shop has been paused while you are on vacation."),
    ("en", "Selling is paused while you are on vacation"),
    ("en", "Vacation mode is on. Your listings are hidden."),
    ("en", "Your store is closed due to vacation"),
    ("pt", "Pausamos suas vendas enquanto você está de férias"),
    ("de", "Ihr Shop ist pausiert, solange Sie im Urlaub sind"),
    ("de", "Ihr Shop ist wegen Urlaub geschlossen"),
    ("fr", "Votre boutique a été fermée pendant vos vacances"),
    ("it", "Il tuo negozio è in pausa durante le ferie"),
    ("nl", "Je winkel is gesloten tijdens je vakantie"),
    ("pl", "Wstrzymaliśmy sprzedaż na czas Twojego urlopu"),
    ("cs", "Pozastavili jsme prodej po dobu vaší dovolené"),
    ("sk", "Pozastavili sme predaj počas vašej dovolenky"),
    ("hu", "Az értékesítés a szabadság idejére fel van függesztve, felfüggesztve"),
    ("sv", "Din butik är pausad under semestern"),
    ("tr", "Tatil modunda satışlarınız durduruldu"),
    ("ru", "Продажи приостановлены на время отпуска"),
    ("ru", "Ваш магазин закрыт на каникулы"),
    ("zh", "您的店铺正在休假,已暂停营业"),
    ("ja", "休暇中のため販売を一時休止しています"),
    ("ja", "休暇設定により販売を停止しています"),
    ("ko", "휴가 모드로 판매가 일시 정지되었습니다"),
    ("vi", "Shop của bạn đang tạm nghỉ, tạm dừng bán hàng"),
    ("id", "Toko Anda tutup sementara karena libur"),
    ("ar", "تم تعليق المبيعات أثناء الإجازة"),
    ("th", "ร้านค้าของคุณปิดชั่วคราวเนื่องจากวันหยุด"),
]
ENFORCED = [
    ("en", "Your account has been closed while you were on vacation"),
    ("en", "Your payouts are on hold while you are on vacation"),
    ("es", "Cerramos tu cuenta durante tus vacaciones"),
    ("en", "Your account was paused because of policy violations"),
    ("en", "Your account was suspended while you were on vacation"),
    ("en", "Your store has been suspended during your vacation"),
    ("en", "Selling was paused during your vacation because of policy violations"),
    ("en", "Your selling has been paused, we could not verify you while you were on vacation"),
    ("en", "Your account has been paused because of policy violations"),
    ("es", "Pausamos tus ventas por incumplimiento de las políticas"),
    ("es", "Tu cuenta fue suspendida durante tus vacaciones"),
    ("es", "Pausamos tu cuenta durante tus vacaciones por infracciones"),
    ("pt", "Sua loja foi suspensa durante as suas férias"),
    ("cs", "Váš účet byl pozastaven během dovolené"),
    ("ru", "Ваш магазин приостановлен во время отпуска"),
    ("ru", "Продажи приостановлены на время отпуска из-за нарушений правил"),
    ("zh", "您的店铺在假期期间被暂停销售"),
    ("ja", "休暇中に、お客様のアカウントは停止されました"),
    ("en", "You are on vacation mode. Your account has been suspended."),
]
THINGS = [
    ("en", "Suspended listings 3"),
    ("en", "3 of your listings have been suspended"),
    ("es", "Publicaciones suspendidas 3"),
    ("de", "Gesperrte Angebote 3"),
    ("fr", "Annonces suspendues 3"),
    ("pt", "Anúncios suspensos 3"),
    ("it", "Offerte sospese 3"),
    ("zh", "已下架商品 3"),
    ("ja", "停止中の商品 3"),
    ("ru", "Заблокированные товары 3"),
    ("pl", "Zawieszone oferty 3"),
    ("th", "สินค้าที่ถูกระงับ 3"),
    ("vi", "Sản phẩm bị khóa 3"),
    ("tr", "Askıya alınan ürünler 3"),
    ("cs", "Pozastavené nabídky 3"),
    ("sk", "Pozastavené ponuky 3"),
    ("hu", "Felfüggesztett ajánlatok 3"),
    ("sv", "Avstängda annonser 3"),
    ("nl", "Geblokkeerde advertenties 3"),
    ("id", "Produk diblokir 3"),
    ("ms", "Produk disekat 3"),
    ("en", "Orders on hold: 5"),
    ("en", "Ads disabled (2)"),
    ("ko", "차단된 상품 3"),
    ("ar", "عروض معلق 3"),
]


@pytest.mark.parametrize(("language", "text"), RULES)
def test_a_rule_is_no_red(language: str, text: str) -> None:
    """It says what would be: in a banner nobody understands it, in running text it is not told."""
    assert (red_in_banner(text, language), stopped(text, language)) == ("", "")
    assert harmless_banner(text, language) == ""


@pytest.mark.parametrize(("language", "text"), RULES)
def test_a_rule_beside_a_fact_takes_nothing_from_it(language: str, text: str) -> None:
    """Before it or after it: what says both is red."""
    for both in (f"Your account has been suspended. {text}", f"{text}\nYour account has been suspended."):
        assert red_in_banner(both, language)
        assert stopped(both, language)


@pytest.mark.parametrize(("language", "text"), FACTS)
def test_what_happened_is_red_whatever_the_sentence_adds(language: str, text: str) -> None:
    """When it happened, why, and what it is good for, make no rule of it."""
    assert stopped(text, language)
    assert red_in_banner(text, language)


@pytest.mark.parametrize(("language", "text"), THREATS)
def test_a_threat_is_red(language: str, text: str) -> None:
    """To the reader himself, or with what he is to do: it is more than a rule."""
    assert red_in_banner(text, language)


@pytest.mark.parametrize(("language", "text"), HEADLINES)
def test_what_is_set_off_from_an_if_is_red(language: str, text: str) -> None:
    """What comes after is what to do about it."""
    assert red_in_banner(text, language)


@pytest.mark.parametrize(("language", "text"), BREAKS)
def test_a_break_that_the_seller_takes_is_no_red(language: str, text: str) -> None:
    """He chose it, and can end it."""
    assert (red_in_banner(text, language), stopped(text, language)) == ("", "")
    assert harmless_banner(text, language) == "vacation mode"


@pytest.mark.parametrize(("language", "text"), ENFORCED)
def test_what_is_enforced_is_no_break(language: str, text: str) -> None:
    """Though it falls into a vacation."""
    assert red_in_banner(text, language)
    assert harmless_banner(text, language) == ""


def test_what_is_said_besides_a_break_is_not_harmless() -> None:
    """Nobody knows what it is."""
    assert harmless_banner("You are on vacation mode, sales are paused. We changed your shop.", "en") == ""


@pytest.mark.parametrize(
    "topic",
    sorted({"happened", "anybody", "vacation", "accounts", "enforced", "things", "keepers"}),
)
def test_every_language_of_red_words_has_the_words_of_statements(topic: str) -> None:
    """A sentence is as easy to misread in one as in another."""
    assert set(words_of("redwords.toml", "status")) <= set(words_of("statements.toml", topic))


@pytest.mark.parametrize(("language", "text"), THINGS)
def test_stopped_things_with_a_number_are_no_status_of_the_account(language: str, text: str) -> None:
    """They are told as what nobody understands; with a colour, or without a number, they are red."""
    label = text.rpartition(" ")[0].rstrip(":")
    shown = page(f"<div class=card><p>{label}</p><p>3</p></div>", language)
    red = page(f"<div class=card><p>{label}</p><p data-checker-tone=red>3</p></div>", language)

    assert red_statuses(shown, (), language, locale="en_US") == ()
    assert [one.kind for one in unclaimed(shown, (), language, locale="en_US")] == ["number"]
    assert red_statuses(red, (), language, locale="en_US")


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>Suspended listings</td><td>3</td></tr></table>",
        "<p>3 suspended listings</p>",
        "<dl><dt>Listings suspended</dt><dd>3</dd></dl>",
        "<span class=badge>3 suspended listings</span>",
        "<div class=card><h3>Listings</h3><ul><li>Active 120</li><li>Suspended <b>3</b></li></ul></div>",
        "<div class=card><h3>Listings</h3><div><span>Suspended</span><span>3</span></div></div>",
        "<div class=card><b>Listings</b><p>Suspended: 3</p></div>",
        "<table><tr><th>Listings</th><th>Count</th></tr><tr><td>Suspended</td><td>3</td></tr></table>",
        "<div class=stat><span class=status>Suspended listings</span><strong>3</strong><a href=x>View</a></div>",
    ],
)
def test_stopped_things_are_told_however_they_are_laid_out(html: str) -> None:
    """A card, a row, a heading with its counts: nothing red of the account, and nothing silent."""
    shown = page(html)

    assert red_statuses(shown, (), "en", locale="en_US") == ()
    assert any("3" in one.text for one in unclaimed(shown, (), "en", locale="en_US"))


@pytest.mark.parametrize(
    "html",
    [
        "<div class=card><span>Account suspended</span><b>3</b></div>",
        "<div>Shop status: <b class=pill>Suspended</b></div>",
        "<div class=card><span>Shop status: Suspended</span><b>3</b></div>",
        "<div class=card><h3>Account</h3><p>Suspended 3</p></div>",
        "<div class=card><h3>Listings</h3><p class=pill>Account suspended</p></div>",
        "<h3>Listings</h3><section><h3>Your account</h3><p class=pill>Suspended</p></section>",
        "<ul><li>Suspended <b>3</b></li><li>Active <b>2</b></li></ul>",
        "<div class=card><span>Suspended sites</span><b>3</b></div>",
        "<div class=card><span>All listings suspended</span><b>120</b></div>",
        "<div class=card><span>Payouts on hold</span><b>3</b></div>",
        "<div><h3>Listings</h3><p>Status: <b class=pill>Suspended</b></p></div>",
        "<div class=card><span class='label text-danger'>Suspended listings</span><b>3</b></div>",
        "<div role=alert>3 listings were removed, and your account is suspended</div>",
        "<div role=alert>3 listings with policy violations have been suspended</div>",
    ],
)
def test_what_may_be_the_account_is_red_beside_a_number(html: str) -> None:
    """One is named, or nothing is, or there is no number."""
    assert red_statuses(page(html), (), "en", locale="en_US") or alerts(page(html), "en")[0].red


def test_an_alert_about_some_listings_is_not_understood() -> None:
    """It is an alert all the same: told, and not harmless."""
    (alert,) = alerts(page("<div role=alert>3 of your listings have been suspended</div>"), "en")

    assert (alert.red, alert.harmless) == ("", "")
