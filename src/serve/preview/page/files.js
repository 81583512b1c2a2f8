// The files that can be edited: what was read, what is typed, what somebody else wrote meanwhile.
import * as api from "meniscus/api.js";
import { change, state } from "meniscus/state.js";
import { say } from "meniscus/controls.js";
import { t } from "meniscus/labels.js";

const UNREAD = { text: "", digest: "", draft: null, theirs: null };

function put(path, patch) {
  const file = { ...(state.files.get(path) ?? UNREAD), ...patch };
  change({ files: new Map(state.files).set(path, file) });
}

export const textOf = (file) => file.draft ?? file.text;
export const dirty = (file) => file.draft !== null && file.draft !== file.text;

export async function open(path) {
  change({ open: path });
  // Beside a text, files are the editor's.
  if (!state.files.has(path) && !api.beside) await read(path);
}

/**
 * Reads a file again. What is typed stays; where both changed, both are kept until the author
 * chooses.
 */
export async function read(path) {
  await saving.get(path); // that text is one's own
  try {
    const now = await api.file(path);
    const known = state.files.get(path);
    if (!known) return put(path, { text: now.text, digest: now.digest });
    if (known.digest === now.digest) return;
    if (dirty(known) && known.draft !== now.text) {
      put(path, { theirs: { text: now.text, digest: now.digest } });
    } else {
      put(path, { text: now.text, digest: now.digest, draft: null, theirs: null });
    }
  } catch (error) {
    const gone = [403, 404].includes(error.status) && state.files.has(path);
    if (gone && !dirty(state.files.get(path))) {
      const files = new Map(state.files);
      files.delete(path);
      return change({ files });
    }
    const lost = { message: t("file_gone", { path }), help: t("text_kept") };
    change({ error: gone ? lost : error });
  }
}

export function type(path, draft) {
  const known = state.files.get(path);
  if (known && textOf(known) !== draft) put(path, { draft });
}

const saving = new Map(); // path → the save that is under way: the next one begins after it

/** Writes what is typed, but not over a file that changed on disk: then both texts are shown. */
export function save(path = state.open) {
  const done = Promise.resolve(saving.get(path)).then(() => write(path));
  saving.set(path, done);
  return done;
}

async function write(path) {
  const known = state.files.get(path);
  if (!known || !dirty(known) || api.exported) return;
  const typed = known.draft;
  try {
    const { digest } = await api.save(path, typed, known.digest);
    const later = state.files.get(path);
    const draft = later.draft === typed ? null : later.draft;
    put(path, { text: typed, digest, draft, theirs: null });
    change({ error: null });
    say(t("file_saved", { path }));
  } catch (error) {
    if (error.status === 412) {
      put(path, { theirs: { text: error.body.text, digest: error.body.digest } });
      say(t("choose_text", { path }));
    } else {
      change({ error });
    }
  }
}

/** Ends a conflict: `mine` is saved over the other text, or the other text is taken. */
export async function settle(path, mine) {
  const { theirs } = state.files.get(path);
  put(path, { ...theirs, theirs: null, ...(mine ? {} : { draft: null }) });
  if (mine) await save(path);
}

export const revert = (path) => put(path, { draft: null, theirs: null });
