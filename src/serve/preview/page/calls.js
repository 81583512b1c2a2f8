// Calls that the message made: what was asked, what was answered; answers can be changed for the moment.
import * as api from "meniscus/api.js";
import { button, h, prose } from "meniscus/dom.js";
import { change, on, shown, state } from "meniscus/state.js";
import { find, ofAnswer, select } from "meniscus/marks.js";
import { pathOf, tree, unfold } from "meniscus/tree.js";
import { dialog } from "meniscus/keys.js";
import { go } from "meniscus/go.js";

const bodies = new Map(); // recording → its answer, or null while it is fetched
const open = new Map(); // call → whether its card is open

/** Forgets the answers that were read: a recording changed. */
export const forget = () => bodies.clear();

function body(name) {
  if (!bodies.has(name)) {
    bodies.set(name, null);
    api.recording(name).then((answer) => bodies.set(name, answer), (error) => bodies.set(name, { error }))
      .then(() => change({ answers: { ...state.answers } }));
  }
  return bodies.get(name);
}

/** The answer as it counts now: that of the recording, with what is changed for the moment. */
function current(name) {
  const known = isRecording(name) ? body(name) : NOTHING;
  const edited = state.answers[name];
  return known && !known.error && edited ? { ...known, ...edited, edited: true } : known;
}

function chip(call) {
  const { result } = call;
  switch (result.kind) {
    case "answered": return h("span", { class: `chip ${result.status >= 200 && result.status < 300 ? "good" : "bad"}` }, String(result.status));
    case "cached": return h("span", { class: "chip" }, "cached");
    case "refused": return h("span", { class: "chip bad" }, "not made");
    default: return h("span", { class: "chip bad" }, "no answer");
  }
}

export function calls() {
  const render = shown();
  if (!render) return null;
  if (render.calls.length === 0) return h("div", { class: "nothing" }, h("p", {}, "No calls."), h("p", { class: "quiet" }, "This message asks no other system, or it came to none for this recipient."));
  return h("ol", { class: "calls" }, render.calls.map((call, at) => card(call, at)));
}

