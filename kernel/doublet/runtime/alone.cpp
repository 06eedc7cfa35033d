#include "alone.hpp"

#include <unistd.h>

#include "python.hpp"

namespace doublet::detail {

std::atomic<pid_t> compiling = 0;

Alone::Alone() {
    compiling = gettid();  // while no other thread of Python's runs
    state_ = PyEval_SaveThread();
}

Alone::~Alone() {
    end_alone();
    PyEval_RestoreThread(state_);
}

void end_alone() { compiling = 0; }

void wait_for_other_thread() {
    constexpr useconds_t pause = 100;  // in microseconds
    const pid_t own = gettid();
    const auto is_elsewhere = [&] { return compiling && compiling != own; };
    if (!is_elsewhere()) return;
    _ts* state = PyGILState_Check() ? PyEval_SaveThread() : nullptr;
    while (is_elsewhere()) usleep(pause);
    if (state) PyEval_RestoreThread(state);
}

}  // namespace doublet::detail
