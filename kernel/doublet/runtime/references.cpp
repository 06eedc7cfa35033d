// Numbers and texts that C++ functions refer to, such as the elements of containers, as Python writes them.
//
// cppyy writes what is left of a number that is too large, -1 for what is none, and of a text as many bytes as it has characters. So
// its executors are wrapped in others, which first ask the converter that would write the number into a variable.
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

constexpr const char* numbers[] = {"bool", "int8_t", "uint8_t", "short", "unsigned short", "int", "unsigned int", "long", "unsigned long", "long long",
                                   "unsigned long long", "float", "double", "long double"};

class CheckedReference : public RefExecutor {
public:
    CheckedReference(RefExecutor* original, Converter* converter) : original_(original), converter_(converter) {}
    ~CheckedReference() override { delete original_; }

    PyObject* Execute(long method, void* self, CallContext* context) override {
        if (PyObject* value = std::exchange(fAssignable, nullptr)) {
            alignas(std::max_align_t) char place[sizeof(std::max_align_t)];
            const bool fits = converter_->ToMemory(value, place, nullptr);
            if (fits) original_->SetAssignable(value);
            Py_DecRef(value);
            if (!fits) return nullptr;
        }
        return original_->Execute(method, self, context);
    }

private:
    RefExecutor* original_;
    Converter* converter_;  // shared by all
};

// What is written by us, where the function says that it is.
class PlacedReference : public RefExecutor {
public:
    PlacedReference(RefExecutor* original, Executor* place) : original_(original), place_(place) {}
    ~PlacedReference() override {
        delete original_;
        if (place_->HasState()) delete place_;
    }

protected:
    template <class Write>
    PyObject* write_by(const Write& write, long method, void* self, CallContext* context) {
        PyObject* place = place_->Execute(method, self, context);
        if (!place) return nullptr;
        write(reinterpret_cast<void*>(PyLong_AsUnsignedLongLong(place)));
        Py_DecRef(place);
        Py_IncRef(&_Py_NoneStruct);
        return &_Py_NoneStruct;
    }

    RefExecutor* original_;

private:
    Executor* place_;  // which gives, as a number, where what is referred to is
};

// Of a char, as which cppyy would write a number only.
class CharacterReference : public PlacedReference {
public:
    CharacterReference(RefExecutor* original, Executor* place, Converter* converter) : PlacedReference(original, place), converter_(converter) {}

    PyObject* Execute(long method, void* self, CallContext* context) override {
        PyObject* value = std::exchange(fAssignable, nullptr);
        if (!value) return original_->Execute(method, self, context);
        char character;
        const bool fits = converter_->ToMemory(value, &character, nullptr);
        Py_DecRef(value);
        return fits ? write_by([&](void* at) { *static_cast<char*>(at) = character; }, method, self, context) : nullptr;
    }

private:
    Converter* converter_;  // shared by all
};

class TextReference : public PlacedReference {
public:
    using PlacedReference::PlacedReference;

    PyObject* Execute(long method, void* self, CallContext* context) override {
        PyObject* value = std::exchange(fAssignable, nullptr);
        if (!value || !PyType_IsSubtype(static_cast<PyObject*>(value->type), &PyUnicode_Type)) {
            if (value) original_->SetAssignable(value);
            if (value) Py_DecRef(value);
            return original_->Execute(method, self, context);
        }
        long size = 0;
        const char* text = PyUnicode_AsUTF8AndSize(value, &size);
        PyObject* done = text ? write_by([&](void* at) { static_cast<std::string*>(at)->assign(text, size); }, method, self, context) : nullptr;
        Py_DecRef(value);
        return done;
    }
};

std::string original(const std::string& type) { return "doublet " + type + "&"; }

template <std::size_t number>
Executor* make(const Dimensions& dimensions) {
    Executor* reference = cppyy.create_result(original(numbers[number]), dimensions);
    return new CheckedReference(static_cast<RefExecutor*>(reference), cppyy.create(numbers[number], dimensions));
}

Executor* make_text(const Dimensions& dimensions) {
    Executor* reference = cppyy.create_result(original("std::string"), dimensions);
    return new TextReference(static_cast<RefExecutor*>(reference), cppyy.create_result("unsigned long", dimensions));
}

Executor* make_character(const Dimensions& dimensions) {
    Executor* reference = cppyy.create_result(original("char"), dimensions);
    return new CharacterReference(static_cast<RefExecutor*>(reference), cppyy.create_result("unsigned long", dimensions), cppyy.create("char", dimensions));
}

void wrap(const std::string& type, ExecutorFactory factory) {
    if (!cppyy.enter_result_alias(original(type), type + "&")) return;
    cppyy.remove_result(type + "&");
    cppyy.enter_result(type + "&", factory);
}

template <std::size_t... number>
void wrap_all(std::index_sequence<number...>) {
    (wrap(numbers[number], make<number>), ...);
}

}  // namespace

void wrap_references() {
    wrap_all(std::make_index_sequence<std::size(numbers)>());
    wrap("char", make_character);
    wrap("std::string", make_text);
}

}  // namespace doublet::detail
