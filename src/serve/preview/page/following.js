// Beside a text, the page follows the cursor, and the cursor what is clicked in the message.
import * as beside from "meniscus/beside.js";
import { around, find, select } from "meniscus/marks.js";
import { change, on, scenario, shown, state } from "meniscus/state.js";

const ECHO = 1_000; // milliseconds in which the editor says where the page itself has sent it

let place = null; // where the cursor is: {path, offset, recipient}
let sent = null; // where the page sent the cursor: {path, start, end, at}

/** Shows a place in the editor. */
export function sendTo({ path, span }, focused) {
  const [start, end] = [span?.start.utf16 ?? 0, span?.end.utf16 ?? 0];
  sent = { path, start, end, at: performance.now() };
  beside.show(path, start, end, focused);
}

const isEcho = ({ path, offset }) => sent?.path === path && performance.now() - sent.at < ECHO
  && sent.start <= offset && offset <= sent.end;

/** The message that a file belongs to: the one that is shown, where it may be of several. */
function messageOf(path) {
  const { messages } = state.workspace;
  const has = ({ parts, settings }) =>
    settings === path || parts.some((part) => part.path === path || part.file === path);
  const current = messages.find(({ name }) => name === state.message);
  return current && has(current) ? current : messages.find(has);
}

/** Marks what the expression at the cursor printed; of text, the line of the message. */
function point() {
  if (!place || !shown() || state.render?.refused || isEcho(place)) return;
  const { path, offset } = place;
  const marks = around(path, offset);
  select(marks, "editor");
  const pointed = marks.length > 0 ? null : { path, utf16: offset };
  const isSame = pointed?.path === state.pointed?.path && pointed?.utf16 === state.pointed?.utf16;
  if (!isSame) change({ pointed });
}

/** Follows the editor; `settle({message, scenario})` shows something else. */
export function followEditor(settle) {
  let recipient = null; // the one that the editor chose last
  let isVisit = false; // whether a recipient is shown because its file is open
  const go = () => {
    if (!place || !state.workspace) return;
    const own = state.workspace.scenarios.find(({ path }) => path === place.path);
    const message = messageOf(place.path)?.name;
    const isOther = message !== undefined && message !== state.message;
    const isNew = isVisit || isOther || place.recipient !== recipient;
    recipient = place.recipient;
    isVisit = own !== undefined;
    // Without a choice, it is the first one of each message.
    const chosen = own?.name ?? (isNew ? recipient ?? "" : undefined);
    settle({
      ...(message === undefined ? {} : { message }),
      ...(chosen === undefined ? {} : { scenario: chosen }),
    });
    point();
  };
  beside.listen({
    place(now) {
      place = now;
      go();
    },
  });
  on(["workspace"], go);
  on(["render"], point);
  on(["selected"], () => {
    const { selected } = state;
    if (!selected || selected.from === "editor" || selected.again) return;
    const mark = find(selected.marks[0]);
    if (mark) sendTo(mark.at, false);
  });
}

/** Says to the editor whose message the author chose here. */
export const tellRecipient = () => scenario() && beside.choose(state.scenario);
