// What C++ reads from stdin: asked for line by line, where somebody can be asked.
//
// std::cin, scanf, getchar and their like all end in one FILE, which gets its bytes from Python. Whoever reads file
// descriptor 0 itself, as a child process does, finds what the process was started with.
#include <stdio_ext.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <ext/stdio_sync_filebuf.h>
#include <iostream>

#include "guard.hpp"
#include "input.hpp"
#include "output.hpp"

namespace doublet::input {

namespace {

// Python's: asks with the text that stands before, and says how many bytes it has put there, or -1 for a refusal.
using Ask = ssize_t (*)(const char* prompt, char* into, std::size_t room);
Ask ask = nullptr;
pid_t asking = 0;

ssize_t read(void*, char* into, std::size_t room) {
    if (getpid() != asking) return ::read(STDIN_FILENO, into, room);
    const ssize_t size = ask(streams::take_line().c_str(), into, room);
    if (size < 0) detail::end_refused();
    return size;
}

}  // namespace

void begin() {
    if (!ask) return;
    __fpurge(stdin);
    clearerr(stdin);
    std::cin.clear();
}

}  // namespace doublet::input

extern "C" void doublet_input(doublet::input::Ask ask) {
    using namespace doublet::input;
    doublet::input::ask = ask;
    asking = getpid();
    FILE* file = fopencookie(nullptr, "r", {read, nullptr, nullptr, nullptr});
    file->_fileno = STDIN_FILENO;
    stdin = file;
    std::cin.rdbuf(new __gnu_cxx::stdio_sync_filebuf<char>(stdin));
}
