// Whether a crash has damaged the heap: tried in a process that is forked for it, for it may end there.
#include <fcntl.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace doublet::detail {
namespace {

// Whether the pieces of the C library's heap are one after the other, each as long as the one before says. Each begins with
// two words: the size of the one before if that is free, and its own, in whose lowest bits are flags.
bool is_contiguous() {
    constexpr std::uintptr_t flags = 7, of_others = 6, least = 32, aligned = 15;
    std::uintptr_t begin = 0, end = 0;
    std::FILE* maps = std::fopen("/proc/self/maps", "re");
    char line[512];
    while (maps && std::fgets(line, sizeof line, maps)) {
        if (std::strstr(line, "[heap]") && std::sscanf(line, "%lx-%lx", &begin, &end) == 2) break;
    }
    if (maps) std::fclose(maps);
    for (auto at = begin; at < end;) {
        const auto word = reinterpret_cast<const std::uintptr_t*>(at)[1];
        const auto size = word & ~flags;
        if ((word & of_others) || size < least || (size & aligned) || size > end - at) return false;
        at += size;
    }
    return true;
}

// Takes and gives back memory of all sizes, at which the C library looks at what it has.
void use() {
    constexpr int times = 10;
    void* taken[128][times];
    for (std::size_t size = 0; size < 128; ++size) {
        for (auto& piece : taken[size]) piece = std::malloc(16 * size + 8);
    }
    for (auto& pieces : taken) {
        for (void* piece : pieces) std::free(piece);
    }
    std::free(std::malloc(100'000));
    malloc_trim(0);
}

// False where a program has done something of its own to the heap, before there was any cell.
bool is_ordinary = false;

bool is_whole() {
    const pid_t child = fork();
    if (child < 0) return true;
    if (child == 0) {
        for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGALRM, SIGTERM}) std::signal(number, SIG_DFL);
        dup2(open("/dev/null", O_RDWR), STDERR_FILENO);
        alarm(2);
        if (is_ordinary && !is_contiguous()) _exit(1);
        use();
        _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status == 0;
}

}  // namespace
}  // namespace doublet::detail

// To be called once, while nothing has damaged it.
extern "C" void doublet_learn_heap() {
    using namespace doublet::detail;
    for (int tries = 0; tries < 5 && !is_ordinary; ++tries) is_ordinary = is_contiguous();  // other threads may be at it
}

// Whether the heap is whole, as far as can be told.
extern "C" bool doublet_heap_is_whole() { return doublet::detail::is_whole(); }
