// The genomes' part of the signature.
#pragma once

#include "genet/base/hash.h"
#include "genet/genome/genome.h"

namespace genet {

// A hash of the table of all strings of a space (at most 20 bits) and their canonical forms.
uint64_t HashCanonicalForms(const SearchSpace& space);

}  // namespace genet
