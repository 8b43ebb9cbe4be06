"""What a page shows whatever a flow knows of it: banners, reds, and what nobody read (A5, D9, D10)."""

# ruff: noqa: E501 - a page is easier to read in one line

from __future__ import annotations

import time
from typing import ClassVar

import pytest

from checker.flow import Page
from checker.flow.coverage import alerts, red_statuses, status_word_beside, unclaimed

HID = 'data-checker-hidden=""'
RED = "data-checker-tone=red"
# Something to stand beside, so that what is tested is not half of the page.
REST = "<main><p>" + "Here you see how your account is doing on this marketplace. " * 12 + "</p></main>"


def page(html: str, language: str = "en") -> Page:
    """Return a health page with that in it."""
    return Page("p", "/p", 200, f"<!doctype html><html lang={language}><body>{html}{REST}</body></html>")


class TestAlerts:
    """Every visible alert, banner and dialog."""

    SAID = "Something about your shop was changed by us"

    @pytest.mark.parametrize(
        "html",
        [
            "<div role=alert>{}</div>",
            "<div role=alertdialog>{}</div>",
            "<div role=dialog>{}</div>",
            "<div role=status>{}</div>",
            "<dialog open>{}</dialog>",
            "<div aria-live=polite>{}</div>",
            "<div aria-modal=true>{}</div>",
            "<div class='alert'>{}</div>",
            "<div class='kat-alert-box'>{}</div>",
            "<div class='AccountBanner'>{}</div>",
            "<div class='message_bar'>{}</div>",
            "<div class='messageBar--open'>{}</div>",
            "<section class='css-1x callout'><p>{}</p></section>",
            "<kat-alert>{}</kat-alert>",
            f"<div {RED} data-checker-box='0,0,900,60'><b>!</b><p>{{}}</p></div>",
            "<div data-checker-tone=amber data-checker-box='0,0,900,60'><svg></svg>{}</div>",
            f"<p {RED}>{{}}</p>",
            "<div class=alerts><div class=alert-item>{}</div></div>",
        ],
    )
    def test_are_known_by_role_class_or_form(self, html: str) -> None:
        """In any separator or case, or by colour alone: what it says is told, in any language."""
        (alert,) = alerts(page(html.format(self.SAID)), "en")

        assert self.SAID in alert.text
        assert alert.harmless == ""
        assert [element.text for element in page(html.format(self.SAID)).all(alert.selector)] == [alert.text]

    @pytest.mark.parametrize(
        "html",
        [
            f"<div role=alert {HID}>Your account is gone</div>",
            "<div role=alert></div>",
            "<div role=alert> &nbsp; </div>",
            "<p>Something about your shop was changed by us</p>",
            "<span class='badge-warning'>Poor</span>",
            "<i class=alert-icon>see here what is new</i>",
            "<table><tr class=warning><td>Late shipment rate</td><td>of all your orders</td></tr></table>",
            "<div class=banner><nav><a>Home</a></nav>Seller centre of all sellers</div>",
            f"<a {RED}>Your account is doing so and so</a>",
        ],
    )
    def test_are_not_what_says_nothing_or_is_something_else(self, html: str) -> None:
        """Hidden ones, empty regions, prose, pills, icons, rows, the site's own header."""
        assert alerts(page(html), "en") == ()

    def test_beside_one_another_are_several(self) -> None:
        """A region of alerts is not one alert; one alert with a title and a text is not two."""
        html = (
            "<div class=notifications><div class=alert><b class=alert-title>First of the two things</b><p>More</p></div>"
            "<div class=alert>Second of the two things</div></div>"
        )

        found = alerts(page(html), "en")

        assert [alert.text for alert in found] == ["First of the two things More", "Second of the two things"]
        assert found[0].heading == "First of the two things"

    HARMLESS: ClassVar = [
        ("en", "We use cookies to make this site better", "cookies"),
        ("de", "Wir verwenden Cookies auf dieser Seite", "cookies"),
        ("en", "Introducing the new dashboard for sellers", "feature announcement"),
        ("en", "Some of your WEEE listings are at imminent risk of deactivation", "WEEE registration in Germany"),
        ("en", "Because of the earthquake deactivation is paused", "earthquake in Türkiye"),
        ("en", "Canada Post strike: late orders are not counted", "postal or carrier strike"),
        ("en", "You are enrolled in Account Health Assurance, we will not deactivate your account",
         "enrolment in the account-health programme"),
        ("zh", "账户状况良好，无需操作", "success"),
        ("en", "Black Friday: 50% off promoted listings, ends Sunday. Start now", "promotion"),
        ("en", "12.12 Birthday Sale! Nominate products now, slots close tonight.", "promotion"),
        ("de", "Black Friday: Anzeigen zum halben Preis, nur bis Sonntag! Jetzt starten", "promotion"),
        ("es", "Buen Fin: hasta 50% de descuento en publicidad. Únase", "promotion"),
        ("pt", "12.12 Aniversário! Participe.", "promotion"),
        ("zh", "黑五秒杀报名即将截止，广告费立减 50%。", "promotion"),
        ("zh", "12.12 生日慶！立即報名。", "promotion"),
    ]  # fmt: skip

    @pytest.mark.parametrize(("language", "text", "name"), HARMLESS)
    def test_known_harmless_ones_are_named(self, language: str, text: str, name: str) -> None:
        """By words that prove it, each with its source."""
        assert [alert.harmless for alert in alerts(page(f"<div role=alert>{text}</div>"), language)] == [name]

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("en", "We use cookies. Your account has been deactivated."),
            ("en", "Introducing a new rule: your account is at risk of deactivation"),
            ("en", "Last updated today. Your seller level is Below Standard"),
            ("en", "WEEE: your account has been deactivated, and your listings"),
            ("pt", "Novidades: conta suspensa"),
            ("en", "Black Friday: your selling privileges have been removed. Start now with an appeal"),
            ("en", "Black Friday: some of your discounts break the pricing policy. Start now with the fix"),
            ("en", "Black Friday: sua loja perde o desconto. Start now"),
            ("th", "Black Friday: บัญชีของคุณมีปัญหา Start now"),
            ("zh", "双11报名：店铺资质待整改"),
            ("en", "Your order defect rate of 9.9% is off target, join the course"),
            ("en", "Your campaign was turned off. Save your changes"),
            ("en", "Sua conta foi tratada como nunca antes"),
            ("zh", "新功能：店铺已被冻结"),
        ],
    )
    def test_nothing_harmless_hides_a_red(self, language: str, text: str) -> None:
        """A banner that says anything red, or what nobody knows, is no harmless one."""
        assert [alert.harmless for alert in alerts(page(f"<div role=alert>{text}</div>"), language)] == [""]

    def test_are_bounded(self) -> None:
        """A storm of alerts is twenty."""
        storm = page("".join(f"<div role=alert>This is number {i} of them</div>" for i in range(5_000)))

        assert len(alerts(storm, "en")) == 20


