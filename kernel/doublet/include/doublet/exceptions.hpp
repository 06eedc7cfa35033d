// What cppyy's code for Python callbacks throws: runtime/translation.cpp says how exceptions cross.
#ifndef DOUBLET_EXCEPTIONS_HPP
#define DOUBLET_EXCEPTIONS_HPP

#include <exception>
#include <memory>
#include <string>

struct _object;  // Python's

namespace doublet::detail {

// It is made with the GIL, which is then released, and a copy is thrown.
class PythonError : public std::exception {
public:
    PythonError();
    PythonError(const PythonError& other);
    PythonError& operator=(const PythonError&) = delete;
    ~PythonError() override;

    const char* what() const noexcept override;
    struct _object* error() const;
    // Says which function's result it is about, and as what that is annotated, if it is; where Python code has raised
    // it, that is in its traceback.
    void blame(const char* function, const char* annotation) const;

private:
    mutable std::shared_ptr<struct _object> error_;
    std::exception_ptr thrown_;
    mutable std::string message_ = "Python exception";
};

}  // namespace doublet::detail


#define CPYCPPYY_PYEXCEPTION_H  // in the place of cppyy's own header
namespace CPyCppyy {
using PyException = doublet::detail::PythonError;
}

#endif
