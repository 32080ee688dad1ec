// Sends the chosen files one after the other and shows how far it is; without it the form sends them all at once.
"use strict";
(() => {
  const form = document.getElementById("import-form");
  const line = document.getElementById("import-progress");
  if (!form || !line) return;
  const bar = document.getElementById("import-bar");
  const count = document.getElementById("import-count");
  const token = () => form.elements["csrf_token"].value;

  async function send(url, body) {
    let answer;
    do {
      if (answer) await new Promise((go) => setTimeout(go, 1000 * (Number(answer.headers.get("Retry-After")) || 2)));
      answer = await fetch(url, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": token() },
      });
    } while (answer.status === 429);
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.error);
    return data;
  }

  form.addEventListener("submit", async (event) => {
    const picture = /\.(png|jpe?g|gif|webp|svg)$/i;
    const chosen = Array.from(form.elements["files"].files);
    const files = [...chosen.filter((file) => picture.test(file.name)), ...chosen.filter((file) => !picture.test(file.name))];
    if (!files.length) return;
    event.preventDefault();
    form.querySelector("button[type=submit]").disabled = true;
    line.hidden = false;
    bar.max = files.length;
    try {
      const batch = await send(form.action, new FormData());
      for (const [place, file] of files.entries()) {
        count.textContent = `${place + 1} ${line.dataset.wordsDone} ${files.length}: ${file.name}`;
        const body = new FormData();
        const tooLarge = file.size > Number(line.dataset.largest);
        body.append("file", tooLarge ? new File([], file.name) : file);
        if (tooLarge) body.append("too_large", "yes");
        await send(batch.files, body);
        bar.value = place + 1;
      }
      window.location.assign(batch.confirm);
    } catch (error) {
      count.textContent = error.message;
      form.querySelector("button[type=submit]").disabled = false;
    }
  });
})();