RED_ONES = [
    (
        "en",
        "<table><tr><td>Identity verification failed</td><td>2 days ago</td></tr></table>",
        "Identity verification failed 2 days ago",
        "word",
    ),
    (
        "en",
        "<table><tr><td>Appeal rejected</td><td>Dec 2, 2026</td></tr></table>",
        "Appeal rejected Dec 2, 2026",
        "word",
    ),
    ("en", "<table><tr><td>Deliveries</td><td>3</td><td>Failed</td></tr></table>", "Deliveries 3 Failed", "word"),
    ("en", "<table><tr><td>Appeal rejected on Dec 2, 2026</td><td>-</td></tr></table>", "Appeal rejected on Dec 2, 2026 -", "word"),
    ("en", "<table><tr><td>Response time</td><td>Overdue</td></tr></table>", "Response time Overdue", "word"),
    ("en", "<span class=pill>Critical</span>", "Critical", "word"),
    ("en", "<div class=card><p>Returns</p><p>7.4 %</p><span class=tag>Urgent review</span></div>",
     "Returns 7.4 % Urgent review", "word"),
    ("en", "<table><tr><td>Canada</td><td>Deactivated</td></tr></table>", "Canada Deactivated", "word"),
    ("en", "<dl><dt>Status</dt><dd>At risk</dd></dl>", "Status At risk", "word"),
    ("en", "<h2>Your account has been deactivated</h2>", "Your account has been deactivated", "word"),
    ("en", "<h1>Your seller level is Below Standard</h1>", "Your seller level is Below Standard", "word"),
    ("en", "<div role=alert><b>Account deactivated</b><p>Call us</p></div>", "Account deactivated Call us", "word"),
    ("en", "<ul><li>Canada <b>Suspended</b></li><li>US <b>Healthy</b></li></ul>", "Canada Suspended", "word"),
    ("en", f"<span class=pill {RED}>Mystery</span>", "Mystery", "tone"),
    ("en", f"<div><span>Rate</span> <b {RED}>7.4 %</b></div>", "Rate 7.4 %", "tone"),
    ("en", f"<div class=status><i {RED}></i>Elevated</div>", "Elevated", "tone"),
    ("en", "<div><span>Rate</span> <b class='metricDanger'>7.4 %</b></div>", "Rate 7.4 %", "class"),
    ("en", "<div class=state><i class='icon--critical'></i>Elevated</div>", "Elevated", "class"),
    ("en", "<p>3 violations</p>", "3 violations", "count"),
    ("en", "<div><p>Policy violations</p><p>12</p></div>", "Policy violations 12", "count"),
    ("en", "<table><tr><th>Critical</th><th>Low</th></tr><tr><td>2</td><td>0</td></tr></table>", "2 0", "count"),
    ("en", "<a class=status href=x>Suspended</a>", "Suspended", "word"),
    ("zh", "<span class=tag>不合格</span>", "不合格", "word"),
    ("zh", "<p>店铺已被冻结</p>", "店铺已被冻结", "word"),
    ("zh", "<div><p>违规</p><p>3</p></div>", "违规 3", "count"),
    ("de", "<h2>Ihr Konto ist gesperrt</h2>", "Ihr Konto ist gesperrt", "word"),
    ("de", "<span class=badge>Nicht optimal</span>", "Nicht optimal", "word"),
    ("es", "<h2>Tu cuenta fue suspendida</h2>", "Tu cuenta fue suspendida", "word"),
    ("pt", "<h2>Sua conta foi bloqueada</h2>", "Sua conta foi bloqueada", "word"),
    ("pt", "<span class=pill>Suspended</span>", "Suspended", "word"),
    ("ja", "<h2>アカウント停止</h2>", "アカウント停止", "word"),
    ("ko", "<span class=badge>위험</span>", "위험", "word"),
    ("ru", "<h2>Аккаунт заблокирован</h2>", "Аккаунт заблокирован", "word"),
    ("tr", "<h2>Hesabınız askıya alındı</h2>", "Hesabınız askıya alındı", "word"),
    ("cs", "<h2>Váš účet byl pozastaven</h2>", "Váš účet byl pozastaven", "word"),
    ("cs", "<span class=badge>Nedostatečná</span>", "Nedostatečná", "word"),
    ("sk", "<h2>Váš účet bol zablokovaný</h2>", "Váš účet bol zablokovaný", "word"),
    ("sk", "<p>3 porušenia</p>", "3 porušenia", "count"),
    ("hu", "<h2>Felfüggesztettük a fiókodat</h2>", "Felfüggesztettük a fiókodat", "word"),
    ("hu", "<span class=badge>Gyenge</span>", "Gyenge", "word"),
    ("pl", "<h2>Słaba</h2>", "Słaba", "word"),
    ("en", "<ul><li><span>Shop status</span><b>Suspended</b></li></ul>", "Shop statusSuspended", "word"),
    ("es", "<table><tr><td>Estado</td><td>Suspendida</td></tr><tr><td>Infracciones</td><td>0</td></tr></table>",
     "Estado Suspendida", "word"),
    ("pt", "<small>Fora do permitido</small>", "Fora do permitido", "word"),
    ("es", "<p>Por encima de lo permitido</p>", "Por encima de lo permitido", "word"),
    ("en", "<td>Above the limit</td>", "Above the limit", "word"),
    ("en", "<p>Your account may be suspended.</p>", "Your account may be suspended.", "word"),
    ("en", "<h2>Selling suspended, but you can appeal</h2>", "Selling suspended, but you can appeal", "word"),
    ("ja", "<p>アカウントは規約違反のため一時的に利用停止となりました。</p>",
     "アカウントは規約違反のため一時的に利用停止となりました。", "word"),
    # The icon that explains a status does not make a question of it.
    ("en", "<h3>Your account has been suspended<span class=x7>?</span></h3>", "Your account has been suspended?",
     "word"),
    ("en", f"<dl><dt>Standing</dt><dd><b {RED}>Suspended<button>?</button></b></dd></dl>", "Standing Suspended ?",
     "word"),
]  # fmt: skip

