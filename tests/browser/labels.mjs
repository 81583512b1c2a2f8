// The labels of the page in Japanese, where the browser prefers that.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { browser, expect, inFrame, serious, until } from "./world.mjs";

/** The labels of a language, from its file. */
async function labels(language) {
  const file = join(process.env.MENISCUS_ROOT, `src/serve/preview/page/labels_${language}.js`);
  const text = await readFile(file, "utf8");
  return (await import(`data:text/javascript,${encodeURIComponent(text)}`)).default;
}

/** What controls and headings say that is English: an English label, or words that no data has. */
const english = (page, known) => page.evaluate((known) => {
  const found = new Set();
  const controls = "button, h1, h2, h3, h4, label, summary, option, legend, dt, figcaption, [role=tab], #keys dd, .keys dd";
  const look = (text) => {
    const words = text.replace(/`[^`]*`/g, "").trim();
    if (known.includes(words) || /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/.test(words)) found.add(words);
  };
  for (const element of document.querySelectorAll(controls)) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      // Names and texts of the workspace are as they are, and so is what the server says.
      if (!node.parentElement.closest("code, .mono, .rows, .quiet, .value-row, .pairs, .headers, .cell-text, .cell-abort span, .problem-row")) look(node.data);
    }
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder]")) {
    if (element.closest(".blank-mark, .rows, .value-row, .cm-editor")) continue;
    look(element.getAttribute("aria-label") ?? element.getAttribute("placeholder"));
  }
  return [...found];
}, known);

/** What is wider than its place, or whose label is broken into lines. */
const squeezed = (page) => page.evaluate(() => {
  const isSeen = (element) => element.getClientRects().length > 0;
  const wide = [document.documentElement, ...document.querySelectorAll("#top, .bar, #panes, dialog, dialog .actions, #panel .scroller, #view .scroller")]
    .filter((element) => isSeen(element) && element.scrollWidth > element.clientWidth + 1);
  const broken = [...document.querySelectorAll("#top button, #panes button, .bar button, [role=tab], dialog .actions button, button.small, .views button")].filter((element) => {
    if (!isSeen(element)) return false;
    const range = document.createRange();
    range.selectNodeContents(element);
    const { height } = range.getBoundingClientRect();
    const isColumn = element.closest("#panes") !== null; // a sign above its label
    return height > Number.parseFloat(getComputedStyle(element).fontSize) * (isColumn ? 4.4 : 2.4);
  });
  const name = (element) => `${element.id || element.className || element.tagName}: ${element.textContent.slice(0, 30)} (${element.scrollWidth} in ${element.clientWidth})`;
  return [...wide, ...broken].map(name);
});

export async function the_page_speaks_japanese({ folder, address }) {
  const [en, ja] = await Promise.all(["en", "ja"].map(labels));
  const own = Object.keys(en).filter((key) => JSON.stringify(en[key]) !== JSON.stringify(ja[key]));
  const known = own.flatMap((key) => en[key]).filter((label) => !label.includes("{"));
  const japanese = await browser({ locale: "ja-JP" });
  let states = 0;
  try {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      const { page, wrong } = await japanese.page({ width, height, motion: "reduce" });
      const look = async (words) => {
        await page.waitForTimeout(150);
        const said = await english(page, known);
        expect(said.length === 0, `${width}, ${words}: English: ${said.join(" | ")}`);
        const tight = await squeezed(page);
        expect(tight.length === 0, `${width}, ${words}: no room:\n${tight.join("\n")}`);
        const found = await serious(page);
        expect(found.length === 0, `${width}, ${words}:\n${found.join("\n")}`);
        const picture = process.env.MENISCUS_PICTURES;
        if (picture) await page.screenshot({ path: join(picture, `ja-${width}-${++states}.png`) });
        else states++;
      };
      const isWide = width > 860;
      const pane = async (name) => (isWide ? null : page.click(`[data-key="pane:${name}"]`));
      await page.goto(address);
      await page.waitForSelector(".start-page");
      expect((await page.getAttribute("html", "lang")) === "ja", "the page says its language");
      await until(async () => (await page.textContent(".start-page")).includes("受信者"), "the start page");
      await look("start page");
      await page.goto(`${address}/#/offer_wallet/anna`);
      await inFrame(page, "Dear Anna,");
      expect((await page.textContent(".inbox")).includes("件名"), "the inbox is Japanese");
      await look("message");
      await pane("sidebar");
      await look("lists");
      await page.click('[data-key="add:message"]');
      await page.waitForSelector("#message-name");
      expect((await page.textContent("dialog .actions")) === "キャンセルメッセージを作成", await page.textContent("dialog .actions"));
      await look("new message");
      await page.keyboard.press("Escape");
      await pane("sidebar");
      await page.click('[data-key="add:recipient"]');
      await page.waitForSelector("#recipient-name");
      await look("new recipient");
      await page.keyboard.press("Escape");
      await pane("editor");
      await page.waitForSelector(".cm-content");
      await look("editor");
      for (const tab of ["problems", "calls", "data"]) {
        await pane("panel");
        await page.click(`[data-key="findings:${tab}"]`);
        await look(tab);
      }
      await page.click('[data-key="findings:calls"]');
      await page.click('#panel [data-key^="answer:"]');
      await page.waitForSelector("#answer-status");
      await look("another response");
      await page.keyboard.press("Escape");
      await page.click('[data-key="top:keys"]');
      await look("keys");
      await page.keyboard.press("Escape");
      for (const path of ["offer_wallet/anna/grid", "offer_wallet/anna/changes", "offer_triggered/triggered", "tag_export/anna", "offer_wallet/femi"]) {
        await page.goto(`${address}/#/${path}`);
        await pane("stage");
        await page.waitForTimeout(400);
        await look(path);
      }
      // A change, and a syntax error.
      const file = join(folder, "templates/offer_wallet/body.html");
      const body = await readFile(file, "utf8");
      await writeFile(file, body.replace("Dear ", "Hello "));
      await page.goto(`${address}/#/offer_wallet/anna/changes`);
      await page.waitForSelector(".steps .stepper");
      await page.waitForSelector(".alike-list", { state: "attached" });
      await look("changes");
      await page.goto(`${address}/#/`);
      await page.waitForSelector(".start-list.changed");
      await look("start page with changes");
      await writeFile(file, body.replace("Dear ", "Dear {% if %}"));
      await page.goto(`${address}/#/offer_wallet/anna`);
      await page.waitForSelector(".origin .notice.error");
      await look("syntax error");
      await writeFile(file, body);
      expect(/月.*日/.test(await push(page, address)), `a date of a phone: ${await page.textContent(".lock-day")}`);
      expect(wrong.length === 0, `errors in the page: ${wrong}`);
      await page.close();
    }
  } finally {
    await japanese.close();
  }
  return `${states} states of the page`;
}

async function push(page, address) {
  await page.goto(`${address}/#/offer_triggered/triggered`);
  await page.waitForSelector(".lock-day");
  return page.textContent(".lock-day");
}

export async function other_languages_are_english({ address }) {
  const german = await browser({ locale: "de-DE" });
  try {
    const { page } = await german.page();
    await page.goto(`${address}/#/offer_wallet/anna`);
    await inFrame(page, "Dear Anna,");
    expect((await page.getAttribute("html", "lang")) === "en", "the language is English");
    expect((await page.textContent('[data-key="view:changes"]')) === "Changes", "and so are the labels");
  } finally {
    await german.close();
  }
}
