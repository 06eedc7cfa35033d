// Of the process that keeps the state of a cell's beginning.
#ifndef DOUBLET_RUNTIME_CHECKPOINT_HPP
#define DOUBLET_RUNTIME_CHECKPOINT_HPP

namespace doublet::detail {

// Leaves word of what this process is about to die of; for handlers of signals.
void leave_word(const char* cause);

}  // namespace doublet::detail

#endif
