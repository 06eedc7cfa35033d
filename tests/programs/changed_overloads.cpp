// ---
double f(double x) { return x; } template <class T> double f(const std::vector<T>& v) { return v.size(); } double f(const char*) { return 3; }
// --- changed
double f(double x) { return x * 2; } template <class T> double f(const std::vector<T>& v) { return v.size() * 10; } double f(const char*) { return 30; }
// ---
double use() { return f(1.5) + f(std::vector<int>{1, 2}) + f("a"); } template <class T> double tu(T t) { return f(t); }
// --- run
std::cout << use() << f(2.0) << f(std::vector<int>(2)) << f("b") << tu(1.) << tu(std::vector<double>(3)) << '\n';
