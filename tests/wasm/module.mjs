// The package for JavaScript, as installed from its tarball: `tests/tools/wasm.sh`.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Engine, init, Workspace } from "@meniscus/wasm";

const ROOT = process.env.MENISCUS_ROOT;
const CONFORMANCE = join(ROOT, "../shared/conformance");
// As in tests/conformance.rs, with the reasons.
const DIFFERENCES = ["modulo zero", "tablerow cols 0", "cycle", "for limit bad"];

await init();

/** The example workspace, as texts by their paths. */
async function example() {
  const texts = { "meniscus.toml": await readFile(join(ROOT, "meniscus.toml"), "utf8") };
  for (const folder of ["templates", "content_blocks", "scenarios", "recordings"]) {
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      texts[path.slice(ROOT.length + 1)] = await readFile(path, "utf8");
    }
  }
  return texts;
}

test("a message is rendered for a recipient", async () => {
  const workspace = new Workspace(await example());
  const wallet = workspace.messages.find(({ name }) => name === "offer_wallet");
  assert.ok(wallet.recipients.includes("anna"));
  const anna = workspace.render("offer_wallet", "anna");
  assert.equal(anna.parts.subject, "Anna, 2 offers are waiting");
  assert.equal(anna.calls[0].result.recording, "wallet/two-offers");
  assert.deepEqual([anna.aborted, anna.blanks], [null, []]);
  const zoe = workspace.render("offer_wallet", "anna", { user: { first_name: "Zoë" } });
  assert.equal(zoe.parts.subject, "Zoë, 2 offers are waiting");
  const nobody = workspace.render("offer_wallet", { user: { user_id: "0" } });
  assert.equal(nobody.aborted.type, "liquid_abort_message");
  assert.throws(() => workspace.render("offer_walet", "anna"), /there is no message `offer_walet`: did you mean `offer_wallet`\?/);
  assert.deepEqual(workspace.lint().filter(({ level }) => level === "error"), []);
  const [found] = workspace.lintText("Hi {{${frist_name}}}");
  assert.equal(found.rule, "unknown-attribute");
  const { from, to, items } = workspace.complete({ message: "offer_wallet", path: "templates/offer_wallet/body.html", text: "{{ 'é' | upc", offset: 12 });
  assert.deepEqual([from, to], [9, 12]);
  assert.ok(items.some(({ label }) => label === "upcase"));
  workspace.free();
});

test("texts are compiled once and rendered for many", () => {
  const template = new Engine({ blocks: { footer: "Yours, {{${city}}}" } })
    .compile("Hi {{${first_name}}} {{custom_attribute.${n}}} {{content_blocks.${footer}}}");
  const { output, blanks } = template.render({ user: { first_name: "Anna", city: "Ulm" } });
  assert.equal(output, "Hi Anna  Yours, Ulm");
  assert.equal(blanks[0].reason.message, "the recipient has no custom attribute `n`");
  assert.throws(() => template.render({ usr: {} }), /unknown table `usr`/);
  assert.equal(new Engine().compile("{{ 'now' | date: '%Y' }}").render({}, { now: new Date("2027-01-01") }).output, "2027");
});

/** The text of each `data` in a file of cases, by its place: numbers keep their digits. */
function rawData(text) {
  const found = [];
  let [depth, place, key] = [0, -1, null];
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === '"') {
      const start = at;
      for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
      key = text.slice(start + 1, at);
    } else if (c === "{" || c === "[") {
      depth++;
      if (depth === 3) place++;
      if (depth === 4 && key === "data") {
        const start = at;
        for (let open = 1; open > 0;) {
          const next = text[++at];
          if (next === '"') for (at++; text[at] !== '"'; at++) if (text[at] === "\\") at++;
          if (next === "{" || next === "[") open++;
          if (next === "}" || next === "]") open--;
        }
        found[place] = text.slice(start, at + 1);
        depth--;
      }
    } else if (c === "}" || c === "]") depth--;
  }
  return found;
}

test("the conformance data gives the same bytes", async (t) => {
  const engine = new Engine({ plain: true });
  let [passed, listed] = [0, 0];
  const failed = [];
  for (const name of ["golden_liquid_half", "ruby_probes", "ruby_dates", "ruby_string_filters"]) {
    const file = await readFile(join(CONFORMANCE, `${name}.json`), "utf8").catch(() => null);
    if (file === null) return t.skip("the conformance data is absent");
    const data = rawData(file);
    for (const [place, one] of JSON.parse(file).tests.entries()) {
      const template = engine.compile(one.template);
      const text = template.render({}, { variables: data[place] ?? {}, now: "2026-11-23T09:00:00Z" });
      const errors = [...template.diagnostics, ...text.diagnostics].some(({ level }) => level === "error");
      const held = one.invalid ? errors : (one.results ?? [one.result]).includes(text.output);
      if (held) passed += 1;
      else if (DIFFERENCES.includes(one.name)) listed += 1;
      else failed.push([one.name, one.template, text.output]);
      template.free();
    }
  }
  console.log(`conformance through JavaScript: ${passed} pass, ${listed} are listed with the reason, ${failed.length} fail`);
  assert.ok(passed > 800);
  assert.deepEqual(failed, []);
});
