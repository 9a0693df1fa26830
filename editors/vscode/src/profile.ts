// The profile view: flame charts of the last analysis and of the models, and the figures behind them. A page without scripts.
import * as vscode from 'vscode';
import { Flame, flameChart } from './flame';
import { ModelNode } from './models';
import { bytes, count, escapeHtml, flop, milliseconds } from './text';

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

/** The answer of trident/profile (docs/guide/protocol.md). */
export interface Profile {
  uri: string;
  wallSeconds: number;
  residentBytes: number;
  stages: Stage[];
}

function stageFlame(profile: Profile, used: Stage[]): Flame {
  const stages = used.map((s) => ({ name: s.stage, value: s.wallSeconds, label: milliseconds(s.wallSeconds), children: [] }));
  const sum = stages.reduce((total, s) => total + s.value, 0);
  const whole = Math.max(sum, profile.wallSeconds);
  return { name: `analysis, ${milliseconds(profile.wallSeconds)}`, value: whole, label: milliseconds(profile.wallSeconds), children: stages };
}

function modelFlame(node: ModelNode): Flame {
  const flops = node.flops ?? 0;
  return { name: node.name, value: flops, label: flop(flops), children: node.children.filter((c) => c.flops).map(modelFlame) };
}

function stageRow(stage: Stage): string {
  const asked = stage.hits + stage.misses;
  const reused = asked > 0 ? `${count(stage.hits)} of ${count(asked)}` : '';
  return `<tr><th>${escapeHtml(stage.stage)}</th><td>${milliseconds(stage.wallSeconds)}</td><td>${milliseconds(stage.cpuSeconds)}</td>
    <td>${bytes(stage.allocatedBytes)}</td><td>${count(stage.items)}</td><td>${reused}</td></tr>`;
}

function modelSection(model: ModelNode): string {
  // A long symbolic count is no figure that anyone reads.
  const symbolic = model.flopsText.length <= 60 ? model.flopsText : '';
  const flops = model.flops !== null ? flop(model.flops) : symbolic && `${symbolic} FLOP`;
  const facts = [model.parameters !== null ? `${count(model.parameters)} parameters` : '', flops, model.output ? `returns ${model.output}` : ''];
  const chart = model.flops ? flameChart(modelFlame(model), `FLOPs of ${model.name} by module`) : '';
  return `<h2>${escapeHtml(model.name)}</h2><p>${escapeHtml(facts.filter(Boolean).join(' · '))}</p>${chart}`;
}

export function profilePage(profile: Profile, models: ModelNode[]): string {
  const used = profile.stages.filter((s) => s.calls > 0 || s.items > 0 || s.hits > 0);
  const file = decodeURIComponent(profile.uri).split('/').pop() ?? '';
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
  body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5em 2em; }
  h1 { font-size: 1.3em; font-weight: 600; } h2 { font-size: 1.1em; font-weight: 600; margin-top: 1.6em; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: 1em; }
  th { text-align: left; font-weight: 500; padding-right: 1em; } td { text-align: right; padding: 3px 0.8em; white-space: nowrap; }
  tr:first-child td, p { color: var(--vscode-descriptionForeground); }
  .flame { width: 100%; display: block; } .flame text { font-size: 12px; fill: var(--vscode-editor-background); }
</style></head><body>
<h1>${escapeHtml(file)}</h1>
<p>last analysis ${milliseconds(profile.wallSeconds)}, server memory ${bytes(profile.residentBytes)}</p>
${flameChart(stageFlame(profile, used), 'time of the stages of the last analysis')}
<table><tr><td></td><td>wall</td><td>CPU</td><td>allocated</td><td>items</td><td>reused</td></tr>
${used.map(stageRow).join('')}</table>
${models.map(modelSection).join('')}
</body></html>`;
}

let panel: vscode.WebviewPanel | undefined;

export function showProfile(profile: Profile, models: ModelNode[]): void {
  if (!panel) {
    panel = vscode.window.createWebviewPanel('trident.profile', 'Trident profile', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, {});
    panel.onDidDispose(() => (panel = undefined));
  }
  panel.webview.html = profilePage(profile, models);
  panel.reveal(undefined, true);
}
