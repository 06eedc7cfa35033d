// Enums as arguments of C++ functions that Python calls, and as what it writes to variables: cppyy takes an enumerator of any for a number.
#include <cstddef>
#include <string>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

class EnumWrapper : public Wrapper {
public:
    EnumWrapper(Converter* original, const char* type) : Wrapper(original), type_(type) {}

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override { return is_of(value) && original_->SetArg(value, into, context); }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override { return is_of(value) && original_->ToMemory(value, address, context); }

private:
    // Whether it is no enumerator of another enum, which Python says.
    bool is_of(PyObject* value) const {
        auto* kind = static_cast<PyObject*>(value->type);
        if (kind == &PyLong_Type || !PyType_IsSubtype(kind, &PyLong_Type)) return true;
        PyObject* accepted = PyObject_CallFunction(prepare, "OssK", value, type_, "enum", 0ULL);
        if (accepted) Py_DecRef(accepted);
        return accepted;
    }

    const char* type_;
};

Converter* make(Converter* original, const char* type) { return new EnumWrapper(original, type); }

}  // namespace

void note_enum(const std::string& type, const std::string& resolved, bool (*is_enum)(const std::string&)) {
    if (type == resolved || resolved.find_first_of("<*(") != resolved.npos) return;
    const bool is_constant = type.compare(0, 6, "const ") == 0;
    const std::size_t references = type.size() - 1 - type.find_last_not_of('&');
    if (references == 1 && !is_constant) return;  // of which C++ would write to what is no variable of Python's
    if (is_enum(type.substr(is_constant ? 6 : 0, type.size() - references - (is_constant ? 6 : 0)))) add_wrapped(type, make);
}

}  // namespace doublet::detail
