// What cppyy makes of function templates for the arguments of a call: it names their types, and gets a function.
//
// It names a C++ object by a reference to its class, or by a pointer where no template takes that, or where C++ has given Python a
// pointer; and never says that it is constant, or that there is a smart pointer to it. Here a template has pointers only where it asks
// for them, as in f(T*), and not as its T: it would compare addresses.
#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "alone.hpp"
#include "attempt.hpp"
#include "constants.hpp"
#include "imports.hpp"
#include "instance.hpp"
#include "python.hpp"

namespace {

using doublet::detail::Attempt;

PyObject* instances = nullptr;  // the class that C++ objects derive from
PyObject* error_in = nullptr;   // Python's function that says what is wrong with a template
long (*original_method)(std::size_t scope, const std::string& name, const std::string& types) = nullptr;
std::string (*name_of_scope)(std::size_t scope) = nullptr;
std::string (*name_of_method)(long method) = nullptr;
bool (*is_namespace)(std::size_t scope) = nullptr;

// Whether one of the types is a pointer to a class of a template.
bool points_to(std::string_view begin, const std::string& types) {
    for (std::size_t at = types.find(begin); at != types.npos; at = types.find(begin, at + 1)) {
        std::size_t end = at + begin.size();
        for (int depth = 1; end < types.size() && depth; ++end) depth += types[end] == '<' ? 1 : types[end] == '>' ? -1 : 0;
        if (end < types.size() && types[end] == '*') return true;
    }
    return false;
}

// The places in a list of types behind each of them.
std::vector<std::size_t> ends_of(const std::string& types) {
    std::vector<std::size_t> ends;
    int depth = 0;
    for (std::size_t at = 0; at < types.size(); ++at) {
        depth += types[at] == '<' || types[at] == '(' ? 1 : types[at] == '>' || types[at] == ')' ? -1 : 0;
        if (types[at] == ',' && !depth) ends.push_back(at);
    }
    ends.push_back(types.size());
    return ends;
}

// The type of the smart pointer that holds an object; empty if none does.
std::string smart_pointer(PyObject* object) {
    if (!(static_cast<doublet::detail::Instance*>(object)->flags & doublet::detail::is_smart)) return {};
    PyObject* pointer = PyObject_CallMethod(object, "__smartptr__", nullptr);
    PyObject* name = pointer ? PyObject_GetAttrString(doublet::detail::type_of(pointer), "__cpp_name__") : nullptr;
    const char* text = name ? PyUnicode_AsUTF8(name) : nullptr;
    std::string found = text ? text : "";
    PyErr_Clear();
    for (PyObject* one : {pointer, name})
        if (one) Py_DecRef(one);
    return found;
}

// The arguments of a call as cppyy names their types, and as C++ has them: an object is a reference, which may be constant.
struct Passed {
    explicit Passed(const std::string& types) {
        PyObject* arguments = Attempt::arguments();
        const std::vector<std::size_t> ends = ends_of(types);
        const long named = static_cast<long>(ends.size()), before = arguments ? PyTuple_Size(arguments) - named : -1;
        for (long number = 0; number < named; ++number) {
            const std::size_t begin = number ? ends[number - 1] + 1 : 0;
            std::string type = types.substr(begin, ends[number] - begin);
            PyObject* argument = before < 0 ? nullptr : PyTuple_GetItem(arguments, before + number);
            std::string smart, reference = "&&";
            if (argument && type.size() > 1 && PyType_IsSubtype(doublet::detail::type_of(argument), instances)) {
                smart = smart_pointer(argument);
                if (type.back() == '*') {
                    pointers.push_back(type.substr(type.compare(0, 2, "::") ? 0 : 2));
                    type.back() = '&';
                }
                const bool is_moved = type.size() > 2 && type[type.size() - 2] == '&';
                if (!is_moved) reference = "&";
                if (!is_moved && type.back() == '&' && doublet::detail::is_constant_object(argument)) type.insert(0, "const ");
            }
            as_objects += (number ? "," : "") + type;
            as_smart_pointers += (number ? "," : "") + (smart.empty() ? type : smart + reference);
        }
    }

    std::vector<std::string> pointers;  // the types that are pointers to the objects
    std::string as_objects;
    std::string as_smart_pointers;
};

bool names(std::string text, const std::string& type) {
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    return text.find(type) != text.npos;
}

// A function of a template for some types, or none where that does not compile.
long sound_method(std::size_t scope, const std::string& name, const std::string& types) {
    PyObject* error = PyObject_CallFunction(error_in, "sssi", name_of_scope(scope).c_str(), name.c_str(), types.c_str(), is_namespace(scope) ? 0 : 1);
    if (!error) PyErr_Clear();
    const bool is_sound = !error || error == &_Py_NoneStruct;
    if (!is_sound) Attempt::refuse(error);
    if (error) Py_DecRef(error);
    return is_sound ? original_method(scope, name, types) : 0;
}

long method(std::size_t scope, const std::string& name, const std::string& types) {
    doublet::detail::wait_for_compiler();
    if (PyErr_Occurred()) return original_method(scope, name, types);
    // Of an object that stands for an array, cppyy would pass the address where a template takes a pointer.
    if (points_to("std::span<", types) || points_to("doublet::view<", types) || (doublet::detail::has_vectors && points_to("std::vector<", types))) return 0;
    const Passed passed(types);
    bool is_tried = false;
    for (const std::string& asked : {passed.as_objects, passed.as_smart_pointers}) {
        if (!Attempt::is_first(asked)) continue;
        if (const long found = sound_method(scope, name, asked); found || Attempt::has_failed()) return found;
        is_tried = is_tried || asked == types;
    }
    if (is_tried) return 0;
    const long found = sound_method(scope, name, types);
    const std::string made = found ? name_of_method(found) : std::string();
    for (const std::string& pointer : passed.pointers)
        if (names(made, pointer) && !names(name_of_scope(scope), "*") && !names(passed.as_objects, pointer)) return 0;
    return found;
}

}  // namespace

// Has cppyy's library ask Python for the errors in templates; says whether it could be done.
extern "C" bool doublet_instantiate(const char* path, PyObject* instance_type, PyObject* errors) {
    auto* library = static_cast<const link_map*>(dlopen(path, RTLD_LAZY | RTLD_NOLOAD));
    name_of_scope = reinterpret_cast<decltype(name_of_scope)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy18GetScopedFinalNameB5cxx11Em"));
    name_of_method = reinterpret_cast<decltype(name_of_method)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy17GetMethodFullNameB5cxx11El"));
    is_namespace = reinterpret_cast<decltype(is_namespace)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy11IsNamespaceEm"));
    if (!library || !name_of_scope || !name_of_method || !is_namespace) return false;
    doublet::detail::Replacement methods[] = {
        {"_ZN5Cppyy17GetMethodTemplateEmRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES7_", (void*)method, (void**)&original_method}};
    doublet::detail::replace(library, std::begin(methods), std::end(methods));
    if (!original_method) return false;
    for (PyObject* object : {instance_type, errors}) Py_IncRef(object);
    instances = instance_type;
    error_in = errors;
    return true;
}
