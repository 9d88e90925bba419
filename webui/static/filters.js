// Filters that answer at once: a tick changes the results in place, so that the focus, the scroll position and what
// was unfolded stay, and several values can be ticked one after another. Without this file the form has a button.
"use strict";

const LONG_FACET = 9;
let asked = new AbortController();

function panel() { return document.querySelector("form.filters"); }

function addressOf(form) {
  const given = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
  const query = new URLSearchParams(given).toString();
  return query ? `${form.action}?${query}` : form.action;
}

async function showInPlace(address, { remember }) {
  asked.abort();
  asked = new AbortController();
  const found = document.getElementById("found");
  found.setAttribute("aria-busy", "true");
  let fetched, settled;
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
    settled = answer.redirected ? answer.url : address;
    if (!fetched.getElementById("found")) throw new Error("no results");
  } catch (error) {
    // What can't be shown here is shown as any other page, errors included.
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  // A long search has another address than the form asked for, and links are relative to it.
  if (remember) history.pushState({ inPlace: true }, "", settled);
  document.title = fetched.title;
  replaceFilters(fetched.querySelector(".side"));
  for (const part of ["#found", "header form.search"]) {
    document.querySelector(part).replaceWith(document.adoptNode(fetched.querySelector(part)));
  }
  // The scripts of the page set up what is new in it.
  document.dispatchEvent(new CustomEvent("results-replaced"));
  announce(document.querySelector("#found .total").textContent);
}

function replaceFilters(fresh) {
  const side = document.querySelector(".side");
  const focused = document.activeElement?.closest(".side") ? keyOf(document.activeElement) : "";
  const unfolded = new Set([...side.querySelectorAll("details[open]")].map(foldOf));
  const sought = new Map([...side.querySelectorAll("input.seek")].map((box) => [fieldOf(box), box.value]));
  side.replaceWith(document.adoptNode(fresh));
  for (const fold of fresh.querySelectorAll("details")) fold.open ||= unfolded.has(foldOf(fold));
  setUp();
  for (const box of fresh.querySelectorAll("input.seek")) {
    box.value = sought.get(fieldOf(box)) ?? "";
    seek(box);
  }
  const again = [...fresh.querySelectorAll("input, a, button, summary")].find((one) => keyOf(one) === focused);
  again?.focus({ preventScroll: true });
}

function fieldOf(element) { return element.closest("[data-field]")?.dataset.field ?? ""; }
function foldOf(details) { return `${details.className} ${fieldOf(details)}`; }
function keyOf(element) {
  return [element.tagName, fieldOf(element), element.name, element.value, element.className].join(" ");
}

function announce(text) {
  let status = document.getElementById("announced");
  if (!status) {
    status = document.createElement("p");
    status.id = "announced";
    status.className = "unseen";
    status.setAttribute("role", "status");
    document.body.append(status);
  }
  status.textContent = text;
}

function seek(box) {
  const wanted = box.value.trim().toLowerCase();
  const facet = box.closest(".facet");
  for (const tick of facet.querySelectorAll(".tick")) {
    const isChosen = tick.querySelector("input").checked;
    tick.parentElement.hidden = !isChosen && !tick.textContent.toLowerCase().includes(wanted);
  }
  if (wanted) for (const fold of facet.querySelectorAll("details")) fold.open = true;
}

function addSeekBox(facet) {
  const name = facet.querySelector(".facet-name").textContent.trim();
  const box = document.createElement("input");
  box.type = "search";
  box.className = "seek";
  box.placeholder = `在${name}中查找`;
  box.setAttribute("aria-label", box.placeholder);
  box.autocomplete = "off";
  box.addEventListener("input", () => seek(box));
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  facet.querySelector("ul").before(box);
}

function setUp() {
  const form = panel();
  if (!form) return;
  form.classList.add("at-once");
  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") showInPlace(addressOf(form), { remember: true });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    showInPlace(addressOf(form), { remember: true });
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    showInPlace(link.href, { remember: true });
  });
  for (const facet of form.querySelectorAll(".facet")) {
    const isLong = facet.querySelectorAll(".tick").length >= LONG_FACET || facet.querySelector(".more");
    if (isLong && facet.dataset.field !== "year") addSeekBox(facet);
  }
}

if (panel()) {
  setUp();
  history.replaceState({ inPlace: true }, "");
  // A jump to an anchor of the page is reported too, without a state of ours.
  addEventListener("popstate", (event) => {
    if (event.state?.inPlace) showInPlace(location.href, { remember: false });
  });
}
