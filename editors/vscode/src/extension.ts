// Starts `trident server` for Python files and adds what the protocol has no word for: a status item and commands.
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, LanguageClientOptions, RevealOutputChannelOn, ServerOptions, State, TransportKind } from 'vscode-languageclient/node';
import { compile } from './compile';
import { ModelNode, ModelTree } from './models';
import { Profile, showProfile } from './profile';
import { findServer, PythonEnvironment, serverSettings } from './server';
import { Stages } from './stage';
import { Status } from './status';

// After this many ends within the time, something is wrong that a restart does not mend. Both are guesses.
const MAX_ENDS = 4;
const ENDS_WITHIN_MS = 3 * 60 * 1000;

class Trident implements vscode.Disposable {
  private client?: LanguageClient;
  private ends: number[] = [];
  private readonly log = vscode.window.createOutputChannel('Trident', { log: true });
  private readonly status = new Status();
  private readonly stages = new Stages((method, uri, more) => this.request(method, uri, more));
  private readonly models = new ModelTree(async (uri) => (await this.ask<{ models: ModelNode[] }>('trident/model', uri))?.models);

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
        void this.models.refresh();
      } else if (change.newState === State.Stopped && this.client === client) {
        this.status.failed('Trident: the server has stopped; the log says why');
      }
    });
    client.onNotification('trident/status', (state: { busy: boolean }) => {
      this.status.working(state.busy);
      if (!state.busy) {
        void this.models.refresh();
      }
    });
    client.registerFeature({
      fillClientCapabilities: (capabilities) => {
        capabilities.experimental = { ...(capabilities.experimental as object | undefined), tridentStatus: true };
      },
      initialize: () => {},
      getState: () => ({ kind: 'static' }),
      clear: () => {},
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
        { notebook: 'jupyter-notebook', language: 'python' },
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

  /** The answer about a document to one of the server's own requests; undefined: there is nothing to say. */
  private async request<T>(method: string, uri: vscode.Uri, more: object = {}): Promise<T | undefined> {
    if (this.client?.state !== State.Running) {
      return undefined;
    }
    return (await this.client.sendRequest<T | null>(method, { textDocument: { uri: uri.toString() }, ...more })) ?? undefined;
  }

  /** The same; undefined as well when the server could not answer, and the log says why. */
  private async ask<T>(method: string, uri: vscode.Uri): Promise<T | undefined> {
    try {
      return await this.request<T>(method, uri);
    } catch (error) {
      this.log.warn(`${method}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  private async askOfFront<T>(method: string): Promise<T | undefined> {
    const document = vscode.window.activeTextEditor?.document;
    const answer = document?.languageId === 'python' ? await this.ask<T>(method, document.uri) : undefined;
    if (!answer) {
      void vscode.window.showInformationMessage('Trident: nothing to show. Open a Python file; the status item says whether the server runs.');
    }
    return answer;
  }

  async showProfile(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const profile = await this.askOfFront<Profile>('trident/profile');
    if (document && profile) {
      showProfile(profile, (await this.ask<{ models: ModelNode[] }>('trident/model', document.uri))?.models ?? []);
    }
  }

  async showGraph(): Promise<void> {
    const answer = await this.askOfFront<{ graph: string }>('trident/graph');
    if (answer) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: answer.graph }), vscode.ViewColumn.Beside, true);
    }
  }

  async showKernelStage(): Promise<void> {
    await this.stages.open();
  }

  async compile(): Promise<void> {
    await compile(findServer(this.context).path, vscode.workspace.getConfiguration('trident').get<string[]>('pythonPath', []));
  }

  async fixAll(): Promise<void> {
    await vscode.commands.executeCommand('editor.action.sourceAction', { kind: 'source.fixAll.trident', apply: 'first' });
  }

  async menu(): Promise<void> {
    const choices = [
      { label: '$(output) Show log', run: () => this.showLog() },
      { label: '$(dashboard) Show profile of this file', run: () => this.showProfile() },
      { label: '$(list-tree) Show models of this file', run: () => vscode.commands.executeCommand('trident.models.focus') },
      { label: '$(type-hierarchy) Show tensor graph of this file', run: () => this.showGraph() },
      { label: '$(circuit-board) Show stage of a kernel', run: () => this.showKernelStage() },
      { label: '$(book) Open walkthrough', run: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', 'trident.trident#trident.start') },
      { label: '$(debug-restart) Restart server', run: () => this.restart() },
    ];
    const chosen = await vscode.window.showQuickPick(choices, { placeHolder: 'Trident' });
    await chosen?.run();
  }

  dispose(): void {
    this.status.dispose();
    this.models.dispose();
    this.stages.dispose();
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
    vscode.commands.registerCommand('trident.showGraph', () => own.showGraph()),
    vscode.commands.registerCommand('trident.showKernelStage', () => own.showKernelStage()),
    vscode.commands.registerCommand('trident.compile', () => own.compile()),
    vscode.commands.registerCommand('trident.fixAll', () => own.fixAll()),
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
