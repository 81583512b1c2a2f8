// Workspaces of meniscus: which folder a file's is, and which files are its templates.
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import * as vscode from "vscode";
import { settings } from "./program";

export const LANGUAGE = "braze-liquid";

/** Languages of files that may be templates; others were chosen by somebody. */
const PLAIN = new Set(["html", "liquid", "plaintext", "jinja-html", "json"]);

/** The most workspaces that are looked for. */
const MOST = 20;

/** The folder of the workspace of meniscus that a file is in. */
export function rootOf(path: string): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "meniscus.toml"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The workspaces in the open folders. */
export async function roots(): Promise<string[]> {
  const files = await vscode.workspace.findFiles("**/meniscus.toml", "**/{node_modules,target}/**", MOST);
  return files.map(({ fsPath }) => dirname(fsPath)).sort();
}

/** A path as the program writes it: from the workspace's folder, with `/`. */
export const shownPath = (root: string, path: string) => relative(root, path).split(sep).join("/");

/** The file that the program means; nothing if it isn't in the workspace. */
export function fileOf(root: string, shown: string): vscode.Uri | undefined {
  const path = join(root, shown);
  const inside = relative(root, path);
  const isInside = inside !== "" && !isAbsolute(inside) && inside.split(sep)[0] !== "..";
  return isInside ? vscode.Uri.file(path) : undefined;
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

/** Makes a template's language Braze Liquid, unless that is turned off. */
export async function giveLanguage(document: vscode.TextDocument): Promise<void> {
  if (!settings(document.uri).get<boolean>("chooseLanguage", true) || !isTemplate(document)) return;
  await vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
}

/** The open editor's file, if it is in a workspace of meniscus. */
export function active(): { root: string; path: string; editor: vscode.TextEditor } | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== "file") return undefined;
  const path = editor.document.uri.fsPath;
  const root = rootOf(path);
  return root === undefined ? undefined : { root, path, editor };
}

/** The workspace of the open file, or the only one, or the one that is chosen. */
export async function chosenRoot(): Promise<string | undefined> {
  const own = active()?.root;
  if (own !== undefined) return own;
  const all = await roots();
  if (all.length > 1) return vscode.window.showQuickPick(all, { placeHolder: "Which workspace?" });
  if (all.length === 0) {
    void vscode.window.showErrorMessage("There is no meniscus.toml in the open folders. Create a workspace first.");
  }
  return all[0];
}
