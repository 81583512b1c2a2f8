// Offers the program to the editor's agents, once for each workspace; it reads and writes nothing else.
import * as vscode from "vscode";
import { program, SECTION } from "./program";
import { roots } from "./workspace";

const provider: vscode.McpServerDefinitionProvider = {
  async provideMcpServerDefinitions() {
    const found = program();
    if (!found || !vscode.workspace.isTrusted) return [];
    return (await roots()).map((root) => {
      const name = `meniscus: ${vscode.workspace.asRelativePath(root)}`;
      return new vscode.McpStdioServerDefinition(name, found.path, ["mcp", root]);
    });
  },
};

export function registerAgents(context: vscode.ExtensionContext): void {
  // Other programs that run this extension may not have agents.
  const register = vscode.lm?.registerMcpServerDefinitionProvider;
  if (register) context.subscriptions.push(register(SECTION, provider));
}
