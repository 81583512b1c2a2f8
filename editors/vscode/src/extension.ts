// meniscus in VS Code: starts the language server, says which program runs, and gives the workspace's
// templates their language. What is known of templates is all in the program.
import { existsSync } from "node:fs";
import { delimiter, dirname, join, relative, sep } from "node:path";
import * as vscode from "vscode";
import {
  CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions, type ServerOptions,
} from "vscode-languageclient/node";

const LANGUAGE = "braze-liquid";
const SECTION = "meniscus";
const WINDOWS = process.platform === "win32";

/** Languages of files that may be templates; others were chosen by somebody. */
const PLAIN = new Set(["html", "liquid", "plaintext", "jinja-html", "json"]);

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
let status: vscode.LanguageStatusItem;
let recipient: vscode.StatusBarItem;

const settings = (scope?: vscode.Uri) => vscode.workspace.getConfiguration(SECTION, scope);

/** The program to run, and why this one; nothing if none was found. */
function program(): { path: string; why: string } | undefined {
  const named = settings().get<string>("path", "");
  if (named) return { path: named, why: "set in meniscus.path" };
  const name = WINDOWS ? "meniscus.exe" : "meniscus";
  // In a folder that isn't trusted, nothing of it is run.
  if (vscode.workspace.isTrusted) {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const inside: [string, string][] = [
        [join(".venv", WINDOWS ? "Scripts" : "bin", name), "in the workspace's .venv"],
        [join("node_modules", ".bin", WINDOWS ? "meniscus.cmd" : "meniscus"), "in node_modules"],
      ];
      for (const [path, why] of inside) {
        const whole = join(folder.uri.fsPath, path);
        if (existsSync(whole)) return { path: whole, why };
      }
    }
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const whole = join(folder, name);
    if (folder && existsSync(whole)) return { path: whole, why: "on the PATH" };
  }
  return undefined;
}

/** The folder of the workspace of meniscus that a file is in. */
function rootOf(path: string): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "meniscus.toml"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Whether a file is a template or a content block of a workspace of meniscus. */
function isTemplate(document: vscode.TextDocument): boolean {
  if (document.uri.scheme !== "file" || !PLAIN.has(document.languageId)) return false;
  const path = document.uri.fsPath;
  const root = rootOf(path);
  if (!root) return false;
  const [first] = relative(root, path).split(sep);
  const isJson = document.languageId === "json";
  const isBeside = existsSync(join(dirname(path), "message.toml"));
  return isBeside || (!isJson && (first === "templates" || first === "content_blocks"));
}

async function giveLanguage(document: vscode.TextDocument) {
  if (!settings(document.uri).get<boolean>("chooseLanguage", true) || !isTemplate(document)) return;
  await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
}

function options(): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: LANGUAGE },
      { scheme: "file", pattern: "**/{meniscus,message}.toml" },
      { scheme: "file", pattern: "**/scenarios/**/*.{toml,json}" },
      { scheme: "file", pattern: "**/recordings/**/*.json" },
    ],
    initializationOptions: settings(),
    synchronize: { configurationSection: SECTION },
    outputChannel: output,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => ({ action: CloseAction.DoNotRestart }),
    },
  };
}

async function start() {
  const found = program();
  if (!found) {
    status.text = "meniscus isn't installed";
    status.detail = "pip install meniscus, or npm install meniscus; or set meniscus.path";
    status.severity = vscode.LanguageStatusSeverity.Error;
    output.error("no program `meniscus` in .venv, in node_modules or on the PATH");
    return;
  }
  output.info(`running ${found.path} (${found.why})`);
  const server: ServerOptions = { command: found.path, args: ["lsp"] };
  const own = new LanguageClient(SECTION, "meniscus", server, options());
  client = own;
  try {
    await own.start();
    const version = own.initializeResult?.serverInfo?.version ?? "";
    status.text = `meniscus ${version}`;
    status.detail = `${found.path}, ${found.why}`;
    status.severity = vscode.LanguageStatusSeverity.Information;
  } catch (error) {
    status.text = "meniscus doesn't run";
    status.detail = `${found.path}: ${error instanceof Error ? error.message : error}`;
    status.severity = vscode.LanguageStatusSeverity.Error;
    output.error(String(error));
  }
}

async function stop() {
  const own = client;
  client = undefined;
  await own?.stop().catch(() => undefined);
}

