// Where the message has a text of its template: what the cursor of an editor points at.

/** The place in a part's output of a place of a template; `null` where it printed none of it. */
function outputPlace({ texts }, { path, utf16 }) {
  const file = texts.paths.indexOf(path);
  const found = file < 0 ? undefined : texts.places.find(([start, end, of, from]) =>
    of === file && from <= utf16 && utf16 <= from + end - start);
  return found ? found[0] + utf16 - found[3] : null;
}

/** The text of the frame that begins last before a place of the output, and where it does. */
function textBefore({ iframe, part }, place) {
  const inside = iframe.contentDocument;
  const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_COMMENT);
  let found = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const [, kind, number] = /^(t|\/m):(\d+)$/.exec(node.data) ?? [];
    if (!kind || node.nextSibling?.nodeType !== Node.TEXT_NODE) continue;
    const start = kind === "t" ? Number(number)
      : part.marks.find(({ id }) => id === Number(number))?.end16 ?? Infinity;
    if (start <= place && (!found || start >= found.start)) {
      found = { start, node: node.nextSibling };
    }
  }
  return found;
}

/** The boxes around the line of text that `pointed` is in. */
export function boxesOfText(view, pointed) {
  const place = outputPlace(view.part, pointed);
  const text = place === null ? null : textBefore(view, place);
  if (!text) return [];
  const before = view.part.output.slice(text.start, place);
  if (before.includes("<")) return []; // a tag, which shows nothing itself
  // Lines are what counts: an entity is longer in the output than in the frame.
  const { node } = text;
  const lines = node.data.split("\n");
  const line = Math.min(before.split("\n").length, lines.length) - 1;
  const from = lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0);
  const range = view.iframe.contentDocument.createRange();
  range.setStart(node, from + /^\s*/.exec(lines[line])[0].length);
  range.setEnd(node, from + lines[line].trimEnd().length);
  return [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
}
