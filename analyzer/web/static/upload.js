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
    item.append(bar, words);
    sending.append(item);
    return { item, bar, words };
  };

  const sent = (request, shown, name) => {
    if (request.status === 200) {
      shown.item.remove();
      const list = document.getElementById("uploads");
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const fresh = page.getElementById("uploads");
      if (list && fresh) {
        list.replaceWith(fresh);
        window.htmx?.process(fresh);
      }
    } else {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      shown.bar.remove();
      shown.item.className = "warn";
      shown.words.textContent = page.querySelector(".alert")?.textContent || `${name}: the server did not take it (${request.status}).`;
    }
  };

  const next = () => {
    if (open >= 2 || !waiting.length) return;
    open += 1;
    const { file, shown } = waiting.shift();
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      open -= 1;
      sent(request, shown, file.name);
      next();
    });
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("HX-Request", "true");
    request.send(body);
    next();
  };

  const give = (files) => {
    for (const file of files) waiting.push({ file, shown: line(file.name) });
    next();
  };

  input.addEventListener("change", () => {
    give(input.files);
    input.value = "";
  });
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
