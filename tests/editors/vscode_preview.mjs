// The preview in a panel beside the text.

/** The frame of the panel's page, once it is there. */
async function panel({ page, until }) {
  return until(async () => {
    for (const frame of page.frames()) {
      if (await frame.locator("#page.beside").count().catch(() => 0)) return frame;
    }
    return null;
  }, "the panel");
}

/** The frame of the message in the panel: it is another one after each change. */
const messageIn = async (shown) => {
  const frames = await shown.locator(".sheet:not(.behind) .canvas iframe").elementHandles().catch(() => []);
  return frames.length > 0 ? frames[0].contentFrame() : null;
};

const textIn = async (shown) => {
  const inside = await messageIn(shown);
  return inside ? inside.locator("body").innerText({ timeout: 1_000 }).catch(() => "") : "";
};

const reading = (world, shown, text, words) =>
  world.until(async () => (await textIn(shown)).includes(text), words);

async function the_panel_shows_the_message(world) {
  const { command, expect, page, title } = world;
  await command("meniscus: Open Preview");
  const shown = await panel(world);
  await reading(world, shown, "you have 480 points", "the message in the panel");
  const subject = await shown.locator("#stage").innerText();
  expect(subject.includes("Anna, 2 offers are waiting"), `no subject: ${subject}`);
  expect((await shown.locator("#editor, #sidebar").count()) === 0, "the page has an editor of its own");
  // Nothing of a message runs or reaches the editor, and the page itself asks nobody but the editor.
  const frame = shown.locator(".sheet .canvas iframe").first();
  expect((await frame.getAttribute("sandbox")) === "allow-same-origin", "the message isn't in a sandbox");
  const inside = await messageIn(shown);
  const policy = await inside.locator("meta[http-equiv='Content-Security-Policy']").getAttribute("content");
  expect(policy.includes("default-src 'none'"), `no policy: ${policy}`);
  const reached = await shown.evaluate(() => fetch("https://example.com/").then(() => "reached", () => "blocked"));
  expect(reached === "blocked", "the page may use the network");
  const ran = await shown.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ranWithoutNonce = true";
    document.head.append(script);
    return window.ranWithoutNonce === true;
  });
  expect(!ran, "a script without the nonce ran");
  await page.keyboard.press("Escape");
  expect((await title()) === "body.html", "the text lost the focus");
}

async function nothing_in_a_message_runs_or_leads_away(world) {
  const { page, at, until, expect, command } = world;
  const shown = await panel(world);
  const text = '<img src=x onerror="top.hostile=1"><a href="command:workbench.action.closeWindow">a way out</a>'
    + '<meta http-equiv="refresh" content="0;url=https://example.com/"><form action="https://example.com/"><button>send</button></form>';
  await at(7, 1);
  await page.keyboard.insertText(text);
  await reading(world, shown, "a way out", "the hostile text");
  const inside = await messageIn(shown);
  await inside.locator("a").click();
  await inside.locator("button").click();
  await page.waitForTimeout(500);
  expect((await textIn(shown)).includes("a way out"), "the frame went away");
  expect((await messageIn(shown)).url() === "about:srcdoc", "the frame leads somewhere");
  expect(await page.evaluate(() => window.hostile === undefined), "a script of the message ran");
  await page.locator(".view-lines").first().click();
  await command("File: Revert File");
  await until(async () => !(await textIn(shown)).includes("a way out"), "the text as it was");
}

async function the_panel_follows_typing(world) {
  const { page, at, expect, until, picture } = world;
  const shown = await panel(world);
  await at(8, 4);
  const times = [];
  for (let turn = 0; turn < 12; turn++) {
    const before = await textIn(shown);
    expect(!before.includes(`you${turn}`), "nothing is typed yet");
    const start = performance.now();
    await page.keyboard.type(String(turn % 10));
    await until(async () => (await textIn(shown)) !== before, "what was typed is in the panel", 10_000);
    times.push(performance.now() - start);
  }
  for (let turn = 0; turn < 12; turn++) await page.keyboard.press("Backspace");
  await reading(world, shown, "you have 480 points", "the text as it was");
  times.sort((a, b) => a - b);
  const middle = Math.round(times[6]);
  expect(middle < 1_000, `it takes ${middle} ms from a key to the panel`);
  await picture("vscode-panel-typing");
  return `${middle} ms from a key to the panel, ${Math.round(times[11])} ms at most`;
}

