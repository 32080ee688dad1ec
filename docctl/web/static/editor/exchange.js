/* Between the HTML that the server's conversion writes and reads, and the HTML that the editor keeps. */

const NOTE_TAGS = new Set(["EM", "STRONG", "CODE", "SUB", "SUP", "S", "DEL", "A"]);

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

function footnotesInPlace(page) {
  page.querySelectorAll("a.footnote-ref[href^='#']").forEach((reference) => {
    const note = page.getElementById(reference.getAttribute("href").slice(1));
    const mark = page.createElement("sup");
    mark.dataset.footnote = "";
    if (note) mark.append(cleanNote(note, page));
    (reference.parentElement.matches("sup.footnote-ref") ? reference.parentElement : reference).replaceWith(mark);
  });
  page.querySelectorAll("section.footnotes").forEach((notes) => notes.remove());
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

export function forEditing(html) {
  const page = asPage(html);
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
  page.querySelectorAll("sup[data-footnote]").forEach((mark, index) => { mark.dataset.footnote = String(index + 1); });
  const last = page.body.lastElementChild;
  if (last && last.matches("p") && !last.hasChildNodes()) last.remove();
  return page.body.innerHTML;
}
