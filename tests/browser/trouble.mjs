// What goes wrong, or away, while somebody works: it is told, and nothing is lost.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, inFrame, until } from "./world.mjs";

const put = async (folder, name, text) => {
  await mkdir(join(folder, name, ".."), { recursive: true });
  await writeFile(join(folder, name), text);
};

const at = async (open, address, place = "offer_wallet/anna") => {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/${place}`);
  await page.waitForSelector("#view .sheet:not(.behind)");
  return { page, wrong };
};

const key = (page) => page.evaluate(() => document.activeElement.dataset.key ?? document.activeElement.tagName);

async function a_message_for_nobody(folder) {
  await put(folder, "templates/hello/message.toml", 'channel = "sms"\n');
  await put(folder, "templates/hello/body.liquid", "Hello {{${first_name} | default: 'you'}}.\n");
}

export async function the_first_scenario_of_a_message_is_saved_for_it({ folder, address, open }) {
  const { page, wrong } = await at(open, address, "hello");
  await page.waitForSelector(':text("Hello you.")');
  await page.click('[data-key="view:changes"]');
  await page.waitForSelector(':text("this one has none")');
  await page.click('[data-key="view:message"]');
  await page.keyboard.press("3");
  await page.fill('[data-key="value:user:first_name"]', "Zoë");
  await page.keyboard.press("Tab");
  await page.waitForSelector(':text("Hello Zoë.")');
  await page.click('button:has-text("Save as a recipient")');
  await page.fill("#scenario-name", "zoe");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#sidebar [data-key="scenario:zoe"][aria-current="true"]');
  await page.waitForSelector(':text("Hello Zoë.")');
  const saved = await readFile(join(folder, "scenarios/zoe.toml"), "utf8");
  expect(saved.includes('templates = ["hello"]'), `it is for the message: ${saved}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
the_first_scenario_of_a_message_is_saved_for_it.before = a_message_for_nobody;

export async function what_cannot_be_accepted_is_told_there({ folder, address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/offer_wallet/anna/changes`);
  await page.waitForSelector(".nothing.same");
  const name = await page.evaluate(async () => (await (await fetch("/api/snapshot?message=offer_wallet&scenario=anna", { headers: { "X-Meniscus-Token": document.querySelector('meta[name="meniscus-token"]').content } })).json()).parts[0].file);
  await writeFile(join(folder, name), Buffer.from([0xff, 0xfe, 0x00]));
  await page.reload();
  await page.waitForSelector('section.change:has-text("UTF-8")');
  await page.click('[data-key="accept:all"]');
  await page.waitForSelector('#view .notice.error:has-text("UTF-8")');
  await page.close();
}

export async function a_problem_leads_to_the_editor_from_every_view({ folder, address, open }) {
  for (const size of [{}, { width: 390, height: 844 }]) {
    const { page } = await open(size);
    await put(folder, "templates/offer_wallet/subject.liquid", "{{ 'x' | upcas }}\n");
    for (const view of ["grid", "changes"]) {
      await page.goto(`${address}/#/offer_wallet/anna/${view}`);
      if (size.width) await page.click('[data-key="pane:panel"]');
      else if (view === "changes") await page.keyboard.press("1");
      await page.click('.problem-row:has-text("upcas")');
      await page.waitForSelector("#editor .cm-content", { state: "visible" });
      // A file that is opened for it has its marks at once.
      await page.waitForSelector("#editor .problem");
      await page.reload();
    }
    await page.close();
  }
}

