// What the pages do beyond links and forms: lists beside the page, keys in a transcript, filters that act at once.
// Without this script every link leads to a page of its own and every form has its button.
"use strict";
(() => {
  const beside = document.getElementById("beside");
  const content = document.getElementById("beside-content");

  const open = (address) => {
    window.htmx.ajax("GET", address, { target: content, swap: "innerHTML" }).then(() => {
      if (!beside.open) beside.showModal();
      beside.scrollTop = 0;
      content.querySelector("h2")?.focus();
    });
  };

  // Marks of charts and links of class "open" show what they lead to beside the page, unless a new tab is asked for.
  document.addEventListener("click", (event) => {
    if (event.target === beside) beside.close();
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest?.("a.open, .chart a");
    if (!link || !window.htmx) return;
    const address = link.getAttribute("href");
    if (!address || !/\/(pieces\?|piece\/|understood$)/.test(address)) {
      if (address && link.closest(".chart")) {
        event.preventDefault();
        window.location.assign(address);
      }
      return;
    }
    event.preventDefault();
    open(address);
  });
  // Links within, to a place of the page below: close, so that the place is seen.
  beside?.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (link && !link.classList.contains("open")) beside.close();
  });

  const pieces = () => [...document.querySelectorAll(".piece")];
  const current = () => document.activeElement?.closest?.(".piece") ?? document.querySelector(".piece:target");

  const step = (by) => {
    const all = pieces();
    const here = all.indexOf(current());
    const next = here < 0 ? all.find((one) => one.getBoundingClientRect().bottom > 80) : all[here + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (typing || beside?.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "c") current()?.querySelector(".correct")?.click();
    else if (event.key === "/") document.querySelector("main input[type=search]")?.focus();
    else return;
    event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".filters select")) event.target.form.requestSubmit();
  });

  // After a correction the same button has the focus, though the list around it is new.
  let pressed = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.("#piece form");
    if (form) pressed = form.querySelector("button")?.textContent ?? "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!pressed) return;
    const same = [...document.querySelectorAll("#piece button")].find((one) => one.textContent === pressed);
    if (same && document.activeElement !== same) same.focus();
  });
  beside?.addEventListener("close", () => {
    pressed = "";
    content.replaceChildren();
  });
})();
