// What cells and the engine need of the output: runtime/streams.cpp says how it is delivered.
#ifndef DOUBLET_STREAMS_HPP
#define DOUBLET_STREAMS_HPP

#include <cstddef>

namespace doublet::streams {

void begin_compile(int messages);
void end_compile();
void unlock_files();
int cell();  // the one whose output is being written
bool post(int channel, const char* data, std::size_t size);

}  // namespace doublet::streams

#endif
