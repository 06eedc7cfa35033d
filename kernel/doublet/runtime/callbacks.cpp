// Python functions that C++ calls: cppyy compiles a C++ function for each, and for each method that overrides one.
//
// There it takes a reference to an object of a class template for a pointer to a pointer, so that Python would see
// other memory than the object's, and a constant number for one of ctypes's; it cannot return None for a null pointer,
// nor override what returns a type of two words. And what C++ has destroyed by then, Python has to be told of first. So the text
// is changed before it is compiled.
#include <dlfcn.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "elements.hpp"
#include "imports.hpp"

namespace doublet::detail {

namespace {

bool (*original)(const std::string& code, bool silent) = nullptr;

// Has `change` change what stands between two texts, wherever they stand in one line; it is given where that begins and ends.
template <class Change>
void change_between(std::string& code, std::string_view before, std::string_view after, Change change) {
    for (std::size_t at = code.find(before); at != std::string::npos; at = code.find(before, at)) {
        at += before.size();
        const std::size_t end = code.find(after, at);
        if (end < code.find('\n', at)) change(at, end);
    }
}

void look() { look_at_elements(0); }

std::string mended(std::string code) {
    const std::string looks = "reinterpret_cast<void (*)()>(" + std::to_string(reinterpret_cast<std::uintptr_t>(look)) + "UL)(); ";
    change_between(code, "PyGILState_STATE state = ", ";", [&](std::size_t, std::size_t end) { code.insert(end + 1, ' ' + looks); });
    // Converters for the objects themselves where there are some for references to them.
    change_between(code, "argcvs.emplace_back(CPyCppyy::CreateConverter(\"", "\"), CPyCppyy::Destroy", [&](std::size_t at, std::size_t end) {
        const std::string_view type = std::string_view(code).substr(at, end - at);
        const bool is_plain = type.find('<') != type.npos || type.substr(0, 6) == "const ";
        while (is_plain && code[end - 1] == '&') code.erase(--end, 1);
    });
    change_between(code, "      return ", "{};", [&](std::size_t at, std::size_t end) {
        code.insert(end, ")").insert(at, "(");
    });
    if (code.find("        ret = nullptr;") != std::string::npos)
        change_between(code, "cOk = ", "retconv->ToMemory(pyresult", [&](std::size_t at, std::size_t) { code.insert(at, "pyresult == Py_None || "); });
    return code;
}

bool compile(const std::string& code, bool silent) { return original(mended(code), silent); }

}  // namespace
}  // namespace doublet::detail

// Mends the callbacks of cppyy's library at a path; says whether it compiles any.
extern "C" bool doublet_callbacks(const char* path) {
    using namespace doublet::detail;
    auto* library = static_cast<const link_map*>(dlopen(path, RTLD_LAZY | RTLD_NOLOAD));
    if (!library) return false;
    Replacement all[] = {{"_ZN5Cppyy7CompileERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEb", (void*)compile, (void**)&original}};
    replace(library, std::begin(all), std::end(all));
    return original;
}
