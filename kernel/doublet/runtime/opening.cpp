// Which files C++ opens: cells themselves, the library's streams, and libraries that cells load.
#include "opening.hpp"

#include <fcntl.h>
#include <pthread.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <mutex>
#include <string>

#include "imports.hpp"

namespace doublet::detail {

namespace {

constexpr std::size_t limit = 1 << 20;
std::mutex guard_of_names;
// For each file 'w' or 'r', its path, and a zero. Always kept: files are opened while the process ends.
std::string& names() {
    static auto* text = new std::string;
    return *text;
}

void note(const char* path, bool is_written) {
    const int error = errno;
    {
        const std::lock_guard lock(guard_of_names);
        auto& text = names();
        const std::size_t size = std::strlen(path) + 2;
        if (text.size() + size <= limit) text.append(1, is_written ? 'w' : 'r').append(path).push_back('\0');
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
    pthread_atfork([] { guard_of_names.lock(); }, [] { guard_of_names.unlock(); }, [] { guard_of_names.unlock(); });  // a child has one thread only
    for (const link_map* library = _r_debug.r_map; library; library = library->l_next)
        if (std::strstr(library->l_name, "/libstdc++.so")) hear_of_files(library);
}

// The files since the last call, each as 'w' or 'r', its path, and a zero; what is returned holds until the next call.
extern "C" const char* doublet_opened(std::size_t* size) {
    using namespace doublet::detail;
    static std::string told;
    const std::lock_guard lock(guard_of_names);
    told.clear();
    told.swap(names());
    *size = told.size();
    return told.data();
}

// The version of the compiler that has made this.
extern "C" const char* doublet_compiler() { return __VERSION__; }
