// What axe says of the page.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds serious in the page; the message itself is not the page's. */
export async function serious(page) {
  await page.evaluate(`window.axe || (() => {${axe}})()`);
  const { violations } = await page.evaluate(() => window.axe.run({ exclude: [["#view iframe"]] }, { iframes: false, resultTypes: ["violations"] }));
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} (${failureSummary.split("\n")[1]?.trim()})`).join("; ")}`);
}
