"""What a form asks for is told by what its boxes are; what is no sign-in is none."""

from __future__ import annotations

import pytest

from checker.console.boxes import is_sign_in_path
from checker.console.forms import Mark, Sketch
from checker.console.states import Look, Moment, recognise
from checker.flow import Page
from flows.etsy import EtsyFlow

TOML = EtsyFlow().toml


def _page(body: str, url: str = "/x", title: str = "") -> Page:
    return Page("x", url, 200, f"<html><head><title>{title}</title></head><body>{body}</body></html>", title)


def _sketch(body: str, url: str = "/x", title: str = "") -> Sketch:
    return Sketch(_page(body, url, title), TOML)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("credentials", "<form><input name=a><input type=password></form>"),
        ("credentials", "<div><div><input name=a></div><div><input type=password></div></div>"),
        ("password", "<form><b>Mary</b><input type=password></form>"),
        ("password", "<form><input type=search><input type=password></form>"),
        ("password", "<form><input name=a data-checker-hidden=''><input type=password></form>"),
        ("password", "<form><input name=a></form><form><input type=password></form>"),
        ("user", "<h1>Sign in</h1><form><input type=email><button>Next</button></form>"),
        ("user", "<form><input autocomplete=username><button>登录</button></form>"),
        ("user", "<h1>Sign in</h1><form class='has-feedback searchable'><input type=email></form>"),
        ("credentials", "<form class=subscribed id=subscribe><input name=a><input type=password></form>"),
        ("code", "<form><input autocomplete=one-time-code></form>"),
        ("code", "<form><input type=password name=otp></form>"),
        ("code", "<form><label>認証コード <input></label></form>"),
        ("new password", "<form><input type=password><input type=password></form>"),
        ("new password", "<form><label>Neues Passwort <input type=password></label></form>"),
        (None, "<form><input type=password data-checker-hidden=''></form>"),
        (None, "<form><input type=email placeholder='Your email'><button>Subscribe</button></form>"),
        (None, "<form><label>E-mail of your shop <input name=email></label><button>Save</button></form>"),
        (None, "<input type=search><input name=q placeholder='Search accounts'>"),
        (None, "<form><input name=zip inputmode=numeric maxlength=5><button>Save</button></form>"),
        (None, "<form><input name=coupon placeholder='Discount code'></form>"),
        (None, "<p>nothing</p>"),
    ],
)
def test_a_form_is_of_a_kind(kind: str | None, body: str) -> None:
    """By the boxes a person can see, and never by a search, a filter or a letter of news."""
    form = _sketch(body).form

    assert (None if form is None else form.kind) == kind


_MAIL_BOX = "<label>Your email <input id=nl name=nlmail type=email></label>"
_NEWS = f"<form method=post{{}}>{_MAIL_BOX}<button>Subscribe</button></form>"
_OURS = "<form action=/ap/signin><label>Email <input id=u name=email></label><button>{}</button></form>"


@pytest.mark.parametrize("path", ["/ap/signin", "/"])
@pytest.mark.parametrize(
    "news", [_NEWS.format(" action=/newsletter"), _NEWS.format(""), _NEWS.format(" class=subscribe-box")]
)
@pytest.mark.parametrize("button", ["Continue", "Sign in", "Weiter", "<svg></svg>"])
def test_a_letter_of_news_beside_the_sign_in_is_left_alone(path: str, news: str, button: str) -> None:
    """Before it or after it: the box is the one whose button goes on, or whose form leads to a sign-in."""
    for body in (news + _OURS.format(button), _OURS.format(button) + news):
        form = _sketch(f"<h1>Sign in</h1>{body}", path).form
        assert form is not None
        assert form.user is not None
        assert form.user.css == 'input[id="u"]'


@pytest.mark.parametrize("path", ["/ap/signin", "/"])
def test_where_a_button_leads_to_the_sign_in_no_other_form_is_filled_in(path: str) -> None:
    """The form itself is in a dialog that is not open yet."""
    sketch = _sketch(f"<h1>Sign in</h1>{_NEWS.format('')}<button>Sign in</button>", path)

    assert sketch.form is None
    assert sketch.door is not None
    assert sketch.door.name == "Sign in"


