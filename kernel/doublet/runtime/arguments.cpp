// NumPy's arrays as arguments of C++ functions that Python calls.
//
// cppyy looks at the size of an array's elements where it should look at their type, at neither their byte order nor
// whether the array may be written to, and takes any object for an iterator. So its converters are wrapped in others, and
// engine/array_arguments.py says what an array may become.
#include <array>
#include <cstddef>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

PyObject* prepare = nullptr;

namespace {

// Beginning and length, as std::span and std::initializer_list have them.
struct Extent {
    const void* begin = nullptr;
    std::size_t size = 0;
};

// An array as a pointer to its elements, a span of them, or a list of copies; or an iterator.
class ArrayWrapper : public Wrapper {
public:
    ArrayWrapper(Converter* original, const char* element, const char* use) : Wrapper(original), element_(element), use_(use) {}
    ~ArrayWrapper() override {
        if (kept_) Py_DecRef(kept_);
    }
    bool HasState() override { return true; }

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        if (!is_asked_about(value)) return original_->SetArg(value, into, context);
        if (!fit(value)) return false;
        if (!extent_.begin) return original_->SetArg(kept_, into, context);
        into.value.pointer = &extent_;
        into.type_code = 'V';
        return true;
    }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override {
        if (is_asked_about(value) && !fit(value)) return false;
        return original_->ToMemory(value, address, context);
    }

private:
    bool is_asked_about(PyObject* value) const { return std::string_view(use_) == "iterator" || PyObject_CheckBuffer(value); }

    // Keeps what has become of an array until the next call.
    bool fit(PyObject* value) {
        PyObject* last = std::exchange(kept_, nullptr);
        if (last) Py_DecRef(last);
        extent_ = {};
        kept_ = PyObject_CallFunction(prepare, "OssK", value, element_, use_, reinterpret_cast<unsigned long long>(&extent_));
        return kept_;
    }

    const char* element_;
    const char* use_;
    PyObject* kept_ = nullptr;
    Extent extent_;
};

// A reference to an array, such as double (&)[3], of which cppyy would pass another address; nor does a converter learn
// how many elements the array has to have.
class ArrayReference : public Converter {
public:
    bool SetArg(PyObject*, Parameter&, CallContext*) override {
        PyErr_SetString(PyExc_TypeError, "Python cannot pass a reference to an array; have the function take a std::span or std::array");
        return false;
    }
    PyObject* FromMemory(void*) override { return nullptr; }
    bool ToMemory(PyObject*, void*, PyObject*) override { return false; }
    bool HasState() override { return false; }
};

// A histogram, or a pointer to one: what Python has for it. Of that, a smart pointer is made again: cppyy makes one of what is a
// C++ object only.
class HistogramWrapper : public Wrapper {
public:
    HistogramWrapper(Converter* original, const char* type) : Wrapper(original), type_(type), is_constant_(is_constant_histogram(type)) {}
    bool HasState() override { return true; }

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        if (original_->SetArg(value, into, context)) return true;
        PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &error, &traceback);
        PyObject* pointer = context ? pointer_to(value, type_) : nullptr;
        if (!pointer && !PyErr_Occurred()) {
            PyErr_Restore(type, error, traceback);
            return false;
        }
        for (PyObject* object : {type, error, traceback})
            if (object) Py_DecRef(object);
        if (!pointer) return false;
        const bool is_set = original_->SetArg(pointer, into, context);
        PyObject* yes = PyBool_FromLong(1);
        PyObject_SetAttrString(pointer, "__python_owns__", yes);  // cppyy leaves it to the function, which has a copy
        Py_DecRef(yes);
        cppyy.add_temporary(context, pointer);
        return is_set;
    }
    PyObject* FromMemory(void* address) override {
        PyObject* found = python_histogram(original_->FromMemory(address));
        return is_constant_ ? python_constant(found) : found;
    }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override { return original_->ToMemory(value, address, context); }

private:
    const char* type_;
    bool is_constant_;
};

Converter* make_array_reference(const Dimensions&) {
    static ArrayReference shared;
    return &shared;
}

struct Entry {
    std::string type;
    std::string alias;    // the name under which cppyy's own converter remains, empty if it has none by a name
    const char* element;  // null if it is a number
    const char* use;
    Wrap wrap = nullptr;
    Converter* shared = nullptr;  // of numbers, which needs no state
};

const char* const integers[] = {"bool", "short", "unsigned short", "int", "unsigned int", "long", "unsigned long",
                                "long long", "unsigned long long", "int8_t", "uint8_t"};
