#include "core/parse/parse.h"
#include "core/parse/dump.h"
#include "core/parse/literal.h"

#include <doctest/doctest.h>

#include "llvm/ADT/StringExtras.h"

#include <string>
#include <vector>

using namespace trident;
using parse::NodeKind;

namespace {

std::string Dump(llvm::StringRef text) {
  parse::ParseResult result = parse::ParseText(text);
  for (const parse::SyntaxError& error : result.errors) {
    return "error: " + error.message;
  }
  std::string dump = parse::DumpTree(text, result.tree);
  llvm::StringRef body(dump);
  body.consume_front("Module(body=[");
  body.consume_back("], type_ignores=[])");
  return body.str();
}

std::string Expression(llvm::StringRef text) {
  std::string dump = Dump(text);
  llvm::StringRef body(dump);
  if (body.consume_front("Expr(value=")) {
    body.consume_back(")");
  }
  return body.str();
}

std::string FirstError(llvm::StringRef text) {
  parse::ParseResult result = parse::ParseText(text);
  return result.errors.empty() ? "" : result.errors.front().message;
}

parse::NodeId FirstStatement(const parse::ParseResult& result) { return result.tree.child(result.tree.root(), 0); }

// The value of `x = <literal>`.
parse::NodeId FirstValue(const parse::ParseResult& result) { return result.tree.child(FirstStatement(result), 0); }

std::string Repeat(llvm::StringRef text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += text;
  }
  return out;
}

}  // namespace

TEST_CASE("parse: precedence and associativity") {
  CHECK(Expression("a + b * c") ==
        "BinOp(left=Name(id='a', ctx=Load()), op=Add(), right=BinOp(left=Name(id='b', ctx=Load()), op=Mult(), right=Name(id='c', ctx=Load())))");
  CHECK(Expression("-a ** -b") ==
        "UnaryOp(op=USub(), operand=BinOp(left=Name(id='a', ctx=Load()), op=Pow(), right=UnaryOp(op=USub(), operand=Name(id='b', ctx=Load()))))");
  CHECK(Expression("a ** b ** c") == Expression("a ** (b ** c)"));
  CHECK(Expression("a - b - c") == Expression("(a - b) - c"));
  CHECK(Expression("not a in b") == Expression("not (a in b)"));
  CHECK(Expression("a or b and not c") == Expression("a or (b and (not c))"));
  CHECK(Expression("a if b else c if d else e") == Expression("a if b else (c if d else e)"));
  CHECK(Expression("lambda: a if b else c") == Expression("lambda: (a if b else c)"));
  CHECK(Expression("a < b is not c not in d") ==
        "Compare(left=Name(id='a', ctx=Load()), ops=[Lt(), IsNot(), NotIn()], comparators=[Name(id='b', ctx=Load()), Name(id='c', ctx=Load()), "
        "Name(id='d', ctx=Load())])");
  CHECK(Expression("await a ** b") == Expression("(await a) ** b"));
}

TEST_CASE("parse: soft keywords are names unless they begin a statement") {
  CHECK(llvm::StringRef(Dump("match = case = type = _ = 1")).starts_with("Assign(targets=[Name(id='match', ctx=Store())"));
  CHECK(llvm::StringRef(Dump("match(x)")).starts_with("Expr(value=Call"));
  CHECK(llvm::StringRef(Dump("match[x]: int")).starts_with("AnnAssign"));
  CHECK(llvm::StringRef(Dump("type(x)")).starts_with("Expr(value=Call"));
  CHECK(llvm::StringRef(Dump("type: int = 3")).starts_with("AnnAssign"));
  CHECK(llvm::StringRef(Dump("match (x):\n case _: pass")).starts_with("Match(subject=Name"));
  CHECK(llvm::StringRef(Dump("match x, *y:\n case a, *b: pass")).starts_with("Match(subject=Tuple"));
  CHECK(llvm::StringRef(Dump("match -x:\n case _: pass")).starts_with("Match(subject=UnaryOp"));
  CHECK(llvm::StringRef(Dump("type X = int")).starts_with("TypeAlias(name=Name(id='X', ctx=Store()), type_params=[]"));
}

TEST_CASE("parse: type parameters and defaults (PEP 695, 696)") {
  CHECK(
      Dump("def f[T: int = str, *Ts = *A, **P = []](): pass") ==
      "FunctionDef(name='f', args=arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[]), body=[Pass()], decorator_list=[], "
      "type_params=[TypeVar(name='T', bound=Name(id='int', ctx=Load()), default_value=Name(id='str', ctx=Load())), "
      "TypeVarTuple(name='Ts', default_value=Starred(value=Name(id='A', ctx=Load()), ctx=Load())), ParamSpec(name='P', default_value=List(elts=[], "
      "ctx=Load()))])");
  CHECK(llvm::StringRef(Dump("class A[T](B): pass")).contains("type_params=[TypeVar(name='T')]"));
}

