// What the C++ library's headers promise of std::wstring but the library lacks under C++20, where it is always inline.
#include <memory>
#include <string>

template class std::allocator<wchar_t>;
template class std::allocator<char>;
