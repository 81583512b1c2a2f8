// The sheet with the message on the stage. An old sheet stays until the frames of the new one are
// there: nothing flashes.
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { state } from "meniscus/state.js";

const LONGEST = 2_000; // a frame that never loads does not hold back the rest

/**
 * The sheet with `children`. What looks the same (`look`) stays in its sheet; what looks another
 * gets a sheet of its own. `finished()` is called when a render is on the screen.
 */
export function Sheets({ look, finished, children }) {
  const made = useRef(0);
  const sheets = useRef([]);
  const [, draw] = useState(0);
  if (sheets.current.at(-1)?.look !== look) {
    sheets.current.push({ look, key: made.current++, ready: false });
  }
  const last = sheets.current.at(-1);
  last.content = children;
  const ready = (sheet) => {
    const at = sheets.current.indexOf(sheet);
    if (at < 0 || sheet.ready) return;
    sheet.ready = true;
    sheets.current.splice(0, at);
    draw((times) => times + 1);
  };
  useLayoutEffect(() => {
    if (last.ready) finished();
  }, [state.render, last.ready]);
  return sheets.current.map((sheet) => h(Sheet, { key: sheet.key, sheet, ready }, sheet.content));
}

/** One of them; not seen until all frames in it are loaded. */
function Sheet({ sheet, ready, children }) {
  const element = useRef(null);
  useLayoutEffect(() => {
    const frames = [...element.current.querySelectorAll("iframe")];
    let left = frames.length;
    if (left === 0) return ready(sheet);
    const loaded = () => --left === 0 && ready(sheet);
    for (const frame of frames) frame.addEventListener("load", loaded, { once: true });
    const waiting = setTimeout(() => ready(sheet), LONGEST);
    return () => clearTimeout(waiting);
  }, []);
  return h("div", { class: sheet.ready ? "sheet" : "sheet behind", ref: element }, children);
}
