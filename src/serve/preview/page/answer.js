// The dialog in which the response of a call is changed, or given if nothing answers it.
import * as api from "meniscus/api.js";
import { div, failure, p, prose, quiet, small } from "meniscus/controls.js";
import { closeDialog, Dialog } from "meniscus/dialog.js";
import { drafts, state, change } from "meniscus/state.js";
import { h, useRef, useState } from "meniscus/preact.js";
import { parsed, TreeEditor } from "meniscus/tree_edit.js";
import { done } from "meniscus/undo.js";

const FAULTS = [
  ["", "responds"], ["timeout", "doesn't respond in time"], ["connection", "breaks the connection"],
];

export const isJson = ({ json }) => json !== null && json !== undefined;
const written = (json) => JSON.stringify(json, null, 2);

/** What is on the page, for the program to find a call in. */
export const asked = () => ({
  message: state.message, scenario: state.scenario, texts: drafts(), values: state.values,
  answers: state.answers,
});

/** Changes a response temporarily; `null` takes the change back. */
export function put(name, answer) {
  const answers = { ...state.answers, [name]: answer };
  if (answer === null) delete answers[name];
  change({ answers });
}

function emptied(value) {
  if (Array.isArray(value)) return [];
  if (value === null || typeof value !== "object" || JSON.isRawJSON?.(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptied(item)]));
}

/** The JSON of a text; nothing if it isn't JSON. */
function jsonOf(text) {
  try {
    return parsed(text);
  } catch {
    return undefined;
  }
}

/** JSON as a tree or as text: two views of one text. */
function JsonField({ text, setText, area, asText, setAsText }) {
  const json = jsonOf(text);
  const tree = !asText && json !== undefined && json !== null && typeof json === "object";
  const view = (is, to, label) =>
    small(`answer:${label.toLowerCase()}`, () => setAsText(to), label, {
      "aria-pressed": is ? "true" : "false", disabled: !to && json === undefined,
    });
  return [
    div("json-bar", h("span", { id: "answer-title", class: "grow" }, "Response"),
      view(tree, false, "Fields"), view(!tree, true, "JSON")),
    tree
      ? h("div", { class: "code", role: "group", "aria-labelledby": "answer-title" },
        h(TreeEditor, {
          value: json, name: "answer-body", deep: 3, put: (next) => setText(written(next)),
        }))
      : h("textarea", {
        id: "answer-body", rows: 14, spellcheck: false, value: text, ref: area,
        placeholder: "Paste the JSON response", "aria-labelledby": "answer-title",
        oninput: ({ target }) => setText(target.value),
      }),
  ];
}

/**
 * The dialog. `answer` is what it starts from; `call`: the name of a call without a recording,
 * whose response can be recorded; `about`: a sentence about it.
 */
export function EditAnswer({ name, answer, call, about, asText: startsAsText = false }) {
  const json = isJson(answer) || Boolean(call) || startsAsText;
  const [status, setStatus] = useState(answer.status);
  const [fault, setFault] = useState(answer.fault ?? "");
  const [text, setText] = useState(isJson(answer) ? written(answer.json) : answer.body ?? "");
  const [asText, setAsText] = useState(startsAsText);
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const area = useRef(null);
  const own = useRef(state.dialog).current; // another may be open when the program answers
  /** The response as it is typed; nothing if it can't be one. */
  const typed = () => {
    const code = Number(status);
    const next = { status: code, ...(fault ? { fault } : {}) };
    const refuse = (why) => {
      setWrong(why);
      area.current?.focus();
      return null;
    };
    if (!Number.isInteger(code) || code < 100 || code > 599) {
      return refuse("Choose a status from 100 to 599");
    }
    if (fault) return next;
    const isEmpty = text.trim() === "";
    if (json && isEmpty && code >= 200 && code < 300 && code !== 204) {
      return refuse("Paste or type the response first");
    }
    if (json && /^\s*[[{"]/.test(text) && jsonOf(text) === undefined) {
      return refuse("This looks like JSON but isn't valid");
    }
    // The text itself counts: numbers keep their digits.
    return { ...next, json: json ? jsonOf(text) ?? null : null, body: text };
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
      if (state.dialog === own) closeDialog();
      put(name, null);
      await done(made);
    } catch (error) {
      setWrong(failure(error));
      setBusy(false);
    }
  };
  const to = (set) => ({ target }) => set(target.value);
  const title = call ? "Answer this call" : "What if the response were different?";
  return h(Dialog, {
    title, action: call ? "Record the response" : "Use it", use: call ? record : forNow,
    disabled: busy,
    also: call ? small("answer:now", forNow, "Use temporarily") : null,
  },
  about ? p("quiet", prose(about)) : null,
  call ? p("quiet", "The recording answers this request from now on. Secrets and personal data "
    + "in the response are replaced before it is written.")
    : p("quiet", "Changes this page only; ", h("code", {}, name), " isn't changed."),
  div("fields",
    h("label", { for: "answer-fault" }, "The host"),
    h("select", { id: "answer-fault", value: fault, onchange: to(setFault) },
      FAULTS.map(([value, label]) => h("option", { value }, label))),
    h("label", { for: "answer-status" }, "Status"),
    h("input", {
      id: "answer-status", type: "number", min: 100, max: 599, value: status,
      oninput: to(setStatus),
    })),
  div("quick",
    json ? small(null, () => setText(written(emptied(jsonOf(text) ?? answer.json))),
      "Empty its lists") : null,
    small(null, () => setStatus(404), "Not found"),
    small(null, () => setStatus(500), "Server error"),
    small(null, () => setFault("timeout"), "Time out")),
  json ? h(JsonField, { text, setText, area, asText, setAsText }) : [
    h("label", { for: "answer-body" }, "Body"),
    h("textarea", {
      id: "answer-body", rows: 14, spellcheck: false, value: text, ref: area,
      oninput: to(setText),
    }),
  ],
  h("p", { class: "bad", role: "alert" }, prose(wrong)));
}
