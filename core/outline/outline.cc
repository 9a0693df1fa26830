#include "core/outline/outline.h"

#include "llvm/ADT/DenseSet.h"

#include <algorithm>

namespace trident::outline {
namespace {

using parse::kNoNode;
using parse::NodeId;
using parse::NodeKind;
using parse::Tree;

class Builder {
 public:
  explicit Builder(const Tree& tree) : tree_(tree), type_checking_(Intern("TYPE_CHECKING")) {}

  Outline Run() {
    llvm::ArrayRef<NodeId> body = tree_.children(tree_.root());
    for (StatementIndex i = 0; i < body.size(); ++i) {
      statement_ = i;
      Statement(body[i]);
    }
    AddMutations();
    return std::move(outline_);
  }

 private:
  // A statement such as `registry.update(...)` belongs to the name it changes, unless the name is imported: then it
  // is an effect on another module and must not run whenever the import is looked up.
  void AddMutations() {
    for (auto [name, statement] : mutations_) {
      auto found = outline_.bindings.find(name);
      if (found == outline_.bindings.end() || imported_.contains(name)) {
        continue;
      }
      auto& list = found->second;
      auto place = std::lower_bound(list.begin(), list.end(), statement);
      if (place == list.end() || *place != statement) {
        list.insert(place, statement);
      }
    }
  }

  void Bind(Symbol name) {
    auto& list = outline_.bindings[name];
    if (list.empty() || list.back() != statement_) {
      list.push_back(statement_);
    }
  }

  void Effect() {
    if (outline_.effects.empty() || outline_.effects.back() != statement_) {
      outline_.effects.push_back(statement_);
    }
  }

  void Block(NodeId block) {
    if (block == kNoNode) {
      return;
    }
    for (NodeId statement : tree_.children(block)) {
      Statement(statement);
    }
  }

  // The name at the root of `name.a[b].c`, for statements that change what it names.
  void BindRoot(NodeId node) {
    while (tree_.kind(node) == NodeKind::Attribute || tree_.kind(node) == NodeKind::Subscript || tree_.kind(node) == NodeKind::Call) {
      node = tree_.child(node, 0);
    }
    if (tree_.kind(node) == NodeKind::Name) {
      mutations_.emplace_back(tree_.symbol(node), statement_);
    }
  }

  void Target(NodeId target) {
    switch (tree_.kind(target)) {
      case NodeKind::Name:
        Bind(tree_.symbol(target));
        break;
      case NodeKind::Tuple:
      case NodeKind::List:
      case NodeKind::Starred:
        for (NodeId child : tree_.children(target)) {
          Target(child);
        }
        break;
      default:
        BindRoot(target);
    }
  }

  void ImportStatement(NodeId node) {
    bool is_from = tree_.kind(node) == NodeKind::ImportFrom;
    for (NodeId alias : tree_.children(node)) {
      Symbol name = tree_.symbol(alias, 0), asname = tree_.symbol(alias, 1);
      llvm::StringRef text = Text(name);
      if (is_from && text == "*") {
        if (in_type_checking_) {
          outline_.type_checking_stars.push_back(node);
        } else if (outline_.star_imports.empty() || outline_.star_imports.back() != statement_) {
          outline_.star_imports.push_back(statement_);
        }
        continue;
      }
      Symbol bound = asname.valid() ? asname : is_from ? name : Intern(text.split('.').first);
      if (in_type_checking_) {
        outline_.type_checking.try_emplace(bound, node);
      } else {
        imported_.insert(bound);
        Bind(bound);
      }
    }
  }

  bool IsTypeChecking(NodeId test) {
    NodeKind kind = tree_.kind(test);
    return (kind == NodeKind::Name || kind == NodeKind::Attribute) && tree_.symbol(test) == type_checking_;
  }

  void If(NodeId node) {
    llvm::ArrayRef<NodeId> parts = tree_.children(node);
    bool was = in_type_checking_;
    in_type_checking_ = was || IsTypeChecking(parts[0]);
    Block(parts[1]);
    in_type_checking_ = was;
    Block(parts[2]);
  }

  void Definition(NodeId node) {
    Bind(tree_.symbol(node));
    bool is_class = tree_.kind(node) == NodeKind::ClassDef;

    unsigned fixed = is_class ? 3 : 4;  // Children before the decorators (node_kind.def).
    if (tree_.children(node).size() > fixed || is_class) {
      Effect();  // A class may be recorded by its metaclass or __init_subclass__.
    }
  }

