// Ways through the workspace from a name in the editor: where it comes from, its uses, a new name.
import * as api from "meniscus/api.js";
import { button, div, p, prose, say, span } from "meniscus/controls.js";
import { Dialog, closeDialog, openDialog } from "meniscus/dialog.js";
import { shown, state } from "meniscus/state.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { go } from "meniscus/go.js";
import { t } from "meniscus/labels.js";

const at = ({ span: { start } }) => start.utf16;

/** Whether the place is the name that was asked about. */
const isHere = ({ path, span }, answer) =>
  path === state.open && span.start.utf16 === at(answer);

/** Shows a place: of a recording, its field among the calls; of another file, its line. */
function show(place) {
  if (!place.field) return go.open(place);
  const { recording, keys } = place.field;
  const calls = shown()?.calls ?? [];
  const call = calls.findIndex((one) => one.result?.recording === recording);
  if (call < 0) return openDialog(Places, { title: t("recorded_here"), places: [place] });
  go.show({ kind: "call", call, recording, keys });
}

/** Goes to where the name at `offset` comes from; where it is set itself, to its uses. */
export async function toDefinition(text, offset) {
  const answer = await ask(api.definition, text, offset);
  if (!answer) return say(t("nothing_known"));
  const places = answer.places.filter((place) => !isHere(place, answer));
  if (places.length === 0) return toUses(text, offset);
  // Of the scenarios with a value, the recipient's comes first.
  if (places.length === 1 || places[0].path !== state.open) return show(places[0]);
  openDialog(Places, { title: t("set_in_places", { count: places.length }), places });
}

/** Lists the uses of what is at `offset`. */
export async function toUses(text, offset) {
  const answer = await ask(api.uses, text, offset);
  if (!answer) return say(t("no_name_here"));
  const name = text.slice(answer.span.start.utf16, answer.span.end.utf16);
  const { places } = answer;
  openDialog(Places, { title: t("uses_of", { count: places.length, name }), places });
}

/** Asks for a new name of the variable at `offset`; `replace(spans, name)` puts it there. */
export async function toRename(text, offset, replace) {
  const answer = await ask(api.rename, text, offset);
  if (!answer) return;
  openDialog(Rename, { answer, text, offset, replace });
}

const ask = (what, text, offset, name) =>
  what(state.message, state.open, text, offset, name).catch((error) => {
    say(error.message);
    return null;
  });

/** The line of a place, with the characters meant. */
function Line({ line, span: { start, end } }) {
  const characters = [...line];
  const from = start.column - 1;
  const to = end.line === start.line ? Math.max(end.column - 1, from) : characters.length;
  const cut = (...range) => characters.slice(...range).join("");
  const lead = cut(0, from).trimStart();
  return h("code", { class: "line" },
    lead.length > 60 ? `…${lead.slice(-58)}` : lead, h("mark", {}, cut(from, to)), cut(to));
}

function Places({ title, places }) {
  const list = useRef(null);
  useLayoutEffect(() => list.current.querySelector("button")?.focus(), []);
  const step = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const all = [...list.current.querySelectorAll("button")];
    all.at((all.indexOf(document.activeElement) + by) % all.length)?.focus();
  };
  const choose = (place) => () => {
    closeDialog();
    setTimeout(() => show(place));
  };
  const row = (place) => h("li", {}, place.field && !isOnPage(place)
    ? div("used", h(Line, place))
    : button({ class: "used", onclick: choose(place) },
      span("quiet mono", place.span.start.line), h(Line, place)));
  const groups = Map.groupBy(places, ({ path }) => path);
  return h(Dialog, { title: prose(title) },
    h("div", { ref: list, class: "uses", onkeydown: step },
      [...groups].map(([path, all]) => h("section", {},
        h("h3", { class: "mono" }, path), h("ul", {}, all.map(row))))));
}

const isOnPage = ({ field }) =>
  (shown()?.calls ?? []).some((one) => one.result?.recording === field.recording);

function Rename({ answer, text, offset, replace }) {
  const [name, setName] = useState(answer.from ?? "");
  const [wrong, setWrong] = useState(answer.refused ?? "");
  const field = useRef(null);
  useLayoutEffect(() => field.current?.select(), []);
  if (answer.refused) {
    return h(Dialog, { title: t("cannot_rename") },
      p("", prose(t("sentence", { text: answer.refused }))));
  }
  const use = async () => {
    const found = await ask(api.rename, text, offset, name);
    if (!found) return;
    if (found.refused) {
      setWrong(found.refused);
      return field.current.focus();
    }
    closeDialog();
    replace(found.spans, name);
    say(t("is_now", { from: answer.from, name }));
  };
  return h(Dialog, {
    title: prose(t("rename_name", { name: answer.from })), action: t("rename"), use,
    disabled: !name || name === answer.from,
  },
  h("label", { class: "fields" }, t("new_name"),
    h("input", {
      ref: field, class: "mono", value: name, autocomplete: "off", spellcheck: false,
      "aria-describedby": "rename-what", "aria-invalid": wrong ? "true" : null,
      oninput: ({ target }) => (setName(target.value), setWrong("")),
    })),
  h("p", { id: "rename-what", class: wrong ? "wrong" : "quiet", role: wrong ? "alert" : null },
    wrong ? prose(t("sentence", { text: wrong }))
      : t("in_places_of_file", { count: answer.spans.length })));
}
