// The pictures of the documentation: MENISCUS_PICTURES=FOLDER tests/browser/run.sh picture
import { join } from "node:path";
import { inFrame } from "./world.mjs";
import { every_channel_has_a_frame } from "./look.mjs";

export async function pictures_of_every_channel({ address, open }) {
  const take = async (name, path, { act, ...options } = {}) => {
    const { page } = await open({ height: 760, motion: "reduce", ...options });
    await page.goto(`${address}/#/${path}`);
    await page.waitForSelector("#view .sheet:not(.behind), .cell, .change");
    await page.waitForSelector(".cm-content", { state: "attached" });
    await act?.(page);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(process.env.MENISCUS_PICTURES, `preview-${name}.png`) });
    await page.close();
  };
  const value = async (page) => {
    await inFrame(page, "480");
    await page.frameLocator("#view .sheet:not(.behind) iframe").locator("b", { hasText: "480" }).click();
    await page.click('.origin button:has-text("available_points of")');
  };
  await take("email", "offer_wallet/anna", { act: value });
  await take("push", "offer_triggered/triggered", { height: 860, act: (page) => page.keyboard.press("3") });
  await take("sms", "reminder_sms", { height: 860 });
  await take("in-app", "hello_in_app", { height: 860 });
  await take("content-card", "hello_card", { height: 860 });
  await take("webhook", "tag_export/anna");
  await take("abort", "offer_wallet/femi", { act: (page) => page.keyboard.press("2") });
  await take("grid", "offer_wallet/anna/grid");
  await take("changes", "offer_wallet/anna", {
    act: async (page) => {
      await page.click('.cm-line:has-text("Dear")');
      await page.keyboard.press("End");
      await page.keyboard.type("<p>How was your rye loaf?</p>");
      await page.keyboard.press("Control+s");
      await inFrame(page, "How was");
      await page.keyboard.press("Escape");
      await page.keyboard.press("c");
      await page.waitForSelector("ins");
      await page.click('[data-key="scenario:ben"]');
      await page.waitForSelector('#view .bar:has-text("ben")');
      await page.waitForSelector("ins");
    },
  });
}
pictures_of_every_channel.before = every_channel_has_a_frame.before;
