/* Between the HTML that the server's conversion writes and reads, and the HTML that the editor keeps. */

const NOTE_TAGS = new Set(["EM", "STRONG", "CODE", "SUB", "SUP", "S", "DEL", "U", "A"]);

/* The pages' security policy forbids style attributes, so what they say is read under another name. */
export function withoutStyles(html) {
  return html.replace(/(<[a-z][^<>]*?\s)style=/gi, "$1data-style=");
}

export function styleOf(element, name) {
  const found = new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`, "i").exec(element.dataset.style || "");
  return found ? found[1].trim() : "";
}

export function asPage(html) {
  return new DOMParser().parseFromString(withoutStyles(html), "text/html");
}

/* The inline text of a footnote with its emphasis and links, and nothing else. */
export function cleanNote(element, page = document) {
  const kept = page.createDocumentFragment();
  element.childNodes.forEach((node) => {
    if (node.nodeType === Node.TEXT_NODE) kept.append(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(".footnote-back, .footnote-backref")) return;
    const inner = cleanNote(node, page);
    if (!NOTE_TAGS.has(node.tagName)) return kept.append(inner);
    const copy = page.createElement(node.tagName);
    const address = node.getAttribute("href") || "";
    if (/^(https?:|mailto:)/i.test(address)) copy.setAttribute("href", address);
    copy.append(inner);
    kept.append(copy);
  });
  return kept;
}

/* The labels of the notes that the text has a mark of. */
function labelsMarked(page) {
  const marked = new Set();
  page.querySelectorAll("p, li, td, th, h1, h2, h3, h4, h5, h6").forEach((block) => {
    const text = block.textContent.replace(/^\s*\[\^[\w-]+(?:=[^\]\s]+)?\]:/, "");
    for (const mark of text.matchAll(/\[\^([\w-]+)(?:=[^\]\s]+)?\]/g)) marked.add(mark[1]);
  });
  return marked;
}

/* The conversion writes notes as paragraphs “[^1]: …” at the end, those of more than a paragraph as a division, and marks
   as [^1] in the text; those of a note with a sign of its own are [^1=*]. A paragraph that only looks like one stays. */
function footnotesInPlace(page) {
  const notes = new Map();
  const marked = labelsMarked(page);
  for (const block of [...page.body.children]) {
    const label = block.matches("p") ? /^\s*\[\^([\w-]+)(?:=([^\]\s]+))?\]:\s*/.exec(block.textContent) : null;
    if (block.matches("div.note[data-label]")) {
      block.dataset.blocks = block.innerHTML;
      notes.set(block.dataset.label, block);
      block.remove();
    } else if (label && marked.has(label[1])) {
      const first = page.createTreeWalker(block, NodeFilter.SHOW_TEXT).nextNode();
      first.data = first.data.replace(/^\s*\[\^[\w-]+(?:=[^\]\s]+)?\]:\s*/, "");
      block.dataset.sign = label[2] || "";
      notes.set(label[1], block);
      block.remove();
    }
  }
  if (!notes.size) return;
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("pre, code")) texts.push(walker.currentNode);
  texts.forEach((text) => {
    const pieces = text.data.split(/\[\^([\w-]+)(?:=[^\]\s]+)?\]/);
    if (pieces.length === 1) return;
    text.replaceWith(...pieces.map((piece, index) => {
      if (index % 2 === 0) return piece;
      const note = notes.get(piece);
      if (!note) return `[^${piece}]`;
      const mark = page.createElement("sup");
      mark.dataset.footnote = "";
      if (note.dataset.sign) mark.dataset.sign = note.dataset.sign;
      if (note.dataset.blocks) mark.dataset.blocks = note.dataset.blocks;
      mark.append(cleanNote(note, page));
      return mark;
    }));
  });
}

function footnotesAtEnd(page) {
  page.querySelectorAll("sup[data-footnote]").forEach((mark, index) => {
    const note = page.createElement(mark.dataset.blocks ? "div" : "p");
    const label = mark.dataset.sign ? `${index + 1}=${mark.dataset.sign}` : `${index + 1}`;
    if (mark.dataset.blocks) {
      note.className = "note";
      note.dataset.label = `${index + 1}`;
      note.dataset.sign = mark.dataset.sign || "";
      note.innerHTML = mark.dataset.blocks;
    } else {
      note.append(`[^${label}]: `, ...mark.childNodes);
    }
    page.body.append(note);
    mark.replaceWith(`[^${label}]`);
  });
}

function taskListsIn(page) {
  page.querySelectorAll("li").forEach((item) => {
    const box = item.querySelector(":scope > input[type=checkbox], :scope > label > input[type=checkbox], :scope > p > input[type=checkbox], :scope > p > label > input[type=checkbox]");
    const first = page.createTreeWalker(item, NodeFilter.SHOW_TEXT).nextNode();
    const sign = first && /^\s*([☒☑☐])\s/.exec(first.data);
    if ((!box && !sign) || item.dataset.type === "taskItem") return;
    item.dataset.type = "taskItem";
    item.dataset.checked = String(box ? box.hasAttribute("checked") : sign[1] !== "☐");
    item.parentElement.dataset.type = "taskList";
    if (!box) {
      first.data = first.data.slice(sign[0].length);
      return;
    }
    const label = box.closest("label");
    box.remove();
    if (label) label.replaceWith(...label.childNodes);
  });
}

/* The editor reads the language of a block from its code, the conversion writes it at the block. */
function codeAsWritten(page) {
  page.querySelectorAll("pre > code").forEach((code) => {
    const block = code.parentElement;
    if (block.className) code.className = `language-${block.className.split(/\s+/)[0]}`;
  });
}

function codeAsKept(page) {
  page.querySelectorAll("pre > code").forEach((code) => {
    const language = /^language-([\w+#.-]+)$/.exec(code.className);
    if (language) code.parentElement.className = language[1];
  });
}

export function forEditing(html) {
  const page = asPage(html);
  codeAsWritten(page);
  footnotesInPlace(page);
  taskListsIn(page);
  return page.body.innerHTML;
}

function unwrapOnlyParagraph(element) {
  const blocks = [...element.children].filter((child) => !child.matches("ul, ol"));
  if (blocks.length === 1 && blocks[0].matches("p") && blocks[0] === element.firstElementChild) {
    blocks[0].replaceWith(...blocks[0].childNodes);
  }
}

function headOf(table, page) {
  const rows = [...table.querySelectorAll(":scope > tbody > tr")];
  const count = rows.findIndex((row) => !row.children.length || [...row.children].some((cell) => cell.tagName !== "TH"));
  if (count <= 0) return;
  const head = page.createElement("thead");
  head.append(...rows.slice(0, count));
  table.tBodies[0].before(head);
}

export function forSaving(html) {
  const page = asPage(html);
  page.querySelectorAll("ul[data-type=taskList]").forEach((list) => {
    list.removeAttribute("data-type");
    list.className = "task-list";
  });
  page.querySelectorAll("li[data-type=taskItem]").forEach((item) => {
    const sign = item.dataset.checked === "true" ? "☒ " : "☐ ";
    const content = item.querySelector(":scope > div");
    item.replaceChildren(...(content ? content.childNodes : item.childNodes));
    [...item.attributes].forEach((attribute) => item.removeAttribute(attribute.name));
    unwrapOnlyParagraph(item);
    (item.firstElementChild && item.firstElementChild.matches("p") ? item.firstElementChild : item).prepend(sign);
  });
  page.querySelectorAll("li, td, th").forEach(unwrapOnlyParagraph);
  page.querySelectorAll("td, th").forEach((cell) => {
    ["colspan", "rowspan"].forEach((name) => cell.getAttribute(name) === "1" && cell.removeAttribute(name));
  });
  page.querySelectorAll("table").forEach((table) => headOf(table, page));
  codeAsKept(page);
  const last = page.body.lastElementChild;
  if (last && last.matches("p") && !last.hasChildNodes()) last.remove();
  footnotesAtEnd(page);
  return page.body.innerHTML;
}
