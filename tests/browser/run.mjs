// Runs the checks, one after the other, each with a workspace and a server of its own.
import { browser, copyOfWorkspace, serve } from "./world.mjs";
import * as answers from "./answers.mjs";
import * as audience from "./audience.mjs";
import * as begin from "./begin.mjs";
import * as blanks from "./blanks.mjs";
import * as look from "./look.mjs";
import * as frames from "./frames.mjs";
import * as interactive from "./interactive.mjs";
import * as labels from "./labels.mjs";
import * as large from "./large.mjs";
import * as lists from "./lists.mjs";
import * as changes from "./changes.mjs";
import * as trouble from "./trouble.mjs";
import * as write from "./write.mjs";
import * as editor from "./editor.mjs";
import * as hostile from "./hostile.mjs";
import * as people from "./people.mjs";
import * as pictures from "./pictures.mjs";
import * as recipient from "./recipient.mjs";
import * as touch from "./touch.mjs";

const wanted = process.argv.slice(2);
const { folders, ...ofLarge } = large;
const all = Object.entries({ ...begin, ...answers, ...audience, ...recipient, ...touch, ...blanks, ...look, ...frames, ...interactive, ...labels, ...ofLarge, ...lists, ...changes, ...trouble, ...write, ...editor, ...hostile, ...people, ...(process.env.MENISCUS_PICTURES ? pictures : {}) });
const checks = all.filter(([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
if (checks.length === 0) {
  console.error(`no check is called ${wanted.join(", ")}; there are ${all.map(([name]) => name).join(", ")}`);
  process.exit(2);
}

const chromium = await browser();
let failed = 0;
for (const [name, check] of checks) {
  const copy = await copyOfWorkspace();
  const started = performance.now();
  let server = null;
  try {
    await check.before?.(copy.folder);
    server = await serve(copy.folder);
    const restart = async () => {
      const { port } = new URL(server.address);
      await server.stop();
      await new Promise((later) => setTimeout(later, 1_500)); // a page notices
      server = await serve(copy.folder, port);
    };
    const notes = await check({ folder: copy.folder, address: server.address, open: chromium.page, restart });
    console.log(`ok      ${name} (${Math.round(performance.now() - started)} ms)${notes ? `: ${notes}` : ""}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${name}: ${error.stack}`);
  } finally {
    await server?.stop();
    await copy.remove();
  }
}
await chromium.close();
console.log(failed === 0 ? `${checks.length} checks of the preview hold` : `${failed} of ${checks.length} checks failed`);
process.exit(failed === 0 ? 0 : 1);
