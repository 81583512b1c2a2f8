// The find panel of the editor: how often something is there, and other text in its place.
import {
  EditorView, SearchQuery, closeSearchPanel, findNext, findPrevious, getSearchQuery, replaceAll,
  replaceNext, search, setSearchQuery,
} from "meniscus/codemirror.js";
import { h, render } from "meniscus/preact.js";
import { button, div, grow, icon, say } from "meniscus/controls.js";
import { number, t } from "meniscus/labels.js";

/** Finds that are counted; more are not looked at. */
const MOST = 1_000;

/** How many there are, and which of them is chosen (from 1; 0 for none). */
function counted(state) {
  const query = getSearchQuery(state);
  if (!query.search || !query.valid) return { total: 0, current: 0 };
  const { main } = state.selection;
  let total = 0;
  let current = 0;
  for (const { from, to } of { [Symbol.iterator]: () => query.getCursor(state) }) {
    total++;
    if (from === main.from && to === main.to) current = total;
    if (total > MOST) break;
  }
  return { total, current };
}

function words(query, { total, current }) {
  if (!query.search) return "";
  if (!query.valid) return t("not_a_pattern");
  if (total === 0) return t("not_found");
  const all = total > MOST ? `${number(MOST)}+` : number(total);
  return current > 0 ? t("of_total", { at: current, total: all })
    : t("matches_found", { total: all });
}

class Panel {
  constructor(view) {
    this.view = view;
    this.top = true;
    this.dom = document.createElement("div");
    this.dom.className = "find";
    this.draw();
  }

  mount() {
    this.dom.querySelector("input").select();
  }

  update({ state, startState, docChanged, selectionSet }) {
    const isNew = getSearchQuery(state) !== getSearchQuery(startState);
    if (isNew || docChanged || selectionSet) this.draw();
  }

  set(patch) {
    const { search: text, replace, caseSensitive, wholeWord, regexp } =
      getSearchQuery(this.view.state);
    const query = new SearchQuery({
      search: text, replace, caseSensitive, wholeWord, regexp, literal: true, ...patch,
    });
    this.view.dispatch({ effects: setSearchQuery.of(query) });
    if ("search" in patch || "regexp" in patch) this.first(query);
  }

  /** Goes to the first find at or after the cursor. */
  first(query) {
    if (!query.search || !query.valid) return;
    const { state } = this.view;
    const { from } = state.selection.main;
    const next = query.getCursor(state, from).next();
    const found = next.done ? query.getCursor(state).next() : next;
    if (found.done) return;
    const { from: start, to } = found.value;
    this.view.dispatch({
      selection: { anchor: start, head: to },
      effects: EditorView.scrollIntoView(start, { y: "center" }),
    });
  }

  run(command) {
    command(this.view);
    const { state } = this.view;
    say(words(getSearchQuery(state), counted(state)));
  }

  /** Replaces all, and says how many there were, until something else is looked for. */
  replaceAll() {
    const query = getSearchQuery(this.view.state);
    let count = 0;
    for (const _ of { [Symbol.iterator]: () => query.getCursor(this.view.state) }) count++;
    replaceAll(this.view);
    this.replaced = { query, count };
    this.draw();
    say(t("replaced", { count }));
  }

  keys(event, enter) {
    if (event.key === "Enter") {
      event.preventDefault();
      enter(event);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      closeSearchPanel(this.view);
      this.view.focus();
    }
  }

  draw() {
    const { state } = this.view;
    const query = getSearchQuery(state);
    const found = counted(state);
    const none = found.total === 0;
    const isReplaced = none && this.replaced?.query === query;
    const turned = (key, sign, label) => button({
      class: "tool", title: label, "aria-label": label, "aria-pressed": query[key],
      "data-sign": sign, onclick: () => this.set({ [key]: !query[key] }),
    });
    const tool = (command, sign, label) => button({
      class: "tool", title: label, "aria-label": label, disabled: none,
      "data-sign": sign, onclick: () => this.run(command),
    });
    const act = (onclick, label) => button({ class: "small", disabled: none, onclick }, label);
    const input = (name, label, value, enter) => h("input", {
      name, "aria-label": label, placeholder: label, value, autocomplete: "off", spellcheck: false,
      "main-field": name === "search" ? "true" : null,
      oninput: ({ target }) => this.set({ [name]: target.value }),
      onkeydown: (event) => this.keys(event, enter),
    });
    const go = ({ shiftKey }) => this.run(shiftKey ? findPrevious : findNext);
    render([
      div("find-row", input("search", t("find_in_file"), query.search, go),
        h("span", { class: `find-count ${none && query.search && !isReplaced ? "none" : "quiet"}` },
          isReplaced ? t("replaced", { count: this.replaced.count }) : words(query, found)),
        turned("caseSensitive", "Aa", t("match_case")),
        turned("wholeWord", "ab|", t("match_words")),
        turned("regexp", ".*", t("use_regexp")),
        grow(),
        tool(findPrevious, "↑", t("find_previous")),
        tool(findNext, "↓", t("find_next")),
        button({
          class: "tool", title: t("close_key"), "aria-label": t("close"),
          onclick: () => (closeSearchPanel(this.view), this.view.focus()),
        }, icon("close"))),
      state.readOnly ? null : div("find-row",
        input("replace", t("replace_with"), query.replace, () => this.run(replaceNext)),
        act(() => this.run(replaceNext), t("replace")),
        act(() => this.replaceAll(), t("replace_all"))),
    ], this.dom);
  }
}

export const finding = search({ top: true, literal: true, createPanel: (view) => new Panel(view) });