export async function what_is_typed_is_reached_when_its_file_is_gone({ folder, address, open }) {
  const { page, wrong } = await at(open, address);
  await inFrame(page, "Dear Anna,");
  await page.click(".cm-line >> nth=0");
  await page.keyboard.type("precious");
  await page.waitForSelector('[data-key="top:unsaved"]');
  await rename(join(folder, "templates/offer_wallet"), join(folder, "templates/wallet"));
  // The program may say it first; then the page shows another message, and says so.
  await page.waitForSelector('.notice.error:has-text("is shown")');
  await page.click('[data-key="top:unsaved"]');
  await until(async () => (await page.textContent(".cm-content")).includes("precious"), "the text is there");
  const label = await page.locator('#file option:checked').evaluate((option) => option.parentElement.label);
  expect(label === "Not saved", `it is listed: ${label}`);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_new_start_shows_what_was_recorded_meanwhile({ folder, address, open, restart }) {
  const { page, wrong } = await at(open, address);
  await inFrame(page, "Dear Anna,");
  await page.keyboard.press("2");
  await page.waitForSelector('#panel .leaf:text-is("480")');
  const restarted = restart();
  const file = join(folder, "recordings/wallet/two-offers.json");
  await page.waitForTimeout(700);
  await writeFile(file, (await readFile(file, "utf8")).replace(/"available_points": *480/, '"available_points": 7777'));
  await restarted;
  await page.waitForSelector('#panel .leaf:text-is("7777")');
  await inFrame(page, "7,777");
  await page.click('[data-key="view:grid"]');
  await page.waitForSelector(".cell iframe");
  await page.waitForFunction(() => document.querySelector(".cell iframe")?.contentDocument?.body?.innerText.length > 20);
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function fast_saves_are_no_conflict({ folder, address, open }) {
  const { page } = await at(open, address);
  await inFrame(page, "Dear Anna,");
  await page.click(".cm-line >> nth=0");
  for (let time = 0; time < 15; time++) {
    await page.keyboard.type("x");
    await page.keyboard.press("Control+s");
  }
  await until(async () => (await readFile(join(folder, "templates/offer_wallet/body.html"), "utf8")).includes("x".repeat(15)), "the last text is saved");
  await page.waitForTimeout(300);
  expect((await page.locator(".notice").count()) === 0, "nobody else wrote");
  await page.close();
}

export async function values_keep_their_kind_and_can_be_taken_away({ folder, address, open }) {
  await put(folder, "templates/hello/body.liquid", "{% if ${first_name} == nil %}nobody{% else %}{{${first_name}}}{% endif %} {% if custom_attribute.${visits} == 7 %}seven{% endif %}\n");
  await put(folder, "scenarios/zed.toml", 'templates = ["hello"]\n[user]\nfirst_name = "Zed"\n[custom_attribute]\nvisits = 5\nplaces = ["here"]\n');
  const { page, wrong } = await at(open, address, "hello/zed");
  await page.keyboard.press("3");
  const type = async (name, text) => {
    await page.fill(`[data-key="value:custom_attribute:${name}"]`, text);
    await page.keyboard.press("Tab");
  };
  // The answer to what was typed comes while something else is typed.
  await page.route("**/api/render", async (route) => {
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  await type("visits", "7x");
  await page.waitForSelector('[data-key="value:custom_attribute:visits:reset"]');
  const answered = page.waitForResponse("**/api/render");
  await page.fill('[data-key="value:custom_attribute:visits"]', "77");
  await answered;
  await page.waitForTimeout(100);
  expect((await page.inputValue('[data-key="value:custom_attribute:visits"]')) === "77", "what is typed stays");
  await page.unroute("**/api/render");
  await type("visits", "7");
  await page.waitForSelector('#view :text("seven")');
  await page.click('[data-key="value:custom_attribute:places"]');
  await page.click('[data-key="value:custom_attribute:places:as"]');
  await type("places:json", '["there"');
  expect((await page.locator('[data-key="value:custom_attribute:places:reset"]').count()) === 0, "half a list is none");
  await page.hover('.value-row:has([data-key="value:user:first_name"])');
  await page.click('[data-key="value:user:first_name:take"]');
  await page.waitForSelector('#view :text("nobody")');
  expect((await page.getAttribute('[data-key="value:user:first_name"]', "placeholder")) === "removed", "the field says so");
  await page.focus('[data-key="value:user:first_name:reset"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector('#view :text("Zed")');
  expect((await key(page)).startsWith("value:"), `the focus stays near: ${await key(page)}`);
  await page.click('[data-key="add:user"]');
  await page.fill("#add-name", "city");
  await page.fill("#add-value", "Ghent");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-key="value:user:city"]');
  await page.waitForTimeout(200);
  expect((await page.locator("dialog").count()) === 0, "the dialog is closed");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
values_keep_their_kind_and_can_be_taken_away.before = a_message_for_nobody;

export async function an_export_tells_what_it_cannot_show({ folder, open }) {
  await put(folder, "scenarios/nope.toml", 'extends = "anna"\nrecordings = ["nope"]\n');
  const made = spawnSync(process.env.MENISCUS, ["preview", "--export", "out"], { cwd: folder, encoding: "utf8" });
  expect(made.status === 0, made.stderr);
  const { page, wrong } = await open();
  await page.goto(`${pathToFileURL(join(folder, "out/index.html"))}#/offer_wallet/nope`);
  await page.waitForSelector('#view .notice.error:has-text("nope")');
  await page.click('[data-key="scenario:anna"]');
  await inFrame(page, "Dear Anna,");
  expect((await page.locator("#view .notice").count()) === 0, "another scenario is fine");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function a_page_that_nobody_sees_holds_no_connection({ address, open }) {
  const pages = [];
  for (let tab = 0; tab < 8; tab++) {
    const { page } = await open();
    // What a browser does with a tab that is behind others.
    await page.addInitScript(() => {
      let hidden = false;
      Object.defineProperty(document, "hidden", { get: () => hidden });
      window.show = (shown) => ((hidden = !shown), document.dispatchEvent(new Event("visibilitychange")));
    });
    await page.goto(`${address}/#/offer_wallet/anna`);
    await inFrame(page, "Dear Anna,");
    pages.push(page);
    if (tab < 7) await page.evaluate(() => window.show(false));
  }
  await pages[0].evaluate(() => window.show(true));
  await pages[0].keyboard.press("j");
  await pages[0].waitForSelector('[data-key="scenario:anna_later"][aria-current="true"]');
  await inFrame(pages[0], "Dear customer,");
  for (const page of pages) await page.close();
}
