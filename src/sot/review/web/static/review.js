// Keys for the buttons, and forms that are sent again until they arrive. The page works without this file.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea");
  if (event.key === "Escape" && typing) typing.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") {
    const note = document.getElementById("reason");
    if (note) { event.preventDefault(); note.focus(); }
    return;
  }
  if (/^[1-9]$/.test(event.key)) {
    const box = document.querySelectorAll("input[name=selected]")[Number(event.key) - 1];
    if (box) box.checked = !box.checked;
    return;
  }
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("button, a")) wanted.click(); else wanted.focus();
});

function tell(text) {
  const box = document.getElementById("notices");
  box.replaceChildren(Object.assign(document.createElement("p"), { className: "notice", textContent: text }));
}

async function deliver(form, body) {
  for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
      if (answer.ok) { location.assign((await answer.json()).go); return; }
      tell("Not saved: " + (await answer.text()).slice(0, 200));
      return;
    } catch {
      tell("No connection to sot review: your answer is not saved yet, it is sent again by itself.");
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

// The merge grid shows what each choice makes of the golden record; the last answer counts, however long others take.
for (const form of document.querySelectorAll("form[data-preview]")) {
  let asked = 0;
  form.addEventListener("change", async (event) => {
    if (!event.target.matches("[type=radio], [type=checkbox]")) return;
    const number = ++asked;
    const query = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.preview + "?" + query, { headers: { accept: "application/json" } });
    if (!answer.ok || number !== asked) return;
    const after = await answer.json();
    for (const cell of form.querySelectorAll("[data-after]")) {
      const [value, rule] = after[cell.dataset.after] || ["", ""];
      cell.replaceChildren(value || "·", Object.assign(document.createElement("span"), { className: "rule", textContent: rule }));
    }
  });
}

for (const form of document.querySelectorAll("form[data-retry]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    if (sent || (event.submitter && event.submitter.formMethod === "get" && event.submitter.hasAttribute("formmethod"))) return;
    event.preventDefault();
    sent = true;
    const data = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) data.append(event.submitter.name, event.submitter.value);
    deliver(form, data).then(() => { sent = false; });
  });
}
