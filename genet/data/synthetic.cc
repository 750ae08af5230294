#include "genet/data/synthetic.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace genet {
namespace {

enum Shape { kDisc, kSquare, kTriangle, kRing, kCross, kShapes };
enum Pattern { kStripes, kChecks, kPatterns };
static_assert(int{kShapes} * int{kPatterns} == kSyntheticClasses);

struct Vector {
  double x, y;
};
using Colour = std::array<double, 3>;

double Between(RandomStream& stream, double low, double high) {
  return low + (high - low) * stream.Uniform();
}

// Every direction alike, by rejection: no sine needed.
Vector AnyDirection(RandomStream& stream) {
  while (true) {
    const double x = 2 * stream.Uniform() - 1;
    const double y = 2 * stream.Uniform() - 1;
    const double square = x * x + y * y;
    if (square > 1 || square < 0.01) continue;
    const double length = std::sqrt(square);
    return {x / length, y / length};
  }
}

Colour AnyColour(RandomStream& stream) {
  return {stream.Uniform(), stream.Uniform(), stream.Uniform()};
}

// A colour that differs from `other` by `contrast` (0 to 1) in a random direction, inside the cube.
Colour ContrastTo(RandomStream& stream, const Colour& other, double contrast) {
  Colour colour;
  for (int c = 0; c < 3; ++c) {
    const double away = other[c] > 0.5 ? 0 : 1;
    colour[c] = other[c] + (away - other[c]) * contrast * Between(stream, 0.5, 1);
  }
  return colour;
}

// 1 at whole numbers, -1 half way between: the portable stand-in for a cosine.
double TriangleWave(double phase) {
  const double part = phase - std::floor(phase);
  return 4 * std::abs(part - 0.5) - 1;
}

// Stripes across a direction, or the checks of two such waves.
struct Texture {
  Pattern pattern;
  Vector along;  // divided by the wavelength
  double phase, cross_phase;

  Texture(RandomStream& stream, Pattern kind, double shortest, double longest) : pattern(kind) {
    const Vector direction = AnyDirection(stream);
    const double wavelength = Between(stream, shortest, longest);
    along = {direction.x / wavelength, direction.y / wavelength};
    phase = stream.Uniform();
    cross_phase = stream.Uniform();
  }

  // From 0 (one colour) to 1 (the other), steep between.
  double At(double x, double y) const {
    double wave = TriangleWave(along.x * x + along.y * y + phase);
    if (pattern == kChecks) wave *= TriangleWave(along.y * x - along.x * y + cross_phase) * 1.5;
    return std::clamp(0.5 + 1.5 * wave, 0.0, 1.0);
  }
};

// About the distance in pixels from (u, v) to the shape's edge, negative inside. Radii are chosen
// such that all shapes of a size cover about the same area.
double Distance(Shape shape, double u, double v, double size) {
  switch (shape) {
    case kDisc:
      return std::sqrt(u * u + v * v) - 0.9 * size;
    case kSquare:
      return std::max(std::abs(u), std::abs(v)) - 0.8 * size;
    case kTriangle:
      return std::max(0.866 * std::abs(u) + 0.5 * v, -v) - 0.65 * size;
    case kRing:
      return std::abs(std::sqrt(u * u + v * v) - 0.82 * size) - 0.31 * size;
    default: {
      const double a = std::abs(u), b = std::abs(v);
      return std::min(std::max(a - 1.1 * size, b - 0.36 * size),
                      std::max(b - 1.1 * size, a - 0.36 * size));
    }
  }
}

struct Object {
  Shape shape, second_shape;
  double mix = 0;  // how much of the second shape
  double x, y, size;
  Vector turn;
  Texture texture;
  Colour one, other;

