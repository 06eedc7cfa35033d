// Shows values from the middle of a cell.
#include "display.hpp"
#include "guard.hpp"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>

#include <TInterpreter.h>

#include "cell.hpp"
#include "doublet/display.hpp"
#include "doublet/streams.hpp"
#include "unheard.hpp"

namespace doublet::detail {
namespace {

constexpr int channel = 3;  // of the output, for messages

struct Delivery {
    pthread_t cells = pthread_self();  // the thread that runs the cells, which Cling serves
    void (*deliver)(const char*, std::size_t) = nullptr;
    std::string* waiting = nullptr;  // what threads have displayed, if it cannot go the way of the output
};
Delivery delivery;

std::mutex& mutex() {
    static auto* kept = new std::mutex;
    return *kept;
}

// Whether a text compiles, tried in a process forked for it.
bool compiles(const char* text) {
    const pid_t child = fork();
    if (child == 0) {
        only_compile();
        outcome.begun = 0;
        gInterpreter->ProcessLine(text);
        _exit(outcome.begun ? 0 : 1);
    }
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0;
}

}  // namespace

Guard::Guard() : lock_(mutex()) {}

bool can_compile() { return pthread_equal(delivery.cells, pthread_self()) && !only_compiling; }

// The first initialiser of a text that is tried in a second process.
int tried() {
    stop_if_only_compiling();
    return 0;
}

// What does not compile would leave traces, so it is tried first.
void compile(const std::string& text) {
    const std::string all = "#pragma cling optimize(0)\nnamespace doublet_display {}\n#line 1 \"doublet\"\n"
        "static int doublet_tried = ::doublet::detail::tried();\n" + text;
    const Unheard unheard;
    if (compiles(all.c_str())) gInterpreter->ProcessLine(all.c_str());
}

// Hands a message for Python to whom it concerns. It goes the way of the output, which keeps the order and needs no
// GIL. Where the output has no such way, the thread that runs the cells calls Python, and others leave it theirs.
void send(const std::string& message) {
    if (streams::post(channel, message.data(), message.size())) return;
    std::string all;
    {
        Guard guard;
        if (!delivery.waiting) delivery.waiting = new std::string;
        *delivery.waiting += message;
        if (!pthread_equal(delivery.cells, pthread_self())) return;
        all.swap(*delivery.waiting);
    }
    if (delivery.deliver && !all.empty()) {
        std::cout.flush();
        delivery.deliver(all.data(), all.size());
    }
}

void send_waiting() { send({}); }

namespace {

// Has a value described; says whether that came to its end, and did not crash.
bool describe_guarded(Describe describe, const void* value, Give give, Tell tell) {
    return guarded([&] { describe(value, give, tell); });
}

}  // namespace

}  // namespace doublet::detail

// In the order that Python expects.
extern "C" void doublet_display(void** into) {
    using namespace doublet::detail;
    into[0] = reinterpret_cast<void*>(forget_fields);
    into[1] = reinterpret_cast<void*>(send_waiting);
    into[2] = &delivery.deliver;
    into[3] = reinterpret_cast<void*>(describe_guarded);
}
