// CodeMirror, set up for Braze's Liquid: colours, problems, completion, shapes under the pointer.
import {
  EditorState, EditorView, Decoration, StateEffect, StateField, RangeSetBuilder, ViewPlugin,
  GutterMarker, Transaction, keymap, lineNumbers, drawSelection, highlightActiveLine, hoverTooltip,
  gutter, standardKeymap, history, historyKeymap, moveLineUp, moveLineDown, indentMore, indentLess,
  autocompletion, completionKeymap, openSearchPanel, searchKeymap,
} from "meniscus/codemirror.js";
import { nextWords, tags } from "meniscus/blocks.js";
import { finding } from "meniscus/find.js";
import { typing } from "meniscus/typing.js";
import { pieces } from "meniscus/liquid.js";
import { h, render } from "meniscus/preact.js";
import { div, p, prose, span } from "meniscus/controls.js";
import { nonce } from "meniscus/api.js";
import { filled, t } from "meniscus/labels.js";

/** What CodeMirror says, by its own words. */
const PHRASES = {
  "Completions": t("completions"),
  "current match": t("current_match"),
  "on line": t("match_on_line"),
  "replaced match on line $": t("replaced_on_line"),
  "replaced $ matches": t("replaced_matches"),
  "Selection deleted": t("selection_deleted"),
};

/** An element outside of the page's own tree, for CodeMirror to place. */
function placed(element) {
  const holder = document.createElement("div");
  render(element, holder);
  return holder.firstChild;
}

const marks = {};
const mark = (kind) => (marks[kind] ??= Decoration.mark({ class: `l-${kind}` }));

/** Colours of what is in sight; the pieces are cut once for each text. */
const colours = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.cut(view.state);
      this.paint(view);
    }
    update(update) {
      if (update.docChanged) this.cut(update.state);
      if (update.docChanged || update.viewportChanged) this.paint(update.view);
    }
    cut(state) {
      this.pieces = [];
      pieces(state.doc.toString(), (from, to, kind) => this.pieces.push({ from, to, kind }));
    }
    paint(view) {
      const builder = new RangeSetBuilder();
      const { from, to } = view.viewport;
      for (const piece of this.pieces) {
        if (piece.from > to) break;
        if (piece.to >= from) builder.add(piece.from, piece.to, mark(piece.kind));
      }
      this.decorations = builder.finish();
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const setProblems = StateEffect.define();
const setPointed = StateEffect.define();

/** Problems, moved along while the author types. */
const problems = StateField.define({
  create: () => ({ list: [], set: Decoration.none }),
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setProblems)) continue;
      // What is told of an older text, or of its end, may lie behind this one.
      const end = transaction.state.doc.length;
      const list = effect.value.filter(({ from }) => from <= end)
        .map(({ to, ...problem }) => ({ ...problem, to: Math.min(to, end) }));
      const set = decorated(list, transaction, ({ level }) => `problem problem-${level}`);
      return { list, set };
    }
    const { docChanged, changes } = transaction;
    if (!docChanged) return value;
    const list = value.list.map(({ from, to, ...problem }) =>
      ({ ...problem, from: changes.mapPos(from, 1), to: changes.mapPos(to, -1) }));
    return { list, set: value.set.map(changes) };
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.set),
});

/** What lies in the text of `list`, decorated with the class that `look(range)` names. */
function decorated(list, { state }, look) {
  const inText = list.filter(({ from, to }) => from < to && to <= state.doc.length);
  const ranges = inText.map((one) => Decoration.mark({ class: look(one) }).range(one.from, one.to));
  return Decoration.set(ranges, true);
}

/** The expressions that the author points at in the message. */
const pointed = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setPointed)) return decorated(effect.value, transaction, () => "pointed");
    }
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

class Dot extends GutterMarker {
  constructor(level, text) {
    super();
    this.level = level;
    this.text = text;
  }
  eq(other) {
    return this.level === other.level && this.text === other.text;
  }
  toDOM() {
    return placed(h("span", { class: `dot dot-${this.level}`, title: this.text }));
  }
}

const dots = gutter({
  class: "dots",
  initialSpacer: () => new Dot("none", ""),
  lineMarker(view, line) {
    const { list } = view.state.field(problems);
    const here = list.filter(({ from }) => from >= line.from && from <= line.to);
    if (here.length === 0) return null;
    const level = ["error", "warn", "info"].find((one) => here.some(({ level }) => level === one));
    return new Dot(level, here.map(({ message }) => message).join("\n"));
  },
  lineMarkerChange: ({ docChanged, startState, state }) =>
    docChanged || startState.field(problems) !== state.field(problems),
});

