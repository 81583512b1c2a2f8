// Blanks: where a message prints nothing although a value was asked for.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, until } from "./world.mjs";

async function put(folder, name, channel, parts) {
  await mkdir(join(folder, "templates", name), { recursive: true });
  await writeFile(join(folder, "templates", name, "message.toml"), `channel = "${channel}"\n`);
  for (const [part, text] of Object.entries(parts)) await writeFile(join(folder, "templates", name, part), text);
}

const BODY = `<html data-x="{{custom_attribute.\${theme}}}"><body>
<h1>Hello {{\${first_nam}}}!</h1>
<p>Static text on line three,
and on line four.</p>
<a href="{{custom_attribute.\${link}}}"><b>Shop</b></a>
<img src="{{custom_attribute.\${image}}}" alt="">
{% for offer in custom_attribute.\${offers} %}<p>{{offer.name}}</p>{% endfor %}
{% if custom_attribute.\${is_vip} %}<p>VIP</p>{% endif %}
{% capture line %}<i>{{custom_attribute.\${tier}}}</i>{% endcapture %}{{line}}
<p>{{custom_attribute.\${note} | default: ''}}</p>
<table><tr><td>a</td></tr>{{custom_attribute.\${row}}}</table>
</body></html>
`;

async function with_blanks(folder) {
  await writeFile(join(folder, "scenarios/zed.toml"), 'now = "2026-03-05T17:20:00Z"\ntemplates = ["blanks*"]\n[user]\nfirst_name = "Zed"\n[custom_attribute]\noffers = []\n');
  await put(folder, "blanks", "email", { "subject.liquid": "For {{custom_attribute.${tier}}}", "body.html": BODY });
  await put(folder, "blanks_push", "push", { "title.liquid": "{{custom_attribute.${tier}}} news", "message.liquid": "Hi {{${first_name}}}{{custom_attribute.${tier}}}" });
}

export async function a_blank_is_seen_in_the_message_with_its_reason({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/blanks/zed`);
  await inFrame(page, "Static text");
  // The subject; first_nam, link, image, offers, tier, row in the body. The theme is on `html`.
  await until(async () => (await page.textContent(".blank-count")) === "8 blanks", "they are counted");
  const marks = page.locator(".overlay .blank-mark.blank");
  await until(async () => (await marks.count()) === 7, "each has a mark in the message");
  expect((await page.locator(".overlay .blank-mark.left_out").count()) === 1, "a branch that is left out has a weaker one");
  expect((await page.locator(".inbox .blank-mark").count()) === 1, "the subject shows one");
  expect((await page.locator('.blank-mark[aria-label*="note"]').count()) === 0, "what is meant to be empty is no blank");
  const reasons = await page.locator(".blank-mark").evaluateAll((all) => all.map((one) => one.ariaLabel));
  for (const said of [
    "the recipient's profile has no `first_nam`. Did you mean `first_name`?",
    "the recipient has no custom attribute `link`",
    "no items: `custom_attribute.${offers}` is an empty list",
    "no branch applies; `custom_attribute.${is_vip}` is missing",
  ]) expect(reasons.some((reason) => reason.includes(said)), `${said}: ${reasons.join("\n")}`);
  // The mark stands where the value should: behind "Hello ".
  const name = page.locator('.overlay .blank-mark[aria-label*="first_nam"]');
  const frame = page.frameLocator("#view .sheet:not(.behind) iframe");
  const [mark, heading] = [await name.boundingBox(), await frame.locator("h1").boundingBox()];
  expect(mark.y >= heading.y - 4 && mark.y < heading.y + heading.height && mark.x > heading.x + 60, `${JSON.stringify([mark, heading])}`);
  await name.hover();
  await page.waitForSelector("#tip");
  expect((await page.textContent("#tip")).includes("Did you mean first_name?"), await page.textContent("#tip"));
  await name.click();
  expect((await page.textContent(".origin")).includes("has no first_nam"), "the line below says so, too");
  await page.waitForFunction(() => document.querySelector(".cm-content .pointed")?.textContent.includes("first_nam"));
  // The subject is another file; "8 blanks" goes from one blank to the next, not to values.
  await page.click(".inbox .blank-mark");
  await until(async () => (await page.inputValue("#file")) === "templates/blanks/subject.liquid", "its file opens");
  await page.waitForFunction(() => document.querySelector(".cm-content .pointed")?.textContent.includes("tier"));
  await name.click();
  await until(async () => (await page.inputValue("#file")) === "templates/blanks/body.html", "and the body again");
  for (let turn = 0; turn < 9; turn++) {
    await page.click(".blank-count.some");
    expect(await page.$(".origin-blank"), `blank ${turn} is said`);
  }
  // A key hides the marks, from then on.
  await page.keyboard.press("b");
  await until(async () => (await page.locator(".blank-mark").count()) === 0, "they are hidden");
  await page.reload();
  await inFrame(page, "Static text");
  expect((await page.locator(".blank-mark").count()) === 0, "and stay so");
  await page.keyboard.press("b");
  await until(async () => (await marks.count()) === 7, "and are back");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
a_blank_is_seen_in_the_message_with_its_reason.before = with_blanks;

export async function blanks_are_stepped_through_before_values({ address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/blanks_push/zed`);
  await page.waitForSelector(".notification .blank-mark");
  expect((await page.locator(".ios .notification").first().locator(".blank-mark").count()) === 2, "title and message show their blanks");
  const origin = () => page.textContent(".origin");
  for (const said of ["tier", "tier"]) {
    await page.keyboard.press(".");
    await page.waitForSelector(".origin-blank");
    expect((await origin()).includes(said), await origin());
  }
  await page.keyboard.press(".");
  await page.waitForSelector(".origin-value");
  expect((await origin()).includes("first_name"), `then come the values: ${await origin()}`);
  await page.keyboard.press("g");
  await page.waitForSelector('.cell .sign[title="2 blanks"]');
  await until(async () => (await page.locator('[data-key="message:blanks_push"] .sign.blank').count()) === 1, "the list counts them");
  await page.close();
}
blanks_are_stepped_through_before_values.before = with_blanks;

