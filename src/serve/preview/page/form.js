// What the message reads of a recipient, with kinds and examples; asked for once for each state of
// the workspace.
import * as api from "meniscus/api.js";
import { asked } from "meniscus/answer.js";
import { change, state } from "meniscus/state.js";
import { useLayoutEffect } from "meniscus/preact.js";

/** Names that the message reads and the form lacks: it was typed since. */
const unknown = () => (state.render?.data?.reads ?? [])
  .filter(({ table, path }) => table && !path.includes("[") && state.form?.message === state.message
    && !state.form.fields.some((field) => path.startsWith(`${field.table}.${field.name}`)))
  .map(({ path }) => path).join();

/** Keeps the form of the message in the state while something shows it. */
export function useForm() {
  const { message, workspace } = state;
  const typed = unknown();
  useLayoutEffect(() => {
    if (api.exported || !message) return;
    const isStill = () => state.message === message && state.workspace === workspace;
    api.recipientFields({ ...asked(), values: {}, answers: {}, scenario: "" }).then((fields) => {
      if (isStill()) change({ form: { message, fields } });
    }, () => {}); // without it the values are still there to be edited
  }, [message, workspace, typed]);
}

/** The field of a table and a name: its kind, and an example. */
export const fieldOf = (table, name) =>
  (state.form?.message === state.message
    ? state.form.fields.find((field) => field.table === table && field.name === name) : undefined);
