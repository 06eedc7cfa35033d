// What the parts of the runtime know of stdout and stderr.
#ifndef DOUBLET_RUNTIME_OUTPUT_HPP
#define DOUBLET_RUNTIME_OUTPUT_HPP

#include <cstddef>
#include <string>

namespace doublet::streams {

// Once in a process: has C's files and the streams of C++ write unbuffered, and stderr into the queue.
void take_files();

// Queues text in order with what the pipes hold; false if it has to be written, for this process has no queue for it.
bool enter(int fd, const char* data, std::size_t size);

// What has been written to stdout since its last line ended; as far as nobody has seen it yet, it is taken back.
std::string take_line();

// Whether what some thread writes to stderr is kept aside.
bool is_kept();

}  // namespace doublet::streams

#endif
