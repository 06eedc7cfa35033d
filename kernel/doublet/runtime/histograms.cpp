// What C++ asks of Python about histograms: one function of bridge/histograms.py answers all of it.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "doublet/exceptions.hpp"
#include "doublet/histogram/alone.hpp"
#include "doublet/histogram/python.hpp"
#include "doublet/histogram/threads.hpp"
#include "forking.hpp"
#include "gil.hpp"
#include "python.hpp"

namespace doublet::detail {

namespace {

PyObject* answers = nullptr;

// The numbers that threads have, of which those of dead ones are given again.
std::mutex number_mutex;
std::array<bool, most_threads> is_taken{};

struct Number {
    Number() {
        const std::lock_guard lock(number_mutex);
        const auto free = std::find(is_taken.begin(), is_taken.end(), false);
        if (free == is_taken.end()) throw std::length_error("more than " + std::to_string(most_threads) + " threads fill histograms at once");
        *free = true;
        value = static_cast<std::size_t>(free - is_taken.begin());
    }
    ~Number() {
        const std::lock_guard lock(number_mutex);
        is_taken[value] = false;
    }
    std::size_t value;
};

// For each C++ object that fills a histogram, which one that is. Always kept: some are destroyed while the process ends.
ForkingMutex filler_mutex;
std::unordered_map<const void*, PyObject*>& fillers() {
    static auto* all = new std::unordered_map<const void*, PyObject*>;
    return *all;
}

std::mutex mutex;
std::vector<PyObject*> released;  // on threads without the GIL

// Calls with the GIL; null is none of Python's objects.
PyObject* ask(const char* what, PyObject* histogram, PyObject* other, const std::string& json) {
    if (!answers) throw std::logic_error("histograms need the doublet kernel, or %load_ext doublet");
    PyObject* found = histogram && other ? PyObject_CallFunction(answers, "sOOs", what, histogram, other, json.c_str())
                      : histogram        ? PyObject_CallFunction(answers, "sOs", what, histogram, json.c_str())
                                         : PyObject_CallFunction(answers, "ss", what, json.c_str());
    if (!found) throw PythonError();
    return found;
}

void drop_released() {
    std::vector<PyObject*> all;
    {
        const std::lock_guard lock(mutex);
        all.swap(released);
    }
    for (PyObject* each : all) Py_DecRef(each);
}

int drop_pending(void*) {
    drop_released();
    return 0;
}

void tell(const char* what, PyObject* histogram, PyObject* other = nullptr, const std::string& json = {}) {
    const Gil gil;
    Py_DecRef(ask(what, histogram, other, json));
}

// An answer in bytes.
std::string bytes_of(const char* what, PyObject* histogram) {
    const Gil gil;
    PyObject* bytes = ask(what, histogram, nullptr, {});
    const std::string found(PyBytes_AsString(bytes), static_cast<std::size_t>(PyBytes_Size(bytes)));
    Py_DecRef(bytes);
    return found;
}

}  // namespace

std::atomic<unsigned> forgotten_weights = 1;

PyObject* make_histogram(const std::string& json) {
    const Gil gil;
    return ask("make", nullptr, nullptr, json);
}
PyObject* copy_histogram(PyObject* histogram) {
    const Gil gil;
    return ask("copy", histogram, nullptr, {});
}
std::string describe_histogram(PyObject* histogram) { return bytes_of("describe", histogram); }
std::string text_of_histogram(PyObject* histogram) { return bytes_of("text", histogram); }
void fill_histogram(PyObject* histogram, const std::string& json) { tell("fill", histogram, nullptr, json); }
void assign_histogram(PyObject* to, PyObject* from) {
    if (!from) throw std::invalid_argument("a histogram without axes cannot be assigned to one of Python's");
    tell("assign", to, from);
    ++forgotten_weights;
}
void note_weights(PyObject* histogram) { tell("weigh", histogram); }
void reset_histogram(PyObject* histogram) {
    tell("reset", histogram);
    ++forgotten_weights;
}

std::size_t thread_number() {
    thread_local const Number number;
    return number.value;
}

bool one_at_a_time::is_shared(const one_at_a_time* what, const void* thread) noexcept {
    if (what->is_taken_over_.exchange(true)) return true;
    if (what->last_.exchange(thread)) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(5);
        // Where there is one processor only, it is the other thread's turn.
        do std::this_thread::yield();
        while (std::chrono::steady_clock::now() < end);
    }
    what->is_taken_over_ = false;
    return false;
}
void one_at_a_time::fail() {
    throw std::logic_error(
        "several threads fill one histogram at the same time, which loses entries: fill it by doublet::threaded, or with an atomic storage");
}

void has_no_axes() { throw std::logic_error("this histogram has no axes yet: assign one to it, such as doublet::hist(...), before it is filled"); }

void note_filler(const void* filler, PyObject* histogram) {
    const std::lock_guard guard(filler_mutex);
    fillers()[filler] = histogram;
}
void forget_filler(const void* filler) noexcept {
    const std::lock_guard guard(filler_mutex);
    fillers().erase(filler);
}

void hold_histogram(PyObject* histogram) {
    const Gil gil;
    Py_IncRef(histogram);
}
// Without waiting for the GIL: its holder may wait for this thread.
void release_histogram(PyObject* histogram) {
    if (!Py_IsInitialized()) return;
    if (PyGILState_Check()) return Py_DecRef(histogram);
    {
        const std::lock_guard lock(mutex);
        released.push_back(histogram);
    }
    Py_AddPendingCall(drop_pending, nullptr);
}

}  // namespace doublet::detail

// Has this function of Python's answer what C++ asks.
extern "C" void doublet_histograms(PyObject* function) {
    using namespace doublet::detail;
    Py_IncRef(function);
    answers = function;
    hold_while_forking<filler_mutex>();
}

// The histogram of Python's that the C++ object at an address fills; None if it has none yet, False if there is no such object.
extern "C" PyObject* doublet_histogram_at(const void* filler) {
    using namespace doublet::detail;
    const std::lock_guard guard(filler_mutex);  // who lets go of the histogram notes that first
    const auto found = fillers().find(filler);
    if (found == fillers().end()) return PyBool_FromLong(0);
    PyObject* histogram = found->second ? found->second : &_Py_NoneStruct;
    Py_IncRef(histogram);
    return histogram;
}
