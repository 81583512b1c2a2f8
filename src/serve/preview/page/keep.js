// Keeps temporary changes: in the recipient's file, or as a new recipient with recordings of the
// changed responses.
import * as api from "meniscus/api.js";
import { change, drafts, state } from "meniscus/state.js";
import { closeDialog, Dialog } from "meniscus/dialog.js";
import { div, failure, prose } from "meniscus/controls.js";
import { h, useRef, useState } from "meniscus/preact.js";
import { typedName } from "meniscus/value.js";
import { done } from "meniscus/undo.js";
import { go } from "meniscus/go.js";
import { filled, t } from "meniscus/labels.js";

/** Writes the changed values into the recipient's own file. */
export async function saveInPlace({ name, path }) {
  if (path in drafts()) {
    const help = t("save_or_revert_first");
    return change({ error: { message: t("path_unsaved", { path }), help } });
  }
  try {
    const kept = state.values;
    const made = await api.keepInPlace(name, kept);
    // What was changed meanwhile is not in the file.
    if (state.values === kept) change({ values: {} });
    await done(made);
  } catch (error) {
    change({ error });
  }
}

export function SaveRecipient() {
  const from = state.scenario;
  const [typed, setTyped] = useState(`${from || "recipient"}-2`);
  const [wrong, setWrong] = useState("");
  const field = useRef(null);
  // Other characters can't be in the name of a file everywhere.
  const name = typed.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}_\s-]/gu, " ")
    .replace(/^[\s-]+/, "").trim().replace(/\s+/g, "_");
  const answers = Object.keys(state.answers).length;
  const busy = useRef(false);
  const use = async () => {
    if (name === "" || busy.current) return;
    busy.current = true;
    try {
      const made = await api.keep({
        name, from, message: state.message, values: state.values, answers: state.answers,
        texts: drafts(),
      });
      closeDialog();
      change({ values: {}, answers: {} });
      await done(made);
      go.to({ scenario: made.name });
    } catch (error) {
      busy.current = false;
      setWrong(failure(error));
      field.current?.focus();
    }
  };
  const type = ({ target }) => {
    setTyped(target.value);
    setWrong("");
  };
  const file = { name: h("code", {}, name), from };
  const recorded = answers === 0 ? "" : t("responses_become_recordings", { count: answers });
  const saving = {
    title: t("save_as_recipient"), action: t("save"), use, disabled: name === "",
  };
  return h(Dialog, saving, div("fields",
    h("label", { for: "scenario-name" }, t("name")),
    h("input", {
      id: "scenario-name", ref: field, value: typed, "aria-describedby": "scenario-file",
      oninput: type, ...typedName,
    })),
  h("p", { class: "quiet", id: "scenario-file" },
    name === "" ? t("type_a_name")
      : [from ? filled("creates_from", file) : filled("creates", { name: file.name }), recorded]),
  h("p", { class: "bad", role: "alert" }, prose(wrong)));
}
