// Child processes that cells wait for.
#ifndef DOUBLET_RUNTIME_CHILDREN_HPP
#define DOUBLET_RUNTIME_CHILDREN_HPP

namespace doublet::detail {

// As C's system(), but what ends the wait ends the command, too.
int run_command(const char* command);

// Ends the command that this thread waits for, if it does; for handlers.
void end_command();

}  // namespace doublet::detail

#endif
