"use strict";
/* Says before a session ends, and lets the person stay. The server is asked first, because another tab may be in use. */

(function () {
  const dialog = document.getElementById("session-end");
  if (!dialog) return;
  const { login, ask, stay } = dialog.dataset;
  const warning = Number(dialog.dataset.warning);
  const CHECK_EVERY = 15; // a computer that slept goes on counting where it stopped
  const SAID_AT = [60, 30, 20, 10];
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("docctl-session") : null;
  const part = (name) => dialog.querySelector(name);
  let left = null;
  let state = "";
  let isWaived = false;
  let timer = 0;
  let lastAsked = 0;
  let said = 0;

  /* The wall clock goes on while a computer sleeps, the other one when somebody sets the time: the later one is believed. */
  const instant = () => ({ wall: Date.now(), steady: performance.now() });
  const since = (then) => Math.max(Date.now() - then.wall, performance.now() - then.steady) / 1000;
  const secondsLeft = () => Math.max(0, Math.ceil(left.seconds - since(left.from)));

  function take(answer) {
    left = { seconds: Number(answer.seconds), isFinal: Boolean(answer.final), from: instant() };
  }

  function renewForms(token) {
    document.querySelector('meta[name="csrf-token"]').content = token;
    document.querySelectorAll('input[name="csrf_token"]').forEach((field) => { field.value = token; });
  }

  function takeAnswer(answer) {
    const isMine = answer.seconds > 0 && answer.login === login;
    take(isMine ? answer : { seconds: 0 });
    if (isMine) renewForms(answer.token);
  }

  async function look() {
    lastAsked = Date.now();
    try {
      const answer = await fetch(ask, { headers: { Accept: "application/json" } });
      if (answer.ok) takeAnswer(await answer.json());
    } catch {
      /* Without an answer this page counts on by itself. */
    }
    go();
  }

  async function stayHere() {
    trouble("");
    try {
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const answer = await fetch(stay, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } });
      if (answer.ok) takeAnswer(await answer.json());
      else if (answer.status === 400 || answer.status === 401) return look();
      else throw new Error(answer.statusText);
    } catch {
      return trouble(dialog.dataset.unanswered);
    }
    tell();
    go();
  }

  function trouble(text) {
    const line = part("[data-trouble]");
    line.textContent = text;
    line.hidden = !text;
    say(text);
  }

  function say(text) {
    part("[data-said]").textContent = text;
  }

  function tell() {
    if (tabs) tabs.postMessage({ login, seconds: secondsLeft(), final: left.isFinal });
  }

  function show(next) {
    if (state !== next) {
      ["idle", "final", "over"].forEach((name) => { document.getElementById(`session-${name}`).hidden = name !== next; });
      dialog.setAttribute("aria-labelledby", `session-${next}-heading`);
      dialog.setAttribute("aria-describedby", `session-${next}-text`);
      state = next;
      said = secondsLeft();
      say("");
      if (dialog.open) dialog.close();
    }
    if (!dialog.open) {
      dialog.showModal();
      part(`#session-${next} [data-answer]`).focus();
    }
    const seconds = secondsLeft();
    dialog.querySelectorAll("[data-clock]").forEach((clock) => {
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    });
    const due = SAID_AT.find((mark) => seconds <= mark && mark < said);
    if (due && next !== "over") {
      said = Math.min(...SAID_AT.filter((mark) => seconds <= mark));
      say(dialog.dataset.left.replace("[number]", seconds));
    }
  }

  function hide() {
    state = "";
    if (dialog.open) dialog.close();
  }

  function again(seconds, what) {
    window.clearTimeout(timer);
    timer = window.setTimeout(what, Math.max(0, seconds) * 1000);
  }

  function go() {
    const seconds = secondsLeft();
    if (seconds > warning) {
      isWaived = false;
      hide();
      again(Math.min(seconds - warning, CHECK_EVERY), () => (secondsLeft() > warning ? go() : look()));
    } else if (seconds > 0) {
      if (left.isFinal && isWaived) hide();
      else show(left.isFinal ? "final" : "idle");
      again(1, () => (secondsLeft() > 0 ? go() : look()));
    } else {
      show("over");
    }
  }

  function close() {
    isWaived = true;
    if (state === "final") go();
    else dialog.close();
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); /* Escape is the harmless answer. */
    if (state === "idle") stayHere();
    else close();
  });
  dialog.addEventListener("click", (event) => {
    const answer = event.target.closest("[data-answer]");
    if (!answer) return;
    if (answer.dataset.answer === "stay") stayHere();
    else if (answer.dataset.answer === "close") close();
    else document.querySelectorAll("form[data-changed]").forEach((form) => { delete form.dataset.changed; });
  });
  if (tabs) {
    tabs.addEventListener("message", (event) => {
      if (event.data.login !== login || event.data.seconds < secondsLeft()) return;
      if (secondsLeft() > 0) {
        take(event.data);
        go();
      } else {
        look();
      }
    });
  }
  const returned = (event) => {
    if (document.visibilityState === "visible" && (event.persisted || Date.now() - lastAsked > 60_000)) look();
  };
  document.addEventListener("visibilitychange", returned);
  window.addEventListener("pageshow", (event) => { if (event.persisted) returned(event); });

  take({ seconds: dialog.dataset.seconds, final: dialog.dataset.final });
  lastAsked = Date.now();
  tell();
  go();
})();
