// The profile view: one bar for each stage of the last analysis, and the models of the file. A page without scripts.
import * as vscode from 'vscode';

export interface Stage {
  stage: string;
  wallSeconds: number;
  cpuSeconds: number;
  allocatedBytes: number;
  items: number;
  hits: number;
  misses: number;
  calls: number;
}

export interface Model {
  name: string;
  expression: string;
  parameters: number | null;
  flops: number | null;
  flopsText: string;
}

/** The answer of trident/profile (docs/guide/protocol.md). */
export interface Profile {
  uri: string;
  wallSeconds: number;
  residentBytes: number;
  stages: Stage[];
  models: Model[];
}

const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const milliseconds = (seconds: number) => `${(seconds * 1e3).toFixed(seconds < 0.01 ? 2 : 1)} ms`;
const count = (n: number) => n.toLocaleString('en-US');

export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 ? n : n.toFixed(1)} ${units[unit]}`;
}

function stageRow(stage: Stage, longest: number): string {
  const width = longest > 0 ? Math.max(0.5, (100 * stage.wallSeconds) / longest) : 0;
  const asked = stage.hits + stage.misses;
  const reused = asked > 0 ? `${count(stage.hits)} of ${count(asked)}` : '';
  return `<tr><th>${escape(stage.stage)}</th><td class="bar"><span style="width:${width.toFixed(1)}%"></span></td>
    <td>${milliseconds(stage.wallSeconds)}</td><td>${milliseconds(stage.cpuSeconds)}</td><td>${bytes(stage.allocatedBytes)}</td>
    <td>${count(stage.items)}</td><td>${reused}</td></tr>`;
}

function modelRow(model: Model): string {
  const flops = model.flops !== null ? count(model.flops) : model.flopsText || '?';
  return `<tr><th>${escape(model.name)}</th><td>${escape(model.expression)}</td>
    <td>${model.parameters !== null ? count(model.parameters) : '?'}</td><td>${escape(flops)}</td></tr>`;
}

export function profilePage(profile: Profile): string {
  const used = profile.stages.filter((s) => s.calls > 0 || s.items > 0 || s.hits > 0);
  const longest = Math.max(0, ...used.map((s) => s.wallSeconds));
  const file = decodeURIComponent(profile.uri).split('/').pop() ?? '';
  const models = profile.models.length
    ? `<h2>Models</h2><table><tr><td></td><td>call</td><td>parameters</td><td>FLOP</td></tr>${profile.models.map(modelRow).join('')}</table>`
    : '';
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
  body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5em; }
  h1 { font-size: 1.3em; font-weight: 600; } h2 { font-size: 1.1em; font-weight: 600; margin-top: 1.6em; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th { text-align: left; font-weight: 500; padding-right: 1em; } td { text-align: right; padding: 3px 0.8em; white-space: nowrap; }
  tr:first-child td { color: var(--vscode-descriptionForeground); }
  .bar { min-width: 6em; text-align: left; } .bar span { display: inline-block; height: 0.8em; border-radius: 2px; background: var(--vscode-charts-blue); }
  p { color: var(--vscode-descriptionForeground); }
</style></head><body>
<h1>${escape(file)}</h1>
<p>last analysis ${milliseconds(profile.wallSeconds)}, server memory ${bytes(profile.residentBytes)}</p>
<table><tr><td></td><td class="bar"></td><td>wall</td><td>CPU</td><td>allocated</td><td>items</td><td>reused</td></tr>
${used.map((s) => stageRow(s, longest)).join('')}</table>
${models}
</body></html>`;
}

let panel: vscode.WebviewPanel | undefined;

export function showProfile(profile: Profile): void {
  if (!panel) {
    panel = vscode.window.createWebviewPanel('trident.profile', 'Trident profile', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, {});
    panel.onDidDispose(() => (panel = undefined));
  }
  panel.webview.html = profilePage(profile);
  panel.reveal(undefined, true);
}
