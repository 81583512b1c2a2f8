// Braze's Liquid, cut into coloured pieces: tags and outputs, `${…}`, braces within braces,
// filters, texts, and the HTML around. One pass, without going back: time grows with the text.

const WORD = /[A-Za-z_][\w-]*\??/y;
const NAME = /[^{}|%\n]*/y;
const NUMBER = /-?\d+(?:\.\d+)?/y;
const KEYWORDS = new Set([
  "and", "or", "in", "contains", "with", "as", "by", "true", "false", "nil", "null", "blank",
  "empty", "reversed", "limit", "offset", "cols",
]);
const VERBATIM = new Set(["comment", "raw", "doc"]);

/** Calls `piece(from, to, kind)` for every piece of `text` that has a colour, in order. */
export function pieces(text, piece) {
  let at = 0;
  let quote = ""; // of an HTML attribute, which Liquid may interrupt
  let inTag = false;
  let start = 0;
  const end = text.length;

  const html = (to) => {
    if (to > start && quote) piece(start, to, "string");
    start = to;
  };
  while (at < end) {
    const two = text.substr(at, 2);
    if (two === "{{" || two === "{%") {
      html(at);
      at = start = liquid(text, at, piece);
      continue;
    }
    const character = text[at];
    if (quote) {
      at++;
      if (character === quote) {
        html(at);
        quote = "";
      }
    } else if (inTag) {
      if (character === ">") {
        inTag = false;
        piece(at, at + 1, "angle");
        at++;
      } else if (character === '"' || character === "'") {
        quote = character;
        start = at++;
      } else {
        const word = match(WORD, text, at);
        if (word) piece(at, at + word.length, "attribute");
        at += word ? word.length : 1;
      }
    } else if (text.startsWith("<!--", at)) {
      const close = text.indexOf("-->", at + 4);
      const to = close < 0 ? end : close + 3;
      at = comment(text, at, to, piece);
    } else if (character === "<" && /[A-Za-z/!]/.test(text[at + 1] ?? "")) {
      let to = at + 1;
      while (to < end && /[\w!/:-]/.test(text[to])) to++;
      piece(at, to, "angle");
      at = to;
      inTag = true;
    } else {
      at++;
    }
  }
  html(end);
}

/** An HTML comment; Liquid in it runs all the same, so it keeps its colours. */
function comment(text, from, to, piece) {
  let at = from;
  let start = from;
  while (at < to) {
    const two = text.substr(at, 2);
    if (two === "{{" || two === "{%") {
      if (at > start) piece(start, at, "comment");
      at = start = liquid(text, at, piece);
    } else {
      at++;
    }
  }
  if (at > start) piece(start, at, "comment");
  return at;
}

/** One tag or output, from its braces to behind those that close it. */
function liquid(text, from, piece) {
  const tag = text[from + 1] === "%";
  const dash = text[from + 2] === "-" ? 1 : 0;
  let at = from + 2 + dash;
  piece(from, at, "brace");
  if (tag) {
    while (/\s/.test(text[at] ?? "")) at++;
    const name = match(WORD, text, at);
    if (name) {
      piece(at, at + name.length, "keyword");
      at += name.length;
      if (VERBATIM.has(name)) return verbatim(text, at, name, piece);
    }
  }
  return inner(text, at, tag ? "%}" : "}}", piece);
}

/** The inside of braces, up to behind `close`; `{{…}}` may stand in it again. */
function inner(text, from, close, piece) {
  const stack = [];
  let at = from;
  let filter = false;
  const take = (length, kind) => {
    piece(at, at + length, kind);
    at += length;
  };
  while (at < text.length) {
    const closing = stack.at(-1) ?? close;
    const dash = closing !== "}" && text[at] === "-" ? 1 : 0;
    const character = text[at];
    const word = match(WORD, text, at);
    const number = match(NUMBER, text, at);
    if (text.startsWith(closing, at + dash)) {
      take(dash + closing.length, closing === "}" ? "object" : "brace");
      if (stack.length === 0) return at;
      stack.pop();
    } else if (text.startsWith("{{", at)) {
      take(2, "brace");
      stack.push("}}");
    } else if (text.startsWith("${", at)) {
      take(2, "object");
      const name = match(NAME, text, at);
      if (name) take(name.length, "name");
      stack.push("}");
    } else if (character === '"' || character === "'") {
      const found = text.indexOf(character, at + 1);
      const stop = text.indexOf(closing, at + 1);
      // A text that is never closed ends with its braces.
      const to = found >= 0 ? found + 1 : stop >= 0 ? stop : text.length;
      take(to - at, "string");
    } else if (character === "|") {
      take(1, "operator");
      filter = true;
    } else if (word) {
      const before = text[at - 1];
      const isOption = before === ":" && /\s/.test(text[at - 2] ?? "");
      const isKeyword = before !== "." && KEYWORDS.has(word);
      take(word.length, filter ? "filter" : isOption ? "option" : isKeyword ? "keyword" : "name");
      filter = false;
    } else if (number) {
      take(number.length, "number");
    } else if (/[=!<>:,.]/.test(character)) {
      take(1, "operator");
    } else {
      at++;
    }
  }
  return at;
}

/** `comment`, `raw`: nothing in them is Liquid. */
function verbatim(text, from, name, piece) {
  const open = text.indexOf("%}", from);
  if (open < 0) return text.length;
  piece(text[open - 1] === "-" ? open - 1 : open, open + 2, "brace");
  const close = new RegExp(`\\{%-?\\s*end${name}\\s*-?%\\}`, "g");
  close.lastIndex = open + 2;
  const found = close.exec(text);
  const to = found ? found.index : text.length;
  if (to > open + 2 && name !== "raw") piece(open + 2, to, "comment");
  if (!found) return to;
  const word = found.index + found[0].indexOf("end");
  piece(to, word, "brace");
  piece(word, word + 3 + name.length, "keyword");
  piece(word + 3 + name.length, close.lastIndex, "brace");
  return close.lastIndex;
}

function match(expression, text, at) {
  expression.lastIndex = at;
  return expression.exec(text)?.[0] ?? "";
}
