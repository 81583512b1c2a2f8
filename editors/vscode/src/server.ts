// The language server: starts it, says which program runs, and asks it what the preview's page asks.
import * as vscode from "vscode";
import {
  CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions, type Middleware,
  type ServerOptions,
} from "vscode-languageclient/node";
import { program, SECTION, settings } from "./program";
import { LANGUAGE } from "./workspace";

/** What changed in a workspace. */
export interface Changed {
  workspace: string;
  generation: number;
  paths: string[];
  kinds: string[];
}

const changedFiles = new vscode.EventEmitter<Changed>();
const started = new vscode.EventEmitter<void>();

/** Files of a workspace that something was asked of, saved or not. */
export const onDidChangeFiles = changedFiles.event;
export const onDidStart = started.event;

let client: LanguageClient | undefined;
export let output: vscode.LogOutputChannel;
let status: vscode.LanguageStatusItem;

/** Writes what was asked for while typing after the cursor, where VS Code would move the cursor behind it. */
const typed: NonNullable<Middleware["provideOnTypeFormattingEdits"]> = async (
  document, position, character, formatting, cancelled, next,
) => {
  const { version } = document;
  const edits = await next(document, position, character, formatting, cancelled);
  if (cancelled.isCancellationRequested || document.version !== version) return [];
  const editor = vscode.window.activeTextEditor;
  if (!edits?.length || editor?.document !== document) return edits;
  const text = edits.map(({ newText }) => newText).join("");
  const after = new vscode.SnippetString("$0").appendText(text);
  await editor.insertSnippet(after, position, { undoStopBefore: true, undoStopAfter: true });
  return [];
};

function options(): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: LANGUAGE },
      { scheme: "file", pattern: "**/{meniscus,message}.toml" },
      { scheme: "file", pattern: "**/scenarios/**/*.{toml,json}" },
      { scheme: "file", pattern: "**/recordings/**/*.json" },
    ],
    middleware: { provideOnTypeFormattingEdits: typed },
    initializationOptions: settings(),
    synchronize: { configurationSection: SECTION },
    outputChannel: output,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => ({ action: CloseAction.DoNotRestart }),
    },
  };
}

function say(text: string, detail: string, severity: vscode.LanguageStatusSeverity) {
  Object.assign(status, { text, detail, severity });
}

export async function start(): Promise<void> {
  const { Error: bad, Information: fine } = vscode.LanguageStatusSeverity;
  const found = program();
  if (!found) {
    say("meniscus isn't installed", "pip install meniscus, or npm install meniscus; or set meniscus.path", bad);
    output.error("no program `meniscus` in .venv, in node_modules or on the PATH");
    return;
  }
  output.info(`running ${found.path} (${found.why})`);
  const server: ServerOptions = { command: found.path, args: ["lsp"] };
  const own = new LanguageClient(SECTION, "meniscus", server, options());
  client = own;
  try {
    await own.start();
    own.onNotification("meniscus/pageChanged", (changed: Changed) => changedFiles.fire(changed));
    const version = own.initializeResult?.serverInfo?.version ?? "";
    say(`meniscus ${version}`, `${found.path}, ${found.why}`, fine);
    await vscode.commands.executeCommand("setContext", "meniscus.isRunning", true);
    started.fire();
  } catch (error) {
    say("meniscus doesn't run", `${found.path}: ${error instanceof Error ? error.message : error}`, bad);
    output.error(String(error));
  }
}

export async function stop(): Promise<void> {
  const own = client;
  client = undefined;
  await own?.stop().catch(() => undefined);
}

export async function restart(): Promise<void> {
  await stop();
  await start();
}

/** The running server. */
function running(): LanguageClient {
  if (!client?.isRunning()) throw new Error("meniscus isn't running");
  return client;
}

/** The preview's page, as one text. */
export async function pageHtml(nonce: string): Promise<string> {
  const language = vscode.env.language.split("-")[0] || "en";
  const { html } = await running().sendRequest<{ html: string }>("meniscus/pageHtml", { nonce, language });
  return html;
}

/** Asks what the preview's page asks: a status, and JSON as a string. */
export async function askPage(
  root: string, method: string, address: string, body = "",
): Promise<[number, string]> {
  const workspace = client?.code2ProtocolConverter.asUri(vscode.Uri.file(root));
  return running().sendRequest("meniscus/page", { workspace, method, address, body });
}

/** The answer to a question of the page. */
export async function ask<T>(root: string, method: string, address: string, body?: unknown): Promise<T> {
  const [code, text] = await askPage(root, method, address, body === undefined ? "" : JSON.stringify(body));
  const answer = JSON.parse(text);
  if (code !== 200) throw new Error(answer?.error?.message ?? `meniscus answered ${code}`);
  return answer;
}

/** Prepares what says which program runs. */
export function prepare(context: vscode.ExtensionContext): void {
  output = vscode.window.createOutputChannel("meniscus", { log: true });
  status = vscode.languages.createLanguageStatusItem(SECTION, { language: LANGUAGE });
  status.name = "meniscus";
  status.command = { command: "meniscus.showOutput", title: "Show output" };
  context.subscriptions.push(output, status, changedFiles, started);
}
