// The dialog in which the answer of a call is changed, or given where nothing has one.
import * as api from "meniscus/api.js";
import { div, failure, p, prose, quiet, small } from "meniscus/controls.js";
import { closeDialog, Dialog } from "meniscus/dialog.js";
import { drafts, state, change } from "meniscus/state.js";
import { h, useRef, useState } from "meniscus/preact.js";
import { done } from "meniscus/undo.js";
import { TreeEditor } from "meniscus/tree_edit.js";

const FAULTS = [
  ["", "answers"], ["timeout", "does not answer in time"], ["connection", "breaks the connection"],
];

export const isJson = ({ json }) => json !== null && json !== undefined;
const written = (json) => JSON.stringify(json, null, 2);

/** What is on the page, for the program to find a call in. */
export const asked = () => ({
  message: state.message, scenario: state.scenario, texts: drafts(), values: state.values,
  answers: state.answers,
});

/** Changes an answer for the moment; `null` takes the change back. */
export function put(name, answer) {
  const answers = { ...state.answers, [name]: answer };
  if (answer === null) delete answers[name];
  change({ answers });
}

function emptied(value) {
  if (Array.isArray(value)) return [];
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptied(item)]));
}

/** JSON as a tree or as text: two views of one text. */
function JsonField({ text, setText, area, asText, setAsText }) {
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined; // such text can only be corrected as text
  }
  const tree = !asText && json !== undefined && json !== null && typeof json === "object";
  const toggle = (to) => ({
    "aria-pressed": asText === to || (to && !tree) ? "true" : "false", disabled: !to && !json,
  });
  return [
    div("json-bar",
      h("label", { for: "answer-body" }, "Answer"),
      small("answer:tree", () => setAsText(false), "Fields", toggle(false)),
      small("answer:text", () => setAsText(true), "JSON", toggle(true))),
    tree
      ? div("code", h(TreeEditor, {
        value: json, name: "answer-body", deep: 3, put: (next) => setText(written(next)),
      }))
      : h("textarea", {
        id: "answer-body", rows: 14, spellcheck: false, value: text, ref: area,
        placeholder: "Paste the JSON that the system answers",
        oninput: ({ target }) => setText(target.value),
      }),
  ];
}

/**
 * The dialog. `answer` is what it starts from; `call`: the name of a call that nothing answers,
 * whose answer can be recorded; `about`: a sentence about it.
 */
export function EditAnswer({ name, answer, call, about, asText: startsAsText = false }) {
  const json = isJson(answer) || Boolean(call);
  const [status, setStatus] = useState(answer.status);
  const [fault, setFault] = useState(answer.fault ?? "");
  const [text, setText] = useState(isJson(answer) ? written(answer.json) : answer.body ?? "");
  const [asText, setAsText] = useState(startsAsText);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const area = useRef(null);
  /** The answer as it is typed; nothing where it can't be one. */
  const typed = () => {
    const next = { status: Number(status) || 200, ...(fault ? { fault } : {}) };
    if (!json) return { ...next, body: text };
    try {
      return { ...next, json: JSON.parse(text) };
    } catch (error) {
      setWrong(text.trim() === "" ? "Paste or type the answer first"
        : `This isn't JSON: ${error.message}`);
      area.current?.focus();
      return null;
    }
  };
  const forNow = () => {
    const next = typed();
    if (!next) return;
    put(name, next);
    closeDialog();
  };
  const record = async () => {
    const next = typed();
    if (!next || busy) return;
    setBusy(true);
    try {
      const made = await api.recordAnswer(asked(), call, next);
      closeDialog();
      put(name, null);
      await done(made);
    } catch (error) {
      setWrong(failure(error));
      setBusy(false);
    }
  };
  const to = (set) => ({ target }) => set(target.value);
  const title = call ? "Answer this call" : "What if the answer were different?";
  return h(Dialog, {
    title, action: call ? "Record the answer" : "Use it", use: call ? record : forNow,
    disabled: busy,
    also: call ? small("answer:now", forNow, "Use it for the moment") : null,
  },
  about ? p("quiet", prose(about)) : null,
  call ? p("quiet", "The recording answers this call from now on, for everybody. Secrets and "
    + "personal data are replaced before anything is written.")
    : p("quiet", "For the moment, on this page only: ", h("code", {}, name), " stays as it is."),
  div("fields",
    call ? null : [
      h("label", { for: "answer-fault" }, "The other side"),
      h("select", { id: "answer-fault", value: fault, onchange: to(setFault) },
        FAULTS.map(([value, label]) => h("option", { value }, label))),
    ],
    h("label", { for: "answer-status" }, "Status"),
    h("input", {
      id: "answer-status", type: "number", min: 100, max: 599, value: status,
      oninput: to(setStatus),
    })),
  call ? null : div("quick",
    json ? small(null, () => setText(written(emptied(answer.json))), "Empty its lists") : null,
    small(null, () => setStatus(404), "Not found"),
    small(null, () => setStatus(500), "Server error"),
    small(null, () => setFault("timeout"), "Too late")),
  json ? h(JsonField, { text, setText, area, asText, setAsText }) : [
    h("label", { for: "answer-body" }, "Body"),
    h("textarea", {
      id: "answer-body", rows: 14, spellcheck: false, value: text, ref: area,
      oninput: to(setText),
    }),
  ],
  h("p", { class: "bad", role: "alert" }, prose(wrong)));
}
