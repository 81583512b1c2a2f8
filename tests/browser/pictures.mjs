// The pictures of the documentation: MENISCUS_PICTURES=FOLDER tests/browser/run.sh picture
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inFrame } from "./world.mjs";
import { every_channel_has_a_frame } from "./look.mjs";

export async function pictures_of_every_channel({ address, open }) {
  const take = async (name, path, { act, share = 38, ...options } = {}) => {
    const { page } = await open({ height: 760, motion: "reduce", ...options });
    await page.addInitScript((share) => localStorage.setItem("meniscus:editor", share), String(share));
    await page.goto(`${address}/#/${path}`);
    await page.waitForSelector("#view .sheet:not(.behind), .cell");
    await page.waitForSelector(".cm-content", { state: "attached" });
    await act?.(page);
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(process.env.MENISCUS_PICTURES, `preview-${name}.png`) });
    await page.close();
  };
  const value = async (page) => {
    await inFrame(page, "480");
    await page.frameLocator("#view .sheet:not(.behind) iframe").locator(".points").click();
    await page.click('.origin button:has-text("available_points of")');
  };
  const alone = (page) => page.keyboard.press("x"); // without the editor
  await take("email", "rye_week/rye_week", { width: 1440, height: 1080, share: 20, act: value });
  await take("email-phone", "rye_week/rye_week", { width: 390, height: 844, scheme: "dark", act: (page) => page.keyboard.press("d") });
  await take("push", "rye_push", { width: 1440, height: 900, act: alone });
  await take("whats-app", "rye_whats_app", { act: alone });
  await take("sms", "reminder_sms", { height: 860 });
  await take("in-app", "hello_in_app", { height: 800, act: alone });
  await take("content-card", "hello_card", { height: 860 });
  await take("webhook", "tag_export/anna");
  await take("abort", "offer_wallet/femi", { act: (page) => page.keyboard.press("2") });
  await take("grid", "rye_week/rye_week/grid");
  await take("changes", "offer_wallet/anna", {
    act: async (page) => {
      await page.click('.cm-line:has-text("Dear")');
      await page.keyboard.press("End");
      await page.keyboard.type("<p>How was your rye loaf?</p>");
      await page.keyboard.press("Control+s");
      await inFrame(page, "How was");
      await page.keyboard.press("Escape");
      await page.keyboard.press("c");
      await page.waitForSelector(".alike strong");
      await page.waitForSelector(".pane.now .box.current");
    },
  });
}
pictures_of_every_channel.before = async (folder) => {
  await every_channel_has_a_frame.before(folder);
  const put = async (name, settings, parts) => {
    await mkdir(join(folder, "templates", name), { recursive: true });
    await writeFile(join(folder, "templates", name, "message.toml"), settings);
    for (const [part, text] of Object.entries(parts)) await writeFile(join(folder, "templates", name, `${part}.liquid`), text);
  };
  const name = "{{${first_name} | default: 'Good morning'}}";
  await writeFile(join(folder, "scenarios/mia.toml"), '# Gets the other messages of rye week.\nnow = "2026-03-02T08:41:00Z"\ntemplates = ["rye_push", "rye_whats_app"]\n\n[user]\nfirst_name = "Mia"\n');
  await put("rye_push", 'channel = "push"\n\n[[buttons]]\ntext = "Show my code"\nurl = "larkspur://code"\n\n[[buttons]]\ntext = "Find a shop"\nurl = "larkspur://shops"\n', {
    title: "Rye week begins",
    message: `${name}, the first dark loaf leaves the oven at six. Show your code at the counter and take one home at half price, in every shop until Sunday.`,
    summary: "One loaf at half price, until Sunday",
    image_url: "https://img.larkspur.example/rye.png",
  });
  await put("rye_whats_app", 'channel = "whats_app"\n\n[[buttons]]\ntext = "Find a shop"\nurl = "https://larkspur.example/shops"\n\n[[buttons]]\ntext = "Stop these messages"\n', {
    header: "Rye week begins",
    body: `${name}, the first *dark loaf* leaves the oven at six.\n\nYour code: \`\`\`RYE-7K2M\`\`\`\n_One loaf at half price_, until Sunday.`,
    footer: "Larkspur, 12 Mill Lane",
    image_url: "https://img.larkspur.example/rye.png",
  });
};

export async function pictures_of_a_blank({ address, open }) {
  const { page } = await open({ height: 760, motion: "reduce" });
  await page.goto(`${address}/#/rye_week/rye_week`);
  await inFrame(page, "crumbs to spend");
  await page.waitForSelector(".cm-content");
  await page.keyboard.press(".");
  await page.hover(".overlay .blank-mark.selected");
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(process.env.MENISCUS_PICTURES, "preview-blank.png") });
  await page.close();
}
pictures_of_a_blank.before = async (folder) => {
  const body = join(folder, "templates/rye_week/body.html");
  await writeFile(body, (await readFile(body, "utf8")).replace("payload.available_points", "payload.available_point"));
};

