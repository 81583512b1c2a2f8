// Help while one types: braces come in pairs, a block offers its end, lines become comments.
import {
  Decoration, EditorView, Prec, StateEffect, StateField, ViewPlugin, WidgetType, keymap,
} from "meniscus/codemirror.js";
import { bracePairs, isBlock, lacksEnd, tags } from "meniscus/blocks.js";
import { say } from "meniscus/controls.js";
import { t } from "meniscus/labels.js";

/** What closes what was typed last, by the two characters before the cursor. */
const CLOSERS = { "{{": "}}", "{%": " %}", "${": "}" };

const setCloser = StateEffect.define();

/** Closing braces that came by themselves: typing them goes past them. */
const closers = StateField.define({
  create: () => [],
  update(value, { effects, changes, docChanged, newDoc }) {
    const moved = docChanged
      ? value.map(({ from, to }) => ({ from: changes.mapPos(from, 1), to: changes.mapPos(to, -1) }))
      : value;
    const added = effects.filter((effect) => effect.is(setCloser)).map((effect) => effect.value);
    if (!docChanged && added.length === 0) return value;
    return [...moved, ...added].filter(({ from, to }) => from < to && to <= newDoc.length);
  },
});

/** The own closing braces at the cursor, perhaps after spaces. */
const closerAt = (state, at) => state.field(closers).find(({ from, to }) =>
  from <= at && at < to && /^\s*[%}]/.test(state.sliceDoc(at, to)));

