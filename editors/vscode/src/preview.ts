// The preview as a panel beside the text. Its page comes from the program and asks through this
// extension; messages are in frames that run no script and reach nothing.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { chosenRecipient, setRecipient } from "./recipient";
import { askPage, onDidChangeFiles, onDidStart, output, pageHtml } from "./server";
import { active, fileOf, shownPath } from "./workspace";

/** What the page says. */
interface Said {
  ask?: number;
  method?: string;
  address?: string;
  body?: string;
  ready?: boolean;
  recipient?: string;
  show?: { path: string; start: number; end: number; focused: boolean };
}

const TYPE = "meniscus.preview";

/** The panel, of the workspace that it shows. */
class Preview {
  root: string;
  private isReady = false;
  private readonly gone: vscode.Disposable[] = [];

  constructor(private readonly panel: vscode.WebviewPanel, root: string) {
    this.root = root;
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [] };
    this.gone.push(
      webview.onDidReceiveMessage((said: Said) => this.hear(said)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.follow(editor)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("meniscus.recipient")) this.place();
      }),
      onDidChangeFiles((changed) => {
        const { fsPath } = vscode.Uri.parse(changed.workspace);
        if (fsPath === vscode.Uri.file(this.root).fsPath) void webview.postMessage({ changed });
      }),
      onDidStart(() => void this.load()),
    );
    panel.onDidDispose(() => this.gone.forEach((one) => one.dispose()));
  }

  /** Loads the page anew: the program may be another one. */
  async load(): Promise<void> {
    this.isReady = false;
    try {
      this.panel.webview.html = await pageHtml(randomBytes(18).toString("hex"));
    } catch (error) {
      output.error(String(error));
      this.panel.webview.html = "<p>The preview can't be shown, because meniscus isn't running. The command "
        + "<b>meniscus: Show Output</b> says why.</p>";
    }
  }

  /** The text that the page is beside: the active one, else one that is in sight. */
  private editor(): vscode.TextEditor | undefined {
    const inRoot = ({ document }: vscode.TextEditor) => this.shown(document.uri) !== undefined;
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    return activeTextEditor && inRoot(activeTextEditor) ? activeTextEditor : visibleTextEditors.find(inRoot);
  }

  private shown(uri: vscode.Uri): string | undefined {
    const path = uri.scheme === "file" ? shownPath(this.root, uri.fsPath) : "..";
    return path.startsWith("..") ? undefined : path;
  }

  private follow(editor: vscode.TextEditor) {
    const open = active();
    if (editor === open?.editor && open.root !== this.root) {
      // Another workspace has other messages.
      this.root = open.root;
      return void this.load();
    }
    if (this.shown(editor.document.uri) !== undefined) this.place(editor);
  }

  /** Says where the cursor is, and who is chosen. */
  private place(editor = this.editor()) {
    const path = editor && this.shown(editor.document.uri);
    if (!this.isReady || !editor || path === undefined) return;
    const { document, selection } = editor;
    const place = { path, offset: document.offsetAt(selection.active), recipient: chosenRecipient(document.uri) };
    void this.panel.webview.postMessage({ place });
  }

  private async hear(said: Said) {
    if (said.ask !== undefined) return this.answer(said.ask, said);
    if (said.ready) {
      this.isReady = true;
      this.place();
    } else if (said.recipient !== undefined) {
      await setRecipient(said.recipient, this.editor()?.document.uri);
    } else if (said.show) {
      await this.show(said.show);
    }
  }

  private async answer(ask: number, { method = "", address = "", body = "" }: Said) {
    let answer: [number, string];
    try {
      answer = await askPage(this.root, method, address, body);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      answer = [503, JSON.stringify({ error: { message, help: null } })];
    }
    void this.panel.webview.postMessage({ answer: ask, status: answer[0], text: answer[1] });
  }

  /** Puts the cursor where the page points, in the editor that has the file or in a new one. */
  private async show({ path, start, end, focused }: NonNullable<Said["show"]>) {
    const uri = fileOf(this.root, path);
    if (!uri) return;
    const isIt = ({ document }: vscode.TextEditor) => document.uri.toString() === uri.toString();
    const seen = vscode.window.visibleTextEditors.find(isIt);
    const beside = this.panel.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
    const editor = await vscode.window.showTextDocument(uri, {
      viewColumn: seen?.viewColumn ?? this.editor()?.viewColumn ?? beside, preserveFocus: !focused,
    });
    const at = (offset: number) => editor.document.positionAt(offset);
    editor.selection = new vscode.Selection(at(start), at(end));
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  reveal() {
    this.panel.reveal(undefined, true);
    this.place();
  }
}

let preview: Preview | undefined;

async function show(panel: vscode.WebviewPanel, root: string) {
  const shown = new Preview(panel, root);
  preview = shown;
  panel.onDidDispose(() => {
    if (preview === shown) preview = undefined;
  });
  await shown.load();
}

async function open() {
  const own = active();
  if (!own) return void vscode.window.showErrorMessage("Open a template of a workspace with meniscus.toml first.");
  if (preview?.root === own.root) return preview.reveal();
  if (preview) {
    preview.root = own.root;
    preview.reveal();
    return preview.load();
  }
  const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
  // What is chosen in the page stays while another tab is before it.
  const options = { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true };
  await show(vscode.window.createWebviewPanel(TYPE, "Preview", place, options), own.root);
}

export function registerPreview(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("meniscus.preview", open),
    vscode.window.registerWebviewPanelSerializer(TYPE, {
      async deserializeWebviewPanel(panel) {
        const root = active()?.root;
        // Without a template there is nothing to show it beside.
        if (root === undefined) return panel.dispose();
        await show(panel, root);
      },
    }),
  );
}
