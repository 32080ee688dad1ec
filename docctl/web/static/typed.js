"use strict";
/* What was typed into a form and not sent is kept in this tab, so that a session that ends meanwhile costs nobody it. */

(function () {
  const KEPT = "docctl-typed ";
  const SENT = "docctl-sent";
  const TEXTS = ["text", "email", "url", "tel", "number", "date", "textarea"];
  const SECRETS = /one-time-code|username|password/;
  const dialog = document.getElementById("session-end");
  const person = dialog ? encodeURIComponent(dialog.dataset.login) : "";
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("docctl-typed") : null;
  let box;
  try {
    box = window.sessionStorage;
  } catch {
    return; /* The browser keeps nothing for pages; they work without. */
  }

  const entries = () => Object.keys(box).filter((name) => name.startsWith(KEPT));
  const isMine = (name) => name.startsWith(`${KEPT}${person} `);
  const read = (name) => JSON.parse(box.getItem(name) || "null");
  const forget = (names) => names.forEach((name) => box.removeItem(name));
  function keep(name, text, awaits) {
    try {
      box.setItem(name, JSON.stringify({ text, awaits }));
    } catch {
      box.removeItem(name); /* Too long for the browser: nothing is better than half of it. */
    }
  }
  const awaitReturn = (names) => names.forEach((name) => keep(name, read(name).text, true));

  if (!person) {
    box.removeItem(SENT);
    awaitReturn(entries());
    return;
  }

  /* A field is known by where its form goes, and by its own name there. */
  const addressOf = (form) => new URL(form.getAttribute("action") || "", window.location.href).pathname;
  const isText = (field) => TEXTS.includes(field.type) && field.name && !field.readOnly && !SECRETS.test(field.autocomplete) && !field.closest("[data-editor]");
  const nameOf = (field) => `${KEPT}${person} ${addressOf(field.form)} ${field.id || field.name}`;
  const posts = (form) => form && form.getAttribute("method") === "post";

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!posts(field.form) || !isText(field)) return;
    if (field.value === field.defaultValue) box.removeItem(nameOf(field));
    else keep(nameOf(field), field.value, false);
  });
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !posts(form)) return;
    if (addressOf(form).endsWith("/sign-out")) {
      forget(entries());
      if (tabs) tabs.postMessage("signed out");
      return;
    }
    box.setItem(SENT, JSON.stringify([...form.elements].filter(isText).map(nameOf)));
  });
  if (tabs) tabs.addEventListener("message", () => forget(entries()));

  /* Whether the form that led here was refused; then its text is still needed. */
  const arrival = performance.getEntriesByType("navigation")[0] || {};
  const isRefused = "refused" in document.body.dataset || arrival.responseStatus >= 400 || ["reload", "back_forward"].includes(arrival.type);
  const sent = (read(SENT) || []).filter((name) => box.getItem(name));
  box.removeItem(SENT);
  if (isRefused) awaitReturn(sent);
  else forget(sent);
  forget(entries().filter((name) => !isMine(name) || !read(name).awaits));

  function putBack() {
    const fields = [...document.querySelectorAll('form[method="post"]')].flatMap((form) => [...form.elements]).filter(isText);
    const found = fields.filter((field) => field.value === field.defaultValue && box.getItem(nameOf(field)));
    found.forEach((field) => {
      const { text } = read(nameOf(field));
      if (field.value === text) {
        box.removeItem(nameOf(field));
        return;
      }
      field.value = text;
      for (let around = field.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return found.filter((field) => field.value !== field.defaultValue);
  }

  function tell(first) {
    document.getElementById("messages").append(document.getElementById("typed-put-back").content.cloneNode(true));
    const notice = document.getElementById("typed-notice");
    notice.querySelector("[data-dismiss-notice]").addEventListener("click", () => {
      notice.remove();
      document.getElementById("main").focus();
    });
    if (!first.id || !first.getClientRects().length) return;
    const link = notice.querySelector("[data-first]");
    link.href = `#${first.id}`;
    link.hidden = false;
  }

  const restored = putBack();
  if (restored.length) tell(restored[0]);
})();
