// Whose values are shown: in the status bar, and the same in the preview.
import { join } from "node:path";
import * as vscode from "vscode";
import { SECTION, settings } from "./program";
import { active, LANGUAGE, shownPath } from "./workspace";

let item: vscode.StatusBarItem;

/** The recipient that is chosen for a file; nothing where it is the first one of each message. */
export const chosenRecipient = (uri: vscode.Uri) =>
  settings(uri).get<string>("recipient", "") || undefined;

/** Shows this recipient's values everywhere; nothing: those of each message's first one. */
export async function setRecipient(name: string | undefined, uri?: vscode.Uri): Promise<void> {
  if (name === (uri ? chosenRecipient(uri) : undefined)) return;
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings().update("recipient", name, target);
}

/** The recipients of the workspace that the open file is in: the names of its scenarios. */
async function recipients(): Promise<string[]> {
  const root = active()?.root;
  if (!root) return [];
  const pattern = new vscode.RelativePattern(root, "scenarios/**/*.{toml,json}");
  const files = await vscode.workspace.findFiles(pattern);
  const folder = join(root, "scenarios");
  return files.map(({ fsPath }) => shownPath(folder, fsPath).replace(/\.(toml|json)$/, "")).sort();
}

async function choose() {
  const first = "The first one of each message";
  const chosen = await vscode.window.showQuickPick([first, ...(await recipients())], {
    placeHolder: "Whose values are shown?",
  });
  if (chosen !== undefined) await setRecipient(chosen === first ? undefined : chosen, active()?.editor.document.uri);
}

function show() {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  // Where a panel has the focus, the template beside it is meant.
  const editor = activeTextEditor ?? visibleTextEditors.find(({ document }) => document.languageId === LANGUAGE);
  if (editor?.document.languageId !== LANGUAGE) return item.hide();
  item.text = `$(person) ${chosenRecipient(editor.document.uri) ?? "first recipient"}`;
  item.show();
}

export function registerRecipient(context: vscode.ExtensionContext): void {
  item = vscode.window.createStatusBarItem(SECTION, vscode.StatusBarAlignment.Right, 100);
  item.name = "meniscus: recipient";
  item.tooltip = "Whose values are shown";
  item.command = "meniscus.chooseRecipient";
  context.subscriptions.push(
    item,
    vscode.commands.registerCommand("meniscus.chooseRecipient", choose),
    vscode.window.onDidChangeActiveTextEditor(show),
    // A template gets its language after it is opened.
    vscode.workspace.onDidOpenTextDocument(show),
    vscode.workspace.onDidChangeConfiguration(show),
  );
  show();
}