TEST_CASE("parse: f-strings with any quotes inside (PEP 701)") {
  CHECK(Expression("f'{a['b']}'") ==
        "JoinedStr(values=[FormattedValue(value=Subscript(value=Name(id='a', ctx=Load()), slice=Constant(value='b'), ctx=Load()), conversion=-1)])");
  CHECK(Expression("f'a{{b}}' 'c' f'{x = !s:>{w}}'") ==
        "JoinedStr(values=[Constant(value='a{b}cx = '), FormattedValue(value=Name(id='x', ctx=Load()), conversion=115, "
        "format_spec=JoinedStr(values=[Constant(value='>'), FormattedValue(value=Name(id='w', ctx=Load()), conversion=-1)]))])");
  CHECK(Expression("f'{x=}'") == "JoinedStr(values=[Constant(value='x='), FormattedValue(value=Name(id='x', ctx=Load()), conversion=114)])");
  CHECK(Expression("f'{f'{f'{1}'}'}'") != "");
  CHECK(Expression("f'{lambda x: 1}'").find("error") == 0);
  CHECK(Expression("rf'\\d{x}'") == "JoinedStr(values=[Constant(value='\\\\d'), FormattedValue(value=Name(id='x', ctx=Load()), conversion=-1)])");
}

TEST_CASE("parse: template strings and bare except groups (3.14)") {
  CHECK(Expression("t'a{x!r}'") == "TemplateStr(values=[Constant(value='a'), FormattedValue(value=Name(id='x', ctx=Load()), conversion=114)])");
  CHECK(FirstError("t'a' 'b'") == "cannot mix t-string literals with string or bytes literals");
  CHECK(Dump("try: pass\nexcept A, B: pass") == Dump("try: pass\nexcept (A, B): pass"));
  CHECK(FirstError("try: pass\nexcept A, B as e: pass") == "multiple exception types must be parenthesized when using 'as'");
}

TEST_CASE("parse: with items in parentheses") {
  CHECK(llvm::StringRef(Dump("with (a as b, c): pass"))
            .starts_with("With(items=[withitem(context_expr=Name(id='a', ctx=Load()), optional_vars=Name(id='b', ctx=Store())), withitem"));
  CHECK(llvm::StringRef(Dump("with (a, b): pass")).starts_with("With(items=[withitem(context_expr=Name(id='a', ctx=Load())), withitem"));
  CHECK(llvm::StringRef(Dump("with (a, b) as c: pass")).starts_with("With(items=[withitem(context_expr=Tuple"));
  CHECK(llvm::StringRef(Dump("with (a).b(), c: pass")).starts_with("With(items=[withitem(context_expr=Call"));
  CHECK(llvm::StringRef(Dump("with (yield): pass")).starts_with("With(items=[withitem(context_expr=Yield"));
  CHECK(llvm::StringRef(Dump("with (a := b): pass")).starts_with("With(items=[withitem(context_expr=NamedExpr"));
}

TEST_CASE("parse: parameters of every kind") {
  CHECK(Dump("def f(a, b=1, /, c=2, *args: *T, d, e=3, **k): pass") ==
        "FunctionDef(name='f', args=arguments(posonlyargs=[arg(arg='a'), arg(arg='b')], args=[arg(arg='c')], "
        "vararg=arg(arg='args', annotation=Starred(value=Name(id='T', ctx=Load()), ctx=Load())), kwonlyargs=[arg(arg='d'), arg(arg='e')], "
        "kw_defaults=[None, Constant(value=3)], kwarg=arg(arg='k'), defaults=[Constant(value=1), Constant(value=2)]), body=[Pass()], "
        "decorator_list=[], type_params=[])");
}

TEST_CASE("parse: literals are decoded on demand") {
  auto integer = [](llvm::StringRef text) {
    parse::ParseResult result = parse::ParseText(text);
    return parse::DecodeInt(text, result.tree, FirstValue(result));
  };
  CHECK(integer("x = 1_000") == 1000);
  CHECK(integer("x = 0xFF") == 255);
  CHECK(integer("x = 0b1_01") == 5);
  CHECK(integer("x = 0o17") == 15);
  CHECK(integer("x = 9223372036854775807") == INT64_MAX);
  CHECK(integer("x = 9223372036854775808") == std::nullopt);
  auto string = [](llvm::StringRef text) {
    parse::ParseResult result = parse::ParseText(text);
    return parse::DecodeString(text, result.tree, FirstValue(result));
  };
  CHECK(string("x = 'a\\n\\x41\\u00e9\\101\\N{BULLET}'") ==
        "a\nA\xC3\xA9"
        "A\xE2\x80\xA2");
  CHECK(string("x = ('a' # one\n  r'\\n'\\\n  \"\"\"b\r\nc\"\"\")") == "a\\nb\nc");
  CHECK(string("x = b'\\xff\\u'") == "\xFF\\u");
  CHECK(string("x = '\\ud800'") == "\xED\xA0\x80");
  CHECK(string("x = 'a\\\nb'") == "ab");
  llvm::StringRef text = "x = 1_0.5e-1_0";
  parse::ParseResult result = parse::ParseText(text);
  CHECK(parse::DecodeFloat(text, result.tree, FirstValue(result)) == 10.5e-10);
}

