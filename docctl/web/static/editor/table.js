/* Tables as documents have them: merged cells, header cells, alignment, and the widths a Word file gave its columns. */

import { Table, TableCell, TableHeader } from "@tiptap/extension-table";
import { styleOf } from "./exchange.js";

function columnWidths(table) {
  const columns = [...table.querySelectorAll(":scope > colgroup > col")];
  const widths = columns.map((column) => styleOf(column, "width") || column.getAttribute("width") || "");
  return widths.some((width) => /^\d+(\.\d+)?%$/.test(width)) ? widths : null;
}

function columnCount(node) {
  let count = 0;
  node.firstChild?.forEach((cell) => { count += cell.attrs.colspan || 1; });
  return count;
}

export const PlainTable = Table.extend({
  addAttributes() {
    return { widths: { default: null, parseHTML: columnWidths, renderHTML: () => ({}) } };
  },

  renderHTML({ node }) {
    const widths = node.attrs.widths;
    const columns = widths && widths.length === columnCount(node)
      ? [["colgroup", ...widths.map((width) => ["col", width ? { width } : {}])]]
      : [];
    return ["table", ...columns, ["tbody", 0]];
  },

  addNodeView() {
    return null;
  },
}).configure({ resizable: false, View: null });

const alignment = {
  default: null,
  parseHTML: (element) => {
    const given = styleOf(element, "text-align") || element.getAttribute("align") || "";
    return ["right", "center"].includes(given) ? given : null;
  },
  renderHTML: ({ align }) => (align ? { align } : {}),
};

function withAlignment(cell) {
  return cell.extend({
    addAttributes() {
      const { colspan, rowspan } = this.parent();
      return { colspan, rowspan, colwidth: { default: null, rendered: false, parseHTML: () => null }, align: alignment };
    },
  });
}

export const tableCell = withAlignment(TableCell);
export const tableHeader = withAlignment(TableHeader);
