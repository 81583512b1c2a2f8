// The test explorer, the calls, tasks, and the walkthrough.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const rows = ({ page }) => page.locator(".test-explorer .monaco-list-row");

/** Opens a row of the test explorer by its label, and waits for one in it. */
async function unfold(world, label, inside) {
  const row = rows(world).filter({ hasText: label }).first();
  await row.click();
  await world.page.keyboard.press("ArrowRight");
  await world.until(() => rows(world).filter({ hasText: inside }).count(), `${inside} in ${label}`);
}

async function a_changed_message_fails_its_test(world) {
  const { page, workspace, command, until, picture } = world;
  const path = join(workspace, "templates/offer_wallet_push/title.liquid");
  const before = readFileSync(path, "utf8");
  writeFileSync(path, `${before.trimEnd()}!\n`);
  await command("Testing: Focus on Test Explorer View");
  await until(() => rows(world).filter({ hasText: "offer_wallet_push" }).count(), "the messages");
  await unfold(world, "offer_wallet_push", "anna");
  const anna = rows(world).filter({ hasText: /^anna(?!_)/ }).first();
  await page.mouse.move(700, 600); // what is said of the row above lies over this one
  await page.locator(".monaco-hover:visible").first().waitFor({ state: "detached" });
  await anna.hover();
  await anna.locator(".codicon-testing-run-icon").first().click();
  await until(() => rows(world).locator(".codicon-testing-failed-icon").count(), "the test fails");
  await command("Test Results: Focus on Test Results View");
  await page.locator(".test-output-peek-tree .monaco-list-row", { hasText: "title: differs" }).click();
  const sides = page.locator(".monaco-diff-editor .view-lines");
  await until(async () => {
    const all = await sides.allInnerTexts();
    const texts = all.map((text) => text.replaceAll("\u00a0", " ")).filter((text) => text.includes("your bakery wallet"));
    return texts.some((text) => text.includes("wallet!")) && texts.some((text) => !text.includes("wallet!"));
  }, "both texts");
  await picture("vscode-tests");
}

async function accepting_makes_it_pass(world) {
  const { page, workspace, until, expect, command } = world;
  const file = (name) => readFileSync(join(workspace, "snapshots/offer_wallet_push/title", `${name}.snap`), "utf8");
  const [anna, ben] = [file("anna"), file("ben")];
  await command("Testing: Focus on Test Explorer View");
  await rows(world).filter({ hasText: /^anna(?!_)/ }).first().click({ button: "right" });
  const accept = page.locator(".monaco-menu .action-label", { hasText: "Accept Snapshots" });
  await accept.waitFor();
  await page.waitForTimeout(500); // a menu takes no click in its first moments
  await accept.click();
  await until(() => file("anna") !== anna, "the snapshot is accepted");
  expect(file("ben") === ben, "another recipient's snapshot was accepted, too");
  await until(async () => (await rows(world).locator(".codicon-testing-passed-icon").count()) > 0, "the test passes");
}

async function calls_are_a_tree(world) {
  const { page, command, open, until, expect, title } = world;
  await open("templates/offer_wallet/body.html");
  await command("Explorer: Focus on Calls View");
  const calls = page.locator(".pane", { hasText: "Calls" }).locator(".monaco-list-row");
  await until(async () => (await calls.allInnerTexts()).some((row) => /POST.*get_user_offers/.test(row)), "the call");
  await calls.first().click();
  await until(async () => (await calls.allInnerTexts()).some((row) => row.includes("recording")), "what is in the call");
  await calls.filter({ hasText: "recording" }).first().click();
  await until(async () => (await title()).endsWith(".json"), "the recording");
  expect((await title()) === "two-offers.json", "another recording");
  expect((await calls.count()) > 1, "the calls are gone with the template");
}

async function a_task_lists_its_problems(world) {
  const { page, workspace, open, until } = world;
  const path = join(workspace, "templates/offer_wallet/subject.liquid");
  writeFileSync(path, `${readFileSync(path, "utf8").trimEnd()} {{wallet.payload.availble_points}}\n`);
  const problems = page.locator("[id='status.problems']");
  const errors = async () => Number(/\d+/.exec(await problems.innerText()));
  await open("templates/offer_wallet/subject.liquid");
  await until(async () => (await errors()) === 1, "the editor's own problem");
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input[type='text']");
  await input.waitFor();
  await input.fill(">Tasks: Run Task");
  const choices = page.locator(".quick-input-list .monaco-list-row");
  await choices.filter({ hasText: /Tasks: Run Task(?!s)/ }).first().click();
  await choices.filter({ hasText: "meniscus" }).first().click();
  await choices.filter({ hasText: "meniscus: test" }).first().click();
  // Changed snapshots are what the editor doesn't list itself.
  await until(async () => (await errors()) > 1, "the task's problems are listed");
}

async function the_walkthrough_opens(world) {
  const { page, command, until, expect, picture } = world;
  await command("meniscus: Get Started");
  const steps = page.locator(".getting-started-step");
  await until(async () => (await steps.count()) === 5, "its five steps");
  const text = (await steps.allInnerTexts()).join("\n");
  for (const title of ["Install the program", "See a message", "Choose a recipient", "Find a blank"]) {
    expect(text.includes(title), `no step ${title}`);
  }
  await steps.filter({ hasText: "See a message" }).click();
  // Styles of the file aren't let in there: its colours are attributes.
  const look = (rect) => getComputedStyle(rect).fill;
  const fill = await until(async () => {
    for (const frame of page.frames()) {
      const text = frame.locator("svg text", { hasText: "wallet.available_points" }).first();
      if (await text.count().catch(() => 0)) return frame.locator("svg rect").first().evaluate(look).catch(() => null);
    }
    return null;
  }, "the picture");
  expect(fill !== "rgb(0, 0, 0)", "the picture has no colours");
  await picture("vscode-walkthrough");
}

export const steps = [
  a_changed_message_fails_its_test,
  accepting_makes_it_pass,
  calls_are_a_tree,
  a_task_lists_its_problems,
  the_walkthrough_opens,
];
