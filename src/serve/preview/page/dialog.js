// The dialog, of which there is one at a time.
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { button, code, div } from "meniscus/controls.js";
import { change } from "meniscus/state.js";

/** Opens `component`, which draws a `Dialog`. */
export const openDialog = (component, props) => change({ dialog: h(component, props) });

export const closeDialog = () => document.querySelector("dialog[open]")?.close();

/** A dialog, closed by Escape and by its button; `action` is the button that does something. */
export function Dialog({ title, action, children }) {
  const box = useRef(null);
  useLayoutEffect(() => box.current.showModal(), []);
  const gone = () => change({ dialog: null });
  return h("dialog", { ref: box, "aria-labelledby": "dialog-title", onclose: gone },
    h("div", {},
      h("h2", { id: "dialog-title" }, title),
      div("dialog-body", children),
      div("actions", button({ onclick: closeDialog }, action ? "Cancel" : "Close"), action)));
}

/** Two texts beside each other: `sides` are `[title, content]`. */
export const sideBySide = (sides) => div("sides",
  sides.map(([title, content]) => div("side", h("h3", {}, title), code(content))));
