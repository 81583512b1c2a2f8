// The dialog, of which there is one at a time.
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { button, div } from "meniscus/controls.js";
import { change } from "meniscus/state.js";
import { t } from "meniscus/labels.js";

export const openDialog = (component, props) => change({ dialog: h(component, props) });

export const closeDialog = () => document.querySelector("dialog[open]")?.close();

/**
 * A dialog, closed by Escape and by its button; `action`, where it has one, is done by `use()`,
 * or by Enter in one of its fields;
 * `also`: another button.
 */
export function Dialog({ title, action, use, disabled, also, children }) {
  const box = useRef(null);
  useLayoutEffect(() => box.current.showModal(), []);
  const gone = () => change({ dialog: null });
  const act = () => {
    const wrong = box.current.querySelector(":invalid");
    return wrong ? wrong.reportValidity() : use();
  };
  const enter = (event) => {
    const { key, isComposing, target } = event;
    if (key !== "Enter" || isComposing || !target.matches(".fields input")) return;
    event.preventDefault();
    if (action && !disabled) act();
  };
  return h("dialog", {
    ref: box, "aria-labelledby": "dialog-title", onclose: gone, onkeydown: enter,
  },
    h("div", {},
      h("h2", { id: "dialog-title" }, title),
      // What is only read has to be reached to be scrolled.
      h("div", { class: "dialog-body", tabindex: action ? null : 0 }, children),
      div("actions",
        button({ onclick: closeDialog }, t(action ? "cancel" : "close")),
        also,
        action ? button({ class: "primary", disabled, onclick: act }, action) : null)));
}
