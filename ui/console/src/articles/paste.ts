/** What is pasted from Word or a web page, as Markdown: the words and their order, none of the dress. */

const SKIPPED = new Set(["SCRIPT", "STYLE", "META", "LINK", "TITLE", "TEMPLATE", "IFRAME", "SVG", "IMG", "BUTTON", "INPUT"]);
const BLOCKS = new Set(["P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "FIGURE", "FIGCAPTION", "ADDRESS", "DL", "DT", "DD"]);
const MARKS = /([\\`*_[\]<>])/g;

/** Styles and handlers are never worn: our policy would refuse them, loudly, even in a page that nobody sees. */
export const undressed = (html: string): string => html.replace(/<style\b[\s\S]*?<\/style\s*>/gi, "").replace(/<[^>]*>/g, (tag) => tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="));

export function markdownOf(html: string): string {
  const page = new DOMParser().parseFromString(undressed(html), "text/html");
  return blocks(page.body)
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^( *(?:-|\d+\.) .*)\n\n(?= *(?:-|\d+\.) )/gm, "$1\n")
    .trim();
}

/** Word writes bullets and numbers as text that is to be ignored. */
const isIgnored = (node: Element): boolean => SKIPPED.has(node.tagName.toUpperCase()) || /mso-list:\s*ignore|display:\s*none/i.test(node.getAttribute("data-style") ?? "");

function blocks(parent: Node): string {
  let out = "";
  for (const node of parent.childNodes) {
    if (node instanceof Element && !isIgnored(node)) out += block(node);
    else if (node.nodeType === Node.TEXT_NODE) out += plain(node.textContent ?? "");
  }
  return out;
}

function block(node: Element): string {
  const tag = node.tagName.toUpperCase();
  const level = /^H([1-6])$/.exec(tag)?.[1];
  // The title is a field of its own, so a page's first rank becomes our second.
  if (level) return `\n\n${"#".repeat(Math.min(4, Math.max(2, Number(level))))} ${inline(node).trim()}\n\n`;
  if (tag === "UL" || tag === "OL") return `\n\n${items(node, tag === "OL")}\n\n`;
  if (tag === "TABLE") return `\n\n${table(node)}\n\n`;
  if (tag === "PRE") return `\n\n\`\`\`\n${(node.textContent ?? "").replace(/\n$/, "")}\n\`\`\`\n\n`;
  if (tag === "BLOCKQUOTE") return `\n\n${blocks(node).trim().replace(/^/gm, "> ")}\n\n`;
  if (tag === "HR") return "\n\n---\n\n";
  if (/MsoListParagraph/.test(node.className)) return `\n${listed(node)}\n`;
  if (!BLOCKS.has(tag)) return isWrapper(node) ? blocks(node) : inlineOf(node);
  return isWrapper(node) ? `\n\n${blocks(node)}\n\n` : `\n\n${inline(node).trim()}\n\n`;
}

/** Word's lists are paragraphs: how deep they stand is in the style, what counts them in the text to be ignored. */
function listed(node: Element): string {
  const deep = Number(/level([1-9])/.exec(node.getAttribute("data-style") ?? "")?.[1] ?? 1) - 1;
  const mark = [...node.querySelectorAll("[data-style]")].find(isIgnored)?.textContent.trim() ?? "";
  const count = /^\d+/.exec(mark)?.[0] ?? (/^\w{1,4}[.)]/.test(mark) ? "1" : null);
  return `${"   ".repeat(deep)}${count === null ? "-" : `${count}.`} ${inline(node).trim()}`;
}

const isWrapper = (node: Element): boolean => node.querySelector("p,div,ul,ol,table,pre,blockquote,h1,h2,h3,h4,h5,h6") !== null;

function items(list: Element, isOrdered: boolean): string {
  return [...list.children]
    .filter((one) => one.tagName === "LI")
    .map((item, n) => {
      const mark = isOrdered ? `${n + 1}. ` : "- ";
      const text = (isWrapper(item) ? blocks(item) : inline(item)).trim().replace(/\n{2,}(?=[-\d])/g, "\n");
      return mark + text.replace(/\n(?=.)/g, `\n${" ".repeat(mark.length)}`);
    })
    .join("\n");
}

function table(node: Element): string {
  const rows = [...node.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => inline(cell).trim().replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|")));
  const wide = Math.max(0, ...rows.map((row) => row.length));
  if (wide === 0) return "";
  const line = (cells: string[]): string => `| ${Array.from({ length: wide }, (_, n) => cells[n] ?? "").join(" | ")} |`;
  return [line(rows[0] ?? []), line(Array.from({ length: wide }, () => "---")), ...rows.slice(1).map(line)].join("\n");
}

function inline(parent: Node): string {
  let out = "";
  for (const node of parent.childNodes) {
    if (node instanceof Element) out += isIgnored(node) ? "" : inlineOf(node);
    else if (node.nodeType === Node.TEXT_NODE) out += plain(node.textContent ?? "");
  }
  return out;
}

function inlineOf(node: Element): string {
  const tag = node.tagName.toUpperCase();
  if (tag === "BR") return "\n";
  if (tag === "CODE" || tag === "KBD" || tag === "SAMP") return `\`${(node.textContent ?? "").replaceAll("`", "")}\``;
  const inside = inline(node);
  if (!inside.trim()) return inside;
  const style = node.getAttribute("data-style") ?? "";
  const isBold = /^(B|STRONG)$/.test(tag) && !/font-weight:\s*(normal|400)/i.test(style);
  if (isBold || /font-weight:\s*(bold|[6-9]00)/i.test(style)) return hugged(inside, "**");
  if (tag === "I" || tag === "EM") return hugged(inside, "*");
  const address = tag === "A" ? (node.getAttribute("href") ?? "") : "";
  return /^(https?:|mailto:)/i.test(address) ? `[${inside.trim()}](${address.replaceAll(" ", "%20").replaceAll(")", "%29")})` : inside;
}

/** Marks stand against the words: blanks go outside. */
function hugged(text: string, mark: string): string {
  const words = text.trim();
  const start = text.indexOf(words);
  return text.slice(0, start) + mark + words + mark + text.slice(start + words.length);
}

const plain = (text: string): string => text.replace(/\s+/g, " ").replace(MARKS, "\\$1");
