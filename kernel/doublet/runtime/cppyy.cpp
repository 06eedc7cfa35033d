// Finds in cppyy's library what is used of it, and has it wrapped.
#include "cppyy.hpp"

#include <dlfcn.h>

#include <cstddef>

#include "imports.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

Cppyy cppyy;

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function;
}

bool find_all(void* library) {
#define DOUBLET_STRING "RKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
    return find(library, "_ZN8CPyCppyy15CreateConverterE" DOUBLET_STRING "RKNS_10DimensionsE", cppyy.create) &&
           find(library, "_ZN8CPyCppyy17RegisterConverterE" DOUBLET_STRING "PFPNS_9ConverterERKNS_10DimensionsEE", cppyy.enter) &&
           find(library, "_ZN8CPyCppyy22RegisterConverterAliasE" DOUBLET_STRING "S7_", cppyy.enter_alias) &&
           find(library, "_ZN8CPyCppyy19UnregisterConverterE" DOUBLET_STRING, cppyy.remove) &&
           find(library, "_ZN8CPyCppyy14CreateExecutorE" DOUBLET_STRING "RKNS_10DimensionsE", cppyy.create_result) &&
           find(library, "_ZN8CPyCppyy16RegisterExecutorE" DOUBLET_STRING "PFPNS_8ExecutorERKNS_10DimensionsEE", cppyy.enter_result) &&
           find(library, "_ZN8CPyCppyy21RegisterExecutorAliasE" DOUBLET_STRING "S7_", cppyy.enter_result_alias) &&
           find(library, "_ZN8CPyCppyy18UnregisterExecutorE" DOUBLET_STRING, cppyy.remove_result) &&
           find(library, "_ZN8CPyCppyy11CallContext12AddTemporaryEP7_object", cppyy.add_temporary) &&
           find(RTLD_DEFAULT, "_ZN5Cppyy11ResolveNameE" DOUBLET_STRING, cppyy.resolve);
#undef DOUBLET_STRING
}

}  // namespace

Converter* create(const char* type) {
    const void* none[2] = {};  // as of cppyy's Dimensions that are not given
    return cppyy.create(type, reinterpret_cast<const Dimensions&>(none));
}

void** vtable_of(Converter* converter) { return *reinterpret_cast<void***>(converter); }

SetArg* exchange_set_arg(Converter* converter, SetArg* by) {
    constexpr std::size_t place_of_set_arg = 2;  // among the virtual functions, behind the two destructors
    auto** place = vtable_of(converter) + place_of_set_arg;
    auto* before = reinterpret_cast<SetArg*>(*place);
    if (before == by) return nullptr;
    exchange_function(place, reinterpret_cast<void*>(by));
    return before;
}

namespace {

// Has None be a null pointer wherever cppyy takes its own object for that.
bool take_none(void* library) {
    auto** null = static_cast<PyObject**>(dlsym(library, "_ZN8CPyCppyy14gNullPtrObjectE"));
    if (null) *null = Py_BuildValue("");
    return null;
}

}  // namespace
}  // namespace doublet::detail

// Wraps what cppyy's library at a path converts with; says whether it is there.
extern "C" bool doublet_arguments(const char* path, PyObject* prepares) {
    using namespace doublet::detail;
    void* library = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
    if (!library || !find_all(library) || !take_none(library)) return false;
    wrap_references();  // first: some are known under another name, too
    wrap_arguments(prepares);
    keep_parts();
    if (!keep_constants()) return false;
    wrap_types(static_cast<const link_map*>(library));
    refuse_extended();
    wrap_assignments(static_cast<const link_map*>(library));
    return true;
}
