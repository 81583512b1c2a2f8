// An export that can be changed: the program runs in the page, from files, without a request.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { readFile, readdir, stat } from "node:fs/promises";
import { expect, inFrame, serious, until } from "./world.mjs";

const ENGINE = process.env.MENISCUS_ENGINE;

/** The address of an interactive export, by file or where a folder is served. */
async function exported(folder) {
  const out = join(folder, "out");
  const arguments_ = ["preview", "--export", out, "--interactive", "--engine", ENGINE];
  await promisify(execFile)(process.env.MENISCUS, arguments_, { cwd: folder });
  return pathToFileURL(join(out, "index.html")).href;
}

/** A page that notes what it asks of others than the export itself. */
async function opened(open, address, size = {}) {
  const { page, wrong } = await open(size);
  const asked = [];
  page.on("request", (request) => {
    if (!/^(file|data|blob|about):/.test(request.url())) asked.push(request.url());
  });
  await page.goto(address);
  return { page, wrong, asked };
}

const editor = (page) => page.locator(".cm-content");

/** Puts `text` in the place of what the editor holds. */
async function type(page, text) {
  await editor(page).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}

export async function an_interactive_export_renders_what_is_typed({ folder, open }) {
  if (!ENGINE) return "skipped: no MENISCUS_ENGINE";
  const address = await exported(folder);
  const { page, wrong, asked } = await opened(open, `${address}#/offer_wallet_push/anna`);
  await until(() => page.locator(".cm-content").count(), "the editor");
  await until(async () => (await page.innerText("#stage")).includes("Anna"), "the message");
  // What is typed is rendered by the program in the page.
  await type(page, "Hello {{${first_name}}}, {{no_such}} you");
  await until(async () => (await page.innerText("#stage")).includes("Hello Anna"), "the new text");
  // Its finding is listed, and completion knows the dialect.
  await until(async () => (await page.innerText("#panel")).includes("no_such"), "the problem");
  await editor(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" {{ ${first_name} | upc");
  await until(() => page.locator(".cm-tooltip-autocomplete").count(), "completion");
  await page.keyboard.press("Escape");
  // Another recipient, all recipients, and back.
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await until(async () => (await page.locator("#view .cell").count()) > 1, "all recipients");
  expect((await serious(page)).length === 0, `axe: ${(await serious(page)).join("; ")}`);
  await page.keyboard.press("g");
  // Nothing that needs a folder is offered.
  for (const label of ["Save", "New message", "Create recipient", "Accept all"]) {
    expect((await page.getByRole("button", { name: label, exact: true }).count()) === 0, `\`${label}\` is offered`);
  }
  expect(asked.length === 0, `it asked for ${asked.join(", ")}`);
  expect(wrong.length === 0, wrong.join("; "));
}

export async function edits_survive_a_reload_and_travel_in_a_link({ folder, open }) {
  if (!ENGINE) return "skipped: no MENISCUS_ENGINE";
  const address = await exported(folder);
  const { page, wrong } = await opened(open, `${address}#/offer_wallet_push/anna`);
  await until(() => page.locator(".cm-content").count(), "the editor");
  await type(page, "Kept for {{${first_name}}}");
  await until(async () => (await page.innerText("#stage")).includes("Kept for Anna"), "the new text");
  await until(() => page.evaluate(() => Object.values(sessionStorage).some((kept) => kept.includes("Kept for"))), "it is kept");
  await page.reload();
  await until(async () => (await page.innerText("#stage")).includes("Kept for Anna"), "the text after a reload");
  // A response for the moment is kept, too.
  await page.getByRole("tab", { name: /Data/ }).or(page.getByRole("button", { name: /^Data/ })).first().click();
  await page.fill('[data-key="value:user:first_name"]', "Annika");
  await page.press('[data-key="value:user:first_name"]', "Tab");
  await until(async () => (await page.innerText("#stage")).includes("Kept for Annika"), "the new value");
  await page.reload();
  await until(async () => (await page.innerText("#stage")).includes("Kept for Annika"), "the value after a reload");
  // The link is copied, or where that isn't allowed, in the address bar.
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => (window.copied = text) } }));
  await page.getByRole("button", { name: "Share" }).click();
  const link = await until(() => page.evaluate(() => window.copied), "the link");
  expect(link.includes("#/offer_wallet_push/anna/~"), link);
  const other = await opened(open, "about:blank");
  await other.page.goto(link);
  await until(async () => (await other.page.innerText("#stage")).includes("Kept for Annika"), "what the link carries");
  // The same in a tab that shows the page already.
  const same = await opened(open, `${address}#/offer_wallet/ben`);
  await until(async () => (await same.page.innerText("#stage")).includes("Ben"), "another message");
  await same.page.goto(link);
  await until(async () => (await same.page.innerText("#stage")).includes("Kept for Annika"), "the link in an open tab");
  expect(!(await other.page.evaluate(() => location.href)).includes("~"), "the link stays in the address");
  // Starting over forgets both.
  await page.getByRole("button", { name: "Start over" }).click();
  await until(async () => {
    const shown = await page.innerText("#stage").catch(() => "");
    return shown.includes("Anna") && !shown.includes("Kept for");
  }, "the first text again");
  // A link that was cut says so, and the page works.
  const cut = await opened(open, "about:blank");
  await cut.page.goto(`${link.slice(0, -12)}`);
  await until(async () => (await cut.page.innerText("body")).includes("can't be read"), "it says that the link is cut");
  await until(async () => (await cut.page.innerText("#stage")).includes("Anna"), "the message of the export");
  expect(wrong.length === 0 && other.wrong.length === 0 && cut.wrong.length === 0, [...wrong, ...other.wrong, ...cut.wrong].join("; "));
}

