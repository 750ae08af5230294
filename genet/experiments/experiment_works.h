// What each experiment of the paper does: runs its searches and trainings, and adds its tables and
// figures to the session.
#pragma once

#include "genet/experiments/session.h"

namespace genet {

// Section 4.1.
Status Table1(Session& session);
Status Figure3(Session& session);
Status Figure4(Session& session);
Status RandomSearch(Session& session);
Status Dense(Session& session);
Status Complexity(Session& session);
Status Figure5(Session& session);

// Section 4.2.
Status Table2(Session& session);
Status Wrn(Session& session);

// Section 4.3.
Status Table3(Session& session);
Status Caltech(Session& session);

}  // namespace genet
