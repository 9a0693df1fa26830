#include "core/parse/dump.h"

#include "core/parse/dump_text.h"
#include "core/parse/literal.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FormatVariadic.h"

namespace trident::parse {
namespace {

using K = NodeKind;

const char* const kBinaryNames[] = {"Add",    "Sub",    "Mult",  "MatMult", "Div",    "Mod",     "Pow",
                                    "LShift", "RShift", "BitOr", "BitXor",  "BitAnd", "FloorDiv"};
const char* const kUnaryNames[] = {"Invert", "Not", "UAdd", "USub"};
const char* const kCompareNames[] = {"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"};

std::string QuotedName(Symbol symbol) { return Quoted(Text(symbol), false); }

enum class Context : uint8_t { Load, Store, Del };

// Prints by a stack of pieces of text and nodes still to print, so that depth costs no stack of ours.
class Dumper {
 public:
  Dumper(llvm::StringRef text, const Tree& tree, const DumpOptions& options) : text_(text), tree_(tree), options_(options) {}

  std::string Run() {
    stack_.push_back({{}, tree_.root(), Context::Load});
    while (!stack_.empty()) {
      Piece piece = stack_.pop_back_val();
      if (piece.node == kNoNode) {
        out_ += piece.text;
        continue;
      }
      pieces_.clear();
      first_ = true;
      Node(piece.node, piece.context);
      stack_.append(std::make_move_iterator(pieces_.rbegin()), std::make_move_iterator(pieces_.rend()));
    }
    return std::move(out_);
  }

 private:
  struct Piece {
    std::string text;
    NodeId node = kNoNode;
    Context context = Context::Load;
  };

  void Put(std::string text) { pieces_.push_back({std::move(text), kNoNode, Context::Load}); }
  void PutNode(NodeId node, Context context = Context::Load) {
    if (node == kNoNode) {
      Put("None");
    } else {
      pieces_.push_back({{}, node, context});
    }
  }
  void Open(const char* name) {
    Put(std::string(name) + "(");
    first_ = true;
  }
  void Key(const char* name) {
    Put(std::string(first_ ? "" : ", ") + name + "=");
    first_ = false;
  }
  void Field(const char* name, std::string value) {
    Key(name);
    Put(std::move(value));
  }
  void Field(const char* name, NodeId node, Context context = Context::Load) {
    if (node != kNoNode) {
      Key(name);
      PutNode(node, context);
    }
  }
  void Name(const char* name, Symbol symbol) {
    if (symbol.valid()) {
      Field(name, QuotedName(symbol));
    }
  }
  void Nodes(const char* name, llvm::ArrayRef<NodeId> nodes, Context context = Context::Load) {
    Key(name);
    Put("[");
    bool comma = false;
    for (NodeId node : nodes) {
      if (comma) {
        Put(", ");
      }
      comma = true;
      PutNode(node, context);
    }
    Put("]");
  }
  void BlockField(const char* name, NodeId block) { Nodes(name, block == kNoNode ? llvm::ArrayRef<NodeId>() : tree_.children(block)); }
  void Ctx(Context context) { Field("ctx", context == Context::Load ? "Load()" : context == Context::Store ? "Store()" : "Del()"); }
  void Close(NodeId node) { Put(options_.places ? llvm::formatv(")@{0}-{1}", tree_.start(node), tree_.end(node)).str() : ")"); }
  void Constant(NodeId node, std::string value, bool unicode = false) {
    Open("Constant");
    Field("value", std::move(value));
    if (unicode) {
      Field("kind", "'u'");
    }
    Close(node);
  }

  void Node(NodeId node, Context context);
  void Statement(NodeId node);
  void Definition(NodeId node);
  void Expression(NodeId node, Context context);
  void Literal(NodeId node);
  void Comprehension(NodeId node, const char* name);
  void Joined(NodeId node, const char* name);
  void Pattern(NodeId node);
  void Arguments(NodeId node);
  void Argument(NodeId parameter);
  void Split(llvm::ArrayRef<NodeId> arguments, const char* positional);

