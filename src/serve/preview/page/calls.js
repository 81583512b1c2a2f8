// Calls that the message made: what was asked, what was answered; answers can be changed for the
// moment.
import * as api from "meniscus/api.js";
import { button, div, grow, p, pre, prose, quiet, small, span } from "meniscus/controls.js";
import { change, shown, state } from "meniscus/state.js";
import { closeDialog, Dialog, openDialog } from "meniscus/dialog.js";
import { find, ofAnswer, select } from "meniscus/marks.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { pathOf, Tree, unfolded } from "meniscus/tree.js";
import { go } from "meniscus/go.js";

const isRecording = (name) => state.workspace.recordings.some((one) => one.name === name);
const isJson = ({ json }) => json !== null && json !== undefined;

/** Reads the answer of a recording, once; `state.recordings` is made new where one changed. */
function read(name) {
  const known = state.recordings;
  if (!isRecording(name) || known.has(name)) return;
  known.set(name, null);
  api.recording(name).catch((error) => ({ error })).then((answer) => {
    known.set(name, answer);
    if (known === state.recordings) change({ recordings: known });
  });
}

/** What a call gets first that nothing was recorded of. */
const NOTHING = { status: 200, headers: [], json: {}, body: null, fault: null };

/** The answer as it counts now: that of the recording, with what is changed for the moment. */
function current(name) {
  const known = isRecording(name) ? state.recordings.get(name) : NOTHING;
  const edited = state.answers[name];
  return known && !known.error && edited ? { ...known, ...edited, edited: true } : known;
}

function chip({ kind, status }) {
  if (kind === "cached") return span("chip", "cached");
  if (kind !== "answered") return span("chip bad", kind === "refused" ? "not made" : "no answer");
  return span(`chip ${status >= 200 && status < 300 ? "good" : "bad"}`, status);
}

export function Calls() {
  const render = shown();
  if (!render) return null;
  if (render.calls.length > 0) {
    return h("ol", { class: "calls" }, render.calls.map((call, at) => h(Call, { call, at })));
  }
  return div("nothing", p("", "No calls."), p("quiet",
    "This message asks no other system, or it came to none for this recipient."));
}

