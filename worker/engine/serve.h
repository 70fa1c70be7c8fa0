// The life of an engine under its agent, in three threads: the caller's draws (it is the device's), the finisher's
// writes the pictures of the run before meanwhile, and the courier's talks to the agent.
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
