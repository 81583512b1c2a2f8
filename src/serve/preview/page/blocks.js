// Which braces and which tags of a template belong together.

/** Tags with an end, and the words that part them. */
const PARTS = {
  if: ["elsif", "else"], unless: ["elsif", "else"], case: ["when", "else"], for: ["else"],
  tablerow: [], capture: [], comment: [], raw: [], doc: [], ifchanged: [], translation: [],
};
const VERBATIM = new Set(["comment", "raw", "doc"]);

export const isBlock = (name) => Object.hasOwn(PARTS, name);

/**
 * The tags of `text`, in order: `{name, from, to}`, and of those that belong to a block the list
 * `group` of all its tags. What stands in a comment is left out.
 */
export function tags(text) {
  const found = [];
  const open = [];
  const tag = /\{%-?\s*(\w+)(?:[^%{]|%(?!\})|\{(?!%))*(?:%\}|$)/g;
  for (let match = tag.exec(text); match; match = tag.exec(text)) {
    const name = match[1];
    const from = match.index + match[0].indexOf(name);
    const one = { name, from, to: from + name.length, end: match.index + match[0].length };
    found.push(one);
    if (isBlock(name)) {
      one.group = [one];
      if (VERBATIM.has(name)) {
        const close = new RegExp(`\\{%-?\\s*end${name}\\s*-?%\\}`, "g");
        close.lastIndex = tag.lastIndex;
        tag.lastIndex = close.exec(text)?.index ?? text.length;
      }
      open.push(one);
    } else if (name.startsWith("end")) {
      const at = open.findLastIndex((block) => block.name === name.slice(3));
      if (at < 0) continue;
      open.length = at + 1;
      join(open.pop(), one);
    } else if (PARTS[open.at(-1)?.name]?.includes(name)) {
      join(open.at(-1), one);
    }
  }
  return found;
}

function join(block, tag) {
  tag.group = block.group;
  block.group.push(tag);
}

const isEnded = ({ group }) => group.at(-1).name === `end${group[0].name}`;

/** The innermost block around `at`, which may lack its end; `null` outside of all. */
export function around(all, at) {
  const blocks = all.filter((one) => isBlock(one.name) && one.end <= at
    && (!isEnded(one) || one.group.at(-1).from >= at));
  return blocks.at(-1) ?? null;
}

/** Whether a block of this name has no end. */
export const lacksEnd = (all, name) => all.some((one) => one.name === name && !isEnded(one));

/** What may come next in the block around `at`: its end, and its parts. */
export function nextWords(all, at) {
  const block = around(all, at);
  return block ? [`end${block.name}`, ...PARTS[block.name]] : [];
}

/**
 * The places of all braces that belong together, as `[[from, to], [from, to]]`, from the pieces
 * that `liquid.js` cuts.
 */
export function bracePairs(text, pieces) {
  const open = [];
  const pairs = [];
  for (const { from, to, kind } of pieces) {
    if (kind !== "brace" && kind !== "object") continue;
    if (text[from] === "{" || text[from] === "$") {
      open.push([from, to]);
    } else if (open.length > 0) {
      pairs.push([open.pop(), [from, to]]);
    }
  }
  return pairs;
}
