// ---
inline namespace v1 { struct A { int x = 1; }; int fa(A a) { return a.x; } int count = 3; template <class T> T twice(T t) { return 2 * t; } }
// --- changed
inline namespace v1 { struct A { int pad = 0; int x = 2; }; int fa(A a) { return a.x * 10; } int count = 4; template <class T> T twice(T t) { return 20 * t; } }
// ---
namespace lib { inline namespace v2 { int g() { return 2; } struct S { int s = 5; }; } int h() { return g() + S().s; } }
// ---
namespace deep::inline one { namespace { int hidden() { return 8; } } int shown() { return hidden(); } }
// ---
int all(A a) { return fa(a) + v1::fa(a) + v1::count + lib::g() + lib::v2::g() + lib::S().s + lib::h() + deep::shown() + deep::one::shown(); }
// --- run
std::cout << all(A{}) << ' ' << all(v1::A{}) << ' ' << twice(3) << ' ' << v1::twice(2.5) << ' ' << sizeof(A) << '\n';