NOT_RED = [
    ("en", "<p>0 violations</p>"),
    ("en", "<div><p>Policy violations</p><p>0</p></div>"),
    ("en", "<p>No issues</p>"),
    ("en", "<span class=pill>Not suspended</span>"),
    ("en", "<span class=pill>No longer at risk</span>"),
    ("en", "<p>Violations in the last 180 days</p>"),
    ("en", "<p>Violation resolved</p>"),
    ("en", "<p>If your account is suspended, you may appeal to us within some days of the notice.</p>"),
    ("en", "<h3>How to avoid being suspended</h3>"),
    ("en", "<h3>What happens if I am suspended?</h3>"),
    (
        "en",
        "<p>Sellers whose rates are critical are suspended, in line with the policy that you have accepted.</p>",
    ),
    ("en", "<div class=legend><b>Healthy</b><b>At risk</b><b>Critical</b></div>"),
    ("en", "<div><b>Healthy</b><b>At risk</b><b>Critical</b></div>"),
    ("en", "<button>Critical</button><select><option>Critical</option></select>"),
    ("en", "<div role=tablist><b role=tab>Critical</b></div>"),
    ("en", "<nav><span class=pill>Critical</span></nav><footer><span class=pill>Suspended</span></footer>"),
    ("en", f"<span class=pill {HID}>Critical</span><div {HID}><h2>Account deactivated</h2></div>"),
    ("en", "<div role=alert>Some WEEE listings are at imminent risk of deactivation</div>"),
    ("en", "<table><tr><th>Critical</th><th>Low</th></tr><tr><td>0</td><td>3</td></tr></table>"),
    ("en", "<div><p>At Risk Sales</p><p>$0</p></div>"),
    ("en", "<span class=pill>Healthy</span>"),
    ("en", f"<svg><text {RED}>100</text></svg><div class=axis><b {RED}>0</b></div>"),
    ("zh", "<p>无违规</p>"),
    ("zh", "<div><p>违规</p><p>0</p></div>"),
    ("zh", "<span class=tag>未被冻结</span>"),
    ("de", "<p>Keine Verstöße</p>"),
    ("de", "<span class=pill>Nicht gesperrt</span>"),
    ("es", "<p>Sin infracciones</p>"),
    ("pt", "<p>Nenhuma violação</p>"),
    ("ja", "<p>違反はありません</p>"),
    ("ko", "<p>위반 없음</p>"),
    ("ru", "<p>Нарушений нет</p>"),
    ("tr", "<p>İhlal yok</p>"),
    # Names of what is counted.
    ("en", "<table><tr><td>Overdue shipments</td><td>0.2 %</td></tr></table>"),
    ("en", "<table><tr><td>Failed deliveries</td><td>3</td></tr></table>"),
    ("fr", "<table><tr><td>Expéditions en retard</td><td>0.2 %</td></tr></table>"),
    ("ru", "<table><tr><td>Просроченные отправления</td><td>2</td></tr></table>"),
    ("zh", "<table><tr><td>逾期订单</td><td>2</td></tr></table>"),
    ("pt", "<small>Dentro do permitido</small>"),
    ("pt", "<p>Permitido para MercadoLíder: até 1%</p>"),
    ("pl", "<h2>Bardzo dobra</h2>"),
    ("en", "<ul><li><span>Suspended listings</span><b>0</b></li></ul>"),
    ("en", "<div class=card><span>Suspended</span><span>0</span></div>"),
    (
        "en",
        "<table><tr><td>Type</td><td>Blocked</td><td>Open</td></tr><tr><td>Late</td><td>0</td><td>2</td></tr></table>",
    ),
    ("cs", "<p>Žádná porušení</p>"),
    ("cs", "<h3>Účet není pozastaven</h3>"),
    ("sk", "<p>Žiadne porušenia</p>"),
    ("hu", "<p>Nincs szabálysértés</p>"),
    ("hu", "<h3>A fiókod nincs felfüggesztve</h3>"),
    # What may come to anybody.
    ("en", "<aside><p>Accounts may be suspended.</p></aside>"),
    ("zh", "<aside><p>如果您的账户已被停用，您可以提交申诉。</p></aside>"),
    ("en", "<div class=x7><p>Account suspended? Listings removed? Ask our assistant.</p></div>"),
]


