// What the frames of the channels show, and what of it stands in the cells of all scenarios.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, until } from "./world.mjs";

const LONG = "a_recipient_with_a_name_that_a_tool_made_and_nobody_would_ever_type";
const TALE = "The bakery in the old town saves a warm loaf for you until six. ".repeat(12);

/** Messages whose texts are long, formatted, or written as HTML. */
async function messages(folder) {
  const put = async (name, channel, parts) => {
    await mkdir(join(folder, "templates", name), { recursive: true });
    await writeFile(join(folder, "templates", name, "message.toml"), `channel = "${channel}"\n`);
    for (const [part, text] of Object.entries(parts)) await writeFile(join(folder, "templates", name, part), text);
  };
  await writeFile(join(folder, `scenarios/${LONG}.toml`), 'now = "2026-03-05T17:20:00Z"\ntemplates = ["tale_*"]\n\n[user]\nfirst_name = "Mara"\n');
  await put("tale_mail", "email", { "subject.liquid": "A tale", "preheader.liquid": "Loaves &mdash; for {{${first_name}}} &amp; you", "body.html": `<html><body><h1>Dear {{\${first_name}}}</h1>${TALE}</body></html>`, "plain_text.liquid": "only in the plain text" });
  await put("tale_push", "push", { "title.liquid": `A title: ${TALE}`, "message.liquid": TALE, "deep_link.liquid": "larkspur://offers", "image_url.liquid": "https://img.larkspur.example/rye.png" });
  await put("tale_whats", "whats_app", { "body.liquid": "*Hello {{${first_name}}}*, _this_ is ~old~ snake_case 2*3*4\n```a *b*```" });
  await put("tale_in_app", "in_app", { "message.html": "<!doctype html><html><body style='margin:0;background:#123'>short</body></html>" });
}

export async function frames_show_what_recipients_see({ address, open }) {
  const { page, wrong } = await open();
  const at = (name) => page.goto(`${address}/#/tale_${name}/${LONG}`);
  const shown = "#view .sheet:not(.behind)";

  await at("mail");
  await inFrame(page, "Dear Mara");
  expect((await page.textContent(".inbox-preheader")) === "Loaves — for Mara & you", "entities of a preheader are read");
  expect((await page.textContent(".inbox-preheader .value")) === "Mara", "and its values can still be pointed at");
  await page.keyboard.press("w");
  const sides = () => page.evaluate((shown) => {
    const around = document.querySelector("#view .scroller").getBoundingClientRect();
    const box = document.querySelector(`${shown} .client.phone`)?.getBoundingClientRect();
    return box && [box.left - around.left, around.right - box.right];
  }, shown);
  const [left, right] = await until(sides, "the width of a phone");
  expect(Math.abs(left - right) < 20, `it stands in the middle: ${left} and ${right}`);

  await at("push");
  await page.waitForSelector(".android .notification-body .output");
  const cut = await page.evaluate(() => [...document.querySelectorAll(".notification-body .output")].map((text) => {
    const phone = text.closest(".phone").getBoundingClientRect();
    return text.scrollHeight > text.clientHeight && getComputedStyle(text).webkitLineClamp !== "none" && text.closest(".notification").getBoundingClientRect().bottom < phone.bottom;
  }));
  expect(cut.length === 2 && cut.every(Boolean), `a long text ends with … on both phones: ${cut}`);

  await at("whats");
  await page.waitForSelector(".bubble strong");
  const said = await page.evaluate(() => ["strong", "em", "s", "code"].map((name) => [...document.querySelectorAll(`.bubble ${name}`)].map((one) => one.textContent).join("")));
  expect(JSON.stringify(said) === JSON.stringify(["Hello Mara", "this", "old", "a *b*"]), `WhatsApp's formats: ${JSON.stringify(said)}`);
  expect((await page.textContent(".bubble")).includes("is old snake_case 2*3*4"), "signs inside of words are signs");
  expect((await page.textContent(".bubble .value strong")) === "Mara", "values can still be pointed at");

  await at("in_app");
  await inFrame(page, "short");
  const [modal, inside] = await page.evaluate((shown) => [".modal", ".modal iframe"].map((one) => document.querySelector(`${shown} ${one}`).getBoundingClientRect().height), shown);
  expect(inside >= modal, `a short message fills its modal: ${inside} of ${modal}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
frames_show_what_recipients_see.before = messages;

export async function a_cell_shows_what_the_frame_shows({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/tale_mail/${LONG}/grid`);
  await page.waitForSelector(".cell .thumbnail iframe");
  const text = await page.textContent(".cell");
  expect(text.includes("Loaves — for Mara") && !text.includes("only in the plain text"), `an e-mail: ${text}`);
  const head = await page.evaluate(() => {
    const name = document.querySelector(".cell-head strong");
    return { cut: name.scrollWidth > name.clientWidth, title: name.title, inside: name.getBoundingClientRect().right <= name.closest(".cell").getBoundingClientRect().right };
  });
  expect(head.cut && head.inside && head.title === LONG, `a long name is cut: ${JSON.stringify(head)}`);
  expect(await page.evaluate(() => document.querySelector(".thumbnail").clientHeight > document.querySelector(".cell").clientHeight / 2), "HTML has most of the cell");
  await page.goto(`${address}/#/tale_push/${LONG}/grid`);
  await page.waitForSelector(".cell-text.message");
  expect(!/larkspur:|https:/.test(await page.textContent(".cell")), "links of a push are not its text");
  const padded = await page.evaluate(() => [...document.querySelectorAll(".cell-text > span")].filter((one) => getComputedStyle(one).padding !== "0px").length);
  expect(padded === 0, "no half line shows below what is cut");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
a_cell_shows_what_the_frame_shows.before = messages;
