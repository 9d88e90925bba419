"""Pages as parsed HTML, and the addresses that their forms lead to."""

from __future__ import annotations

from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient


def soup(client: FlaskClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def total(page: BeautifulSoup) -> int:
    return int(one(page, ".total strong:first-of-type").get_text().replace(",", ""))


def sent(form: Tag, *, tick: Tag | None = None, **typed: str) -> str:
    """The address that a form leads to, with one of its boxes ticked or unticked, and what is typed in others."""
    pairs = []
    for box in form.select("input"):
        is_box = box.get("type") == "checkbox"
        if is_box and box.has_attr("checked") == (box is tick):
            continue
        pairs.append((str(box["name"]), typed.get(str(box["name"]), str(box.get("value", "")))))
    return f"{form['action']}?{urlencode(pairs)}"
