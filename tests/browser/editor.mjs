// The editor: pairs, block ends, comments, find and replace, ways to a name, a new name, recovery.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, serious, until } from "./world.mjs";

const BODY = "templates/offer_wallet/body.html";

async function opened(open, address, size = { width: 1280, height: 1500 }) {
  const { page, wrong } = await open(size);
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  if (size.width < 860) await page.click('#panes button:has-text("Edit")');
  await page.waitForSelector('.cm-line:has-text("Dear")');
  return { page, wrong };
}

const lines = (page) => page.evaluate(() => [...document.querySelectorAll(".cm-line")].map((line) => {
  const copy = line.cloneNode(true);
  copy.querySelectorAll(".ghost").forEach((ghost) => ghost.remove());
  return copy.textContent;
}));

/** Clicks behind `before` in the first line that has it. */
async function behind(page, before) {
  const line = page.locator(".cm-line", { hasText: before }).first();
  await line.scrollIntoViewIfNeeded();
  const place = await line.evaluate((element, before) => {
    let left = element.textContent.indexOf(before) + before.length;
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { length } = texts.currentNode;
      if (left <= length) {
        const range = document.createRange();
        range.setStart(texts.currentNode, left - 1);
        range.setEnd(texts.currentNode, left);
        const { right, top, height } = range.getBoundingClientRect();
        return { x: right, y: top + height / 2 };
      }
      left -= length;
    }
    return null;
  }, before);
  await page.mouse.click(place.x, place.y);
}

async function newLine(page) {
  await page.locator(".cm-line", { hasText: "Dear" }).first().click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
}

const lineAfterDear = async (page) => {
  const all = await lines(page);
  return all[all.findIndex((text) => text.includes("Dear")) + 1];
};

