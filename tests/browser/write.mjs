// Writing: the editor, saving, conflicts, values and answers for the moment, snapshots.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, until } from "./world.mjs";

const BODY = "templates/offer_wallet/body.html";

async function opened(open, address) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.waitForSelector('.cm-line:has-text("Dear")');
  return { page, wrong };
}

/** Types `text` behind `Dear ` in the body. */
async function type(page, text) {
  await page.click('.cm-line:has-text("Dear")');
  await page.keyboard.press("Home");
  for (let at = 0; at < "<p>Dear ".length; at++) await page.keyboard.press("ArrowRight");
  await page.keyboard.type(text);
}

export async function what_is_typed_is_shown_and_saved({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  const before = await readFile(join(folder, BODY), "utf8");
  await type(page, "friend ");
  await inFrame(page, "Dear friend Anna,");
  expect((await readFile(join(folder, BODY), "utf8")) === before, "nothing is written before it is saved");
  await page.waitForSelector('.status:has-text("not saved")');
  await page.keyboard.press("Control+s");
  await until(async () => (await readFile(join(folder, BODY), "utf8")) === before.replace("<p>Dear ", "<p>Dear friend "), "the file is written");
  await page.waitForSelector('.status:not(:has-text("not saved"))');
  await page.keyboard.press("Control+z");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

/** Every key counts, also where a problem lies at the end of the file. */
export async function what_is_typed_at_the_end_is_there({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  const text = "{{ first_nam | defalt: 'you' | upcase }}{% if %}";
  await page.click('.cm-line:has-text("Dear")');
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text, { delay: 40 });
  await page.waitForSelector(".dot-error, .dot-warn");
  const last = () => page.evaluate(() => {
    const line = [...document.querySelectorAll(".cm-line")].at(-1).cloneNode(true);
    line.querySelectorAll(".ghost").forEach((ghost) => ghost.remove()); // what is offered is not there
    return line.textContent;
  });
  expect((await last()) === text, `not what was typed: ${await last()}`);
  for (const _ of text) await page.keyboard.press("Backspace", { delay: 20 });
  await until(async () => (await last()) === "", "every Backspace counts");
  await page.waitForSelector('.status:not(:has-text("not saved"))');
  // A text that gets shorter elsewhere, with a problem at its end.
  const file = join(folder, BODY);
  const before = await readFile(file, "utf8");
  for (const end of ["{% if %}", "", "{{ x | }}", ""]) {
    await writeFile(file, before + end);
    await until(async () => (await last()).startsWith(end), "the editor has what was saved");
  }
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

/** What is saved of each kind of file, and the words that the message says then. */
const SAVES = {
  template: [BODY, (text, at) => text.replace("points to spend.", `points to spend, ${at}.`), (at) => `points to spend, ${at}.`],
  block: ["content_blocks/sessionm_wallet.liquid", (text, at) => `${text}{{ "from the block ${at}." }}`, (at) => `from the block ${at}.`],
  scenario: ["scenarios/anna.toml", (text, at) => text.replace('"Anna"', `"Anna ${at}."`), (at) => `Dear Anna ${at}.`],
  recording: ["recordings/wallet/two-offers.json", (text, at) => text.replace(/"available_points": \d+/, `"available_points": ${1000 + at}`), (at) => `${1000 + at} points`.replace("1", "1,")],
};

/** Milliseconds from a save to the first frame that was drawn after the message said `words`. */
async function untilDrawn(page, words, save) {
  await page.evaluate((words) => {
    const now = () => performance.timeOrigin + performance.now();
    const says = () => document.querySelector("#view .sheet:not(.behind) iframe")?.contentDocument?.body?.innerText.includes(words);
    window.drawn = new Promise((done, failed) => {
      const last = now() + 10_000;
      const look = () => (says() ? requestAnimationFrame(() => done(now())) : now() > last ? failed(new Error(`not seen: ${words}`)) : requestAnimationFrame(look));
      look();
    });
  }, words);
  const started = performance.timeOrigin + performance.now();
  await save();
  return (await page.evaluate(() => window.drawn)) - started;
}

export async function a_save_elsewhere_comes_to_the_screen({ folder, address, open }) {
  const { page } = await opened(open, address);
  const notes = [];
  for (const [kind, [path, edit, words]] of Object.entries(SAVES)) {
    const file = join(folder, path);
    const text = await readFile(file, "utf8");
    const times = [];
    for (let at = 1; at <= 9; at++) {
      times.push(await untilDrawn(page, words(at), () => writeFile(file, edit(text, at))));
      await page.waitForTimeout(250); // nobody saves faster than the page is at rest
    }
    if (kind === "template") expect((await page.textContent(".cm-content")).includes("points to spend, 9."), "the editor shows the new text");
    await writeFile(file, text);
    notes.push(`${kind} ${Math.round(times.sort((a, b) => a - b)[4])} ms`);
  }
  await page.close();
  return `from save to screen, medians of 9: ${notes.join(", ")}`;
}

export async function a_save_of_a_large_message_comes_to_the_screen({ folder, address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/offer_wallet/chloe`);
  await inFrame(page, "Loaf of the day");
  const text = await readFile(join(folder, BODY), "utf8");
  const times = [];
  for (let at = 1; at <= 5; at++) {
    times.push(await untilDrawn(page, `points to spend, ${at}.`, () => writeFile(join(folder, BODY), text.replace("points to spend.", `points to spend, ${at}.`))));
    await page.waitForTimeout(600);
  }
  await page.close();
  return `a thousand offers, median of 5: ${Math.round(times.sort((a, b) => a - b)[2])} ms`;
}

export async function a_save_elsewhere_keeps_scroll_and_selection({ folder, address, open }) {
  const { page } = await opened(open, address);
  await page.click('#sidebar button:has-text("chloe")');
  await inFrame(page, "Loaf of the day");
  await page.keyboard.press(".");
  await page.keyboard.press(".");
  await page.evaluate(() => document.querySelector("#view .scroller").scrollTo(0, 150));
  const selected = await page.textContent(".origin-value");
  const text = await readFile(join(folder, BODY), "utf8");
  await writeFile(join(folder, BODY), text.replace("<p>Dear", "<p>{{ 'Good day. ' }}Dear"));
  await inFrame(page, "Good day. Dear");
  expect((await page.evaluate(() => document.querySelector("#view .scroller").scrollTop)) === 150, "the message stays where it was scrolled to");
  expect((await page.textContent(".origin-value")) === selected, "what was selected stays selected");
  await page.close();
}

export async function a_syntax_error_stands_beside_the_last_good_render({ address, open }) {
  const { page, wrong } = await opened(open, address);
  await type(page, "{{ 'a' | }}{% if %}");
  await page.waitForSelector(".notice.error");
  await page.waitForTimeout(300);
  // What is typed so slowly that a part of it is rendered may stand in front of the name.
  await inFrame(page, "Anna,");
  await page.waitForSelector(".problem-row");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function two_who_write_lose_nothing({ folder, address, open }) {
  const { page } = await opened(open, address);
  await type(page, "friend ");
  await inFrame(page, "Dear friend Anna,");
  const text = await readFile(join(folder, BODY), "utf8");
  const theirs = text.replace("Dear ", "Esteemed ");
  await writeFile(join(folder, BODY), theirs);
  await page.waitForSelector('.notice:has-text("changed on disk")');
  await page.keyboard.press("Control+s");
  await page.waitForTimeout(300);
  expect((await readFile(join(folder, BODY), "utf8")) === theirs, "a file that changed is not overwritten unasked");
  expect((await page.textContent(".cm-content")).includes("Dear friend"), "what was typed is still there");
  await page.click('button:has-text("Keep mine")');
  await until(async () => (await readFile(join(folder, BODY), "utf8")).includes("Dear friend "), "mine is written when that is chosen");
  await page.close();
}

export async function values_are_changed_for_the_moment_and_kept({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  await page.keyboard.press("3");
  await page.fill('[data-key="value:user:first_name"]', "Zoë");
  await page.keyboard.press("Tab");
  await inFrame(page, "Dear Zoë,");
  await page.click('button:has-text("Save as a recipient")');
  await page.fill("#scenario-name", " ");
  expect(await page.isDisabled('dialog button:has-text("Save")'), "a scenario needs a name");
  await page.fill("#scenario-name", "zoe two");
  expect((await page.textContent("#scenario-file")).startsWith("Creates zoe_two"), "a name that can be one is offered");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#sidebar [data-key="scenario:zoe_two"][aria-current="true"]');
  await inFrame(page, "Dear Zoë,");
  const saved = await readFile(join(folder, "scenarios/zoe_two.toml"), "utf8");
  expect(saved.includes("Zoë") && saved.includes("anna"), `the scenario extends the old one: ${saved}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function an_answer_is_changed_for_the_moment({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  const file = join(folder, "recordings/wallet/two-offers.json");
  const before = await readFile(file, "utf8");
  await page.keyboard.press("2");
  await page.click('#panel button:has-text("What if")');
  await page.click('dialog button:has-text("Empty its lists")');
  await page.click('dialog button:has-text("Use it")');
  await inFrame(page, "There are no offers in your wallet today.");
  await page.click('#panel button:has-text("As recorded")');
  await inFrame(page, "Two rye loaves");
  expect((await readFile(file, "utf8")) === before, "the recording is as it was");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function completion_offers_what_is_there({ address, open }) {
  const { page } = await opened(open, address);
  await type(page, "{{ wallet.payload.avail");
  await page.waitForSelector(".cm-tooltip-autocomplete li");
  expect((await page.textContent(".cm-tooltip-autocomplete")).includes("available_points"), "a field of the answer is offered");
  await page.close();
}

export async function a_snapshot_is_compared_and_accepted({ folder, address, open }) {
  const { page, wrong } = await opened(open, address);
  const subject = "templates/offer_wallet/subject.liquid";
  await writeFile(join(folder, subject), `Well: ${await readFile(join(folder, subject), "utf8")}`);
  await writeFile(join(folder, BODY), (await readFile(join(folder, BODY), "utf8")).replace("Dear ", "Hello "));
  await inFrame(page, "Hello Anna,");
  await page.keyboard.press("c");
  await page.waitForSelector(".pane.now .inbox-subject ins.current");
  expect((await page.textContent(".pane.now .inbox-subject ins")) === "Well: ", "what is new is marked in the subject");
  expect((await page.locator(".pane.accepted .inbox-subject .here").count()) === 1, "and where it is missing on the other side");
  await page.keyboard.press(".");
  await page.waitForSelector(".pane.now .box.current");
  expect((await page.textContent(".steps del")) === "Dear" && (await page.textContent(".steps ins")) === "Hello", "the words of the body are told");
  expect((await page.textContent(".why .code")).includes("<p>Hello {{"), "lines of the template are code");
  expect((await page.locator(".on-disk").count()) === 0, "everything is on disk");
  await page.keyboard.press("3");
  await page.fill('[data-key="value:user:first_name"]', "Zoë");
  await page.keyboard.press("Tab");
  await page.waitForSelector('.on-disk:has-text("what is on disk")');
  await page.click('[data-key="accept:subject"]');
  await page.waitForSelector('.steps .of:has-text("1 of 1")');
  const focused = () => page.evaluate(() => document.activeElement !== document.body);
  expect(await focused(), "the focus stays near");
  await page.focus('[data-key="accept:all"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".nothing.same");
  expect((await page.locator(".pane").count()) === 0 && (await focused()), "nothing is left to accept");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_program_that_is_started_again_is_found_again({ folder, address, open, restart }) {
  const { page, wrong } = await opened(open, address);
  await type(page, "friend ");
  await inFrame(page, "Dear friend Anna,");
  const before = await readFile(join(folder, BODY), "utf8");
  const noticed = page.waitForSelector('.notice:has-text("does not answer")');
  await restart();
  await noticed;
  await page.waitForSelector('.notice:has-text("does not answer")', { state: "detached" });
  await page.keyboard.press("Control+s");
  await until(async () => (await readFile(join(folder, BODY), "utf8")) === before.replace("<p>Dear ", "<p>Dear friend "), "what was typed is saved by the next run");
  await writeFile(join(folder, BODY), before.replace("<p>Dear ", "<p>Dearest "));
  await inFrame(page, "Dearest Anna,");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function the_message_does_not_jump_while_a_tag_is_typed({ address, open }) {
  const { page } = await opened(open, address);
  const top = () => page.evaluate(() => document.querySelector("#view .sheet:not(.behind) iframe").getBoundingClientRect().top);
  const before = await top();
  await type(page, "{{");
  await page.waitForSelector(".notice.error");
  expect((await top()) === before, `the message went from ${before} to ${await top()}`);
  await page.close();
}

export async function what_is_changed_for_the_moment_waits_until_one_comes_back({ address, open }) {
  const { page } = await opened(open, address);
  await page.keyboard.press("3");
  await page.fill('[data-key="value:user:first_name"]', "Zoë");
  await page.keyboard.press("Tab");
  await inFrame(page, "Dear Zoë,");
  await page.click('#sidebar [data-key="scenario:ben"]');
  await inFrame(page, "Dear Ben,");
  await page.click('#sidebar [data-key="scenario:anna"]');
  await inFrame(page, "Dear Zoë,");
  await page.close();
}
