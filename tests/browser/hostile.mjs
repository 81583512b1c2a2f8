// A message that attacks: it runs nothing, sends nothing, leads nowhere.
import { mkdir, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { canary, expect, until } from "./world.mjs";

const attack = (to) => `<!doctype html><html><head>
<base href="${to}/base/">
<meta http-equiv="refresh" content="0;url=${to}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<link rel="stylesheet" href="${to}/sheet.css"><link rel="prefetch" href="${to}/prefetch"><link rel="preconnect" href="${to}"><link rel="dns-prefetch" href="${to}">
<style>@import url("${to}/import.css"); @font-face { font-family: x; src: url("${to}/font.woff2"); } body { background: url("${to}/background.png"); font-family: x; cursor: url("${to}/cursor.png"), auto; } p::after { content: url("${to}/content.png"); }</style>
<script>fetch("${to}/script"); top.location = "${to}/top"; parent.hostile = 1; parent.document.title = "taken";</script>
<script type="module">fetch("${to}/module");</script>
</head><body onload="fetch('${to}/onload')" background="${to}/body.png">
<p>attack</p>
<img src="${to}/image.png" onerror="fetch('${to}/onerror'); parent.hostile = 2"><img srcset="${to}/set.png 1x"><picture><source srcset="${to}/source.png"><img></picture>
<svg><script>fetch("${to}/svg")</script><image href="${to}/svg.png"/><animate onbegin="parent.hostile = 3" attributeName="x" dur="1s"/><use href="${to}/use.svg#a"/></svg>
<iframe src="${to}/frame"></iframe><iframe srcdoc="<script>parent.parent.hostile = 4; fetch('${to}/srcdoc')</script>"></iframe>
<object data="${to}/object"></object><embed src="${to}/embed"><video src="${to}/video" poster="${to}/poster.png" autoplay></video><audio src="${to}/audio" autoplay></audio>
<form action="${to}/form" method="post" id="f"><input name="q" value="1" autofocus onfocus="parent.hostile = 5"><button id="send" formaction="${to}/formaction">send</button></form>
<a id="link" href="${to}/link" target="_top" ping="${to}/ping">link</a> <a id="blank" href="${to}/blank" target="_blank">blank</a> <a id="own" href="${to}/own">own</a> <a id="js" href="javascript:parent.hostile=6">js</a>
<svg><style><p><link rel="preconnect" href="${to}"><link rel="stylesheet" href="${to}/svgsheet.css"></style></svg><svg><title><link rel="preload" as="image" href="${to}/svgtitle.png"></title></svg>
<details ontoggle="parent.hostile = 7" open><summary>more</summary></details><marquee onstart="parent.hostile = 8">m</marquee><div style="position:fixed;inset:0;background:url(${to}/style.png)"></div>
</body></html>`;

export async function a_hostile_message_does_nothing({ folder, address, open }) {
  const watch = await canary();
  try {
    const message = join(folder, "templates/attack");
    await mkdir(message, { recursive: true });
    await writeFile(join(message, "message.toml"), 'channel = "email"\n');
    await writeFile(join(message, "subject.liquid"), `<img src="${watch.address}/subject" onerror="hostile=9"><script>hostile=10</script>`);
    await writeFile(join(message, "body.html"), attack(watch.address));
    const { page } = await open();
    const popups = [];
    page.on("popup", (popup) => popups.push(popup.url()));
    page.on("dialog", (dialog) => (popups.push(dialog.message()), dialog.dismiss()));
    await page.goto(`${address}/#/attack`);
    const shown = () => page.waitForFunction(() => document.querySelector("#view .sheet:not(.behind) iframe")?.contentDocument?.body?.textContent.includes("attack"));
    await shown();
    await page.waitForTimeout(600);
    const before = page.url();
    for (const id of ["link", "blank", "own", "js", "send"]) {
      // The message lies over its own links; the click is sent to them, as a key would.
      await page.evaluate((id) => document.querySelector("#view .sheet:not(.behind) iframe").contentDocument.getElementById(id)?.click(), id);
    }
    await page.evaluate(() => {
      try {
        document.querySelector("#view .sheet:not(.behind) iframe").contentDocument.getElementById("f")?.requestSubmit();
      } catch {} // refused: that is well
    });
    for (const key of ["d", "w", "s", "s", "g", "g"]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(150);
    }
    await shown();
    await page.waitForTimeout(800);
    const state = await page.evaluate(() => ({ hostile: window.hostile, title: document.title, frame: document.querySelector("#view .sheet:not(.behind) iframe").contentWindow.location.pathname, scripts: document.querySelector("#view .sheet:not(.behind) iframe").contentDocument.scripts.length, sandbox: document.querySelector("#view .sheet:not(.behind) iframe").getAttribute("sandbox") }));
    expect(state.hostile === undefined, `script of the message ran: ${state.hostile}`);
    expect(state.title.includes("meniscus") && page.url() === before, `the page was led away: ${page.url()}`);
    expect(state.frame.startsWith("/frame/"), `the frame was led away: ${state.frame}`);
    expect(state.sandbox === "allow-same-origin", `the sandbox: ${state.sandbox}`);
    expect(popups.length === 0, `windows were opened: ${popups}`);
    expect(watch.asked.length === 0, `the message reached another host: ${watch.asked.join(", ")}`);
    // That the canary would have heard: the same message, opened as a plain file, does reach it.
    const plain = join(folder, "plain.html");
    await writeFile(plain, attack(watch.address));
    await page.goto(`file://${plain}`).catch(() => {}); // it leads away at once
    await until(() => watch.asked.length > 0, "the canary hears what is asked of it");
    await page.close();
  } finally {
    await watch.stop();
  }
}

// An export has no server that could say what it may do: the message itself must.
export async function a_hostile_export_does_nothing({ folder, open }) {
  const watch = await canary();
  const { page } = await open();
  try {
    const starts = { first: "", late: `<img src="${watch.address}/early.png"><link rel="preconnect" href="${watch.address}">`, comment: "<!-- c -->" };
    for (const [name, start] of Object.entries(starts)) {
      const message = join(folder, "templates", `export_${name}`);
      await mkdir(message, { recursive: true });
      await writeFile(join(message, "message.toml"), 'channel = "email"\n');
      await writeFile(join(message, "subject.liquid"), "attack");
      await writeFile(join(message, "body.html"), start + attack(watch.address));
    }
    const out = join(folder, "hostile_export");
    await promisify(execFile)(process.env.MENISCUS, ["preview", "--export", out], { cwd: folder });
    for (const name of Object.keys(starts)) {
      await page.goto(`file://${out}/index.html#/export_${name}`);
      await page.waitForFunction(() => document.querySelector("#view .sheet:not(.behind) iframe")?.contentDocument?.body?.textContent.includes("attack"));
      await page.waitForTimeout(800);
      expect((await page.evaluate(() => window.hostile)) === undefined, `script of the message ran in the export ${name}`);
      expect(watch.asked.length === 0, `the export ${name} reached another host: ${watch.asked.join(", ")}`);
    }
  } finally {
    await page.close();
    await watch.stop();
  }
}

export async function another_site_gets_nothing({ address, open }) {
  const { page } = await open();
  const watch = await canary();
  await page.goto(`${watch.address}/`).catch(() => {});
  const seen = await page.evaluate(async (address) => {
    const tries = ["/", "/api/workspace", "/api/file?path=meniscus.toml"].map((path) => fetch(`${address}${path}`).then((answer) => answer.status, () => "refused"));
    return Promise.all(tries);
  }, address);
  expect(seen.every((answer) => answer === "refused"), `another site read ${JSON.stringify(seen)}`);
  await page.close();
  await watch.stop();
}
