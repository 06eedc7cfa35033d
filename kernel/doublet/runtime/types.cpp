// What cppyy hears of C++ types when it asks.
#include <cstddef>
#include <iterator>
#include <string>

#include "alone.hpp"
#include "cppyy.hpp"
#include "imports.hpp"
#include "packs.hpp"
#include "results.hpp"

namespace doublet::detail {

namespace {

std::string (*original_argument)(long method, std::size_t number) = nullptr;
std::string (*original_result)(long method) = nullptr;
std::string (*original_member)(std::size_t scope, std::size_t number) = nullptr;
std::size_t (*original_scope)(const std::string& name) = nullptr;

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
    note_callable(type, cppyy.resolve(type));
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
    return original_scope(name == "std::smatch" || name.find('<') == name.npos ? resolved(name) : name);
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
    };
#undef DOUBLET_STRING
    replace(library, std::begin(all), std::end(all));
}

}  // namespace doublet::detail
