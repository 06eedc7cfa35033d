// A process that keeps the state of now, for the time after a death of this one: recovery/checkpoint.py says why.
#include "checkpoint.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <vector>

#include "memory.hpp"
#include "python.hpp"

namespace doublet::detail {
namespace {

int news = -1;  // the file that both processes see

struct Pages {
    char* begin;
    std::size_t size;
};

constexpr std::size_t page_size = 4096;
constexpr std::size_t most_at_once = 8 << 20;  // of one mapping
constexpr std::size_t most = 32 << 20;

// The pages that this process has written to since it was forked last, for it will soon do that again: those that only it
// maps. Where very many of one mapping are, they are of data, and left out.
std::vector<Pages> written_pages() {
    constexpr std::uint64_t present = 1ull << 63, exclusive = 1ull << 56;
    std::vector<Pages> found;
    std::FILE* maps = std::fopen("/proc/self/maps", "re");
    const int map = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    std::vector<std::uint64_t> entries;
    std::size_t total = 0;
    char line[512];
    while (maps && map >= 0 && total < most && std::fgets(line, sizeof line, maps)) {
        std::uintptr_t begin, end;
        char rights[5];
        if (std::sscanf(line, "%lx-%lx %4s", &begin, &end, rights) != 3 || std::strcmp(rights, "rw-p") != 0) continue;
        entries.resize((end - begin) / page_size);
        const ssize_t got = pread(map, entries.data(), entries.size() * 8, begin / page_size * 8);
        if (got <= 0) continue;
        entries.resize(got / 8);
        const auto is_written = [](std::uint64_t entry) { return (entry & present) && (entry & exclusive); };
        const std::size_t size = std::count_if(entries.begin(), entries.end(), is_written) * page_size;
        if (size > most_at_once) continue;
        total += size;
        for (auto at = entries.begin(); (at = std::find_if(at, entries.end(), is_written)) != entries.end();) {
            const auto last = std::find_if_not(at, entries.end(), is_written);
            found.push_back({reinterpret_cast<char*>(begin) + (at - entries.begin()) * page_size, (last - at) * page_size});
            at = last;
        }
    }
    if (maps) std::fclose(maps);
    if (map >= 0) close(map);
    return found;
}

// Copies pages now rather than in the next cell, which would be interrupted for each. What is copied cannot be told from
// what is written, so now and then nothing is, or it would become more and more.
void copy(const std::vector<Pages>& pages) {
    constexpr int often = 10;
    static int times = 0;
    if (times++ % often == 0) return;
    for (const auto& [begin, size] : pages) madvise(begin, size, MADV_POPULATE_WRITE);
}

void write_number(const char* path, int number) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    char text[16];
    const int size = std::snprintf(text, sizeof text, "%d", number);
    static_cast<void>(!::write(file, text, size));
    close(file);
}

void close_all_but(int (&kept)[3]) {
    std::sort(std::begin(kept), std::end(kept));
    unsigned next = STDERR_FILENO + 1;
    for (const unsigned file : kept) {
        if (file > next) syscall(SYS_close_range, next, file - 1, 0u);
        next = file + 1;
    }
    syscall(SYS_close_range, next, ~0u, 0u);
}

constexpr unsigned at_most = 150;  // seconds until a process that cannot save the state ends

// Forks the process, which only waits; returns its id. Returns 0 in that process once the other one is dead or has asked
// for it by the event: Python may then be used, in this one thread. Until then it touches nothing of Python's, for what it
// does not change costs no memory. It keeps no file open but `told`, in which it is told what happens, and `asked`; it gets
// no signals that are for the kernel's group; `badness` makes the system choose another one when memory runs out.
int checkpoint(int told, int asked, int badness) {
    news = told;
    const int death = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
    if (death < 0) return -1;
    const auto pages = written_pages();
    const pid_t child = fork();
    if (child != 0) {
        close(death);
        copy(pages);
        return child;
    }
    setsid();
    prctl(PR_SET_NAME, "doublet-state");
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2}) std::signal(number, SIG_IGN);
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGCHLD}) std::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, standard);
    int kept[] = {told, asked, death};
    close_all_but(kept);
    write_number("/proc/self/oom_score_adj", badness);
    lift_memory();
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    pollfd files[] = {{death, POLLIN, 0}, {asked, POLLIN, 0}};
    while (poll(files, 2, -1) <= 0) {
    }
    alarm(at_most);
    // What other threads had is destroyed now, and may complain: to ipykernel, which would wait for the kernel without end.
    for (const char* stream : {"stdout", "stderr"}) PySys_SetObject(stream, &_Py_NoneStruct);
    PyOS_AfterFork_Child();
    return 0;
}

}  // namespace

void leave_word(const char* cause) {
    if (news < 0) return;
    static_cast<void>(!::write(news, "died of ", 8));
    static_cast<void>(!::write(news, cause, std::strlen(cause)));
    static_cast<void>(!::write(news, "\n", 1));
}

}  // namespace doublet::detail

extern "C" int doublet_checkpoint(int told, int asked, int badness) { return doublet::detail::checkpoint(told, asked, badness); }
