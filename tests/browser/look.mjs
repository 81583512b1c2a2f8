// Looking: the message, other scenarios, where a value comes from, problems, the grid.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inFrame, until } from "./world.mjs";

export async function a_message_is_shown_and_scenarios_are_switched({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  expect((await page.textContent(".inbox-subject")) === "Anna, 2 offers are waiting", "the inbox shows the subject");
  await page.keyboard.press("j");
  await page.waitForFunction(() => location.hash.endsWith("/anna_later"));
  await page.keyboard.press("j");
  await inFrame(page, "Dear Ben,");
  expect(page.url().endsWith("#/offer_wallet/ben"), "the address says where we are");
  await page.click('#sidebar button:has-text("anna")');
  await inFrame(page, "Dear Anna,");
  await page.reload();
  await inFrame(page, "Dear Anna,");
  await page.click('#sidebar button:has-text("femi")');
  await page.waitForSelector(".abort blockquote");
  expect((await page.textContent(".abort blockquote")) === "no wallet from SessionM", "an aborted message says why");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function every_channel_has_a_frame({ address, open }) {
  const { page, wrong } = await open();
  const asked = await shop_of_pictures(page);
  await page.goto(`${address}/#/offer_triggered/triggered`);
  await page.waitForSelector(".ios .notification");
  expect((await page.textContent(".ios .notification-body")).startsWith("Anna: Buy a rye loaf"), "push, iOS");
  expect((await page.textContent(".android .notification-title")).includes("Two rye loaves"), "push, Android");
  await page.goto(`${address}/#/tag_export/anna`);
  await page.waitForSelector(".request");
  expect((await page.textContent(".request")).includes("rye_lovers"), "a webhook shows its body");
  await page.goto(`${address}/#/reminder_sms`);
  await page.waitForSelector(".bubble");
  const facts = await page.textContent(".facts");
  expect(facts.includes("UCS-2") && facts.includes("U+0142"), `an SMS says what makes it UCS-2: ${facts}`);
  expect((await page.textContent(".bubble .forced")) === "ł", "and marks it in the text");
  await page.goto(`${address}/#/hello_in_app`);
  await page.waitForSelector(".modal-title");
  await page.goto(`${address}/#/hello_card`);
  await page.waitForSelector(".card-title");
  expect((await page.locator(".picture .icon").count()) === 2 && asked.length === 0, "a picture is a sign");
  await page.click('button[aria-label^="Pictures from the web"]');
  await page.waitForSelector(".picture iframe");
  await until(() => asked.length > 0, "until pictures are wanted");
  expect(asked[0].url().endsWith("/rye.png") && asked[0].headers().referer === undefined, `what is asked for: ${asked[0].url()}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
every_channel_has_a_frame.before = (folder) => other_channels(folder);

/** Messages of the channels that the example workspace has none of. */
async function other_channels(folder) {
  const put = async (name, channel, parts) => {
    await mkdir(join(folder, "templates", name), { recursive: true });
    await writeFile(join(folder, "templates", name, "message.toml"), `channel = "${channel}"\n`);
    for (const [part, text] of Object.entries(parts)) await writeFile(join(folder, "templates", name, part), text);
  };
  await writeFile(join(folder, "scenarios/mara.toml"), '# Gets what only this check sends.\nnow = "2026-03-05T17:20:00Z"\ntemplates = ["reminder_sms", "hello_*"]\n\n[user]\nuser_id = "u-7"\nfirst_name = "Mara"\n');
  await put("reminder_sms", "sms", { "body.liquid": "Larkspur: {{${first_name} | default: 'Hi'}}, your points end on Friday. The bakery in Chełmno saves a warm loaf for you until six, and your crumbs are worth double all day. Bring the card, or show the app at the counter. Reply STOP to end.\n" });
  await put("hello_in_app", "in_app", { "header.liquid": "Welcome back, {{${first_name} | default: 'you'}}", "message.liquid": "Your crumbs are worth double until Sunday.", "button_1.liquid": "Later", "button_2.liquid": "See offers", "image_url.liquid": "https://img.larkspur.example/rye.png" });
  await put("hello_card", "content_card", { "title.liquid": "A loaf for {{${first_name} | default: 'you'}}", "description.liquid": "Two rye loaves for the price of one, in every shop until the end of March.", "link_text.liquid": "Find a shop", "image_url.liquid": "https://img.larkspur.example/rye.png" });
}

export async function a_value_leads_to_its_expression_and_its_field({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "480");
  await page.waitForSelector(".cm-content");
  await page.frameLocator("#view .sheet:not(.behind) iframe").locator("b", { hasText: "480" }).click();
  await page.waitForSelector(".origin-value");
  expect((await page.textContent(".origin-value")) === "480", "the value is named");
  expect((await page.textContent(".origin")).includes("payload.available_points"), "the field is named");
  expect((await page.textContent(".pointed")).includes("wallet.payload.available_points"), "the expression is marked in the editor");
  expect((await page.locator(".box.selected").count()) > 0, "the value is marked in the message");
  await page.click('.origin button:has-text("available_points of")');
  await page.waitForSelector("#panel .chosen");
  expect((await page.textContent("#panel .chosen")).includes("480"), "the field is marked in the answer");
  // The other way: from the field.
  await page.keyboard.press("Escape");
  await until(async () => (await page.locator(".box.selected").count()) === 0, "nothing is marked");
  await page.click('#panel .pick:has-text("available_points")');
  await page.waitForSelector(".box.selected");
  // And from the expression.
  await page.keyboard.press("Escape");
  await page.click('.cm-line:has-text("Dear") .l-object');
  await page.waitForSelector(".box.selected");
  expect((await page.textContent(".origin-value")) === "Anna", "the cursor leads to the value");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_problem_leads_to_its_line({ folder, address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  const file = join(folder, "templates/offer_wallet/body.html");
  await writeFile(file, (await readFile(file, "utf8")).replace("wallet.payload.available_points", "wallet.payload.available_pionts"));
  await page.waitForSelector('.problem-row:has-text("available_pionts")');
  await page.click('.problem-row:has-text("available_pionts")');
  await page.waitForSelector(".problem");
  // The cursor is in the line as soon as the editor has the focus.
  await page.waitForFunction(() => {
    const { anchorNode } = document.getSelection();
    const line = (anchorNode?.nodeType === 3 ? anchorNode.parentElement : anchorNode)?.closest(".cm-line");
    return line?.textContent.includes("available_pionts");
  });
  const mark = page.locator('#sidebar [data-key="message:offer_wallet"] .sign');
  await until(async () => (await mark.count()) > 0, "the message is marked in the list");
  await page.close();
}

export async function an_export_works_without_a_server({ folder, open }) {
  const out = join(folder, "export");
  await promisify(execFile)(process.env.MENISCUS, ["preview", "--export", out], { cwd: folder });
  const { page, wrong } = await open();
  await page.goto(`file://${out}/index.html#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.waitForSelector('.cm-line:has-text("Dear")');
  await page.frameLocator("#view .sheet:not(.behind) iframe").locator("b", { hasText: "480" }).click();
  await page.click('.origin button:has-text("available_points of")');
  await page.waitForSelector("#panel .chosen");
  await page.click('#sidebar button:has-text("ben")');
  await inFrame(page, "Dear Ben,");
  await page.keyboard.press("g");
  await page.waitForSelector(".cell");
  expect((await page.locator('button:has-text("Save"), button:has-text("What if")').count()) === 0, "nothing can be changed");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function all_scenarios_are_shown_at_once({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna/grid`);
  await page.waitForSelector(".cell");
  const text = await page.textContent(".grid");
  expect(text.includes("ben") && text.includes("no wallet from SessionM"), `cells: ${text}`);
  await page.click('.cell[data-scenario="ben"] button');
  await inFrame(page, "Dear Ben,");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

/** Answers in the place of the shop's pictures, so that nothing leaves this machine: what was asked of it. */
async function shop_of_pictures(page) {
  const asked = [];
  await page.route("https://img.larkspur.example/**", (route) => {
    asked.push(route.request());
    return route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>' });
  });
  return asked;
}

export async function pictures_from_the_web_come_when_they_are_asked_for({ address, open }) {
  const { page } = await open();
  const asked = await shop_of_pictures(page);
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.waitForTimeout(300);
  expect(asked.length === 0, "no picture is loaded unasked");
  await page.click('button[aria-label^="Pictures from the web"]');
  await until(() => asked.length > 0, "the picture is loaded");
  expect(asked[0].url() === "https://img.larkspur.example/rye.png", `which picture: ${asked[0].url()}`);
  expect(asked[0].headers().referer === undefined, "its server is not told who asks");
  await inFrame(page, "Dear Anna,");
  await page.close();
}

export async function the_editor_says_what_stands_under_the_pointer({ address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.hover('.cm-line >> text=/number_with_delimiter/ >> nth=0');
  await page.waitForSelector(".cm-tooltip-hover");
  const said = await page.textContent(".cm-tooltip-hover");
  expect(said.includes("commas between thousands"), `the filter's words: ${said}`);
  await page.close();
}