export async function braces_come_in_pairs_and_blocks_with_their_end({ address, open }) {
  const { page, wrong } = await opened(open, address);
  const typed = async (keys, words) => {
    await newLine(page);
    for (const key of keys) await (key.length > 1 ? page.keyboard.press(key) : page.keyboard.type(key));
    const line = await lineAfterDear(page);
    expect(line === words, `${keys.join(" ")} gives ${JSON.stringify(line)}, not ${JSON.stringify(words)}`);
    await page.click('[data-key="revert"]');
    await until(async () => (await lineAfterDear(page)) !== words, "everything typed is gone");
  };
  await typed(["{", "{"], "{{}}");
  await typed([..."{{ points | round", ..." }}!"], "{{ points | round }}!");
  await typed([..."{{${first_name", ..."}}}."], "{{${first_name}}}.");
  await typed(["{", "%"], "{%  %}");
  await typed([..."{% assign a = 1", ..." %}"], "{% assign a = 1 %}");
  await typed([..."{%- else", ..." -%}"], "{%- else -%}");
  await typed(["{", "{", "Backspace"], "{");
  await typed([..."{% if points", ..." %}", "Tab", "y", "e", "s"], "{% if points %}yes{% endif %}");
  await typed([..."{% if points", ..." %}", "y", "e", "s"], "{% if points %}yes");
  // Before a word, braces are put around something that is there.
  await behind(page, "<p>");
  await page.keyboard.type("{{");
  expect((await lines(page)).some((line) => line.includes("<p>{{Dear")), "nothing is added before a word");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_block_that_is_open_is_completed_first({ address, open }) {
  const { page } = await opened(open, address);
  await newLine(page);
  await page.keyboard.type("{% for offer in wallet.payload.user_offers %}");
  await page.keyboard.press("Enter");
  await page.keyboard.type("{%");
  await page.keyboard.press("Control+Space");
  await page.waitForSelector(".cm-tooltip-autocomplete li");
  const first = await page.textContent(".cm-tooltip-autocomplete li .cm-completionLabel");
  expect(first === "endfor", `the first is ${first}`);
  await page.close();
}

export async function what_belongs_together_is_marked({ address, open }) {
  const { page } = await opened(open, address);
  const marked = () => page.evaluate(() => [...document.querySelectorAll(".paired")].map((one) => one.textContent).join(" "));
  await behind(page, "{%- if live_of");
  expect((await marked()) === "", "nothing is marked inside of a name");
  await behind(page, "{%- i");
  await until(async () => (await marked()).startsWith("if"), "the tags of a block");
  await behind(page, "<p>Dear {{");
  await until(async () => (await marked()).startsWith("{{ }}"), `braces: ${await marked()}`);
  await page.close();
}

export async function lines_become_comments_and_back({ folder, address, open }) {
  const { page } = await opened(open, address);
  const before = await readFile(join(folder, BODY), "utf8");
  await behind(page, "<p>Dear");
  await page.keyboard.press("Control+/");
  await until(async () => (await lines(page)).some((line) => /^\{% comment %\}<p>Dear.*<\/p>\{% endcomment %\}$/.test(line)), "the line is a comment");
  await page.waitForFunction(() => !document.querySelector("#view .sheet:not(.behind) iframe")?.contentDocument?.body?.innerText.includes("Dear Anna"));
  await page.keyboard.press("Control+/");
  await until(async () => (await lines(page)).join("\n") === before.trimEnd() || !(await page.$(".unsaved")), "the comment is taken away");
  // A scenario has comments of its own.
  await page.selectOption("#file", "scenarios/anna.toml");
  await page.waitForSelector('.cm-line:has-text("Anna")');
  await page.locator(".cm-line", { hasText: "first_name" }).first().click();
  await page.keyboard.press("Control+/");
  await until(async () => (await lines(page)).some((line) => line.startsWith("# first_name")), "a comment of TOML");
  await page.close();
}

export async function find_counts_and_replaces({ address, open }) {
  const { page, wrong } = await opened(open, address);
  const said = () => page.textContent(".find-count");
  await page.locator(".cm-line", { hasText: "Dear" }).first().click();
  await page.keyboard.press("Control+f");
  await page.waitForSelector(".find");
  await page.keyboard.type("offer.media");
  const total = (await page.evaluate(() => document.querySelector(".cm-content").textContent.match(/offer\.media/g).length));
  await until(async () => (await said()) === `1 of ${total}`, `the count: ${await said()}`);
  await page.keyboard.press("Enter");
  await until(async () => (await said()) === `2 of ${total}`, `the next: ${await said()}`);
  await page.keyboard.press("Shift+Enter");
  await until(async () => (await said()) === `1 of ${total}`, `the one before: ${await said()}`);
  const found = await serious(page);
  expect(found.length === 0, `axe finds ${found}`);
  await page.fill('.find [name="replace"]', "offer.picture");
  await page.keyboard.press("Enter");
  await until(async () => (await said()).endsWith(`of ${total - 1}`), `one is replaced: ${await said()}`);
  await page.click('.find button:has-text("Replace all")');
  await until(async () => (await said()) === `${total - 1} replaced`, `all are replaced: ${await said()}`);
  expect(!(await lines(page)).join("\n").includes("offer.media"), "none is left");
  await page.focus('.find [name="search"]');
  await page.keyboard.press("Escape");
  await until(async () => !(await page.$(".find")), "Escape closes it");
  expect(await page.evaluate(() => document.activeElement.classList.contains("cm-content")), "back in the text");
  for (let at = 0; at < 5; at++) await page.keyboard.press("Control+z");
  await until(async () => !(await page.$(".unsaved")), "undone");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

const selected = (page) => page.evaluate(() => getSelection().toString());
const file = (page) => page.inputValue("#file");

export async function names_lead_to_where_they_come_from({ address, open }) {
  const { page, wrong } = await opened(open, address);
  // A loop's variable.
  await behind(page, "{{offer.na");
  for (let at = 0; at < 4; at++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("F12");
  await until(async () => (await selected(page)) === "offer", "the variable of the loop");
  // A field of an answer is shown among the calls.
  await behind(page, "wallet.payload.available_po");
  await page.keyboard.press("F12");
  await page.waitForSelector('#panel .chosen, #panel [role="tab"][aria-selected="true"]:has-text("Calls")');
  // An attribute: its line in the scenario.
  await behind(page, "${first_na");
  await page.keyboard.press("F12");
  await until(async () => (await file(page)) === "scenarios/anna.toml", "the scenario");
  await until(async () => (await selected(page)).includes("Anna"), `its value: ${await selected(page)}`);
  // A content block, with the mouse.
  await page.selectOption("#file", BODY);
  await page.waitForSelector('.cm-line:has-text("Dear")');
  await page.locator(".cm-line .l-name", { hasText: "sessionm_wallet" }).click({ modifiers: ["Control"] });
  await until(async () => (await file(page)) === "content_blocks/sessionm_wallet.liquid", "the content block");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function uses_are_listed_and_reached({ address, open }) {
  const { page } = await opened(open, address);
  await behind(page, "wallet.payload.available_po");
  await page.keyboard.press("Shift+F12");
  await page.waitForSelector("dialog .used");
  expect((await page.textContent("dialog h2")).includes("available_points"), "the title names it");
  const found = await serious(page);
  expect(found.length === 0, `axe finds ${found}`);
  const paths = await page.locator("dialog h3").allTextContents();
  expect(paths[0] === BODY && paths.length > 1, `uses in ${paths}`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until(async () => !(await page.$("dialog[open]")) && (await selected(page)).includes("available_points"), "the place is shown");
  await page.close();
}

export async function a_variable_gets_another_name({ address, open }) {
  const { page, wrong } = await opened(open, address);
  await newLine(page);
  const text = "{% assign tone = 'warm' %}{{ tone }}{% for tone in today %}{{ tone }}{% endfor %}{{ 'tone' }}";
  await page.keyboard.insertText(text);
  await behind(page, "{% assign to");
  await page.keyboard.press("F2");
  await page.waitForSelector("dialog input");
  await page.keyboard.type("today");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog .wrong");
  await page.fill("dialog input", "voice");
  await page.keyboard.press("Enter");
  const then = text.replace("assign tone", "assign voice").replace("{{ tone }}", "{{ voice }}");
  await until(async () => (await lineAfterDear(page)) === then, "every place has the new name, no other has");
  await page.keyboard.press("Control+z");
  await until(async () => (await lineAfterDear(page)) === text, "one undo takes it back");
  // What a content block uses too keeps its name.
  await behind(page, "assign en");
  await page.keyboard.press("F2");
  await page.waitForSelector('dialog:has-text("also used in")');
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_name_that_is_being_typed_is_the_only_mistake({ address, open }) {
  const { page } = await opened(open, address);
  await newLine(page);
  await page.keyboard.insertText("<p>You've {{wallet. points</p>");
  await page.waitForSelector(".problem-error");
  await page.waitForTimeout(400);
  const marked = await page.evaluate(() => [...new Set([...document.querySelectorAll(".cm-line .problem-error")].map((one) => one.textContent))].join(""));
  expect(marked === "{{wallet. points", `marked is ${marked}`);
  expect((await page.locator(".dot-error, .dot-warn").count()) === 1, "one line has a mistake");
  await page.close();
}

export async function what_the_recipient_has_comes_first({ address, open }) {
  const { page } = await opened(open, address);
  await newLine(page);
  await page.keyboard.type("{{wallet.payload.");
  await page.waitForSelector(".cm-tooltip-autocomplete li");
  await page.waitForFunction(() => [...document.querySelectorAll(".cm-tooltip-autocomplete li")].some((item) => item.textContent.includes("available_points") && item.textContent.includes("= 480")));
  await page.keyboard.press("Escape");
  await page.keyboard.type("availible_points");
  await page.keyboard.press("Escape");
  await page.locator(".cm-line .l-name", { hasText: "availible_points" }).hover();
  await page.waitForSelector(".tip-shape");
  const tip = await page.textContent(".tip-shape");
  expect(tip.includes("did you mean") && tip.includes("available_points") && !tip.includes("anything"), `the tip says ${tip}`);
  await page.close();
}

export async function the_editor_fits_a_phone({ address, open }) {
  const { page, wrong } = await opened(open, address, { width: 390, height: 844 });
  const small = await page.evaluate(() => [...document.querySelectorAll("#editor .bar button:not([role=menuitem]), #editor select")].map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width < 40 || height < 38).length);
  expect(small === 0, `${small} buttons are squashed`);
  await page.click(".cm-content");
  await page.keyboard.type("x");
  await page.waitForSelector('[data-key="save"]:not([disabled])');
  const right = await page.evaluate(() => document.querySelector('[data-key="save"]').getBoundingClientRect().right);
  expect(right <= 390, `Save ends at ${right}`);
  const cut = await page.evaluate(() => {
    const edge = document.querySelector("#editor").getBoundingClientRect();
    return [...document.querySelectorAll(".cm-lineNumbers .cm-gutterElement")].filter((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return one.textContent && range.getBoundingClientRect().left < edge.left + 2;
    }).length;
  });
  expect(cut === 0, `${cut} line numbers are cut`);
  await page.click('[data-key="find"]');
  await page.waitForSelector(".find");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide <= 390, `the page is ${wide} wide`);
  const found = await serious(page);
  expect(found.length === 0, `axe finds ${found}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