async function the_panel_follows_the_cursor(world) {
  const { at, until, picture } = world;
  const shown = await panel(world);
  await at(8, 35);
  await until(() => shown.locator(".canvas .box.selected").count(), "the value at the cursor is marked");
  await at(8, 5);
  await until(() => shown.locator(".canvas .box.at-cursor").count(), "the line of the text at the cursor");
  await at(18, 12); // the name of each offer
  await until(async () => (await shown.locator(".canvas .box.selected").count()) === 2, "both turns of the loop");
  await picture("vscode-panel");
}

async function a_click_in_the_message_moves_the_cursor(world) {
  const { page, until } = world;
  const shown = await panel(world);
  // The panel has the focus: the line's number alone says where the cursor is.
  const line = page.locator(".active-line-number").first();
  const inside = await messageIn(shown);
  await inside.locator("p b").first().click();
  await until(async () => (await line.innerText()) === "8", "the cursor is at the value's expression");
  await inside.locator("p").first().click({ position: { x: 10, y: 8 } });
  await until(async () => (await line.innerText()) === "7", "the cursor is at the text's line");
  await page.locator(".view-lines").first().click();
}

async function a_blank_has_its_mark_and_its_reason(world) {
  const { page, at, until, expect, picture } = world;
  const shown = await panel(world);
  await at(7, 1);
  await page.keyboard.type("{{${last_name}}}");
  await page.keyboard.press("Escape");
  await until(() => shown.locator(".blank-mark.blank").count(), "the mark of the blank");
  await until(async () => (await shown.locator(".blank-count").innerText()).includes("1 blank"), "blanks are counted");
  await shown.locator(".blank-mark.blank").first().hover();
  const tip = await shown.locator("#tip").innerText();
  expect(tip.includes("last_name"), `no reason: ${tip}`);
  await picture("vscode-panel-blank");
  await at(7, 1);
  for (let turn = 0; turn < "{{${last_name}}}".length; turn++) await page.keyboard.press("Delete");
  await until(async () => (await shown.locator(".blank-mark.blank").count()) === 0, "the blank is gone");
}

async function calls_and_problems_are_below_the_message(world) {
  const { until } = world;
  const shown = await panel(world);
  await shown.getByRole("tab", { name: "Calls" }).click();
  await until(async () => /POST[\s\S]*get_user_offers[\s\S]*200/.test(await shown.locator("#panel").innerText()), "the call");
  await shown.getByRole("tab", { name: "Problems" }).click();
}

async function the_recipient_is_the_same_in_both(world) {
  const { page, until, editor, command } = world;
  const shown = await panel(world);
  await shown.locator("#top select").selectOption("ben");
  await reading(world, shown, "Dear Ben", "the message for Ben");
  const item = page.locator(".statusbar-item", { hasText: "ben" });
  await until(() => item.count(), "the status bar says ben");
  await until(async () => (await editor.innerText()).includes("Ben"), "the values in the text are Ben's");
  await page.locator(".view-lines").first().click();
  await command("meniscus: Choose Recipient");
  const anna = page.locator(".quick-input-list .monaco-list-row[aria-label^='anna']").first();
  await anna.click();
  await reading(world, shown, "Dear Anna", "the message for Anna");
  await until(async () => (await shown.locator("#top select").inputValue()) === "anna", "the page says anna");
}

async function another_template_has_its_own_message(world) {
  const { open, until } = world;
  const shown = await panel(world);
  await open("templates/offer_wallet_push/message.liquid");
  await until(async () => (await shown.locator("#top h1").innerText()) === "offer_wallet_push", "the other message");
  await open("templates/offer_wallet/body.html");
  await until(async () => (await shown.locator("#top h1").innerText()) === "offer_wallet", "the message again");
}

async function the_panel_has_the_colours_of_the_theme(world) {
  const { page, command, until, picture } = world;
  const shown = await panel(world);
  const scheme = () => shown.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  const before = await scheme();
  await command("Preferences: Toggle between Light/Dark Themes");
  await until(async () => (await scheme()) !== before, "the other colours");
  await page.waitForTimeout(500);
  await picture("vscode-panel-dark");
  await command("Preferences: Toggle between Light/Dark Themes");
  await until(async () => (await scheme()) === before, "the colours as they were");
}

export const steps = [
  the_panel_shows_the_message,
  nothing_in_a_message_runs_or_leads_away,
  the_panel_follows_typing,
  the_panel_follows_the_cursor,
  a_click_in_the_message_moves_the_cursor,
  a_blank_has_its_mark_and_its_reason,
  calls_and_problems_are_below_the_message,
  the_recipient_is_the_same_in_both,
  another_template_has_its_own_message,
  the_panel_has_the_colours_of_the_theme,
];
