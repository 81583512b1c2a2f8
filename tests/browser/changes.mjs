// What changed: two renderings side by side, the steps between changes, equal changes as one group.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { canary, expect, serious, until } from "./world.mjs";

const run = promisify(execFile);
const BODY = "templates/offer_wallet/body.html";

async function edit(folder, name, ...pairs) {
  let text = await readFile(join(folder, name), "utf8");
  for (const [from, to] of pairs) {
    expect(text.includes(from), `${name} has ${from}`);
    text = text.replace(from, to);
  }
  await writeFile(join(folder, name), text);
}

const lines = (from, to) => Array.from({ length: to - from }, (_, at) => `<p>Loaf number ${from + at}</p>\n`).join("");

/** A long mail, accepted, then with a change near its start, a long paragraph more, and a change near its end. */
async function a_long_mail(folder) {
  await edit(folder, BODY, ["<ul>", `${lines(0, 60)}<ul>`], ["</body>", `${lines(60, 90)}<p>Yours, Larkspur</p></body>`]);
  await run(process.env.MENISCUS, ["test", "--accept"], { cwd: folder });
  await edit(folder, BODY, ["Dear ", "Good morning, "], ["<p>Loaf number 20</p>", `<p>Loaf number 20</p>${"<p>A new paragraph.</p>".repeat(25)}`], ["Yours", "Warmly"]);
}

/** Where the marks of a change are in both panes, as parts of the height of the pane; null where it is not in view. */
const places = (page, number) => page.evaluate((number) => ["accepted", "now"].map((side) => {
  const pane = document.querySelector(`.pane.${side} .pane-scroller`);
  const mark = pane.querySelector(`.sheet:not(.behind) [data-change="${number}"]`);
  if (!mark) return null;
  const box = pane.getBoundingClientRect();
  const at = (mark.getBoundingClientRect().top - box.top) / box.height;
  return at >= 0 && at <= 1 ? at : null;
}), number);

const settled = (page) => page.waitForFunction(() => document.querySelectorAll(".pane .sheet:not(.behind) iframe").length === 2 && document.querySelector(".pane.now .box.current"));