const std::pair<const char*, const char*> smalls[] = {{"signed char", "int8_t"}, {"unsigned char", "uint8_t"}};
const char* const reals[] = {"float", "double", "long double"};
const char* const complexes[] = {"std::complex<float>", "std::complex<double>"};

// Always kept: converters refer to them.
std::vector<Entry>& entries() {
    static auto* all = new std::vector<Entry>;
    return *all;
}
constexpr std::size_t most_entries = 1024;

Converter* make(Entry& entry, ConverterFactory factory, const Dimensions& dimensions) {
    if (!entry.element) {
        if (!entry.shared) {
            entry.shared = number_converter(cppyy.create(entry.alias, dimensions), entry.type, entry.use, dimensions);
        }
        return entry.shared;
    }
    if (!entry.alias.empty()) return new ArrayWrapper(cppyy.create(entry.alias, dimensions), entry.element, entry.use);
    cppyy.remove(entry.type);
    Converter* original = cppyy.create(entry.type, dimensions);
    cppyy.enter(entry.type, factory);
    if (entry.wrap) return entry.wrap(original, entry.element);
    if (std::string_view(entry.use) == "histogram") return new HistogramWrapper(original, entry.element);
    return new ArrayWrapper(original, entry.element, entry.use);
}

// A factory is not told which type it is for, so each has one of its own.
template <std::size_t number>
Converter* make_numbered(const Dimensions& dimensions) {
    return make(entries()[number], make_numbered<number>, dimensions);
}

template <std::size_t... number>
constexpr std::array<ConverterFactory, sizeof...(number)> factories(std::index_sequence<number...>) {
    return {make_numbered<number>...};
}

void add(const std::string& type, const std::string& original, const char* element, const char* use, Wrap wrap = nullptr) {
    static const auto all = factories(std::make_index_sequence<most_entries>());
    const std::string alias = original.empty() ? "" : "doublet " + type;
    const std::size_t number = entries().size();
    if (number == most_entries || (!alias.empty() && !cppyy.enter_alias(alias, original))) return;
    cppyy.remove(type);
    entries().push_back({type, alias, element, use, wrap});
    cppyy.enter(type, all[number]);
}

void add_arrays(const std::string& type, const char* element) {
    add(type + "*", type + " ptr", element, "pointer");
    add("const " + type + "*", type + " ptr", element, "constant pointer");
    for (const char* reference : {"(&)[]", "(&&)[]"}) cppyy.enter(type + reference, make_array_reference);
    add("std::initializer_list<" + type + ">", "", element, "copies");
    for (const std::string extent : {">", ",18446744073709551615ull>"})  // some as typed, some in full
        for (const auto& [before, after] : {std::pair{"", ""}, {"const ", "&"}, {"", "&&"}}) {
            add(before + ("std::span<" + type) + extent + after, "", element, "span");
            add(before + ("std::span<const " + type) + extent + after, "", element, "constant span");
        }
}

// Functions return it as they return another type.
void add_result(const std::string& type, const std::string& other) {
    for (const std::string reference : {"", "&"}) {
        cppyy.remove_result(type + reference);
        cppyy.enter_result_alias(type + reference, other + reference);
    }
    cppyy.remove_result("const " + type + "&");
    cppyy.enter_result_alias("const " + type + "&", "const " + other + "&");
}

// Adds a type that a cell has made, once.
void add_new(const std::string& type, const char* use, Wrap wrap = nullptr) {
    static auto* known = new std::set<std::string>;  // always kept, as the entries are
    if (const auto [place, is_new] = known->insert(type); is_new) add(type, "", place->c_str(), use, wrap);
}

}  // namespace

void add_iterator(const std::string& type) { add_new(type, "iterator"); }
void add_histogram(const std::string& type) { add_new(type, "histogram"); }
void add_wrapped(const std::string& type, Wrap wrap) { add_new(type, "", wrap); }

void wrap_arguments(PyObject* prepares) {
    Py_IncRef(prepares);
    prepare = prepares;
    for (const std::string type : integers)
        for (const std::string& form : {type, "const " + type + "&"}) add(form, form, nullptr, "integer");
    for (const std::string type : reals)
        for (const std::string& form : {type, "const " + type + "&"}) add(form, form, nullptr, "real");
    for (const std::string form : {"char", "const char&"}) add(form, form, nullptr, "character");
    for (const auto& [type, number] : smalls) {
        for (const std::string& form : {std::string(type), "const " + std::string(type) + "&"}) add(form, form, nullptr, number);
        add_result(type, number);
    }
    for (const char* type : integers) add_arrays(type, type);
    for (const char* type : reals) add_arrays(type, type);
    for (const char* type : complexes) add_arrays(type, type);
    wrap_nulls();
}

}  // namespace doublet::detail
