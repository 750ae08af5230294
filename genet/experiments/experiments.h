// What each experiment of the paper does: runs its searches and trainings, and adds its tables and
// figures to the context.
#pragma once

#include "genet/experiments/experiment_context.h"

namespace genet {

// Section 4.1.
Status Table1(ExperimentContext& context);
Status Figure3(ExperimentContext& context);
Status Figure4(ExperimentContext& context);
Status RandomSearch(ExperimentContext& context);
Status Dense(ExperimentContext& context);
Status Complexity(ExperimentContext& context);
Status Figure5(ExperimentContext& context);

// Section 4.2.
Status Table2(ExperimentContext& context);
Status Wrn(ExperimentContext& context);

// Section 4.3.
Status Table3(ExperimentContext& context);
Status Caltech(ExperimentContext& context);

}  // namespace genet
