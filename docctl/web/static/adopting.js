// Goes on step by step with what takes longer, and shows how far it is; without it a button goes on.
"use strict";
(() => {
  const form = document.getElementById("step-form");
  if (!form) return;
  const bar = form.querySelector("progress");
  const count = bar.parentElement.querySelector("span");
  const said = document.getElementById("step-said");
  form.querySelector("button[type=submit]").hidden = true;

  async function goOn() {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json", "X-CSRFToken": form.elements["csrf_token"].value },
    });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.error);
    bar.value = data.done;
    count.textContent = count.textContent.replace(/\d+/, data.done);
    return data.done < data.of;
  }

  (async () => {
    try {
      while (await goOn());
      window.location.reload();
    } catch (error) {
      said.textContent = error.message;
      form.querySelector("button[type=submit]").hidden = false;
    }
  })();
})();
