// Finds the `trident` program and turns settings into what the server is told.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

function executable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

function inPath(): string | undefined {
  const name = process.platform === 'win32' ? 'trident.exe' : 'trident';
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find(executable);
}

/** The setting wins, then PATH, then the program packaged with the extension. */
export function findServer(context: vscode.ExtensionContext): { path?: string; looked: string[] } {
  const looked: string[] = [];
  const configured = vscode.workspace.getConfiguration('trident').get<string>('path', '');
  if (configured) {
    const home = process.env.HOME ?? '';
    const file = configured.replace(/^~(?=\/)/, home).replace('${workspaceFolder}', vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
    looked.push(`trident.path: ${file}`);
    return { path: executable(file) ? file : undefined, looked };
  }
  looked.push('PATH');
  const found = inPath();
  if (found) {
    return { path: found, looked };
  }
  const bundled = path.join(context.extensionPath, 'server', 'trident');
  looked.push(bundled);
  return { path: executable(bundled) ? bundled : undefined, looked };
}

interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    onDidChangeActiveEnvironmentPath(listener: () => void): vscode.Disposable;
  };
}

/** The environment chosen in the Python extension, and a way to hear of another choice. Trident never runs it. */
export class PythonEnvironment {
  private constructor(private readonly api?: PythonApi) {}

  static async find(): Promise<PythonEnvironment> {
    const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
    if (!extension) {
      return new PythonEnvironment();
    }
    try {
      return new PythonEnvironment(extension.isActive ? extension.exports : await extension.activate());
    } catch {
      return new PythonEnvironment();
    }
  }

  get folder(): string {
    const chosen = this.api?.environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri).path;
    if (!chosen || chosen === 'python') {
      return '';
    }
    // An interpreter inside a virtual environment stands for that environment: DIR/bin/python.
    const binary = path.dirname(chosen);
    return /^(bin|Scripts)$/.test(path.basename(binary)) ? path.dirname(binary) : chosen;
  }

  onChange(listener: () => void): vscode.Disposable {
    return this.api?.environments?.onDidChangeActiveEnvironmentPath(listener) ?? new vscode.Disposable(() => {});
  }
}

// VS Code takes the semantic tokens of one extension for a file: beside Pylance's, which colour everything, ours give way.
function sizeNames(setting: string): boolean {
  return setting === 'on' || (setting === 'auto' && !vscode.extensions.getExtension('ms-python.vscode-pylance'));
}

/** The settings in the shape of [tool.trident], which is what the server reads. */
export function serverSettings(python: PythonEnvironment): Record<string, unknown> {
  const all = vscode.workspace.getConfiguration('trident');
  return {
    pythonPath: all.get<string[]>('pythonPath', []),
    pythonEnvironment: all.get<string>('pythonEnvironment', '') || python.folder,
    inlayHints: {
      types: all.get<boolean>('inlayHints.types', true),
      parameters: all.get<boolean>('inlayHints.parameters', true),
      cost: all.get<boolean>('inlayHints.cost', false),
    },
    cache: all.get<boolean>('cache', true),
    remoteCache: { url: all.get<string>('remoteCache.url', ''), upload: all.get<boolean>('remoteCache.upload', false) },
    codeLens: all.get<boolean>('codeLens', true),
    semanticTokens: sizeNames(all.get<string>('sizeNames', 'auto')),
    compile: { onSave: all.get<boolean>('compile.onSave', true), level: all.get<number>('compile.level', 2), folder: all.get<string>('compile.folder', ''), kernelsOnSave: all.get<boolean>('compile.kernelsOnSave', false) },
    hover: all.get<boolean>('hover', true),
    diagnostics: all.get<boolean>('diagnostics', true),
    severity: all.get<Record<string, string>>('severity', {}),
  };
}