export async function the_playground_opens_where_one_types({ folder, open }) {
  if (!ENGINE) return "skipped: no MENISCUS_ENGINE";
  const out = join(folder, "playground");
  await promisify(execFile)(join(process.env.MENISCUS_ROOT, "packages/playground.sh"), [ENGINE, out]);
  const { page, wrong, asked } = await opened(open, pathToFileURL(join(out, "index.html")).href, { width: 390, height: 844 });
  await inFrame(page, "Hi Maya");
  expect((await page.innerText("#stage")).includes("1 blank"), "the blank isn't counted");
  expect((await serious(page)).length === 0, `axe: ${(await serious(page)).join("; ")}`);
  await page.getByRole("button", { name: "Edit" }).click();
  // A template of one's own, whose call nobody answers: a response is pasted.
  await type(page, "{% connected_content https://own.example/points :save own %}Own: {{own.points}}.");
  await page.getByRole("button", { name: "Findings" }).click();
  await page.getByRole("tab", { name: /Calls/ }).or(page.getByRole("button", { name: /Calls/ })).first().click();
  await page.getByRole("button", { name: "Paste an answer…" }).click();
  await page.fill("#answer-body", '{"points": 77}');
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await inFrame(page, "Own: 77.");
  expect((await page.getByRole("button", { name: "Share" }).count()) > 0, "nothing to share with");
  expect(asked.length === 0, `it asked for ${asked.join(", ")}`);
  expect(wrong.length === 0, wrong.join("; "));
}

export async function a_render_that_never_ends_leaves_the_page({ folder, open }) {
  if (!ENGINE) return "skipped: no MENISCUS_ENGINE";
  if ((await stat(ENGINE)).size > 4_000_000) return "skipped: the program for browsers isn't optimized";
  const address = await exported(folder);
  const { page, wrong } = await opened(open, `${address}#/offer_wallet_push/anna`);
  await until(() => page.locator(".cm-content").count(), "the editor");
  await until(async () => (await page.innerText("#stage")).includes("Anna"), "the message");
  // Hostile texts: loops that go on and on, and depth.
  const loops = "{% for a in (1..99999) %}{% for b in (1..99999) %}{% endfor %}{% endfor %}";
  await type(page, `${loops}Late`);
  await page.waitForTimeout(1_500);
  await type(page, `${"{% if true %}".repeat(5_000)}deep`);
  await page.waitForTimeout(500);
  await type(page, "Again {{${first_name}}}");
  await until(async () => (await page.innerText("#stage")).includes("Again Anna"), "the page works again", 45_000);
  expect(wrong.length === 0, wrong.join("; "));
}

export async function an_interactive_export_holds_no_secret({ folder }) {
  if (!ENGINE) return "skipped: no MENISCUS_ENGINE";
  await exported(folder);
  const texts = [];
  for (const name of await readdir(join(folder, "out", "data"))) {
    if (name !== "engine.js") texts.push(await readFile(join(folder, "out", "data", name), "utf8"));
  }
  expect(!texts.join("\n").includes("s3cretkey"), "a secret is in the files");
}
an_interactive_export_holds_no_secret.before = async (folder) => {
  const { appendFile, writeFile } = await import("node:fs/promises");
  const config = await readFile(join(folder, "meniscus.toml"), "utf8");
  await writeFile(join(folder, "meniscus.toml"), config.replace("[variables]", "[variables]\napi_key = \"s3cretkey-of-ours\""));
  await appendFile(join(folder, "recordings", "extra.json"), JSON.stringify({
    request: { method: "GET", urlPath: "/extra", queryParameters: { api_key: { equalTo: "s3cretkey-of-ours" } } },
    response: { status: 200, jsonBody: { access_token: "s3cretkey-of-theirs" } },
  }));
};
