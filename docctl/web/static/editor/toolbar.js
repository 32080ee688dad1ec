/* The toolbar: one tab stop, arrow keys inside it, Alt+F10 leads to it and Escape back to the text. */

import { ask } from "./dialogs.js";
import { upload } from "./picture.js";
import { asPage } from "./exchange.js";

const BLOCKS = ["paragraph", "heading1", "heading2", "heading3", "heading4"];

function groups() {
  const chain = (editor) => editor.chain().focus();
  return [
    [
      { name: "undo", icon: "arrow-counterclockwise", run: (e) => chain(e).undo().run(), can: (e) => e.can().undo() },
      { name: "redo", icon: "arrow-clockwise", run: (e) => chain(e).redo().run(), can: (e) => e.can().redo() },
    ],
    ["blocks"],
    [
      { name: "bold", icon: "type-bold", mark: "bold", run: (e) => chain(e).toggleBold().run() },
      { name: "italic", icon: "type-italic", mark: "italic", run: (e) => chain(e).toggleItalic().run() },
      { name: "strike", icon: "type-strikethrough", mark: "strike", run: (e) => chain(e).toggleStrike().run() },
      { name: "superscript", icon: "superscript", mark: "superscript", run: (e) => chain(e).toggleSuperscript().run() },
      { name: "subscript", icon: "subscript", mark: "subscript", run: (e) => chain(e).toggleSubscript().run() },
      { name: "code", icon: "code", mark: "code", run: (e) => chain(e).toggleCode().run() },
    ],
    [
      { name: "bulletList", icon: "list-ul", mark: "bulletList", run: (e) => chain(e).toggleBulletList().run() },
      { name: "orderedList", icon: "list-ol", mark: "orderedList", run: (e) => chain(e).toggleOrderedList().run() },
      { name: "taskList", icon: "list-task", mark: "taskList", run: (e) => chain(e).toggleTaskList().run() },
    ],
    [
      { name: "blockquote", icon: "quote", mark: "blockquote", run: (e) => chain(e).toggleBlockquote().run() },
      { name: "codeBlock", icon: "code-square", mark: "codeBlock", run: (e) => chain(e).toggleCodeBlock().run() },
      { name: "horizontalRule", icon: "hr", run: (e) => chain(e).setHorizontalRule().run() },
    ],
    [
      { name: "link", icon: "link-45deg", mark: "link", run: askForLink },
      { name: "image", icon: "image", mark: "image", run: askForPicture },
      { name: "footnote", icon: "asterisk", mark: "footnote", run: askForFootnote },
      { name: "table", icon: "table", mark: "table", run: askForTable },
    ],
  ];
}

const TABLE_COMMANDS = [
  ["addRowBefore", "addRowAfter", "deleteRow"],
  ["addColumnBefore", "addColumnAfter", "deleteColumn"],
  ["mergeCells", "splitCell", "toggleHeaderRow", "toggleHeaderColumn"],
  ["deleteTable"],
];

async function askForLink(editor, words) {
  const before = editor.getAttributes("link").href || "";
  const given = await ask(words.link, [{ name: "href", label: words.linkAddress, value: before, hint: words.linkHint }], words, before ? words.linkRemove : "");
  if (!given) return editor.commands.focus();
  const chain = editor.chain().focus().extendMarkRange("link");
  if (given.removed || !given.href.trim()) return chain.unsetLink().run();
  const href = given.href.trim();
  const address = /^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(href) && !/^[\w-]+\.md/.test(href) ? `https://${href}` : href;
  if (editor.state.selection.empty && !before) return chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href: address } }] }).run();
  return chain.setLink({ href: address }).run();
}