const quietly = (text) => (text ? p("quiet", prose(text)) : null);

const shapeTip = ({ title, lines = [], sample, docs }) => div("tip-shape",
  h("strong", {}, title), lines.map((line) => p("", prose(line))),
  sample ? p("", filled("for_example", { sample: h("code", {}, sample) })) : null, quietly(docs));

const problemTip = ({ level, message, help }) => p(`tip-problem tip-${level}`,
  prose(message), help ? span("", prose(help)) : null);

function tips(ask) {
  return hoverTooltip(async (view, at) => {
    const { list } = view.state.field(problems);
    const here = list.filter(({ from, to }) => from <= at && at <= to);
    const shape = await ask.hover?.(view.state.sliceDoc(), at).catch(() => null);
    if (here.length === 0 && !shape) return null;
    const from = here[0]?.from ?? shape.span.start.utf16;
    const end = here[0]?.to ?? shape.span.end.utf16;
    return {
      pos: from,
      end,
      create: () => ({
        dom: placed(div("tip", here.map(problemTip), shape ? shapeTip(shape) : null)),
      }),
    };
  }, { hoverTime: 350 });
}

const itemTip = ({ label, detail, docs }) => placed(div("tip-shape",
  h("strong", {}, label), detail ? p("", prose(detail)) : null, quietly(docs)));

