#include "flights.hpp"

#include <pthread.h>

#include <exception>
#include <map>
#include <utility>
#include <vector>

#include "gil.hpp"
#include "memory.hpp"
#include "python.hpp"
#include "translation.hpp"

namespace doublet::detail {

int airborne = 0;

namespace {

// The error that a call from Python into C++ is ending with. cppyy calls another overload when one has thrown, and
// puts its own text in the place of an error; as long as the call has not come back to Python, it is this error.
struct Flight {
    PyObject* error = nullptr;
    PyObject* traceback = nullptr;
    struct _frame* frame = nullptr;
    int instruction = 0;
    const void* arguments = nullptr;
};
std::map<pthread_t, Flight> flights;  // touched with the GIL only

PyObject* traceback_of(PyObject* error) {
    PyObject* traceback = PyException_GetTraceback(error);
    if (traceback) Py_DecRef(traceback);  // the error keeps it
    return traceback;
}

// A traceback grows with each Python frame that an error reaches.
bool is_delivered(const Flight& flight) { return traceback_of(flight.error) != flight.traceback; }

bool is_under(const Flight& flight, struct _frame* frame) {
    return frame && frame == flight.frame && PyFrame_GetLasti(frame) == flight.instruction && !is_delivered(flight);
}

// The flight that this call is ending with.
Flight* in_flight() {
    if (flights.empty()) return nullptr;
    const auto found = flights.find(pthread_self());
    return found != flights.end() && is_under(found->second, PyEval_GetFrame()) ? &found->second : nullptr;
}

bool is_above(const Flight& flight) {
    bool above = false;
    auto* frame = PyEval_GetFrame();
    if (frame) Py_IncRef(reinterpret_cast<PyObject*>(frame));
    while (frame) {
        above = above || is_under(flight, frame);
        auto* outer = PyFrame_GetBack(frame);
        Py_DecRef(reinterpret_cast<PyObject*>(frame));
        frame = outer;
    }
    return above;
}

// Lets go of the errors whose calls have come back. Python calls it, on its main thread, before it goes on; but also
// in between, when an error or an argument has methods written in Python.
int land(void*) {
    bool again = false;
    std::vector<PyObject*> landed;
    for (auto flight = flights.begin(); flight != flights.end();) {
        const bool own = pthread_equal(flight->first, pthread_self());
        if (own ? is_above(flight->second) : !is_delivered(flight->second)) {
            again = again || own;
            ++flight;
        } else {
            landed.push_back(flight->second.error);
            flight = flights.erase(flight);
        }
    }
    __atomic_store_n(&airborne, static_cast<int>(flights.size()), __ATOMIC_RELAXED);
    for (auto* error : landed) Py_DecRef(error);
    return again ? Py_AddPendingCall(land, nullptr) : 0;
}

}  // namespace

bool is_in_flight(const void* arguments) {
    Gil gil;
    const auto* flight = in_flight();
    return flight && flight->arguments == arguments;
}

bool set_error() {
    const auto* flight = in_flight();
    if (!flight) return false;
    PyObject* type = PyObject_Type(flight->error);
    Py_IncRef(flight->error);
    if (flight->traceback) Py_IncRef(flight->traceback);
    PyErr_Restore(type, flight->error, flight->traceback);
    return true;
}

void raise(const void* arguments) {
    lift_memory();
    Gil gil;
    PyObject* error = as_python(std::current_exception());
    if (!error) {
        PyObject *type = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &error, &traceback);
        PyErr_NormalizeException(&type, &error, &traceback);
        if (!error) return;
        Py_DecRef(type);
        if (traceback) Py_DecRef(traceback);
    } else if (!traceback_of(error)) {
        PyObject* type = PyObject_Type(error);
        PyErr_SetObject(type, error);  // remembers as its context what Python is handling
        PyErr_Clear();
        Py_DecRef(type);
    }
    auto* frame = PyEval_GetFrame();
    const Flight flight = {error, traceback_of(error), frame, frame ? PyFrame_GetLasti(frame) : 0, arguments};
    PyObject* last = std::exchange(flights[pthread_self()], flight).error;
    __atomic_store_n(&airborne, static_cast<int>(flights.size()), __ATOMIC_RELAXED);
    if (last) Py_DecRef(last);
    Py_AddPendingCall(land, nullptr);
}

}  // namespace doublet::detail
