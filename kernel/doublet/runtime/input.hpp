// What the parts of the runtime know of stdin.
#ifndef DOUBLET_RUNTIME_INPUT_HPP
#define DOUBLET_RUNTIME_INPUT_HPP

#include <string>

namespace doublet::input {

// A cell finds nothing of what another has left unread, and no end of file.
void begin();

}  // namespace doublet::input

namespace doublet::streams {

// What has been written to stdout since its last line ended; as far as nobody has seen it yet, it is taken back.
std::string take_line();

}  // namespace doublet::streams

#endif
