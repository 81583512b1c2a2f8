// The page in a panel beside a text: the editor passes its questions on to the program, says where
// the cursor is, and is told what was clicked. Nothing goes over the network.

/** The editor, which gives itself away once. */
let editor = null;
let last = 0; // number of the newest question
const waiting = new Map(); // number of a question → who waits for its answer
let heard = {}; // what is called for what the editor says

function hear({ data }) {
  if (data?.answer !== undefined) {
    waiting.get(data.answer)?.(data);
    waiting.delete(data.answer);
  } else if (data?.changed) {
    heard.changed?.(data.changed);
  } else if (data?.place) {
    heard.place?.(data.place);
  }
}

/** Begins to listen to the editor. */
export function connect() {
  editor = window.acquireVsCodeApi();
  window.addEventListener("message", hear);
}

/** Answers as the server does: `[status, body]`. */
export async function answer(method, address, body = "") {
  last += 1;
  const ask = last;
  editor.postMessage({ ask, method, address, body });
  const { status, text } = await new Promise((done) => waiting.set(ask, done));
  // The text changed while it was rendered, and that took long: the newest one counts.
  if (status === 409) return answer(method, address, body);
  return [status, JSON.parse(text)];
}

/** Calls `listeners[name]` for what the editor says. */
export const listen = (listeners) => (heard = { ...heard, ...listeners });

/** Says that the page is there, and may be told where the cursor is. */
export const ready = () => editor.postMessage({ ready: true });

/** Shows the characters of a file from `start` to `end` in the editor. */
export const show = (path, start, end, focused) =>
  editor.postMessage({ show: { path, start, end, focused } });

/** Makes `recipient` the one whose values the editor shows, too. */
export const choose = (recipient) => editor.postMessage({ recipient });
