"""Compiles one Triton kernel ahead of time and says what each stage took and what came out; run by Trident on request only.

Reads a request (JSON) from standard input and writes one object to standard output: {"ok": true, ...} or {"error": text}.
Of the file only the jit functions, their constants and the imports that they use are executed, at their own lines; no GPU
is needed. What was compiled before is taken from the cache folder of the request.
"""
import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import types

FORMAT = 2  # Of cache entries.
MOST_ENTRIES = 200


def is_jit(node):
    return any("jit" in ast.dump(decorator) for decorator in node.decorator_list)


def jit_alone(node):
    """Tuners and heuristics choose constants; here they are given."""
    kept = [d for d in node.decorator_list if "'jit'" in ast.dump(d)]
    node.decorator_list = kept[-1:]


def extract(text):
    """The parts of a module that its kernels need; the rest becomes blank lines."""
    tree = ast.parse(text)
    kept, constants, imports = [], [], []

    def look(body):
        for node in body:
            if isinstance(node, ast.FunctionDef) and is_jit(node):
                jit_alone(node)
                kept.append(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                constants.append(node)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                imports.append(node)
            elif isinstance(node, (ast.If, ast.Try)):
                look(node.body)

    look(tree.body)
    names = {n.id for node in kept for n in ast.walk(node) if isinstance(n, ast.Name)}
    chosen = list(kept)
    # Constants of constants, until nothing is added.
    while True:
        more = []
        for node in constants:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            bound = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            if node not in chosen and bound & names and node.value is not None:
                more.append(node)
                names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if not more:
            break
        chosen += more
    for node in imports:
        bound = {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        if bound & names or "*" in bound or getattr(node, "module", "") == "__future__":
            chosen.append(node)
    lines, out = text.splitlines(keepends=True), []
    for node in sorted(chosen, key=lambda n: n.lineno):
        first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
        out.append((first, node.end_lineno))
    blank = ["\n"] * len(lines)
    for first, last in out:
        blank[first - 1:last] = lines[first - 1:last]
    # What stands under `if` or `try` moves to the margin.
    for node in chosen:
        first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
        indent = node.col_offset
        for i in range(first - 1, node.end_lineno if indent else first - 1):
            blank[i] = blank[i][indent:] or "\n"
    return "".join(blank), chosen


def package_of(path):
    """The dotted name of the package that holds the file, and the folder to import it from."""
    folder, parts = os.path.dirname(os.path.abspath(path)), []
    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        parts.insert(0, name)
    return ".".join(parts), folder


def load(path, text, folder):
    package, root = package_of(path)
    sys.path.insert(0, root)
    if package:
        importlib.import_module(package)
    # Triton reads the source of kernels from the file; a module of the same lines keeps their places true.
    copy = os.path.join(folder, os.path.basename(path))
    with open(copy, "w") as file:
        file.write(text)
    module = types.ModuleType((package + "." if package else "") + "trident_kernels")
    module.__file__, module.__package__ = copy, package
    sys.modules[module.__name__] = module
    exec(compile(text, copy, "exec"), module.__dict__)
    return module


def unwrap(function):
    from triton.runtime import JITFunction
    while not isinstance(function, JITFunction):
        function = function.fn
    return function


def mlir_lines(text, name):
    """The line of the kernel's file that each line of MLIR comes from, 0 where none is given."""
    known = {loc: int(line) for loc, file, line in re.findall(r'^(#loc\w*) = loc\("([^"]*)":(\d+):', text, re.M) if os.path.basename(file) == name}
    # What a function of the library does is shown at the call.
    for _ in range(4):
        for loc, inner in re.findall(r'^(#loc\w*) = loc\("[^"]*"\((#loc\w*)\)\)', text, re.M):
            known.setdefault(loc, known.get(inner, 0))
        for loc, inner, outer in re.findall(r"^(#loc\w*) = loc\(callsite\((#loc\w*) at (#loc\w*)\)\)", text, re.M):
            known[loc] = known.get(inner) or known.get(outer, 0)
    found = (re.search(r"loc\((#loc\w*)\)\s*$", line) for line in text.splitlines())
    return [known.get(m[1], 0) if m else 0 for m in found]


def llvm_lines(text):
    known, outer = {}, {}
    for name, line, rest in re.findall(r"^(!\d+) = (?:distinct )?!DILocation\(line: (\d+)(.*)\)", text, re.M):
        known[name] = int(line)
        inlined = re.search(r"inlinedAt: (!\d+)", rest)
        if inlined:
            outer[name] = inlined[1]

    def resolve(name):
        while name in outer:
            name = outer[name]
        return known.get(name, 0)
    found = (re.search(r"!dbg (!\d+)", line) for line in text.splitlines())
    return [resolve(m[1]) if m else 0 for m in found]


def ptx_lines(text, name):
    files = {number for number, file in re.findall(r'^\s*\.file\s+(\d+)\s+"([^"]*)"', text, re.M) if os.path.basename(file) == name}
    out, now = [], 0
    for line in text.splitlines():
        # What a function of the library does is shown at the call.
        for file, number in reversed(re.findall(r"(?:\.loc|inlined_at)\s+(\d+)\s+(\d+)", line)):
            if file in files:
                now = int(number)
        if line.startswith("}"):
            now = 0  # What follows is debug data.
        out.append(now)
    return out


def sass_lines(text, name):
    """The disassembly without its marks of lines, and what those say of each line that is left."""
    lines, out, now = [], [], 0
    for line in text.splitlines():
        found = re.match(r'\s*//## File "([^"]*)", line (\d+)', line)
        if not found:
            lines.append(line)
            out.append(now if re.match(r"\s*/\*[0-9a-f]{4,}\*/", line) else 0)
        elif os.path.basename(found[1]) == name:
            now = int(found[2])
    return "\n".join(lines) + "\n", out


def resources(compiled):
    """Registers, spilled words and instructions of the binary."""
    from triton import knobs
    if "cubin" not in compiled.asm:
        text = compiled.asm.get("amdgcn", "")
        read = lambda name: int((re.search(rf"\.{name}:\s*(\d+)", text) or [0, 0])[1])
        return {"registers": read("vgpr_count"), "spills": read("vgpr_spill_count"), "instructions": 0}
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        file.write(compiled.asm["cubin"])
        file.flush()
        run = lambda *arguments: subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True).stdout
        usage = run(knobs.nvidia.cuobjdump.path, "--dump-resource-usage", file.name)
        sass = run(knobs.nvidia.nvdisasm.path, "-c", "-g", file.name)
    found = re.search(r"REG:(\d+).*? LOCAL:(\d+)", usage)
    return {"registers": int(found[1]), "spills": int(found[2]) // 4, "instructions": len(re.findall(r"^\s*/\*[0-9a-f]{4,}\*/", sass, re.M)), "sass": sass}


def compile_kernel(request, text, folder):
    import triton
    from triton import knobs
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource
    backend, arch = request["target"].split(":")
    target = GPUTarget(backend, int(arch) if arch.isdigit() else arch, 64 if backend == "hip" else 32)
    function = unwrap(getattr(load(request["file"], text, folder), request["kernel"]))
    signature, constants, attributes = {}, {}, {}
    for index, name in enumerate(function.arg_names):
        kind = request["signature"].get(name)
        if kind is None:
            raise ValueError(f"the type of `{name}` is not known: launch the kernel in the file, or give --signature")
        if kind.startswith("="):
            signature[name], constants[name] = "constexpr", ast.literal_eval(kind[1:])
        else:
            signature[name] = kind.split(":")[0]
            if kind.endswith(":16"):
                attributes[(index,)] = [["tt.divisibility", 16]]
    times = {}

    def listen(*, times=None, into=times, **_):
        into["front"] = times.ir_initialization
        into.update(times.lowering_stages)

    knobs.compilation.listener = listen
    # Times of a compilation that did not happen would say nothing.
    knobs.compilation.always_compile = True
    compiled = triton.compile(ASTSource(fn=function, signature=signature, constexprs=constants, attrs=attributes), target=target, options=request["options"])
    out = {"times_us": {name: float(us) for name, us in times.items()}, "shared": compiled.metadata.shared, "binary_bytes": 0, **resources(compiled)}
    sass = out.pop("sass", None)
    out["stages"], file = {}, os.path.basename(request["file"])
    for name, body in compiled.asm.items():
        if isinstance(body, bytes):
            out["binary_bytes"] = len(body)
        else:
            lines = mlir_lines(body, file) if name in ("source", "ttir", "ttgir") else llvm_lines(body) if name == "llir" else ptx_lines(body, file)
            out["stages"][name] = {"text": body, "lines": lines}
    if sass:
        body, lines = sass_lines(sass, file)
        out["stages"]["sass"] = {"text": body, "lines": lines}
    out["ptx_bytes"] = len(compiled.asm.get("ptx") or compiled.asm.get("amdgcn") or "")
    return out


def summary(result):
    return {name: result[name] for name in ("times_us", "registers", "spills", "shared", "instructions", "ptx_bytes", "binary_bytes")}


def digest(*parts):
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def read(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def write(path, value):
    with open(path + f".{os.getpid()}", "w") as file:
        json.dump(value, file)
    os.replace(path + f".{os.getpid()}", path)


def trim(folder):
    entries = [os.path.join(folder, name) for name in os.listdir(folder)]
    for path in sorted(entries, key=os.path.getmtime)[:-MOST_ENTRIES]:
        os.unlink(path)


def answer(request, folder):
    try:
        version = importlib.metadata.version("triton")
    except importlib.metadata.PackageNotFoundError:
        return {"error": f"{sys.executable} has no triton: pip install triton, or choose another environment"}
    text = request.get("text")
    if text is None:
        with open(request["file"]) as file:
            text = file.read()
    text, chosen = extract(text)
    what = [request["kernel"], request["signature"], request["target"], request["options"]]
    key = digest(FORMAT, version, what, [ast.dump(node) for node in chosen], [node.lineno for node in chosen])
    cache = request.get("cache")
    if cache:
        os.makedirs(cache, exist_ok=True)
    entry, last = (os.path.join(cache, key + ".json"), os.path.join(cache, "last-" + digest(os.path.abspath(request["file"]), what) + ".json")) if cache else (None, None)
    known = read(entry) if cache else None
    result = known or compile_kernel(request, text, folder)
    # The entry before this one: what the same kernel was when its text was another.
    before = read(last) if cache else None
    previous = None
    if before:
        previous = before["now"] if before["key"] != key else before["previous"]
    if cache:
        if not known:
            write(entry, result)
            trim(cache)
        write(last, {"key": key, "now": summary(result), "previous": previous})
    result.update(ok=True, kernel=request["kernel"], target=request["target"], triton=version, cached=bool(known), previous=previous)
    if not request.get("stages"):
        result["stages"] = {}
    return result


def main():
    # What the user's modules and the compiler print is not part of the answer.
    out = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    request = json.load(sys.stdin)
    try:
        with tempfile.TemporaryDirectory() as folder:
            result = answer(request, folder)
    except BaseException as error:  # Whatever the user's code or the compiler raises is the answer.
        while error.__cause__ is not None:
            error = error.__cause__
        result = {"error": f"{type(error).__name__}: {error}"[:4000]}
    json.dump(result, out)
    out.flush()
    os._exit(0)


main()
