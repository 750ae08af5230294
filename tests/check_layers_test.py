"""scripts/check-layers finds what it is there to find."""
import os
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name
        os.makedirs(f"{self.root}/scripts")
        shutil.copy(f"{SOURCE}/scripts/check-layers", f"{self.root}/scripts")
        self.write("layers.txt", "base:\nupper: base\n<zlib.h>: base\n")
        for module in ("base", "upper"):
            self.write(f"genet/{module}/CMakeLists.txt", f"genet_module({module})")
        self.write("genet/base/a.h", "#include <zlib.h>\n")
        self.write("genet/upper/b.h", '#include "genet/base/a.h"\n')

    def write(self, path, text):
        os.makedirs(os.path.dirname(f"{self.root}/{path}"), exist_ok=True)
        with open(f"{self.root}/{path}", "w") as file:
            file.write(text)

    def check(self):
        return subprocess.run(["/usr/bin/python3", f"{self.root}/scripts/check-layers"],
                              capture_output=True, text=True)

    def finds(self, text):
        ended = self.check()
        self.assertEqual(ended.returncode, 1)
        self.assertIn(text, ended.stderr)

    def test_clean_tree_passes(self):
        self.assertEqual(self.check().returncode, 0, self.check().stderr)

    def test_upward_include(self):
        self.write("genet/base/c.cc", '#include "genet/upper/b.h"\n')
        self.finds("genet/base/c.cc:1: base may not include upper")

    def test_third_party_header_away_from_home(self):
        self.write("genet/upper/c.cc", "#include <zlib.h>\n")
        self.finds("<zlib.h> may be included by base only, not by upper")

    def test_cycle_of_headers(self):
        self.write("genet/base/a.h", '#include "genet/base/d.h"\n')
        self.write("genet/base/d.h", '#include "genet/base/a.h"\n')
        self.finds("include cycle")

    def test_two_types_of_one_name(self):
        self.write("genet/base/d.h", "namespace genet {\nstruct Plan {\n};\n}\n")
        self.write("genet/upper/d.h", "namespace genet {\nclass Plan : public Other {\n};\n}\n")
        self.finds("genet/upper/d.h: Plan is the name of a type in genet/base/d.h, too")
        self.write("genet/upper/d.h", "namespace genet::upper {\nclass Plan {\n};\n}\n")
        self.assertEqual(self.check().returncode, 0, self.check().stderr)

    def test_upward_edge_in_the_list(self):
        self.write("layers.txt", "base: upper\nupper: base\n")
        self.finds("'base' uses 'upper'")

    def test_test_that_is_never_built(self):
        self.write("genet/base/part/x_test.cc", "")
        self.finds("this test never runs")

    def test_missing_file(self):
        self.write("genet/base/c.cc", '#include "a.h"\n')
        self.finds('"a.h" is no file under the repository root')


unittest.main()
