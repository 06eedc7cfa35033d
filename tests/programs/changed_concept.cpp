// ---
template <class T> concept Small = sizeof(T) <= 4;
// --- changed
template <class T> concept Small = sizeof(T) <= 8;
// ---
template <class T> int g(T) { return 1; } template <Small T> int g(T) { return 2; }
// ---
template <class T> struct S { static constexpr bool v = Small<T>; };
// ---
int use() { return g(1.0) * 10 + g(1); }
// --- run
std::cout << use() << g(2.0) << S<double>::v << '\n';
