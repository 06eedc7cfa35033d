// A second process in which each cell is compiled first: engine/rehearsal.py says why.
#include "rehearsal.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include <TInterpreter.h>

#include "cell.hpp"

namespace doublet::detail {
namespace {

bool read_fully(int fd, void* into, std::size_t size) {
    for (std::size_t done = 0; done < size;) {
        ssize_t got = ::read(fd, static_cast<char*>(into) + done, size - done);
        if (got > 0) done += got;
        else if (got == 0 || errno != EINTR) return false;
    }
    return true;
}

struct Request {
    std::uint64_t size;
    std::uint64_t entry_size;
    std::uint64_t begins;  // whether the text calls begin() when all of it has been compiled
};

// Compiles text after text, without running any, and answers each with one byte: whether it compiles.
[[noreturn]] void compile_all(int requests, int verdicts) {
    std::string text, entry;
    for (Request request; read_fully(requests, &request, sizeof request);) {
        text.resize(request.size);
        entry.resize(request.entry_size);
        if (!read_fully(requests, text.data(), text.size()) || !read_fully(requests, entry.data(), entry.size())) break;
        outcome = Outcome{};
        int error = 0;
        gInterpreter->ProcessLine(text.c_str(), &error);
        std::cerr.clear();
        char compiles = request.begins ? outcome.begun : error == 0;
        if (compiles && !entry.empty()) compiles = gInterpreter->FindSym(entry.c_str()) != nullptr;
        if (::write(verdicts, &compiles, 1) != 1) break;
    }
    _exit(0);
}

}  // namespace

pid_t fork_compiler(int messages, std::initializer_list<int> files) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    setpgid(0, 0);  // a kernel that is to end waits for those in its own group
    only_compile();
    for (int number : {SIGINT, SIGPIPE}) std::signal(number, SIG_IGN);
    const int nothing = open("/dev/null", O_RDWR);
    std::vector<int> high;  // none of them is overwritten by another one
    for (int file : {nothing, nothing, messages}) high.push_back(fcntl(file, F_DUPFD, 64));
    for (int file : files) high.push_back(fcntl(file, F_DUPFD, 64));
    for (std::size_t i = 0; i < high.size(); ++i) dup2(high[i], static_cast<int>(i));
    syscall(SYS_close_range, static_cast<unsigned>(high.size()), ~0u, 0u);
    return 0;
}

}  // namespace doublet::detail

// Forks a process that reads texts from `requests` and answers on `verdicts`; returns its id.
extern "C" int doublet_rehearse(int requests, int verdicts, int messages) {
    const pid_t child = doublet::detail::fork_compiler(messages, {requests, verdicts});
    if (!child) doublet::detail::compile_all(3, 4);
    return child;
}
