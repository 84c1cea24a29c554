// Drag and drop of files, each sent on its own so that each has its own progress and its own error.
// Without this script the form still works: the files then go in one request.
"use strict";
(() => {
  const form = document.getElementById("give");
  if (!form) return;
  const input = document.getElementById("file");
  const sending = document.getElementById("sending");
  const csrf = form.querySelector("[name=csrf]").value;
  const waiting = [];
  let open = 0;

  const line = (name) => {
    const item = document.createElement("li");
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    const words = document.createElement("span");
    words.textContent = ` ${name}`;
    const stop = document.createElement("button");
    stop.type = "button";
    stop.className = "quiet";
    stop.textContent = "Cancel";
    stop.setAttribute("aria-label", `Cancel ${name}`);
    bar.setAttribute("aria-label", name);
    item.append(bar, words, " ", stop);
    sending.append(item);
    return { item, bar, words, stop };
  };

  // What is said about a file stays on its line; the list below is replaced as the work goes on.
  const told = (shown, sentence, style) => {
    shown.bar.remove();
    shown.stop.remove();
    shown.item.className = style;
    shown.words.textContent = sentence;
  };

  const sent = (request, shown, name) => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    if (request.status !== 200) {
      const sentence = page.querySelector(".alert")?.textContent;
      told(shown, sentence || `${name}: the server did not take it (${request.status || "no answer"}).`, "warn");
      return;
    }
    const list = document.getElementById("uploads");
    const fresh = page.getElementById("uploads");
    const outcome = fresh?.querySelector(".outcome");
    if (outcome) told(shown, outcome.textContent, outcome.classList.contains("alert") ? "warn" : "note");
    else shown.item.remove();
    outcome?.remove();
    if (list && fresh) {
      list.replaceWith(fresh);
      window.htmx?.process(fresh);
    }
  };

  const next = () => {
    if (open >= 2 || !waiting.length) return;
    open += 1;
    const { file, shown } = waiting.shift();
    const request = new XMLHttpRequest();
    shown.stop.onclick = () => {
      request.aborted = true;
      request.abort();
    };
    const body = new FormData();
    body.append("file", file, file.name);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      open -= 1;
      if (request.aborted) told(shown, `${file.name}: cancelled.`, "");
      else sent(request, shown, file.name);
      next();
    });
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("HX-Request", "true");
    request.send(body);
    next();
  };

  const give = (files) => {
    for (const file of files) {
      const one = { file, shown: line(file.name) };
      one.shown.stop.onclick = () => {
        waiting.splice(waiting.indexOf(one), 1);
        told(one.shown, `${file.name}: cancelled.`, "");
      };
      waiting.push(one);
    }
    next();
  };

  const chosen = () => {
    give(input.files);
    input.value = "";
  };
  input.addEventListener("change", chosen);
  if (input.files.length) chosen(); // before this script was there
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    give(event.dataTransfer.files);
  });
})();
