// Signs in place of pictures that a frame may not load: browsers draw a broken one there.
const SMALLEST = 3; // what is smaller counts opens, and nobody sees it
const SQUARE = 96; // up to here a picture is taken for a square one
const WIDE = 200;

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function drawn(width, height, words) {
  const [x, y] = [width / 2, height / 2];
  const size = Math.min(30, width / 2, height / 2) / 16;
  const most = Math.floor(width / 8);
  const text = words.length > most ? `${words.slice(0, Math.max(0, most - 1))}…` : words;
  const isTall = text !== "" && height > 70;
  const top = isTall ? y - 12 : y;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`
    + `<rect width="100%" height="100%" fill="#e6ebee"/>`
    + `<g fill="none" stroke="#7d8893" stroke-width="1.4" stroke-linejoin="round"`
    + ` transform="translate(${x - 8 * size} ${top - 8 * size}) scale(${size})">`
    + `<path d="M2 3h12v10H2zM2 11l3.5-4 3 3.5 2-2L14 11M10.5 5.8v.2"/></g>`
    + (isTall ? `<text x="${x}" y="${y + 24}" text-anchor="middle" fill="#56626d"`
      + ` font-family="system-ui, sans-serif" font-size="13">${escaped(text)}</text>` : "")
    + "</svg>";
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const numberOf = (image, name) => Number.parseInt(image.getAttribute(name) ?? "", 10) || 0;

/** The size that a picture says it has; where it does not say, the one that suits its width. */
function sizeOf(image, shown) {
  const wide = (shown.width > 24 ? shown.width : 0) || numberOf(image, "width") || WIDE;
  const width = Math.round(wide);
  const given = numberOf(image, "height");
  return [width, given || (width <= SQUARE ? width : Math.round(width / 2))];
}

/** Whether a picture is not loaded, and somebody would see it. */
function isMissing(image) {
  const isLoaded = image.complete && image.naturalWidth > 0;
  const address = image.getAttribute("src").trim();
  const asked = numberOf(image, "width");
  return !isLoaded && address !== "" && !address.startsWith("data:")
    && (asked === 0 || asked >= SMALLEST) && image.checkVisibility();
}

/**
 * Puts a sign in place of each picture that was not loaded; gives how many there are.
 * `drawnAgain()` is called when one is drawn.
 */
export function sign(inside, drawnAgain) {
  // All are measured before any is changed: the frame is laid out once.
  const missing = [...inside.querySelectorAll("img[src]")].filter(isMissing)
    .map((image) => [image, ...sizeOf(image, image.getBoundingClientRect())]);
  for (const [image, width, height] of missing) {
    for (const source of image.parentElement.querySelectorAll(":scope > source")) source.remove();
    image.removeAttribute("srcset");
    if (drawnAgain) image.addEventListener("load", drawnAgain, { once: true });
    image.src = drawn(width, height, image.alt.trim());
  }
  return missing.length;
}
