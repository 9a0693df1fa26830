// Numbers as people read them.

/** "11.7M": three significant digits. */
export function compact(n: number): string {
  const units = ['', 'k', 'M', 'G', 'T', 'P'];
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return unit === 0 ? n.toFixed(0) : `${n.toPrecision(3)}${units[unit]}`;
}

/** `3.63 GFLOP`, as the lenses write it. */
export const flop = (n: number) => compact(n).replace(/[A-Za-z]?$/, (prefix) => ` ${prefix}FLOP`);

export const count = (n: number) => n.toLocaleString('en-US');
export const milliseconds = (seconds: number) => `${(seconds * 1e3).toFixed(seconds < 0.01 ? 2 : 1)} ms`;
export const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 ? n : n.toFixed(1)} ${units[unit]}`;
}
