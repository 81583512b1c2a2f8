// The test explorer: each message, and in it each recipient with the snapshots of its parts.
import { basename } from "node:path";
import * as vscode from "vscode";
import { type Listing, recipientsOf } from "./calls";
import { type Chosen, failureOf, type Report, runTests, unmetOf } from "./runs";
import { ask, onDidStart, output } from "./server";
import { fileOf, roots } from "./workspace";

/** What an item is: a workspace, a message of it, or a message for a recipient. */
interface About {
  root: string;
  message?: { name: string; path: string; recipients: string[] };
  recipient?: string;
}

const about = new WeakMap<vscode.TestItem, About>();
let controller: vscode.TestController;
/** Whether the items were wanted: nothing is listed before. */
let isWanted = false;

const idOf = ({ root, message, recipient }: About) =>
  JSON.stringify([root, message?.name, recipient].filter((one) => one !== undefined));

function item(what: About, label: string, uri: vscode.Uri | undefined, canResolve: boolean): vscode.TestItem {
  const made = controller.createTestItem(idOf(what), label, uri);
  made.canResolveChildren = canResolve;
  // A place at the top of the text, where the editor offers to run it.
  if (uri) made.range = new vscode.Range(0, 0, 0, 0);
  about.set(made, what);
  return made;
}

async function messagesOf(root: string): Promise<vscode.TestItem[]> {
  const listing = await ask<Listing>(root, "GET", "/api/workspace");
  const messages = listing.messages.filter(({ path, scenarios }) => path !== null && scenarios.length > 0);
  return messages.map(({ name, path, parts, scenarios }) => {
    const message = { name, path: path ?? "", recipients: recipientsOf(listing, scenarios) };
    const main = parts.find((part) => part.name === "body" || part.name === "message") ?? parts[0];
    return item({ root, message }, name, main && fileOf(root, main.file ?? main.path), true);
  });
}

/** Makes the items in one, or the first ones: those of a message are made when it is opened or run. */
async function resolve(of?: vscode.TestItem): Promise<void> {
  const what = of && about.get(of);
  if (!of) {
    const all = await roots();
    const [only] = all;
    if (only !== undefined && all.length === 1) return controller.items.replace(await messagesOf(only));
    const label = (root: string) => vscode.workspace.asRelativePath(root) || basename(root);
    return controller.items.replace(all.map((root) => item({ root }, label(root), undefined, true)));
  }
  if (!what || what.recipient !== undefined) return;
  if (!what.message) return of.children.replace(await messagesOf(what.root));
  const { root, message } = what;
  of.children.replace(message.recipients.map((recipient) =>
    item({ root, message, recipient }, recipient, of.uri, false)));
}

/** Makes the first items again. */
async function again(): Promise<void> {
  isWanted = true;
  try {
    await resolve();
  } catch (error) {
    output.info(`tests: ${error}`);
  }
}

/** The recipients' items in what is to be run, by workspace and message. */
async function leaves(items: readonly vscode.TestItem[], without: Set<vscode.TestItem>): Promise<vscode.TestItem[]> {
  const found: vscode.TestItem[] = [];
  for (const one of items.filter((one) => !without.has(one))) {
    if (about.get(one)?.recipient !== undefined) {
      found.push(one);
    } else {
      if (one.children.size === 0) await resolve(one);
      found.push(...await leaves([...one.children].map(([, child]) => child), without));
    }
  }
  return found;
}

/** What to ask the program for: one run for a whole workspace, else one for each message. */
function batches(wanted: vscode.TestItem[], isAll: boolean): Map<string, { root: string; chosen: Chosen; items: vscode.TestItem[] }> {
  const found = new Map<string, { root: string; chosen: Chosen; items: vscode.TestItem[] }>();
  for (const one of wanted) {
    const what = about.get(one);
    if (!what?.message || what.recipient === undefined) continue;
    const { root, message, recipient } = what;
    const key = isAll ? root : JSON.stringify([root, message.name]);
    const path = isAll ? undefined : message.path;
    const batch = found.get(key) ?? { root, chosen: { path, scenarios: [] }, items: [] };
    batch.items.push(one);
    if (!isAll) batch.chosen.scenarios.push(recipient);
    found.set(key, batch);
  }
  return found;
}

/** Says how each item ended. */
async function tell(run: vscode.TestRun, root: string, items: vscode.TestItem[], report: Report): Promise<void> {
  const isOf = ({ message, recipient }: About) => (one: { message: string; scenario: string }) =>
    one.message === message?.name && one.scenario === recipient;
  for (const one of items) {
    const own = isOf(about.get(one) ?? { root });
    const cases = report.cases.filter(own);
    const bad = cases.filter(({ status }) => status !== "same");
    const unmet = report.expectations.filter(own).flatMap((claims) => claims.unmet);
    const failures = [
      ...await Promise.all(bad.map((part) => failureOf(root, part))), ...unmet.map((claim) => unmetOf(root, claim)),
    ];
    const isBroken = bad.some(({ status }) => status === "refused" || status === "unreadable");
    if (cases.length === 0) run.skipped(one);
    else if (failures.length === 0) run.passed(one);
    else if (isBroken) run.errored(one, failures);
    else run.failed(one, failures);
  }
  for (const { path, says } of report.problems) run.appendOutput(`${path}: ${says}\r\n`);
}

async function runAll(request: vscode.TestRunRequest, cancel?: vscode.CancellationToken, accept = false) {
  const run = controller.createTestRun(request);
  try {
    const chosen = request.include ?? [...controller.items].map(([, one]) => one);
    const wanted = await leaves(chosen, new Set(request.exclude ?? []));
    wanted.forEach((one) => run.started(one));
    const isAll = !request.include && !request.exclude?.length;
    for (const { root, chosen, items } of batches(wanted, isAll).values()) {
      if (cancel?.isCancellationRequested) break;
      try {
        if (accept) await runTests(root, chosen, true, cancel);
        const report = await runTests(root, chosen, false, cancel);
        if (report) await tell(run, root, items, report);
      } catch (error) {
        const why = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
        items.forEach((one) => run.errored(one, why));
      }
    }
  } finally {
    run.end();
  }
}

/** Accepts what the chosen items render, and nothing else. */
async function accept(given?: vscode.TestItem | { test: vscode.TestItem }): Promise<void> {
  const one = given && "test" in given ? given.test : given;
  if (one) await runAll(new vscode.TestRunRequest([one]), undefined, true);
}

export function registerTests(context: vscode.ExtensionContext): void {
  controller = vscode.tests.createTestController("meniscus", "meniscus");
  controller.resolveHandler = (of) => (of ? resolve(of) : again());
  controller.refreshHandler = again;
  controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, (request, cancel) => runAll(request, cancel), true);
  // Messages and recipients come and go with their files; what is in them doesn't change the list.
  const files = vscode.workspace.createFileSystemWatcher("**/*.{liquid,html,toml,json}", false, true, false);
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => isWanted && again(), 1_000);
  };
  context.subscriptions.push(
    controller, files, files.onDidCreate(soon), files.onDidDelete(soon),
    onDidStart(() => isWanted && again()),
    vscode.commands.registerCommand("meniscus.acceptSnapshots", accept),
  );
}
