// Histograms that a Python cell has made.
{
    std::ofstream out(result);
    const double* const x = bench::column(0);
    const double* const y = bench::column(1);
    const double* const z = bench::column(2);
    bench::time_to(out, "1-D regular", [&] { for (int i = 0; i < bench::entries; ++i) filled(x[i]); }, [&] { return filled.at(50); }, rounds);
    bench::time_to(out, "1-D variable", [&] { for (int i = 0; i < bench::entries; ++i) filled_variable(x[i]); }, [&] { return filled_variable.at(50); }, rounds);
    bench::time_to(out, "3-D regular", [&] { for (int i = 0; i < bench::entries; ++i) filled_3d(x[i], y[i], z[i]); }, [&] { return filled_3d.at(10, 10, 10); }, rounds);
}
