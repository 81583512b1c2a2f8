// Beginning: new messages and recipients, the example, and what a workspace without them shows.
import * as api from "meniscus/api.js";
import {
  button, div, failure, icon, p, prose, quiet, small, span,
} from "meniscus/controls.js";
import { message, shown, state } from "meniscus/state.js";
import { closeDialog, Dialog, openDialog } from "meniscus/dialog.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { CHANNELS } from "meniscus/names.js";
import { done } from "meniscus/undo.js";
import { go } from "meniscus/go.js";
import { blanks } from "meniscus/blanks.js";
import { filled, listed, t } from "meniscus/labels.js";

export const newMessage = (dropped) => openDialog(NewMessage, { dropped });
export const newRecipient = () => openDialog(NewRecipient);

const plain = { autocomplete: "off", spellcheck: false };

/** A name as files can have it: `Spring sale!` is `spring_sale`. */
const named = (typed, allowed) => typed.trim().replace(/\s+/g, "_").replace(allowed, "");

/** Does something in a dialog: it closes where that works, and says why where it doesn't. */
function useAction(act) {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const use = async () => {
    setBusy(true);
    try {
      const answer = await act();
      closeDialog();
      await done(answer);
      return answer;
    } catch (error) {
      setWrong(failure(error));
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { use, busy, setWrong, wrong: h("p", { class: "bad", role: "alert" }, prose(wrong)) };
}

const FOUND = {
  email: t("found_email"), push: t("found_push"), sms: t("found_sms"),
  whats_app: t("found_whats_app"), webhook: t("found_webhook"), in_app: t("found_in_app"),
  content_card: t("found_content_card"), banner: t("found_banner"),
};

/** Pasted or dropped content is read by the program: only bytes go there. */
function NewMessage({ dropped }) {
  const [channel, setChannel] = useState("email");
  const [name, setName] = useState("");
  const [bytes, setBytes] = useState(null);
  const [text, setText] = useState("");
  const [found, setFound] = useState(null);
  const [isNamedByHand, setNamed] = useState(false);
  const chosen = useRef(false); // whether the channel was
  const asked = useRef(0);
  const isSafe = /[^\p{L}\p{N}_/-]/gu;
  const { use, busy, wrong, setWrong } = useAction(() =>
    api.newMessage(named(name, isSafe), channel, bytes ?? new TextEncoder().encode(text)));
  const create = async () => {
    const made = await use();
    if (made) go.to({ message: made.message, view: "message" });
  };
  const look = async (content, wanted = chosen.current ? channel : "") => {
    const own = ++asked.current;
    const read = content && await api.pasted(content, wanted).catch((error) => ({ error }));
    if (own !== asked.current) return; // something else was pasted since
    setWrong(read?.error ? failure(read.error) : "");
    setFound(read?.error ? null : read);
    if (read?.channel && !chosen.current) setChannel(read.channel);
    if (read?.name && !isNamedByHand) setName(read.name);
  };
  const take = async (file) => {
    const content = new Uint8Array(await file.arrayBuffer());
    setBytes(content);
    setText("");
    if (!isNamedByHand) setName(named(file.name.replace(/\.\w+$/, ""), isSafe));
    look(content);
  };
  useLayoutEffect(() => void (dropped && take(dropped)), []);
  const type = ({ target }) => {
    setText(target.value);
    setBytes(null);
    look(target.value.trim() === "" ? null : new TextEncoder().encode(target.value));
  };
  const drop = (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return; // text that is dragged
    event.preventDefault();
    take(file);
  };
  const isNamed = named(name, isSafe) !== "";
  return h(Dialog, {
    title: t("new_message"), action: t("create_message"), use: create, disabled: busy || !isNamed,
  },
  div("fields",
    h("label", { for: "message-channel" }, t("channel")),
    h("select", {
      id: "message-channel", value: channel,
      onchange: ({ target: { value } }) => {
        chosen.current = true;
        setChannel(value);
        // A campaign has messages of many channels.
        look(bytes ?? (text.trim() === "" ? null : new TextEncoder().encode(text)), value);
      },
    }, Object.entries(CHANNELS).map(([value, label]) => h("option", { value }, label)),
    h("option", { value: "" }, t("template_without_channel"))),
    h("label", { for: "message-name" }, t("name")),
    h("input", {
      id: "message-name", value: name, placeholder: "spring_sale", ...plain,
      oninput: ({ target }) => (setNamed(true), setName(target.value)),
    })),
  h("label", { for: "message-text" }, t("content"), " ", quiet(t("optional"))),
  h("textarea", {
    id: "message-text", rows: 9, spellcheck: false, value: text, oninput: type, ondrop: drop,
    "aria-describedby": "message-found",
    placeholder: t("paste_content"),
  }),
  div("file-choice",
    h("label", { class: "small file-button", for: "message-file" }, t("choose_file")),
    h("input", {
      id: "message-file", type: "file", class: "unseen",
      accept: ".html,.htm,.txt,.eml,.json,.liquid",
      onchange: ({ target }) => target.files[0] && take(target.files[0]),
    })),
  h("div", { id: "message-found", role: "status" }, found ? h(Found, { found }) : null),
  wrong);
}

const Found = ({ found }) => [
  p("is-found", icon("check"), FOUND[found.channel] ?? t("found_text"),
    quiet(listed(found.files.map(({ file }) => file)))),
  found.notes.map((note) => p("quiet", prose(note))),
];

const SOURCES = [
  ["message", t("from_message"), t("from_message_about")],
  ["export", t("from_export"), t("from_export_about")],
  ["nothing", t("from_nothing"), t("from_nothing_about")],
];

function NewRecipient() {
  const known = new Set(state.workspace.scenarios.map(({ name }) => name));
  const free = ["anna", "ben", "carla", "deniz", "emil", "fatima"].find((one) => !known.has(one));
  const [name, setName] = useState(free ?? `recipient_${known.size + 1}`);
  const [from, setFrom] = useState("message");
  const [text, setText] = useState("");
  const isSafe = /[^\p{L}\p{N}_-]/gu;
  const source = from === "export" ? { export: text } : from;
  const { use, busy, wrong } = useAction(() =>
    api.newRecipient(named(name, isSafe), state.message, source));
  const create = async () => {
    const made = await use();
    if (made) go.to({ scenario: made.name });
  };
  const choice = ([value, label, about]) => h("label", { class: "choice" },
    h("input", {
      type: "radio", name: "recipient-from", value, checked: from === value,
      onchange: () => setFrom(value),
    }),
    span("", label, h("small", { class: "quiet" }, about)));
  return h(Dialog, {
    title: t("new_recipient_for", { message: state.message }), action: t("create_recipient"),
    use: create,
    disabled: busy || named(name, isSafe) === "" || (from === "export" && text.trim() === ""),
  },
  div("fields",
    h("label", { for: "recipient-name" }, t("name")),
    h("input", {
      id: "recipient-name", value: name, ...plain, oninput: ({ target }) => setName(target.value),
    })),
  h("fieldset", { class: "choices" }, h("legend", {}, t("data")), SOURCES.map(choice)),
  from !== "export" ? null : [
    h("label", { for: "recipient-export" }, t("user_export")),
    h("textarea", {
      id: "recipient-export", rows: 8, spellcheck: false, value: text,
      oninput: ({ target }) => setText(target.value),
    }),
  ],
  wrong);
}

/** What a workspace without messages shows. */
export function NoMessages() {
  const { use, busy, wrong } = useAction(api.example);
  const example = async () => {
    const made = await use();
    if (made) go.to({ message: made.message, view: "message" });
  };
  if (!api.writes) return div("nothing", p("", t("export_without_messages")));
  return div("nothing begin",
    icon("email"),
    h("h2", {}, t("begin_title")),
    p("quiet", t("begin_text")),
    div("begin-ways",
      button({ class: "primary", "data-key": "begin:message", onclick: () => newMessage() },
        t("new_message")),
      button({ "data-key": "begin:example", disabled: busy, onclick: example },
        t("try_example"))),
    p("quiet", t("or_drop_file")),
    wrong);
}

/** What the message reads of a recipient, by the names that authors write. */
function needs() {
  const { data } = shown() ?? {};
  const reads = (data?.reads ?? []).filter(({ table, state: how }) =>
    table && how !== "read" && how !== "filled_in");
  return [...new Set(reads.map(({ path }) => path.replace(/^(user|custom_attribute)\./, "")))];
}

/** Said above a message that is shown for nobody in particular. */
export function NeedsRecipient() {
  if (state.scenario !== "" || !message() || !shown() || shown().refused || !api.writes) {
    return null;
  }
  const names = needs();
  const fields = names.slice(0, 4).map((name, at) =>
    [at > 0 ? t("list_separator") : "", h("code", {}, name)]);
  const more = names.length - fields.length;
  const missing = blanks().length;
  return h("div", { class: "notice info", role: "status" }, icon("person"),
    span("",
      names.length === 0 ? t("needs_recipient")
        : more > 0 ? filled("needs_recipient_with_more", { fields, count: more })
          : filled("needs_recipient_with", { fields }),
      missing > 0 ? quiet(t("blanks_without_recipient", { count: missing })) : null),
    span("grow"),
    small("begin:recipient", newRecipient, t("create_recipient"), { class: "small primary" }));
}

// A file dropped anywhere on the page becomes a message.
if (api.writes) {
  addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (!file || event.defaultPrevented) return;
    event.preventDefault(); // else the browser leaves the page for the file
    if (!document.querySelector("dialog[open]")) newMessage(file);
  });
}
