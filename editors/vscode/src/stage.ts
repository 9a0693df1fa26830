// Shows a stage of a compiled Triton kernel beside its source, and marks the lines that belong together.
import * as vscode from 'vscode';

/** One of the answer of trident/kernels (docs/guide/protocol.md). */
interface Kernel {
  kernel: string;
  when: string;
  target: string;
  line: number;
  stages: string[];
}

/** The answer of trident/kernelStage. */
interface Stage {
  kernel: string;
  when: string;
  target: string;
  stage: string;
  text: string;
  lines: number[];
}

/** Sends one of the server's own requests about a document; throws what the server answers when it cannot. */
export type Request = <T>(method: string, uri: vscode.Uri, more?: object) => Promise<T | undefined>;

interface Shown {
  source: string;
  text: string;
  lines: number[];
}

const SCHEME = 'trident-stage';

export class Stages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly shown = new Map<string, Shown>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
  });
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly request: Request) {
    this.subscriptions = [
      this.mark,
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument((document) => this.closed(document)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.follow(event.textEditor)),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.shown.get(uri.toString())?.text ?? '';
  }

  /** Asks which kernel and stage, compiles, and shows the text beside the source. */
  async open(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== 'python') {
      return;
    }
    const source = editor.document.uri;
    try {
      const kernels = (await this.request<{ kernels: Kernel[] }>('trident/kernels', source))?.kernels ?? [];
      const kernel = await this.chooseKernel(kernels, editor.selection.active.line);
      const stage = kernel && (await vscode.window.showQuickPick(kernel.stages, { placeHolder: `Stage of ${kernel.kernel}, compiled for ${kernel.target}` }));
      if (!kernel || !stage) {
        return;
      }
      const { kernel: name, when, target } = kernel;
      const title = `Trident: compiling ${name}`;
      const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
        this.request<Stage>('trident/kernelStage', source, { kernel: name, when, target, stage }),
      );
      if (answer) {
        await this.show(source, editor, answer);
      }
    } catch (error) {
      void vscode.window.showWarningMessage(`Trident: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async chooseKernel(kernels: Kernel[], line: number): Promise<Kernel | undefined> {
    if (kernels.length === 0) {
      void vscode.window.showInformationMessage('Trident: no kernel whose launch says all its types.');
      return undefined;
    }
    // Of the kernel that the cursor is in or behind.
    const name = (kernels.filter((k) => k.line <= line).pop() ?? kernels[0]).kernel;
    const launches = kernels.filter((k) => k.kernel === name);
    if (launches.length === 1) {
      return launches[0];
    }
    const chosen = await vscode.window.showQuickPick(launches.map((launch) => ({ label: launch.when, launch })), { placeHolder: `Which launch of ${name}?` });
    return chosen?.launch;
  }

  private async show(source: vscode.Uri, editor: vscode.TextEditor, answer: Stage): Promise<void> {
    const detail = answer.when ? `${answer.target}, ${answer.when}` : answer.target;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${answer.kernel} (${detail}).${answer.stage}`, query: source.toString() });
    this.shown.set(uri.toString(), { source: source.toString(), text: answer.text, lines: answer.lines });
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: false });
    this.follow(editor);
  }

  private closed(document: vscode.TextDocument): void {
    const shown = this.shown.get(document.uri.toString());
    if (shown) {
      this.shown.delete(document.uri.toString());
      this.editors(shown.source).forEach((editor) => editor.setDecorations(this.mark, []));
    }
  }

  private editors(uri: string): vscode.TextEditor[] {
    return vscode.window.visibleTextEditors.filter((editor) => editor.document.uri.toString() === uri);
  }

  private markLines(uri: string, rows: number[]): void {
    for (const editor of this.editors(uri)) {
      const ranges = rows.filter((row) => row < editor.document.lineCount).map((row) => new vscode.Range(row, 0, row, 0));
      editor.setDecorations(this.mark, ranges);
      if (ranges.length > 0) {
        editor.revealRange(ranges[0], vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      }
    }
  }

  /** The line under the cursor marks its lines on the other side. */
  private follow(from: vscode.TextEditor): void {
    if (from !== vscode.window.activeTextEditor) {
      return;
    }
    const uri = from.document.uri.toString();
    const row = from.selection.active.line;
    const stage = this.shown.get(uri);
    if (stage) {
      this.markLines(stage.source, stage.lines[row] > 0 ? [stage.lines[row] - 1] : []);
      return;
    }
    for (const [beside, { source, lines }] of this.shown) {
      if (source === uri) {
        this.markLines(beside, lines.flatMap((line, index) => (line === row + 1 ? [index] : [])));
      }
    }
  }

  dispose(): void {
    this.subscriptions.forEach((each) => each.dispose());
  }
}
