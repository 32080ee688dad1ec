/* Small questions the editor asks: an address, a picture, a note, the size of a table. */

let asked = 0;

function fieldFor(field, id) {
  const box = document.createElement("div");
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = field.label;
  const input = document.createElement(field.rows ? "textarea" : "input");
  input.id = id;
  input.name = field.name;
  if (field.rows) input.rows = field.rows;
  else input.type = field.type || "text";
  for (const name of ["accept", "min", "max"]) if (field[name]) input[name] = field[name];
  if (field.required) input.required = true;
  if (field.type === "checkbox") {
    box.className = "form-check";
    input.className = "form-check-input";
    label.className = "form-check-label";
    input.checked = field.value;
    box.append(input, label);
  } else {
    box.className = "field";
    input.className = "form-control";
    label.className = "form-label";
    if (field.type !== "file") input.value = field.value || "";
    box.append(label);
    if (field.hint) {
      const hint = Object.assign(document.createElement("p"), { className: "hint", id: `${id}-hint`, textContent: field.hint });
      input.setAttribute("aria-describedby", hint.id);
      box.append(hint);
    }
    box.append(input);
  }
  return { box, input };
}

/* Answer what was entered, {removed: true} for the second button, or null when it was called off. */
export function ask(title, fields, words, removeLabel = "", message = "") {
  asked += 1;
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  form.method = "dialog";
  const heading = Object.assign(document.createElement("h2"), { id: `editor-question-${asked}`, textContent: title });
  dialog.setAttribute("aria-labelledby", heading.id);
  form.append(heading);
  if (message) form.append(Object.assign(document.createElement("p"), { textContent: message }));
  const made = fields.map((field, index) => ({ field, ...fieldFor(field, `editor-question-${asked}-${index}`) }));
  made.forEach(({ box }) => form.append(box));
  const buttons = Object.assign(document.createElement("div"), { className: "buttons" });
  const add = (label, value, kind, skip) => {
    const button = Object.assign(document.createElement("button"), { value, textContent: label, className: `btn ${kind}`, formNoValidate: skip });
    buttons.append(button);
  };
  add(words.ok, "ok", "btn-primary", false);
  if (removeLabel) add(removeLabel, "remove", "btn-outline-secondary", true);
  if (fields.length) add(words.cancel, "cancel", "btn-outline-secondary", true);
  form.append(buttons);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue === "remove") return resolve({ removed: true });
      if (dialog.returnValue !== "ok") return resolve(null);
      const entries = made.map(({ field, input }) => [field.name, { checkbox: input.checked, file: input.files?.[0] }[field.type] ?? input.value]);
      return resolve(Object.fromEntries(entries));
    });
    dialog.showModal();
  });
}
