// VS Code as a client, in Chromium: `node vscode.mjs CODE_SERVER VSIX WORKSPACE PROGRAM [PICTURES]`. Installs the packed
// extension, opens a template, and does what an author does.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import * as language from "./vscode_language.mjs";
import * as preview from "./vscode_preview.mjs";
import * as more from "./vscode_more.mjs";

const [codeServer, vsix, workspace, program, pictures] = process.argv.slice(2);
const only = process.env.MENISCUS_STEPS?.split(",");
const data = mkdtempSync(join(tmpdir(), "meniscus-vscode-"));
const folders = ["--user-data-dir", data, "--extensions-dir", join(data, "extensions")];
for (const folder of ["User", "Machine"]) mkdirSync(join(data, folder), { recursive: true });
// A program is a setting of the machine that it runs on, which is another one than the browser's.
writeFileSync(join(data, "Machine/settings.json"), JSON.stringify({ "meniscus.path": program }));
writeFileSync(join(data, "User/settings.json"), JSON.stringify({
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "testing.automaticallyOpenTestResults": "neverOpen",
  "files.autoSave": "off",
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
async function until(look, words, most = Number(process.env.MENISCUS_WAIT ?? 30_000)) {
  const end = Date.now() + most;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`${words}: not within ${most} ms`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** What the extension and the program wrote. */
function ownLogs() {
  const names = readdirSync(data, { recursive: true }).filter((name) => /meniscus.*\.log$/.test(name));
  return names.map((name) => `${name}:\n${readFileSync(join(data, name), "utf8").slice(-2_000)}`).join("\n");
}

execFileSync(codeServer, [...folders, "--install-extension", vsix], { stdio: "pipe" });
const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-update-check", "--disable-telemetry"];
const server = spawn(codeServer, [...options, ...folders, workspace], { stdio: ["ignore", "pipe", "pipe"], detached: true });
let said = "";
for (const stream of [server.stdout, server.stderr]) stream.on("data", (bytes) => (said += bytes));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
page.setDefaultTimeout(Number(process.env.MENISCUS_WAIT ?? 30_000));

const world = {
  page, workspace, expect, until,
  picture: (name) => (pictures ? page.screenshot({ path: join(pictures, `${name}.png`) }) : null),
  editor: page.locator(".editor-instance .view-lines").first(),
  tabs: page.locator(".tabs-container .tab"),
  errors: () => page.locator(".squiggly-error").count(),
  /** The name of the file that is open. */
  title: () => page.evaluate(() => {
    const group = document.querySelector(".editor-group-container.active");
    return group?.querySelector(".tab.active")?.getAttribute("data-resource-name") ?? "";
  }),
  /** Puts the cursor at a place of the open file. */
  async at(line, column) {
    const place = page.locator("[id='status.editor.selection']");
    const isThere = async () => (await place.innerText()) === `Ln ${line}, Col ${column}`;
    if (await isThere()) return;
    await page.keyboard.press("Control+g");
    const input = page.locator(".quick-input-widget input[type='text']");
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await page.keyboard.press("Enter");
    await until(isThere, `the cursor at ${line}:${column}`);
  },
  /** Runs a command by its title. */
  async command(title) {
    await page.keyboard.press("F1");
    const input = page.locator(".quick-input-widget input[type='text']");
    await input.waitFor();
    await input.fill(`>${title}`);
    await until(async () => {
      const first = page.locator(".quick-input-list .monaco-list-row").first();
      return (await first.innerText().catch(() => "")).includes(title.split(": ").at(-1));
    }, `the command ${title}`);
    await page.keyboard.press("Enter");
  },
  /** Opens a file of the workspace by its path. */
  async open(path) {
    await page.keyboard.press("Control+p");
    const input = page.locator(".quick-input-widget input[type='text']");
    await input.waitFor();
    await input.fill(path);
    const [name, folder] = [path.split("/").at(-1), path.split("/").slice(0, -1).join("/")];
    const first = page.locator(".quick-input-list .monaco-list-row").first();
    await until(async () => {
      const row = await first.innerText().catch(() => "");
      return row.includes(name) && row.includes(folder);
    }, `the file ${path}`);
    await page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
    await until(async () => (await world.title()) === name, `${path} is open`);
  },
};

try {
  await until(() => said.includes("HTTP server listening"), "code-server");
  const file = `vscode-remote://127.0.0.1:${port}${workspace}/templates/offer_wallet/body.html`;
  const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify([["openFile", file]]) });
  await page.goto(`http://127.0.0.1:${port}/?${query}`);
  await world.editor.waitFor({ timeout: 60_000 });
  for (const step of [...language.steps, ...preview.steps, ...more.steps]) {
    const { name } = step;
    if (only && !only.includes(name)) continue;
    try {
      const told = await step(world);
      console.log(`VS Code: ${name.replaceAll("_", " ")}${told ? ` (${told})` : ""}`);
    } catch (error) {
      error.message = `${name.replaceAll("_", " ")}: ${error.message}`;
      throw error;
    }
  }
} catch (error) {
  await page.keyboard.press("Escape");
  await world.command("Notifications: Show Notifications").catch(() => null);
  await world.picture("failed");
  console.error(error.stack, "\n", said.slice(-2_000), "\n", ownLogs());
  process.exitCode = 1;
} finally {
  await browser.close();
  process.kill(-server.pid, "SIGKILL");
  rmSync(data, { recursive: true, force: true });
}
