// ROOT's histograms.
#include "TH1D.h"
#include "TH3D.h"

void fill_root(const char* result, int rounds) {
    std::ofstream out(result);
    const double* const x = bench::column(0);
    const double* const y = bench::column(1);
    const double* const z = bench::column(2);
    const auto edges = bench::edges();
    TH1D h("", "", bench::bins, 0, 1), hv("", "", bench::bins, edges.data());
    TH3D h3("", "", bench::bins_3d, 0, 1, bench::bins_3d, 0, 1, bench::bins_3d, 0, 1);
    bench::time_to(out, "1-D regular", [&] { for (int i = 0; i < bench::entries; ++i) h.Fill(x[i]); }, [&] { return h.GetBinContent(51); }, rounds);
    bench::time_to(out, "1-D variable", [&] { for (int i = 0; i < bench::entries; ++i) hv.Fill(x[i]); }, [&] { return hv.GetBinContent(51); }, rounds);
    bench::time_to(out, "3-D regular", [&] { for (int i = 0; i < bench::entries; ++i) h3.Fill(x[i], y[i], z[i]); }, [&] { return h3.GetBinContent(11, 11, 11); }, rounds);
}
