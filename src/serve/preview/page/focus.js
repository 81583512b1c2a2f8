// The focus of the keyboard. Elements stay while the page is drawn anew, and so does the focus;
// but a button may be gone or disabled after it was pressed. Then what is near gets the focus.

/** What a neighbor is looked for in. */
const REGIONS = "#top, #panes, .found, .bar, .notices, .origin, .scroller";

/** Draws the page by `draw`; the focus stays where it was, or near. */
export function keepingFocus(draw) {
  const active = document.activeElement;
  const key = active?.dataset.key;
  if (key === undefined) return draw();
  const region = active.closest(REGIONS);
  const keyed = [...document.querySelectorAll("[data-key]")];
  draw();
  const isLeft = active.isConnected && !active.disabled;
  if (isLeft || ![active, document.body, null].includes(document.activeElement)) return;
  // `a:b:c` belongs to `a:b`; all that begins with `a:` is of a kind.
  const at = keyed.indexOf(active);
  // A frame may be replaced soon.
  const canHave = (element) =>
    element.getClientRects().length > 0 && !element.disabled && !element.matches("iframe");
  const near = [...keyed.slice(at + 1), ...keyed.slice(0, at).reverse()].filter(canHave);
  const named = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  const kind = key.slice(0, key.indexOf(":") + 1);
  const next = named(key) ?? named(key.slice(0, Math.max(key.lastIndexOf(":"), 0)))
    ?? near.find((element) => region?.contains(element))
    ?? near.find(({ dataset }) => kind !== "" && dataset.key.startsWith(kind))
    ?? region?.closest(".scroller") ?? region?.parentElement?.querySelector(".scroller");
  next?.focus({ preventScroll: true });
}
