// The calls of the open message: endpoint, request, the recording that answers, and the status.
import * as vscode from "vscode";
import { chosenRecipient } from "./recipient";
import { ask, onDidChangeFiles, onDidStart } from "./server";
import { active, fileOf, LANGUAGE, shownPath } from "./workspace";

/** What is shown of an answer to /api/render. */
interface Call {
  at: Place;
  part: string;
  method: string;
  url: string;
  body: string | null;
  saved_as: string | null;
  result: {
    kind: "answered" | "cached" | "unanswered" | "refused" | "failed";
    recording?: string; path?: string; status?: number; problem?: string; reason?: string; call?: number;
  };
}

interface Place {
  path: string;
  span: { start: { line: number } };
}

export interface Listing {
  messages: {
    name: string; path: string | null; settings: string | null; scenarios: [number, number][];
    parts: { name: string; path: string; file?: string }[];
  }[];
  scenarios: { name: string; path: string | null; title: string | null }[];
}

/** The names of the recipients that a message is for. */
export const recipientsOf = ({ scenarios }: Listing, ranges: [number, number][]) =>
  ranges.flatMap(([first, last]) => scenarios.slice(first, last + 1)).map(({ name }) => name);

const SETTLE = 300; // milliseconds after the last key

type Node = vscode.TreeItem & { children?: Node[] };

/** Opens a line of a file of the workspace. */
function opening(root: string, path: string, line: number): vscode.Command | undefined {
  const uri = fileOf(root, path);
  const selection = new vscode.Range(line - 1, 0, line - 1, 0);
  return uri && { command: "vscode.open", title: "Open", arguments: [uri, { selection }] };
}

function leaf(label: string, description: string, icon: string, command?: vscode.Command): Node {
  const node: Node = new vscode.TreeItem(label);
  Object.assign(node, { description, iconPath: new vscode.ThemeIcon(icon), command, tooltip: `${label}: ${description}` });
  return node;
}

function nodeOf(root: string, { at, part, method, url, body, saved_as: saved, result }: Call): Node {
  // Where there is little room, the end of the path says most.
  const [address = ""] = url.replace(/^https?:\/\//, "").split("?");
  const short = address.split("/").filter(Boolean).at(-1) ?? url;
  const node: Node = new vscode.TreeItem(`${method} ${short}`, vscode.TreeItemCollapsibleState.Collapsed);
  const isFine = result.kind === "cached" || (result.status !== undefined && result.status < 300);
  const said = result.status ?? { cached: "cached", unanswered: "no answer", refused: "not made", failed: "failed" }[
    result.kind as "cached"];
  const from = result.recording === undefined ? "" : ` · ${result.recording}`;
  node.description = `${said}${from}`;
  node.tooltip = result.problem ?? result.reason ?? url;
  node.iconPath = new vscode.ThemeIcon(isFine ? "pass" : "error",
    new vscode.ThemeColor(isFine ? "testing.iconPassed" : "testing.iconFailed"));
  const why = result.problem ?? result.reason;
  node.children = [
    ...(why ? [leaf("why", why, "info")] : []),
    leaf("called in", `${at.path}:${at.span.start.line} (${part})`, "symbol-file", opening(root, at.path, at.span.start.line)),
    leaf("request", body ? `${url} ${body}` : url, "arrow-up"),
    ...(result.recording !== undefined && result.path
      ? [leaf("recording", result.recording, "database", opening(root, result.path, 1))] : []),
    ...(saved ? [leaf("saved as", saved, "symbol-variable")] : []),
  ];
  return node;
}

class Calls implements vscode.TreeDataProvider<Node> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private timer: NodeJS.Timeout | undefined;
  /** The text whose calls are shown: it stays while a panel has the focus. */
  private open: { root: string; path: string; uri: vscode.Uri } | undefined;
  private kept: Node[] = [];
  view: vscode.TreeView<Node> | undefined;

  again(wait = SETTLE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.view?.visible && this.changed.fire(), wait);
  }

  follow() {
    const own = active();
    // A recording that is opened from here leaves the calls in sight.
    if (!own || own.path === this.open?.path || own.editor.document.languageId !== LANGUAGE) return;
    this.open = { root: own.root, path: own.path, uri: own.editor.document.uri };
    this.again(0);
  }

  getTreeItem = (node: Node) => node;

  async getChildren(node?: Node): Promise<Node[]> {
    if (node) return node.children ?? [];
    if (!this.open || !this.view) return [];
    const { root, path, uri } = this.open;
    this.view.message = undefined;
    try {
      const listing = await ask<Listing>(root, "GET", "/api/workspace");
      const shown = shownPath(root, path);
      const message = listing.messages.find(({ parts, settings }) =>
        settings === shown || parts.some((part) => part.path === shown));
      // A content block is of many messages: the last one stays.
      if (!message) return this.kept;
      const names = recipientsOf(listing, message.scenarios);
      const chosen = chosenRecipient(uri);
      const scenario = chosen && names.includes(chosen) ? chosen : names[0] ?? "";
      this.view.description = scenario;
      const { calls } = await ask<{ calls: Call[] }>(root, "POST", "/api/render", { message: message.name, scenario });
      if (calls.length === 0) this.view.message = "This message makes no calls.";
      this.kept = calls.map((call) => nodeOf(root, call));
      return this.kept;
    } catch (error) {
      this.view.message = error instanceof Error ? error.message : String(error);
      return [];
    }
  }
}

export function registerCalls(context: vscode.ExtensionContext): void {
  const calls = new Calls();
  calls.view = vscode.window.createTreeView("meniscus.calls", { treeDataProvider: calls });
  context.subscriptions.push(
    calls.view,
    calls.view.onDidChangeVisibility(() => calls.again(0)),
    vscode.window.onDidChangeActiveTextEditor(() => calls.follow()),
    vscode.workspace.onDidOpenTextDocument(() => calls.follow()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("meniscus.recipient")) calls.again(0);
    }),
    onDidChangeFiles(() => calls.again()),
    onDidStart(() => calls.again(0)),
  );
  calls.follow();
}
