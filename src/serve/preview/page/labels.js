// The labels of the page, in the language of the editor around it, or that the browser prefers:
// English or Japanese. They are chosen once, when the page loads.
import en from "meniscus/labels_en.js";
import ja from "meniscus/labels_ja.js";

const LANGUAGES = { en: [en, "en-GB"], ja: [ja, "ja-JP"] };

const wished = document.querySelector('meta[name="meniscus-language"]')?.content;

const known = [wished, ...(navigator.languages ?? [])].filter(Boolean)
  .map((tag) => tag.toLowerCase().split("-")[0]);

/** The language of the page, `en` or `ja`. */
export const language = known.find((one) => Object.hasOwn(LANGUAGES, one)) ?? "en";

const [labels, locale] = LANGUAGES[language];
const numbers = new Intl.NumberFormat(locale);

/** A number as people write it: `1,234`. */
export const number = (value) => numbers.format(value);

/** A date as people write it, in UTC: the same on every machine. */
export const date = (value, options) =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(value);

/** Lines are named, not counted: their numbers have no separators. */
const shown = (name, value) =>
  (typeof value === "number" && name !== "line" ? number(value) : value);

/** A label as pieces: elements may stand in its `{places}`. `count` chooses singular or plural. */
export function filled(key, values = {}) {
  const label = labels[key];
  const form = Array.isArray(label) ? label[values.count === 1 ? 0 : 1] : label;
  return form.split(/\{(\w+)\}/).map((piece, at) =>
    (at % 2 === 0 ? piece : shown(piece, values[piece])));
}

/** A label, with `values` in its `{places}`. */
export const t = (key, values) => filled(key, values).join("");

/** Names in a row. */
export const listed = (names) => names.join(t("list_separator"));

document.documentElement.lang = language;
