// VS Code as a client, in Chromium: `node vscode.mjs CODE_SERVER VSIX WORKSPACE PROGRAM [PICTURES]`. Installs the packed
// extension, opens a template, and does what an author does.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [codeServer, vsix, workspace, program, pictures] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), "meniscus-vscode-"));
const folders = ["--user-data-dir", data, "--extensions-dir", join(data, "extensions")];
mkdirSync(join(data, "User"), { recursive: true });
writeFileSync(join(data, "User/settings.json"), JSON.stringify({
  "meniscus.path": program,
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
}));

const port = await new Promise((done) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

function expect(held, words) {
  if (!held) throw new Error(words);
}

/** Waits until `look` says something true, and gives that. */
async function until(look, words, most = 30_000) {
  const end = Date.now() + most;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`${words}: not within ${most} ms`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

execFileSync(codeServer, [...folders, "--install-extension", vsix], { stdio: "pipe" });
const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-update-check", "--disable-telemetry"];
const server = spawn(codeServer, [...options, ...folders, workspace], { stdio: ["ignore", "pipe", "pipe"], detached: true });
let said = "";
for (const stream of [server.stdout, server.stderr]) stream.on("data", (bytes) => (said += bytes));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
const picture = (name) => (pictures ? page.screenshot({ path: join(pictures, `${name}.png`) }) : null);
const editor = page.locator(".editor-instance .view-lines");
const errors = () => page.locator(".squiggly-error").count();

try {
  await until(() => said.includes("HTTP server listening"), "code-server");
  const file = `vscode-remote://127.0.0.1:${port}${workspace}/templates/offer_wallet/body.html`;
  const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify([["openFile", file]]) });
  await page.goto(`http://127.0.0.1:${port}/?${query}`);
  await editor.waitFor({ timeout: 60_000 });
  const mode = page.locator("[id='status.editor.mode']");
  await until(async () => (await mode.innerText()).includes("Braze Liquid"), "the template has its language");
  await until(async () => (await editor.innerText()).includes("480"), "the value behind the output");
  expect((await errors()) === 0, "the example has an error");

  // A mistake is marked, with the recording; its fix takes it away.
  await page.keyboard.press("Control+g");
  await page.keyboard.type("8:1");
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.type("{{wallet.payload.availble_points");
  await until(errors, "the mistake is marked");
  await page.keyboard.press("Escape"); // what completion offers
  await page.keyboard.press("Home");
  await page.keyboard.press("F8");
  await until(async () => (await page.locator(".zone-widget").innerText()).includes("has no field `availble_points`"), "the problem");
  expect((await page.locator(".zone-widget").innerText()).includes(".json"), "it leads to no recording");
  await picture("vscode");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+.");
  await page.locator(".action-widget").first().waitFor();
  expect((await page.locator(".action-widget").first().innerText()).includes("Replace `availble_points`"), "no fix is offered");
  await page.keyboard.press("Enter");
  await until(async () => (await errors()) === 0, "the fix takes the mistake away");

  // Completion knows the fields of the response.
  await page.keyboard.press("End");
  await page.keyboard.type(" {{wallet.payload.");
  const rows = page.locator(".suggest-widget .monaco-list-row");
  await until(async () => (await rows.allInnerTexts()).some((row) => row.startsWith("available_points")), "completion");
  await picture("vscode-completion");
  await page.keyboard.press("Escape");
  console.log("VS Code: language, values, problem, fix, completion");
} catch (error) {
  console.error(error.stack, "\n", said.slice(-2_000));
  process.exitCode = 1;
} finally {
  await browser.close();
  process.kill(-server.pid, "SIGKILL");
  rmSync(data, { recursive: true, force: true });
}
