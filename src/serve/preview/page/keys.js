// The keyboard: every key, and the list of them on `?`.
import { Dialog, openDialog } from "meniscus/dialog.js";
import { div } from "meniscus/controls.js";
import { h } from "meniscus/preact.js";
import { t } from "meniscus/labels.js";

/** What keys do: `[key, words, act]`; filled by the page. */
const known = [];

export function keys(group, list) {
  known.push([group, list]);
}

const typing = (target) => target instanceof HTMLElement
  && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const held = event.ctrlKey || event.metaKey;
  if (event.altKey || (typing(event.target) && !held)) return;
  // Where something can be scrolled, arrows do that.
  if (event.key.startsWith("Arrow") && event.target.closest?.(".scroller, pre")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const pressed = held ? `Ctrl+${key}` : key;
  for (const [names, , act] of known.flatMap(([, list]) => list)) {
    if (act && names.split(" ").includes(pressed)) {
      event.preventDefault();
      return act(event);
    }
  }
});

function Keys() {
  const kbd = (key) => h("kbd", {}, key.replace("Arrow", ""));
  const entry = ([names, words]) => [h("dt", {}, names.split(" ").map(kbd)), h("dd", {}, words)];
  return h(Dialog, { title: t("keys") },
    div("keys", known.filter(([, list]) => list.length > 0).map(([group, list]) =>
      h("section", {}, h("h3", {}, group), h("dl", {}, list.map(entry))))));
}

export const help = () => document.querySelector("dialog[open]") ?? openDialog(Keys);
