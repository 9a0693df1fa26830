// Opens torchvision's ResNet in a real VS Code (code-server in headless Chromium) with the packaged extension: hints
// appear, an edit into an error shows it, a quick fix repairs it, saving compiles, a fusion hint's action rewrites.
// Screenshots go to build/screenshots.
//
//   node vscode_test.mjs [--fake] [--vsix FILE] [--keep]
// --fake tests the extension alone, against fake_server.py. Exit 77 (skipped) where `./dev setup --vscode` was not run.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const installed = path.join(root, '.cache/code-server');
const entry = path.join(installed, 'node_modules/code-server/out/node/entry.js');
const shots = path.join(root, 'build/screenshots');
const fake = process.argv.includes('--fake');
const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => fs.existsSync(p));

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}
if (!fs.existsSync(entry) || !chromiumPath) skip('no code-server or no chromium (./dev setup --vscode)');
const { chromium } = createRequire(path.join(installed, 'package.json'))('playwright-core');

// The model's file says what is called with what, as a script would.
const CALL = `

model = resnet18()
out = model(torch.randn(1, 3, 224, 224))
`;
const SMALL = `from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        x = self.one(x)
        x = self.two(x)
        x = self.fc(x)
        return x
`;

const KERNELS = `import torch
import triton
import triton.language as tl


@triton.jit
def double(x_ptr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(x_ptr + i, 2 * tl.load(x_ptr + i))


double[(1,)](torch.empty(64), BLOCK=64)
`;
// What a compiler says of it, behind the interpreter of the workspace's environment.
const FIGURES = { times_us: { ptx: 1 }, registers: 8, spills: 0, shared: 0, instructions: 9, ptx_bytes: 90, binary_bytes: 900 };

function makeWorkspace(folder) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'pyproject.toml'), '');
  if (fake) {
    fs.writeFileSync(path.join(folder, 'model.py'), SMALL);
    return 'model.py';
  }
  const site = path.join(root, '.cache/site/torchvision');
  if (!fs.existsSync(site)) skip('no torchvision in .cache/site (./dev setup)');
  fs.cpSync(site, path.join(folder, 'torchvision'), {
    recursive: true,
    filter: (file) => fs.statSync(file).isDirectory() || /\.pyi?$/.test(file),
  });
  const model = 'torchvision/models/resnet.py';
  fs.appendFileSync(path.join(folder, model), CALL);
  fs.copyFileSync(path.join(root, 'tests/e2e/models/attention.py'), path.join(folder, 'attention.py'));
  fs.writeFileSync(path.join(folder, 'kernels.py'), KERNELS);
  fs.mkdirSync(path.join(folder, 'env/bin'), { recursive: true });
  const answer = JSON.stringify({ ...FIGURES, ok: true, triton: '0', stages: { ptx: { text: '// stand-in\nst.global.stand.in\n', lines: [0, 9] } } });
  fs.writeFileSync(path.join(folder, 'env/bin/python'), `#!/bin/sh\ncat > /dev/null\ncat ${path.join(folder, 'answer.json')}\n`, { mode: 0o755 });
  fs.writeFileSync(path.join(folder, 'answer.json'), answer);
  return model;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function startVsCode(folder, vsix) {
  const user = path.join(folder, 'user');
  const extensions = path.join(folder, 'extensions');
  fs.mkdirSync(path.join(user, 'User'), { recursive: true });
  const settings = {
    'security.workspace.trust.enabled': false,
    'workbench.startupEditor': 'none',
    'workbench.colorTheme': 'Default Dark Modern',
    'workbench.tips.enabled': false,
    'editor.inlayHints.enabled': 'on',
    'editor.minimap.enabled': false,
    'editor.fontSize': 14,
    'extensions.ignoreRecommendations': true,
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'files.autoSave': 'off',
    ...(fake ? {} : { 'trident.pythonEnvironment': path.join(folder, 'work/env') }),
    ...(fake ? { 'trident.path': path.join(root, 'tests/e2e/fake_server.py') } : {}),
  };
  fs.writeFileSync(path.join(user, 'User/settings.json'), JSON.stringify(settings));
  const common = ['--user-data-dir', user, '--extensions-dir', extensions];
  execFileSync(process.execPath, [entry, ...common, '--install-extension', vsix], { stdio: 'pipe' });

  const port = await freePort();
  const log = fs.openSync(path.join(shots, 'code-server.log'), 'w');
  // A PATH without any other trident: the packaged one is what is tested.
  const child = spawn(process.execPath, [entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check', ...common], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder },
  });
  for (let i = 0; i < 300; i++) {
    try {
      await fetch(`http://127.0.0.1:${port}/healthz`);
      return { child, port };
    } catch {
      await new Promise((r) => setTimeout(r, 100));
    }
  }
  child.kill();
  throw new Error('code-server did not start; see build/screenshots/code-server.log');
}

