// The first message on a phone, by touch alone: no mouse, no keyboard but for text, no hover.
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { browser, expect, inFrame, serious, until } from "./world.mjs";

const HTML = `<!doctype html><html><head><title>Your points</title></head><body><h1>Hi {{\${first_name}}},</h1>
<p>you have {{custom_attribute.\${points}}} points.</p></body></html>`;

export async function by_touch_from_a_paste_to_an_accepted_message({ folder, address }) {
  const phone = await browser({ phone: true });
  const started = Date.now();
  try {
    const { page, wrong } = await phone.page({ width: 390, height: 844 });
    await page.goto(address);
    await page.waitForSelector(".begin");
    await page.tap('.begin-ways button:has-text("New message")');
    await page.tap("#message-text");
    await page.fill("#message-text", HTML);
    await page.waitForSelector("#message-found .is-found");
    await page.fill("#message-name", "points");
    await page.tap('dialog button:has-text("Create message")');
    await inFrame(page, "you have");
    // A recipient without data has blanks; a tap says why.
    await page.waitForSelector(".notice.info");
    await page.tap('.notice.info button:has-text("Create recipient")');
    await page.fill("#recipient-name", "anna");
    await page.tap('.choice:has(input[value="nothing"])');
    await page.tap('dialog button:has-text("Create recipient")');
    await page.waitForFunction(() => location.hash.endsWith("/anna"));
    await until(async () => (await page.locator(".overlay .blank-mark").count()) === 2, "the blanks are marked");
    await page.tap(".overlay .blank-mark >> nth=0");
    await page.waitForSelector("#tip");
    const why = await page.textContent("#tip");
    expect(why.includes("first_name"), `a tap says why: ${why}`);
    const found = await serious(page);
    expect(found.length === 0, `axe: ${found.join("; ")}`);
    // The values are filled in as a form, and saved to the recipient.
    await page.tap('#panes button:has-text("Findings")');
    await page.tap('[data-key="findings:data"]');
    await page.waitForSelector(".value-row.missing");
    await page.tap('button:has-text("Fill in examples")');
    await page.tap('button:has-text("Save to anna")');
    const file = join(folder, "scenarios/anna.toml");
    await until(async () => /points = /.test(await readFile(file, "utf8")), "the values are in the file");
    await page.tap('#panes button:has-text("Preview")');
    await until(async () => (await page.textContent(".blank-count")) === "No blanks", "nothing is blank any more");
    // The text is changed in the editor, and accepted.
    await page.tap('#panes button:has-text("Edit")');
    await page.selectOption("#file", "templates/points/subject.liquid");
    await page.waitForSelector('.cm-line:has-text("Your points")');
    await page.tap(".cm-content");
    await page.keyboard.insertText("Now: ");
    await page.tap('[data-key="save"]');
    await until(async () => (await readFile(join(folder, "templates/points/subject.liquid"), "utf8")).includes("Now: "), "the text is saved");
    await page.tap('#panes button:has-text("Preview")');
    await page.tap('[data-key="view:changes"]');
    await page.tap('#view .bar button.primary:has-text("Accept")');
    for (const part of ["subject", "body"]) {
      await until(() => readFile(join(folder, `snapshots/points/${part}/anna.snap`), "utf8").catch(() => null), `${part} is accepted`);
    }
    expect(wrong.length === 0, `errors in the page: ${wrong}`);
    return `${Math.round((Date.now() - started) / 1000)} s`;
  } finally {
    await phone.close();
  }
}
by_touch_from_a_paste_to_an_accepted_message.before = async (folder) => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
};
