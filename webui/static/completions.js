// Completions below the search box while somebody types (a combobox with a list, as WAI-ARIA describes it).
// Without this file the box is a plain form. The rule: while an input method composes, nothing is asked, and the
// Enter that ends a composition never searches.
"use strict";

const KINDS = { agency: "机关", topic: "主题", section: "章节", word: "词语", phrase: "原文" };
const DELAY_MS = 120;

function completeAll() {
  for (const form of document.querySelectorAll("form[data-completions]:not(.completed)")) completeWhileTyping(form);
}
completeAll();
document.addEventListener("results-replaced", completeAll);

function completeWhileTyping(form) {
  form.classList.add("completed");
  const box = form.elements.q;
  const list = document.createElement("ul");
  list.id = `${box.id}-completions`;
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "检索建议");
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  let timer = 0;
  let asked = new AbortController();
  let active = -1;

  function close() {
    clearTimeout(timer);
    asked.abort();
    list.hidden = true;
    activate(-1);
    box.setAttribute("aria-expanded", "false");
  }

  function activate(index) {
    active = index;
    box.removeAttribute("aria-activedescendant");
    for (const [at, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) {
        box.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    }
  }

  function choose(option) {
    box.value = option.dataset.query;
    close();
    form.requestSubmit();
  }

  function show(completions) {
    list.replaceChildren(...completions.map(optionOf));
    const isEmpty = completions.length === 0;
    list.hidden = isEmpty;
    box.setAttribute("aria-expanded", String(!isEmpty));
    activate(-1);
  }

  function optionOf(completion, at) {
    const option = document.createElement("li");
    option.id = `${list.id}-${at}`;
    option.setAttribute("role", "option");
    option.dataset.query = completion.query;
    const count = `${completion.passages.toLocaleString("zh-CN")} 段`;
    for (const [name, text] of [["kind", KINDS[completion.kind]], ["text", completion.text], ["count", count]]) {
      const part = document.createElement("span");
      part.className = `completion-${name}`;
      part.textContent = text;
      option.append(part, " ");
    }
    // Before the box loses its focus, which closes the list.
    option.addEventListener("pointerdown", (event) => event.preventDefault());
    option.addEventListener("click", () => choose(option));
    return option;
  }

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const typed = box.value;
    try {
      const address = `${form.dataset.completions}?${new URLSearchParams(new FormData(form))}`;
      const answer = await fetch(address, { signal: asked.signal });
      const found = answer.ok ? (await answer.json()).completions : [];
      if (box.value === typed && document.activeElement === box) show(found);
    } catch (error) {
      // Asked anew meanwhile, or no connection: the form works without completions.
      if (error.name !== "AbortError") close();
    }
  }

  function typedOn(event) {
    clearTimeout(timer);
    if (event.isComposing) return;
    if (box.value.trim() === "") close();
    else timer = setTimeout(ask, DELAY_MS);
  }

  box.addEventListener("input", typedOn);
  box.addEventListener("compositionend", typedOn);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    // 229: a key that the input method took. Safari ends the composition before it reports the Enter.
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) {
      close();
      event.preventDefault();
    } else if (event.key === "ArrowDown" && !list.hidden) {
      activate(active < last ? active + 1 : -1);
      event.preventDefault();
    } else if (event.key === "ArrowUp" && !list.hidden) {
      activate(active >= 0 ? active - 1 : last);
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(list.children[active]);
    }
  });
}
