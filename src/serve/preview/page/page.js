// The page as a whole. Components are functions of the state (state.js). After each change of it
// all of the page is drawn anew (app.js): Preact touches only the elements that differ.
import { change, message, state } from "meniscus/state.js";
import { h, useLayoutEffect } from "meniscus/preact.js";
import { Panes, Top } from "meniscus/top.js";
import { Done } from "meniscus/undo.js";
import { Editor } from "meniscus/editing.js";
import { Panel } from "meniscus/panel.js";
import { Safe } from "meniscus/controls.js";
import { Sidebar } from "meniscus/sidebar.js";
import { Tip } from "meniscus/blanks.js";
import { SidebarWidth } from "meniscus/width.js";
import { isStart, Start } from "meniscus/start.js";
import { View } from "meniscus/stage.js";
import { store } from "meniscus/stored.js";
import { t } from "meniscus/labels.js";

const safe = (component) => h(Safe, {}, h(component));

export function App() {
  const { pane, editing, dragging, dialog, share, sidebar } = state;
  useLayoutEffect(() => {
    const where = [state.message, state.scenario, "meniscus"].filter(Boolean).join(" · ");
    document.title = message() ? where : `${state.workspace?.name ?? t("preview")} · meniscus`;
  }, [message(), state.scenario, state.workspace?.name]);
  const start = isStart();
  const isEmpty = state.workspace?.messages.length === 0;
  const isWide = state.view === "changes" && !state.aside; // two renderings need the room
  const look = [
    !editing && "no-editor", dragging && "dragging", start && "start", isEmpty && "is-empty",
    isWide && !start && "no-panel",
  ];
  return h("div", {
    id: "page", class: look.filter(Boolean).join(" "), "data-pane": pane,
    style: { "--sidebar": `${sidebar}px` },
  },
    h("header", { id: "top" }, safe(Top)),
    h("nav", { id: "sidebar", "aria-label": t("messages_and_recipients") }, safe(Sidebar)),
    h(SidebarWidth),
    h("main", {
      id: "stage", "data-view": start ? "start" : state.view, tabindex: -1,
      "aria-label": t(start ? "start" : "message"), style: { "--editor": `${share}%` },
    },
    start ? safe(Start) : safe(View), h(Split),
    h("section", { id: "editor", "aria-label": t("editor") }, safe(Editor))),
    h("aside", { id: "panel", "aria-label": t("problems_calls_data") }, safe(Panel)),
    h("nav", { id: "panes", "aria-label": t("parts_of_page") }, safe(Panes)),
    safe(Tip),
    safe(Done),
    h(Safe, {}, dialog));
}

export const fold = () => change({ editing: !state.editing });

function share(percent) {
  const kept = Math.min(85, Math.max(15, Math.round(percent)));
  store("editor", kept);
  change({ share: kept });
}

function Split() {
  const step = (event) => {
    const by = { ArrowUp: 4, ArrowDown: -4 }[event.key];
    if (!by) return;
    event.preventDefault();
    share(state.share + by);
  };
  const drag = ({ currentTarget, clientY }) => {
    const box = currentTarget.parentElement.getBoundingClientRect();
    share(((box.bottom - clientY) / box.height) * 100);
  };
  return h("div", {
    id: "split", role: "separator", tabindex: 0, "aria-orientation": "horizontal",
    "aria-label": t("editor_height"), "aria-valuemin": 15, "aria-valuemax": 85,
    "aria-valuenow": state.share, onkeydown: step, ondblclick: fold,
    onpointerdown: ({ currentTarget, pointerId }) => {
      currentTarget.setPointerCapture(pointerId);
      change({ dragging: true }); // frames do not take the pointer
    },
    onpointermove: state.dragging ? drag : null,
    onlostpointercapture: () => change({ dragging: false }),
  });
}
