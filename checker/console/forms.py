"""What a page's sign-in form asks for, told by what its boxes and buttons are; pure.

No console's own names are needed: a visible box for a password, the box for a user name before it, a box
for a code, the button that sends them. Each is found again in the browser by a `Mark` that nothing else on
the page fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from checker.console.boxes import (
    CODE_NAME,
    DIGITS,
    NO_SIGN_IN,
    NO_USER_NAME,
    TOP,
    USER_NAME,
    attr,
    holds,
    is_short_number,
    is_sign_in_path,
    kind_of,
    parts_around,
    quoted,
    sends,
)
from checker.flow import Page, SiteToml
from checker.flow.page import HIDDEN

__all__ = ["Form", "Kind", "Mark", "Sketch"]

Kind = Literal["credentials", "user", "password", "code", "new password"]

_TEXT_TYPES: Final = frozenset({"", "text", "email", "tel", "number"})
_BUTTONS: Final = "button, input[type=submit], input[type=button], input[type=image], [role=button]"
_LINKS: Final = "a[href], [role=link], [role=tab]"
_MARKED: Final = (
    "[role=alert], [role=alertdialog], [aria-live=assertive], [class*=error i], [class*=alert i],"
    " [class*=invalid i], [class*=danger i], [class*=fail i], [class*=warn i], [id*=error i], [id*=alert i],"
    " [data-testid*=error i]"
)
_ELSEWHERE: Final = frozenset({"header", "footer", "nav", "aside"})
_LONGEST_ERROR: Final = 400
_LONGEST_LABEL: Final = 80
_MOST_NODES: Final = 400
_LITTLE: Final = 600
# A page that only offers to sign in, or to refuse something, has few buttons and links.
_MOST_BUTTONS: Final = 300
_MOST_USER_BOXES: Final = 3
_PLAIN: Final = re.compile(r"^[\w.:/@+ -]{1,120}$")


@dataclass(frozen=True, slots=True)
class Mark:
    """How an element of the snapshot is found again in the browser.

    css: a selector; of the visible elements it finds it is the one at `place`, of `count`.
    name: what a button is called, to be held against the one that was found; nothing for a box.
    """

    css: str
    place: int = 0
    count: int = 1
    name: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A sign-in form: what it asks for, its boxes, the button that sends it if known, and the words near.

    by_phone: whether the box for the user name takes nothing but a telephone number.
    """

    kind: Kind
    user: Mark | None = None
    password: Mark | None = None
    code: tuple[Mark, ...] = ()
    submit: Mark | None = None
    text: str = ""
    by_phone: bool = False


