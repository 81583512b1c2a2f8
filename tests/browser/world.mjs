// What a check needs: a copy of the workspace, the program that serves it, a browser, a canary.
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const FOLDERS = ["templates", "content_blocks", "scenarios", "recordings", "snapshots", "schemas", "meniscus.toml"];

/** A copy of the example workspace, for a check that may write. */
export async function copyOfWorkspace() {
  const folder = await mkdtemp(join(tmpdir(), "meniscus-browser-"));
  const shop = join(folder, "larkspur");
  for (const name of FOLDERS) {
    await cp(join(process.env.MENISCUS_ROOT, name), join(shop, name), { recursive: true }).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  return { folder: shop, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The program, serving `folder`: its address, and `stop`. */
export function serve(folder, port = "0") {
  const child = spawn(process.env.MENISCUS, ["preview", "--port", port], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((done, failed) => {
    let said = "";
    const hear = (bytes) => {
      said += bytes;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) done({ address: found[0], stop: () => new Promise((stopped) => (child.once("exit", stopped), child.kill("SIGINT"))) });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => failed(new Error(`meniscus preview ended with ${code}: ${said}`)));
    setTimeout(() => failed(new Error(`meniscus preview names no address: ${said}`)), 30_000).unref();
  });
}

/** A server that notes every request, and should get none. */
export function canary() {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(204, { "Access-Control-Allow-Origin": "*" }).end();
  });
  // A hint to connect asks for nothing: the connection itself tells.
  server.on("connection", () => asked.push("a connection"));
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done({ asked, address: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((stopped) => (server.closeAllConnections(), server.close(stopped))) })));
}

/**
 * A browser with a profile of its own; `page()` opens a window, which collects what goes wrong in it. With `phone`, it
 * is one that is touched, without a mouse and a hover; `locale` is what it prefers to read.
 */
export async function browser({ phone = false, locale = "en-US" } = {}) {
  const profile = await mkdtemp(join(tmpdir(), "meniscus-chromium-"));
  const options = {
    ...(phone ? { hasTouch: true, isMobile: true } : {}),
    executablePath: process.env.CHROMIUM,
    headless: true,
    locale,
    viewport: { width: 1280, height: 800 },
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  };
  const launch = () => chromium.launchPersistentContext(profile, options);
  // Once in a while Chromium itself crashes while it starts: that says nothing of the preview.
  const context = await launch().catch(launch).catch(launch);
  return {
    async page({ width = 1280, height = 800, scheme = "light", motion = "no-preference" } = {}) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: motion });
      const wrong = [];
      page.on("pageerror", (error) => wrong.push(error.message));
      return { page, wrong };
    },
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Fails with `words` unless `held`. */
export function expect(held, words) {
  if (!held) throw new Error(words);
}

/** Waits until `look` says something true, and gives that. */
export async function until(look, words, most = 10_000) {
  const end = Date.now() + most;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`${words}: not within ${most} ms`);
    await new Promise((next) => setTimeout(next, 15));
  }
}

/** The document of the message's frame, when it is there and holds `text`. */
export const inFrame = (page, text) =>
  page.waitForFunction((text) => {
    const frame = document.querySelector("#view .sheet:not(.behind) iframe");
    return frame?.contentDocument?.body?.innerText.includes(text);
  }, text);

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds serious in the page; the message itself is not the page's. */
export async function serious(page) {
  await page.evaluate(`window.axe || (() => {${axe}})()`);
  const { violations } = await page.evaluate(() => window.axe.run({ exclude: [["#view iframe"]] }, { iframes: false, resultTypes: ["violations"] }));
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} (${failureSummary.split("\n")[1]?.trim()})`).join("; ")}`);
}
