// Which files C++ opens: cells themselves, the library's streams, and libraries that cells load.
#include "opening.hpp"

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include "imports.hpp"

namespace doublet::detail {

namespace {

// A file, which the next one that is opened points to. Without a lock: a crash or an interrupt may jump out of here, and
// a process that is forked meanwhile has one thread only.
struct Opened {
    Opened* before;
    bool is_written;
    char path[];
};
std::atomic<Opened*> newest = nullptr;
std::atomic<int> count = 0;
constexpr int limit = 100'000;  // between two cells

void note(const char* path, bool is_written) {
    const int error = errno;
    const std::size_t size = std::strlen(path) + 1;
    if (count.fetch_add(1) < limit)
        if (auto* opened = static_cast<Opened*>(std::malloc(sizeof(Opened) + size))) {
            opened->is_written = is_written;
            std::memcpy(opened->path, path, size);
            opened->before = newest.load();
            while (!newest.compare_exchange_weak(opened->before, opened)) {}
        }
    errno = error;
}

int noted(int file, const char* path, int flags) {
    if (file >= 0) note(path, (flags & O_ACCMODE) != O_RDONLY);
    return file;
}

FILE* noted(FILE* file, const char* path, const char* mode) {
    if (file) note(path, *mode != 'r');
    return file;
}

int open_file(const char* path, int flags, mode_t mode) { return noted(open(path, flags, mode), path, flags); }
int open_file_at(int folder, const char* path, int flags, mode_t mode) {
    const int file = openat(folder, path, flags, mode);
    return folder == AT_FDCWD ? noted(file, path, flags) : file;
}
FILE* open_stream(const char* path, const char* mode) { return noted(fopen(path, mode), path, mode); }

Replacement functions[] = {
    {"open", reinterpret_cast<void*>(open_file)},       {"open64", reinterpret_cast<void*>(open_file)},
    {"openat", reinterpret_cast<void*>(open_file_at)},  {"openat64", reinterpret_cast<void*>(open_file_at)},
    {"fopen", reinterpret_cast<void*>(open_stream)},    {"fopen64", reinterpret_cast<void*>(open_stream)},
};

}  // namespace

void* opening_function(const char* name) {
    for (const auto& own : functions)
        if (std::strcmp(name, own.name) == 0) return own.function;
    return nullptr;
}

void hear_of_files(const link_map* library) { replace(library, std::begin(functions), std::end(functions)); }

}  // namespace doublet::detail

// Has C++'s own library tell which files it opens, from now on.
extern "C" void doublet_hear_of_files() {
    using namespace doublet::detail;
    for (const link_map* library = _r_debug.r_map; library; library = library->l_next)
        if (std::strstr(library->l_name, "/libstdc++.so")) hear_of_files(library);
}

// The files since the last call, the newest first: each as 'w' or 'r', its path, and a zero. What is returned holds until the
// next call, and one thread calls at a time.
extern "C" const char* doublet_opened(std::size_t* size) {
    using namespace doublet::detail;
    static std::string told;
    told.clear();
    count = 0;
    for (Opened* opened = newest.exchange(nullptr); opened;) {
        told.append(1, opened->is_written ? 'w' : 'r').append(opened->path).push_back('\0');
        std::free(std::exchange(opened, opened->before));
    }
    *size = told.size();
    return told.data();
}

// The version of the compiler that has made this.
extern "C" const char* doublet_compiler() { return __VERSION__; }
