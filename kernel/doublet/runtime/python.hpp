// Of Python's own header, what is used here.
#ifndef DOUBLET_RUNTIME_PYTHON_HPP
#define DOUBLET_RUNTIME_PYTHON_HPP

#include <cstdarg>

struct _object {  // as Python has it where all threads share one lock
    long references;
    void* type;
};
struct _frame;
struct _ts;
typedef struct _object PyObject;
extern "C" {
extern PyObject _Py_NoneStruct;
// PyMethodDef, of a function that takes its arguments one by one.
struct _method {
    const char* name;
    PyObject* (*function)(PyObject*, PyObject* const*, long);
    int flags;
    const char* documentation;
};
constexpr int METH_FASTCALL = 0x80;
PyObject* PyBool_FromLong(long);
extern PyObject PyBool_Type;
char* PyBytes_AsString(PyObject*);
long PyBytes_Size(PyObject*);
PyObject* PyCFunction_NewEx(struct _method*, PyObject*, PyObject*);
void* PyCapsule_GetPointer(PyObject*, const char*);
PyObject* PyCapsule_New(void*, const char*, void (*)(PyObject*));
PyObject* PyDescr_NewMethod(PyObject*, struct _method*);
PyObject* PyDict_Copy(PyObject*);
PyObject* PyDict_GetItemString(PyObject*, const char*);
int PyErr_CheckSignals();
void PyErr_Clear();
void PyErr_Fetch(PyObject**, PyObject**, PyObject**);
PyObject* PyErr_Format(PyObject*, const char*, ...);
PyObject* PyErr_FormatV(PyObject*, const char*, va_list);
void PyErr_NormalizeException(PyObject**, PyObject**, PyObject**);
PyObject* PyErr_Occurred();
void PyErr_Restore(PyObject*, PyObject*, PyObject*);
void PyErr_SetInterrupt();
void PyErr_SetObject(PyObject*, PyObject*);
void PyErr_SetString(PyObject*, const char*);
void PyErr_WriteUnraisable(PyObject*);
struct _frame* PyEval_GetFrame();
void PyEval_RestoreThread(struct _ts*);
struct _ts* PyEval_SaveThread();
extern PyObject* PyExc_AttributeError;
extern PyObject* PyExc_NotImplementedError;
extern PyObject* PyExc_OverflowError;
extern PyObject* PyExc_ReferenceError;
extern PyObject* PyExc_SyntaxError;
extern PyObject* PyExc_SystemError;
extern PyObject* PyExc_TypeError;
extern PyObject* PyExc_ValueError;
const char* PyExceptionClass_Name(PyObject*);
PyObject* PyException_GetTraceback(PyObject*);
void PyException_SetCause(PyObject*, PyObject*);
int PyException_SetTraceback(PyObject*, PyObject*);
double PyFloat_AsDouble(PyObject*);
extern PyObject PyFloat_Type;
struct _frame* PyFrame_GetBack(struct _frame*);
int PyFrame_GetLasti(struct _frame*);
int PyGILState_Check();
struct _ts* PyGILState_GetThisThreadState();
PyObject* PyImport_GetModuleDict();
extern PyObject PyList_Type;
struct _ts* _PyThreadState_UncheckedGet();
PyObject** _PyObject_GetDictPtr(PyObject*);
long long PyLong_AsLongLongAndOverflow(PyObject*, int*);
unsigned long long PyLong_AsUnsignedLongLong(PyObject*);
extern PyObject PyLong_Type;
PyObject* PyObject_CallFunction(PyObject*, const char*, ...);
PyObject* PyObject_CallFunctionObjArgs(PyObject*, ...);
PyObject* PyObject_CallObject(PyObject*, PyObject*);
PyObject* PyObject_CallMethod(PyObject*, const char*, const char*, ...);
int PyObject_CheckBuffer(PyObject*);
PyObject* PyObject_GetAttrString(PyObject*, const char*);
int PyObject_HasAttrString(PyObject*, const char*);
int PyObject_IsInstance(PyObject*, PyObject*);
int PyObject_IsTrue(PyObject*);
int PyObject_SetAttrString(PyObject*, const char*, PyObject*);
PyObject* PyObject_Repr(PyObject*);
PyObject* PyObject_Str(PyObject*);
PyObject* PyObject_Type(PyObject*);
PyObject* PyObject_Vectorcall(PyObject*, PyObject* const*, unsigned long, PyObject*);
PyObject* PySeqIter_New(PyObject*);
int PySequence_Contains(PyObject*, PyObject*);
PyObject* PySequence_GetItem(PyObject*, long);
int PySys_SetObject(const char*, PyObject*);
PyObject* PyTuple_GetItem(PyObject*, long);
PyObject* PyTuple_New(long);
extern PyObject PyTuple_Type;
int PyTuple_SetItem(PyObject*, long, PyObject*);
long PyTuple_Size(PyObject*);
void* PyType_GetSlot(PyObject*, int);
int PyType_IsSubtype(PyObject*, PyObject*);
const char* PyUnicode_AsUTF8(PyObject*);
const char* PyUnicode_AsUTF8AndSize(PyObject*, long*);
PyObject* PyUnicode_FromFormatV(const char*, va_list);
PyObject* PyUnicode_DecodeUTF8(const char*, long, const char*);
extern PyObject PyUnicode_Type;
PyObject* PyVectorcall_Call(PyObject*, PyObject*, PyObject*);
unsigned long PyLong_AsUnsignedLong(PyObject*);
void PyOS_AfterFork_Child();
PyObject* Py_BuildValue(const char*, ...);
int Py_AddPendingCall(int (*)(void*), void*);
void Py_DecRef(PyObject*);
void Py_IncRef(PyObject*);
int Py_IsInitialized();
}

#endif
