"""Writes the figures of a benchmark run as Markdown with SVG plots beside it: write(path, result, baseline or None)."""
import html

UNITS = {'s': ('ms', 1e3), 'B': ('MB', 1e-6), 'B/s': ('MB/s', 1e-6), 'ratio': ('', 1), 'count': ('', 1)}


def shown(figure):
    unit, scale = UNITS[figure['unit']]
    value = figure['value'] * scale
    text = f'{value:,.0f}' if figure['unit'] == 'count' else f'{value:,.3g}' if value < 1000 else f'{value:,.0f}'
    return f'{text} {unit}'.strip()


def plot(figures, before):
    """Bars of figures with one unit; a mark where the baseline was."""
    row, left, width = 22, 330, 900
    most = max([f['value'] for f in figures] + [before[f['name']]['value'] for f in figures if f['name'] in before]) or 1
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {row * len(figures) + 8}" font-family="sans-serif" font-size="12">']
    for i, figure in enumerate(figures):
        y = i * row + 4
        length = (width - left - 110) * figure['value'] / most
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end" fill="#57606a">{html.escape(figure["name"])}</text>'
                     f'<rect x="{left}" y="{y + 3}" width="{max(1, length):.1f}" height="{row - 8}" rx="2" fill="#4f7fd9"/>'
                     f'<text x="{left + length + 6:.1f}" y="{y + 14}" fill="#57606a">{html.escape(shown(figure))}</text>')
        if figure['name'] in before:
            x = left + (width - left - 110) * before[figure['name']]['value'] / most
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + row - 2}" stroke="#c4432b" stroke-width="2"/>')
    return '\n'.join(parts + ['</svg>', ''])


def write(path, result, baseline):
    before = {figure['name']: figure for figure in baseline['figures']} if baseline else {}
    about = result['machine']
    lines = ['# Benchmarks', '', f'{about["processor"]}, {about["processors"]} processors, {about["system"]}, {about["time"]}.', '']
    if baseline:
        lines += [f'Red marks: the baseline, {baseline["machine"]["processor"]}, {baseline["machine"]["time"]}.', '']
    groups = {}
    for figure in result['figures']:
        groups.setdefault((figure['name'].split('/')[0], figure['unit']), []).append(figure)
    path.parent.mkdir(parents=True, exist_ok=True)
    for (name, unit), figures in groups.items():
        picture = f'{path.stem}-{name}-{unit.replace("/", "-")}.svg'
        (path.parent / picture).write_text(plot(figures, before))
        lines += [f'## {name}, {dict(s="time", B="memory", ratio="ratios", count="counts").get(unit, "speed")}', '', f'![{name}]({picture})', '',
                  '| figure | value |' + (' baseline |' if baseline else ''), '| --- | ---: |' + (' ---: |' if baseline else '')]
        for figure in figures:
            old = before.get(figure['name'])
            lines.append(f'| {figure["name"]} | {shown(figure)} |' + (f' {shown(old) if old else ""} |' if baseline else ''))
        lines.append('')
    path.write_text('\n'.join(lines))
