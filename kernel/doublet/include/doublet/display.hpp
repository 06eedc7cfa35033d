// doublet::display(value) shows a value from the middle of a cell, and what Python calls to describe values.
#ifndef DOUBLET_DISPLAY_HPP
#define DOUBLET_DISPLAY_HPP

#include <sys/mman.h>
#include <sys/wait.h>

#include "doublet/bundle.hpp"
#include "doublet/cell.hpp"
#include "doublet/reflect.hpp"

namespace doublet::detail {

struct Delivery {
    pthread_t cells = pthread_self();  // the thread that runs the cells, which Cling serves
    void (*deliver)(const char*, std::size_t) = nullptr;
    std::string* waiting = nullptr;  // what threads have displayed, if it cannot go the way of the output
};
inline Delivery delivery;

bool can_compile() { return pthread_equal(delivery.cells, pthread_self()) && !only_compiling; }

// The first initialiser of a text that is tried in a second process.
int tried() {
    if (!only_compiling) return 0;
    outcome.begun = 1;
    throw OnlyCompiling();
}

// Whether a text compiles, tried in a process forked for it.
inline bool compiles(const char* text) {
    const pid_t child = fork();
    if (child == 0) {
        for (int number : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE}) std::signal(number, SIG_DFL);
        only_compiling = true;
        std::cerr.tie(nullptr);
        outcome.begun = 0;
        gInterpreter->ProcessLine(text);
        _exit(outcome.begun ? 0 : 1);
    }
    int status = 1;
    waitpid(child, &status, 0);
    return status == 0;
}

// The compiler's messages are dropped. What does not compile would leave traces, so it is tried first.
void compile(const std::string& text) {
    const std::string all = "#pragma cling optimize(0)\nnamespace doublet_display {}\n#line 1 \"doublet\"\n"
        "static int doublet_tried = ::doublet::detail::tried();\n" + text;
    const int messages = memfd_create("doublet-display", MFD_CLOEXEC);
    streams::begin_compile(messages);
    if (compiles(all.c_str())) gInterpreter->ProcessLine(all.c_str());
    streams::end_compile();
    close(messages);
}

using Give = void (*)(const char* bundle, std::size_t size);
using Tell = void (*)(const char* type, const char* what);
using Describe = void (*)(const void* value, Give, Tell);

template <class Tag, class T>
void describe_as(const void* at, Give give, Tell tell) {
    try {
        using Plain = std::remove_cv_t<T>;
        auto* value = reinterpret_cast<Plain*>(reinterpret_cast<std::uintptr_t>(at));  // a function or an object
        const std::string bundle = bundle_of<Tag, Plain>(*value);
        give(bundle.data(), bundle.size());
    } catch (...) {
        describe(std::current_exception(), tell);
    }
}

// Hands a message for Python to whom it concerns. It goes the way of the output, which keeps the order and needs no
// GIL. Where the output has no such way, the thread that runs the cells calls Python, and others leave it theirs.
inline void send(const std::string& message) {
    if (streams::state.running && getpid() == streams::state.pid) {
        if (message.empty()) return;  // a piece without text would end the delivery
        std::cout.flush();
        streams::Locked lock;
        streams::empty_pipes();
        streams::append(3, message.data(), message.size());
        return streams::wait_if_crowded();
    }
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

inline void send_waiting() { send({}); }

inline void display_addresses(void** into) {
    into[0] = reinterpret_cast<void*>(forget_fields);
    into[1] = reinterpret_cast<void*>(send_waiting);
    into[2] = &delivery.deliver;
}

}  // namespace doublet::detail

namespace doublet {

// Shows a value in the notebook at once. With an id, a call with the same id later in the cell replaces what is shown.
#if __cplusplus >= 202002L
template <class T, class Tag = decltype([] {})>
#else
template <class T, class Tag = void>
#endif
void display(const T& value, std::string_view id = {}) {
    detail::send("{\"id\": " + detail::json_text(id) + ", \"data\": " + detail::bundle_of<Tag>(value) + "}\n");
}

}  // namespace doublet

#endif
