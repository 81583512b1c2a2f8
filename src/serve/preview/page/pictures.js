// Pictures from the web while they are not loaded: a sign of their size, and the switch that
// loads them.
import { change, state } from "meniscus/state.js";
import { div, grow, icon, small, span } from "meniscus/controls.js";
import { writes } from "meniscus/api.js";
import { Frame, Picture } from "meniscus/frame.js";
import { h, useState } from "meniscus/preact.js";
import { t } from "meniscus/labels.js";

/** HTML in its frame, and above it how many of its pictures are not loaded. */
export function Html({ part, width, ready }) {
  const [missing, setMissing] = useState(0);
  const told = (inside, missing) => {
    setMissing(missing);
    ready?.(inside);
  };
  return [
    missing > 0 ? div("pictures-off", icon("image"),
      span("", t("pictures_not_loaded", { count: missing })), grow(),
      writes ? small("pictures", () => change({ images: true }), t("load_pictures")) : null) : null,
    h(Frame, { key: "frame", part, width, ready: told }),
  ];
}

const fileOf = (address) => address.trim().split(/[?#]/)[0].split("/").pop();

/** A picture: the one of the address where pictures from the web are wanted; else a sign. */
export function picture(part) {
  if (!part) return null;
  const file = fileOf(part.output);
  const address = state.images && part.output.trim() !== "" ? part.picture : null;
  if (address) return h(Picture, { address });
  const label = file ? t("picture_not_loaded", { file }) : t("picture_blank");
  return h("div", { class: "picture", role: "img", "aria-label": label, title: label },
    icon("image"), span("picture-name", file));
}