@pytest.mark.parametrize(("language", "html", "text", "why"), RED_ONES)
def test_a_red_that_stands_as_a_status_is_told(language: str, html: str, text: str, why: str) -> None:
    """A word, a class, a colour or a count, with what it is of."""
    found = red_statuses(page(html, language), (), language, locale="en_US")

    assert [(red.text, red.why) for red in found] == [(text, why)]
    assert page(html, language).all(found[0].selector)


@pytest.mark.parametrize(("language", "html"), NOT_RED)
def test_what_denies_asks_or_lists_is_no_red(language: str, html: str) -> None:
    """Nothing of it, questions, prose, scales, buttons, menus, what nobody sees."""
    assert red_statuses(page(html, language), (), language, locale="en_US") == ()


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "Your account has been suspended. You can't sell here right now.", "suspended"),
        ("de", "Ihr Mitgliedskonto wurde gesperrt. Sie können derzeit nicht verkaufen.", "gesperrt"),
        ("es", "Cuenta desactivada. Tu tienda ya no puede vender en este canal.", "cuenta desactivada"),
        ("pt", "Sua conta foi congelada. Entre em contato com o suporte para saber mais.", "congelada"),
        ("en", "Su cuenta ha sido cancelada de forma permanente por varios motivos.", "cancelada"),
        (
            "en",
            "Your account is suspended. If you believe that this is an error, appeal by Friday.",
            "suspended",
        ),
        ("en", "Because of 3 violations, your account has been deactivated until you appeal.", "deactivated"),
        ("pt", "Suspendemos sua conta enquanto verificamos os documentos enviados.", "suspendemos"),
        ("es", "Inhabilitamos tu cuenta porque no cumple las políticas del sitio.", "inhabilitamos"),
        (
            "es",
            "No podés vender hasta que regularices tus datos de facturación.",
            "no podes vender hasta que regularices tus datos de facturacion",
        ),
        ("es", "Ya no puedes vender en Mercado Libre.", "ya no puedes vender en mercado libre"),
        (
            "pl",
            "Ograniczyliśmy sprzedaż na Twoim koncie do czasu weryfikacji danych.",
            "ograniczylismy sprzedaz",
        ),
        ("cs", "Pozastavili jsme váš účet kvůli porušení podmínek této služby.", "pozastavili"),
        ("ru", "Мы заблокировали ваш магазин из-за нарушений правил площадки.", "заблокировали"),
        ("en", "We had to restrict your account while we look into it.", "restrict"),
        ("en", "Your ability to sell has been limited because of late orders.", "has been limited"),
        ("hu", "Fiókodat zároltuk, mert megsértetted a szabályzatot.", "zaroltuk"),
        ("tr", "Kurallara uymadığınız için mağazanızı kapattık.", "kapattik"),
        ("zh", "您的店铺因多次违规已被限制上新", "被限制"),
        (
            "en",
            "Your store has been closed due to serious violations of our rules, appeal by mail.",
            "closed due to",
        ),
        ("ru", "Ваш магазин закрыт за серьёзные нарушения. Обратитесь в поддержку продавцов.", "закрыт за"),
        ("ru", "Публикация товаров в вашем магазине ограничена до 20 декабря 2026 г.", "ограничена"),
        ("ru", "Продажи ваших товаров остановлены из-за большого числа отмен.", "остановлены"),
        ("zh", "您的店铺因严重违规已被关闭,如有疑问请联系客服人员处理。", "已被关闭"),
        ("zh", "您的店铺已被限制发布商品,至2026年12月20日。", "被限制"),
        ("zh", "您的扣分已达到48分,您的店铺将被关闭。", "将被关闭"),
        ("zh", "您的账户已被冻结,店铺商品已下架。如有疑问请联系客服人员处理,谢谢您的理解与支持", "冻结"),
    ],
)
def test_running_text_that_says_the_account_is_stopped_is_told(language: str, text: str, word: str) -> None:
    """Nothing marks it as a banner: neither role nor class nor colour."""
    shown = page(f"<div class=x7f><p>{text}</p></div><main><h1>1</h1></main>", language)

    assert word in {red.word for red in red_statuses(shown, (), language)}


