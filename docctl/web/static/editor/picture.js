/* Pictures: shown from the draft's assets, uploaded there when they are pasted, dropped or chosen. */

import { Extension } from "@tiptap/core";
import Image from "@tiptap/extension-image";
import { Plugin } from "@tiptap/pm/state";
import { styleOf } from "./exchange.js";

const PICTURE = /^assets\/[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

function size(name) {
  return {
    default: null,
    parseHTML: (element) => {
      const given = styleOf(element, name) || element.getAttribute(name) || "";
      return /^\d+(\.\d+)?(px|in|cm|mm|pt|em|%)?$/.test(given) ? given : null;
    },
  };
}

export const Picture = Image.extend({
  addOptions() {
    return { ...this.parent?.(), assets: "" };
  },

  addAttributes() {
    return { src: { default: null }, alt: { default: "" }, title: { default: null }, width: size("width"), height: size("height") };
  },

  parseHTML() {
    return [{ tag: "img[src]", getAttrs: (element) => (PICTURE.test(element.getAttribute("src")) ? null : false) }];
  },

  addNodeView() {
    return ({ node }) => {
      const picture = document.createElement("img");
      picture.src = `${this.options.assets}/${node.attrs.src.replace(/^assets\//, "")}`;
      picture.alt = node.attrs.alt || "";
      if (node.attrs.title) picture.title = node.attrs.title;
      for (const name of ["width", "height"]) {
        const length = node.attrs[name];
        if (length) picture.style[name] = /\d$/.test(length) ? `${length}px` : length;
      }
      return { dom: picture };
    };
  },

  addInputRules() {
    return [];
  },
});

/* Send a picture to the server; answer its place in the text, or throw the server's refusal. */
export async function upload(place, file) {
  const body = new FormData();
  body.append("file", file, file.name || "picture.png");
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const answer = await fetch(place.dataset.upload, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": token },
    credentials: "same-origin",
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error || answer.statusText);
  return told.src;
}

export function uploadsPictures(place) {
  const take = (files) => {
    const pictures = [...(files || [])].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length || !place.dataset.upload) return false;
    place.dispatchEvent(new CustomEvent("editor:picture", { detail: pictures[0] }));
    return true;
  };
  return Extension.create({
    name: "uploadsPictures",
    addProseMirrorPlugins() {
      return [
        new Plugin({
          props: {
            handlePaste: (_view, event) => !event.clipboardData?.getData("text/html") && take(event.clipboardData?.files),
            handleDrop: (_view, event, _slice, moved) => {
              if (moved || !take(event.dataTransfer?.files)) return false;
              event.preventDefault();
              return true;
            },
          },
        }),
      ];
    },
  });
}