@pytest.mark.parametrize(
    ("submit", "body"),
    [
        (
            "Sign in",
            "<button type=button>Show</button><button>Sign in</button><button>Sign in with Google</button>",
        ),
        ("Los!", "<button type=button>Passwort vergessen</button><button>Los!</button>"),
        ("Anmelden", "<div role=button>Anmelden</div><a href=/x>Registrieren</a>"),
        (None, "<button>One</button><button>Two</button>"),
        (None, "<button>Forgot password</button>"),
        (None, "<a href=/forgot>Forgot?</a>"),
    ],
)
def test_the_button_that_sends_is_told_from_the_others(submit: str | None, body: str) -> None:
    """By its whole name, or as the only one that sends; where nothing tells, there is none."""
    form = _sketch(f"<form><input name=a><input type=password>{body}</form>").form

    assert form is not None
    assert (None if form.submit is None else form.submit.name) == submit


def test_a_mark_fits_nothing_else() -> None:
    """Its own name where that is its own alone, else its place among those like it."""
    form = _sketch("<form><input><input class=b type=password></form><form><input></form>").form

    assert form is not None
    assert form.password == Mark('input[type="password"]')
    assert form.user == Mark("input", 0, 3)


@pytest.mark.parametrize(
    ("found", "body"),
    [
        (True, "<a href=/in>Log in</a><h1>Sell with us</h1>"),
        (True, "<button>ลงชื่อเข้าใช้</button>"),
        (False, "<a href=/security>Login and security</a>"),
        (False, "<a href=/in data-checker-hidden=''>Log in</a>"),
        (False, "<form><input name=a><input type=password><button>Log in</button></form>"),
    ],
)
def test_a_door_is_what_leads_to_a_sign_in(body: str, *, found: bool) -> None:
    """By its whole name, and only where no form is there yet."""
    assert (_sketch(body).door is not None) is found


MAIL = "<button type=button>Log in with email</button>"
BY_MAIL = Moment(by_mail=True)


@pytest.mark.parametrize(
    ("state", "body", "moment"),
    [
        ("sign-in by phone", f"<form><input type=tel name=phone><button>Next</button></form>{MAIL}", BY_MAIL),
        ("sign-in by phone", "<input autocomplete=tel-national><a role=tab>邮箱登录</a>登录", BY_MAIL),
        ("sign-in by phone", f"<form><input type=tel><input type=password></form>{MAIL}", BY_MAIL),
        ("user name", f"<form><input type=tel name=phone><button>Next</button></form>{MAIL}", Moment()),
        ("user name", f"<form><input type=email><button>Next</button></form>{MAIL}", BY_MAIL),
        ("user name", f"<form><label>Phone or e-mail <input type=tel></label></form>{MAIL}", BY_MAIL),
        ("user name", f"<form><input type=tel autocomplete='tel username'></form>{MAIL}", BY_MAIL),
        ("user name", "<form><input type=tel name=phone></form><a>Email us</a>", BY_MAIL),
    ],
)
def test_an_e_mail_address_goes_into_no_box_for_a_telephone_number(
    state: str, body: str, moment: Moment
) -> None:
    """Where the page leads to a box for one; else it is typed where the page asks for a user name."""
    found = recognise(_page(body, "/login"), TOML, moment)

    assert found is not None
    assert found.name == state


FORM = "<form><input name=a><input type=password></form>"
BOTH = Moment(frozenset({"user", "password"}), frozenset({"We moved.", "Passwords like incorrect password"}))