@pytest.mark.parametrize(
    "text",
    [
        "If your orders are late too often then your account may be suspended for a while.",
        "Late orders count. Your account can be restricted once there are too many of them.",
        "Your account is not suspended, and nothing else needs to be done by you today.",
        "Accounts with many points are suspended for a while, see the rules of this place.",
        "What happens when your account has been suspended and how to ask for another look",
        "A score from 100 to 199 means your account is at risk of deactivation.",
        "If your score falls below 200, your account is suspended.",
        "Below 200 your account is at risk of deactivation.",
        "To avoid your account being deactivated, resolve the violations.",
        "Wenn Ihre Bewertung unter 200 fällt, wird Ihr Konto deaktiviert.",
        "Si su puntuación es inferior a 200, su cuenta está desactivada.",
        "Une note de 100 à 199 signifie que votre compte risque d'être désactivé.",
        "当评分低于200时,您的账户将被停用。",
        "You can no longer sell weapons of any kind from this spring.",
        "If you miss the deadline, you can no longer sell here.",
        "We have limited our fees for all sellers until the end of the year.",
        "Si superas el 6% de reclamos, no puedes vender en Mercado Libre.",
        "No puedes vender productos prohibidos en este sitio, ni publicarlos.",
        "Suspenderemos tu cuenta si no cumples las políticas.",
        "Evite que sua conta seja suspensa por falta de documentos.",
        "Ograniczyliśmy prowizje od sprzedaży w tej kategorii do końca roku.",
        "Váš účet může být pozastaven, klesne-li skóre pod sto bodů.",
        "Váš účet nie je zablokovaný, vaše ponuky sú viditeľné.",
        "Když klesne skóre, váš účet bude pozastaven.",
        "We removed 3 fake reviews from your shop, and closed 2 cases.",
        "Your account has limited access to what is new this month.",
        "Your shop has 3 closed orders and 2 removed listings today.",
        "Bloqueamos compradores que dañaban tu cuenta este mes.",
        "Zablokovali jsme podvodné kupující, váš účet je v pořádku.",
        "您的店铺已关闭自动续费",
        "累计扣分达到48分,您的店铺将被关闭。",
        "При накоплении 48 штрафных баллов ваш магазин будет заблокирован.",
        "At 12 points, and on reaching 48 of them, your store is suspended.",
        "Ваш магазин закрыт на каникулы, вы можете открыть его в любой день.",
        "您的店铺通知已关闭,您可以随时重新打开它。",
    ],
)
def test_running_text_that_supposes_denies_or_teaches_is_no_red(text: str) -> None:
    """A rule says what would be, and of nobody in particular."""
    assert red_statuses(page(f"<div><p>{text}</p></div>"), (), "en") == ()


