// Classes of templates that do not compile, as Python has found out in a second process, so that cppyy does not have Cling compile them.
//
// Cling says nothing of one that does not, and keeps it half compiled: whoever then asks what it has ends the process.
#include "classes.hpp"

#include <dlfcn.h>

#include <mutex>
#include <set>

#include "python.hpp"

namespace doublet::detail {

namespace {

// Always kept: Python's threads may go on while the process ends.
std::mutex& mutex = *new std::mutex;
std::set<std::string>& refused = *new std::set<std::string>;

}  // namespace

bool is_refused(const std::string& name) {
    const std::size_t begin = name.compare(0, 6, "const ") ? 0 : 6, end = name.find_last_not_of("*& ") + 1;
    if (begin >= end || name[end - 1] != '>') return false;
    const std::lock_guard<std::mutex> lock(mutex);
    return !refused.empty() && refused.count(name.substr(begin, end - begin));
}

}  // namespace doublet::detail

// Whether a class is to be refused from now on.
extern "C" void doublet_refuse_class(const char* name, bool is_refused) {
    using namespace doublet::detail;
    const std::lock_guard<std::mutex> lock(mutex);
    if (is_refused) refused.insert(name);
    else refused.erase(name);
}

// The name of the class that a template is for arguments, given as a tuple that begins with the template's name.
extern "C" PyObject* doublet_class_name(PyObject* arguments) {
    using Name = std::string(PyObject*, PyObject*, PyObject*, int, int, int*);
    auto* name_of = reinterpret_cast<Name*>(dlsym(RTLD_DEFAULT, "_ZN8CPyCppyy7Utility21ConstructTemplateArgsB5cxx11EP7_objectS2_S2_NS0_13ArgPreferenceEiPi"));
    if (!name_of) {
        PyErr_SetString(PyExc_SystemError, "this version of cppyy does not name classes of templates: run 'pip install cppyy==3.5.0'");
        return nullptr;
    }
    const std::string name = name_of(PyTuple_GetItem(arguments, 0), arguments, nullptr, 0, 1, nullptr);
    return PyErr_Occurred() ? nullptr : PyUnicode_DecodeUTF8(name.data(), static_cast<long>(name.size()), "replace");
}
