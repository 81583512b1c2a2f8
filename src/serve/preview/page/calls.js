// Calls that the message made: what was asked, what was answered; answers can be changed for the
// moment.
import * as api from "meniscus/api.js";
import { asked, EditAnswer, isJson, put } from "meniscus/answer.js";
import {
  button, div, failure, grow, p, pre, prose, quiet, small, span,
} from "meniscus/controls.js";
import { change, shown, state } from "meniscus/state.js";
import { find, ofAnswer, select } from "meniscus/marks.js";
import { h, useLayoutEffect, useState } from "meniscus/preact.js";
import { pathOf, Tree, unfolded } from "meniscus/tree.js";
import { done } from "meniscus/undo.js";
import { go } from "meniscus/go.js";
import { openDialog } from "meniscus/dialog.js";
import { filled, t } from "meniscus/labels.js";

const isRecording = (name) => state.workspace.recordings.some((one) => one.name === name);

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

/** The response of a call without a recording. */
const NOTHING = { status: 200, headers: [], json: {}, body: null, fault: null };

/** The answer as it counts now: that of the recording, with what is changed for the moment. */
function current(name) {
  const known = isRecording(name) ? state.recordings.get(name) : NOTHING;
  const edited = state.answers[name];
  return known && !known.error && edited ? { ...known, ...edited, edited: true } : known;
}

function chip({ kind, status }) {
  if (kind === "cached") return span("chip", t("cached"));
  if (kind === "refused") return span("chip bad", t("not_made"));
  if (kind !== "answered") return span("chip bad", t("no_answer"));
  return span(`chip ${status >= 200 && status < 300 ? "good" : "bad"}`, status);
}

export function Calls() {
  const render = shown();
  if (!render) return null;
  if (render.calls.length > 0) {
    const key = (call, at) => [state.message, state.scenario, at, call.url].join("|");
    return h("ol", { class: "calls" },
      render.calls.map((call, at) => h(Call, { key: key(call, at), call, at })));
  }
  return div("nothing", p("", t("no_calls")), p("quiet", t("no_calls_about")));
}

function Call({ call, at }) {
  const { result } = call;
  const open = state.calls.get(at) ?? at === 0;
  const toggled = ({ target }) => {
    if (target.open !== open) change({ calls: new Map(state.calls).set(at, target.open) });
  };
  const from = result.kind === "cached" ? t("as_call", { number: result.call + 1 }) : null;
  return h("li", { class: "call" }, h("details", { open, ontoggle: toggled },
    h("summary", { "data-key": `call:${at}` },
      span("call-line",
        span("method", call.method),
        h("span", { class: "url", title: call.url }, call.url.replace(/^https?:\/\//, "")),
        chip(result)),
      span("call-from quiet",
        isRecording(result.recording) ? result.recording : from,
        call.saved_as ? ` → ${call.saved_as}` : "",
        state.answers[result.recording] ? span("chip accent", t("changed")) : null)),
    open ? h(Inside, { call, at }) : null));
}

function Inside({ call, at }) {
  const { result } = call;
  const said = (text, look) => (text ? p(look, prose(text)) : null);
  const { path, span } = call.at;
  const lead = { class: "link", "data-key": `call:${at}:at`, onclick: () => go.open(call.at) };
  const place = button(lead, `${path}:${span.start.line}`);
  return div("call-inside",
    said(result.note), said(result.problem, "bad"), said(result.help, "quiet"),
    said(result.reason, "bad"),
    p("quiet", result.delay_ms ? filled("answered_after", { place, ms: result.delay_ms }) : place),
    h("h3", {}, t("request")), h(Request, { call }),
    result.recording ? h(Response, { name: result.recording }) : null,
    result.kind === "unanswered" ? [
      result.nearest ? h(Nearest, { near: result.nearest }) : null,
      api.exported ? null : h(Answers, { call }),
    ] : null);
}

/** The request laid out: what its URL says, its headers, its body. */
function Request({ call }) {
  const cut = call.url.indexOf("?");
  const [address, query] = cut < 0 ? [call.url, ""]
    : [call.url.slice(0, cut), call.url.slice(cut + 1)];
  const words = (text) => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return text; // not encoded as URLs are
    }
  };
  const pairs = query.split("&").filter((pair) => pair !== "").map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [words(pair), ""] : [words(pair.slice(0, at)), words(pair.slice(at + 1))];
  });
  const rows = (title, entries) => (entries.length === 0 ? null : [
    h("h4", { class: "quiet" }, title),
    h("dl", { class: "pairs" }, entries.map(([name, value]) =>
      [h("dt", {}, name), h("dd", {}, value === "" ? quiet(t("empty")) : value)])),
  ]);
  let body;
  try {
    body = JSON.parse(call.body);
  } catch {
    body = undefined; // no JSON
  }
  return div("request-parts",
    p("address", span("method", call.method), " ", address),
    rows(t("query"), pairs), rows(t("headers"), call.headers),
    call.body ? [
      h("h4", { class: "quiet" }, t("body")),
      body && typeof body === "object"
        ? div("code", h(Tree, { value: body, name: `body:${call.url}`, deep: 3 })) : pre(call.body),
    ] : null);
}

