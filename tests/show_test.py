"""genet show against the codes in the paper's figures."""
from program import *

# In the order of the paper: genome, edges of each stage.
FIGURE_1 = "1-00-111|0-10-000-0011"
FIGURE_1_EDGES = [
    {("in", 1), ("in", 3), (1, 2), (1, 4), (2, 4), (3, 4), (4, "out")},
    {("in", 1), ("in", 4), (1, 3), (3, 5), (4, 5), (5, "out")},
]


def edges(stage):
    return {tuple(int(end) if str(end).isdigit() else end for end in edge)
            for edge in stage["edges"]}


class ShowTest(ProgramTest):
    def show(self, genome, *arguments):
        return json.loads(self.succeed("show", genome, "--json", *arguments).stdout)

    def test_figure_1(self):
        shown = self.show(FIGURE_1, "--base", "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-FC10",
                          "--nodes", "4,5")
        self.assertEqual(shown["genome"], FIGURE_1)
        self.assertEqual(shown["bits"], 16)
        for stage, nodes, want in zip(shown["stages"], (4, 5), FIGURE_1_EDGES):
            self.assertEqual(stage["nodes"], nodes)
            self.assertEqual(edges(stage), want)
        self.assertEqual(shown["stages"][0]["active"], [1, 2, 3, 4])
        self.assertEqual(shown["stages"][1]["active"], [1, 3, 4, 5])

    def test_figure_5(self):
        first = self.show("genet-1")
        self.assertEqual(first["genome"], "1-01|0-01-100|0-11-101-0001")
        self.assertEqual((first["convolutions"], first["depth"]), (18, 17))
        second = self.show("genet-2")
        self.assertEqual(second["genome"], "1-01|1-01-100|0-10-000-1011")
        self.assertEqual(second["stages"][2]["active"], [1, 3, 4, 5])
        self.assertEqual(second["depth"], 17)

    def test_genet_1_has_the_papers_size_on_imagenet(self):
        shown = self.show("genet-1", "--preset", "imagenet", "--input", "3x224x224")
        self.assertAlmostEqual(shown["parameters"] / 1e6, 156.04, delta=0.06)

    def test_wrn_40_has_40_layers(self):
        shown = self.show("wrn-40", "--preset", "wrn-40")
        self.assertEqual((shown["convolutions"], shown["depth"]), (39, 40))
        self.assertEqual([stage["active"] for stage in shown["stages"]],
                         [list(range(1, 12))] * 3)
        # 3x3 convolutions, two values of batch normalisation a channel, and the last layer.
        weights = sum(9 * width * (before + 12 * width) + 13 * 2 * width
                      for before, width in ((3, 32), (32, 64), (64, 128)))
        self.assertEqual(shown["parameters"], weights + 128 * 10 + 10)

    def test_named_genomes_of_figure_2(self):
        for name, code in (("vgg", "1-01-001"), ("resnet", "1-01-101"), ("densenet", "1-11-111")):
            shown = self.show(name, "--base", "C3(P1)@8-FC10", "--nodes", "4")
            self.assertEqual(shown["genome"], code)

    def test_all_zeros_is_one_convolution_a_stage(self):
        shown = self.show("all-zeros")
        self.assertEqual(shown["convolutions"], 3)
        self.assertEqual([stage["active"] for stage in shown["stages"]], [[], [], []])

    def test_isomorphic_stages_share_the_canonical_form(self):
        forms = {self.show(genome, "--base", "C3(P1)@8-FC10", "--nodes", "3")["canonical"]
                 for genome in ("1-00", "0-10", "0-01")}
        self.assertEqual(len(forms), 1)

    def test_drawings(self):
        self.assertTrue(self.succeed("show", "genet-1", "--format", "text").stdout.strip())
        self.assertTrue(self.succeed("show", "genet-1", "--format", "dot").stdout
                        .lstrip().startswith("digraph"))
        svg = self.succeed("show", "genet-1", "--format", "svg").stdout
        self.assertIn("<svg", svg)
        self.assertIn("</svg>", svg)
        self.assertNotRegex(svg, "(?i)generated|version [0-9]+\\.[0-9]+\\.")
        self.assertEqual(svg, self.succeed("show", "genet-1", "--format", "svg").stdout)


if __name__ == "__main__":
    main()