let page;
async function step(what, limit, condition) {
  const start = Date.now();
  for (;;) {
    const value = await condition();
    if (value) {
      console.log(`ok: ${what} (${Date.now() - start} ms)`);
      return value;
    }
    if (Date.now() - start > limit) {
      await shot('failed');
      throw new Error(`${what}: not within ${limit} ms; see build/screenshots/failed.png`);
    }
    await page.waitForTimeout(25);
  }
}
const shot = (name) => page.screenshot({ path: path.join(shots, `${name}.png`) });

// Rendered text has no-break spaces.
const visibleText = async () => (await page.locator('.editor-instance .view-lines').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
const status = async () => (await page.locator('[id="trident.trident.status"], [id*="trident.status"]').allInnerTexts()).join(' ');

// Quick open lists a file only once the workbench has found it: ask again until its tab is there.
async function openFile(name) {
  const tab = page.locator(`.tab[data-resource-name="${path.basename(name)}"]`);
  await step(`${path.basename(name)} opens`, 60000, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+P');
    await page.locator('.quick-input-box input').first().waitFor();
    await page.keyboard.type(name);
    await page.waitForTimeout(800);
    await page.keyboard.press('Enter');
    await page.waitForTimeout(500);
    return (await tab.count()) > 0;
  });
  await page.locator('.editor-instance .view-lines').first().waitFor();
}

async function goTo(line, column) {
  await page.keyboard.press('Control+G');
  await page.waitForTimeout(200);
  await page.keyboard.type(`:${line}:${column}`.replace(/^:/, ''));
  await page.keyboard.press('Enter');
  await page.waitForTimeout(200);
}

async function runCommand(name) {
  await page.keyboard.press('F1');
  await page.waitForTimeout(300);
  await page.keyboard.type(name);
  await page.waitForTimeout(500);
  await page.keyboard.press('Enter');
}

function find(text, pattern) {
  const lines = text.split('\n');
  const line = lines.findIndex((l) => pattern.test(l));
  if (line < 0) throw new Error(`the model has no ${pattern}`);
  return { line: line + 1, column: lines[line].search(pattern) + 1, text: lines[line] };
}

