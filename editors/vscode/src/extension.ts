// Starts `trident server` for Python files and adds what the protocol has no word for: a status item and commands.
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, LanguageClientOptions, RevealOutputChannelOn, ServerOptions, State, TransportKind } from 'vscode-languageclient/node';
import { Profile, showProfile } from './profile';
import { findServer, PythonEnvironment, serverSettings } from './server';
import { Status } from './status';

// After this many ends within the time, something is wrong that a restart does not mend. Both are guesses.
const MAX_ENDS = 4;
const ENDS_WITHIN_MS = 3 * 60 * 1000;

class Trident implements vscode.Disposable {
  private client?: LanguageClient;
  private ends: number[] = [];
  private readonly log = vscode.window.createOutputChannel('Trident', { log: true });
  private readonly status = new Status();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly python: PythonEnvironment,
  ) {}

  async start(): Promise<void> {
    if (!vscode.workspace.getConfiguration('trident').get<boolean>('enable', true)) {
      return;
    }
    const { path, looked } = findServer(this.context);
    if (!path) {
      const message = `Trident: no server found (looked at ${looked.join(', ')}). Set trident.path to the trident program.`;
      this.status.failed(message);
      this.log.error(message);
      return;
    }
    this.log.info(`server: ${path}`);
    this.status.starting();
    const run: ServerOptions = {
      command: path,
      args: ['server', ...vscode.workspace.getConfiguration('trident').get<string[]>('arguments', [])],
      transport: TransportKind.stdio,
    };
    const client = new LanguageClient('trident', 'Trident', run, this.clientOptions());
    this.client = client;
    client.onDidChangeState((change) => {
      if (change.newState === State.Running) {
        this.status.ready();
      } else if (change.newState === State.Stopped && this.client === client) {
        this.status.failed('Trident: the server has stopped; the log says why');
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.status.failed(`Trident: the server did not start: ${String(error)}`);
      this.log.error(String(error));
    }
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: 'file', language: 'python' },
        { scheme: 'untitled', language: 'python' },
      ],
      initializationOptions: serverSettings(this.python),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/{*.py,*.pyi,pyproject.toml,trident.toml}') },
      middleware: {
        workspace: {
          // The server asks for section "trident"; the answer holds the chosen Python environment too.
          configuration: (params) => params.items.map(() => serverSettings(this.python)),
        },
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
    };
  }

  private closed() {
    const now = Date.now();
    this.ends = [...this.ends, now].filter((t) => now - t < ENDS_WITHIN_MS);
    if (this.ends.length <= MAX_ENDS) {
      return { action: CloseAction.Restart, handled: true };
    }
    this.status.failed(`Trident: the server ended ${this.ends.length} times in three minutes and was not started again`);
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client && client.state !== State.Stopped) {
      await client.stop().catch((error) => this.log.warn(String(error)));
    }
  }

  async restart(): Promise<void> {
    this.ends = [];
    await this.stop();
    await this.start();
  }

  async configurationChanged(): Promise<void> {
    if (this.client?.state === State.Running) {
      await this.client.sendNotification('workspace/didChangeConfiguration', { settings: { trident: serverSettings(this.python) } });
    }
  }

  showLog(): void {
    this.log.show();
  }

  async showProfile(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || this.client?.state !== State.Running) {
      void vscode.window.showInformationMessage('Trident: open a Python file first; its profile is shown when the server runs.');
      return;
    }
    try {
      showProfile(await this.client.sendRequest<Profile>('trident/profile', { textDocument: { uri: editor.document.uri.toString() } }));
    } catch (error) {
      void vscode.window.showWarningMessage(`Trident: no profile: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async menu(): Promise<void> {
    const choices = [
      { label: '$(output) Show log', run: () => this.showLog() },
      { label: '$(dashboard) Show profile of this file', run: () => this.showProfile() },
      { label: '$(debug-restart) Restart server', run: () => this.restart() },
    ];
    const chosen = await vscode.window.showQuickPick(choices, { placeHolder: 'Trident' });
    await chosen?.run();
  }

  dispose(): void {
    this.status.dispose();
    this.log.dispose();
  }
}

let trident: Trident | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const python = await PythonEnvironment.find();
  trident = new Trident(context, python);
  const own = trident;
  context.subscriptions.push(
    own,
    vscode.commands.registerCommand('trident.restart', () => own.restart()),
    vscode.commands.registerCommand('trident.showLog', () => own.showLog()),
    vscode.commands.registerCommand('trident.showProfile', () => own.showProfile()),
    vscode.commands.registerCommand('trident.menu', () => own.menu()),
    python.onChange(() => own.configurationChanged()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (['trident.path', 'trident.enable', 'trident.arguments'].some((key) => event.affectsConfiguration(key))) {
        void own.restart();
      } else if (event.affectsConfiguration('trident')) {
        void own.configurationChanged();
      }
    }),
  );
  await own.start();
}

export async function deactivate(): Promise<void> {
  await trident?.stop();
}
