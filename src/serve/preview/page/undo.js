// What was just done, with the way back: said at the bottom of the page until the next change.
import * as api from "meniscus/api.js";
import { button, icon, say, span } from "meniscus/controls.js";
import { change, state } from "meniscus/state.js";
import { h } from "meniscus/preact.js";

/** Shows the workspace as it is after a change of files, and says what was done. */
export async function done({ said, undo }) {
  const workspace = await api.workspace();
  change({ workspace, done: said ? { said, undo } : null, error: null });
  if (said) say(said);
}

/** Takes the last change of files back. */
export async function undo() {
  const { undo: id } = state.done ?? {};
  if (!id) return;
  try {
    await done(await api.undo(id));
  } catch (error) {
    change({ error, done: null });
  }
}

export function Done() {
  if (!state.done) return null;
  const { said, undo: id } = state.done;
  return h("div", { id: "done", role: "group", "aria-label": "Last change" },
    span("", said),
    id ? button({ class: "link", "data-key": "done:undo", onclick: undo }, "Undo") : null,
    button({
      class: "tool", "aria-label": "Close", "data-key": "done:close",
      onclick: () => change({ done: null }),
    }, icon("close")));
}
