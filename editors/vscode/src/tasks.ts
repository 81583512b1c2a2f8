// Tasks, and commands that run as tasks: the program is started without a shell, so nothing needs
// quotes, and what it says stays to be read.
import { existsSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import * as vscode from "vscode";
import { program, requiredProgram, SECTION } from "./program";
import { active, chosenRoot, roots } from "./workspace";

/** What the problem matcher reads. */
const FORMAT = ["--format", "github"];

/** What a task runs by default. */
const ARGUMENTS: Record<string, string[]> = { lint: FORMAT, test: ["--check", ...FORMAT] };

interface Definition extends vscode.TaskDefinition {
  command: "lint" | "test";
  arguments?: string[];
  workspace?: string;
}

function task(
  definition: vscode.TaskDefinition, name: string, path: string, given: string[], cwd: string,
): vscode.Task {
  const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(cwd)) ?? vscode.TaskScope.Workspace;
  const execution = new vscode.ProcessExecution(path, given, { cwd });
  return new vscode.Task(definition, scope, name, SECTION, execution);
}

/** A task that checks a workspace; its problems are listed. */
function checking(definition: Definition, root: string, path: string): vscode.Task {
  const given = [definition.command, ...(definition.arguments ?? ARGUMENTS[definition.command] ?? [])];
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root));
  const inside = folder ? relative(folder.uri.fsPath, root) : "";
  const name = inside ? `${definition.command} ${inside}` : definition.command;
  const made = task(definition, name, path, given, root);
  // Files are said relative to the workspace, which may be a folder in the one that is open.
  // What lint finds takes the place of the same in the editor; what a test finds stands beside it.
  if (inside === "") made.problemMatchers = [definition.command === "test" ? "$meniscus-test" : "$meniscus"];
  made.group = definition.command === "test" ? vscode.TaskGroup.Test : undefined;
  return made;
}

const provider: vscode.TaskProvider = {
  async provideTasks() {
    const found = program();
    if (!found) return [];
    const commands: Definition["command"][] = ["lint", "test"];
    return (await roots()).flatMap((root) => {
      const workspace = vscode.workspace.asRelativePath(root, false);
      const more = workspace === root ? {} : { workspace };
      return commands.map((command) => checking({ type: SECTION, command, ...more }, root, found.path));
    });
  },
  async resolveTask(given) {
    const found = program();
    const definition = given.definition as Definition;
    if (!found || !Object.hasOwn(ARGUMENTS, definition.command)) return undefined;
    const all = await roots();
    const root = definition.workspace === undefined ? all[0]
      : all.find((one) => vscode.workspace.asRelativePath(one, false) === definition.workspace);
    return root === undefined ? undefined : checking(definition, root, found.path);
  },
};

/** Runs the program where its words can be read and its questions answered. */
async function run(name: string, given: string[], cwd: string): Promise<void> {
  const found = requiredProgram();
  if (!found) return;
  const made = task({ type: SECTION, command: name }, name, found.path, given, cwd);
  made.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: true, clear: true };
  await vscode.tasks.executeTask(made);
}

async function init() {
  const [chosen] = await vscode.window.showOpenDialog({
    canSelectFiles: false, canSelectFolders: true, title: "Create a workspace in this folder",
    openLabel: "Create workspace", defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
  }) ?? [];
  if (chosen) await run("init", ["init", "--non-empty", "."], chosen.fsPath);
}

/** Records what the open message calls; a dry run shows that first. */
async function record() {
  const open = active();
  if (!open) return void vscode.window.showErrorMessage("Open a template first: its calls are recorded.");
  const dry = "Show what would be called";
  const live = "Call the real APIs and save their responses";
  const way = await vscode.window.showQuickPick([dry, live], { placeHolder: "Record the open message's calls" });
  if (!way) return;
  const folder = dirname(open.path);
  // A part is recorded with its message: parts often ask the same.
  const message = existsSync(join(folder, "message.toml")) ? folder : open.path;
  const path = relative(open.root, message);
  await run("record", ["record", "--all", ...(way === dry ? ["--dry-run"] : []), "--", path], open.root);
}

async function importFiles() {
  const root = await chosenRoot();
  if (!root) return;
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true, openLabel: "Import",
    title: "HAR files, Postman collections, WireMock mappings, or curl commands with their responses",
  });
  if (chosen?.length) await run("import", ["import", "--", ...chosen.map(({ fsPath }) => fsPath)], root);
}

async function explain() {
  const prompt = "Name of the rule, such as unknown-field";
  const validateInput = (text: string) => (/^[a-z-]*$/.test(text) ? undefined : "Rules have small letters and hyphens");
  const rule = await vscode.window.showInputBox({ prompt, validateInput });
  const folder = active()?.root ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
  if (rule) await run(`explain ${rule}`, ["explain", "--", rule], folder);
}

/** Opens the page of the running program in a browser; in a remote window through its tunnel. */
async function previewInBrowser() {
  const found = requiredProgram();
  const root = found && await chosenRoot();
  if (!found || !root) return;
  const name = `meniscus preview: ${basename(root)}`;
  const terminal = vscode.window.terminals.find(({ name: known, creationOptions }) =>
    known === name && (creationOptions as vscode.TerminalOptions).cwd === root);
  if (terminal && terminal.exitStatus === undefined) return terminal.show();
  const created = vscode.window.createTerminal({
    name, cwd: root, shellPath: found.path, shellArgs: ["preview", "--port", "0", "--open"],
  });
  created.show();
}

export function registerTasks(context: vscode.ExtensionContext): void {
  const command = (name: string, work: () => unknown) =>
    vscode.commands.registerCommand(`${SECTION}.${name}`, work);
  context.subscriptions.push(
    vscode.tasks.registerTaskProvider(SECTION, provider),
    command("init", init),
    command("record", record),
    command("import", importFiles),
    command("explain", explain),
    command("previewInBrowser", previewInBrowser),
  );
}
