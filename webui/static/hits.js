// From hit to hit within a report: buttons, the keys n and p, and which hit this is. The rule: a hit that was jumped to
// stands below the bar, however high the bar is. Without this file the bar is a list of links at the top of the report.
"use strict";

const bar = document.querySelector(".in-place:not([data-hits='0'])");
if (bar) guide(bar);

function guide(bar) {
  const links = [...bar.querySelectorAll("ol a")];
  const fold = bar.querySelector("details");
  const now = document.createElement("span");
  now.className = "in-place-now";
  now.setAttribute("role", "status");
  const steps = [["上一处", -1, "p"], ["下一处", 1, "n"]].map(([label, by, key]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "step";
    button.textContent = label;
    button.title = `快捷键 ${key}`;
    button.setAttribute("aria-keyshortcuts", key);
    button.addEventListener("click", () => go(by));
    return button;
  });
  fold.open = false;
  fold.before(...steps, now);
  bar.classList.add("guided");

  function targets() { return links.map((link) => document.getElementById(link.hash.slice(1))); }

  // The hit that the address names; else the last one above the middle of the window, so that reading on counts too.
  function current() {
    const named = links.findIndex((link) => link.hash === decodeURIComponent(location.hash));
    if (named >= 0) return named;
    const middle = innerHeight / 2;
    return targets().findLastIndex((target) => target && target.getBoundingClientRect().top < middle);
  }

  function go(by) {
    const next = (current() + by + links.length) % links.length;
    location.hash = links[current() < 0 && by > 0 ? 0 : next].hash;
  }

  function show() {
    const at = current();
    now.textContent = at < 0 ? `共 ${links.length} 处` : `第 ${at + 1} / ${links.length} 处`;
    for (const [index, link] of links.entries()) link.toggleAttribute("aria-current", index === at);
    keepClear();
  }

  function keepClear() {
    const top = parseFloat(getComputedStyle(bar).top) || 0;
    document.documentElement.style.scrollPaddingTop = `${top + bar.offsetHeight + 12}px`;
  }

  addEventListener("hashchange", () => { fold.open = false; show(); });
  addEventListener("resize", keepClear);
  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (isTyping || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") go(1);
    else if (event.key === "p") go(-1);
  });
  fold.addEventListener("keydown", (event) => { if (event.key === "Escape") fold.open = false; });
  show();
  // The browser jumped to the address's hit before the height of the bar was known.
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}
