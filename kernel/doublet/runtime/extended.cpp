// Numbers of more than 64 bits that only compilers have: of a function that returns one, cppyy would make None.
#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

class Refusal : public Executor {
public:
    explicit Refusal(const char* type) : type_(type) {}
    PyObject* Execute(long, void*, CallContext*) override {
        PyErr_Format(PyExc_TypeError, "Python has no number like C++'s %s: return two of 64 bits, or a text", type_);
        return nullptr;
    }

private:
    const char* type_;
};

constexpr char signed_integer[] = "__int128", unsigned_integer[] = "unsigned __int128", real[] = "__float128";

template <const char* type>
Executor* refuse(const Dimensions&) {
    static Refusal shared(type);
    return &shared;
}

}  // namespace

void refuse_extended() {
    cppyy.enter_result(signed_integer, refuse<signed_integer>);
    cppyy.enter_result(unsigned_integer, refuse<unsigned_integer>);
    cppyy.enter_result(real, refuse<real>);
}

}  // namespace doublet::detail
