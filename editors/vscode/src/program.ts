// Which program runs, and why this one. Nothing of a folder that isn't trusted is run.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";

export const SECTION = "meniscus";
const WINDOWS = process.platform === "win32";
const NAME = WINDOWS ? "meniscus.exe" : "meniscus";

export interface Program {
  path: string;
  why: string;
}

export const settings = (scope?: vscode.Uri) => vscode.workspace.getConfiguration(SECTION, scope);

/** Where a workspace may have a program of its own. */
function inside(root: string): [string, string][] {
  const own = `${process.platform}-${process.arch}`;
  const packages = join(root, "node_modules");
  const all: [string, string][] = [
    [join(root, ".venv", WINDOWS ? "Scripts" : "bin", NAME), "in the workspace's .venv"],
    [join(packages, "@meniscus", own, "bin", NAME), "in node_modules"],
  ];
  // On Windows it is a script of the shell, which would have to quote what it is given.
  return WINDOWS ? all : [...all, [join(packages, ".bin", NAME), "in node_modules"]];
}

/** The program to run, and why this one; nothing if none was found. */
export function program(): Program | undefined {
  const named = settings().get<string>("path", "");
  if (named) return { path: named, why: "set in meniscus.path" };
  const folders = vscode.workspace.isTrusted ? vscode.workspace.workspaceFolders ?? [] : [];
  for (const [path, why] of folders.flatMap((folder) => inside(folder.uri.fsPath))) {
    if (existsSync(path)) return { path, why };
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, NAME);
    if (folder && existsSync(path)) return { path, why: "on the PATH" };
  }
  return undefined;
}

/** The program, or nothing with a message that says how to get it. */
export function requiredProgram(): Program | undefined {
  const found = program();
  if (!found) {
    const install = "Show how";
    void vscode.window.showErrorMessage("meniscus isn't installed.", install).then((chosen) => {
      if (chosen === install) void vscode.commands.executeCommand("meniscus.walkthrough");
    });
  }
  return found;
}
