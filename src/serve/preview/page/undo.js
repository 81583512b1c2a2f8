// What was just done, with the way back: said at the bottom of the page until the next change.
import * as api from "meniscus/api.js";
import { button, icon, say, span } from "meniscus/controls.js";
import { change, state } from "meniscus/state.js";
import { h } from "meniscus/preact.js";
import { t } from "meniscus/labels.js";

const SHOWN = 8_000; // milliseconds; the key `u` undoes later, too

/**
 * Shows the workspace as it is after a change of files, and says what was done. `back()` shows what
 * was shown before, once it is undone.
 */
export async function done({ said, undo, back }) {
  const workspace = await api.workspace();
  const last = said ? { said, undo, back } : null;
  if (undo) state.undos.push(last);
  change({ workspace, done: last, error: null });
  setTimeout(() => state.done === last && change({ done: null }), SHOWN);
  if (said) say(said);
}

/** Takes the last change of files back; once more, the one before. */
export async function undo() {
  const last = state.undos.at(-1);
  if (!last) return say(t("nothing_to_undo"));
  try {
    const { said } = await api.undo(last.undo);
    state.undos.pop();
    await done({ said: `${said}: ${last.said}` });
    last.back?.();
    // The one before can be undone now.
    change({ done: { said: state.done.said, undo: state.undos.at(-1)?.undo } });
  } catch (error) {
    change({ error, done: null });
  }
}

export function Done() {
  if (!state.done) return null;
  const { said, undo: id } = state.done;
  return h("div", { id: "done", role: "group", "aria-label": t("last_change") },
    span("", said),
    id ? button({
      class: "link", "data-key": "done:undo", onclick: undo,
      title: t("undo_what", { what: state.undos.at(-1)?.said ?? "" }),
    }, t("undo")) : null,
    button({
      class: "tool", "aria-label": t("close"), "data-key": "done:close",
      onclick: () => change({ done: null }),
    }, icon("close")));
}