/** The recipients of the workspace that the open file is in: the names of its scenarios. */
async function recipients(): Promise<string[]> {
  const path = vscode.window.activeTextEditor?.document.uri.fsPath;
  const root = path && rootOf(path);
  if (!root) return [];
  const files = await vscode.workspace.findFiles(new vscode.RelativePattern(root, "scenarios/**/*.{toml,json}"));
  const names = files.map(({ fsPath }) =>
    relative(join(root, "scenarios"), fsPath).replace(/\.(toml|json)$/, "").split(sep).join("/"));
  return names.sort();
}

async function chooseRecipient() {
  const first = "The first one of each message";
  const chosen = await vscode.window.showQuickPick([first, ...(await recipients())], {
    placeHolder: "Whose values are shown?",
  });
  if (chosen === undefined) return;
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings().update("recipient", chosen === first ? undefined : chosen, target);
}

function showRecipient() {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== LANGUAGE) return recipient.hide();
  const name = settings(editor.document.uri).get<string>("recipient", "");
  recipient.text = `$(person) ${name || "first recipient"}`;
  recipient.show();
}

/** Opens the page of the running program in a browser; in a remote window through its tunnel. */
async function preview() {
  const found = program();
  const path = vscode.window.activeTextEditor?.document.uri.fsPath;
  const root = path && rootOf(path);
  if (!found || !root) {
    return void vscode.window.showErrorMessage(found
      ? "Open a template of a workspace with meniscus.toml first." : "meniscus isn't installed.");
  }
  const name = `meniscus preview: ${root}`;
  const terminal = vscode.window.terminals.find((one) => one.name === name);
  if (terminal && terminal.exitStatus === undefined) return terminal.show();
  const created = vscode.window.createTerminal({
    name, cwd: root, shellPath: found.path, shellArgs: ["preview", "--port", "0", "--open"],
  });
  created.show();
}

async function explain() {
  const found = program();
  if (!found) return;
  const rule = await vscode.window.showInputBox({ prompt: "Name of the rule, such as unknown-field" });
  if (!rule || !/^[a-z-]+$/.test(rule)) return;
  const terminal = vscode.window.createTerminal({
    name: `meniscus explain ${rule}`, shellPath: found.path, shellArgs: ["explain", rule],
  });
  terminal.show();
}

/** Offers the program to agents of the editor, once for each workspace; it reads and writes nothing else. */
const agents: vscode.McpServerDefinitionProvider = {
  async provideMcpServerDefinitions() {
    const found = program();
    if (!found || !vscode.workspace.isTrusted) return [];
    const files = await vscode.workspace.findFiles("**/meniscus.toml", "**/{node_modules,target}/**", 20);
    return files.map(({ fsPath }) => {
      const root = dirname(fsPath);
      const name = `meniscus: ${vscode.workspace.asRelativePath(root)}`;
      return new vscode.McpStdioServerDefinition(name, found.path, ["mcp", root]);
    });
  },
};

export async function activate(context: vscode.ExtensionContext) {
  output = vscode.window.createOutputChannel("meniscus", { log: true });
  status = vscode.languages.createLanguageStatusItem(SECTION, { language: LANGUAGE });
  status.name = "meniscus";
  status.command = { command: "meniscus.showOutput", title: "Show output" };
  recipient = vscode.window.createStatusBarItem(SECTION, vscode.StatusBarAlignment.Right, 100);
  recipient.name = "meniscus: recipient";
  recipient.tooltip = "Whose values are shown";
  recipient.command = "meniscus.chooseRecipient";
  const command = (name: string, work: () => unknown) =>
    vscode.commands.registerCommand(`${SECTION}.${name}`, work);
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    output, status, recipient,
    command("restart", restart),
    command("showOutput", () => output.show()),
    command("chooseRecipient", chooseRecipient),
    command("preview", preview),
    command("explain", explain),
    vscode.workspace.onDidOpenTextDocument(giveLanguage),
    vscode.window.onDidChangeActiveTextEditor(showRecipient),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("meniscus.path")) await restart();
      showRecipient();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    // Other programs that run this extension may not have agents.
    ...(vscode.lm?.registerMcpServerDefinitionProvider
      ? [vscode.lm.registerMcpServerDefinitionProvider(SECTION, agents)] : []),
  );
  await Promise.all(vscode.workspace.textDocuments.map(giveLanguage));
  showRecipient();
  await start();
}

export const deactivate = stop;
