"use strict";
/* Small behaviour of the pages, by data attributes; every page can be read without it. */

(function () {
  const token = () => document.querySelector('meta[name="csrf-token"]').content;

  /* htmx: the CSRF token goes along; a refusal is shown among the messages. */
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status < 400) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    event.detail.target = document.getElementById("messages");
    event.detail.swapOverride = "innerHTML show:top";
  });

  /* data-confirm: ask before the form is sent. data-warn-unsaved: ask before its text is lost. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || form.dataset.confirm;
    if (!question || form.dataset.confirmed) {
      delete form.dataset.confirmed;
      delete form.dataset.changed;
      if (button && form.method === "post") window.setTimeout(() => button.setAttribute("aria-busy", "true"), 0);
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const dialog = document.getElementById("confirm");
    document.getElementById("confirm-question").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(button || undefined);
    }, { once: true });
    dialog.showModal();
  }, true);

  /* A form sent twice by a double click is sent once. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest('button[aria-busy="true"]');
    if (button) event.preventDefault();
  }, true);
  window.addEventListener("pageshow", () => {
    document.querySelectorAll('button[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-warn-unsaved]");
    if (form) form.dataset.changed = "yes";
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-warn-unsaved][data-changed]")) event.preventDefault();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(copy.dataset.copy);
    const login = event.target.closest("[data-fill-login]");
    if (login) {
      document.getElementById("login").value = login.dataset.fillLogin;
      document.getElementById("password").value = login.dataset.fillPassword;
      document.querySelector("#sign-in button[type=submit]").focus();
    }
    document.querySelectorAll("details.person-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.person-menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const search = document.getElementById("search-everywhere");
    if (event.key === "/" && !typing && search && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    }
  });

  /* data-titles: propose documents whose number or title begins as typed; choosing one opens it. */
  let asking = 0;
  document.addEventListener("input", (event) => {
    const field = event.target.closest("input[data-titles]");
    if (!field) return;
    const typed = event.inputType && event.inputType !== "insertReplacementText";
    const chosen = !typed && [...field.list.options].find((option) => option.value === field.value);
    window.clearTimeout(asking);
    if (chosen) {
      window.location.assign(chosen.dataset.address);
      return;
    }
    const beginning = field.value.trim();
    if (beginning.length < 2) return;
    asking = window.setTimeout(async () => {
      const answer = await fetch(`${field.dataset.titles}?${new URLSearchParams({ beginning })}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || field.value.trim() !== beginning) return;
      field.list.replaceChildren(...(await answer.json()).map((found) => {
        const option = new Option(found.title, found.number);
        option.dataset.address = found.address;
        return option;
      }));
    }, 150);
  });

  /* data-picker: whoever is ticked among the people found goes up to those chosen, and stays there while others are looked for. */
  document.addEventListener("change", (event) => {
    const found = event.target.closest("[data-picker] .picker-found .form-check");
    if (!found || !event.target.checked) return;
    const chosen = found.closest("[data-picker]").querySelector("[data-chosen]");
    if (event.target.type === "radio") chosen.replaceChildren();
    chosen.querySelectorAll(`input[value="${event.target.value}"]`).forEach((other) => other.closest(".form-check").remove());
    chosen.append(found);
    event.target.focus();
  });

  /* Enter sends a form by its own button, and in a picker does nothing: who is found shows while somebody types. */
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=checkbox], [type=radio])");
    if (event.key !== "Enter" || !field?.form?.querySelector("[data-picker]")) return;
    event.preventDefault();
    if (!field.closest("[data-picker]")) field.form.requestSubmit(field.form.querySelector("button[type=submit]:not([name=find])"));
  });

  /* The contents beside a text show where the reader is. */
  function followContents() {
    const links = new Map();
    document.querySelectorAll(".contents a[href^='#']").forEach((link) => {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) links.set(heading, link);
    });
    if (!links.size) return;
    const mark = () => {
      let current = null;
      for (const heading of links.keys()) {
        if (heading.getBoundingClientRect().top > 120) break;
        current = heading;
      }
      links.forEach((link, heading) => (heading === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    };
    let waiting = false;
    window.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      window.requestAnimationFrame(() => { waiting = false; mark(); });
    }, { passive: true });
    mark();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", followContents);
  else followContents();
})();