def test_a_banner_says_by_a_verb_that_the_account_is_stopped() -> None:
    """In a box that is one by its role: it is no more harmless than the same words anywhere else."""
    (alert,) = alerts(
        page("<div role=alert>Novidades: bloqueamos sua conta temporariamente</div>", "pt"), "pt"
    )

    assert (alert.red, alert.harmless) == ("bloqueamos", "")


def test_what_customers_complain_of_is_judged_by_the_rule_that_counts_it() -> None:
    """A product's share of it is no red of its own; without such a rule it is."""
    shown = page("<ul><li>Taladro X — 2 reclamos</li></ul>", "es")

    assert red_statuses(shown, ("Reclamos",), "es") == ()
    assert [red.word for red in red_statuses(shown, (), "es")] == ["reclamos"]


def test_a_red_that_a_rule_has_read_is_not_told_again() -> None:
    """Its text, or the label of its count, was claimed."""
    html = "<span class=pill>Critical</span><div><p>Policy violations</p><p>12</p></div>"

    assert red_statuses(page(html), ["Critical", "Policy violations"], "en", locale="en_US") == ()


NUMBERS = (
    "<table><tr><th>Metric</th><th>Rate</th></tr><tr><td>Late shipment rate</td><td>1.2%</td></tr>"
    "<tr><td>Returns</td><td>7.4 %</td></tr></table>"
    "<div class=card><p>On time</p><p>99%</p><p><span class=pill>Fine</span></p></div>"
    "<div><span>Orders</span> <b>480</b></div>"
    "<p>The late shipment rate is 4% of all the orders of the last 30 days at most, and it is counted anew each day "
    "for every seller of this marketplace.</p>"
)


def test_what_no_rule_claimed_is_told() -> None:
    """Rows, cards, percentages and pills, each with what stands around it; prose is none."""
    found = unclaimed(page(NUMBERS), ["Late shipment rate", "1.2%"], "en", locale="en_US")

    assert [(one.text, one.kind) for one in found] == [
        ("Returns 7.4 %", "percentage"),
        ("On time 99% Fine", "percentage"),
        ("Fine", "status"),
        ("Orders 480", "number"),
    ]