@pytest.mark.parametrize(
    ("state", "body", "moment"),
    [
        ("wrong password", f"<p role=alert>Wrong password</p>{FORM}", BOTH),
        ("wrong password", "<form><input type=password><i>Contraseña incorrecta.</i></form>", BOTH),
        ("locked", f"<p role=alert>Ihr Konto ist gesperrt</p>{FORM}", BOTH),
        ("locked", f"<p role=alert>Ihr Konto ist gesperrt</p>{FORM}", Moment()),
        ("unknown user", f"<p class=form-error>该账号不存在</p>{FORM}", BOTH),
        ("sign-in error", f"<p role=alert>Vexation 7</p>{FORM}", BOTH),
        ("user name and password", f"<p role=alert>We moved.</p>{FORM}", BOTH),
        ("user name and password", f"<p role=alert></p><p class=error> </p>{FORM}", BOTH),
        ("user name and password", f"<p role=alert>Wrong password</p>{FORM}", Moment()),
        ("user name and password", f"<footer class=alert>Wrong password</footer>{FORM}", BOTH),
        ("user name and password", f"<p>Passwords like incorrect password</p>{FORM}", BOTH),
        (
            "password",
            "<p role=alert>Vexation 7</p><form><input type=password></form>",
            Moment(frozenset({"user"})),
        ),
        ("arrived", "<p role=alert>Wrong password</p><p>Nothing is asked here at all.</p>", BOTH),
    ],
)
def test_an_error_is_visible_words_near_the_form(state: str, body: str, moment: Moment) -> None:
    """That were not there before, in answer to what was sent; an empty alert is none."""
    found = recognise(_page(body), TOML, moment)

    assert found is not None
    assert found.name == state


CODE = "<main>{}<form><input autocomplete=one-time-code><i>{}</i></form></main>"


@pytest.mark.parametrize(
    ("above", "beside", "refused"),
    [
        ("<p role=alert>Vexation 7</p>", "", True),
        ("<div>Le code n'est pas valide.</div>", "", True),
        ("", "Bestätigungscode ungültig", True),
        ("", "验证码已过期", True),
        # It stood there before, or says something else.
        ("<p>A code expires: one that is expired is not taken.</p>", "", False),
        ("<div>A new code can be sent in 59 s.</div>", "", False),
        ("", "", False),
    ],
)
def test_a_code_that_was_not_taken_is_told_in_words_beside_its_box(
    above: str, beside: str, *, refused: bool
) -> None:
    """Where nothing marks them as an error, too; what changes by itself is no answer."""
    moment = Moment(stood=frozenset({"A code expires: one that is expired is not taken."}))

    assert Look(_page(CODE.format(above, beside)), TOML, moment).is_refused is refused


@pytest.mark.parametrize(
    ("state", "body"),
    [
        ("captcha", "<iframe src='https://www.google.com/recaptcha/api2/bframe?k=1'></iframe>"),
        ("captcha", "<h1>请完成人机验证</h1>"),
        ("captcha", "<div class=my-captcha-box>Drag</div>"),
        ("user name and password", f"<div class=grecaptcha-badge>x</div>{FORM}"),
        ("user name and password", "<iframe src='/recaptcha/api2/anchor?size=invisible'></iframe>" + FORM),
        ("maintenance", "<h1>Wartungsarbeiten</h1>"),
        ("arrived", "<h1>Maintenance of listings</h1>" + "<p>A page that says a great deal.</p>" * 60),
        ("arrived", "<h1>Orders</h1><p>There are twelve of them.</p>"),
        ("blocked", "<h1>Access Denied</h1>"),
        ("door of the sign-in", "<h1>Sell with us</h1><a href=/x>Log in</a>"),
        (None, "<p>Loading, please wait</p>"),
        (None, "<div class=spinner>.</div>"),
    ],
)
def test_a_page_nobody_described_is_known_by_its_meaning(state: str | None, body: str) -> None:
    """By the base of all consoles."""
    found = recognise(_page(body), TOML)

    assert (None if found is None else found.name) == state


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("/signin/", True),
        ("/ap/cvf/x", True),
        ("/account/login", True),
        ("/orders?back=/login", False),
        ("/blog-in", False),
    ],
)
def test_an_address_of_the_sign_in(url: str, *, is_one: bool) -> None:
    """By a part of its path, not by what is handed on in its query."""
    assert is_sign_in_path(url) is is_one
