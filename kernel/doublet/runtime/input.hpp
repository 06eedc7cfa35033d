// What the parts of the runtime know of stdin.
#ifndef DOUBLET_RUNTIME_INPUT_HPP
#define DOUBLET_RUNTIME_INPUT_HPP

namespace doublet::input {

// A cell finds nothing of what another has left unread, and no end of file.
void begin();

}  // namespace doublet::input

#endif
