// Arguments from which cppyy makes an object of the class that a function takes.
//
// It tries any constructor, also an explicit one: a function of a std::vector would take 3 for three zeros, and one of a
// std::shared_ptr would own an object that Python owns, too. It marks the class while it does so.
#include "conversions.hpp"

#include <dlfcn.h>

#include <cstdint>
#include <iterator>
#include <utility>

#include "imports.hpp"
#include "python.hpp"

namespace doublet::detail {

namespace {

constexpr std::uint32_t is_converting = 0x80;       // kActiveImplicitCall of CPyCppyy/CPPScope.h
constexpr std::uint64_t is_explicit = 0x04000000;   // kIsExplicit of TDictionary.h
constexpr std::size_t place_of_function = 0x40;     // in what a method is, filled when it is first asked about

// What a class of cppyy's has behind what all classes of Python have.
struct Scope {
    std::size_t type;
    std::uint32_t flags;
};

PyObject* scopes = nullptr;  // the class of cppyy's classes
std::size_t size_of_class = 0;
PyObject* (*original)(PyObject*, PyObject*, PyObject*) = nullptr;
bool (*ask)(long method) = nullptr;
std::uint64_t (*properties)(const void* function) = nullptr;

thread_local bool converts = false;

PyObject* call(PyObject* callable, PyObject* arguments, PyObject* named) {
    if (named || PyObject_IsInstance(callable, scopes) != 1) return original(callable, arguments, named);
    const auto* scope = reinterpret_cast<const Scope*>(reinterpret_cast<const char*>(callable) + size_of_class);
    const bool outer = std::exchange(converts, scope->flags & is_converting);
    PyObject* made = original(callable, arguments, named);
    converts = outer;
    return made;
}

}  // namespace

bool is_explicit_conversion(long method) {
    if (!converts) return false;
    ask(method);
    const bool is_refused = properties(*reinterpret_cast<void* const*>(method + place_of_function)) & is_explicit;
    converts = is_refused;  // a constructor that is called may call Python, which may make any object
    return is_refused;
}

}  // namespace doublet::detail

// Watches the conversions of cppyy's library at a path; says whether it is as known here.
extern "C" bool doublet_conversions(const char* path, PyObject* scope_type, std::size_t class_size) {
    using namespace doublet::detail;
    auto* library = static_cast<const link_map*>(dlopen(path, RTLD_LAZY | RTLD_NOLOAD));
    ask = reinterpret_cast<bool (*)(long)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy13IsConstMethodEl"));
    properties = reinterpret_cast<std::uint64_t (*)(const void*)>(dlsym(RTLD_DEFAULT, "_ZNK11CppyyLegacy9TFunction8PropertyEv"));
    if (!library || !ask || !properties) return false;
    Py_IncRef(scope_type);
    scopes = scope_type;
    size_of_class = class_size;
    Replacement all[] = {{"PyObject_Call", (void*)call, (void**)&original}};
    replace(library, std::begin(all), std::end(all));
    return original;
}
