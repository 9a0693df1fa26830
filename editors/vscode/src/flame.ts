// Draws a flame chart as SVG without scripts: each box as wide as its share, what it consists of below it.
import { escapeHtml } from './text';

export interface Flame {
  name: string;
  value: number;
  label: string; // What the value says to people.
  children: Flame[];
}

// About the pixels that a view beside the editor has, so that letters are as large as they say.
const WIDTH = 560;
const ROW = 22;
// A narrower box is a line that nobody can read; its parent shows that something is there.
const NARROWEST = 1.5;
const COLOURS = ['--vscode-charts-blue', '--vscode-charts-orange', '--vscode-charts-green', '--vscode-charts-purple', '--vscode-charts-yellow', '--vscode-charts-red'];

function depth(flame: Flame): number {
  return 1 + Math.max(0, ...flame.children.map(depth));
}

function boxes(flame: Flame, x: number, width: number, row: number, colour: number, out: string[]): void {
  const title = escapeHtml(`${flame.name}: ${flame.label}`);
  // About seven units a letter at this size.
  const room = Math.floor((width - 8) / 7);
  const text = room >= 3 ? escapeHtml(flame.name.length > room ? `${flame.name.slice(0, room - 1)}…` : flame.name) : '';
  out.push(
    `<g><title>${title}</title><rect x="${x.toFixed(1)}" y="${row * ROW}" width="${Math.max(0.5, width - 1).toFixed(1)}" height="${ROW - 2}" rx="2" ` +
      `style="fill: var(${COLOURS[colour % COLOURS.length]}); opacity: ${row === 0 ? 0.9 : 0.65}"/>` +
      (text ? `<text x="${(x + 4).toFixed(1)}" y="${row * ROW + 14}">${text}</text>` : '') +
      '</g>',
  );
  let at = x;
  flame.children.forEach((child, i) => {
    const share = flame.value > 0 ? (width * child.value) / flame.value : 0;
    if (share >= NARROWEST) boxes(child, at, share, row + 1, row === 0 ? i + 1 : colour, out);
    at += share;
  });
}

export function flameChart(root: Flame, what: string): string {
  const out: string[] = [];
  boxes(root, 0, WIDTH, 0, 0, out);
  return `<svg class="flame" role="img" aria-label="${escapeHtml(what)}" viewBox="0 0 ${WIDTH} ${depth(root) * ROW}">${out.join('')}</svg>`;
}
