#!/usr/bin/env python3
"""Compares core/ops with recorded behaviour of PyTorch, without the evaluator.

  ops_oracle.py PROBE FACTS.jsonl.gz [--only GLOB] [--show N] [--kind wrong|false|unknown|missed] [--worst N] [--blur KIND]

FACTS holds one object a line: {"op", "expr", "out": TYPE} or {..., "err", "msg"}; expr is one Python expression over
torch. Each expression is turned into nested calls and given to the ops_probe binary, which evaluates it through
trident::ops. Expressions that construct modules need the evaluator and are left out.
--blur KIND (sizes, ranks, dtypes, symbols, shared-symbols, every-second-size, tensors, scalars, sequences) hides that much of
the arguments of valid expressions. What ops_probe still says must agree with the truth, and it may report no error.
"""
import argparse, ast, collections, fnmatch, gzip, json, subprocess, sys


def dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return base and base + "." + node.attr
    return None


BINARY = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "MatMult": "@", "BitAnd": "&", "BitOr": "|",
          "BitXor": "^", "LShift": "<<", "RShift": ">>"}
COMPARE = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}


def convert(node):
    if isinstance(node, ast.Constant):
        value = node.value
        if value is None:
            return ["none"]
        if value is Ellipsis:
            return ["ellipsis"]
        name = type(value).__name__
        return [name, "" if name == "complex" else repr(value) if name == "float" else value]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [type(node).__name__.lower(), [convert(e) for e in node.elts]]
    if isinstance(node, ast.UnaryOp):
        operand = convert(node.operand)
        if isinstance(node.op, ast.USub) and operand[0] == "int":
            return ["int", -operand[1]]
        if isinstance(node.op, ast.USub) and operand[0] == "float":
            return ["float", "-" + operand[1]]
        return ["unary", {"USub": "-", "Invert": "~", "UAdd": "+", "Not": "not"}[type(node.op).__name__], operand]
    if isinstance(node, ast.BinOp):
        left, right = convert(node.left), convert(node.right)
        if "complex" in (left[0], right[0]) and {left[0], right[0]} <= {"complex", "int", "float"}:
            return ["complex", ""]
        return ["binary", BINARY[type(node.op).__name__], left, right]
    if isinstance(node, ast.Compare):
        return ["binary", COMPARE[type(node.ops[0]).__name__], convert(node.left), convert(node.comparators[0])]
    if isinstance(node, ast.Subscript):
        return ["item", convert(node.value), convert(node.slice)]
    if isinstance(node, ast.Slice):
        return ["slice"] + [["none"] if part is None else convert(part) for part in (node.lower, node.upper, node.step)]
    if isinstance(node, ast.Call):
        arguments = [convert(a) for a in node.args]
        keywords = [[k.arg, convert(k.value)] for k in node.keywords]
        name = dotted(node.func)
        if name == "float":
            return ["float", node.args[0].value]
        if name == "slice":
            return ["slice"] + (arguments + [["none"]] * 3)[:3]
        if name:
            return ["call", name, arguments, keywords]
        if isinstance(node.func, ast.Attribute):
            return ["method", convert(node.func.value), node.func.attr, arguments, keywords]
        return ["unknown"]
    name = dotted(node)
    if name:
        return ["name", name]
    if isinstance(node, ast.Attribute):
        return ["attribute", convert(node.value), node.attr]
    return ["unknown"]


def contradicts(said, truth):
    """Whether a type with gaps says something that the true type does not bear out. s<N> is a symbol for the size N."""
    if said is None or truth is None or (isinstance(said, dict) and "val" in said):
        return False
    if isinstance(said, dict):
        if not isinstance(truth, dict) or "seq" not in truth:
            return True
        return bool(said["seq"]) and (len(said["seq"]) != len(truth["seq"]) or any(map(contradicts, said["seq"], truth["seq"])))
    if not isinstance(truth, list) or (said[0] != "?" and said[0] != truth[0]):
        return True
    if said[1] is None:
        return False

    def differs(size, true_size):
        return size != true_size if isinstance(size, int) else isinstance(size, str) and size[0] == "s" and size[1:].isdigit() and int(size[1:]) != true_size

    return len(said[1]) != len(truth[1]) or any(map(differs, said[1], truth[1]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probe")
    parser.add_argument("facts")
    parser.add_argument("--only", action="append")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--kind", default="wrong")
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--blur")
    parser.add_argument("--strict", action="store_true", help="fail when an answer is wrong or an error is false")
    arguments = parser.parse_args()
    records = []
    with gzip.open(arguments.facts, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            module = record["op"].startswith("nn.") and not record["op"].startswith("nn.functional")
            if arguments.blur and "err" in record:
                continue
            if not module and (not arguments.only or any(fnmatch.fnmatch(record["op"], only) for only in arguments.only)):
                records.append(record)
    text = "".join(json.dumps(convert(ast.parse(r["expr"], mode="eval").body)) + "\n" for r in records)
    answers = subprocess.run([arguments.probe] + (["--blur", arguments.blur] if arguments.blur else []), input=text, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    total, per_op, shown = collections.Counter(), collections.defaultdict(collections.Counter), 0
    for record, answer in zip(records, map(json.loads, answers)):
        said = answer.get("error")
        if "err" in record:
            kind = "found" if said else "missed"
        elif said:
            kind = "false"
        elif answer["type"] == record["out"]:
            kind = "exact"
        elif contradicts(answer["type"], record["out"]) if arguments.blur else answer["known"]:
            kind = "wrong"
        else:
            kind = "unknown"
        total[kind] += 1
        per_op[record["op"]][kind] += 1
        if kind == arguments.kind and shown < arguments.show:
            shown += 1
            print(f"-- {record['expr'][:300]}\n     torch {json.dumps(record.get('out', record.get('msg')))[:200]}\n     said  {json.dumps(answer)[:200]}")
    if arguments.worst:
        def badness(item):
            return -(item[1]["unknown"] + item[1]["wrong"] + item[1]["false"] + item[1]["missed"])
        print("; ".join(f"{op} {'/'.join(f'{k}:{n}' for k, n in c.items() if k not in ('exact', 'found'))}" for op, c in sorted(per_op.items(), key=badness)[:arguments.worst]
                        if badness((op, c))))
    valid, invalid = sum(total[k] for k in ("exact", "unknown", "wrong", "false")), total["found"] + total["missed"]
    print(f"{len(records)} expressions over {len(per_op)} ops; valid {valid}: exact {100 * total['exact'] / max(1, valid):.2f}%, wrong {total['wrong']}, "
          f"false errors {total['false']}, unknown {total['unknown']}; invalid {invalid}: found {100 * total['found'] / max(1, invalid):.2f}%")
    if arguments.strict and total["wrong"] + total["false"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