/** What is typed at a cursor; `true` where it was more than that character. */
function typed(view, from, to, text) {
  const { state } = view;
  if (state.readOnly || from !== to || text.length !== 1) return false;
  const closer = closerAt(state, from);
  if (closer && (text === "}" || text === "%")) {
    const rest = state.sliceDoc(from, closer.to);
    const at = rest.indexOf(text);
    if (at >= 0 && !rest.slice(0, at).trim()) {
      // Of spaces before the braces, one is enough.
      const spaces = at > 0 && /[\s-]/.test(state.sliceDoc(from - 1, from)) ? at : 0;
      view.dispatch({
        changes: { from, to: from + spaces },
        selection: { anchor: from + at + 1 - spaces }, userEvent: "select",
      });
      return true;
    }
  }
  const lead = closer ? /\{%-? $/.exec(state.sliceDoc(from - 4, from))?.[0] : null;
  if (lead && (text === " " || (text === "-" && lead === "{% "))) {
    // The space after `{%` is there already; a dash belongs before it.
    const changes = text === "-" ? { from: from - 1, insert: "-" } : [];
    view.dispatch({ changes, userEvent: "input.type" });
    return true;
  }
  const opened = state.sliceDoc(from - 1, from) + text;
  const close = CLOSERS[opened];
  if (!close) return false;
  const before = state.sliceDoc(from - 2, from - 1);
  const after = state.sliceDoc(from, from + 1);
  // `{{{` is a mistake of its own; before a word, something is being put into braces.
  const isBeforeWord = after && !/[\s<"'})\]|,.:;]/.test(after);
  if (isBeforeWord || (opened === "{{" && before === "{")) return false;
  if (state.sliceDoc(from, from + 2) === close.trim()) return false;
  const space = opened === "{%" ? " " : "";
  const start = from + 1 + space.length;
  view.dispatch({
    changes: { from, insert: text + space + close },
    selection: { anchor: start }, userEvent: "input.type",
    effects: setCloser.of({ from: start, to: start + close.length }),
  });
  return true;
}

/** Takes back an opening brace with the closing ones that it brought. */
function takeBack(view) {
  const { state } = view;
  const { main } = state.selection;
  const closer = state.field(closers).find(({ from }) => from === main.from);
  const opened = state.sliceDoc(main.from - 2, main.from);
  if (!main.empty || !closer || !CLOSERS[opened]) return false;
  view.dispatch({ changes: { from: main.from - 1, to: closer.to }, userEvent: "delete.backward" });
  return true;
}

/** The end of a block that was just opened, drawn behind the cursor until it is taken. */
class Offered extends WidgetType {
  constructor(end) {
    super();
    this.end = end;
  }
  eq(other) {
    return this.end === other.end;
  }
  toDOM(view) {
    const ghost = document.createElement("span");
    ghost.className = "ghost";
    ghost.textContent = this.end;
    ghost.title = t("tab_adds_it");
    ghost.onmousedown = (event) => {
      event.preventDefault();
      takeEnd(view);
    };
    return ghost;
  }
  ignoreEvent() {
    return true;
  }
}

const TAG_END = /\{%-?\s*(\w+)(?:[^%{]|%(?!\})|\{(?!%))*%\}$/;

/** The end that the block before the cursor lacks, where that was just written. */
const offer = StateField.define({
  create: () => null,
  update(value, transaction) {
    const { state, docChanged, selection } = transaction;
    if (!docChanged && !selection) return value;
    const at = state.selection.main.head;
    const isTyped = transaction.isUserEvent("input") || transaction.isUserEvent("select");
    if (!isTyped || !state.selection.main.empty || state.sliceDoc(at - 2, at) !== "%}") return null;
    const name = TAG_END.exec(state.sliceDoc(Math.max(0, at - 500), at))?.[1] ?? "";
    if (!isBlock(name) || !lacksEnd(tags(state.sliceDoc()), name)) return null;
    return { at, end: `{% end${name} %}` };
  },
  provide: (field) => EditorView.decorations.from(field, (offered) => (offered
    ? Decoration.set(Decoration.widget({ widget: new Offered(offered.end), side: 1 })
      .range(offered.at))
    : Decoration.none)),
});

function takeEnd(view) {
  const offered = view.state.field(offer);
  if (!offered) return false;
  view.dispatch({
    changes: { from: offered.at, insert: offered.end },
    selection: { anchor: offered.at }, userEvent: "input.complete",
  });
  return true;
}

/** Says what is offered to people who don't see it. */
const announced = EditorView.updateListener.of(({ state, startState }) => {
  const offered = state.field(offer);
  if (offered && !startState.field(offer)) say(t("tab_adds", { text: offered.end }));
});

const OPEN = "{% comment %}";
const CLOSE = "{% endcomment %}";

/** Makes the chosen lines a comment, or takes the comment around them away. */
const toggleComment = (kind) => (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  const how = kind();
  if (how === "#") return toggleLines(view);
  if (how === null) return false;
  const { from, to } = state.selection.main;
  const all = tags(state.sliceDoc());
  const around = all.find(({ name, from: start, group }) => name === "comment"
    && group.length === 2 && start <= to && from <= group[1].end);
  if (around) {
    const [open, close] = around.group;
    const brace = (tag) => state.sliceDoc(0, tag.from).lastIndexOf("{%");
    view.dispatch({
      changes: [{ from: brace(open), to: open.end }, { from: brace(close), to: close.end }],
      userEvent: "delete.comment",
    });
    return true;
  }
  const first = state.doc.lineAt(from);
  const last = state.doc.lineAt(to);
  const start = first.from + /^\s*/.exec(first.text)[0].length;
  const end = Math.max(start, last.from + last.text.trimEnd().length);
  view.dispatch({
    changes: [{ from: start, insert: OPEN }, { from: end, insert: CLOSE }],
    userEvent: "input.comment",
  });
  return true;
};

/** `#` before each chosen line, or none any more. */
function toggleLines(view) {
  const { doc, selection: { main: { from, to } } } = view.state;
  const lines = [];
  for (let at = from; ;) {
    const line = doc.lineAt(at);
    if (line.text.trim()) lines.push(line);
    if (line.to >= to) break;
    at = line.to + 1;
  }
  const isCommented = lines.length > 0 && lines.every(({ text }) => /^\s*#/.test(text));
  const changes = lines.map((line) => {
    const indent = /^\s*/.exec(line.text)[0].length;
    const start = line.from + indent;
    if (!isCommented) return { from: start, insert: "# " };
    return { from: start, to: start + /^# ?/.exec(line.text.slice(indent))[0].length };
  });
  view.dispatch({ changes, userEvent: "input.comment" });
  return true;
}

const paired = Decoration.mark({ class: "paired" });

/** Marks what belongs to the brace, the bracket, or the tag's name at the cursor. */
const matching = (piecesOf) => ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.look(view);
    }
    update(update) {
      if (update.docChanged || update.selectionSet || update.focusChanged) this.look(update.view);
    }
    look(view) {
      const { main } = view.state.selection;
      const places = main.empty && view.hasFocus ? this.places(view, main.head) : [];
      places.sort(([a], [b]) => a - b);
      this.decorations = Decoration.set(places.map(([from, to]) => paired.range(from, to)));
    }
    places(view, at) {
      const { doc } = view.state;
      if (this.doc !== doc) {
        this.doc = doc;
        this.text = view.state.sliceDoc();
        this.pairs = bracePairs(this.text, piecesOf(view));
        this.tags = tags(this.text);
      }
      const tag = this.tags.find(({ from, to, group }) => group && from <= at && at <= to);
      if (tag) return tag.group.map(({ from, to }) => [from, to]);
      // What ends at the cursor comes before what begins there.
      const pair = this.pairs.find((both) => both.some(([from, to]) => from < at && at <= to))
        ?? this.pairs.find((both) => both.some(([from]) => from === at));
      if (pair) return [...pair];
      return bracketsAt(this.text, this.pairs, at);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** The brackets around an index or a call's reason, where the cursor is at one of them. */
function bracketsAt(text, pairs, at) {
  const pair = pairs.findLast(([[, from], [to]]) => from <= at && at <= to);
  if (!pair) return [];
  const [[, from], [to]] = pair;
  const open = [];
  for (let place = from; place < to; place++) {
    const character = text[place];
    if (character === "[" || character === "(") {
      open.push(place);
    } else if (character === "]" || character === ")") {
      const other = open.pop();
      const isAt = [other, place].some((one) => one === at || one === at - 1);
      if (other !== undefined && isAt) return [[other, other + 1], [place, place + 1]];
    }
  }
  return [];
}

/**
 * All of that. `kind()` says how the file at hand is commented: `"liquid"`, `"#"`, or `null` where
 * it knows no comments; `piecesOf(view)` are the pieces that `liquid.js` cuts.
 */
export const typing = (kind, piecesOf) => [
  closers, offer, announced, matching(piecesOf),
  EditorView.inputHandler.of((view, from, to, text) =>
    kind() === "liquid" && typed(view, from, to, text)),
  Prec.high(keymap.of([
    { key: "Tab", run: takeEnd },
    { key: "Backspace", run: takeBack },
    { key: "Mod-/", run: toggleComment(kind) },
  ])),
];
