// The model view: the modules of the file in front as a tree, with shapes, parameters and FLOPs.
import * as vscode from 'vscode';
import { compact, flop } from './text';

/** One module of the answer to trident/model (docs/guide/protocol.md). */
export interface ModelNode {
  name: string;
  class: string;
  output: string;
  parameters: number | null;
  flops: number | null;
  flopsText: string;
  calls: number;
  location: { uri: string; range: { start: { line: number; character: number }; end: { line: number; character: number } } } | null;
  children: ModelNode[];
}

export type AskModels = (uri: vscode.Uri) => Promise<ModelNode[] | undefined>;

export class ModelTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<ModelNode>;
  private readonly subscriptions: vscode.Disposable[];
  private models: ModelNode[] = [];
  private shown = '';
  private asked = 0;

  constructor(private readonly ask: AskModels) {
    this.view = vscode.window.createTreeView('trident.models', { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions = [
      this.view,
      this.changed,
      this.view.onDidChangeVisibility(() => void this.refresh()),
      vscode.window.onDidChangeActiveTextEditor(() => void this.refresh()),
    ];
  }

  /** The file was analysed again. What did not change is not drawn again, so that the tree keeps still. */
  async refresh(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (!this.view.visible || document?.languageId !== 'python') {
      return;
    }
    const question = ++this.asked;
    const models = (await this.ask(document.uri)) ?? [];
    const text = JSON.stringify(models);
    if (question !== this.asked || text === this.shown) {
      return;
    }
    this.shown = text;
    this.models = models;
    this.view.message = models.length ? undefined : 'No model is called in this file.';
    this.changed.fire();
  }

  getChildren(node?: ModelNode): ModelNode[] {
    return node ? node.children : this.models;
  }

  getTreeItem(node: ModelNode): vscode.TreeItem {
    const state = node.children.length ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
    const item = new vscode.TreeItem(node.name, this.models.includes(node) ? vscode.TreeItemCollapsibleState.Expanded : state);
    const parts = [node.output];
    if (node.parameters) parts.push(`${compact(node.parameters)} params`);
    if (node.flops) parts.push(flop(node.flops));
    item.description = parts.filter(Boolean).join(' · ');
    const calls = node.calls > 1 ? `\n\ncalled ${node.calls} times` : '';
    const exact = [
      node.parameters !== null ? `${node.parameters.toLocaleString('en-US')} parameters` : '',
      node.flops !== null ? `${node.flops.toLocaleString('en-US')} FLOP` : node.flopsText && `${node.flopsText} FLOP`,
    ].filter(Boolean);
    item.tooltip = new vscode.MarkdownString(`**${node.class}** → \`${node.output || '?'}\`\n\n${exact.join(' · ')}${calls}`);
    item.iconPath = new vscode.ThemeIcon(node.children.length ? 'symbol-class' : 'symbol-field');
    if (node.location) {
      const { start, end } = node.location.range;
      item.command = {
        command: 'vscode.open',
        title: 'Open',
        arguments: [vscode.Uri.parse(node.location.uri), { selection: new vscode.Range(start.line, start.character, end.line, end.character), preserveFocus: true }],
      };
    }
    return item;
  }

  dispose(): void {
    this.subscriptions.forEach((s) => s.dispose());
  }
}
