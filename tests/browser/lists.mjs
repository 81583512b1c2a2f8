// The lists at the left, and the cards of problems.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inFrame, until } from "./world.mjs";

async function many_messages(folder) {
  for (let at = 10; at < 60; at++) {
    const message = join(folder, "templates", `many_${at}`);
    await mkdir(message, { recursive: true });
    await writeFile(join(message, "message.toml"), 'channel = "sms"\n');
    await writeFile(join(message, "body.liquid"), "Hello.\n");
  }
}

export async function each_list_has_a_scroller_and_a_tab_stop({ address, open }) {
  for (const size of [{}, { width: 390, height: 844 }]) {
    const { page, wrong } = await open(size);
    await page.goto(`${address}/#/offer_wallet/anna`);
    await inFrame(page, "Dear Anna,");
    if (size.width) {
      expect((await page.textContent(".where")) === "offer_wallet · anna" && (await page.isVisible(".where")), "a small screen says what is shown");
      await page.click('#panes button:has-text("Messages")');
    }
    const boxes = await page.evaluate(() => [...document.querySelectorAll("#sidebar .rows")].map((list) => ({ height: list.clientHeight, scrolls: list.scrollHeight > list.clientHeight, bottom: list.getBoundingClientRect().bottom, stops: list.querySelectorAll('[tabindex="0"]').length })));
    const [messages, scenarios] = boxes;
    expect(boxes.length === 2 && messages.scrolls && messages.height < (size.height ?? 800) / 2 && scenarios.height > 200 && scenarios.bottom <= (size.height ?? 800), `both lists are seen: ${JSON.stringify(boxes)}`);
    expect(messages.stops === 1 && scenarios.stops === 1, `the Tab key stops once in each: ${JSON.stringify(boxes)}`);
    if (!size.width) {
      // Scrolling the one leaves the other; another scenario leaves both.
      const scrolled = () => page.evaluate(() => [...document.querySelectorAll("#sidebar .rows")].map((list) => list.scrollTop));
      await page.evaluate(() => document.querySelector("#sidebar .rows").scrollTo(0, 120));
      await page.keyboard.press("j");
      await page.waitForFunction(() => document.querySelector('[data-key="scenario:anna_later"][aria-current]'));
      expect((await scrolled())[0] > 0, `the messages stay where they were: ${await scrolled()}`);
      await page.focus('[data-key="message:offer_wallet"]');
      const key = () => page.evaluate(() => document.activeElement.dataset.key);
      await page.keyboard.press("End");
      expect((await key()) === "message:tag_export", `End: ${await key()}`);
      expect((await page.getAttribute('[data-key="message:tag_export"]', "tabindex")) === "0", "Tab comes back to the row that had the focus");
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowDown");
      expect((await key()) === "message:many_11", `Home and an arrow: ${await key()}`);
      await page.keyboard.press("Tab");
      expect((await key()) === "add:recipient", `Tab goes to what the other list can do: ${await key()}`);
      await page.keyboard.press("Tab");
      expect((await key()).startsWith("scenario:"), `and to the list: ${await key()}`);
    }
    expect(wrong.length === 0, `errors in the page: ${wrong}`);
    await page.close();
  }
}
each_list_has_a_scroller_and_a_tab_stop.before = many_messages;

export async function changed_and_new_are_told_apart({ folder, address, open }) {
  const { page } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await writeFile(join(folder, "scenarios/anna.toml"), 'now = "2026-03-01T09:00:00Z"\ntemplates = ["offer_wallet"]\n\n[user]\nuser_id = "5b1e7c52-2f6d-4f0f-8d4e-6a0c2f9b7a11"\nfirst_name = "Anja"\n');
  await writeFile(join(folder, "scenarios/zed.toml"), 'extends = "anna"\n');
  await page.waitForSelector('[data-key="message:offer_wallet"] .sign.changed');
  await page.waitForSelector('[data-key="message:offer_wallet"] .sign.plus[title="1 not accepted yet"]');
  await page.waitForSelector('[data-key="scenario:anna"] .sign[title="changed since accepted"]');
  expect((await page.locator('[data-key="scenario:zed"] .sign').count()) === 0, "what is new did not change");
  expect((await page.locator('[data-key="message:many_10"] .sign').count()) === 0, "where nothing is accepted, nothing is said of it");
  await page.close();
}
changed_and_new_are_told_apart.before = many_messages;

export async function the_same_problem_is_one_card({ folder, address, open }) {
  await mkdir(join(folder, "templates/wrong"), { recursive: true });
  await writeFile(join(folder, "templates/wrong/message.toml"), 'channel = "sms"\n');
  await writeFile(join(folder, "templates/wrong/body.liquid"), "{{ 'x' | upcas }}{{ 'x' | upcas }}\n{{ 'x' | upcas }}\n");
  const { page, wrong } = await open();
  await page.goto(`${address}/#/wrong`);
  const cards = page.locator('.problems li:has-text("upcas")');
  await until(async () => (await cards.count()) > 0, "the problem is told");
  expect((await cards.count()) === 1, "as one card");
  expect((await cards.textContent()).includes("3 times"), "that says how often");
  await page.click('.problem-more button:has-text("Line 2")');
  await page.waitForFunction(() => {
    const { anchorNode } = document.getSelection();
    const line = (anchorNode?.nodeType === 3 ? anchorNode.parentElement : anchorNode)?.closest(".cm-line");
    return line && [...line.parentElement.children].indexOf(line) === 1;
  });
  await page.click('button:has-text("Fix all 3")');
  await until(async () => /^({{ 'x' \| upcase }}){3}$/.test((await page.textContent(".cm-content")).trim()), "all are mended");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}

export async function no_problems_here_names_those_of_other_scenarios({ address, open }) {
  const { page, wrong } = await open();
  await page.goto(`${address}/#/offer_wallet/anna`);
  await page.waitForSelector('[data-key="message:offer_wallet"] .sign.warn');
  await until(async () => (await page.textContent(".nothing").catch(() => "")).includes("No problems for anna."), "the scenario is named");
  expect((await page.textContent(".nothing")).includes("All recipients as saved have 1 warning."), await page.textContent(".nothing"));
  await page.click('.nothing button:has-text("Show all recipients")');
  await page.click(".cell:has(.sign.warn) button");
  await page.waitForSelector(".problems li.warn");
  expect(wrong.length === 0, `errors in the page: ${wrong}`);
  await page.close();
}
