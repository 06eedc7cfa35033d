// ---
double cut = 1.5;
// --- changed
int cut = 4;
// ---
double& ref() { static double q; return q; } bool pass(double x) { return x > cut; } auto get() { return cut / 3; } struct Sel { decltype(cut) c = cut; bool operator()(double x) const { return x > c; } };
// ---
auto lamb = [](double x) { return x > cut; }; template <class T> bool tp(T x) { return x > cut; }
// --- run
std::cout << pass(3) << get() << Sel()(3) << lamb(3) << tp(3) << sizeof(Sel) << '\n';
