// Numbers as arguments of C++ functions that Python calls, and as what it writes to variables.
//
// cppyy refuses NumPy's integers, drops digits that small types cannot hold, and takes a complex number for its real part. So
// its converters are wrapped in others.
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

// Whether it is an object of one of these types of NumPy's; where nobody has imported NumPy, it is none.
bool is_of_numpy(PyObject* value, std::initializer_list<const char*> types) {
    PyObject* numpy = PyDict_GetItemString(PyImport_GetModuleDict(), "numpy");
    for (const char* name : types) {
        PyObject* type = numpy ? PyObject_GetAttrString(numpy, name) : nullptr;
        const bool found = type && PyObject_IsInstance(value, type) == 1;
        if (type) Py_DecRef(type);
        if (found) return true;
    }
    return false;
}

// Whole numbers, of which cppyy drops digits that the smallest types cannot hold, and looks at no argument that is unsigned.
class IntegerWrapper : public Wrapper {
public:
    struct Range {
        const char* type;
        long long lowest;
        unsigned long long highest;
    };

    IntegerWrapper(Converter* original, const Range* range) : Wrapper(original), range_(range) {}
    bool HasState() override { return false; }

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        if (!fits(value)) return false;
        if (original_->SetArg(value, into, context)) return true;
        return again(value, [&](PyObject* number) { return original_->SetArg(number, into, context); });
    }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override {
        if (!fits(value)) return false;
        if (original_->ToMemory(value, address, context)) return true;
        return again(value, [&](PyObject* number) { return original_->ToMemory(number, address, context); });
    }

private:
    // Whether it can be held, as far as it is one of Python's own.
    bool fits(PyObject* value) const {
        if (!range_ || !PyType_IsSubtype(static_cast<PyObject*>(value->type), &PyLong_Type)) return true;
        int is_beyond = 0;
        const long long number = PyLong_AsLongLongAndOverflow(value, &is_beyond);
        unsigned long long size = static_cast<unsigned long long>(number);
        bool is_held = is_beyond == 0 && number >= range_->lowest;
        if (is_beyond > 0) {
            size = PyLong_AsUnsignedLongLong(value);
            is_held = !PyErr_Occurred();
            PyErr_Clear();
        }
        if (is_held && ((is_beyond == 0 && number < 0) || size <= range_->highest)) return true;
        PyErr_Format(PyExc_ValueError, "integer %R out of range for %s", value, range_->type);
        return false;
    }

    template <class Convert>
    bool again(PyObject* value, Convert convert) const {
        PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &error, &traceback);
        if (!is_of_numpy(value, {"integer", "bool_"})) {  // those that a C++ integer can hold
            PyErr_Restore(type, error, traceback);
            return false;
        }
        for (PyObject* object : {type, error, traceback})
            if (object) Py_DecRef(object);
        PyObject* number = PyObject_CallMethod(value, "item", nullptr);
        const bool converted = number && fits(number) && convert(number);
        if (number) Py_DecRef(number);
        return converted;
    }

    const Range* range_;
};

class RealWrapper : public Wrapper {
public:
    RealWrapper(Converter* original, bool is_single) : Wrapper(original), is_single_(is_single) {}
    bool HasState() override { return false; }

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        if (value->type == &PyBool_Type) return set_truth(value, into, context);
        return is_real(value) && fits(value) && original_->SetArg(value, into, context);
    }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override {
        return is_real(value) && fits(value) && original_->ToMemory(value, address, context);
    }

private:
    bool fits(PyObject* value) const {
        const double number = is_single_ ? PyFloat_AsDouble(value) : 0.0;
        if (number == -1.0 && PyErr_Occurred()) PyErr_Clear();  // it is no number, as cppyy will say
        if (!std::isfinite(number) || std::isfinite(static_cast<float>(number))) return true;
        PyErr_Format(PyExc_ValueError, "float %R out of range for float", value);
        return false;
    }
    // A bool, which is a number where no function takes a bool.
    bool set_truth(PyObject* value, Parameter& into, CallContext* context) {
        if (!context || !(context->flags & allows_conversion)) {
            if (context) context->flags |= has_conversion;
            return original_->SetArg(value, into, context);
        }
        PyObject* number = PyObject_CallMethod(value, "__int__", nullptr);
        const bool is_set = number && original_->SetArg(number, into, context);
        if (number) Py_DecRef(number);
        return is_set;
    }
    static bool is_real(PyObject* value) {
        if (value->type == &PyFloat_Type || !is_of_numpy(value, {"complexfloating"})) return true;  // of which C++ would get the real part only
        if (PyObject* never = PyObject_CallFunction(prepare, "OssK", value, "real", "number", 0ULL)) Py_DecRef(never);
        return false;
    }

    const bool is_single_;
};

// A signed or unsigned char, which is a number here, as in cells: int8_t and uint8_t are such.
class SmallWrapper : public IntegerWrapper {
public:
    SmallWrapper(Converter* original, const Range* range, Converter* number) : IntegerWrapper(original, range), number_(number) {}
    PyObject* FromMemory(void* address) override { return number_->FromMemory(address); }

private:
    Converter* number_;
};

// A char: of a text that takes several bytes, as 'é' does, cppyy would pass the first.
class CharacterWrapper : public IntegerWrapper {
public:
    using IntegerWrapper::IntegerWrapper;

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        return fits(value) && IntegerWrapper::SetArg(value, into, context);
    }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override {
        return fits(value) && IntegerWrapper::ToMemory(value, address, context);
    }

private:
    static bool fits(PyObject* value) {
        const char* text = PyUnicode_AsUTF8(value);
        if (!text) PyErr_Clear();  // it is a number, or nothing that cppyy takes
        if (!text || static_cast<unsigned char>(*text) < 0x80) return true;
        PyErr_Format(PyExc_ValueError, "%R takes several bytes, and a char is one", value);
        return false;
    }
};

template <class T>
constexpr IntegerWrapper::Range range_of(const char* type) {
    using limits = std::numeric_limits<T>;
    return {type, static_cast<long long>(limits::min()), static_cast<unsigned long long>(limits::max())};
}
const IntegerWrapper::Range ranges[] = {
    range_of<char>("char"), range_of<signed char>("signed char"), range_of<unsigned char>("unsigned char"), range_of<signed char>("int8_t"),
    range_of<unsigned char>("uint8_t"), range_of<short>("short"), range_of<unsigned short>("unsigned short"), range_of<int>("int"),
    range_of<unsigned>("unsigned int"), range_of<long>("long"), range_of<unsigned long>("unsigned long"), range_of<long long>("long long"),
    range_of<unsigned long long>("unsigned long long"),
};

// That of a type, or of references to it; null for bool, of which cppyy takes what is one.
const IntegerWrapper::Range* range_in(std::string_view type) {
    if (type.substr(0, 6) == "const ") type = type.substr(6, type.size() - 7);
    for (const IntegerWrapper::Range& range : ranges)
        if (type == range.type) return &range;
    return nullptr;
}

}  // namespace

Converter* number_converter(Converter* original, const std::string& type, std::string_view use, const Dimensions& dimensions) {
    if (use == "real") return new RealWrapper(original, type.find("float") != std::string::npos);
    if (use == "int8_t" || use == "uint8_t") return new SmallWrapper(original, range_in(type), cppyy.create(std::string(use), dimensions));
    if (use == "character") return new CharacterWrapper(original, range_in(type));
    return new IntegerWrapper(original, range_in(type));
}

}  // namespace doublet::detail