export async function static_text_leads_to_its_line({ address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/blanks/zed`);
  await inFrame(page, "Static text");
  await page.waitForSelector(".cm-content");
  const frame = page.frameLocator("#view .sheet:not(.behind) iframe");
  await frame.locator("p", { hasText: "Static text" }).first().click({ position: { x: 10, y: 8 } });
  await page.waitForFunction(() => document.querySelector(".cm-activeLine")?.textContent.includes("line three"));
  expect((await page.textContent(".origin")).includes("templates/blanks/body.html"), "the file is named");
  // A link is what its address says; `html` has an attribute, and takes no click from others.
  await frame.locator("b", { hasText: "Shop" }).click();
  await until(async () => (await page.textContent(".origin")).includes("link"), "the link's address is pointed at");
  await page.close();
}
static_text_leads_to_its_line.before = with_blanks;

export async function a_thousand_blanks_are_soon_on_the_screen({ folder, address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/blanks_many/zed`);
  await inFrame(page, "row 999");
  await until(async () => (await page.textContent(".blank-count")) === "1,000 blanks", "all are counted");
  // The page itself notes when all marks are there and painted: asking it all the time would slow it down.
  await page.evaluate(() => {
    const look = () => {
      const sheet = document.querySelector("#view .sheet:not(.behind)");
      const heading = sheet?.querySelector("iframe")?.contentDocument?.querySelector("h1")?.textContent;
      if (heading !== window.awaited) return;
      const painted = (name) => requestAnimationFrame(() => setTimeout(() => (window[name] ||= Date.now())));
      if (!window.shown) painted("shown");
      if (sheet.querySelectorAll(".blank-mark").length >= 1000) painted("drawn");
    };
    new MutationObserver(look).observe(document.getElementById("page"), { childList: true, subtree: true, attributes: true });
  });
  const [shown, drawn] = [[], []];
  for (let turn = 0; turn < 7; turn++) {
    await page.evaluate((word) => Object.assign(window, { awaited: word, shown: 0, drawn: 0 }), `turn ${turn}`);
    const begun = Date.now();
    await writeFile(join(folder, "templates/blanks_many/body.html"), many(`turn ${turn}`));
    await page.waitForFunction(() => window.drawn > 0, null, { polling: 100 });
    shown.push((await page.evaluate(() => window.shown)) - begun);
    drawn.push((await page.evaluate(() => window.drawn)) - begun);
    await page.waitForTimeout(700); // what is counted in the background doesn't count here
  }
  const median = (times) => times.sort((a, b) => a - b)[3];
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
  return `${many("x").length} bytes, from save to paint ${median(shown)} ms, with all marks ${median(drawn)} ms`;
}
a_thousand_blanks_are_soon_on_the_screen.before = async (folder) => {
  await with_blanks(folder);
  await put(folder, "blanks_many", "email", { "subject.liquid": "Many", "body.html": many("first") });
};

const many = (word) => `<html><body><h1>${word}</h1>${Array.from({ length: 1000 }, (_, at) =>
  `<p class="row">row ${at}: {{custom_attribute.\${field_${at % 40}}}}</p>`).join("\n")}</body></html>`;