  void Statement(NodeId node) {
    llvm::ArrayRef<NodeId> parts = tree_.children(node);
    switch (tree_.kind(node)) {
      case NodeKind::FunctionDef:
      case NodeKind::ClassDef:
        if (!in_type_checking_) {
          Definition(node);
        }
        break;
      case NodeKind::Assign:
        for (NodeId target : parts.drop_front()) {
          Target(target);
        }
        break;
      case NodeKind::AugAssign:
      case NodeKind::AnnAssign:
        Target(parts[0]);
        break;
      case NodeKind::TypeAlias:
        Target(parts[0]);
        break;
      case NodeKind::Delete:
        for (NodeId target : parts) {
          Target(target);
        }
        break;
      case NodeKind::For:
        Target(parts[0]);
        Block(parts[2]);
        Block(parts[3]);
        break;
      case NodeKind::While:
        Block(parts[1]);
        Block(parts[2]);
        break;
      case NodeKind::If:
        If(node);
        break;
      case NodeKind::With:
        for (NodeId item : parts.drop_front()) {
          if (NodeId target = tree_.child(item, 1); target != kNoNode) {
            Target(target);
          }
        }
        Block(parts[0]);
        break;
      case NodeKind::Try:
        Block(parts[0]);
        Block(parts[1]);
        Block(parts[2]);
        for (NodeId handler : parts.drop_front(3)) {
          Block(tree_.child(handler, 1));
        }
        break;
      case NodeKind::Match:
        for (NodeId match_case : parts.drop_front()) {
          Block(tree_.child(match_case, 2));
        }
        break;
      case NodeKind::Import:
      case NodeKind::ImportFrom:
        ImportStatement(node);
        break;
      case NodeKind::ExprStmt:
        if (tree_.kind(parts[0]) == NodeKind::Call) {
          Effect();
          NodeId function = tree_.child(parts[0], 0);
          if (tree_.kind(function) == NodeKind::Attribute) {
            BindRoot(function);
          }
        } else if (tree_.kind(parts[0]) == NodeKind::NamedExpr) {
          Target(tree_.child(parts[0], 0));
        }
        break;
      default:
        break;
    }
  }

  const Tree& tree_;
  Symbol type_checking_;
  Outline outline_;
  std::vector<std::pair<Symbol, StatementIndex>> mutations_;
  llvm::DenseSet<Symbol> imported_;
  StatementIndex statement_ = 0;
  bool in_type_checking_ = false;
};

}  // namespace

Outline Build(const Tree& tree) { return Builder(tree).Run(); }

// The name at the root of `name[i][j]`, `name.method`; invalid when it is no name.
static Symbol RootOf(const Tree& tree, NodeId node) {
  while (tree.kind(node) == NodeKind::Attribute || tree.kind(node) == NodeKind::Subscript) node = tree.child(node, 0);
  return tree.kind(node) == NodeKind::Name ? tree.symbol(node) : Symbol();
}

llvm::DenseSet<Symbol> NamesChangedInFunctions(const Tree& tree) {
  llvm::DenseSet<Symbol> names;
  auto add = [&](Symbol name) {
    if (name.valid()) names.insert(name);
  };
  llvm::SmallVector<std::pair<NodeId, bool>, 64> todo = {{tree.root(), false}};
  while (!todo.empty()) {
    auto [node, in_function] = todo.pop_back_val();
    NodeKind kind = tree.kind(node);
    llvm::ArrayRef<NodeId> children = tree.children(node);
    if (in_function && (kind == NodeKind::Assign || kind == NodeKind::Delete || kind == NodeKind::AugAssign)) {
      for (NodeId target : kind == NodeKind::Assign ? children.drop_front() : kind == NodeKind::AugAssign ? children.take_front() : children) {
        if (tree.kind(target) == NodeKind::Subscript || kind == NodeKind::AugAssign) add(RootOf(tree, target));
      }
    }
    if (in_function && kind == NodeKind::Call && tree.kind(children[0]) == NodeKind::Attribute) {
      llvm::StringRef method = Text(tree.symbol(children[0]));
      bool changes = llvm::is_contained({"add", "update", "setdefault", "pop", "popitem", "clear", "discard", "remove"}, method);
      if (changes) add(RootOf(tree, tree.child(children[0], 0)));
    }
    in_function |= kind == NodeKind::FunctionDef;
    for (NodeId child : children) {
      if (child != kNoNode) todo.emplace_back(child, in_function);
    }
  }
  return names;
}

}  // namespace trident::outline