// Finding and correcting a blank, frame by frame: docs/img/walk.py makes one picture of them.
export async function pictures_of_a_walk({ address, open }) {
  const { page } = await open({ width: 1200, height: 760, motion: "reduce" });
  const frames = join(process.env.MENISCUS_PICTURES, "walk");
  await mkdir(frames, { recursive: true });
  let number = 0;
  // A frame's name has how long it stays, in milliseconds.
  const frame = async (stays) => {
    await page.waitForTimeout(350);
    const name = `${String(number++).padStart(2, "0")}-${stays}.png`;
    await page.screenshot({ path: join(frames, name) });
  };
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "you have");
  await page.waitForSelector(".cm-content");
  await page.waitForSelector(".overlay .blank-mark.blank");
  await frame(3000);
  const mark = page.locator(".overlay .blank-mark.blank").first();
  await mark.hover();
  await page.waitForSelector("#tip");
  await frame(4000);
  await mark.click();
  await page.waitForFunction(() => document.querySelector(".cm-content .pointed"));
  await frame(3000);
  await page.dblclick(".cm-content .pointed >> text=/available_point/");
  await frame(1200);
  for (const typed of ["available", "_points"]) {
    await page.keyboard.type(typed);
    await page.keyboard.press("Escape");
    await frame(900);
  }
  await page.keyboard.press("Control+s");
  await inFrame(page, "480");
  await page.mouse.move(5, 5);
  await frame(4000);
  await page.close();
}
pictures_of_a_walk.before = async (folder) => {
  const body = join(folder, "templates/offer_wallet/body.html");
  await writeFile(body, (await readFile(body, "utf8")).replace("payload.available_points", "payload.available_point"));
};

export async function pictures_of_a_new_message({ address, open }) {
  const { page } = await open({ height: 760, motion: "reduce" });
  await page.goto(`${address}/#/offer_wallet/anna`);
  await inFrame(page, "Dear Anna,");
  await page.click('[data-key="add:message"]');
  await page.fill("#message-text", "<h1>Spring is here</h1>\n<p>Hi {{${first_name}}}, your {{custom_attribute.${tier}}} card has new offers.</p>");
  await page.waitForSelector("#message-found .is-found");
  await page.fill("#message-name", "spring_sale");
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(process.env.MENISCUS_PICTURES, "preview-new-message.png") });
  await page.close();
}

const CAMPAIGNS = ["lifecycle/welcome/day_1", "lifecycle/welcome/day_3", "lifecycle/welcome/day_7", "lifecycle/win_back/first_reminder", "lifecycle/win_back/last_reminder", "loyalty/points_expire", "loyalty/tiers/gold", "loyalty/tiers/silver", "promotions/spring/rye_week", "promotions/spring/free_bun", "promotions/summer/picnic"];

export async function pictures_of_a_large_workspace({ address, open }) {
  for (const [name, act] of Object.entries({
    start: (page) => page.waitForSelector(".start-list.missed .coverage"),
    search: async (page) => {
      await page.goto(`${address}/#/loyalty%2Fpoints_expire/anna`);
      await inFrame(page, "Dear Anna,");
      await page.keyboard.press("f");
      await page.waitForFunction(() => document.activeElement?.id === "search");
      await page.keyboard.type("available_points");
      await page.waitForSelector(".hit");
      await page.click('.hit:has-text("points_expire/body")');
    },
  })) {
    const { page } = await open({ height: 760, motion: "reduce" });
    await page.goto(address);
    await act(page);
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(process.env.MENISCUS_PICTURES, `preview-${name}.png`) });
    await page.close();
  }
}
pictures_of_a_large_workspace.before = async (folder) => {
  for (const name of CAMPAIGNS) {
    const message = join(folder, "templates", name);
    await mkdir(message, { recursive: true });
    await cp(join(folder, "templates/offer_wallet"), message, { recursive: true });
    if (/win_back|promotions/.test(name)) continue;
    await cp(join(folder, "snapshots/offer_wallet"), join(folder, "snapshots", name), { recursive: true });
  }
  for (const name of ["anna", "ben", "chloe", "femi"]) {
    const file = join(folder, `scenarios/${name}.toml`);
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/^templates = .*$/m, 'templates = ["offer_wallet*", "tag_export", "lifecycle/**", "loyalty/**", "promotions/spring/*"]'));
  }
  const subject = join(folder, "templates/loyalty/points_expire/subject.liquid");
  await writeFile(subject, (await readFile(subject, "utf8")).replace("waiting", "ending"));
  await writeFile(join(folder, "templates/lifecycle/win_back/last_reminder/subject.liquid"), "{% if ${first_name} %}We miss you, {{${first_name}}}\n");
};