function Call({ call, at }) {
  const { result } = call;
  const open = state.calls.get(at) ?? at === 0;
  const toggled = ({ target }) => {
    if (target.open !== open) change({ calls: new Map(state.calls).set(at, target.open) });
  };
  const from = result.kind === "cached" ? `as call ${result.call + 1}` : null;
  return h("li", { class: "call" }, h("details", { open, ontoggle: toggled },
    h("summary", { "data-key": `call:${at}` },
      span("call-line",
        span("method", call.method),
        h("span", { class: "url", title: call.url }, call.url.replace(/^https?:\/\//, "")),
        chip(result)),
      span("call-from quiet",
        isRecording(result.recording) ? result.recording : from,
        call.saved_as ? ` → ${call.saved_as}` : "",
        state.answers[result.recording] ? span("chip accent", "changed") : null)),
    open ? h(Inside, { call, at }) : null));
}

function Inside({ call, at }) {
  const { result } = call;
  const said = (text, look) => (text ? p(look, prose(text)) : null);
  const { path, span } = call.at;
  return div("call-inside",
    said(result.note), said(result.problem, "bad"), said(result.help, "quiet"),
    said(result.reason, "bad"),
    p("quiet",
      button({ class: "link", "data-key": `call:${at}:at`, onclick: () => go.open(call.at) },
        `${path}:${span.start.line}`),
      result.delay_ms ? `, answered after ${result.delay_ms} ms` : ""),
    h("h3", {}, "Request"), pre(call.request),
    result.recording ? h(Response, { name: result.recording }) : null,
    result.kind === "unanswered" && !api.exported ? p("", whatIf(result.name, NOTHING),
      quiet(" an answer for the moment; ", h("code", {}, "meniscus record"), " keeps a real one"),
    ) : null);
}

const whatIf = (name, answer) =>
  small(`answer:${name}`, () => openDialog(EditAnswer, { name, answer }), "What if…");

function Response({ name }) {
  useLayoutEffect(() => read(name), [name, state.recordings, isRecording(name)]);
  const answer = current(name);
  if (!answer) return p("quiet", "…");
  if (answer.error) return p("bad", prose(answer.error.message));
  const without = isRecording(name) ? "As recorded" : "No answer";
  return [
    h("h3", {}, "Response",
      quiet(answer.fault ? `fault: ${answer.fault}` : answer.status), grow(),
      api.exported ? null : whatIf(name, answer),
      answer.edited ? small(`answer-reset:${name}`, () => put(name, null), without) : null),
    isJson(answer)
      ? div("code", h(Tree, {
        value: answer.json, name: `answer:${name}`, deep: 2,
        used: (keys) => (keys.length > 0 ? ofAnswer(name, keys).length : 0),
        choose: (keys) => select(ofAnswer(name, keys), "data"),
        chosen: chosenOf(name),
      }))
      : pre(answer.body ?? "(empty)"),
  ];
}

function chosenOf(name) {
  const marks = state.selected?.marks ?? [];
  const origins = marks.slice(0, 20).flatMap((mark) => find(mark)?.origins ?? []);
  const own = origins.filter(({ kind, recording }) => kind === "call" && recording === name);
  const paths = new Set(own.map(({ keys }) => pathOf(keys)));
  return (keys) => keys.length > 0 && paths.has(pathOf(keys));
}

export const reveal = ({ call, recording, keys }) =>
  change({ calls: new Map(state.calls).set(call, true), ...unfolded(`answer:${recording}`, keys) });

function put(name, answer) {
  const answers = { ...state.answers, [name]: answer };
  if (answer === null) delete answers[name];
  change({ answers });
}

function emptied(value) {
  if (Array.isArray(value)) return [];
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptied(item)]));
}

const FAULTS = [
  ["", "answers"], ["timeout", "does not answer in time"], ["connection", "breaks the connection"],
];
const written = (json) => JSON.stringify(json, null, 2);

function EditAnswer({ name, answer }) {
  const json = isJson(answer);
  const [status, setStatus] = useState(answer.status);
  const [fault, setFault] = useState(answer.fault ?? "");
  const [text, setText] = useState(json ? written(answer.json) : answer.body ?? "");
  const [wrong, setWrong] = useState("");
  const body = useRef(null);
  const use = () => {
    const next = { status: Number(status) || 200, ...(fault ? { fault } : {}) };
    try {
      Object.assign(next, json ? { json: JSON.parse(text) } : { body: text });
    } catch (error) {
      setWrong(`This is not JSON: ${error.message}`);
      return body.current.focus();
    }
    put(name, next);
    closeDialog();
  };
  const to = (set) => ({ target }) => set(target.value);
  return h(Dialog, { title: "What if the answer were another?", action: "Use it", use },
  p("quiet", "For the moment, on this page alone: ", h("code", {}, name),
    isRecording(name) ? " stays as it is on disk." : " has no recording."),
  div("fields",
    h("label", { for: "answer-fault" }, "The other side"),
    h("select", { id: "answer-fault", value: fault, onchange: to(setFault) },
      FAULTS.map(([value, label]) => h("option", { value }, label))),
    h("label", { for: "answer-status" }, "Status"),
    h("input", {
      id: "answer-status", type: "number", min: 100, max: 599, value: status,
      oninput: to(setStatus),
    })),
  div("quick",
    json ? small(null, () => setText(written(emptied(answer.json))), "Empty its lists") : null,
    small(null, () => setStatus(404), "Not found"),
    small(null, () => setStatus(500), "Server error"),
    small(null, () => setFault("timeout"), "Too late")),
  h("label", { for: "answer-body" }, json ? "JSON" : "Body"),
  h("textarea", {
    id: "answer-body", rows: 16, spellcheck: false, value: text, ref: body, oninput: to(setText),
  }),
  h("p", { class: "bad", role: "alert" }, wrong));
}
