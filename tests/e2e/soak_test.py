#!/usr/bin/env python3
"""Types into torchvision's resnet.py for a simulated while and looks at the server's memory.

    soak_test.py [TRIDENT] [--minutes N]

A minute of typing is 300 keys (one in 200 ms, the pace of a fast typist) without the pauses between them: words are
written and taken back letter by letter, in code and in comments, with now and then a hint, hover and outline asked for,
as an editor does. Passes when the resident memory at the end is within 10 % of its level after the first minute, and
every answer is of the last version. Exit 77 (skipped) where there is no torchvision in .cache/site.
"""
import argparse
import os
import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from protocol_client import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYS_A_MINUTE = 300
CALL = "\n\nmodel = resnet18()\nout = model(torch.randn(1, 3, 224, 224))\n"
# What is typed and where: behind the line that has the words. Some break the model, some the syntax, some nothing.
WORDS = [("x = self.conv1(x)", "\n        y = x + 1"), ("x = self.relu(x)", "  # a comment"), ("self.fc = nn.Linear(512", "0"),
         ("x = torch.flatten(x, 1)", "\n        x = x.view(-1, 3)"), ("x = self.layer1(x)", "\n        (x"), ("import torch", "\nimport math")]


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


class Typist:
    def __init__(self, client, uri, text):
        self.client, self.uri, self.text, self.version, self.keys = client, uri, text, 1, 0
        self.random = random.Random(1)

    def position(self, offset):
        before = self.text[:offset]
        return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}

    def key(self, offset, removed, added):
        self.version += 1
        self.keys += 1
        at = {"start": self.position(offset), "end": self.position(offset + removed)}
        self.text = self.text[:offset] + added + self.text[offset + removed:]
        self.client.change(self.uri, self.version, [{"range": at, "text": added}])
        self.client.diagnostics(self.uri, self.version)
        if self.keys % 10 == 0:
            self.look()

    def look(self):
        document = {"textDocument": {"uri": self.uri}}
        line = self.random.randrange(self.text.count("\n"))
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}}
        self.client.result("textDocument/inlayHint", {**document, "range": whole})
        self.client.result("textDocument/hover", {**document, "position": {"line": line, "character": 9}})
        self.client.result("textDocument/documentSymbol", document)
        self.client.result("textDocument/codeLens", document)

    def words(self):
        after, word = self.random.choice(WORDS)
        offset = self.text.index(after) + len(after)
        for i, letter in enumerate(word):
            self.key(offset + i, 0, letter)
        for i in reversed(range(len(word))):
            self.key(offset + i, 1, "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", nargs="?", default=str(ROOT / "build/trident"))
    parser.add_argument("--minutes", type=float, default=4)
    options = parser.parse_args()
    site = ROOT / ".cache/site"
    model = site / "torchvision/models/resnet.py"
    if not model.exists():
        print("skipped: no torchvision in .cache/site (./dev setup)")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        # A cache of its own: the user's is not filled with versions that no one saved.
        client = Client(os.path.abspath(options.server), environment={"XDG_CACHE_HOME": folder})
        client.initialize(options={"pythonPath": [str(site)]})
        text = model.read_text() + CALL
        uri = (site / "torchvision/models/resnet_typed.py").as_uri()
        client.open(uri, text)
        client.diagnostics(uri, 1)
        typist, started, first = Typist(client, uri, text), time.monotonic(), 0
        while typist.keys < options.minutes * KEYS_A_MINUTE:
            typist.words()
            if not first and typist.keys >= KEYS_A_MINUTE:
                first = resident(client.process.pid)
        last = resident(client.process.pid)
        seconds = time.monotonic() - started
        code = client.shut_down()
    growth = 100 * (last - first) / first
    print(f"{typist.keys} keys in {seconds:.0f} s, {1000 * seconds / typist.keys:.1f} ms a key with what is asked between them; "
          f"{first / 1e6:.1f} MB after a minute, {last / 1e6:.1f} MB at the end: {growth:+.1f} %")
    if typist.text != text or code != 0 or growth > 10:
        print("not ok")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
