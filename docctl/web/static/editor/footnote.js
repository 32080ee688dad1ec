/* A footnote: a mark in the text that carries its note. */

import { Node } from "@tiptap/core";
import { asPage, cleanNote } from "./exchange.js";

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,

  addAttributes() {
    return {
      note: {
        default: "",
        parseHTML: (element) => {
          const holder = document.createElement("div");
          holder.append(cleanNote(element));
          return holder.innerHTML.trim();
        },
        renderHTML: () => ({}),
      },
      blocks: { default: "", parseHTML: (element) => element.dataset.blocks || "", renderHTML: () => ({}) },
      sign: { default: "", parseHTML: (element) => element.dataset.sign || "", renderHTML: () => ({}) },
    };
  },

  parseHTML() {
    return [{ tag: "sup[data-footnote]", priority: 100 }];
  },

  renderHTML({ node }) {
    const mark = document.createElement("sup");
    mark.dataset.footnote = "";
    if (node.attrs.sign) mark.dataset.sign = node.attrs.sign;
    if (node.attrs.blocks) mark.dataset.blocks = node.attrs.blocks;
    mark.append(cleanNote(asPage(node.attrs.note).body));
    return { dom: mark };
  },

  renderText({ node }) {
    return ` (${asPage(node.attrs.note).body.textContent})`;
  },

  addNodeView() {
    return ({ node }) => {
      const mark = document.createElement("sup");
      mark.className = "footnote-mark";
      if (node.attrs.sign) mark.dataset.sign = node.attrs.sign;
      mark.title = asPage(node.attrs.note).body.textContent;
      return { dom: mark };
    };
  },

  addCommands() {
    return {
      setFootnote: (text) => ({ commands }) => {
        const holder = document.createElement("div");
        holder.textContent = text;
        return commands.insertContent({ type: this.name, attrs: { note: holder.innerHTML } });
      },
    };
  },
});
