// Histograms that a Python cell has made.
void fill_regular(const double* x, int n) {
    for (int i = 0; i < n; ++i) filled(x[i]);
}
void fill_variable(const double* x, int n) {
    for (int i = 0; i < n; ++i) filled_variable(x[i]);
}
void fill_3d(const double* x, const double* y, const double* z, int n) {
    for (int i = 0; i < n; ++i) filled_3d(x[i], y[i], z[i]);
}
void fill_doublet(const char* result, int rounds) {
    std::ofstream out(result);
    const double *x = bench::column(0), *y = bench::column(1), *z = bench::column(2);
    bench::time_to(out, "1-D regular", [&] { fill_regular(x, bench::entries); }, [&] { return filled.at(50); }, rounds);
    bench::time_to(out, "1-D variable", [&] { fill_variable(x, bench::entries); }, [&] { return filled_variable.at(50); }, rounds);
    bench::time_to(out, "3-D regular", [&] { fill_3d(x, y, z, bench::entries); }, [&] { return filled_3d.at(10, 10, 10); }, rounds);
}
