// The line between the sidebar and the rest, which can be dragged.
import { change, state } from "meniscus/state.js";
import { h } from "meniscus/preact.js";
import { store } from "meniscus/stored.js";
import { t } from "meniscus/labels.js";

const LEAST = 180;
const MOST = 520;
const USUAL = 248;

function set(width) {
  const kept = Math.round(Math.min(MOST, Math.max(LEAST, width)));
  store("sidebar", kept);
  change({ sidebar: kept });
}

export function SidebarWidth() {
  const keys = (event) => {
    const to = {
      ArrowLeft: state.sidebar - 16, ArrowRight: state.sidebar + 16, Home: LEAST, End: MOST,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };
  return h("div", {
    id: "sidebar-width", role: "separator", tabindex: 0, "aria-orientation": "vertical",
    "aria-label": t("list_width"), "aria-valuemin": LEAST, "aria-valuemax": MOST,
    "aria-valuenow": state.sidebar, "data-key": "sidebar-width",
    onkeydown: keys, ondblclick: () => set(USUAL),
    onpointerdown: ({ currentTarget, pointerId }) => {
      currentTarget.setPointerCapture(pointerId);
      change({ dragging: true }); // frames do not take the pointer
    },
    onpointermove: ({ currentTarget, clientX, pointerId }) => {
      if (!currentTarget.hasPointerCapture(pointerId)) return;
      set(clientX - currentTarget.parentElement.getBoundingClientRect().left);
    },
    onlostpointercapture: () => change({ dragging: false }),
  });
}
