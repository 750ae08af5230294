// SIGINT and SIGTERM as a wish to stop: remembered, never acted on inside the handler.
#pragma once

namespace genet::cli {

// From now on the first SIGINT or SIGTERM is remembered; the second of either ends the process.
void CatchStopSignals();
// SIGINT, SIGTERM or 0. Async-signal-safe and thread-safe.
int StopSignal();
// What a shell shows for the signal: 130 for SIGINT, 143 for SIGTERM.
int StopExitStatus();

}  // namespace genet::cli