  llvm::StringRef text_;
  const Tree& tree_;
  const DumpOptions options_;
  std::string out_;
  llvm::SmallVector<Piece, 0> stack_;
  llvm::SmallVector<Piece, 0> pieces_;
  bool first_ = true;
};

// Arguments of a call or class: those without names, then keywords.
void Dumper::Split(llvm::ArrayRef<NodeId> arguments, const char* positional) {
  llvm::SmallVector<NodeId> plain, keywords;
  for (NodeId argument : arguments) {
    (tree_.kind(argument) == K::Keyword ? keywords : plain).push_back(argument);
  }
  Nodes(positional, plain);
  Nodes("keywords", keywords);
}

void Dumper::Argument(NodeId parameter) {
  bool outer = first_;
  Open("arg");
  Name("arg", tree_.symbol(parameter));
  Field("annotation", tree_.child(parameter, 0));
  Put(")");
  first_ = outer;
}

void Dumper::Arguments(NodeId node) {
  llvm::ArrayRef<NodeId> all = tree_.children(node);
  auto list = [&](const char* name, ParameterKind kind) {
    Key(name);
    Put("[");
    bool comma = false;
    for (NodeId parameter : all) {
      if (tree_.flags(parameter) == static_cast<uint8_t>(kind)) {
        Put(comma ? ", " : "");
        comma = true;
        Argument(parameter);
        first_ = false;
      }
    }
    Put("]");
  };
  auto single = [&](const char* name, ParameterKind kind) {
    for (NodeId parameter : all) {
      if (tree_.flags(parameter) == static_cast<uint8_t>(kind)) {
        Key(name);
        Argument(parameter);
        first_ = false;
      }
    }
  };
  Open("arguments");
  list("posonlyargs", ParameterKind::PositionalOnly);
  list("args", ParameterKind::Normal);
  single("vararg", ParameterKind::VarArgs);
  list("kwonlyargs", ParameterKind::KeywordOnly);
  llvm::SmallVector<NodeId> defaults, keyword_defaults;
  for (NodeId parameter : all) {
    NodeId value = tree_.child(parameter, 1);
    if (tree_.flags(parameter) == static_cast<uint8_t>(ParameterKind::KeywordOnly)) {
      keyword_defaults.push_back(value);
    } else if (value != kNoNode) {
      defaults.push_back(value);
    }
  }
  Nodes("kw_defaults", keyword_defaults);
  single("kwarg", ParameterKind::KwArgs);
  Nodes("defaults", defaults);
  Put(")");
}

void Dumper::Node(NodeId node, Context context) {
  llvm::ArrayRef<NodeId> c = tree_.children(node);
  switch (tree_.kind(node)) {
    case K::Module:
      Open("Module");
      Nodes("body", c);
      Put(", type_ignores=[])");
      return;
    case K::Error:
      Open("Error");
      Nodes("nodes", c);
      return Close(node);
    case K::WithItem:
      Open("withitem");
      Field("context_expr", c[0]);
      Field("optional_vars", c[1], Context::Store);
      return Put(")");
    case K::MatchCase:
      Open("match_case");
      Field("pattern", c[0]);
      Field("guard", c[1]);
      BlockField("body", c[2]);
      return Put(")");
    case K::ExceptHandler:
      Open("ExceptHandler");
      Field("type", c[0]);
      Name("name", tree_.symbol(node));
      BlockField("body", c[1]);
      return Close(node);
    case K::Alias:
      Open("alias");
      Name("name", tree_.symbol(node));
      Name("asname", tree_.symbol(node, 1));
      return Put(")");
    case K::Parameters: return Arguments(node);
    case K::Keyword:
      Open("keyword");
      Name("arg", tree_.symbol(node));
      Field("value", c[0]);
      return Put(")");
    case K::TypeParam:
      Open(tree_.flags(node) == 0 ? "TypeVar" : tree_.flags(node) == 1 ? "TypeVarTuple" : "ParamSpec");
      Name("name", tree_.symbol(node));
      Field("bound", c[0]);
      Field("default_value", c[1]);
      return Put(")");
    case K::Comprehension:
      Open("comprehension");
      Field("target", c[0], Context::Store);
      Field("iter", c[1]);
      Nodes("ifs", c.drop_front(2));
      Field("is_async", std::to_string(tree_.flags(node)));
      return Put(")");
    default: break;
  }
  if (tree_.kind(node) >= K::MatchValue) {
    Pattern(node);
  } else if (tree_.kind(node) >= K::BoolOp) {
    Expression(node, context);
  } else if (tree_.kind(node) == K::FunctionDef || tree_.kind(node) == K::ClassDef) {
    Definition(node);
  } else {
    Statement(node);
  }
}

void Dumper::Definition(NodeId node) {
  llvm::ArrayRef<NodeId> c = tree_.children(node);
  auto type_params = [&](NodeId params) { Nodes("type_params", params == kNoNode ? llvm::ArrayRef<NodeId>() : tree_.children(params)); };
  if (tree_.kind(node) == K::FunctionDef) {
    Open(tree_.flags(node) ? "AsyncFunctionDef" : "FunctionDef");
    Name("name", tree_.symbol(node));
    Field("args", c[0]);
    BlockField("body", c[1]);
    Nodes("decorator_list", c.drop_front(4));
    Field("returns", c[2]);
    type_params(c[3]);
  } else {
    Open("ClassDef");
    Name("name", tree_.symbol(node));
    Split(c[0] == kNoNode ? llvm::ArrayRef<NodeId>() : tree_.children(c[0]), "bases");
    BlockField("body", c[1]);
    Nodes("decorator_list", c.drop_front(3));
    type_params(c[2]);
  }
  Close(node);
}

void Dumper::Statement(NodeId node) {
  llvm::ArrayRef<NodeId> c = tree_.children(node);
  const uint8_t flags = tree_.flags(node);
  const K kind = tree_.kind(node);
  switch (kind) {
    case K::Assign:
      Open("Assign");
      Nodes("targets", c.drop_front(), Context::Store);
      Field("value", c[0]);
      break;
    case K::AugAssign:
      Open("AugAssign");
      Field("target", c[0], Context::Store);
      Field("op", std::string(kBinaryNames[flags]) + "()");
      Field("value", c[1]);
      break;
    case K::AnnAssign:
      Open("AnnAssign");
      Field("target", c[0], Context::Store);
      Field("annotation", c[1]);
      Field("value", c[2]);
      Field("simple", std::to_string(flags));
      break;
    case K::TypeAlias:
      Open("TypeAlias");
      Field("name", c[0], Context::Store);
      Nodes("type_params", c[1] == kNoNode ? llvm::ArrayRef<NodeId>() : tree_.children(c[1]));
      Field("value", c[2]);
      break;
    case K::For:
      Open(flags ? "AsyncFor" : "For");
      Field("target", c[0], Context::Store);
      Field("iter", c[1]);
      BlockField("body", c[2]);
      BlockField("orelse", c[3]);
      break;
    case K::While:
    case K::If:
      Open(NodeKindName(kind));
      Field("test", c[0]);
      BlockField("body", c[1]);
      BlockField("orelse", c[2]);
      break;
    case K::With:
      Open(flags ? "AsyncWith" : "With");
      Nodes("items", c.drop_front());
      BlockField("body", c[0]);
      break;
    case K::Match:
      Open("Match");
      Field("subject", c[0]);
      Nodes("cases", c.drop_front());
      break;
    case K::Raise:
      Open("Raise");
      Field("exc", c[0]);
      Field("cause", c[1]);
      break;
    case K::Try:
      Open(flags ? "TryStar" : "Try");
      BlockField("body", c[0]);
      Nodes("handlers", c.drop_front(3));
      BlockField("orelse", c[1]);
      BlockField("finalbody", c[2]);
      break;
    case K::Assert:
      Open("Assert");
      Field("test", c[0]);
      Field("msg", c[1]);
      break;
    case K::Import:
      Open("Import");
      Nodes("names", c);
      break;
    case K::ImportFrom:
      Open("ImportFrom");
      Name("module", tree_.symbol(node));
      Nodes("names", c);
      Field("level", std::to_string(flags));
      break;
    case K::Global:
    case K::Nonlocal:
      Open(NodeKindName(kind));
      Key("names");
      Put("[");
      for (size_t i = 0; i < c.size(); ++i) {
        Put((i == 0 ? "" : ", ") + QuotedName(tree_.symbol(c[i])));
      }
      Put("]");
      break;
    case K::Delete:
      Open("Delete");
      Nodes("targets", c, Context::Del);
      break;
    case K::ExprStmt:
      Open("Expr");
      Field("value", c[0]);
      break;
    case K::Return:
      Open("Return");
      Field("value", c[0]);
      break;
    default: Open(NodeKindName(kind)); break;
  }
  Close(node);
}

void Dumper::Literal(NodeId node) {
  switch (tree_.kind(node)) {
    case K::NoneLiteral: return Constant(node, "None");
    case K::TrueLiteral: return Constant(node, "True");
    case K::FalseLiteral: return Constant(node, "False");
    case K::EllipsisLiteral: return Constant(node, "Ellipsis");
    case K::Int: return Constant(node, IntText(text_.slice(tree_.start(node), tree_.end(node))));
    case K::Float: return Constant(node, FloatText(DecodeFloat(text_, tree_, node)));
    case K::Imaginary: return Constant(node, ImaginaryText(DecodeFloat(text_, tree_, node)));
    default: return Constant(node, Quoted(DecodeString(text_, tree_, node), tree_.kind(node) == K::Bytes), tree_.flags(node) != 0);
  }
}

void Dumper::Comprehension(NodeId node, const char* name) {
  llvm::ArrayRef<NodeId> c = tree_.children(node);
  Open(name);
  if (tree_.kind(node) == K::DictComp) {
    Field("key", c[0]);
    Field("value", c[1]);
    Nodes("generators", c.drop_front(2));
  } else {
    Field("elt", c[0]);
    Nodes("generators", c.drop_front());
  }
  Close(node);
}

// Adjacent pieces of text print as one constant.
void Dumper::Joined(NodeId node, const char* name) {
  Open(name);
  Key("values");
  Put("[");
  std::string pending;
  bool comma = false;
  auto separate = [&] {
    Put(comma ? ", " : "");
    comma = true;
  };
  auto flush = [&] {
    if (!pending.empty()) {
      separate();
      Put("Constant(value=" + Quoted(pending, false) + ")");
      pending.clear();
    }
  };
  for (NodeId part : tree_.children(node)) {
    if (tree_.kind(part) == K::FStringText || tree_.kind(part) == K::Str) {
      pending += DecodeString(text_, tree_, part);
      continue;
    }
    flush();
    separate();
    PutNode(part);
  }
  flush();
  Put("]");
  Close(node);
}

void Dumper::Expression(NodeId node, Context context) {
  llvm::ArrayRef<NodeId> c = tree_.children(node);
  const uint8_t flags = tree_.flags(node);
  const K kind = tree_.kind(node);
  switch (kind) {
    case K::BoolOp:
      Open("BoolOp");
      Field("op", flags ? "Or()" : "And()");
      Nodes("values", c);
      break;
    case K::NamedExpr:
      Open("NamedExpr");
      Field("target", c[0], Context::Store);
      Field("value", c[1]);
      break;
    case K::BinOp:
      Open("BinOp");
      Field("left", c[0]);
      Field("op", std::string(kBinaryNames[flags]) + "()");
      Field("right", c[1]);
      break;
    case K::UnaryOp:
      Open("UnaryOp");
      Field("op", std::string(kUnaryNames[flags]) + "()");
      Field("operand", c[0]);
      break;
    case K::Lambda:
      Open("Lambda");
      Field("args", c[0]);
      Field("body", c[1]);
      break;
    case K::IfExp:
      Open("IfExp");
      Field("test", c[1]);
      Field("body", c[0]);
      Field("orelse", c[2]);
      break;
    case K::Dict: {
      llvm::SmallVector<NodeId> keys, values;
      for (size_t i = 0; i + 1 < c.size(); i += 2) {
        keys.push_back(c[i]);
        values.push_back(c[i + 1]);
      }
      Open("Dict");
      Nodes("keys", keys);
      Nodes("values", values);
      break;
    }
    case K::Set:
      Open("Set");
      Nodes("elts", c);
      break;
    case K::ListComp:
    case K::SetComp:
    case K::DictComp:
    case K::GeneratorExp: return Comprehension(node, NodeKindName(kind));
    case K::Await:
    case K::Yield:
    case K::YieldFrom:
      Open(NodeKindName(kind));
      Field("value", c[0]);
      break;
    case K::Compare:
      Open("Compare");
      Field("left", c[0]);
      Field("ops", "[" + std::string(kCompareNames[flags]) + "()]");
      Nodes("comparators", c[1]);
      break;
    case K::CompareChain: {
      std::string ops;
      llvm::SmallVector<NodeId> rights;
      for (NodeId link : c.drop_front()) {
        ops += std::string(ops.empty() ? "" : ", ") + kCompareNames[tree_.flags(link)] + "()";
        rights.push_back(tree_.child(link, 0));
      }
      Open("Compare");
      Field("left", c[0]);
      Field("ops", "[" + ops + "]");
      Nodes("comparators", rights);
      break;
    }
    case K::Call:
      Open("Call");
      Field("func", c[0]);
      Split(c.drop_front(), "args");
      break;
    case K::Name:
      Open("Name");
      Name("id", tree_.symbol(node));
      Ctx(context);
      break;
    case K::JoinedStr:
    case K::TemplateStr: return Joined(node, NodeKindName(kind));
    case K::FormattedValue:
      Open("FormattedValue");
      Field("value", c[0]);
      Field("conversion", flags == 0 ? "-1" : std::to_string(flags));
      Field("format_spec", c[1]);
      break;
    case K::Attribute:
      Open("Attribute");
      Field("value", c[0]);
      Name("attr", tree_.symbol(node));
      Ctx(context);
      break;
    case K::Subscript:
      Open("Subscript");
      Field("value", c[0]);
      Field("slice", c[1]);
      Ctx(context);
      break;
    case K::Starred:
      Open("Starred");
      Field("value", c[0], context);
      Ctx(context);
      break;
    case K::List:
    case K::Tuple:
      Open(NodeKindName(kind));
      Nodes("elts", c, context);
      Ctx(context);
      break;
    case K::Slice:
      Open("Slice");
      Field("lower", c[0]);
      Field("upper", c[1]);
      Field("step", c[2]);
      break;
    default: return Literal(node);
  }
  Close(node);
}

void Dumper::Pattern(NodeId node) {
  llvm::ArrayRef<NodeId> c = tree_.children(node);
  const K kind = tree_.kind(node);
  Open(NodeKindName(kind));
  switch (kind) {
    case K::MatchValue: Field("value", c[0]); break;
    case K::MatchSingleton: {
      K value = tree_.kind(c[0]);
      Field("value", value == K::NoneLiteral ? "None" : value == K::TrueLiteral ? "True" : "False");
      break;
    }
    case K::MatchMapping: {
      llvm::SmallVector<NodeId> keys, patterns;
      for (size_t i = 0; i + 1 < c.size(); i += 2) {
        keys.push_back(c[i]);
        patterns.push_back(c[i + 1]);
      }
      Nodes("keys", keys);
      Nodes("patterns", patterns);
      Name("rest", tree_.symbol(node));
      break;
    }
    case K::MatchClass: {
      llvm::SmallVector<NodeId> plain, keyword_patterns;
      std::string names;
      for (NodeId argument : c.drop_front()) {
        if (tree_.kind(argument) == K::MatchKeyword) {
          names += (names.empty() ? "" : ", ") + QuotedName(tree_.symbol(argument));
          keyword_patterns.push_back(tree_.child(argument, 0));
        } else {
          plain.push_back(argument);
        }
      }
      Field("cls", c[0]);
      Nodes("patterns", plain);
      Field("kwd_attrs", "[" + names + "]");
      Nodes("kwd_patterns", keyword_patterns);
      break;
    }
    case K::MatchStar: Name("name", tree_.symbol(node)); break;
    case K::MatchAs:
      Field("pattern", c[0]);
      Name("name", tree_.symbol(node));
      break;
    default: Nodes("patterns", c); break;
  }
  Close(node);
}

}  // namespace

std::string DumpTree(llvm::StringRef text, const Tree& tree, const DumpOptions& options) { return Dumper(text, tree, options).Run(); }

}  // namespace trident::parse
