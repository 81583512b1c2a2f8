// The menu of a message, part, recipient, or content block: rename, duplicate, delete.
import * as api from "meniscus/api.js";
import { button, div, failure, icon, p, prose } from "meniscus/controls.js";
import { closeDialog, Dialog, openDialog } from "meniscus/dialog.js";
import { h, useLayoutEffect, useRef, useState } from "meniscus/preact.js";
import { done } from "meniscus/undo.js";
import { drafts, message, state } from "meniscus/state.js";
import { go } from "meniscus/go.js";
import { filled, t } from "meniscus/labels.js";

/** What the button of a menu and the menu are called, by the kind of the item. */
const TITLES = {
  message: (name) => [t("more_for_message", name), t("menu_message", name)],
  part: (name) => [t("more_for_part", name), t("menu_part", name)],
  recipient: (name) => [t("more_for_recipient", name), t("menu_recipient", name)],
  block: (name) => [t("more_for_block", name), t("menu_block", name)],
};

/** The button of a menu and the menu itself, a popover: it is above everything and closes alone. */
export function Menu({ item, also, tabbable = false }) {
  const box = useRef(null);
  const [open, setOpen] = useState(false);
  if (!api.writes) return null;
  const [more, title] = TITLES[item.kind](item);
  const id = `menu-${item.kind}-${item.name}`.replace(/[^\w-]/g, "_");
  const ask = (component) => () => {
    box.current.hidePopover();
    openDialog(component, { item });
  };
  const place = ({ newState, target }) => {
    setOpen(newState === "open");
    if (newState !== "open") return;
    const { bottom, right } = document.getElementById(`${id}-button`).getBoundingClientRect();
    const { height } = target.getBoundingClientRect();
    const top = bottom + height + 8 < innerHeight ? bottom + 4 : bottom - height - 28;
    const [fromTop, fromLeft] = [Math.max(4, top), Math.max(4, right - 160)];
    Object.assign(target.style, { top: `${fromTop}px`, left: `${fromLeft}px` });
    target.querySelector("button")?.focus();
  };
  const arrows = (event) => {
    event.stopPropagation(); // the row around the menu has keys of its own
    if (event.key === "Escape") {
      event.preventDefault();
      box.current.hidePopover();
      return document.getElementById(`${id}-button`).focus();
    }
    const all = [...box.current.querySelectorAll("button")];
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
  };
  const entry = (label, onclick, look = "") =>
    button({ role: "menuitem", class: look, onclick }, label);
  // A click in a row's menu isn't one on the row.
  return h("span", { onclick: (event) => event.stopPropagation() },
    button({
      id: `${id}-button`, class: "tool more", popovertarget: id, "aria-haspopup": "menu",
      tabindex: tabbable ? 0 : -1,
      "aria-expanded": open ? "true" : "false", "data-key": `more:${item.kind}:${item.name}`,
      "aria-label": more,
    }, icon("more")),
    h("div", {
      id, popover: "auto", role: "menu", class: "menu", ref: box, ontoggle: place,
      onkeydown: arrows, "aria-label": title,
    },
    (also ?? []).map(([label, act]) => entry(label, () => {
      box.current.hidePopover();
      act();
    })),
    entry(t("rename_entry"), ask(Rename)),
    entry(t("duplicate_entry"), ask(Duplicate)),
    entry(t("delete_entry"), ask(Delete), "bad")));
}

/** Opens the menu of a row: by a right click, or by the keys for it, such as Shift+F10. */
export function openMenu(event) {
  const more = event.currentTarget.querySelector(".more");
  if (!more) return;
  event.preventDefault();
  more.click();
}

/** The files of an item that are edited and not saved. */
function unsaved({ kind, name, message: of }) {
  const { messages, scenarios, blocks } = state.workspace;
  const named = (all, one) => all.find((each) => each.name === one);
  const holder = kind === "message" || kind === "part"
    ? named(messages, kind === "part" ? of : name) : null;
  const own = holder ? holder.parts : [named(kind === "block" ? blocks : scenarios, name)];
  const paths = new Set(own.map((each) => each?.path));
  return Object.keys(drafts()).filter((path) =>
    paths.has(path) || (holder && path.startsWith(`${holder.path}/`)));
}

/**
 * Where the page goes after something has another name, or is copied. `from` is what was shown
 * before: the program may tell of a message that is gone before it answers where that went.
 */
function follow({ kind }, to, path, from) {
  if (kind === "message") go.to({ ...from, message: to });
  if (kind === "recipient") go.to({ ...from, scenario: to });
  if (kind === "part" || kind === "block") go.open({ path });
}

/** Opens another file of the message where the open one is gone. */
function leave(path) {
  if (state.open !== path) return;
  const other = message()?.parts.find((part) => part.path !== path && part.editable !== false);
  if (other) go.open({ path: other.path });
}

function Named({ item, title, action, act, start }) {
  const [name, setName] = useState(start);
  const [wrong, setWrong] = useState("");
  const field = useRef(null);
  useLayoutEffect(() => field.current.select(), []);
  const to = name.trim().replace(/\s+/g, "_");
  const use = async () => {
    if (to === "" || to === item.name) return;
    const [draft] = unsaved(item);
    if (draft) return setWrong(t("save_first", { path: draft }));
    const { message: shown, scenario, open: path } = state;
    const from = { message: shown, scenario };
    try {
      const answer = await act(item, to);
      closeDialog();
      const back = () => follow(item, item.name, path, from);
      await done({ ...answer, back });
      follow(item, to, answer.path, from);
    } catch (error) {
      setWrong(failure(error));
      field.current.focus();
    }
  };
  return h(Dialog, { title, action, use, disabled: to === "" || to === item.name },
    div("fields",
      h("label", { for: "item-name" }, t("name")),
      h("input", {
        id: "item-name", ref: field, value: name, autocomplete: "off", spellcheck: false,
        oninput: ({ target }) => (setName(target.value), setWrong("")),
      })),
    h("p", { class: "bad", role: "alert" }, prose(wrong)));
}

const Rename = ({ item }) => h(Named, {
  item, title: t("rename_item", item), action: t("rename"), act: api.renameItem, start: item.name,
});

const Duplicate = ({ item }) => h(Named, {
  item, title: t("duplicate_item", item), action: t("duplicate"), act: api.duplicate,
  start: `${item.name}_2`,
});

function Delete({ item }) {
  const [about, setAbout] = useState(null);
  const [wrong, setWrong] = useState("");
  useLayoutEffect(() => {
    api.aboutDelete(item).then(setAbout, (error) => setWrong(error.message));
  }, []);
  const use = async () => {
    try {
      const answer = await api.remove(item);
      closeDialog();
      await done(answer);
      leave(about.path);
    } catch (error) {
      setWrong(failure(error));
    }
  };
  const { used = [], snapshots = 0, path } = about ?? {};
  const file = h("code", {}, path ?? "…");
  const dialog = { title: t("delete_item", item), action: t("delete"), use, disabled: !about };
  return h(Dialog, dialog,
    p("", snapshots === 0 ? filled("deletes_file", { path: file })
      : filled("deletes_file_and_snapshots", { path: file, count: snapshots })),
    used.length === 0 ? null : [
      p("", t("files_still_name_it", { count: used.length })),
      h("ul", { class: "files" },
        used.slice(0, 8).map((file) => h("li", {}, h("code", {}, file)))),
    ],
    p("quiet", t("delete_can_be_undone")),
    h("p", { class: "bad", role: "alert" }, prose(wrong)));
}
