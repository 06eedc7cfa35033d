// What a C++ function may take the insides of: an object that Python alone has, and no part of another.
//
// For an argument of type T&& cppyy takes each object that nobody else in Python refers to for a temporary, also an element of a
// container, as in `a.push_back(b[1])`, and one by one those of `type(b)(b)`: they would be gone from where they are.
#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

constexpr int many = 8;  // more references than a temporary has

bool is_part(PyObject* value) {
    PyObject* owned = PyObject_HasAttrString(value, "__python_owns__") ? PyObject_GetAttrString(value, "__python_owns__") : nullptr;
    const bool found = owned && !PyObject_IsTrue(owned);
    if (owned) Py_DecRef(owned);
    return found;
}

// Each class of converters has a number of its own here.
template <int number>
SetArg* original = nullptr;

template <int number>
bool set_arg(Converter* converter, PyObject* value, Parameter& into, CallContext* context) {
    if (!is_part(value)) return original<number>(converter, value, into, context);
    for (int count = 0; count < many; ++count) Py_IncRef(value);
    const bool is_set = original<number>(converter, value, into, context);  // of what std::move has marked
    for (int count = 0; count < many; ++count) Py_DecRef(value);
    return is_set;
}

template <int number>
void wrap(const char* type) {
    if (auto* before = exchange_set_arg(create(type), set_arg<number>)) original<number> = before;
}

}  // namespace

void keep_parts() {
    wrap<0>("std::string&&");
    wrap<1>("std::complex<double>&&");
}

}  // namespace doublet::detail
