// What cppyy hears of C++ types when it asks.
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include <TInterpreter.h>

#include "alone.hpp"
#include "classes.hpp"
#include "cppyy.hpp"
#include "imports.hpp"
#include "packs.hpp"
#include "results.hpp"
#include "unheard.hpp"

namespace doublet::detail {

namespace {

std::string (*original_argument)(long method, std::size_t number) = nullptr;
std::string (*original_result)(long method) = nullptr;
std::string (*original_member)(std::size_t scope, std::size_t number) = nullptr;
std::size_t (*original_scope)(const std::string& name) = nullptr;
bool (*original_template)(const std::string& name) = nullptr;
bool (*original_enum)(const std::string& name) = nullptr;
std::string (*original_resolve)(const std::string& type) = nullptr;
std::string (*original_signature)(long method, bool with_names, std::size_t most) = nullptr;

std::string resolved_unless_refused(const std::string& type) { return is_refused(type) ? type : original_resolve(type); }

// The type of an argument. For an iterator cppyy would take any object, unless there is a converter for that very type.
std::string argument(long method, std::size_t number) {
    wait_for_compiler();
    const std::string type = original_argument(method, number);
    const std::string resolved = cppyy.resolve(type);
    for (const char* kind : {"__gnu_cxx::__normal_iterator<", "std::_List_iterator<", "std::_List_const_iterator<", "std::_Deque_iterator<"})
        if (resolved.find(kind) < sizeof "const ") add_iterator(type);
    note_argument(type);
    note_callable(type, resolved);
    note_nullable(type, resolved);
    note_enum(type, resolved, original_enum);
    return type;
}

// The type of a result, of which cppyy is about to make an executor.
std::string result(long method) {
    wait_for_compiler();
    const std::string type = original_result(method);
    Change* change = histogram_change(type);
    if (!change) change = constant_change(type);
    change_next(type, change ? change : referred_change(type));
    return type;
}

// The type of a member, of which cppyy is about to make a converter.
std::string member(std::size_t scope, std::size_t number) {
    wait_for_compiler();
    const std::string type = original_member(scope, number);
    note_member(type);
    const std::string resolved = cppyy.resolve(type);
    note_callable(type, resolved);
    note_enum(type, resolved, original_enum);
    return type;
}

// What a type is in truth. That of the results of a match names their allocator, and of that cppyy would ask for another
// class, which there is not.
std::string resolved(const std::string& type) {
    wait_for_compiler();
    std::string found = with_packs(type, cppyy.resolve(type));
    const std::size_t at = found.find("std::match_results<"), end = found.find(",std::allocator<std::sub_match<", at);
    if (at < sizeof "const " && end != found.npos) found.erase(end, found.rfind('>') - end);
    return found;
}

// A name with template arguments is looked up as it is.
std::size_t scope(const std::string& name) {
    wait_for_compiler();
    if (is_refused(name)) return 0;
    return original_scope(name == "std::smatch" || name.find('<') == name.npos ? resolved(name) : name);
}

// For a class that does not compile, cppyy asks next whether it is something else, of which Cling would compile it.
bool is_template(const std::string& name) { return !is_refused(name) && original_template(name); }
bool is_enum(const std::string& name) { return !is_refused(name) && original_enum(name); }

// The signature of a function as cppyy shows it: without the default arguments that cannot be compiled.
std::string signature(long method, bool with_names, std::size_t most) {
    wait_for_compiler();
    const Unheard messages;
    const std::string found = original_signature(method, with_names, most);
    if (messages.has_any()) gInterpreter->ProcessLine("namespace doublet {}");  // Cling takes what is compiled next for what is wrong
    return found;
}

}  // namespace

void wrap_types(const link_map* library) {
#define DOUBLET_STRING "RKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
    Replacement all[] = {
        {"_ZN5Cppyy16GetMethodArgTypeB5cxx11Elm", (void*)argument, (void**)&original_argument},
        {"_ZN5Cppyy19GetMethodResultTypeB5cxx11El", (void*)result, (void**)&original_result},
        {"_ZN5Cppyy17GetDatamemberTypeB5cxx11Emm", (void*)member, (void**)&original_member},
        {"_ZN5Cppyy11ResolveNameE" DOUBLET_STRING, (void*)resolved},
        {"_ZN5Cppyy8GetScopeE" DOUBLET_STRING, (void*)scope, (void**)&original_scope},
        {"_ZN5Cppyy10IsTemplateE" DOUBLET_STRING, (void*)is_template, (void**)&original_template},
        {"_ZN5Cppyy6IsEnumE" DOUBLET_STRING, (void*)is_enum, (void**)&original_enum},
        {"_ZN5Cppyy18GetMethodSignatureB5cxx11Elbm", (void*)signature, (void**)&original_signature},
    };
#undef DOUBLET_STRING
    replace(library, std::begin(all), std::end(all));
    original_resolve = std::exchange(cppyy.resolve, resolved_unless_refused);
}

}  // namespace doublet::detail
