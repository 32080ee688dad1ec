/* Unsaved text is kept in the browser, so that a crash or a lost session costs nobody an afternoon. */

import { forEditing } from "./exchange.js";

const WAIT = 800;

export function keepUnsaved({ editor, place, form, surface, words, current, untouched }) {
  const key = place.dataset.draft ? `docctl-draft:${place.dataset.draft}` : "";
  const saved = place.dataset.saved || "";
  const status = document.createElement("p");
  status.className = "editor-status";
  status.setAttribute("role", "status");
  surface.after(status);
  let timer = 0;

  function read() {
    try {
      return JSON.parse(localStorage.getItem(key) || "null");
    } catch {
      return null;
    }
  }
  function write(value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }
  function store(sent) {
    return key && write({ html: current(), saved, sent, at: new Date().toISOString() });
  }

  function offer(kept) {
    const box = document.createElement("div");
    box.className = "notice notice-warning";
    const when = new Date(kept.at).toLocaleString(document.documentElement.lang);
    const text = document.createElement("div");
    text.textContent = `${(kept.saved === saved ? words.found : words.foundOlder).replace("[time]", when)} `;
    const buttons = document.createElement("span");
    buttons.className = "buttons";
    const take = document.createElement("button");
    const drop = document.createElement("button");
    for (const [button, label, kind] of [[take, words.restore, "btn-primary"], [drop, words.discard, "btn-outline-secondary"]]) {
      button.type = "button";
      button.className = `btn ${kind}`;
      button.textContent = label;
    }
    take.addEventListener("click", () => {
      editor.commands.setContent(forEditing(kept.html), { emitUpdate: true });
      box.remove();
      editor.commands.focus();
    });
    drop.addEventListener("click", () => {
      localStorage.removeItem(key);
      box.remove();
      editor.commands.focus();
    });
    buttons.append(take, drop);
    text.append(buttons);
    box.append(text);
    box.setAttribute("role", "status");
    place.prepend(box);
  }

  const kept = key ? read() : null;
  if (kept && kept.html && kept.html !== untouched) {
    if (kept.sent && kept.saved !== saved) localStorage.removeItem(key);
    else offer(kept);
  }

  return {
    textChanged() {
      status.textContent = words.unsaved;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => { if (store(false)) status.textContent = words.kept; }, WAIT);
    },
    textSent() {
      window.clearTimeout(timer);
      if (form.dataset.changed || current() !== untouched) store(true);
    },
  };
}
