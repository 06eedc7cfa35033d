// Which files are opened: by cells, C++'s streams, libraries that cells load, Python, and the libraries of its modules.
//
// Python has a hook of its own for that, which it would call for every id() as well: copying objects would take twice as long.
#include "opening.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "imports.hpp"

namespace doublet::detail {

namespace {

// A file, which the next one that is opened points to. Without a lock: a crash or an interrupt may jump out of here, and
// a process that is forked meanwhile has one thread only.
struct Opened {
    Opened* before;
    char mode;  // 'r', 'w', or '+' for both
    long long size, changed;  // as it was then, the time in nanoseconds
    char path[];
};
std::atomic<Opened*> newest = nullptr;
std::atomic<int> count = 0;
constexpr int limit = 100'000;  // between two cells

bool is_python(const char* path) {
    const std::size_t size = std::strlen(path);
    return (size > 3 && !std::strcmp(path + size - 3, ".py")) || (size > 4 && !std::strcmp(path + size - 4, ".pyc"));
}

void note(int file, const char* path, char mode) {
    struct stat status;
    if (is_python(path) || fstat(file, &status) || !S_ISREG(status.st_mode) || count.fetch_add(1) >= limit) return;
    char folder[PATH_MAX] = "";
    if (*path != '/' && getcwd(folder, sizeof folder)) std::strcat(folder, "/");
    const std::size_t before = std::strlen(folder), size = std::strlen(path) + 1;
    auto* opened = static_cast<Opened*>(std::malloc(sizeof(Opened) + before + size));
    if (!opened) return;
    opened->mode = mode;
    opened->size = status.st_size;
    opened->changed = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
    std::memcpy(opened->path, folder, before);
    std::memcpy(opened->path + before, path, size);
    opened->before = newest.load();
    while (!newest.compare_exchange_weak(opened->before, opened)) {}
}

int noted(int file, const char* path, int flags) {
    const int error = errno, how = flags & O_ACCMODE;
    if (file >= 0) note(file, path, how == O_RDONLY ? 'r' : how == O_WRONLY || flags & O_TRUNC ? 'w' : '+');
    errno = error;
    return file;
}

FILE* noted(FILE* file, const char* path, const char* mode) {
    const int error = errno;
    if (file) note(fileno(file), path, *mode != 'r' ? 'w' : std::strchr(mode, '+') ? '+' : 'r');
    errno = error;
    return file;
}

int open_file(const char* path, int flags, mode_t mode) { return noted(open(path, flags, mode), path, flags); }
int open_file_at(int folder, const char* path, int flags, mode_t mode) {
    const int file = openat(folder, path, flags, mode);
    return folder == AT_FDCWD ? noted(file, path, flags) : file;
}
int open_checked(const char* path, int flags) { return noted(open(path, flags), path, flags); }
FILE* open_stream(const char* path, const char* mode) { return noted(fopen(path, mode), path, mode); }

Replacement functions[] = {
    {"open", reinterpret_cast<void*>(open_file)},       {"open64", reinterpret_cast<void*>(open_file)},
    {"openat", reinterpret_cast<void*>(open_file_at)},  {"openat64", reinterpret_cast<void*>(open_file_at)},
    {"__open_2", reinterpret_cast<void*>(open_checked)}, {"__open64_2", reinterpret_cast<void*>(open_checked)},
    {"fopen", reinterpret_cast<void*>(open_stream)},    {"fopen64", reinterpret_cast<void*>(open_stream)},
};

// The libraries that are known, by where they describe themselves. Used by one thread at a time, the one that Python lets import.
std::set<const void*>& known() {
    static auto* libraries = new std::set<const void*>;
    return *libraries;
}

void hear_of_new_libraries() {
    for (const link_map* library = _r_debug.r_map; library; library = library->l_next)
        if (known().insert(library->l_ld).second && !std::strstr(library->l_name, "/cppyy")) hear_of_files(library);
}

// What Python imports modules in compiled languages with: they bring libraries that open files themselves.
void* load_module(const char* path, int mode) {
    void* module = dlopen(path, mode);
    if (module) hear_of_new_libraries();
    return module;
}

Replacement loading[] = {{"dlopen", reinterpret_cast<void*>(load_module)}};

}  // namespace

void* opening_function(const char* name) {
    for (const auto& own : functions)
        if (std::strcmp(name, own.name) == 0) return own.function;
    return nullptr;
}

void hear_of_files(const link_map* library) { replace(library, std::begin(functions), std::end(functions)); }

}  // namespace doublet::detail

// Has Python, C++'s own library, and all that Python imports from now on tell which files they open.
extern "C" void doublet_hear_of_files() {
    using namespace doublet::detail;
    for (const link_map* library = _r_debug.r_map; library; library = library->l_next) {
        const bool is_python = library == _r_debug.r_map || std::strstr(library->l_name, "/libpython");
        if (is_python) replace(library, std::begin(loading), std::end(loading));
        if (is_python || std::strstr(library->l_name, "/libstdc++.so")) hear_of_files(library);
        known().insert(library->l_ld);
    }
}

// The files since the last call, the newest first: each as mode, size, time of the last change, path, with a blank in between,
// and a zero. What is returned holds until the next call, and one thread calls at a time.
extern "C" const char* doublet_opened(std::size_t* size) {
    using namespace doublet::detail;
    static std::string told;
    told.clear();
    count = 0;
    for (Opened* opened = newest.exchange(nullptr); opened;) {
        told += std::string(1, opened->mode) + ' ' + std::to_string(opened->size) + ' ' + std::to_string(opened->changed) + ' ' + opened->path;
        told.push_back('\0');
        std::free(std::exchange(opened, opened->before));
    }
    *size = told.size();
    return told.data();
}

// The version of the compiler that has made this.
extern "C" const char* doublet_compiler() { return __VERSION__; }
