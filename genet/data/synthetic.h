// The built-in data set: images that are drawn from a seed.
//
// A class is a shape and the pattern that fills it ("striped disc"). Place, size, turn, colours
// and contrast vary, the background has a pattern and clutter of its own, and some objects lie half
// way between two shapes. So a class cannot be read from single pixels, nor from the patterns of
// the whole image: it takes features that are found anywhere and then put together. Only additions,
// multiplications, divisions and square roots are used, so the bits are the same on every machine.
#pragma once

#include <string>
#include <vector>

#include "genet/base/random.h"

namespace genet {

inline constexpr int kSyntheticClasses = 10;
inline constexpr int kSyntheticSide = 32;
inline constexpr int kSyntheticImageBytes = 3 * kSyntheticSide * kSyntheticSide;

std::vector<std::string> SyntheticClassNames();

// Draws one image of class `label`: red, green and blue plane of 32 x 32 bytes.
void DrawSynthetic(RandomKey key, int label, uint8_t* pixels);

}  // namespace genet
