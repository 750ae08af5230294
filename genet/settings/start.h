// The initial population as one setting of three fields: what it is drawn around, and how far.
#pragma once

#include "genet/settings/setting.h"

namespace genet {

// As text "bernoulli", "all-zeros" or "around:GENOME:FLIPS"; in JSON the members `start`,
// `around_genome` and `around_flips`, which are there for every start.
SettingValue StartValue();

}  // namespace genet
