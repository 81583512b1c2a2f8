// The author's first hour: from an empty folder to an accepted message, without a terminal.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, until } from "./world.mjs";

const emptied = async (folder) => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
};

const MAIL = `From: Larkspur <hello@larkspur.example>
To: someone@example.com
Subject: Your points, =?UTF-8?Q?Zo=C3=AB?=
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<!doctype html><html><body><h1>Hi {{\${first_name}}},</h1>
<p>you have {{custom_attribute.\${points}}} points in {{custom_attribute.\${home_sh=
op}}}.</p></body></html>
`;

/** A recipient made by the dialog, by keyboard alone. */
async function recipient(page, name, from) {
  await page.fill("#recipient-name", name);
  if (from) await page.check(`input[name="recipient-from"][value="${from}"]`);
  await page.keyboard.press("Enter");
}

export async function from_an_empty_folder_to_an_accepted_message({ folder, address, open }) {
  const { page, wrong } = await open();
  const started = Date.now();
  await page.goto(address);
  await page.waitForSelector(".begin");
  // A mail is dropped on the page.
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "points.eml", { type: "message/rfc822" }));
    return data;
  }, MAIL.replaceAll("\n", "\r\n"));
  await page.dispatchEvent("#page", "drop", { dataTransfer: dropped });
  await page.waitForSelector("#message-found .is-found");
  expect((await page.textContent("#message-found")).includes("This is an email"), "what was dropped is said");
  expect((await page.inputValue("#message-channel")) === "email", "its channel is chosen");
  await page.fill("#message-name", "points");
  await page.click('dialog button:has-text("Create message")');
  await inFrame(page, "you have");
  const body = await readFile(join(folder, "templates/points/body.html"), "utf8");
  expect(body.includes("{{custom_attribute.${home_shop}}}"), `the mail is decoded: ${body}`);
  expect((await readFile(join(folder, "templates/points/subject.liquid"), "utf8")) === "Your points, Zoë", "so is its subject");
  // It has no recipient: what it needs is said, and each blank is marked.
  await page.waitForSelector(".notice.info");
  const needs = await page.textContent(".notice.info");
  expect(/first_name.*points.*home_shop/.test(needs), `what it needs is said: ${needs}`);
  await until(async () => (await page.locator(".overlay .blank-mark").count()) === 3, "the blanks are marked");
  expect((await page.textContent(".blank-count")) === "3 blanks", "and counted");
  await page.keyboard.press(".");
  await page.waitForSelector(".blank-mark.selected");
  expect((await page.textContent(".origin")).includes("the recipient's profile has no first_name"), await page.textContent(".origin"));
  // Three recipients: with what the message reads, from an export, and without data.
  await page.click('.notice.info button:has-text("Create recipient")');
  await page.waitForSelector("#recipient-name");
  await page.fill("#recipient-name", "anna");
  await page.click('dialog button:has-text("Create recipient")');
  await page.waitForFunction(() => location.hash.endsWith("/anna"));
  await until(async () => (await page.textContent(".blank-count")) === "No blanks", "nothing is blank for her");
  await page.click('[data-key="add:recipient"]');
  await page.fill("#recipient-name", "ben");
  await page.check('input[value="export"]');
  const user = { users: [{ external_id: "u-2", first_name: "Benedikt", email: "benedikt@example.com", custom_attributes: { points: 12, other: true } }] };
  await page.fill("#recipient-export", JSON.stringify(user));
  await page.click('dialog button:has-text("Create recipient")');
  await page.waitForFunction(() => location.hash.endsWith("/ben"));
  const ben = await readFile(join(folder, "scenarios/ben.toml"), "utf8");
  expect(ben.includes("points = 12") && !/Benedikt|example\.com|other/.test(ben), `only what is read is kept, nothing personal: ${ben}`);
  await until(async () => (await page.textContent(".blank-count")) === "1 blank", "he has no shop");
  await page.click('[data-key="add:recipient"]');
  await page.fill("#recipient-name", "carla");
  await page.check('input[value="nothing"]');
  await page.click('dialog button:has-text("Create recipient")');
  await page.waitForFunction(() => location.hash.endsWith("/carla"));
  await until(async () => (await page.textContent(".blank-count")) === "3 blanks", "nothing is known of her");
  // The blanks are fixed in the editor.
  await page.selectOption("#file", "templates/points/body.html");
  await page.waitForSelector(".cm-content");
  const fixed = body.replace("{{${first_name}}}", "{{${first_name} | default: 'there'}}")
    .replace("{{custom_attribute.${points}}}", "{{custom_attribute.${points} | default: 0}}")
    .replace("{{custom_attribute.${home_shop}}}", "{{custom_attribute.${home_shop} | default: 'any shop'}}");
  await page.click(".cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(fixed);
  await page.keyboard.press("Control+s");
  await inFrame(page, "Hi there");
  await until(async () => (await page.textContent(".blank-count")) === "No blanks", "nothing is blank any more");
  // Accepted for all three.
  for (const name of ["anna", "ben", "carla"]) {
    await page.goto(`${address}/#/points/${name}/changes`);
    await page.waitForFunction((name) => document.querySelector("#view .bar")?.textContent.includes(name), name);
    await page.click('#view .bar button.primary:has-text("Accept")');
    const snapshot = join(folder, `snapshots/points/body/${name}.snap`);
    await until(() => readFile(snapshot, "utf8").catch(() => null), `${name} is accepted`);
  }
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
  return `${Math.round((Date.now() - started) / 1000)} s`;
}
from_an_empty_folder_to_an_accepted_message.before = emptied;

