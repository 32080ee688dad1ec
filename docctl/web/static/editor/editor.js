/* The rich-text editor of the drafting page: it takes the place of a textarea that holds HTML. */

import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { TableKit } from "@tiptap/extension-table";
import { TaskItem, TaskList } from "@tiptap/extension-list";
import Subscript from "@tiptap/extension-subscript";
import Superscript from "@tiptap/extension-superscript";
import { forEditing, forSaving, withoutStyles } from "./exchange.js";
import { Footnote } from "./footnote.js";
import { keepUnsaved } from "./keeping.js";
import { Picture, uploadsPictures } from "./picture.js";
import { PlainTable, tableCell, tableHeader } from "./table.js";
import { addToolbar } from "./toolbar.js";

const SAFE_LINK = /^(https?:\/\/|mailto:|#|\/(?![/\\])|[\w.%~-]+([/?#]|$))/i;

function extensions(place) {
  return [
    StarterKit.configure({
      heading: { levels: [1, 2, 3, 4] },
      underline: false,
      trailingNode: false,
      link: {
        openOnClick: false,
        autolink: false,
        defaultProtocol: "https",
        protocols: ["mailto"],
        HTMLAttributes: { target: null, rel: null },
        isAllowedUri: (address) => SAFE_LINK.test(address || ""),
      },
    }),
    TableKit.configure({ table: false, tableCell: false, tableHeader: false }),
    PlainTable,
    tableCell,
    tableHeader,
    TaskList,
    TaskItem.configure({ nested: true }),
    Subscript,
    Superscript,
    Footnote,
    Picture.configure({ inline: true, assets: place.dataset.assets || "" }),
    uploadsPictures(place),
  ];
}

function mount(place) {
  const textarea = place.querySelector("textarea");
  const form = textarea.form;
  const words = JSON.parse(place.dataset.words);
  const surface = document.createElement("div");
  surface.className = "editor-surface reading";
  textarea.after(surface);
  textarea.hidden = true;

  const editor = new Editor({
    element: surface,
    extensions: extensions(place),
    injectCSS: false,
    content: forEditing(textarea.value),
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": `${textarea.id}-label`,
        "aria-describedby": `${textarea.id}-help`,
        spellcheck: "true",
        lang: place.dataset.lang || document.documentElement.lang,
      },
      transformPastedHTML: withoutStyles,
    },
  });

  const help = document.createElement("p");
  help.className = "visually-hidden";
  help.id = `${textarea.id}-help`;
  help.textContent = words.help;
  surface.after(help);
  addToolbar(editor, place, surface, words);
  const label = document.getElementById(`${textarea.id}-label`);
  if (label) label.addEventListener("click", (event) => { event.preventDefault(); editor.commands.focus(); });

  const untouched = forSaving(editor.getHTML());
  const current = () => forSaving(editor.getHTML());
  const keeping = keepUnsaved({ editor, place, form, surface, words, current, untouched });
  form.dataset.warnUnsaved = "yes";
  editor.on("update", () => {
    form.dataset.changed = "yes";
    keeping.textChanged();
  });
  form.addEventListener("formdata", (event) => {
    event.formData.set(textarea.name, current());
    keeping.textSent();
  });
  place.editor = editor;
}

function start() {
  document.querySelectorAll("[data-editor]").forEach(mount);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
