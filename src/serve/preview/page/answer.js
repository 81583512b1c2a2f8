// The dialog in which the response of a call is changed, or given if nothing answers it.
import * as api from "meniscus/api.js";
import { div, failure, p, prose, quiet, small } from "meniscus/controls.js";
import { closeDialog, Dialog } from "meniscus/dialog.js";
import { drafts, state, change } from "meniscus/state.js";
import { h, useRef, useState } from "meniscus/preact.js";
import { parsed, TreeEditor } from "meniscus/tree_edit.js";
import { done } from "meniscus/undo.js";
import { filled, t } from "meniscus/labels.js";

const FAULTS = [
  ["", t("fault_none")], ["timeout", t("fault_timeout")], ["connection", t("fault_connection")],
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
  const view = (key, is, to, label) =>
    small(`answer:${key}`, () => setAsText(to), label, {
      "aria-pressed": is ? "true" : "false", disabled: !to && json === undefined,
    });
  return [
    div("json-bar", h("span", { id: "answer-title", class: "grow" }, t("response")),
      view("fields", tree, false, t("fields")), view("json", !tree, true, "JSON")),
    tree
      ? h("div", { class: "code", role: "group", "aria-labelledby": "answer-title" },
        h(TreeEditor, {
          value: json, name: "answer-body", deep: 3, put: (next) => setText(written(next)),
        }))
      : h("textarea", {
        id: "answer-body", rows: 14, spellcheck: false, value: text, ref: area,
        placeholder: t("paste_json"), "aria-labelledby": "answer-title",
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
  const write = (next) => {
    setText(next);
    setWrong("");
  };
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
      return refuse(t("status_range"));
    }
    if (fault) return next;
    const isEmpty = text.trim() === "";
    if (json && isEmpty && code >= 200 && code < 300 && code !== 204) {
      return refuse(t("response_first"));
    }
    if (json && /^\s*[[{"]/.test(text) && jsonOf(text) === undefined) {
      return refuse(t("json_broken"));
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
  const title = t(call ? "answer_call" : "what_if_different");
  return h(Dialog, {
    title, action: t(call ? "record_response" : "use_it"), use: call ? record : forNow,
    disabled: busy,
    also: call ? small("answer:now", forNow, t("use_temporarily")) : null,
  },
  about ? p("quiet", prose(about)) : null,
  p("quiet", call ? t("recording_answers")
    : filled("only_this_page", { name: h("code", {}, name) })),
  div("fields",
    h("label", { for: "answer-fault" }, t("the_host")),
    h("select", { id: "answer-fault", value: fault, onchange: to(setFault) },
      FAULTS.map(([value, label]) => h("option", { value }, label))),
    h("label", { for: "answer-status" }, t("status")),
    h("input", {
      id: "answer-status", type: "number", min: 100, max: 599, value: status,
      oninput: to(setStatus),
    })),
  div("quick",
    json ? small(null, () => write(written(emptied(jsonOf(text) ?? answer.json))),
      t("empty_lists")) : null,
    small(null, () => setStatus(404), t("not_found_status")),
    small(null, () => setStatus(500), t("server_error")),
    small(null, () => setFault("timeout"), t("time_out"))),
  json ? h(JsonField, { text, setText: write, area, asText, setAsText }) : [
    h("label", { for: "answer-body" }, t("body")),
    h("textarea", {
      id: "answer-body", rows: 14, spellcheck: false, value: text, ref: area,
      oninput: to(write),
    }),
  ],
  h("p", { class: "bad", role: "alert" }, prose(wrong)));
}