export async function the_example_is_tried_and_undone({ folder, address, open }) {
  const { page, wrong } = await open();
  await page.goto(address);
  await page.keyboard.press("Tab");
  await page.focus('[data-key="begin:example"]');
  await page.keyboard.press("Enter");
  await inFrame(page, "Dear Anna,");
  expect((await page.textContent("#done")).includes("Undo"), "it can be undone");
  await page.focus('[data-key="done:undo"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".begin");
  expect((await readdir(folder)).every((name) => name.startsWith(".")), `nothing is left: ${await readdir(folder)}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
the_example_is_tried_and_undone.before = emptied;

/** Chooses an entry of the menu of a message or a recipient. */
async function choose(page, key, entry) {
  await page.focus(`[data-key="more:${key}"]`);
  await page.keyboard.press("Enter");
  await page.click(`.menu:popover-open button:has-text("${entry}")`);
}

export async function messages_and_recipients_are_renamed_copied_and_deleted({ folder, address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/ben`);
  await inFrame(page, "Dear Ben,");
  const menu = (key, entry) => choose(page, key, entry);
  const exists = (path) => readFile(join(folder, path), "utf8").then(() => true, () => false);
  await menu("recipient:ben", "Rename");
  await page.fill("#item-name", "anna");
  await page.click('dialog button:has-text("Rename")');
  await until(async () => (await page.textContent("dialog .bad")).includes("already exists"), "a taken name is refused");
  await page.fill("#item-name", "bernard");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.endsWith("/bernard"));
  await inFrame(page, "Dear Ben,");
  expect(await exists("scenarios/bernard.toml"), "its file has the name");
  expect(await exists("snapshots/offer_wallet/body/bernard.snap"), "its snapshots come along");
  expect(!(await exists("snapshots/offer_wallet/body/ben.snap")), "and leave nothing behind");
  await menu("message:offer_wallet", "Rename");
  await page.fill("#item-name", "wallet/offers");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("wallet%2Foffers"));
  await inFrame(page, "Dear Ben,");
  expect(await exists("templates/wallet/offers/body.html"), "a message can move to a folder");
  const anna = await readFile(join(folder, "scenarios/anna.toml"), "utf8");
  expect(anna.includes('"wallet/offers"') && !anna.includes('"offer_wallet"'), `its recipients name it: ${anna}`);
  await page.click('[data-key="done:undo"]');
  await until(() => exists("templates/offer_wallet/body.html"), "undone");
  await until(async () => (await readFile(join(folder, "scenarios/anna.toml"), "utf8")).includes('"offer_wallet"'), "whole");
  await menu("message:offer_triggered", "Duplicate");
  await page.fill("#item-name", "triggered_again");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.includes("triggered_again"));
  await menu("message:triggered_again", "Delete");
  await until(async () => (await page.textContent("dialog")).includes("templates/triggered_again"), "what goes is said");
  await page.click('dialog button:has-text("Delete")');
  await until(async () => !(await exists("templates/triggered_again/message.toml")), "it is gone");
  await page.click('[data-key="done:undo"]');
  await until(() => exists("templates/triggered_again/message.toml"), "and comes back");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

/** Answers to requests at `path` come after `delays`, in order; those after them at once. */
const late = (page, path, ...delays) => page.route(path, async (route) => {
  const response = await route.fetch();
  await new Promise((done) => setTimeout(done, delays.shift() ?? 0));
  await route.fulfill({ response });
});

export async function late_answers_to_a_new_name_keep_the_recipient({ folder, address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/ben`);
  await inFrame(page, "Dear Ben,");
  const rename = async (from, to) => {
    await choose(page, `message:${from}`, "Rename");
    await page.fill("#item-name", to);
    await page.keyboard.press("Enter");
    await page.waitForFunction((to) => location.hash.includes(encodeURIComponent(to)), to);
  };
  const stays = async (name) => {
    await inFrame(page, "Dear Ben,");
    await new Promise((done) => setTimeout(done, 1000));
    const hash = await page.evaluate(() => location.hash);
    expect(hash === `#/${name}/ben`, `the page shows ${name} for Ben, not ${hash}`);
    expect((await page.locator("#view .notice.error").count()) === 0, "without a complaint");
  };
  // The page hears that the message is gone before it hears where that went.
  await late(page, "**/api/item/rename", 800);
  await rename("offer_wallet", "wallet");
  await stays("wallet");
  // A list from before comes after the list from afterwards.
  const asked = page.waitForRequest("**/api/workspace");
  await late(page, "**/api/workspace", 1500);
  await writeFile(join(folder, "templates/other.liquid"), "Hello");
  await asked;
  await rename("wallet", "offers");
  await stays("offers");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_file_changed_since_is_not_undone({ folder, address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.click('[data-key="add:message"]');
  await page.selectOption("#message-channel", "sms");
  await page.fill("#message-name", "later");
  await page.click('dialog button:has-text("Create message")');
  await page.waitForSelector(".bubble");
  await writeFile(join(folder, "templates/later/body.liquid"), "mine");
  await page.click('[data-key="done:undo"]');
  await page.waitForSelector("#view .notice.error");
  expect((await page.textContent("#view .notice.error")).includes("has changed since"), "it says why not");
  expect((await readFile(join(folder, "templates/later/body.liquid"), "utf8")) === "mine", "and the file stays");
  await page.close();
}
