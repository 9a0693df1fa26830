// The status bar item: is the server busy, clean, or does it report errors; a click opens the menu.
import * as vscode from 'vscode';

// Work that ends sooner is not shown: a sign that flickers with every key says nothing. A guess.
const BUSY_AFTER_MS = 300;

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('trident.status', vscode.StatusBarAlignment.Right, 90);
  private readonly subscriptions: vscode.Disposable[] = [];
  private running = false;
  private trouble = '';
  private busy = false;
  private timer?: NodeJS.Timeout;

  constructor() {
    this.item.name = 'Trident';
    this.item.command = 'trident.menu';
    this.subscriptions.push(
      vscode.languages.onDidChangeDiagnostics(() => this.show()),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
    );
    this.show();
  }

  starting(): void {
    this.running = false;
    this.trouble = '';
    this.item.text = '$(loading~spin) Trident';
    this.item.tooltip = 'Trident is starting';
  }

  ready(): void {
    this.running = true;
    this.trouble = '';
    this.show();
  }

  failed(why: string): void {
    this.running = false;
    this.trouble = why;
    this.show();
  }

  /** The server began or ended to analyse. */
  working(busy: boolean): void {
    clearTimeout(this.timer);
    if (busy) {
      this.timer = setTimeout(() => {
        this.busy = true;
        this.show();
      }, BUSY_AFTER_MS);
    } else if (this.busy) {
      this.busy = false;
      this.show();
    }
  }

  private show(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'python') {
      this.item.hide();
      return;
    }
    this.item.backgroundColor = undefined;
    if (this.trouble) {
      this.item.text = '$(warning) Trident';
      this.item.tooltip = this.trouble;
      this.item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    } else if (this.running) {
      const own = vscode.languages.getDiagnostics(editor.document.uri).filter((d) => d.source === 'trident');
      const errors = own.filter((d) => d.severity === vscode.DiagnosticSeverity.Error).length;
      const sign = this.busy ? '$(sync~spin)' : errors > 0 ? '$(error)' : '$(check)';
      this.item.text = errors > 0 ? `${sign} Trident ${errors}` : `${sign} Trident`;
      const found = errors > 0 ? `${errors} ${errors === 1 ? 'error' : 'errors'} in this file` : 'no errors in this file';
      this.item.tooltip = `Trident: ${this.busy ? 'analysing, ' : ''}${found}. Click for the log, the profile, a restart.`;
    }
    this.item.show();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.item.dispose();
    this.subscriptions.forEach((s) => s.dispose());
  }
}