export async function two_renderings_are_side_by_side_and_scroll_together({ address, open }) {
  const { page, wrong } = await open({ width: 1440, height: 900 });
  await page.goto(`${address}/#/offer_wallet/anna/changes`);
  await settled(page);
  expect((await page.textContent(".steps .of")) === "Change 1 of 3", await page.textContent(".steps"));
  expect((await page.textContent(".steps del")) === "Dear" && (await page.textContent(".steps ins")) === "Good morning,", await page.textContent(".steps"));
  expect((await page.textContent(".cause .why ins")) === "Good morning,", "the words are marked in the cause");
  const first = await places(page, 0);
  expect(first.every((at) => at !== null), `it begins at the first change: ${first}`);
  // Only the marks differ: the message itself is as it was.
  const texts = await page.evaluate(() => ["accepted", "now"].map((side) => document.querySelector(`.pane.${side} iframe`).contentDocument.body.innerText));
  expect(texts[0].includes("Dear Anna,") && texts[1].includes("Good morning, Anna,"), texts.join("\n"));
  // By the keyboard to the last change, in both.
  await page.keyboard.press(".");
  await page.waitForSelector('.steps .of:has-text("2 of 3")');
  const added = await places(page, 1);
  expect(added.every((at) => at !== null), `what was added has a place in both: ${added}`);
  await page.keyboard.press(".");
  await page.waitForSelector('.steps .of:has-text("3 of 3")');
  expect((await page.textContent(".steps ins")) === "Warmly", await page.textContent(".steps"));
  const last = await places(page, 2);
  expect(last.every((at) => at !== null) && Math.abs(last[0] - last[1]) < 0.1, `both show the last change on the same height: ${last}`);
  // One is scrolled, the other follows: the same line is on about the same height, though 25 paragraphs were added.
  await page.hover(".pane.now .pane-scroller");
  for (let turn = 0; turn < 3; turn++) await page.mouse.wheel(0, -220);
  await page.waitForTimeout(300);
  const tops = () => page.evaluate(() => ["accepted", "now"].map((side) => {
    const frame = document.querySelector(`.pane.${side} iframe`);
    const line = [...frame.contentDocument.querySelectorAll("p")].find((p) => p.textContent === "Loaf number 70");
    return line.getBoundingClientRect().top + frame.getBoundingClientRect().top;
  }));
  const [left, right] = await tops();
  expect(Math.abs(left - right) < 40, `the same line is at ${left} and ${right}`);
  await page.keyboard.press(",");
  await page.waitForSelector('.steps .of:has-text("2 of 3")');
  // A click on a mark points at its change.
  await page.keyboard.press(",");
  await page.frameLocator(".pane.now iframe").locator("p", { hasText: "A new paragraph." }).first().click({ position: { x: 30, y: 8 } });
  await page.waitForSelector('.steps .of:has-text("2 of 3")');
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
two_renderings_are_side_by_side_and_scroll_together.before = a_long_mail;

export async function the_text_opens_at_the_change({ address, open }) {
  const { page, wrong } = await open({ width: 1440, height: 900 });
  await page.goto(`${address}/#/offer_wallet/anna/changes`);
  await settled(page);
  expect((await page.locator(".texts").count()) === 0, "the text is folded");
  await page.keyboard.press(",");
  await page.waitForSelector('.steps .of:has-text("3 of 3")');
  await page.focus('[data-key="change:text"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".texts ins.current");
  const seen = await page.evaluate(() => {
    const [box, mark] = [".texts", ".texts ins.current"].map((one) => document.querySelector(one).getBoundingClientRect());
    return mark.top >= box.top && mark.bottom <= box.bottom;
  });
  expect(seen && (await page.textContent(".texts ins.current")) === "Warmly", "it opens at the change");
  const text = await page.textContent(".texts pre");
  expect(text.includes("equal lines") && !text.includes("Loaf number 40"), "what is equal is folded");
  await page.click(".fold >> nth=-1");
  await until(async () => (await page.textContent(".texts pre")).includes("Loaf number 70"), "and can be unfolded");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
the_text_opens_at_the_change.before = a_long_mail;

export async function a_small_screen_shows_one_side_at_a_time({ address, open }) {
  const { page, wrong } = await open({ width: 390, height: 844 });
  await page.goto(`${address}/#/offer_wallet/anna/changes`);
  await page.waitForSelector(".pane.now .box.current");
  expect(await page.isVisible(".pane.now") && !(await page.isVisible(".pane.accepted")), "what is now is shown first");
  await page.click('[data-key="change:1"]');
  await page.click('[data-key="change:1"]');
  await page.waitForSelector('.steps .of:has-text("3 of 3")');
  await page.click('[data-key="side:accepted"]');
  await page.waitForSelector(".pane.accepted .box.current");
  expect(!(await page.isVisible(".pane.now")), "the other side comes in its place");
  const [at] = await places(page, 2);
  expect(at !== null, "at the same change");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide <= 390, `nothing scrolls sideways: ${wide}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
a_small_screen_shows_one_side_at_a_time.before = a_long_mail;

async function the_same_for_many(folder) {
  await run(process.env.MENISCUS, ["test", "--accept"], { cwd: folder });
  await edit(folder, BODY, ["Dear ", "Good morning, "]);
}

export async function an_equal_change_is_accepted_for_all_by_keyboard({ folder, address, open }) {
  const { page, wrong } = await open({ width: 1440, height: 900 });
  await page.goto(`${address}/#/offer_wallet/anna/changes`);
  await page.waitForSelector(".alike strong");
  const many = Number(/\d+/.exec(await page.textContent(".alike strong"))[0]);
  expect(many > 5, `the same change for ${many}`);
  // Through them one by one.
  await page.focus('[data-key="alike:1"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector('.alike .of:has-text("2 of")');
  const second = await page.evaluate(() => location.hash);
  expect(!second.includes("/anna/"), second);
  await page.waitForSelector(".pane.now .box.current");
  await page.waitForFunction(() => document.activeElement?.dataset.key === "alike:1");
  await page.focus('[data-key="alike:all"]');
  await page.keyboard.press("Enter");
  const row = await page.textContent('.alike-list [aria-current="true"]');
  expect(row.includes("Dear") && row.includes("Good morning,") && row.includes("anna"), row);
  await page.keyboard.press("Enter");
  await page.focus('[data-key="accept:group"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".nothing.same");
  const report = await run(process.env.MENISCUS, ["test", "--check", "templates/offer_wallet"], { cwd: folder }).catch((error) => error);
  expect(report.stdout.includes("as accepted") && !/\d changed/.test(report.stdout), report.stdout);
  const taken = await readFile(join(folder, "snapshots/offer_wallet/body/anna.snap"), "utf8");
  expect(taken.includes("Good morning, Anna,") && !taken.includes("<ins") && !taken.includes("m:0"), "the snapshot has no marks");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
an_equal_change_is_accepted_for_all_by_keyboard.before = the_same_for_many;

async function other_kinds(folder) {
  const put = async (name, text) => {
    await mkdir(join(folder, "templates", name, ".."), { recursive: true });
    await writeFile(join(folder, "templates", name), text);
  };
  await writeFile(join(folder, "scenarios/kim.toml"), 'now = "2026-03-01T09:00:00Z"\ntemplates = ["note_sms", "fixed"]\n[user]\nfirst_name = "Kim"\n');
  await put("note_sms/message.toml", 'channel = "sms"\n');
  await put("note_sms/body.liquid", "Hi {{${first_name} | default: 'you'}}, your bread is warm.");
  await put("fixed/message.toml", 'channel = "email"\n');
  await put("fixed/subject.liquid", "A wide mail");
  await put("fixed/body.html", '<table width="900"><tr><td>left</td><td align="right"><a href="https://a.example/one">right</a></td></tr></table><style>p { color: red }</style>');
  await run(process.env.MENISCUS, ["test", "--accept"], { cwd: folder });
  await edit(folder, "templates/note_sms/body.liquid", ["warm", "hot – and yours"]);
  await edit(folder, "templates/fixed/body.html", ["/one", "/two"], ["red", "blue"]);
}

/** Text channels show their text; a link is marked at its element; what cannot be seen is in the text. */
export async function every_kind_of_change_has_a_place({ address, open }) {
  const { page, wrong } = await open({ width: 1440, height: 900 });
  await page.goto(`${address}/#/note_sms/kim/changes`);
  await page.waitForSelector(".pane.now .bubble ins.current");
  expect((await page.textContent(".pane.accepted .bubble del")) === "warm", "the old word is marked");
  expect((await page.textContent(".pane.accepted .facts")).includes("GSM-7") && (await page.textContent(".pane.now .facts")).includes("UCS-2"), "both say what they count as");
  await page.goto(`${address}/#/fixed/kim/changes`);
  await page.waitForSelector(".pane.now .box.current");
  const fits = await page.evaluate(() => {
    const pane = document.querySelector(".pane.now .pane-scroller");
    const mark = document.querySelector(".pane.now .box.current").getBoundingClientRect();
    const link = document.querySelector(".pane.now iframe").contentDocument.querySelector("a");
    const view = document.querySelector(".pane.now iframe").getBoundingClientRect();
    const by = view.width / document.querySelector(".pane.now iframe").offsetWidth;
    return [pane.scrollWidth <= pane.clientWidth, by < 1, Math.abs(view.left + link.getBoundingClientRect().left * by - mark.left) < 5];
  });
  expect(fits.every(Boolean), `a wide mail is made smaller, with its marks: ${fits}`);
  await page.keyboard.press(".");
  await page.waitForSelector(".unseen-change");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
every_kind_of_change_has_a_place.before = other_kinds;

export async function an_export_shows_the_same_changes({ folder, open }) {
  const { page, wrong } = await open({ width: 1440, height: 900 });
  const out = join(folder, "out");
  await run(process.env.MENISCUS, ["preview", "--export", out], { cwd: folder });
  await page.goto(`file://${out}/index.html#/offer_wallet/anna/changes`);
  await settled(page);
  expect((await page.textContent(".alike strong")).startsWith("The same change for"), "the group is named");
  await page.keyboard.press(".");
  await page.waitForSelector('.steps .of:has-text("2 of 3")');
  expect((await page.locator("[data-key^='accept']").count()) === 0, "nothing can be accepted");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
an_export_shows_the_same_changes.before = a_long_mail;

/** What was accepted once may be as hostile as what is there now: its copy is as harmless, marks and all. */
export async function an_accepted_message_cannot_act({ folder, address, open }) {
  const watch = await canary();
  const put = (name, text) => writeFile(join(folder, "templates/evil", name), text);
  await mkdir(join(folder, "templates/evil"), { recursive: true });
  await writeFile(join(folder, "scenarios/kim.toml"), 'now = "2026-03-01T09:00:00Z"\ntemplates = ["evil"]\n');
  await put("message.toml", 'channel = "email"\n');
  await put("subject.liquid", "<img src=x onerror=\"top.hostile=1\">");
  const evil = (word) => `<p>${word}<script>top.hostile = 1</script><img src="${watch.address}/${word}" onerror="top.hostile=1"><svg><style><link rel=preconnect href="${watch.address}"></style></svg><a href="javascript:top.hostile=1">${word}</a><!--m:0--><iframe src="${watch.address}/frame"></iframe></p>`;
  await put("body.html", evil("one"));
  await run(process.env.MENISCUS, ["test", "--accept"], { cwd: folder });
  await put("body.html", evil("two"));
  await put("subject.liquid", "<img src=x onerror=\"top.hostile=2\">");
  const { page } = await open({ width: 1440, height: 900 });
  await page.goto(`${address}/#/evil/kim/changes`);
  await page.waitForSelector(".pane.now .current");
  const frames = await page.evaluate(() => [...document.querySelectorAll(".pane iframe")].map((frame) => frame.getAttribute("sandbox")));
  expect(frames.length === 2 && frames.every((sandbox) => sandbox === "allow-same-origin"), `the frames: ${frames}`);
  await page.frameLocator(".pane.accepted iframe").locator("a").click();
  await page.waitForTimeout(500);
  expect((await page.evaluate(() => window.hostile)) === undefined, "nothing of it runs");
  expect(watch.asked.length === 0, `it reached ${watch.asked}`);
  await page.close();
  await watch.stop();
}

export async function axe_finds_nothing_serious_in_the_changes({ address, open }) {
  let states = 0;
  for (const scheme of ["light", "dark"]) {
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      const { page } = await open({ width, height, scheme, motion: "reduce" });
      const look = async (words) => {
        const found = await serious(page);
        expect(found.length === 0, `${scheme}, ${width}, ${words}:\n${found.join("\n")}`);
        states++;
      };
      await page.goto(`${address}/#/offer_wallet/anna/changes`);
      await page.waitForSelector(".pane.now .box.current");
      await look("a change");
      await page.click('[data-key="change:text"]');
      await page.waitForSelector(".texts");
      await look("the text");
      await page.click('[data-key="alike:all"]');
      await look("all changes");
      await page.close();
    }
  }
  return `${states} states`;
}
axe_finds_nothing_serious_in_the_changes.before = a_long_mail;
