// What cppyy compiles to call a function of C++: before the first call of one of a template, Python is asked whether that compiles.
//
// Cling says what is wrong with it on stderr, and keeps what it has compiled of it; so it is tried in a second process. What compiles it
// is a virtual function of the interpreter's, and replaced among these.
#include "compiling.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include <TInterpreter.h>

#include "doublet/exceptions.hpp"
#include "gil.hpp"
#include "imports.hpp"
#include "python.hpp"
#include "rehearsal.hpp"

namespace {

using Interpreter = CppyyLegacy::TInterpreter;
using CallFunc = CppyyLegacy::CallFunc_t;
using Found = Interpreter::CallFuncIFacePtr_t;

PyObject* error_in = nullptr;  // Python's function that says what is wrong with a function, by its mangled name
Found (*original)(const Interpreter*, CallFunc*, bool) = nullptr;
thread_local struct {
    const Interpreter* interpreter;
    CallFunc* called;
    bool as_interface;
} asked;  // what Python is asked about

std::string mangled_name(const Interpreter* interpreter, CallFunc* called) {
    CppyyLegacy::MethodInfo_t* method = interpreter->CallFunc_FactoryMethod(called);
    const char* name = method ? interpreter->MethodInfo_GetMangledName(method) : nullptr;
    std::string found = name ? name : "";
    if (method) interpreter->MethodInfo_Delete(method);
    return found;
}

Found function(const Interpreter* interpreter, CallFunc* called, bool as_interface) {
    if (!std::exchange(doublet::detail::is_calling, false)) return original(interpreter, called, as_interface);
    const std::string name = mangled_name(interpreter, called);
    if (name.find('I') != name.npos) {  // with which the arguments of templates begin
        doublet::detail::Gil gil;
        asked = {interpreter, called, as_interface};
        PyObject* error = PyObject_CallFunction(error_in, "s", name.c_str());
        if (error && error != &_Py_NoneStruct) {
            PyObject* kind = PyObject_Type(error);
            PyErr_SetObject(kind, error);
            Py_DecRef(kind);
        }
        if (error) Py_DecRef(error);
        if (PyErr_Occurred()) throw doublet::detail::PythonError();
    }
    return original(interpreter, called, as_interface);
}

// The place of a virtual function in the table of the interpreter's.
void** place_of(Found (Interpreter::*member)(CallFunc*, bool) const) {
    std::uintptr_t offset;
    std::memcpy(&offset, &member, sizeof offset);
    return reinterpret_cast<void**>(*reinterpret_cast<char**>(gInterpreter) + offset - 1);
}

}  // namespace

// Forks a process that compiles what Python is asked about, and ends; returns its id.
extern "C" int doublet_compile_aside(int messages) {
    const pid_t child = doublet::detail::fork_compiler(messages);
    if (child) return child;
    original(asked.interpreter, asked.called, asked.as_interface);
    _exit(0);
}

// Has Python's function give the error in a function, or None.
extern "C" void doublet_compiling(PyObject* errors) {
    Py_IncRef(errors);
    error_in = errors;
    void** place = place_of(&Interpreter::CallFunc_IFacePtr);
    original = reinterpret_cast<decltype(original)>(doublet::detail::exchange_function(place, reinterpret_cast<void*>(function)));
}
