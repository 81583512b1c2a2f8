// Where no file can be written, edits stay in this browser tab, and in links that carry them.
import * as api from "meniscus/api.js";
import { change, drafts, moments, momentOf, on, state } from "meniscus/state.js";
import { say, small } from "meniscus/controls.js";
import { addressOf } from "meniscus/names.js";
import { bytesOf, changes, through } from "meniscus/local.js";
import { save } from "meniscus/files.js";
import { t } from "meniscus/labels.js";

const SETTLE = 400; // milliseconds after the last key
const LONG = 8_000; // characters of a link that some programs cut
const MARK = "/~"; // before what a link carries
const key = `meniscus:kept:${location.pathname}`;

const isObject = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value);

async function packed(value) {
  const text = new TextEncoder().encode(JSON.stringify(value));
  const bytes = await through(new CompressionStream("deflate-raw"), text);
  const chars = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(chars).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function unpacked(text) {
  const bytes = bytesOf(text.replaceAll("-", "+").replaceAll("_", "/"));
  const stream = new DecompressionStream("deflate-raw");
  return JSON.parse(new TextDecoder().decode(await through(stream, bytes)));
}

const isEmpty = ({ values, answers }) =>
  Object.keys(values).length + Object.keys(answers).length === 0;

/** What is changed, of texts and of each message and recipient. */
function edits() {
  const all = new Map(moments);
  if (state.message !== null) {
    all.set(momentOf(state), { values: state.values, answers: state.answers });
  }
  // One that can't be read would take its message or recipient, and the way to it, along.
  const broken = new Set(state.workspace?.errors.map(({ path }) => path));
  const texts = Object.entries({ ...changes(), ...drafts() });
  return {
    texts: Object.fromEntries(texts.filter(([path]) => !broken.has(path))),
    moments: Object.fromEntries([...all].filter(([, moment]) => !isEmpty(moment))),
  };
}

/** What a link or this tab holds of earlier edits; `null` where it is none of ours. */
function asEdits(found) {
  if (!isObject(found)) return null;
  const known = Object.entries(isObject(found.moments) ? found.moments : {})
    .filter(([, moment]) => isObject(moment?.values) && isObject(moment?.answers));
  return { texts: isObject(found.texts) ? found.texts : {}, moments: known };
}

async function earlier() {
  const at = location.hash.indexOf(MARK);
  if (at >= 0) {
    const carried = location.hash.slice(at + MARK.length);
    history.replaceState(null, "", location.hash.slice(0, at) || "#/");
    try {
      return asEdits(await unpacked(carried));
    } catch {
      change({ error: { message: t("link_unreadable"), help: t("link_cut") } });
    }
  }
  try {
    return asEdits(JSON.parse(sessionStorage.getItem(key)));
  } catch {
    return null; // storage may be off
  }
}

let kept = null;

/** Reads earlier edits, before anything is asked. */
export async function recall() {
  if (!api.interactive) return;
  kept = await earlier();
  for (const [key, { values, answers }] of kept?.moments ?? []) {
    moments.set(key, { values, answers });
  }
}

/** Whether the address carries edits. */
export const carriesEdits = () => api.interactive && location.hash.includes(MARK);

export const keptTexts = () => kept?.texts ?? {};

function keep() {
  if (!state.workspace) return; // the texts of earlier aren't there yet
  try {
    sessionStorage.setItem(key, JSON.stringify(edits()));
  } catch {
    // storage may be off, or full: edits stay until the tab is closed
  }
}

async function share() {
  const { message, scenario, view } = state;
  const address = message === null ? "#/"
    : addressOf(message, scenario, view === "message" ? "" : view);
  const link = new URL(`${address}${MARK}${await packed(edits())}`, location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    say(t(link.length > LONG ? "link_copied_long" : "link_copied_said"));
    change({ done: { said: t("link_copied"), undo: null } });
  } catch {
    history.replaceState(null, "", link);
    change({ done: { said: t("link_in_address"), undo: null } });
  }
}

function startOver() {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // there is nothing then
  }
  history.replaceState(null, "", location.hash.split(MARK)[0]);
  left = true;
  location.reload();
}

let left = false;

function isEdited() {
  const { texts, moments: all } = edits();
  return Object.keys(texts).length + Object.keys(all).length > 0;
}

/** The buttons at the top, where edits stay in this tab. */
export const Kept = ({ at }) => [
  isEdited() ? small(`${at}:again`, startOver, t("start_over")) : null,
  small(`${at}:share`, share, t("share"), { title: t("share_about") }),
];

if (api.interactive) {
  let timer = null;
  on(["files"], () => {
    clearTimeout(timer);
    timer = setTimeout(() => Object.keys(drafts()).forEach((path) => save(path)), SETTLE);
  });
  on(["files", "values", "answers", "workspace"], () => !left && keep());
}
