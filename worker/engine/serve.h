// The life of an engine under its agent: one thread that takes a run, renders it, answers, and between the steps of a
// run looks for a Cancel.
#pragma once

#include <sys/types.h>

#include "worker/engine/port.h"
#include "worker/engine/renderer.h"

namespace troupe::engine {

// Asks the kernel to kill this process when its agent's thread that started it ends, and makes sure that the agent
// still lives. False when it is gone already: leave.
bool die_with(pid_t agent);

// Says Ready and serves until Shutdown, until the agent is gone, or until a job left the engine unfit. An error says
// why the socket cannot be used.
Status serve(Port& port, Renderer& renderer, pid_t agent);

}  // namespace troupe::engine
