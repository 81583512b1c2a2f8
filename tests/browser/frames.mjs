// What the frames of the channels show, and what of it stands in the cells of all scenarios.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, serious, until } from "./world.mjs";

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
  expect(JSON.stringify(cut) === "[true,false,true,true]", `a long text ends with …, but for an iPhone that opens it: ${cut}`);

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

const REMOTE = "https://img.larkspur.example/hero.png";
const HIDDEN = '<div style="display:none;max-height:0">Two loaves for one &#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div>';

/** Messages of each channel with all that its frame can show. */
async function whole_messages(folder) {
  const put = async (name, settings, parts) => {
    await mkdir(join(folder, "templates", name), { recursive: true });
    await writeFile(join(folder, "templates", name, "message.toml"), settings);
    for (const [part, text] of Object.entries(parts)) await writeFile(join(folder, "templates", name, part), text);
  };
  const buttons = (...texts) => texts.map((text) => `\n[[buttons]]\ntext = "${text}"\nurl = "larkspur://offers"\n`).join("");
  await writeFile(join(folder, "scenarios/nora.toml"), 'now = "2026-03-05T17:20:00Z"\ntemplates = ["whole_*"]\n\n[user]\nfirst_name = "Nora"\n');
  await put("whole_mail", 'channel = "email"\n', {
    "subject.liquid": "{{${first_name}}}, the rye you like is back in every one of our shops from Monday on",
    "body.html": `<html><body>${HIDDEN}<p>Shown text</p><img src="${REMOTE}" width="300" alt="Loaves"><img src="${REMOTE}" width="1" height="1"></body></html>`,
  });
  await put("whole_push", `channel = "push"\n${buttons("Show offers", "Not {{${first_name}}}")}`, { "title.liquid": "Fresh rye", "subtitle.liquid": "Until six", "message.liquid": TALE, "image_url.liquid": REMOTE, "summary.liquid": "A caption" });
  await put("whole_slide", `channel = "in_app"\ntype = "slide_up"\n${buttons("Never")}`, { "message.liquid": "Crumbs count double", "image_url.liquid": REMOTE, "url.liquid": "larkspur://offers" });
  await put("whole_modal", `channel = "in_app"\ntype = "modal"\n${buttons("Later", "Show")}`, { "title.liquid": "Double crumbs", "message.liquid": "Until Sunday.", "image_url.liquid": REMOTE });
  await put("whole_full", `channel = "in_app"\ntype = "full"\n${buttons("Later", "Show")}`, { "title.liquid": "Double crumbs", "message.liquid": "Until Sunday.", "image_url.liquid": REMOTE });
  await put("whole_card", 'channel = "content_card"\ntype = "classic"\n', { "title.liquid": "A loaf", "message.liquid": "For {{${first_name}}}.", "image_url.liquid": REMOTE, "link_text.liquid": "Find a shop" });
  await put("whole_whats", `channel = "whats_app"\n${buttons("Show offers")}`, { "header.liquid": "Rye week", "body.liquid": "*Hello {{${first_name}}}*, come in", "footer.liquid": "Reply STOP to leave", "image_url.liquid": REMOTE });
  await put("whole_sms", 'channel = "sms"\n', { "body.liquid": TALE.slice(0, 200) });
  await put("whole_banner", 'channel = "banner"\n', { "body.html": "<p style='padding:20px;background:#123;color:#fff'>Rye week</p>" });
}

