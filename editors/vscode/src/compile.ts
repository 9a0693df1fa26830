// Shows the source that `trident compile` makes of the file in front, beside it.
import { execFile } from 'node:child_process';
import * as vscode from 'vscode';

const LEVELS = [
  { label: '-O2', description: 'fused' },
  { label: '-O0', description: 'as written' },
  { label: '-O1', description: 'without redundant work' },
  { label: '-O3', description: 'laid out for the device' },
];

export async function compile(server: string | undefined, importRoots: string[]): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!server || document?.languageId !== 'python' || document.isUntitled) {
    void vscode.window.showInformationMessage('Trident: open a saved Python file with a model first.');
    return;
  }
  const level = await vscode.window.showQuickPick(LEVELS, { placeHolder: 'How much is optimised' });
  if (!level || (document.isDirty && !(await document.save()))) {
    return;
  }
  const roots = importRoots.flatMap((root) => ['--python-path', root]);
  const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath;
  execFile(server, ['compile', document.uri.fsPath, level.label, ...roots], { cwd: folder, maxBuffer: 64 << 20 }, (error, output, complaints) => {
    if (error) {
      void vscode.window.showWarningMessage(`Trident: ${complaints.trim() || error.message}`);
      return;
    }
    void vscode.workspace
      .openTextDocument({ language: 'python', content: output })
      .then((made) => vscode.window.showTextDocument(made, vscode.ViewColumn.Beside, true));
  });
}
