#!/usr/bin/env python3
"""Shows each lint rule failing on a small tree that breaks it, and all of them quiet on one that does not."""
import os
import tempfile
import unittest

import lint

GOOD = {
    "tests/lint/layers.txt": "core/base:\ncore/lex: core/base\ncore/parse: core/lex\ncore/diagnostics: core/base\nserver only: core/parse\n",
    "core/CMakeLists.txt": "trident_layer(trident_lex core/lex trident_base)\n",
    "core/base/ids.h": "// Holds ids.\n#pragma once\n",
    "core/parse/parse.cc": '#include "core/parse/parse.h"\n#include "core/base/ids.h"\n',
    "core/parse/parse.h": "// Turns tokens into a tree.\n#pragma once\n",
    "core/parse/diagnostics.def": 'TRIDENT_DIAGNOSTIC(bad-syntax, Error, "cannot be parsed")\n',
    "core/diagnostics/all.cc": '#include "core/parse/diagnostics.def"\n',
    "docs/diagnostics/bad-syntax.md": "# bad-syntax\n",
    "README.md": "[page](docs/diagnostics/bad-syntax.md#bad-syntax) and `[not](a-link.md)`\n",
}


class RulesTest(unittest.TestCase):
    def run_rules(self, changes):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {**GOOD, **changes}.items():
                if text is None:
                    continue
                os.makedirs(os.path.dirname(os.path.join(root, path)) or root, exist_ok=True)
                with open(os.path.join(root, path), "w") as f:
                    f.write(text)
            tree = lint.Tree(root)
            return {rule.__name__: list(rule(tree)) for rule in lint.RULES}

    def assert_only(self, rule, changes):
        found = {name: v for name, v in self.run_rules(changes).items() if v}
        self.assertEqual(list(found), [rule], found)

    def test_a_good_tree_is_quiet(self):
        self.assertEqual([v for v in self.run_rules({}).values() if v], [])

    def test_an_upward_include(self):
        self.assert_only("layer_edges", {"core/base/up.cc": '#include "core/parse/parse.h"\n'})

    def test_a_list_that_is_all(self):
        self.assert_only("layer_edges", {"server/main.cc": '#include "core/base/ids.h"\n'})

    def test_a_folder_without_a_layer(self):
        self.assert_only("layer_edges", {"core/new/a.cc": "\n"})

    def test_a_link_edge_that_is_not_allowed(self):
        self.assert_only("layer_edges", {"core/CMakeLists.txt": "trident_layer(trident_lex core/lex trident_parse)\n"})

    def test_no_pragma_once(self):
        self.assert_only("header_shape", {"core/base/x.h": "// Holds x.\n"})

    def test_no_first_sentence(self):
        self.assert_only("header_shape", {"core/base/x.h": "#pragma once\n"})

    def test_a_long_file(self):
        self.assert_only("file_size", {"core/base/x.cc": "\n" * (lint.MAX_LINES + 1)})

    def test_a_slug_without_a_page(self):
        self.assert_only("diagnostics_pages", {"core/lex/diagnostics.def": 'TRIDENT_DIAGNOSTIC("odd-token", Error, "odd")\n'})

    def test_a_page_without_a_slug(self):
        self.assert_only("diagnostics_pages", {"docs/diagnostics/gone.md": "# gone\n"})

    def test_a_slug_declared_twice(self):
        self.assert_only("diagnostics_pages", {"core/lex/diagnostics.def": GOOD["core/parse/diagnostics.def"]})

    def test_a_dead_link(self):
        self.assert_only("markdown_links", {"docs/a.md": "[x](b.md)\n"})

    def test_a_dead_anchor(self):
        self.assert_only("markdown_links", {"docs/a.md": "# One\n[x](#two)\n"})

    def test_a_machine_path(self):
        self.assert_only("machine_paths", {"docs/a.md": "see /ho" + "me/someone/x\n"})

    def test_unfinished_work(self):
        self.assert_only("unfinished", {"core/base/x.cc": "// TO" + "DO: later\n"})


if __name__ == "__main__":
    unittest.main()