async function askForPicture(editor, words, place, dropped = null) {
  const chosen = !dropped && editor.isActive("image") ? editor.getAttributes("image") : null;
  const fields = [
    ...(dropped || chosen ? [] : [{ name: "file", label: words.imageFile, type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", required: true }]),
    { name: "alt", label: words.imageAlt, value: chosen?.alt || "", hint: words.imageAltHint, rows: 2 },
    ...(chosen ? [{ name: "width", label: words.imageWidth, value: chosen.width || "", hint: words.imageWidthHint }] : []),
  ];
  const given = await ask(words.image, fields, words);
  if (!given) return editor.commands.focus();
  if (chosen) {
    const width = /^\d+(px|cm|mm|in|%)?$/.test(given.width.trim()) ? given.width.trim() : null;
    return editor.chain().focus().updateAttributes("image", { alt: given.alt.trim(), width, height: null }).run();
  }
  try {
    const src = await upload(place, dropped || given.file);
    return editor.chain().focus().insertContent({ type: "image", attrs: { src, alt: given.alt.trim() } }).run();
  } catch (error) {
    return ask(words.notUploaded, [], words, "", error.message);
  }
}

async function askForFootnote(editor, words) {
  const chosen = editor.isActive("footnote") ? asPage(editor.getAttributes("footnote").note).body.textContent : "";
  const given = await ask(words.footnote, [{ name: "note", label: words.footnoteText, value: chosen, rows: 3, required: true }], words);
  if (!given || !given.note.trim() || given.note === chosen) return editor.commands.focus();
  return editor.chain().focus().setFootnote(given.note.trim()).run();
}

async function askForTable(editor, words) {
  if (editor.isActive("table")) return editor.commands.focus();
  const given = await ask(words.table, [
    { name: "rows", label: words.tableRows, type: "number", value: "3", min: 1, max: 100 },
    { name: "columns", label: words.tableColumns, type: "number", value: "3", min: 1, max: 20 },
    { name: "header", label: words.tableHeader, type: "checkbox", value: true },
  ], words);
  if (!given) return editor.commands.focus();
  const within = (text, most) => Math.min(Math.max(parseInt(text, 10) || 1, 1), most);
  return editor.chain().focus().insertTable({ rows: within(given.rows, 100), cols: within(given.columns, 20), withHeaderRow: given.header }).run();
}

function button(label, content) {
  const made = document.createElement("button");
  made.type = "button";
  made.tabIndex = -1;
  made.className = "editor-button";
  made.title = label;
  made.append(content);
  return made;
}

function drawing(place, icon) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${place.dataset.icons}#${icon}`);
  svg.append(use);
  return svg;
}

function blockMenu(editor, words) {
  const menu = document.createElement("select");
  menu.className = "editor-blocks";
  menu.tabIndex = -1;
  menu.setAttribute("aria-label", words.blocks);
  BLOCKS.forEach((name) => menu.add(new Option(words[name], name)));
  menu.addEventListener("change", () => {
    const level = Number(menu.value.slice(7));
    const chain = editor.chain().focus();
    (menu.value === "paragraph" ? chain.setParagraph() : chain.setHeading({ level })).run();
  });
  return menu;
}

function tabStops(bar, leave) {
  const stops = () => [...bar.querySelectorAll("button, select")].filter((stop) => !stop.disabled && stop.offsetParent);
  const go = (stop) => {
    bar.querySelectorAll("button, select").forEach((other) => { other.tabIndex = other === stop ? 0 : -1; });
    stop.focus();
  };
  bar.addEventListener("keydown", (event) => {
    const all = stops();
    const here = all.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") leave();
    else if (event.key === "Home") go(all[0]);
    else if (event.key === "End") go(all[all.length - 1]);
    else if (step) go(all[(here + step + all.length) % all.length]);
    else return;
    event.preventDefault();
  });
  return () => go(stops().find((stop) => stop.tabIndex === 0) || stops()[0]);
}

export function addToolbar(editor, place, surface, words) {
  const bar = document.createElement("div");
  bar.className = "editor-toolbar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.toolbar);
  const followers = [];
  const group = () => bar.appendChild(Object.assign(document.createElement("div"), { className: "editor-group" }));

  for (const members of groups()) {
    const box = group();
    for (const tool of members) {
      if (tool === "blocks") {
        const menu = box.appendChild(blockMenu(editor, words));
        followers.push(() => {
          const level = [1, 2, 3, 4].find((number) => editor.isActive("heading", { level: number }));
          menu.value = level ? `heading${level}` : "paragraph";
        });
        continue;
      }
      const made = box.appendChild(button(words[tool.name], drawing(place, tool.icon)));
      made.setAttribute("aria-label", words[tool.name]);
      made.addEventListener("click", () => tool.run(editor, words, place));
      followers.push(() => {
        if (tool.mark) made.setAttribute("aria-pressed", String(editor.isActive(tool.mark)));
        if (tool.can) made.disabled = !tool.can(editor);
      });
    }
  }
  const tableBar = bar.appendChild(Object.assign(document.createElement("div"), { className: "editor-table-tools" }));
  for (const commands of TABLE_COMMANDS) {
    const box = tableBar.appendChild(Object.assign(document.createElement("div"), { className: "editor-group" }));
    for (const command of commands) {
      const made = box.appendChild(button(words[command], words[command]));
      made.addEventListener("click", () => editor.chain().focus()[command]().run());
      followers.push(() => { made.disabled = !tableBar.hidden && !editor.can()[command](); });
    }
  }
  followers.unshift(() => { tableBar.hidden = !editor.isActive("table"); });

  surface.before(bar);
  const focusBar = tabStops(bar, () => editor.commands.focus());
  bar.querySelector("button, select").tabIndex = 0;
  surface.addEventListener("keydown", (event) => {
    if (event.altKey && event.key === "F10") { event.preventDefault(); focusBar(); }
  });
  surface.addEventListener("dblclick", (event) => {
    if (event.target.closest(".footnote-mark")) askForFootnote(editor, words);
    else if (event.target.matches("img")) askForPicture(editor, words, place);
  });
  place.addEventListener("editor:picture", (event) => askForPicture(editor, words, place, event.detail));
  const follow = () => {
    followers.forEach((update) => update());
    const stop = bar.querySelector('[tabindex="0"]');
    if (!stop || stop.disabled) {
      if (stop) stop.tabIndex = -1;
      bar.querySelector("button:not(:disabled), select").tabIndex = 0;
    }
  };
  editor.on("transaction", follow);
  follow();
}
