// Of cppyy's headers, CPyCppyy/API.h and Executors.h, what is used here; the layouts are as there.
#ifndef DOUBLET_RUNTIME_CPPYY_HPP
#define DOUBLET_RUNTIME_CPPYY_HPP

#include <link.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "python.hpp"

// Not in an unnamed namespace, for then the compiler would know that nobody else derives from the classes; and under
// cppyy's own names, for it asks whether an executor is a RefExecutor.
namespace CPyCppyy {

// What is known of a call, of which the flags say what may be done with its arguments.
struct CallContext {
    std::size_t scope;
    PyObject* object;
    std::uint32_t flags;
};
constexpr std::uint32_t has_conversion = 0x08;     // an argument could be converted
constexpr std::uint32_t allows_conversion = 0x10;  // no function takes the arguments as they are
constexpr std::uint32_t no_conversion = 0x20;      // where templates are chosen among
struct Dimensions;

struct Parameter {
    union {
        void* pointer;
        long double largest;
    } value;
    void* reference;
    char type_code;
};

class Converter {
public:
    virtual ~Converter() = default;
    virtual bool SetArg(PyObject* value, Parameter& into, CallContext* context) = 0;
    virtual PyObject* FromMemory(void* address) = 0;
    virtual bool ToMemory(PyObject* value, void* address, PyObject* context) = 0;
    virtual bool HasState() = 0;
};

class Executor {
public:
    virtual ~Executor() = default;
    virtual PyObject* Execute(long method, void* self, CallContext* context) = 0;
    virtual bool HasState() { return false; }
};

// Of what returns a reference: reads it, or writes to it what it has been given.
class RefExecutor : public Executor {
public:
    virtual bool SetAssignable(PyObject* value) {
        if (value) Py_IncRef(value);
        fAssignable = value;
        return value;
    }
    bool HasState() override { return true; }

protected:
    PyObject* fAssignable = nullptr;
};

}  // namespace CPyCppyy

namespace doublet::detail {

using ConverterFactory = CPyCppyy::Converter* (*)(const CPyCppyy::Dimensions&);
using ExecutorFactory = CPyCppyy::Executor* (*)(const CPyCppyy::Dimensions&);

// Functions of cppyy's library.
struct Cppyy {
    CPyCppyy::Converter* (*create)(const std::string& type, const CPyCppyy::Dimensions& dimensions);
    bool (*enter)(const std::string& type, ConverterFactory factory);
    bool (*enter_alias)(const std::string& type, const std::string& target);
    bool (*remove)(const std::string& type);
    CPyCppyy::Executor* (*create_result)(const std::string& type, const CPyCppyy::Dimensions& dimensions);
    bool (*enter_result)(const std::string& type, ExecutorFactory factory);
    bool (*enter_result_alias)(const std::string& type, const std::string& target);
    bool (*remove_result)(const std::string& type);
    std::string (*resolve)(const std::string& type);
    void (*add_temporary)(CPyCppyy::CallContext* context, PyObject* value);
};
extern Cppyy cppyy;

// Has arguments of functions converted as `prepares`, a function of Python's, says; see arguments.cpp.
void wrap_arguments(PyObject* prepares);

// A converter that has another one do what it does not do itself.
class Wrapper : public CPyCppyy::Converter {
public:
    explicit Wrapper(CPyCppyy::Converter* original) : original_(original) {}
    ~Wrapper() override {
        if (original_->HasState()) delete original_;
    }
    PyObject* FromMemory(void* address) override { return original_->FromMemory(address); }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override { return original_->ToMemory(value, address, context); }
    bool HasState() override { return true; }

protected:
    CPyCppyy::Converter* original_;
};

// Python's function that makes an array or iterator fit, or says why it does not.
extern PyObject* prepare;

// Converts numbers of a type as they are, or says why they do not fit; `use` is "integer", "real", "character", or the number that a
// small type is.
CPyCppyy::Converter* number_converter(CPyCppyy::Converter* original, const std::string& type, std::string_view use, const CPyCppyy::Dimensions& dimensions);

// Has what is of a type, as cppyy calls it, be converted by what `wrap` makes of cppyy's own converter; the name of the type stays.
using Wrap = CPyCppyy::Converter* (*)(CPyCppyy::Converter* original, const char* type);
void add_wrapped(const std::string& type, Wrap wrap);

// Has an argument of this type, if it is a function or a pointer to one, be what Python can call or C++ has; see callables.cpp.
void note_callable(const std::string& type, const std::string& resolved);

// Has an argument of this type, if it is one that can be null, be made of None; see nulls.cpp.
void note_nullable(const std::string& type, const std::string& resolved);
void wrap_nulls();

// Has an argument of this type, if it is an enum, be no enumerator of another; `is_enum` is cppyy's answer. See enums.cpp.
void note_enum(const std::string& type, const std::string& resolved, bool (*is_enum)(const std::string&));

// Has an argument of a type, as cppyy calls it, be an iterator of that type.
void add_iterator(const std::string& type);

// Has a member of this type, if it is one of histograms, give what Python has for it; see histogram_values.cpp.
void note_member(const std::string& type);
bool is_constant_histogram(const char* type);  // or a reference or pointer to one

// Has an argument of this type, if it is a smart pointer to a histogram, be made of one of Python's.
void note_argument(const std::string& type);

// What Python has for a histogram that cppyy has made an object of, or for null, an error; takes the object.
PyObject* python_histogram(PyObject* found);

// A smart pointer of a type to a C++ object that fills a histogram of Python's; null if it is none, without an error.
PyObject* pointer_to(PyObject* histogram, const char* type);

// Has what is of a type, as cppyy calls it, be what Python has for a histogram.
void add_histogram(const std::string& type);

// Has cppyy's library hear of types what it can make use of; see types.cpp.
void wrap_types(const link_map* library);

// Has functions that return numbers which Python cannot have say so; see extended.cpp.
void refuse_extended();

// Has tuples be assigned as what they are, and refusals be told in a sentence; see assigning.cpp.
void wrap_assignments(const link_map* library);

// A converter for a type, and the function by which converters of its class take arguments, of which exchange_set_arg() puts
// another one in the place.
using SetArg = bool(CPyCppyy::Converter*, PyObject*, CPyCppyy::Parameter&, CPyCppyy::CallContext*);
CPyCppyy::Converter* create(const char* type);
void** vtable_of(CPyCppyy::Converter* converter);
SetArg* exchange_set_arg(CPyCppyy::Converter* converter, SetArg* by);

// The constant object of what cppyy has made, or of a histogram of Python's, or for null, an error; takes the object.
PyObject* python_constant(PyObject* found);
// Has functions that may change an object take no constant one; says whether cppyy is as known here.
bool keep_constants();

// Has functions that take T&& leave alone what is a part of something; see moving.cpp.
void keep_parts();

// Has Python write only what fits to numbers that a function refers to; see references.cpp.
void wrap_references();

}  // namespace doublet::detail

#endif