async function hoverLensOutline(source, forward) {
  const assignment = find(source.split('\n').slice(forward.line).join('\n'), /x = self\.conv1\(x\)/);
  await goTo(forward.line + assignment.line, assignment.column);
  await step('a hover names the type', 10000, async () => {
    await page.keyboard.press('Control+K');
    await page.keyboard.press('Control+I');
    await page.waitForTimeout(1000);
    return /f32\[/.test((await page.locator('.monaco-hover:visible').allInnerTexts()).join(' '));
  });
  await shot('hover');
  await page.keyboard.press('Escape');
  const model = find(source, /^class ResNet\(/);
  await goTo(model.line, 1);
  await step('a lens over the model counts parameters', 10000, async () => /params/.test((await page.locator('.codelens-decoration').allInnerTexts()).join(' ')));
  await shot('lens');
  await runCommand('Explorer: Focus on Outline View');
  await step('the outline has the model', 10000, async () => /BasicBlock/.test((await page.locator('.outline-tree, .outline-pane').allInnerTexts()).join(' ')));
  await page.keyboard.press('Control+1');
}

// Takes the entry of the light bulb's menu whose title has the words.
async function act(words, name) {
  const menu = page.locator('.action-widget');
  await step(`"${words}" is offered`, 15000, async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    await page.waitForTimeout(700);
    return (await menu.allInnerTexts()).join(' ').replaceAll('\u00a0', ' ').includes(words);
  });
  await shot(name);
  // The menu's pointer guard eats clicks; the keyboard goes down to the entry.
  const focused = async () => (await menu.locator('.action.focused').allInnerTexts()).join(' ').replaceAll('\u00a0', ' ');
  for (let i = 0; i < 8 && !(await focused()).includes(words); i++) {
    await page.keyboard.press('ArrowDown');
    await page.waitForTimeout(150);
  }
  await page.keyboard.press('Enter');
}

// The error is under the cursor: the light bulb's menu repairs it, which is an edit like any other.
async function quickFix(source) {
  const call = find(source, /self\.fc\(x\)/);
  await goTo(call.line, call.column + 8);
  await act('Change 256 to 512', 'quickfix');
  await step('the error goes', 15000, async () => !/Trident \d/.test(await status()));
  await page.keyboard.press('Control+Z');
  await step('undo brings the error back', 15000, async () => /Trident \d/.test(await status()));
}

// Attention that is spelled out has a hint, whose action writes the one call instead.
async function fusion(work) {
  await openFile('attention.py');
  const product = find(fs.readFileSync(path.join(work, 'attention.py'), 'utf8'), /weights @ v/);
  await goTo(product.line, product.column + 3);
  await step('hints appear in the other file', 30000, async () => /out: f32\[8, 4, 128, 16\]/.test(await visibleText()));
  await act('Rewrite with', 'fusion');
  await step('the action rewrites', 10000, async () => {
    const text = await visibleText();
    return /F\.scaled_dot_product_attention\(q, k, v/.test(text) && !/softmax/.test(text);
  });
  await step('its hints follow', 10000, async () => /out: f32\[8, 4, 128, 16\]/.test(await visibleText()));
  await shot('rewritten');
  await page.keyboard.press('Control+S');
  await page.waitForTimeout(300);
}

// A stage of a kernel stands beside the source, and the line under the cursor marks its lines there.
async function stage() {
  await openFile('kernels.py');
  await goTo(9, 1);
  await step('the stages are offered', 20000, async () => {
    await page.keyboard.press('Escape');
    await runCommand('Trident: Show Stage of a Kernel');
    await page.waitForTimeout(700);
    return /ttgir/.test((await page.locator('.quick-input-widget').allInnerTexts()).join(' '));
  });
  await page.keyboard.type('ptx');
  await page.waitForTimeout(300);
  await page.keyboard.press('Enter');
  await step('the stage opens beside the source', 15000, async () => {
    const text = await visibleText();
    return /st\.global\.stand\.in/.test(text) && /double\(x_ptr/.test(text);
  });
  await step('its line is marked', 5000, async () => (await page.locator('.view-overlays [class*="ced-"]').count()) === 1);
  await shot('stage');
  await page.keyboard.press('Control+2');
  await runCommand('View: Close Editor');
  await page.keyboard.press('Control+1');
}

// The activity bar's view: every module with its output.
async function modelView() {
  await runCommand('Trident: Focus on Models View');
  const rows = page.locator('.pane-body .monaco-list-row:visible');
  await step('the model view has the modules', 15000, async () => {
    const text = (await rows.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
    return /layer1/.test(text) && /params/.test(text) && /f32\[/.test(text);
  });
  await shot('models');
  await page.keyboard.press('Control+1');
}

async function main(folder) {
  fs.mkdirSync(shots, { recursive: true });
  const given = process.argv.indexOf('--vsix');
  const vsix = given > 0 ? process.argv[given + 1] : path.join(folder, 'trident.vsix');
  if (given < 0) execFileSync(path.join(root, 'editors/vscode/package.sh'), [...(fake ? ['--without-server'] : []), vsix], { stdio: ['ignore', 'ignore', 'inherit'] });
  const work = path.join(folder, 'work');
  const model = makeWorkspace(work);
  const source = fs.readFileSync(path.join(work, model), 'utf8');
  const { child, port } = await startVsCode(folder, vsix);
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  try {
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(work)}`);
    await page.locator('.monaco-workbench').waitFor({ timeout: 60000 });
    await page.waitForTimeout(1500);
    await openFile(model);
    await step('the status item appears', 30000, async () => /Trident/.test(await status()));

    const forward = find(source, fake ? /def forward/ : /def _forward_impl/);
    await goTo(forward.line + 10, 1);
    await step('hints appear', 30000, async () => /: f32\[/.test(await visibleText()));
    await page.mouse.move(5, 400);
    await step('the background work ends', 60000, async () => !/Trident: /.test((await page.locator('.statusbar-item').allInnerTexts()).join(' ')));
    await shot('hints');

    if (!fake) await hoverLensOutline(source, forward);

    const layer = find(source, /self\.fc = nn\.Linear\(512/);
    const column = layer.text.indexOf('512') + 1;
    await goTo(layer.line, column + 3);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('256');
    await step('the error reaches the status item', 15000, async () => /Trident \d/.test(await status()));
    await runCommand('Problems: Focus on Problems View');
    await step('the error is in the problems list', 10000, async () => {
      const text = (await page.locator('.markers-panel').allInnerTexts()).join(' ');
      return /256/.test(text) && /512/.test(text);
    });
    await shot('error');

    await page.keyboard.press('Control+1');
    if (!fake) await quickFix(source);
    if (!fake) await goTo(layer.line, 1);
    for (let i = 0; i < 12 && !(await visibleText()).includes(layer.text.trim()); i++) {
      await page.keyboard.press('Control+Z');
      await page.waitForTimeout(300);
    }
    await step('undo takes the error back', 15000, async () => !/Trident \d/.test(await status()));

    if (!fake) {
      await goTo(find(source, /^class ResNet\(/).line, 1);
      await page.keyboard.press('End');
      await page.keyboard.type('  # saved');
      await page.keyboard.press('Control+S');
      // The lens stands over the call of the model.
      await goTo(find(source, /^out = model/).line, 1);
      await step('saving compiles, and a lens says so', 20000, async () => /compiled -O2/.test((await page.locator('.codelens-decoration').allInnerTexts()).join(' ').replaceAll('\u00a0', ' ')));
      await shot('compiled');
    }
    await runCommand('View: Hide Panel');
    if (!fake) {
      await fusion(work);
      await stage();
      await openFile(model);
      await goTo(find(source, /^out = model/).line, 1);
    }
    await runCommand('Trident: Show Profile of this File');
    await step('the profile view opens', 15000, async () => {
      for (const frame of page.frames()) {
        const text = await frame.locator('body').innerText().catch(() => '');
        if (/last analysis/.test(text) && /eval|cache/.test(text) && (await frame.locator('svg.flame rect').count()) > 2) return true;
      }
      return false;
    });
    await shot('profile');

    await modelView();
    // Like quick open, the palette lists a command only once it has found it.
    await step('the menu opens', 20000, async () => {
      await page.keyboard.press('Escape');
      await runCommand('Trident: Show Menu');
      await page.waitForTimeout(500);
      return /Restart server/.test((await page.locator('.quick-input-widget').allInnerTexts()).join(' '));
    });
    await page.keyboard.press('Escape');
    await runCommand('Trident: Restart Server');
    await goTo(forward.line + 10, 1);
    await step('hints are back after a restart', 20000, async () => /: f32\[/.test(await visibleText()));
  } finally {
    await browser.close();
    child.kill();
  }
}

const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'trident-vscode-'));
try {
  await main(folder);
  console.log('vscode: passed');
} catch (error) {
  console.log(`not ok: ${error.message}`);
  process.exitCode = 1;
} finally {
  if (!process.argv.includes('--keep')) fs.rmSync(folder, { recursive: true, force: true });
}