/** The recording that comes closest, with the first thing that differs. */
const Nearest = ({ near }) => div("nearest",
  h("h3", {}, t("nearest_recording")),
  p("", h("code", {}, near.recording),
    quiet(t("recording_matches", { ...near, count: near.conditions }))),
  near.difference ? p("bad", prose(near.difference)) : null);

/** Three ways to an answer for a call that has none. */
function Answers({ call }) {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const { name } = call.result;
  const host = /^https?:\/\/([^/?#]+)/.exec(call.url)?.[1];
  const way = (work) => async () => {
    const { message, scenario } = state;
    // The author may be elsewhere when the program answers.
    const isHere = () =>
      state.message === message && state.scenario === scenario && !state.dialog;
    setWrong("");
    setBusy(true);
    try {
      await work(isHere);
    } catch (error) {
      setWrong(failure(error));
    }
    setBusy(false);
  };
  const paste = () => openDialog(EditAnswer, {
    name, call: api.writes ? name : undefined, answer: { status: 200, json: null }, asText: true,
  });
  const empty = way(async (isHere) => {
    const { json, endpoint } = await api.emptyAnswer(asked(), name);
    if (!isHere()) return;
    const about = endpoint ? t("fields_of_endpoint", { endpoint }) : t("fields_of_message");
    openDialog(EditAnswer, { name, call: name, answer: { status: 200, json }, about });
  });
  const live = way(async () => done(await api.recordLive(asked(), name)));
  return div("answer-ways",
    h("h3", {}, t("give_answer")),
    div("quick",
      small(`paste:${name}`, paste, t("paste_answer"), { disabled: busy }),
      !api.writes ? null : [
        small(`empty:${name}`, empty, t("empty_answer"), { disabled: busy }),
        small(`live:${name}`, live, t(busy ? "working" : "record_live"), {
          disabled: busy, title: host ? t("calls_host_now", { host }) : t("calls_the_host_now"),
        }),
      ]),
    h("p", { class: "bad", role: "alert" }, prose(wrong)));
}

const whatIf = (name, answer) => {
  // An answer for the moment that nothing was recorded of can become a recording.
  const call = isRecording(name) || !api.writes ? undefined : name;
  return small(`answer:${name}`, () => openDialog(EditAnswer, { name, answer, call }),
    t(call ? "change_or_record" : "what_if"));
};

function Response({ name }) {
  useLayoutEffect(() => read(name), [name, state.recordings, isRecording(name)]);
  const answer = current(name);
  if (!answer) return p("quiet", "…");
  if (answer.error) return p("bad", prose(answer.error.message));
  const without = t(isRecording(name) ? "as_recorded" : "remove_answer");
  return [
    h("h3", {}, t("response"),
      quiet(answer.fault ? t("fault", { kind: answer.fault }) : answer.status), grow(),
      api.exported ? null : whatIf(name, answer),
      answer.edited ? small(`answer-reset:${name}`, () => put(name, null), without) : null),
    isJson(answer)
      ? div("code", h(Tree, {
        value: answer.json, name: `answer:${name}`, deep: 2,
        used: (keys) => (keys.length > 0 ? ofAnswer(name, keys).length : 0),
        choose: (keys) => select(ofAnswer(name, keys), "data"),
        chosen: chosenOf(name),
      }))
      : pre(answer.body ?? t("empty")),
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
