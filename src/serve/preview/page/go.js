// Ways through the page, for whoever draws a link. The page sets them when it starts.

/**
 * `to({message, scenario, part})` shows another message or scenario; `open(label)` the place of a
 * template in the editor; `show(origin)` the field that a value came from.
 */
export const go = { to() {}, open() {}, show() {} };
