// Small choices that the browser keeps between visits, where it may: with its storage off, in a
// private window or in a panel of an editor, the page works without.

export function stored(name) {
  try {
    return localStorage.getItem(`meniscus:${name}`);
  } catch {
    return null;
  }
}

export function store(name, value) {
  try {
    localStorage.setItem(`meniscus:${name}`, String(value));
  } catch {
    // until the page is left
  }
}
