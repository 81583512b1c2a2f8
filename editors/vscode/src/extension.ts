// meniscus in VS Code: what is known of templates is all in the program.
import * as vscode from "vscode";
import { registerAgents } from "./agents";
import { registerCalls } from "./calls";
import { registerPreview } from "./preview";
import { registerRecipient } from "./recipient";
import { output, prepare, restart, start, stop } from "./server";
import { registerTasks } from "./tasks";
import { registerTests } from "./tests";
import { giveLanguage, roots } from "./workspace";

const WALKTHROUGH = "meniscus.meniscus#start";

/** Says to menus, views, and the walkthrough whether there is a workspace. */
async function look(): Promise<void> {
  await vscode.commands.executeCommand("setContext", "meniscus.hasWorkspace", (await roots()).length > 0);
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  prepare(context);
  const command = (name: string, work: () => unknown) =>
    vscode.commands.registerCommand(`meniscus.${name}`, work);
  const configurations = vscode.workspace.createFileSystemWatcher("**/meniscus.toml", false, true, false);
  context.subscriptions.push(
    configurations, configurations.onDidCreate(look), configurations.onDidDelete(look),
    command("restart", restart),
    command("showOutput", () => output.show()),
    command("walkthrough", () => vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH)),
    vscode.workspace.onDidOpenTextDocument(giveLanguage),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("meniscus.path")) await restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
  );
  for (const register of [registerRecipient, registerPreview, registerTests, registerTasks, registerCalls, registerAgents]) {
    register(context);
  }
  await Promise.all([look(), ...vscode.workspace.textDocuments.map(giveLanguage)]);
  await start();
}

export const deactivate = stop;
