// A field in which an author types while the page around it changes.
import * as api from "meniscus/api.js";
import { h, useLayoutEffect, useRef } from "meniscus/preact.js";
import { state } from "meniscus/state.js";

/**
 * A field for a value. What is being typed stays while the rest of the page changes; `kept`: when
 * that is another, the field is written anew.
 */
export function Typed({ text, tag = "input", kept = state.values, children, onchange, ...rest }) {
  const field = useRef(null);
  const typing = useRef(false);
  useLayoutEffect(() => {
    // An answer to what was typed before doesn't overwrite what is being typed now.
    if (typing.current && document.activeElement === field.current) return;
    field.current.value = text;
    field.current.setCustomValidity("");
  }, [text, tag, kept]);
  return h(tag, {
    ref: field, spellcheck: false, autocomplete: "off", readonly: api.exported, ...rest,
    oninput: () => (typing.current = true),
    onchange: (event) => {
      typing.current = false;
      onchange?.(event);
    },
  }, children);
}