def test_what_is_claimed_is_claimed_with_its_row() -> None:
    """By its label: its number, its target and what else stands in the row are its own; an unread pill is not."""
    claimed = ["Late shipment rate", "Returns", "On time", "Orders"]

    assert [one.text for one in unclaimed(page(NUMBERS), claimed, "en", locale="en_US")] == ["Fine"]
    assert unclaimed(page(NUMBERS), [*claimed, "Fine"], "en", locale="en_US") == ()


def test_what_is_unclaimed_is_bounded_and_told_once() -> None:
    """Forty at most, the same thing once."""
    many = page(
        "".join(f"<div><p>Rate {chr(65 + i % 26)}{i}x</p><p>{i % 90}.5%</p></div>" for i in range(3_000))
    )
    same = page("<div><p>Returns</p><p>7.4 %</p></div>" * 50)

    assert len(unclaimed(many, (), "en", locale="en_US")) == 40
    assert len(unclaimed(same, (), "en", locale="en_US")) == 1


def test_a_line_that_may_be_reached_is_no_count() -> None:
    """In a language without blanks a rule is as short as a status; what was reached is one."""
    rules = ["累计扣分达到48分,店铺将被关闭。", "Stores that reach 12 violation points get fewer views"]
    facts = ["您的扣分已达到48分", "Your violation points have reached 12"]

    for language, rule, fact in zip(("zh", "en"), rules, facts, strict=True):
        assert red_statuses(page(f"<div><div>{rule}</div></div>", language), (), language) == ()
        assert red_statuses(page(f"<div><h3>{fact}</h3></div>", language), (), language)


CARDS = "".join(
    f"<div><div>{name}</div><div><b>{number}</b></div><div>Fine</div></div>"
    for name, number in (("Cancellations", "0.6 %"), ("Late shipments", "1.2 %"))
)
TERMS = "<dl><dt>取消率</dt><dd>0.6% <i>良好</i></dd><dt>延迟发货率</dt><dd>1.2% <i>严重</i></dd></dl>"


def test_a_label_names_what_is_in_its_own_card_and_not_what_is_beside_it() -> None:
    """Cards built alike, and the terms of a list of definitions."""
    assert [one.text for one in unclaimed(page(CARDS), ["Cancellations"], "en")] == [
        "Late shipments 1.2 % Fine"
    ]
    assert [one.text for one in unclaimed(page(TERMS, "zh"), ["取消率"], "zh")] == ["延迟发货率 1.2% 严重"]
    assert unclaimed(page(TERMS, "zh"), ["取消率", "延迟发货率"], "zh") == ()


def test_a_title_and_a_status_word_that_were_read_name_no_number() -> None:
    """A page as short as Chinese ones are begins with its title, and each of its cards may say "good"."""
    titled = page(f"<main><h1>卖家评级</h1>{TERMS}</main>", "zh")

    assert len(unclaimed(titled, (), "zh", said=["卖家评级", "良好", "严重"])) == 2


def test_a_red_is_told_with_its_own_term() -> None:
    """And not with the whole list of them."""
    assert [red.text for red in red_statuses(page(TERMS, "zh"), (), "zh")] == ["延迟发货率 1.2% 严重"]


def test_a_count_beside_the_head_of_its_row_is_told() -> None:
    """Of a row of two; where a row says more, what each number is stands above it."""
    two = (
        "<table><tr><th>Нарушения при сделках</th><td>48</td></tr><tr><th>Прочее</th><td>0</td></tr></table>"
    )
    three = "<table><tr><th>Нарушения</th><td>0</td><td>12</td></tr></table>"

    assert [red.word for red in red_statuses(page(two, "ru"), (), "ru")] == ["нарушения"]
    assert red_statuses(page(three, "ru"), (), "ru") == ()


def test_that_all_is_stopped_is_told_before_a_count() -> None:
    """One reading holds both, and shows the first."""
    html = "<p>IP violations <b>2</b></p><p>Your account is frozen until you have answered our questions.</p>"

    assert next(red.word for red in red_statuses(page(html), (), "en")) == "frozen"


def test_a_word_beside_a_number_is_asked_for_by_its_label() -> None:
    """So that a met target does not outvote a word nobody knows."""
    html = "<div><p>Late shipment rate</p><p>1.9 %</p><p>Target: 4 %</p><p>Elevated</p></div>"

    words = status_word_beside(page(html), ["Late shipment rate"], language="en", locale="en_US")

    assert [word.text for word in words] == ["Elevated"]


