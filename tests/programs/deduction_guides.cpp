// ---
template <class T> struct W { T v; W(T x) : v(x) {} template <class I> W(I a, I b) : v(*a) {} };
// ---
template <class I> W(I, I) -> W<typename std::iterator_traits<I>::value_type>;
W(const char*) -> W<std::string>;
// --- once
std::vector<double> vv{2.5}; W w(vv.begin(), vv.end());
// --- run
W s("abc"); W i(3); std::cout << w.v << s.v.size() << i.v << '\n';
