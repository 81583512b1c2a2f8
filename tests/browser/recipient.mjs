// A recipient as a form of what the message reads; what is changed is kept; parts and blocks have menus.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, serious, until } from "./world.mjs";

const bare = (folder) =>
  writeFile(join(folder, "scenarios/anna.toml"), `# Two offers in the wallet.\nnow = "2026-03-01T09:00:00Z"\ntemplates = ["offer_wallet*"]\n\n[user]\nuser_id = "5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11"  # her id\nlanguage = "en"\n\n[custom_attribute]\nsegment = "rye_lovers"\n`);

async function opened(open, address, hash = "offer_wallet/anna") {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/${hash}`);
  await page.waitForSelector("#panel .bar");
  await page.keyboard.press("3");
  await page.waitForSelector(".value-row");
  return { page, wrong };
}

export async function what_is_missing_comes_first_and_is_filled_in({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  const first = page.locator(".table:has(h3:has-text(\"Custom attributes\")) .value-row").first();
  await until(async () => (await first.textContent()).startsWith("culture"), "what is missing comes first");
  expect((await first.locator("small").textContent()) === "text", "its kind is said");
  const example = await first.locator("input").getAttribute("placeholder");
  expect(/^such as /.test(example), `an example is shown: ${example}`);
  const found = await serious(page);
  expect(found.length === 0, `axe: ${found.join("; ")}`);
  await first.hover();
  await page.click('[data-key="value:custom_attribute:culture:fill"]');
  await until(async () => (await first.locator("input").inputValue()) === example.replace("such as ", ""), "the example is filled in");
  await page.fill('[data-key="value:custom_attribute:culture"]', "en-US");
  await page.keyboard.press("Tab");
  await inFrame(page, "points to spend");
  await page.click('button:has-text("Save to anna")');
  const file = join(folder, "scenarios/anna.toml");
  await until(async () => (await readFile(file, "utf8")).includes("culture = \"en-US\""), "it is in her file");
  const text = await readFile(file, "utf8");
  expect(text.includes("# her id") && text.startsWith("# Two offers"), `the rest is as it was written: ${text}`);
  await page.click('[data-key="values:toml"]');
  await page.waitForSelector('.cm-line:has-text("culture")');
  // Undo takes the line out again.
  await page.click('#done button:has-text("Undo")');
  await until(async () => !(await readFile(file, "utf8")).includes("culture"), "undone");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
what_is_missing_comes_first_and_is_filled_in.before = bare;

export async function lists_are_edited_as_trees({ address, open }) {
  const { page, wrong } = await opened(open, address, "rye_week/rye_week");
  const list = page.locator('[data-key="value:catalogs:breads"]');
  await list.click();
  await page.waitForSelector(".structured .tree-edit");
  const found = await serious(page);
  expect(found.length === 0, `axe: ${found.join("; ")}`);
  const items = '[id="value-catalogs-breads-tree.items"]';
  const json = async () => {
    await page.click('[data-key="value:catalogs:breads:as"]');
    const value = JSON.parse(await page.inputValue('[data-key="value:catalogs:breads:json"]'));
    await page.click('[data-key="value:catalogs:breads:as"]');
    await page.waitForSelector(".structured .tree-edit");
    return value;
  };
  const before = (await json()).items;
  const isList = Array.isArray(before);
  const count = (items) => (isList ? items.length : Object.keys(items).length);
  expect(count(before) > 0, `there are items: ${items}`);
  if (isList) {
    await page.click('[data-key="value-catalogs-breads-tree.items:add"]');
  } else {
    await page.fill('[data-key="value-catalogs-breads-tree.items:name"]', "spelt");
    await page.keyboard.press("Enter");
  }
  await until(async () => count((await json()).items) === count(before) + 1, "an item is added");
  await page.locator('[data-key^="value-catalogs-breads-tree.items."][data-key$=":take"]').first().click();
  await until(async () => count((await json()).items) === count(before), "and one taken away");
  await page.click('button:has-text("Reset")');
  await until(async () => JSON.stringify((await json()).items) === JSON.stringify(before), "it is as it was");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_changed_answer_is_kept_with_its_recipient({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  await inFrame(page, "Dear Anna,");
  await page.fill('[data-key="value:user:first_name"]', "Zoë");
  await page.keyboard.press("Tab");
  await inFrame(page, "Dear Zoë,");
  await page.click('[data-key="findings:calls"]');
  await page.click('#panel button:has-text("What if")');
  await page.click('dialog button:has-text("Empty its lists")');
  await page.click('dialog button:has-text("Use it")');
  await inFrame(page, "There are no offers in your wallet today.");
  await page.click('[data-key="findings:data"]');
  expect((await page.locator('button:has-text("Save to anna")').count()) === 0, "answers are not hers alone");
  await page.click('button:has-text("Save as a recipient")');
  await page.fill("#scenario-name", "zoe / no offers!");
  expect((await page.textContent("#scenario-file")).includes("zoe_no_offers"), "the name is made safe");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#sidebar [data-key="scenario:zoe_no_offers"][aria-current="true"]');
  await inFrame(page, "There are no offers in your wallet today.");
  const name = "zoe_no_offers";
  const scenario = await readFile(join(folder, `scenarios/${name}.toml`), "utf8");
  expect(/^now = /m.test(scenario) && scenario.includes(`${name}/wallet/two-offers`), scenario);
  const recording = JSON.parse(await readFile(join(folder, `recordings/${name}/wallet/two-offers.json`), "utf8"));
  expect(recording.response.jsonBody.payload.user_offers.length === 0, "the answer is recorded");
  await page.click('#sidebar button:has-text("anna")');
  await inFrame(page, "Two rye loaves");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function parts_and_blocks_have_menus({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  await page.selectOption("#file", "content_blocks/sessionm_wallet.liquid");
  await page.waitForSelector('.cm-line:has-text("connected_content")');
  await page.click('[data-key="more:block:sessionm_wallet"]');
  await page.click('.menu:popover-open button:has-text("Rename")');
  await page.fill("#item-name", "wallet_call");
  await page.keyboard.press("Enter");
  await until(async () => (await page.inputValue("#file")) === "content_blocks/wallet_call.liquid", "the editor follows");
  const body = await readFile(join(folder, "templates/offer_wallet/body.html"), "utf8");
  expect(body.includes("content_blocks.${wallet_call}"), `its uses are renamed: ${body.slice(0, 80)}`);
  await inFrame(page, "Dear Anna,");
  await page.click('#done button:has-text("Undo")');
  await until(async () => (await readFile(join(folder, "templates/offer_wallet/body.html"), "utf8")).includes("${sessionm_wallet}"), "undone");
  await until(async () => (await page.inputValue("#file")) === "content_blocks/sessionm_wallet.liquid", "the editor goes back");
  // A part is copied, and the copy deleted.
  await page.selectOption("#file", "templates/offer_wallet/subject.liquid");
  await page.waitForSelector('[data-key="more:part:subject"]');
  await page.click('[data-key="more:part:subject"]');
  await page.click('.menu:popover-open button:has-text("Duplicate")');
  await page.fill("#item-name", "preheader");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-key="more:part:preheader"]');
  await page.click('[data-key="more:part:preheader"]');
  await page.click('.menu:popover-open button:has-text("Delete")');
  await page.click('dialog button:has-text("Delete")');
  await until(async () => !(await page.inputValue("#file")).includes("preheader"), "another file is open");
  await page.waitForSelector(".cm-content");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function settings_and_recipients_are_completed({ address, open }) {
  const { page, wrong } = await opened(open, address);
  const offered = async (path, text) => {
    await page.selectOption("#file", path);
    await page.waitForTimeout(200);
    await page.click(".cm-content");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(text);
    await page.keyboard.press("Control+Space");
    await page.waitForSelector(".cm-tooltip-autocomplete li");
    const list = await page.textContent(".cm-tooltip-autocomplete");
    await page.keyboard.press("Escape");
    return list;
  };
  expect((await offered("templates/offer_wallet/message.toml", "\n[tri")).includes("trigger"), "a table of message.toml");
  const parts = await offered("scenarios/anna.toml", "\n[[expect]]\nmessage = \"offer_wallet\"\npart = \"");
  expect(["subject", "body"].every((part) => parts.includes(part)), `parts of the message: ${parts}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