HOSTILE = {
    "pills": "<span class=pill>Critical</span>" * 20_000,
    "rows": f"<table>{'<tr><td>Late</td><td>1%</td></tr>' * 20_000}</table>",
    "deep": "<div class=status>" * 10_000 + "Critical",
    "alerts": "<div class=alert>" * 5_000 + "x y z a b",
    "text": "<p class=pill>" + "critical not no 0 " * 50_000 + "</p>",
    "classes": f"<p class='{'a-B' * 100_000}'>Critical 1</p>" * 3,
}


@pytest.mark.parametrize("shape", HOSTILE, ids=str)
def test_d9_hostile_pages_are_bounded(shape: str) -> None:
    """Whatever there is a hundred thousand of, it takes seconds at most."""
    made = page(HOSTILE[shape])
    before = time.process_time()
    alerts(made, "en")
    red_statuses(made, ["Late"], "en", locale="en_US")
    unclaimed(made, ["Late"], "en", locale="en_US")

    assert time.process_time() - before < 25


@pytest.mark.parametrize(
    ("more", "is_told"), [("", False), ("<p>Returns 1.2%</p>", True), ("<p>Returns 7%</p>", True)]
)
def test_a_number_that_was_read_and_stands_once_is_read_where_it_stands(more: str, is_told: bool) -> None:
    """Whatever names it; one that stands twice may be another one."""
    shown = page(f"<section><h2>Health</h2><p>Late orders <b>1.2%</b></p>{more}</section>")

    assert bool(unclaimed(shown, (), "en", said=["1.2%"], locale="en_US")) is is_told


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Your store has been taken offline due to policy violations."),
        ("en", "Your store has been removed from the marketplace"),
        ("en", "Payouts are withheld until you complete verification."),
        ("en", "New listings are blocked until Dec 9, 2026"),
        ("en", "All your products have been removed"),
        ("en", "Your shop is limited to 50 orders per day"),
        ("es", "Dimos de baja tu cuenta"),
        ("es", "Pausamos todas tus publicaciones"),
        ("es", "Tu tienda fue cerrada"),
        ("es", "No puedes retirar tu dinero"),
        ("fil", "Ang iyong tindahan ay sinuspinde"),
        ("fil", "Na-suspend ang iyong account"),
        ("id", "Toko Anda ditutup sementara oleh Lazada"),
        ("id", "Toko Anda ditutup permanen"),
        ("ms", "Kedai anda telah ditutup"),
        ("ms", "Pembayaran anda ditahan"),
        ("pt", "Seus anúncios estão pausados"),
        ("pt", "Você não pode sacar seu dinheiro"),
        ("th", "ร้านค้าของคุณถูกปิดถาวร"),
        ("th", "ไม่สามารถถอนเงินได้"),
        ("vi", "Cửa hàng của bạn đã bị đóng"),
        ("vi", "Gian hàng của bạn đã bị tạm ngưng"),
        ("vi", "Tiền của bạn đang bị tạm giữ"),
        ("zh", "您的店铺已被关停"),
        ("zh", "店铺已被下线"),
        ("zh", "货款已被暂扣"),
        ("zh", "您的店铺经营权限已被终止"),
        ("zh", "店铺被处罚：限制流量30天"),
    ],
)
def test_a_plain_statement_that_shop_or_money_are_stopped_is_red(language: str, text: str) -> None:
    """In the words of six consoles that somebody wrote who had not read ours."""
    assert red_statuses(
        page(f"<div class=x7f><p>{text}</p></div><main><h1>1</h1></main>", language), (), language
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Your store banner has been removed from the home page"),
        ("en", "Products taken offline by you do not count"),
        ("en", "Your shop is in vacation mode"),
        ("en", "Congratulations! No suspension in the last 90 days."),
        ("id", "Kasus ditutup"),
        ("id", "Toko Anda buka setiap hari"),
        ("vi", "Đơn hàng của bạn đã bị đóng gói"),
        ("zh", "商品下线不影响店铺评分"),
        ("zh", "您的店铺可设置停业时间"),
    ],
)
def test_what_only_sounds_like_it_is_none(language: str, text: str) -> None:
    """A banner that was removed, a case that was closed, a rule."""
    shown = page(f"<div class=x7f><p>{text}</p></div><main><h1>1</h1></main>", language)

    assert red_statuses(shown, (), language) == ()
