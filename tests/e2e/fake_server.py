#!/usr/bin/env python3
"""A language server that knows two tricks: tests of the editor plugins alone start it in place of `trident server`.

It hints ": f32[FAKE]" after `x` in every "x = ..." line and reports an error on every line that has "Linear(256".
"""
import json
import re
import sys

STAGE = {"wallSeconds": 0.001, "cpuSeconds": 0.001, "allocatedBytes": 1234567, "items": 42, "hits": 3, "misses": 1, "calls": 1}
MODEL = {"name": "Net", "expression": "model(x)", "parameters": 11689512, "flops": 3628146688, "flopsText": ""}
PROFILE = {"uri": "file:///model.py", "version": 1, "wallSeconds": 0.002, "residentBytes": 30000000, "peakBytes": 40000000,
           "stages": [{"stage": "parse", **STAGE}, {"stage": "eval", **STAGE, "wallSeconds": 0.0005}], "models": [MODEL]}


def read():
    length = 0
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return None
        if line == b"\r\n":
            return json.loads(sys.stdin.buffer.read(length))
        name, _, value = line.decode().partition(":")
        if name.lower() == "content-length":
            length = int(value)


def send(**message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


def module(name, children=()):
    return {"name": name, "class": name.title(), "output": "f32[FAKE]", "parameters": 11_689_512, "flops": 0, "flopsText": "", "calls": 1, "location": None,
            "children": list(children)}


# The second line of the stage is of the fifth of the source.
KERNEL = {"kernel": "double", "when": "BLOCK=64", "target": "cuda:90"}
STAGE = {**KERNEL, "stage": "ptx", "text": "// ptx\nmov.u32\nret\n", "lines": [0, 5, 6]}
MODEL = module("ResNet", [module("layer1")])


def span(line, start, end):
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def publish(uri, version, text):
    found = [{"range": span(i, line.index("Linear(256"), len(line)), "severity": 1, "code": "linear-in-features", "source": "trident",
              "message": "linear expects 256 features, its input has 512"} for i, line in enumerate(text.splitlines()) if "Linear(256" in line]
    send(method="textDocument/publishDiagnostics", params={"uri": uri, "version": version, "diagnostics": found})


def hints(text):
    matches = ((i, re.match(r"\s*x(?= = )", line)) for i, line in enumerate(text.splitlines()))
    return [{"position": {"line": i, "character": m.end()}, "label": ": f32[FAKE]", "kind": 1} for i, m in matches if m]


def main():
    if "--version" in sys.argv:
        print("trident 0 (fake)")
        return 0
    texts = {}
    while (message := read()) is not None:
        method, params = message.get("method"), message.get("params") or {}
        document = params.get("textDocument", {})
        if method == "initialize":
            send(id=message["id"], result={"capabilities": {"textDocumentSync": 1, "inlayHintProvider": True}, "serverInfo": {"name": "fake"}})
        elif method == "textDocument/didOpen":
            texts[document["uri"]] = document["text"]
            publish(document["uri"], document["version"], document["text"])
        elif method == "textDocument/didChange":
            texts[document["uri"]] = params["contentChanges"][-1]["text"]
            publish(document["uri"], document["version"], texts[document["uri"]])
        elif method == "textDocument/inlayHint":
            send(id=message["id"], result=hints(texts[document["uri"]]))
        elif method == "trident/profile":
            send(id=message["id"], result=PROFILE)
        elif method == "trident/model":
            send(id=message["id"], result={"models": [MODEL]})
        elif method == "trident/kernels":
            send(id=message["id"], result={"kernels": [{**KERNEL, "line": 1, "stages": ["ttgir", "ptx"]}]})
        elif method == "trident/kernelStage":
            send(id=message["id"], result=STAGE)
        elif method == "exit":
            return 0
        elif "id" in message and method:
            send(id=message["id"], result=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