  double Coverage(double px, double py) const {
    const double dx = px - x, dy = py - y;
    const double reach = 1.5 * size + 1;
    if (dx * dx + dy * dy > reach * reach) return 0;
    const double u = turn.x * dx + turn.y * dy, v = turn.x * dy - turn.y * dx;
    double distance = Distance(shape, u, v, size);
    if (mix > 0) distance += mix * (Distance(second_shape, u, v, size) - distance);
    return std::clamp(0.5 - distance, 0.0, 1.0);
  }
};

Shape AnyShape(RandomStream& stream) { return static_cast<Shape>(stream.Below(kShapes)); }
Pattern AnyPattern(RandomStream& stream) { return static_cast<Pattern>(stream.Below(kPatterns)); }

Object MakeObject(RandomStream& stream, int label, const Colour& background) {
  const Shape shape = static_cast<Shape>(label / kPatterns);
  const Pattern pattern = static_cast<Pattern>(label % kPatterns);
  const double size = Between(stream, 7.5, 11.0);
  const double margin = 0.9 * size;
  const double tilt = Between(stream, -0.35, 0.35);
  const double length = std::sqrt(1 + tilt * tilt);
  Object object{.shape = shape,
                .second_shape = AnyShape(stream),
                .mix = 0,
                .x = Between(stream, margin, kSyntheticSide - margin),
                .y = Between(stream, margin, kSyntheticSide - margin),
                .size = size,
                .turn = {1 / length, tilt / length},
                .texture = Texture(stream, pattern, 3.6, 6.0),
                .one = {},
                .other = {}};
  // One object in eight leans towards another shape, at most half way: nobody tells them all.
  if (stream.Bernoulli(0.125)) object.mix = Between(stream, 0.2, 0.5);
  object.one = ContrastTo(stream, background, Between(stream, 0.5, 1));
  object.other = ContrastTo(stream, object.one, Between(stream, 0.5, 1));
  return object;
}

// Small pieces of any shape and pattern, some larger than they should be.
Object MakeClutter(RandomStream& stream) {
  Object object{.shape = AnyShape(stream),
                .second_shape = kDisc,
                .mix = 0,
                .x = Between(stream, 0, kSyntheticSide),
                .y = Between(stream, 0, kSyntheticSide),
                .size = Between(stream, 1.5, 4.0),
                .turn = AnyDirection(stream),
                .texture = Texture(stream, AnyPattern(stream), 2.5, 6.0),
                .one = AnyColour(stream),
                .other = {}};
  object.other = ContrastTo(stream, object.one, Between(stream, 0, 0.8));
  return object;
}

}  // namespace

std::vector<std::string> SyntheticClassNames() {
  std::vector<std::string> names;
  for (const char* shape : {"disc", "square", "triangle", "ring", "cross"}) {
    for (const char* pattern : {"striped", "checked"}) {
      names.push_back(std::string(pattern) + " " + shape);
    }
  }
  return names;
}

void DrawSynthetic(RandomKey key, int label, uint8_t* pixels) {
  RandomStream stream(key);
  const Colour near = AnyColour(stream);
  const Colour far = ContrastTo(stream, near, Between(stream, 0, 0.6));
  const Texture ground(stream, AnyPattern(stream), 3.6, 9.0);
  const double ground_weight = Between(stream, 0, 0.2);
  const Vector slope = AnyDirection(stream);
  const Object object = MakeObject(stream, label, near);
  std::vector<Object> clutter;
  for (uint64_t count = 1 + stream.Below(3); count > 0; --count) {
    clutter.push_back(MakeClutter(stream));
  }
  // Most clutter lies behind the object, one piece may lie before it.
  const size_t behind = clutter.size() - (stream.Bernoulli(0.3) ? 1 : 0);
  const double noise = Between(stream, 0.02, 0.1);

  constexpr int kSide = kSyntheticSide;
  const auto paint = [](Colour& colour, const Object& what, double x, double y) {
    const double coverage = what.Coverage(x, y);
    if (coverage == 0) return;
    const double share = what.texture.At(x, y);
    for (int c = 0; c < 3; ++c) {
      const double fill = what.one[c] + share * (what.other[c] - what.one[c]);
      colour[c] += coverage * (fill - colour[c]);
    }
  };
  for (int row = 0; row < kSide; ++row) {
    for (int column = 0; column < kSide; ++column) {
      const double x = column, y = row;
      const double along = (slope.x * (x - kSide / 2) + slope.y * (y - kSide / 2)) / kSide + 0.5;
      const double share = std::clamp(along + ground_weight * (2 * ground.At(x, y) - 1), 0.0, 1.0);
      Colour colour;
      for (int c = 0; c < 3; ++c) colour[c] = near[c] + share * (far[c] - near[c]);
      for (size_t i = 0; i < behind; ++i) paint(colour, clutter[i], x, y);
      paint(colour, object, x, y);
      for (size_t i = behind; i < clutter.size(); ++i) paint(colour, clutter[i], x, y);
      // Three tens of random bits, one for each channel.
      const uint32_t bits = stream.Bits32();
      for (int c = 0; c < 3; ++c) {
        const double draw = static_cast<double>(bits >> (10 * c) & 1023) / 1023 * 2 - 1;
        const double value = std::clamp(colour[c] + noise * draw, 0.0, 1.0);
        pixels[(c * kSide + row) * kSide + column] = static_cast<uint8_t>(value * 255 + 0.5);
      }
    }
  }
}

}  // namespace genet
