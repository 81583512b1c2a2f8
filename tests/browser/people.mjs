// For people: axe, the keyboard, small screens, dark, no layout jump; and how heavy the page is.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, serious } from "./world.mjs";

export async function axe_finds_nothing_serious({ address, open }) {
  let states = 0;
  for (const scheme of ["light", "dark"]) {
    const { page } = await open({ scheme, motion: "reduce" });
    const look = async (words) => {
      const found = await serious(page);
      expect(found.length === 0, `${scheme}, ${words}:\n${found.join("\n")}`);
      states++;
    };
    await page.goto(`${address}/#/offer_wallet/anna`);
    await inFrame(page, "Dear Anna,");
    await page.waitForSelector(".cm-content");
    await look("e-mail, problems");
    for (const tab of ["2", "3"]) {
      await page.keyboard.press(tab);
      await page.waitForTimeout(250);
      await look(`panel ${tab}`);
    }
    await page.keyboard.press("s");
    await look("source");
    await page.keyboard.press("s");
    await page.keyboard.press("?");
    await look("keys");
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.waitForSelector(".cell");
    await look("all scenarios");
    for (const path of ["offer_triggered/triggered", "tag_export/anna", "offer_wallet/femi"]) {
      await page.goto(`${address}/#/${path}`);
      await page.waitForTimeout(400);
      await look(path);
    }
    await page.close();
  }
  return `${states} states of the page`;
}

export async function a_small_screen_has_no_sideways_scroll({ address, open }) {
  const { page } = await open({ width: 390, height: 844 });
  for (const path of ["offer_wallet/anna", "offer_triggered/triggered", "tag_export/anna", "offer_wallet/femi", "offer_wallet/anna/grid"]) {
    await page.goto(`${address}/#/${path}`);
    await page.waitForTimeout(500);
    for (const pane of ["Messages", "Preview", "Edit", "Findings"]) {
      await page.click(`#panes button:has-text("${pane}")`);
      await page.waitForTimeout(60);
      const wide = await page.evaluate(() => {
        const out = [document.documentElement, ...document.querySelectorAll("#view .scroller, #panel .scroller, #sidebar .rows")].filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth);
        return out.map((element) => `${element.className || element.tagName}: ${element.scrollWidth} in ${element.clientWidth}`);
      });
      expect(wide.length === 0, `${path}, ${pane}: ${wide}`);
    }
  }
  const found = await serious(page);
  expect(found.length === 0, found.join("\n"));
  await page.close();
}

export async function the_keyboard_reaches_everything({ address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.keyboard.press("?");
  await page.waitForSelector("dialog[open] kbd");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.keyboard.press("/");
  await page.waitForFunction(() => document.activeElement?.id === "search");
  await page.keyboard.type("tag");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#/tag_export"));
  await page.waitForSelector("#view .request"); // the message before it stays until then
  await page.goto(`${address}/#/offer_wallet/anna`);
  await page.waitForSelector("#view .request", { state: "detached" });
  await inFrame(page, "Dear Anna,");
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(".");
  await page.waitForSelector(".origin-value");
  await page.waitForFunction(() => document.getElementById("said").textContent.includes("first_name"));
  await page.keyboard.press("e");
  await page.waitForFunction(() => document.activeElement?.classList.contains("cm-content"));
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.id === "stage");
  expect((await page.getAttribute('#findings [aria-selected="true"]', "aria-controls")) === (await page.getAttribute("#panel [role=tabpanel]", "id")), "tabs name their panel");
  // Every stop of the Tab key can be seen: it has a name, and is on the screen.
  await page.evaluate(() => document.querySelector(".skip").focus());
  for (let at = 0; at < 30; at++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      return { name: element.outerHTML.slice(0, 90), seen: element === document.body || (box.width > 0 && box.height > 0) };
    });
    expect(stop.seen, `the focus is on something that is not seen: ${stop.name}`);
  }
  await page.close();
}

export async function the_focus_and_what_is_typed_stay({ folder, address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.keyboard.press("3");
  const field = '[data-key="value:user:first_name"]';
  await page.click(field);
  await page.keyboard.press("End");
  await page.keyboard.type("bel");
  await page.keyboard.press("ArrowLeft");
  await page.evaluate(() => document.querySelector("#panel .scroller").scrollTo(0, 60));
  const at = () => page.evaluate(() => {
    const { dataset, value, selectionStart } = document.activeElement;
    return JSON.stringify([dataset.key, value, selectionStart, document.querySelector("#panel .scroller").scrollTop]);
  });
  const before = await at();
  expect(before.includes('"Annabel",6'), `what is typed: ${before}`);
  // Somebody saves the template: every part of the page is drawn anew.
  const body = join(folder, "templates/offer_wallet/body.html");
  await writeFile(body, (await readFile(body, "utf8")).replace("Dear ", "Hello "));
  await inFrame(page, "Hello Anna,");
  await page.waitForTimeout(300);
  expect((await at()) === before, `it was ${before} and is ${await at()}`);
  // A button that is gone after it was pressed leaves the focus near.
  await page.keyboard.press("Tab");
  await inFrame(page, "Hello Annabel,");
  await page.focus('[data-key="values:reset"]');
  await page.keyboard.press("Enter");
  await inFrame(page, "Hello Anna,");
  expect(/^\["values?:/.test(await at()), `the focus stays in the panel: ${await at()}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function nothing_jumps({ address, open }) {
  const { page } = await open();
  await page.addInitScript(() => {
    window.jumps = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumps.push([entry.value, ...(entry.sources ?? []).map(({ node }) => node?.className || node?.nodeName)]);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.waitForTimeout(700);
  const jumps = await page.evaluate(() => window.jumps);
  const sum = jumps.reduce((all, [value]) => all + value, 0);
  expect(sum < 0.02, `the layout jumps by ${sum.toFixed(3)}: ${JSON.stringify(jumps)}`);
  await page.close();
  return `layout shift ${sum.toFixed(3)}`;
}

export async function the_page_is_light({ address, open }) {
  const { page } = await open();
  const loads = [];
  page.on("requestfinished", (request) => loads.push(request));
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.waitForSelector(".cm-content");
  await page.waitForTimeout(300);
  let sent = 0;
  let whole = 0;
  for (const request of loads.filter((one) => /\/(page\/|$|#)/.test(new URL(one.url()).pathname))) {
    sent += (await request.sizes()).responseBodySize;
    whole += (await (await request.response()).body()).length;
  }
  const elsewhere = loads.map((request) => request.url()).filter((url) => !url.startsWith(`${address}/`));
  expect(elsewhere.length === 0, `the page asks ${elsewhere}`);
  expect(sent < 400 * 1024, `the page is ${Math.round(sent / 1024)} KB as it is sent`);
  await page.close();
  return `${Math.round(sent / 1024)} KB sent, ${Math.round(whole / 1024)} KB unpacked`;
}