class Sketch:
    """The boxes, buttons and errors of one page."""

    def __init__(self, page: Page, toml: SiteToml) -> None:
        self._page = page
        self._toml = toml

    @cached_property
    def form(self) -> Form | None:
        """The sign-in form on the page; none where it has none."""
        if not self._inputs:
            return None
        passwords = [node for node in self._inputs if kind_of(node) == "password" and not self._is_code(node)]
        codes = self._codes
        for box in passwords:
            alike = [node for node in passwords if holds(self._holder(box), node)]
            user = self._user_before(alike[0])
            if self._is_new(alike, user):
                return self._made("new password", box)
            if len(alike) == 1:
                kind: Kind = "password" if user is None else "credentials"
                return self._made(kind, box, user=user, password=box)
        if passwords:
            # A user name and two passwords: a form to register, which is no sign-in.
            return None
        if codes:
            return self._made("code", codes[0], code=codes)
        user = self._lone_user
        return None if user is None else self._made("user", user, user=user)

    @cached_property
    def door(self) -> Mark | None:
        """What leads to a sign-in, on a page that shows nothing of it yet."""
        if self.form is not None:
            return None
        found = self._named("sign_in")
        return None if found is None else replace(self._mark(found), name=self._name(found))

    @cached_property
    def is_sign_in(self) -> bool:
        """Whether this is a page of a sign-in: by its address, or by a form on it."""
        return self._is_sign_in_page or self.form is not None

    @property
    def has_password(self) -> bool:
        """Whether a box for a password can be seen."""
        return any(kind_of(node) == "password" for node in self._inputs)

    def shows(self, table: str) -> bool:
        """Tell whether a button can be seen whose whole name is one of a table of phrases."""
        return self._named(table) is not None

    def _named(self, table: str) -> LexborNode | None:
        """Return the first button or link whose whole name is one of a table of phrases, on a page of few."""
        words = self._toml.words_of(table)
        nodes = self._visible(f"{_BUTTONS}, {_LINKS}")
        if not words or len(nodes) > _MOST_BUTTONS:
            return None
        names = ((node, self._name(node)) for node in nodes)
        return next(
            (node for node, name in names if len(name) <= _LONGEST_LABEL and words.is_name(name)), None
        )

    @cached_property
    def errors(self) -> tuple[str, ...]:
        """What is shown as an error on a page of a sign-in, longest boxes last; nothing that has no text."""
        if not self.is_sign_in:
            return ()
        own = ", ".join(self._toml.signin.errors)
        found = {node.mem_id: node for node in self._visible(own)} if own else {}
        for node in self._visible(_MARKED):
            if not self._is_elsewhere(node) and node.tag not in ("body", "html", "form", "input", "main"):
                found.setdefault(node.mem_id, node)
        texts = [self._text(node) for node in found.values()]
        return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= _LONGEST_ERROR))

    @cached_property
    def around(self) -> tuple[str, ...]:
        """Every short text near the form that nothing marks as an error: some consoles mark none."""
        if self.form is None or not self._inputs:
            return ()
        holder = self._holder(self._inputs[-1])
        holder = holder.parent if holder.parent is not None and holder.parent.tag not in TOP else holder
        texts = [
            self._text(node)
            for node in holder.css("p, span, div, li, small, strong, b, i, em, td, label, h1, h2, h3, h4")
        ]
        return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= _LONGEST_ERROR // 2))

    # What follows looks at single elements.

    @cached_property
    def _tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self._page.html)

    @cached_property
    def _hidden(self) -> frozenset[int]:
        return frozenset(node.mem_id for node in self._tree.css(f"[{HIDDEN}], [{HIDDEN}] *"))

    @cached_property
    def _inputs(self) -> tuple[LexborNode, ...]:
        if "<input" not in self._page.html:
            return ()
        every = self._visible("input")
        return tuple(
            node
            for node in every
            if kind_of(node) in _TEXT_TYPES | {"password"} and "disabled" not in node.attributes
        )

    @cached_property
    def _is_sign_in_page(self) -> bool:
        return is_sign_in_path(self._page.url)

    def _visible(self, css: str) -> list[LexborNode]:
        return [node for node in self._tree.css(css) if node.mem_id not in self._hidden]

    def _text(self, node: LexborNode) -> str:
        parts: list[str] = []
        stack, nodes = [node], 0
        while stack and nodes < _MOST_NODES:
            nodes += 1
            inner = stack.pop()
            if inner.is_text_node:
                parts.append(inner.text_content or "")
            elif inner.is_element_node and inner.mem_id not in self._hidden:
                parts.append(" ")
                stack.extend(reversed(list(inner.iter(include_text=True))))
        return "" if stack else " ".join("".join(parts).split())

    def _name(self, node: LexborNode) -> str:
        """Return what a button is called, as assistive technology says it."""
        if label := attr(node, "aria-label").strip():
            return label
        if ids := attr(node, "aria-labelledby").split():
            named = " ".join(self._text(other) for id_ in ids for other in self._by_id(id_))
            if named.strip():
                return named.strip()
        if node.tag == "input":
            return attr(node, "value") or attr(node, "alt") or attr(node, "title")
        text = self._text(node)
        pictures = [attr(picture, "alt") for picture in node.css("img")]
        return text or attr(node, "title") or next((alt for alt in pictures if alt), "")

    def _by_id(self, id_: str) -> list[LexborNode]:
        return self._tree.css(f'[id="{quoted(id_)}"]')

    def _label(self, node: LexborNode) -> str:
        """Return all that tells a person what belongs into a box."""
        parts = [attr(node, "aria-label"), attr(node, "placeholder"), attr(node, "title")]
        for id_ in attr(node, "aria-labelledby").split():
            parts += [self._text(other) for other in self._by_id(id_)]
        if id_ := attr(node, "id"):
            parts += [self._text(label) for label in self._tree.css(f'label[for="{quoted(id_)}"]')]
        box: LexborNode | None = node.parent
        for _ in range(3):
            if (
                box is None
                or box.tag in TOP
                or box.tag == "form"
                or len(box.css("input:not([type=hidden])")) > 1
            ):
                break
            text = self._text(box)
            if text and (box.tag == "label" or len(text) <= _LONGEST_LABEL):
                parts.append(text)
                break
            box = box.parent
        before = node.prev
        while before is not None and before.is_text_node and not (before.text_content or "").strip():
            before = before.prev
        if before is not None and not (before.is_element_node and before.css_matches("input, button")):
            text = (before.text_content or "") if before.is_text_node else self._text(before)
            parts.append(text if len(text) <= _LONGEST_LABEL else "")
        return " ".join(part for part in parts if part)

    def _is_elsewhere(self, node: LexborNode) -> bool:
        return any(
            box.tag in _ELSEWHERE or attr(box, "role") in ("banner", "contentinfo", "navigation")
            for box in (node, *parts_around(node))
        )

    def _is_code(self, node: LexborNode) -> bool:
        if "one-time-code" in attr(node, "autocomplete"):
            return True
        if "password" in attr(node, "autocomplete"):
            return False
        names = (attr(node, "name"), attr(node, "id"), attr(node, "data-testid"))
        if any(CODE_NAME.search(name) for name in names if name):
            return True
        return bool(self._toml.words_of("code_box").found_in(self._label(node)))

    @cached_property
    def _codes(self) -> list[LexborNode]:
        """The box for a code, or the boxes for each of its digits."""
        plain = [node for node in self._inputs if not self._is_no_box_of_ours(node)]
        digits = [node for node in plain if attr(node, "maxlength") == "1"]
        if len(digits) in DIGITS:
            return digits
        known = [node for node in plain if self._is_code(node)]
        if known:
            return known[:1]
        short = [node for node in plain if is_short_number(node)]
        # A box for some digits is a code's where the page speaks of a code.
        text = self._page.text[: _LONGEST_ERROR * 10]
        words = self._toml.words_of("code_box").found_in(text) or self._toml.words_of("by_message").found_in(
            text
        )
        return short[:1] if len(short) == len(plain) == 1 and words else []

    def _is_no_box_of_ours(self, node: LexborNode) -> bool:
        """Tell whether a box is one for a search, a filter, or a letter of news."""
        if attr(node, "role") in ("searchbox", "combobox") or attr(node, "type") == "search":
            return True
        if any(attr(box, "role") == "search" or box.tag == "search" for box in parts_around(node)):
            return True
        if any(NO_USER_NAME.search(attr(node, key)) for key in ("name", "id") if attr(node, key)):
            return True
        for form in (box for box in parts_around(node) if box.tag == "form"):
            if form.css("input[type=password]") or is_sign_in_path(attr(form, "action")):
                break
            if any(NO_SIGN_IN.search(attr(form, key)) for key in ("action", "id", "name", "class")):
                return True
        return bool(self._toml.words_of("search_box").found_in(self._label(node)))

    def _is_user(self, node: LexborNode) -> bool:
        completes = attr(node, "autocomplete").split()
        if {"username", "email", "webauthn"} & set(completes) or kind_of(node) == "email":
            return True
        if any(what.startswith("tel") for what in completes):
            return True
        if any(USER_NAME.search(attr(node, key)) for key in ("name", "id", "data-testid") if attr(node, key)):
            return True
        return bool(self._toml.words_of("user_box").found_in(self._label(node)))

    def _is_phone(self, node: LexborNode) -> bool:
        """Tell whether a box for a user name takes nothing but a telephone number."""
        completes = attr(node, "autocomplete").split()
        if {"username", "email"} & set(completes) or self._toml.words_of("mail_box").found_in(
            self._label(node)
        ):
            return False
        return kind_of(node) == "tel" or any(what.startswith("tel") for what in completes)

    def _user_before(self, password: LexborNode) -> LexborNode | None:
        """Return the box for the user name that stands before a password: in its form, or the nearest box."""
        order = {node.mem_id: place for place, node in enumerate(self._inputs)}
        for box in parts_around(password):
            inside = [
                node
                for node in self._inputs
                if order[node.mem_id] < order[password.mem_id]
                and kind_of(node) != "password"
                and "readonly" not in node.attributes
                and holds(box, node)
                and not self._is_no_box_of_ours(node)
                and not self._is_code(node)
            ]
            if inside:
                sure = [node for node in inside if self._is_user(node)]
                return (sure or inside)[-1]
            if box.tag in ("form", *TOP):
                return None
        return None

    def _is_new(self, passwords: Sequence[LexborNode], user: LexborNode | None) -> bool:
        """Tell whether boxes for passwords want a new one; beside a user name `autocomplete` is no proof."""
        words = self._toml.words_of("new_password")
        if user is None and len(passwords) > 1:
            return True
        if any(words.found_in(self._label(node)) for node in passwords):
            return user is None
        fresh = any("new-password" in attr(node, "autocomplete") for node in passwords)
        submit = self._submit_of(passwords[0]) if fresh else None
        signs_in = submit is not None and self._toml.words_of("sign_in").is_name(submit.name)
        return fresh and user is None and not signs_in

    @cached_property
    def _lone_user(self) -> LexborNode | None:
        """The box for a user name on a page that asks for nothing else yet."""
        boxes = [n for n in self._inputs if not self._is_no_box_of_ours(n) and "readonly" not in n.attributes]
        boxes = [node for node in boxes if self._is_user(node)]
        if not boxes or len(boxes) > _MOST_USER_BOXES:
            return None
        box = min(
            boxes, key=lambda node: ("username" not in attr(node, "autocomplete"), self._strangeness(node))
        )
        if self._strangeness(box) > 1 and self._signs_in_beside(box):
            return None
        if self._is_sign_in_page:
            return box
        sign_in = self._toml.words_of("sign_in")
        said = [
            self._page.title,
            *(self._text(node) for node in self._visible("h1, h2, h3, [role=heading], legend")),
        ]
        if any(sign_in.found_in(text) for text in said):
            return box
        holder = self._holder(box)
        named = [self._name(node) for node in self._buttons_in(holder)]
        if any(sign_in.is_name(name) for name in named):
            return box
        # A page with this one box, a button that goes on, and next to nothing else.
        alone = len(self._inputs) == 1 and len(self._page.text) <= _LITTLE
        return box if alone and any(self._toml.words_of("next").is_name(name) for name in named) else None

    def _strangeness(self, box: LexborNode) -> int:
        """Return 0 for a box whose button signs in, 1 where it goes on or its form leads there, else 2."""
        holder = self._holder(box)
        names = [self._name(node) for node in self._buttons_in(holder)]
        if any(self._toml.words_of("sign_in").is_name(name) for name in names):
            return 0
        goes_on = any(self._toml.words_of("next").is_name(name) for name in names) or not any(names)
        return 1 if goes_on or is_sign_in_path(attr(holder, "action")) else 2

    def _signs_in_beside(self, box: LexborNode) -> bool:
        """Tell whether a button that signs in, or leads to it, is none of this box's form."""
        own = {node.mem_id for node in self._buttons_in(self._holder(box))}
        words = self._toml.words_of("sign_in")
        return any(
            words.is_name(self._name(node))
            for node in self._visible(_BUTTONS)
            if node.mem_id not in own and not self._is_elsewhere(node)
        )

    def _holder(self, box: LexborNode) -> LexborNode:
        """Return what a box belongs to: its form, or else the smallest part around it that has a button."""
        outer = box
        for part in parts_around(box):
            if part.tag == "form":
                return part
            outer = part
            if part.tag in TOP:
                return part
        return outer

    def _buttons_in(self, holder: LexborNode) -> list[LexborNode]:
        buttons = [node for node in holder.css(_BUTTONS) if node.mem_id not in self._hidden]
        own = attr(holder, "id") if holder.tag == "form" else ""
        if own:
            # A button may stand outside the form that it belongs to.
            inside = {node.mem_id for node in buttons}
            buttons += [
                node
                for node in self._visible(f'[form="{quoted(own)}"]')
                if node.mem_id not in inside and node.css_matches(_BUTTONS)
            ]
        return buttons

    def _submit_of(self, box: LexborNode) -> Mark | None:
        """Return the button that sends the form of a box; none where nothing tells which it is."""
        for holder in parts_around(box):
            if holder.tag == "html":
                return None
            found = self._submit_in(holder)
            if found is not None:
                return replace(self._mark(found), name=self._name(found))
            if holder.tag == "form":
                return None
        return None

    def _submit_in(self, holder: LexborNode) -> LexborNode | None:
        buttons = self._buttons_in(holder)
        sign_in, further = self._toml.words_of("sign_in"), self._toml.words_of("next")
        other = self._toml.words_of("other_way")
        for words in (sign_in, further):
            named = [node for node in buttons if words.is_name(self._name(node))]
            sending = [node for node in named if sends(node)]
            if named:
                return (sending or named)[0]
        ours = [node for node in buttons if not other.found_in(self._name(node))]
        sending = [node for node in ours if sends(node)]
        if len(sending) == 1:
            return sending[0]
        return ours[0] if len(ours) == 1 and holder.tag == "form" else None

    def _made(
        self,
        kind: Kind,
        by: LexborNode,
        user: LexborNode | None = None,
        password: LexborNode | None = None,
        code: Sequence[LexborNode] = (),
    ) -> Form:
        holder = self._holder(by)
        words = self._text(holder) if holder.tag == "form" else self._page.text
        beside = self._page.text if len(self._page.text) <= _LONGEST_ERROR * 10 else words
        return Form(
            kind,
            None if user is None else self._mark(user),
            None if password is None else self._mark(password),
            tuple(self._mark(node) for node in code),
            self._submit_of(by),
            beside,
            user is not None and self._is_phone(user),
        )

    def _mark(self, node: LexborNode) -> Mark:
        """Return the shortest selector that nothing else on the page fits, or else one with a place."""
        tag = node.tag or "*"
        keys = ("id", "name", "data-testid", "autocomplete", "placeholder", "aria-label", "type", "href")
        said = [(key, attr(node, key)) for key in keys]
        single = [f'{tag}[{key}="{quoted(value)}"]' for key, value in said if _PLAIN.match(value)]
        selectors = [*single, tag + "".join(part.removeprefix(tag) for part in single), tag]
        for css in selectors:
            found = self._visible(css)
            if len(found) == 1:
                return Mark(css)
        css = selectors[-2] if single else tag
        places = [other.mem_id for other in self._visible(css)]
        return Mark(css, places.index(node.mem_id), len(places))
