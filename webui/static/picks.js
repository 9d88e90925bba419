// Chosen hits without a reload: a tick is written into the address and into every link and form of the page that keeps
// it. The rule: the address is the only place that remembers them. Without this file the ticks are sent by a button.
"use strict";

{
  const NAME = "pick";

  const CARRIED = /\/asked\/[^/]+(?=\/)/;
  const form = () => document.getElementById("picked");
  const ticks = () => [...document.querySelectorAll(`.hits input[name=${NAME}]`)];

  // The address of a long search has it in its path; behind that it says what was changed: all taken, others given.
  const isCarried = (url) => CARRIED.test(url.pathname);

  function chosen() {
    const asked = new URLSearchParams(location.search);
    const isSaid = !isCarried(location) || asked.getAll("-").includes(NAME);
    const listed = isSaid ? asked.getAll(NAME).flatMap((value) => value.split(",")) : form().dataset.picked.split(" ");
    return [...new Set(listed.map((id) => id.trim()).filter(Boolean))];
  }

  function withPicks(address, ids) {
    const url = new URL(address, location.href);
    // As text: whatever else stands in the address stays as it was written.
    const others = url.search.slice(1).split("&").filter((pair) => pair && pair !== `-=${NAME}` && !pair.startsWith(`${NAME}=`));
    const taken = isCarried(url) ? [`-=${NAME}`] : [];
    url.search = [...others, ...taken, ...ids.map((id) => `${NAME}=${encodeURIComponent(id)}`)].join("&");
    return url;
  }

  function keeps(link) {
    if (link.origin !== location.origin || link.classList.contains("picked-clear")) return false;
    const plain = (path) => new URL(path, location.href).pathname.replace(CARRIED, "");
    return [form().action, form().dataset.selection].map(plain).includes(plain(link.href));
  }

  function write(ids) {
    for (const link of document.querySelectorAll("main a[href]")) {
      if (!keeps(link)) continue;
      const url = withPicks(link.href, ids);
      link.href = url.pathname + url.search + url.hash;
    }
    for (const other of document.querySelectorAll("form.filters, form.search")) {
      for (const field of other.querySelectorAll(`input[type=hidden][name=${NAME}]`)) field.remove();
      for (const id of ids) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: NAME, value: id });
        other.append(field);
      }
    }
  }

  function show(ids) {
    for (const tick of ticks()) tick.checked = ids.includes(tick.value);
    form().querySelector(".picked-count").textContent = ids.length;
    form().classList.toggle("nothing-picked", ids.length === 0);
  }

  function choose(ids) {
    history.replaceState(history.state, "", withPicks(location.href, ids));
    write(ids);
    show(ids);
    announce(`已选 ${ids.length} 段`);
  }

  function onTick({ target }) {
    const others = chosen().filter((id) => id !== target.value);
    if (target.checked && others.length >= Number(form().dataset.most)) {
      target.checked = false;
      announce(`一次最多选 ${form().dataset.most} 段`);
      return;
    }
    choose(target.checked ? [...others, target.value] : others);
  }

  function setUp() {
    if (!form()) return;
    form().classList.add("at-once");
    for (const tick of ticks()) tick.addEventListener("change", onTick);
    form().querySelector(".picked-clear").addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose([]);
      ticks()[0]?.focus({ preventScroll: true });
    });
    // A browser that comes back to a page restores ticks as they were left; the address says what holds.
    show(chosen());
  }

  setUp();
  document.addEventListener("results-replaced", setUp);
  addEventListener("pageshow", () => { if (form()) show(chosen()); });
}