export async function an_inbox_shows_hidden_text_and_where_it_is_cut({ address, open }) {
  const { page, wrong } = await open();
  await page.route("https://img.larkspur.example/**", (route) => route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="90"><rect width="300" height="90"/></svg>' }));
  await page.goto(`${address}/#/whole_mail/nora`);
  await inFrame(page, "Shown text");
  const preview = () => page.textContent("#view .sheet:not(.behind) .inbox-preheader");
  await until(async () => (await preview()) === "Two loaves for one Shown text", "hidden text is the preview text, its fillers are not seen");
  const lengths = await page.textContent(".lengths");
  expect(lengths.includes("hidden text at the start") && lengths.includes("the Gmail app 37, Apple Mail on an iPhone 48, Gmail on the web 70"), `where it is cut: ${lengths}`);
  expect((await page.locator(".inbox-subject .cut-here").count()) === 3, "each cut is marked in the subject");
  expect((await page.textContent(".inbox-subject .value")) === "Nora", "values can still be pointed at");
  const image = page.frameLocator("#view .sheet:not(.behind) iframe").locator("img[alt=Loaves]");
  await until(async () => (await image.getAttribute("src")).startsWith("data:image/svg+xml"), "a picture that is not loaded is a sign, no broken one");
  expect((await image.evaluate((one) => [one.naturalWidth, one.width].join())) === "300,300", "as wide as the picture");
  expect((await page.textContent(".pictures-off")).startsWith("1 picture from the web is not loaded"), "and the message says so");
  await page.focus(".pictures-off button");
  await page.keyboard.press("Enter");
  await until(async () => (await page.locator(".pictures-off").count()) === 0, "the button loads pictures");
  await until(async () => (await image.evaluate((one) => one.naturalHeight)) === 90, "the picture is there");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
an_inbox_shows_hidden_text_and_where_it_is_cut.before = whole_messages;

export async function frames_show_all_that_a_channel_has({ address, open }) {
  const { page, wrong } = await open({ width: 1440, height: 1000 });
  const at = async (name, wait) => {
    await page.goto(`${address}/#/whole_${name}/nora`);
    await page.waitForSelector(`#view .sheet:not(.behind) ${wait}`);
  };
  const text = async (where) => (await page.locator(`#view .sheet:not(.behind) ${where}`).allTextContents()).join(" | ");

  await at("push", ".action-row");
  expect((await text(".ios .action-menu")) === "Show offersNot Nora", "iOS has the buttons of message.toml");
  expect((await text(".android .action-row")) === "Show offersNot Nora", "and so has Android");
  expect((await text(".ios .notification-subtitle")) === "Until six | Until six", "a subtitle is for iOS");
  expect((await text(".android .is-open .notification-body")) === "A caption", "a picture on Android has the summary as its caption");
  const widths = await page.evaluate(() => ["ios", "android"].map((name) => document.querySelector(`.phone.${name}`).clientWidth));
  expect(JSON.stringify(widths) === "[393,412]", `screens are as wide as the devices: ${widths}`);
  await page.click('button[aria-label="Dark mode"]');
  await page.waitForSelector("#view .sheet:not(.behind) .ios.is-dark");

  await at("slide", ".modal.slide");
  expect((await text(".modal")).includes("Crumbs count double") && (await text(".note")).includes("button1"), "a slide-up says what it doesn't show");
  await at("modal", ".is-modal .modal");
  expect((await text(".fake-button")) === "Later | Show", "a modal has its buttons");
  const share = (name) => page.evaluate((name) => {
    const [modal, phone] = [".modal", ".phone"].map((one) => document.querySelector(`#view .sheet:not(.behind) .is-${name}${one === ".modal" ? " .modal" : ""}`).getBoundingClientRect().height);
    return modal / phone;
  }, name);
  expect((await share("modal")) < 0.8, "a modal leaves the app around it");
  await at("full", ".is-full .modal");
  expect((await share("full")) > 0.9, "a full one does not");
  await at("card", ".card.is-classic");
  await at("whats", ".chat-action");
  expect((await text(".bubble-header")) === "Rye week" && (await text(".bubble-foot")).includes("Reply STOP"), "WhatsApp has header and footer");
  await at("sms", ".segment-start");
  expect((await page.locator("#view .sheet:not(.behind) .segment-start").getAttribute("data-number")) === "2", "where the second segment starts");
  await at("banner", ".site iframe");

  const icon = (name) => page.getAttribute(`[data-key="message:whole_${name}"] .icon path`, "d");
  expect((await icon("whats")) !== (await icon("sms")), "WhatsApp has an icon of its own");
  await page.goto(`${address}/#/whole_whats/nora/grid`);
  await page.waitForSelector(".cell strong strong, .cell-text.body strong");
  expect((await page.textContent(".cell-text.body strong")) === "Hello Nora", "the grid formats as WhatsApp does");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
frames_show_all_that_a_channel_has.before = whole_messages;

export async function frames_are_for_everybody({ address, open }) {
  for (const scheme of ["light", "dark"]) {
    const { page } = await open({ width: 390, height: 900, scheme });
    for (const name of ["mail", "push", "slide", "modal", "full", "card", "whats", "sms", "banner"]) {
      await page.goto(`${address}/#/whole_${name}/nora`);
      await page.waitForSelector(`#view .sheet:not(.behind) :is(.phone, .client, .card-feed)`);
      // The page stays the same one, and so does the switch.
      if (scheme === "dark" && name === "mail") await page.keyboard.press("d");
      await page.waitForTimeout(150);
      expect((await page.locator("#view .sheet:not(.behind) .is-dark").count() > 0) === (scheme === "dark"), `${name} is ${scheme}`);
      const found = await serious(page);
      expect(found.length === 0, `${name}, ${scheme}: ${JSON.stringify(found)}`);
      const wide = await page.evaluate(() => {
        const scroller = document.querySelector("#view .scroller");
        return scroller.scrollWidth - scroller.clientWidth;
      });
      expect(wide <= 1, `${name} fits on a small screen: ${wide} too wide`);
    }
    await page.close();
  }
}
frames_are_for_everybody.before = whole_messages;