function completion(ask) {
  const source = async (context) => {
    const before = context.state.sliceDoc(Math.max(0, context.pos - 2), context.pos);
    if (!context.explicit && !/[\w.{$|%-]\s?$/.test(before)) return null;
    const text = context.state.sliceDoc();
    const answer = await ask.complete(text, context.pos).catch(() => null);
    if (!answer || answer.items.length === 0 || context.aborted) return null;
    const isOfTags = answer.items[0].kind === "tag";
    const next = isOfTags ? nextWords(tags(text), answer.from) : [];
    const all = [...next.map((label) => ({ label, detail: t("ends_block") })),
      ...answer.items];
    const who = ask.recipient?.();
    const isParted = who && all.some(({ own }) => own) && all.some(({ own }) => !own);
    const [own, others] = [{ name: who, rank: 0 }, { name: t("others"), rank: 1 }];
    const options = all.map((item, order) => ({
      label: item.label,
      detail: item.sample ? `= ${item.sample}` : undefined,
      info: item.detail || item.docs ? () => itemTip(item) : undefined,
      section: isParted ? (item.own ? own : others) : undefined,
      order,
    }));
    return { from: answer.from, to: answer.to, options, validFor: /^[\w-]*$/ };
  };
  return autocompletion({
    override: [source], icons: false, activateOnTypingDelay: 60,
    compareCompletions: (a, b) => a.order - b.order, // the likeliest come first
  });
}

/** What the keys and the mouse ask about a name. */
function jumps(ask, readOnly) {
  const at = (what) => (view) => {
    what(view.state.sliceDoc(), view.state.selection.main.head);
    return true;
  };
  if (!ask.toDefinition) return [];
  const held = (event, view) =>
    void view.dom.classList.toggle("jumping", event.ctrlKey || event.metaKey);
  const rename = (view) => {
    const { state } = view;
    ask.toRename(state.sliceDoc(), state.selection.main.head, (spans, name) => {
      view.dispatch({
        changes: spans.map(({ start, end }) =>
          ({ from: start.utf16, to: end.utf16, insert: name })),
        userEvent: "input.rename",
      });
      view.focus();
    });
    return true;
  };
  return [
    keymap.of([
      { key: "F12", run: at(ask.toDefinition), shift: at(ask.toUses) },
      ...(readOnly ? [] : [{ key: "F2", run: rename }]),
    ]),
    EditorView.domEventHandlers({
      keydown: held, keyup: held, mousemove: held,
      mousedown(event, view) {
        if (event.button !== 0 || !(event.ctrlKey || event.metaKey)) return false;
        const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (offset === null) return false;
        event.preventDefault();
        view.dispatch({ selection: { anchor: offset } });
        view.dom.classList.remove("jumping");
        const text = view.state.sliceDoc();
        if (event.shiftKey) ask.toUses(text, offset);
        else ask.toDefinition(text, offset);
        return true;
      },
    }),
  ];
}

/** How a file is commented; `null` where it can't be. */
function kindOf(path) {
  const ending = path?.split(".").at(-1);
  return ending === "toml" ? "#" : ending === "json" ? null : "liquid";
}

/**
 * An editor in `parent`. `ask.changed(text)`, `ask.moved(position)`, `ask.save()` hear of it;
 * `ask.complete` and `ask.hover` answer, where there are answers.
 */
export function editor(parent, ask, readOnly) {
  const common = [
    EditorState.lineSeparator.of("\n"), // what stands in the file, `\r` too, is kept
    EditorView.cspNonce.of(nonce),
    EditorView.lineWrapping,
    lineNumbers(), dots, drawSelection(), highlightActiveLine(), colours, problems, pointed,
    finding, tips(ask), jumps(ask, readOnly),
    typing(() => kindOf(shown), (view) => view.plugin(colours)?.pieces ?? []),
    EditorState.readOnly.of(readOnly), EditorState.phrases.of(PHRASES),
    EditorView.contentAttributes.of({
      "aria-label": t("template"), tabindex: "0", spellcheck: "false", autocapitalize: "off",
    }),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (ask.save(), true) },
      { key: "Alt-ArrowUp", run: moveLineUp }, { key: "Alt-ArrowDown", run: moveLineDown },
      { key: "Mod-]", run: indentMore }, { key: "Mod-[", run: indentLess },
      ...completionKeymap, ...searchKeymap, ...historyKeymap, ...standardKeymap,
      // After the keys that close a list or the search.
      { key: "Escape", run: () => (ask.left(), true) },
    ]),
    EditorView.updateListener.of((update) => {
      const { userEvent } = Transaction;
      const own = update.transactions.some((transaction) => transaction.annotation(userEvent));
      if (update.docChanged && own) ask.changed(update.state.sliceDoc());
      if (update.selectionSet && own) ask.moved(update.state.selection.main.head);
    }),
  ];
  const fresh = (doc) => EditorState.create({
    doc, extensions: [...common, history(), ...(readOnly ? [] : [completion(ask)])],
  });
  let shown = null;
  const view = new EditorView({ parent, state: fresh("") });
  const states = new Map();
  return {
    view,
    /** Shows a file; where it was left before, with its history. */
    show(path, text) {
      if (shown === path) return this.text(text);
      if (shown !== null) states.set(shown, [view.state, view.scrollDOM.scrollTop]);
      const [state, top] = states.get(path) ?? [fresh(text), 0];
      shown = path;
      view.setState(state);
      this.text(text);
      view.requestMeasure({ read: () => null, write: () => (view.scrollDOM.scrollTop = top) });
    },
    /** Makes the text `text`, by the smallest change, so that the cursor and the view stay. */
    text(text) {
      const now = view.state.sliceDoc();
      if (now === text) return;
      const most = Math.min(now.length, text.length);
      let from = 0;
      while (from < most && now[from] === text[from]) from++;
      let cut = 0;
      while (cut < most - from && now.at(-1 - cut) === text.at(-1 - cut)) cut++;
      const insert = text.slice(from, text.length - cut);
      view.dispatch({ changes: { from, to: now.length - cut, insert } });
    },
    /** Underlines `list`, of `{from, to, level, message, help}`. */
    problems: (list) => view.dispatch({ effects: setProblems.of(list) }),
    /** Marks the expressions at `list`, of `{from, to}`; `reveal` scrolls to the first. */
    point(list, reveal) {
      const effects = [setPointed.of(list)];
      if (reveal && list.length > 0 && list[0].to <= view.state.doc.length) {
        effects.push(EditorView.scrollIntoView(list[0].from, { y: "center" }));
      }
      view.dispatch({ effects });
    },
    find: () => openSearchPanel(view),
    /** Puts the cursor at `from`, in the middle of what is in sight. */
    go(from, to = from, focused = true) {
      const end = view.state.doc.length;
      const anchor = Math.min(from, end);
      view.dispatch({
        selection: { anchor, head: Math.min(to, end) },
        effects: EditorView.scrollIntoView(anchor, { y: "center" }),
      });
      if (focused) view.focus();
    },
  };
}
