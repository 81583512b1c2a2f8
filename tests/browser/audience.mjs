// The page of `meniscus audience --report html`: what an audience gets.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, serious } from "./world.mjs";

export async function an_audience_is_a_page_that_asks_nothing({ folder, open }) {
  const users = Array.from({ length: 400 }, (_, row) => JSON.stringify({
    external_id: `u${row}`,
    ...(row % 9 ? { first_name: "Anna" } : {}),
    custom_attributes: row % 5 ? { culture: "en-US" } : {},
  }));
  await writeFile(join(folder, "users.ndjson"), `${users.join("\n")}\n{"cut\n`);
  const wallets = users.map((_, row) => JSON.stringify({
    user_id: `u${row}`,
    response: row % 40 === 7 ? { status: "error" } : {
      status: "ok",
      payload: { available_points: row % 3 ? row : null, user_offers: [] },
    },
  }));
  await writeFile(join(folder, "wallets.ndjson"), wallets.join("\n"));
  const asked = ["audience", "templates/offer_wallet", "--users", "users.ndjson", "--answers", "wallets.ndjson"];
  const run = async (...more) => {
    const all = [...asked, "--now", "2026-03-01T09:00:00Z", ...more];
    return (await promisify(execFile)(process.env.MENISCUS, all, { cwd: folder })).stdout;
  };
  await writeFile(join(folder, "before.json"), await run("--limit", "100", "--report", "json"));
  const stdout = await run("--send-rate", "900", "--compare", "before.json", "--report", "html");
  const path = join(folder, "audience.html");
  await writeFile(path, stdout);
  const { page } = await open();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`file://${path}`);
  expect(await page.textContent("h1") === "offer_wallet for 400 recipients", await page.textContent("h1"));
  const blanks = page.locator("details").first();
  await blanks.locator("summary").click();
  expect((await blanks.locator("pre").textContent()).includes("available_points"), "the line of the blank");
  const since = page.getByRole("region", { name: "Since the earlier report" });
  expect((await since.textContent()).includes("+300"), await since.textContent());
  expect((await serious(page)).length === 0, `axe: ${(await serious(page)).join("; ")}`);
  await page.setViewportSize({ width: 390, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > 391);
  expect(!wide, "it is wider than a phone");
  expect(requests.every((url) => url.startsWith("file:")), requests.join(" "));
  if (process.env.MENISCUS_PICTURES) {
    await page.setViewportSize({ width: 1100, height: 900 });
    await page.screenshot({ path: join(process.env.MENISCUS_PICTURES, "audience.png"), fullPage: true });
  }
}