TEST_CASE("parse: names are compared in their normal form") {
  parse::ParseResult result = parse::ParseText("ﬁ = 1");
  parse::NodeId target = result.tree.child(FirstStatement(result), 1);
  CHECK(Text(result.tree.symbol(target)) == "fi");
}

TEST_CASE("parse: depth costs no stack") {
  constexpr int kDeep = 100000;
  for (const char* link : {"+a", ".b", "()", "[0]", " and a", "\nif 1: pass"}) {
    CAPTURE(link);
    CHECK(FirstError("a" + Repeat(link, kDeep)) == "");
  }
  for (const char* link : {"-", "not ", "~", "lambda: ", "a if b else ", "a ** ", "x = ", "lambda x=1: "}) {
    CAPTURE(link);
    std::string text = Repeat(link, kDeep) + "a";
    CHECK(FirstError(text) == "");
    CHECK(parse::DumpTree(text, parse::ParseText(text).tree).size() > size_t(kDeep));
  }
  CHECK(FirstError("if a: pass\n" + Repeat("elif a: pass\n", kDeep)) == "");
  for (const char* link : {"(", "[", "{", "{a:", "f(", "a[", "f'{", "x = (", "def f(", "-(", "lambda: ("}) {
    CAPTURE(link);
    CHECK(FirstError(Repeat(link, kDeep)) != "");
  }
  CHECK(FirstError(Repeat("(", 200) + Repeat(")", 200)) == "");
  CHECK(FirstError("match x:\n case " + Repeat("[", kDeep)) != "");
}

TEST_CASE("parse: hostile text costs linear time") {
  // Each is a pattern for which some recovery would look ahead again and again; quadratic work would take minutes.
  for (const char* piece : {"x = (\n",
                            "x = (\nreturn\n",
                            "f'{",
                            "f'''{",
                            "x = f'{a:{b\"\n",
                            "\"\"\"\ndef f():\n",
                            "(\n@a\n",
                            "match x\n",
                            "if x:\n",
                            "x\n y\n",
                            "if x:\n y\nz\n y\n",
                            "with (",
                            "x = ([{)\n",
                            "“",
                            "'a\n",
                            "1_",
                            "def f():\n\n",
                            "try:\n x\n",
                            "{**",
                            "async "}) {
    CAPTURE(piece);
    std::string text = Repeat(piece, static_cast<int>(400000 / llvm::StringRef(piece).size()));
    CHECK(parse::ParseText(text).tree.end(parse::ParseText(text).tree.root()) == text.size());
  }
}

TEST_CASE("parse: damage stays in its statement") {
  auto shape = [](llvm::StringRef text) {
    parse::ParseResult result = parse::ParseText(text);
    std::string out;
    for (parse::NodeId node : result.tree.children(result.tree.root())) {
      out += std::string(out.empty() ? "" : " ") + parse::NodeKindName(result.tree.kind(node));
    }
    return out;
  };
  CHECK(shape("x = f(1,\ny = 2\ndef g(): pass\n") == "Assign Assign FunctionDef");
  CHECK(shape("x = 'abc\ny = 2\n") == "Assign Assign");
  CHECK(shape("if x\n    y = 1\nz = 2\n") == "If Assign");
  CHECK(shape("@\ndef f(): pass\nx = 1\n") == "FunctionDef Assign");
  CHECK(shape("deff f(self):\n    x = 1\ny = 2\n") == "ExprStmt Error Error Assign");
  CHECK(shape("x.\ny = 1\n") == "ExprStmt Assign");
  CHECK(shape("x = (1]\ny = 1\n") == "Assign Assign");
  CHECK(shape("try:\n    x = 1\ny = 2\n") == "Try Assign");
  CHECK(shape("for x in\n    y\nz\n") == "For ExprStmt");
  CHECK(shape("class A(\n    x = 1\ndef f(): pass") == "ClassDef FunctionDef");
}

TEST_CASE("parse: what was understood of a broken expression is kept") {
  llvm::StringRef text = "x = f(a, b.\n";
  parse::ParseResult result = parse::ParseText(text);
  parse::NodeId call = FirstValue(result);
  REQUIRE(result.tree.kind(call) == NodeKind::Call);
  REQUIRE(result.tree.children(call).size() == 3);
  parse::NodeId broken = result.tree.child(call, 2);
  CHECK(result.tree.kind(broken) == NodeKind::Error);
  CHECK(result.tree.kind(result.tree.child(broken, 0)) == NodeKind::Name);
}

TEST_CASE("parse: the tree stays within its memory budget") {
  // Four words a name, five an attribute: the header and what it names.
  CHECK(parse::ParseText("a.b").tree.bytes() == (4 + 5 + 4 + 4) * 4);
  std::string text = Repeat("x = f(a.b, 1)\n", 100);
  CHECK(parse::ParseText(text).tree.bytes() < text.size() * 10);
}
