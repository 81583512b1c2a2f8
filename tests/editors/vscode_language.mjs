// What the language server gives in VS Code. The steps build on each other: each leaves the text as it was.

async function the_template_has_its_language_and_values({ page, until, editor, errors, expect }) {
  const mode = page.locator("[id='status.editor.mode']");
  await until(async () => (await mode.innerText()).includes("Braze Liquid"), "the language");
  await until(async () => (await editor.innerText()).includes("480"), "the value after the output");
  expect((await errors()) === 0, "the example has an error");
}

async function a_mistake_is_marked_and_fixed({ page, until, errors, expect, at, picture }) {
  await at(8, 1);
  await page.keyboard.press("End");
  await page.keyboard.type("{{wallet.payload.availble_points");
  await until(errors, "the mistake is marked");
  await page.keyboard.press("Escape"); // what completion offers
  await page.keyboard.press("Home");
  const problem = page.locator(".zone-widget");
  await until(async () => {
    // While a tag isn't closed yet, another problem comes and goes.
    await page.keyboard.press("F8");
    await problem.first().waitFor({ timeout: 2_000 }).catch(() => null);
    return (await problem.allInnerTexts()).join().includes("has no field `availble_points`");
  }, "the problem");
  expect((await problem.innerText()).includes(".json"), "it leads to no recording");
  await picture("vscode");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+.");
  const actions = page.locator(".action-widget").first();
  await actions.waitFor();
  expect((await actions.innerText()).includes("Replace `availble_points`"), "no fix is offered");
  await page.keyboard.press("Enter");
  await until(async () => (await errors()) === 0, "the fix takes the mistake away");
}

async function completion_knows_the_fields_of_the_response({ page, until, editor, picture, command }) {
  await page.keyboard.press("End");
  await page.keyboard.type(" {{wallet.payload.");
  const rows = page.locator(".suggest-widget .monaco-list-row");
  await until(async () => (await rows.allInnerTexts()).some((row) => row.startsWith("available_points")), "completion");
  await picture("vscode-completion");
  await page.keyboard.press("Escape");
  await command("File: Revert File");
  await until(async () => !(await editor.innerText()).includes("payload.}"), "the text as it was");
}

async function hover_has_each_recipients_value({ page, until, at, expect }) {
  await at(8, 30);
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+i");
  const hover = page.locator(".monaco-hover:not(.hidden) .hover-contents");
  const text = await until(async () => {
    const all = (await hover.allInnerTexts()).join("\n");
    return all.includes("recipient") && all;
  }, "the table of the hover");
  expect(/anna\s+480/.test(text) && /ben\s+\d/.test(text), `no values: ${text}`);
  await page.keyboard.press("Escape");
}

async function lenses_say_what_a_recipient_gets({ page, until, at }) {
  await at(1, 1);
  const lenses = page.locator(".codelens-decoration");
  await until(async () => (await lenses.allInnerTexts()).join(" ").includes("as accepted"), "the lens");
}

async function a_name_leads_to_the_recording({ page, until, at, open, expect, title }) {
  await at(8, 35);
  await page.keyboard.press("F12");
  await until(async () => (await title()).endsWith(".json"), "the recording");
  const line = page.locator("[id='status.editor.selection']");
  await until(async () => !(await line.innerText()).includes("Ln 8,"), "the place of the field");
  const shown = await page.locator(".view-lines").first().innerText();
  expect(shown.includes("available_points"), `${await title()} isn't at the field`);
  // And the field leads back to what reads it.
  await page.keyboard.press("F12");
  const readers = page.locator(".reference-zone-widget");
  await until(async () => (await readers.allInnerTexts()).join().includes("body.html"), "the templates that read it");
  await page.keyboard.press("Escape");
  await open("templates/offer_wallet/body.html");
}

async function a_variable_is_renamed_everywhere({ page, until, open, at, expect }) {
  await at(11, 10); // offer, which a content block uses, too
  await page.keyboard.press("F2");
  const refused = page.locator(".monaco-editor-overlaymessage");
  await until(async () => (await refused.allInnerTexts()).join().includes("also used in"), "why it can't be renamed");
  await page.keyboard.press("Escape");
  await open("templates/rye_week/body.html");
  await at(155, 16); // bread
  const text = page.locator(".editor-group-container.active .view-lines");
  await until(async () => (await text.innerText()).includes("×4"), "the values in the other template");
  await page.keyboard.press("F2");
  const box = page.locator(".rename-box input");
  await box.waitFor();
  expect((await box.inputValue()) === "bread", "another name is offered");
  await box.fill("loaf");
  await page.keyboard.press("Enter");
  await until(async () => /for\s+loaf\s+in/.test(await text.innerText()), "the new name");
  await until(async () => /loaf\./.test(await text.innerText()), "its uses");
  await page.keyboard.press("Control+z");
  await until(async () => /for\s+bread\s+in/.test(await text.innerText()), "the old name");
  await open("templates/offer_wallet/body.html");
}

export const steps = [
  the_template_has_its_language_and_values,
  a_mistake_is_marked_and_fixed,
  completion_knows_the_fields_of_the_response,
  hover_has_each_recipients_value,
  lenses_say_what_a_recipient_gets,
  a_name_leads_to_the_recording,
  a_variable_is_renamed_everywhere,
];