function card(call, at) {
  const { result } = call;
  const url = call.url.replace(/^https?:\/\//, "");
  const edited = result.recording && state.answers[result.recording];
  const details = h("details", { open: open.get(at) ?? at === 0, ontoggle: () => {
    open.set(at, details.open);
    if (details.open && details.children.length === 1) details.append(inside(call, at));
  } },
  h("summary", { "data-key": `call:${at}` }, h("span", { class: "call-line" }, h("span", { class: "method" }, call.method), h("span", { class: "url", title: call.url }, url), chip(call)),
    h("span", { class: "call-from quiet" }, (isRecording(result.recording) ? result.recording : null) ?? (result.kind === "cached" ? `as call ${result.call + 1}` : ""), call.saved_as ? ` → ${call.saved_as}` : "", edited ? h("span", { class: "chip accent" }, "changed") : null)));
  if (details.open) details.append(inside(call, at));
  return h("li", { class: "call" }, details);
}

function inside(call, at) {
  const { result } = call;
  return h("div", { class: "call-inside" },
    result.note ? h("p", {}, prose(result.note)) : null,
    result.problem ? h("p", { class: "bad" }, prose(result.problem)) : null,
    result.help ? h("p", { class: "quiet" }, prose(result.help)) : null,
    result.reason ? h("p", { class: "bad" }, prose(result.reason)) : null,
    h("p", { class: "quiet" }, h("button", { type: "button", class: "link", "data-key": `call:${at}:at`, onclick: () => go.open(call.at) }, `${call.at.path}:${call.at.span.start.line}`), result.delay_ms ? `, answered after ${result.delay_ms} ms` : ""),
    h("h3", {}, "Request"), h("pre", { class: "code", tabindex: "0", "data-scroll": `request:${at}` }, call.request),
    result.recording ? response(result.recording) : null,
    result.kind === "unanswered" && !api.exported ? h("p", {},
      button({ class: "small", "data-key": `answer:${result.name}`, onclick: () => edit(result.name, NOTHING) }, "What if…"),
      h("span", { class: "quiet" }, " an answer for the moment; ", h("code", {}, "meniscus record"), " keeps a real one")) : null);
}

/** What a call gets first that nothing was recorded of. */
const NOTHING = { status: 200, headers: [], json: {}, body: null, fault: null };
const isRecording = (name) => state.workspace.recordings.some((recording) => recording.name === name);

function response(name) {
  const answer = current(name);
  if (!answer) return h("p", { class: "quiet" }, "…");
  if (answer.error) return h("p", { class: "bad" }, prose(answer.error.message));
  const json = answer.json !== null && answer.json !== undefined;
  const used = (keys) => (keys.length > 0 ? ofAnswer(name, keys).length : 0);
  return [
    h("h3", {}, "Response", h("span", { class: "quiet" }, answer.fault ? `fault: ${answer.fault}` : `${answer.status}`), h("span", { class: "grow" }),
      api.exported ? null : h("button", { type: "button", class: "small", "data-key": `answer:${name}`, onclick: () => edit(name, answer) }, "What if…"),
      answer.edited ? h("button", { type: "button", class: "small", "data-key": `answer-reset:${name}`, onclick: () => put(name, null) }, isRecording(name) ? "As recorded" : "No answer") : null),
    json ? h("div", { class: "code", "data-scroll": `answer:${name}` }, tree(answer.json, {
      name: `answer:${name}`, deep: 2, used: once(used),
      choose: (keys) => select(ofAnswer(name, keys), "data"),
      chosen: chosenOf(name),
    })) : h("pre", { class: "code", tabindex: "0" }, answer.body ?? "(empty)"),
  ];
}

/** Remembers what `used` said: a tree asks for each of its fields. */
function once(used) {
  const known = new Map();
  return (keys) => {
    const key = JSON.stringify(keys);
    if (!known.has(key)) known.set(key, used(keys));
    return known.get(key);
  };
}

/** Whether the selected value came from these keys of the answer. */
function chosenOf(name) {
  const paths = new Set((state.selected?.marks ?? []).slice(0, 20).flatMap((mark) => find(mark)?.origins ?? [])
    .filter((origin) => origin.kind === "call" && origin.recording === name).map(({ keys }) => pathOf(keys)));
  return (keys) => keys.length > 0 && paths.has(pathOf(keys));
}

/** Opens the card of a call and the branch of its answer that `keys` lead to. */
export function reveal({ call, recording, keys }) {
  open.set(call, true);
  unfold(`answer:${recording}`, keys);
}

function put(name, answer) {
  const answers = { ...state.answers };
  if (answer === null) delete answers[name];
  else answers[name] = answer;
  change({ answers });
}

/** The same answer with nothing in its lists. */
function emptied(value) {
  if (Array.isArray(value)) return [];
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptied(item)]));
}

function edit(name, answer) {
  const json = answer.json !== null && answer.json !== undefined;
  const status = h("input", { type: "number", min: "100", max: "599", value: String(answer.status), id: "answer-status" });
  const fault = h("select", { id: "answer-fault" }, [["", "answers"], ["timeout", "does not answer in time"], ["connection", "breaks the connection"]].map(([value, label]) => h("option", { value, selected: (answer.fault ?? "") === value }, label)));
  const text = h("textarea", { id: "answer-body", rows: "16", spellcheck: "false", value: json ? JSON.stringify(answer.json, null, 2) : answer.body ?? "" });
  const wrong = h("p", { class: "bad", role: "alert" });
  const use = () => {
    const next = { status: Number(status.value) || 200 };
    if (fault.value) next.fault = fault.value;
    if (json) {
      try {
        next.json = JSON.parse(text.value);
      } catch (error) {
        wrong.textContent = `This is not JSON: ${error.message}`;
        return text.focus();
      }
    } else next.body = text.value;
    put(name, next);
    box.close();
  };
  const quick = (label, act) => button({ class: "small", onclick: act }, label);
  const box = dialog("What if the answer were another?", [
    h("p", { class: "quiet" }, "For the moment, on this page alone: ", h("code", {}, name), isRecording(name) ? " stays as it is on disk." : " has no recording."),
    h("div", { class: "fields" }, h("label", { for: "answer-fault" }, "The other side"), fault, h("label", { for: "answer-status" }, "Status"), status),
    h("div", { class: "quick" },
      json ? quick("Empty its lists", () => (text.value = JSON.stringify(emptied(answer.json), null, 2))) : null,
      quick("Not found", () => (status.value = "404")), quick("Server error", () => (status.value = "500")), quick("Too late", () => (fault.value = "timeout"))),
    h("label", { for: "answer-body" }, json ? "JSON" : "Body"), text, wrong,
  ], [button({ class: "primary", onclick: use }, "Use it")]);
}

on(["message", "scenario"], () => open.clear());
