// Large workspaces: the tree of messages, the search with its scopes, the width of the list, the start page.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, serious, until } from "./world.mjs";

/** Messages in folders: enough that these are closed at first. */
export async function folders(folder) {
  const put = async (name) => {
    const message = join(folder, "templates", name);
    await mkdir(message, { recursive: true });
    await writeFile(join(message, "message.toml"), 'channel = "sms"\n');
    await writeFile(join(message, "body.liquid"), "Hello {{${first_name}}}.\n");
  };
  for (let at = 10; at < 50; at++) await put(`loyalty/tiers/gold/spring_${at}_a_long_name_of_a_campaign_that_ends_in_${at}`);
  for (let at = 10; at < 40; at++) await put(`win_back/reminder_${at}`);
  await cp(join(folder, "templates/offer_wallet"), join(folder, "templates/loyalty/wallet"), { recursive: true });
  const anna = join(folder, "scenarios/anna.toml");
  const text = await readFile(anna, "utf8");
  await writeFile(anna, text.replace(/^templates = .*$/m, 'templates = ["offer_wallet*", "loyalty/wallet", "win_back/**"]'));
}

const focused = (page) => page.evaluate(() => document.activeElement?.dataset.key);

export async function messages_are_a_tree({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  const rows = () => page.evaluate(() => [...document.querySelectorAll('[role="tree"] > [role="treeitem"]')].map(({ dataset }) => dataset.key));
  expect((await rows()).slice(0, 2).join() === "folder:loyalty,folder:win_back", `folders are closed at first: ${await rows()}`);
  await page.focus('[data-key="message:offer_wallet"]');
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector('[data-key="folder:loyalty"][aria-expanded="true"]');
  await page.keyboard.press("ArrowRight");
  expect((await focused(page)) === "folder:loyalty/tiers/gold", `into the folder: ${await focused(page)}`);
  const gold = page.locator('[data-key="folder:loyalty/tiers/gold"]');
  expect((await gold.textContent()).includes("tiers/gold") && (await gold.getAttribute("aria-level")) === "2", "folders with one folder inside are one row");
  await page.keyboard.press("ArrowDown");
  expect((await focused(page)) === "message:loyalty/wallet", `messages come after folders: ${await focused(page)}`);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash === "#/loyalty%2Fwallet/anna");
  await page.waitForSelector('[data-key="message:loyalty/wallet"][aria-selected="true"]');
  await page.keyboard.press("ArrowLeft");
  expect((await focused(page)) === "folder:loyalty", `out of the folder: ${await focused(page)}`);
  await page.keyboard.press("ArrowLeft");
  await page.waitForSelector('[data-key="folder:loyalty"][aria-expanded="false"]');
  expect((await page.locator('[data-key="message:loyalty/wallet"]').count()) === 0, "a closed folder hides its messages");
  // Whatever leads to a message opens its folders.
  await page.goto(`${address}/#/loyalty%2Ftiers%2Fgold%2Fspring_10_a_long_name_of_a_campaign_that_ends_in_10`);
  const long = page.locator('[data-key^="message:loyalty/tiers/gold/spring_10"]');
  await long.waitFor();
  const parts = await long.locator(".middle > span").evaluateAll((spans) => spans.map((one) => ({ text: one.textContent, cut: one.scrollWidth > one.clientWidth })));
  expect(parts[0].cut && !parts[1].cut && parts[1].text.endsWith("_10"), `a long name is cut in its middle: ${JSON.stringify(parts)}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
messages_are_a_tree.before = folders;

export async function the_search_has_scopes({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.keyboard.press("/");
  await page.keyboard.type("wallet");
  await page.waitForSelector('[data-key="message:loyalty/wallet"]');
  // The same words, in another scope.
  await page.click('#scopes button:has-text("Recipients")');
  await page.fill("#search", "two offers in the wallet");
  await until(async () => (await page.locator('[data-key^="scenario:"]').count()) === 2, "recipients by what is said of them");
  await page.click('#scopes button:has-text("Text")');
  await page.fill("#search", "points to SPEND");
  const hit = page.locator('.hit:has-text("points to spend") >> nth=0');
  await hit.waitFor();
  expect((await hit.locator("mark").textContent()) === "points to spend", "what is found is marked");
  const group = page.locator('.hit-group:has-text("loyalty/wallet"):has-text("body.html")');
  await page.focus("#search");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement?.classList.contains("hit"));
  await group.locator(".hit").click();
  await page.waitForFunction(() => location.hash.startsWith("#/loyalty%2Fwallet"));
  await page.waitForFunction(() => String(document.getSelection()) === "points to spend");
  // Who uses a field, also through a variable.
  await page.keyboard.press("Escape");
  await page.keyboard.press("f");
  await page.waitForFunction(() => document.activeElement?.id === "search");
  await page.fill("#search", "available_points");
  await page.waitForSelector('.hit-group h3:has-text("payload.available_points")');
  const uses = await page.locator(".hit").allTextContents();
  expect(uses.some((text) => text.includes("loyalty/wallet") || text.includes("wallet/body.html")) && uses.length >= 2, `uses: ${uses}`);
  const found = await serious(page);
  expect(found.length === 0, found.join("\n"));
  await page.focus("#search");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#scopes", { state: "detached" });
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
the_search_has_scopes.before = folders;

export async function the_list_can_be_made_wider({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  const width = () => page.evaluate(() => document.getElementById("sidebar").getBoundingClientRect().width);
  const before = await width();
  await page.focus("#sidebar-width");
  await page.keyboard.press("ArrowRight");
  await until(async () => (await width()) === before + 16, "an arrow makes it wider");
  const box = await page.locator("#sidebar-width").boundingBox();
  await page.mouse.move(box.x + 3, 400);
  await page.mouse.down();
  await page.mouse.move(400, 400, { steps: 4 });
  await page.mouse.up();
  await until(async () => Math.abs((await width()) - 400) < 2, `it follows the pointer: ${await width()}`);
  await page.reload();
  await inFrame(page, "Dear Anna,");
  expect(Math.abs((await width()) - 400) < 2, "it is remembered");
  await page.dblclick("#sidebar-width");
  await until(async () => (await width()) === 248, "a double click brings the usual width back");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function the_start_page_leads_to_what_needs_work({ folder, address, open }) {
  for (const scheme of ["light", "dark"]) {
    const { page, wrong } = await open({ scheme });
    await page.goto(address);
    await page.waitForSelector('.figure.red:has-text("1")');
    await page.waitForSelector('.start-list.changed a:has-text("offer_wallet")');
    await page.waitForSelector('.start-list.missed .coverage');
    const none = page.locator('.start-list.untested a:has-text("No recipient") >> nth=0');
    expect((await none.count()) === 1, "messages without a recipient are listed");
    const found = await serious(page);
    expect(found.length === 0, `${scheme}: ${found.join("\n")}`);
    if (process.env.MENISCUS_LOOK) await page.screenshot({ path: join(process.env.MENISCUS_LOOK, `start-${scheme}.png`) });
    await page.click('.start-list.changed a:has-text("offer_wallet")');
    await page.waitForFunction(() => /^#\/offer_wallet\/\w+\/changes$/.test(location.hash));
    await page.waitForSelector("ins:visible");
    await page.click('[data-key="top:start"]');
    await page.waitForSelector(".start-page");
    await page.click('.start-list.missed a >> nth=0');
    await page.waitForFunction(() => String(document.getSelection()).length > 0);
    await page.keyboard.press("Escape");
    await page.keyboard.press("h");
    await page.waitForSelector(".start-page");
    expect(page.url().endsWith("#/"), page.url());
    // By keyboard alone: the first figure leads to its list, whose first row leads to the message.
    await page.focus('[data-key="figure:red"]');
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash.startsWith("#/wrong"));
    await page.waitForSelector('.problem-row:has-text("if")');
    expect(wrong.length === 0, `errors in the page: ${wrong}`);
    await page.close();
  }
  // What is mended goes off the page.
  const { page } = await open({ width: 390, height: 844 });
  await page.goto(address);
  await page.waitForSelector('.figure.red:has-text("1")');
  await writeFile(join(folder, "templates/wrong/body.liquid"), "fine\n");
  await page.waitForSelector('.figure:has-text("No errors")');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(!wide, "nothing is wider than a small screen");
  await page.close();
}
the_start_page_leads_to_what_needs_work.before = async (folder) => {
  await folders(folder);
  await mkdir(join(folder, "templates/wrong"), { recursive: true });
  await writeFile(join(folder, "templates/wrong/message.toml"), 'channel = "sms"\n');
  await writeFile(join(folder, "templates/wrong/body.liquid"), "{% if 1 %}{{ 'x' | upcase }}\n");
  const subject = join(folder, "templates/offer_wallet/subject.liquid");
  await writeFile(subject, (await readFile(subject, "utf8")).replace("waiting", "here"));
};
