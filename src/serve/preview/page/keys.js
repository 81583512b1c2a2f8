// The keyboard: every key, and the list of them on `?`.
import { button, h } from "meniscus/dom.js";

/** What keys do: `[key, words, act]`; filled by the page. */
const known = [];

/** Adds keys: `[group, [[key, words, act], …]]`. */
export function keys(group, list) {
  known.push([group, list]);
}

const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const held = event.ctrlKey || event.metaKey;
  if (event.altKey || (typing(event.target) && !held)) return;
  // Where something can be scrolled, arrows do that.
  if (event.key.startsWith("Arrow") && event.target.closest?.(".scroller, pre")) return;
  const pressed = `${held ? "Ctrl+" : ""}${event.key.length === 1 ? event.key.toLowerCase() : event.key}`;
  for (const [, list] of known) {
    for (const [key, , act] of list) {
      if (act && key.split(" ").includes(pressed)) {
        event.preventDefault();
        return act(event);
      }
    }
  }
});

/** A dialog with `content`, closed by Escape and by its button. It is gone when it is closed. */
export function dialog(title, content, actions = []) {
  const box = h("dialog", { "aria-labelledby": "dialog-title", onclose: () => box.remove() },
    h("div", {}, h("h2", { id: "dialog-title" }, title), h("div", { class: "dialog-body" }, content),
      h("div", { class: "actions" }, button({ onclick: () => box.close() }, actions.length > 0 ? "Cancel" : "Close"), actions)));
  document.body.append(box);
  box.showModal();
  return box;
}

/** Shows all keys. */
export function help() {
  if (document.querySelector("dialog[open]")) return;
  dialog("Keys", h("div", { class: "keys" }, known.map(([group, list]) => h("section", {}, h("h3", {}, group),
    h("dl", {}, list.map(([key, words]) => [h("dt", {}, key.split(" ").map((one) => h("kbd", {}, one.replace("Arrow", "")))), h("dd", {}, words)]))))));
}
