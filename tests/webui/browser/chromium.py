"""Debian's Chromium, headless, and what it can be asked about a page.

A test module of this folder takes what it needs of Playwright from here; where Playwright is not installed, importing
this module skips it.
"""

from __future__ import annotations

import pytest

pytest.importorskip("playwright", reason="the extra 'ci' is not installed")

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

__all__ = ["Browser", "Locator", "Page", "expect", "sync_playwright"]


FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}


CONTRAST = """() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const colour = text => {
    const [r, g, b, a = 1] = numbers(text.replace(/^color\\(srgb/, ""));
    return text.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const ground = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(colour(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element);
    if (!node.data.trim() || !element.checkVisibility() || element.closest(".unseen, .anchor, [aria-hidden]")) continue;
    const back = ground(element), [a, b] = [light(over(colour(style.color), back)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.className || element.tagName}: ${node.data.trim()}`);
  }
  return [...new Set(poor)];
}"""


NAMELESS = """() => [...document.querySelectorAll(
    "a, button, input:not([type=hidden]), summary, [role=region], [role=group]")]
  .filter(e => e.checkVisibility() && !(e.labels?.length || e.getAttribute("aria-label")
    || e.getAttribute("aria-labelledby")?.split(" ").every(id => document.getElementById(id)?.textContent.trim())
    || e.textContent.trim()))
  .map(e => e.outerHTML)"""


SKIPPED_RANKS = """() => {
  let before = 0;
  return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(h => {
    const rank = Number(h.tagName[1]), skipped = rank > before + 1;
    before = rank;
    return skipped;
  }).map(h => h.textContent);
}"""


def count(page: Page) -> int:
    return int(page.locator(".total strong").first.inner_text().replace(",", ""))
