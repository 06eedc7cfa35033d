// ---
template <class T> struct Tr { static constexpr int v = 0; }; template <> struct Tr<int> { static constexpr int v = 1; }; template <class T> struct Tr<T*> { static constexpr int v = 2 + Tr<T>::v; };
// ---
template <class T, int N = 3> struct Arr { T d[N]{}; int size() const; template <class U> U as(int i) const; }; 
// ---
template <class T, int N> int Arr<T, N>::size() const { return N; }
// ---
template <class T, int N> template <class U> U Arr<T, N>::as(int i) const { return U(d[i]) + 1; }
// ---
template <class T> constexpr T pi = T(3.14159265358979L); template <> constexpr int pi<int> = 33;
// ---
template <class... A> auto sum(A... a) { return (a + ... + 0); } template <class... A> int count(A&&...) { return sizeof...(A); }
// --- run
Arr<double> a; a.d[1] = 4.5; std::cout << Tr<int>::v << Tr<int*>::v << Tr<char>::v << a.size() << a.as<int>(1) << pi<int> << pi<float> << sum(1, 2, 3.5) << count(1, "a") << '\n';
// ---
template <class T> T triple(T t) { return 3 * t; }
// ---
extern template int triple(int);
// ---
template int triple(int);
// --- run
std::cout << triple(4) << '\n';
